//! Calls, `go` and `defer`, and what appends.

use lower::ir::{Aux, Body, FuncId, InstId, Node, NodeFlags, NodeId, Op, Runtime};
use memory::Layout;
use rustc_hash::FxHashMap;

use super::{Caller, MAX_DEPTH, Machine, Mode, Shared, Subject};
use crate::allocation::facts::Call;
use crate::allocation::value::{Abstract, SliceValue};
use crate::allocation::verdict::Verdict;
use crate::allocation::{Because, Operation, When};
use crate::graph::Thing;
use crate::leaks::{Sink, TRACKED_RESULTS};
use crate::world::World;

/// Bytes of the buffer that `append` puts on the stack.
const BUFFER: u64 = 32;

/// Whether an argument leaks in any way from the function that is called.
pub(super) fn leaks(world: &dyn World, body: &Body, here: InstId, call: NodeId, at: usize) -> bool {
    let called = body.nodes[call].x.map(|x| body.nodes[x].aux);
    let Some(Aux::Inst(inst)) = called else { return true };
    if inst == here {
        return true;
    }
    let Some(leaks) = world.leaks(inst) else { return true };
    let Some(&leaks) = leaks.get(at) else { return true };
    let results = (0..TRACKED_RESULTS).map(Sink::Result);
    [Sink::Heap, Sink::Mutator, Sink::Callee]
        .into_iter()
        .chain(results)
        .any(|sink| leaks.derefs(sink).is_some())
}

/// What a call calls.
enum Callee {
    Declared(InstId, Vec<Abstract>),
    Literal { func: FuncId, frame: u32 },
    Runtime(Runtime),
    Unknown,
}

