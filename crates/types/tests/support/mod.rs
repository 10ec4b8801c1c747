//! Bodies in words, and packages of the pinned Go to take them from.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, io};

use packages::{Build, Request};
use source::{DirEntry, EntryKind, Id, IndexVec, OsSystem, Span, System};
use syntax::dump;
use syntax::tree::{IdentId, StmtId};
use syntax::walk::{Event, Node, walk};
use types::program::{CheckedFile, Unit, UnitFile, UnitId};
use types::{ObjId, Selection, Store, TypeId};

/// The version that tests ask; the one of `cargo xtask`.
const PINNED: &str = "1.27.3";

/// What is known of a node.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Fact {
    pub(crate) span: Span,
    pub(crate) what: String,
}

/// All that is known of a node and of those below it, in their order. Signatures of declarations are left out.
pub(crate) fn facts(store: &Store, file: &CheckedFile, root: Node) -> Vec<Fact> {
    let words = Words { store, file };
    let mut facts = Vec::new();
    walk(&file.tree, root, |event| {
        if let Event::Enter(node) = event {
            let (kind, span) = (dump::kind(&file.tree, node), node.span(&file.tree));
            facts.push(Fact { span, what: format!("{kind} {}", words.node(node)) });
        }
        true
    });
    facts
}

struct Words<'a> {
    store: &'a Store,
    file: &'a CheckedFile,
}

impl Words<'_> {
    fn node(&self, node: Node) -> String {
        let (tree, facts) = (&self.file.tree, &self.file.facts);
        match node {
            Node::Expr(id) => {
                let mut said = format!("{:?} {}", facts.modes[id], self.ty(facts.types[id]));
                if let Some(value) = facts.value(id) {
                    said += &format!(" = {}", value.exact_string());
                }
                if let syntax::tree::Expr::Ident(ident) = tree.expr(id) {
                    said += &self.ident(ident);
                }
                if let Some(selection) = facts.selections.get(&id) {
                    said += &self.selection(selection);
                }
                said
            }
            Node::Ident(id) => self.ident(id),
            Node::Stmt(id) => self.clause(id),
            Node::Field(id) => {
                facts.unnamed_params.get(&id).map_or(String::new(), |v| self.object(*v))
            }
            _ => String::new(),
        }
    }

    fn ident(&self, id: IdentId) -> String {
        let facts = &self.file.facts;
        let defs = facts.defs[id].map_or(String::new(), |obj| self.object(obj));
        let uses = facts.uses[id].map_or(String::new(), |obj| self.object(obj));
        let instance = facts.instances.get(&id).map(|instance| {
            let args: Vec<String> = instance.args.iter().map(|&t| self.ty(Some(t))).collect();
            format!("[{}] {}", args.join(", "), self.ty(Some(instance.ty)))
        });
        format!(" def {defs} use {uses} {}", instance.unwrap_or_default())
    }

    fn clause(&self, id: StmtId) -> String {
        let var = self.file.facts.clause_vars.get(&id);
        var.map_or(String::new(), |&obj| self.object(obj))
    }

    fn selection(&self, s: &Selection) -> String {
        let (recv, ty) = (self.ty(Some(s.recv)), self.ty(Some(s.ty)));
        let obj = self.object(s.obj);
        format!(" {:?} ({recv}) {:?} {} {ty} {obj}", s.kind, s.path, s.indirect)
    }

    fn object(&self, id: ObjId) -> String {
        let object = self.store.obj(id);
        let place = object.place.map(|place| {
            let path = &self.store.file(place.file).path;
            format!("{}:{}", path.display(), place.offset)
        });
        let ty = self.ty(Some(self.store.obj_type(id)));
        format!("{} {ty} at {}", object.name, place.unwrap_or_default())
    }

    fn ty(&self, ty: Option<TypeId>) -> String {
        ty.map_or(String::new(), |ty| self.store.type_string(ty))
    }
}

/// The GOROOT of the pinned Go: `$UNHEAP_GOROOT`, else where `cargo xtask toolchain` puts it.
fn goroot() -> PathBuf {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || {
        set("UNHEAP_CACHE")
            .or_else(|| Some(set("XDG_CACHE_HOME")?.join("unheap")))
            .or_else(|| Some(env::home_dir()?.join(".cache/unheap")))
    };
    let root = set("UNHEAP_GOROOT")
        .or_else(|| Some(cache()?.join("go").join(PINNED).join("go")))
        .expect("a home folder");
    assert!(
        root.join("src/fmt").is_dir(),
        "Go {PINNED} is not in {}: run `cargo xtask toolchain`, which fetches it once",
        root.display()
    );
    root
}

/// The machine with the pinned Go and nothing else set.
struct Pinned(HashMap<&'static str, String>);

impl System for Pinned {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        OsSystem.read(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        OsSystem.read_dir(path)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        OsSystem.kind(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        OsSystem.canonicalize(path)
    }

    fn env(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

/// Packages of the standard library and all that they import, and which of them were named. None is a root.
pub(crate) fn std_packages(patterns: &[&str]) -> (IndexVec<UnitId, Unit>, Vec<UnitId>) {
    let root = goroot();
    let system = Pinned(HashMap::from([
        ("GOROOT", root.display().to_string()),
        ("GOTOOLCHAIN", "local".to_owned()),
        ("CGO_ENABLED", "0".to_owned()),
        ("GOOS", "linux".to_owned()),
        ("GOARCH", "amd64".to_owned()),
        ("GOWORK", "off".to_owned()),
    ]));
    let options = packages::Options { dir: root.join("src"), ..packages::Options::default() };
    let build = Build::detect(&system, &options).expect("a build");
    let patterns = patterns.iter().map(|&p| p.to_owned()).collect();
    let request = Request { dir: root.join("src"), patterns, deps: true, ..Request::default() };
    let load = packages::load(&system, &build, &request);
    assert!(load.errors.is_empty(), "{:?}", load.errors);
    let named = load.analysed().into_iter().map(|id| UnitId::from_index(id.index())).collect();
    let mut units: IndexVec<UnitId, Unit> = IndexVec::new();
    for (id, package) in load.packages.iter_ids() {
        let ids = package.files.iter().filter(|_| !package.is_unsafe());
        let files = ids.map(|&file| UnitFile {
            path: load.files[file].path.clone(),
            text: load.files[file].text.clone(),
            go_version: (1, load.file_language(id, file).minor()),
        });
        let imports = package.imports.iter().filter_map(|import| {
            Some((import.path.as_str().to_owned(), UnitId::from_index(import.package?.index())))
        });
        units.push(Unit {
            path: package.path.as_str().to_owned(),
            files: files.collect(),
            imports: imports.collect(),
            root: false,
        });
    }
    (units, named)
}
