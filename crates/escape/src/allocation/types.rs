//! Questions about types.

use memory::Layout;
use types::layout::Sizes;
use types::{Store, Type, TypeId};

/// Types and their sizes.
#[derive(Clone, Copy)]
pub(super) struct Types<'a> {
    pub(super) store: &'a Store,
    pub(super) sizes: Sizes,
}

impl<'a> Types<'a> {
    /// How a value lies in memory; `None` where that is not known.
    pub(super) fn layout(self, ty: TypeId) -> Option<Layout> {
        let layout = self.sizes.layout(self.store, ty)?;
        Some(Layout {
            size: u64::try_from(layout.size?).ok()?,
            align: u64::try_from(layout.align).ok()?,
            pointer_bytes: u64::try_from(layout.pointer_bytes).ok()?,
        })
    }

    pub(super) fn under(self, ty: TypeId) -> &'a Type {
        self.store.under_ty(ty)
    }

    /// What a slice, array, pointer or channel is of.
    pub(super) fn elem(self, ty: TypeId) -> Option<TypeId> {
        match *self.under(ty) {
            Type::Slice(elem) | Type::Pointer(elem) => Some(elem),
            Type::Array { elem, .. } | Type::Chan { elem, .. } => Some(elem),
            _ => None,
        }
    }

    pub(super) fn elem_layout(self, ty: TypeId) -> Option<Layout> {
        self.layout(self.elem(ty)?)
    }

    pub(super) fn map(self, ty: TypeId) -> Option<(Layout, Layout)> {
        match *self.under(ty) {
            Type::Map { key, value } => Some((self.layout(key)?, self.layout(value)?)),
            _ => None,
        }
    }

    /// The only component of structs of one field and arrays of one element, at any depth (`types.SoleComponent`).
    pub(super) fn sole_component(self, mut ty: TypeId) -> TypeId {
        // What contains itself is broken code.
        for _ in 0..64 {
            ty = match self.under(ty) {
                Type::Array { elem, len: 1 } => *elem,
                Type::Struct(parts) if parts.fields.len() == 1 => {
                    self.store.obj_type(parts.fields[0])
                }
                _ => return ty,
            };
        }
        ty
    }

    pub(super) fn is_string(self, ty: TypeId) -> bool {
        self.store.basic(ty).is_some_and(types::Basic::is_string)
    }

    pub(super) fn is_slice(self, ty: TypeId) -> bool {
        matches!(self.under(ty), Type::Slice(_))
    }
}
