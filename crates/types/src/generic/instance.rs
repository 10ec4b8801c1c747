//! Instances of generic types and functions.

use crate::object::ObjId;
use crate::store::Store;
use crate::types::TypeId;

impl Store {
    /// The instance of a generic defined type, alias or signature. Equal arguments give the same id for types; a
    /// signature is made anew. Nothing is expanded yet.
    #[must_use]
    pub fn instantiate(&self, _origin: TypeId, _args: &[TypeId]) -> TypeId {
        todo!()
    }

    /// The underlying type of an instance, expanded when first asked; `None` while the origin is not resolved.
    #[must_use]
    pub fn expand(&self, _instance: TypeId) -> Option<TypeId> {
        todo!()
    }

    /// Number of methods declared on a defined type (an instance has those of its origin).
    #[must_use]
    pub fn method_count(&self, _named: TypeId) -> usize {
        todo!()
    }

    /// The `index`-th declared method of a defined type; of an instance, the method with the receiver's type
    /// parameters replaced.
    #[must_use]
    pub fn method(&self, _named: TypeId, _index: usize) -> ObjId {
        todo!()
    }

    /// Whether each argument satisfies the constraint of its parameter.
    #[must_use]
    pub fn satisfies(&self, _params: &[TypeId], _args: &[TypeId]) -> bool {
        todo!()
    }
}
