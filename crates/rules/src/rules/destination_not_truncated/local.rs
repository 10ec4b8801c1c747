//! A local slice that a loop appends to.

use syntax::tree::{Expr, ExprId, Stmt, StmtId};

use super::growth::{Growth, is_used_whole};
use crate::{Access, Context, Parent};

/// Where the whole slice is used in each turn of the loop, if nothing empties it and nothing else is done with it.
pub(super) fn used_whole(cx: &Context<'_>, growth: &Growth) -> Option<ExprId> {
    let variable = growth.variable;
    let around = cx.innermost_loop(Parent::Stmt(growth.stmt))?;
    let outermost = cx.loops(Parent::Stmt(growth.stmt)).last().copied()?;
    if !cx.is_declared_outside(variable, outermost) || cx.is_captured(variable) {
        return None;
    }
    let Parent::Stmt(block) = cx.parents().stmt(growth.stmt) else { return None };
    let mut used = None;
    for &ident in cx.uses(variable) {
        let pos = cx.tree().ident(ident).pos;
        let inside = cx.stmt_span(around).contains(pos);
        match cx.access(ident) {
            Access::Declare => {}
            Access::Write(stmt) => match Growth::of(cx, stmt) {
                // The first append of a turn is the one to be told.
                Some(other) if other.stmt == growth.stmt => {}
                Some(other)
                    if inside
                        && other.variable == variable
                        && cx.stmt_span(stmt).start > cx.stmt_span(growth.stmt).start => {}
                _ if !inside && pos < cx.stmt_span(outermost).start => {}
                _ => return None,
            },
            Access::Update(_) | Access::Address => return None,
            Access::Read(expr) => {
                if is_argument_of_growth(cx, growth, expr)
                    || !inside && pos < cx.stmt_span(outermost).start
                {
                    continue;
                }
                if !inside || !is_used_whole(cx, expr, growth.of_bytes) {
                    return None;
                }
                if statement_in(cx, expr, block) && pos > cx.stmt_span(growth.stmt).start {
                    used = Some(expr);
                }
            }
        }
    }
    used
}

fn is_argument_of_growth(cx: &Context<'_>, growth: &Growth, expr: ExprId) -> bool {
    let mut node = Parent::Expr(expr);
    while let Some(above) = cx.up(node) {
        if let Parent::Stmt(stmt) = above {
            return Growth::of(cx, stmt).is_some_and(|other| {
                other.variable == growth.variable
                    && cx.tree().unparen(other.argument) == cx.tree().unparen(expr)
            });
        }
        node = above;
    }
    false
}

/// Whether an expression is evaluated whenever a statement of a block is reached: it does not stand in a block within.
pub(super) fn statement_in(cx: &Context<'_>, expr: ExprId, block: StmtId) -> bool {
    let mut node = Parent::Expr(expr);
    while let Some(above) = cx.up(node) {
        if above == Parent::Stmt(block) {
            return true;
        }
        if let Parent::Stmt(stmt) = above {
            // A body of a branch or loop, or a clause.
            let is_body = matches!(
                cx.tree().stmt(stmt),
                Stmt::Block(_) | Stmt::Case { .. } | Stmt::Comm { .. }
            );
            if is_body {
                return false;
            }
        }
        if matches!(above, Parent::Expr(e) if matches!(cx.tree().expr(e), Expr::Func { .. })) {
            return false;
        }
        node = above;
    }
    false
}
