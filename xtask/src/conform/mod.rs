//! Holds a floor of the analysis against what Go itself says of real programs.

mod bench;
mod compiler;
mod cost;
mod facts;
mod list;
mod ours;
mod packages;
mod report;
mod rules;
mod sizes;
mod syntax;
mod testdata;
mod types;
mod wire;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use ::types::program::{Unit, UnitId};
use anyhow::{Result, ensure};
use clap::ValueEnum;
use source::IndexVec;

use crate::modules;
use crate::toolchain::{self, Go, repository};
use report::Report;
pub(crate) use syntax::go_files;

/// What is held against what.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Floor {
    /// Every node of every file, against go/parser and go/ast
    Syntax,
    /// Packages, their files, imports and modules, against go list
    Packages,
    /// The type and value of every expression, the object of every identifier, every
    /// selection and instance, against go/types
    Types,
    /// The tree that decisions are made on, of every function, against the compiler's
    Lower,
    /// What inlining costs, what can be inlined and what is, against the compiler
    Inline,
    /// Where every value lives and what parameters leak, against the compiler
    Escape,
    /// Sizes, alignments, offsets and pointer bytes of types, against go/types and the compiler;
    /// what the allocator makes of them, against the runtime
    Sizes,
    /// Objects and bytes that small functions take, against benchmarks
    Cost,
    /// Findings that say that something is allocated, against the compiler
    Rules,
    /// Medians, intervals and p-values of benchmarks, against benchstat
    Bench,
}

impl Floor {
    /// Whether the compiler is asked, and not the oracles.
    fn is_compiler(self) -> bool {
        matches!(self, Self::Lower | Self::Inline | Self::Escape)
    }
}

/// Arguments of `cargo xtask conform`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to hold against Go
    floor: Floor,
    /// On a module, `PATH@VERSION` or `PATH@latest`
    #[arg(long = "module", value_name = "PATH@VERSION")]
    modules: Vec<String>,
    /// On the standard library
    #[arg(long)]
    std: bool,
    /// On the Go commands: the compiler, the linker, the go command
    #[arg(long)]
    cmd: bool,
    /// On the standard library, the commands and the modules of xtask/modules.txt
    #[arg(long)]
    all: bool,
    /// On the module in a folder
    #[arg(long = "dir", value_name = "FOLDER")]
    dirs: Vec<PathBuf>,
    /// Only on these packages
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,
    /// How many differences to print; all are counted
    #[arg(long, value_name = "N", default_value_t = 200)]
    max: usize,
    /// The Go to hold against, `1.24` or `1.24.11`; the pinned one if none is named (lower, inline,
    /// escape, sizes)
    #[arg(long = "go", value_name = "VERSION")]
    go: Option<String>,
    #[command(flatten)]
    compiler: compiler::Options,
}

/// Go code to compare on: a folder, and patterns of packages in it.
pub(crate) struct Target {
    /// How messages call it.
    pub(crate) name: String,
    /// Where the go command is run.
    pub(crate) dir: PathBuf,
    /// Which packages.
    pub(crate) patterns: Vec<String>,
    /// Whether its name says all: the files are those of a version and do not change.
    is_fixed: bool,
}

impl Target {
    /// The standard library: all of it, or some packages.
    pub(crate) fn std(go: &Go, packages: &[&str]) -> Self {
        let patterns = if packages.is_empty() { &["std"][..] } else { packages };
        Self {
            name: "std".to_owned(),
            dir: go.root().join("src"),
            patterns: patterns.iter().map(|&pattern| pattern.to_owned()).collect(),
            is_fixed: true,
        }
    }

    /// The go command and its tools.
    pub(crate) fn cmd(go: &Go) -> Self {
        Self {
            name: "cmd".to_owned(),
            dir: go.root().join("src/cmd"),
            patterns: vec!["cmd".to_owned()],
            is_fixed: true,
        }
    }

    /// All packages of a module at a version.
    pub(crate) fn module(name: &str, dir: &Path) -> Self {
        Self { is_fixed: true, ..Self::folder(name, dir) }
    }

    /// All packages of the module in a folder.
    fn folder(name: &str, dir: &Path) -> Self {
        let patterns = vec!["./...".to_owned()];
        Self { name: name.to_owned(), dir: dir.into(), patterns, is_fixed: false }
    }

    /// Whether what is said of it can be kept.
    fn is_fixed(&self) -> bool {
        self.is_fixed
    }

    /// Whether it is the standard library, with which the type checker's tests come.
    fn is_std(&self) -> bool {
        self.name == "std"
    }

