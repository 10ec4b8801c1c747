//! A slice in a field that a method appends to.

use syntax::tree::{Expr, ExprId, Stmt};

use super::growth::{Growth, is_used_whole};
use super::local::statement_in;
use crate::{Context, Parent};

/// Where the whole slice is used by the function that appends to it, if nothing in the package does anything else with the
/// field.
pub(super) fn used_whole(cx: &Context<'_>, growth: &Growth) -> Option<ExprId> {
    if cx.store.obj(growth.variable).is_exported() {
        return None;
    }
    let function = cx.function_of(Parent::Stmt(growth.stmt))?;
    let Parent::Stmt(block) = cx.parents().stmt(growth.stmt) else { return None };
    // What a loop of the function collects is another matter.
    if cx.innermost_loop(Parent::Stmt(growth.stmt)).is_some() {
        return None;
    }
    let mut used = None;
    for there in cx.files() {
        for (id, expr) in there.tree().exprs() {
            let Expr::Selector { sel, .. } = expr else { continue };
            if there.facts().uses[sel] != Some(growth.variable) {
                continue;
            }
            let here =
                there.number == cx.number && cx.function_of(Parent::Expr(id)) == Some(function);
            match grown_by(&there, growth, id) {
                Some(other) => {
                    // The first append of a call is the one to be told.
                    if here && cx.stmt_span(other.stmt).start < cx.stmt_span(growth.stmt).start {
                        return None;
                    }
                    if !here {
                        return None;
                    }
                }
                None if !here || !is_used_whole(&there, id, growth.of_bytes) => return None,
                None => {
                    if statement_in(cx, id, block)
                        && cx.span(id).start > cx.stmt_span(growth.stmt).start
                    {
                        used = Some(id);
                    }
                }
            }
        }
    }
    used
}

/// The statement that appends to the field, where an expression is its target or its argument.
fn grown_by(cx: &Context<'_>, growth: &Growth, field: ExprId) -> Option<Growth> {
    let mut node = Parent::Expr(field);
    loop {
        let above = cx.up(node)?;
        if let Parent::Stmt(stmt) = above {
            if !matches!(cx.tree().stmt(stmt), Stmt::Assign { .. }) {
                return None;
            }
            let other = Growth::of(cx, stmt)?;
            let is_own = cx.tree().unparen(other.target) == field
                || cx.tree().unparen(other.argument) == field;
            return (other.variable == growth.variable && is_own).then_some(other);
        }
        node = above;
    }
}
