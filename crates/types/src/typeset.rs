//! Type sets of interfaces: the methods and the types that a constraint allows.

use crate::object::ObjId;
use crate::store::Store;
use crate::types::{Term, TypeId};

/// The set of types that implement an interface.
#[derive(Clone, Debug)]
pub struct TypeSet {
    /// All methods, embedded ones included, sorted by unique id (name, and package for those that are not
    /// exported) as `go/types` sorts them.
    pub methods: Box<[ObjId]>,
    /// The types; `None` for all types. Normalised: no term includes another.
    pub terms: Option<Box<[Term]>>,
    /// Whether all types in it are comparable (only where `terms` is `None`).
    pub comparable: bool,
}

impl Store {
    /// The type set of an interface type (the id of a [`Type::Interface`](crate::Type::Interface)).
    #[must_use]
    pub fn type_set(&self, _interface: TypeId) -> &TypeSet {
        todo!()
    }

    /// The constraint interface of a type parameter; a constraint that is no interface is wrapped in one.
    #[must_use]
    pub fn constraint(&self, _type_param: TypeId) -> TypeId {
        todo!()
    }

    /// Calls `f` with (type, its underlying type) for each term of the type set of `ty`, or with `ty`
    /// alone where it is no type parameter. With no specific types `f` is called once with `None`.
    /// Stops and returns false once `f` returns false.
    pub fn each_type(
        &self,
        _ty: TypeId,
        _f: &mut dyn FnMut(Option<(TypeId, TypeId)>) -> bool,
    ) -> bool {
        todo!()
    }

    /// The single underlying type of all types in the type set (channels of one element type may differ in
    /// direction): the type that indexing, calling, ranging, … work on. For a type that is no
    /// parameter it is `under`. `None` where there is none.
    #[must_use]
    pub fn core_type(&self, _ty: TypeId) -> Option<TypeId> {
        todo!()
    }

    /// As `core_type`, but a set of strings and byte slices counts as `string`
    /// (what `append`, `copy`, slicing accept).
    #[must_use]
    pub fn core_string(&self, _ty: TypeId) -> Option<TypeId> {
        todo!()
    }
}
