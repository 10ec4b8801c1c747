//! From bodies to the graph.

use lower::Compiler;
use lower::ir::{Body, FuncId, List, NodeId, Op, VarId};
use rustc_hash::{FxHashMap, FxHashSet};
use source::{Id, Name};
use types::{Store, TypeId};

use super::known::Known;
use super::{
    Attrs, BLANK, BatchFunc, BatchFuncId, Graph, HEAP, Hole, Limit, LocId, Reason, Thing, Traits,
};
use crate::batch::BatchEntry;
use crate::layouts::Layouts;
use crate::leaks::Leaks;
use crate::world::World;

/// The function that is analysed with a function: itself, or, for a literal that captures variables, that of the function
/// around it. Literals that capture nothing are functions like declared ones.
fn unit_of(body: &Body, mut func: FuncId) -> FuncId {
    while let Some(parent) = body.funcs[func].parent
        && !body.is_independent(func)
    {
        func = parent;
    }
    func
}

/// A change to a body that the analysis asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeepAlive {
    /// The function in which it is.
    pub(crate) func: BatchFuncId,
    /// The call.
    pub(crate) call: NodeId,
    /// The conversion of a pointer to `uintptr` among its arguments: its operand is to be evaluated before the call.
    pub(crate) conversion: NodeId,
}

/// A function literal that was come across.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Literal {
    /// Where what it captures goes.
    pub(crate) hole: Hole,
    /// The function in which it stands.
    pub(crate) outer: BatchFuncId,
    /// The function that it is.
    pub(crate) func: FuncId,
}

/// What the components of a batch share.
pub(crate) struct Shared<'b> {
    pub(crate) layouts: Layouts<'b>,
    pub(crate) known: Known<'b>,
    /// Where the parameters of functions flow that are analysed already, by entry.
    pub(crate) leaks: FxHashMap<(u32, FuncId), Vec<Leaks>>,
    /// By entry and the function that is analysed with them, the functions in it.
    units: FxHashMap<(u32, FuncId), Vec<FuncId>>,
    /// Number of the component at hand.
    component: u32,
    /// The location of each variable by entry, with the component that it belongs to.
    vars: Vec<Vec<(u32, LocId)>>,
    /// Each function by entry, with the component that it belongs to.
    funcs: Vec<Vec<(u32, BatchFuncId)>>,
}

impl<'b> Shared<'b> {
    pub(crate) fn new(world: &'b dyn World, batch: &'b [BatchEntry]) -> Self {
        let mut units: FxHashMap<(u32, FuncId), Vec<FuncId>> = FxHashMap::default();
        for (entry, one) in batch.iter().enumerate() {
            for func in one.body.func_ids() {
                units.entry((entry as u32, unit_of(&one.body, func))).or_default().push(func);
            }
        }
        let bodies = || batch.iter().map(|one| &one.body);
        Self {
            layouts: Layouts::new(world),
            known: Known::new(batch),
            leaks: FxHashMap::default(),
            units,
            component: 0,
            vars: bodies().map(|body| vec![(0, BLANK); body.vars.len()]).collect(),
            funcs: bodies().map(|body| vec![(0, BatchFuncId::at(0)); body.funcs.len()]).collect(),
        }
    }

    /// The location of a variable in the component at hand; captured variables have none of their own.
    pub(crate) fn var(&self, entry: u32, var: VarId) -> Option<LocId> {
        let (component, loc) = self.vars[entry as usize][var.index()];
        (component == self.component).then_some(loc)
    }

    /// A function of the component at hand.
    fn func(&self, entry: u32, func: FuncId) -> Option<BatchFuncId> {
        let (component, id) = self.funcs[entry as usize][func.index()];
        (component == self.component).then_some(id)
    }
}

/// The graph of a component with what was found on the way.
pub(crate) struct Built {
    pub(crate) graph: Graph,
    pub(crate) literals: Vec<Literal>,
    pub(crate) keep_alive: Vec<KeepAlive>,
    /// Assignments that leave a value where it is.
    pub(crate) self_assignments: Vec<(BatchFuncId, NodeId)>,
    /// What cannot be on the stack; filled in later.
    pub(crate) limits: FxHashMap<LocId, Limit>,
    /// Functions of the component whose bodies are part of the program, beside [`Graph::funcs`].
    pub(crate) reached: Vec<bool>,
}

/// Goes over the bodies of a batch.
pub(crate) struct Builder<'b, 's> {
    pub(super) world: &'b dyn World,
    pub(super) store: &'b Store,
    pub(super) compiler: &'b Compiler,
    pub(super) batch: &'b [BatchEntry],
    pub(super) graph: Graph,
    pub(super) shared: &'s mut Shared<'b>,
    pub(super) literals: Vec<Literal>,
    pub(super) keep_alive: Vec<KeepAlive>,
    /// The conversions of `keep_alive`, by entry.
    pub(super) kept: FxHashSet<(u32, NodeId)>,
    pub(super) self_assignments: Vec<(BatchFuncId, NodeId)>,
    reached: Vec<bool>,

