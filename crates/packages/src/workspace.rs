//! The modules under analysis: the go.mod or go.work that a folder lies under.

use std::path::{Path, PathBuf};

use source::{EntryKind, System};

use crate::error::Error;
use crate::modfile::{self, ModFile, ModFileKind};
use crate::version::GoVersion;

/// A module whose own go.mod decides: the one under analysis, or one of a workspace.
#[derive(Clone, Debug)]
pub(crate) struct MainModule {
    /// Module path.
    pub(crate) path: String,
    /// What import paths of its packages start with; empty for the standard library.
    pub(crate) prefix: String,
    /// The folder of its go.mod.
    pub(crate) root: PathBuf,
    pub(crate) file: ModFile,
}

/// The main modules and how they were found.
#[derive(Clone, Default, Debug)]
pub(crate) struct Workspace {
    /// go.work, where it is used.
    pub(crate) work_path: Option<PathBuf>,
    pub(crate) work: Option<ModFile>,
    pub(crate) modules: Vec<MainModule>,
    pub(crate) errors: Vec<Error>,
}

/// What is asked of the environment to find a workspace.
pub(crate) struct Where<'a> {
    pub(crate) dir: &'a Path,
    pub(crate) goroot: &'a Path,
    /// `GOWORK`.
    pub(crate) gowork: Option<&'a str>,
    /// `-modfile`.
    pub(crate) mod_file: Option<&'a Path>,
}

impl Workspace {
    /// Finds and reads go.work or go.mod above a folder.
    pub(crate) fn find(system: &dyn System, place: &Where<'_>) -> Self {
        let mut workspace = Self::default();
        if let Some(path) = find_work(system, place) {
            workspace.read_work(system, path, place.goroot);
            return workspace;
        }
        if let Some(root) = find_up(system, place.dir, "go.mod", None) {
            let file = match place.mod_file {
                Some(file) => place.dir.join(file),
                None => root.join("go.mod"),
            };
            workspace.add_module(system, root, &file, place.goroot);
        }
        workspace
    }

    fn read_work(&mut self, system: &dyn System, path: PathBuf, goroot: &Path) {
        let file = self.read(system, &path, ModFileKind::Work).unwrap_or_default();
        let folder = path.parent().unwrap_or(&path).to_path_buf();
        for used in &file.uses {
            let root = clean(&folder.join(used));
            if self.modules.iter().all(|m| m.root != root) {
                let file = root.join("go.mod");
                self.add_module(system, root, &file, goroot);
            }
        }
        self.modules.sort_by(|a, b| a.path.cmp(&b.path));
        self.work_path = Some(path);
        self.work = Some(file);
    }

    fn add_module(&mut self, system: &dyn System, root: PathBuf, path: &Path, goroot: &Path) {
        let Some(file) = self.read(system, path, ModFileKind::Main) else { return };
        let name = if file.module.is_empty() {
            // Without a path of its own the module still has packages to look at.
            let has_fault = self.errors.iter().any(|e| e.path == path);
            if !has_fault {
                self.errors.push(Error::at_path(path, "no module declaration in go.mod"));
            }
            "command-line-arguments".to_string()
        } else {
            file.module.clone()
        };
        let in_goroot = root.starts_with(goroot.join("src"));
        let prefix = if in_goroot && name == "std" { String::new() } else { name.clone() };
        self.modules.push(MainModule { path: name, prefix, root, file });
    }

    fn read(&mut self, system: &dyn System, path: &Path, kind: ModFileKind) -> Option<ModFile> {
        let text = match system.read(path) {
            Ok(text) => text,
            Err(error) => {
                self.errors.push(Error::at_path(path, format!("cannot be read: {error}")));
                return None;
            }
        };
        let (file, faults) = modfile::parse(&text, kind);
        let errors = faults.into_iter();
        self.errors.extend(errors.map(|f| Error::at_place(path, f.line, f.column, f.message)));
        Some(file)
    }

    /// The file whose `go` line counts: go.work, or the go.mod of the one module.
    pub(crate) fn leading_file(&self) -> Option<&ModFile> {
        self.work.as_ref().or_else(|| Some(&self.modules.first()?.file))
    }

