//! Findings for people: the line, a mark under the place, what it costs, what to do.

use std::borrow::Cow;
use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use rules::{Allocates, Basis, Cost, Finding, Heat, Per};

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
    let renderer = match style {
        Style::Coloured => Renderer::styled(),
        Style::Plain => Renderer::plain(),
    };
    let mut out = String::new();
    for finding in findings {
        out.push_str(&render(finding, sources, &renderer));
        out.push_str("\n\n");
    }
    out
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
fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn render(finding: &Finding, sources: &dyn Sources, renderer: &Renderer) -> String {
    let path = finding.path.to_string_lossy();
    let path = path.replace(std::path::MAIN_SEPARATOR, "/");
    let name = format!("{} {}", finding.code, finding.rule);
    let title = Level::WARNING.with_name(name.as_str()).primary_title(finding.message.as_str());
    let excerpts = excerpts(finding, sources);
    let mut group = Group::with_title(title);
    for excerpt in &excerpts {
        let mut snippet = Snippet::source(excerpt.text.as_str())
            .line_start(excerpt.line as usize)
            .path(if excerpt.path.is_empty() { path.as_str() } else { excerpt.path.as_str() });
        for (span, kind, label) in &excerpt.marks {
            let mark = kind.span(span.clone());
            snippet = snippet.annotation(match label {
                Some(label) => mark.label(label.as_str()),
                None => mark,
            });
        }
        group = group.element(snippet);
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

/// Lines of a file with places marked in them.
struct Excerpt {
    /// Empty for the finding's own file.
    path: String,
    /// Number of the first line.
    line: u32,
    text: String,
    marks: Vec<(std::ops::Range<usize>, AnnotationKind, Option<String>)>,
}

/// The line of the finding, and of each note that explains it.
fn excerpts(finding: &Finding, sources: &dyn Sources) -> Vec<Excerpt> {
    let mut all: Vec<Excerpt> = Vec::new();
    let span = (finding.start, finding.end);
    let own = (&finding.path, span, AnnotationKind::Primary, None);
    let notes = finding.why.iter();
    let notes =
        notes.map(|n| (&n.path, (n.start, n.end), AnnotationKind::Context, Some(n.note.clone())));
    for (path, (start, end), kind, label) in std::iter::once(own).chain(notes) {
        let Some(bytes) = sources.source(path) else { continue };
        let from = bytes[..bytes.len().min(start.offset as usize)]
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |i| i + 1);
        // A mark of many lines would hide the rest: the first says where to look.
        let rest = bytes.get(from..).unwrap_or_default();
        let line_end = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
        let text = printable(&rest[..line_end]);
        let mark_start = (start.offset as usize - from).min(line_end);
        let mark_end = (end.offset as usize).saturating_sub(from).clamp(mark_start, line_end);
        let mark = (mark_start..mark_end, kind, label);
        let path = if *path == finding.path { String::new() } else { slashes(path) };
        match all.iter_mut().find(|e| e.path == path && e.line == start.line) {
            Some(excerpt) => excerpt.marks.push(mark),
            None => {
                let text = text.into_owned();
                all.push(Excerpt { path, line: start.line, text, marks: vec![mark] });
            }
        }
    }
    all
}

fn slashes(path: &std::path::Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// The text with each byte that is no UTF-8 replaced by one that is, so that offsets stay true.
fn printable(line: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(
            line.iter().map(|&b| if b.is_ascii() { char::from(b) } else { '?' }).collect(),
        ),
    }
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
