//! From packages to the graph of their imports.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use source::{Id, IndexVec, Lines, Name, System};

use crate::build::Build;
use crate::error::Error;
use crate::folder::{Folder, Folders, Role, SourceFile};
use crate::graph::Order;
use crate::modfile::ModVersion;
use crate::modules::{Found, Modules, NotFound};
use crate::pattern::{COMMAND_LINE, Expander, Root};
use crate::test_variants;
use crate::version::GoVersion;
use crate::workspace::clean;

source::define_id!(
    /// A package of a [`Load`].
    pub struct PackageId
);
source::define_id!(
    /// A Go file of a [`Load`].
    pub struct FileId
);
source::define_id!(
    /// A module of a [`Load`].
    pub struct ModuleId
);

/// What is to be loaded.
#[derive(Clone, Default, Debug)]
pub struct Request {
    /// The working folder, absolute.
    pub dir: PathBuf,
    /// Patterns as the go command takes them; none means `.`.
    pub patterns: Vec<String>,
    /// Whether tests of the matched packages are loaded, with the variants of other
    /// packages that have to be compiled for them.
    pub tests: bool,
    /// Whether imported packages are loaded too.
    pub deps: bool,
    /// Whether test files of packages that are only imported are read and listed,
    /// which nothing but a comparison with `go list` needs.
    pub dependency_tests: bool,
}

/// A module that provides packages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Module {
    /// Module path.
    pub path: String,
    /// Selected version; empty for a main module.
    pub version: String,
    /// What stands in for it.
    pub replace: Option<ModVersion>,
    /// Its folder; `None` where packages come from a vendor folder.
    pub dir: Option<PathBuf>,
    /// What its `go` line says.
    pub go_version: Option<GoVersion>,
    /// Whether it is under analysis itself.
    pub is_main: bool,
}

/// An import of a package, once per path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Import {
    /// The path as the source writes it.
    pub path: Name,
    /// The file that imports it first.
    pub file: FileId,
    /// Offset of that import in the file.
    pub offset: u32,
    /// The package; `None` for "C" and for what is missing or closes a cycle.
    pub package: Option<PackageId>,
}

/// How a package came to be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Variant {
    /// As it stands.
    Plain,
    /// With its own test files: `p [p.test]`.
    InternalTest,
    /// The files of `p_test`: `p_test [p.test]`.
    ExternalTest,
    /// Compiled anew since it imports, by and by, a package with its test files:
    /// `q [p.test]`.
    Recompiled,
}

/// A package, or a variant of one that a test needs.
#[derive(Clone, Debug)]
pub struct Package {
    /// What tells it from all others: `p`, `p [p.test]`, `p_test [p.test]`.
    pub id: Name,
    /// Its path for the type checker: `p`, `p_test`.
    pub path: Name,
    /// The name that its package clauses give; empty where none could be read.
    pub name: Name,
    /// Its folder.
    pub dir: Arc<Path>,
    /// Its module; `None` for the standard library.
    pub module: Option<ModuleId>,
    /// The language version of its module. A file may differ: see
    /// [`Load::file_language`].
    pub language: GoVersion,
    /// Whether it belongs to the standard library or the go command.
    pub is_std: bool,
    /// Whether a pattern named it.
    pub is_root: bool,
    /// How it came to be.
    pub variant: Variant,
    /// The path of the package that is tested, unless plain.
    pub for_test: Option<Name>,
    /// Files to compile, without those that import "C".
    pub files: Arc<[FileId]>,
    /// Files to compile that import "C".
    pub cgo_files: Arc<[FileId]>,
    /// Test files of the package itself.
    pub test_files: Arc<[FileId]>,
    /// Files of the external test package.
    pub external_test_files: Arc<[FileId]>,
    /// Names of Go files that constraints leave out.
    pub ignored_files: Arc<[String]>,
    /// What its files import, sorted by path.
    pub imports: Vec<Import>,
    /// Packages that the build adds: cgo's, the linker's.
    pub implicit: Vec<PackageId>,
}

impl Package {
    /// Whether it is `unsafe`, whose one file is documentation.
    #[must_use]
    pub fn is_unsafe(&self) -> bool {
        self.is_std && self.path.as_str() == "unsafe"
    }

