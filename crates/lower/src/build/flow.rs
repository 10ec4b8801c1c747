//! Statements that decide what runs next.

use source::Name;
use syntax::tree::{AssignOp, BranchKind, Expr, ExprId, IdentId, List, Stmt, StmtId, UnaryOp};
use types::{Basic, Type, TypeId};

use super::Builder;
use super::range_func::RangeFunc;
use crate::ir::{Aux, Node, NodeFlags, NodeId, Op, Pos};

impl Builder<'_> {
    pub(super) fn send(&mut self, pos: Pos, chan: ExprId, value: ExprId) -> NodeId {
        let store = self.store();
        let elem = match store.core_type(self.single_written(chan)).map(|core| store.ty(core)) {
            Some(Type::Chan { elem, .. }) => Some(*elem),
            _ => None,
        };
        let chan = self.expr(chan);
        let value = self.implicit(elem, value);
        self.binary(Op::Send, pos, None, chan, value)
    }

    pub(super) fn return_stmt(&mut self, pos: Pos, results: List<ExprId>, out: &mut Vec<NodeId>) {
        let results: Vec<ExprId> = self.tree().list(results).collect();
        let types = self.result_types();
        let values = self.multi(pos, &|i| types.get(i).copied(), &results);
        let list = self.list(&values);
        out.push(self.add(Node { list, ..Node::new(Op::Return, pos, None) }));
    }

    /// The result types of the function at hand, as written.
    pub(super) fn result_types(&self) -> Vec<TypeId> {
        self.frames.last().map_or(Vec::new(), |frame| frame.results.clone())
    }

    pub(super) fn branch(
        &mut self,
        pos: Pos,
        kind: BranchKind,
        label: Option<IdentId>,
        out: &mut Vec<NodeId>,
    ) {
        let op = match kind {
            BranchKind::Break => Op::Break,
            BranchKind::Continue => Op::Continue,
            BranchKind::Goto => Op::Goto,
            BranchKind::Fallthrough => Op::Fall,
        };
        let aux = label.map_or(Aux::None, |label| {
            let (name, number) = self.label_of(label);
            Aux::Label(name, number)
        });
        out.push(self.add(Node { aux, ..Node::new(op, pos, None) }));
    }

    pub(super) fn if_stmt(
        &mut self,
        pos: Pos,
        init: Option<StmtId>,
        cond: ExprId,
        body: StmtId,
        els: Option<StmtId>,
        out: &mut Vec<NodeId>,
    ) {
        let condition = self.condition(cond);
        let mut before = self.one_stmt(init);
        let cond = self.expr(condition.expr);
        let then = if condition.value == Some(false) { Vec::new() } else { self.block(body) };
        let els = if condition.value == Some(true) { Vec::new() } else { self.one_stmt(els) };
        if condition.value.is_some() {
            // One branch is never taken: the other one stands for the statement.
            if self.body.nodes[cond].op != Op::Literal {
                let blank = self.blank(None);
                before.push(self.binary(Op::As, pos, None, blank, cond));
            }
            before.extend(then);
            before.extend(els);
            out.extend(self.as_node(&before));
            return;
        }
        let (init, body, els) = (self.list(&before), self.list(&then), self.list(&els));
        out.push(self.add(Node { x: Some(cond), init, body, els, ..Node::new(Op::If, pos, None) }));
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of the statement")]
    pub(super) fn for_stmt(
        &mut self,
        pos: Pos,
        label: Option<(Name, u32)>,
        init: Option<StmtId>,
        cond: Option<ExprId>,
        post: Option<StmtId>,
        body: StmtId,
        out: &mut Vec<NodeId>,
    ) {
        let condition = cond.map(|cond| self.condition(cond));
        let never = condition.as_ref().is_some_and(|c| c.value == Some(false));
        let init = self.one_stmt(init);
        let init = self.as_node(&init);
        let cond = condition.map(|c| self.expr(c.expr));
        if never && cond.is_some_and(|c| self.body.nodes[c].op == Op::Literal) {
            out.extend(init);
            return;
        }
        let post = if never { Vec::new() } else { self.one_stmt(post) };
        let post = self.as_node(&post);
        let body = if never { Vec::new() } else { self.block(body) };
        let (init, body) = (self.list(init.as_slice()), self.list(&body));
        let flags = self.loop_flags();
        let aux = label.map_or(Aux::None, |(name, number)| Aux::Label(name, number));
        let node =
            Node { x: cond, y: post, init, body, flags, aux, ..Node::new(Op::For, pos, None) };
        out.push(self.add(node));
    }

    /// Loop variables are made anew in each turn from language version 1.22 on.
    pub(super) fn loop_flags(&self) -> NodeFlags {
        if self.source.go_version >= (1, 22) { NodeFlags::DISTINCT_VARS } else { NodeFlags::NONE }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of the statement")]
    pub(super) fn range(
        &mut self,
        stmt: StmtId,
        label: Option<(Name, u32)>,
        vars: [Option<ExprId>; 2],
        op: Option<AssignOp>,
        x: ExprId,
        body: StmtId,
        out: &mut Vec<NodeId>,
    ) {
        let pos = self.stmt_at(stmt);
        if self.is_function(x) {
            let label = label.map(|(name, _)| name);
            self.range_func(&RangeFunc { stmt, label, vars, op, x, body }, out);
            return;
        }
        let (mut nodes, mut declared) = (Vec::new(), Vec::new());
        for var in vars.into_iter().flatten() {
            let (node, _, var) = self.assignee(var);
            nodes.push(node);
            declared.extend(var);
        }
        let x = match self.constant_length(x).filter(|_| vars[1].is_none()) {
            Some(len) => self.int_literal(len, Basic::Int.id(), self.at(x)),
            None => self.expr(x),
        };
        if self.store().is_untyped(self.node_ty(x)) {
            let default = self.store().default_type(self.node_ty(x));
            self.body.nodes[x].ty = Some(default);
        }
        let node = Node {
            x: Some(x),
            y: nodes.first().copied(),
            z: nodes.get(1).copied(),
            flags: self.loop_flags(),
            aux: label.map_or(Aux::None, |(name, number)| Aux::Label(name, number)),
            ..Node::new(Op::Range, pos, None)
        };
        let node = self.add(node);
        self.define(node, &declared);
        let body = self.block(body);
        self.body.nodes[node].body = self.body.list(&body);
        out.push(node);
    }

    /// The length of an array, or of one that is pointed to, that a loop without a second variable ranges over: from Go 1.25
    /// on the front end puts it in the array's place, unless evaluating that calls or receives.
    fn constant_length(&self, x: ExprId) -> Option<i64> {
        let store = self.store();
        let ty = self.written(x);
        let array = super::types::elem_of_pointer(store, ty).unwrap_or(ty);
        let Type::Array { len, .. } = store.under_ty(array) else { return None };
        let plain = self.cx.compiler.since(25) && !self.calls_or_receives(x);
        plain.then_some(*len)
    }

    fn calls_or_receives(&self, x: ExprId) -> bool {
        let tree = self.tree();
        match tree.expr(x) {
            Expr::Paren(x) | Expr::Star(x) | Expr::Selector { x, .. } => self.calls_or_receives(x),
            Expr::Unary { op, x } => op == UnaryOp::Recv || self.calls_or_receives(x),
            Expr::Index { x, indices, .. } => {
                self.calls_or_receives(x) || tree.list(indices).any(|i| self.calls_or_receives(i))
            }
            Expr::Binary { x, y, .. } => self.calls_or_receives(x) || self.calls_or_receives(y),
            Expr::Ident(_) | Expr::Lit(_) => false,
            Expr::Composite { elems, .. } => tree.list(elems).any(|e| self.calls_or_receives(e)),
            Expr::KeyValue { key, value, .. } => {
                self.calls_or_receives(key) || self.calls_or_receives(value)
            }
            _ => self.facts().value(x).is_none(),
        }
    }

    pub(super) fn select(&mut self, pos: Pos, label: Option<(Name, u32)>, body: StmtId) -> NodeId {
        let tree = self.tree();
        let clauses: Vec<StmtId> = match tree.stmt(body) {
            Stmt::Block(list) => tree.list(list).collect(),
            _ => Vec::new(),
        };
        let mut cases = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let Stmt::Comm { comm, body, .. } = tree.stmt(clause) else { continue };
            let pos = self.stmt_at(clause);
            let mut first = Vec::new();
            let comm = comm.and_then(|comm| self.comm(pos, comm, &mut first));
            let stmts: Vec<StmtId> = tree.list(body).collect();
            first.extend(self.stmts(&stmts));
            let body = self.list(&first);
            cases.push(self.add(Node { x: comm, body, ..Node::new(Op::CommCase, pos, None) }));
        }
        let list = self.list(&cases);
        let aux = label.map_or(Aux::None, |(name, number)| Aux::Label(name, number));
        self.add(Node { list, aux, ..Node::new(Op::Select, pos, None) })
    }

    /// The communication of a case. A received value that must be converted, or that comes with `ok`, is assigned in the
    /// body.
    fn comm(&mut self, pos: Pos, comm: StmtId, first: &mut Vec<NodeId>) -> Option<NodeId> {
        let nodes = self.one_stmt(Some(comm));
        let mut node = self.as_node(&nodes)?;
        let assign = self.body.nodes[node];
        if assign.op == Op::As
            && !assign.is(NodeFlags::DEF)
            && let Some(y) = assign.y
            && self.body.nodes[y].op == Op::ConvIface
            && let Some(recv) = self.body.nodes[y].x
        {
            let temp = self.temp(pos, self.node_ty(recv));
            let lhs = self.name(temp);
            let define = self.binary(Op::As, pos, None, lhs, recv);
            let dcl = self.dcl(pos, temp);
            self.body.nodes[define].flags = NodeFlags::DEF;
            self.body.nodes[define].init = self.list(&[dcl]);
            self.body.vars[temp].defn = Some(define);
            let value = self.name(temp);
            self.body.nodes[y].x = Some(value);
            first.push(node);
            node = define;
        }
        let assign = self.body.nodes[node];
        match assign.op {
            Op::As2 => {
                let value = *self.body.items(assign.body).first()?;
                let receive = *self.body.items(self.body.nodes[value].init).first()?;
                self.body.nodes[value].init = crate::ir::List::EMPTY;
                self.body.nodes[receive].op = Op::SelRecv2;
                first.push(node);
                Some(receive)
            }
            Op::As => {
                let recv = self.received(assign.y?);
                let blank = self.blank(None);
                let list = self.list(&[assign.x?, blank]);
                let body = self.list(&[recv]);
                let node = Node {
                    list,
                    body,
                    init: assign.init,
                    flags: assign.flags,
                    ..Node::new(Op::SelRecv2, assign.pos, None)
                };
                let receive = self.add(node);
                self.redefine(assign.x, receive);
                Some(receive)
            }
            Op::Recv => {
                let (a, b) = (self.blank(None), self.blank(None));
                let list = self.list(&[a, b]);
                let body = self.list(&[node]);
                Some(self.add(Node { list, body, ..Node::new(Op::SelRecv2, assign.pos, None) }))
            }
            _ => Some(node),
        }
    }

    /// What is received, without a conversion that changes the type only.
    fn received(&self, node: NodeId) -> NodeId {
        match (self.body.nodes[node].op, self.body.nodes[node].x) {
            (Op::ConvNop | Op::ConvIface, Some(x))
                if self.body.nodes[node].is(NodeFlags::IMPLICIT) =>
            {
                x
            }
            _ => node,
        }
    }

    /// A variable declared by a statement that another one takes the place of.
    fn redefine(&mut self, name: Option<NodeId>, stmt: NodeId) {
        if let Some(name) = name
            && let Aux::Var(var) = self.body.nodes[name].aux
            && self.body.vars[var].defn.is_some()
            && self.body.nodes[stmt].is(NodeFlags::DEF)
        {
            self.body.vars[var].defn = Some(stmt);
        }
    }
}
