//! Strings that are formatted, which bytes can be as well.

use fix::{Applicability, Plan};
use flow::Effect;
use source::Span;
use syntax::tree::{Expr, ExprId, Stmt};
use types::{ObjId, Type, TypeId};

use crate::copies::Copy;
use crate::format_verbs::{self, Piece};
use crate::{Callee, Context, Parent};

/// `fmt.Sprintf("%s", string(b))`, and `%x`. Under `%q`, `fmt` makes the copy itself.
pub(super) fn of(
    cx: &Context<'_>,
    call: ExprId,
    conversion: ExprId,
    bytes: ExprId,
    at: usize,
) -> Option<Copy> {
    let format = format_at(cx, call)?;
    let arguments = cx.arguments(call);
    let pieces = format_verbs::parse(&cx.constant_string(*arguments.get(format)?)?)?;
    let verbs = pieces.iter().filter_map(|piece| match piece {
        Piece::Verb(verb) => Some(*verb),
        Piece::Text(_) => None,
    });
    let verbs: Vec<_> = verbs.collect();
    let first = format + 1;
    let verb = verbs.get(at.checked_sub(first)?)?;
    if verbs.len() != arguments.len() - first || !matches!(verb.letter, 's' | 'x' | 'X') {
        return None;
    }
    let is_text = |ty| !may_speak(cx, ty);
    if !is_text(cx.type_of(bytes)) || !is_text(cx.type_of(conversion)) || is_on_stack(cx, bytes) {
        return None;
    }
    let plan = plan(cx, conversion, bytes, &arguments[first..], at - first);
    super::copy(
        "the bytes are copied to be formatted",
        format!("format them as they are: `%{}` takes bytes as well", verb.letter),
        plan,
    )
}

/// Which argument of a call is a format, with what is formatted behind it.
fn format_at(cx: &Context<'_>, call: ExprId) -> Option<usize> {
    let Expr::Call { spread: false, .. } = cx.tree().expr(call) else { return None };
    let called = cx.known(call)?;
    match (called.package, called.receiver, called.name) {
        ("fmt", None, "Sprintf" | "Printf" | "Errorf") => Some(0),
        ("fmt", None, "Fprintf" | "Appendf") => Some(1),
        ("log", None, "Printf") => Some(0),
        ("log", Some("Logger"), "Printf") if cx.method_call(call).is_some() => Some(0),
        _ => None,
    }
}

/// Whether a value of a type may have a method that `fmt` calls.
fn may_speak(cx: &Context<'_>, ty: TypeId) -> bool {
    let has = |name| cx.has_selector(ty, name);
    cx.store.is_interface(ty) || ["Error", "String", "Format", "GoString"].into_iter().any(has)
}

fn plan(
    cx: &Context<'_>,
    conversion: ExprId,
    bytes: ExprId,
    arguments: &[ExprId],
    at: usize,
) -> Option<Plan> {
    let function = cx.flow_around(conversion)?;
    // What is evaluated later must not change the bytes before they are formatted.
    if arguments[at + 1..].iter().any(|&later| function.effect(later) > Effect::Reads) {
        return None;
    }
    let speaks = arguments[..at].iter().any(|&earlier| may_speak(cx, cx.type_of(earlier)));
    let (applicability, because) = if speaks {
        (
            Applicability::Unsafe,
            "; a method that is called for an argument before could change them",
        )
    } else {
        (Applicability::Safe, "")
    };
    let mut plan = Plan::new(applicability, format!("Format the bytes as they are{because}"));
    let (outer, inner) = (cx.span(conversion), cx.span(bytes));
    plan.remove(Span::new(outer.start, inner.start));
    plan.remove(Span::new(inner.end, outer.end));
    Some(plan)
}

/// How many calls, and variables that they are kept in, bytes are followed back through.
const FARTHEST: u32 = 4;

/// Whether bytes may lie on the stack, from where `fmt` would take them to the heap. Errs to yes, but for what others have made.
fn is_on_stack(cx: &Context<'_>, bytes: ExprId) -> bool {
    may_be_on_stack(cx, bytes, FARTHEST)
}

fn may_be_on_stack(cx: &Context<'_>, value: ExprId, farthest: u32) -> bool {
    let Some(farther) = farthest.checked_sub(1) else { return true };
    let Some(function) = cx.flow_around(value) else { return true };
    let value = cx.tree().unparen(value);
    let by_variables = || {
        let origins = function.origins(value);
        origins.iter().any(|&origin| cx.is_local(origin) && holds_stack(cx, origin, farther))
    };
    match cx.tree().expr(value) {
        Expr::Ident(_) | Expr::Selector { .. } | Expr::Index { .. } | Expr::Slice { .. } => {
            by_variables()
        }
        Expr::Call { .. } => match cx.callee(value) {
            // What it is given may come back.
            Some(Callee::Function(_) | Callee::Dynamic) => {
                cx.arguments(value).into_iter().any(|argument| {
                    cx.is_bytes(cx.type_of(argument)) && may_be_on_stack(cx, argument, farther)
                })
            }
            _ => !is_on_heap(cx, value),
        },
        _ => !is_on_heap(cx, value),
    }
}

/// Whether a local variable is an array, or is given something that may be on the stack.
fn holds_stack(cx: &Context<'_>, variable: ObjId, farther: u32) -> bool {
    if matches!(cx.store.under_ty(cx.store.obj_type(variable)), Type::Array { .. }) {
        return true;
    }
    cx.uses(variable).iter().any(|&ident| {
        let Some(expr) = cx.parents().ident(ident) else { return is_set_by_spec(cx, variable) };
        let (outer, Parent::Stmt(stmt)) = cx.around(expr) else { return false };
        let Stmt::Assign { lhs, rhs, .. } = cx.tree().stmt(stmt) else { return false };
        let Some(number) = cx.tree().list(lhs).position(|to| to == outer) else { return false };
        // Several values at once come from a call or a comma-ok.
        let number = if lhs.len() == rhs.len() { number } else { 0 };
        cx.tree().list_get(rhs, number).is_some_and(|value| {
            let is_itself = cx.root_variable(value) == Some(variable);
            !is_itself && may_be_on_stack(cx, value, farther)
        })
    })
}

/// Whether something in the statement around a value is put on the heap.
fn is_on_heap(cx: &Context<'_>, value: ExprId) -> bool {
    let (_, Parent::Stmt(stmt)) = cx.around(value) else { return false };
    let all = cx.allocated_within(stmt);
    all.is_some_and(|all| all.iter().any(|(.., found)| !found.allocates.is_never()))
}

/// Whether a variable is declared with `var`, and a value.
fn is_set_by_spec(cx: &Context<'_>, variable: ObjId) -> bool {
    cx.declaration(variable).is_some_and(|declaration| declaration.value.is_some())
}
