//! The paths on which something stays open.

use flow::{Access, Exit, Function, Node, Occurrence, Point, Reaching, Step};
use rustc_hash::FxHashSet;
use syntax::tree::{BinaryOp, Expr, ExprId, Stmt, StmtId};
use types::{ObjId, Type, Universe};

use super::opened::Opened;
use crate::{Callee, Context, Parent};

/// Where something is left open.
pub(super) enum Left {
    Nowhere,
    /// At these returns.
    At(Vec<StmtId>),
    /// It is not closed on any path.
    Everywhere,
}

/// Whether a variable can hold something to be closed: no text, no number, no error.
fn can_hold(cx: &Context<'_>, variable: ObjId) -> bool {
    let ty = cx.store.obj_type(variable);
    let is_error = cx.store.implements(ty, Universe::ERROR_INTERFACE, false);
    let plain = match cx.store.under_ty(ty) {
        Type::Basic(..) => true,
        Type::Slice(elem) => matches!(cx.store.under_ty(*elem), Type::Basic(..)),
        _ => false,
    };
    !is_error && !plain
}

/// What an occurrence of a variable does with what it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Works with it.
    Plain,
    Closes,
    /// Hands it to somebody who may close it.
    Leaves,
}

/// Where something that is opened is left open.
pub(super) fn left_open(cx: &Context<'_>, opened: &Opened) -> Left {
    find(cx, opened).unwrap_or(Left::Nowhere)
}

fn find(cx: &Context<'_>, opened: &Opened) -> Option<Left> {
    let function = cx.flow_around(opened.stmt)?;
    let from = function.point(opened.stmt)?;
    if function.definitions(opened.variable).len() != 1 {
        return None;
    }
    let mut done = FxHashSet::default();
    let (mut closes, mut leaves) = (false, false);
    let carriers = function.aliases().flows_to(opened.variable);
    for carrier in carriers.into_iter().filter(|&carrier| can_hold(cx, carrier)) {
        for &occurrence in function.variables().of(carrier) {
            let what = use_of(cx, carrier == opened.variable, &occurrence);
            closes |= what == Use::Closes;
            leaves |= what == Use::Leaves;
            if what != Use::Plain {
                done.insert(occurrence.point?);
            }
        }
    }
    // What the package opens may not need closing; that the function does so on another path says that it does.
    if !(opened.of_std || closes) || leaves && !closes && !opened.of_std {
        return None;
    }
    let cfg = function.cfg();
    let mut returns = Vec::new();
    cfg.walk_after(from, |point, node| {
        if done.contains(&point) || is_ruled_out(cx, &function, opened, from, node) {
            return Step::Stop;
        }
        match node {
            Node::Stmt(stmt) if stmt == opened.stmt => Step::Stop,
            Node::Stmt(stmt) if cx.is_return(stmt) => {
                returns.push(stmt);
                Step::Stop
            }
            _ => Step::On,
        }
    });
    if !closes && !leaves {
        // Nothing can be done behind it that would close it: all that matters is whether the function comes back.
        let comes_back = !cfg.always_passes(from, &[Exit::Return], |_| false);
        return comes_back.then_some(Left::Everywhere);
    }
    returns.sort_unstable_by_key(|&stmt| cx.stmt_span(stmt).start);
    returns.dedup();
    (!returns.is_empty()).then_some(Left::At(returns))
}

/// What an occurrence does with what its variable holds.
fn use_of(cx: &Context<'_>, is_first: bool, occurrence: &Occurrence) -> Use {
    match occurrence.access {
        Access::Declare => return Use::Plain,
        Access::Write if !is_first => return Use::Plain,
        Access::Read | Access::WriteThrough => {}
        // Methods with pointer receivers of a struct.
        Access::Address => {}
        _ => return Use::Leaves,
    }
    let Some(expr) = cx.parents().ident(occurrence.ident) else { return Use::Leaves };
    let what = use_by_place(cx, expr);
    match (what, occurrence.literal) {
        // `defer func() { f.Close() }()`; any other literal may run whenever.
        (Use::Closes, Some(literal)) if is_deferred(cx, literal) => Use::Closes,
        (_, Some(literal)) if is_deferred(cx, literal) => Use::Plain,
        (_, Some(_)) => Use::Leaves,
        (what, None) => what,
    }
}

fn use_by_place(cx: &Context<'_>, expr: ExprId) -> Use {
    let (outer, parent) = cx.around(expr);
    match parent {
        Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
            // To a local variable: the use of that is looked at.
            Stmt::Assign { lhs, .. } => {
                let local = |target: ExprId| match cx.tree().expr(target) {
                    Expr::Ident(ident) => cx.facts().object(ident).is_none_or(|object| cx.is_local(object)),
                    _ => false,
                };
                if cx.tree().list(lhs).all(local) { Use::Plain } else { Use::Leaves }
            }
            Stmt::Range { .. } => Use::Plain,
            _ => Use::Leaves,
        },
        Parent::Expr(around) => match cx.tree().expr(around) {
            Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, .. } => Use::Plain,
            Expr::Selector { sel, .. } => use_of_selector(cx, around, cx.tree().ident(sel).name.as_str()),
            Expr::Call { fun, .. } if fun != outer => use_of_argument(cx, around),
            Expr::TypeAssert { .. } => Use::Plain,
            _ => Use::Leaves,
        },
        _ => Use::Leaves,
    }
}

