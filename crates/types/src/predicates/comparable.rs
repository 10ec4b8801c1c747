//! Which types `==` is defined on.

use crate::store::Store;
use crate::types::{Basic, Type, TypeId};
use crate::typeset::TypeSet;

/// Structs and arrays looked into before a type counts as one that grows without end, which only
/// broken code has.
const MAX_PARTS: usize = 1 << 10;

impl Store {
    /// Whether values of the type can be compared with `==` (a type parameter by its
    /// type set). With `dynamic` all other interfaces count, though comparing them can panic.
    #[must_use]
    pub fn comparable(&self, ty: TypeId, dynamic: bool) -> bool {
        self.comparable_beside(ty, dynamic, &mut Vec::new())
    }

    /// `seen` holds the structs and arrays that the answer rests on already.
    fn comparable_beside(&self, ty: TypeId, dynamic: bool, seen: &mut Vec<TypeId>) -> bool {
        let under = self.under(ty);
        match self.ty(under) {
            Type::Basic(basic, _) => *basic != Basic::UntypedNil,
            Type::Pointer(_) | Type::Chan { .. } => true,
            Type::Struct(fields) => {
                enter(under, seen)
                    || fields
                        .fields
                        .iter()
                        .all(|&field| self.comparable_beside(self.obj_type(field), dynamic, seen))
            }
            Type::Array { elem, .. } => {
                enter(under, seen) || self.comparable_beside(*elem, dynamic, seen)
            }
            Type::Interface(_) => {
                dynamic && !self.is_type_param(ty)
                    || self.set_comparable(self.type_set(under), seen)
            }
            _ => false,
        }
    }

    /// Whether each type of a type set is comparable, without the help of interfaces.
    pub(crate) fn all_comparable(&self, set: &TypeSet) -> bool {
        self.set_comparable(set, &mut Vec::new())
    }

    fn set_comparable(&self, set: &TypeSet, seen: &mut Vec<TypeId>) -> bool {
        match &set.terms {
            None => set.comparable,
            Some(terms) => {
                !terms.is_empty()
                    && terms.iter().all(|term| self.comparable_beside(term.ty, false, seen))
            }
        }
    }
}

/// Whether a type was seen before, or too many were.
fn enter(ty: TypeId, seen: &mut Vec<TypeId>) -> bool {
    if seen.len() >= MAX_PARTS || seen.contains(&ty) {
        return true;
    }
    seen.push(ty);
    false
}
