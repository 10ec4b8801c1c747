//! One folder: which of its Go files are built, tested or ignored.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use source::{DirEntry, EntryKind, Lines, System, Text};

use crate::build::Build;
use crate::error::Error;
use crate::header::{Header, HeaderError, Leading};

/// A longer file is refused: offsets are 32 bits wide, and columns of the tree need
/// room beside them.
pub const MAX_FILE_SIZE: usize = 1 << 30;

/// What a file is to its package.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// Part of the package.
    Go,
    /// Part of the package, and imports "C".
    Cgo,
    /// Part of the package when it is tested.
    Test,
    /// Part of the external test package, `p_test`.
    ExternalTest,
}

/// A Go file that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its bytes, read once: all that is said of the file is said of these.
    pub text: Text,
    /// Its package clause and imports.
    pub header: Header,
    /// What it is to its package.
    pub role: Role,
    /// `N` of the language version `go1.N` that its `//go:build` line implies.
    pub minimum_go: Option<u32>,
}

impl SourceFile {
    /// The name of the file in its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.file_name().and_then(|n| n.to_str()).unwrap_or_default()
    }

    /// Whether it is only compiled when its package is tested.
    #[must_use]
    pub fn is_test(&self) -> bool {
        matches!(self.role, Role::Test | Role::ExternalTest)
    }

    /// A fault at an offset of the file.
    fn fault(&self, fault: &HeaderError) -> Error {
        fault_at(&self.path, &self.text, fault)
    }
}

fn fault_at(path: &Path, text: &[u8], fault: &HeaderError) -> Error {
    // A fault past the last byte is shown at the last one.
    let end = text.len().min(fault.offset as usize);
    let place = Lines::new(&text[..end]).locate(end as u32);
    Error::at_place(path, place.line, place.column, fault.message.clone())
}

/// The Go files of a folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Folder {
    /// Name of the package; empty where no file says one.
    pub(crate) name: String,
    /// The files that are built or tested, sorted by name.
    pub(crate) files: Vec<SourceFile>,
    /// Names of Go files that constraints leave out.
    pub(crate) ignored: Vec<String>,
    /// Whether SWIG makes more of the package.
    pub(crate) uses_swig: bool,
    pub(crate) errors: Vec<Error>,
}

impl Folder {
    /// Reads the files of a folder, or only those that are named; test files only where
    /// they are wanted.
    pub(crate) fn scan(
        system: &dyn System,
        build: &Build,
        dir: &Path,
        listing: &Listing,
        only: Option<&[String]>,
        tests: bool,
    ) -> Self {
        let mut folder = Self::default();
        for entry in &listing.entries {
            let name = entry.name.as_str();
            let named = only.is_some_and(|names| names.iter().any(|n| n == name));
            if only.is_some() && !named {
                continue;
            }
            let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
            if matches!(extension, "swig" | "swigcxx") {
                folder.uses_swig |= build.matches_name(name);
            }
            let hidden = name.starts_with(['_', '.']);
            let unwanted = !tests && name.ends_with("_test.go");
            if extension != "go" || unwanted || (hidden && !named) {
                continue;
            }
            let path = dir.join(name);
            if !is_file(system, entry, &path) {
                continue;
            }
            if !named && !build.matches_name(name) {
                folder.ignored.push(entry.name.clone());
                continue;
            }
            folder.add(system, build, path, entry, named);
        }
        folder
    }

