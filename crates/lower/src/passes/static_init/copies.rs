//! Copies of other variables, and addresses of variables.

use types::{ObjId, Type, TypeId};

use super::Schedule;
use crate::ir::{Aux, Body, Node, NodeId, Op};

impl Schedule<'_> {
    /// Whether a use of a variable or function, as a value of the type `ty`, can be laid out as what the variable is set
    /// to. (Those parts of it that are assigned would be copied in turn: escape analysis has nothing to say about that.)
    pub(super) fn is_static_copy(&self, name: &Node, ty: Option<TypeId>) -> bool {
        let mut var = match name.aux {
            Aux::Inst(_) | Aux::Runtime(_) => return true,
            Aux::Global(var) => var,
            _ => return false,
        };
        // A variable that is set to another one is looked through; they do not go in a circle.
        for _ in 0..=self.definitions.len() {
            let Some(value) = self.copied(var, ty) else { return false };
            let node = self.node(value);
            match (node.op, node.aux) {
                (Op::Name, Aux::Global(next)) => {
                    // If the next one is not known, it is read instead.
                    if self.copied(next, ty).is_none() {
                        return true;
                    }
                    var = next;
                }
                (op, _) => return self.is_copyable(op, &node),
            }
        }
        false
    }

    fn is_copyable(&self, op: Op, value: &Node) -> bool {
        match op {
            Op::Name
            | Op::MethExpr
            | Op::Nil
            | Op::Literal
            | Op::SliceLit
            | Op::ArrayLit
            | Op::StructLit => true,
            Op::Addr => value.x.is_some_and(|x| {
                let x = self.node(x);
                x.op == Op::Name && matches!(x.aux, Aux::Global(_))
            }),
            Op::PtrLit => value.x.is_some_and(|x| self.is_literal(x)),
            _ => false,
        }
    }

    /// What a variable of the package still holds when the statement at hand runs.
    fn copied(&self, var: ObjId, ty: Option<TypeId>) -> Option<NodeId> {
        let mut value = (*self.definitions.get(&var)?)?;
        // The linker can set strings (`-X`).
        if self.mutated || self.is_string(Some(self.store.obj_type(var))) {
            return None;
        }
        while let Node { op: Op::ConvNop, x: Some(x), ty: Some(own), .. } = self.node(value)
            && ty.is_none_or(|ty| !self.store.identical(own, ty))
        {
            value = x;
        }
        Some(value)
    }

    /// Whether it is a package's variable or a part of it that has a fixed place in it.
    pub(super) fn is_package_variable(&self, mut id: NodeId) -> bool {
        loop {
            let node = self.node(id);
            let next = match (node.op, node.aux) {
                (Op::Name, aux) => return matches!(aux, Aux::Global(_)),
                (Op::Dot, _) => node.x,
                (Op::Index, _) if node.y.is_some_and(|y| is_small(self.body, y)) => {
                    node.x.filter(|&x| self.is_array(x))
                }
                _ => None,
            };
            match next {
                Some(next) => id = next,
                None => return false,
            }
        }
    }

    pub(super) fn is_array(&self, id: NodeId) -> bool {
        self.ty(id).is_some_and(|ty| matches!(self.store.under_ty(ty), Type::Array { .. }))
    }
}

/// Whether it is an index that is known and fits 31 bits.
fn is_small(body: &Body, id: NodeId) -> bool {
    match body.nodes[id] {
        Node { op: Op::Literal, aux: Aux::Const(value), .. } => {
            body.consts[value].as_i64().is_some_and(|at| (0..=i64::from(i32::MAX)).contains(&at))
        }
        _ => false,
    }
}
