//! What a pattern of the command line names.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use source::EntryKind;

use crate::error::Error;
use crate::folder::{Folders, Listing};
use crate::modules::Modules;
use crate::workspace::clean;

/// A package that a pattern names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Root {
    pub(crate) path: String,
    /// Where it is, if the pattern tells.
    pub(crate) dir: Option<PathBuf>,
    /// Whether a wildcard found it, so that it need not hold files for this build.
    pub(crate) by_wildcard: bool,
    /// The files that were named one by one.
    pub(crate) only: Option<Vec<String>>,
}

/// The import path that a list of files goes by.
pub(crate) const COMMAND_LINE: &str = "command-line-arguments";

/// What is needed to make packages of patterns.
pub(crate) struct Expander<'a> {
    pub(crate) folders: &'a Folders<'a>,
    pub(crate) modules: &'a Modules<'a>,
    /// The working folder, absolute.
    pub(crate) dir: &'a Path,
    /// Whether files that import "C" are built.
    pub(crate) cgo: bool,
    pub(crate) errors: Vec<Error>,
}

impl Expander<'_> {
    /// The packages of all patterns, in their order, each once.
    pub(crate) fn expand(&mut self, patterns: &[String]) -> Vec<Root> {
        if let Some(root) = self.files(patterns) {
            return vec![root];
        }
        let mut roots: Vec<Root> = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        let here = [".".to_string()];
        for pattern in if patterns.is_empty() { &here } else { patterns } {
            let known = self.errors.len();
            let named = self.pattern(pattern);
            if named.is_empty() && self.errors.len() == known && pattern.contains("...") {
                let message = format!("pattern {pattern} matched no packages");
                self.errors.push(Error::of_request(message));
            }
            for root in named {
                if seen.insert(root.path.clone()) {
                    roots.push(root);
                }
            }
        }
        roots
    }

    /// Arguments that are Go files make one package.
    fn files(&mut self, patterns: &[String]) -> Option<Root> {
        let is_file = |p: &String| {
            p.ends_with(".go")
                && self.folders.system.kind(&self.dir.join(p)) == Some(EntryKind::File)
        };
        if !patterns.iter().any(is_file) {
            return None;
        }
        let mut folder: Option<PathBuf> = None;
        let mut names = Vec::new();
        for pattern in patterns {
            let path = clean(&self.dir.join(pattern));
            let parent = path.parent().unwrap_or(self.dir).to_path_buf();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            if !name.ends_with(".go") {
                self.errors
                    .push(Error::of_request(format!("{pattern}: named files must be .go files")));
            } else if self.folders.system.kind(&path).is_none() {
                self.errors.push(Error::at_path(&path, "no such file"));
            } else if folder.as_ref().is_some_and(|f| *f != parent) {
                self.errors.push(Error::at_path(&path, "named files must all be in one folder"));
            } else {
                names.push(name.to_string());
                folder = Some(parent);
            }
        }
        Some(Root { path: COMMAND_LINE.into(), dir: folder, by_wildcard: false, only: Some(names) })
    }

    fn pattern(&mut self, pattern: &str) -> Vec<Root> {
        let wild = pattern.contains("...");
        if is_local(pattern) {
            return if wild { self.local_wildcard(pattern) } else { self.folder(pattern) };
        }
        match pattern {
            "std" | "cmd" => self.standard(pattern),
            "work" => self.main_packages(&|_| true, &|_| true),
            "all" => {
                let mut roots = self.main_packages(&|_| true, &|_| true);
                roots.extend(self.tools());
                roots
            }
            "tool" => self.tools(),
            _ if wild => self.path_wildcard(pattern),
            _ => vec![Root {
                path: pattern.trim_end_matches('/').into(),
                dir: None,
                by_wildcard: false,
                only: None,
            }],
        }
    }

    fn tools(&self) -> Vec<Root> {
        let modules = self.modules.workspace.modules.iter();
        let tools = modules.flat_map(|m| &m.file.tool);
        tools.map(|t| Root { path: t.clone(), dir: None, by_wildcard: false, only: None }).collect()
    }

    /// One folder.
    fn folder(&mut self, pattern: &str) -> Vec<Root> {
        let dir = clean(&self.dir.join(pattern));
        match self.folders.try_list(&dir) {
            Err(error) => {
                // Other faults are reported by `Folders`.
                let message = match error.kind() {
                    std::io::ErrorKind::NotFound => "no such folder",
                    std::io::ErrorKind::NotADirectory => "is not a folder",
                    _ => return Vec::new(),
                };
                self.errors.push(Error::at_path(&dir, message));
                return Vec::new();
            }
            Ok(listing) if !listing.has_go => {
                self.errors.push(Error::at_path(&dir, "no Go files in this folder"));
                return Vec::new();
            }
            Ok(_) => {}
        }
        match self.path_of(&dir) {
            Ok(path) => vec![Root { path, dir: Some(dir), by_wildcard: false, only: None }],
            Err(message) => {
                self.errors.push(Error::at_path(&dir, message));
                Vec::new()
            }
        }
    }

    /// A folder and what lies below it.
    fn local_wildcard(&mut self, pattern: &str) -> Vec<Root> {
        let before = &pattern[..pattern.find("...").unwrap_or(pattern.len())];
        let written = before.rsplit_once('/').map_or(".", |(dir, _)| dir);
        let written = clean(Path::new(if written.is_empty() { "/" } else { written }));
        let base = clean(&self.dir.join(&written));
        if self.folders.system.kind(&base) != Some(EntryKind::Directory) {
            self.errors.push(Error::at_path(&base, "no such folder"));
            return Vec::new();
        }
        let wanted = Pattern::new(&clean_pattern(pattern));
        let ignore = self.ignore_rules(&base);
        let skip = |dir: &Path, name: &str, listing: &Listing| {
            hidden(name) || listing.has_go_mod || ignore.iter().any(|(root, i)| i.covers(root, dir))
        };
        let mut roots = Vec::new();
        for dir in walk(self.folders, &base, &skip) {
            // Names are compared as the pattern writes them.
            let rest = relative(&dir, &base).unwrap_or_default();
            let name = clean_pattern(&written.join(rest).to_string_lossy());
            if !wanted.matches(&name) || !self.folders.list(&dir).has_go {
                continue;
            }
            match self.path_of(&dir) {
                Ok(path) => {
                    roots.push(Root { path, dir: Some(dir), by_wildcard: true, only: None });
                }
                Err(_) if self.is_source_root(&dir) => {}
                Err(message) => {
                    self.errors.push(Error::at_path(&dir, message));
                    // It is the same for every folder below.
                    break;
                }
            }
        }
        roots
    }

    /// GOROOT/src itself, and the documentation that looks like a package.
    fn is_source_root(&self, dir: &Path) -> bool {
        dir == self.modules.std() || dir == self.modules.std().join("builtin")
    }

    /// What `ignore` lines leave out, for each main module that a folder lies in.
    fn ignore_rules(&self, base: &Path) -> Vec<(PathBuf, Ignore)> {
        let modules = self.modules.workspace.modules.iter();
        modules
            .filter(|m| !m.file.ignore.is_empty())
            .filter(|m| base.starts_with(&m.root) || m.root.starts_with(base))
            .map(|m| (m.root.clone(), Ignore::new(&m.file.ignore)))
            .collect()
    }

    /// The import path of a folder.
    fn path_of(&self, dir: &Path) -> Result<String, String> {
        let mut refusal = None;
        for main in &self.modules.workspace.modules {
            let Some(rest) = relative(dir, &main.root) else { continue };
            if rest.is_empty() {
                if main.prefix.is_empty() {
                    return Err("GOROOT/src is not an importable package".into());
                }
                return Ok(main.prefix.clone());
            }
            if rest.contains('@') {
                continue;
            }
            if let Some(vendored) = rest.strip_prefix("vendor/")
                && !main.prefix.is_empty()
            {
                if self.modules.vendor_folder().is_none() {
                    return Err("without -mod=vendor, the folder has no package path".into());
                }
                if !self.modules.is_vendored(vendored) {
                    return Err("is not a package listed in vendor/modules.txt".into());
                }
                return Ok(vendored.into());
            }
            if main.prefix.is_empty() {
                if rest == "builtin" {
                    return Err("\"builtin\" is a pseudo-package, not an importable package".into());
                }
                return Ok(rest);
            }
            let nested = dir
                .ancestors()
                .take_while(|d| *d != main.root)
                .any(|d| self.folders.list(d).has_go_mod);
            if nested {
                refusal = Some("is in another module than the one under analysis".to_string());
                continue;
            }
            return Ok(format!("{}/{rest}", main.prefix));
        }
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        match relative(dir, self.modules.std()) {
            Some(rest) if rest == "builtin" => {
                return Err("\"builtin\" is a pseudo-package, not an importable package".into());
            }
            Some(rest) if !rest.is_empty() => return Ok(rest),
            _ => {}
        }
        if self.modules.workspace.modules.is_empty() {
            return Err("no go.mod in this folder or above it".into());
        }
        for module in self.modules.build_list() {
            if let Some((root, _)) = self.modules.fetch(&module)
                && let Some(rest) = relative(dir, &root)
            {
                let slash = if rest.is_empty() { "" } else { "/" };
                return Ok(format!("{}{slash}{rest}", module.path));
            }
        }
        Err("is outside the main module and its selected dependencies".into())
    }

    /// `std` or `cmd`.
    fn standard(&mut self, pattern: &str) -> Vec<Root> {
        let src = self.modules.std().to_path_buf();
        let base = if pattern == "cmd" { src.join("cmd") } else { src.clone() };
        let skip = |dir: &Path, name: &str, _: &Listing| {
            hidden(name) || (pattern == "std" && dir == src.join("cmd"))
        };
        let mut roots = self.under(&base, &skip, &src, "");
        if pattern == "cmd" {
            roots.retain(|root| {
                let dir = root.dir.as_deref().unwrap_or(&base);
                !(root.path.starts_with("cmd/vendor/") && self.is_program(dir))
            });
        }
        if pattern == "std" {
            roots.retain(|r| !r.path.split('/').next().unwrap_or_default().contains('.'));
        }
        roots
    }

    /// Whether the first Go file that says its package says `main`.
    fn is_program(&self, dir: &Path) -> bool {
        let listing = self.folders.list(dir);
        let files = listing.entries.iter().filter(|e| e.name.ends_with(".go"));
        let mut names = files.filter_map(|file| {
            let text = self.folders.system.read(&dir.join(&file.name)).ok()?;
            let name = crate::header::Header::parse(&text).package;
            (!name.is_empty()).then_some(name)
        });
        names.next().is_some_and(|name| name == "main")
    }

    /// Folders with Go files below `base`; their import paths are relative to `origin`.
    fn under(
        &self,
        base: &Path,
        skip: &(dyn Fn(&Path, &str, &Listing) -> bool + Sync),
        origin: &Path,
        prefix: &str,
    ) -> Vec<Root> {
        let mut roots = Vec::new();
        for dir in walk(self.folders, base, skip) {
            let Some(rest) = relative(&dir, origin) else { continue };
            let path = match (prefix.is_empty(), rest.is_empty()) {
                (true, true) => continue,
                (true, false) => rest,
                (false, true) => prefix.to_string(),
                (false, false) => format!("{prefix}/{rest}"),
            };
            let pseudo = path == "builtin" || (path == "runtime/cgo" && !self.cgo);
            if self.folders.list(&dir).has_go && !(prefix.is_empty() && pseudo) {
                roots.push(Root { path, dir: Some(dir), by_wildcard: true, only: None });
            }
        }
        roots
    }

    fn main_packages(
        &self,
        may_hold: &dyn Fn(&str) -> bool,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<Root> {
        let mut roots = Vec::new();
        for main in &self.modules.workspace.modules {
            if may_hold(&main.prefix) {
                let ignore = Ignore::new(&main.file.ignore);
                roots.extend(self.module_packages(&main.root, &main.prefix, &ignore, true));
            }
        }
        roots.retain(|root| wanted(&root.path));
        roots
    }

    /// The packages of a module.
    fn module_packages(
        &self,
        root: &Path,
        prefix: &str,
        ignore: &Ignore,
        local: bool,
    ) -> Vec<Root> {
        let skip = |dir: &Path, name: &str, listing: &Listing| {
            let in_vendor = dir
                .parent()
                .is_some_and(|p| p.ends_with("vendor") && p.starts_with(root) && p != root);
            hidden(name) || in_vendor || (local && listing.has_go_mod) || ignore.covers(root, dir)
        };
        self.under(root, &skip, root, prefix)
    }

    /// A pattern of import paths.
    fn path_wildcard(&mut self, pattern: &str) -> Vec<Root> {
        let wanted = Pattern::new(pattern);
        let before = &pattern[..pattern.find("...").unwrap_or(pattern.len())];
        // A tree may hold matches if it lies on the way to the wildcard or below it.
        let may_hold = |path: &str| {
            path.starts_with(before)
                || (before.starts_with(path)
                    && (path.is_empty()
                        || path.len() == before.len()
                        || before[path.len()..].starts_with('/')))
        };
        let mut roots = self.main_packages(&may_hold, &|path| wanted.matches(path));
        let std_first = before.split('/').next().unwrap_or_default();
        if !std_first.contains('.') {
            let src = self.modules.std().to_path_buf();
            let skip = |_: &Path, name: &str, _: &Listing| hidden(name);
            let mut found = self.under(&src, &skip, &src, "");
            found.retain(|root| wanted.matches(&root.path));
            roots.extend(found);
        }
        if let Some(folder) = self.modules.vendor_folder() {
            let folder = folder.to_path_buf();
            let mut found = self.under(&folder, &|_, name, _| hidden(name), &folder, "");
            found.retain(|r| wanted.matches(&r.path) && self.modules.is_vendored(&r.path));
            roots.extend(found);
        } else {
            for module in self.modules.build_list() {
                if !may_hold(&module.path) {
                    continue;
                }
                if let Some((root, local)) = self.modules.fetch(&module) {
                    let ignore = Ignore::new(&self.modules.facts(&module).ignore);
                    let mut found = self.module_packages(&root, &module.path, &ignore, local);
                    found.retain(|r| wanted.matches(&r.path));
                    roots.extend(found);
                }
            }
        }
        roots.sort_by(|a, b| a.path.cmp(&b.path));
        roots
    }
}

