//! Assignments and declarations of variables.

use syntax::tree::{AssignOp, Expr, ExprId, IdentId, List};
use types::{ObjId, TypeId};

use super::Builder;
use crate::ir::{Node, NodeFlags, NodeId, Op, Pos, VarId};

/// What stands on the left of an assignment.
pub(super) struct Left {
    /// The nodes.
    pub(super) nodes: Vec<NodeId>,
    /// Variables that are declared by it.
    pub(super) declared: Vec<VarId>,
    /// The types as written, `None` for `_`.
    pub(super) types: Vec<Option<TypeId>>,
}

impl Builder<'_> {
    pub(super) fn assign(
        &mut self,
        pos: Pos,
        lhs: List<ExprId>,
        op: AssignOp,
        rhs: List<ExprId>,
        out: &mut Vec<NodeId>,
    ) {
        let lhs: Vec<ExprId> = self.tree().list(lhs).collect();
        let rhs: Vec<ExprId> = self.tree().list(rhs).collect();
        if let AssignOp::Op(op) = op {
            if let (Some(&x), Some(&y)) = (lhs.first(), rhs.first()) {
                let node = self.assign_op(pos, op, x, y);
                out.push(node);
            }
            return;
        }
        let left = self.left(&lhs);
        let node = self.assignment(pos, left, &rhs);
        out.push(node);
    }

    /// The left-hand sides. What is declared can be used from the next statement on: the right-hand sides still mean the
    /// variables around.
    fn left(&mut self, lhs: &[ExprId]) -> Left {
        let mut left = Left { nodes: Vec::new(), declared: Vec::new(), types: Vec::new() };
        for &expr in lhs {
            let (node, ty, declared) = self.assignee(expr);
            left.nodes.push(node);
            left.types.push(ty);
            left.declared.extend(declared);
        }
        left
    }

    /// One left-hand side: its node, its type as written, and the variable if it declares one.
    pub(super) fn assignee(&mut self, expr: ExprId) -> (NodeId, Option<TypeId>, Option<VarId>) {
        let expr = self.tree().unparen(expr);
        if let Expr::Ident(ident) = self.tree().expr(expr) {
            if self.tree().ident(ident).name.is_blank() {
                return (self.blank(None), None, None);
            }
            if let Some(obj) = self.facts().defs[ident] {
                let var = self.local(obj);
                return (self.name(var), Some(self.store().obj_type(obj)), Some(var));
            }
            let ty = self.facts().uses[ident].map(|obj| self.store().obj_type(obj));
            return (self.expr(expr), ty, None);
        }
        (self.expr(expr), Some(self.single_written(expr)), None)
    }

    /// The assignment of the right-hand sides to what stands left.
    fn assignment(&mut self, pos: Pos, left: Left, rhs: &[ExprId]) -> NodeId {
        let types = left.types;
        let values = self.multi(pos, &|i| types.get(i).copied().flatten(), rhs);
        let node = match (&*left.nodes, &*values) {
            ([x], [y]) => self.binary(Op::As, pos, None, *x, *y),
            _ => {
                let (list, body) = (self.list(&left.nodes), self.list(&values));
                self.add(Node { list, body, ..Node::new(Op::As2, pos, None) })
            }
        };
        self.define(node, &left.declared);
        node
    }

    /// Marks variables as declared by a statement, which declares them before it runs.
    pub(super) fn define(&mut self, stmt: NodeId, vars: &[VarId]) {
        if vars.is_empty() {
            return;
        }
        let mut dcls = Vec::with_capacity(vars.len());
        for &var in vars {
            self.body.vars[var].defn = Some(stmt);
            let pos = self.body.vars[var].pos;
            dcls.push(self.dcl(pos, var));
        }
        let node = &mut self.body.nodes[stmt];
        node.flags = node.flags.with(NodeFlags::DEF);
        self.body.nodes[stmt].init = self.body.list(&dcls);
    }

    /// `var a, b T = x, y`
    pub(super) fn var_spec(&mut self, names: &[IdentId], values: &[ExprId], out: &mut Vec<NodeId>) {
        let pos = names.first().map_or(Pos::GENERATED, |&n| self.pos(self.tree().ident(n).pos));
        if values.is_empty() {
            for &name in names {
                let Some(obj) = self.declared_by(name) else { continue };
                let var = self.local(obj);
                let x = self.name(var);
                let node = self.add(Node { x: Some(x), ..Node::new(Op::As, pos, None) });
                let dcl = self.dcl(pos, var);
                self.body.nodes[node].init = self.body.list(&[dcl]);
                out.push(node);
            }
            return;
        }
        // Unlike in `a := x`, the names are in scope only behind the declaration.
        let mut left = Left { nodes: Vec::new(), declared: Vec::new(), types: Vec::new() };
        for &name in names {
            match self.declared_by(name) {
                Some(obj) => {
                    let var = self.local(obj);
                    left.nodes.push(self.name(var));
                    left.declared.push(var);
                    left.types.push(Some(self.store().obj_type(obj)));
                }
                None => {
                    left.nodes.push(self.blank(None));
                    left.types.push(None);
                }
            }
        }
        let node = self.assignment(pos, left, values);
        out.push(node);
    }

    fn declared_by(&self, name: IdentId) -> Option<ObjId> {
        let blank = self.tree().ident(name).name.is_blank();
        self.facts().defs[name].filter(|_| !blank)
    }
}
