//! Statements.

use lower::ir::{Aux, List, Node, NodeId, Op, VarId, deeper};

use super::branches::flow_label;
use super::{Flow, Machine, Mode};
use crate::allocation::value::{Abstract, SliceValue};
use crate::allocation::verdict::Verdict;
use crate::allocation::{Because, Operation, When};
use crate::graph::Thing;

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
                Flow::Jumped => {
                    // Goes on at the label that a way led to.
                    let is_target = |&stmt: &NodeId| match body.nodes[stmt].aux {
                        Aux::Label(name, number) if body.nodes[stmt].op == Op::Label => {
                            self.jumps.contains_key(&(name, number))
                        }
                        _ => false,
                    };
                    let Some(target) = items[at..].iter().position(is_target) else { return flow };
                    at += target + 1;
                    if let Aux::Label(name, number) = body.nodes[items[at - 1]].aux
                        && let Some(known) = self.jumps.remove(&(name, number))
                    {
                        self.env = known;
                    }
                }
                Flow::Goto(label) if self.mode == Mode::Run => {
                    if let Some(label) = flow_label(flow)
                        && self.jumps.contains_key(&label)
                    {
                        // Another way has led there before.
                        self.jump(label);
                        if let Some(known) = self.jumps.remove(&label) {
                            self.env = known;
                        }
                    }
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
                    self.jump((name, number));
                    self.leave();
                }
                return Flow::Goto(node.aux);
            }
            Op::Fall => return Flow::Fall,
            Op::Label => {
                self.end_block();
                if let Aux::Label(name, number) = node.aux
                    && (self.mode == Mode::Judge || self.jumps.contains_key(&(name, number)))
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
    pub(super) fn store(&mut self, stmt: NodeId, x: NodeId, value: Abstract) {
        let node = self.node(x);
        match (node.op, node.aux) {
            (Op::Name, Aux::Var(var)) => self.set_var(var, value),
            (Op::IndexMap, _) => self.insert(stmt, x, &node),
            _ => match self.body.outer_variable(x) {
                Some(var) => self.set_var(var, Abstract::Unknown),
                None => self.written(),
            },
        }
    }

    fn assign_op(&mut self, id: NodeId, node: &Node) {
        let Some(x) = node.x else { return };
        self.prepare_target(x);
        let old = match self.body.nodes[x].aux {
            Aux::Var(var) if self.body.nodes[x].op == Op::Name => self.get_var(var),
            _ => Abstract::Unknown,
        };
        let Aux::Sub(op) = node.aux else { return self.store(id, x, Abstract::Unknown) };
        let is_text = self.ty(x).is_some_and(|ty| self.types.is_string(ty));
        let value = match node.y {
            Some(y) if op == Op::Add && is_text => self.concat_assign(id, (x, y), old),
            y => {
                let changed = self.opt_expr(y);
                self.ends_with_check(op, y);
                self.compute(op, self.ty(x), &old, &changed)
            }
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
            _ => (Verdict::of_unknown_size().at_times(When::OnStack), slice),
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
