//! Tables for comments on pull requests.

use std::fmt::Write;

use super::{Table, percent};
use crate::units::{self, Scale};

/// The tables in Markdown as GitHub reads it, with the figures of the text.
#[must_use]
pub fn markdown(tables: &[Table]) -> String {
    let mut text = String::new();
    for (at, table) in tables.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        let set: Vec<String> = table
            .config
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        if !set.is_empty() && (at == 0 || tables[at - 1].config != table.config) {
            let _ = writeln!(text, "{}\n", escape(&set.join(", ")));
        }
        write_table(&mut text, table);
    }
    text
}

fn write_table(text: &mut String, table: &Table) {
    let binary = units::is_binary(&table.unit);
    let mut notes: Vec<String> = Vec::new();
    let _ = write!(text, "| {} |", escape(&table.unit));
    let mut line = "|---|".to_owned();
    for (at, column) in table.columns.iter().enumerate() {
        let _ = write!(text, " {} |", escape(column));
        line.push_str("---:|");
        if at > 0 {
            text.push_str(" vs base |");
            line.push_str("---:|");
        }
    }
    let _ = writeln!(text, "\n{line}");
    for row in &table.rows {
        let centers = row.cells.iter().flatten().map(|cell| cell.center);
        let scale = Scale::common(centers, binary);
        let _ = write!(text, "| {} |", escape(&row.name));
        for (at, cell) in row.cells.iter().enumerate() {
            match cell {
                Some(cell) => {
                    let shown = scale.show(cell.center);
                    let _ = write!(text, " {shown} ± {} |", cell.range());
                    notes.extend(cell.warnings.iter().map(ToString::to_string));
                }
                None => text.push_str(" |"),
            }
            let compared = cell.as_ref().and_then(|cell| Some((cell, cell.comparison.as_ref()?)));
            match compared {
                Some((cell, comparison)) => {
                    let (delta, basis) = (comparison.delta(cell.center), comparison.basis());
                    let _ = write!(text, " {} ({basis}) |", escape(&delta));
                    notes.extend(comparison.warnings.iter().map(ToString::to_string));
                }
                None if at > 0 => text.push_str(" |"),
                None => {}
            }
        }
        text.push('\n');
    }
    if table.rows.len() > 1 {
        text.push_str("| geomean |");
        for (at, summary) in table.summaries.iter().enumerate() {
            let mean = summary.mean.map(|mean| Scale::common([mean], binary).show(mean));
            let _ = write!(text, " {} |", mean.unwrap_or_default());
            if at > 0 {
                let ratio = summary.ratio.map_or("?".to_owned(), percent);
                let _ = write!(text, " {ratio} |");
            }
            notes.extend(summary.warnings.iter().map(ToString::to_string));
        }
        text.push('\n');
    }
    notes.sort();
    notes.dedup();
    for (at, note) in notes.iter().enumerate() {
        let _ = writeln!(text, "{}- {}", if at == 0 { "\n" } else { "" }, escape(note));
    }
}

/// What Markdown would take for its own, taken for itself.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '*' | '_' | '`' | '<' | '~' | '\\' | '[') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
