//! Differences, gathered by cause, told with the source beneath.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::Result;
use rustc_hash::FxHashMap;
use serde_json::json;

use crate::conform::types::clip;

/// Where a difference is.
pub(super) struct Place {
    pub(super) file: PathBuf,
    pub(super) line: u32,
    /// 0 where none is told.
    pub(super) column: u32,
}

/// One thing that the sides do not agree on.
pub(super) struct Difference {
    pub(super) package: String,
    pub(super) place: Option<Place>,
    /// What differs, on one line.
    pub(super) title: String,
    /// More of it, whole lines; may be empty.
    pub(super) text: String,
}

/// All of them, by cause.
pub(super) struct Differences {
    /// How many are printed.
    max: usize,
    /// What a cause must contain to be kept.
    wanted: Option<String>,
    causes: BTreeMap<String, Vec<Difference>>,
}

impl Differences {
    pub(super) fn new(max: usize, wanted: Option<String>) -> Self {
        Self { max, wanted, causes: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, cause: String, difference: Difference) {
        if self.wanted.as_ref().is_none_or(|wanted| cause.contains(wanted)) {
            self.causes.entry(cause).or_default().push(difference);
        }
    }

    /// Writes the causes, the most frequent first, each with its first examples. Up to `max`
    /// examples are shared out among the causes; then only counts are told.
    pub(super) fn write(&self, output: &mut impl Write) -> io::Result<()> {
        let mut causes: Vec<_> = self.causes.iter().collect();
        causes.sort_by_key(|&(cause, differences)| (Reverse(differences.len()), cause));
        let mut left = self.max;
        let mut files = FxHashMap::default();
        for (at, (cause, differences)) in causes.iter().enumerate() {
            writeln!(output, "{:9}  {cause}", differences.len())?;
            // Half of what is left to the most frequent, so that there is some for all.
            let share = if at + 1 == causes.len() { left } else { left.div_ceil(2) };
            let shown = differences.len().min(share.min(MOST_OF_A_CAUSE.max(self.max / 10)));
            for difference in &differences[..shown] {
                difference.write(output, &mut files)?;
            }
            left -= shown;
        }
        Ok(())
    }

    /// Writes every difference as a JSON object of its own line.
    pub(super) fn write_json(&self, file: File) -> Result<()> {
        let mut output = BufWriter::new(file);
        for (cause, differences) in &self.causes {
            for difference in differences {
                let Difference { package, place, title, text } = difference;
                let place = place.as_ref().map(
                    |place| json!({"file": place.file, "line": place.line, "column": place.column}),
                );
                let object = json!({
                    "cause": cause, "package": package, "place": place, "title": title,
                    "text": text,
                });
                writeln!(output, "{object}")?;
            }
        }
        output.flush()?;
        Ok(())
    }
}

/// How much of a source line is shown.
const SOURCE_WIDTH: usize = 160;

/// How many examples a cause has at most, unless many are asked for.
const MOST_OF_A_CAUSE: usize = 5;

impl Difference {
    fn write(
        &self,
        output: &mut impl Write,
        files: &mut FxHashMap<PathBuf, String>,
    ) -> io::Result<()> {
        let Some(Place { file, line, column }) = &self.place else {
            return writeln!(output, "    {}\n{}", self.title, self.text);
        };
        write!(output, "    {}:{line}:", file.display())?;
        if *column > 0 {
            write!(output, "{column}:")?;
        }
        writeln!(output, " [{}] {}", self.package, self.title)?;
        let text = files.entry(file.clone()).or_insert_with(|| {
            let bytes = std::fs::read(file).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        match text.lines().nth((*line as usize).saturating_sub(1)) {
            Some(source) => write_source(output, source, *column),
            None => Ok(()),
        }
    }
}

/// The line without its indentation, and a mark beneath the column.
fn write_source(output: &mut impl Write, source: &str, column: u32) -> io::Result<()> {
    let trimmed = source.trim_start();
    let indentation = source.len() - trimmed.len();
    writeln!(output, "        {}", clip(trimmed, SOURCE_WIDTH).replace('\t', " "))?;
    let before = (column as usize).saturating_sub(indentation + 1);
    if column > 0 && before < SOURCE_WIDTH {
        writeln!(output, "        {:before$}^", "")?;
    }
    Ok(())
}

/// What an operation is, without its operands: differences of one class have one cause, mostly.
pub(super) fn class(operation: &str) -> &'static str {
    let is_name = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '~');
    let starts: [(&str, &str); 13] = [
        ("... argument", "... argument"),
        ("func literal", "func literal"),
        ("make([]", "make([]T…)"),
        ("make(map[", "make(map…)"),
        ("make(chan ", "make(chan…)"),
        ("make(", "make(named type…)"),
        ("new(", "new(T)"),
        ("append", "append"),
        ("string(", "string(x)"),
        ("[]byte(", "[]byte(x)"),
        ("([]byte)(", "[]byte(x)"),
        ("([]rune)(", "[]rune(x)"),
        ("map[", "map literal"),
    ];
    if let Some((_, class)) = starts.iter().find(|(start, _)| operation.starts_with(start)) {
        return class;
    }
    if operation.ends_with("{...}") || operation.ends_with("{}") {
        return match operation.as_bytes() {
            [b'&', ..] => "&T{…}",
            [b'[', b']', ..] => "[]T{…}",
            [b'[', ..] => "[n]T{…}",
            _ => "T{…}",
        };
    }
    let first = operation.chars().next().unwrap_or_default();
    if operation.contains(" + ") {
        return "x + y";
    }
    if first == '"' || first == '`' || first == '\'' || first.is_ascii_digit() || first == '-' {
        return "constant";
    }
    if operation.starts_with(".autotmp") || operation.contains("..autotmp") {
        return "temporary";
    }
    if is_name(operation) {
        return "name";
    }
    match operation.chars().last() {
        Some(')') => "call or conversion",
        Some(']') => "index or slice",
        _ if operation.split('.').all(is_name) => "selector or method value",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn classes_of_operations() {
        for (operation, expected) in [
            ("&errors.errorString{...}", "&T{…}"),
            ("[]option{...}", "[]T{…}"),
            ("make([]byte, n)", "make([]T…)"),
            ("make(IP, 16)", "make(named type…)"),
            ("\"a\" + s", "x + y"),
            ("\"hi\"", "constant"),
            ("syscall.Errno(22)", "call or conversion"),
            ("r.close", "selector or method value"),
            ("err", "name"),
            ("&x", "other"),
        ] {
            assert_eq!(class(operation), expected, "{operation}");
        }
    }
}
