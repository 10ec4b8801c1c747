//! Values that are put into interfaces.

use lower::ir::{Node, NodeId, Op};
use memory::Shape;
use types::TypeId;

use super::Machine;
use crate::allocation::value::Abstract;
use crate::allocation::verdict::{self, Verdict};
use crate::allocation::{Because, Operation, statics};
use crate::graph::Thing;
use crate::layouts::Layouts;

impl Machine<'_> {
    pub(super) fn boxing(&mut self, id: NodeId, node: &Node) -> Abstract {
        let Some(x) = node.x else { return Abstract::Unknown };
        let value = self.expr(x);
        let Some(ty) = self.ty(x) else { return Abstract::Unknown };
        if self.types.store.is_interface(ty) {
            self.end_block();
            return Abstract::Unknown;
        }
        let layout = self.types.layout(ty);
        let shape = self.shape(x, ty, layout);
        let verdict = match shape {
            Some(shape) => verdict::boxing(self.target, layout, shape, &value, self.is_on_heap(id)),
            None => Verdict::never(Because::Static),
        };
        self.report(Thing::Node(id), Operation::Box, verdict, None);
        Abstract::Something
    }

    /// What a value is made of; `None` where it is a literal that lies in the program.
    pub(super) fn shape(
        &self,
        x: NodeId,
        ty: TypeId,
        layout: Option<memory::Layout>,
    ) -> Option<Shape> {
        let store = self.types.store;
        let compiler = self.world.compiler();
        if Layouts::new(self.world).is_direct(ty, compiler.since(26)) {
            return Some(Shape::Pointer);
        }
        let sole = self.types.sole_component(ty);
        let basic = store.basic(sole);
        let shape = match basic {
            Some(basic) if basic.is_string() => Shape::String,
            Some(basic) if basic.is_integer() || basic.is_boolean() => Shape::Integer,
            _ if self.types.is_slice(sole) => Shape::Slice,
            _ => Shape::Other,
        };
        let plain = layout.is_none_or(|layout| !layout.has_pointers());
        let by_value = match layout.map(|layout| (layout.size, layout.align)) {
            Some((2, 2)) => true,
            Some((4, 4)) | Some((8, 8)) => plain,
            _ => false,
        };
        let by_address = !by_value && !matches!(shape, Shape::String | Shape::Slice);
        let value = self.static_value(x);
        let body = self.body;
        if statics::is_boxed_statically(body, self.types, compiler, x, value, by_address) {
            let literal = matches!(body.nodes[x].op, Op::Literal | Op::Nil);
            return literal.then_some(Shape::ReadOnly);
        }
        Some(shape)
    }
}
