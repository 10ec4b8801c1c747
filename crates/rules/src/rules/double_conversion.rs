//! # Text copied twice on its way
//!
//! ## What it does
//!
//! Finds conversions that copy what has just been made, where a function makes the wanted form at once:
//!
//! - `[]byte(fmt.Sprintf(…))`, `[]byte(strconv.Itoa(n))` and other `strconv` functions, `[]byte(t.Format(…))`,
//!   `[]byte(hex.EncodeToString(b))`, `[]byte(buf.String())`;
//! - `string(append([]byte(nil), b...))`, `string(bytes.Clone(b))`, `[]byte(string(b))`;
//! - `bytes.NewBuffer([]byte(s))`, `bytes.NewReader([]byte(s))` and `bytes.NewBufferString(s)` for something that only reads.
//!
//! ## Why it costs
//!
//! Strings cannot be changed and slices can, so a conversion copies. Of the two copies, one lives just long enough to be
//! copied.
//!
//! Measured with text of some 50 bytes (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `[]byte(fmt.Sprintf("%s: %d", s, n))` | 152 B, 4 allocs | 152 B, 4 allocs |
//! | `fmt.Appendf(nil, "%s: %d", s, n)` | 88 B, 3 allocs | 88 B, 3 allocs |
//! | `w.Write([]byte(fmt.Sprintf("%s: %d", s, n)))` | 152 B, 4 allocs | 152 B, 4 allocs |
//! | `fmt.Fprintf(w, "%s: %d", s, n)` | 24 B, 2 allocs | 24 B, 2 allocs |
//! | `[]byte(strconv.Itoa(n))` | 16 B, 2 allocs | 16 B, 2 allocs |
//! | `strconv.AppendInt(nil, int64(n), 10)` | 8 B, 1 alloc | 8 B, 1 alloc |
//! | `[]byte(hex.EncodeToString(b))` | 288 B, 3 allocs | 288 B, 3 allocs |
//! | `hex.AppendEncode(nil, b)` | 96 B, 1 alloc | 96 B, 1 alloc |
//! | `string(append([]byte(nil), b...))` | 96 B, 2 allocs | 96 B, 2 allocs |
//! | `string(b)` | 48 B, 1 alloc | 48 B, 1 alloc |
//! | `bytes.NewBuffer([]byte(s))` | 112 B, 2 allocs | 112 B, 2 allocs |
//! | `strings.NewReader(s)` | 32 B, 1 alloc | 32 B, 1 alloc |
//!
//! All of them took a half to three quarters of the time or less.
//!
//! ## Example
//!
//! ```go
//! func line(name string, n int) []byte {
//! 	return []byte(fmt.Sprintf("%s: %d\n", name, n))
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func line(name string, n int) []byte {
//! 	return fmt.Appendf(nil, "%s: %d\n", name, n)
//! }
//! ```
//!
//! ## When not to
//!
//! A conversion that copies nothing is never reported: `[]byte(s)` for a function that only reads it is free since Go 1.22,
//! `string(b)` is free in comparisons, as the key of a lookup, and beside a text in a sum. Nor is code that runs once, tests,
//! and what only happens on the way to the end of the process.
//!
//! ## The fix
//!
//! Is *safe*: the bytes are the same. Where the text may be empty, the new slice is empty and not nil, as that of a conversion
//! is. What is written to an `io.Writer` of the standard library is written by `fmt.Fprintf`, in one `Write` as before.
//! Of readers, only those are changed that the standard library takes as an `io.Reader` or the like, where it makes
//! no difference between the types; elsewhere the fix is *unsafe*, since a function may ask what it was given.
//!
//! ## Go versions
//!
//! All, but `fmt.Append…` needs Go 1.19, and `AppendEncode` Go 1.22; before, these are not reported.
//!
//! ## References
//!
//! - [`fmt.Appendf`](https://pkg.go.dev/fmt#Appendf), [`strconv.AppendInt`](https://pkg.go.dev/strconv#AppendInt)
//! - `runtime.stringtoslicebyte` and `runtime.slicebytetostring`, which are what a profile shows

mod made_text;
mod reader;

use escape::Allocated;
use escape::allocation::Operation;
use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Expr, ExprId};
use types::{Builtin, Type};

use crate::cost::is_free;
use crate::{Callee, Context, Diagnosis, FixSafety, Kind, Meta, Node, Rule, Tier};

pub(crate) struct DoubleConversion;

pub(crate) static RULE: DoubleConversion = DoubleConversion;

impl Rule for DoubleConversion {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH025",
            name: "double-conversion",
            tier: Tier::Profile,
            since: "0.2.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        if !cx.asks_for(Tier::Profile) || !looks_double(cx, call) || !cx.may_run_often(call) {
            return;
        }
        let double = Double::of(cx, call).filter(|double| !is_free(double.spared.as_ref()));
        let Some(double) = double else { return };
        let span = cx.span(call);
        let mut diagnosis = Diagnosis::new(span, double.message, double.help);
        diagnosis.cost = cx.cost_at(call, double.spared.as_ref());
        diagnosis = diagnosis.allocating(double.spared);
        diagnosis.fix =
            double.plan.filter(|plan| !plan.edits.iter().any(|edit| cx.has_comment(edit.span)));
        found.push(diagnosis);
    }
}

