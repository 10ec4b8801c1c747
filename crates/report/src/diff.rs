//! Changes of files, as diff prints them.

use std::path::Path;

use similar::TextDiff;

/// Lines around a change.
const CONTEXT: usize = 3;

/// The change of a file as a unified diff; empty where nothing changes. `path` is what it is called.
#[must_use]
pub fn diff(path: &Path, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let path = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    let diff = TextDiff::from_lines(old, new);
    let (from, to) = (format!("a/{path}"), format!("b/{path}"));
    diff.unified_diff().context_radius(CONTEXT).header(&from, &to).to_string()
}
