//! Which module provides a package, and where.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};
use source::{EntryKind, System};

use crate::build::{Build, ModMode};
use crate::error::Error;
use crate::folder::Folders;
use crate::modfile::{self, ModFileKind, ModVersion};
use crate::mvs::{self, Graph, Pruning, Summary};
use crate::vendor::Vendored;
use crate::version::GoVersion;
use crate::workspace::{MainModule, Where, Workspace, clean};

/// Where a package was found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) dir: PathBuf,
    /// The module, or `None` for the standard library and for files named one by one.
    pub(crate) module: Option<ModVersion>,
    pub(crate) is_std: bool,
}

impl Found {
    fn in_module(dir: PathBuf, module: ModVersion) -> Self {
        Self { dir, module: Some(module), is_std: false }
    }
}

/// Why a package was not found.
#[derive(Clone, Debug)]
pub(crate) struct NotFound {
    pub(crate) message: String,
    /// A module that may hold the package and cannot be used.
    pub(crate) module: Option<ModVersion>,
}

/// Facts of a module that others ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct ModuleFacts {
    pub(crate) dir: Option<PathBuf>,
    pub(crate) go_version: Option<GoVersion>,
    pub(crate) replace: Option<ModVersion>,
    pub(crate) is_main: bool,
    pub(crate) ignore: Vec<String>,
}

/// How imports become folders.
pub(crate) struct Modules<'a> {
    folders: &'a Folders<'a>,
    build: &'a Build,
    pub(crate) workspace: Workspace,
    std: PathBuf,
    /// Replaced modules; an empty version stands for every version.
    replace: FxHashMap<ModVersion, Replacement>,
    exclude: FxHashSet<ModVersion>,
    vendored: Option<(PathBuf, Vendored)>,
    /// The modules and versions that go.sum vouches for, where the go command insists
    /// on it.
    sums: Option<FxHashSet<ModVersion>>,
    pruning: Pruning,
    /// What go.mod itself requires.
    roots: FxHashMap<String, String>,
    graph: OnceLock<Graph>,
    summaries: Mutex<FxHashMap<ModVersion, Option<Arc<DependencyFile>>>>,
    fetched: Mutex<FxHashMap<ModVersion, Option<PathBuf>>>,
    errors: Mutex<Vec<Error>>,
}

/// What stands in for a module.
#[derive(Clone, Debug)]
struct Replacement {
    /// As the file has it.
    written: ModVersion,
    /// With an absolute folder.
    actual: ModVersion,
}

/// The go.mod of a dependency.
#[derive(Debug)]
struct DependencyFile {
    summary: Arc<Summary>,
    go: Option<GoVersion>,
    ignore: Vec<String>,
}

impl<'a> Modules<'a> {
    /// Finds the main modules of a folder and what they require.
    pub(crate) fn new(folders: &'a Folders<'a>, build: &'a Build, dir: &Path) -> Self {
        let place = Where {
            dir,
            goroot: &build.goroot,
            gowork: build.gowork.as_deref(),
            mod_file: build.mod_file.as_deref(),
        };
        let workspace = Workspace::find(folders.system, &place);
        let mut modules = Self {
            folders,
            build,
            std: build.goroot.join("src"),
            replace: FxHashMap::default(),
            exclude: FxHashSet::default(),
            vendored: None,
            sums: None,
            pruning: Pruning::Pruned,
            roots: FxHashMap::default(),
            graph: OnceLock::new(),
            summaries: Mutex::default(),
            fetched: Mutex::default(),
            errors: Mutex::default(),
            workspace,
        };
        modules.read_replacements();
        modules.read_requirements();
        modules.vendored = modules.find_vendored();
        modules.sums = modules.read_sums(dir);
        modules
    }

