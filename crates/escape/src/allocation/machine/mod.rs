//! A function gone through in the order in which it runs, with what is known of its values.
//!
//! [`Mode::Judge`] looks at each operation once, with parameters that are not known: what is said of a site holds for every
//! call. [`Mode::Run`] is one call with arguments that are known: branches are taken and loops run as they would be, and
//! what was taken from the heap is added up.

mod boxing;
mod branches;
mod call;
mod expr;
mod loops;
mod object;
mod operator;
mod stmt;
mod text;

use std::sync::Arc;

use lower::ir::{
    Aux, Body, FuncId, InstId, Node, NodeId, Op, Pos, Reassignments, VarFlags, VarId, Wording,
};
use memory::{Allocation, Target};
use rustc_hash::{FxHashMap, FxHashSet};
use types::TypeId;

use super::facts::Call;
use super::move_to_heap::{self, Moves};
use super::site::{Allocates, Because, Operation, Site};
use super::types::Types;
use super::value::{Abstract, Env, MapValue};
use super::verdict::Verdict;
use crate::engine::Analyzed;
use crate::graph::Thing;
use crate::placement::{Placement, Value};
use crate::world::World;

/// Steps of one call before it is given up.
const FUEL: u32 = 1 << 20;

/// Calls inside one another before they are given up.
const MAX_DEPTH: u32 = 50;

/// How a function is gone through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Each operation once.
    Judge,
    /// As one call runs.
    Run,
}

/// What functions are found by.
pub(super) type Lookup<'a> = &'a dyn Fn(InstId) -> Option<Arc<Analyzed>>;

/// Where control goes after a statement.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Flow {
    Next,
    Break(Option<Aux>),
    Continue(Option<Aux>),
    Goto(Aux),
    Fall,
    /// All ways jump, to labels at which what is known is kept.
    Jumped,
    /// It returns or panics.
    Leave,
}

/// What came of going through a function.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) sites: Vec<Site>,
    pub(super) calls: Vec<Call>,
    /// What a run took, in order; nothing while it is not known.
    pub(super) taken: Vec<Allocation>,
    /// What was returned.
    pub(super) results: Vec<Abstract>,
    /// Why a run is not known in full; `None` where it is.
    pub(super) doubt: Option<&'static str>,
}

/// Variables that one allocation is made for (since Go 1.25).
#[derive(Default)]
struct Pending {
    /// Bytes so far.
    used: u64,
    /// Largest alignment.
    align: u64,
    /// The site of the first.
    site: Option<usize>,
    /// Where in [`Outcome::taken`] it is counted.
    taken: usize,
}

/// Appends that fill a buffer on the stack.
#[derive(Default)]
struct Buffers {
    /// By variable, the append that has the buffer: the first in the text.
    owner: FxHashMap<VarId, NodeId>,
    /// Those that were used in this call.
    used: FxHashSet<NodeId>,
}

pub(super) struct Machine<'a> {
    world: &'a dyn World,
    lookup: Lookup<'a>,
    types: Types<'a>,
    target: Target,
    mode: Mode,
    inst: InstId,
    body: &'a Body,
    func: FuncId,
    nodes: FxHashMap<NodeId, &'a Value>,
    heap_vars: FxHashMap<VarId, &'a Value>,
    assignments: &'a Reassignments,
    moves: Moves,
    env: Env,
    out: Outcome,
    pending: Pending,
    buffers: Buffers,
    /// What is known where jumps lead forward to.
    jumps: FxHashMap<(source::Name, u32), Env>,
    loop_depth: u32,
    conditional: u32,
    /// Whether a statement before may have left the function.
    may_have_left: bool,
    /// The function literals that are compiled, in order.
    literals: Vec<FuncId>,
    /// Whether a call may have ended before, so that what is allocated from here on is not known.
    unsure: bool,
    /// Changes of memory so far.
    memory: u32,
    /// The string made of bytes last, the memory it was made in, and where it is told.
    last_text: Option<LastText>,
    /// Whom function literals of calls around are run by.
    outer: Option<&'a mut dyn Caller>,
    /// Calls around this one.
    frame: u32,
    /// Keys of entries that are about to be set.
    keys: FxHashMap<NodeId, Abstract>,
    fuel: u32,
    depth: u32,
}

