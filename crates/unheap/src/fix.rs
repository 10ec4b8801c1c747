//! `unheap fix`: applies fixes, in rounds until nothing is left.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use ::fix::{Applicability, Plan, Target};
use escape::Ask;
use flow::Part;
use rules::{Finding, Found};
use source::Id;
use types::Store;
use types::program::{CheckedFile, CheckedPackage, UnitId};

use crate::Exit;
use crate::analysis::Analysis;
use crate::args::SelectArgs;
use crate::engines::Engines;
use crate::overlay::{Changed, Overlay};
use crate::selection::{Scope, Selection};

/// A fix can make room for another. Those of the rules come to an end after a few rounds; what does not is a fault of ours.
const MOST_ROUNDS: usize = 20;

/// What was done.
#[derive(Default)]
struct Done {
    /// Fixes applied, by file and rule.
    applied: BTreeMap<PathBuf, BTreeMap<&'static str, usize>>,
    /// Findings of the last round whose fix was not applied, by why not.
    left: Left,
    faults: Vec<String>,
    packages: usize,
}

#[derive(Default)]
struct Left {
    suggestions: usize,
    unsafe_fixes: usize,
    /// Fixes that cannot be carried out where they stand.
    refused: usize,
    without: usize,
}

/// What is done with fixes.
#[derive(Clone, Copy)]
pub(crate) struct Mode {
    /// Whether those are applied too that may change what the program does.
    pub(crate) unsafe_fixes: bool,
    /// Whether changes are shown, and not written.
    pub(crate) diff: bool,
}

pub(crate) fn run(select: &SelectArgs, mode: Mode) -> Result<Exit, String> {
    let mut overlay = Overlay::default();
    let fixer = Fixer { select, mode, selection: Selection::new(select)? };
    let mut done = Done::default();
    let mut rounds = 0;
    while fixer.round(&mut overlay, &mut done)? > 0 {
        rounds += 1;
        if rounds == MOST_ROUNDS {
            done.faults.push(format!(
                "fixes are not at an end after {MOST_ROUNDS} rounds; please report this"
            ));
            break;
        }
    }
    for fault in &done.faults {
        anstream::eprintln!("{fault}");
    }
    if done.packages == 0 {
        return Ok(Exit::Failed);
    }
    let dir = std::env::current_dir().map_err(|e| format!("no working folder: {e}"))?;
    overlay.changed.retain(|_, changed| changed.old != changed.new);
    let shown = |path: &PathBuf| path.strip_prefix(&dir).unwrap_or(path).to_path_buf();
    if mode.diff {
        for (path, Changed { old, new }) in &overlay.changed {
            let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
            print!("{}", report::diff(&shown(path), &text(old), &text(new)));
        }
        let is_clean = overlay.changed.is_empty();
        return Ok(if is_clean { Exit::Clean } else { Exit::Findings });
    }
    let mut failed = false;
    for (path, Changed { old, new }) in &overlay.changed {
        if let Err(why) = ::fix::write(path, old, new) {
            anstream::eprintln!("{}: left as it is: {why}", shown(path).display());
            done.applied.remove(path);
            failed = true;
        }
    }
    for (path, rules) in &done.applied {
        let rules: Vec<String> = rules.iter().map(|(rule, n)| format!("{n} {rule}")).collect();
        println!("{}: {}", shown(path).display(), rules.join(", "));
    }
    println!("{}", done.summary(mode));
    Ok(if failed { Exit::Failed } else { Exit::Clean })
}

/// A file with what was found in it.
struct Candidate {
    unit: UnitId,
    file: CheckedFile,
    findings: Vec<Finding>,
}

struct Fixer<'a> {
    select: &'a SelectArgs,
    mode: Mode,
    selection: Selection<'a>,
}

/// What is gathered of a module.
#[derive(Default)]
struct Gathered {
    candidates: Vec<Candidate>,
    calls: Vec<Part>,
    packages: usize,
}

