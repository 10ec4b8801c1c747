//! Branches: which is taken, and what is known where they come together.

use lower::ir::{Aux, List, Node, NodeId, Op};

use super::{Flow, Machine, Mode};
use crate::allocation::value::{Abstract, Env};

impl Machine<'_> {
    pub(super) fn branch(&mut self, node: &Node) -> Flow {
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
            self.uncertain(&[node.body, node.els])
        } else {
            self.judge_branches(&[node.body, node.els])
        }
    }

    /// Alternatives of a call that is run, where it is not known which is taken: harmless where none of them allocates.
    pub(super) fn uncertain(&mut self, branches: &[List]) -> Flow {
        let (taken, before) = (self.out.taken.len(), self.env.clone());
        let mut after: Option<Env> = None;
        let mut left = false;
        for &branch in branches {
            self.env.clone_from(&before);
            let flow = self.stmts(branch);
            self.end_block();
            match (flow, flow_label(flow)) {
                (Flow::Next, _) => match &mut after {
                    Some(after) => after.join(&self.env),
                    None => after = Some(self.env.clone()),
                },
                (Flow::Leave, _) => left = true,
                (Flow::Goto(_), Some(label)) => self.jump(label),
                // Where a loop or switch ends is not known, nor what is known there.
                _ => self.doubt("a branch"),
            }
        }
        if self.out.taken.len() > taken {
            self.doubt("a branch");
        }
        self.unsure |= left;
        if left {
            self.out.results.iter_mut().for_each(|value| *value = Abstract::Unknown);
        }
        match after {
            Some(after) => {
                self.env = after;
                Flow::Next
            }
            None if self.jumps.is_empty() => Flow::Leave,
            // All ways jump: the label that they lead to takes up from here.
            None => Flow::Jumped,
        }
    }

    /// What is known here is known where a jump leads to.
    pub(super) fn jump(&mut self, label: (source::Name, u32)) {
        let known = self.env.clone();
        let joined = match self.jumps.remove(&label) {
            Some(mut other) => {
                other.join(&known);
                other
            }
            None => known,
        };
        self.jumps.insert(label, joined);
    }

    /// Looks at alternatives, of which one is taken.
    pub(super) fn judge_branches(&mut self, branches: &[List]) -> Flow {
        let before = self.env.clone();
        let mut after: Option<Env> = None;
        let mut flow = None;
        let mut fell: Option<Env> = None;
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

    pub(super) fn switch(&mut self, node: &Node) -> Flow {
        let tag = node.x.map(|x| self.switch_tag(node, x));
        self.end_block();
        let cases = self.body.items(node.list);
        let own = |flow: Flow, aux: Aux| match flow {
            Flow::Break(label) if label.is_none_or(|label| label == aux) => Flow::Next,
            flow => flow,
        };
        if self.mode == Mode::Run {
            let Some(mut at) = self.chosen(node, tag, cases) else {
                return self.uncertain_switch(cases);
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

    pub(super) fn uncertain_switch(&mut self, cases: &[NodeId]) -> Flow {
        let body = self.body;
        let mut branches: Vec<List> = cases.iter().map(|&case| body.nodes[case].body).collect();
        if !cases.iter().any(|&case| body.nodes[case].list.is_empty()) {
            branches.push(List::EMPTY);
        }
        self.uncertain(&branches)
    }

    /// The case that is taken; the number of cases where none is. `None` where that is not known.
    pub(super) fn chosen(
        &mut self,
        node: &Node,
        tag: Option<Abstract>,
        cases: &[NodeId],
    ) -> Option<usize> {
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

    pub(super) fn select(&mut self, node: &Node) -> Flow {
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
}

pub(super) fn flow_label(flow: Flow) -> Option<(source::Name, u32)> {
    match flow {
        Flow::Goto(Aux::Label(name, number)) => Some((name, number)),
        _ => None,
    }
}
