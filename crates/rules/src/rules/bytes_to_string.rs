//! # Bytes copied into strings
//!
//! ## What it does
//!
//! Finds `string(b)` where the copy is made, and need not be:
//!
//! - it is given to a function or method that has a twin for bytes: `strings.Contains`, `(*regexp.Regexp).MatchString`,
//!   `WriteString`;
//! - a part of it is only compared or looked up: `strings.TrimSpace(string(b)) == ""`;
//! - it is formatted by `%s` or `%x`: `fmt.Sprintf`, `fmt.Fprintf`, `fmt.Errorf`, `log.Printf`;
//! - it is given to a function of the package that only reads it;
//! - it is ranged over, or is the key of an entry that is counted up: `m[string(b)]++`;
//! - it is put into a variable that is only looked up or compared (before Go 1.25).
//!
//! ## Why it costs
//!
//! The string must not change, and the bytes may, so they are copied: up to 32 bytes that do not leave the function to the stack,
//! more to the heap.
//!
//! Measured with 48 bytes (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `strings.Contains(string(b), "x")` | 48 B, 1 alloc | 48 B, 1 alloc |
//! | `bytes.Contains(b, []byte("x"))` | 0 B, 0 allocs | 0 B, 0 allocs |
//! | `fmt.Sprintf("<%s>", string(b))` | 128 B, 3 allocs | 128 B, 3 allocs |
//! | `fmt.Sprintf("<%s>", b)` | 88 B, 2 allocs | 88 B, 2 allocs |
//! | `for _, r := range string(b)` | 48 B, 1 alloc | 48 B, 1 alloc |
//! | the same with `utf8.DecodeRune` | 0 B, 0 allocs | 0 B, 0 allocs |
//! | 1000 lines of 100 bytes, each given as a string | 1001 allocs | 1001 allocs |
//! | the same, given as bytes | 1 alloc | 1 alloc |
//!
//! ## Example
//!
//! ```go
//! func isComment(line []byte) bool {
//! 	return strings.HasPrefix(string(line), "#")
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func isComment(line []byte) bool {
//! 	return bytes.HasPrefix(line, []byte("#"))
//! }
//! ```
//!
//! ## When not to
//!
//! What is not copied is not reported: comparisons, `switch`, the key of a lookup, and an operand of a sum beside a text that is not
//! empty. Nor is a copy that is kept or goes to code of others, code that runs once, and tests. `strconv.Atoi` and its like have no
//! form for bytes and need none: the text of a number is short, and does not leave the function, so that it is copied to the stack
//! (measured on Go 1.23 to 1.27: no object). Formatted bytes are passed over where they lie on the stack, from where `fmt` would
//! take them to the heap, where a type has methods that `fmt` calls, and under `%q`, for which `fmt` copies them itself. Texts that are known to be at
//! most 32 bytes long and do not leave the function, as the digits of a number, are copied to the stack: silence the finding
//! with `//unheap:ignore UH003`.
//!
//! ## The fix
//!
//! Is *safe* where a twin is called that looks at the bytes and returns; the constants beside it become bytes on the
//! stack. So it is where the parameter of a function becomes `[]byte`: one that is not exported, that all callers in the
//! file give bytes or constants, and that does nothing but read; *unsafe* if files of the package that were not
//! looked at (tests, without `--tests`; those for other targets) may call it as well.
//! It is also *unsafe* for `io.WriteString` to an interface, whose
//! `WriteString` may do something else than its `Write`, for `bytes.NewReader`, which sees later changes of the bytes, and for
//! bytes that are formatted behind something whose methods could change them.
//!
//! A range over characters becomes a loop with `utf8.DecodeRune`, *safe* where the bytes are a local variable that nothing in the
//! loop changes, and the place is only read. There is no fix for entries that are counted: look the entry up, with a pointer or
//! an index as its value, and convert for a new one only.
//!
//! ## Go versions
//!
//! All. From Go 1.25 on, a string in a variable that is only looked up is no copy.
//!
//! ## References
//!
//! - [`bytes`](https://pkg.go.dev/bytes), [`unicode/utf8`](https://pkg.go.dev/unicode/utf8)
//! - `runtime.slicebytetostring`, which is what a profile shows

mod formatted;
mod local;
mod parameter;
mod ranged;
mod twin;
mod unchanged;

use escape::allocation::Operation;
use fix::Plan;
use syntax::tree::{AssignOp, Expr, ExprId, Stmt};
use types::Type;

use crate::copies::Copy;
use crate::cost::is_free;
use crate::{Context, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct BytesToString;

pub(crate) static RULE: BytesToString = BytesToString;

impl Rule for BytesToString {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH003",
            name: "bytes-to-string",
            tier: Tier::Profile,
            since: "0.2.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(conversion) = node else { return };
        if !cx.asks_for(Tier::Profile) {
            return;
        }
        let Some(bytes) = cx.bytes_as_string(conversion) else { return };
        if !cx.may_run_often(conversion) {
            return;
        }
        let allocated = cx.allocated_by_conversion(bytes, Operation::BytesToString);
        if is_free(allocated.as_ref()) {
            return;
        }
        let Some(copy) = copy_of(cx, conversion, bytes) else { return };
        found.push(copy.report(cx, conversion, allocated));
    }
}

fn copy(message: &'static str, help: impl Into<String>, plan: Option<Plan>) -> Option<Copy> {
    Some(Copy { message, help: help.into(), plan })
}

/// The copy that a conversion makes, if it need not be made.
fn copy_of(cx: &Context<'_>, conversion: ExprId, bytes: ExprId) -> Option<Copy> {
    let (outer, parent) = cx.around(conversion);
    if let Some((call, at)) = cx.argument_of(conversion) {
        return twin::of(cx, call, conversion, bytes, at)
            .or_else(|| formatted::of(cx, call, conversion, bytes, at))
            .or_else(|| parameter::of(cx, call, at));
    }
    match parent {
        Parent::Stmt(stmt) if matches!(cx.tree().stmt(stmt), Stmt::Range { x, .. } if x == outer) => {
            ranged::of(cx, conversion, bytes, stmt)
        }
        Parent::Expr(index) if is_counted(cx, index) => copy(
            "the bytes are copied to count up an entry, also where there is one",
            "look the entry up with a pointer or an index as its value, and convert the bytes for a new one only",
            None,
        ),
        _ => local::of(cx, conversion, bytes),
    }
}

/// Whether an expression is an entry of a map that is changed: `m[k]++`, `m[k] += n`.
fn is_counted(cx: &Context<'_>, index: ExprId) -> bool {
    let Expr::Index { x, .. } = cx.tree().expr(index) else { return false };
    let (_, Parent::Stmt(stmt)) = cx.around(index) else { return false };
    let changed = match cx.tree().stmt(stmt) {
        Stmt::IncDec { .. } => true,
        Stmt::Assign { lhs, op: AssignOp::Op(_), .. } => {
            cx.tree().list(lhs).any(|to| to == cx.around(index).0)
        }
        _ => false,
    };
    changed && matches!(cx.under(x), Type::Map { .. })
}
