//! `unheap check`

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use escape::{Allocations, Ask};
use flow::Part;
use report::{Sources, Stats, Style};
use rules::Finding;
use rustc_hash::FxHashMap;
use source::{OsSystem, Text};
use types::Store;
use types::program::CheckedPackage;

use crate::Exit;
use crate::analysis::Analysis;
use crate::args::{CheckArgs, Format};
use crate::progress::Progress;
use crate::selection::Selection;

/// What the packages gave, gathered while they are checked in parallel.
#[derive(Default)]
struct Gathered {
    findings: Vec<Finding>,
    /// What the packages of the module at hand give to its call graph.
    calls: Vec<Part>,
    sources: FxHashMap<PathBuf, Text>,
    syntax_errors: Vec<String>,
    stats: Stats,
}

impl Sources for Gathered {
    fn source(&self, path: &Path) -> Option<&[u8]> {
        self.sources.get(path).map(|text| &**text)
    }
}

pub(crate) fn run(args: &CheckArgs) -> Result<Exit, String> {
    let start = Instant::now();
    let CheckArgs { select, .. } = args;
    let selection = Selection::new(select)?;
    let analyses = Analysis::all(&OsSystem, &select.patterns, select.tests, &select.build)?;
    let progress = Progress::new(start, analyses.iter().map(Analysis::roots).sum());
    let gathered = Mutex::new(Gathered::default());
    let mut faults = Vec::new();
    for analysis in &analyses {
        let settings = selection.settings(analysis);
        let lock = || gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let first = lock().findings.len();
        let add = |package: &CheckedPackage<'_>, (findings, calls): (Vec<Finding>, Part)| {
            let mut gathered = lock();
            gathered.calls.push(calls);
            gathered.add(analysis, package, findings);
            progress.done();
        };
        let ask = Ask { why: true, ..Ask::default() };
        let outcome = if args.no_escape {
            analysis.check(&Store::new(), &|package| {
                add(&package, rules::run_with_calls(&package, &settings, None));
            })?
        } else {
            analysis.check_with_escape(
                true,
                ask,
                &|package, engines| {
                    let findings = engines.ask(package.unit, |engine| {
                        let allocations = Allocations::new(engine, package.unit);
                        rules::run_with_calls(&package, &settings, Some(&allocations))
                    });
                    let text_alone = || rules::run_with_calls(&package, &settings, None);
                    add(&package, findings.unwrap_or_else(text_alone));
                },
                |_| {},
            )?
        };
        faults.extend(analysis.faults(&outcome));
        lock().heat(first, analysis.is_whole_module());
    }
    progress.finish();

    let mut gathered = gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
    gathered.findings.retain(|finding| selection.is_shown(finding));
    gathered.sort();
    let missing = analyses.iter().flat_map(|a| &a.load.missing);
    gathered.stats.unresolved_imports = missing.map(|m| m.path.clone()).collect();
    gathered.stats.elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    for line in faults.iter().chain(&gathered.syntax_errors) {
        anstream::eprintln!("{line}");
    }
    let go = analyses.first().map_or(0, |a| a.build.toolchain.minor());
    print(args.format, go, &gathered)?;
    Ok(match (gathered.stats.packages, gathered.findings.is_empty()) {
        (0, _) => Exit::Failed,
        (_, true) => Exit::Clean,
        (_, false) => Exit::Findings,
    })
}

/// Prints what was found; `go` is the minor version that it was judged for.
fn print(format: Format, go: u32, gathered: &Gathered) -> Result<(), String> {
    let Gathered { findings, stats, .. } = gathered;
    match format {
        Format::Text => {
            anstream::print!("{}", report::text(findings, gathered, Style::Coloured));
            if stats.packages > 0 {
                anstream::println!("{}", report::summary(findings, stats));
            }
        }
        Format::Json => {
            let text = report::json(&format!("1.{go}"), findings, stats);
            print!("{}", text.map_err(|e| e.to_string())?);
        }
    }
    Ok(())
}

impl Gathered {
    fn add(&mut self, analysis: &Analysis, package: &CheckedPackage<'_>, findings: Vec<Finding>) {
        self.stats.packages += 1;
        for file in &package.files {
            self.stats.files += 1;
            self.stats.lines += file.tree.lines.len();
        }
        self.syntax_errors.extend(analysis.syntax_errors(package).1);
        for mut finding in findings {
            for path in finding.paths_mut() {
                let file = package.files.iter().find(|f| f.path == *path);
                let relative = analysis.relative(path);
                if let Some(file) = file {
                    self.sources.entry(relative.clone()).or_insert_with(|| file.text.clone());
                }
                *path = relative;
            }
            self.findings.push(finding);
        }
    }

    /// Tells how often the findings from `first` on run, which are those of one module; `whole` if no package of it is missing.
    fn heat(&mut self, first: usize, whole: bool) {
        let hotness = flow::Hotness::new(std::mem::take(&mut self.calls), whole);
        for finding in &mut self.findings[first..] {
            if let Some(site) = &finding.site {
                finding.hotness = hotness.of(site).into();
            }
        }
    }

    /// The order of packages depends on threads; that of files and places does not.
    fn sort(&mut self) {
        self.findings.sort_by(|a, b| (&a.path, a.start, a.code).cmp(&(&b.path, b.start, b.code)));
        self.findings.dedup_by(|a, b| a.path == b.path && a.start == b.start && a.code == b.code);
        self.syntax_errors.sort();
        self.syntax_errors.dedup();
    }
}
