//! # Conversions by `unsafe` in code that hardly ever runs
//!
//! ## What it does
//!
//! Finds conversions between strings and bytes that copy nothing, by `unsafe.String`, `unsafe.StringData`, a cast of pointers or a
//! function that does nothing else, in code that runs once in the life of the program or only on the way to its end.
//!
//! Of other rules of its tier what is hot is shown. This one is about the opposite: it is shown where the call graph of the module
//! says `cold`, and nowhere else.
//!
//! ## Why it costs
//!
//! What is saved is one copy, once. What is paid is a string that changes when somebody writes to the bytes, or a fault when
//! somebody writes to bytes that were a string; and every reader has to convince himself that neither happens.
//!
//! Measured with 320 bytes (`go test -benchmem`, two cores, amd64), the copy is
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `string(b)`, read by a function | 580 ns, 320 B, 1 alloc | 403 ns, 320 B, 1 alloc |
//! | `unsafe.String`, read by a function | 396 ns, 0 B, 0 allocs | 484 ns, 0 B, 0 allocs |
//!
//! less than two runs differ by.
//!
//! ## Example
//!
//! ```go
//! func init() {
//! 	data, err := os.ReadFile("motd")
//! 	if err == nil {
//! 		motd = unsafe.String(unsafe.SliceData(data), len(data))
//! 	}
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func init() {
//! 	data, err := os.ReadFile("motd")
//! 	if err == nil {
//! 		motd = string(data)
//! 	}
//! }
//! ```
//!
//! ## When not to
//!
//! Where nothing tells how often code runs, or something tells that it runs more often, nothing is shown but with `--all`. Files of
//! many megabytes that are read once are worth a thought, as the copy would double what is held. Nothing is reported on the way
//! to a panic, which somebody may recover from again and again.
//!
//! ## The fix
//!
//! The conversion of the language, which copies. It is unsafe, as the tool's word for it is: where the program relies on both being
//! the same memory, it does something else afterwards. None where the length is a computation.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [Package `unsafe`](https://pkg.go.dev/unsafe)

use fix::{Applicability, Plan};
use flow::Exit;
use syntax::tree::{Expr, ExprId, UnaryOp};
use types::Builtin;

use crate::unsafe_conversions::UnsafeConversion;
use crate::{
    Allocates, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct UnsafeOnColdPath;

pub(crate) static RULE: UnsafeOnColdPath = UnsafeOnColdPath;

impl Rule for UnsafeOnColdPath {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH402",
            name: "unsafe-on-cold-path",
            tier: Tier::Profile,
            since: "0.2.0",
            fix: FixSafety::Unsafe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn is_about_cold_code(&self) -> bool {
        true
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        if cx.is_test() || !cx.asks_for(Tier::Profile) {
            return;
        }
        let Some(conversion) = cx.unsafe_conversion(call) else { return };
        let Some(why) = why_cold(cx, call) else { return };
        let (what, safe) = if conversion.to_string {
            ("string", "string(b)")
        } else {
            ("slice of bytes", "[]byte(s)")
        };
        let message = format!("a {what} is made without a copy, by unsafe, where {why}");
        let help = format!("`{safe}` copies, once, and cannot go wrong");
        let mut diagnosis = Diagnosis::new(cx.span(conversion.value), message, help);
        diagnosis.allocates = Allocates::Never;
        diagnosis.cost = Cost::per_call(0).of_bytes(0);
        diagnosis.fix = fix(cx, call, conversion);
        found.push(diagnosis);
    }
}

fn why_cold(cx: &Context<'_>, call: ExprId) -> Option<&'static str> {
    if cx.runs_once(Parent::Expr(call)) {
        return Some("the program runs once");
    }
    // A panic may be how errors are told.
    let ends = cx.flow_around(call).is_some_and(|function| {
        let leads_to = |at, exit| function.cfg().leads_to(at, exit);
        function.point(call).is_some_and(|at| {
            leads_to(at, Exit::End) && !leads_to(at, Exit::Return) && !leads_to(at, Exit::Panic)
        })
    });
    ends.then_some("the program ends")
}

fn fix(cx: &Context<'_>, call: ExprId, conversion: UnsafeConversion) -> Option<Plan> {
    let span = cx.span(conversion.value);
    if cx.has_comment(span) {
        return None;
    }
    let to = if conversion.to_string { "string" } else { "[]byte" };
    let of = cx.source(conversion.of);
    let operand = match length(cx, call) {
        None => of.to_owned(),
        Some(Length::Whole(of_start)) if of_start => of.to_owned(),
        Some(Length::Part(n)) if is_plain(cx, conversion.of) => format!("{of}[:{n}]"),
        Some(_) => return None,
    };
    let name = to.trim_start_matches("[]");
    if !cx.is_predeclared(name) {
        return None;
    }
    let mut plan = Plan::new(Applicability::Unsafe, format!("Convert with {to}, which copies"));
    plan.replace(span, format!("{to}({operand})"));
    Some(plan)
}

/// How much of the operand is converted.
enum Length<'a> {
    /// All; whether from its first byte on.
    Whole(bool),
    /// So many bytes from the first on.
    Part(&'a str),
}

/// The length that a conversion is given, if it is given one.
fn length<'a>(cx: &Context<'a>, call: ExprId) -> Option<Length<'a>> {
    let Some(Callee::Builtin(Builtin::UnsafeString | Builtin::UnsafeSlice)) = cx.callee(call)
    else {
        return None;
    };
    let &[pointer, n] = &cx.arguments(call)[..] else { return None };
    let pointer = cx.tree().unparen(pointer);
    let (of, from_start) = match cx.tree().expr(pointer) {
        Expr::Unary { op: UnaryOp::Addr, x } => match cx.tree().expr(cx.tree().unparen(x)) {
            Expr::Index { x, indices, .. } => {
                let first = cx.tree().list_get(indices, 0)?;
                (x, cx.constant_int(first) == Some(0))
            }
            _ => return Some(Length::Whole(false)),
        },
        _ => match cx.callee(pointer) {
            Some(Callee::Builtin(Builtin::UnsafeSliceData | Builtin::UnsafeStringData)) => {
                (*cx.arguments(pointer).first()?, true)
            }
            _ => return Some(Length::Whole(false)),
        },
    };
    let is_all = cx.callee(n) == Some(Callee::Builtin(Builtin::Len))
        && cx.arguments(n).first().is_some_and(|&x| cx.source(x) == cx.source(of));
    let simple = matches!(cx.tree().expr(n), Expr::Ident(_) | Expr::Lit(_));
    Some(match () {
        () if is_all => Length::Whole(from_start),
        () if from_start && simple => Length::Part(cx.source(n)),
        () => Length::Whole(false),
    })
}

/// Whether an expression can be sliced as it is written.
fn is_plain(cx: &Context<'_>, expr: ExprId) -> bool {
    matches!(cx.tree().expr(expr), Expr::Ident(_) | Expr::Selector { .. })
}
