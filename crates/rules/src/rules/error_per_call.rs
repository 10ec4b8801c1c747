//! # Errors with a fixed text made in each call
//!
//! ## What it does
//!
//! Finds `errors.New` with a constant text, and `fmt.Errorf` with one that has no verbs, where the error is returned and
//! the function can run more than once.
//!
//! ## Why it costs
//!
//! The text never changes, yet each call makes a new 16-byte object for it that escapes to the heap with the result. On a
//! path that rejects much input, that is one allocation for each rejection. `fmt.Errorf` makes two before Go 1.26.
//!
//! Measured with `errors.New` in a validator (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `errors.New` in the function | 55 ns, 16 B, 1 alloc | 25.5 ns, 16 B, 1 alloc |
//! | a variable of the package | 2.9 ns, 0 B, 0 allocs | 2.6 ns, 0 B, 0 allocs |
//!
//! ## Example
//!
//! ```go
//! func validate(amount int64) error {
//! 	if amount <= 0 {
//! 		return errors.New("amount must be positive")
//! 	}
//! 	return nil
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! var errAmountMustBePositive = errors.New("amount must be positive")
//!
//! func validate(amount int64) error {
//! 	if amount <= 0 {
//! 		return errAmountMustBePositive
//! 	}
//! 	return nil
//! }
//! ```
//!
//! A variable also gives callers something to ask for with `errors.Is`, which a text does not.
//!
//! ## When not to
//!
//! Where the error should say which value was wrong it is not constant, and is not reported. Where the function is
//! inlined and the caller only compares with `nil`, the object does not escape and there is nothing to gain; that is
//! not told apart yet. A function that loops or makes more than eight calls does so much besides that the error hardly
//! counts: there it is reported only where it is hot. Not reported at all: code that only runs at start-up, errors that are not returned (those given to `panic`
//! or `log.Fatal`, say), errors that are compared with `==` or `errors.Is` where they are made, and tests.
//!
//! ## The fix
//!
//! Declares a variable beside the other errors of the file, or above the function, named after the text, and returns
//! it. It is safe: the text is the same, and an `errors.New` value cannot be changed. What differs is that the errors of two
//! calls are now equal under `==`; each used to equal only itself. Where the text has a `%%` or is a constant of the
//! function, the finding comes without a fix.
//!
//! ## Go versions
//!
//! All. From Go 1.26 on `fmt.Errorf` without verbs costs what `errors.New` does.
//!
//! ## References
//!
//! - [`errors.New`](https://pkg.go.dev/errors#New)
//! - [Working with errors in Go 1.13](https://go.dev/blog/go1.13-errors)

use fix::{Applicability, Plan};
use syntax::tree::{AssignOp, BinaryOp, Decl, Expr, ExprId, GenKind, Spec, Stmt};
use types::{ObjId, ObjectKind, VarKind};

use crate::{
    Access, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct ErrorPerCall;

pub(crate) static RULE: ErrorPerCall = ErrorPerCall;

/// The version from which on `fmt.Errorf` without verbs costs what `errors.New` does.
const CHEAP_ERRORF: (u32, u32) = (1, 26);

impl Rule for ErrorPerCall {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH015",
            name: "error-per-call",
            tier: Tier::Always,
            since: "0.1.0",
            fix: FixSafety::Safe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        let Some(error) = FixedError::of(cx, call) else { return };
        if cx.is_test() || !is_returned(cx, call) || cx.runs_once(Parent::Expr(call)) {
            return;
        }
        let mut diagnosis = Diagnosis::new(
            cx.span(call),
            "an error with a fixed text is made each time that this runs",
            "make it once, in a variable of the package, and return that",
        );
        let printed = error.formatted && (cx.go() < CHEAP_ERRORF || error.text.contains('%'));
        let objects = if printed { 2 } else { 1 };
        diagnosis.cost = Cost::per_call(objects);
        if objects == 1 {
            diagnosis.cost = diagnosis.cost.of_bytes(16);
        }
        diagnosis.cost.scan_bytes = 8;
        if !is_light(cx, call) {
            diagnosis.tier = Some(Tier::Profile);
        }
        diagnosis.fix = hoist(cx, call, &error);
        found.push(diagnosis);
    }
}

/// The most calls of a function in which one allocation counts.
const LIGHT: usize = 8;

/// Whether the function does so little that an allocation is a good part of it: no loop, and few calls but those
/// that make errors.
fn is_light(cx: &Context<'_>, call: ExprId) -> bool {
    let Some(function) = cx.function_of(Parent::Expr(call)) else { return false };
    let loops = |id| matches!(cx.tree().stmt(id), Stmt::For { .. } | Stmt::Range { .. });
    let calls = |&id: &ExprId| {
        matches!(cx.callee(id), Some(Callee::Function(_) | Callee::Dynamic))
            && FixedError::of(cx, id).is_none()
    };
    !cx.descendants(function.body).any(loops)
        && cx.expressions_in(function.body).iter().filter(|id| calls(id)).take(LIGHT + 1).count()
            <= LIGHT
}

/// A call that makes an error whose text is the same each time.
struct FixedError {
    text: String,
    argument: ExprId,
    /// Whether by `fmt.Errorf`.
    formatted: bool,
}

