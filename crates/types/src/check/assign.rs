//! Assignments and initialisations.

use syntax::tree::{ExprId, StmtId};

use super::{Checker, Operand};
use crate::object::ObjId;
use crate::types::TypeId;

impl Checker<'_> {
    /// Makes the operand a value of type `ty`, which it must be assignable to; `None` for its own type
    /// (untyped values take their default). The operand becomes invalid if it does not fit.
    pub(super) fn assignment(&mut self, _x: &mut Operand, _ty: Option<TypeId>) {
        todo!()
    }

    /// Gives the constant its type, if it has none yet, and its value.
    pub(super) fn init_const(&mut self, _lhs: ObjId, _x: &mut Operand) {
        todo!()
    }

    /// Gives the variable its type, if it has none yet.
    pub(super) fn init_var(&mut self, _lhs: ObjId, _x: &mut Operand) {
        todo!()
    }

    /// `var lhs = rhs`, or the results of a `return`. Variables without a type take that of their value.
    pub(super) fn init_vars(&mut self, _lhs: &[ObjId], _rhs: &[ExprId], _returns: Option<StmtId>) {
        todo!()
    }

    /// `lhs = rhs`
    pub(super) fn assign_vars(&mut self, _lhs: &[ExprId], _rhs: &[ExprId]) {
        todo!()
    }

    /// `lhs := rhs`
    pub(super) fn short_var_decl(&mut self, _lhs: &[ExprId], _rhs: &[ExprId]) {
        todo!()
    }
}
