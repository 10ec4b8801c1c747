//! Holds lowering, inlining and escape analysis against what the compiler says of the same code.
//!
//! | floor | asked with | compared |
//! |---|---|---|
//! | `lower` | `-W=2` | the tree of every function, node by node |
//! | `inline` | `-m=2` | costs, what can be inlined, what is, what is devirtualised |
//! | `escape` | `-m` | where values live, what parameters leak |
//! | `escape --no-inline` | `-m -l`, in dependencies too | the same |
//!
//! [`run`] asks the compiler and keeps its answers, [`parse`] and [`tree`] read them, [`normalise`]
//! takes out of names what is counted up, [`sites`], [`costs`] and [`trees`] compare, and [`ours`]
//! is where our side comes in.

mod causes;
mod costs;
mod figures;
mod normalise;
mod ours;
mod parse;
mod run;
mod sites;
mod tree;
mod trees;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::{Floor, Target};
use crate::toolchain::Go;
use causes::Differences;
use figures::Figures;
use parse::{Fact, Kind};
use run::Answers;

pub(super) use ours::analyse;

/// Arguments of these floors alone.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// With inlining off everywhere, dependencies included (lower, escape)
    #[arg(long)]
    no_inline: bool,
    /// With the profile `default.pgo` of main packages
    #[arg(long)]
    pgo: bool,
    /// Which trees to compare: `inline` for those before devirtualising and inlining (Go 1.26 and
    /// later print them), `escape` for those before escape analysis
    #[arg(long, value_enum, default_value = "inline")]
    stage: Stage,
    /// Compares names, literals and flags of tree nodes too (lower)
    #[arg(long)]
    details: bool,
    /// Prints what the compiler says, compared with nothing
    #[arg(long)]
    theirs: bool,
    /// Fails on any difference, whatever the bars are (lower, inline, escape)
    #[arg(long)]
    exact: bool,
    /// Only differences whose cause contains this
    #[arg(long, value_name = "TEXT")]
    cause: Option<String>,
    /// Writes every difference to a file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// When the compiler prints a function's tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, clap::ValueEnum)]
pub(super) enum Stage {
    /// "before devirtualize-and-inline"
    Inline,
    /// "before escape"
    Escape,
}

/// What the compiler is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Question {
    pub(super) about: About,
    /// Whether functions are inlined, here and in dependencies.
    pub(super) inlining: bool,
    /// Whether `default.pgo` counts.
    pub(super) pgo: bool,
}

/// Which of the compiler's reports is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum About {
    /// `-W=2`
    Trees(Stage),
    /// `-m=2`, as far as it is about inlining.
    Inlining,
    /// `-m`
    Escape,
}

impl Question {
    fn new(floor: Floor, options: &Options) -> Result<Self> {
        let about = match floor {
            Floor::Lower => About::Trees(options.stage),
            Floor::Inline => About::Inlining,
            _ => About::Escape,
        };
        ensure!(
            about != About::Inlining || !options.no_inline,
            "with --no-inline there is no inlining to compare"
        );
        Ok(Self { about, inlining: !options.no_inline, pgo: options.pgo })
    }

    /// How figures call it.
    fn name(&self) -> &'static str {
        match (self.about, self.inlining) {
            (About::Trees(Stage::Inline), _) => "lower",
            (About::Trees(Stage::Escape), true) => "lower, before escape analysis",
            (About::Trees(Stage::Escape), false) => "lower, before escape analysis, not inlined",
            (About::Inlining, _) => "inline",
            (About::Escape, true) => "escape, as built",
            (About::Escape, false) => "escape, not inlined",
        }
    }
}

