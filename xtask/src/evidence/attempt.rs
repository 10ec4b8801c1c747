//! One scenario on one version of Go: checked, fixed and tested in copies, and measured.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tempfile::TempDir;

use super::scenario::{After, Measure, Measured, Remedy, Scenario};
use super::timing::{self, Binary, Effort, Side};
use super::{FLOORS_FROM, Outcome};
use crate::cache;
use crate::toolchain::{Go, tail};

/// How often measuring goes on where only a time misses a floor. The page says where it did: to look again only at what fails
/// favours what passes.
pub(super) const SECOND_CHANCES: u32 = 2;

/// As `check --format json` prints it.
#[derive(Deserialize)]
struct Checked {
    findings: Vec<Finding>,
}

/// A finding, as far as it is looked at.
#[derive(Deserialize)]
pub(super) struct Finding {
    code: String,
    /// Relative to the folder of the scenario.
    pub(super) path: PathBuf,
    pub(super) start: Position,
    pub(super) help: String,
    pub(super) fix: Option<Fix>,
}

/// Where it begins.
#[derive(Deserialize)]
pub(super) struct Position {
    pub(super) line: u32,
}

/// Its fix.
#[derive(Deserialize)]
pub(super) struct Fix {
    pub(super) applicability: String,
}

/// A scenario on a version of Go.
pub(super) struct Attempt<'a> {
    pub(super) go: &'a Go,
    pub(super) unheap: &'a Path,
    pub(super) scenario: &'a Scenario,
    pub(super) effort: Effort,
}

impl Attempt<'_> {
    /// Does all of it. What the tool or its fixes get wrong is a failure of the outcome.
    pub(super) fn run(&self) -> Result<Outcome> {
        let scratch = tempfile::tempdir()?;
        let code = scratch.path().join("before");
        cache::copy(&self.scenario.dir, &code)?;
        self.ask_for_language(&code)?;
        let mut failures = self.complaints(&code)?;
        let findings = self.check(&code)?;
        failures.extend(self.misjudged(&findings));
        let mut copies = Copies { code, scratch, fixed: Vec::new() };
        let mut measured = Vec::new();
        for measure in &self.scenario.measures {
            let figures = if self.go.minor() >= Some(measure.from) {
                Some(self.measure(measure, &mut copies, &mut failures)?)
            } else {
                None
            };
            measured.push(figures);
        }
        let go = self.go.minor().unwrap_or_default();
        if go >= FLOORS_FROM {
            for (measure, figures) in self.scenario.measures.iter().zip(&measured) {
                let (Some(floor), Some(figures)) = (&measure.floor, figures) else { continue };
                let missed = floor.missed(figures);
                failures.extend(missed.iter().map(|what| format!("{}: {what}", measure.name)));
            }
        }
        Ok(Outcome { go, findings, measured, failures })
    }

    /// Has go.mod ask for the language of this Go: what a fix may use depends on it.
    fn ask_for_language(&self, dir: &Path) -> Result<()> {
        let language = self.go.name().rsplit_once('.').map_or(self.go.name(), |(line, _)| line);
        let output =
            self.go.command(dir).args(["mod", "edit"]).arg(format!("-go={language}")).output()?;
        ensure!(output.status.success(), "{}", tail(&output.stderr));
        Ok(())
    }

    /// What vet, gofmt and the tests say against a copy.
    fn complaints(&self, dir: &Path) -> Result<Vec<String>> {
        let mut complaints = Vec::new();
        let mut formatted = Command::new(self.go.root().join("bin/gofmt"));
        let formatted = formatted.current_dir(dir).args(["-l", "."]).output()?;
        let unformatted = String::from_utf8_lossy(&formatted.stdout);
        complaints.extend(unformatted.lines().map(|file| format!("{file} is not formatted")));
        for arguments in [&["vet", "./..."][..], &["test", "-count=1", "./..."]] {
            let output = self.go.command(dir).args(arguments).output()?;
            if !output.status.success() {
                let (out, err) = (tail(&output.stdout), tail(&output.stderr));
                complaints.push(format!("go {}: {out} {err}", arguments[0]));
            }
        }
        Ok(complaints)
    }

    fn unheap(&self, dir: &Path, arguments: &[&str]) -> Result<Output> {
        let output = self.go.seen_by(self.unheap, dir).args(arguments).output();
        let output = output.context("unheap does not run")?;
        let failed = output.status.code().is_none_or(|code| code > 1);
        ensure!(!failed, "unheap {}: {}", arguments[0], tail(&output.stderr));
        Ok(output)
    }

    /// What the rule of the scenario finds at default settings.
    fn check(&self, dir: &Path) -> Result<Vec<Finding>> {
        let output = self.unheap(dir, &["check", "--format", "json", "."])?;
        let checked: Checked = serde_json::from_slice(&output.stdout)?;
        let mut findings = checked.findings;
        findings.retain(|finding| finding.code == self.scenario.rule);
        Ok(findings)
    }

    /// Where the rule is silent and should not be, or the other way round.
    fn misjudged(&self, findings: &[Finding]) -> Vec<String> {
        let scenario = self.scenario;
        let is_found = |file: &str| findings.iter().any(|found| found.path == Path::new(file));
        let mut failures = Vec::new();
        if self.go.minor() >= Some(scenario.found_from) {
            let missing = scenario.found.iter().filter(|file| !is_found(file));
            failures.extend(missing.map(|file| format!("nothing is found in {file}")));
            for word in &scenario.help {
                if !findings.iter().any(|finding| finding.help.contains(word.as_str())) {
                    failures.push(format!("no finding speaks of `{word}`"));
                }
            }
        }
        let wrong = scenario.quiet.iter().filter(|file| is_found(file));
        failures
            .extend(wrong.map(|file| format!("{file} is reported, and nothing is wrong there")));
        failures
    }

    fn measure(
        &self,
        measure: &Measure,
        copies: &mut Copies,
        failures: &mut Vec<String>,
    ) -> Result<Measured> {
        let before = self.binary(&copies.code.join(&measure.before))?;
        let mut chosen = None;
        for (at, remedy) in measure.after.iter().enumerate() {
            let dir = match remedy {
                Remedy::Fix { unsafe_too } => copies.fixed(self, *unsafe_too, failures)?,
                Remedy::Folder(folder) => Some(copies.code.join(folder)),
            };
            // The last one is measured even if it changes nothing.
            let last = at + 1 == measure.after.len();
            if let Some(dir) = dir.or_else(|| last.then(|| copies.code.clone())) {
                chosen = Some((remedy.clone(), self.binary(&dir)?));
                break;
            }
        }
        let mut sides = vec![Side::new(&before, &measure.benchmark)];
        if let Some((_, binary)) = &chosen {
            sides.push(Side::new(binary, &measure.benchmark));
        }
        let mut chances = SECOND_CHANCES;
        loop {
            timing::compare(self.go, &mut sides, measure.processors, self.effort)?;
            let measured = summed_up(&sides, chosen.as_ref().map(|(remedy, _)| remedy));
            let floor = measure.floor.as_ref();
            let late = floor.is_some_and(|floor| floor.hangs_on_time(&measured));
            if !late || chances == 0 {
                return Ok(measured);
            }
            chances -= 1;
        }
    }

    /// The test binary of a package, built once.
    fn binary(&self, dir: &Path) -> Result<Binary> {
        let path = dir.join("measured.test");
        if path.is_file() {
            return Ok(Binary { path, dir: dir.to_owned() });
        }
        timing::build(self.go, dir, &path)
    }
}

