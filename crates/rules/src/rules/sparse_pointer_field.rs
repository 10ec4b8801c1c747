//! # Pointer fields that are set only at times
//!
//! ## What it does
//!
//! Finds structs that are made in numbers and have a pointer field which they are made without, which is set under a
//! condition only, to an object allocated for it, and which the package compares with `nil`.
//!
//! ## Why it costs
//!
//! Each struct carries the pointer, and the garbage collector looks at it, set or not. Where it is set, what it points to is
//! an object of its own. Where few have one, a map from the struct's identifier holds them in much fewer objects; where most
//! have one, the value in place of the pointer saves the second object.
//!
//! Measured with 1000 nodes of which one in ten has the field (`go test -benchmem`, two cores, amd64), `[]*node` with the
//! pointer, then `[]node` with a map beside it:
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | pointer field | 77 µs, 54328 B, 1111 allocs | 45 µs, 54328 B, 1111 allocs |
//! | map beside it | 50 µs, 74746 B, 23 allocs | 38 µs, 72416 B, 23 allocs |
//!
//! Fewer objects, and more bytes. Most of it is due to `[]node` in place of `[]*node`. Where the field is not rare, the map
//! is slower: 0.4 to 0.6 times the speed.
//!
//! ## Example
//!
//! ```go
//! type node struct {
//! 	id   int64
//! 	name string
//! 	meta *metadata // nil for most
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! type node struct {
//! 	id   int64
//! 	name string
//! }
//!
//! type store struct {
//! 	nodes []node
//! 	meta  map[int64]metadata
//! }
//! ```
//!
//! ## When not to
//!
//! How often the field is set is known to you and to a profile, not to the source: the finding says what there is to choose
//! from, where the code that sets it is hot or with `--all`. Entries of the map have to be deleted with their nodes. Keyed by a
//! pointer instead of an identifier, the map keeps nodes alive ([`side-table-pointer-key`](UH103-side-table-pointer-key.md)).
//!
//! Not reported: links to structs of the same type, fields that a literal sets, fields that are set without a condition or to
//! what others hold too, structs that are made one by one, and those that would not become smaller.
//!
//! ## The fix
//!
//! None that could be applied: the help gives size and bytes to scan before and after.
//!
//! ## Go versions
//!
//! All. Sizes are those of the processor that is built for (`--goarch`).
//!
//! ## References
//!
//! - [A guide to the Go garbage collector](https://go.dev/doc/gc-guide)
//! - `runtime.newobject` and `runtime.scanobject`, which are what a profile shows

use escape::Allocated;
use escape::allocation::Operation;
use syntax::tree::{
    AssignOp, BinaryOp, Expr, ExprId, FieldListId, IdentId, Spec, Stmt, StmtId, UnaryOp,
};
use types::{Builtin, ObjId, Type, TypeId};

use crate::struct_layout::value_layout;
use crate::{Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct SparsePointerField;

pub(crate) static RULE: SparsePointerField = SparsePointerField;

impl Rule for SparsePointerField {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH009",
            name: "sparse-pointer-field",
            tier: Tier::Profile,
            since: "0.2.0",
            fix: FixSafety::None,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Struct]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(expr) = node else { return };
        let Some((ty, fields)) = declared(cx, expr) else { return };
        if cx.is_test() || !cx.asks_for(Tier::Profile) {
            return;
        }
        let tree = cx.tree();
        let names =
            tree.list(tree.field_list(fields).fields).flat_map(|f| tree.list(tree.field(f).names));
        for ident in names {
            if let Some(field) = Sparse::of(cx, ty, ident)
                && let Some(diagnosis) = field.diagnose(cx)
            {
                found.push(diagnosis);
            }
        }
    }
}

