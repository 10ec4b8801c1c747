//! Selectors.

use syntax::tree::{ExprId, IdentId};
use types::{ObjId, SelectionKind, Type, TypeId};

use super::Builder;
use super::types::{elem_of_pointer, is_interface};
use crate::ir::{NodeFlags, NodeId, Op, Pos};

impl Builder<'_> {
    pub(super) fn selector(&mut self, expr: ExprId, x: ExprId, sel: IdentId) -> NodeId {
        let pos = self.at(expr);
        let Some(selection) = self.facts().selections.get(&expr) else {
            // A name of another package.
            return match self.facts().uses[sel] {
                Some(obj) => self.object(obj, Some(sel), pos),
                None => self.unknown(pos),
            };
        };
        match selection.kind {
            SelectionKind::Field => {
                let x = self.expr(x);
                self.field_path(pos, x, &selection.path)
            }
            SelectionKind::Method => self.method_value(expr, x, sel),
            SelectionKind::MethodExpr => self.method_expr(expr, x, sel),
        }
    }

    /// A field, through the embedded ones on the way.
    fn field_path(&mut self, pos: Pos, mut x: NodeId, path: &[u32]) -> NodeId {
        for (i, &index) in path.iter().enumerate() {
            x = self.dot(pos, x, index);
            if i + 1 < path.len() {
                self.body.nodes[x].flags = NodeFlags::IMPLICIT;
            }
        }
        x
    }

    /// The receiver of a method that is selected on `x`: embedded fields on the way, then its address or what it points
    /// to, as the method asks for it.
    pub(super) fn receiver(&mut self, expr: ExprId, x: ExprId, obj: ObjId, path: &[u32]) -> NodeId {
        let pos = self.at(expr);
        let x = self.expr(x);
        let way = path.split_last().map_or(&[][..], |(_, way)| way);
        let x = self.embedded(pos, x, way);
        self.as_receiver(pos, x, obj)
    }

    /// Fields that are passed through.
    pub(super) fn embedded(&mut self, pos: Pos, mut x: NodeId, way: &[u32]) -> NodeId {
        for &index in way {
            x = self.dot(pos, x, index);
            self.body.nodes[x].flags = NodeFlags::IMPLICIT;
        }
        x
    }

    /// `x`, `&x` or `*x`, whichever has the type of the method's receiver.
    pub(super) fn as_receiver(&mut self, pos: Pos, x: NodeId, method: ObjId) -> NodeId {
        let store = self.store();
        let ty = self.node_ty(x);
        let by_pointer = self.has_pointer_receiver(method);
        match (by_pointer, elem_of_pointer(store, ty)) {
            // A type parameter's or interface's method.
            _ if is_interface(store, ty) || self.cx.shapes.is_shape(store, ty) => x,
            (false, Some(elem)) if !self.is_declared_pointer(ty) => {
                let x = self.unary(Op::Deref, pos, Some(elem), x);
                self.body.nodes[x].flags = NodeFlags::IMPLICIT;
                x
            }
            (true, None) => {
                let x = self.addr(pos, x);
                self.body.nodes[x].flags = NodeFlags::IMPLICIT;
                x
            }
            _ => x,
        }
    }

    fn is_declared_pointer(&self, ty: TypeId) -> bool {
        matches!(self.store().ty(self.store().unalias(ty)), Type::Named(_))
    }

    pub(super) fn has_pointer_receiver(&self, method: ObjId) -> bool {
        let store = self.store();
        let Type::Signature(signature) = store.ty(store.obj_type(method)) else { return false };
        signature.recv.is_some_and(|recv| {
            matches!(store.ty(store.unalias(store.obj_type(recv))), Type::Pointer(_))
        })
    }
}
