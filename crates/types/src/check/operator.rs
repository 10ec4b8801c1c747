//! Unary and binary operators, shifts, comparisons.

use syntax::tree::{BinaryOp, ExprId};

use super::{Checker, Operand};

impl Checker<'_> {
    /// `op x`; the operand of `&` may be a composite literal.
    pub(super) fn unary(&mut self, _e: ExprId) -> Operand {
        todo!()
    }

    /// `lhs op rhs`. `e` is `None` for the operation of an assignment `lhs op= rhs`.
    pub(super) fn binary(
        &mut self,
        _e: Option<ExprId>,
        _lhs: ExprId,
        _rhs: ExprId,
        _op: BinaryOp,
    ) -> Operand {
        todo!()
    }

    /// `x op y` for a comparison; `x` becomes the result. Also what a `case` compares.
    pub(super) fn comparison(&mut self, _x: &mut Operand, _y: &mut Operand, _op: BinaryOp) {
        todo!()
    }

    /// Brings two operands to one type where one is untyped; both become invalid where that cannot be.
    pub(super) fn match_types(&mut self, _x: &mut Operand, _y: &mut Operand) {
        todo!()
    }
}
