//! Measuring the work tree against a base.

use std::path::{Path, PathBuf};

use source::OsSystem;
use verify::compare::{self, Input, Options};
use verify::go::Go;
use verify::interrupt::Interrupt;
use verify::measure::{self, Base, Request, Step};
use verify::verdict;

use super::output::{self, About, Shown};
use super::progress::Progress;
use crate::Exit;
use crate::args::BenchArgs;
use crate::target::{Target, targets};

pub(super) fn run(args: &BenchArgs, base: &str) -> Result<Exit, String> {
    let here = std::env::current_dir().map_err(|e| format!("no working folder: {e}"))?;
    let Target { dir, patterns } = target(&here, &args.arguments)?;
    let interrupt = Interrupt::on_signals().map_err(|e| format!("no handler for Ctrl-C: {e}"))?;
    let go = Go::find(&OsSystem, &dir)?;
    let folder = here.join(base);
    let request = Request {
        base: if folder.is_dir() { Base::Folder(folder) } else { Base::Revision(base.to_owned()) },
        dir,
        patterns,
        bench: args.bench.clone(),
        count: args.count.max(1),
        rehearsals: args.rehearsals.unwrap_or(args.count.div_ceil(2)),
        benchtime: args.benchtime.clone(),
        windows: args.windows,
        turn_time: args.timeout,
    };
    let progress = Progress::new();
    let mut show = |step: Step<'_>| progress.show(step);
    let measured = measure::prepare(&go, &request, &interrupt, &mut show)
        .and_then(|prepared| prepared.measure(&request, &interrupt, &mut show));
    progress.finish();
    let measured = measured?;
    for note in &measured.notes {
        anstream::eprintln!("note: {note}");
    }
    for fault in &measured.faults {
        anstream::eprintln!("{fault}");
    }
    let (old, new) = if base == "new" { ("base", "new") } else { (base, "new") };
    let input = |label: &str, results| Input { label: label.to_owned(), results };
    let inputs = [input(old, measured.base.clone()), input(new, measured.new.clone())];
    let tables = compare::tables(&inputs, &Options::default());
    let verdicts = verdict::verdicts(&tables, args.threshold);
    let (sights, alarms) = measure::sight(&measured, request.count, args.threshold);
    let shown = Shown {
        sides: &[("base", &measured.base), ("new", &measured.new)],
        tables: &tables,
        verdicts: &verdicts,
        threshold: args.threshold,
        measured: Some(About {
            base,
            go: go.version().to_string(),
            sights: &sights,
            alarms: &alarms,
            faults: &measured.faults,
        }),
    };
    output::print(args.format, &shown)?;
    Ok(match (measured.faults.is_empty(), verdict::is_alarm(&verdicts)) {
        (false, _) => Exit::Failed,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Clean,
    })
}

/// The module that is meant: one.
fn target(here: &Path, patterns: &[String]) -> Result<Target, String> {
    if patterns.is_empty() {
        return Ok(Target { dir: PathBuf::from(here), patterns: vec!["./...".to_owned()] });
    }
    let mut targets = targets(&OsSystem, here, patterns);
    match (targets.pop(), targets.is_empty()) {
        (Some(target), true) => Ok(target),
        _ => Err("the packages belong to several modules: measure one at a time".to_owned()),
    }
}
