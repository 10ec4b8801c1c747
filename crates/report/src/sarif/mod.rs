//! Findings as SARIF 2.1.0, which code-scanning services read.
//!
//! Standard: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>; the sections are named beside what they
//! ask for.

mod place;
mod rule;

use rules::{Finding, Fix, Identity, Note, Tier};
use serde_json::{Value, json};

use crate::Sources;
use place::Places;

/// Where the schema is found, as the standard's appendix names it.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// One SARIF log with one run, with a newline behind it. `version` is the program's.
///
/// # Errors
/// Never for findings as the rules make them; as [`serde_json::to_string_pretty`].
pub fn sarif(
    version: &str,
    findings: &[Finding],
    sources: &dyn Sources,
) -> serde_json::Result<String> {
    let places = Places(sources);
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, &places)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "unheap",
                "semanticVersion": version,
                "rules": rule::all(),
            }},
            // 3.14.17: how columns are counted.
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log)?;
    text.push('\n');
    Ok(text)
}

/// How bad findings of a tier are: 3.27.10.
fn level(tier: Tier) -> &'static str {
    match tier {
        Tier::Always => "warning",
        Tier::Profile | Tier::Specialty => "note",
    }
}

fn result(finding: &Finding, places: &Places<'_>) -> Value {
    let place = places.physical(&finding.path, finding.start, finding.end);
    let identity = Identity::new(finding, places.0.source(&finding.path));
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.tier),
        "message": {"text": format!("{}\n{}", finding.message, finding.help)},
        "locations": [{
            "physicalLocation": place,
            "logicalLocations": [{"fullyQualifiedName": finding.function, "kind": "function"}],
        }],
        // 3.27.17: what is still the same result when lines move.
        "partialFingerprints": {"unheap/v1": identity.digest()},
        "properties": {
            "allocates": finding.allocates,
            "cost": finding.cost,
            "hotness": finding.hotness,
            "tier": finding.tier,
        },
    });
    if let Some(index) = rules::position(finding.code) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.why.is_empty() {
        result["codeFlows"] = json!([{"threadFlows": [{"locations": flow(finding, places)}]}]);
    }
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([self::fix(fix, places)]);
    }
    result
}

/// The explanation, step by step, and the finding as its end: 3.36, 3.37.
fn flow(finding: &Finding, places: &Places<'_>) -> Vec<Value> {
    let step = |note: &Note| {
        // The path is empty where it is that of the finding.
        let own = note.path.as_os_str().is_empty();
        let path = if own { &finding.path } else { &note.path };
        json!({"location": {
            "physicalLocation": places.physical(path, note.start, note.end),
            "message": {"text": note.note},
        }})
    };
    let end = json!({"location": {
        "physicalLocation": places.physical(&finding.path, finding.start, finding.end),
        "message": {"text": finding.message},
    }});
    finding.why.iter().map(step).chain([end]).collect()
}

/// A change that repairs it: 3.55.
fn fix(fix: &Fix, places: &Places<'_>) -> Value {
    let mut changes: Vec<(&std::path::Path, Vec<Value>)> = Vec::new();
    for edit in &fix.edits {
        let replacement = json!({
            "deletedRegion": places.region_of_bytes(&edit.path, edit.start, edit.end),
            "insertedContent": {"text": edit.text},
        });
        match changes.iter_mut().find(|(path, _)| *path == edit.path) {
            Some((_, replacements)) => replacements.push(replacement),
            None => changes.push((&edit.path, vec![replacement])),
        }
    }
    let change = |(path, replacements): (&std::path::Path, Vec<Value>)| json!({"artifactLocation": place::artifact(path), "replacements": replacements});
    let title = format!("{} ({})", fix.plan.title, fix.plan.applicability.as_str());
    let changes: Vec<Value> = changes.into_iter().map(change).collect();
    json!({"description": {"text": title}, "artifactChanges": changes})
}