/// A string that was made of bytes.
#[derive(Clone, Copy)]
struct LastText {
    node: NodeId,
    memory: u32,
    site: usize,
    taken: usize,
    /// Whether its length was not known, so that a run was in doubt.
    doubted: bool,
}

/// What calls inside one another share.
#[derive(Default)]
struct Shared {
    maps: Vec<MapValue>,
    taken: Vec<Allocation>,
    fuel: u32,
    depth: u32,
    doubt: Option<&'static str>,
    unsure: bool,
}

/// A call that is under way, whose function literals are called by others.
trait Caller {
    /// Calls a function literal of the call that has so many around it.
    fn call_back(
        &mut self,
        frame: u32,
        func: FuncId,
        arguments: &[Abstract],
        shared: &mut Shared,
    ) -> Abstract;
}

/// What a function is gone through with.
pub(super) struct Subject<'a> {
    pub(super) world: &'a dyn World,
    pub(super) lookup: Lookup<'a>,
    pub(super) analyzed: &'a Analyzed,
    pub(super) assignments: &'a Reassignments,
}

impl<'a> Machine<'a> {
    pub(super) fn new(subject: &Subject<'a>, mode: Mode, func: FuncId) -> Self {
        let Subject { world, lookup, analyzed, assignments } = *subject;
        let body = &analyzed.entry.body;
        let types = Types { store: world.store(), sizes: world.sizes() };
        let (mut nodes, mut heap_vars) = (FxHashMap::default(), FxHashMap::default());
        for value in &analyzed.result.values {
            match value.thing {
                Thing::Node(node) => drop(nodes.insert(node, value)),
                Thing::Var(var) => drop(heap_vars.insert(var, value)),
                Thing::Temporary => {}
            }
        }
        let word = u64::try_from(types.sizes.word).unwrap_or(8);
        let mut machine = Self {
            world,
            lookup,
            types,
            target: Target::new(world.compiler().minor, word),
            mode,
            inst: analyzed.entry.inst,
            body,
            func,
            nodes,
            heap_vars,
            assignments,
            moves: Moves::default(),
            env: Env::default(),
            out: Outcome::default(),
            pending: Pending::default(),
            buffers: Buffers::default(),
            jumps: FxHashMap::default(),
            loop_depth: 0,
            conditional: 0,
            may_have_left: false,
            literals: literals(analyzed, func),
            unsure: false,
            memory: 0,
            last_text: None,
            outer: None,
            frame: 0,
            keys: FxHashMap::default(),
            fuel: FUEL,
            depth: 0,
        };
        machine.find_moves();
        machine
    }

    /// Goes through a function and, where it judges, the function literals in it.
    pub(super) fn judge(mut self) -> Outcome {
        self.function(&[]);
        for func in std::mem::take(&mut self.literals) {
            self.enter(func);
            self.function(&[]);
        }
        self.out
    }

    /// Makes one call.
    pub(super) fn call(mut self, arguments: &[Abstract]) -> Outcome {
        self.function(arguments);
        self.out
    }

    fn enter(&mut self, func: FuncId) {
        self.func = func;
        self.env = Env::default();
        self.buffers = Buffers::default();
        (self.loop_depth, self.conditional, self.may_have_left) = (0, 0, false);
        self.find_moves();
    }

    fn find_moves(&mut self) {
        self.moves = Moves::default();
        if self.world.compiler().since(26) {
            let (body, world) = (self.body, self.world);
            let leaks = |call, at| call::leaks(world, body, self.inst, call, at);
            self.moves =
                move_to_heap::find(body, self.types, self.func, world.compiler().since(27), &leaks);
        }
    }