    /// The body at hand.
    pub(super) body: &'b Body,
    /// Its position in the batch.
    pub(super) entry: u32,
    /// The function at hand.
    pub(super) func: BatchFuncId,
    pub(super) func_here: FuncId,
    /// Loops around, starting at 1.
    pub(super) loop_depth: u32,
    /// Labels of the function at hand that are jumped back to.
    pub(super) looping: FxHashSet<(Name, u32)>,
}

/// Builds the graph of the functions that `component` names by entry, with the function literals in them that are analysed
/// with them. With `explain`, notes are taken of what values go through.
pub(crate) fn build<'b>(
    world: &'b dyn World,
    batch: &'b [BatchEntry],
    component: &[(u32, FuncId)],
    shared: &mut Shared<'b>,
    explain: bool,
) -> Option<Built> {
    let store = world.store();
    shared.component += 1;
    let mut builder = Builder {
        world,
        store,
        compiler: world.compiler(),
        batch,
        graph: Graph::new(explain),
        shared,
        literals: Vec::new(),
        keep_alive: Vec::new(),
        kept: FxHashSet::default(),
        self_assignments: Vec::new(),
        reached: Vec::new(),
        body: &batch.first()?.body,
        entry: 0,
        func: BatchFuncId::at(0),
        func_here: Body::ROOT,
        loop_depth: 1,
        looping: FxHashSet::default(),
    };
    builder.declare_all(component);
    for &(entry, func) in component {
        builder.entry = entry;
        builder.body = &batch[entry as usize].body;
        builder.walk_function(func);
    }
    Some(Built {
        graph: builder.graph,
        literals: builder.literals,
        keep_alive: builder.keep_alive,
        self_assignments: builder.self_assignments,
        limits: FxHashMap::default(),
        reached: builder.reached,
    })
}

impl Builder<'_, '_> {
    /// Makes the functions of the component and the locations of their variables.
    fn declare_all(&mut self, component: &[(u32, FuncId)]) {
        let mut members = Vec::new();
        for &(entry, unit) in component {
            let funcs = self.shared.units.get(&(entry, unit)).into_iter().flatten();
            members.extend(funcs.map(|&func| (entry, func)));
        }
        for (at, &(entry, func)) in members.iter().enumerate() {
            let id = BatchFuncId::from_index(at);
            self.shared.funcs[entry as usize][func.index()] = (self.shared.component, id);
        }
        for &(entry, func) in &members {
            self.declare(entry, func);
        }
    }

    fn declare(&mut self, entry: u32, func: FuncId) {
        let function = &self.batch[entry as usize].body.funcs[func];
        let id = BatchFuncId::from_index(self.graph.funcs.len());
        for &var in &function.vars {
            self.declare_var(entry, var, id);
        }
        let mut results = Vec::with_capacity(function.results.len());
        for (i, &result) in function.results.iter().enumerate() {
            let loc = self.shared.var(entry, result).unwrap_or(BLANK);
            if loc != BLANK {
                let location = self.graph.loc_mut(loc);
                location.result = i as u32;
                location.traits.set(Traits::RESULT);
            }
            results.push(loc);
        }
        for &param in &function.params {
            if let Some(loc) = self.shared.var(entry, param) {
                self.graph.loc_mut(loc).traits.set(Traits::PARAM);
            }
        }
        let parent = function.parent.and_then(|parent| self.shared.func(entry, parent));
        let results = results.into();
        self.graph.funcs.push(BatchFunc { entry, func, parent, results, results_lost: false });
        self.reached.push(false);
    }

    fn declare_var(&mut self, entry: u32, var: VarId, func: BatchFuncId) -> LocId {
        let loc = self.graph.add(Thing::Var(var), func, 1, Attrs::PERSISTS);
        self.shared.vars[entry as usize][var.index()] = (self.shared.component, loc);
        loc
    }

    /// The location of a variable; of a captured one, that of the variable it stands for.
    pub(super) fn var(&mut self, var: VarId) -> LocId {
        self.var_of(self.entry, var)
    }

    /// As [`Self::var`], of an entry.
    pub(super) fn var_of(&mut self, entry: u32, var: VarId) -> LocId {
        let body = &self.batch[entry as usize].body;
        let var = body.canonical(var);
        match self.shared.var(entry, var) {
            Some(loc) => loc,
            // One that no function declares.
            None => {
                let func = self.func_id(entry, body.vars[var].func).unwrap_or(self.func);
                self.declare_var(entry, var, func)
            }
        }
    }

