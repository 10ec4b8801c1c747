//! What the packages of a run give, gathered while they are checked in parallel.

use std::path::{Path, PathBuf};

use flow::Part;
use report::{Sources, Stats};
use rules::{Directive, DirectiveState, Finding, Found, Times};
use rustc_hash::FxHashMap;
use source::Text;
use types::program::CheckedPackage;

use crate::analysis::Analysis;
use crate::selection::Scope;

/// What the packages of a run give.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) findings: Vec<Finding>,
    pub(crate) stats: Stats,
    pub(crate) syntax_errors: Vec<String>,
    /// What the rules took, where that was asked for.
    pub(crate) times: Times,
    /// Comments that silence findings, or are meant to.
    directives: Vec<Directive>,
    /// What the packages of the module at hand give to its call graph.
    calls: Vec<Part>,
    /// How many findings and directives are of the modules before.
    before: (usize, usize),
    sources: FxHashMap<PathBuf, Text>,
}

impl Sources for Gathered {
    fn source(&self, path: &Path) -> Option<&[u8]> {
        self.sources.get(path).map(|text| &**text)
    }
}

impl Gathered {
    /// Adds what was found in a package.
    pub(crate) fn add(&mut self, analysis: &Analysis, package: &CheckedPackage<'_>, found: Found) {
        self.stats.packages += 1;
        for file in &package.files {
            self.stats.files += 1;
            self.stats.lines += file.tree.lines.len();
        }
        self.syntax_errors.extend(analysis.syntax_errors(package).1);
        self.calls.push(found.calls);
        self.times.add(&found.times);
        for mut finding in found.findings {
            for path in finding.paths_mut() {
                let file = package.files.iter().find(|f| f.path == *path);
                let relative = analysis.relative(path);
                if let Some(file) = file {
                    self.sources.entry(relative.clone()).or_insert_with(|| file.text.clone());
                }
                *path = relative;
            }
            self.findings.push(finding);
        }
        for mut directive in found.directives {
            directive.path = analysis.relative(&directive.path);
            self.directives.push(directive);
        }
    }

    /// All packages of a module are there: keeps of its findings those that are meant, with how often they run.
    pub(crate) fn end_module(&mut self, analysis: &Analysis, scope: &Scope<'_>) {
        let calls = std::mem::take(&mut self.calls);
        let hotness = flow::Hotness::new(calls, analysis.is_whole_module());
        let findings = self.findings.split_off(self.before.0);
        self.findings.extend(findings.into_iter().filter_map(|mut finding| {
            finding.heat(&hotness);
            scope.admits(&mut finding).then_some(finding)
        }));
        // Rules are silent on what they do not know; a comment can seem idle then that is not.
        let known = analysis.load.missing.is_empty() && analysis.load.errors.is_empty();
        let directives = self.directives.split_off(self.before.1);
        self.directives.extend(directives.into_iter().filter(|directive| {
            let idle = matches!(directive.state, DirectiveState::Idle(_));
            scope.reports_on(&directive.path) && (known || !idle)
        }));
        self.before = (self.findings.len(), self.directives.len());
    }

    /// The order of packages depends on threads; that of files and places does not.
    pub(crate) fn sort(&mut self) {
        self.findings.sort_by(|a, b| (&a.path, a.start, a.code).cmp(&(&b.path, b.start, b.code)));
        self.findings.dedup_by(|a, b| a.path == b.path && a.start == b.start && a.code == b.code);
        self.syntax_errors.sort();
        self.syntax_errors.dedup();
        self.directives.sort();
        self.directives.dedup();
    }

    /// What to say of comments that silence nothing, a line each; after [`Self::sort`].
    pub(crate) fn warnings(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for same in self.directives.chunk_by(|a, b| (&a.path, a.start) == (&b.path, b.start)) {
            // The file is part of several packages, and the comment does its work in one of them.
            if same.iter().any(|directive| directive.state == DirectiveState::Works) {
                continue;
            }
            if let Directive {
                path,
                start,
                state: DirectiveState::Idle(why) | DirectiveState::Wrong(why),
            } = &same[0]
            {
                lines.push(format!("{}:{}:{}: {why}", path.display(), start.line, start.column));
            }
        }
        lines
    }
}
