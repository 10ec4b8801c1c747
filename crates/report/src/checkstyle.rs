//! Findings as Checkstyle's XML, which many review tools read.

use std::fmt::Write;

use rules::{Finding, Tier};

use crate::excerpt::slashes;
use crate::xml::escaped;

/// One document; findings are in the order of paths.
#[must_use]
pub fn checkstyle(findings: &[Finding]) -> String {
    let mut out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"5.0\">\n".to_owned();
    for of_file in findings.chunk_by(|a, b| a.path == b.path) {
        let _ = writeln!(out, "  <file name=\"{}\">", escaped(&slashes(&of_file[0].path)));
        for finding in of_file {
            let severity = match finding.tier {
                Tier::Always => "warning",
                Tier::Profile | Tier::Specialty => "info",
            };
            let _ = writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"unheap.{}\"/>",
                finding.start.line,
                finding.start.column,
                escaped(&format!("{}; {}", finding.message, finding.help)),
                finding.code,
            );
        }
        out.push_str("  </file>\n");
    }
    out.push_str("</checkstyle>\n");
    out
}
