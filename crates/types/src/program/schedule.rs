//! Which package is next: workers go along the import graph.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use source::{Id, IndexVec};

use super::{Unit, UnitId, fault_text};

/// Stack of a worker. Trees are walked by recursion; the parser bounds how deep they are.
pub(super) const STACK: usize = 512 << 20;

/// What is known of the schedule.
#[derive(Default)]
struct Queue {
    /// Units whose imports are declared.
    ready: VecDeque<UnitId>,
    /// Number of imports not yet declared, per unit.
    waiting: Vec<u32>,
    /// Units that import each unit.
    users: Vec<Vec<UnitId>>,
    /// Units handed out and not yet declared.
    running: usize,
}

/// A way through the units in which each comes behind what it imports.
pub(super) struct Schedule {
    queue: Mutex<Queue>,
    wake: Condvar,
}

impl Schedule {
    pub(super) fn new(units: &IndexVec<UnitId, Unit>) -> Self {
        let mut queue = Queue {
            waiting: vec![0; units.len()],
            users: vec![Vec::new(); units.len()],
            ..Queue::default()
        };
        for (id, unit) in units.iter_ids() {
            let mut imports: Vec<UnitId> = unit.imports.iter().map(|&(_, unit)| unit).collect();
            imports.sort_unstable();
            imports.dedup();
            queue.waiting[id.index()] = imports.len() as u32;
            for import in &imports {
                queue.users[import.index()].push(id);
            }
            if imports.is_empty() {
                queue.ready.push_back(id);
            }
        }
        Self { queue: Mutex::new(queue), wake: Condvar::new() }
    }

    /// Runs what `worker` makes, on each thread, for one unit after the other. What breaks is handed to `broken`, with what was
    /// said of it.
    pub(super) fn run<W: FnMut(UnitId, &mut Declared<'_>)>(
        &self,
        threads: NonZeroUsize,
        worker: &(dyn Fn() -> W + Sync),
        broken: &(dyn Fn(UnitId, String) + Sync),
    ) {
        let work = || self.work(worker(), broken);
        std::thread::scope(|scope| {
            for _ in 0..threads.get() {
                let worker = std::thread::Builder::new().name("check".into()).stack_size(STACK);
                // Without a thread more the others do the work; without any, the one at hand does.
                if worker.spawn_scoped(scope, work).is_err() {
                    work();
                }
            }
        });
    }

    /// Units that were never ready, since their imports lead back to them. To be asked after [`Self::run`].
    pub(super) fn left(&self) -> Vec<UnitId> {
        let queue = self.queue();
        let waiting = queue.waiting.iter().enumerate().filter(|&(_, &waiting)| waiting > 0);
        waiting.map(|(unit, _)| UnitId::from_index(unit)).collect()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(
        &self,
        mut each: impl FnMut(UnitId, &mut Declared<'_>),
        broken: &(dyn Fn(UnitId, String) + Sync),
    ) {
        while let Some(unit) = self.next() {
            let mut declared = Declared { schedule: self, unit, told: false };
            let result = catch_unwind(AssertUnwindSafe(|| each(unit, &mut declared)));
            if let Err(panic) = result {
                broken(unit, fault_text(&*panic));
            }
            // Whoever waits for it goes on with what there is.
            declared.tell();
        }
    }

    /// The next unit, once there is one; `None` when nothing is left that could become ready.
    fn next(&self) -> Option<UnitId> {
        let mut queue = self.queue();
        loop {
            if let Some(unit) = queue.ready.pop_front() {
                queue.running += 1;
                return Some(unit);
            }
            if queue.running == 0 {
                self.wake.notify_all();
                return None;
            }
            queue = self.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Lets the packages that import a unit go on, once.
pub(super) struct Declared<'a> {
    schedule: &'a Schedule,
    unit: UnitId,
    told: bool,
}

impl Declared<'_> {
    pub(super) fn tell(&mut self) {
        if std::mem::replace(&mut self.told, true) {
            return;
        }
        let mut queue = self.schedule.queue();
        queue.running -= 1;
        for user in std::mem::take(&mut queue.users[self.unit.index()]) {
            let waiting = &mut queue.waiting[user.index()];
            *waiting -= 1;
            if *waiting == 0 {
                queue.ready.push_back(user);
            }
        }
        self.schedule.wake.notify_all();
    }
}
