//! What can be said on the command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use packages::GoVersion;

/// Finds the heap allocations that a Go program does not need, and says why each happens.
#[derive(Parser, Debug)]
#[command(version, about, after_help = EXIT_STATUS)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_STATUS: &str = "Exit status: 0 nothing to report, 1 findings, 2 the run itself failed";

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Report allocations that are not needed
    Check(CheckArgs),
    /// Apply the fixes of what check reports, in rounds until nothing is left
    Fix(FixArgs),
    /// Show what is allocated, where, and why it is on the heap
    Escape(EscapeArgs),
    /// Show how structs lie in memory: offsets, padding, size classes, and the best order of fields
    Layout(LayoutArgs),
    /// Measure a change with the module's own benchmarks, or compare files that `go test -bench` wrote
    Bench(BenchArgs),
    /// Print the page of a rule: what it finds, why, and what to do instead
    Explain {
        /// Code or name of the rule: UH004, concat-in-loop
        rule: String,
    },
    /// List the rules
    Rules {
        /// How to print them
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Print what unheap knows of code, a line for each node
    #[command(subcommand)]
    Debug(DebugCommand),
}

/// Which findings are meant.
#[derive(ClapArgs, Debug)]
pub(crate) struct SelectArgs {
    /// Packages, as the go command takes them: ./..., folders, import paths, files
    #[arg(value_name = "PATTERN", default_value = "./...")]
    pub(crate) patterns: Vec<String>,
    /// Only these rules, by code or name; may be given several times
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) rule: Vec<String>,
    /// All but these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) exclude_rule: Vec<String>,
    /// Findings of every tier, however cold the code
    #[arg(long)]
    pub(crate) all: bool,
    /// Test files too
    #[arg(long)]
    pub(crate) tests: bool,
    /// Generated files too
    #[arg(long)]
    pub(crate) generated: bool,
    /// Configuration in place of the unheap.toml beside go.mod
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// No configuration, whatever stands beside go.mod
    #[arg(long)]
    pub(crate) no_config: bool,
    #[command(flatten)]
    pub(crate) build: BuildArgs,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// How to print findings
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub(crate) format: CheckFormat,
    /// Only findings that this file does not have
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write what is found to the baseline in place of reporting it
    #[arg(long, requires = "baseline", conflicts_with = "format")]
    pub(crate) write_baseline: bool,
    /// Only findings on lines that were changed since this revision, as git tells it
    #[arg(long, value_name = "REV")]
    pub(crate) new_from: Option<String>,
    /// Show what `unheap fix` would change, in place of the findings
    #[arg(long, conflicts_with_all = ["format", "baseline", "new_from"])]
    pub(crate) diff: bool,
    /// Tell on standard error what each rule takes
    #[arg(long)]
    pub(crate) timings: bool,
    /// Go by the text alone, without escape analysis: to measure what that takes
    #[arg(long, hide = true)]
    pub(crate) no_escape: bool,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct FixArgs {
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// Apply fixes too that may change what the program does, as their rules' pages say
    #[arg(long = "unsafe")]
    pub(crate) unsafe_fixes: bool,
    /// Show the changes and write nothing
    #[arg(long)]
    pub(crate) diff: bool,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct EscapeArgs {
    /// Packages, as the go command takes them: ./..., folders, import paths, files
    #[arg(value_name = "PATTERN", default_value = "./...")]
    pub(crate) patterns: Vec<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = EscapeFormat::Text)]
    pub(crate) format: EscapeFormat,
    /// Show what stays on the stack too
    #[arg(long)]
    pub(crate) all: bool,
    /// Only this function, with the calls beneath it: F, pkg.F, 'pkg.(*T).M'
    #[arg(long, value_name = "NAME")]
    pub(crate) function: Option<String>,
    /// As if nothing were inlined, in dependencies neither
    #[arg(long)]
    pub(crate) no_inline: bool,
    /// Look at test files too
    #[arg(long)]
    pub(crate) tests: bool,
    /// Look at generated files too
    #[arg(long)]
    pub(crate) generated: bool,
    #[command(flatten)]
    pub(crate) build: BuildArgs,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct LayoutArgs {
    /// Packages, as the go command takes them
    #[arg(value_name = "PATTERN", default_value = "./...")]
    pub(crate) patterns: Vec<String>,
    /// Only this type: Order, or with its package, example.com/m/store.Order
    #[arg(long = "type", value_name = "T")]
    pub(crate) ty: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Include test files
    #[arg(long)]
    pub(crate) tests: bool,
    #[command(flatten)]
    pub(crate) build: BuildArgs,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct BenchArgs {
    /// With --base: packages, as the go command takes them (./... without any). Else files of benchmark results, the first of
    /// which the others are compared with; NAME=FILE names a column, - is standard input
    #[arg(value_name = "PATTERN|FILE")]
    pub(crate) arguments: Vec<String>,
    /// What to compare the work tree with: a revision, or the folder of another copy of the module
    #[arg(long, value_name = "REV|DIR")]
    pub(crate) base: Option<String>,
    /// Only benchmarks that match, as `go test -bench` takes it
    #[arg(long, value_name = "RE", default_value = ".", requires = "base")]
    pub(crate) bench: String,
    /// How often each benchmark of each side is run
    #[arg(long, value_name = "N", default_value_t = 10, requires = "base")]
    pub(crate) count: usize,
    /// How often the base is run against itself before, to see how small a change can be seen; half of --count if not given
    #[arg(long, value_name = "N", requires = "base")]
    pub(crate) rehearsals: Option<usize>,
    /// How long (2ms) or how often (1000x) the loop of a benchmark is run in a window
    #[arg(long, value_name = "T", default_value = "2ms", value_parser = bench_time, requires = "base")]
    pub(crate) benchtime: String,
    /// How many windows a run has; the best of them counts, for what else runs only ever adds to a time. Slow benchmarks have
    /// fewer
    #[arg(long, value_name = "N", default_value_t = 20, requires = "base")]
    pub(crate) windows: usize,
    /// How long one run of one benchmark may take: 90s, 10m
    #[arg(long, value_name = "T", default_value = "10m", value_parser = duration, requires = "base")]
    pub(crate) timeout: Duration,
    /// The change that matters: exit status 1 where something got worse by more
    #[arg(long, value_name = "PERCENT", default_value = "5%", value_parser = threshold)]
    pub(crate) threshold: f64,
    /// How to print it
    #[arg(long, value_enum, default_value_t = BenchFormat::Text)]
    pub(crate) format: BenchFormat,
    /// Compare the values that this key has in the files, in place of the files
    #[arg(long = "col", value_name = "KEY", conflicts_with = "base")]
    pub(crate) column: Option<String>,
    /// Do not make tables of their own for the values of this key
    #[arg(long, value_name = "KEY", conflicts_with = "base")]
    pub(crate) ignore: Vec<String>,
}

/// How to print a comparison of benchmarks.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BenchFormat {
    /// For people, as benchstat does
    Text,
    /// One object for programs
    Json,
    /// For comments on pull requests
    Markdown,
    /// Go's benchmark format: the figures themselves, `side: base` or `side: new` (or the file) above them
    Go,
}

