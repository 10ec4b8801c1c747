//! Packages looked at in parallel, each thread with an engine of its own.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use escape::{Ask, Engine, Functions, Summaries};
use types::program::{UnitId, fault_text};

/// Bytes of stack: bodies are walked by recursion.
const STACK: usize = 512 << 20;

/// What `look` says of each package, in the order of `units`; of those that break us, what was said of that.
pub(super) fn each<R: Send>(
    functions: &Functions<'_>,
    ask: Ask,
    threads: NonZeroUsize,
    units: &[UnitId],
    look: &(dyn Fn(&Engine<'_>, UnitId) -> R + Sync),
) -> Vec<(UnitId, Result<R, String>)> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::with_capacity(units.len()));
    let summaries: Arc<Summaries> = Arc::default();
    let new = || Engine::with(functions, ask, Arc::clone(&summaries));
    let work = || {
        let mut engine = new();
        while let Some(&unit) = units.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = catch_unwind(AssertUnwindSafe(|| {
                let result = look(&engine, unit);
                engine.forget();
                result
            }));
            let result = result.map_err(|panic| {
                // What it was about to find out is lost.
                engine = new();
                fault_text(&*panic)
            });
            found.lock().unwrap_or_else(PoisonError::into_inner).push((unit, result));
        }
    };
    std::thread::scope(|scope| {
        let workers = threads.get().min(units.len());
        let mut started = 0;
        for _ in 0..workers {
            let worker = std::thread::Builder::new().name("escape".into()).stack_size(STACK);
            started += usize::from(worker.spawn_scoped(scope, work).is_ok());
        }
        if started == 0 {
            work();
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|(unit, _)| units.iter().position(|other| other == unit));
    found
}
