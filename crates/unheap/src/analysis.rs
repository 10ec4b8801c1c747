//! From patterns to checked packages: what every command that looks at code begins with.

use std::mem::ManuallyDrop;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use escape::{Ask, Functions, HotCalls};
use lower::Compiler;
use packages::{Build, Load, PackageId, Request, Variant};
use rules::Unseen;
use rustc_hash::FxHashSet;
use source::{EntryKind, Id, IndexVec, System};
use types::Store;
use types::layout::Sizes;
use types::program::{self, CheckedPackage, Outcome, Program, Unit, UnitFile, UnitId};

use crate::args::BuildArgs;
use crate::engines::Engines;
use crate::profile_guided::{Pgo, hot_calls};
use crate::target::{Target, module_around, targets};

/// Packages that were found, and what they are built for.
pub(crate) struct Analysis {
    pub(crate) build: Build,
    pub(crate) load: Load,
    /// The working folder, which reports name files from.
    dir: PathBuf,
    /// The folder of the module, with its go.mod; where there is none, the one that patterns are written from.
    module: PathBuf,
    /// Packages to report on.
    roots: FxHashSet<PackageId>,
    threads: NonZeroUsize,
    /// What a profile says of calls, where the program is built with one.
    hot: Option<Arc<HotCalls>>,
    /// Whether it is the only one of the run.
    alone: bool,
    /// Whether all packages of the module are among those to report on.
    whole: bool,
}

impl Analysis {
    /// Finds the packages that patterns name, module by module. Faults in them are in `load`; the error is for what
    /// leaves nothing to look at.
    pub(crate) fn all(
        system: &dyn System,
        patterns: &[String],
        tests: bool,
        args: &BuildArgs,
    ) -> Result<Vec<Self>, String> {
        let threads = args.jobs.or_else(|| std::thread::available_parallelism().ok());
        let threads = threads.unwrap_or(NonZeroUsize::MIN);
        // Only fails where the pool exists already; then that one serves.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global();
        let dir = std::env::current_dir().map_err(|e| format!("no working folder: {e}"))?;
        let targets = targets(system, &dir, patterns);
        let all =
            targets.iter().map(|target| Self::new(system, &dir, target, tests, args, threads));
        let mut all: Vec<Self> = all.collect::<Result<_, _>>()?;
        let alone = all.len() == 1;
        all.iter_mut().for_each(|analysis| analysis.alone = alone);
        Ok(all)
    }

    fn new(
        system: &dyn System,
        dir: &Path,
        target: &Target,
        tests: bool,
        args: &BuildArgs,
        threads: NonZeroUsize,
    ) -> Result<Self, String> {
        let options = packages::Options {
            dir: target.dir.clone(),
            go: args.go,
            goos: args.goos.clone(),
            goarch: args.goarch.clone(),
            tags: args.tags.clone(),
            ..packages::Options::default()
        };
        let build = Build::detect(system, &options).map_err(|e| e.to_string())?;
        let request = Request {
            dir: target.dir.clone(),
            patterns: target.patterns.clone(),
            tests,
            deps: true,
            ..Request::default()
        };
        let mut load = packages::load(system, &build, &request);
        let roots = load.analysed().into_iter().collect();
        let pgo = Pgo::parse(args.pgo.as_ref().or(build.pgo.as_ref()).map_or("auto", |p| p));
        let hot = hot_calls(&pgo, &load, &roots).unwrap_or_else(|fault| {
            load.errors.push(fault);
            None
        });
        let (dir, hot) = (dir.to_path_buf(), hot.map(Arc::new));
        let is_all = |pattern: &String| pattern == "./...";
        let at_root = system.kind(&target.dir.join("go.mod")) == Some(EntryKind::File);
        let whole = at_root && target.patterns.iter().any(is_all);
        let module = module_around(system, &target.dir).unwrap_or_else(|| target.dir.clone());
        Ok(Self { build, load, dir, module, roots, threads, hot, alone: true, whole })
    }

    /// Gives back the memory when it is done: others follow.
    pub(crate) fn with_others(self) -> Self {
        Self { alone: false, ..self }
    }

    /// Whether all packages of the module are among those to report on, so that nobody else can call what only these see.
    pub(crate) fn is_whole_module(&self) -> bool {
        self.whole
    }

    /// Number of packages to report on.
    pub(crate) fn roots(&self) -> usize {
        self.roots.len()
    }

    /// Whether a package is one to report on.
    pub(crate) fn is_root(&self, unit: UnitId) -> bool {
        self.roots.contains(&PackageId::from_index(unit.index()))
    }

