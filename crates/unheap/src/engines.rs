//! Escape analysis on several threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use escape::{Allocations, Ask, Engine, Functions, Summaries};
use rules::{Found, Settings, Unseen};
use types::program::{CheckedPackage, UnitId, fault_text};

/// Engines that threads take turns with, as many as there are threads that ask at once. What functions know of one another is
/// found out once for all of them.
pub(crate) struct Engines<'p> {
    functions: &'p Functions<'p>,
    summaries: Arc<Summaries>,
    /// Those that nobody uses at the moment.
    free: Mutex<Vec<Engine<'p>>>,
    broken: Mutex<Vec<(UnitId, String)>>,
}

impl<'p> Engines<'p> {
    /// Engines that know nothing yet.
    ///
    /// Each of `packages` will be asked about once.
    pub(crate) fn new(
        functions: &'p Functions<'p>,
        ask: Ask,
        packages: impl Iterator<Item = UnitId>,
    ) -> Self {
        let packages = packages.map(|unit| functions.program.package(unit));
        let summaries = Arc::new(Summaries::new(ask).expecting(packages));
        let (free, broken) = (Mutex::default(), Mutex::default());
        Self { functions, summaries, free, broken }
    }

    /// The functions that they are asked about.
    pub(crate) fn functions(&self) -> &'p Functions<'p> {
        self.functions
    }

    fn take(&self) -> Engine<'p> {
        let free = self.free().pop();
        free.unwrap_or_else(|| Engine::with(self.functions, Arc::clone(&self.summaries)))
    }

    fn free(&self) -> MutexGuard<'_, Vec<Engine<'p>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks an engine about a package; it forgets the bodies afterwards. `None` where that breaks it: the package is noted,
    /// and the engine is not relied on any more.
    pub(crate) fn ask<R>(
        &self,
        unit: UnitId,
        question: impl FnOnce(&Engine<'p>) -> R,
    ) -> Option<R> {
        let engine = self.take();
        let answer = catch_unwind(AssertUnwindSafe(|| {
            engine.begin(unit);
            let answer = question(&engine);
            engine.forget();
            answer
        }));
        match answer {
            Ok(answer) => {
                self.free().push(engine);
                Some(answer)
            }
            Err(panic) => {
                let fault = (unit, fault_text(&*panic));
                self.broken.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
                None
            }
        }
    }

    /// What the rules find in a package with what is really allocated; as [`Self::ask`].
    pub(crate) fn findings(
        &self,
        package: &CheckedPackage<'_>,
        settings: &Settings,
        unseen: &Unseen,
    ) -> Option<Found> {
        self.ask(package.unit, |engine| {
            let allocations = Allocations::new(engine, package.unit);
            let allocations = if settings.timed { allocations.timed() } else { allocations };
            rules::run(package, settings, unseen, Some(&allocations))
        })
    }

    /// The packages that broke an engine, and what was said of it.
    pub(crate) fn broken(&self) -> Vec<(UnitId, String)> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
