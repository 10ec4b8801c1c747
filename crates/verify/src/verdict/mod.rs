//! What got better or worse, and what cannot be told.
//!
//! A table shows each benchmark by itself, and among many some differ by chance. A verdict is about all of them: its
//! p-values are corrected for their number, so that where nothing changed the probability of any alarm is at most
//! [`ALPHA`].

mod counts;
mod json;
mod text;

use serde::Serialize;

pub use json::JsonVerdict;
pub use text::{markdown, text};

use crate::benchfmt::Better;
use crate::compare::{Cell, Table};
use crate::stats::{Test, holm, mann_whitney, shift};
use counts::Count;

/// The probability of a false alarm in a comparison, whatever the number of its benchmarks. Smaller than what a table marks
/// as significant: an alarm breaks a build.
pub const ALPHA: f64 = 0.01;

/// What is said of a benchmark in one unit.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// The package, if the results say it.
    pub package: String,
    /// The benchmark's full name.
    pub benchmark: String,
    /// The unit in its base form.
    pub unit: String,
    /// The column that is compared with the first.
    pub column: String,
    /// The figure in the first column: the median, or the smallest count.
    pub old: f64,
    /// The figure in this one.
    pub new: f64,
    /// The bounds of the change as shares, 0.05 being five percent more; none where counts are exact or nothing bounds it.
    pub bounds: Option<(f64, f64)>,
    /// The corrected p-value; none where counts are exact.
    pub p: Option<f64>,
    /// What follows.
    pub outcome: Outcome,
    /// What is to be said of the figures.
    pub note: Option<&'static str>,
}

/// What follows from a comparison.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It got worse, past the threshold.
    Worse,
    /// It got better, past the threshold.
    Better,
    /// It changed, but not past the threshold.
    Slight,
    /// A change past the threshold can be neither seen nor excluded.
    Unknown,
    /// A change past the threshold can be excluded.
    Same,
}

impl Verdict {
    /// The change as a share; infinite from nothing to something.
    #[must_use]
    pub fn change(&self) -> f64 {
        if self.old == self.new { 0.0 } else { self.new / self.old - 1.0 }
    }

    fn decide(&mut self, better: Better, threshold: f64) {
        let is_seen = self.p.is_none_or(|p| p <= ALPHA) && self.new != self.old;
        let is_past = self.change().abs() > threshold;
        let is_within = |bound: f64| bound.abs() <= threshold;
        let got_worse = (self.new > self.old) == (better == Better::Lower);
        self.outcome = match (is_seen, is_past) {
            (true, true) if got_worse => Outcome::Worse,
            (true, true) => Outcome::Better,
            (true, false) => Outcome::Slight,
            (false, _) if self.p.is_none() => Outcome::Same,
            (false, _) => match self.bounds {
                Some((low, high)) if is_within(low) && is_within(high) => Outcome::Same,
                _ => Outcome::Unknown,
            },
        };
    }
}

/// Judges each benchmark of the tables in the units that have a good and a bad direction. `threshold` is the change that
/// matters, as a share; of allocations that are counted exactly, any does.
#[must_use]
pub fn verdicts(tables: &[Table], threshold: f64) -> Vec<Verdict> {
    // Throughput is the same measurement as time.
    let has_time = tables.iter().any(|table| table.unit == "sec/op");
    let mut verdicts = Vec::new();
    let mut terms = Vec::new();
    for table in tables.iter().filter(|table| !(has_time && table.unit == "B/s")) {
        let Some(better) = table.better else { continue };
        let package = table.config.iter().find(|(key, _)| key == "pkg");
        let package = package.map_or("", |(_, value)| value);
        for row in &table.rows {
            let Some((Some(base), others)) = row.cells.split_first() else { continue };
            for (at, cell) in others.iter().enumerate() {
                let Some(cell) = cell else { continue };
                let (verdict, threshold) = judge(table, base, cell, threshold);
                verdicts.push(Verdict {
                    package: package.to_owned(),
                    benchmark: row.name.clone(),
                    column: table.columns[at + 1].clone(),
                    ..verdict
                });
                terms.push((better, threshold));
            }
        }
    }
    correct(&mut verdicts);
    for (verdict, (better, threshold)) in verdicts.iter_mut().zip(terms) {
        verdict.decide(better, threshold);
    }
    verdicts
}

/// Corrects the p-values of all that is not exact, as one family.
fn correct(verdicts: &mut [Verdict]) {
    let values: Vec<f64> = verdicts.iter().filter_map(|verdict| verdict.p).collect();
    let tested = verdicts.iter_mut().filter_map(|verdict| verdict.p.as_mut());
    for (p, corrected) in tested.zip(holm(&values)) {
        *p = corrected;
    }
}

/// The figures of a comparison, its p-value not yet corrected, and the change that matters.
fn judge(table: &Table, base: &Cell, new: &Cell, threshold: f64) -> (Verdict, f64) {
    let verdict = |old: f64, new: f64| Verdict {
        package: String::new(),
        benchmark: String::new(),
        unit: table.unit.clone(),
        column: String::new(),
        old,
        new,
        bounds: None,
        p: None,
        outcome: Outcome::Unknown,
        note: None,
    };
    if table.is_exact {
        return (verdict(base.center, new.center), threshold);
    }
    let (a, b) = (base.sample.values(), new.sample.values());
    let test = mann_whitney(a, b);
    let bounds = match test {
        Test::AllEqual => Some((0.0, 0.0)),
        _ => shift(a, b, ALPHA).map(|shift| (shift.low, shift.high)),
    };
    let p = Some(test.p());
    if !matches!(table.unit.as_str(), "allocs/op" | "B/op") {
        return (Verdict { bounds, p, ..verdict(base.center, new.center) }, threshold);
    }
    let (old, new, center) = (Count::of(&base.sample), Count::of(&new.sample), new.center);
    let note = counts::note(old, new);
    if old.is_certain() && new.is_certain() {
        let threshold = if table.unit == "allocs/op" { 0.0 } else { threshold };
        return (Verdict { note, ..verdict(old.least(), new.least()) }, threshold);
    }
    if old.least() == new.least() && !old.is_scarce() && !new.is_scarce() {
        return (Verdict { note, ..verdict(old.least(), new.least()) }, threshold);
    }
    // Where others allocate too the smallest count is the benchmark's own; where it allocates at random, none is.
    let figures = match (old, new) {
        (Count::Random, _) | (_, Count::Random) => (base.center, center),
        _ => (old.least(), new.least()),
    };
    (Verdict { bounds, p, note, ..verdict(figures.0, figures.1) }, threshold)
}

/// Whether something got worse past the threshold.
#[must_use]
pub fn is_alarm(verdicts: &[Verdict]) -> bool {
    verdicts.iter().any(|verdict| verdict.outcome == Outcome::Worse)
}
