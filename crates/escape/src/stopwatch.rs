//! How long questions take.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Adds up the time of what it runs, where that is wanted.
#[derive(Default, Debug)]
pub(crate) struct Stopwatch {
    on: bool,
    total: Cell<Duration>,
}

impl Stopwatch {
    pub(crate) fn running() -> Self {
        Self { on: true, total: Cell::default() }
    }

    /// Runs `f`, which runs nothing else on this stopwatch.
    pub(crate) fn time<R>(&self, f: impl FnOnce() -> R) -> R {
        if !self.on {
            return f();
        }
        let start = Instant::now();
        let result = f();
        self.total.set(self.total.get() + start.elapsed());
        result
    }

    pub(crate) fn total(&self) -> Duration {
        self.total.get()
    }
}
