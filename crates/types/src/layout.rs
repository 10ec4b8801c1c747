//! Sizes, alignments and offsets, as the gc compiler lays types out.

use rustc_hash::FxHashMap;

use crate::object::ObjId;
use crate::store::Store;
use crate::types::{Basic, Struct, Type, TypeId};

/// Word size and alignment of an architecture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sizes {
    /// Bytes of a pointer.
    pub word: i64,
    /// Largest alignment of any type.
    pub max_align: i64,
}

/// How a value lies in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    /// Bytes; `None` where they exceed an `int64`.
    pub size: Option<i64>,
    /// Alignment.
    pub align: i64,
    /// Bytes up to the end of the last pointer: what the garbage collector looks at. 0 for a type
    /// without pointers.
    pub pointer_bytes: i64,
}

/// Arrays and structs inside one another before a type counts as one that contains itself, which only broken
/// code has.
const MAX_NESTING: usize = 500;

/// Structs laid out for one question before its type counts as one that grows without end.
const MAX_STRUCTS: usize = 1 << 13;

impl Sizes {
    /// The sizes of a GOARCH, or `None` where it is not known.
    #[must_use]
    pub fn for_arch(goarch: &str) -> Option<Self> {
        let (word, max_align) = match goarch {
            "386" | "arm" | "mips" | "mipsle" => (4, 4),
            "amd64p32" => (4, 8),
            "amd64" | "arm64" | "loong64" | "mips64" | "mips64le" | "ppc64" | "ppc64le"
            | "riscv64" | "s390x" | "sparc64" | "wasm" => (8, 8),
            _ => return None,
        };
        Some(Self { word, max_align })
    }

    /// Bytes of a value of the type; `None` where it depends on a type parameter, is unknown or overflows.
    #[must_use]
    pub fn size_of(self, store: &Store, ty: TypeId) -> Option<i64> {
        self.layout(store, ty)?.size
    }

    /// Alignment of a variable of the type; `None` where it depends on a type parameter or is unknown.
    #[must_use]
    pub fn align_of(self, store: &Store, ty: TypeId) -> Option<i64> {
        self.layout(store, ty).map(|layout| layout.align)
    }

    /// Bytes of a value of the type up to the end of its last pointer.
    #[must_use]
    pub fn pointer_bytes(self, store: &Store, ty: TypeId) -> Option<i64> {
        self.layout(store, ty).map(|layout| layout.pointer_bytes)
    }

    /// Offsets of the fields of a struct type, `None` if one is not known or overflows.
    #[must_use]
    pub fn offsets(self, store: &Store, ty: TypeId) -> Option<Vec<i64>> {
        let Type::Struct(parts) = store.under_ty(ty) else { return None };
        let mut run = Run::new(self, store);
        let mut offsets = Vec::with_capacity(parts.fields.len());
        run.fields(&parts.fields, 0, &mut |offset, _| offsets.extend(offset))?;
        (offsets.len() == parts.fields.len()).then_some(offsets)
    }

    /// How a value of the type lies in memory; `None` where it depends on a type parameter or is unknown.
    #[must_use]
    pub fn layout(self, store: &Store, ty: TypeId) -> Option<Layout> {
        Run::new(self, store).layout(ty, 0)
    }

    fn scalar(self, bytes: i64) -> Layout {
        Layout { size: Some(bytes), align: bytes.clamp(1, self.max_align), pointer_bytes: 0 }
    }

    /// A value of some words, of which the first ones are pointers.
    fn words(self, words: i64, pointers: i64) -> Layout {
        Layout {
            size: Some(self.word * words),
            align: self.word,
            pointer_bytes: self.word * pointers,
        }
    }

    fn basic(self, basic: Basic) -> Option<Layout> {
        Some(match basic {
            Basic::Bool | Basic::Int8 | Basic::Uint8 => self.scalar(1),
            Basic::Int16 | Basic::Uint16 => self.scalar(2),
            Basic::Int32 | Basic::Uint32 | Basic::Float32 => self.scalar(4),
            Basic::Int64 | Basic::Uint64 | Basic::Float64 => self.scalar(8),
            Basic::Int | Basic::Uint | Basic::Uintptr => self.scalar(self.word),
            // As two floats.
            Basic::Complex64 => Layout { align: 4, ..self.scalar(8) },
            Basic::Complex128 => Layout { align: self.scalar(8).align, ..self.scalar(16) },
            Basic::String => self.words(2, 1),
            Basic::UnsafePointer => self.words(1, 1),
            _ => return None,
        })
    }
}

/// One question: structs that occur more than once are laid out once.
struct Run<'a> {
    sizes: Sizes,
    store: &'a Store,
    structs: FxHashMap<TypeId, Option<Layout>>,
    /// Structs by whether they are never in the collector's heap.
    outside: FxHashMap<TypeId, bool>,
}

impl<'a> Run<'a> {
    fn new(sizes: Sizes, store: &'a Store) -> Self {
        Self { sizes, store, structs: FxHashMap::default(), outside: FxHashMap::default() }
    }

