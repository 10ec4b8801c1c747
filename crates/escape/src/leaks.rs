//! Where a parameter's value goes: what callers know of a function.

/// Results that a [`Leaks`] tells apart; what flows to a later one counts as flowing to the heap.
pub const TRACKED_RESULTS: usize = 5;

/// To which places a parameter flows, and through how many dereferences at least.
///
/// `Leaks::default()` flows nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Leaks([u8; 3 + TRACKED_RESULTS]);

/// A place that a parameter can flow to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sink {
    /// The heap.
    Heap,
    /// A pointer that is written through.
    Mutator,
    /// A function value that is called.
    Callee,
    /// A result, by position; below [`TRACKED_RESULTS`].
    Result(usize),
}

impl Sink {
    const fn slot(self) -> usize {
        match self {
            Self::Heap => 0,
            Self::Mutator => 1,
            Self::Callee => 2,
            Self::Result(index) => 3 + index,
        }
    }
}

impl Leaks {
    /// A parameter that escapes: what is assumed of a function that is not known.
    pub const ESCAPES: Self = Self([1, 0, 0, 0, 0, 0, 0, 0]);

    /// The least number of dereferences on a way to a place; `None` where there is none.
    #[must_use]
    pub fn derefs(self, sink: Sink) -> Option<i32> {
        match self.0.get(sink.slot()) {
            None | Some(0) => None,
            Some(&n) => Some(i32::from(n) - 1),
        }
    }

    /// Adds a way.
    pub fn add(&mut self, sink: Sink, derefs: i32) {
        if self.derefs(sink).is_none_or(|known| derefs < known)
            && let Some(slot) = self.0.get_mut(sink.slot())
        {
            *slot = u8::try_from(derefs + 1).unwrap_or(u8::MAX);
        }
    }

    /// Drops ways that are no shorter than that to the heap: they tell nothing more.
    pub fn optimize(&mut self) {
        let heap = self.0[0];
        if heap > 0 {
            self.0[1..].iter_mut().filter(|way| **way >= heap).for_each(|way| *way = 0);
        }
    }
}
