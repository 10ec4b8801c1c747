//! Runs benchmarks: two sides in turn, several rounds, so that what else the machine does slows both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::toolchain::{Go, tail};

/// What a benchmark says of a turn.
#[derive(Clone, Default)]
pub(super) struct Figures {
    /// Nanoseconds.
    pub(super) time: f64,
    pub(super) bytes: u64,
    pub(super) allocs: u64,
    /// What it reports besides, by its unit.
    pub(super) metrics: BTreeMap<String, f64>,
}

/// A test binary and the folder that it runs in.
#[derive(Clone)]
pub(super) struct Binary {
    pub(super) path: PathBuf,
    pub(super) dir: PathBuf,
}

/// How benchmarks are run.
#[derive(Clone, Copy)]
pub(super) struct Effort {
    /// How often each is run.
    pub(super) rounds: u32,
    /// How long a run takes, in milliseconds.
    pub(super) milliseconds: u32,
}

/// The runs of one benchmark.
#[derive(Default)]
pub(super) struct Series(Vec<Figures>);

impl Series {
    /// The median of times and metrics, and the smallest of allocations: what other goroutines allocate meanwhile only adds.
    pub(super) fn figures(&self) -> Figures {
        let units = self.0.first().into_iter().flat_map(|run| run.metrics.keys());
        let of_unit = |unit: &String| {
            median(self.0.iter().filter_map(|run| run.metrics.get(unit).copied()).collect())
        };
        Figures {
            time: median(self.0.iter().map(|run| run.time).collect()),
            bytes: self.0.iter().map(|run| run.bytes).min().unwrap_or_default(),
            allocs: self.0.iter().map(|run| run.allocs).min().unwrap_or_default(),
            metrics: units.map(|unit| (unit.clone(), of_unit(unit))).collect(),
        }
    }

    /// The number of runs.
    pub(super) fn rounds(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// How many times as fast the other is: the median over the rounds, each taken by itself.
    pub(super) fn times(&self, other: &Self) -> f64 {
        median(self.0.iter().zip(&other.0).map(|(one, two)| one.time / two.time).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

/// Builds the tests of the package in a folder.
pub(super) fn build(go: &Go, dir: &Path, binary: &Path) -> Result<Binary> {
    let output = go
        .command(dir)
        .args(["test", "-c", "-o"])
        .arg(binary)
        .arg(".")
        .output()
        .context("cannot run the go command")?;
    ensure!(output.status.success(), "{}: {}", dir.display(), tail(&output.stderr));
    Ok(Binary { path: binary.to_owned(), dir: dir.to_owned() })
}

/// What `-test.bench` is told for a benchmark or a part of one.
fn pattern(benchmark: &str) -> String {
    let parts: Vec<String> = benchmark.split('/').map(|part| format!("^{part}$")).collect();
    parts.join("/")
}

/// Runs a benchmark once: it or its parts by name, `BenchmarkX/part`.
pub(super) fn run(
    go: &Go,
    binary: &Binary,
    benchmark: &str,
    processors: Option<u32>,
    effort: Effort,
) -> Result<Vec<(String, Figures)>> {
    let mut command = go.seen_by(&binary.path, &binary.dir);
    command
        .args(["-test.run=^$", "-test.benchmem"])
        .arg(format!("-test.bench={}", pattern(benchmark)))
        .arg(format!("-test.benchtime={}ms", effort.milliseconds))
        .stdin(Stdio::null());
    if let Some(processors) = processors {
        command.arg(format!("-test.cpu={processors}"));
    }
    let output = command.output().with_context(|| format!("cannot run {benchmark}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{benchmark} fails: {}", tail(&output.stdout));
    let runs: Vec<_> = text.lines().filter_map(parse).collect();
    ensure!(!runs.is_empty(), "there is no {benchmark} in {}", binary.dir.display());
    Ok(runs)
}

/// A line of a benchmark: its name without the number of processors, and its figures.
fn parse(line: &str) -> Option<(String, Figures)> {
    let mut words = line.split_whitespace();
    let name = words.next().filter(|name| name.starts_with("Benchmark"))?;
    let name = match name.rsplit_once('-') {
        Some((name, processors)) if processors.parse::<u32>().is_ok() => name,
        _ => name,
    };
    words.next()?.parse::<u64>().ok()?;
    let mut figures = Figures::default();
    while let (Some(value), Some(unit)) = (words.next(), words.next()) {
        let value: f64 = value.parse().ok()?;
        match unit {
            "ns/op" => figures.time = value,
            "B/op" => figures.bytes = value as u64,
            "allocs/op" => figures.allocs = value as u64,
            _ => drop(figures.metrics.insert(unit.to_owned(), value)),
        }
    }
    Some((name.to_owned(), figures))
}

/// One side of a comparison.
pub(super) struct Side<'a> {
    binary: &'a Binary,
    benchmark: &'a str,
    pub(super) runs: Series,
}

impl<'a> Side<'a> {
    /// A benchmark, or a part of one, that has not run yet.
    pub(super) fn new(binary: &'a Binary, benchmark: &'a str) -> Self {
        Self { binary, benchmark, runs: Series::default() }
    }
}

/// Runs both sides in turn, each round beginning with the other one, and adds what they say.
pub(super) fn compare(
    go: &Go,
    sides: &mut [Side<'_>],
    processors: Option<u32>,
    effort: Effort,
) -> Result<()> {
    for round in 0..effort.rounds {
        let mut order: Vec<usize> = (0..sides.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for at in order {
            let side = &mut sides[at];
            let benchmark = side.benchmark;
            let runs = run(go, side.binary, benchmark, processors, effort)?;
            let figures = runs.into_iter().find(|(name, _)| name == benchmark);
            let (_, figures) = figures.with_context(|| format!("{benchmark} has parts"))?;
            side.runs.0.push(figures);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_benchmarks() {
        let line =
            "BenchmarkMemory-2   \t 1000\t 885.4 ns/op\t 10.00 open\t 240 B/op\t 10 allocs/op";
        let (name, figures) = parse(line).unwrap();
        assert_eq!(name, "BenchmarkMemory");
        assert_eq!((figures.time, figures.bytes, figures.allocs), (885.4, 240, 10));
        assert_eq!(figures.metrics["open"], 10.0);
        assert_eq!(
            parse("BenchmarkString/8-bytes/copied\t 5\t 2 ns/op").unwrap().0,
            "BenchmarkString/8-bytes/copied"
        );
        assert!(parse("BenchmarkMemory").is_none() && parse("PASS").is_none());
    }

    #[test]
    fn series_are_summed_up() {
        let run = |time, allocs| Figures { time, allocs, ..Figures::default() };
        let series = |runs: &[(f64, u64)]| {
            Series(runs.iter().map(|&(time, allocs)| run(time, allocs)).collect())
        };
        let before = series(&[(100.0, 3), (900.0, 4), (120.0, 3)]);
        let after = series(&[(10.0, 1), (90.0, 1), (60.0, 0)]);
        assert_eq!((before.figures().time, before.figures().allocs), (120.0, 3));
        assert_eq!(after.figures().allocs, 0);
        assert_eq!(before.times(&after), 10.0);
    }
}
