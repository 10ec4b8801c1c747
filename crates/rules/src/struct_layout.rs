//! How a struct lies in memory, and how it could.

use memory::{Layout, best_order};
use types::layout::Sizes;
use types::{ObjId, Store, Type, TypeId};

/// How a struct lies in memory, and how it could.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StructLayout {
    /// The fields as they are written.
    pub fields: Vec<FieldLayout>,
    /// The struct.
    pub whole: Layout,
    /// The best order of the fields, as positions in `fields`.
    pub order: Vec<usize>,
    /// The struct in that order.
    pub best: Layout,
}

/// Where a field lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldLayout {
    /// The field.
    pub object: ObjId,
    /// Its first byte.
    pub offset: u64,
    /// The field.
    pub layout: Layout,
    /// Unused bytes behind it.
    pub padding: u64,
}

impl StructLayout {
    /// The layout of a struct type; `None` for other types, and where a part is not known or has no size.
    #[must_use]
    pub fn of(store: &Store, sizes: Sizes, ty: TypeId) -> Option<Self> {
        let Type::Struct(parts) = store.ty(store.under(ty)) else { return None };
        let whole = value_layout(store, sizes, ty)?;
        let offsets = sizes.offsets(store, ty)?;
        let mut fields = Vec::with_capacity(offsets.len());
        for (at, (&object, &offset)) in parts.fields.iter().zip(&offsets).enumerate() {
            let layout = value_layout(store, sizes, store.obj_type(object))?;
            let offset = u64::try_from(offset).ok()?;
            let next = offsets.get(at + 1).map_or(Some(whole.size), |&o| u64::try_from(o).ok())?;
            let padding = next.checked_sub(offset.checked_add(layout.size)?)?;
            fields.push(FieldLayout { object, offset, layout, padding });
        }
        let layouts: Vec<Layout> = fields.iter().map(|field| field.layout).collect();
        let order = best_order(&layouts);
        let mut best = Layout::structure(order.iter().map(|&at| layouts[at]));
        // A mark of the runtime's may align a struct more than its fields do.
        best.align = best.align.max(whole.align);
        Some(Self { fields, whole, order, best })
    }

    /// Whether the fields are in the best order already.
    #[must_use]
    pub fn is_best(&self) -> bool {
        self.order.is_sorted()
    }

    /// Unused bytes between and behind fields.
    #[must_use]
    pub fn padding(&self) -> u64 {
        self.fields.iter().map(|field| field.padding).sum()
    }
}

/// How values of a type lie in memory; `None` where that is not known or overflows.
#[must_use]
pub fn value_layout(store: &Store, sizes: Sizes, ty: TypeId) -> Option<Layout> {
    let layout = sizes.layout(store, ty)?;
    Some(Layout {
        size: u64::try_from(layout.size?).ok()?,
        align: u64::try_from(layout.align).ok()?,
        pointer_bytes: u64::try_from(layout.pointer_bytes).ok()?,
    })
}
