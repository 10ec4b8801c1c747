//! Untyped values: how they take a type from their context, and what constants fit into it.

use syntax::tree::ExprId;

use super::{Checker, Operand};
use crate::constant::Value;
use crate::types::TypeId;

impl Checker<'_> {
    /// Gives the untyped operand the type `target`, and writes it down for its expression and what that is
    /// made of. Typed operands stay as they are.
    pub(super) fn convert_untyped(&mut self, _x: &mut Operand, _target: TypeId) {
        todo!()
    }

    /// The type (and, of a constant, value) that the untyped operand takes when used as `target`; `None` if it does not fit.
    pub(super) fn implicit_type_and_value(
        &mut self,
        _x: &Operand,
        _target: TypeId,
    ) -> Option<(TypeId, Option<Value>)> {
        todo!()
    }

    /// Writes down the type that an untyped expression took, and that of its untyped operands.
    /// `last` says that the type is final.
    pub(super) fn update_expr_type(&mut self, _e: ExprId, _ty: TypeId, _last: bool) {
        todo!()
    }

    /// Rounds the constant operand to its type, or to `ty`; what cannot be represented becomes invalid.
    pub(super) fn representable(&mut self, _x: &mut Operand, _ty: TypeId) {
        todo!()
    }

    /// Checks a constant that an operation made: typed ones must fit their type, untyped ones may not be too large.
    pub(super) fn overflow(&mut self, _x: &mut Operand) {
        todo!()
    }
}