    /// The packages that it needs, added ones included, in no order.
    pub fn dependencies(&self) -> impl Iterator<Item = PackageId> + '_ {
        self.imports.iter().filter_map(|i| i.package).chain(self.implicit.iter().copied())
    }
}

/// A package that was imported or asked for and not found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missing {
    /// Import path.
    pub path: String,
    /// Why.
    pub message: String,
    /// The module, `path@version`, that is not downloaded and may hold it.
    pub module: Option<String>,
    /// Where it is imported; the message says why again.
    pub places: Vec<Error>,
}

/// Packages in an order in which dependencies come first.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// The packages: plain ones first, then the variants.
    pub packages: IndexVec<PackageId, Package>,
    /// Their files.
    pub files: IndexVec<FileId, SourceFile>,
    /// Their modules.
    pub modules: IndexVec<ModuleId, Module>,
    /// What the patterns named, in their order.
    pub roots: Vec<PackageId>,
    /// The internal and external test packages of the roots.
    pub tests: Vec<PackageId>,
    /// Faults in patterns, modules, folders and files, and each missing module or
    /// package once.
    pub errors: Vec<Error>,
    /// Packages that were not found, sorted by path.
    pub missing: Vec<Missing>,
}

impl Load {
    /// The language version of a file of a package: its `//go:build` line may raise or
    /// lower what the module says, though not below Go 1.21 (as in go/types).
    #[must_use]
    pub fn file_language(&self, package: PackageId, file: FileId) -> GoVersion {
        match self.files[file].minimum_go {
            Some(minor) => GoVersion::language_of(minor.max(21)),
            None => self.packages[package].language,
        }
    }

    /// The packages to report on: the roots, each with its test files where these were
    /// loaded, and the external test packages.
    #[must_use]
    pub fn analysed(&self) -> Vec<PackageId> {
        let internal: FxHashMap<Name, PackageId> = self
            .tests
            .iter()
            .filter(|id| self.packages[**id].variant == Variant::InternalTest)
            .map(|id| (self.packages[*id].path, *id))
            .collect();
        let roots = self.roots.iter();
        let mut all: Vec<_> = roots
            .map(|id| internal.get(&self.packages[*id].path).copied().unwrap_or(*id))
            .collect();
        let is_external = |id: &&PackageId| self.packages[**id].variant == Variant::ExternalTest;
        all.extend(self.tests.iter().filter(is_external));
        all
    }
}

/// Loads the packages that patterns name, and what they import.
#[must_use]
pub fn load(system: &dyn System, build: &Build, request: &Request) -> Load {
    let folders = Folders::new(system);
    let dir = clean(&request.dir);
    let mut modules = Modules::new(&folders, build, &dir);
    let mut expander = Expander {
        folders: &folders,
        modules: &modules,
        dir: &dir,
        cgo: build.cgo,
        errors: Vec::new(),
    };
    let roots = expander.expand(&request.patterns);
    let errors = expander.errors;
    let mut discovery = Discovery {
        system,
        build,
        folders: &folders,
        modules: &modules,
        request,
        nodes: Vec::new(),
        by_path: FxHashMap::default(),
        not_found: FxHashMap::default(),
    };
    let root_nodes = discovery.discover(&roots);
    let Discovery { nodes, by_path, not_found, .. } = discovery;
    let builder = Builder {
        build,
        modules: &modules,
        request,
        nodes,
        by_path,
        not_found,
        load: Load { errors, ..Load::default() },
        module_ids: FxHashMap::default(),
        missing: BTreeMap::new(),
    };
    let mut load = builder.build(&root_nodes);
    let mut errors = modules.take_errors();
    errors.append(&mut load.errors);
    load.errors = errors;
    load
}

/// A package while the graph is found.
pub(crate) struct Node {
    path: Name,
    found: Found,
    folder: Folder,
    root: Option<Root>,
    /// Import paths by role: the package itself, its tests, its external tests.
    imports: [Vec<RawImport>; 3],
    /// Paths that the build adds.
    implicit: Vec<Name>,
    /// Paths that its test binary adds.
    test_main: Vec<Name>,
}

/// An import before its package is known.
struct RawImport {
    path: Name,
    /// The path that it stands for: the standard library vendors its dependencies.
    target: Name,
    /// The file, as an index into the folder's.
    file: usize,
    offset: u32,
}

