//! # Tables keyed by pointers that nothing is deleted from
//!
//! ## What it does
//!
//! Finds maps, and `sync.Map`s, that live as long as the program and have a pointer for a key, to which objects are added
//! that the package makes again and again, and from which nothing is ever deleted.
//!
//! ## Why it costs
//!
//! What is kept beside an object in a table of its own ends with it only if somebody deletes it. The key is a pointer, so the
//! table also keeps the object itself alive. Where an object is copied, or made anew in place of another, the entry stays
//! with the old address, and the new object has none.
//!
//! Measured with 1000 objects, each of which takes the place of the one before (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | nothing deleted | 101706 B, 1036 allocs | 90473 B, 1023 allocs |
//! | the old entry deleted | 16208 B, 1003 allocs | 16208 B, 1003 allocs |
//! | keyed by the ID, which stays | 16192 B, 1002 allocs | 16192 B, 1002 allocs |
//!
//! 16000 bytes are the objects themselves. In the first case they are all alive in the end, in the others one is.
//!
//! ## Example
//!
//! ```go
//! var meta = map[*node]metadata{}
//!
//! func newNode(id int64, m metadata) *node {
//! 	n := &node{id: id}
//! 	meta[n] = m
//! 	return n
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! var meta = map[int64]metadata{} // by ID
//!
//! func (n *node) remove() {
//! 	delete(meta, n.id)
//! }
//! ```
//!
//! or, for objects without an identifier, `delete` with the pointer where the object ends; from Go 1.24 on a
//! `weak.Pointer` as the key, and `runtime.AddCleanup` to delete it.
//!
//! ## When not to
//!
//! Objects that live as long as the program may stay in a table as long. Not reported, therefore: what `init` and functions
//! that only it calls add, functions that by their name register something, objects that are package variables, maps that
//! are replaced, cleared or handed to other functions, and maps in structs that do not live in a variable of the package.
//!
//! ## The fix
//!
//! None: where an object ends is not to be seen.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [`weak`](https://pkg.go.dev/weak), [`runtime.AddCleanup`](https://pkg.go.dev/runtime#AddCleanup)

use syntax::tree::{Expr, ExprId, Stmt, StmtId, UnaryOp};
use types::{Builtin, ObjId, ObjectKind, Type, TypeId, VarKind};

use crate::{
    Allocates, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct SideTablePointerKey;

pub(crate) static RULE: SideTablePointerKey = SideTablePointerKey;

/// The version from which on there are weak pointers.
const WEAK: (u32, u32) = (1, 24);

impl Rule for SideTablePointerKey {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH103",
            name: "side-table-pointer-key",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::None,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Assign, Kind::IncDec, Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Some(entry) = Entry::added(cx, node) else { return };
        let at = Parent::Expr(entry.place);
        if cx.is_test() || cx.runs_once(at) || registers(cx, at) {
            return;
        }
        if !entry.comes_and_goes(cx) || !entry.lives_long(cx) || entry.is_ever_removed(cx) {
            return;
        }
        found.push(entry.diagnose(cx));
    }
}

/// Something added to a table.
struct Entry {
    /// The element, or the call that stores it.
    place: ExprId,
    key: ExprId,
    /// What the key points to: a type of the package.
    pointee: TypeId,
    /// The variable or field that holds the table.
    holder: ObjId,
}

impl Entry {
    fn added(cx: &Context<'_>, node: Node) -> Option<Self> {
        let (place, table, key) = match node {
            Node::Stmt(stmt) => {
                let (element, map) = cx.map_element_set(stmt)?;
                let Expr::Index { indices, .. } = cx.tree().expr(element) else { return None };
                (element, map, cx.tree().list_get(indices, 0)?)
            }
            Node::Expr(call) => {
                let (map, "Store" | "LoadOrStore" | "Swap") =
                    cx.calls_method(call, "sync", "Map")?
                else {
                    return None;
                };
                (call, map, *cx.arguments(call).first()?)
            }
        };
        let Type::Pointer(pointee) = cx.store.ty(cx.type_of(key)) else { return None };
        let pointee = cx.store.unalias(*pointee);
        let is_struct =
            matches!(cx.store.under_ty(pointee), Type::Struct(_)) && cx.is_own_type(pointee);
        let holder = cx.holder(table)?;
        is_struct.then_some(Self { place, key, pointee, holder })
    }

    /// Whether objects of the key's type are made again and again by the package.
    fn comes_and_goes(&self, cx: &Context<'_>) -> bool {
        // A variable of the package is there once.
        let key = cx.tree().unparen(self.key);
        if matches!(cx.tree().expr(key), Expr::Unary { op: UnaryOp::Addr, .. })
            || cx.root_variable(key).is_some_and(|root| cx.is_package_level(root))
        {
            return false;
        }
        cx.files().filter(|there| !there.is_test()).any(|there| {
            there.tree().exprs().any(|(id, expr)| {
                let made = match expr {
                    Expr::Unary { op: UnaryOp::Addr, x } => {
                        matches!(there.tree().expr(there.tree().unparen(x)), Expr::Composite { .. })
                            && there.type_of(there.tree().unparen(x)) == self.pointee
                    }
                    Expr::Call { .. } => {
                        there.callee(id) == Some(Callee::Builtin(Builtin::New))
                            && matches!(there.store.ty(there.type_of(id)), Type::Pointer(of) if there.store.unalias(*of) == self.pointee)
                    }
                    _ => false,
                };
                made && !there.runs_once(Parent::Expr(id))
            })
        })
    }

