//! What evaluating an expression or running a statement does.

use source::Span;
use syntax::tree::{Expr, ExprId, IdentId, Stmt, StmtId, UnaryOp};
use syntax::walk::Node;
use types::{Builtin, ObjectKind, Type, VarKind};

use crate::code::{Callee, View};
use crate::function::Flow;
use crate::variables::{self, Access};

/// What evaluating an expression or running a statement does at most, beside giving a value. Each includes those before it.
///
/// Panics that nobody wrote (an index out of range, a nil pointer) are no effect.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Effect {
    /// Nothing, and the value is the same as long as the variables in it are: it can be evaluated again, or not at all.
    Pure,
    /// It reads memory that others may write: what pointers, slices and maps lead to, variables of packages.
    Reads,
    /// It writes such memory or a variable, sends, receives, or panics.
    Writes,
    /// It may do anything: call what is not known, wait, start goroutines, do input and output.
    Unknown,
}

/// Code whose effects are asked for.
#[derive(Clone, Copy)]
pub(crate) struct Of<'v> {
    pub(crate) view: View<'v>,
    pub(crate) root: Node,
    /// The function whose own variables may be written without anybody noticing.
    pub(crate) own: Option<Span>,
}

impl Flow<'_> {
    /// What a node and all below it do; function literals count as called.
    pub(crate) fn effect_of(&self, of: Of<'_>) -> Effect {
        let mut worst = Effect::Pure;
        of.view.each(of.root, |node| {
            if worst == Effect::Unknown {
                return;
            }
            let effect = match node {
                Node::Expr(expr) => self.of_expr(of, expr),
                Node::Stmt(stmt) => of.stmt(stmt),
                _ => Effect::Pure,
            };
            worst = worst.max(effect);
        });
        worst
    }

    fn of_expr(&self, of: Of<'_>, expr: ExprId) -> Effect {
        let view = of.view;
        match view.tree().expr(expr) {
            Expr::Bad => Effect::Unknown,
            Expr::Call { .. } => self.of_call(view, expr),
            Expr::Ident(ident) => of.ident(ident),
            Expr::Unary { op: UnaryOp::Recv, .. } => Effect::Unknown,
            Expr::Star(_) if !is_type(view, expr) => Effect::Reads,
            Expr::Selector { .. } if view.package_variable(expr).is_some() => Effect::Reads,
            Expr::Selector { .. } => {
                let selection = view.facts().selections.get(&expr);
                if selection.is_some_and(|s| s.indirect) { Effect::Reads } else { Effect::Pure }
            }
            // What a string or an array variable holds is the variable's own.
            Expr::Index { x, .. } if !is_type(view, x) => match view.under(x) {
                Type::Basic(..) | Type::Array { .. } | Type::Signature(_) => Effect::Pure,
                _ => Effect::Reads,
            },
            _ => Effect::Pure,
        }
    }

    fn of_call(&self, view: View<'_>, call: ExprId) -> Effect {
        let arguments = || view.arguments(call);
        match view.callee(call) {
            Some(Callee::Conversion(_)) => {
                // Making a string of a slice reads what the slice holds.
                let reads = arguments().iter().any(|&x| matches!(view.under(x), Type::Slice(_)));
                if reads { Effect::Reads } else { Effect::Pure }
            }
            Some(Callee::Builtin(Builtin::Len | Builtin::Cap)) => {
                let changes =
                    |&x: &ExprId| matches!(view.under(x), Type::Map { .. } | Type::Chan { .. });
                if arguments().iter().any(changes) { Effect::Reads } else { Effect::Pure }
            }
            Some(Callee::Builtin(builtin)) => of_builtin(builtin),
            Some(Callee::Function(function)) => self.function_effect(function),
            // The literal's body is looked at where it stands.
            Some(Callee::Dynamic) if is_literal(view, call) => Effect::Pure,
            Some(Callee::Dynamic) | None => Effect::Unknown,
        }
    }
}

impl Of<'_> {
    fn ident(self, ident: IdentId) -> Effect {
        let view = self.view;
        let Some(object) = view.facts().uses[ident] else { return Effect::Pure };
        let ObjectKind::Var(kind) = view.store.obj(object).kind else { return Effect::Pure };
        let own = self.own.is_some_and(|own| {
            let place = view.store.obj(object).place;
            place.is_some_and(|place| place.file == view.code.file && own.contains(place.offset))
        });
        match (kind, variables::access(view, ident)) {
            (VarKind::Field { .. }, _) | (_, Access::Declare) => Effect::Pure,
            (_, Access::WriteThrough) => Effect::Writes,
            (_, Access::Write | Access::Update | Access::WritePart) if !own => Effect::Writes,
            (VarKind::Package, _) => Effect::Reads,
            _ => Effect::Pure,
        }
    }

    fn stmt(self, stmt: StmtId) -> Effect {
        let tree = self.view.tree();
        let elsewhere = |x: ExprId| !self.is_variable(x);
        let writes = match tree.stmt(stmt) {
            Stmt::Send { .. }
            | Stmt::Go(_)
            | Stmt::Select { .. }
            | Stmt::Bad
            | Stmt::SkippedBody => {
                return Effect::Unknown;
            }
            Stmt::Assign { lhs, .. } => tree.list(lhs).any(elsewhere),
            Stmt::IncDec { x, .. } => elsewhere(x),
            Stmt::Range { key, value, x, .. } => {
                if matches!(self.view.under(x), Type::Chan { .. } | Type::Signature(_)) {
                    return Effect::Unknown;
                }
                key.into_iter().chain(value).any(elsewhere)
            }
            _ => false,
        };
        if writes { Effect::Writes } else { Effect::Pure }
    }

    /// Whether an identifier stands for what is written, so that it is looked at for itself.
    fn is_variable(self, expr: ExprId) -> bool {
        let tree = self.view.tree();
        let mut expr = tree.unparen(expr);
        loop {
            match tree.expr(expr) {
                Expr::Ident(_) => return true,
                Expr::Selector { x, .. } if !self.view.is_package_name(x) => expr = tree.unparen(x),
                Expr::Index { x, .. } | Expr::Star(x) => expr = tree.unparen(x),
                _ => return false,
            }
        }
    }
}

fn is_type(view: View<'_>, expr: ExprId) -> bool {
    matches!(view.facts().modes[expr], types::Mode::Type | types::Mode::Invalid)
}

fn is_literal(view: View<'_>, call: ExprId) -> bool {
    let Expr::Call { fun, .. } = view.tree().expr(call) else { return false };
    matches!(view.tree().expr(view.tree().unparen(fun)), Expr::Func { .. })
}

fn of_builtin(builtin: Builtin) -> Effect {
    match builtin {
        Builtin::Append | Builtin::Clear | Builtin::Copy | Builtin::Delete | Builtin::Panic => {
            Effect::Writes
        }
        Builtin::Close | Builtin::Print | Builtin::Println | Builtin::Recover => Effect::Unknown,
        _ => Effect::Pure,
    }
}