/// The type that a declaration gives a name to, if it is a struct without type parameters.
fn declared(cx: &Context<'_>, expr: ExprId) -> Option<(TypeId, FieldListId)> {
    let Expr::Struct(fields) = cx.tree().expr(expr) else { return None };
    let Parent::Spec(spec) = cx.parents().expr(expr) else { return None };
    let Spec::Type { name, type_params: None, assign: None, .. } = cx.tree().spec(spec) else {
        return None;
    };
    let ty = cx.store.obj_type(cx.facts().defs[name]?);
    matches!(cx.store.ty(ty), Type::Named(_)).then_some((ty, fields))
}

/// A pointer field of a struct.
struct Sparse {
    /// The struct.
    ty: TypeId,
    field: ObjId,
    ident: IdentId,
    /// What it points to.
    pointee: TypeId,
}

impl Sparse {
    fn of(cx: &Context<'_>, ty: TypeId, ident: IdentId) -> Option<Self> {
        let field = cx.facts().defs[ident]?;
        let Type::Pointer(pointee) = cx.store.ty(cx.store.unalias(cx.store.obj_type(field))) else {
            return None;
        };
        let pointee = cx.store.unalias(*pointee);
        let is_struct = matches!(cx.store.ty(pointee), Type::Named(_))
            && matches!(cx.store.under_ty(pointee), Type::Struct(_));
        (is_struct && pointee != ty).then_some(Self { ty, field, ident, pointee })
    }

    fn diagnose(&self, cx: &Context<'_>) -> Option<Diagnosis> {
        if !self.is_compared_with_nil(cx) || !self.is_made_in_numbers(cx) {
            return None;
        }
        let (there, value) = self.set_at_times(cx)?;
        let made = made_by(&there, value)?;
        let layout = |ty| value_layout(cx.store, cx.sizes(), ty);
        let (now, pointee) = (layout(self.ty)?, layout(self.pointee)?);
        let Type::Struct(parts) = cx.store.under_ty(self.ty) else { return None };
        let others = parts.fields.iter().filter(|&&field| field != self.field);
        let others: Option<Vec<_>> =
            others.map(|&field| layout(cx.store.obj_type(field))).collect();
        let then = memory::Layout::structure(others?);
        let target = cx.target();
        let (bytes, less) = (target.object(now).bytes(), target.object(then).bytes());
        let scan = now.pointer_bytes.saturating_sub(then.pointer_bytes);
        if less >= bytes && scan == 0 {
            return None;
        }
        let ident = cx.tree().ident(self.ident);
        let name =
            |ty| cx.type_name(ty).map_or("struct", |object| cx.store.obj(object).name.as_str());
        let (owner, of) = (name(self.ty), name(self.pointee));
        let own = target.object(pointee).bytes();
        let mut diagnosis = Diagnosis::new(
            ident.span(),
            format!(
                "`{}` is set only at times: every {owner} carries it, and where it is set, {of} is an object of its own",
                ident.name
            ),
            format!(
                "where few have one, keep them in a map beside: {owner} is then {less} bytes with {} to scan, where it is \
                 {bytes} with {}; where most have one, make it a value and save the second object of {own} bytes",
                then.pointer_bytes, now.pointer_bytes
            ),
        );
        diagnosis.cost = Cost::per_call(1).of_bytes(own);
        diagnosis.cost.scan_bytes = scan + pointee.pointer_bytes;
        diagnosis.allocates = made.allocates.into();
        diagnosis.runs = Some((there.number, Parent::Expr(value)));
        if there.number == cx.number {
            diagnosis = diagnosis.because(there.span(value), "set here, under a condition");
        }
        Some(diagnosis)
    }

