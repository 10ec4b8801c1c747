//! Counts of allocations: exact, unless something disturbs them.
//!
//! Package testing counts what the whole program allocates while a benchmark runs, and divides. A benchmark that always
//! allocates the same gives the same count in each run; goroutines beside it (the runtime's own, those of a server that a
//! test started) only ever add to it. So the smallest of k runs is the benchmark's own, if it comes back often enough.

use crate::stats::Sample;

/// As many runs have to agree before a count is taken as certain.
const RUNS: usize = 3;

/// What runs say of a count.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Count {
    /// All agree; as many as there were.
    Steady(f64, usize),
    /// At least half of them agree on the smallest; the others have more.
    Disturbed(f64),
    /// They do not agree: the benchmark allocates at random.
    Random,
}

impl Count {
    pub(super) fn of(sample: &Sample) -> Self {
        let least = sample.least();
        let agreeing = sample.values().iter().filter(|value| **value == least).count();
        match sample.len() {
            all if agreeing == all => Self::Steady(least, all),
            all if 2 * agreeing >= all => Self::Disturbed(least),
            _ => Self::Random,
        }
    }

    /// The smallest count, where that says something.
    pub(super) fn least(self) -> f64 {
        match self {
            Self::Steady(least, _) | Self::Disturbed(least) => least,
            Self::Random => f64::NAN,
        }
    }

    /// Whether there are too few runs to say anything.
    pub(super) fn is_scarce(self) -> bool {
        matches!(self, Self::Steady(_, runs) if runs < RUNS)
    }

    /// Whether no test is needed to tell it from another.
    pub(super) fn is_certain(self) -> bool {
        matches!(self, Self::Steady(_, runs) if runs >= RUNS)
    }
}

/// What a reader is to know of counts that are not certain.
pub(super) fn note(old: Count, new: Count) -> Option<&'static str> {
    let counts = [old, new];
    if counts.contains(&Count::Random) {
        Some("it allocates at random, or others allocate all the time")
    } else if counts.iter().any(|count| matches!(count, Count::Disturbed(_))) {
        Some("others allocate too; the smallest count is taken")
    } else if counts.iter().any(|count| !count.is_certain()) {
        Some("too few runs to be certain")
    } else {
        None
    }
}
