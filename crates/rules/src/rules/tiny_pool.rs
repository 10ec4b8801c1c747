//! # Pools of tiny objects, and of values that are boxed
//!
//! ## What it does
//!
//! Finds a `sync.Pool` whose `New` makes an object of less than 16 bytes without pointers, and calls of `Put` with a value
//! that is put into an interface by a copy on the heap, such as a slice.
//!
//! ## Why it costs
//!
//! Go's allocator puts objects of less than 16 bytes without pointers several to a block, for little more than an addition. A
//! pool takes as long, keeps the objects from being found dead, and takes code besides. A slice in an `any` is a pointer to a
//! copy of its header: what `Put` spares of the array, it spends on that.
//!
//! Measured (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | pool of `*int64` | 14 ns, 0 B, 0 allocs | 16 ns, 0 B, 0 allocs |
//! | `new(int64)` | 14 ns, 8 B, 1 alloc | 10 ns, 8 B, 1 alloc |
//! | pool of `[]byte`, 64 bytes | 57 ns, 24 B, 1 alloc | 47 ns, 24 B, 1 alloc |
//! | `make([]byte, 0, 64)` | 50 ns, 64 B, 1 alloc | 45 ns, 64 B, 1 alloc |
//! | pool of `*[]byte` | 18 ns, 0 B, 0 allocs | 16 ns, 0 B, 0 allocs |
//!
//! ## Example
//!
//! ```go
//! var buffers = sync.Pool{New: func() any { return make([]byte, 0, 64) }}
//!
//! func format(n int) {
//! 	b := buffers.Get().([]byte)[:0]
//! 	b = strconv.AppendInt(b, int64(n), 10)
//! 	send(b)
//! 	buffers.Put(b)
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! var buffers = sync.Pool{New: func() any { return new([]byte) }}
//!
//! func format(n int) {
//! 	b := buffers.Get().(*[]byte)
//! 	*b = strconv.AppendInt((*b)[:0], int64(n), 10)
//! 	send(*b)
//! 	buffers.Put(b)
//! }
//! ```
//!
//! and no pool at all for tiny objects.
//!
//! ## When not to
//!
//! A slice of some kilobytes is worth a pool even if its header is boxed, though not as much as with a pointer. Not reported:
//! pointers, maps, channels and functions, which an interface holds as they are; tiny objects with pointers, which take an
//! object of their own; and pools whose `New` is not to be seen.
//!
//! ## The fix
//!
//! None: the pointer has to be kept from `Get` to `Put`, which changes the code between.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [What it saves by size, and from what rate it is worth it](../evidence.md#specialties-and-premature-optimisations)
//! - [`sync.Pool`](https://pkg.go.dev/sync#Pool)
//! - `runtime.mallocgcTiny` and `runtime.convTslice`, which are what a profile shows

use syntax::tree::{Expr, ExprId, Stmt, UnaryOp};
use types::{Builtin, Type, TypeId};

use crate::struct_layout::value_layout;
use crate::{
    Allocates, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct TinyPool;

pub(crate) static RULE: TinyPool = TinyPool;

/// Bytes from which on an object has a block of its own (`maxTinySize` in the runtime).
const TINY: u64 = 16;

impl Rule for TinyPool {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH401",
            name: "tiny-pool",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::None,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Composite, Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(expr) = node else { return };
        if cx.is_test() {
            return;
        }
        match cx.tree().expr(expr) {
            Expr::Composite { .. } => found.extend(tiny(cx, expr)),
            _ => found.extend(boxed(cx, expr)),
        }
    }
}