fn summed_up(sides: &[Side<'_>], remedy: Option<&Remedy>) -> Measured {
    let after = sides.get(1).zip(remedy).map(|(side, remedy)| After {
        remedy: remedy.clone(),
        figures: side.runs.figures(),
        times: sides[0].runs.times(&side.runs),
    });
    Measured { before: sides[0].runs.figures(), after, rounds: sides[0].runs.rounds() }
}

/// Copies of a scenario: as it is, and fixed.
struct Copies {
    scratch: TempDir,
    code: PathBuf,
    /// With unsafe fixes and without, once they are asked for; nothing where nothing was fixed.
    fixed: Vec<(bool, Option<PathBuf>)>,
}

impl Copies {
    /// The copy that `unheap fix` has changed. What is worse there than before is a failure.
    fn fixed(
        &mut self,
        attempt: &Attempt<'_>,
        unsafe_too: bool,
        failures: &mut Vec<String>,
    ) -> Result<Option<PathBuf>> {
        if let Some((_, dir)) = self.fixed.iter().find(|(other, _)| *other == unsafe_too) {
            return Ok(dir.clone());
        }
        let dir = self.scratch.path().join(if unsafe_too { "unsafe" } else { "safe" });
        cache::copy(&attempt.scenario.dir, &dir)?;
        attempt.ask_for_language(&dir)?;
        let mut arguments = vec!["fix", "--rule", &attempt.scenario.rule];
        if unsafe_too {
            arguments.push("--unsafe");
        }
        arguments.push(".");
        attempt.unheap(&dir, &arguments)?;
        let dir = if go_text(&dir)? == go_text(&self.code)? {
            None
        } else {
            let complaints = attempt.complaints(&dir)?;
            failures.extend(complaints.into_iter().map(|what| format!("once fixed, {what}")));
            Some(dir)
        };
        self.fixed.push((unsafe_too, dir.clone()));
        Ok(dir)
    }
}

/// The Go files of a folder.
fn go_text(dir: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "go") {
            let name = path.file_name().map(PathBuf::from).unwrap_or_default();
            files.push((name, fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}
