//! Findings as JUnit's XML, which build servers show as tests: a file is a suite, a finding a test that fails.

use std::fmt::Write;

use rules::Finding;

use crate::excerpt::slashes;
use crate::xml::escaped;

/// One document; findings are in the order of paths.
#[must_use]
pub fn junit(findings: &[Finding]) -> String {
    let count = findings.len();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"unheap\" tests=\"{count}\" failures=\"{count}\">\n"
    );
    for of_file in findings.chunk_by(|a, b| a.path == b.path) {
        let path = escaped(&slashes(&of_file[0].path));
        let count = of_file.len();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{count}\" failures=\"{count}\" errors=\"0\">"
        );
        of_file.iter().for_each(|finding| case(finding, &path, &mut out));
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(finding: &Finding, path: &str, out: &mut String) {
    let Finding { code, rule, start, function, message, help, .. } = finding;
    let _ = writeln!(
        out,
        "    <testcase name=\"{code} {rule} {path}:{}:{}\" classname=\"{}\" file=\"{path}\" line=\"{}\">",
        start.line,
        start.column,
        escaped(function),
        start.line,
    );
    let _ = writeln!(
        out,
        "      <failure type=\"{code}\" message=\"{}\">{}</failure>\n    </testcase>",
        escaped(message),
        escaped(help),
    );
}
