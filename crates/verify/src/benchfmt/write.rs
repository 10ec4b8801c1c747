//! Writing the format.

use std::fmt::Write;

use super::Results;

/// The text of results, which `read` reads back. `extra` is configuration that holds for all of them.
#[must_use]
pub fn write(results: &Results, extra: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (unit, key, value) in results.units.iter() {
        let _ = writeln!(text, "Unit {unit} {key}={value}");
    }
    for (key, value) in extra {
        let _ = writeln!(text, "{key}: {value}");
    }
    let mut config: &[(String, String)] = &[];
    for record in &results.records {
        if *record.config != *config {
            let next = &*record.config;
            for (key, _) in config.iter().filter(|(k, _)| next.iter().all(|(other, _)| other != k))
            {
                let _ = writeln!(text, "{key}:");
            }
            for (key, value) in next.iter().filter(|setting| !config.contains(setting)) {
                let _ = writeln!(text, "{key}: {value}");
            }
            config = next;
        }
        let _ = write!(text, "Benchmark{} {}", record.name, record.iterations);
        for value in &record.values {
            let _ = write!(text, " {} {}", value.value, value.unit);
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::write;

    #[test]
    fn what_is_written_is_read_back() {
        let text = "Unit size better=lower\ngoos: linux\npkg: a\nBenchmarkA-8 10 1.5 ns/op 0 B/op\n\
                    pkg: b\nnote: x\nBenchmarkB 1 1e-9 size\nnote:\nBenchmarkC 1 123456789 ns/op\n";
        let results = read(text.as_bytes());
        assert_eq!(results.problems, []);
        assert_eq!(read(write(&results, &[]).as_bytes()), results);
        let marked = read(write(&results, &[("side", "base")]).as_bytes());
        assert!(marked.records.iter().all(|record| record.config("side") == "base"));
    }
}
