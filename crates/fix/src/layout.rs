//! What gofmt would move.

use source::{Edit, Span};
use syntax::File;
use syntax::tree::{Expr, LitKind};

use crate::Target;

/// Edits that move all lines that begin within a range one step to the right. Lines that begin inside of a string
/// stay as they are, and so do empty ones.
#[must_use]
pub fn indent(tree: &File, text: &[u8], span: Span) -> Vec<Edit> {
    let first = tree.lines.locate(span.start).line + 1;
    let starts = (first..).map_while(|line| tree.lines.start(line)).take_while(|&at| at < span.end);
    let strings: Vec<Span> = tree
        .exprs()
        .filter(|(_, expr)| matches!(expr, Expr::Lit(LitKind::String)))
        .map(|(id, _)| tree.expr_span(id))
        .filter(|string| span.start <= string.start && string.end <= span.end)
        .collect();
    starts
        .filter(|&at| !matches!(text.get(at as usize), None | Some(b'\n' | b'\r')))
        .filter(|&at| !strings.iter().any(|s| s.start < at && at < s.end))
        .map(|at| Edit { span: Span::new(at, at), text: "\t".to_owned() })
        .collect()
}

/// Whether gofmt would move comments at the ends of lines after these edits: it aligns those of neighbouring lines.
pub(crate) fn unaligns_comments(target: Target<'_>, edits: &[Edit]) -> bool {
    let tree = &*target.file.tree;
    edits.iter().filter(|edit| !is_indentation(edit)).any(|edit| {
        let first = tree.lines.locate(edit.span.start).line;
        let last = tree.lines.locate(edit.span.end.saturating_sub(1).max(edit.span.start)).line;
        let above = trailing_comment(target, first.wrapping_sub(1)).is_some();
        let below = trailing_comment(target, last + 1).is_some();
        let own = trailing_comment(target, last).is_some_and(|at| at >= edit.span.end)
            || trailing_comment(target, first).is_some();
        own && (above || below) || above && below
    })
}

fn is_indentation(edit: &Edit) -> bool {
    edit.span.is_empty() && !edit.text.is_empty() && edit.text.bytes().all(|b| b == b'\t')
}

/// The offset of a comment behind code on a line.
fn trailing_comment(target: Target<'_>, line: u32) -> Option<u32> {
    let tree = &*target.file.tree;
    let start = tree.lines.start(line)?;
    let end = tree.lines.start(line + 1).unwrap_or(tree.len);
    let comments = tree.comments();
    let next = comments.partition_point(|comment| comment.start < start);
    let comment = comments[next..].iter().take_while(|c| c.start < end).last()?;
    let before = target.file.text.get(start as usize..comment.start as usize)?;
    (!before.trim_ascii().is_empty()).then_some(comment.start)
}
