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
        && !body.funcs[func].captures.is_empty()
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
}

/// The graph of a component with what was found on the way.
pub(crate) struct Built {
    pub(crate) graph: Graph,
    /// The location of each variable by entry; captured variables have none of their own.
    pub(crate) vars: Vec<Vec<Option<LocId>>>,
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
    vars: Vec<Vec<Option<LocId>>>,
    /// The first function of each entry.
    first_func: Vec<u32>,
    pub(super) literals: Vec<Literal>,
    pub(super) keep_alive: Vec<KeepAlive>,
    /// The conversions of `keep_alive`, by entry.
    pub(super) kept: FxHashSet<(u32, NodeId)>,
    pub(super) self_assignments: Vec<(BatchFuncId, NodeId)>,
    reached: Vec<bool>,
    /// Functions of the component, beside `graph.funcs`.
    members: Vec<bool>,

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
    let mut builder = Builder {
        world,
        store,
        compiler: world.compiler(),
        batch,
        graph: Graph::new(explain),
        shared,
        vars: Vec::with_capacity(batch.len()),
        first_func: Vec::with_capacity(batch.len()),
        literals: Vec::new(),
        keep_alive: Vec::new(),
        kept: FxHashSet::default(),
        self_assignments: Vec::new(),
        reached: Vec::new(),
        members: Vec::new(),
        body: &batch.first()?.body,
        entry: 0,
        func: BatchFuncId::at(0),
        func_here: Body::ROOT,
        loop_depth: 1,
        looping: FxHashSet::default(),
    };
    for entry in 0..batch.len() {
        builder.declare(entry as u32, component);
    }
    for &(entry, func) in component {
        builder.entry = entry;
        builder.body = &batch[entry as usize].body;
        builder.walk_function(func);
    }
    Some(Built {
        graph: builder.graph,
        vars: builder.vars,
        literals: builder.literals,
        keep_alive: builder.keep_alive,
        self_assignments: builder.self_assignments,
        limits: FxHashMap::default(),
        reached: builder.reached,
    })
}

impl Builder<'_, '_> {
    /// Makes the functions of an entry, and the locations of the variables of those that are in the component.
    fn declare(&mut self, entry: u32, component: &[(u32, FuncId)]) {
        let body = &self.batch[entry as usize].body;
        let first = self.graph.funcs.len() as u32;
        self.first_func.push(first);
        self.vars.push(vec![None; body.vars.len()]);
        for func in body.func_ids() {
            let function = &body.funcs[func];
            let id = BatchFuncId::at(first + func.index() as u32);
            let member = component.contains(&(entry, unit_of(body, func)));
            self.members.push(member);
            for &var in function.vars.iter().filter(|_| member) {
                self.declare_var(entry, var, id);
            }
            let vars = &self.vars[entry as usize];
            let results: Box<[LocId]> = function
                .results
                .iter()
                .map(|&var| vars[body.canonical(var).index()].unwrap_or(BLANK))
                .collect();
            for (i, &result) in results.iter().enumerate() {
                if result != BLANK {
                    let loc = self.graph.loc_mut(result);
                    loc.result = i as u32;
                    loc.traits.set(Traits::RESULT);
                }
            }
            for &param in &function.params {
                if let Some(loc) = vars[param.index()] {
                    self.graph.loc_mut(loc).traits.set(Traits::PARAM);
                }
            }
            let parent = function.parent.map(|f| BatchFuncId::at(first + f.index() as u32));
            let results_lost = false;
            self.graph.funcs.push(BatchFunc { entry, func, parent, results, results_lost });
            self.reached.push(false);
        }
    }

    fn declare_var(&mut self, entry: u32, var: VarId, func: BatchFuncId) -> LocId {
        let loc = self.graph.add(Thing::Var(var), func, 1, Attrs::PERSISTS);
        self.vars[entry as usize][var.index()] = Some(loc);
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
        match self.vars[entry as usize][var.index()] {
            Some(loc) => loc,
            // One that no function declares.
            None => self.declare_var(entry, var, self.func_id(entry, body.vars[var].func)),
        }
    }

    /// A function of an entry.
    pub(super) fn func_id(&self, entry: u32, func: FuncId) -> BatchFuncId {
        BatchFuncId::at(self.first_func[entry as usize] + func.index() as u32)
    }

    /// Whether a function is analysed with those at hand.
    pub(super) fn is_member(&self, id: BatchFuncId) -> bool {
        self.members[id.index()]
    }

    /// Goes over a function of the body at hand.
    pub(super) fn walk_function(&mut self, func: FuncId) {
        let id = self.func_id(self.entry, func);
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
