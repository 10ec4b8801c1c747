//! Conversions `T(x)`, and when a value can be assigned.

use super::{Checker, Operand};
use crate::types::TypeId;

impl Checker<'_> {
    /// Converts the operand to `ty`.
    pub(super) fn conversion(&mut self, _x: &mut Operand, _ty: TypeId) {
        todo!()
    }

    /// Whether the operand can be assigned to a variable of type `ty`.
    pub(super) fn assignable(&mut self, _x: &Operand, _ty: TypeId) -> bool {
        todo!()
    }
}