impl Fixer<'_> {
    /// Finds and applies what does not stand in each other's way; the number of fixes applied.
    fn round(&self, overlay: &mut Overlay, done: &mut Done) -> Result<usize, String> {
        let SelectArgs { patterns, tests, build, .. } = self.select;
        let analyses = Analysis::all(overlay, patterns, *tests, build)?;
        (done.left, done.packages) = (Left::default(), 0);
        let (mut changes, mut applied) = (Vec::new(), 0);
        for analysis in analyses.into_iter().map(Analysis::with_others) {
            let gathered = Mutex::new(Gathered::default());
            let scope = self.selection.scope(overlay, &analysis)?;
            let settings = scope.settings();
            let look = |package: CheckedPackage<'_>, engines: &Engines<'_>| {
                let unseen = analysis.unseen(package.unit);
                let Found { findings, calls, .. } =
                    engines.findings(&package, &settings, &unseen).unwrap_or_default();
                let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
                gathered.add(&package, findings, calls);
            };
            let finish = |store: &Store| {
                let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
                done.packages += gathered.packages;
                for candidate in &mut gathered.take(analysis.is_whole_module()) {
                    let (new, count) = self.apply(store, &scope, candidate, done);
                    applied += count;
                    changes.extend(new.map(|new| (candidate.file.clone(), new)));
                }
            };
            let ask = Ask { why: true, ..Ask::default() };
            let outcome = analysis.check_with_escape(true, ask, &look, finish)?;
            let faults = analysis.faults(&outcome);
            done.faults.extend(
                faults.into_iter().filter(|f| !done.faults.contains(f)).collect::<Vec<_>>(),
            );
        }
        for (file, new) in changes {
            let read = || Changed { old: file.text.to_vec(), new: Vec::new() };
            overlay.changed.entry(file.path.clone()).or_insert_with(read).new = new;
        }
        Ok(applied)
    }

    /// The text of a file with what was found in it fixed, and the number of fixes.
    fn apply(
        &self,
        store: &Store,
        scope: &Scope<'_>,
        candidate: &mut Candidate,
        done: &mut Done,
    ) -> (Option<Vec<u8>>, usize) {
        let Candidate { file, findings, .. } = candidate;
        let (mut wanted, mut plans): (Vec<&Finding>, Vec<&Plan>) = (Vec::new(), Vec::new());
        findings.retain_mut(|finding| scope.admits(finding));
        for finding in findings.iter() {
            match finding.fix.as_ref().map(|fix| &fix.plan) {
                None => done.left.without += 1,
                Some(plan) => match plan.applicability {
                    Applicability::Suggestion => done.left.suggestions += 1,
                    Applicability::Unsafe if !self.mode.unsafe_fixes => done.left.unsafe_fixes += 1,
                    Applicability::Safe | Applicability::Unsafe => {
                        wanted.push(finding);
                        plans.push(plan);
                    }
                },
            }
        }
        if plans.is_empty() {
            return (None, 0);
        }
        let merged = ::fix::merge(Target { file, store }, &plans);
        done.left.refused += merged.refused.len();
        let Ok(new) = source::apply(&file.text, &merged.edits) else { return (None, 0) };
        if *new == *file.text {
            return (None, 0);
        }
        let by_rule = done.applied.entry(file.path.clone()).or_default();
        let is_refused = |at: usize| merged.refused.iter().any(|(other, _)| *other == at);
        let mut count = 0;
        for (_, finding) in wanted.iter().enumerate().filter(|(at, _)| !is_refused(*at)) {
            *by_rule.entry(finding.code).or_default() += 1;
            count += 1;
        }
        (Some(new), count)
    }
}

impl Gathered {
    fn add(&mut self, package: &CheckedPackage<'_>, findings: Vec<Finding>, calls: Part) {
        self.packages += 1;
        self.calls.push(calls);
        for file in &package.files {
            let of_file = findings.iter().filter(|finding| finding.path == file.path);
            let findings: Vec<Finding> = of_file.cloned().collect();
            if !findings.is_empty() {
                let (unit, file) = (package.unit, file.clone());
                self.candidates.push(Candidate { unit, file, findings });
            }
        }
    }

    /// The files with their findings and how often these run; a file that is part of several packages once.
    fn take(&mut self, whole: bool) -> Vec<Candidate> {
        let hotness = flow::Hotness::new(std::mem::take(&mut self.calls), whole);
        let mut candidates = std::mem::take(&mut self.candidates);
        for finding in candidates.iter_mut().flat_map(|candidate| &mut candidate.findings) {
            finding.heat(&hotness);
        }
        let key = |c: &Candidate| (c.file.path.clone(), c.unit.index());
        candidates.sort_by_cached_key(key);
        candidates.dedup_by(|a, b| a.file.path == b.file.path);
        candidates
    }
}

impl Done {
    fn summary(&self, mode: Mode) -> String {
        let files = self.applied.len();
        let count: usize = self.applied.values().flat_map(BTreeMap::values).sum();
        let mut text = match count {
            0 => "nothing fixed".to_owned(),
            _ => format!(
                "{count} finding{} fixed in {files} file{}",
                if count == 1 { "" } else { "s" },
                if files == 1 { "" } else { "s" }
            ),
        };
        let Left { suggestions, unsafe_fixes, refused, without } = self.left;
        let unsafe_hint = if mode.unsafe_fixes { "" } else { " (--unsafe)" };
        let left = [
            (unsafe_fixes, format!("with an unsafe fix{unsafe_hint}")),
            (suggestions, "with a suggestion (unheap check shows it)".to_owned()),
            (refused, "whose fix cannot be carried out where it stands".to_owned()),
            (without, "without a fix".to_owned()),
        ];
        let left: Vec<String> = left
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if !left.is_empty() {
            text.push_str("; left: ");
            text.push_str(&left.join(", "));
        }
        text
    }
}
