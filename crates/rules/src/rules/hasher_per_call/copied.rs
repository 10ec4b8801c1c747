//! Sums that are copied to an array of their size.

use source::Span;
use syntax::tree::{Expr, ExprId, Stmt};
use types::{Basic, Builtin, Type};

use crate::{Callee, Context, Parent};

/// `copy(out[:], h.Sum(nil))`, as a statement.
pub(super) struct Copied {
    pub(super) call: ExprId,
    /// The array.
    pub(super) out: ExprId,
}

impl Copied {
    /// How a sum of so many bytes is copied, where all of the array is written by it.
    pub(super) fn of(cx: &Context<'_>, sum: ExprId, len: i64) -> Option<Self> {
        let (call, 1) = cx.argument_of(sum)? else { return None };
        let (_, Parent::Stmt(stmt)) = cx.around(call) else { return None };
        let to = cx.tree().unparen(*cx.arguments(call).first()?);
        let Expr::Slice { x: out, bounds, .. } = cx.tree().expr(to) else { return None };
        let whole = bounds.iter().all(Option::is_none);
        let Type::Array { len: room, elem } = cx.under(out) else { return None };
        let elem = cx.store.ty(cx.store.unalias(*elem));
        let is_byte = matches!(elem, Type::Basic(Basic::Uint8, _));
        let mut variables = Vec::new();
        (cx.callee(call) == Some(Callee::Builtin(Builtin::Copy))
            && matches!(cx.tree().stmt(stmt), Stmt::Expr(_))
            && whole
            && is_byte
            && *room == len
            && cx.is_pure(out, &mut variables))
        .then_some(Self { call, out })
    }

    /// The statement's text up to the sum, and behind it.
    pub(super) fn around(&self, cx: &Context<'_>, sum: ExprId) -> [Span; 2] {
        let (call, sum) = (cx.span(self.call), cx.span(sum));
        [Span::new(call.start, sum.start), Span::new(sum.end, call.end)]
    }
}
