//! One run of one benchmark.

use std::process::Command;

use super::Request;
use super::build::Binary;
use super::list::other_elements;
use crate::benchfmt::{self, Record, Results, Value};
use crate::go::said;
use crate::process::{self, Failure, Limits};
use crate::stats::Sample;

/// Why a turn has no figures.
pub(super) enum Fault {
    Interrupted,
    Failed(String),
}

/// Runs a benchmark, sub-benchmarks included, in some windows.
pub(super) fn run(
    binary: &Binary,
    function: &str,
    request: &Request,
    windows: usize,
    limits: &Limits,
) -> Result<Results, Fault> {
    let mut command = Command::new(&binary.program);
    command.current_dir(&binary.dir).env("PWD", &binary.dir).args([
        "-test.run=^$".to_owned(),
        format!("-test.bench=^{function}${}", other_elements(&request.bench)),
        "-test.benchmem".to_owned(),
        format!("-test.benchtime={}", request.benchtime),
        format!("-test.count={windows}"),
    ]);
    let finished = process::run(&mut command, limits).map_err(|failure| match failure {
        Failure::Interrupted => Fault::Interrupted,
        failure => Fault::Failed(failure.to_string()),
    })?;
    if !finished.status.success() {
        return Err(Fault::Failed(said(&finished)));
    }
    let results = benchfmt::read(&finished.stdout.bytes);
    if results.records.is_empty() {
        let why = match results.problems.first() {
            _ if finished.stdout.dropped > 0 => {
                "no figures: it writes so much that they are lost".to_owned()
            }
            Some(problem) => format!(
                "no figures: it writes into its own results: `{}`",
                problem.text.chars().take(120).collect::<String>()
            ),
            None => "no figures: it skips itself, or writes into its own results".to_owned(),
        };
        return Err(Fault::Failed(why));
    }
    Ok(best(results))
}

/// One result for each benchmark, from those of its windows: the one that took least time, with the smallest counts of
/// allocations, and the median of what benchmarks measure themselves.
fn best(results: Results) -> Results {
    let mut windows: Vec<(String, Vec<Record>)> = Vec::new();
    for record in results.records {
        match windows.iter_mut().find(|(name, _)| *name == record.name) {
            Some((_, records)) => records.push(record),
            None => windows.push((record.name.clone(), vec![record])),
        }
    }
    let records = windows.into_iter().filter_map(|(_, windows)| best_of(&windows)).collect();
    Results { records, ..results }
}

fn best_of(windows: &[Record]) -> Option<Record> {
    let value = |record: &Record, unit: &str| {
        record.values.iter().find(|value| value.unit == unit).map(|value| value.value)
    };
    let time = |record: &&Record| value(record, "ns/op").unwrap_or(f64::INFINITY);
    let mut best = windows.iter().min_by(|a, b| time(a).total_cmp(&time(b)))?.clone();
    for Value { value: figure, unit } in &mut best.values {
        let all: Sample = windows.iter().filter_map(|record| value(record, unit)).collect();
        match unit.as_str() {
            "ns/op" | "MB/s" => {}
            "B/op" | "allocs/op" => *figure = all.least(),
            _ => *figure = all.median(),
        }
    }
    Some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_window_counts() {
        let text = "BenchmarkA/x-2 10 30 ns/op 5 MB/s 7 widgets 12 B/op 2 allocs/op\n\
                    BenchmarkB 1 5 ns/op\n\
                    BenchmarkA/x-2 20 20 ns/op 9 MB/s 5 widgets 16 B/op 3 allocs/op\n\
                    BenchmarkA/x-2 30 40 ns/op 4 MB/s 6 widgets 13 B/op 2 allocs/op\n";
        let best = best(benchfmt::read(text.as_bytes()));
        assert_eq!(
            benchfmt::write(&best, &[]),
            "BenchmarkA/x-2 20 20 ns/op 9 MB/s 6 widgets 12 B/op 2 allocs/op\nBenchmarkB 1 5 ns/op\n"
        );
    }
}