    /// The Go version that the `go` line names, with Go's default where it is missing.
    pub(crate) fn go_version(&self) -> Option<GoVersion> {
        let file = self.leading_file()?;
        let default = if self.work.is_some() { 18 } else { 16 };
        Some(file.go_version().unwrap_or(GoVersion::language_of(default)))
    }

    /// The folder that holds the workspace's or the module's vendor folder.
    pub(crate) fn vendor_parent(&self) -> Option<&Path> {
        match &self.work_path {
            Some(path) => path.parent(),
            None => Some(&self.modules.first()?.root),
        }
    }
}

fn find_work(system: &dyn System, place: &Where<'_>) -> Option<PathBuf> {
    match place.gowork {
        Some("off") => None,
        Some(path) if !path.is_empty() => Some(path.into()),
        // Inside GOROOT no go.work above it counts.
        _ => {
            let folder = find_up(system, place.dir, "go.work", Some(place.goroot))?;
            Some(folder.join("go.work"))
        }
    }
}

/// The nearest folder at or above `dir` that holds a file called `name`.
fn find_up(system: &dyn System, dir: &Path, name: &str, stop: Option<&Path>) -> Option<PathBuf> {
    let mut folder = clean(dir);
    loop {
        if system.kind(&folder.join(name)) == Some(EntryKind::File) {
            return Some(folder);
        }
        folder = folder.parent()?.to_path_buf();
        if stop == Some(&folder) {
            return None;
        }
    }
}

/// The path without `.`, `..` and doubled separators, links not looked at.
pub(crate) fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                let above = matches!(cleaned.components().next_back(), Some(Component::Normal(_)));
                let rooted = cleaned.has_root();
                if above {
                    cleaned.pop();
                } else if !rooted {
                    cleaned.push("..");
                }
            }
            other => cleaned.push(other),
        }
    }
    if cleaned.as_os_str().is_empty() {
        cleaned.push(".");
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;
    use source::MemorySystem;

    fn find(system: &MemorySystem, dir: &str) -> Workspace {
        let (dir, goroot) = (Path::new(dir), Path::new("/go"));
        Workspace::find(system, &Where { dir, goroot, gowork: None, mod_file: None })
    }

    #[test]
    fn the_nearest_module_is_found() {
        let system = MemorySystem::new();
        system.write("/m/go.mod", "module m\ngo 1.22\n");
        system.write("/m/a/b/c.go", "");
        let found = find(&system, "/m/a/b");
        assert_eq!(found.modules[0].root, Path::new("/m"));
        assert_eq!(found.go_version(), GoVersion::parse("1.22"));
        assert!(find(&system, "/other").modules.is_empty());
    }

    #[test]
    fn a_workspace_has_many_modules() {
        let system = MemorySystem::new();
        system.write("/w/go.work", "go 1.23\nuse ./b\nuse ./a\nuse ./gone\n");
        system.write("/w/a/go.mod", "module x/a\n");
        system.write("/w/b/go.mod", "module x/b\n");
        let found = find(&system, "/w/a");
        let paths: Vec<_> = found.modules.iter().map(|m| m.path.as_str()).collect();
        assert_eq!(paths, ["x/a", "x/b"]);
        assert_eq!(found.errors.len(), 1);
        assert_eq!(found.errors[0].path, Path::new("/w/gone/go.mod"));
    }

    #[test]
    fn a_module_file_with_faults_is_used_as_far_as_it_goes() {
        let system = MemorySystem::new();
        system.write("/m/go.mod", "module m\n\n  what is this\nrequire a.b/c v1.0.0\n");
        let found = find(&system, "/m");
        assert_eq!(found.errors[0].to_string(), "/m/go.mod:3:3: unknown directive: what");
        assert_eq!(found.modules[0].file.require.len(), 1);
    }

    #[test]
    fn cleaning() {
        for (path, cleaned) in
            [("/a/./b/../c", "/a/c"), ("/../a", "/a"), ("a/..", "."), ("../a/", "../a")]
        {
            assert_eq!(clean(Path::new(path)), Path::new(cleaned), "{path}");
        }
    }
}
