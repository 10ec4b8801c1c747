//! Fixtures: folders of Go files below `tests/fixtures`, one package each, checked by our own front end against the
//! standard library of the pinned Go.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::{env, fs, io};

use escape::{Allocations, Ask, Engine, Functions};
use lower::Compiler;
use packages::{Build, GoVersion, Request};
use rules::{Finding, Settings, Unseen};
use source::{DirEntry, Edit, EntryKind, Id, IndexVec, OsSystem, Span, System, Text};
use types::Store;
use types::layout::Sizes;
use types::program::{Program, Unit, UnitFile, UnitId};

/// The version that tests ask; the one of `cargo xtask`.
const PINNED: &str = "1.27.3";

/// Where the fixtures are.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The GOROOT of the pinned Go: `$UNHEAP_GOROOT`, else where `cargo xtask toolchain` puts it.
pub(crate) fn goroot() -> PathBuf {
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

/// The pinned go command in a folder.
pub(crate) fn go(dir: &Path, program: &str) -> Command {
    let root = goroot();
    let mut command = Command::new(root.join("bin").join(program));
    command.current_dir(dir).env("GOROOT", &root).env("GOTOOLCHAIN", "local");
    command.env("GOFLAGS", "").env("GOWORK", "off").env("CGO_ENABLED", "0").env("GOPROXY", "off");
    command
}

/// The machine with the pinned Go and nothing else set.
struct Pinned(HashMap<&'static str, String>);

impl Pinned {
    fn new() -> Self {
        let root = goroot();
        let path = root.join("bin").display().to_string();
        Self(HashMap::from([
            ("GOROOT", root.display().to_string()),
            ("GOTOOLCHAIN", "local".to_owned()),
            ("PATH", path),
            ("CGO_ENABLED", "0".to_owned()),
            ("GOOS", "linux".to_owned()),
            ("GOARCH", "amd64".to_owned()),
            ("GOWORK", "off".to_owned()),
        ]))
    }
}

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
        match name {
            "HOME" => OsSystem.env(name),
            _ => self.0.get(name).cloned(),
        }
    }
}

/// A file of a fixture and what was found in it.
pub(crate) struct Checked {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its text.
    pub(crate) text: String,
    /// What was found.
    pub(crate) findings: Vec<Finding>,
    /// The text after all fixes.
    pub(crate) fixed: String,
}

/// Checks the package in a folder with the rule that it is named after, or with all. A name that ends in `_go125` is
/// judged for Go 1.25.
pub(crate) fn check(dir: &Path) -> Vec<Checked> {
    check_with(dir, |_| {})
}