    fn layout(&mut self, ty: TypeId, depth: usize) -> Option<Layout> {
        if depth > MAX_NESTING || self.structs.len() > MAX_STRUCTS {
            return None;
        }
        let ty = self.store.unalias(ty);
        match self.store.under_ty(ty) {
            Type::Basic(basic, _) => self.sizes.basic(*basic),
            Type::Pointer(elem) => Some(self.pointer(*elem, 1)),
            Type::Map { .. } | Type::Chan { .. } | Type::Signature(_) => {
                Some(self.sizes.words(1, 1))
            }
            Type::Slice(elem) => Some(self.pointer(*elem, 3)),
            Type::Interface(_) if self.store.is_type_param(ty) => None,
            Type::Interface(_) => Some(self.sizes.words(2, 2)),
            Type::Array { elem, len } => {
                let elem = self.layout(*elem, depth + 1)?;
                Some(array(elem, *len))
            }
            Type::Struct(parts) => {
                if let Some(&known) = self.structs.get(&ty) {
                    return known;
                }
                // Until it is known, so that a type that contains itself ends here.
                self.structs.insert(ty, None);
                let layout = self.structure(ty, parts, depth);
                self.structs.insert(ty, layout);
                layout
            }
            _ => None,
        }
    }

    fn structure(&mut self, ty: TypeId, parts: &Struct, depth: usize) -> Option<Layout> {
        let atomic = ["sync/atomic", "internal/runtime/atomic"];
        let marks_alignment = parts.fields.is_empty() && self.is_declared(ty, "align64", &atomic);
        let mut align = if marks_alignment { 8 } else { 1 };
        let mut pointer_bytes = 0;
        let mut last = 0;
        let end = self.fields(&parts.fields, depth, &mut |offset, field| {
            align = align.max(field.align);
            last = field.size.unwrap_or(0);
            if let Some(offset) = offset
                && field.pointer_bytes > 0
            {
                pointer_bytes = field.pointer_bytes.saturating_add(offset);
            }
        })?;
        // A pointer to a last field without size must not point to what lies behind the struct.
        let pad = |end: i64| if end > 0 && last == 0 { end.checked_add(1) } else { Some(end) };
        let size = end.and_then(pad).and_then(|end| aligned(end, align));
        Some(Layout { size, align, pointer_bytes })
    }

    /// Tells the offset (`None` where it overflows) and layout of each field, and returns where the last one ends.
    fn fields(
        &mut self,
        fields: &[ObjId],
        depth: usize,
        tell: &mut dyn FnMut(Option<i64>, Layout),
    ) -> Option<Option<i64>> {
        let mut end = Some(0);
        for &field in fields {
            let layout = self.layout(self.store.obj_type(field), depth + 1)?;
            let offset = end.and_then(|end| aligned(end, layout.align));
            tell(offset, layout);
            end = offset.zip(layout.size).and_then(|(offset, size)| offset.checked_add(size));
        }
        Some(end)
    }

    /// One of several words that points to values of a type: a mere number to the
    /// garbage collector if those are never in its heap.
    fn pointer(&mut self, elem: TypeId, words: i64) -> Layout {
        let pointers = i64::from(!self.never_in_heap(elem, 0));
        self.sizes.words(words, pointers)
    }

    /// Whether a type is `nih` of `internal/runtime/sys`, or holds one: so the runtime and cgo mark what is
    /// never in the collector's heap.
    fn never_in_heap(&mut self, ty: TypeId, depth: usize) -> bool {
        if depth > MAX_NESTING || self.outside.len() > MAX_STRUCTS {
            return false;
        }
        let store = self.store;
        let ty = store.unalias(ty);
        match store.under_ty(ty) {
            Type::Array { elem, .. } => self.never_in_heap(*elem, depth + 1),
            Type::Struct(parts) => {
                if let Some(&known) = self.outside.get(&ty) {
                    return known;
                }
                self.outside.insert(ty, false);
                let outside = self.is_declared(ty, "nih", &["internal/runtime/sys"])
                    || parts
                        .fields
                        .iter()
                        .any(|&f| self.never_in_heap(store.obj_type(f), depth + 1));
                self.outside.insert(ty, outside);
                outside
            }
            _ => false,
        }
    }

    /// Whether it is the type of this name that one of the packages declares.
    fn is_declared(&self, ty: TypeId, name: &str, packages: &[&str]) -> bool {
        let Some((_, named)) = self.store.as_named(ty) else { return false };
        let object = self.store.obj(named.obj);
        let path = object.pkg.map(|pkg| self.store.pkg(pkg).path.as_str());
        object.name.as_str() == name && path.is_some_and(|path| packages.contains(&path))
    }
}

fn array(elem: Layout, len: i64) -> Layout {
    if len <= 0 {
        return Layout { size: Some(0), pointer_bytes: 0, ..elem };
    }
    let size = elem.size.and_then(|size| size.checked_mul(len));
    let pointer_bytes = match (elem.pointer_bytes, elem.size) {
        (0, _) | (_, None) => 0,
        (last, Some(size)) => size.saturating_mul(len - 1).saturating_add(last),
    };
    Layout { size, align: elem.align, pointer_bytes }
}

/// The next multiple of `align`.
fn aligned(offset: i64, align: i64) -> Option<i64> {
    Some(offset.checked_add(align - 1)? / align * align)
}
