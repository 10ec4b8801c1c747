//! Calls, their arguments, and instances of generic functions.

use syntax::tree::ExprId;

use super::expr::ExprKind;
use super::{Checker, Operand};
use crate::types::TypeId;

impl Checker<'_> {
    /// `f(args…)`: a call, a conversion, or a predeclared function.
    pub(super) fn call_expr(&mut self, _e: ExprId) -> (Operand, ExprKind) {
        todo!()
    }

    /// `f[T1, T2]`, or `f` where `e` is no index expression: instantiates the generic function `x`; what type arguments are missing
    /// is inferred from `target` if given. Where `infer` is not set, a partial list is returned.
    pub(super) fn function_instance(
        &mut self,
        _target: Option<TypeId>,
        _x: &mut Operand,
        _e: ExprId,
        _infer: bool,
    ) -> Option<Vec<TypeId>> {
        todo!()
    }

    /// The values of arguments, or of the right-hand side of an assignment: a single call may give several.
    pub(super) fn expr_list(&mut self, _list: &[ExprId]) -> Vec<Operand> {
        todo!()
    }
}
