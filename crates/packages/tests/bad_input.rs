//! What is broken is reported with its place, and the rest is loaded.

#![allow(clippy::unwrap_used)]

mod common;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use common::{errors, files, id, imports, load_in, roots};
use packages::MAX_FILE_SIZE;
use source::{DirEntry, EntryKind, MemorySystem, System};

#[test]
fn no_such_folder() {
    let system = files("-- /m/go.mod --\nmodule m\n-- /m/a/a.go --\npackage a\n");
    let load = load_in(&system, "/m", &["./gone", "./gone/...", "./a"]);
    assert_eq!(errors(&load), ["/m/gone: no such folder", "/m/gone: no such folder"]);
    assert_eq!(roots(&load), ["m/a"]);
}

#[test]
fn a_folder_without_go() {
    let system = files(
        "-- /m/go.mod --\nmodule m\n-- /m/docs/x.md --\nx\n\
         -- /m/w/w_windows.go --\npackage w\n",
    );
    let load = load_in(&system, "/m", &["./docs", "./w", "./docs/..."]);
    assert_eq!(
        errors(&load),
        [
            "/m/docs: no Go files in this folder",
            "pattern ./docs/... matched no packages",
            "/m/w: build constraints exclude all Go files",
        ]
    );
    assert!(roots(&load).is_empty());
}

#[test]
fn no_module() {
    let system = files("-- /m/a.go --\npackage a\nimport \"fmt\"\n");
    let load = load_in(&system, "/m", &["./..."]);
    assert_eq!(errors(&load), ["/m: no go.mod in this folder or above it"]);
    // A file by its name, and the standard library, need none.
    assert_eq!(imports(&load_in(&system, "/m", &["a.go"]), "command-line-arguments"), ["fmt"]);
    assert_eq!(roots(&load_in(&system, "/m", &["fmt"])), ["fmt"]);
}

#[test]
fn a_go_mod_that_does_not_parse() {
    let system = files(
        "-- /m/go.mod --\nmodule m\n\ngo one\nrequire (\n\ta.b/c latest\n)\n\
         -- /m/a.go --\npackage m\nimport \"m/b\"\n-- /m/b/b.go --\npackage b\n",
    );
    let load = load_in(&system, "/m", &["./..."]);
    assert_eq!(
        errors(&load),
        [
            "/m/go.mod:3:1: invalid go version 'one': must match format 1.23.0",
            "/m/go.mod:5:2: require a.b/c: version \"latest\" invalid: \
             must be of the form v1.2.3",
        ]
    );
    assert_eq!(imports(&load, "m"), ["m/b"]);
}

#[test]
fn an_import_cycle() {
    let system = files(
        "-- /m/go.mod --\nmodule m\n-- /m/a/a.go --\npackage a\n\nimport \"m/b\"\n\
         -- /m/b/b.go --\npackage b\nimport \"m/c\"\n\
         -- /m/c/c.go --\npackage c\nimport (\n\t\"fmt\"\n\t\"m/a\"\n)\n",
    );
    let load = load_in(&system, "/m", &["./..."]);
    assert_eq!(
        errors(&load),
        ["/m/c/c.go:4:2: import cycle not allowed: m/a imports m/b imports m/c imports m/a"]
    );
    assert_eq!(roots(&load), ["m/a", "m/b", "m/c"]);
    assert_eq!(imports(&load, "m/c"), ["fmt", "!m/a"]);
}

#[test]
fn an_import_cycle_through_a_test() {
    let system = files(
        "-- /m/go.mod --\nmodule m\n-- /m/a/a.go --\npackage a\n\
         -- /m/a/a_test.go --\npackage a\nimport \"m/b\"\n\
         -- /m/b/b.go --\npackage b\nimport \"m/a\"\n",
    );
    let load = load_in(&system, "/m", &["./..."]);
    let message = "import cycle not allowed in test: m/a is imported by m/b";
    assert_eq!(errors(&load), [format!("/m/a/a_test.go:2:8: {message}")]);
    assert_eq!(imports(&load, "m/a [m/a.test]"), ["!m/b"]);
}

