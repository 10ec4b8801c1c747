//! Minimal version selection over the graph of modules.

use std::cmp::Ordering;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::modfile::ModVersion;
use crate::version::compare_semantic;

/// What a module's go.mod says to those that depend on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    /// Its requirements, exclusions taken out.
    pub(crate) require: Vec<ModVersion>,
    /// Whether it lists all that its packages need (`go 1.17` and later), so that
    /// the requirements of its requirements need not be read.
    pub(crate) is_complete: bool,
}

/// How much of the graph is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Pruning {
    /// Requirements of modules that are complete are not followed.
    Pruned,
    /// Everything is followed.
    Unpruned,
    /// Requirements of a workspace's modules are followed one step further.
    Workspace,
}

/// Reads the summary of a module; `None` where it is not to be had.
pub(crate) type Read<'a> = &'a (dyn Fn(&ModVersion) -> Option<Arc<Summary>> + Sync);

/// The version that is selected for each module path.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    selected: FxHashMap<String, String>,
}

/// Versions in order: none is less than any, and a main module's, which is empty,
/// is greater.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let rank = |v: &str| match v {
        "none" => 0,
        "" => 2,
        _ => 1,
    };
    rank(a).cmp(&rank(b)).then_with(|| compare_semantic(a, b))
}

impl Graph {
    /// The selected version of a module path.
    pub(crate) fn selected(&self, path: &str) -> Option<&str> {
        self.selected.get(path).map(String::as_str).filter(|v| *v != "none")
    }

    /// Every module and its selected version, in no order.
    pub(crate) fn modules(&self) -> impl Iterator<Item = ModVersion> + '_ {
        self.selected
            .iter()
            .filter(|(_, version)| *version != "none")
            .map(|(path, version)| ModVersion::new(path, version))
    }

    /// Reads the graph below the requirements of a main module.
    pub(crate) fn of_module(roots: &[ModVersion], pruning: Pruning, read: Read<'_>) -> Self {
        let mut reader = Reader::new(read);
        for root in roots {
            reader.select(root);
        }
        reader.follow(roots.iter().map(|r| (r.clone(), pruning)).collect());
        Self { selected: reader.selected }
    }

    /// Reads the graph below the modules of a workspace, whose versions are empty.
    pub(crate) fn of_workspace(roots: &[ModVersion], read: Read<'_>) -> Self {
        let mut reader = Reader::new(read);
        for root in roots {
            reader.select(root);
        }
        reader.follow(roots.iter().map(|r| (r.clone(), Pruning::Workspace)).collect());
        // A module of the workspace may raise a version that another one was pruned
        // under, so what is selected is looked at again until nothing rises.
        let mut open: FxHashSet<String> = roots.iter().map(|r| r.path.clone()).collect();
        let mut seen: FxHashSet<ModVersion> = FxHashSet::default();
        loop {
            let mut next: Vec<ModVersion> = Vec::new();
            for path in &open {
                let module = reader.selection(path);
                if !seen.contains(&module) {
                    next.push(module);
                    continue;
                }
                let Some(summary) = reader.read_once(&module) else { continue };
                for required in &summary.require {
                    let chosen = reader.selection(&required.path);
                    let rises = compare(&chosen.version, &required.version) == Ordering::Greater;
                    if rises && !seen.contains(&chosen) {
                        next.push(chosen);
                    }
                }
            }
            if next.is_empty() {
                return Self { selected: reader.selected };
            }
            next.sort();
            next.dedup();
            for module in &next {
                seen.insert(module.clone());
                open.insert(module.path.clone());
            }
            reader.follow(next.into_iter().map(|m| (m, Pruning::Workspace)).collect());
        }
    }
}

struct Reader<'a> {
    read: Read<'a>,
    selected: FxHashMap<String, String>,
    summaries: FxHashMap<ModVersion, Option<Arc<Summary>>>,
    followed: FxHashSet<(ModVersion, Pruning)>,
}

impl<'a> Reader<'a> {
    fn new(read: Read<'a>) -> Self {
        Self {
            read,
            selected: FxHashMap::default(),
            summaries: FxHashMap::default(),
            followed: FxHashSet::default(),
        }
    }

    fn select(&mut self, module: &ModVersion) {
        match self.selected.get_mut(&module.path) {
            Some(version) if compare(version, &module.version) != Ordering::Less => {}
            Some(version) => version.clone_from(&module.version),
            None => {
                self.selected.insert(module.path.clone(), module.version.clone());
            }
        }
    }

    fn selection(&self, path: &str) -> ModVersion {
        ModVersion::new(path, self.selected.get(path).map_or("none", String::as_str))
    }

    fn read_once(&mut self, module: &ModVersion) -> Option<Arc<Summary>> {
        if let Some(summary) = self.summaries.get(module) {
            return summary.clone();
        }
        let summary = (self.read)(module);
        self.summaries.insert(module.clone(), summary.clone());
        summary
    }

