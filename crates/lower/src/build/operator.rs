//! Operations on two operands.

use syntax::tree::{BinaryOp, ExprId};
use types::{Basic, TypeId, Universe};

use super::Builder;
use super::types::is_interface;
use crate::ir::{Node, NodeFlags, NodeId, Op};

impl Builder<'_> {
    pub(super) fn binary_expr(
        &mut self,
        expr: ExprId,
        op: BinaryOp,
        x: ExprId,
        y: ExprId,
    ) -> NodeId {
        let pos = self.at(expr);
        if op.is_shift() {
            let (x, y) = (self.shift_operand(expr, x), self.expr(y));
            let ty = self.node_ty(x);
            return self.binary(operator(op), pos, Some(ty), x, y);
        }
        let common = self.common_type(x, y);
        let x = self.implicit(common, x);
        let y = self.implicit(common, y);
        if op.is_comparison() {
            let ty = self.type_of(expr);
            return self.binary(operator(op), pos, Some(ty), x, y);
        }
        let ty = self.node_ty(x);
        if op == BinaryOp::Add && self.store().basic(ty).is_some_and(Basic::is_string) {
            return self.add_strings(pos, ty, x, y);
        }
        let ty =
            if matches!(op, BinaryOp::LogAnd | BinaryOp::LogOr) { self.type_of(expr) } else { ty };
        self.binary(operator(op), pos, Some(ty), x, y)
    }

    /// The left operand of a shift: an untyped constant has the type of the result.
    fn shift_operand(&mut self, shift: ExprId, x: ExprId) -> NodeId {
        let node = self.expr(x);
        if self.store().is_untyped(self.written(x)) {
            let ty = self.type_of(shift);
            self.body.nodes[node].ty = Some(ty);
        }
        node
    }

    /// The type that both operands are brought to, as written: that of the one to which the other can be assigned.
    fn common_type(&self, x: ExprId, y: ExprId) -> Option<TypeId> {
        let (x_nil, y_nil) = (self.is_nil(x), self.is_nil(y));
        let (xt, yt) = (self.single_written(x), self.single_written(y));
        if x_nil {
            return Some(yt);
        }
        if y_nil {
            return Some(xt);
        }
        let store = self.store();
        // What is untyped still, such as the result of a comparison, takes any type without a conversion.
        if store.is_untyped(xt) || store.is_untyped(yt) {
            return None;
        }
        if store.identical(xt, yt) {
            return Some(yt);
        }
        // A concrete operand beside one of interface type is converted; of two interfaces the one with more methods is,
        // and of a defined and an unnamed type the unnamed one.
        Some(if self.assignable(xt, yt) { yt } else { xt })
    }

    /// Whether a value of one type, both as written, can be assigned to a variable of the other.
    pub(super) fn assignable(&self, from: TypeId, to: TypeId) -> bool {
        let store = self.store();
        if store.identical(from, to) || store.is_untyped(from) {
            return true;
        }
        if store.is_untyped(to) {
            return false;
        }
        let (to_iface, from_iface) = (is_interface(store, to), is_interface(store, from));
        match (from_iface, to_iface) {
            (_, true) => store.implements(from, to, false),
            (true, false) => false,
            (false, false) => !(store.has_name(from) && store.has_name(to)),
        }
    }

    /// A sum of strings is one node with all of them, at the place of its last operator.
    fn add_strings(&mut self, pos: crate::ir::Pos, ty: TypeId, x: NodeId, y: NodeId) -> NodeId {
        let mut parts = Vec::new();
        for side in [x, y] {
            let node = self.body.nodes[side];
            if node.op == Op::AddStr {
                parts.extend_from_slice(self.body.items(node.list));
            } else {
                parts.push(side);
            }
        }
        let list = self.list(&parts);
        self.add(Node { list, ..Node::new(Op::AddStr, pos, Some(ty)) })
    }

    /// `x op= y`
    pub(super) fn assign_op(
        &mut self,
        pos: crate::ir::Pos,
        op: BinaryOp,
        lhs: ExprId,
        rhs: ExprId,
    ) -> NodeId {
        let x = self.expr(lhs);
        let y = if op.is_shift() {
            self.expr(rhs)
        } else {
            let dst = self.single_written(lhs);
            self.implicit(Some(dst), rhs)
        };
        let node = self.binary(Op::AsOp, pos, None, x, y);
        self.body.nodes[node].aux = crate::ir::Aux::Sub(operator(op));
        node
    }

    /// `x++`, `x--`
    pub(super) fn inc_dec(&mut self, pos: crate::ir::Pos, x: ExprId, inc: bool) -> NodeId {
        let x = self.expr(x);
        let ty = self.body.nodes[x].ty.unwrap_or(Universe::INVALID);
        let one = self.int_literal(1, ty, pos);
        let node = self.binary(Op::AsOp, pos, None, x, one);
        self.body.nodes[node].aux = crate::ir::Aux::Sub(if inc { Op::Add } else { Op::Sub });
        self.body.nodes[node].flags = NodeFlags::INC_DEC;
        node
    }
}

/// The operation of an operator.
pub(super) const fn operator(op: BinaryOp) -> Op {
    match op {
        BinaryOp::Add => Op::Add,
        BinaryOp::Sub => Op::Sub,
        BinaryOp::Mul => Op::Mul,
        BinaryOp::Div => Op::Div,
        BinaryOp::Rem => Op::Mod,
        BinaryOp::And => Op::And,
        BinaryOp::Or => Op::Or,
        BinaryOp::Xor => Op::Xor,
        BinaryOp::AndNot => Op::AndNot,
        BinaryOp::Shl => Op::Lsh,
        BinaryOp::Shr => Op::Rsh,
        BinaryOp::LogAnd => Op::AndAnd,
        BinaryOp::LogOr => Op::OrOr,
        BinaryOp::Eq => Op::Eq,
        BinaryOp::Ne => Op::Ne,
        BinaryOp::Lt => Op::Lt,
        BinaryOp::Le => Op::Le,
        BinaryOp::Gt => Op::Gt,
        BinaryOp::Ge => Op::Ge,
    }
}
