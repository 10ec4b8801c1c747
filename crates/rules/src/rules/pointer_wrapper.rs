//! # Pointers to a struct around one number or string
//!
//! ## What it does
//!
//! Finds `&T{…}` and `new(T)` that are on the heap, of a struct whose one field is a number, a truth value or a string, where
//! nothing in the package needs the pointer: nothing changes the field through it, compares it, or puts it into an
//! interface.
//!
//! ## Why it costs
//!
//! The value fits into a register or two. Behind a pointer that leaves the function it is an object of its own, and each use
//! goes to memory.
//!
//! Measured with a pointer that is kept, then with the value (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `*userID` | 26.5 ns, 8 B, 1 alloc | 15.1 ns, 8 B, 1 alloc |
//! | `userID` | 2.7 ns, 0 B, 0 allocs | 2.5 ns, 0 B, 0 allocs |
//!
//! Where the constructor is inlined and the pointer stays in the function, there is no object, and nothing is reported.
//!
//! ## Example
//!
//! ```go
//! type userID struct{ v int64 }
//!
//! func newUserID(v int64) *userID { return &userID{v: v} }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! type userID struct{ v int64 }
//!
//! func newUserID(v int64) userID { return userID{v: v} }
//! ```
//!
//! or `type userID int64`, which is as distinct a type. A struct by value costs nothing more.
//!
//! ## When not to
//!
//! Where `nil` says that there is none, where the field changes, or where two pointers are compared, the pointer means
//! something. In an interface a pointer takes no object of its own and a number does: a type that is put into one, as every
//! error is, is not reported. Neither are tests and code that runs once. Where the package does not make them in a loop,
//! they are shown where it is hot, or with `--all`.
//!
//! ## The fix
//!
//! Takes the pointers away, in the whole file: in types, receivers, literals and dereferences. *Safe* where pointers are only
//! passed, returned and held by variables that always have one; *unsafe* where pointers are elements or fields as well, which
//! begin as nil and then begin as zero, and where files of the package that were not looked at may use a pointer: those for other
//! targets, and tests (without `--tests`) in which the name of the type stands, or of a function, variable or field that has such a
//! pointer. There is none where the type is exported or generic, is used in another file of
//! the package, is embedded, or where a pointer is used in any other way.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [Should I define methods on values or pointers?](https://go.dev/doc/faq#methods_on_values_or_pointers)
//! - `runtime.newobject`, which is what a profile shows; from Go 1.27 on `mallocgc` called by the function itself

mod uses;
mod value;

use escape::Allocated;
use escape::allocation::Operation;
use syntax::tree::{Expr, ExprId, UnaryOp};
use types::{Builtin, ObjId, ObjectKind, Type, TypeId, VarKind};

use crate::{
    Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Per, Rule, Tier,
};

pub(crate) struct PointerWrapper;

pub(crate) static RULE: PointerWrapper = PointerWrapper;

impl Rule for PointerWrapper {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH018",
            name: "pointer-wrapper",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call, Kind::Composite]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(expr) = node else { return };
        let Some(made) = Made::of(cx, expr) else { return };
        if cx.is_test() || cx.runs_once(Parent::Expr(expr)) {
            return;
        }
        let allocated = made.allocated(cx);
        if allocated.as_ref().is_some_and(|allocated| allocated.allocates.is_never()) {
            return;
        }
        let Some(uses) = uses::uses(cx, &made.wrapper) else { return };
        found.push(made.diagnose(cx, allocated, &uses));
    }
}

/// A struct around one value.
struct Wrapper {
    /// The struct, a type of the package.
    ty: TypeId,
    name: ObjId,
    /// A pointer to it.
    pointer: TypeId,
    /// The type of its field.
    inner: TypeId,
}

impl Wrapper {
    fn of(cx: &Context<'_>, ty: TypeId) -> Option<Self> {
        let Type::Named(named) = cx.store.ty(ty) else { return None };
        let plain = named.instance.is_none() && cx.store.type_params(ty).is_empty();
        let own = cx.is_own_type(ty) && cx.is_package_level(named.obj);
        let Type::Struct(parts) = cx.store.under_ty(ty) else { return None };
        let &[field] = &*parts.fields else { return None };
        let ObjectKind::Var(VarKind::Field { embedded: false, .. }) = cx.store.obj(field).kind
        else {
            return None;
        };
        let inner = cx.store.obj_type(field);
        let basic = cx
            .store
            .basic(inner)
            .filter(|basic| basic.is_numeric() || basic.is_boolean() || basic.is_string());
        (plain && own && basic.is_some()).then(|| Self {
            ty,
            name: named.obj,
            pointer: cx.store.pointer(ty),
            inner,
        })
    }
}

/// A place that makes a wrapper, and a pointer to it.
struct Made {
    wrapper: Wrapper,
    /// `&T{…}` or `new(T)`
    value: ExprId,
    operation: Operation,
}

impl Made {
    fn of(cx: &Context<'_>, expr: ExprId) -> Option<Self> {
        match cx.tree().expr(expr) {
            Expr::Composite { ty: Some(_), .. } => {
                let (_, Parent::Expr(value)) = cx.around(expr) else { return None };
                let Expr::Unary { op: UnaryOp::Addr, .. } = cx.tree().expr(value) else {
                    return None;
                };
                let wrapper = Wrapper::of(cx, cx.type_of(expr))?;
                Some(Self { wrapper, value, operation: Operation::CompositeLiteral })
            }
            Expr::Call { .. } if cx.callee(expr) == Some(Callee::Builtin(Builtin::New)) => {
                let Type::Pointer(ty) = cx.store.ty(cx.type_of(expr)) else { return None };
                let wrapper = Wrapper::of(cx, cx.store.unalias(*ty))?;
                Some(Self { wrapper, value: expr, operation: Operation::New })
            }
            _ => None,
        }
    }

    /// What is allocated for it, where it is inlined by those that call the function.
    fn allocated(&self, cx: &Context<'_>) -> Option<Allocated> {
        let here = cx.allocated(cx.tree().report_pos(self.value), self.operation)?;
        Some(cx.allocated_where_inlined(self.value).unwrap_or(here))
    }

    fn diagnose(
        &self,
        cx: &Context<'_>,
        allocated: Option<Allocated>,
        uses: &uses::Uses,
    ) -> Diagnosis {
        let name = cx.store.obj(self.wrapper.name).name;
        let inner = cx.store.type_string(self.wrapper.inner);
        let inner = inner.rsplit('/').next().unwrap_or(&inner);
        let mut diagnosis = Diagnosis::new(
            cx.span(self.value),
            format!(
                "a pointer to {name}, which is one {inner}, is made on the heap and nothing needs the pointer"
            ),
            format!("pass {name} by value"),
        );
        let size = cx.size_of(self.wrapper.ty).unwrap_or(0);
        let bytes = allocated.as_ref().and_then(|allocated| allocated.bytes);
        diagnosis.cost = Cost::per_call(1).of_bytes(bytes.unwrap_or(size));
        let scan = cx.sizes().pointer_bytes(cx.store, self.wrapper.ty);
        diagnosis.cost.scan_bytes = scan.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0);
        if cx.innermost_loop(Parent::Expr(self.value)).is_some() {
            diagnosis.cost.per = Per::Iteration;
        }
        diagnosis = diagnosis.allocating(allocated);
        // One object for all that there is of a kind is not worth a word.
        if !cx.is_one_of_many(self.value) {
            diagnosis.tier = Some(Tier::Profile);
        }
        diagnosis.fix = value::fix(cx, &self.wrapper, uses);
        diagnosis
    }
}
