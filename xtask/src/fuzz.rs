//! Fuzzing: what is read from disk must never break us.
//!
//! The targets are in `fuzz/`, a workspace of its own, since they need a compiler with
//! sanitizers: `cargo fuzz` gets one from stable Rust with `RUSTC_BOOTSTRAP`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use crate::cache;
use crate::test::root;
use crate::toolchain::Go;

/// Input that is longer is cut by the fuzzer: what breaks a reader is rarely large.
const MAX_LEN: u64 = 1 << 16;

/// Fuzzes each target for some seconds.
pub(crate) fn run(seconds: u64, targets: &[String]) -> Result<ExitCode> {
    install()?;
    let go = Go::pinned()?;
    let all = ["lexer", "parser", "go_mod"];
    let known = |t: &String| all.contains(&t.as_str());
    ensure!(targets.iter().all(known), "the targets are {}", all.join(", "));
    let chosen = all.iter().filter(|t| targets.is_empty() || targets.iter().any(|c| c == *t));
    let mut code = ExitCode::SUCCESS;
    for target in chosen {
        let corpus = corpus(target, &go)?;
        println!("== {target}: {seconds} s from {} files", fs::read_dir(&corpus)?.count());
        let status = Command::new("cargo")
            .current_dir(root())
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["fuzz", "run", "--sanitizer", "none", target])
            .arg(&corpus)
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={MAX_LEN}"))
            .args(["-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1"])
            .status()
            .context("cannot run cargo fuzz")?;
        if !status.success() {
            eprintln!("{target}: found a fault; the input is in fuzz/artifacts/{target}");
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

fn install() -> Result<()> {
    let there = Command::new("cargo").args(["fuzz", "--version"]).output();
    if there.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    println!("installing cargo-fuzz");
    let status = Command::new("cargo").args(["install", "--locked", "cargo-fuzz"]).status()?;
    ensure!(status.success(), "cargo-fuzz could not be installed");
    Ok(())
}

/// A folder in the cache with what to begin from: Go's own sources and the test data of its
/// type checker, or the go.mod files of the modules in the cache.
fn corpus(target: &str, go: &Go) -> Result<PathBuf> {
    let dir = cache::root()?.join("fuzz").join(target);
    fs::create_dir_all(&dir)?;
    let wanted: fn(&Path) -> bool = if target == "go_mod" {
        |path| path.file_name().is_some_and(|n| n == "go.mod" || n == "go.work")
    } else {
        |path| path.extension().is_some_and(|e| e == "go")
    };
    let mut found = Vec::new();
    gather(&go.root().join("src"), wanted, &mut found)?;
    if target == "go_mod" {
        gather(&cache::root()?.join("modules"), wanted, &mut found)?;
    }
    for (number, path) in found.iter().enumerate() {
        let text = fs::read(path).with_context(|| path.display().to_string())?;
        if text.len() as u64 <= MAX_LEN {
            fs::write(dir.join(format!("seed-{number}")), text)?;
        }
    }
    Ok(dir)
}

fn gather(dir: &Path, wanted: fn(&Path) -> bool, found: &mut Vec<PathBuf>) -> Result<()> {
    let Ok(entries) = fs::read_dir(dir) else { return Ok(()) };
    let mut paths = entries.map(|e| e.map(|e| e.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() {
            gather(&path, wanted, found)?;
        } else if wanted(&path) {
            found.push(path);
        }
    }
    Ok(())
}
