//! Statements.

use lower::ir::{Aux, List, Node, NodeId, Op, VarId};
use rustc_hash::FxHashSet;
use types::Type;

use super::{Flow, Machine, Mode, deeper};
use crate::allocation::value::{Abstract, SliceValue};
use crate::allocation::verdict::Verdict;
use crate::allocation::{Because, Operation, When};
use crate::graph::Thing;

/// Turns of one loop that are run before it is given up.
const MAX_TURNS: u64 = 1 << 16;

impl Machine<'_> {
    pub(super) fn stmts(&mut self, list: List) -> Flow {
        let body = self.body;
        let items = body.items(list);
        let mut at = 0;
        while let Some(&id) = items.get(at) {
            at += 1;
            let flow = self.stmt(id);
            match flow {
                Flow::Next => {}
                Flow::Goto(label) if self.mode == Mode::Run => {
                    let is_target = |&stmt: &NodeId| {
                        body.nodes[stmt].op == Op::Label && body.nodes[stmt].aux == label
                    };
                    match items.iter().position(is_target) {
                        Some(target) if self.burn() => at = target + 1,
                        _ => return flow,
                    }
                }
                _ => {
                    // What follows is reached by jumps only.
                    let rest = &items[at..];
                    let Some(label) = rest.iter().position(|&s| body.nodes[s].op == Op::Label)
                    else {
                        return flow;
                    };
                    if self.mode == Mode::Run {
                        return flow;
                    }
                    at += label;
                    self.env.clear();
                    if let Flow::Goto(_) = flow
                        && let Aux::Label(name, number) = body.nodes[items[at]].aux
                        && let Some(known) = self.jumps.remove(&(name, number))
                    {
                        self.env = known;
                        at += 1;
                    }
                }
            }
        }
        Flow::Next
    }

    pub(super) fn stmt(&mut self, id: NodeId) -> Flow {
        if !self.burn() {
            return Flow::Leave;
        }
        let node = self.node(id);
        deeper(|| self.stmt_of(id, &node))
    }

    fn stmt_of(&mut self, id: NodeId, node: &Node) -> Flow {
        if let Some(moves) = self.moves.before.get(&id).cloned() {
            moves.into_iter().for_each(|var| self.move_slice(id, var));
        }
        self.stmts(node.init);
        match node.op {
            Op::Dcl => self.declare(node),
            Op::As => self.assign(id, node),
            Op::AsOp => self.assign_op(id, node),
            Op::As2 => self.assign_all(node),
            Op::As2Func | Op::As2DotType | Op::As2MapR | Op::As2Recv | Op::SelRecv2 => {
                self.assign_results(id, node);
            }
            Op::Block => return self.stmts(node.list),
            Op::If => return self.branch(node),
            Op::For => return self.for_loop(node),
            Op::Range => return self.range(id, node),
            Op::Switch => return self.switch(node),
            Op::Select => return self.select(node),
            Op::Return => {
                let values = self.exprs(node.list);
                self.end_block();
                self.out.results = match <[Abstract; 1]>::try_from(values) {
                    Ok([Abstract::Several(values)]) => values,
                    Ok([value]) => vec![value],
                    Err(values) => values,
                };
                if node.list.is_empty() {
                    let results = self.body.funcs[self.func].results.clone();
                    self.out.results = results.into_iter().map(|var| self.get_var(var)).collect();
                }
                self.leave();
                return Flow::Leave;
            }
            Op::TailCall | Op::Panic => {
                self.opt_expr(node.x);
                self.end_block();
                return Flow::Leave;
            }
            Op::Break => return Flow::Break(label_of(node)),
            Op::Continue => return Flow::Continue(label_of(node)),
            Op::Goto => {
                self.end_block();
                if self.mode == Mode::Judge
                    && let Aux::Label(name, number) = node.aux
                {
                    let known = self.env.clone();
                    let joined = match self.jumps.remove(&(name, number)) {
                        Some(mut other) => {
                            other.join(&known);
                            other
                        }
                        None => known,
                    };
                    self.jumps.insert((name, number), joined);
                    self.leave();
                }
                return Flow::Goto(node.aux);
            }
            Op::Fall => return Flow::Fall,
            Op::Label => {
                self.end_block();
                if self.mode == Mode::Judge
                    && let Aux::Label(name, number) = node.aux
                {
                    match self.jumps.remove(&(name, number)) {
                        // Inlined functions only jump to their end.
                        Some(other) if number != 0 => self.env.join(&other),
                        _ => self.env.clear(),
                    }
                }
            }
            Op::Go => self.go(node),
            Op::Defer => self.defer(id, node),
            _ => {
                self.expr(id);
            }
        }
        Flow::Next
    }

    fn leave(&mut self) {
        if self.conditional > 0 {
            self.may_have_left = true;
        }
    }

    fn declare(&mut self, node: &Node) {
        let Some(Aux::Var(var)) = node.x.map(|x| self.body.nodes[x].aux) else { return };
        self.heap_variable(var);
    }

    fn assign(&mut self, id: NodeId, node: &Node) {
        let Some(x) = node.x else { return };
        self.prepare_target(x);
        let value = match node.y {
            Some(y) => self.expr(y),
            None => match self.ty(x) {
                Some(ty) => Abstract::zero(self.types.store, ty),
                None => Abstract::Unknown,
            },
        };
        self.store(id, x, value);
    }

    /// Evaluates what is in the place that is assigned to.
    fn prepare_target(&mut self, x: NodeId) {
        let node = self.node(x);
        match node.op {
            Op::Name => {
                self.stmts(node.init);
            }
            Op::IndexMap => {
                self.stmts(node.init);
                self.opt_expr(node.x);
                // The key is kept, so that a string made for it is one.
                let key = self.opt_expr(node.y);
                self.keys.insert(x, key);
            }
            _ => {
                self.expr(x);
            }
        }
    }

    /// Sets what `x` names.
    fn store(&mut self, stmt: NodeId, x: NodeId, value: Abstract) {
        let node = self.node(x);
        match (node.op, node.aux) {
            (Op::Name, Aux::Var(var)) => self.set_var(var, value),
            (Op::IndexMap, _) => self.insert(stmt, x, &node),
            _ => {
                if let Some(var) = self.body.outer_variable(x) {
                    self.set_var(var, Abstract::Unknown);
                }
            }
        }
    }

    fn assign_op(&mut self, id: NodeId, node: &Node) {
        let Some(x) = node.x else { return };
        self.prepare_target(x);
        let old = match self.body.nodes[x].aux {
            Aux::Var(var) if self.body.nodes[x].op == Op::Name => self.get_var(var),
            _ => Abstract::Unknown,
        };
        let added = self.opt_expr(node.y);
        let Aux::Sub(op) = node.aux else { return self.store(id, x, Abstract::Unknown) };
        let is_text = self.ty(x).is_some_and(|ty| self.types.is_string(ty));
        let value = if op == Op::Add && is_text {
            self.concat_assign(id, &old, &added)
        } else {
            self.ends_with_check(op, node.y);
            self.compute(op, self.ty(x), &old, &added)
        };
        self.store(id, x, value);
    }

    fn assign_all(&mut self, node: &Node) {
        let (lefts, rights) = (self.body.items(node.list), self.body.items(node.body));
        lefts.iter().for_each(|&left| self.prepare_target(left));
        let values: Vec<Abstract> = rights.iter().map(|&right| self.expr(right)).collect();
        for (at, &left) in lefts.iter().enumerate() {
            let value = values.get(at).cloned().unwrap_or_default();
            self.store(left, left, value);
        }
    }

    fn assign_results(&mut self, id: NodeId, node: &Node) {
        let (lefts, rights) = (self.body.items(node.list), self.body.items(node.body));
        lefts.iter().for_each(|&left| self.prepare_target(left));
        let mut values = Vec::new();
        for &right in rights {
            if let Abstract::Several(all) = self.expr(right) {
                values = all;
            }
        }
        if node.op != Op::As2Func {
            self.end_block();
        }
        for (at, &left) in lefts.iter().enumerate() {
            let value = values.get(at).cloned().unwrap_or_default();
            self.store(id, left, value);
        }
    }

    fn branch(&mut self, node: &Node) -> Flow {
        let condition = self.opt_expr(node.x);
        self.end_block();
        let constant = node.x.and_then(|x| self.constant(x)).and_then(|value| value.as_bool());
        let taken = match self.mode {
            Mode::Run => condition.as_bool(),
            Mode::Judge => constant,
        };
        if let Some(taken) = taken {
            let flow = self.stmts(if taken { node.body } else { node.els });
            self.end_block();
            return flow;
        }
        if self.mode == Mode::Run {
            self.uncertain_branch(node)
        } else {
            self.judge_branches(&[node.body, node.els])
        }
    }

    /// A branch whose condition is not known: harmless where neither side allocates.
    fn uncertain_branch(&mut self, node: &Node) -> Flow {
        let before = (self.out.taken.len(), self.env.clone());
        let first = self.stmts(node.body);
        self.end_block();
        let after = std::mem::replace(&mut self.env, before.1);
        let second = self.stmts(node.els);
        self.end_block();
        // Panics are not counted.
        match (first, second) {
            (Flow::Next, Flow::Next) => self.env.join(&after),
            _ => self.doubt("a branch"),
        }
        if self.out.taken.len() > before.0 {
            self.doubt("a branch");
        }
        Flow::Next
    }

    /// Looks at alternatives, of which one is taken.
    fn judge_branches(&mut self, branches: &[List]) -> Flow {
        let before = self.env.clone();
        let mut after: Option<crate::allocation::value::Env> = None;
        let mut flow = None;
        let mut fell: Option<crate::allocation::value::Env> = None;
        self.conditional += 1;
        for &branch in branches {
            self.env.clone_from(&before);
            if let Some(fell) = fell.take() {
                self.env.join(&fell);
            }
            let this = self.stmts(branch);
            self.end_block();
            if this == Flow::Fall {
                fell = Some(self.env.clone());
                continue;
            }
            if matches!(this, Flow::Leave) {
                flow = flow.or(Some(this));
                continue;
            }
            // Jumps out of a switch or loop come together behind it, where everything assigned in it is forgotten.
            match &mut after {
                Some(after) => after.join(&self.env),
                None => after = Some(self.env.clone()),
            }
            flow = Some(Flow::Next);
        }
        self.conditional -= 1;
        match after {
            Some(after) => self.env = after,
            None => self.env.clone_from(&before),
        }
        flow.unwrap_or(Flow::Next)
    }

    /// Forgets what is assigned in statements that may run any number of times.
    fn forget(&mut self, nodes: &[NodeId]) {
        let body = self.body;
        let mut assigned: FxHashSet<VarId> = FxHashSet::default();
        let mut maps = false;
        for &node in nodes {
            body.each_below(node, &mut |id| {
                let node = &body.nodes[id];
                let mut target = |x: Option<NodeId>| {
                    let Some(x) = x else { return };
                    maps |= body.nodes[x].op == Op::IndexMap;
                    assigned.extend(body.outer_variable(x).map(|var| body.canonical(var)));
                };
                match node.op {
                    Op::As | Op::AsOp => target(node.x),
                    Op::Range => {
                        target(node.y);
                        target(node.z);
                    }
                    Op::Delete | Op::Clear => maps = true,
                    Op::CallFunc | Op::CallInter => maps = true,
                    op if op.is_assign_list() => {
                        body.items(node.list).iter().for_each(|&x| target(Some(x)));
                    }
                    _ => {}
                }
            });
        }
        assigned.into_iter().for_each(|var| self.env.set(var, Abstract::Unknown));
        if maps {
            self.env.forget_maps();
        }
    }

    fn for_loop(&mut self, node: &Node) -> Flow {
        self.end_block();
        if self.mode == Mode::Judge {
            return self.judge_loop(node, &[node.x], &[node.y]);
        }
        let mut turns = 0;
        loop {
            let condition = node.x.map_or(Abstract::bool(true), |x| self.expr(x));
            self.end_block();
            match condition.as_bool() {
                Some(false) => return Flow::Next,
                Some(true) => {}
                None => {
                    self.doubt("a loop");
                    return Flow::Next;
                }
            }
            if let Some(flow) = self.turn(node, &mut turns) {
                return flow;
            }
            if let Some(post) = node.y {
                self.stmt(post);
            }
        }
    }

    /// One turn of a loop that is run. Returns where it goes if it ends.
    fn turn(&mut self, node: &Node, turns: &mut u64) -> Option<Flow> {
        *turns += 1;
        if *turns > MAX_TURNS || !self.burn() {
            self.doubt("a long loop");
            return Some(Flow::Leave);
        }
        let own = |label: Option<Aux>| label.is_none_or(|label| label == node.aux);
        let flow = self.stmts(node.body);
        self.end_block();
        match flow {
            Flow::Next => None,
            Flow::Continue(label) if own(label) => None,
            Flow::Break(label) if own(label) => Some(Flow::Next),
            flow => Some(flow),
        }
    }

    fn judge_loop(
        &mut self,
        node: &Node,
        before: &[Option<NodeId>],
        after: &[Option<NodeId>],
    ) -> Flow {
        let mut nodes: Vec<NodeId> = self.body.items(node.body).to_vec();
        nodes.extend(before.iter().chain(after).flatten());
        nodes.extend(node.y.into_iter().chain(node.z));
        self.forget(&nodes);
        let targets: Vec<VarId> = if node.op == Op::Range {
            let names = node.y.into_iter().chain(node.z);
            names.filter_map(|x| self.body.outer_variable(x)).collect()
        } else {
            Vec::new()
        };
        for var in targets {
            self.set_var(var, Abstract::Unknown);
        }
        self.loop_depth += 1;
        self.conditional += u32::from(node.op == Op::For && node.x.is_none()) ^ 1;
        for &id in before.iter().flatten() {
            self.expr(id);
        }
        self.end_block();
        self.stmts(node.body);
        self.end_block();
        for &id in after.iter().flatten() {
            self.stmt(id);
        }
        self.end_block();
        self.conditional -= u32::from(node.op == Op::For && node.x.is_none()) ^ 1;
        self.loop_depth -= 1;
        self.forget(&nodes);
        Flow::Next
    }

    fn range(&mut self, _id: NodeId, node: &Node) -> Flow {
        let Some(x) = node.x else { return Flow::Next };
        let over = self.range_operand(x);
        self.end_block();
        if self.mode == Mode::Judge {
            return self.judge_loop(node, &[], &[]);
        }
        let Some(ty) = self.ty(x) else { return Flow::Next };
        let counts = |ty| match self.types.under(ty) {
            Type::Array { len, .. } => u64::try_from(*len).ok(),
            _ => None,
        };
        let turns_wanted = match self.types.under(ty) {
            Type::Array { .. } => counts(ty),
            Type::Pointer(elem) => counts(*elem),
            Type::Basic(basic, _) if basic.is_integer() => {
                over.as_i64().map(|n| u64::try_from(n).unwrap_or(0))
            }
            Type::Basic(..) => match &over {
                Abstract::Constant(text) => text.as_text().map(|text| {
                    String::from_utf8_lossy(text.bytes()).chars().count() as u64
                }),
                _ => None,
            },
            Type::Slice(_) => over.slice().len,
            Type::Map { .. } => match over {
                Abstract::Map(map) => self.env.maps[map.0].keys.as_ref().map(|k| k.len() as u64),
                Abstract::Nil => Some(0),
                _ => None,
            },
            _ => None,
        };
        let Some(wanted) = turns_wanted else {
            self.doubt("a loop");
            return Flow::Next;
        };
        let indexed = !matches!(self.types.under(ty), Type::Map { .. })
            && !self.types.is_string(ty);
        let mut turns = 0;
        for at in 0..wanted {
            let key = if indexed {
                Abstract::int(i64::try_from(at).unwrap_or(i64::MAX))
            } else {
                Abstract::Unknown
            };
            for (target, value) in [(node.y, key), (node.z, Abstract::Unknown)] {
                if let Some(target) = target {
                    self.store(target, target, value);
                }
            }
            if let Some(flow) = self.turn(node, &mut turns) {
                return flow;
            }
        }
        Flow::Next
    }

    fn switch(&mut self, node: &Node) -> Flow {
        let tag = node.x.map(|x| self.switch_tag(node, x));
        self.end_block();
        let cases = self.body.items(node.list);
        let own = |flow: Flow, aux: Aux| match flow {
            Flow::Break(label) if label.is_none_or(|label| label == aux) => Flow::Next,
            flow => flow,
        };
        if self.mode == Mode::Run {
            let Some(mut at) = self.chosen(node, tag, cases) else {
                self.doubt("a switch");
                return Flow::Next;
            };
            while let Some(&case) = cases.get(at) {
                let flow = self.stmts(self.body.nodes[case].body);
                self.end_block();
                if flow != Flow::Fall {
                    return own(flow, node.aux);
                }
                at += 1;
            }
            return Flow::Next;
        }
        let mut branches = Vec::with_capacity(cases.len() + 1);
        let mut default = false;
        for &case in cases {
            let case = self.node(case);
            self.stmts(case.init);
            default |= case.list.is_empty();
            self.exprs(case.list);
            self.end_block();
            branches.push(case.body);
        }
        if !default {
            branches.push(List::EMPTY);
        }
        let flow = self.judge_branches(&branches);
        self.forget(cases);
        own(flow, node.aux)
    }

    /// The case that is taken; the number of cases where none is. `None` where that is not known.
    fn chosen(&mut self, node: &Node, tag: Option<Abstract>, cases: &[NodeId]) -> Option<usize> {
        if node.x.is_some_and(|x| self.body.nodes[x].op == Op::TypeSw) {
            return None;
        }
        let tag = tag.unwrap_or_else(|| Abstract::bool(true));
        let mut default = cases.len();
        for (at, &case) in cases.iter().enumerate() {
            let values = self.body.items(self.body.nodes[case].list);
            if values.is_empty() {
                default = at;
            }
            for &value in values {
                let value = self.expr(value);
                if self.compute(Op::Eq, None, &tag, &value).as_bool()? {
                    return Some(at);
                }
            }
        }
        Some(default)
    }

    fn select(&mut self, node: &Node) -> Flow {
        self.end_block();
        let cases = self.body.items(node.list);
        if self.mode == Mode::Run && cases.len() > 1 {
            self.doubt("a select");
        }
        let mut branches = Vec::with_capacity(cases.len());
        for &case in cases {
            let case = self.node(case);
            if let Some(comm) = case.x {
                self.stmt(comm);
            }
            branches.push(case.body);
        }
        let flow = self.judge_branches(&branches);
        self.forget(cases);
        match flow {
            Flow::Break(_) => Flow::Next,
            flow => flow,
        }
    }

    /// A slice that may be built on the stack moves to the heap.
    fn move_slice(&mut self, stmt: NodeId, var: VarId) {
        let Some(elem) = self.types.elem_layout(self.body.vars[var].ty) else { return };
        let slice = self.get_var(var).slice();
        let keeps = self.moves.keeps_capacity.contains(&var);
        let (verdict, moved) = match (slice.on_stack, slice.len, slice.cap) {
            (Some(false), ..) => (Verdict::never(Because::Merged), slice),
            (Some(true), Some(_), Some(cap)) if keeps => {
                let cost = self.target.array(elem, cap);
                (Verdict::always(cost, elem.array(cap).pointer_bytes), slice)
            }
            (Some(true), Some(len), _) => {
                let grown = self.target.move_to_heap(elem, len);
                let moved = SliceValue { cap: Some(grown.capacity), ..slice };
                let scan = elem.array(grown.capacity).pointer_bytes;
                (Verdict::always(grown.allocation, scan), moved)
            }
            _ => (Verdict::unsized_(elem.size).at_times(When::OnStack), slice),
        };
        self.report(Thing::Node(stmt), Operation::MoveToHeap, verdict, None);
        let known = moved != SliceValue::default();
        if known {
            let moved = SliceValue { on_stack: Some(false), ..moved };
            self.set_var(var, Abstract::Slice(moved));
        }
        self.end_block();
    }
}

fn label_of(node: &Node) -> Option<Aux> {
    match node.aux {
        Aux::Label(..) => Some(node.aux),
        _ => None,
    }
}
