//! Checking all packages of a run, in parallel along the import graph.
//!
//! A package waits for what its imports declare, not for their bodies. Bodies are looked into for the packages asked
//! about only; what is known of them is handed to the caller as soon as it is complete, and dropped afterwards, so that
//! memory holds a few packages at a time and not all.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use source::{Id, IndexVec, Name, NameCache, Text, define_id};
use syntax::tree::Bodies;
use syntax::{File, Options};

use crate::check::{Checker, Config, Input};
use crate::facts::FileFacts;
use crate::layout::Sizes;
use crate::object::{FileId, PkgId};
use crate::store::Store;

define_id!(
    /// A package to be checked.
    pub struct UnitId
);

/// A package to be checked.
pub struct Unit {
    /// Import path as types print it.
    pub path: String,
    /// Its files. With none it is a missing package.
    pub files: Vec<UnitFile>,
    /// Import paths as written in its files, and the packages they mean. What is not here is missing.
    pub imports: Vec<(String, UnitId)>,
    /// Whether its bodies are looked into and the result is handed on.
    pub root: bool,
}

/// A file of a [`Unit`].
#[derive(Clone)]
pub struct UnitFile {
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: Text,
    /// Language version: `(1, 21)`.
    pub go_version: (u32, u32),
}

/// A package about which all is known.
pub struct CheckedPackage<'a> {
    /// Types and objects of the run.
    pub store: &'a Store,
    /// The package as types know it.
    pub pkg: PkgId,
    /// Which one was asked about.
    pub unit: UnitId,
    /// Its files.
    pub files: Vec<CheckedFile>,
    /// Sizes of the target.
    pub sizes: Sizes,
}

/// A file about which all is known.
pub struct CheckedFile {
    /// The file as objects' places refer to it.
    pub id: FileId,
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: Text,
    /// Its tree.
    pub tree: Arc<File>,
    /// What is known of its nodes.
    pub facts: FileFacts,
    /// Language version: `(1, 21)`.
    pub go_version: (u32, u32),
}

/// How a run went.
#[derive(Default, Debug)]
pub struct Outcome {
    /// Packages that could not be checked because of a fault of ours, and what was said of it. What is selected from
    /// them is unknown; everything else is as it should be.
    pub broken: Vec<(UnitId, String)>,
    /// Packages that were not checked since their imports lead back to them.
    pub cyclic: Vec<UnitId>,
}

/// Stack of a worker. Trees are walked by recursion; the parser bounds how deep they are.
const STACK: usize = 512 << 20;

/// Checks `units` on `threads` threads, and calls `done` with each root as soon as it is known, from any thread and
/// in any order.
pub fn check(
    store: &Store,
    units: &IndexVec<UnitId, Unit>,
    sizes: Sizes,
    threads: NonZeroUsize,
    done: &(dyn Fn(CheckedPackage<'_>) + Sync),
) -> Outcome {
    let packages = units.iter().map(|u| store.add_package(Name::new(&u.path), u.files.is_empty()));
    let packages: Vec<PkgId> = packages.collect();
    let run =
        Run { store, units, packages, sizes, done, queue: Mutex::default(), wake: Condvar::new() };
    run.plan();
    std::thread::scope(|scope| {
        for _ in 0..threads.get() {
            let worker = std::thread::Builder::new().name("check".into()).stack_size(STACK);
            // Without a thread more the others do the work; without any, the one at hand does.
            if worker.spawn_scoped(scope, || run.work()).is_err() {
                run.work();
            }
        }
    });
    run.outcome()
}

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
    broken: Vec<(UnitId, String)>,
}

struct Run<'a> {
    store: &'a Store,
    units: &'a IndexVec<UnitId, Unit>,
    packages: Vec<PkgId>,
    sizes: Sizes,
    done: &'a (dyn Fn(CheckedPackage<'_>) + Sync),
    queue: Mutex<Queue>,
    wake: Condvar,
}

impl Run<'_> {
    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn plan(&self) {
        let mut queue = self.queue();
        queue.waiting = vec![0; self.units.len()];
        queue.users = vec![Vec::new(); self.units.len()];
        for (id, unit) in self.units.iter_ids() {
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
    }

    fn work(&self) {
        let mut names = NameCache::new();
        while let Some(unit) = self.next() {
            let mut declared = Declared { run: self, unit, told: false };
            let result = catch_unwind(AssertUnwindSafe(|| {
                self.check(unit, &mut names, &mut declared);
            }));
            if let Err(panic) = result {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
                self.queue().broken.push((unit, text.unwrap_or("unknown fault").to_owned()));
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

    fn check(&self, id: UnitId, names: &mut NameCache, declared: &mut Declared<'_>) {
        let unit = &self.units[id];
        let bodies = if unit.root { Bodies::Parse } else { Bodies::Skip };
        let mut inputs = Vec::with_capacity(unit.files.len());
        for file in &unit.files {
            let tree = syntax::parse(&file.text, &Options { bodies }, names);
            inputs.push(Input {
                id: self.store.add_file(file.path.clone()),
                tree: Arc::new(tree),
                text: file.text.clone(),
                go_version: file.go_version,
            });
        }
        let imports = unit.imports.iter();
        let config = Config {
            pkg: self.packages[id.index()],
            imports: imports.map(|(p, u)| (Name::new(p), self.packages[u.index()])).collect(),
            sizes: self.sizes,
            bodies: unit.root,
        };
        let mut checker = Checker::new(self.store, &config, &inputs);
        checker.declare();
        declared.tell();
        if !unit.root {
            return;
        }
        checker.bodies();
        let facts = checker.finish();
        let files = inputs.into_iter().zip(facts).zip(&unit.files);
        let files = files.map(|((input, facts), file)| CheckedFile {
            id: input.id,
            path: file.path.clone(),
            text: input.text,
            tree: input.tree,
            facts,
            go_version: input.go_version,
        });
        let (store, pkg, sizes) = (self.store, config.pkg, self.sizes);
        (self.done)(CheckedPackage { store, pkg, unit: id, files: files.collect(), sizes });
    }

    fn outcome(&self) -> Outcome {
        let mut queue = self.queue();
        let mut broken = std::mem::take(&mut queue.broken);
        broken.sort();
        let cyclic = self.units.ids().filter(|u| queue.waiting[u.index()] > 0).collect();
        Outcome { broken, cyclic }
    }
}

/// Lets the packages that import a unit go on, once.
struct Declared<'a> {
    run: &'a Run<'a>,
    unit: UnitId,
    told: bool,
}

impl Declared<'_> {
    fn tell(&mut self) {
        if std::mem::replace(&mut self.told, true) {
            return;
        }
        let mut queue = self.run.queue();
        queue.running -= 1;
        for user in std::mem::take(&mut queue.users[self.unit.index()]) {
            let waiting = &mut queue.waiting[user.index()];
            *waiting -= 1;
            if *waiting == 0 {
                queue.ready.push_back(user);
            }
        }
        self.run.wake.notify_all();
    }
}
