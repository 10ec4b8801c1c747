//! Measures a change: builds the benchmarks of both sides once, and runs them by turns.
//!
//! What slows a machine down for a while slows both sides down: each turn runs one benchmark of one side, in a process of
//! its own, and which turns are whose is drawn. So where nothing changed, every figure could as well be the other side's,
//! which is all that the U test assumes.
//!
//! A turn runs its benchmark several times for a very short time, a window, and its figure is the best of them. What else
//! runs on a machine only ever adds to a time, and takes the processor away for slices of a few milliseconds: a window that
//! is shorter than a slice has a good chance to be spared. On two cores with eight programs that want them, the middle half of
//! single runs of 100 ms of a loop over numbers spread over 47 % of their median, of the best of windows over less than 1 %.

mod base;
mod build;
mod list;
mod schedule;
mod sight;
mod turn;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use base::Base;
pub use sight::{Sight, sight};

use crate::benchfmt::Results;
use crate::go::Go;
use crate::interrupt::Interrupt;
use crate::process::Limits;
use crate::scratch::Scratch;
use build::Binary;

/// How long one command of Go may take to build or to list.
const BUILD_TIME: Duration = Duration::from_secs(15 * 60);

/// How long the windows of a turn may take for one benchmark, about.
const TURN: Duration = Duration::from_secs(1);

/// As many bytes of what a program writes are kept.
const OUTPUT: usize = 8 * 1024 * 1024;

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Request {
    /// A folder of the module that is measured.
    pub dir: PathBuf,
    /// What it is compared with.
    pub base: Base,
    /// Which packages, as the go command takes them.
    pub patterns: Vec<String>,
    /// Which benchmarks, as `-test.bench` takes them.
    pub bench: String,
    /// How often each benchmark of each side is run.
    pub count: usize,
    /// How often each is run on each of two sides that are both the base, before.
    pub rehearsals: usize,
    /// How long or how often a benchmark's loop is run in a window, as `-test.benchtime` takes it.
    pub benchtime: String,
    /// How many windows a turn has, at most: of slow benchmarks it has fewer.
    pub windows: usize,
    /// How long one turn may take.
    pub turn_time: Duration,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// A package's benchmarks are being built.
    Building(&'a str),
    /// Each benchmark is run once, to see how long it takes.
    Trying(usize, usize),
    /// The base is run against itself; as many turns of as many are done.
    Rehearsing(usize, usize),
    /// Both sides are run.
    Measuring(usize, usize),
}

/// What was measured.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Of the base.
    pub base: Results,
    /// Of the change.
    pub new: Results,
    /// The base once more, as both sides of a comparison in which nothing changed.
    pub rehearsal: [Results; 2],
    /// What a reader is to know.
    pub notes: Vec<String>,
    /// Benchmarks and packages that could not be measured, with why.
    pub faults: Vec<String>,
}

/// A benchmark of a package, by the names that both sides know it by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Target {
    package: String,
    /// The function: `BenchmarkEncode`.
    function: String,
}

/// Both sides of a comparison, built. What was built goes with it.
#[derive(Debug)]
pub struct Prepared {
    binaries: BTreeMap<String, [Binary; 2]>,
    targets: Vec<Target>,
    notes: Vec<String>,
    faults: Vec<String>,
    /// Holds the binaries and, where it is a revision, the base.
    _scratch: Scratch,
}

