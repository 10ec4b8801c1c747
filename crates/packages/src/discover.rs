//! Finding the packages that others import.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use source::{Name, System};

use crate::build::Build;
use crate::error::Error;
use crate::folder::{Folder, Folders, Role, SourceFile};
use crate::modules::{Found, Modules, NotFound};
use crate::package::Request;
use crate::pattern::{COMMAND_LINE, Root};

/// A package while the graph is found.
pub(crate) struct Node {
    pub(crate) path: Name,
    pub(crate) found: Found,
    pub(crate) folder: Folder,
    pub(crate) root: Option<Root>,
    /// Import paths by role: the package itself, its tests, its external tests.
    pub(crate) imports: [Vec<RawImport>; 3],
    /// Paths that the build adds.
    pub(crate) implicit: Vec<Name>,
    /// Whether its tests are loaded.
    pub(crate) has_tests: bool,
    /// Paths that its test binary adds.
    pub(crate) test_main: Vec<Name>,
}

/// What packages are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// All that a build takes.
    Load,
    /// What the pattern `all` names: what sources of the main modules import.
    All,
}

/// An import before its package is known.
pub(crate) struct RawImport {
    pub(crate) path: Name,
    /// The path that it stands for: the standard library vendors its dependencies.
    pub(crate) target: Name,
    /// The file, as an index into the folder's.
    pub(crate) file: usize,
    pub(crate) offset: u32,
}

/// What is looked for next.
struct Wanted {
    path: Name,
    root: Option<Root>,
}

pub(crate) struct Discovery<'a> {
    pub(crate) system: &'a dyn System,
    pub(crate) build: &'a Build,
    pub(crate) folders: &'a Folders<'a>,
    pub(crate) modules: &'a Modules<'a>,
    pub(crate) request: &'a Request,
    pub(crate) purpose: Purpose,
    pub(crate) nodes: Vec<Node>,
    pub(crate) by_path: FxHashMap<Name, usize>,
    pub(crate) not_found: FxHashMap<Name, NotFound>,
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
    pub(crate) fn discover(&mut self, roots: &[Root]) -> Vec<usize> {
        let mut level: Vec<Wanted> = roots
            .iter()
            .map(|root| Wanted { path: Name::new(&root.path), root: Some(root.clone()) })
            .collect();
        let mut seen: FxHashSet<Name> = level.iter().map(|w| w.path).collect();
        let mut root_nodes = Vec::new();
        let mut is_first = true;
        while !level.is_empty() {
            let this: &Self = self;
            let answers: Vec<Answer> = level.par_iter().map(|wanted| this.read(wanted)).collect();
            for (wanted, answer) in level.iter().zip(&answers) {
                // Should somebody import it, it is looked at without the wildcard.
                if matches!(answer, Answer::Nothing) {
                    seen.remove(&wanted.path);
                }
            }
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
                let paths = if self.request.deps { node.all_paths() } else { Vec::new() };
                for path in paths {
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
                return Answer::NotFound(NotFound { message, module: None });
            }
        };
        let only = root.and_then(|r| r.only.as_deref());
        let all = self.purpose == Purpose::All;
        let tests = root.is_some() || self.request.dependency_tests || all;
        let mut folder = Folder::scan(self.system, self.build, &found.dir, &listing, only, tests);
        if folder.is_empty() && folder.errors.is_empty() {
            if root.is_some_and(|r| r.by_wildcard) {
                return Answer::Nothing;
            }
            if folder.ignored.is_empty() {
                let message = format!("no Go files in {}", found.dir.display());
                return Answer::NotFound(NotFound { message, module: None });
            }
            // The package is there, and for this build it is empty.
            let message = "build constraints exclude all Go files";
            folder.errors.push(Error::at_path(&found.dir, message));
        }
        Answer::Node(Box::new(self.node(wanted, found, folder)))
    }

    fn locate(&self, path: &str, root: Option<&Root>) -> Result<Found, NotFound> {
        if path == COMMAND_LINE
            && let Some(dir) = root.and_then(|r| r.dir.clone())
        {
            // The go command takes such files for no module's.
            return Ok(Found { dir, module: None, is_std: false });
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
        let is_std = found.is_std;
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
            has_tests: false,
            test_main: Vec::new(),
        };
        let tests = node.folder.files.iter().any(SourceFile::is_test);
        match self.purpose {
            Purpose::All => {
                // Before Go 1.16 the tests of every package counted.
                let of_all = self.modules.workspace.go_version().is_some_and(|go| !go.at_least(16));
                let is_main = self.modules.is_main(node.found.module.as_ref());
                node.has_tests = tests && (of_all || is_main);
            }
            Purpose::Load if self.request.deps => {
                node.implicit = self.implicit(&node);
                node.has_tests = tests && self.request.tests && node.root.is_some();
                if node.has_tests {
                    node.test_main = self.linked();
                    node.test_main.extend(
                        ["os", "reflect", "testing", "testing/internal/testdeps"].map(Name::new),
                    );
                }
            }
            Purpose::Load => {}
        }
        node
    }

    /// The import paths that were found, sorted.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut paths: Vec<_> = self.nodes.iter().map(|n| n.path.as_str().to_string()).collect();
        paths.sort();
        paths
    }

    /// Packages that the build adds to a package.
    fn implicit(&self, node: &Node) -> Vec<Name> {
        let mut added = Vec::new();
        let path = node.path.as_str();
        let is_std = node.found.is_std;
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
        // Without cgo such a program cannot be linked at all.
        if external && build.cgo {
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
        let roles = if self.has_tests { 3 } else { 1 };
        let imports = self.imports[..roles].iter().flatten();
        imports
            .map(|i| i.target)
            .chain(self.implicit.iter().copied())
            .chain(self.test_main.iter().copied())
            .filter(|path| path.as_str() != "C")
            .collect()
    }
}
