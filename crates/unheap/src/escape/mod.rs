//! `unheap escape`: what is allocated, where, and why it is on the heap.

mod describe;
mod gc;
mod name;
mod session;
mod spans;
mod tree;
mod words;

use std::path::{Path, PathBuf};
use std::time::Instant;

use ::escape::{Ask, Functions};
use packages::Build;
use report::escape::{Allocates, Callee, Function, Totals};
use report::{Sources, Style};
use rustc_hash::FxHashMap;
use source::Text;
use types::program::{Program, UnitId};

use crate::Exit;
use crate::analysis::Analysis;
use crate::args::{EscapeArgs, EscapeFormat};
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
}

impl Sources for Gathered {
    fn source(&self, path: &Path) -> Option<&[u8]> {
        self.sources.get(path).map(|text| &**text)
    }
}

pub(crate) fn run(args: &EscapeArgs) -> Result<Exit, String> {
    let start = Instant::now();
    let analyses = Analysis::all(&args.patterns, args.tests, &args.build)?;
    let progress = Progress::new(start, analyses.iter().map(Analysis::roots).sum());
    let mut gathered = Gathered::default();
    for analysis in &analyses {
        let (result, outcome) = analysis.functions(!args.no_inline, |functions, roots| {
            gathered.look(analysis, args, functions, roots, &progress)
        })?;
        gathered.faults.extend(analysis.faults(&outcome));
        result?;
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
    }
    gathered.totals.elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let build = analyses.first().map(|analysis| build_of(&analysis.build, !args.no_inline));
    gathered.print(args, build.as_ref())?;
    Ok(gathered.exit(args.format))
}

impl Gathered {
    /// Looks at the packages to report on, in parallel.
    fn look(
        &mut self,
        analysis: &Analysis,
        args: &EscapeArgs,
        functions: &Functions<'_>,
        roots: &[UnitId],
        progress: &Progress,
    ) -> Result<(), String> {
        let program = functions.program;
        self.count(analysis, program, roots);
        if args.format == EscapeFormat::Gc {
            let ask = Ask::default();
            let look = |engine: &::escape::Engine<'_>, unit| {
                progress.done();
                gc::lines(engine, unit, analysis.dir())
            };
            let found = session::each(functions, ask, analysis.threads(), roots, &look);
            self.take(analysis, found, |gathered, lines| gathered.lines.extend(lines));
            return Ok(());
        }
        let wanted = args.function.as_deref();
        let chosen: Vec<UnitId> = match wanted {
            Some(name) => name::packages_with(name, functions, roots),
            None => roots.to_vec(),
        };
        if let Some(name) = wanted.filter(|_| chosen.is_empty()) {
            return if roots.is_empty() { Ok(()) } else { Err(name::unknown(name, functions, roots)) };
        }
        let ask = Ask { why: true, ..Ask::default() };
        let look = |engine: &::escape::Engine<'_>, unit| {
            progress.done();
            let mut describer = Describer::new(engine, unit, roots, analysis, args);
            let found = describer.package();
            (found, describer.into_sources())
        };
        let found = session::each(functions, ask, analysis.threads(), &chosen, &look);
        self.take(analysis, found, |gathered, (found, sources)| {
            gathered.sources.extend(sources);
            for described in found {
                gathered.functions.push(described.function);
                gathered.trees.push(described.beneath);
            }
        });
        Ok(())
    }

    /// Keeps what was found, package by package, and names those that we broke on.
    fn take<R>(
        &mut self,
        analysis: &Analysis,
        found: Vec<(UnitId, Result<R, String>)>,
        keep: impl Fn(&mut Self, R),
    ) {
        for (unit, result) in found {
            match result {
                Ok(found) => keep(self, found),
                Err(why) => self.faults.push(analysis.broken(unit, &why)),
            }
        }
    }

    /// Counts what there is, and what of it is not known.
    fn count(&mut self, analysis: &Analysis, program: &Program<'_>, roots: &[UnitId]) {
        let totals = &mut self.totals;
        for &unit in roots {
            totals.packages += 1;
            let functions = program.functions(unit);
            totals.functions += functions.len();
            totals.without_body += functions.iter().filter(|f| !f.has_body).count();
            for file in program.files(unit) {
                let options = syntax::Options::default();
                let tree = syntax::parse(&file.text, &options, &mut source::NameCache::new());
                totals.broken_files += usize::from(!tree.errors.is_empty());
                for error in &tree.errors {
                    let at = tree.locate(error.span.start);
                    let path = analysis.relative(&file.path);
                    let place = format!("{}:{}:{}", path.display(), at.line, at.column);
                    self.faults.push(format!("{place}: {}", error.message));
                }
            }
        }
    }

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

    fn print(&self, args: &EscapeArgs, build: Option<&report::escape::Build>) -> Result<(), String> {
        match (args.format, build) {
            (EscapeFormat::Text, _) => {
                let text = report::escape::functions(&self.functions, self, Style::Coloured);
                anstream::print!("{text}");
                if args.function.is_some() {
                    for tree in &self.trees {
                        anstream::print!("{}", report::escape::tree(tree));
                    }
                } else {
                    anstream::println!("{}", report::escape::summary(&self.functions, &self.totals));
                }
            }
            (EscapeFormat::Json, Some(build)) => {
                let text = report::escape::json(build, &self.functions);
                print!("{}", text.map_err(|e| e.to_string())?);
            }
            (EscapeFormat::Json, None) => {}
            (EscapeFormat::Gc, _) => {
                for line in &self.lines {
                    println!("{line}");
                }
            }
        }
        Ok(())
    }

    fn exit(&self, format: EscapeFormat) -> Exit {
        let sites = || self.functions.iter().flat_map(|function| &function.sites);
        let found = format != EscapeFormat::Gc && sites().any(|s| s.allocates != Allocates::Never);
        if found { Exit::Findings } else { Exit::Clean }
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
