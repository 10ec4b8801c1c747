//! Sizes of types, each asked for once.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use types::layout::{Layout, Sizes};
use types::{Store, Type, TypeId};

use crate::world::World;

/// What was found out about the layout of types.
#[derive(Default, Debug)]
pub struct KnownLayouts(RefCell<FxHashMap<TypeId, Option<Layout>>>);

/// The sizes of types.
pub(crate) struct Layouts<'a> {
    store: &'a Store,
    sizes: Sizes,
    known: &'a KnownLayouts,
}

impl<'a> Layouts<'a> {
    pub(crate) fn new(world: &'a dyn World) -> Self {
        Self { store: world.store(), sizes: world.sizes(), known: world.layouts() }
    }

    /// Bytes of a pointer.
    pub(crate) fn word(&self) -> i64 {
        self.sizes.word
    }

    /// How a value lies in memory; `None` where that is not known.
    pub(crate) fn of(&self, ty: TypeId) -> Option<Layout> {
        let layout = || self.sizes.layout(self.store, ty);
        *self.known.0.borrow_mut().entry(ty).or_insert_with(layout)
    }

    /// Bytes of a value, where they are known.
    pub(crate) fn size(&self, ty: TypeId) -> Option<i64> {
        self.of(ty)?.size
    }

    /// Whether a value has pointers in it; so it is assumed of what is not known.
    pub(crate) fn has_pointers(&self, ty: TypeId) -> bool {
        self.of(ty).is_none_or(|layout| layout.pointer_bytes > 0)
    }

    /// Whether an interface value holds a value of the type itself and not a pointer to it.
    pub(crate) fn is_direct(&self, ty: TypeId, since_26: bool) -> bool {
        let word = self.word();
        if since_26 {
            return self
                .of(ty)
                .is_some_and(|layout| layout.size == Some(word) && layout.pointer_bytes == word);
        }
        // Before Go 1.26 by its form: a pointer, or a struct or array of nothing else.
        let store = self.store;
        let mut ty = ty;
        loop {
            match store.ty(store.under(ty)) {
                // A pointer to what is never in the heap is a mere number.
                Type::Pointer(_) => return self.has_pointers(ty),
                Type::Basic(basic, _) => return *basic == types::Basic::UnsafePointer,
                Type::Map { .. } | Type::Chan { .. } | Type::Signature(_) => return true,
                Type::Array { elem, len: 1 } => ty = *elem,
                Type::Struct(parts) if parts.fields.len() == 1 => {
                    ty = store.obj_type(parts.fields[0]);
                }
                _ => return false,
            }
            // What contains itself is broken code.
            if self.of(ty).is_none() {
                return false;
            }
        }
    }
}