    /// Whether the table is a variable of the package, or a field of a type that one holds.
    fn lives_long(&self, cx: &Context<'_>) -> bool {
        if cx.is_package_level(self.holder) {
            return true;
        }
        let Some(owner) = owner_of(cx, self.holder) else { return false };
        let scope = cx.store.pkg(cx.package.checked.pkg).scope.get();
        scope.into_iter().flat_map(|scope| scope.values()).any(|&object| {
            matches!(cx.store.obj(object).kind, ObjectKind::Var(VarKind::Package))
                && cx.type_name(cx.store.obj_type(object)) == Some(owner)
        })
    }

    /// Whether anything in the package takes entries away, or may: deletes, clears, replaces the table, or does with it
    /// what is not known.
    fn is_ever_removed(&self, cx: &Context<'_>) -> bool {
        cx.store.obj(self.holder).is_exported()
            || cx.files().any(|there| {
                there.tree().exprs().any(|(id, expr)| {
                    let names = match expr {
                        Expr::Ident(ident) | Expr::Selector { sel: ident, .. } => {
                            there.facts().uses[ident] == Some(self.holder)
                        }
                        _ => false,
                    };
                    // `x.field` is looked at as a whole.
                    let is_part = matches!(expr, Expr::Ident(_)) && is_selected(&there, id);
                    names && !is_part && may_remove(&there, id)
                })
            })
    }

    fn diagnose(&self, cx: &Context<'_>) -> Diagnosis {
        let table = cx.store.obj(self.holder).name;
        let name = cx
            .type_name(self.pointee)
            .map_or("object", |object| cx.store.obj(object).name.as_str());
        let weak = if cx.go() >= WEAK {
            ", or make the key a weak.Pointer and delete in a runtime.AddCleanup"
        } else {
            ""
        };
        let mut diagnosis = Diagnosis::new(
            cx.span(self.place),
            format!(
                "nothing is ever deleted from {table}, and its keys keep every {name} alive that is added"
            ),
            format!(
                "delete the entry where the {name} ends, by an identifier rather than its address{weak}"
            ),
        );
        let size = cx.size_of(self.pointee).unwrap_or(0);
        diagnosis.allocates = Allocates::Never;
        diagnosis.cost = Cost::per_call(0).of_bytes(size);
        diagnosis
    }
}

/// Whether an identifier is the name behind a dot.
fn is_selected(cx: &Context<'_>, ident: ExprId) -> bool {
    let Expr::Ident(name) = cx.tree().expr(ident) else { return false };
    cx.parents().ident(name).is_none()
}

/// The type name of the struct that declares a field.
fn owner_of(cx: &Context<'_>, field: ObjId) -> Option<ObjId> {
    let scope = cx.store.pkg(cx.package.checked.pkg).scope.get()?;
    scope.values().copied().find(|&object| {
        let data = cx.store.obj(object);
        data.is_type_name()
            && matches!(cx.store.under_ty(cx.store.obj_type(object)), Type::Struct(parts) if parts.fields.contains(&field))
    })
}

/// Whether a function registers something by its name: such tables are meant to grow with the program's parts.
fn registers(cx: &Context<'_>, at: Parent) -> bool {
    cx.function_word(at).is_some_and(|name| name.to_lowercase().contains("register"))
}

/// Whether a use of a table may take entries away from it.
fn may_remove(cx: &Context<'_>, table: ExprId) -> bool {
    let (outer, parent) = cx.around(table);
    match parent {
        Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
            Stmt::Range { x, .. } => x != outer,
            Stmt::Assign { lhs, .. } => {
                !cx.tree().list(lhs).any(|x| x == outer) || !is_first_setting(cx, stmt)
            }
            _ => true,
        },
        Parent::Expr(around) => match cx.tree().expr(around) {
            Expr::Index { .. } => false,
            // A method of a `sync.Map`.
            Expr::Selector { sel, .. } => !matches!(
                cx.tree().ident(sel).name.as_str(),
                "Load" | "Store" | "LoadOrStore" | "Swap" | "Range"
            ),
            Expr::Call { .. } => cx.callee(around) != Some(Callee::Builtin(Builtin::Len)),
            Expr::Binary { x, y, .. } => !cx.is_nil(if x == outer { y } else { x }),
            Expr::KeyValue { key, .. } => key != outer,
            _ => true,
        },
        _ => true,
    }
}

/// Whether an assignment sets a table that was nil: `if m == nil { m = … }`, or in code that runs once.
fn is_first_setting(cx: &Context<'_>, stmt: StmtId) -> bool {
    if cx.runs_once(Parent::Stmt(stmt)) {
        return true;
    }
    let Parent::Stmt(block) = cx.parents().stmt(stmt) else { return false };
    let Parent::Stmt(around) = cx.parents().stmt(block) else { return false };
    let Stmt::If { cond, body, .. } = cx.tree().stmt(around) else { return false };
    let asks = matches!(cx.tree().expr(cx.tree().unparen(cond)), Expr::Binary { x, y, .. } if cx.is_nil(x) || cx.is_nil(y));
    body == block && asks
}
