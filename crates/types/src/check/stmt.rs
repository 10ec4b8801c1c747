//! Statements.

use syntax::tree::StmtId;

use super::{Checker, Env};
use crate::types::TypeId;

impl Checker<'_> {
    /// The body of a function. Declares the receiver, parameters, results and type parameters of `signature` (a
    /// [`Type::Signature`](crate::Type::Signature)) around it.
    pub(super) fn func_body(&mut self, _env: Env, _signature: TypeId, _block: StmtId) {
        todo!()
    }
}