impl Machine<'_> {
    pub(super) fn call_expr(&mut self, id: NodeId, node: &Node) -> Abstract {
        let callee = self.callee(node);
        let arguments = self.exprs(node.list);
        match callee {
            Callee::Runtime(Runtime::DeferRangeFunc) => {
                // The list that defers in the loop's body are put into.
                let list = Layout::pointer(self.target.word());
                let verdict = Verdict::always(self.target.object(list), list.pointer_bytes);
                self.report(Thing::Node(id), Operation::Defer, verdict, None);
                return Abstract::Unknown;
            }
            Callee::Runtime(_) => return Abstract::Unknown,
            _ => {}
        }
        if node.is(NodeFlags::VAR_LIVE) {
            return Abstract::Unknown;
        }
        if self.mode == Mode::Judge {
            let inst = match callee {
                Callee::Declared(inst, _) => Some(inst),
                _ => None,
            };
            if !matches!(callee, Callee::Literal { .. }) {
                self.out.calls.push(Call {
                    callee: inst,
                    pos: node.pos,
                    func: self.func,
                    loop_depth: self.loop_depth,
                    unconditional: self.conditional == 0 && !self.may_have_left,
                });
            }
            self.env.forget_maps();
            self.written();
            return Abstract::Unknown;
        }
        if self.depth >= MAX_DEPTH {
            self.doubt("calls inside one another");
            return Abstract::Unknown;
        }
        self.run_callee(callee, arguments)
    }

    fn run_callee(&mut self, callee: Callee, arguments: Vec<Abstract>) -> Abstract {
        // What is in doubt is not worth more time.
        if self.out.doubt.is_some() {
            self.env.clear();
            return Abstract::Unknown;
        }
        match callee {
            Callee::Declared(inst, mut bound) => {
                bound.extend(arguments);
                self.written();
                self.run_declared(inst, &bound)
            }
            Callee::Literal { func, frame } => self.run_literal(frame, func, &arguments),
            _ => {
                self.doubt("a call of something unknown");
                self.env.clear();
                Abstract::Unknown
            }
        }
    }

    /// What is called; what evaluating it allocates is told.
    fn callee(&mut self, node: &Node) -> Callee {
        let Some(x) = node.x else { return Callee::Unknown };
        let called = self.node(x);
        match (called.op, called.aux) {
            (Op::Name | Op::MethExpr, Aux::Inst(inst)) => {
                return Callee::Declared(inst, Vec::new());
            }
            (Op::Name, Aux::Runtime(runtime)) => return Callee::Runtime(runtime),
            (Op::DotInter, _) => {
                self.opt_expr(called.x);
                return Callee::Unknown;
            }
            _ => {}
        }
        let value = self.expr(x);
        let fixed = self.static_value(x);
        match (self.body.nodes[fixed].op, self.body.nodes[fixed].aux) {
            (Op::Name | Op::MethExpr, Aux::Inst(inst)) => Callee::Declared(inst, Vec::new()),
            (Op::Closure, Aux::Closure(func)) | (Op::Name, Aux::Closure(func)) => {
                Callee::Literal { func, frame: self.frame }
            }
            _ => callee_of(value),
        }
    }

    fn run_declared(&mut self, inst: InstId, arguments: &[Abstract]) -> Abstract {
        let lookup = self.lookup;
        let Some(analyzed) = lookup(inst).filter(|found| found.entry.body.has_body) else {
            self.doubt("a call of a function without a body");
            return Abstract::Unknown;
        };
        let assignments = lower::ir::Reassignments::of(&analyzed.entry.body, Body::ROOT);
        let subject =
            Subject { world: self.world, lookup, analyzed: &analyzed, assignments: &assignments };
        let (depth, unsure) = (self.depth, self.unsure);
        let mut shared = self.lend();
        let frame = self.frame + 1;
        let mut inner = Machine::new(&subject, Mode::Run, Body::ROOT);
        inner.frame = frame;
        inner.outer = Some(self);
        inner.borrow(&mut shared);
        inner.function(arguments);
        let results = std::mem::take(&mut inner.out.results);
        let mut shared = inner.lend();
        drop(inner);
        self.borrow(&mut shared);
        (self.depth, self.unsure) = (depth, unsure);
        returned(results, frame)
    }

    /// Gives what calls share to another one.
    fn lend(&mut self) -> Shared {
        Shared {
            maps: std::mem::take(&mut self.env.maps),
            taken: std::mem::take(&mut self.out.taken),
            fuel: self.fuel,
            depth: self.depth + 1,
            doubt: self.out.doubt,
            unsure: self.unsure,
        }
    }

    /// Takes what calls share.
    fn borrow(&mut self, shared: &mut Shared) {
        self.env.maps = std::mem::take(&mut shared.maps);
        self.out.taken = std::mem::take(&mut shared.taken);
        self.fuel = shared.fuel;
        self.depth = shared.depth;
        self.out.doubt = shared.doubt;
        self.unsure = shared.unsure;
    }

    fn run_literal(&mut self, frame: u32, func: FuncId, arguments: &[Abstract]) -> Abstract {
        if frame != self.frame {
            let (depth, unsure) = (self.depth, self.unsure);
            let mut shared = self.lend();
            let result = match &mut self.outer {
                Some(outer) => outer.call_back(frame, func, arguments, &mut shared),
                None => Abstract::Unknown,
            };
            self.borrow(&mut shared);
            (self.depth, self.unsure) = (depth, unsure);
            return result;
        }
        let here = (self.func, std::mem::take(&mut self.buffers), std::mem::take(&mut self.moves));
        let unsure = self.unsure;
        let jumps = std::mem::take(&mut self.jumps);
        let pending = std::mem::take(&mut self.pending);
        self.func = func;
        self.depth += 1;
        self.find_moves();
        self.function(arguments);
        self.depth -= 1;
        self.jumps = jumps;
        self.pending = pending;
        self.unsure = unsure;
        (self.func, self.buffers, self.moves) = here;
        let results = std::mem::take(&mut self.out.results);
        returned(results, u32::MAX)
    }

    /// `go f()`: what it starts is a function literal, if it was a call with operands.
    pub(super) fn go(&mut self, node: &Node) {
        self.started(node, Operation::Go);
    }

    /// `defer f()`. In a loop it takes a record, which the runtime uses again.
    pub(super) fn defer(&mut self, id: NodeId, node: &Node) {
        self.started(node, Operation::Defer);
        if self.mode == Mode::Judge && self.loop_depth > 0 {
            let record = Verdict::always(self.target.defer_record(), 6 * self.target.word());
            let verdict = record.at_times(When::NoneReady);
            self.report(Thing::Node(id), Operation::Defer, verdict, None);
        }
        self.end_block();
    }

    fn started(&mut self, node: &Node, operation: Operation) {
        let Some(call) = node.x.map(|x| self.node(x)) else { return };
        self.stmts(call.init);
        self.opt_expr(call.y);
        let Some(function) = call.x else { return };
        let closure = self.node(function);
        let value = if closure.op == Op::Closure {
            self.stmts(closure.init);
            self.closure(function, &closure, operation)
        } else {
            self.expr(function)
        };
        if self.mode == Mode::Run {
            self.run_callee(callee_of(value), Vec::new());
        }
    }

    pub(super) fn append(&mut self, id: NodeId, node: &Node) -> Abstract {
        let body = self.body;
        let Some((&first, rest)) = body.items(node.list).split_first() else {
            return Abstract::Unknown;
        };
        let slice = self.expr(first).slice();
        let spread = node.is(NodeFlags::DDD);
        let added = match rest {
            [] => return Abstract::Slice(slice),
            [make] if spread && body.nodes[*make].op == Op::MakeSlice => self.appended_make(*make),
            [values] if spread => self.expr(*values).len(),
            _ => {
                rest.iter().for_each(|&value| drop(self.expr(value)));
                Some(rest.len() as u64)
            }
        };
        self.end_block();
        let elem = node.ty.and_then(|ty| self.types.elem_layout(ty));
        let Some(elem) = elem else { return Abstract::Unknown };
        let len = slice.len.zip(added).map(|(len, added)| len.saturating_add(added));
        if elem.size == 0 {
            let verdict = Verdict::never(Because::ZeroSize);
            self.report(Thing::Node(id), Operation::Append, verdict, None);
            return Abstract::Slice(SliceValue::plain(len, None));
        }
        let (verdict, grown) = self.appended(id, first, slice, len, elem);
        self.report(Thing::Node(id), Operation::Append, verdict, None);
        Abstract::Slice(grown)
    }

    /// `append(s, make([]T, n)...)` makes nothing but the room.
    fn appended_make(&mut self, make: NodeId) -> Option<u64> {
        let node = self.node(make);
        self.stmts(node.init);
        let len = self.opt_expr(node.x).as_i64();
        let verdict = Verdict::never(Because::Merged);
        self.report(Thing::Node(make), Operation::MakeSlice, verdict, None);
        u64::try_from(len?).ok()
    }

    /// What appending takes, and the slice that comes of it.
    fn appended(
        &mut self,
        id: NodeId,
        first: NodeId,
        slice: SliceValue,
        len: Option<u64>,
        elem: Layout,
    ) -> (Verdict, SliceValue) {
        let room = BUFFER / elem.size;
        let buffered = self.buffer(id, first, elem);
        if let (Some(len), Some(cap)) = (len, slice.cap) {
            if len <= cap {
                let grown = SliceValue { len: Some(len), ..slice };
                return (Verdict::never(Because::HasRoom), grown);
            }
            let on_stack = match buffered {
                Some(true) if len <= room => {
                    let bytes = len.saturating_mul(elem.size);
                    Some(self.target.rounded(bytes, elem.has_pointers()) / elem.size)
                }
                Some(false) if len <= room && slice.len == Some(0) => {
                    self.buffers.used.insert(id).then_some(room)
                }
                _ => None,
            };
            if let Some(cap) = on_stack {
                let grown = SliceValue { len: Some(len), cap: Some(cap), on_stack: Some(true) };
                return (Verdict::never(Because::OnStack), grown);
            }
            let grown = self.target.append(elem, cap, len);
            let scan = elem.array(grown.capacity).pointer_bytes;
            let value = SliceValue::plain(Some(len), Some(grown.capacity));
            return (Verdict::always(grown.allocation, scan), value);
        }
        let grown = SliceValue { len, cap: None, on_stack: None };
        let when = match buffered {
            Some(_) => When::LongerThan(room),
            None => When::CapacityExceeded,
        };
        (Verdict::of_unknown_size().at_times(when), grown)
    }

    /// Whether an append can put its first array on the stack, and whether its capacity then grows step by step.
    fn buffer(&mut self, id: NodeId, first: NodeId, elem: Layout) -> Option<bool> {
        let by_steps = self.moves.appends.get(&id).copied();
        if by_steps == Some(true) {
            return by_steps;
        }
        if !self.has_buffer(id, elem) {
            return None;
        }
        // Of the appends to one variable, the first in the text has the buffer.
        let Aux::Var(var) = self.body.nodes[first].aux else { return Some(false) };
        if self.buffers.owner.is_empty() {
            self.buffers.owner = self.buffer_owners();
        }
        (self.buffers.owner.get(&var) == Some(&id)).then_some(false)
    }

    fn has_buffer(&self, id: NodeId, elem: Layout) -> bool {
        let stays = self.nodes.contains_key(&id) && !self.is_on_heap(id);
        elem.size > 0
            && elem.size <= BUFFER
            && self.world.compiler().since(25)
            && !self.body.nodes[id].is(NodeFlags::DDD)
            && (stays || self.moves.appends.contains_key(&id))
    }

    fn buffer_owners(&self) -> FxHashMap<lower::ir::VarId, NodeId> {
        let body = self.body;
        let mut owners = FxHashMap::default();
        body.any_in(self.func, &mut |id| {
            let node = &body.nodes[id];
            let first = body.items(node.list).first();
            if node.op == Op::Append
                && let Some(&first) = first
                && let Aux::Var(var) = body.nodes[first].aux
                && let Some(elem) = node.ty.and_then(|ty| self.types.elem_layout(ty))
                && self.has_buffer(id, elem)
                && self.moves.appends.get(&id) != Some(&true)
            {
                owners.entry(var).or_insert(id);
            }
            false
        });
        owners
    }
}

fn callee_of(value: Abstract) -> Callee {
    match value {
        Abstract::Literal { func, frame } => Callee::Literal { func, frame },
        Abstract::Declared(inst, bound) => Callee::Declared(inst, bound),
        _ => Callee::Unknown,
    }
}

/// What a call gives back. What its own function literals captured is gone with it.
fn returned(mut results: Vec<Abstract>, frame: u32) -> Abstract {
    for result in &mut results {
        if matches!(result, Abstract::Literal { frame: own, .. } if *own == frame) {
            *result = Abstract::Unknown;
        }
    }
    if results.len() == 1 { results.remove(0) } else { Abstract::Several(results) }
}

impl Caller for Machine<'_> {
    fn call_back(
        &mut self,
        frame: u32,
        func: FuncId,
        arguments: &[Abstract],
        shared: &mut Shared,
    ) -> Abstract {
        let (depth, unsure) = (self.depth, self.unsure);
        self.borrow(shared);
        let result = self.run_literal(frame, func, arguments);
        *shared = self.lend();
        (self.depth, self.unsure) = (depth, unsure);
        result
    }
}