/// As [`check`], with other settings.
pub(crate) fn check_with(dir: &Path, change: impl Fn(&mut Settings)) -> Vec<Checked> {
    let system = Pinned::new();
    let options = packages::Options { dir: dir.to_owned(), ..packages::Options::default() };
    let build = Build::detect(&system, &options).expect("a build");
    let request = Request {
        dir: dir.to_owned(),
        patterns: vec![".".to_owned()],
        deps: true,
        tests: true,
        ..Request::default()
    };
    let load = packages::load(&system, &build, &request);
    assert!(load.errors.is_empty(), "{}: {:?}", dir.display(), load.errors);
    let roots = load.analysed();
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
            root: roots.contains(&id),
        });
    }
    let (rule, go) = judged_by(dir);
    let mut settings = Settings::new(go);
    if let Some(rule) = rules::position(&rule) {
        settings.enabled = (0..rules::all().len()).map(|at| at == rule).collect();
    }
    change(&mut settings);
    // What stands in it is said by tests that are not loaded.
    let tests = fs::read(dir.join("unseen.txt")).map(Text::new).into_iter().collect();
    let unseen = Unseen { tests, others: false };
    let checked = Mutex::new(Vec::new());
    let sizes = Sizes::for_arch("amd64").expect("amd64 is known");
    let store = Store::new();
    let compiler = Compiler::new(go.1, "amd64", "v1").expect("amd64 is known");
    let program = Program::new(&store, &units, sizes);
    let functions = Functions::new(&program, compiler);
    let outcome = program.check(NonZeroUsize::MIN, &|package| {
        let engine = Engine::new(&functions, Ask { why: true, ..Ask::default() });
        let allocations = Allocations::new(&engine, package.unit);
        let findings = rules::run(&package, &settings, &unseen, Some(&allocations)).findings;
        for file in &package.files {
            let own: Vec<Finding> =
                findings.iter().filter(|f| f.path == file.path).cloned().collect();
            let plans: Vec<&fix::Plan> =
                own.iter().filter_map(|f| f.fix.as_ref()).map(|fix| &fix.plan).collect();
            let merged = fix::merge(fix::Target { file, store: package.store }, &plans);
            let fixed = source::apply(&file.text, &merged.edits).expect("edits do not overlap");
            checked.lock().unwrap().push(Checked {
                path: file.path.clone(),
                text: String::from_utf8(file.text.to_vec()).unwrap(),
                findings: own,
                fixed: String::from_utf8(fixed).unwrap(),
            });
        }
    });
    assert!(outcome.broken.is_empty(), "{}: {:?}", dir.display(), outcome.broken);
    let mut checked = checked.into_inner().unwrap();
    checked.sort_by(|a, b| a.path.cmp(&b.path));
    checked.dedup_by(|a, b| a.path == b.path);
    checked
}

/// The rule that a folder is named after, and the Go version that its name ends in.
fn judged_by(dir: &Path) -> (String, (u32, u32)) {
    let name = dir.file_name().unwrap().to_string_lossy().into_owned();
    let pinned = GoVersion::parse(PINNED).expect("a version").minor();
    match name.rsplit_once("_go1") {
        Some((rule, minor)) => (rule.to_owned(), (1, minor.parse().expect("a minor version"))),
        None => (name, (1, pinned)),
    }
}

/// The text after the edits of one finding alone, as its JSON gives them.
pub(crate) fn apply_alone(text: &str, finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let edits: Vec<Edit> = fix
        .edits
        .iter()
        .map(|edit| Edit { span: Span::new(edit.start, edit.end), text: edit.text.clone() })
        .collect();
    let fixed = source::apply(text.as_bytes(), &edits).expect("edits do not overlap");
    Some(String::from_utf8(fixed).unwrap())
}

/// Where modules are that fixtures import: as much of them as is imported.
const THIRD_PARTY: &str = "third_party";
/// The fixture that another one imports.
const IMPORTED: &str = "dialer";

/// Writes go.mod for fixtures to a folder, and beside it the modules that they import.
pub(crate) fn write_module(root: &Path) {
    fs::copy(fixtures().join("go.mod"), root.join("go.mod")).unwrap();
    let mut open: Vec<PathBuf> = [THIRD_PARTY, IMPORTED].map(PathBuf::from).into();
    while let Some(dir) = open.pop() {
        fs::create_dir_all(root.join(&dir)).unwrap();
        for entry in fs::read_dir(fixtures().join(&dir)).unwrap() {
            let entry = entry.unwrap();
            let path = dir.join(entry.file_name());
            if entry.path().is_dir() {
                open.push(path);
            } else {
                fs::copy(entry.path(), root.join(path)).unwrap();
            }
        }
    }
}

/// The folders of fixtures, in order; with `FIXTURES=TEXT` only those whose names begin so.
pub(crate) fn packages_of_fixtures() -> Vec<PathBuf> {
    let only = env::var("FIXTURES").unwrap_or_default();
    let mut dirs: Vec<PathBuf> = fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.is_dir()
                && !path.ends_with(THIRD_PARTY)
                && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&only))
        })
        .collect();
    dirs.sort();
    dirs
}
