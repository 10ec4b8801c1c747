//! `unheap check`

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use escape::Ask;
use rules::{Finding, Found};
use source::OsSystem;
use types::Store;
use types::program::CheckedPackage;

use crate::Exit;
use crate::analysis::Analysis;
use crate::args::CheckArgs;
use crate::baseline::Baseline;
use crate::changed::ChangedLines;
use crate::gathered::Gathered;
use crate::output;
use crate::progress::Progress;
use crate::selection::Selection;
use crate::timings;

pub(crate) fn run(args: &CheckArgs) -> Result<Exit, String> {
    let start = Instant::now();
    let CheckArgs { select, .. } = args;
    let selection = Selection::new(select)?;
    let baseline = args.baseline.as_deref().filter(|_| !args.write_baseline);
    let baseline = baseline.map(Baseline::read).transpose()?;
    let analyses = Analysis::all(&OsSystem, &select.patterns, select.tests, &select.build)?;
    let changed = args.new_from.as_deref().map(|rev| ChangedLines::since(rev, &analyses));
    let changed = changed.transpose()?;
    let (mut gathered, faults) = gather(args, &selection, &analyses, start)?;

    if let Some(changed) = &changed {
        gathered.findings.retain(|finding| changed.contain(finding));
    }
    for line in faults.iter().chain(&gathered.syntax_errors).chain(&gathered.warnings()) {
        anstream::eprintln!("{line}");
    }
    if let Some(path) = args.baseline.as_deref().filter(|_| args.write_baseline) {
        return write_baseline(path, &gathered);
    }
    let known = baseline.map_or(0, |baseline| hide(&baseline, &mut gathered));
    gathered.stats.elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let go = analyses.first().map_or(0, |a| a.build.toolchain.minor());
    output::print(args.format, go, known, &gathered)?;
    if args.timings {
        anstream::eprint!("{}", timings::table(&gathered.times));
    }
    Ok(match (gathered.stats.packages, gathered.findings.is_empty()) {
        (0, _) => Exit::Failed,
        (_, true) => Exit::Clean,
        (_, false) => Exit::Findings,
    })
}

/// Checks the packages. What is meant of what is found, sorted, and what is wrong with the input.
fn gather(
    args: &CheckArgs,
    selection: &Selection<'_>,
    analyses: &[Analysis],
    start: Instant,
) -> Result<(Gathered, Vec<String>), String> {
    let progress = Progress::new(start, analyses.iter().map(Analysis::roots).sum());
    let gathered = Mutex::new(Gathered::default());
    let mut faults = Vec::new();
    for analysis in analyses {
        let scope = selection.scope(&OsSystem, analysis)?;
        let settings = rules::Settings { timed: args.timings, ..scope.settings() };
        let lock = || gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let add = |package: &CheckedPackage<'_>, found: Found| {
            lock().add(analysis, package, found);
            progress.done();
        };
        let outcome = if args.no_escape {
            let look = |package: CheckedPackage<'_>| {
                let unseen = analysis.unseen(package.unit);
                add(&package, rules::run(&package, &settings, &unseen, None));
            };
            analysis.check(&Store::new(), &look)?
        } else {
            let look = |package: CheckedPackage<'_>, engines: &crate::engines::Engines<'_>| {
                let unseen = analysis.unseen(package.unit);
                let found = engines.findings(&package, &settings, &unseen);
                let text_alone = || rules::run(&package, &settings, &unseen, None);
                add(&package, found.unwrap_or_else(text_alone));
            };
            let ask = Ask { why: true, ..Ask::default() };
            analysis.check_with_escape(true, ask, &look, |_| {})?
        };
        faults.extend(analysis.faults(&outcome));
        lock().end_module(analysis, &scope);
    }
    progress.finish();
    let mut gathered = gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
    gathered.sort();
    let missing = analyses.iter().flat_map(|a| &a.load.missing);
    gathered.stats.unresolved_imports = missing.map(|m| m.path.clone()).collect();
    Ok((gathered, faults))
}

/// Takes out the findings that a baseline has; their number.
fn hide(baseline: &Baseline, gathered: &mut Gathered) -> usize {
    let findings = std::mem::take(&mut gathered.findings);
    let all = findings.len();
    let new: Vec<Finding> = baseline.without(findings, &*gathered);
    gathered.findings = new;
    all - gathered.findings.len()
}

/// Writes what is found as what is known from now on.
fn write_baseline(path: &Path, gathered: &Gathered) -> Result<Exit, String> {
    if gathered.stats.packages == 0 {
        return Ok(Exit::Failed);
    }
    Baseline::new(&gathered.findings, gathered).write(path)?;
    let count = gathered.findings.len();
    let s = if count == 1 { "" } else { "s" };
    anstream::println!("{count} finding{s} written to {}", path.display());
    Ok(Exit::Clean)
}
