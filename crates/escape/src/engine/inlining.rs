//! Which functions can be inlined, decided bottom-up as they are asked for, and their calls inlined.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use lower::ir::{Body, FuncId, InstId, Reassignments};
use rustc_hash::FxHashMap;

use super::Engine;
use crate::inline::references::{Reference, references};
use crate::inline::{Member, Remark, Verdict, Verdicts, decide, run};
use crate::scc::{Graph, visit_bottom_up};
use crate::world::Inlinable;

/// What is decided so far.
#[derive(Default)]
pub(super) struct Decided {
    functions: RefCell<FxHashMap<InstId, Decision>>,
    /// Whether functions are being decided just now: then none is decided for being asked about.
    busy: Cell<bool>,
}

#[derive(Clone, Default)]
struct Decision {
    verdicts: Verdicts,
    inlinable: Option<Arc<Inlinable>>,
}

/// What was said of a function and its literals while calls in it were inlined.
#[derive(Clone, Default, Debug)]
pub struct Inlined {
    /// What was decided about it and the literals written in it.
    pub verdicts: Verdicts,
    /// What was done.
    pub remarks: Vec<Remark>,
}

impl Engine<'_> {
    /// The function as it can be inlined. It is decided now if it is not yet.
    pub(super) fn inlinable_function(&self, inst: InstId) -> Option<Arc<Inlinable>> {
        let known = |engine: &Self| {
            let functions = engine.decided.functions.borrow();
            functions.get(&inst).map(|decision| decision.inlinable.clone())
        };
        if let Some(known) = known(self) {
            return known;
        }
        if self.decided.busy.get() {
            return None;
        }
        self.decide(&[inst]);
        known(self).flatten()
    }

    /// Decides functions and all that they call, unless that is done.
    pub(super) fn decide(&self, roots: &[InstId]) {
        if !self.functions.compiler.inline || self.decided.busy.replace(true) {
            return;
        }
        let roots = roots.iter().map(|&inst| (inst, Body::ROOT));
        visit_bottom_up(&mut Deciding { engine: self }, roots);
        self.decided.busy.set(false);
    }

    /// The body of a function with its calls inlined, and what was said meanwhile.
    pub(super) fn inlined(&self, inst: InstId, pristine: &Arc<Body>) -> (Body, Inlined) {
        self.decide(&[inst]);
        let decision = self.decided.functions.borrow().get(&inst).cloned().unwrap_or_default();
        let mut members = [Member::new(inst, pristine, decision.verdicts.clone())];
        let order: Vec<_> = in_order(pristine).into_iter().map(|func| (0, func)).collect();
        run(self, &mut members, &order);
        let [Member { body, remarks, .. }] = members;
        (body, Inlined { verdicts: decision.verdicts, remarks })
    }
}

impl Engine<'_> {
    /// What is said of a function without a body.
    pub(super) fn without_body(&self, inst: InstId) -> Inlined {
        // Where a package has nothing to set, there is no function that sets it.
        if self.functions.initializes(self.functions.instances.get(inst).obj).is_some() {
            return Inlined::default();
        }
        self.decide(&[inst]);
        let functions = self.decided.functions.borrow();
        let verdicts = functions.get(&inst).map(|decision| decision.verdicts.clone());
        Inlined { verdicts: verdicts.unwrap_or_default(), remarks: Vec::new() }
    }
}

/// The functions of a body in the order in which they are visited.
fn in_order(body: &Body) -> Vec<FuncId> {
    let mut order = vec![Body::ROOT];
    body.each_with_closures(Body::ROOT, &mut |id| {
        if let lower::ir::Aux::Closure(func) = body.nodes[id].aux {
            order.push(func);
        }
    });
    order
}

struct Deciding<'a, 'p> {
    engine: &'a Engine<'p>,
}

impl Deciding<'_, '_> {
    fn body(&self, inst: InstId) -> Arc<Body> {
        let missing = || Arc::new(self.engine.functions.lower_signature(inst));
        self.engine.pristine(inst).unwrap_or_else(missing)
    }
}

impl Graph for Deciding<'_, '_> {
    type Func = (InstId, FuncId);

    fn is_closure(&self, (_, func): Self::Func) -> bool {
        func != Body::ROOT
    }

    fn references(&mut self, (inst, func): Self::Func) -> Vec<Self::Func> {
        if self.engine.decided.functions.borrow().contains_key(&inst) {
            return Vec::new();
        }
        let Some(body) = self.engine.pristine(inst) else { return Vec::new() };
        let functions = self.engine.decided.functions.borrow();
        let found = references(&body, func).into_iter();
        let found = found.map(|reference| match reference {
            Reference::Declared(callee) => (callee, Body::ROOT),
            Reference::Closure(closure) => (inst, closure),
        });
        found.filter(|(callee, _)| !functions.contains_key(callee)).collect()
    }

    fn component(&mut self, funcs: &[Self::Func], _recursive: bool) {
        let mut bodies: FxHashMap<InstId, (Arc<Body>, Reassignments, Verdicts)> =
            FxHashMap::default();
        let decided = &self.engine.decided.functions;
        for &(inst, func) in funcs {
            if func == Body::ROOT && decided.borrow().contains_key(&inst) {
                continue;
            }
            let (body, definitions, verdicts) = bodies.entry(inst).or_insert_with(|| {
                let body = self.body(inst);
                let definitions = Reassignments::definitions(&body);
                (body, definitions, Verdicts::default())
            });
            let verdict = decide(self.engine, body, definitions, verdicts, inst, func);
            if func != Body::ROOT {
                continue;
            }
            let inlinable = match verdict {
                Some(Verdict::Inlinable { cost, can_delay_results }) => Some(Arc::new(Inlinable {
                    cost,
                    can_delay_results,
                    body: Arc::clone(body),
                    func,
                })),
                _ => None,
            };
            let decision = Decision { verdicts: Verdicts::default(), inlinable };
            decided.borrow_mut().insert(inst, decision);
        }
        let mut decided = decided.borrow_mut();
        for (inst, (_, _, verdicts)) in bodies {
            if let Some(decision) = decided.get_mut(&inst) {
                decision.verdicts = verdicts;
            }
        }
    }
}
