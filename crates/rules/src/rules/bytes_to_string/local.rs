//! Strings in variables that are only looked up or compared.

use fix::{Applicability, Plan};
use flow::Effect;
use source::Span;
use syntax::tree::{Expr, ExprId, Stmt, StmtId};
use types::{Basic, ObjId};

use super::twin::is_only_looked_at;
use crate::copies::Copy;
use crate::{Access, Callee, Context, Parent};

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
        || !keeps_bytes(cx, block, between)
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

/// Whether nothing within a range can change bytes: nothing is set but variables and entries of maps, nothing is called that writes.
fn keeps_bytes(cx: &Context<'_>, block: StmtId, span: Span) -> bool {
    let within = |at: Span| span.start <= at.start && at.start < span.end;
    let sets_nothing =
        cx.descendants(block).filter(|&stmt| within(cx.stmt_span(stmt))).all(|stmt| {
            match cx.tree().stmt(stmt) {
                Stmt::Assign { lhs, .. } => {
                    cx.tree().list(lhs).all(|to| matches!(cx.tree().expr(to), Expr::Ident(_)))
                }
                Stmt::IncDec { x, .. } => matches!(cx.tree().expr(x), Expr::Ident(_)),
                Stmt::Send { .. } | Stmt::Go(_) | Stmt::Defer(_) | Stmt::Select { .. } => false,
                _ => true,
            }
        });
    let calls_nothing =
        cx.expressions_in(block).into_iter().filter(|&expr| within(cx.span(expr))).all(
            |expr| match (cx.tree().expr(expr), cx.callee(expr)) {
                (Expr::Call { .. }, Some(Callee::Conversion(_))) => true,
                (Expr::Call { .. }, Some(Callee::Function(function))) => {
                    cx.flow().function_effect(function) <= Effect::Reads
                }
                (Expr::Call { .. }, _) => {
                    cx.flow_around(expr).is_some_and(|f| f.effect(expr) <= Effect::Reads)
                }
                _ => true,
            },
        );
    sets_nothing && calls_nothing
}
