//! # Slices emptied with nil and filled again
//!
//! ## What it does
//!
//! Finds a slice that is set to `nil` (or to an empty literal) and then filled by `append` again: a variable in a loop, or an
//! unexported field of a struct that the methods of its type fill and empty.
//!
//! ## Why it costs
//!
//! The array goes with the slice. The next `append` begins with a small one, and grows it step by step to where it was. With
//! `[:0]` the slice is as empty, and keeps its array.
//!
//! Measured with a batch of 64 ints, filled and emptied ten times (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `b.batch = nil` | 9.3 µs, 10160 B, 70 allocs | 12.8 µs, 10160 B, 70 allocs |
//! | `b.batch = b.batch[:0]` | 1.7 µs, 0 B, 0 allocs | 2.1 µs, 0 B, 0 allocs |
//!
//! ## Example
//!
//! ```go
//! b.batch = append(b.batch, v)
//! if len(b.batch) == cap {
//! 	b.write(b.batch)
//! 	b.batch = nil
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! b.batch = append(b.batch, v)
//! if len(b.batch) == cap {
//! 	b.write(b.batch)
//! 	b.batch = b.batch[:0]
//! }
//! ```
//!
//! ## When not to
//!
//! Where somebody else has the slice by then: he would see it change. So what was handed to a function that is not seen to
//! let go of it, sent, returned, stored, sliced or captured is not reported; nor is a field of which the address is
//! taken or that is read in a way not seen through, or a struct that is copied, since copies share the array. And where it was very
//! long once and is short ever after: the array is kept as long as the slice. Code that runs once is not reported.
//!
//! ## The fix
//!
//! `x = x[:0]`. Elements that lead to other memory are cleared first, as otherwise they would keep it alive. It is safe for
//! variables, and for fields of types that only this package can copy; for fields of other types it is unsafe, since a copy
//! made elsewhere would share the array. There is no fix where somebody can tell a nil slice from an empty one, and for
//! elements with pointers before Go 1.21, which has no `clear`.
//!
//! ## Go versions
//!
//! All. Since Go 1.25 the first 32 bytes of a variable that does not leave the function are on the stack.
//!
//! ## References
//!
//! - [Slice expressions](https://go.dev/ref/spec#Slice_expressions) in the language specification
//! - `runtime.growslice` in the source of the Go runtime, which is what a profile shows

use escape::Allocated;
use escape::allocation::Operation;
use fix::{Applicability, Plan};
use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId};
use types::{Builtin, Type};

use crate::{
    Allocates, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Per, Rule,
    Tier, value_layout,
};

mod field;
mod uses;
mod variable;

pub(crate) struct ResetToNil;

pub(crate) static RULE: ResetToNil = ResetToNil;

/// The number of elements that a cost is given for.
const TYPICAL_COUNT: u64 = 64;

impl Rule for ResetToNil {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH021",
            name: "reset-to-nil",
            tier: Tier::Profile,
            since: "0.1.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Assign]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(stmt) = node else { return };
        let Some(slice) = emptied(cx, stmt) else { return };
        if !cx.asks_for(Tier::Profile) {
            return;
        }
        let refilled = if cx.object(slice).is_some() {
            variable::refilled(cx, stmt, slice)
        } else {
            field::refilled(cx, slice).filter(|_| !cx.runs_once(Parent::Stmt(stmt)))
        };
        let Some(refilled) = refilled else { return };
        if refilled.allocated.as_ref().is_some_and(|allocated| allocated.allocates.is_never()) {
            return;
        }
        let name = cx.source(slice);
        let mut diagnosis = Diagnosis::new(
            cx.stmt_span(stmt),
            format!(
                "`{name}` gives up its array here, and grows a new one when it is filled again"
            ),
            format!("keep the array: {name} = {name}[:0]"),
        );
        diagnosis.allocates = match &refilled.allocated {
            Some(allocated) if allocated.allocates == escape::allocation::Allocates::Always => {
                Allocates::Always
            }
            _ => Allocates::Sometimes,
        };
        if let Some(allocated) = refilled.allocated {
            diagnosis.way = allocated.why;
        }
        diagnosis.cost = cost(cx, slice);
        diagnosis.fix = refilled.fix.and_then(|safety| plan(cx, stmt, slice, safety));
        found.push(diagnosis);
    }
}