    /// Whether some place of the package asks whether it is nil.
    fn is_compared_with_nil(&self, cx: &Context<'_>) -> bool {
        self.uses(cx).any(|(there, selector)| match there.around(selector) {
            (outer, Parent::Expr(around)) => match there.tree().expr(around) {
                Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. } => {
                    there.is_nil(if x == outer { y } else { x })
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// The selectors `x.field` of the package, tests not counted.
    fn uses<'a>(&self, cx: &Context<'a>) -> impl Iterator<Item = (Context<'a>, ExprId)> + use<'a> {
        let field = self.field;
        cx.files().filter(|there| !there.is_test()).flat_map(move |there| {
            let idents: Vec<IdentId> = there.uses(field).to_vec();
            let selectors = there.tree().exprs().filter_map(move |(id, expr)| match expr {
                Expr::Selector { sel, .. } if idents.contains(&sel) => Some(id),
                _ => None,
            });
            let selectors: Vec<ExprId> =
                if there.uses(field).is_empty() { Vec::new() } else { selectors.collect() };
            selectors.into_iter().map(move |id| (there, id))
        })
    }

    /// Whether the package makes such structs in numbers, all of them without the field.
    fn is_made_in_numbers(&self, cx: &Context<'_>) -> bool {
        let mut many = false;
        for there in cx.files().filter(|there| !there.is_test()) {
            for (id, expr) in there.tree().exprs() {
                let Expr::Composite { elems, .. } = expr else { continue };
                if there.type_of(id) != self.ty {
                    continue;
                }
                for element in there.tree().list(elems) {
                    let Expr::KeyValue { key, value, .. } = there.tree().expr(element) else {
                        return false;
                    };
                    if there.object(key) == Some(self.field) && !there.is_nil(value) {
                        return false;
                    }
                }
                many |= there.is_one_of_many(id);
            }
        }
        many
    }

    /// One of the places that set it, if all do so under a condition and to something allocated for it.
    fn set_at_times<'a>(&self, cx: &Context<'a>) -> Option<(Context<'a>, ExprId)> {
        let mut set = None;
        for (there, selector) in self.uses(cx) {
            let (outer, parent) = there.around(selector);
            match parent {
                Parent::Stmt(stmt) => {
                    let Stmt::Assign { lhs, op, rhs, .. } = there.tree().stmt(stmt) else {
                        continue;
                    };
                    let Some(at) = there.tree().list(lhs).position(|x| x == outer) else {
                        continue;
                    };
                    let value =
                        there.tree().list_get(rhs, at).filter(|_| lhs.len() == rhs.len())?;
                    if there.is_nil(value) {
                        continue;
                    }
                    made_by(&there, value)?;
                    (op == AssignOp::Assign && is_conditional(&there, stmt)).then_some(())?;
                    set = Some((there, value));
                }
                Parent::Expr(around)
                    if matches!(
                        there.tree().expr(around),
                        Expr::Unary { op: UnaryOp::Addr, .. }
                    ) =>
                {
                    return None;
                }
                _ => {}
            }
        }
        set
    }
}

/// What is allocated by `&T{…}` or `new(T)`, where anything is.
fn made_by(cx: &Context<'_>, value: ExprId) -> Option<Allocated> {
    let value = cx.tree().unparen(value);
    let (at, operation) = match cx.tree().expr(value) {
        Expr::Unary { op: UnaryOp::Addr, x } => match cx.tree().expr(cx.tree().unparen(x)) {
            Expr::Composite { .. } => (cx.span(value).start, Operation::CompositeLiteral),
            _ => return None,
        },
        Expr::Call { .. } if cx.callee(value) == Some(Callee::Builtin(Builtin::New)) => {
            (cx.tree().report_pos(value), Operation::New)
        }
        _ => return None,
    };
    cx.allocated(at, operation).filter(|allocated| !allocated.allocates.is_never())
}

/// Whether a statement stands in a branch of its function, or of the turn of its loop.
fn is_conditional(cx: &Context<'_>, stmt: StmtId) -> bool {
    let mut node = Parent::Stmt(stmt);
    while let Some(above) = cx.up(node) {
        match above {
            Parent::Stmt(outer) => match cx.tree().stmt(outer) {
                Stmt::If { .. } | Stmt::Case { .. } | Stmt::Comm { .. } => return true,
                Stmt::For { .. } | Stmt::Range { .. } => return false,
                _ => {}
            },
            Parent::Decl(_) | Parent::Expr(_) => return false,
            _ => {}
        }
        node = above;
    }
    false
}
