//! Measures the program beside its peers, in one run on one machine.

mod rules;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde::Deserialize;
use source::NameCache;

use crate::cache;
use crate::conform::{Target, go_files};
use crate::honesty;
use crate::measure::{self, Usage};
use crate::modules;
use crate::toolchain::{Go, repository};

/// The module that the peers are measured on: the first of xtask/modules.txt.
fn large_module() -> String {
    modules::listed().into_iter().next().unwrap_or_default()
}

/// Modules of growing size.
const SIZES: [&str; 3] = ["github.com/spf13/cobra", "golang.org/x/tools", "google.golang.org/grpc"];

const STATICCHECK: &str = "honnef.co/go/tools/cmd/staticcheck@v0.8.2";
const GOLANGCI_LINT: &str = "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0";

/// The linters of golangci-lint that look for allocations, and no others.
const GOLANGCI_CONFIG: &str = "\
version: \"2\"
linters:
  default: none
  enable: [prealloc, perfsprint, gocritic]
  settings:
    gocritic:
      enabled-tags: [performance]
";

/// How often a short measurement is repeated; the fastest turn counts.
const TURNS: usize = 5;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Lexing and parsing, beside go/parser
    Parse,
    /// Checking the large module, beside go vet, staticcheck and golangci-lint
    Peers,
    /// Checking modules of growing size
    Sizes,
    /// Escape analysis of the standard library, beside the compiler
    Escape,
    /// Checking the large module with and without escape analysis
    Cost,
    /// What each rule takes
    Rules,
    /// Benchmarks compared: false alarms where nothing changed, and changes that are seen; for about an hour, and only if named
    Honesty,
}

impl Part {
    /// The parts in the order of the page.
    const ALL: [Self; 7] = [
        Self::Parse,
        Self::Peers,
        Self::Sizes,
        Self::Escape,
        Self::Cost,
        Self::Rules,
        Self::Honesty,
    ];

    /// The heading of its section of the page.
    fn title(self) -> &'static str {
        match self {
            Self::Parse => "Lexing and parsing",
            Self::Peers => "Checking a large module",
            Self::Sizes => "Growing modules",
            Self::Escape => "Escape analysis",
            Self::Cost => "Checking with and without escape analysis",
            Self::Rules => "The rules one by one",
            Self::Honesty => "Benchmarks compared",
        }
    }
}

/// Arguments of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to measure; without any, all of it
    parts: Vec<Part>,
    /// Write docs/performance.md too: the sections that were measured, the others stay
    #[arg(long)]
    write: bool,
    /// How long comparisons of benchmarks are made, at most; what was not done is done the next time
    #[arg(long, default_value_t = 120)]
    minutes: u64,
}

/// Measures, and prints what it measured.
pub(crate) fn run(args: &Args) -> Result<()> {
    let go = Go::pinned()?;
    let wanted = |part: &Part| {
        args.parts.contains(part) || (args.parts.is_empty() && *part != Part::Honesty)
    };
    let parts: Vec<Part> = Part::ALL.into_iter().filter(wanted).collect();
    let needs_program = parts.iter().any(|part| !matches!(part, Part::Parse | Part::Honesty));
    let unheap = if needs_program { build()? } else { PathBuf::new() };
    let conditions = conditions(go.name());
    let mut measured = Vec::new();
    for part in parts {
        let body = match part {
            Part::Parse => parse(&go)?,
            Part::Peers => peers(&go, &unheap)?,
            Part::Sizes => sizes(&go, &unheap)?,
            Part::Escape => escape(&go, &unheap)?,
            Part::Cost => cost(&go, &unheap)?,
            Part::Rules => rules::measure(&go, &unheap)?,
            Part::Honesty => honesty::measure(&go, args.minutes)?,
        };
        let section = format!("\n## {}\n\n{conditions}\n\n{body}", part.title());
        println!("{section}");
        measured.push((part, section));
    }
    if args.write {
        let path = repository().join("docs/performance.md");
        let old = fs::read_to_string(&path).unwrap_or_default();
        fs::write(path, page(&old, &measured))?;
    }
    Ok(())
}

/// The page with the sections that were measured; those that were not are as they were.
fn page(old: &str, measured: &[(Part, String)]) -> String {
    let mut page =
        "# Performance\n\nWritten by `cargo xtask bench --write`. What a section compares was \
         measured in one run, on the day that it names.\n"
            .to_owned();
    for part in Part::ALL {
        match measured.iter().find(|(other, _)| *other == part) {
            Some((_, section)) => page.push_str(section),
            None => page.push_str(section(old, part).unwrap_or_default()),
        }
    }
    page
}

