//! # Goroutine closures with more objects than needed
//!
//! ## What it does
//!
//! Finds `go func(x T) { … }(x)` in a loop, where the literal takes arguments and captures variables too; and literals in a
//! loop that capture an element so large that it is moved to the heap.
//!
//! ## Why it costs
//!
//! A goroutine starts with a function without parameters. For a call with arguments the compiler makes one: a closure that
//! holds the arguments and the function. If that function captures something, it is a closure as well, so that there are two
//! objects for each goroutine. One that captures all it needs is one. Captured variables that nobody sets again are copied
//! into the closure up to 128 bytes; larger ones become objects of their own.
//!
//! It is often told the other way round, to pass arguments rather than to capture. Measured with 100 goroutines
//! (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | captures, and two arguments | 29 µs, 8928 B, 203 allocs | 33 µs, 8930 B, 203 allocs |
//! | captures alone | 31 µs, 7328 B, 103 allocs | 29 µs, 7328 B, 103 allocs |
//! | captures an element of 160 B | 36 µs, 23312 B, 202 allocs | 41 µs, 23312 B, 202 allocs |
//! | captures its index | 28 µs, 8915 B, 102 allocs | 31 µs, 8915 B, 102 allocs |
//! | two workers for all | 1.6 µs, 1088 B, 5 allocs | 1.5 µs, 1088 B, 5 allocs |
//!
//! Starting a goroutine takes most of the time. Where there are many small pieces of work, a fixed number of workers is
//! what wins: it takes an object or two for each worker, not for each piece.
//!
//! ## Example
//!
//! ```go
//! for i, name := range names {
//! 	go func(i int, name string) {
//! 		defer wg.Done()
//! 		results[i] = look(name)
//! 	}(i, name)
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! for i, name := range names {
//! 	go func() {
//! 		defer wg.Done()
//! 		results[i] = look(name)
//! 	}()
//! }
//! ```
//!
//! ## When not to
//!
//! Where each goroutine lives long, as one for each connection, an object more is nothing; in loops that do not go over
//! elements the finding is shown only where it is hot, since they often start workers. Not reported:
//! literals that only capture or only take arguments, which are one object; calls of named functions; literals outside of
//! loops; and what the compiler leaves out.
//!
//! ## The fix
//!
//! The parameters go, and the variables that were their arguments are captured. It is safe: these are never set again, and
//! each turn has its own. There is no fix where an argument is anything else than a variable of the parameter's type, where the
//! variable or the parameter is set anywhere or its address taken, where it has more than 128 bytes, where its name means
//! something else in the literal, and where it is a loop variable in a file for Go before 1.22, which all
//! turns share. For a large element there is none: the element at the index may be another by the time that it is read.
//!
//! ## Go versions
//!
//! All. From Go 1.22 on each turn of a loop has variables of its own.
//!
//! ## References
//!
//! - [Go statements](https://go.dev/ref/spec#Go_statements) in the language specification
//! - [Fixing for loops in Go 1.22](https://go.dev/blog/loopvar-preview)
//! - `runtime.newobject` and `runtime.newproc`, which are what a profile shows

use escape::Allocated;
use escape::allocation::Operation;
use syntax::tree::{Expr, ExprId, IdentId, Stmt, StmtId};
use types::{ObjId, Type};

use crate::{Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

mod capture;

pub(crate) struct GoroutineClosure;

pub(crate) static RULE: GoroutineClosure = GoroutineClosure;

/// Bytes up to which a captured variable that is never set again is copied into the closure.
const LARGEST_COPIED: u64 = 128;

impl Rule for GoroutineClosure {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH007",
            name: "goroutine-closure",
            tier: Tier::Always,
            since: "0.1.0",
            fix: FixSafety::Safe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Go]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(stmt) = node else { return };
        let Some(started) = Started::of(cx, stmt) else { return };
        let repeats = |id: &StmtId| !cx.at_most_one_turn(*id) && !cx.leaves_after(stmt, *id);
        let Some(around) = cx.loops(Parent::Stmt(stmt)).into_iter().find(repeats) else { return };
        if cx.runs_once(Parent::Stmt(around)) {
            return;
        }
        let captured = started.captured(cx);
        if !started.arguments.is_empty() && !captured.is_empty() {
            found.extend(started.wrapped(cx, around));
        }
        for &variable in &captured {
            found.extend(started.moved(cx, around, variable));
        }
    }
}

/// `go func(…) { … }(…)`
struct Started {
    stmt: StmtId,
    call: ExprId,
    literal: ExprId,
    body: StmtId,
    arguments: Vec<ExprId>,
}

impl Started {
    fn of(cx: &Context<'_>, stmt: StmtId) -> Option<Self> {
        let Stmt::Go(call) = cx.tree().stmt(stmt) else { return None };
        let call = cx.tree().unparen(call);
        let Expr::Call { fun, .. } = cx.tree().expr(call) else { return None };
        let literal = cx.tree().unparen(fun);
        let Expr::Func { body, .. } = cx.tree().expr(literal) else { return None };
        Some(Self { stmt, call, literal, body, arguments: cx.arguments(call) })
    }