fn use_of_selector(cx: &Context<'_>, selector: ExprId, name: &str) -> Use {
    let (fun, parent) = cx.around(selector);
    let called = matches!(parent, Parent::Expr(call) if matches!(cx.tree().expr(call), Expr::Call { fun: f, .. } if f == fun));
    if !called {
        // A field is read, or the method becomes a value.
        let is_field = cx.facts().selections.get(&selector).is_some_and(|s| s.kind == types::SelectionKind::Field);
        return if is_field { Use::Plain } else { Use::Leaves };
    }
    let closing = ["Close", "CloseWithError", "CloseNow", "Shutdown", "Stop", "Release", "Free", "Abort", "Rollback"];
    if closing.contains(&name) || name.to_lowercase().contains("close") { Use::Closes } else { Use::Plain }
}

/// An argument is handed on, unless the callee is known not to keep or close it.
fn use_of_argument(cx: &Context<'_>, call: ExprId) -> Use {
    if cx.callee(call).is_some_and(|callee| matches!(callee, Callee::Builtin(types::Builtin::Print | types::Builtin::Println))) {
        return Use::Plain;
    }
    const BORROWERS: [&str; 9] =
        ["io", "fmt", "bufio", "encoding/json", "encoding/binary", "encoding/csv", "bytes", "strings", "io/ioutil"];
    let Some(Callee::Function(function)) = cx.callee(call) else { return Use::Leaves };
    let Some(package) = cx.store.obj(function).pkg else { return Use::Leaves };
    let borrows = BORROWERS.contains(&cx.store.pkg(package).path.as_str()) && cx.receiver(function).is_none();
    if !borrows {
        return Use::Leaves;
    }
    // What wraps it is a variable of its own, or is gone.
    match cx.around(call).1 {
        Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
            Stmt::Expr(_) => Use::Plain,
            Stmt::Assign { .. } => use_by_place(cx, call),
            _ => Use::Leaves,
        },
        Parent::Expr(around) => match cx.tree().expr(around) {
            // `bufio.NewReader(f).ReadString('\n')`
            Expr::Selector { .. } => Use::Plain,
            _ => Use::Leaves,
        },
        _ => Use::Leaves,
    }
}

fn is_deferred(cx: &Context<'_>, literal: ExprId) -> bool {
    let (fun, Parent::Expr(call)) = cx.around(literal) else { return false };
    let called = matches!(cx.tree().expr(call), Expr::Call { fun: f, .. } if f == fun);
    called && matches!(cx.around(call).1, Parent::Stmt(stmt) if matches!(cx.tree().stmt(stmt), Stmt::Defer(_)))
}

/// Whether a node only runs where opening failed, or where the variable is nil.
fn is_ruled_out(
    cx: &Context<'_>,
    function: &Function<'_>,
    opened: &Opened,
    from: Point,
    node: Node,
) -> bool {
    let at = match node {
        Node::Stmt(stmt) | Node::Deferred(stmt) => Parent::Stmt(stmt),
        Node::Expr(expr) => Parent::Expr(expr),
    };
    let mut inner = at;
    while let Some(above) = cx.up(inner) {
        match above {
            Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
                Stmt::If { cond, body, els, .. } => {
                    let is_branch = inner == Parent::Stmt(body) || els.map(Parent::Stmt) == Some(inner);
                    if is_branch && tells(cx, function, opened, from, cond) {
                        return true;
                    }
                }
                Stmt::Case { exprs: Some(exprs), .. } => {
                    if matches!(inner, Parent::Stmt(_))
                        && cx.tree().list(exprs).any(|cond| tells(cx, function, opened, from, cond))
                    {
                        return true;
                    }
                }
                _ => {}
            },
            Parent::Decl(_) => return false,
            _ => {}
        }
        inner = above;
    }
    false
}

/// Whether a condition asks whether opening failed, or whether there is anything to close.
fn tells(cx: &Context<'_>, function: &Function<'_>, opened: &Opened, from: Point, cond: ExprId) -> bool {
    if is_compared_with_nil(cx, cond, opened.variable) {
        return true;
    }
    let Some(err) = opened.err else { return false };
    if !cx.mentions(cond, err) {
        return false;
    }
    let Some(at) = function.point(cond) else { return true };
    match function.reaching(err, at) {
        Reaching::Known { definitions, .. } => {
            definitions.iter().any(|definition| definition.occurrence.point == Some(from))
        }
        Reaching::Unknown => true,
    }
}

fn is_compared_with_nil(cx: &Context<'_>, cond: ExprId, variable: ObjId) -> bool {
    cx.mentions(cond, variable)
        && cx.expressions_of(cond).into_iter().any(|expr| match cx.tree().expr(expr) {
            Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. } => {
                cx.object(x) == Some(variable) && cx.is_nil(y) || cx.object(y) == Some(variable) && cx.is_nil(x)
            }
            _ => false,
        })
}
