//! Where gofmt puts spaces around operators, and where it leaves them out.

use syntax::tree::{AssignOp, BinaryOp, Expr, ExprId, Stmt};

use crate::context::Context;
use crate::parents::Parent;

impl Context<'_> {
    /// Whether gofmt leaves out the spaces around `+` in a sum of strings that stands where an expression stands: in a list of
    /// arguments, an index, an operand of something else.
    pub(crate) fn is_tight(&self, expr: ExprId) -> bool {
        let tree = self.tree();
        let mut inner = expr;
        loop {
            match self.parents().expr(inner) {
                Parent::Expr(outer) => {
                    match tree.expr(outer) {
                        Expr::Call { fun, args, .. } if fun != inner && args.len() > 1 => {
                            return true;
                        }
                        // A sum goes on.
                        Expr::Binary { op: BinaryOp::Add, .. } => {
                            let is_part =
                                inner == expr || matches!(tree.expr(inner), Expr::Binary { .. });
                            if !is_part {
                                return true;
                            }
                        }
                        Expr::Binary { .. } | Expr::Index { .. } | Expr::Slice { .. } => {
                            return true;
                        }
                        Expr::Func { .. } | Expr::Composite { .. } | Expr::KeyValue { .. } => {
                            return false;
                        }
                        _ => {}
                    }
                    inner = outer;
                }
                Parent::Stmt(stmt) => {
                    return match tree.stmt(stmt) {
                        Stmt::Assign {
                            lhs, op: AssignOp::Assign | AssignOp::Define, rhs, ..
                        } => lhs.len() > 1 && rhs.len() > 1,
                        _ => false,
                    };
                }
                _ => return false,
            }
        }
    }

    /// Whether an expression has an operator with two operands, outside of function literals.
    pub(crate) fn has_binary(&self, expr: ExprId) -> bool {
        let span = self.span(expr);
        let tree = self.tree();
        tree.exprs().any(|(id, inner)| {
            matches!(inner, Expr::Binary { .. }) && {
                let at = self.span(id);
                span.start <= at.start && at.end <= span.end
            }
        })
    }
}
