//! `x.f`: qualified identifiers, fields, methods, method expressions.

use syntax::tree::ExprId;

use super::{Checker, Operand};

impl Checker<'_> {
    /// `x.f`. `want_type` where only a type makes sense.
    pub(super) fn selector(&mut self, _e: ExprId, _want_type: bool) -> Operand {
        todo!()
    }
}
