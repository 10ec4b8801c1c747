//! What is stored, sent or handed to a goroutine although it is put back.

use flow::{Point, View};
use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId, UnaryOp};
use syntax::walk;
use types::{Builtin, ObjectKind, Type, VarKind};

use super::{Put, When, in_words};
use crate::shared_memory::statements_of;
use crate::{Callee, Context, Diagnosis, Parent};

impl Put<'_> {
    pub(super) fn find_left(&self, cx: &Context<'_>, found: &mut Vec<Diagnosis>) {
        for stmt in statements_of(self.function) {
            let own = cx.view().body_around(Parent::Stmt(stmt));
            if own.is_none_or(|(_, body)| body != self.function.body()) {
                continue;
            }
            let Some(at) = self.function.point(stmt).filter(|&at| self.is_put_behind(at)) else {
                continue;
            };
            let left = match cx.tree().stmt(stmt) {
                Stmt::Assign { .. } => self.stored(cx, stmt, at),
                Stmt::Send { value, .. } if self.is_put_at_once(cx, at) => {
                    self.memory.is_shared_by(value, at).then(|| (value, "is sent".to_owned()))
                }
                Stmt::Go(call) if self.is_put_at_once(cx, at) => self
                    .handed(cx, call, at)
                    .map(|value| (value, "is handed to a goroutine".to_owned())),
                _ => None,
            };
            let Some((value, how)) = left else { continue };
            let name = self.text(cx);
            let what = match cx.tree().expr(value) {
                Expr::Func { .. } => format!("`{name}`"),
                _ => in_words(cx, value),
            };
            let message = format!(
                "{what} {how}, and `{name}` is put back into its pool: whoever takes it next overwrites it"
            );
            let help = "hand on a copy, or have it put back by who uses it last";
            let span = match cx.tree().expr(value) {
                Expr::Func { .. } => cx.stmt_span(stmt),
                _ => cx.span(value),
            };
            found.push(self.diagnosis(cx, span, message, help));
        }
    }

    /// Whether the value is put back in any case when a point has run.
    fn is_put_behind(&self, at: Point) -> bool {
        let cfg = self.function.cfg();
        match self.when {
            When::Deferred(deferred) => cfg.dominates(deferred, at),
            When::At(put) => at != put && cfg.dominates(at, put) && cfg.postdominates(put, at),
        }
    }

    /// Whether nothing that could wait comes between a point and the `Put`.
    fn is_put_at_once(&self, cx: &Context<'_>, at: Point) -> bool {
        let end = match self.when {
            When::At(put) => Some(put).filter(|put| put.block == at.block && put.at > at.at),
            When::Deferred(_) => None,
        };
        let block = self.function.cfg().block(at.block);
        let between = block.nodes.iter().enumerate().skip(at.at as usize + 1);
        let between =
            between.take_while(|&(number, _)| end.is_none_or(|end| number < end.at as usize));
        let mut returns = false;
        let nothing_waits = between.into_iter().all(|(_, node)| match *node {
            flow::Node::Stmt(stmt) => {
                returns |= cx.is_return(stmt);
                !may_wait(cx, walk::Node::Stmt(stmt))
            }
            flow::Node::Expr(expr) => !may_wait(cx, walk::Node::Expr(expr)),
            flow::Node::Deferred(_) => true,
        });
        let deferred_others = statements_of(self.function)
            .into_iter()
            .filter(|&stmt| matches!(cx.tree().stmt(stmt), Stmt::Defer(_)))
            .count();
        nothing_waits && (end.is_some() || returns && deferred_others == 1)
    }

    /// A value that outlives the function in the place that it is stored in, and how that is said.
    fn stored(&self, cx: &Context<'_>, stmt: StmtId, at: Point) -> Option<(ExprId, String)> {
        let tree = cx.tree();
        let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = tree.stmt(stmt) else {
            return None;
        };
        if lhs.len() != rhs.len() {
            return None;
        }
        let mut pairs = tree.list(lhs).zip(tree.list(rhs));
        let (to, value) = pairs.find(|&(to, value)| {
            let value = appended(cx.view(), to, value).unwrap_or(value);
            self.lives_on(cx, to, value, at) && self.memory.is_shared_by(value, at)
        })?;
        // What is stored there later takes its place.
        let again = statements_of(self.function).into_iter().any(|other| {
            let Stmt::Assign { lhs, .. } = tree.stmt(other) else { return false };
            other != stmt && tree.list(lhs).any(|other| cx.source(other) == cx.source(to))
        });
        let value = appended(cx.view(), to, value).unwrap_or(value);
        (!again).then(|| (value, format!("stays in `{}`", cx.source(to))))
    }

    /// Whether what is stored in a place is there when the function is gone, and is meant to be.
    fn lives_on(&self, cx: &Context<'_>, to: ExprId, value: ExprId, at: Point) -> bool {
        let view = cx.view();
        let tree = cx.tree();
        let mut place = tree.unparen(to);
        let is_element = matches!(tree.expr(place), Expr::Index { .. })
            || tree.expr_span(to).end < tree.expr_span(value).start && is_appended(cx, to, value);
        let is_memory = matches!(view.under(value), Type::Slice(_) | Type::Basic(..));
        let mut through = false;
        loop {
            if view.package_variable(place).is_some() {
                return true;
            }
            place = tree.unparen(match tree.expr(place) {
                Expr::Selector { x, .. } | Expr::Index { x, .. } => {
                    through |= !matches!(view.under(x), Type::Struct(_) | Type::Array { .. });
                    x
                }
                Expr::Star(x) => {
                    through = true;
                    x
                }
                Expr::Ident(_) => {
                    let Some(variable) = view.local(place).filter(|_| through) else {
                        return false;
                    };
                    // What is put back may lead to itself.
                    if self.memory.is_held_by(variable, at) {
                        return false;
                    }
                    return match view.store.obj(variable).kind {
                        ObjectKind::Var(VarKind::Param) => is_element || is_memory,
                        // A receiver keeps for itself what it works with.
                        ObjectKind::Var(VarKind::Recv) => is_element,
                        _ => false,
                    };
                }
                _ => return false,
            });
        }
    }

    /// An operand of `go` that shares the memory: an argument, or a literal that captures its variable.
    fn handed(&self, cx: &Context<'_>, call: ExprId, at: Point) -> Option<ExprId> {
        let call = cx.tree().unparen(call);
        let arguments = cx.arguments(call);
        if let Some(value) = arguments.into_iter().find(|&x| self.memory.is_shared_by(x, at)) {
            return Some(value);
        }
        let Expr::Call { fun, .. } = cx.tree().expr(call) else { return None };
        let fun = cx.tree().unparen(fun);
        let Expr::Func { .. } = cx.tree().expr(fun) else { return None };
        let variables = self.function.variables();
        let captures = self.memory.holders().into_iter().any(|variable| {
            let uses = variables.of(variable);
            self.memory.is_held_by(variable, at)
                && uses.iter().any(|o| o.literal == Some(fun) && o.access.reads())
        });
        captures.then_some(fun)
    }
}

