//! Escape analysis on several threads.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use escape::{Ask, Engine, Functions};
use types::program::{UnitId, fault_text};

/// Engines that threads share. What one has learnt of dependencies serves the next package that it is asked about.
///
/// There are half as many as threads: each has to learn for itself what others know already, so that waiting for one is
/// quicker than to have one more (measured with two threads).
pub(crate) struct Engines<'p> {
    functions: &'p Functions<'p>,
    free: Mutex<Free<'p>>,
    returned: Condvar,
    broken: Mutex<Vec<(UnitId, String)>>,
}

/// Engines that nobody uses at the moment.
struct Free<'p> {
    engines: Vec<Engine<'p>>,
    /// How many more may be made.
    unmade: usize,
}

impl<'p> Engines<'p> {
    /// Engines for so many threads.
    pub(crate) fn new(functions: &'p Functions<'p>, threads: NonZeroUsize) -> Self {
        let free = Free { engines: Vec::new(), unmade: threads.get().div_ceil(2) };
        let (free, returned) = (Mutex::new(free), Condvar::new());
        Self { functions, free, returned, broken: Mutex::default() }
    }

    fn take(&self) -> Engine<'p> {
        let mut free = self.free();
        loop {
            if let Some(engine) = free.engines.pop() {
                return engine;
            }
            if let Some(unmade) = free.unmade.checked_sub(1) {
                free.unmade = unmade;
                return Engine::new(self.functions, Ask { why: true, ..Ask::default() });
            }
            free = self.returned.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn free(&self) -> MutexGuard<'_, Free<'p>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks an engine about a package. `None` where that breaks it: the package is noted, and what the engine had learnt is
    /// not relied on any more.
    pub(crate) fn ask<R>(
        &self,
        unit: UnitId,
        question: impl FnOnce(&Engine<'p>) -> R,
    ) -> Option<R> {
        let engine = self.take();
        match catch_unwind(AssertUnwindSafe(|| question(&engine))) {
            Ok(answer) => {
                self.free().engines.push(engine);
                self.returned.notify_one();
                Some(answer)
            }
            Err(panic) => {
                self.free().unmade += 1;
                self.returned.notify_one();
                let fault = (unit, fault_text(&*panic));
                self.broken.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
                None
            }
        }
    }

    /// The packages that broke an engine, and what was said of it.
    pub(crate) fn broken(self) -> Vec<(UnitId, String)> {
        self.broken.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
