//! Text that is put together for a line of a level that may be off.

use escape::allocation::Operation;
use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{BinaryOp, Expr, ExprId, Stmt, StmtId};

use super::cost;
use crate::context::{Callee, Context};
use crate::diagnosis::Diagnosis;
use crate::parents::Parent;

const SLOG: &str = "log/slog";

/// Looks at a call of `slog.Debug` and the like: is text made for it?
pub(super) fn formatted_early(cx: &Context<'_>, call: ExprId) -> Option<Diagnosis> {
    let Some(Callee::Function(function)) = cx.callee(call) else { return None };
    let object = cx.store.obj(function);
    let name = object.name.as_str();
    let debug = matches!(name, "Debug" | "DebugContext");
    if !debug || object.pkg.is_none_or(|pkg| cx.store.pkg(pkg).path.as_str() != SLOG) {
        return None;
    }
    let (argument, allocated) = cx.arguments(call).into_iter().find_map(|argument| {
        let argument = cx.tree().unparen(argument);
        Some((argument, text(cx, argument)?))
    })?;
    if cx.runs_once(Parent::Expr(call)) || cx.is_on_error_path(call) || is_below_enabled(cx, call) {
        return None;
    }
    let mut diagnosis = Diagnosis::new(
        cx.span(argument),
        "this text is put together whether the level is on or off",
        "ask Enabled first, or hand the parts over as attributes",
    );
    diagnosis.cost = cost(&allocated);
    diagnosis = diagnosis.allocating(Some(allocated));
    diagnosis.fix = plan(cx, call, name == "DebugContext");
    Some(diagnosis)
}

/// What putting a text together takes; `None` where nothing is.
fn text(cx: &Context<'_>, argument: ExprId) -> Option<escape::Allocated> {
    if cx.constant(argument).is_some() {
        return None;
    }
    let allocated = match cx.tree().expr(argument) {
        Expr::Binary { op: BinaryOp::Add, .. } if cx.is_string(argument) => {
            cx.allocated(cx.tree().report_pos(argument), Operation::Concatenation)
        }
        Expr::Call { .. }
            if cx.calls(argument, "fmt", &["Sprintf", "Sprint", "Sprintln"])
                || cx.calls(argument, "strings", &["Join", "Repeat", "ReplaceAll"]) =>
        {
            cx.allocated_by_call(argument)
        }
        _ => None,
    };
    allocated.filter(|allocated| !allocated.allocates.is_never())
}

/// Whether a place is below a condition that asks whether the level is on.
fn is_below_enabled(cx: &Context<'_>, call: ExprId) -> bool {
    let mut at = Parent::Expr(call);
    while let Some(up) = cx.up(at) {
        if let Parent::Stmt(stmt) = up
            && let Stmt::If { cond, .. } = cx.tree().stmt(stmt)
            && cx.any_within(cond, |inner| {
                cx.method_call(inner)
                    .is_some_and(|m| cx.store.obj(m.method).name.as_str() == "Enabled")
            })
        {
            return true;
        }
        at = up;
    }
    false
}

/// The line below `if log.Enabled(…)`.
fn plan(cx: &Context<'_>, call: ExprId, has_context: bool) -> Option<Plan> {
    let tree = cx.tree();
    let Parent::Stmt(stmt) = cx.parents().expr(call) else { return None };
    let Stmt::Expr(_) = tree.stmt(stmt) else { return None };
    let Expr::Call { fun, .. } = tree.expr(call) else { return None };
    let Expr::Selector { x: on, .. } = tree.expr(tree.unparen(fun)) else { return None };
    let at = Parent::Expr(call);
    let slog = cx.package_name(SLOG, at)?;
    let mut plan =
        Plan::new(Applicability::Suggestion, "Put the text together only where the level is on");
    let logger = if cx.view().is_package_name(on) {
        format!("{slog}.Default()")
    } else if cx.is_pure(on, &mut Vec::new()) && cx.is_type(cx.type_of(on), SLOG, "Logger") {
        cx.source(on).to_owned()
    } else {
        return None;
    };
    let context = if has_context {
        let first = *cx.arguments(call).first()?;
        cx.is_pure(first, &mut Vec::new()).then(|| cx.source(first).to_owned())?
    } else {
        plan.needs("context");
        format!("{}.Background()", cx.package_name("context", at)?)
    };
    plan.needs(SLOG);
    let span = cx.stmt_span(stmt);
    if !stands_alone(cx, stmt) {
        return None;
    }
    let indent = cx.indent(span.start);
    plan.insert(
        span.start,
        format!("if {logger}.Enabled({context}, {slog}.LevelDebug) {{\n{indent}\t"),
    );
    plan.insert(cx.content_end(span.end), format!("\n{indent}}}"));
    Some(plan)
}

/// Whether a statement is one line, with nothing but maybe a comment behind it.
fn stands_alone(cx: &Context<'_>, stmt: StmtId) -> bool {
    let span = cx.stmt_span(stmt);
    let before = cx.text(Span::new(cx.line_start(span.start), span.start));
    let behind = cx.text(Span::new(span.end, cx.line_end(span.end))).trim();
    before.trim().is_empty()
        && !cx.text(span).contains('\n')
        && (behind.is_empty() || behind.starts_with("//"))
}