#[test]
fn a_dependency_that_is_not_downloaded_is_named_once() {
    let system = files(
        "-- /m/go.mod --\nmodule m\ngo 1.20\nrequire a.b/c v1.0.0\n\
         -- /m/a.go --\npackage m\nimport (\n\t\"a.b/c\"\n\t\"a.b/c/d\"\n\t\"fmt\"\n)\n\
         -- /m/b/b.go --\npackage b\nimport (\n\t\"a.b/c\"\n\t\"e.f/g\"\n\t\"nostd\"\n)\n",
    );
    let load = load_in(&system, "/m", &["./..."]);
    assert_eq!(
        errors(&load),
        [
            "/m/a.go:3:2: module a.b/c@v1.0.0 is not downloaded; `go mod download` fetches it",
            "/m/b/b.go:4:2: no required module provides package e.f/g",
            "/m/b/b.go:5:2: package nostd is not in std (/go/src/nostd)",
        ]
    );
    let missing: Vec<_> = load.missing.iter().map(|m| (m.path.as_str(), m.places.len())).collect();
    assert_eq!(missing, [("a.b/c", 2), ("a.b/c/d", 1), ("e.f/g", 1), ("nostd", 1)]);
    assert_eq!(imports(&load, "m"), ["!a.b/c", "!a.b/c/d", "fmt"]);
}

#[test]
fn two_packages_in_a_folder() {
    let system = files(
        "-- /m/go.mod --\nmodule m\n-- /m/a.go --\npackage m\n-- /m/b.go --\npackage n\n\
         -- /m/c/c.go --\npackage c\n",
    );
    let load = load_in(&system, "/m", &["./..."]);
    assert_eq!(errors(&load), ["/m/b.go:1:9: found packages m (a.go) and n in one folder"]);
    assert_eq!(roots(&load), ["m", "m/c"]);
}

/// Files of which one misbehaves.
struct Odd {
    files: MemorySystem,
    /// The path and what reading it gives, each time.
    odd: (PathBuf, fn() -> io::Result<Vec<u8>>),
    reads: Mutex<Vec<PathBuf>>,
}

impl Odd {
    fn new(files: MemorySystem, path: &str, read: fn() -> io::Result<Vec<u8>>) -> Self {
        Self { files, odd: (path.into(), read), reads: Mutex::default() }
    }
}

impl System for Odd {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.reads.lock().unwrap().push(path.into());
        if path == self.odd.0 { (self.odd.1)() } else { self.files.read(path) }
    }
    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        if path == self.odd.0 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        self.files.read_dir(path)
    }
    fn kind(&self, path: &Path) -> Option<EntryKind> {
        self.files.kind(path)
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.canonicalize(path)
    }
    fn env(&self, name: &str) -> Option<String> {
        self.files.env(name)
    }
}

fn two_files() -> MemorySystem {
    files(
        "-- /m/go.mod --\nmodule m\n-- /m/a.go --\npackage m\nimport \"fmt\"\n\
         -- /m/b.go --\npackage m\n",
    )
}

#[test]
fn an_unreadable_file() {
    let system = Odd::new(two_files(), "/m/a.go", || Err(io::ErrorKind::PermissionDenied.into()));
    let load = load_in(&system, "/m", &["."]);
    assert_eq!(errors(&load), ["/m/a.go: cannot be read: permission denied"]);
    assert_eq!(load.packages[id(&load, "m")].files.len(), 1);
}

#[test]
fn an_unreadable_folder() {
    let system = files(
        "-- /m/go.mod --\nmodule m\n-- /m/a/a.go --\npackage a\n-- /m/b/b.go --\npackage b\n",
    );
    let system = Odd::new(system, "/m/a", || Ok(Vec::new()));
    let load = load_in(&system, "/m", &["./..."]);
    assert_eq!(errors(&load), ["/m/a: cannot be read: permission denied"]);
    assert_eq!(roots(&load), ["m/b"]);
}

