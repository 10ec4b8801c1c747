//! Literals: basic, composite, functions.

use syntax::tree::ExprId;

use super::{Checker, Operand};
use crate::types::TypeId;

impl Checker<'_> {
    /// A number, character or string.
    pub(super) fn basic_literal(&mut self, _e: ExprId) -> Operand {
        todo!()
    }

    /// `T{…}`; without `T` the type is `hint`.
    pub(super) fn composite_literal(&mut self, _e: ExprId, _hint: Option<TypeId>) -> Operand {
        todo!()
    }

    /// `func(…) {…}`. Its body is looked into at once inside of a function, and later at package level.
    pub(super) fn function_literal(&mut self, _e: ExprId) -> Operand {
        todo!()
    }
}
