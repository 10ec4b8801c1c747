//! Lines of source with places marked in them.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{Annotation, AnnotationKind, Snippet};
use rules::Position;

use crate::Sources;

/// A place to be marked.
pub(crate) struct Mark<'a> {
    pub(crate) path: &'a Path,
    pub(crate) start: Position,
    pub(crate) end: Position,
    pub(crate) label: Option<String>,
    /// Whether it is what the report is about.
    pub(crate) primary: bool,
}

/// A line of a file with places marked in it.
pub(crate) struct Excerpt {
    path: String,
    /// Number of the line.
    line: u32,
    text: String,
    marks: Vec<(Range<usize>, AnnotationKind, Option<String>)>,
}

/// The lines that marks are on, each once, that of the first mark first. The lines of `own`, the file that the report is
/// about, are kept together.
pub(crate) fn of<'a>(
    own: &Path,
    marks: impl Iterator<Item = Mark<'a>>,
    sources: &dyn Sources,
) -> Vec<Excerpt> {
    let mut all: Vec<Excerpt> = Vec::new();
    for Mark { path, start, end, label, primary } in marks {
        let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
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
        let path = slashes(if path.as_os_str().is_empty() { own } else { path });
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

impl Excerpt {
    /// As it is rendered.
    pub(crate) fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        let mut snippet = Snippet::source(self.text.as_str())
            .line_start(self.line as usize)
            .path(self.path.as_str());
        for (span, kind, label) in &self.marks {
            let mark = kind.span(span.clone());
            snippet = snippet.annotation(match label {
                Some(label) => mark.label(label.as_str()),
                None => mark,
            });
        }
        snippet
    }
}

/// A path as it is printed on every platform.
pub(crate) fn slashes(path: &Path) -> String {
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
