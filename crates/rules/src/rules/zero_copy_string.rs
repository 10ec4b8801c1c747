//! # Copies of bytes for functions that only read a string
//!
//! ## What it does
//!
//! Finds `string(b)` as an argument of a function that reads the string, keeps it nowhere, returns nothing of it, and writes to nothing
//! while it runs; so do all functions that it calls. The copy serves nobody then: `unsafe.String` would do.
//!
//! ## Why it costs
//!
//! Beyond 32 bytes, or where the string goes to the heap, each conversion is an object of the slice's length. The compiler leaves the
//! copy out for `[]byte(s)` and a callee that it knows to read only (since Go 1.22), but not for `string(b)`.
//!
//! Measured with a function that counts spaces in 320 bytes, and in 24 (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | 320 bytes, `string(b)` | 580 ns, 320 B, 1 alloc | 403 ns, 320 B, 1 alloc |
//! | 320 bytes, `unsafe.String` | 396 ns, 0 B, 0 allocs | 484 ns, 0 B, 0 allocs |
//! | 24 bytes, `string(b)` | 41 ns, 0 B, 0 allocs | 56 ns, 0 B, 0 allocs |
//! | 24 bytes, `unsafe.String` | 32 ns, 0 B, 0 allocs | 38 ns, 0 B, 0 allocs |
//!
//! The times of 320 bytes are within what two runs differ by; what is gained is the object.
//!
//! ## Example
//!
//! ```go
//! func total(line []byte) int {
//! 	return spaces(string(line))
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func total(line []byte) int {
//! 	return spaces(unsafe.String(unsafe.SliceData(line), len(line)))
//! }
//! ```
//!
//! or, better wherever it can be changed, a callee that takes bytes, or is generic over both.
//!
//! ## When not to
//!
//! Nearly always. It holds as long as nobody changes the callee: one that begins to keep its argument turns this into a string that
//! changes, which no test notices. And no other goroutine may write to the bytes meanwhile, which nothing here can show. Not reported
//! is what has a twin for bytes, as all of package `strings`.
//!
//! ## The fix
//!
//! A suggestion: `unsafe.String`. None where the bytes are not a variable or field, and before Go 1.20.
//!
//! ## Go versions
//!
//! From Go 1.20 on, which has `unsafe.String` and `unsafe.SliceData`.
//!
//! ## References
//!
//! - [What it saves by size, and from what rate it is worth it](../evidence.md#specialties-and-premature-optimisations)
//! - [`unsafe.String`](https://pkg.go.dev/unsafe#String)

use escape::allocation::Operation;
use fix::{Applicability, Plan};
use flow::{Effect, Function};
use syntax::tree::{Expr, ExprId, Stmt};
use types::{Basic, ObjId, Type};

use crate::unsafe_conversions::is_bytes;
use crate::{
    Allocates, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct ZeroCopyString;

pub(crate) static RULE: ZeroCopyString = ZeroCopyString;

impl Rule for ZeroCopyString {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH201",
            name: "zero-copy-string",
            tier: Tier::Specialty,
            since: "0.2.0",
            fix: FixSafety::Suggestion,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        if !cx.is_test() && cx.asks_for(Tier::Specialty) && cx.language() >= (1, 20) {
            found.extend(check_conversion(cx, call));
        }
    }
}

fn check_conversion(cx: &Context<'_>, conversion: ExprId) -> Option<Diagnosis> {
    let bytes = converted(cx, conversion)?;
    let (argument, Parent::Expr(call)) = cx.around(conversion) else { return None };
    let function = cx.flow_around(call)?;
    let reader = reader(cx, &function, call, argument)?;
    let allocated = cx.allocated(cx.value_offset(bytes), Operation::BytesToString)?;
    let (objects, size, formula) =
        (allocated.objects, allocated.bytes, allocated.bytes_formula.clone());
    if Allocates::from(allocated.allocates) == Allocates::Never || cx.runs_once(Parent::Expr(call))
    {
        return None;
    }
    let name = cx.store.obj(reader).name;
    let message = format!("`{}` copies bytes that {name} only reads", cx.source(conversion));
    let help = format!(
        "if this runs often, and nobody else writes to them: unsafe.String; better, have {name} take bytes"
    );
    let mut diagnosis =
        Diagnosis::new(cx.span(conversion), message, help).allocating(Some(allocated));
    diagnosis.cost = Cost::per_call(u32::try_from(objects).unwrap_or(1));
    diagnosis.cost.bytes = size;
    diagnosis.cost.bytes_formula = formula;
    diagnosis.fix = fix(cx, conversion, bytes);
    Some(diagnosis)
}

/// The bytes of `string(b)`.
fn converted(cx: &Context<'_>, conversion: ExprId) -> Option<ExprId> {
    let Some(Callee::Conversion(_)) = cx.callee(conversion) else { return None };
    let bytes = *cx.arguments(conversion).first()?;
    let is_one = cx.is_basic(conversion, Basic::String) && is_bytes(cx.view(), cx.type_of(bytes));
    is_one.then_some(bytes)
}

/// The function that a call calls at once, if it only reads an argument and writes to nothing.
fn reader(
    cx: &Context<'_>,
    function: &Function<'_>,
    call: ExprId,
    argument: ExprId,
) -> Option<ObjId> {
    let Some(Callee::Function(callee)) = cx.callee(call) else { return None };
    let Type::Signature(signature) = cx.store.ty(cx.store.obj_type(callee)) else { return None };
    let arguments = cx.arguments(call);
    let at = arguments.iter().position(|&x| x == argument)?;
    let variadic = signature.variadic && at + 1 >= signature.params.len();
    let later = matches!(cx.around(call).1, Parent::Stmt(stmt)
        if matches!(cx.tree().stmt(stmt), Stmt::Go(_) | Stmt::Defer(_)));
    let pkg = cx.store.obj(callee).pkg?;
    if variadic || later || cx.store.pkg(pkg).path.as_str() == "strings" {
        return None;
    }
    let fate = function.argument_fate(call, at);
    let only_read = !fate.written && !fate.kept && !fate.is_returned();
    let nothing_written = cx.flow().function_effect(callee) <= Effect::Reads
        && arguments.iter().all(|&x| x == argument || function.effect(x) <= Effect::Reads);
    (only_read && nothing_written).then_some(callee)
}

fn fix(cx: &Context<'_>, conversion: ExprId, bytes: ExprId) -> Option<Plan> {
    let is_plain = matches!(cx.tree().expr(bytes), Expr::Ident(_) | Expr::Selector { .. })
        && cx.is_pure(bytes, &mut Vec::new());
    let package = cx.package_name("unsafe", Parent::Expr(conversion)).filter(|_| is_plain)?;
    if cx.has_comment(cx.span(conversion)) {
        return None;
    }
    let text = cx.source(bytes);
    let mut plan = Plan::new(
        Applicability::Suggestion,
        "Let the string share the bytes, which nobody may change as long as it is read",
    );
    plan.replace(
        cx.span(conversion),
        format!("{package}.String({package}.SliceData({text}), len({text}))"),
    );
    plan.needs("unsafe");
    Some(plan)
}
