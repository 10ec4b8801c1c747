//! Variables that a loop empties and fills again.

use fix::Applicability;
use syntax::tree::{ExprId, Stmt, StmtId};

use super::uses::use_of;
use super::{Refilled, append_takes, is_own};
use crate::appends::nil_shows;
use crate::context::Context;
use crate::objects::Access;
use crate::parents::Parent;

/// Looks at a local variable that a statement empties; `None` where nothing fills it again, or somebody else may have what
/// was in it.
pub(super) fn refilled(cx: &Context<'_>, reset: StmtId, slice: ExprId) -> Option<Refilled> {
    let variable = cx.object(slice)?;
    if !cx.is_local(variable) || cx.is_captured(variable) {
        return None;
    }
    let declared = cx.declaration(variable)?;
    if declared.value.is_some_and(|value| !is_own(cx, value)) {
        return None;
    }
    // The loop that fills it again: the variable is older than the loop's turns.
    let around = cx
        .loops(Parent::Stmt(reset))
        .into_iter()
        .filter(|&id| cx.is_declared_outside(variable, id) && !cx.at_most_one_turn(id))
        .find(|&id| !cx.leaves_after(reset, id))?;
    if cx.runs_once(Parent::Stmt(around)) {
        return None;
    }
    let mut shows_nil = false;
    let mut append = None;
    for &ident in cx.uses(variable) {
        let access = cx.access(ident);
        if access == Access::Declare {
            continue;
        }
        let expr = cx.parents().ident(ident)?;
        if let Access::Read(expr) = access {
            shows_nil |= nil_shows(cx, expr, variable);
        }
        match access {
            Access::Update(_) | Access::Address => return None,
            // Behind a return nothing empties it.
            _ if is_returned(cx, expr) => {}
            _ if is_ranged_over(cx, expr, reset) => return None,
            _ => {
                let call = use_of(cx, expr)?;
                let within = cx.is_within(Parent::Expr(expr), around);
                append = append.or(call.filter(|_| within));
            }
        }
    }
    let fix = (!shows_nil).then_some(Applicability::Safe);
    Some(Refilled { allocated: append_takes(cx, append?), fix })
}

fn is_returned(cx: &Context<'_>, expr: ExprId) -> bool {
    matches!(cx.around(expr).1, Parent::Stmt(stmt) if cx.is_return(stmt))
}

/// Whether a slice is ranged over while a statement runs: what is appended then would come in place of what follows.
fn is_ranged_over(cx: &Context<'_>, expr: ExprId, during: StmtId) -> bool {
    match cx.around(expr) {
        (outer, Parent::Stmt(stmt)) => {
            matches!(cx.tree().stmt(stmt), Stmt::Range { x, .. } if x == outer)
                && cx.is_within(Parent::Stmt(during), stmt)
        }
        _ => false,
    }
}
