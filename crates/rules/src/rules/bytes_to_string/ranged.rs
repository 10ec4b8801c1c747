//! `range string(b)`.

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{AssignOp, ExprId, Stmt, StmtId};
use types::Basic;

use super::unchanged::keeps_bytes;
use crate::copies::Copy;
use crate::{Access, Context, Parent};

pub(super) fn of(
    cx: &Context<'_>,
    conversion: ExprId,
    bytes: ExprId,
    range: StmtId,
) -> Option<Copy> {
    super::copy(
        "the bytes are copied to be ranged over",
        "decode them with utf8.DecodeRune, in a loop over the slice",
        plan(cx, conversion, bytes, range),
    )
}

/// The loop over the bytes: what was its head sets the character at the beginning of its body, and `continue` goes on behind that.
fn plan(cx: &Context<'_>, conversion: ExprId, bytes: ExprId, range: StmtId) -> Option<Plan> {
    let Stmt::Range { key, value, op, body, .. } = cx.tree().stmt(range) else { return None };
    let at = Parent::Stmt(range);
    let source = cx.object(bytes).filter(|&object| cx.is_local_or_parameter(object))?;
    let is_string = matches!(
        cx.store.ty(cx.store.unalias(cx.type_of(conversion))),
        types::Type::Basic(Basic::String, _)
    );
    let inside = cx.stmt_span(body);
    let keeps = !cx.is_captured(source)
        && !cx.changes_within(source, inside)
        && keeps_bytes(cx, source, body, inside);
    let declares = op != Some(AssignOp::Assign);
    let block = cx.text(inside);
    let fits = block.contains('\n') && !cx.has_comment(head(cx, range, inside));
    if !is_string || !keeps || !declares || !fits || !cx.is_predeclared("len") {
        return None;
    }
    let name = |variable: Option<ExprId>| {
        let variable = variable.filter(|&variable| cx.source(variable) != "_")?;
        Some((cx.object(variable)?, cx.source(variable)))
    };
    // The place counts the turns now, so that nothing else may set it.
    let place = match name(key) {
        Some((object, name)) => {
            let read = |&ident| matches!(cx.access(ident), Access::Declare | Access::Read(_));
            let only_read = cx.uses(object).iter().all(read) && !cx.is_captured(object);
            only_read.then_some(name)?
        }
        None => cx.local_name(&["i", "at", "offset"], at)?,
    };
    let size = cx.local_name(&["size", "width", "n"], at)?;
    let utf8 = cx.package_name("unicode/utf8", at)?;
    let bytes = cx.source(bytes);
    let indent = format!("{}\t", cx.indent(cx.stmt_span(range).start));
    let decoded = format!("{size} = {utf8}.DecodeRune({bytes}[{place}:])\n");
    let first = match name(value) {
        Some((_, character)) if cx.is_predeclared("rune") => {
            format!("{indent}var {character} rune\n{indent}{character}, {decoded}")
        }
        Some(_) => return None,
        None => format!("{indent}_, {decoded}"),
    };
    let mut plan = Plan::new(Applicability::Safe, "Decode the bytes with utf8.DecodeRune");
    plan.needs("unicode/utf8");
    plan.replace(
        head(cx, range, inside),
        format!("for {place}, {size} := 0, 0; {place} < len({bytes}); {place} += {size} "),
    );
    plan.insert(cx.line_end(inside.start), first);
    Some(plan)
}

/// From `for` to the block.
fn head(cx: &Context<'_>, range: StmtId, block: Span) -> Span {
    Span::new(cx.stmt_span(range).start, block.start)
}
