//! Statements.

use lower::ir::{Aux, List, Node, NodeFlags, NodeId, Op, deeper};

use super::build::Builder;
use super::{BLANK, HEAP, Hole, Reason, Thing};

impl Builder<'_, '_> {
    pub(super) fn stmts(&mut self, list: List) {
        if list.is_empty() {
            return;
        }
        for &stmt in self.body.items(list) {
            deeper(|| self.stmt(stmt));
        }
    }

    /// Statements; a loop that a label in them begins ends with them.
    pub(super) fn block(&mut self, list: List) {
        let depth = self.loop_depth;
        self.stmts(list);
        self.loop_depth = depth;
    }

    fn stmt(&mut self, id: NodeId) {
        let body = self.body;
        let node = &body.nodes[id];
        self.stmts(node.init);
        match node.op {
            Op::Fall | Op::InlMark | Op::Break | Op::Continue | Op::Goto => {}
            Op::Block => self.stmts(node.list),
            Op::Dcl => self.declaration(node),
            Op::Label => {
                if let Aux::Label(name, number) = node.aux
                    && self.looping.remove(&(name, number))
                {
                    self.loop_depth += 1;
                }
            }
            Op::If => {
                self.discard(node.x);
                self.block(node.body);
                self.block(node.els);
            }
            Op::CheckNil => self.discard(node.x),
            Op::For => {
                self.loop_depth += 1;
                self.discard(node.x);
                if let Some(post) = node.y {
                    self.stmt(post);
                }
                self.block(node.body);
                self.loop_depth -= 1;
            }
            Op::Range => self.range(id, node),
            Op::Switch => self.switch(node),
            Op::Select => {
                for &case in body.items(node.list) {
                    let case = &body.nodes[case];
                    if let Some(comm) = case.x {
                        self.stmt(comm);
                    }
                    self.block(case.body);
                }
            }
            Op::Recv => self.expr_without_init(Hole::of(BLANK), id),
            Op::Send => {
                self.discard(node.x);
                let hole = self.heap_for(id, Reason::Send);
                self.opt_expr(hole, node.y);
            }
            Op::As | Op::AsOp => self.assign(node.x, node.y, id),
            Op::As2 | Op::As2DotType | Op::As2MapR | Op::As2Recv | Op::SelRecv2 => {
                let (targets, values) = (body.items(node.list), body.items(node.body));
                self.assign_list(targets, values, Reason::Assign, id);
            }
            Op::As2Func => self.assign_call(node.list, self.item(node.body, 0), id),
            Op::Return => self.result(id, node),
            Op::Go | Op::Defer => self.go_defer(node),
            Op::TailCall => {
                if let Some(call) = node.x {
                    self.call(None, call);
                }
            }
            _ => self.call(None, id),
        }
    }

    fn declaration(&mut self, node: &Node) {
        if let Some(Node { op: Op::Name, aux: Aux::Var(var), .. }) =
            node.x.map(|x| &self.body.nodes[x])
        {
            self.declare_here(*var);
        }
    }

    /// A variable's declaration tells the loops that it is in.
    fn declare_here(&mut self, var: lower::ir::VarId) -> Hole {
        let loc = self.var(var);
        self.graph.loc_mut(loc).loop_depth = self.loop_depth;
        Hole::of(loc)
    }

    fn range(&mut self, id: NodeId, node: &Node) {
        // What is gone over is evaluated before the loop and lasts until its end.
        let over = self.new_loc(Thing::Temporary, true);
        self.opt_expr(Hole::of(over), node.x);

        self.loop_depth += 1;
        let key = self.addr(node.y);
        let value = self.addr(node.z);
        let element = match node.x {
            Some(x) if self.is_array(x) => self.noted(value, id, Reason::Range),
            _ => self.deref(value, id, Reason::Range),
        };
        self.graph.flow(element, over);
        self.reassigned(key, id);
        self.reassigned(value, id);
        self.block(node.body);
        self.loop_depth -= 1;
    }

    fn switch(&mut self, node: &Node) {
        let body = self.body;
        match node.x.map(|x| &body.nodes[x]) {
            Some(head) if head.op == Op::TypeSw => self.type_switch(node, head),
            _ => self.discard(node.x),
        }
        for &case in body.items(node.list) {
            let case = &body.nodes[case];
            self.discard_all(case.list);
            self.block(case.body);
        }
    }

    /// The operand goes into the variable of each case. These have no declarations.
    fn type_switch(&mut self, node: &Node, head: &Node) {
        let body = self.body;
        let mut holes = Vec::new();
        if head.y.is_some() {
            for &case in body.items(node.list) {
                let Some(Node { op: Op::Name, aux: Aux::Var(var), .. }) =
                    body.nodes[case].x.map(|x| &body.nodes[x])
                else {
                    continue;
                };
                let hole = self.declare_here(*var);
                let ty = body.vars[*var].ty;
                if self.shared.layouts.has_pointers(ty) {
                    holes.push(self.unboxed(hole, Some(ty), case, Reason::TypeSwitch));
                }
            }
        }
        let hole = self.tee(&holes);
        self.opt_expr(hole, head.x);
    }

    fn result(&mut self, id: NodeId, node: &Node) {
        let results = &self.body.funcs[self.func_here].results;
        let values = self.body.items(node.list);
        let holes: Vec<Hole> = results.iter().map(|&var| Hole::of(self.var(var))).collect();
        for (&hole, &value) in holes.iter().zip(values) {
            self.return_one(hole, value, id);
        }
        for &hole in &holes {
            self.reassigned(hole, id);
        }
    }

    fn return_one(&mut self, hole: Hole, value: NodeId, id: NodeId) {
        let hole = self.noted(hole, id, Reason::Return);
        self.expr(hole, value);
    }

    /// What is called at the end of a function need not escape, but has to last until then.
    fn go_defer(&mut self, node: &Node) {
        let mut hole = Hole::of(HEAP);
        if node.op == Op::Defer && self.loop_depth == 1 && node.y.is_none() {
            hole = self.later(Hole::of(BLANK));
        }
        // Both call a function without parameters and results: the rest is in a wrapper.
        let Some(call) = node.x.map(|x| &self.body.nodes[x]) else { return };
        debug_assert!(call.is(NodeFlags::GO_DEFER) || call.op == Op::CallFunc);
        self.opt_expr(hole, call.x);
    }
}
