//! Checks, fixes and measures examples/scenarios on several versions of Go: what the seed of this project claims, what holds of
//! it, and whether fixes reach what they are to reach.

mod attempt;
mod page;
mod scenario;
mod specialties;
mod timing;
mod verdict;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, ensure};

use crate::bench;
use crate::toolchain::{self, Go, repository};
use attempt::{Attempt, Finding};
use scenario::{Measured, Scenario};
use timing::Effort;

/// The releases of Go that are measured.
const GO: [&str; 4] = ["1.23", "1.25", "1.26", toolchain::PINNED];

/// The first release for which floors have to hold: 26 is Go 1.26.
const FLOORS_FROM: u32 = 26;

/// Where they are.
const EXAMPLES: &str = "examples/scenarios";

/// What `--only` calls the page's second part.
const SPECIALTIES: &str = "specialties";

/// Arguments of `cargo xtask evidence`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only these scenarios, by number, or `specialties`; may be given several times
    #[arg(long, value_name = "SCENARIO")]
    only: Vec<String>,
    /// Only on these versions of Go
    #[arg(long, value_name = "VERSION")]
    go: Vec<String>,
    /// How often each benchmark is run
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// How long each run of a benchmark takes, in milliseconds
    #[arg(long, default_value_t = 100)]
    milliseconds: u32,
    /// An unheap that is built already
    #[arg(long, value_name = "PROGRAM")]
    unheap: Option<PathBuf>,
    /// Write docs/evidence.md too; needs all scenarios and versions
    #[arg(long)]
    write: bool,
}

/// A scenario on a version of Go.
pub(crate) struct Outcome {
    /// The release of Go: 27 is Go 1.27.
    go: u32,
    /// What its rule finds at default settings.
    findings: Vec<Finding>,
    /// For each of its measures; nothing where this Go does not have what the remedy needs.
    measured: Vec<Option<Measured>>,
    /// What is not as it should be.
    failures: Vec<String>,
}

/// Makes a workspace of the modules of the scenarios, so that one go command sees them all; returns its go.work.
pub(crate) fn workspace(dir: &Path) -> Result<PathBuf> {
    let mut text = "go 1.23\n".to_owned();
    for entry in fs::read_dir(repository().join(EXAMPLES))? {
        let module = entry?.path();
        if module.join("go.mod").is_file() {
            // A quoted path is one word, whatever is in it.
            writeln!(text, "use {module:?}")?;
        }
    }
    let file = dir.join("go.work");
    fs::write(&file, text)?;
    Ok(file)
}

/// Goes over scenarios and versions. Fails where a floor is missed.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let whole = args.only.is_empty() && args.go.is_empty();
    ensure!(whole || !args.write, "--write is for all scenarios and versions");
    let unheap = match &args.unheap {
        Some(program) => fs::canonicalize(program)?,
        None => bench::build()?,
    };
    let asked = if args.go.is_empty() { GO.map(str::to_owned).to_vec() } else { args.go.clone() };
    let goes = asked.iter().map(|version| Go::version(toolchain::release(version)));
    let mut goes = goes.collect::<Result<Vec<Go>>>()?;
    goes.sort_by_key(Go::minor);
    let examples = repository().join(EXAMPLES);
    let mut scenarios = scenario::load(&examples)?;
    let wanted = |name: &str| args.only.is_empty() || args.only.iter().any(|only| only == name);
    let with_specialties = wanted(SPECIALTIES);
    scenarios.retain(|scenario| wanted(&scenario.number.to_string()));
    ensure!(with_specialties || !scenarios.is_empty(), "there is no such scenario");

    let names: Vec<&str> = goes.iter().map(Go::name).collect();
    let conditions = bench::conditions(&names.join(", "));
    let effort = Effort { rounds: args.rounds, milliseconds: args.milliseconds };
    let mut done: Vec<(Scenario, Vec<Outcome>)> = Vec::new();
    for scenario in scenarios {
        let mut outcomes = Vec::new();
        for go in &goes {
            eprintln!("{}: {}, Go {} …", scenario.number, scenario.title, go.name());
            let attempt = Attempt { go, unheap: &unheap, scenario: &scenario, effort };
            let outcome = attempt.run()?;
            for failure in &outcome.failures {
                eprintln!("  {failure}");
            }
            outcomes.push(outcome);
        }
        done.push((scenario, outcomes));
    }
    let specialties = if with_specialties {
        specialties::measure(&goes, &examples.join(SPECIALTIES), effort)?
    } else {
        Vec::new()
    };
    let page = page::page(&conditions, effort, &done, &specialties);
    println!("{page}");
    if args.write {
        fs::write(repository().join("docs/evidence.md"), page)?;
    }
    let failed = done.iter().flat_map(|(_, outcomes)| outcomes).any(|o| !o.failures.is_empty());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
