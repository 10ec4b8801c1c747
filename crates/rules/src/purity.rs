//! Which expressions can be evaluated once more, or elsewhere.

use syntax::tree::{Expr, ExprId, UnaryOp};
use syntax::walk;
use types::{Builtin, ObjId, ObjectKind};

use crate::context::{Callee, Context};

impl Context<'_> {
    /// Whether evaluating an expression has no effect and gives the same value until a variable in it changes: no
    /// calls but `len`, `cap` and conversions, no receives. The variables are added to `variables`.
    pub fn is_pure(&self, expr: ExprId, variables: &mut Vec<ObjId>) -> bool {
        // An explicit stack: nesting comes from the code under analysis.
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            match self.tree().expr(expr) {
                Expr::Lit(_) => {}
                Expr::Ident(ident) => match self.facts().object(ident) {
                    Some(object) => {
                        if self.store.obj(object).is_var() {
                            variables.push(object);
                        }
                    }
                    None => return false,
                },
                Expr::Paren(x) => open.push(x),
                Expr::Selector { x, .. } => open.push(x),
                Expr::Binary { x, y, .. } => open.extend([x, y]),
                Expr::Unary { op: UnaryOp::Plus | UnaryOp::Neg | UnaryOp::Not, x } => open.push(x),
                Expr::Call { .. } => match self.callee(expr) {
                    Some(Callee::Builtin(Builtin::Len | Builtin::Cap))
                    | Some(Callee::Conversion(_)) => {
                        open.extend(self.arguments(expr));
                    }
                    _ => return false,
                },
                _ => return false,
            }
        }
        true
    }

    /// Whether an expression is a variable, or a field of one reached by fields alone. The variable.
    #[must_use]
    pub fn root_variable(&self, expr: ExprId) -> Option<ObjId> {
        let mut expr = self.tree().unparen(expr);
        while let Expr::Selector { x, .. } = self.tree().expr(expr) {
            // A variable of another package: `pkg.Var`.
            if let Some(object) = self.object(x)
                && matches!(self.store.obj(object).kind, ObjectKind::PkgName(_))
            {
                let Expr::Selector { sel, .. } = self.tree().expr(expr) else { return None };
                return self.facts().uses[sel];
            }
            expr = self.tree().unparen(x);
        }
        let object = self.object(expr)?;
        self.store.obj(object).is_var().then_some(object)
    }

    /// Whether an expression receives from a channel.
    #[must_use]
    pub fn is_receive(&self, expr: ExprId) -> bool {
        matches!(self.tree().expr(expr), Expr::Unary { op: UnaryOp::Recv, .. })
    }

    /// Whether an expression mentions an object.
    #[must_use]
    pub fn mentions(&self, expr: ExprId, object: ObjId) -> bool {
        let span = self.span(expr);
        self.uses(object).iter().any(|&ident| span.contains(self.tree().ident(ident).pos))
    }

    /// Whether two expressions are the same variable, or the same field of it.
    #[must_use]
    pub fn is_same_place(&self, a: ExprId, b: ExprId) -> bool {
        let (mut a, mut b) = (self.tree().unparen(a), self.tree().unparen(b));
        loop {
            match (self.tree().expr(a), self.tree().expr(b)) {
                (Expr::Ident(_), Expr::Ident(_)) => {
                    return self.object(a).is_some() && self.object(a) == self.object(b);
                }
                (Expr::Selector { x: x1, sel: s1 }, Expr::Selector { x: x2, sel: s2 }) => {
                    if self.tree().ident(s1).name != self.tree().ident(s2).name {
                        return false;
                    }
                    (a, b) = (self.tree().unparen(x1), self.tree().unparen(x2));
                }
                _ => return false,
            }
        }
    }

    /// Whether anything within an expression, itself included, is as asked for.
    pub(crate) fn any_within(&self, expr: ExprId, is_it: impl Fn(ExprId) -> bool) -> bool {
        let mut any = false;
        walk::walk(self.tree(), walk::Node::Expr(expr), |event| {
            if let walk::Event::Enter(walk::Node::Expr(inner)) = event {
                any |= is_it(inner);
            }
            !any
        });
        any
    }
}
