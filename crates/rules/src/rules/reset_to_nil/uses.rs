//! What is done with a slice, where it is all that has its array.

use syntax::tree::{AssignOp, Expr, ExprId, Stmt, UnaryOp};
use types::{Builtin, Type, Universe};

use super::is_own;
use crate::context::{Callee, Context};
use crate::parents::Parent;

/// What a use of the slice does, if that keeps its array with it: `Some(Some(call))` where it appends. `None` where
/// the array may be somebody else's too, or where a nil slice is told from an empty one.
pub(super) fn use_of(cx: &Context<'_>, place: ExprId) -> Option<Option<ExprId>> {
    let tree = cx.tree();
    let (outer, parent) = cx.around(place);
    match parent {
        Parent::Stmt(stmt) => match tree.stmt(stmt) {
            Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } if lhs.len() == rhs.len() => {
                let at = tree.list(lhs).position(|x| x == outer)?;
                let value = tree.unparen(tree.list_get(rhs, at)?);
                match cx.callee(value) {
                    Some(Callee::Builtin(Builtin::Append)) => {
                        let first = *cx.arguments(value).first()?;
                        same_or_emptied(cx, first, place).then_some(Some(value))
                    }
                    _ => (is_own(cx, value) || is_cut(cx, value, place)).then_some(None),
                }
            }
            Stmt::Range { x, .. } => (x == outer).then_some(None),
            _ => None,
        },
        Parent::Expr(around) => match tree.expr(around) {
            Expr::Index { x, .. } => {
                let element = x == outer && !is_address_taken(cx, around);
                element.then_some(None)
            }
            Expr::Slice { .. } => is_own_cut(cx, around, outer).then_some(None),
            Expr::Call { .. } => call_with(cx, around, outer).then_some(None),
            _ => None,
        },
        _ => None,
    }
}

/// `x` or `x[:0]`.
fn same_or_emptied(cx: &Context<'_>, expr: ExprId, place: ExprId) -> bool {
    cx.is_same_place(expr, place) || is_cut(cx, expr, place)
}

/// `x[:0]`
fn is_cut(cx: &Context<'_>, expr: ExprId, place: ExprId) -> bool {
    let expr = cx.tree().unparen(expr);
    match cx.tree().expr(expr) {
        Expr::Slice { x, bounds: [None, Some(high), None], .. } => {
            cx.constant_int(high) == Some(0) && cx.is_same_place(x, place)
        }
        _ => false,
    }
}

/// Whether a slice expression of the slice is `x = x[:0]` or `append(x[:0], …)` that is given to it again.
fn is_own_cut(cx: &Context<'_>, cut: ExprId, place: ExprId) -> bool {
    if !is_cut(cx, cut, place) {
        return false;
    }
    let appended = match cx.around(cut) {
        (outer, Parent::Expr(call)) => {
            cx.callee(call) == Some(Callee::Builtin(Builtin::Append))
                && cx.arguments(call).first() == Some(&outer)
                && is_given_back(cx, call, place)
        }
        _ => false,
    };
    appended || is_given_back(cx, cut, place)
}

fn is_address_taken(cx: &Context<'_>, element: ExprId) -> bool {
    let mut at = element;
    loop {
        match cx.around(at).1 {
            Parent::Expr(outer) => match cx.tree().expr(outer) {
                Expr::Unary { op: UnaryOp::Addr, .. } | Expr::Slice { .. } => return true,
                // A method may take the element's address.
                Expr::Call { .. } => return matches!(cx.tree().expr(at), Expr::Selector { .. }),
                Expr::Selector { .. } | Expr::Index { .. } => at = outer,
                _ => return false,
            },
            _ => return false,
        }
    }
}

/// Whether a call that the slice is an argument of lets go of it.
fn call_with(cx: &Context<'_>, call: ExprId, argument: ExprId) -> bool {
    let arguments = cx.arguments(call);
    let Some(at) = arguments.iter().position(|&x| x == argument) else { return false };
    if let Parent::Stmt(stmt) = cx.around(call).1
        && matches!(cx.tree().stmt(stmt), Stmt::Go(_) | Stmt::Defer(_))
    {
        // The call is made later.
        return false;
    }
    match cx.callee(call) {
        Some(Callee::Builtin(Builtin::Len | Builtin::Copy | Builtin::Clear)) => true,
        Some(Callee::Builtin(Builtin::Append)) => {
            // Its own append is looked at where it is given back; the elements of another are copied.
            at == 0 && is_given_back(cx, call, argument) || at == 1 && is_spread(cx, call)
        }
        Some(Callee::Function(_)) if !cx.lets_go(call) => {
            cx.flow_around(call).is_some_and(|function| {
                let fate = function.argument_fate(call, at);
                !fate.kept && (!fate.is_returned() || is_plain(cx, call))
            })
        }
        Some(Callee::Function(_) | Callee::Dynamic) => cx.lets_go(call) && is_plain(cx, call),
        Some(Callee::Conversion(to)) => {
            matches!(cx.store.ty(cx.store.under(to)), Type::Basic(basic, _) if basic.is_string())
        }
        _ => false,
    }
}

fn is_spread(cx: &Context<'_>, call: ExprId) -> bool {
    matches!(cx.tree().expr(call), Expr::Call { spread: true, .. })
}

/// Whether a value is assigned to the place.
fn is_given_back(cx: &Context<'_>, value: ExprId, place: ExprId) -> bool {
    let (outer, Parent::Stmt(stmt)) = cx.around(value) else { return false };
    match cx.tree().stmt(stmt) {
        Stmt::Assign { lhs, rhs, .. } if lhs.len() == rhs.len() => cx
            .tree()
            .list(lhs)
            .zip(cx.tree().list(rhs))
            .any(|(to, from)| from == outer && cx.is_same_place(to, place)),
        _ => false,
    }
}

/// Whether the results of a call cannot lead to an array: they are numbers, truth values, strings and errors.
fn is_plain(cx: &Context<'_>, call: ExprId) -> bool {
    let Expr::Call { fun, .. } = cx.tree().expr(call) else { return false };
    let Type::Signature(signature) = cx.under(fun) else { return false };
    signature.results.iter().all(|&result| {
        let ty = cx.store.obj_type(result);
        matches!(cx.store.ty(cx.store.under(ty)), Type::Basic(..))
            || cx.store.identical(ty, Universe::ERROR)
    })
}
