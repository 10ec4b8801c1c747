//! Sizes of types, each asked for once.

use rustc_hash::FxHashMap;
use types::layout::{Layout, Sizes};
use types::{Store, Type, TypeId};

/// The sizes of the types of a batch.
pub(crate) struct Layouts<'a> {
    store: &'a Store,
    sizes: Sizes,
    known: FxHashMap<TypeId, Option<Layout>>,
}

impl<'a> Layouts<'a> {
    pub(crate) fn new(store: &'a Store, sizes: Sizes) -> Self {
        Self { store, sizes, known: FxHashMap::default() }
    }

    /// Bytes of a pointer.
    pub(crate) fn word(&self) -> i64 {
        self.sizes.word
    }

    /// How a value lies in memory; `None` where that is not known.
    pub(crate) fn of(&mut self, ty: TypeId) -> Option<Layout> {
        let (store, sizes) = (self.store, self.sizes);
        *self.known.entry(ty).or_insert_with(|| sizes.layout(store, ty))
    }

    /// Bytes of a value, where they are known.
    pub(crate) fn size(&mut self, ty: TypeId) -> Option<i64> {
        self.of(ty)?.size
    }

    /// Whether a value has pointers in it; so it is assumed of what is not known.
    pub(crate) fn has_pointers(&mut self, ty: TypeId) -> bool {
        self.of(ty).is_none_or(|layout| layout.pointer_bytes > 0)
    }

    /// As [`Self::has_pointers`], without the answer being kept.
    pub(crate) fn known_pointers(&self, ty: TypeId) -> bool {
        let layout = match self.known.get(&ty) {
            Some(&layout) => layout,
            None => self.sizes.layout(self.store, ty),
        };
        layout.is_none_or(|layout| layout.pointer_bytes > 0)
    }

    /// Whether an interface value holds a value of the type itself and not a pointer to it.
    pub(crate) fn is_direct(&mut self, ty: TypeId, since_26: bool) -> bool {
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
