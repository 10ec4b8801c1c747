//! Loops.

use lower::ir::{Aux, Node, NodeId, Op, VarFlags, VarId};
use rustc_hash::FxHashSet;
use types::Type;

use super::{Flow, Machine, Mode};
use crate::allocation::value::Abstract;

/// Turns of one loop that are run before it is given up.
const MAX_TURNS: u64 = 1 << 16;

impl Machine<'_> {
    /// Forgets what is assigned in statements that may run any number of times.
    pub(super) fn forget(&mut self, nodes: &[NodeId]) {
        let body = self.body;
        let mut assigned: FxHashSet<VarId> = FxHashSet::default();
        let (mut maps, mut written) = (false, false);
        for &node in nodes {
            body.each_below(node, &mut |id| {
                let node = &body.nodes[id];
                let mut target = |x: Option<NodeId>| {
                    let Some(x) = x else { return };
                    maps |= body.nodes[x].op == Op::IndexMap;
                    match body.outer_variable(x) {
                        Some(var) => drop(assigned.insert(body.canonical(var))),
                        None => written = true,
                    }
                };
                match node.op {
                    Op::As | Op::AsOp => target(node.x),
                    Op::Range => {
                        target(node.y);
                        target(node.z);
                    }
                    Op::Delete | Op::Clear => maps = true,
                    Op::CallFunc | Op::CallInter => (maps, written) = (true, true),
                    op if op.is_assign_list() => {
                        body.items(node.list).iter().for_each(|&x| target(Some(x)));
                    }
                    _ => {}
                }
            });
        }
        for var in assigned {
            let exposed = self.body.vars[var].flags.has(VarFlags::ADDRTAKEN);
            self.env.set(var, exposed, Abstract::Unknown);
        }
        if maps {
            self.env.forget_maps();
        }
        if written {
            self.written();
        }
    }

    pub(super) fn for_loop(&mut self, node: &Node) -> Flow {
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
    pub(super) fn turn(&mut self, node: &Node, turns: &mut u64) -> Option<Flow> {
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

    pub(super) fn judge_loop(
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

    pub(super) fn range(&mut self, _id: NodeId, node: &Node) -> Flow {
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
                Abstract::Constant(text) => text
                    .as_text()
                    .map(|text| String::from_utf8_lossy(text.bytes()).chars().count() as u64),
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
        let indexed =
            !matches!(self.types.under(ty), Type::Map { .. }) && !self.types.is_string(ty);
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
}