    /// A function of an entry, where it is analysed with those at hand.
    pub(super) fn func_id(&self, entry: u32, func: FuncId) -> Option<BatchFuncId> {
        self.shared.func(entry, func)
    }

    /// Goes over a function of the body at hand.
    pub(super) fn walk_function(&mut self, func: FuncId) {
        let Some(id) = self.func_id(self.entry, func) else { return };
        // A function literal stands in one place; another one is a mistake of whoever spliced bodies.
        if std::mem::replace(&mut self.reached[id.index()], true) {
            return;
        }
        let outer = (self.func, self.func_here, self.loop_depth);
        let labels = self.looping_labels(func);
        let labels = std::mem::replace(&mut self.looping, labels);
        (self.func, self.func_here, self.loop_depth) = (id, func, 1);
        self.block(self.body.funcs[func].body);
        (self.func, self.func_here, self.loop_depth) = outer;
        self.looping = labels;
    }

    /// Labels with a `goto` behind them.
    fn looping_labels(&self, func: FuncId) -> FxHashSet<(Name, u32)> {
        let mut looping = FxHashSet::default();
        if !self.shared.known.has_goto(self.entry) {
            return looping;
        }
        let mut seen = FxHashSet::default();
        let body = self.body;
        body.any_in(func, &mut |id| {
            let node = &body.nodes[id];
            if let lower::ir::Aux::Label(name, number) = node.aux {
                match node.op {
                    Op::Label => {
                        seen.insert((name, number));
                    }
                    Op::Goto if seen.contains(&(name, number)) => {
                        looping.insert((name, number));
                    }
                    _ => {}
                }
            }
            false
        });
        looping
    }

    pub(super) fn item(&self, list: List, at: usize) -> Option<NodeId> {
        self.body.items(list).get(at).copied()
    }

    /// A location of the function at hand.
    pub(super) fn new_loc(&mut self, thing: Thing, persists: bool) -> LocId {
        let attrs = if persists { Attrs::PERSISTS } else { Attrs::default() };
        self.graph.add(thing, self.func, self.loop_depth, attrs)
    }

    /// A hole whose values go through one more thing.
    pub(super) fn noted(&mut self, hole: Hole, at: NodeId, reason: Reason) -> Hole {
        self.graph.noted(hole, self.entry, Thing::Node(at), reason)
    }

    /// The heap, for a reason.
    pub(super) fn heap_for(&mut self, at: NodeId, reason: Reason) -> Hole {
        self.noted(Hole::of(HEAP), at, reason)
    }

    /// A hole for the value that a pointer leads to.
    pub(super) fn deref(&mut self, hole: Hole, at: NodeId, reason: Reason) -> Hole {
        self.noted(hole.shift(1), at, reason)
    }

    /// A hole whose values go into all of several.
    pub(super) fn tee(&mut self, holes: &[Hole]) -> Hole {
        match *holes {
            [] => Hole::of(BLANK),
            [one] => one,
            _ => {
                let loc = self.new_loc(Thing::Temporary, false);
                for &hole in holes {
                    self.graph.flow(hole, loc);
                }
                Hole::of(loc)
            }
        }
    }

    /// A hole that goes on into another one, but later: the value has to last.
    pub(super) fn later(&mut self, hole: Hole) -> Hole {
        let loc = self.new_loc(Thing::Temporary, true);
        self.graph.flow(hole, loc);
        Hole::of(loc)
    }

    /// Makes the location of an expression that allocates, whose address goes into `hole`.
    pub(super) fn spill(&mut self, hole: Hole, at: NodeId) -> LocId {
        let loc = self.new_loc(Thing::Node(at), false);
        let hole = self.noted(hole.shift(-1), at, Reason::Storage);
        self.graph.flow(hole, loc);
        loc
    }

    pub(super) fn ty(&self, id: NodeId) -> Option<TypeId> {
        self.body.nodes[id].ty
    }

    /// Whether the elements of a slice have pointers; false of what is no slice.
    pub(super) fn has_pointer_elements(&mut self, id: NodeId) -> bool {
        let store = self.store;
        match self.ty(id).map(|ty| store.ty(store.under(ty))) {
            Some(types::Type::Slice(elem)) => self.shared.layouts.has_pointers(*elem),
            Some(types::Type::Basic(types::Basic::Invalid, _)) => true,
            _ => false,
        }
    }

    pub(super) fn is_array(&self, id: NodeId) -> bool {
        let array = |ty| matches!(self.store.ty(self.store.under(ty)), types::Type::Array { .. });
        self.ty(id).is_some_and(array)
    }
}
