//! Predeclared functions.

use syntax::tree::ExprId;

use super::{Checker, Operand};
use crate::object::Builtin;

impl Checker<'_> {
    /// The call `e` of a predeclared function; `None` where it is not valid.
    pub(super) fn builtin(&mut self, _e: ExprId, _builtin: Builtin) -> Option<Operand> {
        todo!()
    }
}