    /// The variables of the function around that the literal uses, in the order of the text.
    fn captured(&self, cx: &Context<'_>) -> Vec<ObjId> {
        let literal = cx.span(self.literal);
        let mut found: Vec<ObjId> = Vec::new();
        for (id, _) in cx.tree().idents_within(cx.stmt_span(self.body)) {
            let Some(object) = cx.facts().uses[id].filter(|&o| cx.view().is_local(o)) else {
                continue;
            };
            let outside = cx.declared_at(object).is_some_and(|at| !literal.contains(at));
            if outside && !found.contains(&object) {
                found.push(object);
            }
        }
        found
    }

    /// A closure within a closure: what is captured, and the arguments.
    fn wrapped(&self, cx: &Context<'_>, around: StmtId) -> Option<Diagnosis> {
        let made: Vec<Allocated> = match cx.allocated_within(self.stmt) {
            Some(within) => within
                .into_iter()
                .filter(|(_, operation, allocated)| {
                    matches!(operation, Operation::Closure | Operation::Go)
                        && !allocated.allocates.is_never()
                })
                .map(|(_, _, allocated)| allocated)
                .collect(),
            None => Vec::new(),
        };
        let known = cx.package.allocations.is_some();
        if known && made.iter().map(|allocated| allocated.objects).sum::<u64>() < 2 {
            return None;
        }
        let mut diagnosis = Diagnosis::new(
            cx.span(self.literal),
            "two closures are made for each goroutine: one that captures, and one around it for the arguments",
            "capture what is passed as an argument; for many small pieces of work, start a fixed number of workers",
        )
        .because(cx.loop_head(around), "each turn of this loop makes them")
        .allocating(made.first().cloned());
        diagnosis.cost = Cost::per_turn(2);
        diagnosis.cost.bytes = made.iter().map(|allocated| allocated.bytes).sum();
        diagnosis.cost.scan_bytes = made.iter().filter_map(|allocated| allocated.scan_bytes).sum();
        if made.is_empty() {
            diagnosis.cost.bytes = None;
        }
        diagnosis.fix = self.plan(cx);
        // A loop that counts often starts workers, which live long.
        if !is_over_elements(cx, around) {
            diagnosis.tier = Some(Tier::Profile);
        }
        Some(diagnosis)
    }

    /// A large element that is moved to the heap since the literal captures it.
    fn moved(&self, cx: &Context<'_>, around: StmtId, variable: ObjId) -> Option<Diagnosis> {
        let Stmt::Range { key, value: Some(value), x, .. } = cx.tree().stmt(around) else {
            return None;
        };
        let Expr::Ident(ident) = cx.tree().expr(value) else { return None };
        if cx.facts().defs[ident] != Some(variable) || !is_indexed(cx, x) {
            return None;
        }
        let size = cx.size_of(cx.store.obj_type(variable))?;
        if size <= LARGEST_COPIED || cx.is_reassigned(variable) {
            return None;
        }
        let allocated = cx.allocated(cx.tree().ident(ident).pos, Operation::Variable)?;
        if allocated.allocates.is_never() {
            return None;
        }
        let name = cx.store.obj(variable).name;
        let index = key.filter(|&key| !is_blank(cx, key)).map_or("its index", |key| cx.source(key));
        let mut diagnosis = Diagnosis::new(
            cx.tree().ident(ident).span(),
            format!("`{name}` ({size} bytes) is moved to the heap in each turn, since a goroutine captures it"),
            format!("capture {index}, and read the element in the goroutine if it stays as it is"),
        )
        .because(cx.span(self.literal), "captures it");
        let bytes = (allocated.bytes, allocated.scan_bytes);
        diagnosis = diagnosis.allocating(Some(allocated));
        diagnosis.cost = Cost::per_turn(1);
        diagnosis.cost.bytes = bytes.0;
        diagnosis.cost.scan_bytes = bytes.1.unwrap_or(0);
        Some(diagnosis)
    }
}

/// Whether a loop goes over elements or receives them, and does not count.
fn is_over_elements(cx: &Context<'_>, around: StmtId) -> bool {
    match cx.tree().stmt(around) {
        Stmt::Range { x, .. } => {
            !matches!(cx.under(x), Type::Basic(basic, _) if basic.is_integer())
        }
        _ => false,
    }
}

/// Whether elements can be read again by an index.
fn is_indexed(cx: &Context<'_>, x: ExprId) -> bool {
    match cx.under(x) {
        Type::Slice(_) | Type::Array { .. } => true,
        Type::Pointer(elem) => {
            matches!(cx.store.ty(cx.store.under(*elem)), Type::Array { .. })
        }
        _ => false,
    }
}

fn is_blank(cx: &Context<'_>, expr: ExprId) -> bool {
    matches!(cx.tree().expr(expr), Expr::Ident(ident) if name_of(cx, ident).is_blank())
}

fn name_of(cx: &Context<'_>, ident: IdentId) -> source::Name {
    cx.tree().ident(ident).name
}