    fn add(
        &mut self,
        system: &dyn System,
        build: &Build,
        path: PathBuf,
        entry: &DirEntry,
        named: bool,
    ) {
        let text = match system.read(&path) {
            Ok(text) if text.len() > MAX_FILE_SIZE => {
                let message = "is larger than 1 GiB and is not read";
                return self.errors.push(Error::at_path(&path, message));
            }
            Ok(text) => text,
            Err(error) => {
                let message = format!("cannot be read: {error}");
                return self.errors.push(Error::at_path(&path, message));
            }
        };
        let leading = match Leading::parse(&text) {
            Ok(leading) => leading,
            Err(fault) => return self.errors.push(fault_at(&path, &text, &fault)),
        };
        if !named && !build.matches_constraints(&leading) {
            self.ignored.push(entry.name.clone());
            return;
        }
        let header = Header::parse(&text);
        if header.package == "documentation" {
            self.ignored.push(entry.name.clone());
            return;
        }
        let minimum_go = leading.minimum_go();
        let mut file =
            SourceFile { path, text: Text::new(text), header, role: Role::Go, minimum_go };
        if let Some(fault) = &file.header.error {
            self.errors.push(file.fault(fault));
            if file.header.has_nul {
                return;
            }
        }
        file.role = self.role(&file);
        self.join_package(&file);
        let uses_c = file.header.imports.iter().any(|i| i.path == "C");
        if uses_c && matches!(file.role, Role::Test | Role::ExternalTest) {
            let message = "use of cgo in a test is not supported";
            self.errors.push(Error::at_path(&file.path, message));
        } else if uses_c && !build.cgo {
            self.ignored.push(entry.name.clone());
            return;
        } else if uses_c {
            file.role = Role::Cgo;
        }
        self.files.push(file);
    }

    fn role(&self, file: &SourceFile) -> Role {
        let package = &file.header.package;
        if !file.name().ends_with("_test.go") {
            Role::Go
        } else if package.ends_with("_test") && self.name != *package {
            Role::ExternalTest
        } else {
            Role::Test
        }
    }

    /// The first file names the package; the others must agree.
    fn join_package(&mut self, file: &SourceFile) {
        let mut package = file.header.package.as_str();
        if file.role == Role::ExternalTest {
            package = package.strip_suffix("_test").unwrap_or(package);
        }
        if self.name.is_empty() {
            self.name = package.to_string();
        } else if self.name != package && !package.is_empty() {
            let first = self.files.first().map_or("another file", SourceFile::name);
            let message =
                format!("found packages {} ({first}) and {package} in one folder", self.name);
            let offset = file.header.package_offset;
            self.errors.push(file.fault(&HeaderError { offset, message }));
        }
    }

    /// Whether no file is built or tested.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Whether an entry is a file, or a link to one. A link that leads nowhere counts,
/// so that reading it reports it.
fn is_file(system: &dyn System, entry: &DirEntry, path: &Path) -> bool {
    match entry.kind {
        EntryKind::File => true,
        EntryKind::Symlink => {
            !matches!(system.kind(path), Some(EntryKind::Directory | EntryKind::Other))
        }
        EntryKind::Directory | EntryKind::Other => false,
    }
}

/// The entries of a folder, and what they tell about packages and modules.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) entries: Vec<DirEntry>,
    /// Whether there is a Go file, be it for another machine.
    pub(crate) has_go: bool,
    /// Whether a module begins here.
    pub(crate) has_go_mod: bool,
}

/// Folders that were listed; each is listed once.
pub(crate) struct Folders<'a> {
    pub(crate) system: &'a dyn System,
    seen: Mutex<FxHashMap<PathBuf, Arc<Listing>>>,
    /// Folders that are there and could not be listed.
    faults: Mutex<Vec<Error>>,
}

impl<'a> Folders<'a> {
    pub(crate) fn new(system: &'a dyn System) -> Self {
        Self { system, seen: Mutex::default(), faults: Mutex::default() }
    }

    /// The entries of a folder; nothing where it cannot be read.
    pub(crate) fn list(&self, dir: &Path) -> Arc<Listing> {
        self.try_list(dir).unwrap_or_default()
    }

