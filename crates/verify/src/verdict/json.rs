//! Verdicts for programs.

use serde::Serialize;

use super::{Outcome, Verdict};

/// A verdict. What is infinite or does not exist is null; `low` and `high` bound `change`, all as shares.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct JsonVerdict {
    package: String,
    benchmark: String,
    unit: String,
    column: String,
    old: f64,
    new: f64,
    change: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    corrected_p: Option<f64>,
    exact: bool,
    outcome: Outcome,
    note: Option<&'static str>,
}

impl From<&Verdict> for JsonVerdict {
    fn from(verdict: &Verdict) -> Self {
        let finite = |value: f64| value.is_finite().then_some(value);
        Self {
            package: verdict.package.clone(),
            benchmark: verdict.benchmark.clone(),
            unit: verdict.unit.clone(),
            column: verdict.column.clone(),
            old: verdict.old,
            new: verdict.new,
            change: finite(verdict.change()),
            low: verdict.bounds.and_then(|(low, _)| finite(low)),
            high: verdict.bounds.and_then(|(_, high)| finite(high)),
            corrected_p: verdict.p,
            exact: verdict.p.is_none(),
            outcome: verdict.outcome,
            note: verdict.note,
        }
    }
}
