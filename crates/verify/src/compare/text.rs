//! Tables as text for a fixed-width font, laid out as benchstat does.

use std::fmt::Write;

use super::grid::{Align, Cell as Piece, Grid};
use super::{Table, Warning, percent};
use crate::units::{self, Scale};

/// Columns of text that a column takes for its figures: the center, the range, footnotes.
const FIGURES: usize = 3;

/// The same for a comparison: the change, what it is based on, footnotes.
const CHANGE: usize = 3;

/// The tables one after the other, the configuration above each where it changes.
#[must_use]
pub fn text(tables: &[Table]) -> String {
    let mut text = String::new();
    let mut before: Option<&Table> = None;
    for table in tables {
        if before.is_some() {
            text.push('\n');
        }
        for (at, (key, value)) in table.config.iter().enumerate() {
            if before.is_none_or(|before| before.config[at].1 != *value) {
                let _ = writeln!(text, "{key}: {value}");
            }
        }
        text.push_str(&Writer::new(table).write());
        before = Some(table);
    }
    text
}

struct Writer<'a> {
    table: &'a Table,
    grid: Grid,
    notes: Vec<String>,
    is_binary: bool,
    row: usize,
}

impl<'a> Writer<'a> {
    fn new(table: &'a Table) -> Self {
        let is_binary = units::is_binary(&table.unit);
        Self { table, grid: Grid::default(), notes: Vec::new(), is_binary, row: 0 }
    }

    fn write(mut self) -> String {
        self.header();
        for row in 0..self.table.rows.len() {
            self.row(row);
        }
        if self.table.rows.len() > 1 {
            self.summary();
        }
        let mut text = self.grid.lay_out();
        for (at, note) in self.notes.iter().enumerate() {
            let _ = writeln!(text, "{} {note}", superscript(at + 1));
        }
        text
    }

    /// The first text column of a column.
    fn start(column: usize) -> usize {
        if column == 0 { 1 } else { 1 + FIGURES + (column - 1) * (FIGURES + CHANGE) }
    }

    fn put(&mut self, column: usize, text: impl Into<String>, align: Align) {
        let text = text.into();
        let margin = if column == 0 || text.is_empty() { "" } else { " " };
        self.put_after(margin, column, text, align);
    }

    fn put_after(&mut self, margin: &'static str, column: usize, text: String, align: Align) {
        self.grid.add(Piece { row: self.row, column, span: 1, text, margin, align });
    }

    fn span(
        &mut self,
        margin: &'static str,
        columns: std::ops::Range<usize>,
        text: &str,
        align: Align,
    ) {
        let (column, span) = (columns.start, columns.len());
        let text = text.to_owned();
        self.grid.add(Piece { row: self.row, column, span, text, margin, align });
    }

    fn header(&mut self) {
        let table = self.table;
        let edge = Self::start(table.columns.len());
        for (at, name) in table.columns.iter().enumerate() {
            self.span(" │ ", Self::start(at)..Self::start(at + 1), name, Align::Center);
        }
        self.put_after(" │", edge, String::new(), Align::Left);
        self.row += 1;
        for at in 0..table.columns.len() {
            let (start, end) = (Self::start(at), Self::start(at + 1));
            self.span(" │ ", start..start + FIGURES, &table.unit, Align::Center);
            if at > 0 {
                self.span("  ", start + FIGURES..end, "vs base", Align::Left);
            }
            self.grid.keep_narrow(start + 1..end);
        }
        self.put_after(" │", edge, String::new(), Align::Left);
        self.row += 1;
    }

    fn row(&mut self, row: usize) {
        let row = &self.table.rows[row];
        let centers = row.cells.iter().flatten().map(|cell| cell.center);
        let scale = Scale::common(centers, self.is_binary);
        self.put(0, &*row.name, Align::Left);
        for (at, cell) in row.cells.iter().enumerate() {
            let Some(cell) = cell else { continue };
            let start = Self::start(at);
            self.put(start, scale.show(cell.center), Align::Right);
            self.put_after(" ± ", start + 1, cell.range(), Align::Right);
            self.notes(start + 2, &cell.warnings);
            if let Some(comparison) = &cell.comparison {
                self.put(start + FIGURES, comparison.delta(cell.center), Align::Right);
                let basis = format!("({})", comparison.basis());
                self.put(start + FIGURES + 1, basis, Align::Left);
                self.notes(start + FIGURES + 2, &comparison.warnings);
            }
        }
        self.row += 1;
    }

    fn summary(&mut self) {
        self.put(0, "geomean", Align::Left);
        for (at, summary) in self.table.summaries.iter().enumerate() {
            let start = Self::start(at);
            if let Some(mean) = summary.mean {
                let shown = Scale::common([mean], self.is_binary).show(mean);
                self.put(start, shown, Align::Right);
            }
            if at > 0 {
                match summary.ratio {
                    Some(ratio) => self.put(start + FIGURES, percent(ratio), Align::Right),
                    None => self.put(start + FIGURES, "?", Align::Left),
                }
            }
            self.notes(Self::start(at + 1) - 1, &summary.warnings);
        }
        self.row += 1;
    }

    /// The marks of footnotes. What is said twice is one note.
    fn notes(&mut self, column: usize, warnings: &[Warning]) {
        let mark = |warning: &Warning| {
            let note = warning.to_string();
            let at = self.notes.iter().position(|other| *other == note).unwrap_or_else(|| {
                self.notes.push(note);
                self.notes.len() - 1
            });
            superscript(at + 1)
        };
        let marks: Vec<String> = warnings.iter().map(mark).collect();
        self.put(column, marks.join(" "), Align::Left);
    }
}

fn superscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = number.to_string();
    digits.bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}