fn threshold(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.strip_suffix('%').unwrap_or(text).trim().parse().ok();
    let is_sane = |number: &f64| (0.0..1e6).contains(number);
    number
        .filter(is_sane)
        .map(|number| number / 100.0)
        .ok_or_else(|| "a share is written 5% or 2.5%".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("a time is written 500ms, 90s, 10m or 1h".to_owned()),
    };
    let number: f64 =
        text[..text.len() - unit.len()].parse().map_err(|_| "no number".to_owned())?;
    match Duration::try_from_secs_f64(number * seconds) {
        Ok(time) if !time.is_zero() && time <= Duration::from_secs(86_400) => Ok(time),
        _ => Err("it has to be more than nothing and at most a day".to_owned()),
    }
}

fn bench_time(text: &str) -> Result<String, String> {
    let turns = text.strip_suffix('x');
    let is_turns = turns.is_some_and(|turns| turns.parse::<u32>().is_ok_and(|turns| turns > 0));
    if !is_turns {
        duration(text)?;
    }
    Ok(text.to_owned())
}

/// How to print what `escape` shows.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EscapeFormat {
    /// For people
    Text,
    /// One object for programs
    Json,
    /// The compiler's own lines, as -gcflags=-m prints them, sorted
    Gc,
}

/// What the code is built for.
#[derive(ClapArgs, Debug)]
pub(crate) struct BuildArgs {
    /// Build tags, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub(crate) tags: Vec<String>,
    /// Operating system to build for
    #[arg(long)]
    pub(crate) goos: Option<String>,
    /// Processor to build for
    #[arg(long)]
    pub(crate) goarch: Option<String>,
    /// Go version to judge for, if not the toolchain's: 1.24
    #[arg(long, value_name = "VERSION", value_parser = go_version)]
    pub(crate) go: Option<GoVersion>,
    /// Profile to build with, as `go build -pgo` takes it: auto (default.pgo beside main), off, or a
    /// file
    #[arg(long, value_name = "FILE")]
    pub(crate) pgo: Option<String>,
    /// Number of threads
    #[arg(short = 'j', long = "jobs", value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
}

fn go_version(text: &str) -> Result<GoVersion, String> {
    GoVersion::parse(text.strip_prefix("go").unwrap_or(text))
        .ok_or_else(|| "a Go version is written 1.24 or 1.24.3".to_owned())
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One object for programs
    Json,
}

/// How to print findings.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CheckFormat {
    /// For people
    Text,
    /// One object for programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, which GitHub shows beside changed lines
    Github,
    /// JUnit's XML, for build servers
    Junit,
    /// Checkstyle's XML, for review tools
    Checkstyle,
}

#[derive(Subcommand, Debug)]
pub(crate) enum DebugCommand {
    /// Every expression of packages, with its type and, if constant, its value
    Types {
        /// Packages, as the go command takes them
        #[arg(value_name = "PATTERN", default_value = ".")]
        patterns: Vec<String>,
        /// Include test files
        #[arg(long)]
        tests: bool,
        #[command(flatten)]
        build: BuildArgs,
    },
    /// Every node of a file
    Syntax {
        /// A Go file
        file: PathBuf,
    },
}