/// The section of a part in a page, from the line before its heading on.
fn section(page: &str, part: Part) -> Option<&str> {
    let start = page.find(&format!("\n## {}\n", part.title()))?;
    let rest = &page[start..];
    // A blank line comes before each heading.
    let end = rest[1..].find("\n\n## ").map_or(rest.len(), |at| at + 2);
    Some(&rest[..end])
}

/// When and on what it is measured; `go` names the versions of Go.
pub(crate) fn conditions(go: &str) -> String {
    let date = Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
    let date = date.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let processor = value(&read("/proc/cpuinfo"), "model name").unwrap_or_default();
    let memory = value(&read("/proc/meminfo"), "MemTotal").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    // What else runs slows all down, and not by the same factor: a reader is to know of it.
    let load = read("/proc/loadavg");
    let load = load.split_whitespace().next().unwrap_or("unknown");
    format!(
        "{}, {cores} × {processor}, {memory} of memory, {}, Go {go}, load average {load} before.",
        date.unwrap_or_default(),
        std::env::consts::OS,
    )
}

/// Builds the program as it is released.
pub(crate) fn build() -> Result<PathBuf> {
    eprintln!("Building unheap …");
    let status = Command::new(env!("CARGO"))
        .current_dir(repository())
        .args(["build", "--release", "--locked", "--package", "unheap"])
        .status()?;
    ensure!(status.success(), "unheap does not build");
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    Ok(target.unwrap_or_else(|| repository().join("target")).join("release/unheap"))
}