/// Compares on each target and prints differences by cause and figures. Returns whether every bar
/// is reached, or, if that is asked for, whether nothing differs.
pub(super) fn compare(
    go: &Go,
    floor: Floor,
    targets: &[Target],
    max: usize,
    options: &Options,
) -> Result<bool> {
    let question = Question::new(floor, options)?;
    ensure!(
        question.about != About::Trees(Stage::Inline) || prints_before_inlining(go),
        "Go {} prints no trees before inlining: --stage escape, with --no-inline maybe",
        go.name()
    );
    let mut figures = Figures::new(&question);
    let mut differences = Differences::new(max, options.cause.clone());
    for target in targets {
        let started = Instant::now();
        let answers = run::ask(go, target, &question)?;
        for (package, why) in &answers.failed {
            println!("{package}: left out, Go does not build it: {why}");
        }
        let asked = started.elapsed();
        if options.theirs {
            show(&answers, &question)?;
        } else {
            hold(go, target, &question, options.details, &answers, &mut figures, &mut differences)?;
        }
        let (packages, seconds) = (answers.packages.len(), started.elapsed().as_secs_f64());
        let asked = asked.as_secs_f64();
        eprintln!("{}: {packages} packages in {seconds:.1} s ({asked:.1} s for Go)", target.name);
    }
    if options.theirs {
        return Ok(true);
    }
    if let Some(path) = &options.json {
        let file =
            File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        differences.write_json(file)?;
    }
    let mut output = BufWriter::new(std::io::stdout().lock());
    differences.write(&mut output)?;
    let reached = figures.write(&mut output, &format!("{}, Go {}", question.name(), go.name()))?;
    output.flush()?;
    Ok(reached && (!options.exact || figures.agree()))
}

/// Lines on which the compiler has something on the heap, by file: of the files of a target that it says anything of.
pub(super) fn heap_lines(go: &Go, target: &Target) -> Result<BTreeMap<PathBuf, BTreeSet<u32>>> {
    let question = Question { about: About::Escape, inlining: true, pgo: false };
    let answers = run::ask(go, target, &question)?;
    let mut lines: BTreeMap<PathBuf, BTreeSet<u32>> = BTreeMap::new();
    for answer in answers.packages.values() {
        for remark in answer.remarks()? {
            let of_file = lines.entry(remark.file.clone()).or_default();
            let fact = Fact::parse(&remark.text);
            if fact.is_some_and(|fact| matches!(fact.kind, Kind::Heap | Kind::Moved)) {
                of_file.insert(remark.line);
            }
        }
    }
    Ok(lines)
}

/// Whether the compiler prints trees at [`Stage::Inline`]: since Go 1.26.
fn prints_before_inlining(go: &Go) -> bool {
    let mut numbers = go.name().split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next(), numbers.next()) >= (Some(1), Some(26))
}

/// Compares one target.
fn hold(
    go: &Go,
    target: &Target,
    question: &Question,
    details: bool,
    answers: &Answers,
    figures: &mut Figures,
    differences: &mut Differences,
) -> Result<()> {
    let names: BTreeSet<String> = answers.packages.keys().cloned().collect();
    if let About::Trees(stage) = question.about {
        let mut ours = ours::trees(go, target, &names, question)?;
        for (package, answer) in &answers.packages {
            let our = ours.remove(package).unwrap_or_default();
            trees::compare(package, our, answer.trees(stage)?, details, figures, differences);
        }
        return Ok(());
    }
    let mut ours = ours::remarks(go, target, &names, question)?;
    for (package, answer) in &answers.packages {
        let our = ours.remove(package).unwrap_or_default();
        let their = answer.remarks()?;
        if question.about == About::Inlining {
            costs::compare(package, &our, &their, figures, differences);
        }
        sites::compare(package, &our, &their, question, figures, differences);
    }
    Ok(())
}

/// Prints what the compiler says, in the order of places.
fn show(answers: &Answers, question: &Question) -> Result<()> {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut output = BufWriter::new(std::io::stdout().lock());
    for (package, answer) in &answers.packages {
        writeln!(output, "# {package}")?;
        if let About::Trees(stage) = question.about {
            for tree in answer.trees(stage)? {
                write!(output, "{tree}")?;
            }
            continue;
        }
        let mut remarks = answer.remarks()?;
        remarks.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        for remark in remarks {
            if let Some(fact) = Fact::parse(&remark.text) {
                *counts.entry(fact.kind).or_default() += 1;
            }
            writeln!(output, "{remark}")?;
        }
    }
    output.flush()?;
    for (kind, count) in counts {
        eprintln!("{count:9}  {kind}");
    }
    Ok(())
}
