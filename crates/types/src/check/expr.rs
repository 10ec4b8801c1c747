//! Expressions: the entry points and the dispatch by kind.

use syntax::tree::ExprId;

use super::{Checker, Operand};
use crate::types::TypeId;

/// What an expression is as a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ExprKind {
    /// A conversion.
    Conversion,
    /// An expression that cannot stand alone.
    Expression,
    /// A call or receive.
    Statement,
}

impl Checker<'_> {
    /// Checks and records `e`. `hint` is the type of the composite literal that `e`, itself one, stands in. `target` is
    /// the signature that a generic function is assigned to. Where `allow_generic`, the result may be
    /// a generic function or type that is not instantiated.
    pub(super) fn raw_expr(
        &mut self,
        _target: Option<TypeId>,
        _e: ExprId,
        _hint: Option<TypeId>,
        _allow_generic: bool,
    ) -> (Operand, ExprKind) {
        todo!()
    }

    /// A single value.
    pub(super) fn expr(&mut self, _target: Option<TypeId>, _e: ExprId) -> Operand {
        todo!()
    }

    /// A single value, maybe a generic function.
    pub(super) fn generic_expr(&mut self, _e: ExprId) -> Operand {
        todo!()
    }

    /// A single value; an untyped composite literal takes its type from `hint`.
    pub(super) fn expr_with_hint(&mut self, _e: ExprId, _hint: TypeId) -> Operand {
        todo!()
    }

    /// The values of `e`: several for a call with several results, two for a comma-ok form where
    /// that is allowed (the flag says so).
    pub(super) fn multi_expr(&mut self, _e: ExprId, _allow_comma_ok: bool) -> (Vec<Operand>, bool) {
        todo!()
    }

    /// A single value or a type.
    pub(super) fn expr_or_type(&mut self, _e: ExprId, _allow_generic: bool) -> Operand {
        todo!()
    }

    /// Checks expressions whose result is of no use, so that what stands in them is recorded.
    pub(super) fn use_exprs(&mut self, _list: &[ExprId]) {
        todo!()
    }

    /// A generic function takes its type arguments from `target`, or, without one, becomes invalid, as does a generic type.
    pub(super) fn non_generic(&mut self, _target: Option<TypeId>, _x: &mut Operand) {
        todo!()
    }

    /// What a variable of type `ty` offers as a target to a generic function assigned to it: its signature, if it has one.
    pub(super) fn signature_target(&self, _ty: TypeId) -> Option<TypeId> {
        todo!()
    }

    /// Makes an operand that stands for several values invalid.
    pub(super) fn single_value(&mut self, _x: &mut Operand) {
        todo!()
    }
}
