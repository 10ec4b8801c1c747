//! Statements, which messages show in part.

use std::fmt::Write;

use super::super::body::NodeId;
use super::super::node::{Aux, NodeFlags};
use super::super::op::Op;
use super::expr::Printer;

impl Printer<'_> {
    /// Appends a statement; returns whether the node is one.
    pub(super) fn stmt(&mut self, id: NodeId) -> bool {
        let node = &self.body.nodes[id];
        let sets = if node.is(NodeFlags::DEF) { " := " } else { " = " };
        match node.op {
            Op::Dcl => {
                self.push("var ");
                self.opt(node.x);
                if let Some(ty) = node.x.and_then(|x| self.body.nodes[x].ty) {
                    self.push(" ");
                    self.wording.write_type(self.text, ty);
                }
            }
            Op::As => {
                self.opt(node.x);
                self.push(sets);
                self.opt(node.y);
            }
            Op::AsOp => self.update(id),
            Op::As2 | Op::As2DotType | Op::As2Func | Op::As2MapR | Op::As2Recv => {
                self.list(node.list, ", ");
                self.push(sets);
                self.list(node.body, ", ");
            }
            Op::Block => self.list(node.list, "; "),
            Op::Return => {
                self.push("return ");
                self.list(node.list, ", ");
            }
            Op::Go | Op::Defer => {
                self.push(if node.op == Op::Go { "go " } else { "defer " });
                self.opt(node.x);
            }
            Op::For | Op::Range => self.push("for loop"),
            Op::Select | Op::Switch => {
                self.push(node.op.symbol());
                self.push(" statement");
            }
            Op::Break | Op::Continue | Op::Goto | Op::Fall => {
                self.push(node.op.symbol());
                if let Aux::Label(name, _) = node.aux {
                    // Writing to a string cannot fail.
                    let _ = write!(self.text, " {name}");
                }
            }
            Op::Label => {
                if let Aux::Label(name, _) = node.aux {
                    let _ = write!(self.text, "{name}: ");
                }
            }
            _ => return false,
        }
        true
    }

    /// `x += y`, `x++`
    fn update(&mut self, id: NodeId) {
        let node = &self.body.nodes[id];
        let Aux::Sub(op) = node.aux else { return };
        self.opt(node.x);
        if node.is(NodeFlags::INC_DEC) {
            return self.push(if op == Op::Add { "++" } else { "--" });
        }
        let _ = write!(self.text, " {}= ", op.symbol());
        self.opt(node.y);
    }
}
