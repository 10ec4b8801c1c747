//! What evaluating an expression may change.

use super::Schedule;
use crate::ir::{Aux, Body, Node, NodeId, Op};

/// Whether evaluating an expression may do more than give its value.
pub(super) fn has_effects(body: &Body, id: NodeId) -> bool {
    body.any(id, &mut |id| has_effect(body, id))
}

/// Whether an expression gives the same each time: it has no effects and makes nothing that could be told apart.
pub(super) fn can_repeat(body: &Body, id: NodeId) -> bool {
    !body.any(id, &mut |id| {
        has_effect(body, id)
            || matches!(
                body.nodes[id].op,
                Op::MakeChan
                    | Op::MakeMap
                    | Op::MakeSlice
                    | Op::MapLit
                    | Op::New
                    | Op::PtrLit
                    | Op::SliceLit
                    | Op::Str2Bytes
                    | Op::Str2Runes
            )
    })
}

/// Whether an operation may do more than give its value, its operands aside. What is not known to be harmless is not, as in
/// the compiler: function literals and reads through pointers among them.
fn has_effect(body: &Body, id: NodeId) -> bool {
    let node = &body.nodes[id];
    match node.op {
        Op::Name | Op::Nonname | Op::Type | Op::Literal | Op::Nil => false,
        Op::Add | Op::Sub | Op::Mul | Op::Or | Op::Xor | Op::And | Op::AndNot => false,
        Op::Lsh | Op::Rsh | Op::Plus | Op::Neg | Op::BitNot | Op::Not => false,
        Op::AndAnd | Op::OrOr | Op::AddStr => false,
        op if op.is_comparison() => false,
        Op::Addr | Op::Dot | Op::Cap | Op::Len | Op::Real | Op::Imag | Op::Complex => false,
        Op::ArrayLit | Op::MapLit | Op::SliceLit | Op::StructLit | Op::PtrLit => false,
        Op::Key | Op::StructKey | Op::New | Op::Paren => false,
        Op::Conv | Op::ConvIface | Op::ConvNop | Op::RuneStr => false,
        Op::Bytes2Str | Op::Runes2Str | Op::Str2Bytes | Op::Str2Runes => false,
        // Division by zero panics.
        Op::Div | Op::Mod => sign(body, node.y).is_none_or(|sign| sign == 0),
        // A size that is too large or negative panics.
        Op::MakeChan | Op::MakeMap => node.x.is_some() && sign(body, node.x) != Some(0),
        _ => true,
    }
}

fn sign(body: &Body, id: Option<NodeId>) -> Option<i32> {
    match body.nodes[id?] {
        Node { op: Op::Literal, aux: Aux::Const(value), .. } => Some(body.consts[value].sign()),
        _ => None,
    }
}

impl Schedule<'_> {
    /// Whether evaluating an expression may set a variable of the package: calls a function, or assigns to what may be one.
    /// A call of `abi.FuncPCABI0`, which the compiler knows to call nothing, counts as well: nothing is said of copies.
    pub(super) fn may_set_package_variable(&self, id: NodeId) -> bool {
        let body = &*self.body;
        body.any(id, &mut |id| {
            let node = &body.nodes[id];
            match node.op {
                Op::CallFunc | Op::CallInter | Op::Append | Op::Clear | Op::Copy => true,
                Op::As | Op::AsOp => node.x.is_some_and(|x| self.may_be_package_variable(x)),
                op if op.is_assign_list() => {
                    body.items(node.list).iter().any(|&x| self.may_be_package_variable(x))
                }
                _ => false,
            }
        })
    }

    /// Whether what is assigned to may be a variable of this package, or be in one.
    fn may_be_package_variable(&self, mut id: NodeId) -> bool {
        loop {
            let node = self.node(id);
            let next = match node.op {
                Op::Dot | Op::Paren | Op::ConvNop | Op::Deref => node.x,
                Op::Index => node.x.filter(|&x| self.is_array(x)),
                Op::Name => {
                    return matches!(node.aux, Aux::Global(var) if self.store.obj(var).pkg == self.package);
                }
                _ => None,
            };
            match next {
                Some(next) => id = next,
                None => return true,
            }
        }
    }
}
