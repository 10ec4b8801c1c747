//! Strings in variables that are only looked up or compared.

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{ExprId, StmtId};
use types::{Basic, ObjId};

use super::twin::is_only_looked_at;
use super::unchanged::keeps_bytes;
use crate::copies::Copy;
use crate::{Access, Context, Parent};

pub(super) fn of(cx: &Context<'_>, conversion: ExprId, bytes: ExprId) -> Option<Copy> {
    let local = cx.kept_local(conversion)?;
    let mut reads = Vec::new();
    for &ident in cx.uses(local.object) {
        match cx.access(ident) {
            Access::Declare => {}
            Access::Read(expr) if is_only_looked_at(cx, expr) => reads.push(expr),
            _ => return None,
        }
    }
    let name = cx.store.obj(local.object).name;
    let plan = plan(cx, conversion, bytes, local.object, local.stmt, &reads);
    super::copy(
        "the bytes are copied into a variable that is only looked up or compared",
        format!("convert them where `{name}` is used, which is no copy"),
        plan,
    )
}

fn plan(
    cx: &Context<'_>,
    conversion: ExprId,
    bytes: ExprId,
    variable: ObjId,
    declared: StmtId,
    reads: &[ExprId],
) -> Option<Plan> {
    let source = cx.object(bytes).filter(|&object| cx.store.obj(object).is_var())?;
    let is_plain = cx.store.unalias(cx.store.obj_type(variable)) == Basic::String.id();
    let last = reads.last()?;
    let between = Span::new(cx.stmt_span(declared).end, cx.span(*last).end);
    let Parent::Stmt(block) = cx.parents().stmt(declared) else { return None };
    let same_block = reads.iter().all(|&read| {
        cx.is_within(Parent::Expr(read), block)
            && cx.innermost_loop(Parent::Expr(read)) == cx.innermost_loop(Parent::Stmt(declared))
    });
    if !is_plain
        || !same_block
        || cx.is_captured(source)
        || cx.is_captured(variable)
        || cx.changes_within(source, between)
        || !keeps_bytes(cx, source, block, between)
    {
        return None;
    }
    let mut plan = Plan::new(Applicability::Safe, "Convert the bytes where they are looked up");
    plan.remove(cx.lines_of_statement(declared)?);
    for &read in reads {
        plan.replace(cx.span(read), cx.source(conversion));
    }
    Some(plan)
}