    /// Follows requirements breadth first; the files of a level are read together.
    fn follow(&mut self, mut level: Vec<(ModVersion, Pruning)>) {
        while !level.is_empty() {
            level.retain(|(module, pruning)| {
                module.version != "none" && self.followed.insert((module.clone(), *pruning))
            });
            let read = self.read;
            let mut missing: Vec<&ModVersion> = level
                .iter()
                .map(|(module, _)| module)
                .filter(|module| !self.summaries.contains_key(*module))
                .collect();
            missing.sort();
            missing.dedup();
            let fresh: Vec<_> =
                missing.into_par_iter().map(|module| (module.clone(), read(module))).collect();
            for (module, summary) in fresh {
                for required in summary.iter().flat_map(|s| &s.require) {
                    self.select(required);
                }
                self.summaries.insert(module, summary);
            }
            let mut next = Vec::new();
            for (module, pruning) in &level {
                let Some(Some(summary)) = self.summaries.get(module) else { continue };
                if *pruning == Pruning::Pruned && summary.is_complete {
                    continue;
                }
                let below = match pruning {
                    Pruning::Unpruned => Pruning::Unpruned,
                    _ if summary.is_complete => Pruning::Pruned,
                    _ => Pruning::Unpruned,
                };
                next.extend(summary.require.iter().map(|r| (r.clone(), below)));
            }
            level = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a@1 c: b@1 d@2`: module a at v1, complete, requires b and d.
    fn read(text: &str) -> impl Fn(&ModVersion) -> Option<Arc<Summary>> + Sync {
        let module = |word: &str| {
            let (path, version) = word.split_once('@').unwrap();
            let version =
                if version.is_empty() { String::new() } else { format!("v{version}.0.0") };
            ModVersion::new(path, version)
        };
        let mut all = FxHashMap::default();
        for line in text.lines() {
            let (head, required) = line.split_once(':').unwrap();
            let (name, complete) = match head.trim().split_once(' ') {
                Some((name, _)) => (name, true),
                None => (head.trim(), false),
            };
            let require = required.split_whitespace().map(module).collect();
            all.insert(module(name), Arc::new(Summary { require, is_complete: complete }));
        }
        move |m| all.get(m).cloned()
    }

    fn selected(graph: &Graph) -> Vec<String> {
        let mut all: Vec<_> =
            graph.modules().map(|m| format!("{}@{}", m.path, m.version)).collect();
        all.sort();
        all
    }

    #[test]
    fn the_greatest_version_required_wins() {
        let read = read("a@1: c@1\nb@1: c@2\nc@1: d@1\nc@2:\nd@1:\n");
        let roots = [ModVersion::new("a", "v1.0.0"), ModVersion::new("b", "v1.0.0")];
        let graph = Graph::of_module(&roots, Pruning::Unpruned, &read);
        assert_eq!(selected(&graph), ["a@v1.0.0", "b@v1.0.0", "c@v2.0.0", "d@v1.0.0"]);
    }

    #[test]
    fn complete_modules_are_not_followed_in_a_pruned_graph() {
        let read = read("a@1 c: b@1\nb@1 c: c@1\nx@1: y@1\ny@1 c: z@1\nz@1: w@1\nw@1:\n");
        let roots = [ModVersion::new("a", "v1.0.0"), ModVersion::new("x", "v1.0.0")];
        let graph = Graph::of_module(&roots, Pruning::Pruned, &read);
        let pruned = ["a@v1.0.0", "b@v1.0.0", "w@v1.0.0", "x@v1.0.0", "y@v1.0.0", "z@v1.0.0"];
        assert_eq!(selected(&graph), pruned);
        let graph = Graph::of_module(&roots, Pruning::Unpruned, &read);
        assert!(graph.selected("c").is_some());
    }

    #[test]
    fn a_workspace_raises_versions_for_all_of_its_modules() {
        let read =
            read("m@ c: a@1 b@1\nn@ c: b@2\na@1 c: b@1\nb@1 c: d@1\nb@2 c: d@2\nd@1 c:\nd@2 c:\n");
        let graph =
            Graph::of_workspace(&[ModVersion::new("m", ""), ModVersion::new("n", "")], &read);
        assert_eq!(graph.selected("b"), Some("v2.0.0"));
        assert_eq!(graph.selected("d"), Some("v2.0.0"));
        assert_eq!(graph.selected("m"), Some(""));
    }

    #[test]
    fn cycles_and_missing_modules_end() {
        let read = read("a@1: b@1 gone@1\nb@1: a@2\na@2: b@1\n");
        let graph = Graph::of_module(&[ModVersion::new("a", "v1.0.0")], Pruning::Unpruned, &read);
        assert_eq!(selected(&graph), ["a@v2.0.0", "b@v1.0.0", "gone@v1.0.0"]);
    }
}
