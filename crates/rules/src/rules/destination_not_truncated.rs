//! # Buffers that are appended to again without being emptied
//!
//! ## What it does
//!
//! Finds a slice that is kept from turn to turn (or from call to call, in a field) to be appended to, by an append-style
//! function or into bytes that are written, and whose whole content is used each time, although nothing ever empties it.
//!
//! ## Why it costs
//!
//! A destination that the caller owns saves the slice that each call would make, if it is emptied before: `dst[:0]`. Without
//! that it still has what the turns before put there. It grows with each turn, all of it is worked on again, and the results
//! are wrong besides.
//!
//! Measured with 1000 turns that append four strings each (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `dst` | 103 µs, 239936 B, 13 allocs | 149 µs, 239936 B, 13 allocs |
//! | `dst[:0]` | 3.5 µs, 64 B, 1 alloc | 3.5 µs, 64 B, 1 alloc |
//!
//! ## Example
//!
//! ```go
//! var words []string
//! for _, line := range lines {
//! 	words = appendWords(words, line)
//! 	count(words)
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! var words []string
//! for _, line := range lines {
//! 	words = appendWords(words[:0], line)
//! 	count(words)
//! }
//! ```
//!
//! ## When not to
//!
//! What collects the results of all turns is meant to grow. Not reported, therefore: slices that are used behind the loop,
//! returned, measured by `len`, indexed or sliced in it, given any other value there, or handed to what keeps them; those
//! that are used at times only; functions that empty their destination themselves; and slices whose elements are put there
//! one by one with `append`, unless they are bytes.
//!
//! ## The fix
//!
//! `dst[:0]` in the first append of a turn. It is unsafe, since it does what it is for. None where that is not a statement of
//! the loop's body itself.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [`append`](https://pkg.go.dev/builtin#append), [`strconv.AppendInt`](https://pkg.go.dev/strconv#AppendInt)

mod field;
mod growth;
mod local;

use fix::{Applicability, Plan};

use self::growth::Growth;
use crate::{
    Allocates, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Per, Rule, Tier,
};

pub(crate) struct DestinationNotTruncated;

pub(crate) static RULE: DestinationNotTruncated = DestinationNotTruncated;

impl Rule for DestinationNotTruncated {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH106",
            name: "destination-not-truncated",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::Unsafe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Assign]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(stmt) = node else { return };
        let Some(growth) = Growth::of(cx, stmt) else { return };
        if cx.is_test() || cx.runs_once(Parent::Stmt(stmt)) {
            return;
        }
        let used = if cx.is_local(growth.variable) {
            local::used_whole(cx, &growth)
        } else {
            field::used_whole(cx, &growth)
        };
        let Some(used) = used else { return };
        let text = cx.source(growth.target);
        let again = if cx.is_local(growth.variable) { "turn" } else { "call" };
        let mut diagnosis = Diagnosis::new(
            cx.stmt_span(stmt),
            format!("`{text}` still has what earlier {again}s appended: it grows with each {again}, and all of it is used again"),
            format!("empty it first: append to {text}[:0]"),
        )
        .because(cx.span(used), "used whole here");
        diagnosis.cost = Cost::per_call(1);
        if again == "turn" {
            diagnosis.cost.per = Per::Iteration;
        }
        diagnosis.allocates = Allocates::Sometimes;
        diagnosis.fix = truncate(cx, &growth);
        found.push(diagnosis);
    }
}

fn truncate(cx: &Context<'_>, growth: &Growth) -> Option<Plan> {
    let Parent::Stmt(block) = cx.parents().stmt(growth.stmt) else { return None };
    let of_body = match cx.parents().stmt(block) {
        Parent::Stmt(around) => cx.loop_body(around) == Some(block),
        Parent::Decl(_) => !cx.is_local(growth.variable),
        _ => false,
    };
    if !of_body {
        return None;
    }
    let text = cx.source(growth.target);
    let mut plan =
        Plan::new(Applicability::Unsafe, format!("Empty {text} before it is appended to"));
    plan.insert(cx.span(growth.argument).end, "[:0]");
    Some(plan)
}
