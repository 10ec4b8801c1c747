//! Statements.

use syntax::tree::{AssignOp, ExprId, List, Stmt, StmtId};

use super::{Checker, Env};
use crate::object::ObjId;
use crate::types::{Type, TypeId};

impl Checker<'_> {
    /// The body of a function. Declares the receiver, parameters, results and type parameters of `signature` (a
    /// [`Type::Signature`](crate::Type::Signature)) around it.
    pub(super) fn func_body(&mut self, env: Env, signature: TypeId, block: StmtId) {
        let env = Env {
            file: env.file,
            iota: env.iota,
            signature: Some(signature),
            has_call_or_recv: false,
            has_label: false,
        };
        let before = std::mem::replace(&mut self.env, env);
        let mark = self.open_scope();
        self.declare_signature(signature);
        // The statements share the scope of the parameters: `:=` may assign to one.
        if let Stmt::Block(list) = self.tree().stmt(block) {
            self.stmts(list);
        }
        if self.env.has_label {
            self.labels(block);
        }
        self.close_scope(mark);
        self.env = before;
    }

    fn declare_signature(&mut self, signature: TypeId) {
        let store = self.store;
        let Type::Signature(signature) = store.ty(signature) else { return };
        for &param in signature.recv_type_params.iter().chain(&signature.type_params) {
            if let Type::TypeParam(param) = store.ty(param) {
                self.declare_local(param.obj);
            }
        }
        for &var in signature.recv.iter().chain(&signature.params).chain(&signature.results) {
            self.declare_local(var);
        }
    }

    /// Statements in order, in the scope at hand.
    pub(super) fn stmts(&mut self, list: List<StmtId>) {
        for stmt in self.tree().list(list) {
            self.stmt(stmt);
        }
    }

    /// A statement.
    pub(super) fn stmt(&mut self, stmt: StmtId) {
        super::deeper(|| self.stmt_here(stmt));
    }

    fn stmt_here(&mut self, mut id: StmtId) {
        let tree = self.tree();
        while let Stmt::Labeled { stmt, .. } = tree.stmt(id) {
            self.env.has_label = true;
            id = stmt;
        }
        match tree.stmt(id) {
            Stmt::Bad
            | Stmt::Empty { .. }
            | Stmt::SkippedBody
            | Stmt::Labeled { .. }
            | Stmt::Case { .. }
            | Stmt::Comm { .. } => {}
            Stmt::Decl(decl) => self.decl_stmt(decl),
            Stmt::Expr(e) | Stmt::Go(e) | Stmt::Defer(e) => {
                self.raw_expr(None, e, None, false);
            }
            Stmt::Send { chan, value, .. } => self.send_stmt(chan, value),
            // Operand and result are one: nothing else is to be recorded.
            Stmt::IncDec { x, .. } => {
                self.expr(None, x);
            }
            Stmt::Assign { lhs, op, rhs, .. } => self.assign_stmt(lhs, op, rhs),
            Stmt::Return(results) => self.return_stmt(id, results),
            Stmt::Branch { label, .. } => self.env.has_label |= label.is_some(),
            Stmt::Block(list) => {
                let mark = self.open_scope();
                self.stmts(list);
                self.close_scope(mark);
            }
            Stmt::If { .. } => self.if_stmt(id),
            Stmt::Switch { init, tag, body } => self.switch_stmt(init, tag, body),
            Stmt::TypeSwitch { init, assign, body } => self.type_switch_stmt(init, assign, body),
            Stmt::Select { body } => self.select_stmt(body),
            Stmt::For { init, cond, post, body } => {
                let mark = self.open_scope();
                self.stmt_if_any(init);
                if let Some(cond) = cond {
                    self.expr(None, cond);
                }
                self.stmt_if_any(post);
                self.stmt(body);
                self.close_scope(mark);
            }
            Stmt::Range { .. } => self.range_stmt(id),
        }
    }

    /// A statement that may be left out.
    pub(super) fn stmt_if_any(&mut self, stmt: Option<StmtId>) {
        if let Some(stmt) = stmt {
            self.stmt(stmt);
        }
    }

    fn send_stmt(&mut self, chan: ExprId, value: ExprId) {
        let chan = self.expr(None, chan);
        let mut value = self.generic_expr(value);
        if chan.is_invalid() || value.is_invalid() {
            return;
        }
        if let Some(core) = self.store.core_type(chan.ty)
            && let Type::Chan { elem, .. } = *self.store.ty(core)
        {
            self.assignment(&mut value, Some(elem));
        }
    }

    fn assign_stmt(&mut self, lhs: List<ExprId>, op: AssignOp, rhs: List<ExprId>) {
        let tree = self.tree();
        let left: Vec<ExprId> = tree.list(lhs).collect();
        let right: Vec<ExprId> = tree.list(rhs).collect();
        match (op, &*left, &*right) {
            (AssignOp::Define, ..) => self.short_var_decl(&left, &right),
            (AssignOp::Assign, ..) => self.assign_vars(&left, &right),
            // The result has the type of the left operand, which it is assigned to.
            (AssignOp::Op(op), &[x], &[y]) => {
                self.binary(x, y, op);
            }
            (AssignOp::Op(_), ..) => {}
        }
    }

    fn return_stmt(&mut self, stmt: StmtId, values: List<ExprId>) {
        let store = self.store;
        let signature = self.env.signature.map(|ty| store.ty(ty));
        let results: &[ObjId] = match signature {
            Some(Type::Signature(signature)) => &signature.results,
            _ => &[],
        };
        let values: Vec<ExprId> = self.tree().list(values).collect();
        if !values.is_empty() {
            self.init_vars(results, &values, Some(stmt));
        }
    }

    /// An `if` with the chain of its `else if`, each in the scope of the one before.
    fn if_stmt(&mut self, stmt: StmtId) {
        let mut marks = Vec::new();
        let mut next = Some(stmt);
        while let Some(stmt) = next.take() {
            match self.tree().stmt(stmt) {
                Stmt::If { init, cond, body, els } => {
                    marks.push(self.open_scope());
                    self.stmt_if_any(init);
                    self.expr(None, cond);
                    self.stmt(body);
                    next = els;
                }
                _ => self.stmt(stmt),
            }
        }
        for mark in marks.into_iter().rev() {
            self.close_scope(mark);
        }
    }
}
