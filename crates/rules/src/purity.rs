//! Which expressions can be evaluated once more, or elsewhere.

use syntax::tree::{Expr, ExprId, UnaryOp};
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

    /// Whether an expression mentions an object.
    #[must_use]
    pub fn mentions(&self, expr: ExprId, object: ObjId) -> bool {
        let span = self.span(expr);
        self.uses(object).iter().any(|&ident| span.contains(self.tree().ident(ident).pos))
    }
}
