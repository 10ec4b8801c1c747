//! Types as written.

use syntax::tree::{ExprId, List};

use super::{Checker, Operand};
use crate::types::TypeId;

impl Checker<'_> {
    /// The identifier expression `e`: constant, variable, function, type, predeclared function, `nil`. Records its use.
    pub(super) fn ident(&mut self, _e: ExprId, _want_type: bool) -> Operand {
        todo!()
    }

    /// The type that `e` denotes. A generic type must be instantiated. Records it.
    pub(super) fn type_expr(&mut self, _e: ExprId) -> TypeId {
        todo!()
    }

    /// The type of a variable: as [`Self::type_expr`].
    pub(super) fn var_type(&mut self, _e: ExprId) -> TypeId {
        todo!()
    }

    /// Type arguments.
    pub(super) fn type_list(&mut self, _list: List<ExprId>) -> Option<Vec<TypeId>> {
        todo!()
    }

    /// The length of an array type; negative if it is not known.
    pub(super) fn array_length(&mut self, _e: ExprId) -> i64 {
        todo!()
    }
}
