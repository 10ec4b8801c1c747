//! Runs the cases as benchmarks, and keeps what Go counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use rustc_hash::FxHasher;

use super::cases::{Case, PRELUDE};
use crate::cache;
use crate::toolchain::{Go, tail};

/// Calls of each function.
pub(super) const CALLS: u64 = 2000;

/// What a benchmark shows of one call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Measured {
    pub(super) bytes: u64,
    pub(super) objects: u64,
}

/// The module of the cases: a folder, and what Go counts.
pub(super) struct Bench {
    pub(super) dir: PathBuf,
    pub(super) measured: BTreeMap<String, Measured>,
}

/// Writes the module and runs it, unless that was done before.
pub(super) fn run(go: &Go, cases: &[Case]) -> Result<Bench> {
    let (code, tests) = (code(cases), tests(cases));
    let mut hasher = FxHasher::default();
    (&code, &tests, CALLS).hash(&mut hasher);
    let parent = cache::folder(&format!("cost1/go{}", go.name()))?;
    let dir = parent.join(format!("{:016x}", hasher.finish()));
    if !dir.is_dir() {
        cache::make(&dir, |dir| {
            fs::write(dir.join("go.mod"), "module cost\n\ngo 1.24\n")?;
            fs::write(dir.join("cost.go"), &code)?;
            fs::write(dir.join("cost_test.go"), &tests)?;
            fs::write(dir.join("answer.txt"), measure(go, dir)?)?;
            Ok(())
        })?;
    }
    let answer = fs::read_to_string(dir.join("answer.txt")).context("no answer is kept")?;
    Ok(Bench { dir, measured: parse(&answer) })
}

fn code(cases: &[Case]) -> String {
    let mut code = PRELUDE.to_owned();
    for case in cases {
        let _ = write!(code, "\n// {}\n{}", case.family, case.code);
    }
    code
}

fn tests(cases: &[Case]) -> String {
    let mut tests = "package cost\n\nimport \"testing\"\n".to_owned();
    for Case { name, .. } in cases {
        // Not `b.Loop`, which stops inlining in Go 1.24 and 1.25.
        let _ = write!(
            tests,
            "\nfunc Benchmark{name}(b *testing.B) {{\n\tfor i := 0; i < b.N; i++ {{\n\t\t{name}()\n\t}}\n}}\n"
        );
    }
    tests
}

fn measure(go: &Go, dir: &Path) -> Result<String> {
    eprintln!("asking Go {} …", go.name());
    let output = go
        .command(dir)
        .args(["test", "-run=^$", "-bench=.", "-benchmem", "-cpu=1", "-vet=off"])
        .arg(format!("-benchtime={CALLS}x"))
        .env("GOCACHE", cache::folder(&format!("go-build-{}", go.name()))?)
        .env("GOFLAGS", "-mod=mod")
        .stdin(Stdio::null())
        .output()
        .context("cannot run the go command")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint =
        if output.stderr.is_empty() { tail(&output.stdout) } else { tail(&output.stderr) };
    ensure!(output.status.success(), "go test: {complaint}");
    Ok(said)
}

/// `BenchmarkC0001  2000  9.8 ns/op  8 B/op  1 allocs/op`
fn parse(answer: &str) -> BTreeMap<String, Measured> {
    let mut measured = BTreeMap::new();
    for line in answer.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |unit: &str| {
            let at = words.iter().position(|&word| word == unit)?;
            words.get(at.checked_sub(1)?)?.parse().ok()
        };
        let name = words.first().and_then(|word| word.strip_prefix("Benchmark"));
        if let (Some(name), Some(bytes), Some(objects)) =
            (name, number("B/op"), number("allocs/op"))
        {
            measured.insert(name.to_owned(), Measured { bytes, objects });
        }
    }
    measured
}