/// Lexing and parsing with comments on one thread, ours and Go's.
fn parse(go: &Go) -> Result<String> {
    eprintln!("Parsing GOROOT/src …");
    let oracle = go.oracle()?;
    let std = Target::std(go, &[]);
    let mut files = go_files(&std)?;
    files.extend(go_files(&Target::cmd(go))?);
    let mut texts = Vec::new();
    for file in &files {
        texts.push(fs::read(file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    let bytes: usize = texts.iter().map(Vec::len).sum();
    let mut ours = Duration::MAX;
    for _ in 0..TURNS {
        let started = Instant::now();
        let mut names = NameCache::new();
        for text in &texts {
            std::hint::black_box(syntax::parse(text, &syntax::Options::default(), &mut names));
        }
        ours = ours.min(started.elapsed());
    }
    let theirs = go_parser(&oracle, &files)?;
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    Ok(format!(
        "Every Go file under GOROOT/src ({} files, {:.1} MB), comments \
         kept, one thread, the fastest of {TURNS} turns.\n\n\
         | | MB/s | ratio |\n|---|---:|---:|\n\
         | unheap | {:.0} | {:.1} |\n| go/parser | {:.0} | 1 |\n",
        files.len(),
        bytes as f64 / 1e6,
        rate(ours),
        theirs.as_secs_f64() / ours.as_secs_f64(),
        rate(theirs),
    ))
}

/// How long go/parser takes, as the oracle measures it.
fn go_parser(oracle: &Path, files: &[PathBuf]) -> Result<Duration> {
    let mut child = Command::new(oracle)
        .arg("parse")
        // One thread: the garbage collector would use others.
        .env("GOMAXPROCS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("the oracle reads")?;
    for file in files {
        writeln!(stdin, "{}", file.display())?;
    }
    drop(stdin);
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "the oracle failed");
    let text = String::from_utf8_lossy(&output.stdout);
    let nanoseconds = text.split_whitespace().nth(1).and_then(|word| word.parse().ok());
    Ok(Duration::from_nanos(nanoseconds.context("the oracle's answer makes no sense")?))
}

/// A line of the comparison with peers.
struct Peer {
    name: &'static str,
    usage: Usage,
}

/// The program and its peers on the large module, their caches empty.
fn peers(go: &Go, unheap: &Path) -> Result<String> {
    let module = modules::fetch(go, &large_module())?;
    let tools = [tool(go, STATICCHECK)?, tool(go, GOLANGCI_LINT)?];
    let caches = tempfile::tempdir()?;
    let config = caches.path().join("golangci.yml");
    fs::write(&config, GOLANGCI_CONFIG)?;
    let ours = check(go, unheap, &module.dir)?;

    let run = |name: &'static str, program: &Path, args: &[&str]| -> Result<Peer> {
        eprintln!("Running {name} on {} …", module.name);
        let cache = caches.path().join(name.replace(' ', "-"));
        let mut command = go.seen_by(program, &module.dir);
        command.args(args);
        for variable in ["GOCACHE", "STATICCHECK_CACHE", "GOLANGCI_LINT_CACHE"] {
            let folder = cache.join(variable.to_lowercase());
            fs::create_dir_all(&folder)?;
            command.env(variable, folder);
        }
        let usage = measure::run(&mut command)?;
        fs::remove_dir_all(&cache)?;
        Ok(Peer { name, usage })
    };
    let config = config.display().to_string();
    let peers = [
        run("go vet", &go.root().join("bin/go"), &["vet", "./..."])?,
        run("staticcheck", &tools[0], &["./..."])?,
        run("golangci-lint", &tools[1], &["run", "--config", &config, "./..."])?,
    ];
    Ok(peer_table(&module.name, &ours, &peers))
}

fn peer_table(module: &str, ours: &Checked, peers: &[Peer]) -> String {
    let mut text = format!(
        "`unheap check ./...` on {module} ({} lines), beside \
         `go vet ./...`, {} and {} (prealloc, perfsprint and gocritic's performance tag). All \
         dependencies are downloaded; nothing is cached. Memory is what all processes of a tool \
         hold at once, at its peak.\n\n\
         | | time | processor time | memory | slower | more memory | exit status |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
        ours.lines,
        short(STATICCHECK),
        short(GOLANGCI_LINT),
    );
    let mut row = |name: &str, usage: &Usage| {
        let _ = writeln!(
            text,
            "| {name} | {:.2} s | {:.2} s | {} MB | {:.1} × | {:.1} × | {} |",
            usage.wall.as_secs_f64(),
            usage.cpu.as_secs_f64(),
            usage.peak / 1_000_000,
            usage.wall.as_secs_f64() / ours.usage.wall.as_secs_f64(),
            usage.peak as f64 / ours.usage.peak.max(1) as f64,
            usage.status.code().map_or("none".to_owned(), |code| code.to_string()),
        );
    };
    row("unheap", &ours.usage);
    for peer in peers {
        row(peer.name, &peer.usage);
    }
    text
}

/// The last part of a tool's path, with its version.
fn short(package: &str) -> &str {
    package.rsplit('/').next().unwrap_or(package)
}

/// How the time grows with the lines.
fn sizes(go: &Go, unheap: &Path) -> Result<String> {
    let mut text = "Lines are those of the modules' own packages that are \
         reported on; the declarations of all that they import are read as well.\n\n\
         | module | lines | time | lines a second | memory |\n|---|---:|---:|---:|---:|\n"
        .to_owned();
    let listed = modules::listed();
    let mut names: Vec<String> = SIZES
        .iter()
        .filter_map(|path| listed.iter().find(|name| name.starts_with(&format!("{path}@"))))
        .cloned()
        .collect();
    names.push(large_module());
    for name in names {
        let module = modules::fetch(go, &name)?;
        let checked = check(go, unheap, &module.dir)?;
        let seconds = checked.usage.wall.as_secs_f64();
        let _ = writeln!(
            text,
            "| {name} | {} | {seconds:.2} s | {:.0} | {} MB |",
            checked.lines,
            checked.lines as f64 / seconds,
            checked.usage.peak / 1_000_000,
        );
    }
    Ok(text)
}

/// Escape analysis of every function of the standard library, ours and the compiler's.
fn escape(go: &Go, unheap: &Path) -> Result<String> {
    let dir = go.root().join("src");
    eprintln!("Analysing std …");
    let mut ours: Option<Usage> = None;
    for _ in 0..TURNS {
        let mut command = go.seen_by(unheap, &dir);
        let usage = measure::run(command.args(["escape", "--format", "gc", "std"]))?;
        ensure!(usage.status.success(), "unheap escape std failed");
        faster(&mut ours, usage);
    }
    let ours = ours.context("there is at least one turn")?;
    eprintln!("Building std with Go {} …", go.name());
    let mut command = go.command(&dir);
    command.args(["build", "-a", "-gcflags=-m", "std"]);
    let theirs = measure::run(command.env("GOCACHE", cache::folder("go-build")?))?;
    ensure!(theirs.status.success(), "go build std failed");
    let lines = ours.stdout.iter().filter(|byte| **byte == b'\n').count();
    let mut text = format!(
        "Every function of the standard library: `unheap escape --format gc std` ({lines} lines \
         of answers, the fastest of {TURNS} turns) beside `go build -a -gcflags=-m std` (one \
         turn), which is the way to have the compiler say the same of packages that it has built \
         already, and which compiles and assembles them too.\n\n\
         | | time | processor time | memory | slower | more processor time |\n\
         |---|---:|---:|---:|---:|---:|\n",
    );
    for (name, usage) in [("unheap", &ours), ("go build", &theirs)] {
        let _ = writeln!(
            text,
            "| {name} | {:.2} s | {:.2} s | {} MB | {:.1} × | {:.1} × |",
            usage.wall.as_secs_f64(),
            usage.cpu.as_secs_f64(),
            usage.peak / 1_000_000,
            usage.wall.as_secs_f64() / ours.wall.as_secs_f64(),
            usage.cpu.as_secs_f64() / ours.cpu.as_secs_f64(),
        );
    }
    Ok(text)
}

/// What escape analysis adds to a check of the large module.
fn cost(go: &Go, unheap: &Path) -> Result<String> {
    let module = modules::fetch(go, &large_module())?;
    eprintln!("Checking {} with and without escape analysis …", module.name);
    let (mut without, mut with) = (None, None);
    // By turns, so that whatever else the machine does slows both down.
    for _ in 0..TURNS {
        faster(&mut without, check_once(go, unheap, &module.dir, &["--no-escape"])?);
        faster(&mut with, check_once(go, unheap, &module.dir, &[])?);
    }
    let without = without.context("there is at least one turn")?;
    let with = with.context("there is at least one turn")?;
    let mut text = format!(
        "`unheap check ./...` on {}, by the text alone (`--no-escape`) and with escape analysis, \
         by turns; the fastest of {TURNS} turns each.\n\n\
         | | time | processor time | memory | slower | more memory |\n\
         |---|---:|---:|---:|---:|---:|\n",
        module.name,
    );
    for (name, usage) in [("without", &without), ("with", &with)] {
        let _ = writeln!(
            text,
            "| {name} | {:.2} s | {:.2} s | {} MB | {:.1} × | {:.1} × |",
            usage.wall.as_secs_f64(),
            usage.cpu.as_secs_f64(),
            usage.peak / 1_000_000,
            usage.wall.as_secs_f64() / without.wall.as_secs_f64(),
            usage.peak as f64 / without.peak.max(1) as f64,
        );
    }
    Ok(text)
}

/// Keeps the faster of two turns.
fn faster(best: &mut Option<Usage>, usage: Usage) {
    if best.as_ref().is_none_or(|best| usage.wall < best.wall) {
        *best = Some(usage);
    }
}

/// A run of the program.
struct Checked {
    lines: u64,
    usage: Usage,
}

/// Runs the program on a module until the fastest of [`TURNS`] turns is known. The first
/// turn also brings the files into memory, for everyone.
fn check(go: &Go, unheap: &Path, dir: &Path) -> Result<Checked> {
    #[derive(Deserialize)]
    struct Output {
        stats: Stats,
    }
    #[derive(Deserialize)]
    struct Stats {
        lines: u64,
    }
    eprintln!("Running unheap in {} …", dir.display());
    let mut best: Option<Usage> = None;
    for _ in 0..TURNS {
        faster(&mut best, check_once(go, unheap, dir, &[])?);
    }
    let usage = best.context("there is at least one turn")?;
    let output: Output = serde_json::from_slice(&usage.stdout).context("unheap's JSON")?;
    Ok(Checked { lines: output.stats.lines, usage })
}

/// Runs the program on a module once, with further options.
fn check_once(go: &Go, unheap: &Path, dir: &Path, options: &[&str]) -> Result<Usage> {
    let mut command = go.seen_by(unheap, dir);
    command.args(["check", "--format", "json"]).args(options).arg("./...");
    let usage = measure::run(&mut command)?;
    let code = usage.status.code();
    ensure!(matches!(code, Some(0 | 1)), "unheap check in {} failed", dir.display());
    Ok(usage)
}

/// The path of a Go tool, `PACKAGE@VERSION`, installed with the pinned Go if it is not yet.
pub(crate) fn tool(go: &Go, package: &str) -> Result<PathBuf> {
    let version = short(package).replace('@', "-");
    let folder = cache::folder("tools")?.join(format!("go{}", go.name())).join(version);
    let (name, _) = short(package).split_once('@').context("a tool has a version")?;
    let binary = folder.join(name);
    if !binary.is_file() {
        eprintln!("Installing {package}, once …");
        let installed = go
            .command(&cache::root()?)
            .args(["install", package])
            .env("GOBIN", &folder)
            .status()?;
        ensure!(installed.success(), "{package} cannot be installed");
    }
    Ok(binary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_that_were_not_measured_stay() {
        let old = "# Performance\n\nOld words.\n\n## Lexing and parsing\n\nfast\n\n\
                   ## Growing modules\n\nslow\n";
        let measured = [(Part::Sizes, "\n## Growing modules\n\nfaster\n".to_owned())];
        let new = page(old, &measured);
        assert!(
            new.ends_with("\n\n## Lexing and parsing\n\nfast\n\n## Growing modules\n\nfaster\n")
        );
        assert!(!new.contains("Old words"));
        assert_eq!(page(&new, &[]), new);
    }
}
