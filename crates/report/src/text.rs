//! Findings for people: the line, a mark under the place, what it costs, what to do.

use std::fmt::Write;

use annotate_snippets::{Group, Level, Renderer};
use rules::{Allocates, Basis, Cost, Finding, Heat, Per};

use crate::excerpt::{self, Mark};
use crate::{Sources, Stats};

/// Whether text is coloured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// With the escape sequences of terminals.
    Coloured,
    /// Without.
    Plain,
}

/// All findings, a blank line after each.
#[must_use]
pub fn text(findings: &[Finding], sources: &dyn Sources, style: Style) -> String {
    let renderer = renderer(style);
    let mut out = String::new();
    for finding in findings {
        out.push_str(&render(finding, sources, &renderer));
        out.push_str("\n\n");
    }
    out
}

/// What renders in a style.
pub(crate) fn renderer(style: Style) -> Renderer {
    match style {
        Style::Coloured => Renderer::styled(),
        Style::Plain => Renderer::plain(),
    }
}

/// The last line of a run.
#[must_use]
pub fn summary(findings: &[Finding], stats: &Stats) -> String {
    let found = match findings.len() {
        0 => "Nothing found".to_owned(),
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    };
    let fixable = findings.iter().filter(|f| f.fix.is_some()).count();
    let mut line = format!(
        "{found} in {} of {}",
        count(stats.lines, "line"),
        count(stats.packages, "package")
    );
    if fixable > 0 {
        let _ = write!(line, ", {fixable} with a fix");
    }
    let _ = write!(line, " ({} ms)", stats.elapsed_ms);
    line
}

/// `1 line`, `2 lines`
pub(crate) fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn render(finding: &Finding, sources: &dyn Sources, renderer: &Renderer) -> String {
    let name = format!("{} {}", finding.code, finding.rule);
    let title = Level::WARNING.with_name(name.as_str()).primary_title(finding.message.as_str());
    let own = Mark {
        path: &finding.path,
        start: finding.start,
        end: finding.end,
        label: None,
        primary: true,
    };
    let notes = finding.why.iter().map(|note| Mark {
        path: &note.path,
        start: note.start,
        end: note.end,
        label: Some(note.note.clone()),
        primary: false,
    });
    let excerpts = excerpt::of(&finding.path, std::iter::once(own).chain(notes), sources);
    let mut group = Group::with_title(title);
    for excerpt in &excerpts {
        group = group.element(excerpt.snippet());
    }
    let cost = cost(finding);
    group = group.element(Level::NOTE.with_name("cost").message(cost.as_str()));
    group = group.element(Level::HELP.message(finding.help.as_str()));
    let fix = finding
        .fix
        .as_ref()
        .map(|fix| format!("{} ({})", fix.plan.title, fix.plan.applicability.as_str()));
    if let Some(fix) = &fix {
        group = group.element(Level::HELP.with_name("fix").message(fix.as_str()));
    }
    renderer.render(&[group])
}

fn cost(finding: &Finding) -> String {
    let Cost { objects, bytes, bytes_formula, per, basis, .. } = &finding.cost;
    let mut text = match finding.allocates {
        Allocates::Never => "no allocation of its own".to_owned(),
        Allocates::Always => count(*objects as usize, "object"),
        Allocates::Sometimes => format!("up to {}", count(*objects as usize, "object")),
    };
    if finding.allocates != Allocates::Never {
        match (bytes, bytes_formula) {
            (Some(bytes), _) => {
                let _ = write!(text, ", {}", count(*bytes as usize, "byte"));
            }
            (None, Some(formula)) => {
                let _ = write!(text, ", {formula} bytes");
            }
            (None, None) => {}
        }
        text.push_str(match per {
            Per::Call => " a call",
            Per::Iteration => " a turn of the loop",
        });
    }
    text.push_str(match basis {
        Basis::Model => " (model)",
        Basis::Profile => " (profile)",
        Basis::Benchmark => " (measured)",
    });
    let heat = match finding.hotness.level {
        Heat::Hot => "hot",
        Heat::Warm => "warm",
        Heat::Cold => "cold",
        Heat::Unknown => return text,
    };
    let _ = write!(text, "; {heat}");
    if !finding.hotness.basis.is_empty() {
        let _ = write!(text, ": {}", finding.hotness.basis);
    }
    text
}
