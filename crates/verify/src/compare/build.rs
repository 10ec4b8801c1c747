//! From results to tables.

use std::collections::{BTreeMap, HashMap};

use super::{ALPHA, CONFIDENCE};
use super::{Cell, Comparison, Input, Options, Row, Summary, Table, Warning};
use crate::benchfmt::UnitFacts;
use crate::stats::{
    Sample, Test, geometric_mean, mann_whitney, median_interval, samples_for_difference,
    samples_for_interval,
};
use crate::units;

/// Puts results side by side.
#[must_use]
pub fn tables(inputs: &[Input], options: &Options) -> Vec<Table> {
    let mut gathered = Gathered::default();
    let mut facts = UnitFacts::default();
    for input in inputs {
        facts.extend(&input.results.units);
        gathered.add(input, options);
    }
    gathered.finish(&facts)
}

/// Texts in the order in which they were first seen.
#[derive(Default)]
struct Seen {
    texts: Vec<String>,
    ids: HashMap<String, usize>,
}

impl Seen {
    fn id(&mut self, text: &str) -> usize {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        self.texts.push(text.to_owned());
        self.ids.insert(text.to_owned(), self.texts.len() - 1);
        self.texts.len() - 1
    }
}

/// The measurements of a table, by row and column.
type Cells = BTreeMap<(usize, usize), Vec<f64>>;

#[derive(Default)]
struct Gathered {
    /// Keys of the configuration.
    keys: Seen,
    units: Seen,
    rows: Seen,
    columns: Seen,
    /// By the values of the configuration, and the unit.
    tables: HashMap<(Vec<String>, usize), Cells>,
}

impl Gathered {
    fn add(&mut self, input: &Input, options: &Options) {
        for record in &input.results.records {
            let mut config = vec![String::new(); self.keys.texts.len()];
            for (key, value) in record.config.iter() {
                if options.column.as_ref() == Some(key) || options.ignore.contains(key) {
                    continue;
                }
                let key = self.keys.id(key);
                config.resize(config.len().max(key + 1), String::new());
                config[key].clone_from(value);
            }
            let column = match &options.column {
                Some(key) => self.columns.id(record.config(key)),
                None => self.columns.id(&input.label),
            };
            let row = self.rows.id(&record.name);
            for value in &record.values {
                let (unit, factor) = units::tidy(&value.unit);
                let unit = self.units.id(&unit);
                let cells = self.tables.entry((config.clone(), unit)).or_default();
                cells.entry((row, column)).or_default().push(value.value * factor);
            }
        }
    }

    fn finish(mut self, facts: &UnitFacts) -> Vec<Table> {
        // A key that was seen later is empty in what came before.
        let keys = self.keys.texts.len();
        let whole = |mut config: Vec<String>| {
            config.resize(keys, String::new());
            config
        };
        let mut tables: BTreeMap<(Vec<String>, usize), Cells> = BTreeMap::new();
        for ((config, unit), cells) in std::mem::take(&mut self.tables) {
            let table = tables.entry((whole(config), unit)).or_default();
            for (place, mut values) in cells {
                table.entry(place).or_default().append(&mut values);
            }
        }
        let finish = |((config, unit), cells): ((Vec<String>, usize), _)| {
            self.finish_table(&config, unit, cells, facts)
        };
        tables.into_iter().map(finish).collect()
    }

