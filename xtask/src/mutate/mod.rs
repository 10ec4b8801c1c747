//! Looks for code that breaks the checker: packages that are right, made wrong at random.
//!
//! Whatever a user writes, the checker is to come to an end, without a panic. Mutants are
//! checked in processes of their own, many at a time, so that one that overflows the stack
//! or never ends can be told from the others. Fixes are held to more: what was right before them is right after.

mod edit;
mod fixes;

use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use source::{IndexVec, Name};
use types::Store;
use types::layout::Sizes;
use types::program::{self, CheckedPackage, Unit, UnitId};

use crate::conform;
use edit::{Dice, mutated};

/// Arguments of `cargo xtask mutate`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which packages to make wrong: the module, or the standard library
    #[arg(long = "module", value_name = "PATH@VERSION")]
    module: Option<String>,
    /// Only these packages
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,
    /// The first mutant
    #[arg(long, value_name = "N", default_value_t = 0)]
    first: u64,
    /// How many mutants
    #[arg(long, value_name = "N", default_value_t = 1000)]
    count: u64,
    /// Where the mutants that break the checker are written
    #[arg(long, value_name = "FOLDER", default_value = "target/mutants")]
    out: PathBuf,
    /// Changes the rules' fixtures and applies their fixes: what compiled before is to compile after
    #[arg(long, conflicts_with_all = ["module", "patterns"])]
    fixes: bool,
    /// Checks the mutants in this process
    #[arg(long, hide = true)]
    inside: bool,
}

/// How many mutants a process checks.
const AT_ONCE: u64 = 300;
/// A process that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(90);

/// Runs `cargo xtask mutate`.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    if args.inside {
        return inside(args);
    }
    let end = args.first + args.count;
    if args.fixes {
        let fixes::Tally { right, fixed, broken } = fixes::run(args.first..end, &args.out)?;
        println!(
            "mutate: {} mutants, {right} compile, {fixed} of them fixed, {broken} broken by it",
            args.count
        );
        return Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let mut found = 0;
    let mut first = args.first;
    while first < end {
        let next = end.min(first + AT_ONCE);
        found += search(args, first..next)?;
        first = next;
    }
    println!("mutate: {} mutants, {found} break the checker", args.count);
    Ok(if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks mutants in another process; halves them until those that break it are found.
fn search(args: &Args, mutants: Range<u64>) -> Result<u64> {
    let mut waiting = vec![mutants];
    let mut found = 0;
    while let Some(mutants) = waiting.pop() {
        let Some(fault) = process(args, &mutants)? else { continue };
        let count = mutants.end - mutants.start;
        if count == 1 {
            println!("mutant {}: {fault}", mutants.start);
            found += 1;
        } else {
            let middle = mutants.start + count / 2;
            waiting.push(middle..mutants.end);
            waiting.push(mutants.start..middle);
        }
    }
    Ok(found)
}

/// Checks mutants in another process; what is wrong, if anything.
fn process(args: &Args, mutants: &Range<u64>) -> Result<Option<String>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["mutate", "--inside", "--first", &mutants.start.to_string()]);
    command.args(["--count", &(mutants.end - mutants.start).to_string()]);
    command.arg("--out").arg(&args.out);
    command.args(args.module.iter().map(|module| format!("--module={module}")));
    command.args(&args.patterns);
    command.stderr(if mutants.end - mutants.start == 1 { Stdio::inherit() } else { Stdio::null() });
    let mut child = command.spawn().context("cannot run itself")?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((!status.success()).then(|| status.to_string()));
        }
        if started.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(Some("hangs".to_owned()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Checks all mutants here.
fn inside(args: &Args) -> Result<ExitCode> {
    let mut units = conform::units(args.module.as_deref(), &args.patterns)?;
    let subjects: Vec<UnitId> =
        units.iter_ids().filter(|(_, u)| u.root).map(|(id, _)| id).collect();
    for &subject in &subjects {
        units[subject].root = false;
    }
    for seed in args.first..args.first + args.count {
        let mut dice = Dice::new(seed);
        let subject = &units[subjects[dice.below(subjects.len())]];
        let mut files = subject.files.clone();
        let at = dice.below(files.len());
        let text = mutated(&files[at].text, &mut dice);
        if args.count == 1 {
            std::fs::create_dir_all(&args.out)?;
            let path = args.out.join(format!("{seed}.go"));
            std::fs::write(&path, &text)?;
            println!("{}: {} of {}", path.display(), files[at].path.display(), subject.path);
        }
        files[at].text = source::Text::new(text);
        let (path, imports) = (subject.path.clone(), subject.imports.clone());
        units.push(Unit { path, files, imports, root: true });
    }
    let faults = check(&units)?;
    for fault in &faults {
        eprintln!("{fault}");
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check(units: &IndexVec<UnitId, Unit>) -> Result<Vec<String>> {
    let sizes = Sizes::for_arch("amd64").context("amd64 is known")?;
    let store = Store::new();
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let asked = Mutex::new(0);
    let outcome = program::check(&store, units, sizes, threads, &|package| {
        let answers = ask(&package);
        if let Ok(mut asked) = asked.lock() {
            *asked += answers;
        }
    });
    Ok(outcome
        .broken
        .into_iter()
        .map(|(unit, why)| format!("{}: {why}", units[unit].path))
        .collect())
}

/// Asks of every expression what rules ask. Returns how much was said.
fn ask(package: &CheckedPackage<'_>) -> usize {
    let store = package.store;
    let name = Name::new("String");
    let mut said = 0;
    for file in &package.files {
        let mut last = types::Universe::INVALID;
        for (id, _) in file.tree.exprs() {
            let Some(ty) = file.facts.type_of(id) else { continue };
            said += store.type_string(ty).len();
            said += usize::from(package.sizes.layout(store, ty).is_some());
            said += usize::from(store.identical(ty, last));
            said += usize::from(store.comparable(ty, true));
            said += usize::from(store.core_type(ty).is_some());
            said += store.method_set(ty).len();
            said += usize::from(store.implements(ty, last, false));
            let found = store.lookup(ty, true, package.pkg, name);
            said += usize::from(matches!(found, types::Lookup::Found(_)));
            if let Some(value) = file.facts.value(id) {
                said += value.exact_string().len();
            }
            last = ty;
        }
    }
    said
}
