//! What in a package would notice that the fields of a struct have another order.

use rustc_hash::FxHashMap;
use syntax::tree::{Expr, ExprId, Spec, UnaryOp};
use types::{Basic, Builtin, ObjId, Store, Type, TypeId};

use crate::context::{Callee, Context};

/// Packages that write structs field by field, in their order.
const BY_POSITION: [&str; 3] = ["encoding/binary", "encoding/asn1", "golang.org/x/crypto/ssh"];

/// How deep types are looked into for structs.
const MAX_DEPTH: usize = 8;

/// What in a package would notice that the fields of a struct have another order.
#[derive(Default)]
pub(crate) struct FieldOrder {
    /// Whether some file imports "C".
    cgo: bool,
    /// By the struct type itself, which declared types share that are defined as one another.
    structs: FxHashMap<TypeId, Uses>,
    /// All struct types that are written in the package.
    written: Vec<TypeId>,
}

/// What is done with a struct type.
#[derive(Clone, Copy, Default)]
struct Uses {
    /// A literal has no field names.
    unkeyed: bool,
    /// It is converted to or from another struct type.
    converted: bool,
    /// `reflect` is given one.
    reflected: bool,
    /// Its order is meant: by `unsafe`, by an encoder by position, for an atomic operation.
    meant: bool,
}

impl FieldOrder {
    /// Goes over all files of the package.
    pub(crate) fn new<'a>(files: impl Iterator<Item = Context<'a>>) -> Self {
        let mut order = Self::default();
        for cx in files {
            order.file(&cx);
        }
        order
    }

    /// Whether the order of fields is what it is for a reason.
    pub(crate) fn is_meant(&self, structure: TypeId) -> bool {
        self.cgo || self.structs.get(&structure).is_some_and(|uses| uses.meant)
    }

    /// Whether the package compiles and means the same with another order, as far as types tell.
    pub(crate) fn allows_reordering(&self, cx: &Context<'_>, ty: TypeId) -> bool {
        let structure = cx.store.under(ty);
        let uses = self.structs.get(&structure).copied().unwrap_or_default();
        let twin = |&other: &TypeId| {
            other != structure && cx.store.identical_ignoring_tags(other, structure)
        };
        let seen = uses.unkeyed || uses.converted || uses.reflected;
        !seen && !self.written.iter().any(twin)
    }

    fn file(&mut self, cx: &Context<'_>) {
        for (id, expr) in cx.tree().exprs() {
            match expr {
                Expr::Struct(_) => self.written.push(cx.store.under(cx.type_of(id))),
                Expr::Composite { elems, .. } => {
                    let first = cx.tree().list_get(elems, 0);
                    let keyed = |x| matches!(cx.tree().expr(x), Expr::KeyValue { .. });
                    if first.is_some_and(|x| !keyed(x)) {
                        self.uses(cx.store, cx.type_of(id), |uses| uses.unkeyed = true);
                    }
                }
                Expr::Call { .. } => self.call(cx, id),
                _ => {}
            }
        }
        for spec in cx.specs() {
            if let Spec::Import { path, .. } = cx.tree().spec(spec) {
                self.cgo |= cx.source(path) == "\"C\"";
            }
        }
    }

    fn call(&mut self, cx: &Context<'_>, call: ExprId) {
        match cx.callee(call) {
            Some(Callee::Conversion(to)) => {
                for x in cx.arguments(call) {
                    self.conversion(cx.store, cx.type_of(x), to);
                }
            }
            Some(Callee::Builtin(builtin)) => self.builtin(cx, call, builtin),
            Some(Callee::Function(function)) => self.function(cx, call, function),
            _ => {}
        }
    }

    fn conversion(&mut self, store: &Store, from: TypeId, to: TypeId) {
        let is_unsafe = |ty| store.basic(ty) == Some(Basic::UnsafePointer);
        if is_unsafe(to) {
            self.uses(store, from, |uses| uses.meant = true);
        } else if is_unsafe(from) {
            self.uses(store, to, |uses| uses.meant = true);
        } else if let (Some(a), Some(b)) = (structure(store, from), structure(store, to))
            && a != b
        {
            self.uses(store, from, |uses| uses.converted = true);
            self.uses(store, to, |uses| uses.converted = true);
        }
    }

    fn builtin(&mut self, cx: &Context<'_>, call: ExprId, builtin: Builtin) {
        let measures = matches!(
            builtin,
            Builtin::UnsafeSizeof | Builtin::UnsafeAlignof | Builtin::UnsafeOffsetof
        );
        if !measures && !matches!(builtin, Builtin::UnsafeSlice | Builtin::UnsafeSliceData) {
            return;
        }
        for mut x in cx.arguments(call) {
            if builtin == Builtin::UnsafeOffsetof
                && let Expr::Selector { x: of, .. } = cx.tree().expr(cx.tree().unparen(x))
            {
                x = of;
            }
            self.all(cx.store, cx.type_of(x), 0, &|uses| uses.meant = true);
        }
    }

    fn function(&mut self, cx: &Context<'_>, call: ExprId, function: ObjId) {
        let Some(package) = cx.store.obj(function).pkg else { return };
        let package = cx.store.pkg(package).path.as_str();
        if BY_POSITION.contains(&package) || package == "reflect" {
            let by_position = package != "reflect";
            for x in cx.arguments(call) {
                self.all(cx.store, cx.type_of(x), 0, &|uses| {
                    uses.meant |= by_position;
                    uses.reflected = true;
                });
            }
        }
        if package == "sync/atomic" && cx.store.obj(function).name.as_str().ends_with("64") {
            for x in cx.arguments(call) {
                if let Expr::Unary { op: UnaryOp::Addr, x } = cx.tree().expr(cx.tree().unparen(x))
                    && let Expr::Selector { x, .. } = cx.tree().expr(cx.tree().unparen(x))
                {
                    self.uses(cx.store, cx.type_of(x), |uses| uses.meant = true);
                }
            }
        }
    }

    /// Notes something of the struct type that a type, or what it points to, is.
    fn uses(&mut self, store: &Store, ty: TypeId, note: impl Fn(&mut Uses)) {
        if let Some(structure) = structure(store, ty) {
            note(self.structs.entry(structure).or_default());
        }
    }

    /// Notes something of all struct types that values of a type hold, or lead to.
    fn all(&mut self, store: &Store, ty: TypeId, depth: usize, note: &dyn Fn(&mut Uses)) {
        if depth > MAX_DEPTH {
            return;
        }
        let under = store.under(ty);
        match store.ty(under) {
            Type::Pointer(elem) | Type::Slice(elem) | Type::Array { elem, .. } => {
                self.all(store, *elem, depth + 1, note);
            }
            Type::Struct(parts) => {
                let mut uses = self.structs.get(&under).copied().unwrap_or_default();
                let before = (uses.meant, uses.reflected);
                note(&mut uses);
                // What is noted of a struct was noted of its parts too.
                if before != (uses.meant, uses.reflected) {
                    self.structs.insert(under, uses);
                    for &field in &parts.fields {
                        self.all(store, store.obj_type(field), depth + 1, note);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The struct type that a type, or what it points to, is.
fn structure(store: &Store, ty: TypeId) -> Option<TypeId> {
    let mut under = store.under(ty);
    if let Type::Pointer(elem) = store.ty(under) {
        under = store.under(*elem);
    }
    matches!(store.ty(under), Type::Struct(_)).then_some(under)
}
