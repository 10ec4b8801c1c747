//! # Strings whose bytes are written
//!
//! ## What it does
//!
//! Finds writes to the memory of strings that were converted without a copy, by `unsafe.String`, `unsafe.StringData`, a cast of
//! pointers, or a function that does nothing else:
//!
//! - a slice made of a string, which is written to: an element set, `copy` or `append` into it, a callee that writes;
//! - a string made of a slice, which is used after the slice was overwritten, or stays in a map or slice while a loop reads the next
//!   line into the same buffer.
//!
//! ## Why it costs
//!
//! Everything in Go relies on strings that do not change. A key that changes in a map is not found any more, by nobody; two
//! strings that share memory change together; a constant is in memory that cannot be written, and the process ends with a fault
//! that no `recover` stops.
//!
//! Measured with 1000 different words of 20 bytes that are read into one buffer and counted in a map (`go test -benchmem`, two
//! cores, amd64; allocations for all of them):
//!
//! | | words that the map finds | Go 1.23 | Go 1.27 |
//! |---|---|---|---|
//! | `unsafe.String(&buf[0], n)` | 1 | 134467 B, 99 allocs | 361690 B, 44 allocs |
//! | `string(buf[:n])` | 1000 | 146121 B, 1039 allocs | 132774 B, 1020 allocs |
//!
//! ## Example
//!
//! ```go
//! for {
//! 	n, err := r.Read(buf)
//! 	if err != nil {
//! 		return counts
//! 	}
//! 	counts[unsafe.String(&buf[0], n)]++
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! for {
//! 	n, err := r.Read(buf)
//! 	if err != nil {
//! 		return counts
//! 	}
//! 	counts[string(buf[:n])]++
//! }
//! ```
//!
//! To look a word up, `counts[string(buf[:n])]` copies nothing; only what is stored is copied.
//!
//! ## When not to
//!
//! Only what is seen to happen is reported: not what a callee may do of which nothing is known, nor bytes that are written before the
//! string is made and never again, as `strings.Builder` does it, nor a string that was made a line above for its bytes.
//!
//! ## The fix
//!
//! None. A conversion that copies is safe; whether it is needed where the string is made or where it is kept is for you to say.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [`unsafe.String`](https://pkg.go.dev/unsafe#String): the bytes must not be modified as long as the string exists
//! - [`unsafe.StringData`](https://pkg.go.dev/unsafe#StringData)

mod kept;
mod paths;

use flow::{Function, Reaching};
use syntax::tree::{BinaryOp, Expr, ExprId, IdentId, Stmt};
use types::{ObjectKind, VarKind};

use self::paths::Overwritten;
use crate::shared_memory::Memory;
use crate::unsafe_conversions::UnsafeConversion;
use crate::writes::Written;
use crate::{
    Allocates, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct UnsafeStringMutated;

pub(crate) static RULE: UnsafeStringMutated = UnsafeStringMutated;

/// Longest expression that a message repeats.
const LONGEST: usize = 40;

impl Rule for UnsafeStringMutated {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH101",
            name: "unsafe-string-mutated",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::None,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        if cx.is_test() {
            return;
        }
        let Some(conversion) = cx.unsafe_conversion(call) else { return };
        let Some(function) = cx.flow_around(call) else { return };
        if conversion.to_string {
            found.extend(Overwritten::new(cx, &function, conversion).and_then(|o| o.diagnose()));
        } else {
            found.extend(written_through(cx, &function, conversion));
        }
    }
}

/// The first write to bytes that are a string's.
fn written_through(
    cx: &Context<'_>,
    function: &Function<'_>,
    conversion: UnsafeConversion,
) -> Option<Diagnosis> {
    let memory = Memory::without_room(cx, function, conversion.value);
    let writes = cx.writes_of(function);
    let is_one = |w: &&Written| {
        memory.is_shared_by(w.slice, w.at) && matters(cx, function, conversion.of, w)
    };
    let written = writes.iter().find(is_one)?;
    let message = format!(
        "this writes to the bytes of the string {}, which must never change",
        in_words(cx, conversion.of)
    );
    let diagnosis = Diagnosis::new(written.span(cx), message, "write to a copy: `[]byte(s)`");
    Some(
        costing_nothing(diagnosis)
            .because(cx.span(conversion.value), "converted here without a copy"),
    )
}

/// Whether anybody else may have a string, or uses it behind a write: not one that was made on the spot for its bytes.
fn matters(cx: &Context<'_>, function: &Function<'_>, string: ExprId, written: &Written) -> bool {
    if cx.constant(string).is_some() {
        return true;
    }
    let view = cx.view();
    let Some(variable) = view.local(string) else { return !is_new(cx, string) };
    if !matches!(cx.store.obj(variable).kind, ObjectKind::Var(VarKind::Local)) {
        return true;
    }
    let Some(at) = function.point(string) else { return false };
    let is_old = match function.reaching(variable, at) {
        Reaching::Known { definitions, .. } => definitions.iter().all(|d| match d.value {
            Some(value) => !is_new(cx, value),
            None => is_ranged_over(cx, d.occurrence.ident),
        }),
        Reaching::Unknown => false,
    };
    is_old || function.is_used_after(variable, written.at)
}

/// Whether an identifier is a variable of a `range`.
fn is_ranged_over(cx: &Context<'_>, ident: IdentId) -> bool {
    let parent = cx.parents().ident(ident).map(|expr| cx.parents().expr(expr));
    matches!(parent, Some(Parent::Stmt(stmt)) if matches!(cx.tree().stmt(stmt), Stmt::Range { .. }))
}

/// Whether an expression makes a string of its own.
fn is_new(cx: &Context<'_>, string: ExprId) -> bool {
    if cx.constant(string).is_some() {
        return false;
    }
    match cx.tree().expr(cx.tree().unparen(string)) {
        Expr::Call { .. } => match cx.callee(string) {
            Some(Callee::Conversion(_)) => {
                cx.arguments(string).first().is_some_and(|&x| !cx.is_string(x) || is_new(cx, x))
            }
            _ => true,
        },
        Expr::Binary { op: BinaryOp::Add, .. } => true,
        _ => false,
    }
}

fn costing_nothing(mut diagnosis: Diagnosis) -> Diagnosis {
    diagnosis.allocates = Allocates::Never;
    diagnosis.cost = Cost::per_call(0).of_bytes(0);
    diagnosis
}

/// An expression in a message.
fn in_words(cx: &Context<'_>, expr: ExprId) -> String {
    let text = cx.source(expr);
    let short = text.len() <= LONGEST && !text.contains(['\n', '`']);
    if short { format!("`{text}`") } else { "that it was made of".to_owned() }
}
