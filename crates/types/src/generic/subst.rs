//! Replacing type parameters by type arguments.

use crate::store::Store;
use crate::types::TypeId;

impl Store {
    /// `ty` with each of `params` replaced by the argument beside it. What does not mention them is returned as it is, with
    /// the same id; fields, parameters and methods of what does are new objects that know their origin.
    #[must_use]
    pub fn substitute(&self, _ty: TypeId, _params: &[TypeId], _args: &[TypeId]) -> TypeId {
        todo!()
    }
}
