//! Signatures as written.

use syntax::tree::{FieldListId, FuncTypeId};

use super::Checker;
use crate::types::TypeId;

impl Checker<'_> {
    /// The signature `ty`, with the receiver of a method declaration.
    pub(super) fn func_type(&mut self, _ty: FuncTypeId, _recv: Option<FieldListId>) -> TypeId {
        todo!()
    }
}
