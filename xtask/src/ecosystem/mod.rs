//! Applies every safe fix to copies of real modules. A copy then builds, vets, is formatted and passes the same tests as
//! before, and nothing is left to apply.

mod page;
mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::bench;
use crate::cache;
use crate::modules::{self, Module};
use crate::toolchain::{Go, repository, tail};
use state::State;

/// Arguments of `cargo xtask ecosystem`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// On a module, `PATH@VERSION` or `PATH@latest`; without any, those of xtask/ecosystem.txt
    #[arg(long = "module", value_name = "PATH@VERSION")]
    modules: Vec<String>,
    /// Write docs/ecosystem.md too
    #[arg(long)]
    write: bool,
    /// Leave the fixed copies in this folder
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

/// What became of a module.
pub(crate) struct Outcome {
    pub(crate) module: String,
    /// By rule.
    pub(crate) rules: BTreeMap<String, Tally>,
    /// Number of packages whose tests passed before.
    pub(crate) tested: usize,
    /// What is worse than before.
    pub(crate) failures: Vec<String>,
}

/// What a rule found in a module.
#[derive(Clone, Default)]
pub(crate) struct Tally {
    pub(crate) findings: usize,
    /// Those with a fix that is safe.
    pub(crate) safe: usize,
    /// What its fixes alone make worse.
    pub(crate) failures: Vec<String>,
}

/// As `check --format json` prints it.
#[derive(Deserialize)]
struct Checked {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    code: String,
    fix: Option<Fix>,
}

#[derive(Deserialize)]
struct Fix {
    applicability: String,
}

/// Goes over the modules. Fails where a fix made something worse.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let go = Go::pinned()?;
    let unheap = bench::build()?;
    let names = if args.modules.is_empty() {
        modules::named(include_str!("../../ecosystem.txt"))
    } else {
        args.modules.clone()
    };
    let mut outcomes = Vec::new();
    for name in names {
        let module = modules::fetch(&go, &name)?;
        let attempt = Attempt { go: &go, unheap: &unheap, module: &module };
        outcomes.push(attempt.run(args.keep.as_deref())?);
    }
    let page = page::page(&go, &outcomes);
    println!("{page}");
    if args.write {
        fs::write(repository().join("docs/ecosystem.md"), page)?;
    }
    let failed = outcomes.iter().any(|outcome| !outcome.failures.is_empty());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

struct Attempt<'a> {
    go: &'a Go,
    unheap: &'a Path,
    module: &'a Module,
}

impl Attempt<'_> {
    fn run(&self, keep: Option<&Path>) -> Result<Outcome> {
        let name = &self.module.name;
        eprintln!("{name}: as it is …");
        let scratch = tempfile::tempdir()?;
        let dir = scratch.path().join("whole");
        cache::copy(&self.module.dir, &dir)?;
        let before = State::of(self.go, &dir)?;
        let mut rules = self.tallies(&dir)?;
        eprintln!("{name}: fixed …");
        let mut failures = self.fix(&dir, &[], &before)?;
        if !failures.is_empty() {
            for (rule, tally) in rules.iter_mut().filter(|(_, tally)| tally.safe > 0) {
                eprintln!("{name}: {rule} alone …");
                let alone = scratch.path().join(rule);
                cache::copy(&self.module.dir, &alone)?;
                tally.failures = self.fix(&alone, &["--rule", rule], &before)?;
                fs::remove_dir_all(&alone)?;
            }
        }
        failures.dedup();
        if let Some(keep) = keep {
            cache::copy(&dir, &keep.join(name.replace('/', "_")))?;
        }
        for failure in &failures {
            eprintln!("{name}: {failure}");
        }
        Ok(Outcome { module: name.clone(), rules, tested: before.passed(), failures })
    }

    /// Fixes a copy, and tells what is worse then.
    fn fix(&self, dir: &Path, rules: &[&str], before: &State) -> Result<Vec<String>> {
        let fix = |arguments: &[&str]| -> Result<std::process::Output> {
            let mut command = self.go.seen_by(self.unheap, dir);
            command.args(["fix", "--all"]).args(rules).args(arguments).arg("./...");
            command.output().context("unheap does not run")
        };
        let output = fix(&[])?;
        let mut failures = Vec::new();
        if output.status.code().is_none_or(|code| code > 1) {
            failures.push(format!("unheap fix failed: {}", tail(&output.stderr)));
        }
        let again = fix(&["--diff"])?;
        if !again.stdout.is_empty() {
            failures.push("fixes are left to apply after the last round".to_owned());
        }
        failures.extend(State::of(self.go, dir)?.worse_than(before));
        Ok(failures)
    }

    fn tallies(&self, dir: &Path) -> Result<BTreeMap<String, Tally>> {
        let mut command = self.go.seen_by(self.unheap, dir);
        let output = command.args(["check", "--all", "--format", "json", "./..."]).output()?;
        ensure!(output.status.code().is_some_and(|code| code < 2), "{}", tail(&output.stderr));
        let checked: Checked = serde_json::from_slice(&output.stdout)?;
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        for finding in checked.findings {
            let tally = tallies.entry(finding.code).or_default();
            tally.findings += 1;
            tally.safe += usize::from(finding.fix.is_some_and(|fix| fix.applicability == "safe"));
        }
        Ok(tallies)
    }
}

/// Rules that any of the modules has findings of.
pub(crate) fn rules_of(outcomes: &[Outcome]) -> BTreeSet<&str> {
    outcomes.iter().flat_map(|outcome| outcome.rules.keys().map(String::as_str)).collect()
}
