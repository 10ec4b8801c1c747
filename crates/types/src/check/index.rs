//! `x[i]`, `x[lo:hi]`.

use syntax::tree::ExprId;

use super::{Checker, Operand};
use crate::types::TypeId;

impl Checker<'_> {
    /// `x[i]` of values, or the instance of a generic function or type: then the flag is set, `x` is the operand before
    /// the bracket, and nothing else was done.
    pub(super) fn index_expr(&mut self, _e: ExprId) -> (Operand, bool) {
        todo!()
    }

    /// `x[lo:hi:max]`
    pub(super) fn slice_expr(&mut self, _e: ExprId) -> Operand {
        todo!()
    }

    /// An index below `max` (if not negative): its type, and its value if constant, else -1.
    pub(super) fn index(&mut self, _e: ExprId, _max: i64) -> (TypeId, i64) {
        todo!()
    }

    /// Whether the operand can be an index, a length, or (then it may be negative) an offset. An untyped one becomes `int`.
    pub(super) fn valid_index(&mut self, _x: &mut Operand, _allow_negative: bool) -> bool {
        todo!()
    }
}
