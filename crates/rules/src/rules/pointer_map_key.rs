//! # Pointers in the keys of a map
//!
//! ## What it does
//!
//! Finds maps that live long (variables of the package, fields) and are added to, whose key is a struct with pointers, whose
//! values have none: without the pointers in the key, the garbage collector would pass the whole map over.
//!
//! ## Why it costs
//!
//! What the collector scans is proportional to what may hold pointers. A map whose keys and values hold none is one block
//! that it need not look into, however large; one pointer in the key has it look at every entry, in each collection.
//! The pointers also keep alive what they point to.
//!
//! Measured with a map of a million entries (two cores, amd64), key `struct{*tenant; int64}`, then `struct{uint64; int64}`:
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | a collection | 13.4 ms → 0.38 ms | 10.0 ms → 0.57 ms |
//! | a look-up | 227 ns → 232 ns | 246 ns → 278 ns |
//!
//! Look-ups do not gain, unless what is left is one integer: that takes half the time.
//!
//! ## Example
//!
//! ```go
//! type key struct {
//! 	tenant *tenant
//! 	id     int64
//! }
//!
//! var seen = map[key]struct{}{}
//! ```
//!
//! ## Use instead
//!
//! ```go
//! type key struct {
//! 	tenant uint64 // its ID
//! 	id     int64
//! }
//! ```
//!
//! ## When not to
//!
//! In a map of some thousand entries there is nothing to gain: findings are shown where the package is hot, or with `--all`.
//! Where no number stands for what is pointed to, the pointer is the identity and stays; a number that is used again for
//! another object would be wrong. Not reported, therefore: pointees without an integer field `ID`, keys that are a pointer
//! itself (sets of nodes, of connections), keys with strings, interfaces or channels, maps whose values have pointers anyway,
//! maps that nothing is added to outside of `init`, and local ones.
//!
//! ## The fix
//!
//! A suggestion, where the key's type is used in its own file only, and the field is only set, in literals with field names:
//! the field takes the type of the ID, and the literals the ID of what they took the pointer of. None elsewhere: what reads
//! the field needs another way to the object. It is no more than a suggestion because two objects may have the same ID, and a
//! nil pointer has none.
//!
//! ## Go versions
//!
//! All. Go 1.24 replaced the implementation of maps; that a map without pointers is not scanned holds before and after.
//!
//! ## References
//!
//! - [A guide to the Go garbage collector](https://go.dev/doc/gc-guide)
//! - `runtime.scanobject` and `runtime.gcDrain`, which are what a profile shows

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Expr, ExprId, IdentId, Spec};
use types::{Basic, ObjId, Type, TypeId};

use crate::struct_layout::value_layout;
use crate::{Allocates, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct PointerMapKey;

pub(crate) static RULE: PointerMapKey = PointerMapKey;

impl Rule for PointerMapKey {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH013",
            name: "pointer-map-key",
            tier: Tier::Profile,
            since: "0.2.0",
            fix: FixSafety::Suggestion,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Assign, Kind::IncDec]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(stmt) = node else { return };
        let Some((index, map)) = cx.map_element_set(stmt) else { return };
        let Some(entry) = Entry::of(cx, map) else { return };
        if cx.is_test() || cx.runs_once(Parent::Stmt(stmt)) || !entry.is_first(cx, index) {
            return;
        }
        found.push(entry.diagnose(cx, index));
    }
}

/// A map that lives long, and what its keys could be without.
struct Entry {
    /// The variable or field that holds the map.
    holder: ObjId,
    key: TypeId,
    value: TypeId,
    /// The pointers in the key, each with the field of its pointee that can stand for it.
    pointers: Vec<(ObjId, ObjId)>,
}

