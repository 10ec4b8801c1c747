//! Findings for programs.

use rules::Finding;
use serde::Serialize;

use crate::Stats;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    go: &'a str,
    findings: &'a [Finding],
    stats: &'a Stats,
}

/// One JSON object, with a newline behind it. `go` is the version that findings are judged for: `1.26`.
///
/// # Errors
/// Never for findings as the rules make them; as [`serde_json::to_string_pretty`].
pub fn json(go: &str, findings: &[Finding], stats: &Stats) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Report { version: 1, go, findings, stats })?;
    text.push('\n');
    Ok(text)
}
