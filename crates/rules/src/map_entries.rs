//! Maps that live longer than a call, and what adds to them.

use syntax::tree::{Expr, ExprId, Stmt, StmtId};
use types::{ObjId, ObjectKind, Type, VarKind};

use crate::context::Context;

impl Context<'_> {
    /// The element of a map that a statement sets or changes, and the map.
    pub(crate) fn map_element_set(&self, stmt: StmtId) -> Option<(ExprId, ExprId)> {
        let element = |target| {
            let target = self.tree().unparen(target);
            match self.tree().expr(target) {
                Expr::Index { x, .. } if matches!(self.under(x), Type::Map { .. }) => {
                    Some((target, x))
                }
                _ => None,
            }
        };
        match self.tree().stmt(stmt) {
            Stmt::Assign { lhs, .. } => self.tree().list(lhs).find_map(element),
            Stmt::IncDec { x, .. } => element(x),
            _ => None,
        }
    }

    /// The variable of a package, or the field, that an expression names: what it holds outlives a call.
    pub(crate) fn holder(&self, expr: ExprId) -> Option<ObjId> {
        let expr = self.tree().unparen(expr);
        let object = match self.tree().expr(expr) {
            Expr::Ident(_) => self.object(expr)?,
            Expr::Selector { sel, .. } => self.facts().uses[sel]?,
            _ => return None,
        };
        match self.store.obj(object).kind {
            ObjectKind::Var(VarKind::Package | VarKind::Field { origin: None, .. }) => Some(object),
            _ => None,
        }
    }
}
