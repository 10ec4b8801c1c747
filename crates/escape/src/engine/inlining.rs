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

/// What is being decided just now.
#[derive(Default)]
pub(super) struct Deciding {
    /// Whether functions are being decided: then none is decided for being asked about.
    busy: Cell<bool>,
    /// The functions that are decided together, with what is decided of them so far. Another engine may have finished
    /// them in the meantime; that is not to be seen before all of them are.
    together: RefCell<FxHashMap<InstId, Option<Decision>>>,
    /// What sets the variables of functions that were decided and not inlined into yet.
    definitions: RefCell<FxHashMap<InstId, Reassignments>>,
}

impl Deciding {
    /// Gives back what depends on bodies.
    pub(super) fn forget(&self) {
        self.definitions.borrow_mut().clear();
    }
}

/// What is decided of a function.
#[derive(Clone, Default)]
pub(super) struct Decision {
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
        if let Some(here) = self.deciding.together.borrow().get(&inst) {
            return here.as_ref().and_then(|decision| decision.inlinable.clone());
        }
        let known = || self.summaries.decided.read(inst, |decision| decision.inlinable.clone());
        if let Some(known) = known() {
            return known;
        }
        if self.deciding.busy.get() {
            return None;
        }
        self.decide(&[inst]);
        known().flatten()
    }

    /// Decides functions and all that they call, unless that is done.
    pub(super) fn decide(&self, roots: &[InstId]) {
        if !self.functions.compiler.inline || self.deciding.busy.replace(true) {
            return;
        }
        let roots = roots.iter().map(|&inst| (inst, Body::ROOT));
        visit_bottom_up(&mut Calls { engine: self }, roots);
        self.deciding.busy.set(false);
    }

    /// What is decided of a function and the literals written in it.
    fn verdicts(&self, inst: InstId) -> Verdicts {
        let verdicts = self.summaries.decided.read(inst, |decision| decision.verdicts.clone());
        verdicts.unwrap_or_default()
    }

    /// The body of a function with its calls inlined, and what was said meanwhile.
    pub(super) fn inlined(&self, inst: InstId, pristine: &Arc<Body>) -> (Body, Inlined) {
        self.decide(&[inst]);
        let verdicts = self.verdicts(inst);
        let definitions = self.deciding.definitions.borrow_mut().remove(&inst);
        let mut members = [Member::new(inst, pristine, verdicts.clone(), definitions)];
        let order: Vec<_> = in_order(pristine).into_iter().map(|func| (0, func)).collect();
        run(self, &mut members, &order);
        let [Member { body, remarks, .. }] = members;
        (body, Inlined { verdicts, remarks })
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
        Inlined { verdicts: self.verdicts(inst), remarks: Vec::new() }
    }
}

/// The functions of a body in the order in which they are visited.
fn in_order(body: &Body) -> Vec<FuncId> {
    let mut order = vec![Body::ROOT];
    if body.funcs.len() == 1 {
        return order;
    }
    body.each_with_closures(Body::ROOT, &mut |id| {
        if let lower::ir::Aux::Closure(func) = body.nodes[id].aux {
            order.push(func);
        }
    });
    order
}

/// Functions and what they call, up to those that are decided.
struct Calls<'a, 'p> {
    engine: &'a Engine<'p>,
}

impl Graph for Calls<'_, '_> {
    type Func = (InstId, FuncId);

    fn is_closure(&self, (_, func): Self::Func) -> bool {
        func != Body::ROOT
    }

    fn references(&mut self, (inst, func): Self::Func) -> Vec<Self::Func> {
        let decided = &self.engine.summaries.decided;
        if decided.has(inst) {
            return Vec::new();
        }
        let Some(body) = self.engine.pristine(inst) else { return Vec::new() };
        let found = references(&body, func).into_iter();
        let found = found.map(|reference| match reference {
            Reference::Declared(callee) => (callee, Body::ROOT),
            Reference::Closure(closure) => (inst, closure),
        });
        found.filter(|&(callee, _)| !decided.has(callee)).collect()
    }

    fn component(&mut self, funcs: &[Self::Func], _recursive: bool) {
        let roots: Vec<InstId> =
            funcs.iter().filter(|&&(_, func)| func == Body::ROOT).map(|&(inst, _)| inst).collect();
        if roots.iter().all(|&inst| self.engine.summaries.decided.has(inst)) {
            return;
        }
        let together = &self.engine.deciding.together;
        together.borrow_mut().extend(roots.iter().map(|&inst| (inst, None)));
        let mut bodies: FxHashMap<InstId, Undecided> = FxHashMap::default();
        for &(inst, func) in funcs {
            let undecided = bodies.entry(inst).or_insert_with(|| Undecided::new(self.engine, inst));
            let Undecided { body, definitions, verdicts } = undecided;
            let verdict = decide(self.engine, body, definitions, verdicts, inst, func);
            if func != Body::ROOT {
                continue;
            }
            let inlinable = match verdict {
                Some(Verdict::Inlinable { cost, can_delay_results }) => {
                    let body = Arc::clone(body);
                    Some(Arc::new(Inlinable { cost, can_delay_results, body, func }))
                }
                _ => None,
            };
            let decision = Decision { verdicts: Verdicts::default(), inlinable };
            together.borrow_mut().insert(inst, Some(decision));
        }
        let decided = together.take().into_iter().map(|(inst, decision)| {
            let mut decision = decision.unwrap_or_default();
            if let Some(undecided) = bodies.remove(&inst) {
                decision.verdicts = undecided.verdicts;
                let definitions = &self.engine.deciding.definitions;
                definitions.borrow_mut().insert(inst, undecided.definitions);
            }
            (inst, decision)
        });
        self.engine.summaries.decided.add_all(decided.collect());
    }
}

/// A function that is being decided.
struct Undecided {
    body: Arc<Body>,
    definitions: Reassignments,
    verdicts: Verdicts,
}

impl Undecided {
    fn new(engine: &Engine<'_>, inst: InstId) -> Self {
        let missing = || Arc::new(engine.functions.lower_signature(inst));
        let body = engine.pristine(inst).unwrap_or_else(missing);
        let definitions = Reassignments::definitions(&body);
        Self { body, definitions, verdicts: Verdicts::default() }
    }
}