fn is_local(pattern: &str) -> bool {
    pattern == "."
        || pattern == ".."
        || pattern.starts_with("./")
        || pattern.starts_with("../")
        || Path::new(pattern).is_absolute()
}

/// Folders that no wildcard enters.
fn hidden(name: &str) -> bool {
    name.starts_with(['.', '_']) || name == "testdata"
}

/// `path` as seen from `base`, with slashes; `None` where it does not lie below.
pub(crate) fn relative(path: &Path, base: &Path) -> Option<String> {
    let rest = path.strip_prefix(base).ok()?;
    let parts: Vec<_> = rest.iter().map(|p| p.to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// The pattern without `.`, `..` and doubled slashes, but for leading ones.
fn clean_pattern(pattern: &str) -> String {
    let cleaned = clean(Path::new(pattern)).to_string_lossy().replace('\\', "/");
    let above = cleaned == ".." || cleaned.starts_with("../");
    let dotted = above || cleaned.starts_with('/') || cleaned == ".";
    if dotted { cleaned } else { format!("./{cleaned}") }
}

/// `base` and the folders below it, links not followed, in the order of their names;
/// `skip` says which are not entered.
fn walk(
    folders: &Folders<'_>,
    base: &Path,
    skip: &(dyn Fn(&Path, &str, &Listing) -> bool + Sync),
) -> Vec<PathBuf> {
    let mut all = vec![base.to_path_buf()];
    let mut level = vec![base.to_path_buf()];
    while !level.is_empty() {
        let next: Vec<Vec<PathBuf>> = level
            .par_iter()
            .map(|dir| {
                let listing = folders.list(dir);
                let below = listing.entries.iter().filter(|e| e.kind == EntryKind::Directory);
                below
                    .filter_map(|entry| {
                        let path = dir.join(&entry.name);
                        // Hidden folders are not even listed.
                        let quick = skip(&path, &entry.name, &Listing::default());
                        (!quick && !skip(&path, &entry.name, &folders.list(&path))).then_some(path)
                    })
                    .collect()
            })
            .collect();
        level = next.into_iter().flatten().collect();
        all.extend(level.iter().cloned());
    }
    all.sort();
    all
}

/// `ignore` lines of a go.mod.
#[derive(Debug)]
struct Ignore {
    /// From the module's root: `./x`.
    rooted: Vec<String>,
    /// Anywhere: `x`.
    anywhere: Vec<String>,
}

impl Ignore {
    fn new(lines: &[String]) -> Self {
        let bounded = |text: &str| format!("/{}/", text.trim_matches('/'));
        let (rooted, anywhere): (Vec<_>, Vec<_>) =
            lines.iter().partition(|line| line.starts_with("./"));
        Self {
            rooted: rooted.iter().map(|l| bounded(&l[2..])).collect(),
            anywhere: anywhere.iter().map(|l| bounded(l)).collect(),
        }
    }

    fn covers(&self, root: &Path, dir: &Path) -> bool {
        if self.rooted.is_empty() && self.anywhere.is_empty() {
            return false;
        }
        let Some(rest) = relative(dir, root).filter(|r| !r.is_empty()) else { return false };
        let path = format!("/{rest}/");
        self.rooted.iter().any(|r| path.starts_with(r.as_str()))
            || self.anywhere.iter().any(|a| path.contains(a.as_str()))
    }
}

/// A path in which `...` stands for any text.
pub(crate) struct Pattern {
    pieces: Vec<String>,
    /// What also matches, since `x/...` matches `x`.
    short: Option<Vec<String>>,
}

/// Stands for an element `vendor` in the middle of a path, which a wildcard must not
/// cover.
const VENDOR: &str = "\0";

impl Pattern {
    pub(crate) fn new(pattern: &str) -> Self {
        let marked = mark_vendor(pattern);
        let cut = |text: &str| text.split("...").map(str::to_string).collect();
        let short = match marked.strip_suffix("/...") {
            Some(rest) => match rest.strip_suffix(VENDOR) {
                Some(rest) if rest.is_empty() || rest.ends_with('/') => {
                    Some(cut(&format!("{rest}vendor")))
                }
                _ => Some(cut(rest)),
            },
            None => None,
        };
        Self { pieces: cut(&marked), short }
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        if name.contains(VENDOR) {
            return false;
        }
        let name = mark_vendor(name);
        covers(&self.pieces, &name) || self.short.as_ref().is_some_and(|s| covers(s, &name))
    }
}

/// Marks the elements `vendor` that something follows.
fn mark_vendor(path: &str) -> String {
    if !path.contains("vendor") {
        return path.to_string();
    }
    let parts: Vec<&str> = path.split('/').collect();
    let last = parts.len() - 1;
    let marked = parts
        .iter()
        .enumerate()
        .map(|(i, part)| if *part == "vendor" && i < last { VENDOR } else { *part });
    marked.collect::<Vec<_>>().join("/")
}

/// Whether the pieces stand in the name in order, the first at its start and the last
/// at its end, with no marked element between them.
fn covers(pieces: &[String], name: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return false };
    let Some(mut name) = name.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = rest.split_last() else { return name.is_empty() };
    for piece in middle {
        let Some(at) = name.find(piece.as_str()) else { return false };
        if name[..at].contains(VENDOR) {
            return false;
        }
        name = &name[at + piece.len()..];
    }
    name.strip_suffix(last.as_str()).is_some_and(|gap| !gap.contains(VENDOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, name, matches) in [
            ("net/...", "net", true),
            ("net/...", "net/http", true),
            ("net/...", "netx", false),
            ("net...", "netx", true),
            ("...", "a/b", true),
            ("./...", ".", true),
            ("./...", "./a", true),
            ("a/.../c", "a/b/c", true),
            ("a/.../c", "a/c", false),
            ("./...", "./vendor/x", false),
            ("./...", "./a/vendor/x", false),
            ("./...", "./a/vendor", true),
            ("./vendor/...", "./vendor/x", true),
            ("./vendor/...", "./vendor", true),
            ("./vendor/...", "./vendor/x/vendor/y", false),
            ("cmd/...", "cmd/vendor/x", false),
            ("...x...", "axb", true),
            ("...x", "a/b", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(name), matches, "{pattern} {name}");
        }
    }

    #[test]
    fn ignored_folders() {
        let ignore = Ignore::new(&["./a/b".to_string(), "node_modules".to_string()]);
        let root = Path::new("/m");
        for (dir, covered) in [
            ("/m", false),
            ("/m/a", false),
            ("/m/a/b", true),
            ("/m/a/b/c", true),
            ("/m/a/bc", false),
            ("/m/x/a/b", false),
            ("/m/x/node_modules/y", true),
        ] {
            assert_eq!(ignore.covers(root, Path::new(dir)), covered, "{dir}");
        }
    }
}
