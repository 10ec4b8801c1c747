//! What Go's own tools say of a module.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::toolchain::Go;

/// What Go's own tools say of a module.
pub(crate) struct State {
    /// Packages that do not build.
    unbuilt: BTreeSet<String>,
    /// What vet complains of, without lines: these move.
    complaints: Vec<String>,
    /// Files that are not as gofmt leaves them.
    unformatted: BTreeSet<String>,
    /// Packages whose tests pass.
    passed: BTreeSet<String>,
}

impl State {
    /// Asks them.
    pub(crate) fn of(go: &Go, dir: &Path) -> Result<Self> {
        let (_, build) = run(go, dir, &["build", "./..."])?;
        let unbuilt = build.lines().filter_map(|line| line.strip_prefix("# "));
        let (_, vet) = run(go, dir, &["vet", "./..."])?;
        let mut complaints: Vec<String> = vet.lines().map(without_place).collect();
        complaints.sort();
        let formatted = go.root().join("bin/gofmt");
        let mut formatted = Command::new(formatted);
        formatted.current_dir(dir).args(["-l", "."]);
        let formatted = formatted.output().context("gofmt does not run")?;
        let unformatted =
            String::from_utf8_lossy(&formatted.stdout).lines().map(str::to_owned).collect();
        let mut passed = passing(go, dir, &["./..."])?;
        // Some tests fail at times: what failed has another chance.
        let failed: Vec<String> = failing(go, dir, &passed)?;
        if !failed.is_empty() {
            let again: Vec<&str> = failed.iter().map(String::as_str).collect();
            passed.extend(passing(go, dir, &again)?);
        }
        Ok(Self { unbuilt: unbuilt.map(str::to_owned).collect(), complaints, unformatted, passed })
    }

    /// Number of packages whose tests pass.
    pub(crate) fn passed(&self) -> usize {
        self.passed.len()
    }

    /// What is worse than before.
    pub(crate) fn worse_than(&self, before: &Self) -> Vec<String> {
        let mut worse = Vec::new();
        for package in self.unbuilt.difference(&before.unbuilt) {
            worse.push(format!("{package} does not build"));
        }
        let mut known = before.complaints.clone();
        for complaint in &self.complaints {
            match known.iter().position(|other| other == complaint) {
                Some(at) => drop(known.swap_remove(at)),
                None => worse.push(format!("vet: {complaint}")),
            }
        }
        for file in self.unformatted.difference(&before.unformatted) {
            worse.push(format!("{file} is not formatted"));
        }
        for package in before.passed.difference(&self.passed) {
            worse.push(format!("tests of {package} do not pass"));
        }
        worse
    }
}

/// Packages whose tests pass, or that have none and build with them.
fn passing(go: &Go, dir: &Path, packages: &[&str]) -> Result<BTreeSet<String>> {
    let mut arguments = vec!["test", "-count=1", "-timeout=10m"];
    arguments.extend(packages);
    let (output, _) = run(go, dir, &arguments)?;
    let passed = output.lines().filter_map(|line| line.strip_prefix("ok  \t"));
    Ok(passed.filter_map(|line| line.split('\t').next()).map(str::to_owned).collect())
}

/// Packages with tests that are not among those that passed.
fn failing(go: &Go, dir: &Path, passed: &BTreeSet<String>) -> Result<Vec<String>> {
    let format = "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}";
    let (output, _) = run(go, dir, &["list", "-e", "-f", format, "./..."])?;
    let tested = output.lines().filter(|line| !line.is_empty());
    Ok(tested.filter(|&package| !passed.contains(package)).map(str::to_owned).collect())
}

/// What a command of Go's prints, to the output and to errors.
fn run(go: &Go, dir: &Path, arguments: &[&str]) -> Result<(String, String)> {
    let mut command = go.command(dir);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = command.output().context("cannot run the go command")?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((text(&output.stdout), text(&output.stderr)))
}

/// `file.go: text` of `./file.go:1:2: text`.
fn without_place(line: &str) -> String {
    let mut parts = line.splitn(4, ':');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(file), Some(line), Some(column), Some(text))
            if is_number(line) && is_number(column) =>
        {
            format!("{file}:{text}")
        }
        _ => line.to_owned(),
    }
}
