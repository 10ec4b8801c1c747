//! Functions that the inliner knows by name.

use lower::ir::{Aux, Body, InstId, NodeId, Op, Runtime};
use lower::{Compiler, Instance, names};
use types::Store;

use super::intrinsics::{has_intrinsics, is_intrinsic};
use super::verdict::Reason;
use crate::world::World;

/// What is particular about a call of a known function.
pub(super) enum Special {
    /// It costs one node.
    Cheap,
    /// Functions with it are never inlined.
    Refused(Reason),
}

/// What is particular about a call of `fun`.
pub(super) fn special(world: &dyn World, body: &Body, fun: NodeId) -> Option<Special> {
    let node = &body.nodes[fun];
    match (node.op, node.aux) {
        (Op::Name, Aux::Runtime(Runtime::PanicRangeState)) => Some(Special::Cheap),
        (Op::Name, Aux::Runtime(Runtime::DeferRangeFunc)) => {
            // Before Go 1.26 it was a call like others.
            world.compiler().since(26).then_some(Special::Refused(Reason::DeferInRangeFunc))
        }
        (Op::Name | Op::MethExpr, Aux::Inst(inst)) => declared(world, node.op, inst),
        _ => None,
    }
}

fn declared(world: &dyn World, op: Op, inst: InstId) -> Option<Special> {
    let function = world.instances().get(inst);
    let package = names::package_path(world.store(), function);
    let merges = world.compiler().merges_loads;
    let name = || world.store().obj(function.obj).name.as_str();
    match (op, package) {
        (Op::Name, "internal/abi") if name() == "NoEscape" => Some(Special::Cheap),
        (Op::Name, "internal/runtime/sys") => match name() {
            "GetCallerPC" => Some(Special::Refused(Reason::CallTo("GetCallerPC"))),
            "GetCallerSP" => Some(Special::Refused(Reason::CallTo("GetCallerSP"))),
            _ => None,
        },
        (Op::Name, "internal/byteorder") if merges => {
            let order = name().strip_prefix("LE").or_else(|| name().strip_prefix("BE"))?;
            is_byte_order(order).then_some(Special::Cheap)
        }
        (Op::MethExpr, "encoding/binary") if merges => {
            let name = names::symbol(world.store(), world.compiler(), function);
            let order =
                name.strip_prefix("littleEndian.").or_else(|| name.strip_prefix("bigEndian."))?;
            is_byte_order(order).then_some(Special::Cheap)
        }
        (Op::Name, _) if is_marker(world, inst) => Some(Special::Cheap),
        _ => None,
    }
}

/// `Uint16`, `PutUint32`, `AppendUint64`.
fn is_byte_order(name: &str) -> bool {
    let name = name.strip_prefix("Put").or_else(|| name.strip_prefix("Append")).unwrap_or(name);
    matches!(name, "Uint16" | "Uint32" | "Uint64")
}

/// Whether a function only tells the escape analysis something: `internal/abi.EscapeNonString` since Go 1.25,
/// `hash/maphash.escapeForHash` before.
fn is_marker(world: &dyn World, inst: InstId) -> bool {
    let function = world.instances().get(inst);
    if function.shapes.is_empty() {
        return false;
    }
    let wanted = match names::package_path(world.store(), function) {
        "internal/abi" if world.compiler().since(25) => "EscapeNonString",
        "hash/maphash" if !world.compiler().since(25) => "escapeForHash",
        _ => return false,
    };
    world.store().obj(function.obj).name.as_str() == wanted
}

/// As [`is_marker`], of what is called.
pub(super) fn is_escape_marker(world: &dyn World, body: &Body, fun: NodeId) -> bool {
    match body.nodes[fun].aux {
        Aux::Inst(inst) => is_marker(world, inst),
        _ => false,
    }
}

/// Whether a call of `fun` is replaced by instructions.
pub(super) fn is_intrinsic_call(world: &dyn World, body: &Body, fun: NodeId) -> bool {
    let node = &body.nodes[fun];
    if !matches!(node.op, Op::Name | Op::MethExpr) {
        return false;
    }
    match node.aux {
        Aux::Runtime(function) => is_intrinsic(world.compiler(), "runtime", function.name()),
        Aux::Inst(inst) => world.declared(inst).is_intrinsic,
        _ => false,
    }
}

/// Whether calls of a function are replaced by instructions.
pub(crate) fn is_intrinsic_function(
    store: &Store,
    compiler: &Compiler,
    function: &Instance,
) -> bool {
    let package = names::package_path(store, function);
    has_intrinsics(package)
        && is_intrinsic(compiler, package, &names::symbol(store, compiler, function))
}

/// Whether a loop's condition is `b.Loop()` of a benchmark.
pub(super) fn is_benchmark_loop(world: &dyn World, body: &Body, id: NodeId) -> bool {
    let node = &body.nodes[id];
    let condition = node.x.filter(|_| node.op == Op::For).map(|cond| &body.nodes[cond]);
    let fun = condition.filter(|cond| cond.op == Op::CallFunc).and_then(|cond| cond.x);
    let Some(Aux::Inst(inst)) = fun.map(|fun| body.nodes[fun].aux) else { return false };
    let function = world.instances().get(inst);
    names::package_path(world.store(), function) == "testing"
        && names::symbol(world.store(), world.compiler(), function) == "(*B).Loop"
}
