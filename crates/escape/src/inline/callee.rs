//! What a call calls.

use lower::ir::{Aux, Body, FuncId, InstId, NodeFlags, NodeId, Op, Reassignments};
use types::{Store, Type, TypeId};

use crate::world::World;

/// A function that is known to be called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Callee {
    /// A declared function or method.
    Declared(InstId),
    /// A function literal of the body at hand.
    Closure(FuncId),
}

/// The function that a call of the value `fun` in `caller` calls, if that is known and can be inlined there as far as
/// captured variables are concerned.
pub(super) fn callee_of(
    world: &dyn World,
    body: &Body,
    definitions: &Reassignments,
    caller: FuncId,
    fun: NodeId,
) -> Option<Callee> {
    let value = definitions.static_value(body, fun);
    let node = &body.nodes[value];
    match (node.op, node.aux) {
        (Op::Name, Aux::Inst(inst)) => Some(Callee::Declared(inst)),
        (Op::MethExpr, Aux::Inst(inst)) => {
            // As a value, `(*T).m` of a method with receiver T goes through a wrapper.
            let fits = value == fun || receiver_fits(world, node.ty, inst);
            fits.then_some(Callee::Declared(inst))
        }
        (Op::Closure, Aux::Closure(func)) => {
            // A literal is inlined only where what it captures is at hand itself.
            let outer = body.funcs[func].captures.first().and_then(|&var| body.vars[var].outer);
            let at_hand = outer.is_none_or(|outer| body.vars[outer].func == caller);
            at_hand.then_some(Callee::Closure(func))
        }
        _ => None,
    }
}

/// Whether the first parameter of a method expression is a pointer just where the method's receiver is.
fn receiver_fits(world: &dyn World, ty: Option<TypeId>, inst: InstId) -> bool {
    let store = world.store();
    let signature = |ty| match store.under_ty(ty) {
        Type::Signature(signature) => Some(signature),
        _ => None,
    };
    let given = ty.and_then(signature).and_then(|s| s.params.first().copied());
    let method = world.instances().get(inst).obj;
    let wanted = signature(store.obj_type(method)).and_then(|s| s.recv);
    match (given, wanted) {
        (Some(given), Some(wanted)) => {
            is_pointer(store, store.obj_type(given)) == is_pointer(store, store.obj_type(wanted))
        }
        _ => true,
    }
}

pub(super) fn is_pointer(store: &Store, ty: TypeId) -> bool {
    matches!(store.ty(store.unalias(ty)), Type::Pointer(_))
}

/// Whether a call is such that it could be inlined if its callee were known.
pub(super) fn may_inline(world: &dyn World, body: &Body, call: NodeId) -> bool {
    let node = &body.nodes[call];
    world.compiler().inline
        && node.op == Op::CallFunc
        && !node.is(NodeFlags::GO_DEFER)
        && !node.is(NodeFlags::NO_INLINE)
        && node.x.is_some_and(|fun| {
            !super::special::is_escape_marker(world, body, fun)
                && !super::special::is_intrinsic_call(world, body, fun)
        })
}
