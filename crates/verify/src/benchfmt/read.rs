//! Reading the format.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Config, Problem, Record, Results, Value};

/// Reads a file. What cannot be read is among its problems, and the rest is there all the same.
#[must_use]
pub fn read(text: &[u8]) -> Results {
    let mut reader = Reader::default();
    for (index, line) in text.split(|&b| b == b'\n').enumerate() {
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
        reader.line(index + 1, &line);
    }
    reader.results
}

#[derive(Default)]
struct Reader {
    results: Results,
    /// The configuration in force.
    config: Vec<(String, String)>,
    /// The same as results share it; `None` after a change.
    shared: Option<Config>,
    /// Units seen: each is kept once.
    units: HashMap<String, String>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) {
        if let Some(rest) = line.strip_prefix("Benchmark") {
            match self.result(rest) {
                Ok(Some(record)) => self.results.records.push(record),
                Ok(None) => {}
                Err(message) => self.problem(number, line, message),
            }
        } else if let Some(rest) = unit_line(line) {
            self.unit(number, line, rest);
        } else if let Some((key, value)) = setting(line) {
            self.set(key, value);
        }
    }

    fn problem(&mut self, line: usize, text: &str, message: String) {
        self.results.problems.push(Problem { line, message, text: text.to_owned() });
    }

    /// A result, from behind `Benchmark` on. With -v, Go says a benchmark's name alone when it starts: that is none.
    fn result(&mut self, line: &str) -> Result<Option<Record>, String> {
        let mut words = line.split_whitespace();
        let name = if line.starts_with(char::is_whitespace) {
            ""
        } else {
            words.next().unwrap_or_default()
        };
        if name.len() == line.len() {
            return Ok(None);
        }
        let iterations = words.next().ok_or("missing iteration count")?;
        let iterations = iterations
            .parse()
            .map_err(|_| format!("the iteration count `{iterations}` is not a number"))?;
        let mut values = Vec::new();
        while let Some(word) = words.next() {
            let value = number(word).ok_or_else(|| format!("`{word}` is not a number"))?;
            let unit = words.next().ok_or_else(|| format!("`{word}` has no unit"))?;
            let unit = self.units.entry(unit.to_owned()).or_insert_with(|| unit.to_owned()).clone();
            values.push(Value { value, unit });
        }
        if values.is_empty() {
            return Err("no measurements".to_owned());
        }
        let config = self.shared.get_or_insert_with(|| Arc::from(&*self.config)).clone();
        Ok(Some(Record { name: name.to_owned(), iterations, values, config }))
    }

    fn unit(&mut self, number: usize, line: &str, rest: &str) {
        let mut words = rest.split_whitespace();
        let Some(unit) = words.next() else {
            return self.problem(number, line, "missing unit".to_owned());
        };
        for word in words {
            match word.split_once('=') {
                Some((key, value)) if !key.is_empty() => {
                    if let Err(old) = self.results.units.set(unit, key, value) {
                        let message = format!("{key} of unit {unit} is {old} already");
                        self.problem(number, line, message);
                    }
                }
                _ => self.problem(number, line, format!("`{word}` is not key=value")),
            }
        }
    }

    /// Sets a key; an empty value takes it back.
    fn set(&mut self, key: &str, value: &str) {
        self.shared = None;
        let at = self.config.iter().position(|(k, _)| k == key);
        match (at, value.is_empty()) {
            (Some(at), true) => {
                self.config.remove(at);
            }
            (Some(at), false) => self.config[at].1 = value.to_owned(),
            (None, true) => {}
            (None, false) => self.config.push((key.to_owned(), value.to_owned())),
        }
    }
}

/// What follows the word `Unit` of a line that begins with it.
fn unit_line(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("Unit")?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
}

/// A line `key: value`: a key begins with a small letter and has neither space nor capital; the value may be missing.
fn setting(line: &str) -> Option<(&str, &str)> {
    if !line.starts_with(char::is_lowercase) {
        return None;
    }
    let (key, value) = line.split_once(':')?;
    if key.contains(|c: char| c.is_whitespace() || c.is_uppercase()) {
        return None;
    }
    let trimmed = value.trim_start_matches([' ', '\t']);
    (value.is_empty() || trimmed.len() < value.len()).then_some((key, trimmed))
}

/// A number. One that is too large for the format's 64 bits is none.
fn number(word: &str) -> Option<f64> {
    let value: f64 = word.parse().ok()?;
    let is_spelt_out = !word.contains(|c: char| c.is_ascii_digit());
    (value.is_finite() || is_spelt_out).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_what_was_set_above_them() {
        let text = "goos: linux\npkg: example.com/m\nBenchmarkA-8   100   12.5 ns/op   3 B/op\n\
                    note: x\r\nBenchmarkB 1 2 MB/s\nnote:\nBenchmarkC/n=1 1 2 x\nPASS\nok  example.com/m 1s\n";
        let results = read(text.as_bytes());
        assert_eq!(results.problems, []);
        let shown: Vec<String> = results
            .records
            .iter()
            .map(|r| {
                let values: Vec<_> =
                    r.values.iter().map(|v| format!("{} {}", v.value, v.unit)).collect();
                format!(
                    "{} {} [{}] pkg={} note={}",
                    r.name,
                    r.iterations,
                    values.join(", "),
                    r.config("pkg"),
                    r.config("note")
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "A-8 100 [12.5 ns/op, 3 B/op] pkg=example.com/m note=",
                "B 1 [2 MB/s] pkg=example.com/m note=x",
                "C/n=1 1 [2 x] pkg=example.com/m note=",
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        for (line, message) in [
            ("BenchmarkA x 1 ns/op", Some("the iteration count `x` is not a number")),
            ("BenchmarkA ", Some("missing iteration count")),
            ("BenchmarkA 1", Some("no measurements")),
            ("BenchmarkA 1 2", Some("`2` has no unit")),
            ("BenchmarkA 1 x ns/op", Some("`x` is not a number")),
            ("BenchmarkA 1 1e999 ns/op", Some("`1e999` is not a number")),
            ("Unit", Some("missing unit")),
            ("Unit x =y", Some("`=y` is not key=value")),
            ("BenchmarkA", None),
            ("Units x", None),
            ("Benchmark 1 2 ns/op", None),
            ("BenchmarkA 1 inf ns/op", None),
            ("http://x", None),
            ("key:value", None),
        ] {
            let results = read(format!("goos: linux\n{line}\n").as_bytes());
            let problems: Vec<_> = results.problems.iter().map(|p| (p.line, &*p.message)).collect();
            let expected: Vec<_> = message.iter().map(|m| (2, *m)).collect();
            assert_eq!(problems, expected, "{line}");
        }
    }

    #[test]
    fn units_are_told_of_once() {
        let results = read(b"Unit ns/op better=higher assume=exact\nUnit sec/op better=lower\n");
        assert_eq!(results.units.better("sec/op"), Some(super::super::Better::Higher));
        assert!(results.units.is_exact("sec/op"));
        assert_eq!(results.problems[0].message, "better of unit sec/op is higher already");
    }

    #[test]
    fn bytes_that_are_no_text_do_no_harm() {
        assert_eq!(read(b"\xff\xfe\nBenchmark\xff 1 2 ns/op\n").records.len(), 1);
    }
}