    fn function(&mut self, arguments: &[Abstract]) {
        let body = self.body;
        let function = &body.funcs[self.func];
        for (at, &param) in function.params.iter().enumerate() {
            let value = arguments.get(at).cloned().unwrap_or_default();
            self.set_var(param, value);
        }
        for &result in &function.results {
            let zero = Abstract::zero(self.types.store, body.vars[result].ty);
            self.set_var(result, zero);
        }
        for &var in function.params.iter().chain(&function.results) {
            self.heap_variable(var);
        }
        let flow = self.stmts(function.body);
        if matches!(flow, Flow::Goto(_)) {
            self.doubt("a jump");
        }
        self.end_block();
        self.jumps.clear();
    }

    /// A run is not known in full.
    fn doubt(&mut self, why: &'static str) {
        self.out.doubt.get_or_insert(why);
    }

    fn burn(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        if self.fuel == 0 {
            self.doubt("too many steps");
        }
        self.fuel > 0
    }

    fn node(&self, id: NodeId) -> Node {
        self.body.nodes[id]
    }

    fn ty(&self, id: NodeId) -> Option<TypeId> {
        self.body.nodes[id].ty
    }

    /// Where an expression's value lives; on the heap where escape analysis does not look at it.
    fn placement(&self, id: NodeId) -> Placement {
        self.nodes.get(&id).map_or(Placement::Heap, |value| value.placement)
    }

    fn is_on_heap(&self, id: NodeId) -> bool {
        self.placement(id) == Placement::Heap
    }

    /// The expression whose value another one always has.
    fn static_value(&self, id: NodeId) -> NodeId {
        self.assignments.static_value(self.body, id)
    }