    /// The entries of a folder.
    pub(crate) fn try_list(&self, dir: &Path) -> io::Result<Arc<Listing>> {
        if let Some(listing) = lock(&self.seen).get(dir) {
            return Ok(Arc::clone(listing));
        }
        let entries = self.system.read_dir(dir).inspect_err(|error| {
            let absent = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
            if !absent.contains(&error.kind()) {
                let fault = Error::at_path(dir, format!("cannot be read: {error}"));
                lock(&self.faults).push(fault);
            }
        })?;
        let mut listing = Listing { entries, has_go: false, has_go_mod: false };
        for entry in &listing.entries {
            if entry.name == "go.mod" {
                listing.has_go_mod = is_plain_file(self.system, entry, dir);
            } else if !listing.has_go && entry.name.ends_with(".go") {
                listing.has_go = is_plain_file(self.system, entry, dir);
            }
        }
        let listing = Arc::new(listing);
        lock(&self.seen).insert(dir.to_path_buf(), Arc::clone(&listing));
        Ok(listing)
    }

    /// Folders that could not be listed, each once, sorted.
    pub(crate) fn take_faults(&self) -> Vec<Error> {
        let mut faults = std::mem::take(&mut *lock(&self.faults));
        faults.sort_by(|a, b| a.path.cmp(&b.path));
        faults.dedup_by(|a, b| a.path == b.path);
        faults
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Only a lack of memory could poison it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_plain_file(system: &dyn System, entry: &DirEntry, dir: &Path) -> bool {
    match entry.kind {
        EntryKind::File => true,
        EntryKind::Symlink => system.kind(&dir.join(&entry.name)) == Some(EntryKind::File),
        EntryKind::Directory | EntryKind::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::tests::build;
    use source::MemorySystem;

    fn scan(files: &[(&str, &str)]) -> Folder {
        let system = MemorySystem::new();
        for (name, text) in files {
            system.write(format!("/p/{name}"), *text);
        }
        let dir = Path::new("/p");
        Folder::scan(&system, &build(), dir, &Folders::new(&system).list(dir), None, true)
    }

    fn names(folder: &Folder, role: Role) -> Vec<&str> {
        folder.files.iter().filter(|f| f.role == role).map(SourceFile::name).collect()
    }

    #[test]
    fn roles() {
        let folder = scan(&[
            ("a.go", "package p"),
            ("a_test.go", "package p"),
            ("b_test.go", "package p_test"),
            ("c.go", "package p\nimport \"C\""),
            ("d_windows.go", "package p"),
            ("e.go", "//go:build ignore\n\npackage main"),
            ("f.go", "package documentation"),
            ("_g.go", "package q"),
            (".h.go", "package q"),
            ("i.txt", "package q"),
        ]);
        assert_eq!(folder.name, "p");
        assert_eq!(names(&folder, Role::Go), ["a.go"]);
        assert_eq!(names(&folder, Role::Cgo), ["c.go"]);
        assert_eq!(names(&folder, Role::Test), ["a_test.go"]);
        assert_eq!(names(&folder, Role::ExternalTest), ["b_test.go"]);
        assert_eq!(folder.ignored, ["d_windows.go", "e.go", "f.go"]);
        assert_eq!(folder.errors, []);
    }

    #[test]
    fn two_packages_in_a_folder() {
        let folder = scan(&[("a.go", "package p"), ("b.go", "// c\npackage q")]);
        assert_eq!(folder.files.len(), 2);
        let error = folder.errors[0].to_string();
        assert_eq!(error, "/p/b.go:2:9: found packages p (a.go) and q in one folder");
    }

    #[test]
    fn broken_files_are_reported_and_the_rest_is_read() {
        let folder = scan(&[
            ("a.go", "package p\nimport \"x"),
            ("b.go", "package p\n\0"),
            ("c.go", "//go:build (\n\npackage p"),
            ("d.go", "package p\nimport \"y\""),
        ]);
        assert_eq!(names(&folder, Role::Go), ["a.go", "d.go"]);
        let errors: Vec<_> = folder.errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            [
                "/p/a.go:2:10: string literal not terminated",
                "/p/b.go:2:1: illegal character NUL",
                "/p/c.go:1:1: parsing //go:build line: unexpected end of expression",
            ]
        );
    }
}
