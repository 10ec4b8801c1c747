//! The bytes of string constants.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::mem;
use std::sync::{Arc, OnceLock};

/// Sums no longer than this are copied together at once: a node costs more.
const FLAT_LIMIT: u64 = 128;

/// Odd, so that multiplying by it loses nothing modulo 2⁶⁴.
const HASH_BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The value of a string constant: any bytes, as in Go.
///
/// A sum is kept as its two halves until somebody asks for [`Text::bytes`], for
/// sources hold chains of thousands of literals and every prefix of such a chain
/// is a value of its own. Length, hash, equality and order never flatten one.
#[derive(Clone)]
pub struct Text(Arc<Node>);

struct Node {
    len: u64,
    /// Polynomial of the bytes in [`HASH_BASE`], so that the hash of a sum
    /// follows from those of its halves.
    hash: u64,
    /// [`HASH_BASE`] to the power of `len`.
    power: u64,
    parts: Parts,
    flat: OnceLock<Box<[u8]>>,
}

enum Parts {
    Flat(Box<[u8]>),
    Sum(Text, Text),
}

impl Text {
    /// The text of `bytes`.
    #[must_use]
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Self {
        let bytes = bytes.into();
        let (mut hash, mut power) = (0u64, 1u64);
        for &byte in &bytes {
            hash = hash.wrapping_mul(HASH_BASE).wrapping_add(u64::from(byte) + 1);
            power = power.wrapping_mul(HASH_BASE);
        }
        let len = bytes.len() as u64;
        Self(Arc::new(Node { len, hash, power, parts: Parts::Flat(bytes), flat: OnceLock::new() }))
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.len
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }

    /// This text followed by `other`.
    #[must_use]
    pub fn concat(&self, other: &Self) -> Self {
        if self.is_empty() {
            return other.clone();
        }
        if other.is_empty() {
            return self.clone();
        }
        let (l, r) = (&self.0, &other.0);
        let len = l.len.saturating_add(r.len);
        if len <= FLAT_LIMIT {
            return Self::new([self.bytes(), other.bytes()].concat());
        }
        Self(Arc::new(Node {
            len,
            hash: l.hash.wrapping_mul(r.power).wrapping_add(r.hash),
            power: l.power.wrapping_mul(r.power),
            parts: Parts::Sum(self.clone(), other.clone()),
            flat: OnceLock::new(),
        }))
    }

    /// All bytes, in one piece. The first call on a sum copies it together.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.0.parts {
            Parts::Flat(bytes) => bytes,
            Parts::Sum(..) => self.0.flat.get_or_init(|| {
                let mut all = Vec::with_capacity(self.len() as usize);
                self.chunks().for_each(|chunk| all.extend_from_slice(chunk));
                all.into_boxed_slice()
            }),
        }
    }

    /// The first bytes: `limit` of them, or all where there are fewer.
    pub(super) fn prefix(&self, limit: usize) -> Cow<'_, [u8]> {
        let mut chunks = self.chunks();
        let first = chunks.next().unwrap_or_default();
        if first.len() >= limit {
            return Cow::Borrowed(&first[..limit]);
        }
        if first.len() as u64 == self.len() {
            return Cow::Borrowed(first);
        }
        let mut start = first.to_vec();
        for chunk in chunks {
            let room = limit - start.len();
            if chunk.len() >= room {
                start.extend_from_slice(&chunk[..room]);
                break;
            }
            start.extend_from_slice(chunk);
        }
        Cow::Owned(start)
    }

    /// The pieces in order. Chains are as deep as they are long, hence no recursion.
    fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        let mut pending = vec![self];
        std::iter::from_fn(move || {
            let mut text = pending.pop()?;
            loop {
                if let Some(flat) = text.0.flat.get() {
                    return Some(&**flat);
                }
                match &text.0.parts {
                    Parts::Flat(bytes) => return Some(&**bytes),
                    Parts::Sum(left, right) => {
                        pending.push(right);
                        text = left;
                    }
                }
            }
        })
    }
}

impl Drop for Node {
    /// Takes a chain apart link by link: the default would recurse along it.
    fn drop(&mut self) {
        let take = |node: &mut Node| mem::replace(&mut node.parts, Parts::Flat(Box::default()));
        let Parts::Sum(left, right) = take(self) else { return };
        let mut pending = vec![left, right];
        while let Some(text) = pending.pop() {
            if let Some(mut node) = Arc::into_inner(text.0)
                && let Parts::Sum(left, right) = take(&mut node)
            {
                pending.extend([left, right]);
            }
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || self.0.len == other.0.len
                && self.0.hash == other.0.hash
                && self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    /// Bytewise, as Go compares strings.
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) {
            return Ordering::Equal;
        }
        let (mut xs, mut ys) = (self.chunks(), other.chunks());
        let (mut x, mut y): (&[u8], &[u8]) = (&[], &[]);
        loop {
            if x.is_empty() {
                x = xs.next().unwrap_or_default();
            }
            if y.is_empty() {
                y = ys.next().unwrap_or_default();
            }
            // Pieces of a sum are never empty, so an empty one means the end.
            let common = x.len().min(y.len());
            if common == 0 {
                return x.len().cmp(&y.len());
            }
            match x[..common].cmp(&y[..common]) {
                Ordering::Equal => (x, y) = (&x[common..], &y[common..]),
                unequal => return unequal,
            }
        }
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.len, self.0.hash).hash(state);
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&super::format::quote_short(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_as_their_bytes() {
        let (half, whole) = ("ab".repeat(40), "ab".repeat(80));
        let sum = Text::new(half.as_bytes()).concat(&Text::new(half.as_bytes()));
        let flat = Text::new(whole.as_bytes());
        assert_eq!(sum, flat);
        assert_eq!((sum.0.hash, sum.0.power), (flat.0.hash, flat.0.power));
        assert_eq!(sum.prefix(100), flat.prefix(100));
        assert_eq!(sum.bytes(), whole.as_bytes());
        assert!(sum < flat.concat(&flat));
        assert!(Text::new(*b"") < sum);
    }

    #[test]
    fn long_chains_neither_flatten_nor_overflow_the_stack() {
        let piece = Text::new(vec![b'x'; 100]);
        let mut prefixes = vec![piece.clone()];
        for i in 0..200_000 {
            let next = prefixes[i].concat(&piece);
            prefixes.push(next);
        }
        let last = prefixes.pop().expect("there is one");
        drop(prefixes);
        assert_eq!(last.len(), 200_001 * 100);
        assert_eq!(last.bytes().len(), 200_001 * 100);
    }
}