impl Entry {
    fn of(cx: &Context<'_>, map: ExprId) -> Option<Self> {
        let holder = cx.holder(map)?;
        let Type::Map { key, value } = cx.under(map) else { return None };
        if cx.sizes().pointer_bytes(cx.store, *value)? != 0 {
            return None;
        }
        let Type::Struct(parts) = cx.store.under_ty(*key) else { return None };
        let mut pointers = Vec::new();
        for &field in &*parts.fields {
            let ty = cx.store.obj_type(field);
            if cx.sizes().pointer_bytes(cx.store, ty)? != 0 {
                let Type::Pointer(pointee) = cx.store.ty(cx.store.unalias(ty)) else { return None };
                pointers.push((field, identifier(cx, *pointee)?));
            }
        }
        (!pointers.is_empty()).then_some(Self { holder, key: *key, value: *value, pointers })
    }

    /// Whether no place before this one in the file, and no file before it, adds to the same map: it is reported once.
    fn is_first(&self, cx: &Context<'_>, index: ExprId) -> bool {
        for there in cx.files() {
            for at in (0..there.tree().stmt_count()).map(source::Id::from_index) {
                if there.is_test() || there.runs_once(Parent::Stmt(at)) {
                    continue;
                }
                if let Some((other, map)) = there.map_element_set(at)
                    && there.holder(map) == Some(self.holder)
                {
                    return there.number == cx.number && other == index;
                }
            }
        }
        false
    }

    fn diagnose(&self, cx: &Context<'_>, index: ExprId) -> Diagnosis {
        let size = |ty| value_layout(cx.store, cx.sizes(), ty);
        let (key, value) = (size(self.key), size(self.value));
        let bytes = key.map_or(0, |key| key.size) + value.map_or(0, |value| value.size);
        let scanned = key.map_or(0, |key| key.pointer_bytes);
        let after = self.size_after(cx);
        let names = self.pointers.iter().map(|(field, _)| cx.store.obj(*field).name.as_str());
        let names: Vec<&str> = names.collect();
        let ids = self.pointers.iter().map(|(field, id)| {
            format!("the {} of {}", cx.store.obj(*id).name, cx.store.obj(*field).name)
        });
        let ids: Vec<String> = ids.collect();
        let key_name = cx.type_name(self.key).map_or("the key", |o| cx.store.obj(o).name.as_str());
        let mut diagnosis = Diagnosis::new(
            cx.span(index),
            format!(
                "because of {} in {key_name}, each collection scans all entries of this map",
                names.join(" and ")
            ),
            format!(
                "put {} into the key: an entry then is {after} bytes with 0 to scan, where it is {bytes} with {scanned}",
                ids.join(" and ")
            ),
        );
        diagnosis.allocates = Allocates::Never;
        diagnosis.cost = Cost::per_call(0).of_bytes(0);
        diagnosis.cost.scan_bytes = scanned;
        for (field, _) in &self.pointers {
            if let Some(at) = cx.declared_at(*field) {
                let end = at + cx.store.obj(*field).name.as_str().len() as u32;
                diagnosis = diagnosis.because(Span::new(at, end), "a pointer in the key");
            }
        }
        diagnosis.fix = self.fix(cx);
        diagnosis
    }

    /// Bytes of an entry with the identifiers in place of the pointers.
    fn size_after(&self, cx: &Context<'_>) -> u64 {
        let Type::Struct(parts) = cx.store.under_ty(self.key) else { return 0 };
        let layouts = parts.fields.iter().filter_map(|&field| {
            let id = self.pointers.iter().find(|(pointer, _)| *pointer == field);
            let stands = id.map_or(field, |(_, id)| *id);
            value_layout(cx.store, cx.sizes(), cx.store.obj_type(stands))
        });
        let value = value_layout(cx.store, cx.sizes(), self.value).map_or(0, |value| value.size);
        memory::Layout::structure(layouts).size + value
    }

