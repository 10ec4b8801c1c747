//! Sizes, alignments and offsets, as the gc compiler lays types out.

use crate::store::Store;
use crate::types::TypeId;

/// Word size and alignment of an architecture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sizes {
    /// Bytes of a pointer.
    pub word: i64,
    /// Largest alignment of any type.
    pub max_align: i64,
}

impl Sizes {
    /// The sizes of a GOARCH, or `None` where it is not known.
    #[must_use]
    pub fn for_arch(_goarch: &str) -> Option<Self> {
        todo!()
    }

    /// Bytes of a value of the type; `None` where it depends on a type parameter, is unknown or overflows.
    #[must_use]
    pub fn size_of(self, _store: &Store, _ty: TypeId) -> Option<i64> {
        todo!()
    }

    /// Alignment of a variable of the type.
    #[must_use]
    pub fn align_of(self, _store: &Store, _ty: TypeId) -> Option<i64> {
        todo!()
    }

    /// Offsets of the fields of a struct type.
    #[must_use]
    pub fn offsets(self, _store: &Store, _ty: TypeId) -> Option<Vec<i64>> {
        todo!()
    }
}
