//! Fields and methods: what a selector finds, what a type implements.

use source::Name;

use crate::object::{ObjId, PkgId};
use crate::store::Store;
use crate::types::TypeId;

/// What a look-up found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The field or method (of an instance: the instantiated one).
    pub obj: ObjId,
    /// Fields passed through, by position, and last its own: for a method its position among the declared
    /// methods of the type (or in the type set of an interface), as `go/types` gives it.
    pub path: Box<[u32]>,
    /// Whether a pointer was followed on the way.
    pub indirect: bool,
}

/// Outcome of a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Found.
    Found(Found),
    /// More than one at the same depth.
    Ambiguous,
    /// A method with a pointer receiver that the value (not addressable) does not have.
    PointerReceiver(Found),
    /// None.
    None,
}

impl Store {
    /// The field or method `name`, as seen from `pkg`, that `x.name` selects on an `x` of type `ty`.
    /// `addressable` says whether `&x` may be taken.
    #[must_use]
    pub fn lookup(&self, _ty: TypeId, _addressable: bool, _pkg: PkgId, _name: Name) -> Lookup {
        todo!()
    }

    /// The first method of interface `interface` that `ty` lacks, or has with another type. `is_static` as in a
    /// conversion or assignment; not so in a type assertion from an interface type.
    #[must_use]
    pub fn missing_method(
        &self,
        _ty: TypeId,
        _interface: TypeId,
        _is_static: bool,
    ) -> Option<ObjId> {
        todo!()
    }

    /// Whether `ty` implements interface type `interface` (constraints included when `constraint`).
    #[must_use]
    pub fn implements(&self, _ty: TypeId, _interface: TypeId, _constraint: bool) -> bool {
        todo!()
    }

    /// All methods of `ty`, promoted ones included, by name.
    #[must_use]
    pub fn method_set(&self, _ty: TypeId) -> Vec<Found> {
        todo!()
    }
}
