//! What a function refers to.

use lower::ir::{Aux, Body, FuncId, InstId, Op};

/// Something that a function refers to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Reference {
    /// A declared function or method.
    Declared(InstId),
    /// A function literal in it.
    Closure(FuncId),
}

/// What a function refers to, in the order of its nodes.
pub(crate) fn references(body: &Body, func: FuncId) -> Vec<Reference> {
    let mut found = Vec::new();
    body.any_in(func, &mut |id| {
        let node = &body.nodes[id];
        match (node.op, node.aux) {
            (Op::Name | Op::MethExpr | Op::MethValue, Aux::Inst(inst)) => {
                found.push(Reference::Declared(inst));
            }
            (Op::Closure, Aux::Closure(closure)) => found.push(Reference::Closure(closure)),
            _ => {}
        }
        false
    });
    found
}