/// A slice that is filled again.
struct Refilled {
    /// What an append to it takes.
    allocated: Option<Allocated>,
    /// How far `[:0]` can be trusted; `None` where it cannot.
    fix: Option<Applicability>,
}

/// The slice that a statement empties: `x = nil`, `x = []T{}`, `x = make([]T, 0)`.
fn emptied(cx: &Context<'_>, stmt: StmtId) -> Option<ExprId> {
    let tree = cx.tree();
    let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = tree.stmt(stmt) else { return None };
    if lhs.len() != 1 || rhs.len() != 1 {
        return None;
    }
    let slice = tree.unparen(tree.list_get(lhs, 0)?);
    let place = match tree.expr(slice) {
        Expr::Ident(_) => cx.object(slice).is_some(),
        Expr::Selector { .. } => true,
        _ => false,
    };
    let is_slice = matches!(cx.under(slice), Type::Slice(_));
    (place && is_slice && is_empty(cx, tree.list_get(rhs, 0)?)).then_some(slice)
}

/// Whether a value is a slice without elements and without room.
fn is_empty(cx: &Context<'_>, value: ExprId) -> bool {
    let value = cx.tree().unparen(value);
    match cx.tree().expr(value) {
        Expr::Ident(_) => cx.is_nil(value),
        Expr::Composite { elems, .. } => elems.is_empty(),
        Expr::Call { .. } => match (cx.callee(value), &cx.arguments(value)[..]) {
            (Some(Callee::Builtin(Builtin::Make)), [_, len]) => cx.constant_int(*len) == Some(0),
            (Some(Callee::Conversion(_)), [x]) => cx.is_nil(*x),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a value is a slice made for this variable alone, be it empty or not.
fn is_own(cx: &Context<'_>, value: ExprId) -> bool {
    let value = cx.tree().unparen(value);
    is_empty(cx, value)
        || matches!(cx.tree().expr(value), Expr::Composite { .. })
        || cx.callee(value) == Some(Callee::Builtin(Builtin::Make))
}

/// What an append takes.
fn append_takes(cx: &Context<'_>, call: ExprId) -> Option<Allocated> {
    cx.allocated(cx.tree().report_pos(call), Operation::Append)
}

fn cost(cx: &Context<'_>, slice: ExprId) -> Cost {
    let mut cost = Cost::per_call(1);
    if let Type::Slice(elem) = cx.under(slice)
        && let Some(elem) = value_layout(cx.store, cx.sizes(), *elem)
    {
        let grown = cx.target().append_each(elem, 0, 0, TYPICAL_COUNT);
        cost = Cost::per_call(u32::try_from(grown.allocation.objects()).unwrap_or(u32::MAX))
            .of_formula(format!("{}*cap({})", elem.size, cx.source(slice)));
    }
    cost.per = Per::Call;
    cost
}

fn plan(
    cx: &Context<'_>,
    stmt: StmtId,
    slice: ExprId,
    applicability: Applicability,
) -> Option<Plan> {
    let span = cx.stmt_span(stmt);
    if cx.has_comment(span) {
        return None;
    }
    let name = cx.source(slice);
    let mut plan = Plan::new(applicability, format!("Keep the array of {name}"));
    if applicability == Applicability::Unsafe {
        plan.title.push_str("; a copy of the struct made elsewhere would share it");
    }
    let Type::Slice(elem) = cx.under(slice) else { return None };
    if cx.view().carries_references(*elem) {
        if cx.language() < (1, 21) || !cx.is_predeclared("clear") {
            return None;
        }
        let before = cx.before_statement(stmt)?;
        let indent = cx.indent(span.start);
        plan.insert(before, format!("{indent}clear({name})\n"));
    }
    plan.replace(span, format!("{name} = {name}[:0]"));
    Some(plan)
}
