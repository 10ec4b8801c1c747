//! The project's own chores, run as `cargo xtask CHORE`.

// Its output is its purpose.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod cache;
mod conform;
mod docs;
mod ecosystem;
mod evidence;
mod fuzz;
mod honesty;
mod measure;
mod modules;
mod mutate;
mod pinned;
mod random;
mod test;
mod toolchain;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's own chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Fetches a Go toolchain into the cache folder and prints where it is
    Toolchain {
        /// Its version
        #[arg(default_value = toolchain::PINNED)]
        version: String,
    },
    /// Fetches modules and their dependencies into the cache folder and prints where they are
    Modules {
        /// `PATH@VERSION` or `PATH@latest`; without any, those of xtask/modules.txt
        modules: Vec<String>,
    },
    /// Holds a floor of the analysis against what Go itself says
    Conform(conform::Args),
    /// Measures the program beside its peers and prints docs/performance.md
    Bench(bench::Args),
    /// Fixes copies of real modules and prints docs/ecosystem.md: they work as before
    Ecosystem(ecosystem::Args),
    /// Checks, fixes and measures examples/scenarios and prints docs/evidence.md: what holds of each
    Evidence(evidence::Args),
    /// Writes the pages that are made from the code: docs/rules and the picture in the README
    Docs,
    /// Runs the fast tests: ours, and short questions to the pinned Go
    Test,
    /// Feeds lexer, parser and go.mod reader what a fuzzer makes up
    Fuzz {
        /// How long each target is fuzzed
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// lexer, parser, go_mod; without any, all of them
        targets: Vec<String>,
    },
    /// Looks for code that breaks the checker: packages made wrong at random
    Mutate(mutate::Args),
}

fn main() -> ExitCode {
    match run(Cli::parse().chore) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(chore: Chore) -> Result<ExitCode> {
    match chore {
        Chore::Toolchain { version } => {
            println!("{}", toolchain::Go::version(&version)?.root().display());
        }
        Chore::Modules { modules } => {
            let go = toolchain::Go::pinned()?;
            let wanted = if modules.is_empty() { modules::listed() } else { modules };
            for module in wanted {
                println!("{}", modules::fetch(&go, &module)?.dir.display());
            }
        }
        Chore::Conform(args) => return conform::run(&args),
        Chore::Bench(args) => bench::run(&args)?,
        Chore::Ecosystem(args) => return ecosystem::run(&args),
        Chore::Evidence(args) => return evidence::run(&args),
        Chore::Docs => return docs::run(),
        Chore::Test => return test::run(),
        Chore::Fuzz { seconds, targets } => return fuzz::run(seconds, &targets),
        Chore::Mutate(args) => return mutate::run(&args),
    }
    Ok(ExitCode::SUCCESS)
}
