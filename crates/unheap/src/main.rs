//! unheap: finds the heap allocations that a Go program does not need.
//!
//! The program: arguments in, reports and exit codes out. It is the only crate that prints.

#![expect(clippy::print_stdout, reason = "this is the crate that prints")]

mod analysis;
mod args;
mod baseline;
mod bench;
mod changed;
mod check;
mod config;
mod debug;
mod engines;
mod escape;
mod fix;
mod gathered;
mod layout;
mod output;
mod overlay;
mod pages;
mod profile_guided;
mod progress;
mod selection;
mod target;
mod timings;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command, FixArgs};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Exit {
    /// Nothing to report.
    Clean,
    /// Findings.
    Findings,
    /// The run itself failed.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Failed => 2,
        })
    }
}

fn main() -> ExitCode {
    // What breaks on one package is caught there, reported by name, and the rest goes on.
    std::panic::set_hook(Box::new(|_| {}));
    let args = Args::parse();
    let exit = match args.command {
        Command::Check(args) if args.diff => {
            fix::run(&args.select, fix::Mode { unsafe_fixes: false, diff: true })
        }
        Command::Check(args) => check::run(&args),
        Command::Fix(args) => {
            let FixArgs { select, unsafe_fixes, diff } = args;
            fix::run(&select, fix::Mode { unsafe_fixes, diff })
        }
        Command::Escape(args) => escape::run(&args),
        Command::Layout(args) => layout::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Explain { rule } => pages::explain(&rule),
        Command::Rules { format } => pages::rules(format),
        Command::Debug(command) => debug::run(&command),
    };
    exit.unwrap_or_else(|message| {
        anstream::eprintln!("{message}");
        Exit::Failed
    })
    .into()
}