/// Two copies where one is enough.
struct Double {
    /// What is allocated for the one that is spared.
    spared: Option<Allocated>,
    message: String,
    help: String,
    plan: Option<Plan>,
}

/// Whether an expression is a conversion of the result of a call, or makes a reader.
fn looks_double(cx: &Context<'_>, call: ExprId) -> bool {
    match cx.conversion(call) {
        Some((_, operand)) => {
            matches!(cx.tree().expr(cx.tree().unparen(operand)), Expr::Call { .. })
        }
        None => cx.calls(call, "bytes", &["NewBuffer", "NewReader", "NewBufferString"]),
    }
}

impl Double {
    fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        if let Some(text) = cx.string_as_bytes(call) {
            let text = cx.tree().unparen(text);
            return bytes_of_string_of_bytes(cx, call, text)
                .or_else(|| made_text::bytes_of(cx, call, text));
        }
        if let Some(bytes) = cx.bytes_as_string(call) {
            return string_of_clone(cx, call, cx.tree().unparen(bytes));
        }
        reader::of(cx, call)
    }
}

/// `string(append([]byte(nil), b...))`, `string(bytes.Clone(b))`.
fn string_of_clone(cx: &Context<'_>, conversion: ExprId, clone: ExprId) -> Option<Double> {
    let arguments = cx.arguments(clone);
    let (source, spared) = if cx.calls(clone, "bytes", &["Clone"])
        || cx.calls(clone, "slices", &["Clone"])
    {
        (*arguments.first()?, cx.allocated_by_call(clone))
    } else {
        let Expr::Call { spread: true, .. } = cx.tree().expr(clone) else { return None };
        let [to, source] = arguments[..] else { return None };
        if cx.callee(clone) != Some(Callee::Builtin(Builtin::Append)) || !is_fresh_and_empty(cx, to)
        {
            return None;
        }
        (source, cx.allocated(cx.tree().report_pos(clone), Operation::Append))
    };
    if !cx.is_bytes(cx.type_of(source)) && !cx.is_string(source) {
        return None;
    }
    let mut plan = Plan::new(Applicability::Safe, "Convert without the copy");
    keep_only(cx, &mut plan, clone, source);
    Some(Double {
        spared,
        message: "the bytes are copied, and the copy is copied into the string".to_owned(),
        help: format!("`{}` copies already", converted(cx, conversion, source)),
        plan: Some(plan),
    })
}

/// `[]byte(string(b))`.
fn bytes_of_string_of_bytes(cx: &Context<'_>, conversion: ExprId, text: ExprId) -> Option<Double> {
    let bytes = cx.bytes_as_string(text)?;
    let spared = cx.allocated_by_conversion(bytes, Operation::BytesToString);
    // Where the slice is not written to, it is the string's own memory.
    if is_free(cx.allocated_by_conversion(text, Operation::StringToBytes).as_ref()) {
        return None;
    }
    let Expr::Call { fun, .. } = cx.tree().expr(conversion) else { return None };
    let ty = cx.source(cx.tree().unparen(fun));
    let (outer, inner) = (cx.span(conversion), cx.span(bytes));
    let mut plan = Plan::new(Applicability::Safe, "Append to an empty slice");
    plan.replace(Span::new(outer.start, inner.start), format!("append({ty}{{}}, "));
    plan.replace(Span::new(inner.end, outer.end), "...)");
    Some(Double {
        spared,
        message: "the bytes are copied into a string, and that into the slice".to_owned(),
        help: "copy the bytes once, with append".to_owned(),
        plan: Some(plan),
    })
}

/// Whether an expression is an empty slice that nobody else has: `[]byte(nil)`, `[]byte{}`.
fn is_fresh_and_empty(cx: &Context<'_>, expr: ExprId) -> bool {
    let expr = cx.tree().unparen(expr);
    match cx.tree().expr(expr) {
        Expr::Composite { elems, .. } => elems.is_empty(),
        _ => cx.conversion(expr).is_some_and(|(ty, operand)| {
            matches!(cx.store.under_ty(ty), Type::Slice(_)) && cx.is_nil(operand)
        }),
    }
}

/// Leaves of an expression one within it.
fn keep_only(cx: &Context<'_>, plan: &mut Plan, whole: ExprId, part: ExprId) {
    let (outer, inner) = (cx.span(whole), cx.span(part));
    plan.remove(Span::new(outer.start, inner.start));
    plan.remove(Span::new(inner.end, outer.end));
}

/// The conversion with another operand.
fn converted(cx: &Context<'_>, conversion: ExprId, operand: ExprId) -> String {
    let start = cx.span(conversion).start;
    let head = cx.text(Span::new(start, cx.arguments_start(conversion)));
    format!("{head}{})", cx.source(operand))
}
