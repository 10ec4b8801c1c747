//! From what was found to packages in the order of their needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use source::{Id, Lines, Name, System};

use crate::build::Build;
use crate::discover::{Discovery, Node, Purpose};
use crate::error::Error;
use crate::folder::Folders;
use crate::graph::Order;
use crate::modfile::ModVersion;
use crate::modules::{Modules, NotFound};
use crate::package::{
    FileId, Import, Load, Missing, Module, ModuleId, Package, PackageId, Request, Variant,
};
use crate::pattern::{Expander, Root};
use crate::test_variants;
use crate::version::GoVersion;
use crate::workspace::clean;

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
    let mut roots = expander.expand(&request.patterns);
    let discovery = |purpose| Discovery {
        system,
        build,
        folders: &folders,
        modules: &modules,
        request,
        purpose,
        nodes: Vec::new(),
        by_path: FxHashMap::default(),
        not_found: FxHashMap::default(),
    };
    if request.patterns.iter().any(|p| p == "all") {
        // What the main modules and their tests import, by and by, is asked for too.
        let mut all = discovery(Purpose::All);
        all.discover(&expander.expand(&["all".to_string()]));
        for path in all.paths() {
            if roots.iter().all(|r| r.path != path) {
                roots.push(Root { path, dir: None, by_wildcard: false, only: None });
            }
        }
    }
    let errors = expander.errors;
    let mut discovery = discovery(Purpose::Load);
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
    errors.extend(folders.take_faults());
    errors.append(&mut load.errors);
    load.errors = errors;
    load
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
            if !node.has_tests {
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
        let packages = &self.load.packages;
        let has_files = |id: &PackageId| packages[*id].has_files();
        self.load.roots = roots.iter().filter_map(|&n| ids[n]).filter(has_files).collect();
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
        let has_tests = self.nodes[index].has_tests;
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
            is_std: node.found.is_std,
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
            let module = reason.module.as_ref();
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
                let error = match places.first() {
                    Some(place) => place.clone(),
                    None => Error::of_request(format!("{path}: {}", reason.message)),
                };
                // Packages that only the build adds are not the user's to find.
                let is_implicit = is_asked_for && !self.is_wanted(path);
                // Without a toolchain all of the standard library is missing, which was said.
                let is_told = module.is_none() && self.build.goroot.as_os_str().is_empty();
                if !is_implicit && !is_told {
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
