//! Variables and fields that are written more than once.

use syntax::tree::{Expr, ExprId};
use types::{ObjId, ObjectKind, VarKind};

use crate::context::Context;

impl Context<'_> {
    /// Whether an object is a variable that a function declares, parameters and results included.
    pub(crate) fn is_local_or_parameter(&self, object: ObjId) -> bool {
        match self.store.obj(object).kind {
            ObjectKind::Var(kind) => !matches!(kind, VarKind::Package | VarKind::Field { .. }),
            _ => false,
        }
    }

    /// Whether two expressions are the same variable, or the same field of it.
    pub(crate) fn is_same_place(&self, a: ExprId, b: ExprId) -> bool {
        let tree = self.tree();
        let (mut a, mut b) = (tree.unparen(a), tree.unparen(b));
        loop {
            match (tree.expr(a), tree.expr(b)) {
                (Expr::Ident(_), Expr::Ident(_)) => {
                    return self.object(a).is_some() && self.object(a) == self.object(b);
                }
                (Expr::Selector { x: x1, sel: s1 }, Expr::Selector { x: x2, sel: s2 }) => {
                    if tree.ident(s1).name != tree.ident(s2).name {
                        return false;
                    }
                    (a, b) = (tree.unparen(x1), tree.unparen(x2));
                }
                _ => return false,
            }
        }
    }
}
