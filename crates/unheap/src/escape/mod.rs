//! `unheap escape`: what is allocated, where, and why it is on the heap.

mod describe;
mod gc;
mod name;
mod spans;
mod tree;
mod words;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use ::escape::{Ask, Functions};
use packages::Build;
use report::escape::{Callee, Function, Totals};
use report::{Sources, Style};
use rustc_hash::FxHashMap;
use source::{OsSystem, Text};
use types::program::CheckedPackage;

use crate::Exit;
use crate::analysis::Analysis;
use crate::args::{EscapeArgs, EscapeFormat};
use crate::engines::Engines;
use crate::progress::Progress;
use describe::Describer;

/// What the packages gave.
#[derive(Default)]
struct Gathered {
    functions: Vec<Function>,
    /// What is beneath the functions, where one is asked for: beside `functions`.
    trees: Vec<Vec<Callee>>,
    lines: Vec<String>,
    sources: FxHashMap<PathBuf, Text>,
    faults: Vec<String>,
    totals: Totals,
    /// Whether there is a package with the function that is asked for.
    has_wanted: bool,
    /// Functions that may have been meant by that.
    near: Vec<String>,
}

impl Sources for Gathered {
    fn source(&self, path: &Path) -> Option<&[u8]> {
        self.sources.get(path).map(|text| &**text)
    }
}

pub(crate) fn run(args: &EscapeArgs) -> Result<Exit, String> {
    let start = Instant::now();
    let analyses = Analysis::all(&OsSystem, &args.patterns, args.tests, &args.build)?;
    let progress = Progress::new(start, analyses.iter().map(Analysis::roots).sum());
    let mut gathered = Gathered::default();
    for analysis in &analyses {
        let here = Mutex::new(&mut gathered);
        let looking = Looking { analysis, args, gathered: here };
        let ask = Ask { why: args.format != EscapeFormat::Gc, ..Ask::default() };
        let look = |package: CheckedPackage<'_>, engines: &Engines<'_>| {
            looking.package(&package, engines);
            progress.done();
        };
        let outcome = analysis.check_with_escape(!args.no_inline, ask, &look, |_| {})?;
        gathered.faults.extend(analysis.faults(&outcome));
        gathered.totals.missing_packages += analysis.load.missing.len();
    }
    progress.finish();
    gathered.sort();
    for line in &gathered.faults {
        anstream::eprintln!("{line}");
    }
    if gathered.totals.packages == 0 {
        return Ok(Exit::Failed);
    }
    if let Some(name) = &args.function {
        name::only_one(name, &gathered.functions)?;
        if !gathered.has_wanted {
            return Err(name::unknown(name, &gathered.near));
        }
    }
    gathered.totals.elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let build = analyses.first().map(|analysis| build_of(&analysis.build, !args.no_inline));
    gathered.print(args, build.as_ref())?;
    // What it shows are facts, not findings.
    Ok(Exit::Clean)
}

/// Looks at the packages to report on, one by one as they are checked.
struct Looking<'a> {
    analysis: &'a Analysis,
    args: &'a EscapeArgs,
    gathered: Mutex<&'a mut Gathered>,
}

impl<'a> Looking<'a> {
    fn package(&self, package: &CheckedPackage<'_>, engines: &Engines<'_>) {
        let (functions, unit) = (engines.functions(), package.unit);
        self.count(package, functions);
        if self.args.format == EscapeFormat::Gc {
            let dir = self.analysis.dir();
            let lines = engines.ask(unit, |engine| gc::lines(engine, unit, dir));
            self.gathered().lines.extend(lines.unwrap_or_default());
            return;
        }
        if let Some(name) = &self.args.function {
            let (has, near) = name::in_package(name, functions, unit);
            let mut gathered = self.gathered();
            gathered.near.extend(near);
            gathered.has_wanted |= has;
            if !has {
                return;
            }
        }
        let found = engines.ask(unit, |engine| {
            let mut describer = Describer::new(engine, unit, self.analysis, self.args);
            let found = describer.package();
            (found, describer.into_sources())
        });
        let Some((found, sources)) = found else { return };
        let mut gathered = self.gathered();
        gathered.sources.extend(sources);
        for described in found {
            gathered.functions.push(described.function);
            gathered.trees.push(described.beneath);
        }
    }

    /// Counts what there is, and what of it is not known.
    fn count(&self, package: &CheckedPackage<'_>, functions: &Functions<'_>) {
        let (broken, lines) = self.analysis.syntax_errors(package);
        let mut gathered = self.gathered();
        gathered.faults.extend(lines);
        let totals = &mut gathered.totals;
        totals.broken_files += broken;
        totals.packages += 1;
        let functions = functions.program.functions(package.unit);
        totals.without_body += functions.iter().filter(|f| !f.has_body).count();
    }

    fn gathered(&self) -> MutexGuard<'_, &'a mut Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gathered {
    /// The order of packages depends on threads; that of files and places does not.
    fn sort(&mut self) {
        let trees = std::mem::take(&mut self.trees);
        let mut all: Vec<_> = std::mem::take(&mut self.functions).into_iter().zip(trees).collect();
        let key = |f: &Function| (f.path.clone(), f.line, f.name.clone());
        all.sort_by_cached_key(|(f, _)| key(f));
        // Generic functions are compiled for several shapes, packages again for their tests.
        all.dedup_by(|(a, _), (b, _)| a == b);
        (self.functions, self.trees) = all.into_iter().unzip();
        self.lines.sort();
        self.faults.sort();
        self.faults.dedup();
    }

    fn print(
        &self,
        args: &EscapeArgs,
        build: Option<&report::escape::Build>,
    ) -> Result<(), String> {
        match (args.format, build) {
            (EscapeFormat::Text, _) => {
                let text = report::escape::functions(&self.functions, self, Style::Coloured);
                anstream::print!("{text}");
                if args.function.is_some() {
                    for tree in &self.trees {
                        anstream::print!("{}", report::escape::tree(tree));
                    }
                } else {
                    anstream::println!(
                        "{}",
                        report::escape::summary(&self.functions, &self.totals)
                    );
                }
            }
            (EscapeFormat::Json, Some(build)) => {
                let text = report::escape::json(build, &self.functions);
                print!("{}", text.map_err(|e| e.to_string())?);
            }
            (EscapeFormat::Json, None) => {}
            (EscapeFormat::Gc, _) => {
                let text: Vec<&str> = self.lines.iter().flat_map(|line| [line, "\n"]).collect();
                print!("{}", text.concat());
            }
        }
        Ok(())
    }
}

fn build_of(build: &Build, inlining: bool) -> report::escape::Build {
    report::escape::Build {
        go: format!("1.{}", build.toolchain.minor()),
        goos: build.goos.clone(),
        goarch: build.goarch.clone(),
        tags: build.tags.clone(),
        inlining,
    }
}
