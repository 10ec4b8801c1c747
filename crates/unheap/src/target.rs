//! Which module each pattern is about.
//!
//! The go command only looks at the module around the working folder. A pattern here may also name a folder of
//! another module, and a module's own folder stands for all of it: `unheap check examples/orders` does what is meant.

use std::path::{Component, Path, PathBuf};

use source::{EntryKind, System};

/// Patterns of one module, and the folder they are written from.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Target {
    pub(crate) dir: PathBuf,
    pub(crate) patterns: Vec<String>,
}

/// Patterns by the module that they are about, in order.
pub(crate) fn targets(system: &dyn System, dir: &Path, patterns: &[String]) -> Vec<Target> {
    let here = module_around(system, dir);
    let mut targets: Vec<Target> = Vec::new();
    for pattern in patterns {
        let (dir, pattern) = elsewhere(system, dir, here.as_deref(), pattern)
            .unwrap_or_else(|| (dir.to_path_buf(), pattern.clone()));
        match targets.iter_mut().find(|t| t.dir == dir) {
            Some(target) => target.patterns.push(pattern),
            None => targets.push(Target { dir, patterns: vec![pattern] }),
        }
    }
    targets
}

/// The module's folder and the pattern seen from there, if the pattern names a folder of another module.
fn elsewhere(
    system: &dyn System,
    dir: &Path,
    here: Option<&Path>,
    pattern: &str,
) -> Option<(PathBuf, String)> {
    let (folder, recursive) = match pattern.strip_suffix("/...") {
        Some(folder) => (folder, true),
        None => (pattern, false),
    };
    if folder.is_empty() || folder.contains("...") {
        return None;
    }
    let folder = clean(&dir.join(folder));
    if system.kind(&folder) != Some(EntryKind::Directory) {
        return None;
    }
    let module = module_around(system, &folder)?;
    if Some(module.as_path()) == here {
        return None;
    }
    let inside = folder.strip_prefix(&module).ok()?.to_string_lossy().replace('\\', "/");
    let pattern = match (inside.as_str(), recursive) {
        ("", _) => "./...".to_owned(),
        (inside, true) => format!("./{inside}/..."),
        (inside, false) => format!("./{inside}"),
    };
    Some((module, pattern))
}

/// The nearest folder with a go.mod, from `dir` upwards.
pub(crate) fn module_around(system: &dyn System, dir: &Path) -> Option<PathBuf> {
    let mut at = Some(dir);
    while let Some(folder) = at {
        if system.kind(&folder.join("go.mod")) == Some(EntryKind::File) {
            return Some(folder.to_path_buf());
        }
        at = folder.parent();
    }
    None
}

/// The path without `.` and `..`, links left alone.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use source::MemorySystem;

    fn check(dir: &str, patterns: &[&str], expected: &[(&str, &[&str])]) {
        let system = MemorySystem::new();
        for file in [
            "/w/go.mod",
            "/w/a/a.go",
            "/w/sub/go.mod",
            "/w/sub/b/b.go",
            "/other/go.mod",
            "/docs/x.md",
        ] {
            system.write(file, "");
        }
        let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let expected: Vec<Target> =
            expected.iter().map(|(d, p)| Target { dir: d.into(), patterns: owned(p) }).collect();
        assert_eq!(targets(&system, Path::new(dir), &owned(patterns)), expected, "{patterns:?}");
    }

    #[test]
    fn what_the_go_command_knows_is_left_to_it() {
        check(
            "/w",
            &["./...", "./a", "std", "./nosuch"],
            &[("/w", &["./...", "./a", "std", "./nosuch"])],
        );
        check("/docs", &["./...", "fmt"], &[("/docs", &["./...", "fmt"])]);
    }

    #[test]
    fn other_modules_are_looked_at_from_their_own_folder() {
        check("/", &["w"], &[("/w", &["./..."])]);
        check("/w", &["./a", "sub", "sub/b"], &[("/w", &["./a"]), ("/w/sub", &["./...", "./b"])]);
        check("/w/sub", &["../../other/..."], &[("/other", &["./..."])]);
        check("/w", &["sub/b/..."], &[("/w/sub", &["./b/..."])]);
    }
}
