//! Type parameters of functions.

use types::{ObjId, Store, Type, TypeId};

/// The type parameters in scope of a declared function: those of its receiver, then its own.
#[must_use]
pub fn type_params_of(store: &Store, obj: ObjId) -> Vec<TypeId> {
    match store.ty(store.obj_type(obj)) {
        Type::Signature(s) => s.recv_type_params.iter().chain(&s.type_params).copied().collect(),
        _ => Vec::new(),
    }
}

/// Whether a type parameter's constraint only asks for methods: then all pointers share a shape.
#[must_use]
pub fn asks_for_methods_only(store: &Store, param: TypeId) -> bool {
    store.type_set(store.constraint(param)).is_method_set()
}
