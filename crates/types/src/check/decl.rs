//! Declarations.

use syntax::tree::DeclId;

use super::Checker;
use crate::object::ObjId;

impl Checker<'_> {
    /// Resolves the declaration of a package-level object of this package.
    pub(super) fn resolve(&mut self, _obj: ObjId) {
        todo!()
    }

    /// A declaration within a function.
    pub(super) fn decl_stmt(&mut self, _decl: DeclId) {
        todo!()
    }
}
