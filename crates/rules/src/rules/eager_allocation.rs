//! # Memory taken before it is known to be needed
//!
//! ## What it does
//!
//! Finds a slice, map, channel or pointer that is made before an early `return`, `continue` or `break` that does not need it,
//! or that only one branch uses; and text that is put together for a line of `slog.Debug`, be the level on or off.
//!
//! ## Why it costs
//!
//! What is made on the way to an early exit is garbage at once. Made where it is used, the short way costs nothing.
//!
//! Measured for a call that returns early (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `buf := make([]int, 128)` before `if len(xs) == 0 { return 0 }` | 305 ns, 1024 B, 1 alloc | 333 ns, 1024 B, 1 alloc |
//! | behind it | 2.8 ns, 0 B, 0 allocs | 2.3 ns, 0 B, 0 allocs |
//! | `log.Debug(fmt.Sprintf(…))`, off | 212 ns, 48 B, 3 allocs | 200 ns, 48 B, 3 allocs |
//! | below `if log.Enabled(…)`, off | 4.4 ns, 0 B, 0 allocs | 5.3 ns, 0 B, 0 allocs |
//!
//! ## Example
//!
//! ```go
//! seen := make(map[string]bool)
//! if len(names) < 2 {
//! 	return names
//! }
//! for _, name := range names {
//! 	seen[name] = true
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! if len(names) < 2 {
//! 	return names
//! }
//! seen := make(map[string]bool)
//! for _, name := range names {
//! 	seen[name] = true
//! }
//! ```
//!
//! ## When not to
//!
//! Where the early exit is rare. So exits that return an error, stand below `if err != nil`, or panic are not counted, and a
//! branch below `if err == nil` is taken for the usual way. Not reported: what the compiler has on the stack or leaves out,
//! values with calls in them, values of what may have changed by the time of the use, and code that runs once.
//!
//! ## The fix
//!
//! The declaration moves to right before its first use. It is safe: it has no effect of its own, and what it is made of is the same
//! there. Where it is a size that could be negative, it is unsafe: then `make` panics later, or not at all. There is no fix where
//! a comment belongs to the declaration and in functions with `goto`. For `slog`, the line below `if log.Enabled(…)` is a
//! suggestion: what formats the arguments is no longer called.
//!
//! ## Go versions
//!
//! All. What is on the stack depends on the version, and is asked of escape analysis.
//!
//! ## References
//!
//! - [`slog.Logger.Enabled`](https://pkg.go.dev/log/slog#Logger.Enabled)
//! - `runtime.makeslice`, `runtime.makemap`, `runtime.newobject` in the source of the Go runtime, which are what a profile shows

use escape::Allocated;
use escape::allocation::Operation;
use fix::{Applicability, Plan};
use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId};
use types::ObjId;

use crate::{Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

mod logging;
mod needed;
mod value;

use needed::Needed;
use value::Value;

pub(crate) struct EagerAllocation;

pub(crate) static RULE: EagerAllocation = EagerAllocation;

impl Rule for EagerAllocation {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH023",
            name: "eager-allocation",
            tier: Tier::Profile,
            since: "0.1.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Assign, Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        if !cx.asks_for(Tier::Profile) {
            return;
        }
        match node {
            Node::Stmt(stmt) => found.extend(made_early(cx, stmt)),
            Node::Expr(call) => found.extend(logging::formatted_early(cx, call)),
        }
    }
}

/// Looks at a statement `x := make(…)` and the like.
fn made_early(cx: &Context<'_>, stmt: StmtId) -> Option<Diagnosis> {
    let tree = cx.tree();
    let Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } = tree.stmt(stmt) else { return None };
    if lhs.len() != 1 || rhs.len() != 1 {
        return None;
    }
    let Expr::Ident(ident) = tree.expr(tree.list_get(lhs, 0)?) else { return None };
    let variable = cx.facts().defs[ident]?;
    let made = tree.unparen(tree.list_get(rhs, 0)?);
    let value = Value::of(cx, made)?;
    let needed = Needed::of(cx, stmt, variable)?;
    if !needed.finds_the_same(cx, &value) || cx.runs_once(Parent::Stmt(stmt)) {
        return None;
    }
    let allocated = allocated(cx, tree.ident(ident).pos, made)?;
    if allocated.allocates.is_never() {
        return None;
    }
    let name = cx.store.obj(variable).name;
    let message = if needed.exit.is_some() {
        format!("`{name}` is made before it is known to be needed")
    } else {
        format!("`{name}` is made though only one branch needs it")
    };
    let mut diagnosis =
        Diagnosis::new(cx.span(made), message, format!("make `{name}` where it is first used"))
            .allocating(Some(allocated.clone()));
    if let Some(exit) = needed.exit {
        diagnosis = diagnosis.because(cx.stmt_span(exit), "here it is not needed");
    }
    diagnosis = diagnosis.because(cx.tree().ident(needed.first_use).span(), "first used here");
    diagnosis.cost = cost(&allocated);
    diagnosis.fix = plan(cx, stmt, variable, &value, &needed);
    Some(diagnosis)
}

/// What making the value takes.
fn allocated(cx: &Context<'_>, variable: u32, made: ExprId) -> Option<Allocated> {
    let at = cx.tree().report_pos(made);
    let operations = [
        Operation::MakeSlice,
        Operation::MakeMap,
        Operation::MakeChan,
        Operation::New,
        Operation::CompositeLiteral,
        Operation::SliceLiteral,
        Operation::MapLiteral,
    ];
    // At this place there is one operation; of the others it is said that they take nothing.
    let mut found = operations.into_iter().filter_map(|operation| cx.allocated(at, operation));
    found
        .find(|allocated| !allocated.allocates.is_never())
        .or_else(|| cx.allocated(variable, Operation::Variable))
}

fn cost(allocated: &Allocated) -> Cost {
    let mut cost = Cost::per_call(u32::try_from(allocated.objects.max(1)).unwrap_or(u32::MAX));
    cost.bytes = allocated.bytes;
    cost.bytes_formula.clone_from(&allocated.bytes_formula);
    cost.scan_bytes = allocated.scan_bytes.unwrap_or(0);
    cost
}

fn plan(
    cx: &Context<'_>,
    stmt: StmtId,
    variable: ObjId,
    value: &Value,
    needed: &Needed,
) -> Option<Plan> {
    if cx.has_goto(Parent::Stmt(stmt)) {
        return None;
    }
    let lines = cx.lines_of_statement(stmt)?;
    let text = cx.text(cx.stmt_span(stmt));
    let before = cx.before_statement(needed.target)?;
    let (from, to) = (cx.stmt_span(stmt).start, cx.stmt_span(needed.target).start);
    let indent = cx.indent(to);
    if text.contains('\n') && indent != cx.indent(from) {
        return None;
    }
    let name = cx.store.obj(variable).name;
    let mut plan =
        Plan::new(Applicability::Safe, format!("Make {name} right before it is first used"));
    if value.may_panic {
        plan.applicability = Applicability::Unsafe;
        plan.title.push_str("; a negative size panics there, not before");
    }
    plan.remove(lines);
    plan.insert(before, format!("{indent}{text}\n"));
    Some(plan)
}
