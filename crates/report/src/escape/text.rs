//! For people: each site with its source, a mark under the place, and the way to the heap.

use std::fmt::Write;
use std::path::Path;

use annotate_snippets::{Group, Level, Renderer};

use super::{Allocates, Function, Placement, Site, Totals};
use crate::Sources;
use crate::excerpt::{self, Mark};
use crate::text::{Style, count, renderer};

/// All functions with their sites, a blank line after each.
#[must_use]
pub fn functions(functions: &[Function], sources: &dyn Sources, style: Style) -> String {
    let renderer = renderer(style);
    let mut out = String::new();
    for function in functions {
        out.push_str(&heading(function, style));
        for site in &function.sites {
            out.push('\n');
            out.push_str(&render(site, sources, &renderer));
            out.push('\n');
        }
        let calls = calls(function);
        if !calls.is_empty() {
            out.push('\n');
            out.push_str(&calls);
        }
        out.push('\n');
    }
    out
}

/// The last lines of a run.
#[must_use]
pub fn summary(functions: &[Function], totals: &Totals) -> String {
    let sites = functions.iter().flat_map(|function| &function.sites);
    let (mut always, mut sometimes) = (0, 0);
    let mut allocating = 0;
    for function in functions {
        let may = function.sites.iter().filter(|site| site.allocates != Allocates::Never);
        allocating += usize::from(may.count() > 0);
    }
    for site in sites {
        match site.allocates {
            Allocates::Always => always += 1,
            Allocates::Sometimes => sometimes += 1,
            Allocates::Never | Allocates::Unknown => {}
        }
    }
    let verb = if allocating == 1 { "allocates" } else { "allocate" };
    let mut text = format!(
        "{} in {} {verb}: {} always, {sometimes} at times ({} ms)",
        count(allocating, "function"),
        count(totals.packages, "package"),
        count(always, "place"),
        totals.elapsed_ms
    );
    let unknown = [
        (totals.missing_packages, "package", "not found"),
        (totals.broken_files, "file", "with errors"),
        (totals.without_body, "function", "without a body in Go"),
    ];
    let unknown: Vec<String> = unknown
        .iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, what, why)| format!("{} {why}", count(*n, what)))
        .collect();
    if !unknown.is_empty() {
        let _ = write!(text, "\nNot known: {}", unknown.join(", "));
    }
    text
}

/// `report.money`, where it is, and how many places of it allocate.
fn heading(function: &Function, style: Style) -> String {
    let (bold, reset) = match style {
        Style::Coloured => ("\u{1b}[1m", "\u{1b}[0m"),
        Style::Plain => ("", ""),
    };
    let Function { name, path, line, .. } = function;
    let of = |wanted| function.sites.iter().filter(|site| site.allocates == wanted).count();
    let what = match (of(Allocates::Always), of(Allocates::Sometimes)) {
        (0, 0) => String::new(),
        (always, 0) => format!(": {} always", allocate(always)),
        (0, sometimes) => format!(": {} at times", allocate(sometimes)),
        (always, sometimes) => format!(": {} always, {sometimes} at times", allocate(always)),
    };
    format!("{bold}{}{reset} at {path}:{line}{what}\n", short(name))
}

/// `1 place allocates`
fn allocate(places: usize) -> String {
    if places == 1 { "1 place allocates".to_owned() } else { format!("{places} places allocate") }
}

/// `pkg.(*T).M` of `example.com/m/pkg.(*T).M`.
pub(super) fn short(name: &str) -> &str {
    // Type arguments have paths of their own.
    let end = name.find(['[', '(']).unwrap_or(name.len());
    name[..end].rfind('/').map_or(name, |slash| &name[slash + 1..])
}