    fn finish_table(
        &self,
        config: &[String],
        unit: usize,
        mut cells: Cells,
        facts: &UnitFacts,
    ) -> Table {
        let unit = self.units.texts[unit].clone();
        let is_exact = facts.is_exact(&unit);
        let sorted = |ids: &mut dyn Iterator<Item = usize>| {
            let mut ids: Vec<usize> = ids.collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let rows = sorted(&mut cells.keys().map(|(row, _)| *row));
        let columns = sorted(&mut cells.keys().map(|(_, column)| *column));
        let rows: Vec<Row> = rows
            .iter()
            .map(|&row| {
                let samples =
                    columns.iter().map(|&column| cells.remove(&(row, column)).map(Sample::new));
                Row {
                    name: self.rows.texts[row].clone(),
                    cells: finish_row(samples.collect(), is_exact),
                }
            })
            .collect();
        let summaries = (0..columns.len()).map(|column| summary(&rows, column)).collect();
        Table {
            config: self.keys.texts.iter().cloned().zip(config.iter().cloned()).collect(),
            better: facts.better(&unit),
            unit,
            is_exact,
            columns: columns.iter().map(|&column| self.columns.texts[column].clone()).collect(),
            rows,
            summaries,
        }
    }
}

fn finish_row(samples: Vec<Option<Sample>>, is_exact: bool) -> Vec<Option<Cell>> {
    let mut cells: Vec<Option<Cell>> =
        samples.into_iter().map(|sample| Some(cell(sample?, is_exact))).collect();
    if let Some((Some(base), others)) = cells.split_first_mut() {
        for other in others.iter_mut().flatten() {
            other.comparison = Some(comparison(base, other, is_exact));
        }
    }
    cells
}

fn cell(sample: Sample, is_exact: bool) -> Cell {
    let mut warnings = Vec::new();
    let (center, low, high);
    if is_exact {
        (center, low, high) = (sample.mode().0, sample.least(), sample.most());
        if low != high {
            warnings.push(Warning::NotExact(low, high));
        }
    } else {
        center = sample.median();
        (low, high) = median_interval(sample.len(), CONFIDENCE).bounds(sample.values());
        if low.is_infinite() || high.is_infinite() {
            warnings.push(Warning::FewForInterval(samples_for_interval(CONFIDENCE)));
        }
    }
    Cell { sample, center, low, high, warnings, comparison: None }
}

fn comparison(base: &Cell, new: &Cell, is_exact: bool) -> Comparison {
    let sizes = (base.sample.len(), new.sample.len());
    let mut warnings = Vec::new();
    let test = mann_whitney(base.sample.values(), new.sample.values());
    let p = (!is_exact).then_some(test.p());
    match test {
        _ if is_exact => {}
        Test::AllEqual | Test::Empty => warnings.push(Warning::AllEqual),
        Test::Tested(tested) => {
            let needed = samples_for_difference(ALPHA);
            if tested.p > ALPHA && sizes.0.max(sizes.1) < needed.unwrap_or(10) {
                warnings.push(Warning::FewForDifference(needed));
            }
        }
    }
    Comparison { base: base.center, p, sizes, warnings }
}

/// The ratio is the mean of the rows' ratios, not the ratio of the means: it makes sense where columns differ in benchmarks.
fn summary(rows: &[Row], column: usize) -> Summary {
    let mut warnings = Vec::new();
    let cells = || rows.iter().filter_map(|row| row.cells[column].as_ref());
    let mean = geometric_mean(&cells().map(|cell| cell.center).collect::<Vec<_>>());
    let in_base = rows.iter().filter(|row| row.cells[0].is_some()).count();
    let pairs = || cells().filter_map(|cell| Some((cell.comparison.as_ref()?.base, cell.center)));
    if column > 0 && pairs().count() != in_base {
        warnings.push(Warning::OtherBenchmarks);
    }
    if mean.is_none() {
        warnings.push(Warning::NoMean);
    }
    // From nothing to something is no ratio; from nothing to nothing is none either, and no change.
    let from_nothing = pairs().any(|(base, new)| base == 0.0 && new != 0.0);
    let mut ratio = None;
    if column > 0 && !from_nothing {
        let one = |(base, new): (f64, f64)| if base == new { 1.0 } else { new / base };
        ratio = geometric_mean(&pairs().map(one).collect::<Vec<_>>());
        if ratio.is_none() {
            warnings.push(Warning::NoRatio);
        }
    }
    Summary { mean, ratio, warnings }
}
