//! What callers know of a function: what it does, and what becomes of its parameters.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use escape::{Leaks, Sink, TRACKED_RESULTS};
use rustc_hash::FxHashMap;
use syntax::tree::ExprId;
use syntax::walk;
use types::{ObjId, Type};

use crate::cfg::Exit;
use crate::code::{Callee, Owner, View, carries_references};
use crate::effect::{Effect, Of};
use crate::function::Flow;

/// How deep calls are followed to find out what a function does, and how many functions are looked into for one.
const DEEPEST: usize = 12;
const MOST: u32 = 200;

/// What becomes of a parameter's value, and of the memory that it leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Param {
    /// Whether memory that it leads to may be written.
    pub written: bool,
    /// Whether it, or what it leads to, may be reachable from elsewhere when the function has returned, results apart.
    pub kept: bool,
    /// The results that may be it, lead to it, or share memory with it; `None` where that may be any.
    pub returned: Option<Vec<usize>>,
}

impl Param {
    /// What is assumed of a parameter of which nothing is known.
    pub const UNKNOWN: Self = Self { written: true, kept: true, returned: None };

    /// A parameter whose values lead nowhere.
    const PLAIN: Self = Self { written: false, kept: false, returned: Some(Vec::new()) };

    fn new(leaks: Leaks) -> Self {
        let goes = |sink| leaks.derefs(sink).is_some();
        // What is on the heap may be written and returned by anybody; such ways are not told then.
        if goes(Sink::Heap) {
            return Self::UNKNOWN;
        }
        Self {
            written: goes(Sink::Mutator),
            kept: false,
            returned: Some((0..TRACKED_RESULTS).filter(|&at| goes(Sink::Result(at))).collect()),
        }
    }

    /// Whether a result may share memory with it.
    #[must_use]
    pub fn is_returned(&self) -> bool {
        self.returned.as_ref().is_none_or(|results| !results.is_empty())
    }
}

/// What was found out about functions.
#[derive(Default)]
pub(crate) struct Summaries {
    effects: RefCell<FxHashMap<ObjId, Effect>>,
    params: RefCell<FxHashMap<ObjId, Rc<[Param]>>>,
    ends: RefCell<FxHashMap<ObjId, Option<Exit>>>,
    /// Functions whose effects are being found out.
    open: RefCell<Vec<ObjId>>,
    /// The first of them that was come back to.
    back_to: Cell<usize>,
    looked_into: Cell<u32>,
}

impl Summaries {
    pub(crate) fn ends(&self, function: ObjId) -> Option<Option<Exit>> {
        self.ends.borrow().get(&function).copied()
    }

    pub(crate) fn set_ends(&self, function: ObjId, exit: Option<Exit>) {
        self.ends.borrow_mut().insert(function, exit);
    }
}

impl Flow<'_> {
    /// What a function of whatever package does, to what others can see. What it does when it calls itself, it does else.
    #[must_use]
    pub fn function_effect(&self, function: ObjId) -> Effect {
        let known = &self.summaries;
        if let Some(&effect) = known.effects.borrow().get(&function) {
            return effect;
        }
        let open = known.open.borrow().len();
        if let Some(at) = known.open.borrow().iter().position(|&other| other == function) {
            known.back_to.set(known.back_to.get().min(at));
            return Effect::Pure;
        }
        if open == 0 {
            known.looked_into.set(0);
            known.back_to.set(usize::MAX);
        }
        let looked_into = known.looked_into.get();
        if open >= DEEPEST || looked_into >= MOST {
            return Effect::Unknown;
        }
        known.looked_into.set(looked_into + 1);
        known.open.borrow_mut().push(function);
        let effect = self.look_into(function);
        known.open.borrow_mut().pop();
        // Within a circle it is not the whole yet.
        if effect == Effect::Unknown || known.back_to.get() >= open {
            known.effects.borrow_mut().insert(function, effect);
        }
        if known.back_to.get() >= open {
            known.back_to.set(usize::MAX);
        }
        effect
    }

    fn look_into(&self, object: ObjId) -> Effect {
        let Some(function) = self.declared(object) else { return Effect::Unknown };
        let view = function.view();
        let own = match function.owner() {
            Owner::Declared(decl) => view.tree().decl_span(decl),
            Owner::Literal(literal) => view.span(literal),
        };
        self.effect_of(Of { view, root: walk::Node::Stmt(function.body()), own: Some(own) })
    }

    /// What becomes of the receiver, if any, and the parameters of a function of whatever package. Known where escape analysis is
    /// at hand and the function is not generic; empty otherwise.
    #[must_use]
    pub fn params(&self, function: ObjId) -> Rc<[Param]> {
        if let Some(known) = self.summaries.params.borrow().get(&function) {
            return Rc::clone(known);
        }
        let found: Rc<[Param]> = self.params_by_escape(function).unwrap_or_default().into();
        self.summaries.params.borrow_mut().insert(function, Rc::clone(&found));
        found
    }

    fn params_by_escape(&self, function: ObjId) -> Option<Vec<Param>> {
        let leaks = self.allocations?.leaks(function)?;
        let store = self.store();
        let Type::Signature(signature) = store.ty(store.obj_type(function)) else { return None };
        let vars = signature.recv.iter().chain(&signature.params);
        if vars.clone().count() != leaks.len() {
            return None;
        }
        let each = vars.zip(leaks.iter()).map(|(&var, &leaks)| {
            let carries = carries_references(store, store.obj_type(var));
            if carries { Param::new(leaks) } else { Param::PLAIN }
        });
        Some(each.collect())
    }

    /// What becomes of an argument of a call, by position; the receiver of a method's call is [`Self::receiver_fate`]'s.
    #[must_use]
    pub fn argument_fate(&self, view: View<'_>, call: ExprId, argument: usize) -> Param {
        let Some(Callee::Function(function)) = view.callee(call) else { return Param::UNKNOWN };
        let Type::Signature(signature) = self.store().ty(self.store().obj_type(function)) else {
            return Param::UNKNOWN;
        };
        // `T.Method(x, y)` passes the receiver as an argument.
        let bound = signature.recv.is_some() && view.receiver_argument(call).is_some();
        let last = signature.params.len().saturating_sub(1);
        let at = if bound { argument.min(last) + 1 } else { argument };
        let all = usize::from(signature.recv.is_some()) + last;
        self.params(function).get(at.min(all)).cloned().unwrap_or(Param::UNKNOWN)
    }

    /// What becomes of the receiver of a method's call.
    #[must_use]
    pub fn receiver_fate(&self, view: View<'_>, call: ExprId) -> Param {
        let Some(Callee::Function(function)) = view.callee(call) else { return Param::UNKNOWN };
        self.params(function).first().cloned().unwrap_or(Param::UNKNOWN)
    }
}
