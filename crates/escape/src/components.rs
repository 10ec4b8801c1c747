//! Which functions of a batch are analysed together.
//!
//! A function literal that captures variables is analysed with the function around it. One that captures nothing is a
//! function like a declared one: what it calls and what calls it decides.

use lower::ir::{Aux, Body, FuncId, Op};
use rustc_hash::FxHashMap;

use crate::batch::BatchEntry;
use crate::scc;

/// The components of a batch, callees first, as functions by entry. Literals that capture variables are left out.
pub(crate) fn of(batch: &[BatchEntry]) -> Vec<Vec<(u32, FuncId)>> {
    let roots = batch
        .iter()
        .enumerate()
        .flat_map(|(entry, one)| one.body.independent().map(move |func| (entry as u32, func)));
    let roots: Vec<(u32, FuncId)> = roots.collect();
    if roots.iter().all(|&(_, func)| func == Body::ROOT) {
        return vec![roots];
    }
    let entries: FxHashMap<_, _> =
        batch.iter().enumerate().map(|(at, one)| (one.inst, at as u32)).collect();
    let mut components = Vec::new();
    let mut callees = |(entry, func): (u32, FuncId)| {
        let body = &batch[entry as usize].body;
        let mut found = Vec::new();
        references(body, func, &mut |aux| match aux {
            Aux::Inst(inst) => found.extend(entries.get(&inst).map(|&entry| (entry, Body::ROOT))),
            Aux::Closure(literal) => found.push((entry, literal)),
            _ => {}
        });
        found
    };
    let mut component = |functions: &[(u32, FuncId)], _: bool| components.push(functions.to_vec());
    scc::bottom_up(roots, &mut callees, &mut component);
    components
}

/// Calls `f` with the functions that a function and the literals in it that capture variables refer to.
fn references(body: &Body, func: FuncId, f: &mut dyn FnMut(Aux)) {
    body.any_in(func, &mut |id| {
        let node = &body.nodes[id];
        match (node.op, node.aux) {
            (Op::Closure, Aux::Closure(literal)) if !body.is_independent(literal) => {
                references(body, literal, f);
            }
            (_, aux) => f(aux),
        }
        false
    });
}
