//! Findings that are known already, kept in a file: what is reported beside them is new.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::Path;

use report::Sources;
use rules::{Finding, Identity};
use serde::{Deserialize, Serialize};

/// Of the file's format.
const VERSION: u32 = 1;

/// Findings that are known: how many there are of each, as several in a function can be alike.
#[derive(PartialEq, Eq, Debug, Default)]
pub(crate) struct Baseline(BTreeMap<Identity, u64>);

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    function: String,
    expression: String,
    count: NonZeroU64,
}

impl Baseline {
    /// What is found.
    pub(crate) fn new(findings: &[Finding], sources: &dyn Sources) -> Self {
        let mut counts = BTreeMap::new();
        for finding in findings {
            let identity = Identity::new(finding, sources.source(&finding.path));
            *counts.entry(identity).or_default() += 1;
        }
        Self(counts)
    }

    /// Reads a file. The error says what is wrong with it, and where.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
        Self::parse(&text).map_err(|fault| format!("{name}{fault}"))
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let placed = |error: serde_json::Error| {
            let (line, column) = (error.line(), error.column());
            let message = error.to_string();
            let end = format!(" at line {line} column {column}");
            let message = message.strip_suffix(&end).unwrap_or(&message);
            format!(":{line}:{column}: this is no baseline: {message}")
        };
        let Version { version } = serde_json::from_slice(text).map_err(placed)?;
        if version != VERSION {
            return Err(format!(
                ": its version is {version}, and this unheap reads {VERSION}; --write-baseline writes it anew"
            ));
        }
        let file: File = serde_json::from_slice(text).map_err(placed)?;
        let mut counts: BTreeMap<Identity, u64> = BTreeMap::new();
        for Entry { rule, function, expression, count } in file.findings {
            let known = counts.entry(Identity { rule, function, expression }).or_default();
            *known = known.saturating_add(count.get());
        }
        Ok(Self(counts))
    }

    /// Writes it whole.
    pub(crate) fn write(&self, path: &Path) -> Result<(), String> {
        let fault = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = self.text().map_err(|error| fault(&error))?;
        ::fix::replace(path, text.as_bytes()).map_err(|error| fault(&error))
    }

    fn text(&self) -> serde_json::Result<String> {
        let entries = self.0.iter().filter_map(|(identity, &count)| {
            let Identity { rule, function, expression } = identity.clone();
            Some(Entry { rule, function, expression, count: NonZeroU64::new(count)? })
        });
        let file = File { version: VERSION, findings: entries.collect() };
        Ok(serde_json::to_string_pretty(&file)? + "\n")
    }

    /// The findings that are not known. Of those that are alike, the first ones are taken to be the known ones.
    pub(crate) fn without(&self, findings: Vec<Finding>, sources: &dyn Sources) -> Vec<Finding> {
        let mut left = self.0.clone();
        let is_new = |finding: &Finding| {
            let identity = Identity::new(finding, sources.source(&finding.path));
            match left.get_mut(&identity).filter(|count| **count > 0) {
                Some(count) => {
                    *count -= 1;
                    false
                }
                None => true,
            }
        };
        findings.into_iter().filter(is_new).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(rule: &str, expression: &str) -> Identity {
        let [rule, function, expression] = [rule, "m.F", expression].map(str::to_owned);
        Identity { rule, function, expression }
    }

    #[test]
    fn what_is_written_is_read() {
        let counts = [(identity("UH004", "s += \"\\n\""), 2), (identity("UH005", "é"), 1)];
        let baseline = Baseline(counts.into_iter().collect());
        let text = baseline.text().unwrap();
        assert_eq!(Baseline::parse(text.as_bytes()), Ok(baseline));
    }

    #[test]
    fn damage_is_named_with_its_place() {
        let check = |text: &str, expected: &str| {
            let fault = Baseline::parse(text.as_bytes()).unwrap_err();
            assert!(fault.starts_with(expected), "{text}: {fault}");
        };
        check("", ":1:0: this is no baseline: EOF");
        check("{\"version\": 1,\n \"findings\": [}", ":2:15: this is no baseline: expected value");
        check("{\"version\": 2, \"new\": []}", ": its version is 2");
        check("{\"findings\": []}", ":1:16: this is no baseline: missing field `version`");
        let entry = |count| {
            format!(
                "{{\"version\":1,\"findings\":[\n{{\"rule\":\"r\",\"function\":\"f\",\"expression\":\"e\",\"count\":{count}}}]}}"
            )
        };
        check(&entry("0"), ":2:53: this is no baseline: invalid value");
        check(&entry("\"1\""), ":2:55: this is no baseline: invalid type");
        check(&entry("1,\"line\":3"), ":2:60: this is no baseline: unknown field `line`");
    }

    /// As a merge of two branches leaves it.
    #[test]
    fn entries_that_are_alike_add_up() {
        let entry = "{\"rule\":\"UH004\",\"function\":\"m.F\",\"expression\":\"e\",\"count\":2}";
        let text = format!("{{\"version\":1,\"findings\":[{entry},{entry}]}}");
        let expected = Baseline([(identity("UH004", "e"), 4)].into_iter().collect());
        assert_eq!(Baseline::parse(text.as_bytes()), Ok(expected));
    }
}
