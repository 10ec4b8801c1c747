//! Calls, those of predeclared functions included.

use lower::Pragmas;
use lower::ir::{Body, FuncId, InstId, List, Node, NodeFlags, NodeId, Op};
use types::{Store, Type, TypeId};

use super::assign::is_uintptr;
use super::build::{Builder, KeepAlive};
use super::known::Callee;
use super::{BLANK, CALLEE, HEAP, Hole, MUTATOR, Reason, Thing};
use crate::leaks::{Leaks, Sink, TRACKED_RESULTS};

impl Builder<'_, '_> {
    /// Evaluates a call. `results` is where its results go; `None` where they are not asked for.
    pub(super) fn call(&mut self, results: Option<&[Hole]>, id: NodeId) {
        let body = self.body;
        let node = &body.nodes[id];
        let first = results.and_then(|holes| holes.first().copied()).unwrap_or(Hole::of(BLANK));
        match node.op {
            Op::CallFunc => self.call_function(results, id, node),
            Op::CallInter => {
                let receiver = node.x.and_then(|x| body.nodes[x].x);
                self.argument(Hole::of(HEAP), receiver, id);
                for &argument in body.items(node.list) {
                    self.argument(Hole::of(HEAP), Some(argument), id);
                }
            }
            Op::InlCall => {
                self.stmts(node.body);
                for (i, &result) in body.items(node.list).iter().enumerate() {
                    let hole = results.and_then(|holes| holes.get(i).copied());
                    self.expr(hole.unwrap_or(Hole::of(BLANK)), result);
                }
            }
            Op::Append => self.append(first, id, node),
            Op::Copy => {
                self.argument(Hole::of(MUTATOR), node.x, id);
                let hole = match node.y {
                    Some(y) if self.has_pointer_elements(y) => {
                        self.deref(Hole::of(HEAP), id, Reason::Copied)
                    }
                    _ => Hole::of(BLANK),
                };
                self.argument(hole, node.y, id);
            }
            Op::Panic => self.argument(Hole::of(HEAP), node.x, id),
            Op::Clear => self.argument(Hole::of(MUTATOR), node.x, id),
            Op::Min | Op::Max => {
                for &argument in body.items(node.list) {
                    self.argument(first, Some(argument), id);
                }
            }
            Op::UnsafeStringData | Op::UnsafeSliceData => self.argument(first, node.x, id),
            Op::UnsafeAdd | Op::UnsafeSlice | Op::UnsafeString => {
                self.argument(first, node.x, id);
                self.discard(node.y);
            }
            // Nothing escapes: `len`, `delete`, `print` and the like.
            _ => {
                self.discard(node.x);
                self.discard(node.y);
                self.discard_all(node.list);
            }
        }
    }

    fn argument(&mut self, hole: Hole, argument: Option<NodeId>, call: NodeId) {
        let hole = self.noted(hole, call, Reason::Argument);
        self.opt_expr(hole, argument);
    }

    fn append(&mut self, result: Hole, id: NodeId, node: &Node) {
        let body = self.body;
        let Some((&slice, appended)) = body.items(node.list).split_first() else { return };
        // The slice itself is the result if it has room. Otherwise its elements move to another one.
        let mut hole = self.tee(&[result, Hole::of(MUTATOR)]);
        if self.has_pointer_elements(slice) {
            let elements = self.deref(Hole::of(HEAP), id, Reason::AppendedTo);
            hole = self.tee(&[hole, elements]);
        }
        self.argument(hole, Some(slice), id);
        for &value in appended {
            let hole = if !node.is(NodeFlags::DDD) {
                Hole::of(HEAP)
            } else if self.has_pointer_elements(value) {
                self.deref(Hole::of(HEAP), id, Reason::Appended)
            } else {
                Hole::of(BLANK)
            };
            self.argument(hole, Some(value), id);
        }
        // Since Go 1.25, the array that it may allocate is a location. A flag keeps it from being used twice, so that it counts
        // as outside of all loops.
        if self.compiler.since(25) {
            let storage = self.spill(result, id);
            self.graph.loc_mut(storage).loop_depth = 0;
        }
    }

    fn call_function(&mut self, results: Option<&[Hole]>, id: NodeId, node: &Node) {
        let Some(called) = node.x else { return };
        let world = self.world;
        let careless = |inst: InstId| {
            !pragmas_of(world, inst).any(Pragmas::UINTPTRKEEPALIVE.with(Pragmas::UINTPTRESCAPES))
        };
        let callees =
            self.shared.known.callees(self.compiler, self.entry, self.func_here, called, &careless);
        let callees = callees.as_slice();
        self.results_of(results, callees);

        let mut hole = Hole::of(BLANK);
        if callees.is_empty()
            && results.is_some_and(|holes| holes.iter().any(|hole| hole.dst != BLANK))
        {
            // A function literal that comes here is called, and its results get lost.
            hole = self.noted(Hole::of(CALLEE), id, Reason::Called);
        }
        self.expr(hole, called);
        self.arguments(results, callees, id, node.list);
    }