/// What is looked for next.
struct Wanted {
    path: Name,
    root: Option<Root>,
}

struct Discovery<'a> {
    system: &'a dyn System,
    build: &'a Build,
    folders: &'a Folders<'a>,
    modules: &'a Modules<'a>,
    request: &'a Request,
    nodes: Vec<Node>,
    by_path: FxHashMap<Name, usize>,
    not_found: FxHashMap<Name, NotFound>,
}

/// What became of a path.
enum Answer {
    Node(Box<Node>),
    /// A wildcard matched a folder in which nothing is built.
    Nothing,
    NotFound(NotFound),
}

impl Discovery<'_> {
    /// Finds the roots and, breadth first, what they import; the packages of a level
    /// are read in parallel. Returns the nodes of the roots.
    fn discover(&mut self, roots: &[Root]) -> Vec<usize> {
        let mut level: Vec<Wanted> = roots
            .iter()
            .map(|root| Wanted { path: Name::new(&root.path), root: Some(root.clone()) })
            .collect();
        let mut seen: rustc_hash::FxHashSet<Name> = level.iter().map(|w| w.path).collect();
        let mut root_nodes = Vec::new();
        let mut is_first = true;
        while !level.is_empty() {
            let this: &Self = self;
            let answers: Vec<Answer> = level.par_iter().map(|wanted| this.read(wanted)).collect();
            let mut next = Vec::new();
            for (wanted, answer) in level.iter().zip(answers) {
                let node = match answer {
                    Answer::Node(node) => node,
                    Answer::Nothing => continue,
                    Answer::NotFound(reason) => {
                        self.not_found.insert(wanted.path, reason);
                        continue;
                    }
                };
                for path in node.all_paths() {
                    if seen.insert(path) {
                        next.push(Wanted { path, root: None });
                    }
                }
                if is_first {
                    root_nodes.push(self.nodes.len());
                }
                self.by_path.insert(wanted.path, self.nodes.len());
                self.nodes.push(*node);
            }
            is_first = false;
            level = next;
        }
        root_nodes
    }

    fn read(&self, wanted: &Wanted) -> Answer {
        let path = wanted.path.as_str();
        let root = wanted.root.as_ref();
        let found = match self.locate(path, root) {
            Ok(found) => found,
            Err(reason) => return Answer::NotFound(reason),
        };
        let listing = match self.folders.try_list(&found.dir) {
            Ok(listing) => listing,
            Err(error) => {
                let message = format!("{}: cannot be read: {error}", found.dir.display());
                return Answer::NotFound(NotFound { message, not_downloaded: None });
            }
        };
        let only = root.and_then(|r| r.only.as_deref());
        let tests = root.is_some() || self.request.dependency_tests;
        let folder = Folder::scan(self.system, self.build, &found.dir, &listing, only, tests);
        if folder.is_empty() && folder.errors.is_empty() {
            if root.is_some_and(|r| r.by_wildcard) {
                return Answer::Nothing;
            }
            let why = if folder.ignored.is_empty() {
                "no Go files"
            } else {
                "build constraints exclude all Go files"
            };
            let message = format!("{why} in {}", found.dir.display());
            return Answer::NotFound(NotFound { message, not_downloaded: None });
        }
        Answer::Node(Box::new(self.node(wanted, found, folder)))
    }

    fn locate(&self, path: &str, root: Option<&Root>) -> Result<Found, NotFound> {
        if path == COMMAND_LINE
            && let Some(dir) = root.and_then(|r| r.dir.clone())
        {
            let main = self.modules.workspace.modules.first();
            return Ok(Found { dir, module: main.map(|m| ModVersion::new(&m.path, "")) });
        }
        self.modules.find(path)
    }

    fn node(&self, wanted: &Wanted, found: Found, folder: Folder) -> Node {
        let mut imports: [Vec<RawImport>; 3] = Default::default();
        for (index, file) in folder.files.iter().enumerate() {
            let list = match file.role {
                Role::Go | Role::Cgo => &mut imports[0],
                Role::Test => &mut imports[1],
                Role::ExternalTest => &mut imports[2],
            };
            for import in &file.header.imports {
                let path = Name::new(&import.path);
                list.push(RawImport { path, target: path, file: index, offset: import.offset });
            }
        }
        let is_std = found.module.is_none();
        for list in &mut imports {
            list.sort_by(|a, b| {
                (a.path.as_str(), a.file, a.offset).cmp(&(b.path.as_str(), b.file, b.offset))
            });
            list.dedup_by_key(|i| i.path);
            if is_std {
                for import in list {
                    let vendored =
                        self.modules.std_import(wanted.path.as_str(), import.path.as_str());
                    if let Some(vendored) = vendored {
                        import.target = Name::new(&vendored);
                    }
                }
            }
        }
        let mut node = Node {
            path: wanted.path,
            found,
            folder,
            root: wanted.root.clone(),
            imports,
            implicit: Vec::new(),
            test_main: Vec::new(),
        };
        if self.request.deps {
            node.implicit = self.implicit(&node);
            let has_tests = node.folder.files.iter().any(SourceFile::is_test);
            if self.request.tests && node.root.is_some() && has_tests {
                node.test_main = self.linked();
                node.test_main.extend(
                    ["os", "reflect", "testing", "testing/internal/testdeps"].map(Name::new),
                );
            }
        } else {
            node.imports.iter_mut().flatten().for_each(|i| i.target = i.path);
        }
        node
    }

    /// Packages that the build adds to a package.
    fn implicit(&self, node: &Node) -> Vec<Name> {
        let mut added = Vec::new();
        let path = node.path.as_str();
        let is_std = node.found.module.is_none();
        let uses_cgo = node.folder.files.iter().any(|f| f.role == Role::Cgo);
        if uses_cgo || node.folder.uses_swig {
            added.push("unsafe");
            if !(is_std && path == "runtime/cgo") {
                added.push("runtime/cgo");
            }
            let bare = ["runtime/cgo", "runtime/race", "runtime/msan", "runtime/asan"];
            if !(is_std && bare.contains(&path)) {
                added.push("syscall");
            }
        }
        if node.folder.uses_swig {
            added.push("sync");
        }
        let vectors = ["amd64", "arm64", "wasm"].contains(&self.build.goarch.as_str());
        let names: Vec<&str> = node.imports[0].iter().map(|i| i.path.as_str()).collect();
        if vectors && self.build.goroot_version.at_least(27) && names.contains(&"simd") {
            added.push("simd/internal/bridge");
        }
        let mut added: Vec<Name> = added.into_iter().map(Name::new).collect();
        if node.folder.name == "main" {
            added.extend(self.linked());
        }
        added.retain(|name| !names.contains(&name.as_str()));
        added
    }

    /// Packages that every program is linked with.
    fn linked(&self) -> Vec<Name> {
        let build = self.build;
        let mut linked = vec!["runtime"];
        let external = match build.goos.as_str() {
            "android" => build.goarch != "arm64",
            "ios" => build.goarch == "arm64",
            _ => false,
        };
        if external {
            linked.push("runtime/cgo");
        }
        if build.goarch == "arm" {
            linked.push("math");
        }
        if build.race {
            linked.push("runtime/race");
        }
        for (tag, package) in [("msan", "runtime/msan"), ("asan", "runtime/asan")] {
            if build.tag_set.contains(tag) && !build.tags.iter().any(|t| t == tag) {
                linked.push(package);
            }
        }
        linked.into_iter().map(Name::new).collect()
    }
}

