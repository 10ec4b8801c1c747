//! Appending to a slice, in whatever way.

use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId};
use types::{Basic, Builtin, ObjId, ObjectKind, Type, VarKind};

use crate::{Callee, Context, Parent};

/// `dst = f(dst, …)`
pub(super) struct Growth {
    pub(super) stmt: StmtId,
    /// `dst` on the left.
    pub(super) target: ExprId,
    /// `dst` among the arguments.
    pub(super) argument: ExprId,
    /// The local variable, or the field, that holds the slice.
    pub(super) variable: ObjId,
    /// Whether it is a slice of bytes.
    pub(super) of_bytes: bool,
}

impl Growth {
    /// A statement that appends, by a function that does, or to bytes.
    pub(super) fn of(cx: &Context<'_>, stmt: StmtId) -> Option<Self> {
        let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = cx.tree().stmt(stmt) else {
            return None;
        };
        if rhs.len() != 1 {
            return None;
        }
        let target = cx.tree().unparen(cx.tree().list_get(lhs, 0)?);
        let Type::Slice(elem) = cx.under(target) else { return None };
        let of_bytes = matches!(cx.store.under_ty(*elem), Type::Basic(Basic::Uint8, _));
        let variable = slice_variable(cx, target)?;
        let call = cx.tree().unparen(cx.tree().list_get(rhs, 0)?);
        let argument = *cx.arguments(call).first()?;
        if !is_same_place(cx, target, argument) {
            return None;
        }
        let appends = match cx.callee(call)? {
            Callee::Builtin(Builtin::Append) => of_bytes,
            Callee::Function(function) => appends(cx, function, call),
            _ => false,
        };
        appends.then_some(Self { stmt, target, argument, variable, of_bytes })
    }
}

/// The local variable or field that an expression is: of a variable, not of what a call gives.
fn slice_variable(cx: &Context<'_>, expr: ExprId) -> Option<ObjId> {
    match cx.tree().expr(expr) {
        Expr::Ident(_) => cx.object(expr).filter(|&object| cx.is_local(object)),
        Expr::Selector { x, sel } => {
            let field = cx.facts().uses[sel]?;
            let is_field = matches!(
                cx.store.obj(field).kind,
                ObjectKind::Var(VarKind::Field { origin: None, .. })
            );
            (is_field && cx.object(x).is_some()).then_some(field)
        }
        _ => None,
    }
}

/// Whether two expressions name the same variable, or the same field of the same variable.
pub(super) fn is_same_place(cx: &Context<'_>, a: ExprId, b: ExprId) -> bool {
    let (a, b) = (cx.tree().unparen(a), cx.tree().unparen(b));
    match (cx.tree().expr(a), cx.tree().expr(b)) {
        (Expr::Ident(_), Expr::Ident(_)) => cx.object(a).is_some() && cx.object(a) == cx.object(b),
        (Expr::Selector { x: a, sel: f }, Expr::Selector { x: b, sel: g }) => {
            cx.facts().uses[f] == cx.facts().uses[g]
                && cx.object(a).is_some()
                && cx.object(a) == cx.object(b)
        }
        _ => false,
    }
}

/// Whether a function appends to its first argument and returns it: by its body, or by its name where it is of another
/// package.
fn appends(cx: &Context<'_>, function: ObjId, call: ExprId) -> bool {
    let data = cx.store.obj(function);
    let Type::Signature(signature) = cx.store.ty(cx.store.obj_type(function)) else { return false };
    let (Some(&first), Some(&result)) = (signature.params.first(), signature.results.first())
    else {
        return false;
    };
    let same = cx.store.identical(cx.store.obj_type(first), cx.store.obj_type(result));
    if !same || signature.results.len() != 1 && !matches!(cx.around(call).1, Parent::Stmt(_)) {
        return false;
    }
    if data.pkg != Some(cx.package.checked.pkg) {
        return data.name.as_str().starts_with("Append");
    }
    let Some((there, decl)) = cx.declaration_of_function(function) else { return false };
    let span = there.tree().decl_span(decl);
    let uses =
        there.uses(first).iter().filter(|&&ident| span.contains(there.tree().ident(ident).pos));
    let mut is_appended_to = false;
    for &ident in uses {
        let Some(expr) = there.parents().ident(ident) else { continue };
        let (outer, Parent::Expr(around)) = there.around(expr) else { continue };
        match there.tree().expr(around) {
            // `dst[:0]`, `dst[n:]`: what is in it counts for the function.
            Expr::Slice { .. } | Expr::Index { .. } => return false,
            Expr::Call { .. } => {
                let is_first = there.arguments(around).first() == Some(&outer);
                match there.callee(around) {
                    Some(Callee::Builtin(Builtin::Append)) => is_appended_to |= is_first,
                    Some(Callee::Builtin(Builtin::Len | Builtin::Cap)) => return false,
                    Some(Callee::Function(other)) => {
                        let name = there.store.obj(other).name.as_str();
                        is_appended_to |= is_first && name.to_lowercase().starts_with("append");
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    is_appended_to
}

/// Whether the whole of a slice is used where it stands, and not kept there: written, ranged over, or handed to a function of
/// the package that works on it. A string of it or a question about it makes sense of what was collected up to there, too.
pub(super) fn is_used_whole(cx: &Context<'_>, expr: ExprId, of_bytes: bool) -> bool {
    let (outer, parent) = cx.around(expr);
    match parent {
        Parent::Stmt(stmt) => {
            !of_bytes && matches!(cx.tree().stmt(stmt), Stmt::Range { x, .. } if x == outer)
        }
        Parent::Expr(call) => {
            let Expr::Call { fun, .. } = cx.tree().expr(call) else { return false };
            let Some(at) = cx.arguments(call).iter().position(|&argument| argument == outer) else {
                return false;
            };
            match cx.callee(call) {
                Some(Callee::Conversion(_) | Callee::Builtin(_)) | None => false,
                _ => {
                    let named = |name: &str| matches!(cx.tree().expr(cx.tree().unparen(fun)), Expr::Selector { sel, .. } if cx.tree().ident(sel).name.as_str() == name);
                    of_bytes && at == 0 && named("Write")
                        || !of_bytes && is_only_looked_at(cx, call, at)
                }
            }
        }
        _ => false,
    }
}

/// Whether an argument is neither changed nor kept by a function of the package, which does not just answer a question.
fn is_only_looked_at(cx: &Context<'_>, call: ExprId, argument: usize) -> bool {
    let Some(Callee::Function(callee)) = cx.callee(call) else { return false };
    let own = cx.store.obj(callee).pkg == Some(cx.package.checked.pkg);
    let asks = matches!(cx.under(call), Type::Basic(Basic::Bool, _));
    let Some(function) = cx.flow_around(call).filter(|_| own && !asks) else { return false };
    let fate = function.argument_fate(call, argument);
    !fate.written && !fate.kept && !fate.is_returned()
}
