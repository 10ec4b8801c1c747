//! Values that are laid out in the program and never written to.
//!
//! Source: `isStaticCompositeLiteral` and `addrTemp` of `cmd/compile/internal/walk`, Go 1.24 to 1.27.

use lower::Compiler;
use lower::ir::{Aux, Body, NodeId, Op};
use types::constant::Value;

use super::types::Types;

/// Bytes of the runtime's zero value (`abi.ZeroValSize`).
const ZERO_VALUE: u64 = 1024;

/// Whether a value is known in full when compiling: constants, and struct and array literals of such.
pub(super) fn is_static(body: &Body, types: Types<'_>, id: NodeId) -> bool {
    let node = &body.nodes[id];
    let all = |f: &dyn Fn(NodeId) -> bool| body.items(node.list).iter().all(|&item| f(item));
    match node.op {
        Op::Nil | Op::Literal => true,
        Op::ArrayLit | Op::StructLit => all(&|item| is_static(body, types, value_of(body, item))),
        Op::ConvIface => {
            let mut value = id;
            while body.nodes[value].op == Op::ConvIface
                && let Some(x) = body.nodes[value].x
            {
                value = x;
            }
            let Some(ty) = body.nodes[value].ty else { return false };
            if types.store.is_interface(ty) {
                return body.nodes[value].op == Op::Nil;
            }
            is_static(body, types, value)
        }
        _ => false,
    }
}

/// The value of an element of a literal.
pub(super) fn value_of(body: &Body, item: NodeId) -> NodeId {
    let node = &body.nodes[item];
    match node.op {
        Op::Key => node.y.unwrap_or(item),
        Op::StructKey => node.x.unwrap_or(item),
        _ => item,
    }
}

/// Whether the copy that is put into an interface is one that lies in the program. `value` is the expression whose value
/// the operand always has, as far as that is known.
pub(super) fn is_boxed_statically(
    body: &Body,
    types: Types<'_>,
    compiler: &Compiler,
    operand: NodeId,
    value: NodeId,
    by_address: bool,
) -> bool {
    if is_static(body, types, operand) {
        return true;
    }
    // Since Go 1.25 also what a variable is set to once, and zero values, where the operand is passed by address.
    if !by_address || !compiler.since(25) {
        return false;
    }
    if !matches!(body.nodes[value].op, Op::StructLit | Op::ArrayLit) {
        return false;
    }
    let size = body.nodes[value].ty.and_then(|ty| types.layout(ty)).map(|layout| layout.size);
    let zero = size.is_some_and(|size| (1..=ZERO_VALUE).contains(&size)) && is_zero(body, value);
    zero || is_static(body, types, value)
}

/// Whether an expression is a zero value as it is written.
fn is_zero(body: &Body, id: NodeId) -> bool {
    let node = &body.nodes[id];
    match (node.op, node.aux) {
        (Op::Nil, _) => true,
        (Op::Literal, Aux::Const(id)) => match body.consts.get(id) {
            Some(Value::String(text)) => text.is_empty(),
            Some(Value::Bool(value)) => !value,
            Some(value) => value.sign() == 0,
            None => false,
        },
        (Op::StructLit | Op::ArrayLit, _) => {
            body.items(node.list).iter().all(|&item| is_zero(body, value_of(body, item)))
        }
        _ => false,
    }
}
