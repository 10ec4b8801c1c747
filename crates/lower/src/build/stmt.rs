//! Statements.

use source::Name;
use syntax::tree::{Decl, IdentId, Spec, Stmt, StmtId};

use super::Builder;
use crate::ir::{Aux, Node, NodeId, Op};

impl Builder<'_> {
    /// The statements of a block.
    pub(super) fn block(&mut self, block: StmtId) -> Vec<NodeId> {
        match self.tree().stmt(block) {
            Stmt::Block(list) => {
                let stmts: Vec<StmtId> = self.tree().list(list).collect();
                self.stmts(&stmts)
            }
            _ => self.one_stmt(Some(block)),
        }
    }

    /// Statements in a row. What stands behind one that never ends, and before the next label, is left out.
    pub(super) fn stmts(&mut self, stmts: &[StmtId]) -> Vec<NodeId> {
        let mut out = Vec::with_capacity(stmts.len());
        self.stmts_into(stmts, &mut out);
        out
    }

    /// As [`Self::stmts`]; whether what would follow is never reached.
    pub(super) fn stmts_into(&mut self, stmts: &[StmtId], out: &mut Vec<NodeId>) -> bool {
        let tree = self.tree();
        let labelled = |&stmt: &StmtId| matches!(tree.stmt(stmt), Stmt::Labeled { .. });
        let last_label = stmts.iter().rposition(labelled);
        let mut dead = false;
        for (i, &stmt) in stmts.iter().enumerate() {
            if dead && last_label.is_none_or(|last| i > last) && !labelled(&stmt) {
                continue;
            }
            self.stmt(stmt, out);
            dead = self.terminates(stmt);
        }
        dead
    }

    /// The nodes of a statement that may be left out.
    pub(super) fn one_stmt(&mut self, stmt: Option<StmtId>) -> Vec<NodeId> {
        let mut out = Vec::new();
        if let Some(stmt) = stmt {
            self.stmt(stmt, &mut out);
        }
        out
    }

    /// As one node; several are put in a block.
    pub(super) fn as_node(&mut self, stmts: &[NodeId]) -> Option<NodeId> {
        match *stmts {
            [] => None,
            [one] => Some(one),
            [first, ..] => {
                let pos = self.body.nodes[first].pos;
                let list = self.list(stmts);
                Some(self.add(Node { list, ..Node::new(Op::Block, pos, None) }))
            }
        }
    }

    pub(super) fn stmt(&mut self, stmt: StmtId, out: &mut Vec<NodeId>) {
        crate::ir::deeper(|| self.stmt_here(stmt, out));
    }

    fn stmt_here(&mut self, stmt: StmtId, out: &mut Vec<NodeId>) {
        let tree = self.tree();
        let pos = self.stmt_at(stmt);
        let label = self.label.take();
        match tree.stmt(stmt) {
            Stmt::Empty { .. } | Stmt::Bad | Stmt::SkippedBody => {}
            Stmt::Decl(decl) => self.declaration(decl, out),
            Stmt::Labeled { label, stmt: inner, .. } => {
                let label = self.label_of(label);
                out.push(self.label_node(pos, label));
                self.label = Some(label);
                self.stmt(inner, out);
                self.label = None;
            }
            Stmt::Expr(x) => {
                let node = self.expr(x);
                out.push(node);
            }
            Stmt::Send { chan, value, .. } => out.push(self.send(pos, chan, value)),
            Stmt::IncDec { x, inc, .. } => out.push(self.inc_dec(pos, x, inc)),
            Stmt::Assign { lhs, op, rhs, .. } => self.assign(pos, lhs, op, rhs, out),
            Stmt::Go(call) => out.push(self.go_defer(Op::Go, pos, call)),
            Stmt::Defer(call) => {
                let defer = self.go_defer(Op::Defer, pos, call);
                self.defer_from_turn(pos, defer);
                out.push(defer);
            }
            Stmt::Return(results) => {
                if !self.return_from_turn(pos, results, out) {
                    self.return_stmt(pos, results, out);
                }
            }
            Stmt::Branch { kind, label } => {
                if !self.branch_from_turn(pos, stmt, out) {
                    self.branch(pos, kind, label, out);
                }
            }
            Stmt::Block(_) => {
                let stmts = self.block(stmt);
                out.extend(stmts);
            }
            Stmt::If { init, cond, body, els } => self.if_stmt(pos, init, cond, body, els, out),
            Stmt::Switch { init, tag, body } => {
                let node = self.switch(pos, label, init, tag, body);
                out.push(node);
            }
            Stmt::TypeSwitch { init, assign, body } => {
                let node = self.type_switch(pos, label, init, assign, body);
                out.push(node);
            }
            Stmt::Select { body } => {
                let node = self.select(pos, label, body);
                out.push(node);
            }
            Stmt::For { init, cond, post, body } => {
                self.for_stmt(pos, label, init, cond, post, body, out)
            }
            Stmt::Range { key, value, op, x, body, .. } => {
                self.range(stmt, label, [key, value], op, x, body, out);
            }
            // Clauses are read by their switch or select.
            Stmt::Case { .. } | Stmt::Comm { .. } => {}
        }
    }

    /// A declaration in a function: variables, or nothing that is done.
    fn declaration(&mut self, decl: syntax::tree::DeclId, out: &mut Vec<NodeId>) {
        let tree = self.tree();
        let Decl::Gen { specs, .. } = tree.decl(decl) else { return };
        let specs: Vec<_> = tree.list(specs).collect();
        for spec in specs {
            if let Spec::Value { names, values, .. } = tree.spec(spec)
                && self.declares_variables(decl)
            {
                let names: Vec<IdentId> = tree.list(names).collect();
                let values: Vec<_> = tree.list(values).collect();
                self.var_spec(&names, &values, out);
            }
        }
    }

    fn declares_variables(&self, decl: syntax::tree::DeclId) -> bool {
        matches!(self.tree().decl(decl), Decl::Gen { kind: syntax::tree::GenKind::Var, .. })
    }

    /// The label that an identifier names.
    pub(super) fn label_of(&self, label: IdentId) -> (Name, u32) {
        (self.tree().ident(label).name, 0)
    }

    pub(super) fn label_node(&mut self, pos: crate::ir::Pos, label: (Name, u32)) -> NodeId {
        if label.0.is_blank() {
            return self.add(Node::new(Op::Block, pos, None));
        }
        self.add(Node { aux: Aux::Label(label.0, label.1), ..Node::new(Op::Label, pos, None) })
    }
}
