//! Checking all packages of a run, in parallel along the import graph.
//!
//! A package waits for what its imports declare, not for their bodies. Bodies are looked into for the packages asked
//! about only; what is known of them is handed to the caller as soon as it is complete, and dropped afterwards, so that
//! memory holds a few packages at a time and not all.
//!
//! [`check`] does just that. A [`Program`] keeps, besides, what it takes to come back to the body of any function of any
//! package when it is asked for ([`Program::body`]).

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use source::{IndexVec, Name, NameCache, Text, define_id};
use syntax::tree::Bodies;
use syntax::{File, Options};

use crate::check::{Checker, Config, Input};
use crate::facts::FileFacts;
use crate::layout::Sizes;
use crate::object::{FileId, PkgId};
use crate::store::Store;

mod bodies;
mod init_order;
mod kept;
mod schedule;

pub use bodies::{Body, Initializer};
use kept::Kept;
pub use kept::{DeclaredFile, Function, Variable};
use schedule::{Declared, Schedule};

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

/// A file, or a part of one, about which all is known.
#[derive(Clone)]
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
    pub facts: Arc<FileFacts>,
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

/// Checks `units` on `threads` threads, and calls `done` with each root as soon as it is known, from any thread and
/// in any order. Nothing is kept of a package but what the store has of it.
pub fn check(
    store: &Store,
    units: &IndexVec<UnitId, Unit>,
    sizes: Sizes,
    threads: NonZeroUsize,
    done: &(dyn Fn(CheckedPackage<'_>) + Sync),
) -> Outcome {
    let program = Program { keep: Keep::Nothing, ..Program::new(store, units, sizes) };
    program.check(threads, done)
}

/// What is kept of packages whose bodies are all looked into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// Nothing, of no package.
    Nothing,
    /// Trees and facts until the caller is done with the package.
    UntilDone,
    /// Trees and facts to the end.
    Trees,
}

/// All packages of a run, and what it takes to come back to their bodies.
pub struct Program<'a> {
    store: &'a Store,
    units: &'a IndexVec<UnitId, Unit>,
    sizes: Sizes,
    packages: IndexVec<UnitId, PkgId>,
    by_package: FxHashMap<PkgId, UnitId>,
    keep: Keep,
    /// What is kept of each package, from when it is declared on.
    kept: IndexVec<UnitId, OnceLock<Kept>>,
    /// Where the files of packages are that are declared.
    files: RwLock<FxHashMap<FileId, (UnitId, usize)>>,
    broken: Mutex<Vec<(UnitId, String)>>,
    /// Names that readers of bodies have met, one for each that reads at the same time.
    names: Mutex<Vec<NameCache>>,
}

impl<'a> Program<'a> {
    /// A program of which nothing is looked at yet.
    #[must_use]
    pub fn new(store: &'a Store, units: &'a IndexVec<UnitId, Unit>, sizes: Sizes) -> Self {
        let (mut packages, mut kept) = (IndexVec::new(), IndexVec::new());
        let mut by_package = FxHashMap::default();
        for (id, unit) in units.iter_ids() {
            let pkg = store.add_package(Name::new(&unit.path), unit.files.is_empty());
            packages.push(pkg);
            kept.push(OnceLock::new());
            by_package.insert(pkg, id);
        }
        let (files, broken, names) = (RwLock::default(), Mutex::default(), Mutex::default());
        let keep = Keep::Trees;
        Self { store, units, sizes, packages, by_package, keep, kept, files, broken, names }
    }

    /// The same, but trees and facts of a package are dropped once the caller is done with it. Its bodies are read on demand
    /// then, as those of packages that nobody asked about: slower where they are asked for again, in much less memory.
    #[must_use]
    pub fn until_done(self) -> Self {
        Self { keep: Keep::UntilDone, ..self }
    }

    /// Checks the packages on `threads` threads, and calls `done` with each root as soon as it is known, from any thread
    /// and in any order. To be called once.
    pub fn check(
        &self,
        threads: NonZeroUsize,
        done: &(dyn Fn(CheckedPackage<'_>) + Sync),
    ) -> Outcome {
        let schedule = Schedule::new(self.units);
        let worker = || {
            let mut names = NameCache::new();
            move |unit, declared: &mut Declared<'_>| {
                self.check_unit(unit, &mut names, declared, done);
            }
        };
        schedule.run(threads, &worker, &|unit, why| self.add_broken(unit, why));
        Outcome { broken: self.broken(), cyclic: schedule.left() }
    }

    /// Types and objects of the program.
    #[must_use]
    pub fn store(&self) -> &'a Store {
        self.store
    }

    /// Sizes of the target.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// Packages that we broke on so far, in whole or in a body that was asked for, and what was said of it, in order.
    #[must_use]
    pub fn broken(&self) -> Vec<(UnitId, String)> {
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner).clone();
        broken.sort();
        broken
    }

    fn add_broken(&self, unit: UnitId, why: String) {
        // Whoever waits for its bodies waits in vain.
        if let Some(kept) = self.kept[unit].get() {
            kept.checked.set(None);
        }
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).push((unit, why));
    }

    fn check_unit(
        &self,
        id: UnitId,
        names: &mut NameCache,
        declared: &mut Declared<'_>,
        done: &(dyn Fn(CheckedPackage<'_>) + Sync),
    ) {
        let unit = &self.units[id];
        let inputs = self.parse(unit, names);
        let imports = unit.imports.iter();
        let config = Config {
            pkg: self.packages[id],
            imports: imports.map(|(p, u)| (Name::new(p), self.packages[*u])).collect(),
            sizes: self.sizes,
            bodies: unit.root,
        };
        let mut checker = Checker::new(self.store, &config, &inputs);
        checker.declare();
        let paths = || unit.files.iter().map(|file| file.path.clone());
        if self.keep != Keep::Nothing {
            let kept = Kept::new(id, &config, &checker, paths(), &inputs);
            let files = inputs.iter().enumerate().map(|(at, input)| (input.id, (id, at)));
            self.files.write().unwrap_or_else(PoisonError::into_inner).extend(files);
            // Nobody else sets it: a unit is declared once.
            let _ = self.kept[id].set(kept);
        }
        declared.tell();
        if !unit.root {
            return;
        }
        checker.bodies();
        let facts = checker.finish();
        let files = paths().zip(inputs).zip(facts);
        let files = files.map(|((path, input), facts)| CheckedFile::new(path, input, facts));
        let files: Vec<CheckedFile> = files.collect();
        let kept = self.kept[id].get();
        if let Some(kept) = kept {
            kept.checked.set(Some(files.as_slice().into()));
        }
        let (store, pkg, sizes) = (self.store, config.pkg, self.sizes);
        done(CheckedPackage { store, pkg, unit: id, files, sizes });
        if let Some(kept) = kept.filter(|_| self.keep == Keep::UntilDone) {
            kept.checked.drop_trees();
        }
    }

    fn parse(&self, unit: &Unit, names: &mut NameCache) -> Vec<Input> {
        let bodies = if unit.root { Bodies::Parse } else { Bodies::Skip };
        let mut parse = |file: &UnitFile| Input {
            id: self.store.add_file(file.path.clone()),
            tree: Arc::new(syntax::parse(&file.text, &Options { bodies }, names)),
            text: file.text.clone(),
            go_version: file.go_version,
        };
        unit.files.iter().map(&mut parse).collect()
    }
}

/// What a panic says.
#[must_use]
pub fn fault_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("unknown fault").to_owned()
}