#[test]
fn a_file_that_is_too_large() {
    let system = Odd::new(two_files(), "/m/a.go", || Ok(vec![0; MAX_FILE_SIZE + 1]));
    let load = load_in(&system, "/m", &["."]);
    assert_eq!(errors(&load), ["/m/a.go: is larger than 1 GiB and is not read"]);
    assert_eq!(load.packages[id(&load, "m")].files.len(), 1);
}

#[test]
fn a_file_of_50_megabytes() {
    let system = Odd::new(two_files(), "/m/a.go", || {
        let mut text = b"package m\nimport \"fmt\"\n// ".to_vec();
        text.resize(50 << 20, b'x');
        Ok(text)
    });
    let load = load_in(&system, "/m", &["."]);
    assert_eq!(errors(&load), Vec::<String>::new());
    assert_eq!(imports(&load, "m"), ["fmt"]);
}

#[test]
fn a_file_that_changes_is_read_once() {
    let system = Odd::new(two_files(), "/m/none", || Ok(Vec::new()));
    let load = load_in(&system, "/m", &["./..."]);
    let mut reads: Vec<_> = system.reads.lock().unwrap().clone();
    reads.retain(|path| path.extension().is_some_and(|e| e == "go") && !path.ends_with("exp.go"));
    let count = reads.len();
    reads.sort();
    reads.dedup();
    assert_eq!(reads.len(), count);
    assert_eq!(load.files.len(), count);
    for file in &load.files {
        // What is handed on is what the imports were read from.
        assert!(file.text.starts_with(b"package"));
    }
}

#[test]
fn invalid_utf8() {
    let system = two_files();
    system.write("/m/a.go", b"package m\n// \xff\xfe\nimport \"a\xff.b/c\"\n".to_vec());
    system.write("/m/go.mod", b"module m\nrequire \xff\xfe v1.0.0\n".to_vec());
    let load = load_in(&system, "/m", &["."]);
    assert!(
        errors(&load)[0].starts_with("/m/a.go:2:4: illegal UTF-8 encoding"),
        "{:?}",
        errors(&load)
    );
    assert_eq!(load.packages[id(&load, "m")].files.len(), 2);
}

#[cfg(unix)]
mod links {
    use super::*;
    use source::OsSystem;
    use std::os::unix::fs::symlink;

    /// The disk, with the environment and the toolchain of the tests.
    struct Disk(MemorySystem);

    impl System for Disk {
        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            self.0.read(path).or_else(|_| OsSystem.read(path))
        }
        fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
            self.0.read_dir(path).or_else(|_| OsSystem.read_dir(path))
        }
        fn kind(&self, path: &Path) -> Option<EntryKind> {
            self.0.kind(path).or_else(|| OsSystem.kind(path))
        }
        fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
            OsSystem.canonicalize(path)
        }
        fn env(&self, name: &str) -> Option<String> {
            self.0.env(name)
        }
    }

    #[test]
    fn a_loop_of_links() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::write(root.join("go.mod"), "module m\n").unwrap();
        std::fs::create_dir(root.join("a")).unwrap();
        std::fs::write(root.join("a/a.go"), "package a\n").unwrap();
        symlink(root, root.join("a/up")).unwrap();
        symlink("y.go", root.join("a/x.go")).unwrap();
        symlink("x.go", root.join("a/y.go")).unwrap();
        symlink(root.join("a"), root.join("a/folder.go")).unwrap();
        let load = load_in(&Disk(files("")), root.to_str().unwrap(), &["./..."]);
        assert_eq!(roots(&load), ["m/a"]);
        let errors = errors(&load);
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(errors[0].contains("a/x.go: cannot be read"), "{errors:?}");
        assert_eq!(load.packages[id(&load, "m/a")].files.len(), 1);
    }
}
