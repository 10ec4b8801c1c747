//! The lines of a struct's fields in another order, as gofmt would leave them.

use source::{Edit, Span};
use syntax::tree::{CommentGroupId, Field, FieldListId};

use crate::Context;

/// The replacement of the lines of a struct's fields that puts them in another order: positions of the fields, each
/// name counted. `None` where a comment would lose its field, or the lines are not as gofmt leaves them.
pub(super) fn edit(cx: &Context<'_>, fields: FieldListId, order: &[usize]) -> Option<Edit> {
    let tree = cx.tree();
    let list = tree.field_list(fields);
    let all: Vec<Field> = tree.list(list.fields).map(|id| tree.field(id)).collect();
    // A comment behind the opening brace stays there.
    let body = Span::new(cx.line_end(list.open?), list.close?);
    let entries: Vec<Entry> =
        all.iter().map(|field| Entry::of(cx, field)).collect::<Option<_>>()?;
    let attached: usize = entries.iter().map(|entry| entry.comments).sum();
    let comments = tree.comments().iter().filter(|c| body.start <= c.start && c.end <= body.end);
    if comments.count() != attached {
        return None;
    }
    let lines = Span::new(entries.first()?.start, entries.last()?.end);
    let given: Vec<&Entry> = entries.iter().collect();
    if render(&given) != cx.text(lines) {
        return None;
    }
    let own_lines = cx.text(Span::new(body.start, lines.start)).trim().is_empty()
        && cx.text(Span::new(lines.end, body.end)).trim().is_empty();
    if !own_lines || lines.start < body.start || lines.end > body.end {
        return None;
    }
    // Names that share a type stay together: they lie alike, and so come one after the other.
    let field_of: Vec<usize> =
        all.iter().enumerate().flat_map(|(at, f)| vec![at; f.names.len().max(1)]).collect();
    let mut wanted: Vec<usize> = Vec::new();
    for &at in order {
        let field = *field_of.get(at)?;
        if !wanted.contains(&field) {
            wanted.push(field);
        }
    }
    let ordered: Vec<&Entry> = wanted.iter().map(|&at| &entries[at]).collect();
    Some(Edit { span: lines, text: render(&ordered) })
}

/// A field with its lines.
struct Entry {
    /// Where its first line begins.
    start: u32,
    /// Where the line after its last begins.
    end: u32,
    /// White space that its lines begin with.
    indent: String,
    /// Lines of the comment above it, as they stand.
    doc: String,
    /// Whether an empty line stands above it.
    apart: bool,
    /// What gofmt puts in columns.
    cells: Vec<String>,
    /// Number of its comments.
    comments: usize,
}

impl Entry {
    fn of(cx: &Context<'_>, field: &Field) -> Option<Self> {
        let tree = cx.tree();
        let group = |id: Option<CommentGroupId>| id.map_or(&[][..], |id| tree.comment_group(id));
        let (doc, behind) = (group(field.doc), group(field.comment));
        let line = |offset: u32| tree.lines.locate(offset).line;
        let whole = Span::new(field.span.start, behind.last().map_or(field.span.end, |c| c.end));
        let one_line = line(whole.start) == line(whole.end.saturating_sub(1));
        if !one_line || behind.len() > 1 || cx.has_comment(field.span) {
            return None;
        }
        let own = cx.line_start(field.span.start);
        let indent = cx.indent(field.span.start);
        let end = cx.line_end(whole.end);
        // Nothing else may stand on the line, not even a semicolon.
        let alone = cx.text(Span::new(own, field.span.start)) == indent
            && cx.text(Span::new(whole.end, end)) == "\n";
        let start = doc.first().map_or(own, |c| cx.line_start(c.start));
        let doc_alone = doc.first().is_none_or(|c| cx.text(Span::new(start, c.start)) == indent);
        if !alone || !doc_alone {
            return None;
        }
        let above = start.checked_sub(1)?;
        let apart = cx.text(Span::new(cx.line_start(above), above)).is_empty();
        Some(Self {
            start,
            end,
            indent: indent.to_owned(),
            doc: cx.text(Span::new(start, own)).to_owned(),
            apart,
            cells: cells(cx, field, behind.first().map_or("", |&c| cx.text(c))),
            comments: doc.len() + behind.len(),
        })
    }
}

/// Name, type, tag and comment, with the empty columns that gofmt has between them.
fn cells(cx: &Context<'_>, field: &Field, comment: &str) -> Vec<String> {
    let ty = cx.span(field.ty);
    let names = cx.text(Span::new(field.span.start, ty.start)).trim_end();
    let mut cells: Vec<&str> = Vec::new();
    if !names.is_empty() {
        cells.push(names);
    }
    cells.push(cx.text(ty));
    if let Some(tag) = field.tag {
        if !names.is_empty() {
            cells.push("");
        }
        cells.push(cx.source(tag));
    } else if names.is_empty() && !comment.is_empty() {
        cells.push("");
    }
    if !comment.is_empty() {
        cells.push(comment);
    }
    cells.into_iter().map(str::to_owned).collect()
}

/// The lines of fields, one after the other.
fn render(entries: &[&Entry]) -> String {
    // What stands between fields ends the columns above it.
    let mut rows: Vec<&[String]> = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 && (entry.apart || !entry.doc.is_empty()) {
            rows.push(&[]);
        }
        rows.push(&entry.cells);
    }
    let mut widths: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    align(&rows, &mut widths, 0);
    let mut text = String::new();
    let mut widths = rows.iter().zip(widths).filter(|(row, _)| !row.is_empty()).map(|(_, w)| w);
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 && entry.apart {
            text.push('\n');
        }
        text.push_str(&entry.doc);
        text.push_str(&entry.indent);
        let widths = widths.next().unwrap_or_default();
        for (column, cell) in entry.cells.iter().enumerate() {
            text.push_str(cell);
            if let Some(width) = widths.get(column) {
                let padding = width.saturating_sub(cell.chars().count());
                text.extend(std::iter::repeat_n(' ', padding));
            }
        }
        text.push('\n');
    }
    text
}

/// The widths of columns: a column reaches over neighbouring rows that have something behind it, within the rows that
/// the column before it reaches over; where it is empty in all of them, it has no width. So does text/tabwriter.
fn align(rows: &[&[String]], widths: &mut [Vec<usize>], column: usize) {
    let mut at = 0;
    while at < rows.len() {
        let reaches = |row: &&[String]| column + 1 < row.len();
        let len = rows[at..].iter().take_while(|row| reaches(row)).count();
        let block = at..at + len;
        let widest = rows[block.clone()].iter().map(|row| row[column].chars().count()).max();
        if let Some(widest) = widest {
            let width = if widest == 0 { 0 } else { widest + 1 };
            widths[block.clone()].iter_mut().for_each(|widths| widths.push(width));
            align(&rows[block.clone()], &mut widths[block], column + 1);
        }
        at += len.max(1);
    }
}