impl Node {
    /// Every path that has to be found for the node.
    fn all_paths(&self) -> Vec<Name> {
        let tests = if self.test_main.is_empty() { 1 } else { 3 };
        let imports = self.imports[..tests].iter().flatten();
        imports
            .map(|i| i.target)
            .chain(self.implicit.iter().copied())
            .chain(self.test_main.iter().copied())
            .filter(|path| path.as_str() != "C")
            .collect()
    }
}

/// What a tested root needs beside its own package.
pub(crate) struct Tested {
    pub(crate) package: PackageId,
    pub(crate) imports: Vec<Import>,
    pub(crate) external_imports: Vec<Import>,
    /// Packages that the test binary adds.
    pub(crate) test_main: Vec<PackageId>,
}

/// Makes packages of nodes.
struct Builder<'a> {
    build: &'a Build,
    modules: &'a Modules<'a>,
    request: &'a Request,
    nodes: Vec<Node>,
    by_path: FxHashMap<Name, usize>,
    not_found: FxHashMap<Name, NotFound>,
    load: Load,
    module_ids: FxHashMap<ModVersion, ModuleId>,
    missing: BTreeMap<&'static str, Vec<(FileId, u32)>>,
}

impl Builder<'_> {
    fn build(mut self, roots: &[usize]) -> Load {
        let edges: Vec<Vec<usize>> = self.nodes.iter().map(|node| self.edges(node)).collect();
        let test_edges = |node: &Node| -> Vec<usize> {
            if node.test_main.is_empty() {
                return Vec::new();
            }
            let paths = node.imports[1..].iter().flatten().map(|i| i.target);
            let paths = paths.chain(node.test_main.iter().copied());
            paths.filter_map(|path| self.by_path.get(&path).copied()).collect()
        };
        let mut starts = Vec::new();
        for &root in roots {
            starts.push(root);
            starts.extend(test_edges(&self.nodes[root]));
        }
        let order = Order::new(&edges, &starts);
        for cycle in &order.cycles {
            self.report_cycle(cycle);
        }
        // Ids are given in the order of dependencies.
        let mut ids: Vec<Option<PackageId>> = vec![None; self.nodes.len()];
        for (position, &node) in order.order.iter().enumerate() {
            ids[node] = Some(PackageId::from_index(position));
        }
        let mut tested = Vec::new();
        for &node in &order.order {
            self.package(node, &ids, &order, &mut tested);
        }
        self.load.roots = roots.iter().filter_map(|&node| ids[node]).collect();
        self.report_missing();
        let by_root: FxHashMap<PackageId, Tested> =
            tested.into_iter().map(|t| (t.package, t)).collect();
        test_variants::add(&mut self.load, by_root);
        self.load
    }

    /// The nodes that a node needs.
    fn edges(&self, node: &Node) -> Vec<usize> {
        if !self.request.deps {
            return Vec::new();
        }
        let imports = node.imports[0].iter().map(|i| i.target);
        imports
            .chain(node.implicit.iter().copied())
            .filter_map(|path| self.by_path.get(&path).copied())
            .collect()
    }

    fn package(
        &mut self,
        index: usize,
        ids: &[Option<PackageId>],
        order: &Order,
        tested: &mut Vec<Tested>,
    ) {
        let folder = std::mem::take(&mut self.nodes[index].folder);
        let id = self.load.packages.next_id();
        let mut lists: [Vec<FileId>; 4] = Default::default();
        let mut files = Vec::new();
        for file in folder.files {
            let role = file.role;
            let file = self.load.files.push(file);
            files.push(file);
            lists[role as usize].push(file);
        }
        self.load.errors.extend(folder.errors);
        let module = self.nodes[index].found.module.clone();
        let module = module.map(|module| self.module(module));
        let language = match module {
            None => self.build.goroot_version.language(),
            Some(module) => self.load.modules[module]
                .go_version
                .map_or(GoVersion::language_of(16), GoVersion::language),
        };
        let raw = std::mem::take(&mut self.nodes[index].imports);
        let has_tests = !self.nodes[index].test_main.is_empty();
        let resolved = raw.iter().enumerate().map(|(which, list)| {
            let list = list.iter().map(|import| {
                let wanted = self.request.deps && (which == 0 || has_tests);
                let file = files[import.file];
                let (path, offset) = (import.path, import.offset);
                let mut import_of = Import { path, file, offset, package: None };
                if !wanted || path.as_str() == "C" {
                    return import_of;
                }
                match self.by_path.get(&import.target) {
                    Some(&to) if which > 0 || !order.is_cut(index, to) => {
                        import_of.package = ids[to]
                    }
                    Some(_) => {}
                    None => {
                        self.missing
                            .entry(import.target.as_str())
                            .or_default()
                            .push((file, offset));
                    }
                }
                import_of
            });
            list.collect::<Vec<_>>()
        });
        let mut resolved = resolved.collect::<Vec<_>>().into_iter();
        let [imports, test_imports, external_imports] =
            std::array::from_fn(|_| resolved.next().unwrap_or_default());
        let node = &self.nodes[index];
        let find = |names: &[Name]| -> Vec<PackageId> {
            let nodes = names.iter().filter_map(|name| self.by_path.get(name));
            nodes.filter(|to| !order.is_cut(index, **to)).filter_map(|to| ids[*to]).collect()
        };
        if has_tests {
            tested.push(Tested {
                package: id,
                imports: test_imports,
                external_imports,
                test_main: find(&node.test_main),
            });
        }
        let [files, cgo_files, test_files, external_test_files] = lists.map(Arc::from);
        let package = Package {
            id: node.path,
            path: node.path,
            name: Name::new(&folder.name),
            dir: Arc::from(node.found.dir.as_path()),
            module,
            language,
            is_std: module.is_none(),
            is_root: node.root.is_some(),
            variant: Variant::Plain,
            for_test: None,
            files,
            cgo_files,
            test_files,
            external_test_files,
            ignored_files: folder.ignored.into(),
            imports,
            implicit: find(&node.implicit),
        };
        self.load.packages.push(package);
    }

    fn module(&mut self, module: ModVersion) -> ModuleId {
        if let Some(&id) = self.module_ids.get(&module) {
            return id;
        }
        let facts = self.modules.facts(&module);
        let id = self.load.modules.push(Module {
            path: module.path.clone(),
            version: module.version.clone(),
            replace: facts.replace,
            dir: facts.dir,
            go_version: facts.go_version,
            is_main: facts.is_main,
        });
        self.module_ids.insert(module, id);
        id
    }

    /// An import cycle: the packages on it, the first one twice.
    fn report_cycle(&mut self, cycle: &[usize]) {
        let names: Vec<&str> = cycle.iter().map(|&n| self.nodes[n].path.as_str()).collect();
        let message = format!("import cycle not allowed: {}", names.join(" imports "));
        let [.., from, to] = cycle else { return };
        let to = self.nodes[*to].path;
        let node = &self.nodes[*from];
        let import = node.imports[0].iter().find(|i| i.target == to);
        let error = match import.and_then(|i| Some((i, node.folder.files.get(i.file)?))) {
            Some((import, file)) => {
                let place = Lines::new(&file.text).locate(import.offset);
                Error::at_place(&file.path, place.line, place.column, message)
            }
            None => Error::at_path(&node.found.dir, message),
        };
        self.load.errors.push(error);
    }

    /// Names each missing package, and in the errors each missing module, once.
    fn report_missing(&mut self) {
        let mut named_modules = rustc_hash::FxHashSet::default();
        let mut all: BTreeMap<&str, Vec<(FileId, u32)>> = std::mem::take(&mut self.missing);
        for name in self.not_found.keys() {
            all.entry(name.as_str()).or_default();
        }
        for (path, uses) in all {
            let Some(reason) = self.not_found.get(&Name::new(path)) else { continue };
            let module = reason.not_downloaded.as_ref();
            let module = module.map(|m| format!("{}@{}", m.path, m.version));
            let places: Vec<Error> = uses
                .iter()
                .map(|&(file, offset)| {
                    let file = &self.load.files[file];
                    let place = Lines::new(&file.text).locate(offset);
                    Error::at_place(&file.path, place.line, place.column, reason.message.clone())
                })
                .collect();
            let is_asked_for = places.is_empty();
            let is_news = module.as_ref().is_none_or(|m| named_modules.insert(m.clone()));
            if is_news {
                let mut error = match places.first() {
                    Some(place) => place.clone(),
                    None => Error::of_request(format!("{path}: {}", reason.message)),
                };
                if module.is_some() {
                    error.message.push_str("; `go mod download` fetches it");
                }
                // Packages that only the build adds are not the user's to find.
                let is_implicit = is_asked_for && !self.is_wanted(path);
                if !is_implicit {
                    self.load.errors.push(error);
                }
            }
            self.load.missing.push(Missing {
                path: path.into(),
                message: reason.message.clone(),
                module,
                places,
            });
        }
    }

    /// Whether a missing path was named on the command line.
    fn is_wanted(&self, path: &str) -> bool {
        let added = |node: &Node| {
            node.implicit.iter().chain(&node.test_main).any(|name| name.as_str() == path)
        };
        !self.nodes.iter().any(added)
    }
}
