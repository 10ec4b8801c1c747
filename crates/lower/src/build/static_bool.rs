//! Conditions that are always true or always false.

use syntax::tree::{BinaryOp, Expr, ExprId, Stmt, StmtId, UnaryOp};
use types::{Builtin, ObjectKind};

use super::Builder;

/// What is known of a condition.
pub(super) struct Condition {
    /// `Some` where it always has that value.
    pub(super) value: Option<bool>,
    /// The condition without the operands that decide nothing.
    pub(super) expr: ExprId,
}

impl Builder<'_> {
    /// What is known of a condition, and what is left of it (`pkgWriter.staticBool`). Operands within that decide nothing
    /// are left out too, where they are built later.
    pub(super) fn condition(&mut self, expr: ExprId) -> Condition {
        if let Some(value) = self.facts().value(expr).and_then(|v| v.as_bool()) {
            return Condition { value: Some(value), expr };
        }
        // The front end does not look into parentheses.
        match self.tree().expr(expr) {
            // The front end takes over what it knows of the operand as it is.
            Expr::Unary { op: UnaryOp::Not, x } => {
                Condition { value: self.operand_condition(x).value, expr }
            }
            Expr::Binary { op: BinaryOp::LogAnd, x, y, .. } => self.either(expr, x, y, false),
            Expr::Binary { op: BinaryOp::LogOr, x, y, .. } => self.either(expr, x, y, true),
            _ => Condition { value: None, expr },
        }
    }

    /// `x && y`, which is decided by an operand that is false, or `x || y`, by one that is true.
    fn either(&mut self, expr: ExprId, x: ExprId, y: ExprId, decides: bool) -> Condition {
        let left = self.operand_condition(x);
        if left.value == Some(decides) {
            return left;
        }
        let right = self.operand_condition(y);
        if left.value == Some(!decides) || right.value == Some(decides) {
            let constant = self.facts().value(left.expr).is_some();
            let expr = if constant { right.expr } else { expr };
            return Condition { value: right.value, expr };
        }
        Condition { value: None, expr }
    }

    fn operand_condition(&mut self, x: ExprId) -> Condition {
        let condition = self.condition(x);
        if condition.expr != x {
            self.simplified.insert(self.tree().unparen(x), condition.expr);
        }
        condition
    }

    /// Whether what follows a statement is never reached, as far as the compiler's front end looks.
    pub(super) fn terminates(&mut self, stmt: StmtId) -> bool {
        let tree = self.tree();
        match tree.stmt(stmt) {
            Stmt::Branch { kind: syntax::tree::BranchKind::Goto, .. } | Stmt::Return(_) => true,
            Stmt::Branch { .. } => self.leaves_turn(stmt),
            Stmt::Expr(x) => self.is_panic(x),
            Stmt::If { cond, body, els, .. } => {
                let cond = self.condition(cond).value;
                (cond == Some(false) || self.terminates(body))
                    && (cond == Some(true) || els.is_some_and(|els| self.terminates(els)))
            }
            Stmt::Block(list) => {
                let last =
                    tree.list(list).rev().find(|&s| !matches!(tree.stmt(s), Stmt::Empty { .. }));
                last.is_some_and(|last| self.terminates(last))
            }
            _ => false,
        }
    }

    fn is_panic(&self, expr: ExprId) -> bool {
        let tree = self.tree();
        let Expr::Call { fun, .. } = tree.expr(tree.unparen(expr)) else { return false };
        let Expr::Ident(ident) = tree.expr(tree.unparen(fun)) else { return false };
        self.facts().uses[ident].is_some_and(|obj| {
            matches!(self.store().obj(obj).kind, ObjectKind::Builtin(Builtin::Panic))
        })
    }
}