    /// The identifiers in place of the pointers, in the type and wherever a key is made.
    fn fix(&self, cx: &Context<'_>) -> Option<Plan> {
        let key = cx.type_name(self.key)?;
        let used_here = |object: ObjId| {
            cx.files().all(|there| there.number == cx.number || there.uses(object).is_empty())
        };
        if cx.store.obj(key).is_exported() || !used_here(key) || has_unkeyed_literals(cx, self.key)
        {
            return None;
        }
        // Tags stand in a column behind the types.
        if matches!(cx.store.under_ty(self.key), Type::Struct(parts) if !parts.tags.is_empty()) {
            return None;
        }
        let mut plan = Plan::new(
            Applicability::Suggestion,
            "Put the IDs into the key; they have to be unique",
        );
        for &(field, id) in &self.pointers {
            if !used_here(field) {
                return None;
            }
            let (&declared, uses) = cx.uses(field).split_first()?;
            plan.replace(cx.span(type_of_field(cx, declared)?), id_type(cx, id)?);
            for &ident in uses {
                let value = set_in_literal(cx, ident)?;
                let name = cx.store.obj(id).name;
                let simple = matches!(
                    cx.tree().expr(value),
                    Expr::Ident(_)
                        | Expr::Selector { .. }
                        | Expr::Index { .. }
                        | Expr::Call { .. }
                        | Expr::Paren(_)
                );
                if !simple || cx.is_nil(value) {
                    return None;
                }
                plan.insert(cx.span(value).end, format!(".{name}"));
            }
        }
        Some(plan)
    }
}

/// The field of a struct that holds an integer by which it is known.
fn identifier(cx: &Context<'_>, ty: TypeId) -> Option<ObjId> {
    let Type::Struct(parts) = cx.store.under_ty(ty) else { return None };
    let own = cx.is_own_type(ty);
    parts.fields.iter().copied().find(|&field| {
        let data = cx.store.obj(field);
        let named = matches!(data.name.as_str(), "ID" | "Id" | "id");
        let seen = own || data.is_exported();
        let integer = matches!(cx.store.under_ty(data.ty.get().unwrap_or(ty)), Type::Basic(basic, _) if basic.is_integer());
        named && seen && integer
    })
}

/// How the type of an identifier is written in the package.
fn id_type(cx: &Context<'_>, id: ObjId) -> Option<String> {
    let ty = cx.store.obj_type(id);
    match cx.store.ty(cx.store.unalias(ty)) {
        Type::Basic(basic, _) if *basic != Basic::Invalid => Some(cx.store.type_string(ty)),
        Type::Named(named) if cx.is_own_type(ty) && cx.is_package_level(named.obj) => {
            Some(cx.store.obj(named.obj).name.as_str().to_owned())
        }
        _ => None,
    }
}

/// The type of a field that has one name, by that.
fn type_of_field(cx: &Context<'_>, name: IdentId) -> Option<ExprId> {
    let tree = cx.tree();
    let fields = (0..tree.field_count()).map(source::Id::from_index).map(|id| tree.field(id));
    let mut named = fields.filter(|field| tree.list(field.names).any(|ident| ident == name));
    let field = named.next()?;
    (field.names.len() == 1).then_some(field.ty)
}

/// The value that a field gets where it is named in a literal.
fn set_in_literal(cx: &Context<'_>, ident: IdentId) -> Option<ExprId> {
    let expr = cx.parents().ident(ident)?;
    let Parent::Expr(pair) = cx.parents().expr(expr) else { return None };
    match cx.tree().expr(pair) {
        Expr::KeyValue { key, value, .. } if key == expr => Some(value),
        _ => None,
    }
}

/// Whether the file has literals of a type without field names, or converts to it.
fn has_unkeyed_literals(cx: &Context<'_>, ty: TypeId) -> bool {
    cx.tree().exprs().any(|(id, expr)| match expr {
        Expr::Composite { elems, .. } if cx.store.identical(cx.type_of(id), ty) => {
            cx.tree().list(elems).any(|e| !matches!(cx.tree().expr(e), Expr::KeyValue { .. }))
        }
        Expr::Call { .. } => matches!(cx.callee(id), Some(crate::Callee::Conversion(to)) if cx.store.identical(to, ty)),
        _ => false,
    }) || cx.specs().any(|spec| matches!(cx.tree().spec(spec), Spec::Type { ty: of, assign, name, .. }
        if cx.facts().defs[name].is_some_and(|object| cx.type_name(ty) != Some(object))
            && assign.is_none() && cx.object(of) == cx.type_name(ty)))
}
