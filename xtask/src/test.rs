//! The fast tests: ours, and short questions to the pinned Go.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::evidence;
use crate::toolchain::Go;

/// Short questions to Go: arguments of `cargo xtask conform`.
const QUESTIONS: [&[&str]; 13] = [
    &["syntax", "--dir", "examples/orders"],
    &["packages", "--dir", "examples/orders"],
    &["types", "--dir", "examples/orders"],
    &["syntax", "--std", "strings", "net/http"],
    &["packages", "--std", "net/http", "runtime"],
    &["types", "--std", "errors", "fmt", "slices", "reflect", "net/http"],
    &["sizes", "--dir", "examples/orders"],
    &["sizes", "--std", "go/types", "text/template/parse"],
    &["lower", "--exact", "--std", "container/list", "container/ring", "container/heap"],
    &["inline", "--exact", "--std", "text/template/parse", "go/scanner", "index/suffixarray"],
    &["escape", "--exact", "--std", "text/template/parse", "go/scanner", "slices", "iter"],
    &["cost"],
    &["bench"],
];

/// Runs the tests; the first that fails ends it.
pub(crate) fn run() -> Result<ExitCode> {
    let go = Go::pinned()?;
    let root = root();
    println!("testing against {}", go.root().display());

    let mut tests = cargo_test(&go);
    tests.args(["--workspace", "--locked", "--quiet"]);
    if !step("cargo test", &mut tests)? {
        return Ok(ExitCode::FAILURE);
    }

    let orders = root.join("examples/orders");
    if !step("go test examples/orders", go.command(&orders).args(["test", "./..."]))? {
        return Ok(ExitCode::FAILURE);
    }

    let scenarios = tempfile::tempdir()?;
    let workspace = evidence::workspace(scenarios.path())?;
    for verb in ["vet", "test"] {
        let mut command = go.command(scenarios.path());
        command.args([verb, "example.com/scenarios/..."]).env("GOWORK", &workspace);
        if !step(&format!("go {verb} examples/scenarios"), &mut command)? {
            return Ok(ExitCode::FAILURE);
        }
    }

    let this = std::env::current_exe().context("this program has no name")?;
    for question in QUESTIONS {
        let name = format!("conform {}", question.join(" "));
        let mut command = Command::new(&this);
        if !step(&name, command.current_dir(root).arg("conform").args(question))? {
            return Ok(ExitCode::FAILURE);
        }
    }
    println!("all tests passed");
    Ok(ExitCode::SUCCESS)
}

/// `cargo test` against a Go.
pub(crate) fn cargo_test(go: &Go) -> Command {
    let mut tests = Command::new(env!("CARGO"));
    tests.current_dir(root()).arg("test");
    for (name, value) in go.environment() {
        match value {
            Some(value) => tests.env(name, value),
            None => tests.env_remove(name),
        };
    }
    tests.env("UNHEAP_GOROOT", go.root());
    tests
}

pub(crate) fn step(name: &str, command: &mut Command) -> Result<bool> {
    println!("== {name}");
    let status = command.status().with_context(|| format!("cannot run {name}"))?;
    if !status.success() {
        eprintln!("{name} failed");
    }
    Ok(status.success())
}

/// The project's folder.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}
