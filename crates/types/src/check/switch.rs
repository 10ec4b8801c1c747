//! `switch`, type switches, `select`.

use syntax::tree::{Expr, ExprId, IdentId, List, Stmt, StmtId};

use super::{Checker, Operand};
use crate::constant::Value;
use crate::facts::Mode;
use crate::object::{ObjectKind, VarKind};
use crate::types::{Basic, TypeId};
use crate::universe::Universe;

impl Checker<'_> {
    /// `switch init; tag {…}`
    pub(super) fn switch_stmt(&mut self, init: Option<StmtId>, tag: Option<ExprId>, body: StmtId) {
        let mark = self.open_scope();
        self.stmt_if_any(init);
        let tag = match tag {
            Some(tag) => {
                let mut x = self.expr(None, tag);
                self.assignment(&mut x, None);
                x
            }
            // No tag is as good as `true`.
            None => Operand {
                mode: Mode::Constant,
                value: Some(Value::from(true)),
                ..Operand::value(None, Basic::Bool.id())
            },
        };
        self.clauses(body, |check, _, exprs| {
            for e in check.tree().list(exprs) {
                let mut x = check.expr(None, e);
                // The comparison with the tag itself leaves no traces: its operands have their types by now.
                if !tag.is_invalid() && !x.is_invalid() {
                    check.convert_untyped(&mut x, tag.ty);
                }
            }
        });
        self.close_scope(mark);
    }

    /// Looks at the clauses of a `switch`, each in a scope of its own: at its expressions with `head`, which is told the clause
    /// too, then at its statements. What `head` declares is visible in these.
    fn clauses(&mut self, body: StmtId, mut head: impl FnMut(&mut Self, StmtId, List<ExprId>)) {
        let tree = self.tree();
        let Stmt::Block(clauses) = tree.stmt(body) else { return };
        for clause in tree.list(clauses) {
            let Stmt::Case { exprs, body, .. } = tree.stmt(clause) else { continue };
            let mark = self.open_scope();
            head(self, clause, exprs.unwrap_or_default());
            self.stmts(body);
            self.close_scope(mark);
        }
    }

    /// `switch init; x := y.(type) {…}`
    pub(super) fn type_switch_stmt(&mut self, init: Option<StmtId>, assign: StmtId, body: StmtId) {
        let mark = self.open_scope();
        self.stmt_if_any(init);
        if let Some((var, operand)) = self.type_switch_guard(assign) {
            let x = self.expr(None, operand);
            let is_interface = self.store.is_non_type_param_interface(x.ty);
            let ty = if !x.is_invalid() && is_interface { x.ty } else { Universe::INVALID };
            self.clauses(body, |check, clause, types| {
                let ty = check.case_types(types, ty);
                if let Some(var) = var {
                    let obj = check.declared(var, Some(ty), ObjectKind::Var(VarKind::Local));
                    check.declare_local(obj);
                    check.facts().clause_vars.insert(clause, obj);
                }
            });
        }
        self.close_scope(mark);
    }

    /// The variable and the operand of `x := y.(type)`. The blank identifier is no variable.
    fn type_switch_guard(&self, assign: StmtId) -> Option<(Option<IdentId>, ExprId)> {
        let tree = self.tree();
        let (var, guard) = match tree.stmt(assign) {
            Stmt::Expr(guard) => (None, guard),
            Stmt::Assign { lhs, rhs, .. } => {
                let Expr::Ident(var) = tree.expr(tree.list_get(lhs, 0)?) else { return None };
                let var = (!tree.ident(var).name.is_blank()).then_some(var);
                (var, tree.list_get(rhs, 0)?)
            }
            _ => return None,
        };
        match tree.expr(guard) {
            Expr::TypeAssert { x, ty: None, .. } => Some((var, x)),
            _ => None,
        }
    }

    /// The types of a clause, and the type that the switch's variable has in it: that of a single type,
    /// otherwise `operand`, the type of what is looked at.
    fn case_types(&mut self, types: List<ExprId>, operand: TypeId) -> TypeId {
        let mut single = None;
        for e in self.tree().list(types) {
            single = if self.is_nil_literal(e) {
                self.expr(None, e);
                None
            } else {
                Some(self.var_type(e))
            };
        }
        single.filter(|_| types.len() == 1).unwrap_or(operand)
    }

    /// Whether it is the predeclared `nil` as written.
    fn is_nil_literal(&self, e: ExprId) -> bool {
        let tree = self.tree();
        let Expr::Ident(ident) = tree.expr(tree.unparen(e)) else { return false };
        let obj = self.find(tree.ident(ident).name);
        obj.is_some_and(|obj| matches!(self.store.obj(obj).kind, ObjectKind::Nil))
    }

    /// `select {…}`
    pub(super) fn select_stmt(&mut self, body: StmtId) {
        let tree = self.tree();
        let Stmt::Block(clauses) = tree.stmt(body) else { return };
        for clause in tree.list(clauses) {
            let Stmt::Comm { comm, body, .. } = tree.stmt(clause) else { continue };
            let mark = self.open_scope();
            self.stmt_if_any(comm);
            self.stmts(body);
            self.close_scope(mark);
        }
    }
}
