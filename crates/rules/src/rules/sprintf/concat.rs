//! The text as a sum of strings.

use std::borrow::Cow;

use fix::{Applicability, Plan};
use flow::Effect;
use syntax::tree::{BinaryOp, Expr, ExprId};

use super::Print;
use super::part::Part;
use crate::{Context, Parent};

/// Objects that a sum makes.
pub(super) fn objects(parts: &[Part]) -> u32 {
    if let [only] = parts {
        return only.objects;
    }
    let texts = parts.iter().any(Part::is_text);
    let each = parts.iter().map(|part| if texts { part.beside_text } else { part.in_sum });
    each.sum::<u32>() + u32::from(!parts.is_empty())
}

pub(super) fn plan(cx: &Context<'_>, print: &Print, parts: &[Part]) -> Option<Plan> {
    let span = cx.span(print.call);
    let arguments: Vec<ExprId> = parts.iter().filter_map(|part| part.argument).collect();
    if cx.has_comment(span) || order_matters(cx, &arguments) || !fits(cx, print.call) {
        return None;
    }
    let tight = cx.is_tight(print.call);
    // Alone, an argument moves to where gofmt puts spaces.
    if let [only] = parts
        && only.argument.is_some_and(|argument| cx.has_binary(argument))
        && !tight
    {
        return None;
    }
    let text = if parts.is_empty() {
        "\"\"".to_owned()
    } else if tight {
        parts.iter().map(|part| part.string.as_str()).collect::<Vec<_>>().join("+")
    } else {
        parts.iter().map(|part| spaced(cx, part)).collect::<Option<Vec<_>>>()?.join(" + ")
    };
    if text.contains('\n') {
        return None;
    }
    let mut plan = Plan::new(Applicability::Safe, "Put the text together without fmt");
    parts.iter().flat_map(|part| &part.imports).for_each(|path| plan.needs(path));
    plan.replace(span, text);
    Some(plan)
}

/// A part as gofmt spaces it in a sum that is not tight. `None` where that is not known.
fn spaced<'p>(cx: &Context<'_>, part: &'p Part) -> Option<Cow<'p, str>> {
    let bare = part.argument.filter(|&argument| cx.text(cx.span(argument)) == part.string);
    match bare.map(|argument| (argument, cx.tree().expr(argument))) {
        // In the list of arguments it had no spaces.
        Some((argument, Expr::Binary { .. })) => spaced_sum(cx, argument).map(Cow::Owned),
        _ => Some(Cow::Borrowed(&part.string)),
    }
}

fn spaced_sum(cx: &Context<'_>, sum: ExprId) -> Option<String> {
    match cx.tree().expr(sum) {
        Expr::Binary { op: BinaryOp::Add, x, y, .. } => {
            Some(spaced_sum(cx, x)? + " + " + &spaced_sum(cx, y)?)
        }
        _ => (!cx.has_binary(sum)).then(|| cx.text(cx.span(sum)).to_owned()),
    }
}

/// Whether a sum can stand where a call stands.
fn fits(cx: &Context<'_>, call: ExprId) -> bool {
    match cx.parents().expr(call) {
        Parent::Expr(outer) => match cx.tree().expr(outer) {
            Expr::Binary { op, .. } => op == BinaryOp::Add || op.is_comparison(),
            Expr::Index { x, .. } | Expr::Slice { x, .. } | Expr::Selector { x, .. } => x != call,
            _ => true,
        },
        // As a statement, its result is not used.
        Parent::Stmt(stmt) => !matches!(cx.tree().stmt(stmt), syntax::tree::Stmt::Expr(_)),
        _ => true,
    }
}

/// Whether an argument may change what another one is, so that the order in which they are evaluated counts.
fn order_matters(cx: &Context<'_>, arguments: &[ExprId]) -> bool {
    if arguments.len() < 2 {
        return false;
    }
    let effect = |&argument: &ExprId| {
        cx.flow_around(argument).map_or(Effect::Unknown, |f| f.effect(argument))
    };
    let effects: Vec<Effect> = arguments.iter().map(effect).collect();
    let changes = effects.iter().any(|&effect| effect > Effect::Reads);
    let captured = || {
        arguments.iter().any(|&argument| {
            cx.root_variable(argument)
                .is_some_and(|variable| cx.is_captured(variable) || cx.is_reassigned(variable))
        })
    };
    let reads = effects.contains(&Effect::Reads);
    changes && (reads || captured())
}
