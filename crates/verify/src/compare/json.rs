//! Tables for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Table;

/// A table. Figures are in its unit; what is infinite or does not exist is null.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct JsonTable {
    config: BTreeMap<String, String>,
    unit: String,
    columns: Vec<String>,
    benchmarks: Vec<Benchmark>,
    geomean: Vec<Geomean>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Benchmark {
    name: String,
    /// By column.
    results: Vec<Option<Measured>>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Measured {
    samples: Vec<f64>,
    center: f64,
    low: Option<f64>,
    high: Option<f64>,
    change: Option<Change>,
    notes: Vec<String>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Change {
    /// Of the center, as a share of the first column's: 0.05 is five percent more.
    ratio: Option<f64>,
    p: Option<f64>,
    significant: bool,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Geomean {
    center: Option<f64>,
    ratio: Option<f64>,
}

/// The tables for programs.
#[must_use]
pub fn json_tables(tables: &[Table]) -> Vec<JsonTable> {
    tables.iter().map(json_table).collect()
}

fn json_table(table: &Table) -> JsonTable {
    let finite = |value: f64| value.is_finite().then_some(value);
    let benchmark = |row: &super::Row| Benchmark {
        name: row.name.clone(),
        results: row
            .cells
            .iter()
            .map(|cell| {
                let cell = cell.as_ref()?;
                let comparison = cell.comparison.as_ref();
                let warnings = comparison.map(|c| &c.warnings).into_iter().flatten();
                Some(Measured {
                    samples: cell.sample.values().to_vec(),
                    center: cell.center,
                    low: finite(cell.low),
                    high: finite(cell.high),
                    change: comparison.map(|c| Change {
                        ratio: finite(cell.center / c.base - 1.0),
                        p: c.p,
                        significant: c.is_significant(),
                    }),
                    notes: cell.warnings.iter().chain(warnings).map(ToString::to_string).collect(),
                })
            })
            .collect(),
    };
    JsonTable {
        config: table.config.iter().filter(|(_, value)| !value.is_empty()).cloned().collect(),
        unit: table.unit.clone(),
        columns: table.columns.clone(),
        benchmarks: table.rows.iter().map(benchmark).collect(),
        geomean: table
            .summaries
            .iter()
            .map(|summary| Geomean { center: summary.mean, ratio: summary.ratio.map(|r| r - 1.0) })
            .collect(),
    }
}