    /// Checks the packages and hands on each root as soon as it is known.
    pub(crate) fn check(
        &self,
        store: &Store,
        done: &(dyn Fn(CheckedPackage<'_>) + Sync),
    ) -> Result<Outcome, String> {
        let arch = &self.build.goarch;
        let sizes = Sizes::for_arch(arch).ok_or_else(|| format!("GOARCH {arch} is not known"))?;
        Ok(program::check(store, &self.units(), sizes, self.threads, done))
    }

    /// Checks the packages and hands on each root as soon as it is known, with what answers where its values live: as the
    /// compiler that is built with says, with or without inlining. `finish` is called when all of them are.
    pub(crate) fn check_with_escape(
        &self,
        inline: bool,
        ask: Ask,
        done: &(dyn Fn(CheckedPackage<'_>, &Engines<'_>) + Sync),
        finish: impl FnOnce(&Store),
    ) -> Result<Outcome, String> {
        let (compiler, sizes) = self.compiler()?;
        let (store, units) = (ManuallyDrop::new(Store::new()), self.units());
        let program = ManuallyDrop::new(Program::new(&store, &units, sizes).until_done());
        let compiler = Compiler { inline, ..compiler };
        let mut functions = Functions::new(&program, compiler);
        if let Some(hot) = &self.hot {
            functions = functions.with_hot_calls(Arc::clone(hot));
        }
        let functions = ManuallyDrop::new(functions);
        let roots = units.iter_ids().filter(|(_, unit)| unit.root).map(|(id, _)| id);
        let engines = ManuallyDrop::new(Engines::new(&functions, ask, roots));
        let mut outcome = program.check(self.threads, &|package| done(package, &engines));
        // Bodies that were asked for later may have broken us too.
        outcome.broken = program.broken();
        outcome.broken.extend(engines.broken());
        outcome.broken.sort();
        finish(&store);
        // Of the only one little is left to do but to print, and the system takes the memory back faster.
        if !self.alone {
            drop(ManuallyDrop::into_inner(engines));
            drop(ManuallyDrop::into_inner(functions));
            drop(ManuallyDrop::into_inner(program));
            drop(ManuallyDrop::into_inner(store));
        }
        Ok(outcome)
    }

    /// The compiler that is built with, and the sizes of the target.
    fn compiler(&self) -> Result<(Compiler, Sizes), String> {
        let Build { goarch, level, toolchain, race, .. } = &self.build;
        let unknown = || format!("GOARCH {goarch} is not known");
        let sizes = Sizes::for_arch(goarch).ok_or_else(unknown)?;
        let compiler = Compiler::new(toolchain.minor(), goarch, level).ok_or_else(unknown)?;
        Ok((Compiler { race: *race, ..compiler }, sizes))
    }

    /// The folder that reports name files from.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder of the module, which its configuration names files from.
    pub(crate) fn module(&self) -> &Path {
        &self.module
    }

    /// A unit for each package, under the same number.
    fn units(&self) -> IndexVec<UnitId, Unit> {
        let mut units = IndexVec::with_capacity(self.load.packages.len());
        for (id, package) in self.load.packages.iter_ids() {
            let ids = package.files.iter().chain(package.cgo_files.iter());
            let files = ids.filter(|_| !package.is_unsafe()).map(|&file| {
                let version = self.load.file_language(id, file);
                let file = &self.load.files[file];
                UnitFile {
                    path: file.path.clone(),
                    text: file.text.clone(),
                    go_version: (1, version.minor()),
                }
            });
            let imports = package.imports.iter();
            let imports =
                imports.filter_map(|i| Some((i.path, UnitId::from_index(i.package?.index()))));
            units.push(Unit {
                path: package.path.as_str().to_owned(),
                files: files.collect(),
                imports: imports.map(|(path, unit)| (path.as_str().to_owned(), unit)).collect(),
                root: self.roots.contains(&id),
            });
        }
        units
    }

    /// The files of a package that are not among those of its unit.
    pub(crate) fn unseen(&self, unit: UnitId) -> Unseen {
        let package = &self.load.packages[PackageId::from_index(unit.index())];
        let own = match package.variant {
            Variant::Plain => &package.test_files[..],
            _ => &[],
        };
        // Those of the external test package are packages of their own, which see the package only by what it exports.
        let all = own.iter().chain(package.external_test_files.iter());
        let tests = all.map(|&file| self.load.files[file].text.clone()).collect();
        Unseen { tests, others: !package.ignored_files.is_empty() }
    }

    /// A path as reports give it: relative to the working folder where it lies below it.
    pub(crate) fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.dir).unwrap_or(path).to_path_buf()
    }

    /// The syntax errors of a package, a line each, and the number of files that have some.
    pub(crate) fn syntax_errors(&self, package: &CheckedPackage<'_>) -> (usize, Vec<String>) {
        let (mut broken, mut lines) = (0, Vec::new());
        for file in &package.files {
            broken += usize::from(!file.tree.errors.is_empty());
            for error in &file.tree.errors {
                let at = file.tree.locate(error.span.start);
                let path = self.relative(&file.path);
                let place = format!("{}:{}:{}", path.display(), at.line, at.column);
                lines.push(format!("{place}: {}", error.message));
            }
        }
        (broken, lines)
    }

    /// Everything that is wrong with the input, a line each, in order.
    pub(crate) fn faults(&self, outcome: &Outcome) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for error in self.build.warnings.iter().chain(&self.load.errors) {
            let mut error = error.clone();
            error.path = self.relative(&error.path);
            lines.push(error.to_string());
        }
        for (unit, why) in &outcome.broken {
            lines.push(self.broken(*unit, why));
        }
        lines
    }

    /// What is said of a package that we broke on.
    pub(crate) fn broken(&self, unit: UnitId, why: &str) -> String {
        let package = self.load.packages[PackageId::from_index(unit.index())].id;
        format!(
            "{package}: unheap itself broke here ({why}); the other packages were analysed. \
             Please report it."
        )
    }
}
