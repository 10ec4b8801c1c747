//! Changes to bodies that the analysis makes, as the compiler makes them.

use lower::ir::{
    Aux, Body, FuncId, List, Node, NodeFlags, NodeId, Op, Pos, Var, VarClass, VarFlags, VarId,
};
use source::Name;
use types::TypeId;

use crate::graph::KeepAlive;
use crate::limits::Replacement;

/// Puts a constant in the place of an operand. The operand is still evaluated before, for its effects.
pub(crate) fn replace(body: &mut Body, replacement: &Replacement) {
    let id = replacement.node;
    let node = body.nodes[id];
    let is_capacity = node.op == Op::MakeSlice && node.y.is_some();
    let Some(old) = (if is_capacity { node.y } else { node.x }) else { return };
    evaluate(body, replacement.func, id, old, node.pos);

    let value = body.consts.push(replacement.value.clone());
    let literal =
        Node { aux: Aux::Const(value), ..Node::new(Op::Literal, node.pos, replacement.ty) };
    let literal = body.add(literal);
    let node = &mut body.nodes[id];
    if is_capacity {
        node.y = Some(literal);
    } else {
        node.x = Some(literal);
    }
}

/// Evaluates the operand of a conversion before the call that it is an argument of.
pub(crate) fn evaluate_before(body: &mut Body, func: FuncId, kept: &KeepAlive) {
    let conversion = body.nodes[kept.conversion];
    let Some(x) = conversion.x else { return };
    let temp = evaluate(body, func, kept.call, x, conversion.pos);
    let name = use_of(body, temp);
    body.nodes[kept.conversion].x = Some(name);
}

/// Sets a new variable to an expression before `at` is evaluated.
fn evaluate(body: &mut Body, func: FuncId, at: NodeId, expr: NodeId, pos: Pos) -> VarId {
    let ty = body.nodes[expr].ty.unwrap_or(types::Universe::INVALID);
    let temp = temporary(body, func, ty, pos);
    let (declared, target) = (use_of(body, temp), use_of(body, temp));
    let declaration = body.add(Node { x: Some(declared), ..Node::new(Op::Dcl, pos, None) });
    let assignment = Node { x: Some(target), y: Some(expr), ..Node::new(Op::As, pos, None) };
    let assignment = body.add(Node { flags: NodeFlags::NONE, ..assignment });
    let init: List = body.nodes[at].init;
    let init = body.extended(init, &[declaration, assignment]);
    body.nodes[at].init = init;
    temp
}

fn temporary(body: &mut Body, func: FuncId, ty: TypeId, pos: Pos) -> VarId {
    let var = body.vars.push(Var {
        name: Name::new(""),
        ty,
        class: VarClass::Auto,
        func,
        pos,
        defn: None,
        outer: None,
        flags: VarFlags::AUTOTEMP,
    });
    body.funcs[func].vars.push(var);
    var
}

fn use_of(body: &mut Body, var: VarId) -> NodeId {
    let Var { ty, pos, .. } = body.vars[var];
    body.add(Node { aux: Aux::Var(var), ..Node::new(Op::Name, pos, Some(ty)) })
}