    /// Results of functions of the batch go where those of the call go.
    fn results_of(&mut self, results: Option<&[Hole]>, callees: &[Callee]) {
        let Some(holes) = results else { return };
        for &callee in callees {
            let Some((entry, func)) = self.in_component(callee) else { continue };
            let Some(id) = self.func_id(entry, func) else { continue };
            let count = self.graph.func(id).results.len();
            for (i, &hole) in holes.iter().enumerate().take(count) {
                let result = self.graph.func(id).results[i];
                self.result_flow(hole, result);
            }
        }
    }

    fn result_flow(&mut self, hole: Hole, result: super::LocId) {
        if result == BLANK {
            return;
        }
        let mut hole = hole;
        if let Thing::Var(var) = self.graph.loc(result).thing {
            let entry = self.graph.func(self.graph.loc(result).func).entry;
            let ty = self.batch[entry as usize].body.vars[var].ty;
            if hole.derefs >= 0 && !self.shared.layouts.has_pointers(ty) {
                hole.dst = BLANK;
            }
        }
        self.graph.flow(hole, result);
    }

    /// The place in the batch of a callee that is part of it.
    fn in_batch(&self, callee: Callee) -> Option<(u32, FuncId)> {
        match callee {
            Callee::Declared(inst) => {
                self.shared.known.entry(inst).map(|entry| (entry, Body::ROOT))
            }
            Callee::Literal(func) => Some((self.entry, func)),
            Callee::Runtime(_) => None,
        }
    }

    /// As [`Self::in_batch`], where it is analysed with the functions at hand.
    fn in_component(&self, callee: Callee) -> Option<(u32, FuncId)> {
        let found = self.in_batch(callee);
        found.filter(|&(entry, func)| self.func_id(entry, func).is_some())
    }

    fn arguments(&mut self, results: Option<&[Hole]>, callees: &[Callee], id: NodeId, list: List) {
        let arguments = self.body.items(list);
        // A call that only keeps its arguments alive.
        if self.body.nodes[id].is(NodeFlags::VAR_LIVE) {
            for &argument in arguments {
                self.argument(Hole::of(BLANK), Some(argument), id);
            }
            return;
        }
        if let &[Callee::Declared(inst)] = callees
            && let Some(shape) = self.escapes_but_strings(inst)
        {
            let kept = has_other_pointers(
                self.store,
                &mut |ty| self.shared.layouts.has_pointers(ty),
                shape,
            );
            let hole = Hole::of(if kept { HEAP } else { BLANK });
            for &argument in arguments {
                self.argument(hole, Some(argument), id);
            }
            return;
        }
        let pragmas = self.pragmas(callees);
        for (i, &argument) in arguments.iter().enumerate() {
            if pragmas.any(Pragmas::UINTPTRKEEPALIVE.with(Pragmas::UINTPTRESCAPES)) {
                self.keep_alive_in(id, argument, pragmas);
            }
            let hole = match *callees {
                [] => Hole::of(HEAP),
                [callee] => self.parameter(results, callee, i),
                _ => {
                    let holes: Vec<Hole> =
                        callees.iter().map(|&callee| self.parameter(results, callee, i)).collect();
                    self.tee(&holes)
                }
            };
            self.argument(hole, Some(argument), id);
        }
    }

    /// Where an argument for a parameter goes, by its position (the receiver counted).
    pub(super) fn parameter(
        &mut self,
        results: Option<&[Hole]>,
        callee: Callee,
        index: usize,
    ) -> Hole {
        if let Some((entry, func)) = self.in_component(callee) {
            let params = &self.batch[entry as usize].body.funcs[func].params;
            return match params.get(index) {
                Some(&param) => Hole::of(self.var_of(entry, param)),
                None => Hole::of(HEAP),
            };
        }
        let of = |all: &[Leaks]| all.get(index).copied();
        let leaks = match (self.in_batch(callee), callee) {
            (Some(place), _) => self.shared.leaks.get(&place).and_then(|all| of(all)),
            (None, Callee::Declared(inst)) => self.world.leaks(inst).and_then(|all| of(&all)),
            // Of the runtime's functions nothing is known.
            _ => None,
        };
        let leaks = leaks.unwrap_or(Leaks::ESCAPES);
        self.leaked(results, leaks)
    }