    fn system(&self) -> &'a dyn System {
        self.folders.system
    }

    fn read_replacements(&mut self) {
        let workspace = std::mem::take(&mut self.workspace);
        let mut add = |root: &Path, file: &modfile::ModFile, overrides: bool| {
            for line in &file.replace {
                let mut actual = line.new.clone();
                if actual.version.is_empty() {
                    actual.path = clean(&root.join(&actual.path)).to_string_lossy().into_owned();
                }
                let new = Replacement { written: line.new.clone(), actual };
                if overrides {
                    self.replace
                        .retain(|old, _| old.path != line.old.path || !line.old.version.is_empty());
                    self.replace.insert(line.old.clone(), new);
                } else {
                    self.replace.entry(line.old.clone()).or_insert(new);
                }
            }
        };
        for module in &workspace.modules {
            add(&module.root, &module.file, false);
            self.exclude.extend(module.file.exclude.iter().cloned());
        }
        if let (Some(path), Some(file)) = (&workspace.work_path, &workspace.work) {
            // A line of go.work stands above every go.mod.
            add(path.parent().unwrap_or(path), file, true);
        }
        self.workspace = workspace;
    }

    fn read_requirements(&mut self) {
        if self.workspace.work.is_some() {
            self.pruning = Pruning::Workspace;
            return;
        }
        let Some(main) = self.workspace.modules.first() else { return };
        let complete = main.file.go_version().is_some_and(|go| go.at_least(17));
        self.pruning = if complete { Pruning::Pruned } else { Pruning::Unpruned };
        for line in &main.file.require {
            if self.exclude.contains(&line.module) {
                continue;
            }
            let version = self.roots.entry(line.module.path.clone()).or_default();
            if version.is_empty()
                || mvs::compare(version, &line.module.version) == std::cmp::Ordering::Less
            {
                version.clone_from(&line.module.version);
            }
        }
    }

    /// The vendor folder, where it is used.
    fn find_vendored(&self) -> Option<(PathBuf, Vendored)> {
        let folder = self.workspace.vendor_parent()?.join("vendor");
        match self.build.mod_mode {
            Some(ModMode::Readonly | ModMode::Mod) => return None,
            Some(ModMode::Vendor) => {}
            None => {
                // It counts from Go 1.14 on, so not where go.mod names no version.
                let named = self.workspace.leading_file()?.go_version()?;
                if !named.at_least(14) || self.system().kind(&folder) != Some(EntryKind::Directory)
                {
                    return None;
                }
            }
        }
        let text = self.system().read(&folder.join("modules.txt")).unwrap_or_default();
        let vendored = Vendored::parse(&text);
        let fits = vendored.is_workspace == self.workspace.work.is_some();
        (fits || self.build.mod_mode.is_some()).then_some((folder, vendored))
    }

    /// What go.sum lists, unless `-mod` or a workspace makes it optional.
    fn read_sums(&self, dir: &Path) -> Option<FxHashSet<ModVersion>> {
        let main = self.workspace.modules.first()?;
        let readonly = self.build.mod_mode != Some(ModMode::Mod) && self.vendored.is_none();
        if !readonly || self.workspace.work.is_some() {
            return None;
        }
        let path = match &self.build.mod_file {
            Some(file) => dir.join(file).with_extension("sum"),
            None => main.root.join("go.sum"),
        };
        let text = self.system().read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let entry = |line: &str| {
            let mut words = line.split_whitespace();
            let (path, version, sum) = (words.next()?, words.next()?, words.next()?);
            sum.starts_with("h1:").then(|| ModVersion::new(path, version))
        };
        Some(text.lines().filter_map(entry).collect())
    }

    /// Whether the go command would use a module that is not vouched for.
    fn lacks_sum(&self, module: &ModVersion) -> bool {
        let actual = self.replacement(module).unwrap_or(module);
        let is_local = module.version.is_empty() || actual.version.is_empty();
        !is_local && self.sums.as_ref().is_some_and(|sums| !sums.contains(actual))
    }

    /// Whether packages come from the vendor folder.
    pub(crate) fn vendor_folder(&self) -> Option<&Path> {
        self.vendored.as_ref().map(|(folder, _)| folder.as_path())
    }

    /// Whether a vendored package is listed in modules.txt.
    pub(crate) fn is_vendored(&self, path: &str) -> bool {
        self.vendored.as_ref().is_some_and(|(_, v)| v.packages.contains_key(path))
    }

    /// GOROOT/src.
    pub(crate) fn std(&self) -> &Path {
        &self.std
    }

    /// The main module whose path this is.
    fn main_module(&self, path: &str) -> Option<&MainModule> {
        self.workspace.modules.iter().find(|m| m.path == path)
    }

    /// Whether a module is one under analysis.
    pub(crate) fn is_main(&self, module: Option<&ModVersion>) -> bool {
        module.is_some_and(|m| m.version.is_empty() && self.main_module(&m.path).is_some())
    }

    /// The folder of a package of the standard library or of the go command.
    pub(crate) fn in_std(&self, path: &str) -> Option<PathBuf> {
        let first = path.split('/').next()?;
        if first.is_empty() || first.contains('.') {
            return None;
        }
        let dir = self.std.join(path);
        self.folders.list(&dir).has_go.then_some(dir)
    }

    /// What an import of a package of the standard library means: its dependencies
    /// outside it are kept in vendor folders.
    pub(crate) fn std_import(&self, importer: &str, path: &str) -> Option<String> {
        if !path.split('/').next()?.contains('.') {
            return None;
        }
        let in_cmd = importer == "cmd" || importer.starts_with("cmd/");
        let vendored = format!("{}/{path}", if in_cmd { "cmd/vendor" } else { "vendor" });
        let there = self.system().kind(&self.std.join(&vendored)).is_some();
        there.then_some(vendored)
    }

    /// Finds the package with an import path.
    pub(crate) fn find(&self, path: &str) -> Result<Found, NotFound> {
        if let Some(fault) = invalid_import(path) {
            return Err(NotFound { message: fault, module: None });
        }
        if let Some(dir) = self.in_std(path) {
            return Ok(Found { dir, module: None, is_std: true });
        }
        if let Some((folder, vendored)) = &self.vendored {
            return self.find_vendored_package(path, folder, vendored);
        }
        let mut unusable = None;
        if self.pruning != Pruning::Unpruned
            && let Some(found) =
                self.find_in(path, &|module| self.root_version(module), &mut unusable)
        {
            return Ok(found);
        }
        if !self.workspace.modules.is_empty() {
            let selected = |module: &str| self.selected_version(module);
            if let Some(found) = self.find_in(path, &selected, &mut unusable) {
                return Ok(found);
            }
        }
        let message = match &unusable {
            Some(module) => self.why_unusable(module),
            None if !path.split('/').next().unwrap_or(path).contains('.') => {
                format!("package {path} is not in std ({})", self.std.join(path).display())
            }
            None => format!("no required module provides package {path}"),
        };
        Err(NotFound { message, module: unusable })
    }

    fn why_unusable(&self, module: &ModVersion) -> String {
        let name = format!("{}@{}", module.path, module.version);
        match self.replacement(module) {
            Some(new) if new.version.is_empty() => {
                format!("module {name}: replacement folder {} does not exist", new.path)
            }
            _ if self.lacks_sum(module) => {
                format!("module {name} has no entry in go.sum; `go mod tidy` adds it")
            }
            _ => format!("module {name} is not downloaded; `go mod download` fetches it"),
        }
    }

    fn find_vendored_package(
        &self,
        path: &str,
        folder: &Path,
        vendored: &Vendored,
    ) -> Result<Found, NotFound> {
        for main in &self.workspace.modules {
            if let Some(dir) = self.dir_in(path, &main.prefix, &main.root, true) {
                return Ok(Found::in_module(dir, ModVersion::new(&main.path, "")));
            }
        }
        let dir = folder.join(path);
        let module = vendored.packages.get(path);
        let listed =
            module.is_some() || self.workspace.go_version().is_none_or(|go| !go.at_least(23));
        if listed && self.folders.list(&dir).has_go {
            let module = module.cloned().unwrap_or_else(|| ModVersion::new("", ""));
            return Ok(Found::in_module(dir, module));
        }
        let message = format!("package {path} is not in {}", folder.display());
        Err(NotFound { message, module: None })
    }

    /// Looks for the package in every module whose path its own begins with; the
    /// longest comes first.
    fn find_in(
        &self,
        path: &str,
        version: &dyn Fn(&str) -> Option<String>,
        unusable: &mut Option<ModVersion>,
    ) -> Option<Found> {
        let mut prefix = Some(path);
        // A main module's packages may have no common prefix: the standard library.
        if let Some(main) = self.workspace.modules.iter().find(|m| m.prefix.is_empty())
            && let Some(dir) = self.dir_in(path, "", &main.root, true)
        {
            return Some(Found::in_module(dir, ModVersion::new(&main.path, "")));
        }
        while let Some(candidate) = prefix {
            if let Some(version) = version(candidate) {
                let module = ModVersion::new(candidate, version);
                if self.lacks_sum(&module) {
                    // It might hold the package, so the go command wants to look.
                    *unusable = Some(module);
                    return None;
                }
                match self.fetch(&module) {
                    Some((root, is_local)) => {
                        if let Some(dir) = self.dir_in(path, candidate, &root, is_local) {
                            return Some(Found::in_module(dir, module));
                        }
                    }
                    None => {
                        unusable.get_or_insert(module);
                    }
                }
            }
            prefix = candidate.rsplit_once('/').map(|(parent, _)| parent);
        }
        None
    }

    /// The version that go.mod itself names.
    fn root_version(&self, path: &str) -> Option<String> {
        if self.main_module(path).is_some() {
            return Some(String::new());
        }
        self.roots.get(path).cloned()
    }

    /// The version that is selected from the whole graph.
    fn selected_version(&self, path: &str) -> Option<String> {
        if self.main_module(path).is_some() {
            return Some(String::new());
        }
        self.graph().selected(path).map(str::to_string)
    }

    fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| {
            let read = |module: &ModVersion| self.summary(module);
            if self.pruning == Pruning::Workspace {
                let modules = self.workspace.modules.iter();
                let roots: Vec<_> = modules.map(|m| ModVersion::new(&m.path, "")).collect();
                return Graph::of_workspace(&roots, &read);
            }
            let mut roots: Vec<_> =
                self.roots.iter().map(|(path, version)| ModVersion::new(path, version)).collect();
            roots.sort();
            Graph::of_module(&roots, self.pruning, &read)
        })
    }

    /// Every module that may provide packages, sorted.
    pub(crate) fn build_list(&self) -> Vec<ModVersion> {
        let mut list: Vec<_> =
            self.graph().modules().filter(|m| self.main_module(&m.path).is_none()).collect();
        list.sort();
        list
    }

    /// What stands in for a module.
    fn replacement(&self, module: &ModVersion) -> Option<&ModVersion> {
        if self.replace.is_empty() {
            return None;
        }
        self.replace_line(module).map(|line| &line.actual)
    }

    fn replace_line(&self, module: &ModVersion) -> Option<&Replacement> {
        let any = || self.replace.get(&ModVersion::new(&module.path, ""));
        self.replace.get(module).or_else(any)
    }

    /// The folder of a module and whether it is a plain folder of the user's, in which
    /// other modules may lie.
    pub(crate) fn fetch(&self, module: &ModVersion) -> Option<(PathBuf, bool)> {
        if module.version.is_empty() {
            return self.main_module(&module.path).map(|m| (m.root.clone(), true));
        }
        let actual = self.replacement(module).unwrap_or(module);
        let is_local = actual.version.is_empty();
        let known = self.lock(&self.fetched).get(actual).cloned();
        let folder = known.unwrap_or_else(|| {
            let folder = if is_local { PathBuf::from(&actual.path) } else { self.cached(actual) };
            let there = self.system().kind(&folder) == Some(EntryKind::Directory);
            let folder = there.then_some(folder);
            self.lock(&self.fetched).insert(actual.clone(), folder.clone());
            folder
        });
        folder.map(|folder| (folder, is_local))
    }

    /// Where the module cache keeps a module.
    fn cached(&self, module: &ModVersion) -> PathBuf {
        let name = format!("{}@{}", escape(&module.path), escape(&module.version));
        self.build.gomodcache.join(name)
    }

    /// The folder of a package in a module, if it holds Go files and no other module
    /// lies between.
    fn dir_in(&self, path: &str, prefix: &str, root: &Path, is_local: bool) -> Option<PathBuf> {
        let rest = if prefix.is_empty() {
            path
        } else if path == prefix {
            ""
        } else {
            path.strip_prefix(prefix)?.strip_prefix('/')?
        };
        let dir = if rest.is_empty() { root.to_path_buf() } else { root.join(rest) };
        if !self.folders.list(&dir).has_go {
            return None;
        }
        if is_local {
            let mut folder = dir.as_path();
            while folder != root {
                if self.folders.list(folder).has_go_mod {
                    return None;
                }
                folder = folder.parent()?;
            }
        }
        Some(dir)
    }

    /// The requirements of a module, exclusions taken out.
    fn summary(&self, module: &ModVersion) -> Option<Arc<Summary>> {
        if module.version.is_empty() {
            let main = self.main_module(&module.path)?;
            return Some(Arc::new(self.summarise(&main.file)));
        }
        self.dependency_file(module).map(|file| Arc::clone(&file.summary))
    }

    fn summarise(&self, file: &modfile::ModFile) -> Summary {
        let required = file.require.iter().map(|r| r.module.clone());
        Summary {
            require: required.filter(|m| !self.exclude.contains(m)).collect(),
            is_complete: file.go_version().is_some_and(|go| go.at_least(17)),
        }
    }

    /// The go.mod of a dependency, or of what stands in for it.
    fn dependency_file(&self, module: &ModVersion) -> Option<Arc<DependencyFile>> {
        let actual = self.replacement(module).unwrap_or(module);
        if let Some(known) = self.lock(&self.summaries).get(actual) {
            return known.clone();
        }
        let file = self.read_dependency_file(actual).map(Arc::new);
        self.lock(&self.summaries).insert(actual.clone(), file.clone());
        file
    }

    fn read_dependency_file(&self, actual: &ModVersion) -> Option<DependencyFile> {
        let path = if actual.version.is_empty() {
            Path::new(&actual.path).join("go.mod")
        } else {
            let download = self.build.gomodcache.join("cache").join("download");
            let name = format!("{}.mod", escape(&actual.version));
            download.join(escape(&actual.path)).join("@v").join(name)
        };
        let text = self.system().read(&path).or_else(|error| {
            // A cache that was copied may lack its downloads.
            if actual.version.is_empty() {
                return Err(error);
            }
            self.system().read(&self.cached(actual).join("go.mod"))
        });
        let (file, faults) = modfile::parse(&text.ok()?, ModFileKind::Dependency);
        let errors = faults.into_iter();
        let errors = errors.map(|f| Error::at_place(&path, f.line, f.column, f.message));
        self.lock(&self.errors).extend(errors);
        let summary = Arc::new(self.summarise(&file));
        Some(DependencyFile { summary, go: file.go_version(), ignore: file.ignore })
    }

    /// What others ask of a module.
    pub(crate) fn facts(&self, module: &ModVersion) -> ModuleFacts {
        if let Some(main) = self.main_module(&module.path)
            && module.version.is_empty()
        {
            return ModuleFacts {
                dir: Some(main.root.clone()),
                // The go command takes a file that does not say for one of Go 1.16.
                go_version: main.file.go_version().or_else(|| GoVersion::parse("1.16")),
                replace: None,
                is_main: true,
                ignore: main.file.ignore.clone(),
            };
        }
        if let Some((_, vendored)) = &self.vendored {
            let any = || vendored.replaced.get(&ModVersion::new(&module.path, ""));
            return ModuleFacts {
                go_version: vendored.go.get(module).copied(),
                replace: vendored.replaced.get(module).or_else(any).cloned(),
                ..ModuleFacts::default()
            };
        }
        let file = self.dependency_file(module);
        ModuleFacts {
            dir: self.fetch(module).map(|(dir, _)| dir),
            go_version: file.as_ref().and_then(|f| f.go),
            replace: self.replace_line(module).map(|line| line.written.clone()),
            is_main: false,
            ignore: file.map(|f| f.ignore.clone()).unwrap_or_default(),
        }
    }

    /// The faults that were met in go.mod files.
    pub(crate) fn take_errors(&mut self) -> Vec<Error> {
        let mut errors = std::mem::take(&mut self.workspace.errors);
        let mut others = std::mem::take(&mut *self.lock(&self.errors));
        // They came in the order of threads.
        others.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
        others.dedup();
        errors.extend(others);
        errors
    }

    fn lock<'m, T>(&self, mutex: &'m Mutex<T>) -> std::sync::MutexGuard<'m, T> {
        // Only a lack of memory could poison it.
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a path cannot be imported at all.
fn invalid_import(path: &str) -> Option<String> {
    let local = path == "." || path == ".." || path.starts_with("./") || path.starts_with("../");
    if local {
        return Some(format!("\"{path}\" is relative, but relative imports are not supported"));
    }
    if path.is_empty() || path.starts_with('/') || path.ends_with('/') || path.contains("//") {
        return Some(format!("\"{path}\" is not an import path"));
    }
    let odd = |part: &str| part == "." || part == ".." || part.ends_with('.');
    if path.contains(['@', '\\', ':']) || path.split('/').any(odd) {
        return Some(format!("\"{path}\" is not an import path"));
    }
    None
}

/// A path as the module cache writes it: capitals would clash where case does not count.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(c.to_ascii_lowercase());
    }
    escaped
}