/// The one value that `x = append(x, value)` adds.
fn appended(view: View<'_>, to: ExprId, value: ExprId) -> Option<ExprId> {
    let Some(Callee::Builtin(Builtin::Append)) = view.callee(value) else { return None };
    let Expr::Call { spread: false, .. } = view.tree().expr(view.tree().unparen(value)) else {
        return None;
    };
    let [list, added] = view.arguments(value)[..] else { return None };
    let is_same = match (view.tree().expr(list), view.tree().expr(to)) {
        (Expr::Ident(_), Expr::Ident(_)) => view.object(list) == view.object(to),
        (Expr::Selector { .. }, Expr::Selector { .. }) => {
            crate::pools::field(view, list) == crate::pools::field(view, to)
        }
        _ => false,
    };
    is_same.then_some(added)
}

/// Whether a value stands in the `append` whose result a place gets.
fn is_appended(cx: &Context<'_>, to: ExprId, value: ExprId) -> bool {
    let (_, Parent::Expr(call)) = cx.around(value) else { return false };
    appended(cx.view(), to, call) == Some(value)
}

/// Whether evaluating a node may wait for others: it calls something or receives.
fn may_wait(cx: &Context<'_>, node: walk::Node) -> bool {
    let mut waits = false;
    walk::walk(cx.tree(), node, |event| {
        if let walk::Event::Enter(walk::Node::Expr(expr)) = event {
            waits |= match cx.tree().expr(expr) {
                Expr::Unary { op: UnaryOp::Recv, .. } => true,
                Expr::Call { .. } => {
                    !matches!(cx.callee(expr), Some(Callee::Builtin(_) | Callee::Conversion(_)))
                }
                _ => false,
            };
        }
        !waits
    });
    waits
}
