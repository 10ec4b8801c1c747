//! Calls through interfaces that become direct calls, since the type of the value is known.

use lower::has_shape;
use lower::ir::{Aux, Body, FieldRef, InstId, Node, NodeFlags, NodeId, Op, Pos, Reassignments};
use types::{Lookup, ObjId, ObjectKind, PkgId, Store, Type, TypeId, Universe};

use super::assignments::Assignments;
use super::callee::is_pointer;
use super::concrete::concrete_type;
use super::remark::{Remark, RemarkKind};
use crate::world::World;

/// Makes a call direct if the type of the value whose method is called is known.
pub(super) fn static_call(
    world: &dyn World,
    body: &mut Body,
    definitions: &Reassignments,
    assignments: &mut Assignments,
    call: NodeId,
    remarks: &mut Vec<Remark>,
) {
    let node = body.nodes[call];
    // What a promoted method passes through can panic; with `go` and `defer` that must not happen before the call.
    if node.op != Op::CallInter || node.is(NodeFlags::GO_DEFER) {
        return;
    }
    let Some(selector) = node.x else { return };
    let Some(ty) = receiver_type(world, body, definitions, assignments, selector) else { return };
    let store = world.store();
    if is_shape(store, ty) {
        return;
    }
    let interface = body.nodes[selector].x.and_then(|x| body.nodes[x].ty);
    let interface = interface.unwrap_or(Universe::INVALID);
    let shaped = match (has_shape(store, ty), has_shape(store, interface)) {
        (true, _) => Some(RemarkKind::ShapedReceiver { call, ty }),
        (_, true) => Some(RemarkKind::ShapedInterface { call, ty: interface }),
        _ => None,
    };
    if let Some(kind) = shaped {
        // It is tried, and said, again and again.
        return remarks.push(Remark { pos: node.pos, kind });
    }
    let at = body.nodes[selector].pos;
    let mut direct = Direct { world, body, call, at };
    if let Some(partially) = direct.replace(selector, ty) {
        let kind = RemarkKind::Devirtualizing { selector, ty, partially };
        remarks.push(Remark { pos: node.pos, kind });
    }
}

/// The type of the value that a method is called on.
fn receiver_type(
    world: &dyn World,
    body: &Body,
    definitions: &Reassignments,
    assignments: &mut Assignments,
    selector: NodeId,
) -> Option<TypeId> {
    let store = world.store();
    let value = body.nodes[selector].x?;
    if world.compiler().since(26) {
        let ty = concrete_type(store, body, assignments, value)?;
        let interface = body.nodes[value].ty?;
        // Methods of a type with shapes take a dictionary, so that they are not those of the interface.
        let fits = !has_shape(store, ty) || is_shape(store, ty);
        return (fits && store.implements(ty, interface, false)).then_some(ty);
    }
    // Before Go 1.26 only what is defined once, by a conversion.
    let value = &body.nodes[definitions.static_value(body, value)];
    let ty = value.x.filter(|_| value.op == Op::ConvIface).and_then(|x| body.nodes[x].ty)?;
    (!store.is_interface(ty) && store.is_valid(ty)).then_some(ty)
}

fn is_shape(store: &Store, ty: TypeId) -> bool {
    match store.ty(store.unalias(ty)) {
        Type::Named(named) if named.instance.is_none() => has_shape(store, ty),
        _ => false,
    }
}

/// A call that is made direct.
struct Direct<'a> {
    world: &'a dyn World,
    body: &'a mut Body,
    call: NodeId,
    /// Where the method is selected.
    at: Pos,
}

