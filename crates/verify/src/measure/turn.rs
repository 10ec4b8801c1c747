//! One run of one benchmark.

use std::process::Command;
use std::time::Duration;

use super::Request;
use super::build::Binary;
use super::list::other_elements;
use crate::benchfmt::{self, Results};
use crate::go::said;
use crate::process::{self, Failure, Limits};

/// How much longer a process may take than it gives itself: time to say where it hangs.
const GRACE: Duration = Duration::from_secs(5);

/// Why a turn has no figures.
pub(super) enum Fault {
    Interrupted,
    Failed(String),
}

/// Runs a benchmark, sub-benchmarks included, once.
pub(super) fn run(
    binary: &Binary,
    function: &str,
    request: &Request,
    limits: &Limits,
) -> Result<Results, Fault> {
    let mut command = Command::new(&binary.program);
    command.current_dir(&binary.dir).env("PWD", &binary.dir).args([
        "-test.run=^$".to_owned(),
        format!("-test.bench=^{function}${}", other_elements(&request.bench)),
        "-test.benchmem".to_owned(),
        format!("-test.benchtime={}", request.benchtime),
        format!("-test.timeout={}ms", limits.time.as_millis()),
    ]);
    let limits = Limits { time: limits.time + GRACE, ..limits.clone() };
    let finished = process::run(&mut command, &limits).map_err(|failure| match failure {
        Failure::Interrupted => Fault::Interrupted,
        failure => Fault::Failed(failure.to_string()),
    })?;
    if !finished.status.success() {
        return Err(Fault::Failed(said(&finished)));
    }
    let results = benchfmt::read(&finished.stdout.bytes);
    if results.records.is_empty() {
        let text = finished.stdout.text();
        let skipped = text.lines().find(|line| line.trim_start().starts_with("--- SKIP"));
        let why = match (skipped, results.problems.first()) {
            (Some(line), _) => format!("skipped: {}", line.trim()),
            (None, Some(problem)) => format!(
                "no figures: it writes into its own results: `{}`",
                problem.text.chars().take(120).collect::<String>()
            ),
            (None, None) if finished.stdout.dropped > 0 => {
                "no figures: it writes so much that they were lost".to_owned()
            }
            (None, None) => "no figures".to_owned(),
        };
        return Err(Fault::Failed(why));
    }
    Ok(results)
}
