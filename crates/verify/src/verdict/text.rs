//! Verdicts in words.

use std::fmt::Write;

use super::{ALPHA, Outcome, Verdict};
use crate::compare::escape;
use crate::units::{self, Scale};

/// Verdicts for people: what got worse first, what did not change as a number only.
#[must_use]
pub fn text(verdicts: &[Verdict], threshold: f64) -> String {
    write(verdicts, threshold, |heading, lines| {
        let mut text = format!("{heading}\n");
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
        text
    })
}

/// The same in Markdown.
#[must_use]
pub fn markdown(verdicts: &[Verdict], threshold: f64) -> String {
    write(verdicts, threshold, |heading, lines| {
        let mut text = format!("\n**{}**\n\n", escape(heading.trim_end_matches(':')));
        for line in lines {
            let _ = writeln!(text, "- {}", escape(line));
        }
        text
    })
}

fn write(
    verdicts: &[Verdict],
    threshold: f64,
    section: impl Fn(&str, &[String]) -> String,
) -> String {
    let mut text = String::new();
    let packages = |v: &Verdict| v.package != verdicts[0].package;
    let name_package = verdicts.iter().any(packages);
    let columns = |v: &Verdict| v.column != verdicts[0].column;
    let name_column = verdicts.iter().any(columns);
    let threshold = share(threshold);
    for (outcome, heading) in [
        (Outcome::Worse, format!("worse by more than {threshold}:")),
        (Outcome::Better, format!("better by more than {threshold}:")),
        (Outcome::Slight, format!("changed, by no more than {threshold}:")),
        (Outcome::Unknown, format!("can't tell whether it changed by more than {threshold}:")),
    ] {
        let of = verdicts.iter().filter(|verdict| verdict.outcome == outcome);
        let lines: Vec<String> = of
            .map(|verdict| {
                let mut name = String::new();
                if name_package {
                    name = format!("{}.", verdict.package);
                }
                name.push_str(&verdict.benchmark);
                if name_column {
                    let _ = write!(name, " ({})", verdict.column);
                }
                format!("{name}  {}", words(verdict))
            })
            .collect();
        if !lines.is_empty() {
            text.push_str(&section(&heading, &lines));
        }
    }
    let same = verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Same).count();
    if same > 0 {
        let figures = if same == 1 { "figure" } else { "figures" };
        text.push_str(&section(
            &format!("{same} {figures} did not change by more than {threshold}"),
            &[],
        ));
    }
    text
}

/// What is said of one: `sec/op  +12.3% (+9.8% to +15.1%, corrected p<0.001)`.
fn words(verdict: &Verdict) -> String {
    let mut text = format!("{}  ", verdict.unit);
    let change = verdict.change();
    if verdict.outcome == Outcome::Unknown {
        match verdict.bounds {
            Some((low, high)) => text.push_str(&between(low, high)),
            None => text.push_str("nothing bounds the change"),
        }
    } else if verdict.p.is_none() {
        let scale = Scale::common([verdict.old, verdict.new], units::is_binary(&verdict.unit));
        let shown = |value: f64| {
            if value.fract() == 0.0 && value.abs() < 1e6 {
                value.to_string()
            } else {
                scale.show(value)
            }
        };
        let _ = write!(text, "{} → {}", shown(verdict.old), shown(verdict.new));
        if change.is_finite() {
            let _ = write!(text, " ({})", signed(change));
        }
    } else {
        text.push_str(&if change.is_finite() { signed(change) } else { "from nothing".to_owned() });
        text.push_str(" (");
        if let Some((low, high)) = verdict.bounds {
            let _ = write!(text, "{}, ", between(low, high));
        }
        let p = verdict.p.unwrap_or_default();
        let p = if p < 0.001 { "<0.001".to_owned() } else { format!("={p:.3}") };
        let _ = write!(text, "corrected p{p})");
    }
    if let Some(note) = verdict.note {
        let _ = write!(text, "; {note}");
    }
    text
}

/// The bounds of a change.
fn between(low: f64, high: f64) -> String {
    match (low > -1.0, high.is_finite()) {
        (true, true) => format!("{} to {}", signed(low), signed(high)),
        _ => format!("too few measurements to bound it at {}", share(1.0 - ALPHA)),
    }
}

fn signed(change: f64) -> String {
    format!("{:+.1}%", change * 100.0)
}

/// A share in percent, without digits that say nothing: `5%`, `2.5%`.
fn share(share: f64) -> String {
    format!("{}%", (share * 1e4).round() / 1e2)
}