/// A pool whose objects are tiny.
fn tiny(cx: &Context<'_>, pool: ExprId) -> Option<Diagnosis> {
    let ty = cx.type_of(pool);
    if matches!(cx.store.ty(ty), Type::Pointer(_)) || !cx.is_type(ty, "sync", "Pool") {
        return None;
    }
    let made = made_by_new(cx, pool)?;
    let Type::Pointer(pointee) = cx.store.under_ty(cx.type_of(made)) else { return None };
    let layout = value_layout(cx.store, cx.sizes(), *pointee)?;
    if layout.size >= TINY || layout.has_pointers() {
        return None;
    }
    let what = short_type(cx, *pointee);
    let bytes = if layout.size == 1 { "byte" } else { "bytes" };
    let mut diagnosis = Diagnosis::new(
        cx.span(pool),
        format!(
            "a pool of {what}: an object of {} {bytes} is made as fast as it is taken from a pool",
            layout.size
        ),
        format!("make a new {what} where one is needed, or keep it by value"),
    )
    .because(cx.span(made), "what the pool is filled with");
    diagnosis.allocates = Allocates::Never;
    diagnosis.cost = Cost::per_call(0).of_bytes(0);
    Some(diagnosis)
}

/// What the function `New` of a pool returns, in one place.
fn made_by_new(cx: &Context<'_>, pool: ExprId) -> Option<ExprId> {
    let Expr::Composite { elems, .. } = cx.tree().expr(pool) else { return None };
    let new = cx.tree().list(elems).find_map(|element| match cx.tree().expr(element) {
        Expr::KeyValue { key, value, .. } => match cx.tree().expr(key) {
            Expr::Ident(field) if cx.tree().ident(field).name.as_str() == "New" => Some(value),
            _ => None,
        },
        _ => None,
    })?;
    let Expr::Func { body, .. } = cx.tree().expr(cx.tree().unparen(new)) else { return None };
    let returns = cx.descendants(body).filter_map(|stmt| match cx.tree().stmt(stmt) {
        Stmt::Return(results) => cx.tree().list_get(results, 0),
        _ => None,
    });
    let [made] = returns.collect::<Vec<_>>()[..] else { return None };
    let made = cx.tree().unparen(made);
    let is_new = match cx.tree().expr(made) {
        Expr::Unary { op: UnaryOp::Addr, .. } => true,
        Expr::Call { .. } => cx.callee(made) == Some(Callee::Builtin(Builtin::New)),
        Expr::Ident(_) => cx.object(made).is_some_and(|object| cx.is_local(object)),
        _ => false,
    };
    is_new.then_some(made)
}

/// A value that is copied to the heap to be put into a pool.
fn boxed(cx: &Context<'_>, call: ExprId) -> Option<Diagnosis> {
    let (_, "Put") = cx.calls_method(call, "sync", "Pool")? else { return None };
    let [value] = cx.arguments(call)[..] else { return None };
    let ty = cx.type_of(value);
    let is_copied = matches!(
        cx.store.under_ty(ty),
        Type::Slice(_) | Type::Struct(_) | Type::Array { .. } | Type::Basic(..)
    );
    if !is_copied
        || cx.store.is_type_param(ty)
        || cx.is_nil(value)
        || cx.runs_once(Parent::Expr(call))
    {
        return None;
    }
    let allocated = cx.allocated_by_box(value);
    if allocated.as_ref().is_some_and(|allocated| allocated.allocates.is_never()) {
        return None;
    }
    let layout = value_layout(cx.store, cx.sizes(), ty)?;
    let what = short_type(cx, ty);
    let mut diagnosis = Diagnosis::new(
        cx.span(value),
        format!(
            "each Put copies a {what} to the heap, {} bytes, to make an any of it",
            layout.size
        ),
        format!("put pointers into the pool, *{what}, and keep the one that Get gave"),
    );
    let bytes = allocated.as_ref().and_then(|allocated| allocated.bytes);
    diagnosis.cost = Cost::per_call(1).of_bytes(bytes.unwrap_or(layout.size));
    diagnosis.cost.scan_bytes = layout.pointer_bytes;
    Some(diagnosis.allocating(allocated))
}

/// A type without the paths of packages.
fn short_type(cx: &Context<'_>, ty: TypeId) -> String {
    match cx.type_name(ty) {
        Some(object) => cx.store.obj(object).name.as_str().to_owned(),
        None => cx.store.type_string(ty),
    }
}
