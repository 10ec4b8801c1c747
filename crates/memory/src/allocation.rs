//! What is taken from the heap.

use std::ops::{Add, AddAssign};

use crate::tiny::{self, Run, TINY_BLOCK};

/// What an operation, or several, take from the heap.
///
/// Sums are exact: tiny objects are remembered, in order, since how many share a block depends on all of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Allocation {
    /// Objects that have a slot of their own.
    objects: u64,
    /// Bytes of these slots.
    bytes: u64,
    /// Those that share blocks.
    tiny: Vec<Run>,
    /// Bytes of a pointer, which tiny objects are aligned by.
    word: u64,
}

impl Allocation {
    /// Nothing.
    pub const NONE: Self = Self { objects: 0, bytes: 0, tiny: Vec::new(), word: 8 };

    pub(crate) fn plain(bytes: u64) -> Self {
        Self { objects: u64::from(bytes > 0), bytes, ..Self::NONE }
    }

    pub(crate) fn tiny(size: u8, word: u64) -> Self {
        Self { tiny: vec![Run { size, count: 1 }], word, ..Self::NONE }
    }

    /// Whether nothing is taken.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.objects == 0 && self.tiny.is_empty()
    }

    /// Objects: what a benchmark shows as `allocs/op`.
    #[must_use]
    pub fn objects(&self) -> u64 {
        self.tiny.iter().map(|run| run.count).fold(self.objects, u64::saturating_add)
    }

    /// Bytes for each time where this is done again and again: what a benchmark shows as `B/op`, rounded down as it does.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let (blocks, turns) = tiny::blocks_per_turn(&self.tiny, self.word);
        self.bytes.saturating_add(blocks.saturating_mul(TINY_BLOCK) / turns.max(1))
    }

    /// Bytes where this is done once, with no block begun.
    #[must_use]
    pub fn bytes_once(&self) -> u64 {
        let blocks = tiny::blocks(&self.tiny, self.word);
        self.bytes.saturating_add(blocks.saturating_mul(TINY_BLOCK))
    }

    /// The same done so many times.
    #[must_use]
    pub fn times(&self, count: u64) -> Self {
        let mut sum = Self {
            objects: self.objects.saturating_mul(count),
            bytes: self.bytes.saturating_mul(count),
            tiny: Vec::new(),
            word: self.word,
        };
        if let [run] = self.tiny[..] {
            sum.push(Run { count: run.count.saturating_mul(count), ..run });
            return sum;
        }
        // The order of several kinds matters: they are written out, as far as anyone could tell the difference.
        const WRITTEN_OUT: u64 = 1 << 10;
        for _ in 0..count.min(WRITTEN_OUT) {
            self.tiny.iter().for_each(|&run| sum.push(run));
        }
        let rest = count.saturating_sub(WRITTEN_OUT);
        if rest > 0 {
            let (blocks, turns) = tiny::blocks_per_turn(&self.tiny, self.word);
            let blocks = blocks.saturating_mul(rest) / turns.max(1);
            let count: u64 = self.tiny.iter().map(|run| run.count).sum();
            sum.objects = sum.objects.saturating_add(count.saturating_mul(rest));
            sum.bytes = sum.bytes.saturating_add(blocks.saturating_mul(TINY_BLOCK));
        }
        sum
    }

    /// What this takes beyond `less`, which is a part of it and comes first.
    #[must_use]
    pub fn beyond(&self, less: &Self) -> Self {
        let mut tiny = self.tiny.clone();
        for run in &less.tiny {
            let same = tiny.iter_mut().find(|own| own.size == run.size);
            same.into_iter().for_each(|own| own.count = own.count.saturating_sub(run.count));
        }
        tiny.retain(|run| run.count > 0);
        Self {
            objects: self.objects.saturating_sub(less.objects),
            bytes: self.bytes.saturating_sub(less.bytes),
            tiny,
            word: self.word,
        }
    }

    fn push(&mut self, run: Run) {
        match self.tiny.last_mut() {
            Some(last) if last.size == run.size => {
                last.count = last.count.saturating_add(run.count)
            }
            _ if run.count > 0 => self.tiny.push(run),
            _ => {}
        }
    }
}

impl AddAssign for Allocation {
    fn add_assign(&mut self, other: Self) {
        self.objects = self.objects.saturating_add(other.objects);
        self.bytes = self.bytes.saturating_add(other.bytes);
        if !other.tiny.is_empty() {
            self.word = other.word;
        }
        other.tiny.into_iter().for_each(|run| self.push(run));
    }
}

impl Add for Allocation {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl std::iter::Sum for Allocation {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::NONE, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Allocation, Target};

    #[test]
    fn sums() {
        let target = Target::new(27, 8);
        let eight = target.request(8, false);
        assert_eq!((eight.objects(), eight.bytes(), eight.bytes_once()), (1, 8, 16));
        let five = target.request(5, false);
        assert_eq!((five.bytes(), five.bytes_once()), (5, 16));
        let sum = eight.clone() + target.request(8, true) + eight;
        assert_eq!((sum.objects(), sum.bytes()), (3, 24));
        let many = five.times(3000);
        assert_eq!((many.objects(), many.bytes()), (3000, 16000));
        let mixed = (target.request(5, false) + target.request(8, false)).times(5000);
        assert_eq!((mixed.objects(), mixed.bytes()), (10000, 80000));
        assert_eq!(Allocation::NONE.bytes(), 0);
    }
}
