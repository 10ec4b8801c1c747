//! Findings as workflow commands, which GitHub shows beside the lines of a change.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>; what is escaped is what the runner
//! takes back.

use std::fmt::Write;

use rules::{Finding, Tier};

use crate::excerpt::slashes;

/// A command for each finding, a line each.
#[must_use]
pub fn github(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let command = match finding.tier {
            Tier::Always => "warning",
            Tier::Profile | Tier::Specialty => "notice",
        };
        let file = property(&slashes(&finding.path));
        let title = property(&format!("{} {}", finding.code, finding.rule));
        let message = data(&format!("{}\n{}", finding.message, finding.help));
        let (start, end) = (finding.start, finding.end);
        let _ = write!(out, "::{command} file={file},line={},endLine={}", start.line, end.line);
        // Columns are only taken where both are on one line.
        if start.line == end.line {
            let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
        }
        let _ = writeln!(out, ",title={title}::{message}");
    }
    out
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_part_is_escaped() {
        assert_eq!(data("100%\r\na: b, c"), "100%25%0D%0Aa: b, c");
        assert_eq!(property("a,b:c%0A"), "a%2Cb%3Ac%250A");
    }
}
