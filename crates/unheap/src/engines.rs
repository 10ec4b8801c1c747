//! Escape analysis on several threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use escape::{Ask, Engine, Functions};
use types::program::{UnitId, fault_text};

/// Engines for the threads that ask at the same time. What one has learnt of dependencies serves the next package that it is
/// asked about.
pub(crate) struct Engines<'p> {
    functions: &'p Functions<'p>,
    /// Those that nobody uses at the moment.
    free: Mutex<Vec<Engine<'p>>>,
    broken: Mutex<Vec<(UnitId, String)>>,
}

impl<'p> Engines<'p> {
    pub(crate) fn new(functions: &'p Functions<'p>) -> Self {
        Self { functions, free: Mutex::default(), broken: Mutex::default() }
    }

    /// Asks an engine about a package. `None` where that breaks it: the package is noted, and what the engine had learnt is
    /// not relied on any more.
    pub(crate) fn ask<R>(&self, unit: UnitId, question: impl FnOnce(&Engine<'p>) -> R) -> Option<R> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let engine =
            free.unwrap_or_else(|| Engine::new(self.functions, Ask { why: true, ..Ask::default() }));
        match catch_unwind(AssertUnwindSafe(|| question(&engine))) {
            Ok(answer) => {
                self.free.lock().unwrap_or_else(PoisonError::into_inner).push(engine);
                Some(answer)
            }
            Err(panic) => {
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
