//! What the rules take of a check.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{TURNS, check_once, faster, large_module};
use crate::modules;
use crate::toolchain::{Go, tail};

/// What stands in the table of `--timings` for all rules together.
const ALL: &str = "all rules";

/// The rules one by one, beside types and escape analysis.
pub(super) fn measure(go: &Go, unheap: &Path) -> Result<String> {
    let module = modules::fetch(go, &large_module())?;
    eprintln!("Timing the rules on {} …", module.name);
    let (mut whole, mut times): (_, Option<Vec<Time>>) = (None, None);
    // By turns, so that whatever else the machine does slows both down.
    for _ in 0..TURNS {
        faster(&mut whole, check_once(go, unheap, &module.dir, &["--all"])?);
        let turn = timed(go, unheap, &module.dir)?;
        if times.as_deref().is_none_or(|best| sum(&turn) < sum(best)) {
            times = Some(turn);
        }
    }
    let whole = whole.context("there is at least one turn")?.cpu.as_secs_f64();
    let times = times.context("there is at least one turn")?;
    let rules = sum(&times);
    let mut text = format!(
        "`unheap check --all --timings ./...` on {}: all rules take {rules:.2} s, all before them (reading, parsing, \
         types, escape analysis) {:.2} s of processors: {:.2} of it. The fastest of {TURNS} turns each. What several \
         rules share is with the one that asked first.\n\n\
         | rule | time | of all rules |\n|---|---:|---:|\n",
        module.name,
        whole - rules,
        rules / (whole - rules),
    );
    for Time { seconds, what } in times.iter().filter(|time| time.what.starts_with("UH")) {
        let share = 100.0 * seconds / rules;
        let _ = writeln!(text, "| {what} | {:.1} ms | {share:.1} % |", seconds * 1000.0);
    }
    Ok(text)
}

/// A line of `--timings`.
struct Time {
    seconds: f64,
    what: String,
}

fn sum(times: &[Time]) -> f64 {
    times.iter().find(|time| time.what == ALL).map_or(f64::INFINITY, |time| time.seconds)
}

fn timed(go: &Go, unheap: &Path, dir: &Path) -> Result<Vec<Time>> {
    let mut command = go.seen_by(unheap, dir);
    command.args(["check", "--all", "--timings", "--format", "json", "./..."]);
    let output = command.output()?;
    ensure!(matches!(output.status.code(), Some(0 | 1)), "{}", tail(&output.stderr));
    let text = String::from_utf8_lossy(&output.stderr);
    let line = |line: &str| {
        let (time, what) = line.trim_start().split_once(" ms  ")?;
        Some(Time { seconds: time.parse::<f64>().ok()? / 1000.0, what: what.to_owned() })
    };
    Ok(text.lines().filter_map(line).collect())
}