impl FixedError {
    fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let formatted = cx.calls(call, "fmt", &["Errorf"]);
        if !formatted && !cx.calls(call, "errors", &["New"]) {
            return None;
        }
        let [argument] = cx.arguments(call)[..] else { return None };
        let text = cx.constant_string(argument)?;
        if formatted && text.replace("%%", "").contains('%') {
            return None;
        }
        Some(Self { text, argument, formatted })
    }
}

/// Whether the function returns the error, at once or by way of a variable.
fn is_returned(cx: &Context<'_>, call: ExprId) -> bool {
    let (outer, parent) = cx.around(call);
    let Parent::Stmt(stmt) = parent else { return false };
    match cx.tree().stmt(stmt) {
        Stmt::Return(_) => true,
        Stmt::Assign { lhs, op: AssignOp::Assign | AssignOp::Define, rhs, .. } => {
            let at = cx.tree().list(rhs).position(|x| x == outer);
            let target = at.and_then(|at| cx.tree().list_get(lhs, at));
            target.and_then(|target| cx.object(target)).is_some_and(|v| leaves_by_return(cx, v))
        }
        _ => false,
    }
}

/// Whether a variable is a result or is returned, and nothing asks which error it holds.
fn leaves_by_return(cx: &Context<'_>, variable: ObjId) -> bool {
    let ObjectKind::Var(kind) = cx.store.obj(variable).kind else { return false };
    let mut returned = kind == VarKind::Result;
    if !returned && kind != VarKind::Local {
        return false;
    }
    for &ident in cx.uses(variable) {
        let Access::Read(expr) = cx.access(ident) else { continue };
        match cx.around(expr) {
            (_, Parent::Stmt(stmt)) if cx.is_return(stmt) => returned = true,
            (outer, Parent::Expr(around)) if asks_which(cx, outer, around) => return false,
            _ => {}
        }
    }
    returned
}

/// Whether an expression around an error compares it with another one.
fn asks_which(cx: &Context<'_>, error: ExprId, around: ExprId) -> bool {
    match cx.tree().expr(around) {
        Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. } => {
            let other = if x == error { y } else { x };
            !cx.object(other).is_some_and(|o| matches!(cx.store.obj(o).kind, ObjectKind::Nil))
        }
        Expr::Call { .. } => cx.calls(around, "errors", &["Is", "As"]),
        _ => false,
    }
}

/// Moves the error to a variable of the package.
fn hoist(cx: &Context<'_>, call: ExprId, error: &FixedError) -> Option<Plan> {
    let here = Parent::Expr(call);
    let Expr::Call { fun, .. } = cx.tree().expr(call) else { return None };
    let span = cx.span(call);
    if !cx.holds_at_package_level(error.argument)
        || !cx.holds_at_package_level(fun)
        || cx.has_comment(span)
        || error.formatted && error.text.contains('%')
    {
        return None;
    }
    let errors = cx.package_name("errors", here)?;
    let above = cx.before_declaration(here)?;
    let argument = cx.source(error.argument);
    let base = name_for(cx, &error.text);
    let shared = cx.package_variable(&format!("error {argument}"), &base, None, |name| {
        let declaration = format!("var {name} = {errors}.New({argument})");
        match beside_others(cx) {
            Some((at, true)) => (at, format!("\n\n{declaration}")),
            Some((at, false)) => (at, format!("\n{declaration}")),
            None => (above, format!("{declaration}\n\n")),
        }
    });
    let title = format!("Make it once, as the package variable {}", shared.name);
    let mut plan = Plan::new(Applicability::Safe, title);
    plan.needs("errors");
    plan.insert(shared.at, shared.declaration);
    plan.replace(span, shared.name);
    Some(plan)
}

/// The end of the line behind the last declaration of errors in the file, and whether that is a group.
fn beside_others(cx: &Context<'_>) -> Option<(u32, bool)> {
    let tree = cx.tree();
    let makes_error = |value: ExprId| {
        cx.calls(value, "errors", &["New"]) || cx.calls(value, "fmt", &["Errorf"])
    };
    tree.decls.iter().rev().find_map(|&decl| {
        let Decl::Gen { kind: GenKind::Var, lparen, specs, .. } = tree.decl(decl) else {
            return None;
        };
        let of_errors = tree.list(specs).any(|spec| match tree.spec(spec) {
            Spec::Value { values, .. } => tree.list(values).any(makes_error),
            _ => false,
        });
        let end = tree.decl_span(decl).end;
        of_errors.then(|| (cx.content_end(end), lparen.is_some()))
    })
}

/// The most words of a text that a name is made of, and the most letters.
const MOST_WORDS: usize = 6;
const MOST_LETTERS: usize = 40;

/// `errAmountMustBePositive` for "orders: amount must be positive".
fn name_for(cx: &Context<'_>, text: &str) -> String {
    let package = cx.package_own_name();
    let text = text
        .split_once(':')
        .filter(|(prefix, rest)| *prefix == package && !rest.trim().is_empty())
        .map_or(text, |(_, rest)| rest);
    // An apostrophe does not end a word: "can't".
    let text = text.replace(['\'', '’'], "");
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = "err".to_owned();
    for word in words.take(MOST_WORDS) {
        if name.len() + word.len() > MOST_LETTERS {
            break;
        }
        let mut letters = word.chars();
        name.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    if name.len() == 3 { "errFailed".to_owned() } else { name }
}