impl Direct<'_> {
    /// Replaces the callee. Returns whether it still goes through an interface, one that the type embeds; nothing where
    /// the method is not found.
    fn replace(&mut self, selector: NodeId, ty: TypeId) -> Option<bool> {
        let store = self.world.store();
        let Aux::Method(method) = self.body.nodes[selector].aux else { return None };
        let object = store.obj(method);
        let pkg = object.pkg.unwrap_or(PkgId::at(0));
        let Lookup::Found(found) = store.lookup(ty, false, pkg, object.name) else { return None };
        let (_, way) = found.path.split_last()?;
        let asserted = self.assertion(self.body.nodes[selector].x?, ty);
        let (x, ty) = self.fields(asserted, ty, way)?;

        let signature = store.obj_type(found.obj);
        let Type::Signature(parts) = store.ty(signature) else { return None };
        let receiver = store.obj_type(parts.recv?);
        let node = self.body.nodes[self.call];
        if store.is_interface(receiver) {
            let dot = Node {
                x: Some(x),
                aux: Aux::Method(found.obj),
                ..Node::new(Op::DotInter, self.at, Some(signature))
            };
            let dot = self.body.add(dot);
            self.body.nodes[self.call].x = Some(dot);
            return Some(true);
        }
        let x = self.adjusted(x, ty, is_pointer(store, receiver));
        let inst = self.method(found.obj, receiver);
        let mut args = vec![x];
        args.extend_from_slice(self.body.items(node.list));
        let fun =
            Node { aux: Aux::Inst(inst), ..Node::new(Op::MethExpr, self.at, Some(signature)) };
        let fun = self.body.add(fun);
        let list = self.body.list(&args);
        let call = &mut self.body.nodes[self.call];
        call.op = Op::CallFunc;
        call.x = Some(fun);
        call.list = list;
        Some(false)
    }

    /// `x.(T)`
    fn assertion(&mut self, x: NodeId, ty: TypeId) -> NodeId {
        // Since Go 1.26 the value can be nil, which panics as the call would, and where the call stands.
        let (pos, flags) = if self.world.compiler().since(26) {
            (self.body.nodes[self.call].pos, NodeFlags::NIL_PANIC)
        } else {
            (self.at, NodeFlags::NONE)
        };
        self.body.add(Node { x: Some(x), flags, ..Node::new(Op::DotType, pos, Some(ty)) })
    }

    /// The embedded fields on the way to a promoted method.
    fn fields(&mut self, mut x: NodeId, mut ty: TypeId, way: &[u32]) -> Option<(NodeId, TypeId)> {
        let store = self.world.store();
        for &index in way {
            let (op, parts) = match store.under_ty(ty) {
                Type::Pointer(elem) => (Op::DotPtr, store.under_ty(*elem)),
                parts => (Op::Dot, parts),
            };
            let Type::Struct(parts) = parts else { return None };
            let &obj = parts.fields.get(index as usize)?;
            ty = store.obj_type(obj);
            x = self.body.add(Node {
                x: Some(x),
                flags: NodeFlags::IMPLICIT,
                aux: Aux::Field(FieldRef { obj, index }),
                ..Node::new(op, self.at, Some(ty))
            });
        }
        Some((x, ty))
    }

    /// The receiver as the method wants it: with its address taken, or dereferenced.
    fn adjusted(&mut self, x: NodeId, ty: TypeId, wants_pointer: bool) -> NodeId {
        let store = self.world.store();
        let (op, ty) = match (store.ty(store.unalias(ty)), wants_pointer) {
            (Type::Pointer(elem), false) => (Op::Deref, *elem),
            (Type::Pointer(_), true) | (_, false) => return x,
            (_, true) => (Op::Addr, store.pointer(ty)),
        };
        self.body.add(Node {
            x: Some(x),
            flags: NodeFlags::IMPLICIT,
            ..Node::new(op, self.at, Some(ty))
        })
    }

    /// The function of a method; of an instance of a generic type, the one that passes the dictionary on.
    fn method(&self, method: ObjId, receiver: TypeId) -> InstId {
        let (store, shapes) = (self.world.store(), self.world.shapes());
        let declared = match store.obj(method).kind {
            ObjectKind::Func { origin: Some(origin) } => origin,
            _ => method,
        };
        let base = match store.ty(store.unalias(receiver)) {
            Type::Pointer(elem) => *elem,
            _ => receiver,
        };
        match store.instance(store.unalias(base)) {
            Some(instance) => {
                let args = instance.args.iter().map(|&arg| shapes.first_met(store, arg));
                self.world.instances().concrete(declared, &args.collect::<Vec<_>>())
            }
            None => self.world.instances().id(declared, &[]),
        }
    }
}
