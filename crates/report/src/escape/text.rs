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
        out.push_str(&calls(function));
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
    let mut text = format!(
        "{allocating} of {} in {} allocate: {} always, {sometimes} at times ({} ms)",
        count(totals.functions, "function"),
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

/// `report.money`, where it is, and what a call costs in sum.
fn heading(function: &Function, style: Style) -> String {
    let (bold, reset) = match style {
        Style::Coloured => ("\u{1b}[1m", "\u{1b}[0m"),
        Style::Plain => ("", ""),
    };
    let Function { name, path, line, .. } = function;
    format!("{bold}{}{reset}  {path}:{line}{}\n", short(name), sum(function))
}

/// What a call costs at least and at most, where that can be said in a few words.
fn sum(function: &Function) -> String {
    let of = |wanted| function.sites.iter().filter(move |s| s.allocates == wanted);
    let in_loop = |site: &Site| site.loop_depth > 0;
    let objects: u64 = of(Allocates::Always).filter(|s| !in_loop(s)).map(|s| s.objects).sum();
    let known = of(Allocates::Always).filter(|s| !in_loop(s)).map(|s| s.bytes);
    let bytes: Option<u64> = known.sum();
    let more = of(Allocates::Sometimes).count() + of(Allocates::Always).filter(|s| in_loop(s)).count();
    if objects == 0 && more == 0 {
        return String::new();
    }
    let mut text = match objects {
        0 => "  allocates at times".to_owned(),
        n => format!("  up to {} outside of loops", count(n as usize, "object")),
    };
    if let Some(bytes) = bytes.filter(|&bytes| bytes > 0 && objects > 0) {
        let _ = write!(text, ", {}", count(bytes as usize, "byte"));
    }
    text
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
    let what = what(site);
    let own = Mark { path, start: site.start, end: site.end, label: Some(what.clone()), primary: true };
    let numbered: Vec<String> = labels(site);
    let notes = site.why.iter().zip(numbered).map(|(note, label)| Mark {
        path: &note.path,
        start: note.start,
        end: note.end,
        label: Some(label),
        primary: false,
    });
    let excerpts = excerpt::of(path, std::iter::once(own).chain(notes), sources);
    for excerpt in &excerpts {
        group = group.element(excerpt.snippet());
    }
    let help = site.help.as_ref().map(|help| format!("it would stay on the stack {help}"));
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// The steps, numbered where there are several.
fn labels(site: &Site) -> Vec<String> {
    let several = site.why.len() > 1;
    let label = |(at, note): (usize, &rules::Note)| {
        if several { format!("{}. {}", at + 1, note.note) } else { note.note.clone() }
    };
    site.why.iter().enumerate().map(label).collect()
}

/// What the mark under the place says.
fn what(site: &Site) -> String {
    match &site.inlined_from {
        Some(function) => format!("{}, in {}, which is inlined here", site.operation, short(function)),
        None => site.operation.to_owned(),
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
        (Allocates::Always, "calls that allocate: "),
        (Allocates::Sometimes, "calls that may allocate: "),
    ] {
        let names = of(wanted);
        if !names.is_empty() {
            let _ = writeln!(text, "  {words}{names}");
        }
    }
    text
}
