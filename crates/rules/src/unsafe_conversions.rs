//! Conversions between strings and slices of bytes that copy nothing.

use flow::{Callee, Flow, View};
use syntax::tree::{Expr, ExprId, Stmt, UnaryOp};
use types::{Basic, Builtin, ObjId, Type, TypeId};

use crate::context::Context;
use crate::pools::is_standard;
use crate::shared_memory::own_returns;

/// Through how many functions a conversion is looked for.
const DEEPEST: u32 = 2;

/// A conversion that copies nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct UnsafeConversion {
    /// The expression whose value it gives.
    pub(crate) value: ExprId,
    /// What is converted: a string or a slice of bytes.
    pub(crate) of: ExprId,
    /// Whether it gives a string.
    pub(crate) to_string: bool,
}

impl Context<'_> {
    /// The conversion that a call makes without a copy, itself or as a function that does nothing else. The call that
    /// gives a pointer which is read at once counts for what is read.
    pub(crate) fn unsafe_conversion(&self, call: ExprId) -> Option<UnsafeConversion> {
        unsafe_conversion(self.flow(), self.view(), call)
    }
}

/// See [`Context::unsafe_conversion`].
pub(crate) fn unsafe_conversion(
    flow: &Flow<'_>,
    view: View<'_>,
    call: ExprId,
) -> Option<UnsafeConversion> {
    converts(flow, view, call, DEEPEST)
}

fn converts(flow: &Flow<'_>, view: View<'_>, call: ExprId, depth: u32) -> Option<UnsafeConversion> {
    let tree = view.tree();
    let arguments = view.arguments(call);
    let &first = arguments.first()?;
    match view.callee(call)? {
        Callee::Builtin(Builtin::UnsafeString) => {
            let of = bytes_of(view, first)?;
            Some(UnsafeConversion { value: call, of, to_string: true })
        }
        Callee::Builtin(Builtin::UnsafeSlice) => {
            let data = tree.unparen(first);
            let is_data = view.callee(data) == Some(Callee::Builtin(Builtin::UnsafeStringData));
            let of = view.arguments(data).first().copied().filter(|_| is_data)?;
            Some(UnsafeConversion { value: call, of, to_string: false })
        }
        // `*(*string)(unsafe.Pointer(&b))`
        Callee::Conversion(to) => {
            let Type::Pointer(elem) = view.store.ty(view.store.under(to)) else { return None };
            let Expr::Unary { op: UnaryOp::Addr, x } = tree.expr(through_pointer(view, first)?)
            else {
                return None;
            };
            let (_, flow::Parent::Expr(value)) = view.around(call) else { return None };
            let to_string = is_string(view, *elem);
            let is_one = matches!(tree.expr(value), Expr::Star(_))
                && if to_string {
                    is_bytes(view, view.type_of(x))
                } else {
                    is_bytes(view, *elem) && is_string(view, view.type_of(x))
                };
            is_one.then_some(UnsafeConversion { value, of: x, to_string })
        }
        Callee::Function(function) => {
            let [of] = arguments[..] else { return None };
            let to_string = is_converter(flow, function, depth)?;
            view.receiver_argument(call).is_none().then_some(UnsafeConversion {
                value: call,
                of,
                to_string,
            })
        }
        _ => None,
    }
}

/// Whether a function does nothing but convert its parameter, and if so, whether to a string.
fn is_converter(flow: &Flow<'_>, function: ObjId, depth: u32) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    let store = flow.store();
    let Type::Signature(signature) = store.ty(store.obj_type(function)) else { return None };
    let ([parameter], [result]) = (&signature.params[..], &signature.results[..]) else {
        return None;
    };
    if is_standard(flow, function) {
        return None;
    }
    let (from, to) = (store.obj_type(*parameter), store.obj_type(*result));
    let here = flow.view(0);
    let to_string = is_bytes(here, from) && is_string(here, to);
    let to_bytes = is_string(here, from) && is_bytes(here, to);
    if !to_string && !to_bytes {
        return None;
    }
    let body = flow.declared(function)?;
    let view = body.view();
    own_returns(&body).into_iter().find_map(|stmt| {
        let Stmt::Return(results) = view.tree().stmt(stmt) else { return None };
        let mut value = view.tree().unparen(view.tree().list_get(results, 0)?);
        if let Expr::Star(x) = view.tree().expr(value) {
            value = view.tree().unparen(x);
        }
        let found = converts(flow, view, value, depth)?;
        (found.to_string == to_string && view.object(found.of) == Some(*parameter))
            .then_some(to_string)
    })
}

/// The slice whose first bytes a pointer points to: of `&b[i]` and `unsafe.SliceData(b)`.
fn bytes_of(view: View<'_>, pointer: ExprId) -> Option<ExprId> {
    let tree = view.tree();
    let pointer = through_pointer(view, pointer).unwrap_or(tree.unparen(pointer));
    let bytes = match tree.expr(pointer) {
        Expr::Unary { op: UnaryOp::Addr, x } => match tree.expr(tree.unparen(x)) {
            Expr::Index { x, .. } => x,
            _ => return None,
        },
        Expr::Call { .. }
            if view.callee(pointer) == Some(Callee::Builtin(Builtin::UnsafeSliceData)) =>
        {
            *view.arguments(pointer).first()?
        }
        _ => return None,
    };
    is_bytes(view, view.type_of(bytes)).then_some(bytes)
}

/// What a chain of conversions of pointers begins with; `None` without `unsafe.Pointer` in it.
fn through_pointer(view: View<'_>, expr: ExprId) -> Option<ExprId> {
    let mut at = view.tree().unparen(expr);
    let mut is_unsafe = false;
    while let Some(Callee::Conversion(to)) = view.callee(at) {
        is_unsafe |=
            matches!(view.store.ty(view.store.under(to)), Type::Basic(Basic::UnsafePointer, _));
        at = view.tree().unparen(*view.arguments(at).first()?);
    }
    is_unsafe.then_some(at)
}

fn is_string(view: View<'_>, ty: TypeId) -> bool {
    matches!(view.store.ty(view.store.under(view.store.unalias(ty))), Type::Basic(basic, _) if basic.is_string())
}

pub(crate) fn is_bytes(view: View<'_>, ty: TypeId) -> bool {
    let Type::Slice(elem) = view.store.ty(view.store.under(view.store.unalias(ty))) else {
        return false;
    };
    matches!(
        view.store.ty(view.store.under(view.store.unalias(*elem))),
        Type::Basic(Basic::Uint8, _)
    )
}
