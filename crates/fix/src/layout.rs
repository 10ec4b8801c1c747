//! What gofmt would move.

use source::{Edit, Span};
use syntax::File;
use syntax::tree::{Decl, Expr, LitKind};

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

/// Columns up to which gofmt leaves a function on one line (`maxSize` of go/printer).
const ONE_LINE: usize = 100;

/// Whether gofmt would put the body of a function on lines of its own after these edits: one that stands on one line and
/// becomes too long for it.
pub(crate) fn outgrows_its_line(target: Target<'_>, edits: &[Edit]) -> bool {
    let tree = &target.file.tree;
    let line = |offset| tree.lines.locate(offset).line;
    // Most lines stay short enough for any function: then there is nothing to look for.
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let is_short = |edit: &Edit| {
        let at = line(edit.span.start);
        let start = tree.lines.start(at).map_or(0, |start| start as usize);
        let end = tree.lines.start(at + 1).map_or(target.file.text.len(), |end| end as usize);
        end - start + added <= ONE_LINE
    };
    if edits.iter().all(is_short) {
        return false;
    }
    let bodies = tree.decls.iter().filter_map(|&decl| match tree.decl(decl) {
        Decl::Func { body: Some(body), .. } => Some((tree.decl_span(decl), body)),
        _ => None,
    });
    let literals = tree.exprs().filter_map(|(id, expr)| match expr {
        Expr::Func { body, .. } => Some((tree.expr_span(id), body)),
        _ => None,
    });
    bodies.chain(literals).any(|(span, body)| {
        let body = tree.stmt_span(body);
        if line(body.start) != line(body.end) {
            return false;
        }
        let within = edits.iter().filter(|edit| {
            body.start < edit.span.start && edit.span.end < body.end && !edit.text.contains('\n')
        });
        let (mut longer, mut any) = (span.range().len(), false);
        for edit in within {
            longer = (longer + edit.text.len()).saturating_sub(edit.span.range().len());
            any = true;
        }
        any && longer > ONE_LINE
    })
}

/// Whether gofmt would move comments at the ends of lines after these edits: it aligns those of neighbouring lines.
pub(crate) fn unaligns_comments(target: Target<'_>, edits: &[Edit]) -> bool {
    let lines = &target.file.tree.lines;
    edits.iter().filter(|edit| !is_indentation(edit)).any(|edit| {
        let first = lines.locate(edit.span.start).line;
        let last = lines.locate(edit.span.end.saturating_sub(1).max(edit.span.start)).line;
        // Whole lines between two others.
        let at_start = lines.start(first) == Some(edit.span.start);
        if edit.span.is_empty() && at_start && edit.text.ends_with('\n') {
            return are_aligned(target, first.wrapping_sub(1), first);
        }
        if lines.start(first) == Some(edit.span.start)
            && lines.start(last + 1) == Some(edit.span.end)
        {
            return are_aligned(target, first.wrapping_sub(1), last + 1)
                || are_aligned(target, first.wrapping_sub(1), first)
                || are_aligned(target, last, last + 1);
        }
        are_aligned(target, first.wrapping_sub(1), first) || are_aligned(target, last, last + 1)
    })
}

/// Whether gofmt aligns the comments at the ends of two lines that follow one another: both have one, and no block
/// begins or ends between them.
fn are_aligned(target: Target<'_>, above: u32, below: u32) -> bool {
    let (Some(above), Some(below)) =
        (code_before_comment(target, above), code_before_comment(target, below))
    else {
        return false;
    };
    !above.ends_with(b"{") && !below.starts_with(b"}")
}

fn is_indentation(edit: &Edit) -> bool {
    edit.span.is_empty() && !edit.text.is_empty() && edit.text.bytes().all(|b| b == b'\t')
}

/// The code of a line that has a comment behind it.
fn code_before_comment<'a>(target: Target<'a>, line: u32) -> Option<&'a [u8]> {
    let tree = &*target.file.tree;
    let start = tree.lines.start(line)?;
    let end = tree.lines.start(line + 1).unwrap_or(tree.len);
    let comments = tree.comments();
    let next = comments.partition_point(|comment| comment.start < start);
    let comment = comments[next..].iter().take_while(|c| c.start < end).last()?;
    let code = target.file.text.get(start as usize..comment.start as usize)?.trim_ascii();
    (!code.is_empty()).then_some(code)
}
