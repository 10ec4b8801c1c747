//! Bytes that keep their values for a while.

use flow::Effect;
use source::Span;
use syntax::tree::{Expr, ExprId, Stmt, StmtId};
use types::{Builtin, ObjId, Type};

use crate::{Callee, Context};

/// Types of the standard library that keep what is written to them, and call nobody for it.
const KEEPERS: [(&str, &str); 2] = [("bytes", "Buffer"), ("strings", "Builder")];

/// Whether nothing within a range of a block can change the bytes that a local variable leads to: nothing is set that could be one
/// of them, and nothing is called that writes, but to what does not share memory with them.
pub(super) fn keeps_bytes(cx: &Context<'_>, bytes: ObjId, block: StmtId, span: Span) -> bool {
    let within = |at: Span| span.start <= at.start && at.start < span.end;
    let sets_nothing =
        cx.descendants(block).filter(|&stmt| within(cx.stmt_span(stmt))).all(|stmt| {
            match cx.tree().stmt(stmt) {
                Stmt::Assign { lhs, .. } => cx.tree().list(lhs).all(|to| is_no_byte(cx, to)),
                Stmt::IncDec { x, .. } => is_no_byte(cx, x),
                Stmt::Range { key, value, .. } => {
                    key.is_none_or(|x| is_no_byte(cx, x)) && value.is_none_or(|x| is_no_byte(cx, x))
                }
                Stmt::Send { .. } | Stmt::Go(_) | Stmt::Defer(_) | Stmt::Select { .. } => false,
                _ => true,
            }
        });
    let mut inside = cx.expressions_in(block).into_iter().filter(|&expr| within(cx.span(expr)));
    sets_nothing && inside.all(|expr| !is_call(cx, expr) || call_keeps(cx, bytes, expr))
}

fn is_call(cx: &Context<'_>, expr: ExprId) -> bool {
    matches!(cx.tree().expr(expr), Expr::Call { .. })
}

/// Whether what is set is a variable by its name, or cannot be a byte or hold one.
fn is_no_byte(cx: &Context<'_>, to: ExprId) -> bool {
    let to = cx.tree().unparen(to);
    match cx.tree().expr(to) {
        Expr::Ident(_) => return true,
        Expr::Index { x, .. } if matches!(cx.under(x), Type::Map { .. }) => return true,
        _ => {}
    }
    match cx.under(to) {
        Type::Basic(..) => cx.size_of(cx.type_of(to)).is_some_and(|size| size > 1),
        Type::Pointer(_) | Type::Slice(_) | Type::Map { .. } | Type::Chan { .. } => true,
        Type::Signature(_) | Type::Interface(_) => true,
        _ => false,
    }
}

/// Whether a call by itself, its arguments not counted, leaves bytes as they are.
fn call_keeps(cx: &Context<'_>, bytes: ObjId, call: ExprId) -> bool {
    let Some(function) = cx.flow_around(call) else { return false };
    let apart = |from: ExprId| {
        let origins = function.origins(from);
        !origins.iter().any(|&origin| function.aliases().may_share(origin, bytes))
    };
    match cx.callee(call) {
        Some(Callee::Conversion(_)) => true,
        Some(Callee::Builtin(Builtin::Append)) => {
            cx.arguments(call).first().is_some_and(|&x| apart(x))
        }
        Some(Callee::Function(callee)) if cx.flow().function_effect(callee) <= Effect::Reads => {
            true
        }
        Some(Callee::Function(_)) => cx.method_call(call).is_some_and(|found| {
            let ty = cx.type_of(found.receiver);
            let writes = cx.store.obj(found.method).name.as_str().starts_with("Write");
            let keeps = KEEPERS.iter().any(|&(package, name)| cx.is_type(ty, package, name));
            writes && keeps && !cx.store.is_interface(ty) && apart(found.receiver)
        }),
        _ => function.effect(call) <= Effect::Reads,
    }
}