fn render(site: &Site, sources: &dyn Sources, renderer: &Renderer) -> String {
    let (level, name) = match (site.allocates, site.placement) {
        (Allocates::Always, _) => (Level::WARNING, "allocates"),
        (Allocates::Sometimes, _) => (Level::WARNING, "may allocate"),
        (Allocates::Unknown, _) => (Level::NOTE, "not known"),
        (Allocates::Never, Placement::Heap) => (Level::INFO, "no allocation"),
        (Allocates::Never, Placement::Stack) => (Level::INFO, "on the stack"),
    };
    let title = title(site);
    let mut group = Group::with_title(level.with_name(name).primary_title(title.as_str()));
    let path = Path::new(&site.path);
    let own =
        Mark { path, start: site.start, end: site.end, label: Some(what(site)), primary: true };
    let excerpts = excerpt::of(path, std::iter::once(own).chain(decisive(site)), sources);
    for excerpt in &excerpts {
        group = group.element(excerpt.snippet());
    }
    let why = why(site);
    if let Some(why) = &why {
        group = group.element(Level::NOTE.with_name("why").message(why.as_str()));
    }
    if let Some(help) = &site.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// The step that matters, where it is in the same file on another line.
fn decisive(site: &Site) -> Option<Mark<'_>> {
    let note = site.why.get(site.decisive?)?;
    let shown = note.path == Path::new(&site.path) && note.start.line != site.start.line;
    shown.then(|| Mark {
        path: &note.path,
        start: note.start,
        end: note.end,
        label: Some(note.note.clone()),
        primary: false,
    })
}

/// The way to the heap, a step on each line: its place, and what happens there.
fn why(site: &Site) -> Option<String> {
    let place = |note: &rules::Note| {
        let rules::Position { line, column, .. } = note.start;
        if note.path == Path::new(&site.path) {
            return format!("{line}:{column}");
        }
        // The folder tells the package; the JSON has the whole path.
        let path = excerpt::slashes(&note.path);
        let mut parts = path.rsplit('/');
        let (file, folder) = (parts.next().unwrap_or_default(), parts.next());
        match folder {
            Some(folder) => format!("{folder}/{file}:{line}:{column}"),
            None => format!("{file}:{line}:{column}"),
        }
    };
    let places: Vec<String> = site.why.iter().map(place).collect();
    let width = places.iter().map(String::len).max()?;
    let lines = places.iter().zip(&site.why);
    let lines: Vec<String> =
        lines.map(|(place, note)| format!("{place:<width$}  {}", note.note)).collect();
    Some(lines.join("\n"))
}

/// What the mark under the place says.
fn what(site: &Site) -> String {
    let operation = match site.operation {
        "variable" => "this variable",
        "box" => "copied for an interface value",
        "variadic slice" => "the slice of these arguments",
        operation => operation,
    };
    match &site.inlined_from {
        Some(function) => format!("{operation}, in {}, which is inlined here", short(function)),
        None => operation.to_owned(),
    }
}

/// The expression and what it costs.
fn title(site: &Site) -> String {
    let mut text = format!("`{}`", site.expression);
    match site.allocates {
        Allocates::Always | Allocates::Sometimes => {
            let objects = count(usize::try_from(site.objects).unwrap_or(usize::MAX), "object");
            match (site.bytes, &site.bytes_formula) {
                (Some(bytes), _) => {
                    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
                    let _ = write!(text, ": {objects} of {}", count(bytes, "byte"));
                }
                (None, Some(formula)) => {
                    let _ = write!(text, ": {objects} of {formula} bytes");
                }
                (None, None) if site.objects > 0 => {
                    let _ = write!(text, ": {objects}");
                }
                (None, None) => {}
            }
            if site.loop_depth > 0 {
                text.push_str(" at each turn of the loop");
            }
        }
        Allocates::Never | Allocates::Unknown => {}
    }
    if let Some(when) = &site.when {
        let _ = write!(text, ", {when}");
    }
    text
}

/// What it calls that may allocate, on a line.
fn calls(function: &Function) -> String {
    let of = |wanted| {
        let calls = function.calls.iter().filter(move |call| call.allocates == wanted);
        calls.map(|call| short(&call.name)).collect::<Vec<_>>().join(", ")
    };
    let mut text = String::new();
    for (wanted, words) in [
        (Allocates::Always, "It calls what allocates: "),
        (Allocates::Sometimes, "It calls what may allocate: "),
    ] {
        let names = of(wanted);
        if !names.is_empty() {
            let _ = writeln!(text, "{words}{names}");
        }
    }
    text
}
