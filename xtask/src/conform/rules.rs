//! Holds findings against the compiler: what is said to be allocated is on the heap by its own words, where it has any.
//!
//! A finding agrees where the compiler has something on the heap (`escapes to heap`, `moved to heap`) on one of the lines
//! that it spans or that its reasons name. It differs where it has not, though we have a value there that is on the heap. What
//! remains the compiler does not mention: slices that grow, texts that outgrow their buffer on the stack, functions that
//! allocate themselves. Those are counted by rule; `conform cost` and the benchmarks of the rules' fixtures measure them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Target;
use super::compiler::heap_lines;
use crate::bench;
use crate::toolchain::{Go, tail};

/// Share of the findings that can be held against the compiler which agree.
const BAR: f64 = 0.99;

#[derive(Deserialize)]
struct Checked {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    code: String,
    path: PathBuf,
    start: Position,
    end: Position,
    message: String,
    allocates: String,
    why: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    path: PathBuf,
    start: Position,
    end: Position,
}

#[derive(Deserialize)]
struct Position {
    line: u32,
    column: u32,
}

/// As `escape --format json` prints it.
#[derive(Deserialize)]
struct Escape {
    functions: Vec<Function>,
}

#[derive(Deserialize)]
struct Function {
    sites: Vec<Site>,
}

#[derive(Deserialize)]
struct Site {
    path: PathBuf,
    start: Position,
    operation: String,
    expression: String,
    placement: String,
    allocates: String,
}

/// Operations that the compiler does not mention, whatever is allocated.
const UNMENTIONED: [&str; 6] = ["append", "move to heap", "map insert", "make chan", "go", "defer"];

impl Site {
    /// Of text that grows, `s = s + t` is mentioned and `s += t` is not.
    fn is_text_appended(&self) -> bool {
        self.operation == "concatenation" && self.expression.contains(" += ")
    }

    fn is_mentioned(&self) -> bool {
        self.placement == "heap"
            && self.allocates != "never"
            && !UNMENTIONED.contains(&&*self.operation)
            && !self.is_text_appended()
    }
}

/// Lines by file.
type Lines = BTreeMap<PathBuf, BTreeSet<u32>>;

/// Findings of a rule.
#[derive(Default)]
struct Tally {
    agree: usize,
    /// Those that the compiler has no words for.
    unmentioned: usize,
    /// Those that allocate nothing, and say so.
    never: usize,
    differ: Vec<String>,
}

/// Compares on each target, and prints differences by rule and the figure. Returns whether the bar is reached.
pub(super) fn compare(go: &Go, targets: &[Target], max: usize) -> Result<bool> {
    let unheap = bench::build()?;
    let mut rules: BTreeMap<String, Tally> = BTreeMap::new();
    for target in targets {
        let lines = heap_lines(go, target)?;
        let ours = our_lines(go, &unheap, target)?;
        let checked: Checked = ask(go, &unheap, target, &["check", "--all"])?;
        let findings = checked.findings;
        println!("{}: {} findings", target.name, findings.len());
        for finding in findings {
            let tally = rules.entry(finding.code.clone()).or_default();
            if finding.allocates == "never" {
                tally.never += 1;
                continue;
            }
            // Packages that Go does not build are not held against it.
            if !lines.contains_key(&target.dir.join(&finding.path)) {
                continue;
            }
            if on_heap(&finding, &lines, &target.dir) {
                tally.agree += 1;
            } else if !on_heap(&finding, &ours, &target.dir) {
                tally.unmentioned += 1;
            } else {
                let Finding { path, start, message, .. } = finding;
                let (path, Position { line, column }) = (path.display(), start);
                tally.differ.push(format!("{}/{path}:{line}:{column}: {message}", target.name));
            }
        }
    }
    print(&rules, max);
    let sum = |of: fn(&Tally) -> usize| rules.values().map(of).sum::<usize>();
    let (agree, differ) = (sum(|tally| tally.agree), sum(|tally| tally.differ.len()));
    let share = if differ == 0 { 1.0 } else { agree as f64 / (agree + differ) as f64 };
    println!(
        "rules, Go {}: {agree} findings agree, {differ} differ, {:.2} %, bar {:.0} %: {}; {} not mentioned by the compiler, {} say never",
        go.name(),
        100.0 * share,
        100.0 * BAR,
        if share >= BAR { "reached" } else { "missed" },
        sum(|tally| tally.unmentioned),
        sum(|tally| tally.never),
    );
    Ok(share >= BAR)
}

/// Whether the compiler names something on the heap on a line of the finding, or of a reason that it gives.
fn on_heap(finding: &Finding, lines: &Lines, dir: &Path) -> bool {
    let has = |path: &Path, start: &Position, end: &Position| {
        let of_file = lines.get(&dir.join(path));
        of_file.is_some_and(|all| all.range(start.line..=end.line.max(start.line)).next().is_some())
    };
    has(&finding.path, &finding.start, &finding.end)
        || finding.why.iter().any(|reason| has(&reason.path, &reason.start, &reason.end))
}

/// Lines on which we have a value on the heap that the compiler has to mention.
fn our_lines(go: &Go, unheap: &Path, target: &Target) -> Result<Lines> {
    let escape: Escape = ask(go, unheap, target, &["escape", "--generated"])?;
    let mut lines = Lines::new();
    let sites = escape.functions.into_iter().flat_map(|function| function.sites);
    for site in sites.filter(Site::is_mentioned) {
        lines.entry(target.dir.join(site.path)).or_default().insert(site.start.line);
    }
    Ok(lines)
}

/// What the program prints of a target as JSON.
fn ask<T: DeserializeOwned>(
    go: &Go,
    unheap: &Path,
    target: &Target,
    arguments: &[&str],
) -> Result<T> {
    let mut command = go.seen_by(unheap, &target.dir);
    command.args(arguments).args(["--format", "json"]).args(&target.patterns);
    let output = command.output()?;
    ensure!(output.status.code().is_some_and(|code| code < 2), "{}", tail(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn print(rules: &BTreeMap<String, Tally>, max: usize) {
    let mut left = max;
    for (rule, tally) in rules {
        let Tally { agree, unmentioned, never, differ } = tally;
        println!(
            "{rule}: {agree} agree, {unmentioned} not mentioned, {never} never, {} differ",
            differ.len()
        );
        for line in differ.iter().take(left) {
            println!("    {line}");
        }
        left = left.saturating_sub(differ.len());
    }
}
