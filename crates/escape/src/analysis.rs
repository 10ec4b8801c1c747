//! The analysis of a batch, from bodies to results.

use lower::ir::{Body, FuncId, VarFlags, VarId};
use source::Id;

use crate::batch::BatchEntry;
use crate::components;
use crate::edit;
use crate::graph::{
    self, BatchFuncId, Built, HEAP, Hole, KeepAlive, LocId, Reason, Shared, Thing, Traits,
};
use crate::limits::{self, Limits, Replacement};
use crate::placement::{self, FunctionResult};
use crate::solve::solve;
use crate::why::Paths;
use crate::world::World;

/// What an analysis is to tell besides where values live.
#[derive(Clone, Copy, Default, Debug)]
pub struct Ask {
    /// The ways on which values got to the heap.
    pub why: bool,
    /// Which parameters are written through and called, among the remarks (`-d=escapemutationscalls=1`).
    pub mutations: bool,
}

/// What was found out about a batch.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Beside the entries of the batch.
    pub functions: Vec<FunctionResult>,
    /// The ways on which values got to the heap; empty where they were not asked for.
    pub paths: Paths,
}

/// Decides where the values of functions that are compiled together live.
///
/// The batch is a strongly connected component of the call graph. Bodies are changed as the compiler changes them: operands
/// that turn out to be constant are replaced, variables are marked as captured by value.
pub fn analyze(world: &dyn World, batch: &mut [BatchEntry], ask: Ask) -> Analysis {
    let mut shared = Shared::new(world, batch);
    let mut found = placement::Found::new(batch);
    let mut paths = Paths::default();
    let mut changes = Changes::default();
    for component in components::of(batch) {
        let built = graph::build(world, batch, &component, &mut shared, ask.why);
        let Some(mut built) = built else { continue };
        let captured = capture(&mut built, &mut shared, batch);
        limit(world, &mut built, &mut shared, batch, &captured, &mut changes);
        built.graph.seal();
        let ways = solve(&mut built.graph, world.compiler().since(25), ask.why);
        found.add(world, &built, &mut shared, batch, ask);
        paths.add(&built, batch, &ways);
        changes.captured.extend(captured.all);
        let place = |kept: &KeepAlive| {
            let func = built.graph.func(kept.func);
            (func.entry, func.func, *kept)
        };
        changes.keep_alive.extend(built.keep_alive.iter().map(place));
    }
    drop(shared);
    changes.apply(batch);
    Analysis { functions: found.functions, paths }
}

/// Changes to the bodies, made once all of them were analysed.
#[derive(Default)]
struct Changes {
    /// Variables that are captured by value or not, by entry.
    captured: Vec<(u32, VarId, bool)>,
    replacements: Vec<Replacement>,
    keep_alive: Vec<(u32, FuncId, KeepAlive)>,
}

impl Changes {
    fn apply(self, batch: &mut [BatchEntry]) {
        for (entry, var, by_value) in self.captured {
            let flags = &mut batch[entry as usize].body.vars[var].flags;
            flags.set(if by_value { VarFlags::BYVAL } else { VarFlags::ADDRTAKEN });
        }
        for replacement in self.replacements {
            edit::replace(&mut batch[replacement.entry as usize].body, &replacement);
        }
        for (entry, func, kept) in self.keep_alive {
            edit::evaluate_before(&mut batch[entry as usize].body, func, &kept);
        }
    }
}

/// How variables are captured.
#[derive(Default)]
pub(crate) struct Captured {
    /// By entry and variable, in the order of the function literals.
    all: Vec<(u32, VarId, bool)>,
    by_value: rustc_hash::FxHashSet<(u32, VarId)>,
}

/// Bytes of a variable up to which a function literal captures it by value.
const MAX_BY_VALUE: i64 = 128;

/// Lets captured variables flow into their function literals: by value those that are small, set once, and whose address is
/// not taken. That is known once all bodies were gone over.
fn capture(built: &mut Built, shared: &mut Shared<'_>, batch: &[BatchEntry]) -> Captured {
    let mut captured = Captured::default();
    for literal in std::mem::take(&mut built.literals) {
        let entry = built.graph.func(literal.outer).entry;
        let body = &batch[entry as usize].body;
        for &inner in &body.funcs[literal.func].captures {
            let var = body.canonical(inner);
            let Some(loc) = shared.var(entry, var) else { continue };
            let traits = built.graph.loc(loc).traits;
            let small =
                shared.layouts.size(body.vars[var].ty).is_some_and(|size| size <= MAX_BY_VALUE);
            let by_value =
                small && !traits.has(Traits::ADDRTAKEN) && !traits.has(Traits::REASSIGNED);
            captured.all.push((entry, var, by_value));
            if by_value {
                captured.by_value.insert((entry, var));
            } else {
                captured.by_value.remove(&(entry, var));
            }
            let mut hole = literal.hole;
            if !by_value {
                hole = built.graph.noted(
                    hole.shift(-1),
                    entry,
                    Thing::Var(inner),
                    Reason::CapturedByReference,
                );
            }
            let hole = built.graph.noted(hole, entry, Thing::Var(inner), Reason::Captured);
            built.graph.flow(hole, loc);
        }
    }
    captured
}

/// Sends to the heap what cannot be on the stack, and finds operands that are constant.
fn limit(
    world: &dyn World,
    built: &mut Built,
    shared: &mut Shared<'_>,
    batch: &[BatchEntry],
    captured: &Captured,
    changes: &mut Changes,
) {
    let (store, compiler) = (world.store(), world.compiler());
    for at in graph::PSEUDO..built.graph.locs.len() {
        let loc = LocId::at(at as u32);
        let (thing, func) = (built.graph.loc(loc).thing, built.graph.loc(loc).func);
        let (entry, here) = (built.graph.func(func).entry, built.graph.func(func).func);
        let body: &Body = &batch[entry as usize].body;
        let replacement = match thing {
            Thing::Node(id) => {
                let known = &mut shared.known;
                limits::replacement(store, compiler, known, body, (entry, here), id)
            }
            _ => None,
        };
        let by_value = |var| captured.by_value.contains(&(entry, var));
        let mut limits =
            Limits { store, compiler, layouts: &shared.layouts, body, by_value: &by_value };
        let limit = match thing {
            Thing::Temporary => None,
            Thing::Var(_) if !built.reached[func.index()] => None,
            Thing::Var(var) => limits.of_var(var),
            Thing::Node(id) => limits.of_node(id, replacement.as_ref().map(|r| &r.value)),
        };
        if let Some(limit) = limit {
            built.limits.insert(loc, limit);
            let hole = Hole::of(HEAP).shift(-1);
            let hole = built.graph.noted(hole, entry, thing, Reason::Limit(limit));
            built.graph.flow(hole, loc);
        }
        changes.replacements.extend(replacement);
    }
}

/// Whether a function is part of what is compiled; one that was inlined away is not.
pub(crate) fn is_reached(built: &Built, func: BatchFuncId) -> bool {
    built.reached[func.index()]
}