    /// Whether `file` belongs to the standard library as opposed to the commands beside it.
    fn leaves_out(&self, file: &Path) -> bool {
        self.is_std() && file.starts_with(self.dir.join("cmd"))
    }
}

/// Runs `cargo xtask conform`.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let go = match &args.go {
        None => Go::pinned()?,
        Some(version) => {
            let versioned = args.floor.is_compiler()
                || matches!(args.floor, Floor::Sizes | Floor::Cost | Floor::Rules);
            ensure!(versioned, "--go is for lower, inline, escape, sizes, cost and rules");
            Go::version(toolchain::release(version))?
        }
    };
    if args.floor == Floor::Cost {
        let reached = cost::compare(&go, args.max)?;
        return Ok(if reached { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    if args.floor == Floor::Bench {
        let reached = bench::compare(&go, args.max)?;
        return Ok(if reached { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let targets = targets(&go, args)?;
    let needs_code = args.floor != Floor::Sizes;
    ensure!(
        !needs_code || !targets.is_empty(),
        "on what? --std, --cmd, --module PATH@VERSION, --dir or --all"
    );
    if args.floor == Floor::Rules {
        let reached = rules::compare(&go, &targets, args.max)?;
        return Ok(if reached { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    if args.floor.is_compiler() {
        let reached = compiler::compare(&go, args.floor, &targets, args.max, &args.compiler)?;
        return Ok(if reached { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let report = compare(&go, args.floor, &targets, args.max)?;
    Ok(if report.agrees() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn targets(go: &Go, args: &Args) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    if args.std || args.all {
        targets.push(Target::std(go, &[]));
    }
    if args.cmd || args.all {
        targets.push(Target::cmd(go));
    }
    let mut names = args.modules.clone();
    if args.all {
        names.extend(modules::listed());
    }
    for name in names {
        // With the pinned Go: an older one refuses modules that ask for a newer one.
        let module = modules::fetch(&Go::pinned()?, &name)?;
        targets.push(Target::module(&module.name, &module.dir));
    }
    for dir in &args.dirs {
        let dir = std::fs::canonicalize(dir)?;
        targets.push(Target::folder(&dir.display().to_string(), &dir));
    }
    if !args.patterns.is_empty() {
        for target in &mut targets {
            target.patterns.clone_from(&args.patterns);
        }
    }
    Ok(targets)
}

/// Compares on each target, prints every difference and the figures.
pub(crate) fn compare(go: &Go, floor: Floor, targets: &[Target], max: usize) -> Result<Report> {
    // Older ones do not build it, and do not read what is written for newer ones.
    let oracle = Go::pinned()?.oracle()?;
    let mut report = Report::new(max);
    for target in targets {
        let started = Instant::now();
        let line = match floor {
            Floor::Syntax => syntax::compare(&oracle, target, &mut report)?,
            Floor::Packages => packages::compare(go, target, &mut report)?,
            Floor::Types => types::compare(go, &oracle, target, &mut report)?,
            Floor::Lower | Floor::Inline | Floor::Escape | Floor::Cost => continue,
            Floor::Rules | Floor::Bench => continue,
            Floor::Sizes => sizes::compare(go, &oracle, target, &mut report)?,
        };
        println!("{}: {line} in {:.1} s", target.name, started.elapsed().as_secs_f64());
    }
    if floor == Floor::Types && targets.iter().any(Target::is_std) {
        let line = testdata::compare(go, &oracle, &mut report)?;
        println!("type checker tests: {line}");
    }
    if floor == Floor::Sizes {
        let line = sizes::compare_allocator(go, &mut report)?;
        println!("allocator of Go {}: {line}", go.name());
    }
    report.print_causes();
    let name = floor.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default();
    println!("{name}: {}", report.closing());
    Ok(report)
}

/// The packages of a module, or of the standard library, and all that they import, to be checked.
pub(crate) fn units(module: Option<&str>, patterns: &[String]) -> Result<IndexVec<UnitId, Unit>> {
    let go = Go::pinned()?;
    let mut target = match module {
        None => Target::std(&go, &[]),
        Some(name) => {
            let module = modules::fetch(&go, name)?;
            Target::module(&module.name, &module.dir)
        }
    };
    if !patterns.is_empty() {
        target.patterns = patterns.to_vec();
    }
    ours::units(&types::sources(&list::list(&go, &target)?))
}

/// A path as differences print it: without what every path begins with.
fn shown<'a>(path: &'a Path, target: &Target) -> std::path::Display<'a> {
    path.strip_prefix(&target.dir)
        .or_else(|_| path.strip_prefix(repository()))
        .unwrap_or(path)
        .display()
}