    /// Where a value goes that flows as a parameter does.
    fn leaked(&mut self, results: Option<&[Hole]>, leaks: Leaks) -> Hole {
        let mut holes = [Hole::of(BLANK); 3 + TRACKED_RESULTS];
        let mut count = 0;
        let mut push = |hole: Hole, derefs: i32| {
            holes[count] = hole.shift(derefs);
            count += 1;
        };
        for (sink, dst) in [(Sink::Heap, HEAP), (Sink::Mutator, MUTATOR), (Sink::Callee, CALLEE)] {
            if let Some(derefs) = leaks.derefs(sink) {
                push(Hole::of(dst), derefs);
            }
        }
        if let Some(results) = results {
            for (i, &hole) in results.iter().enumerate().take(TRACKED_RESULTS) {
                if let Some(derefs) = leaks.derefs(Sink::Result(i)) {
                    push(hole, derefs);
                }
            }
        }
        self.tee(&holes[..count])
    }

    /// The directives of all that may be called.
    fn pragmas(&self, callees: &[Callee]) -> Pragmas {
        callees.iter().fold(Pragmas::default(), |all, callee| match *callee {
            Callee::Declared(inst) => all.with(pragmas_of(self.world, inst)),
            _ => all,
        })
    }

    /// The type argument of the function that lets all escape but strings; `None` of any other function.
    /// `hash/maphash` had its own before Go 1.25.
    fn escapes_but_strings(&self, inst: InstId) -> Option<TypeId> {
        let instance = self.world.instances().get(inst);
        let &[shape] = &*instance.shapes else { return None };
        let object = self.store.obj(instance.obj);
        let (path, name) = if self.compiler.since(25) {
            ("internal/abi", "EscapeNonString")
        } else {
            ("hash/maphash", "escapeForHash")
        };
        let pkg = object.pkg?;
        (object.name.as_str() == name && self.store.pkg(pkg).path.as_str() == path).then_some(shape)
    }

    /// Pointers that are arguments as `uintptr` live on until the call returns, or escape.
    fn keep_alive_in(&mut self, call: NodeId, argument: NodeId, pragmas: Pragmas) {
        let body = self.body;
        let node = &body.nodes[argument];
        if node.op != Op::SliceLit {
            return self.keep_alive(call, argument, pragmas);
        }
        for &element in body.items(node.list) {
            let element = match &body.nodes[element] {
                Node { op: Op::Key, y: Some(value), .. } => *value,
                _ => element,
            };
            self.keep_alive(call, element, pragmas);
        }
    }

    fn keep_alive(&mut self, call: NodeId, argument: NodeId, pragmas: Pragmas) {
        let node = &self.body.nodes[argument];
        let Some(x) = node.x else { return };
        if node.op != Op::ConvNop
            || !self.is_unsafe_pointer(x)
            || !is_uintptr(self.store, node.ty)
            || !self.kept.insert((self.entry, argument))
        {
            return;
        }
        self.keep_alive.push(KeepAlive { func: self.func, call, conversion: argument });
        let kept = self.new_loc(Thing::Temporary, true);
        let assigned = self.noted(Hole::of(kept), argument, Reason::Assign);
        self.expr(assigned, x);
        let hole = if pragmas.has(Pragmas::UINTPTRESCAPES) {
            self.heap_for(argument, Reason::UintptrEscapes)
        } else {
            Hole::of(MUTATOR)
        };
        self.graph.flow(hole, kept);
    }
}

/// The directives of a function. One without a body in Go keeps its `uintptr` arguments alive.
fn pragmas_of(world: &dyn crate::World, inst: InstId) -> Pragmas {
    let declared = world.declared(inst);
    if declared.has_body {
        declared.pragmas
    } else {
        declared.pragmas.with(Pragmas::UINTPTRKEEPALIVE)
    }
}

/// Whether a value has pointers besides those of strings.
fn has_other_pointers(
    store: &Store,
    has_pointers: &mut dyn FnMut(TypeId) -> bool,
    ty: TypeId,
) -> bool {
    if !has_pointers(ty) {
        return false;
    }
    match store.ty(store.under(ty)) {
        Type::Basic(basic, _) => !basic.is_string(),
        Type::Struct(parts) => {
            let mut fields = parts.fields.iter();
            fields.any(|&field| has_other_pointers(store, has_pointers, store.obj_type(field)))
        }
        Type::Array { elem, .. } => has_other_pointers(store, has_pointers, *elem),
        _ => true,
    }
}