    fn constant(&self, id: NodeId) -> Option<&'a types::constant::Value> {
        match (self.body.nodes[id].op, self.body.nodes[id].aux) {
            (Op::Literal, Aux::Const(value)) => self.body.consts.get(value),
            _ => None,
        }
    }

    fn set_var(&mut self, var: VarId, value: Abstract) {
        let var = self.body.canonical(var);
        let exposed = self.body.vars[var].flags.has(VarFlags::ADDRTAKEN);
        if exposed {
            self.memory += 1;
        }
        self.env.set(var, exposed, value);
    }

    /// Something is written to that any pointer may point to.
    fn written(&mut self) {
        self.memory += 1;
        self.env.forget_exposed();
    }

    fn get_var(&self, var: VarId) -> Abstract {
        self.env.get(self.body.canonical(var))
    }

    /// A straight run of the machine's code ends.
    fn end_block(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if pending.used == 0 {
            return;
        }
        let size = pending.used.next_multiple_of(pending.align.max(1));
        let allocation = self.target.request(size, false);
        if let Some(taken) = self.out.taken.get_mut(pending.taken) {
            *taken = allocation.clone();
        }
        if let Some(site) = pending.site.and_then(|site| self.out.sites.get_mut(site)) {
            site.objects = allocation.objects();
            site.bytes = Some(allocation.bytes());
            site.allocation = Some(allocation);
        }
    }

    /// A variable is declared: on the heap, it is an object.
    fn heap_variable(&mut self, var: VarId) {
        if !self.heap_vars.contains_key(&var) {
            return;
        }
        let layout = self.types.layout(self.body.vars[var].ty);
        let verdict = super::verdict::object(self.target, layout, true);
        // Since Go 1.25, small ones without pointers that are declared one after the other are one object.
        const MAX_MERGED: u64 = 16;
        let mergeable = layout.filter(|layout| {
            self.world.compiler().since(25)
                && layout.size > 0
                && layout.size < MAX_MERGED
                && !layout.has_pointers()
        });
        let Some(layout) = mergeable else {
            self.report(Thing::Var(var), Operation::Variable, verdict, None);
            return;
        };
        if self.pending.used + layout.size > MAX_MERGED {
            self.end_block();
        }
        if self.pending.used > 0 {
            let merged = Verdict::never(Because::Merged);
            self.report(Thing::Var(var), Operation::Variable, merged, None);
        } else {
            self.pending.taken = self.out.taken.len();
            self.report(Thing::Var(var), Operation::Variable, verdict, None);
            self.pending.site = self.out.sites.len().checked_sub(1);
        }
        self.pending.used += layout.size;
        self.pending.align = self.pending.align.max(layout.align);
    }

    /// What is said of an operation.
    fn report(
        &mut self,
        thing: Thing,
        operation: Operation,
        verdict: Verdict,
        formula: Option<String>,
    ) {
        if !verdict.allocates.is_never() {
            self.memory += 1;
        }
        if self.mode == Mode::Run {
            match (verdict.allocates, verdict.allocation) {
                (Allocates::Never(_), _) => {}
                _ if self.unsure => self.doubt("what follows a branch"),
                (Allocates::Always, Some(allocation)) => self.out.taken.push(allocation),
                _ => self.doubt(operation.name()),
            }
            return;
        }
        let (pos, value) = match thing {
            Thing::Var(var) => (self.body.vars[var].pos, self.heap_vars.get(&var)),
            Thing::Node(node) => (self.body.nodes[node].pos, self.nodes.get(&node)),
            Thing::Temporary => return,
        };
        let placement = value.map_or(Placement::Heap, |value| value.placement);
        let never = verdict.allocates.is_never();
        let known = verdict.allocation.as_ref().filter(|_| !never);
        let bytes = if never { Some(0) } else { known.map(Allocation::bytes) };
        self.out.sites.push(Site {
            func: self.func,
            thing,
            pos,
            operation,
            placement,
            allocates: verdict.allocates,
            objects: known.map_or(if never { 0 } else { verdict.least }, Allocation::objects),
            bytes,
            bytes_formula: formula.filter(|_| bytes.is_none()),
            scan_bytes: verdict.scan,
            allocation: verdict.allocation,
            loop_depth: self.loop_depth,
            unconditional: self.conditional == 0 && !self.may_have_left,
            inlined_from: self.inlined_from(pos),
            limit: value.and_then(|value| value.limit),
        });
    }

    /// An expression as messages word it.
    fn text(&self, id: NodeId) -> String {
        let store = self.types.store;
        let obj = store.obj(self.world.instances().get(self.inst).obj);
        let Some(package) = obj.pkg else { return String::new() };
        let wording = Wording {
            store,
            instances: self.world.instances(),
            compiler: self.world.compiler(),
            package,
            home: package,
        };
        self.body.text(&wording, id)
    }

    /// So many bytes for each of what an expression counts; for reports only.
    fn bytes_each(&self, unit: Option<u64>, count: NodeId) -> Option<String> {
        if self.mode == Mode::Run {
            return None;
        }
        let text = self.text(count);
        let simple =
            text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '(' | ')'));
        match unit? {
            1 => Some(text),
            unit if simple => Some(format!("{unit}*{text}")),
            unit => Some(format!("{unit}*({text})")),
        }
    }

    /// As many bytes as a string or slice has elements; for reports only.
    fn bytes_of(&self, text: NodeId) -> Option<String> {
        (self.mode == Mode::Judge).then(|| format!("len({})", self.text(text)))
    }

    fn inlined_from(&self, pos: Pos) -> Option<InstId> {
        let call = (pos.inlined as usize).checked_sub(1)?;
        self.body.inlined.get(call)?.callee
    }
}

/// The function literals that are compiled with a function, in the order of its body.
fn literals(analyzed: &Analyzed, func: FuncId) -> Vec<FuncId> {
    let mut literals: Vec<FuncId> = analyzed.result.compiled.clone();
    literals.retain(|&other| other != func);
    literals.sort_unstable();
    literals.dedup();
    literals
}
