//! Results side by side: tables as users of benchstat know them, with the same figures.
//!
//! A table is what has the same configuration and unit. Its rows are benchmarks, its columns files (or values of a key of
//! the configuration), and each column after the first is compared with the first. Tables are sorted by
//! their configuration; units, rows and columns stand in the order in which they were first seen.

mod build;
mod grid;
mod json;
mod markdown;
mod text;

pub use build::tables;
pub use json::{JsonTable, json_tables};
pub(crate) use markdown::escape;
pub use markdown::markdown;
pub use text::text;

use crate::benchfmt::{Better, Results};
use crate::stats::Sample;

/// Differences with a p-value above this are not shown: `~`. The same as benchstat's.
pub const ALPHA: f64 = 0.05;

/// The confidence of the intervals around medians.
pub const CONFIDENCE: f64 = 0.95;

/// Results that are compared, with what their column is called.
#[derive(Clone, Debug)]
pub struct Input {
    /// What the column is called.
    pub label: String,
    /// What was measured.
    pub results: Results,
}

/// How results become tables.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Columns are the values of this key of the configuration, in place of the inputs.
    pub column: Option<String>,
    /// Keys of the configuration that do not set tables apart.
    pub ignore: Vec<String>,
}

/// Results of the same configuration in one unit.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// The configuration: the keys of all tables, empty values where a key is not set here.
    pub config: Vec<(String, String)>,
    /// The unit in its base form: `sec/op`.
    pub unit: String,
    /// Whether the unit is said to have no noise.
    pub is_exact: bool,
    /// Which way it gets better, if that is known.
    pub better: Option<Better>,
    /// What the columns are called.
    pub columns: Vec<String>,
    /// A row for each benchmark.
    pub rows: Vec<Row>,
    /// What all rows of a column come to.
    pub summaries: Vec<Summary>,
}

/// A benchmark.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Its full name, without `Benchmark`.
    pub name: String,
    /// For each column, what was measured there.
    pub cells: Vec<Option<Cell>>,
}

/// The measurements of a benchmark in one column.
#[derive(Clone, PartialEq, Debug)]
pub struct Cell {
    /// In the unit of the table.
    pub sample: Sample,
    /// The median; where the unit has no noise, the most frequent value.
    pub center: f64,
    /// The lower bound of its confidence interval.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
    /// What is to be said of it.
    pub warnings: Vec<Warning>,
    /// The comparison with the first column, if that has this benchmark.
    pub comparison: Option<Comparison>,
}

/// A comparison of two cells.
#[derive(Clone, PartialEq, Debug)]
pub struct Comparison {
    /// The center in the first column.
    pub base: f64,
    /// The p-value of the U test; `None` where the unit has no noise.
    pub p: Option<f64>,
    /// How many measurements both have.
    pub sizes: (usize, usize),
    /// What is to be said of it.
    pub warnings: Vec<Warning>,
}

/// What a column comes to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Summary {
    /// The geometric mean of the centers.
    pub mean: Option<f64>,
    /// The geometric mean of the ratios to the first column.
    pub ratio: Option<f64>,
    /// What is to be said of it.
    pub warnings: Vec<Warning>,
}

/// A footnote.
#[derive(Clone, PartialEq, Debug)]
pub enum Warning {
    /// Too few measurements for an interval; as many are needed, or more than 50.
    FewForInterval(Option<usize>),
    /// Too few measurements to see any difference; as many are needed, or more than 9.
    FewForDifference(Option<usize>),
    /// Nothing differs at all.
    AllEqual,
    /// A unit is said to have no noise, and has it.
    NotExact(f64, f64),
    /// The column does not have the benchmarks of the first.
    OtherBenchmarks,
    /// Not all centers are above zero.
    NoMean,
    /// Not all ratios are above zero.
    NoRatio,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bound = |n: &Option<usize>, most: usize| {
            n.map_or_else(|| format!("> {most}"), |n| format!(">= {n}"))
        };
        match self {
            Self::FewForInterval(n) => {
                let n = bound(n, 50);
                write!(f, "need {n} samples for confidence interval at level {CONFIDENCE}")
            }
            Self::FewForDifference(n) => {
                let n = bound(n, 10);
                write!(f, "need {n} samples to detect a difference at alpha level {ALPHA}")
            }
            Self::AllEqual => write!(f, "all samples are equal"),
            Self::NotExact(least, most) => {
                write!(f, "exact distribution expected, but values range from {least} to {most}")
            }
            Self::OtherBenchmarks => {
                write!(f, "benchmark set differs from baseline; geomeans may not be comparable")
            }
            Self::NoMean => write!(f, "summaries must be >0 to compute geomean"),
            Self::NoRatio => write!(f, "ratios must be >0 to compute geomean"),
        }
    }
}

impl Cell {
    /// How far the interval reaches from the center, in percent of it: `2%`, `∞`, or `?` where that makes no sense.
    #[must_use]
    pub fn range(&self) -> String {
        if self.low.is_infinite() || self.high.is_infinite() {
            return "∞".to_owned();
        }
        let sign = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
        if sign(self.low) != sign(self.center) || sign(self.high) != sign(self.center) {
            return "?".to_owned();
        }
        if self.center == 0.0 {
            return "0%".to_owned();
        }
        let share = (self.high / self.center - 1.0).max(1.0 - self.low / self.center);
        format!("{:.0}%", 100.0 * share)
    }
}

impl Comparison {
    /// Whether there is a difference to be shown.
    #[must_use]
    pub fn is_significant(&self) -> bool {
        self.p.is_none_or(|p| p <= ALPHA)
    }

    /// The change of the center: `+1.23%`, `~` where it may be chance, `?` from zero.
    #[must_use]
    pub fn delta(&self, center: f64) -> String {
        if !self.is_significant() {
            "~".to_owned()
        } else if center == self.base {
            "0.00%".to_owned()
        } else if self.base == 0.0 {
            "?".to_owned()
        } else {
            percent(center / self.base)
        }
    }

    /// The p-value and the sizes: `p=0.008 n=10`, `n=3+4`.
    #[must_use]
    pub fn basis(&self) -> String {
        let p = self.p.map(|p| format!("p={p:.3} ")).unwrap_or_default();
        match self.sizes {
            (a, b) if a == b => format!("{p}n={a}"),
            (a, b) => format!("{p}n={a}+{b}"),
        }
    }
}

/// A ratio as a change: `+1.23%`.
#[must_use]
pub fn percent(ratio: f64) -> String {
    format!("{:+.2}%", (ratio - 1.0) * 100.0)
}