/// Builds both sides, and finds the benchmarks that both have.
///
/// # Errors
/// Where nothing can be measured, and where it is interrupted.
pub fn prepare(
    go: &Go,
    request: &Request,
    interrupt: &Interrupt,
    progress: &mut dyn FnMut(Step<'_>),
) -> Result<Prepared, String> {
    let limits = Limits { time: BUILD_TIME, output: OUTPUT, interrupt: interrupt.clone() };
    let spoiled = go.spoiled(&request.dir, &limits).map_err(|error| error.to_string())?;
    if let Some(why) = spoiled {
        return Err(why);
    }
    let sides = base::sides(go, request, &limits)?;
    let (mut notes, mut faults) = (sides.notes.clone(), Vec::new());
    let pairs = list::pairs(go, &sides, &request.patterns, &limits, &mut notes)?;
    let binaries = build::all(go, &sides, &pairs, &limits, progress, &mut faults)?;
    let targets = list::targets(&binaries, &request.bench, &limits, &mut notes, &mut faults)?;
    if targets.is_empty() {
        let mut why = format!("no benchmark of both sides matches `{}`", request.bench);
        for fault in &faults {
            why.push('\n');
            why.push_str(fault);
        }
        return Err(why);
    }
    Ok(Prepared { binaries, targets, notes, faults, _scratch: sides.scratch })
}

impl Prepared {
    /// Runs both sides by turns. What fails among other benchmarks is a fault of the result.
    ///
    /// # Errors
    /// Where it is interrupted.
    pub fn measure(
        &self,
        request: &Request,
        interrupt: &Interrupt,
        progress: &mut dyn FnMut(Step<'_>),
    ) -> Result<Measured, String> {
        let mut runner = Runner {
            request,
            prepared: self,
            limits: Limits {
                time: request.turn_time,
                output: OUTPUT,
                interrupt: interrupt.clone(),
            },
            measured: Measured {
                notes: self.notes.clone(),
                faults: self.faults.clone(),
                ..Measured::default()
            },
            windows: BTreeMap::new(),
            failed: BTreeSet::new(),
        };
        runner.try_out(progress)?;
        runner.rehearse(progress)?;
        runner.compare(progress)?;
        Ok(runner.measured)
    }
}

/// Which side a turn is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Base,
    New,
}

struct Runner<'a> {
    request: &'a Request,
    prepared: &'a Prepared,
    limits: Limits,
    measured: Measured,
    /// How many windows turns of a benchmark have: the same on both sides.
    windows: BTreeMap<Target, usize>,
    /// Benchmarks that failed: they are not run again.
    failed: BTreeSet<Target>,
}

impl Runner<'_> {
    /// Runs each benchmark of the base in one window, and sees how many a turn has time for.
    fn try_out(&mut self, progress: &mut dyn FnMut(Step<'_>)) -> Result<(), String> {
        let targets = &self.prepared.targets;
        for (done, target) in targets.iter().enumerate() {
            progress(Step::Trying(done, targets.len()));
            let started = Instant::now();
            if let Some(results) = self.turn(target, Side::Base)? {
                let each = started.elapsed().div_f64(results.records.len().max(1) as f64);
                let windows = TURN.as_secs_f64() / each.as_secs_f64().max(1e-6);
                let windows = (windows as usize).clamp(1, self.request.windows.max(1));
                self.windows.insert(target.clone(), windows);
            }
        }
        Ok(())
    }

    /// Runs the base against itself.
    fn rehearse(&mut self, progress: &mut dyn FnMut(Step<'_>)) -> Result<(), String> {
        let turns = schedule::turns(&self.prepared.targets, self.request.rehearsals);
        for (done, (target, is_second)) in turns.iter().enumerate() {
            progress(Step::Rehearsing(done, turns.len()));
            if let Some(results) = self.turn(target, Side::Base)? {
                add(&mut self.measured.rehearsal[usize::from(*is_second)], results);
            }
        }
        Ok(())
    }

    /// Runs both sides.
    fn compare(&mut self, progress: &mut dyn FnMut(Step<'_>)) -> Result<(), String> {
        let turns = schedule::turns(&self.prepared.targets, self.request.count);
        for (done, (target, is_second)) in turns.iter().enumerate() {
            progress(Step::Measuring(done, turns.len()));
            let side = if *is_second { Side::New } else { Side::Base };
            if let Some(results) = self.turn(target, side)? {
                let Measured { base, new, .. } = &mut self.measured;
                add(if side == Side::Base { base } else { new }, results);
            }
        }
        Ok(())
    }

    /// One turn. A benchmark that fails is a fault, and is not run again.
    fn turn(&mut self, target: &Target, side: Side) -> Result<Option<Results>, String> {
        if self.failed.contains(target) {
            return Ok(None);
        }
        let Some(binaries) = self.prepared.binaries.get(&target.package) else { return Ok(None) };
        let binary = &binaries[side as usize];
        let windows = self.windows.get(target).copied().unwrap_or(1);
        match turn::run(binary, &target.function, self.request, windows, &self.limits) {
            Ok(results) => Ok(Some(results)),
            Err(turn::Fault::Interrupted) => Err("interrupted".to_owned()),
            Err(turn::Fault::Failed(why)) => {
                let side = if side == Side::Base { "the base" } else { "the change" };
                let Target { package, function } = target;
                self.measured.faults.push(format!("{package}.{function} of {side}: {why}"));
                self.failed.insert(target.clone());
                Ok(None)
            }
        }
    }
}

fn add(to: &mut Results, results: Results) {
    to.records.extend(results.records);
    to.units.extend(&results.units);
}
