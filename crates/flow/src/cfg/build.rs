//! From statements to blocks.

use rustc_hash::FxHashMap;
use source::{IndexVec, Name};
use syntax::tree::{
    BinaryOp, BranchKind, Decl, Expr, ExprId, IdentId, List, Spec, Stmt, StmtId, UnaryOp,
};
use syntax::walk;
use types::Builtin;
use types::constant::Value;

use super::dominators::Dominators;
use super::{Block, BlockId, Cfg, Exit, Node, Point};
use crate::code::{Callee, View};

/// What ends a function beside `return`: the exit that a call leads to, if it does not come back.
pub(crate) type Ends<'b> = &'b dyn Fn(ExprId) -> Option<Exit>;

/// The graph of a body.
pub(crate) fn build(view: View<'_>, body: StmtId, ends: Ends<'_>) -> Cfg {
    let mut blocks = IndexVec::new();
    let entry = blocks.push(Block::default());
    let exits = std::array::from_fn(|_| blocks.push(Block::default()));
    let returns = blocks.push(Block::default());
    let panics = blocks.push(Block::default());
    let mut builder = Builder {
        view,
        ends,
        blocks,
        stmts: FxHashMap::default(),
        exprs: FxHashMap::default(),
        current: entry,
        pending: Vec::new(),
        targets: Vec::new(),
        labels: FxHashMap::default(),
        falls_to: None,
        defers: Vec::new(),
        returns,
        panics,
        exits,
    };
    builder.stmt(body, None);
    builder.edge(builder.current, returns);
    builder.exits(entry);
    Cfg::new(builder.blocks, builder.stmts, builder.exprs, entry, exits)
}

/// A statement that `break` or `continue` can be about.
struct Target {
    label: Option<Name>,
    after: BlockId,
    /// Of a loop: where the next turn begins.
    next: Option<BlockId>,
}

struct Builder<'b> {
    view: View<'b>,
    ends: Ends<'b>,
    blocks: IndexVec<BlockId, Block>,
    stmts: FxHashMap<StmtId, Point>,
    exprs: FxHashMap<ExprId, Point>,
    current: BlockId,
    /// Statements that have begun and of which nothing has run yet.
    pending: Vec<StmtId>,
    targets: Vec<Target>,
    labels: FxHashMap<Name, BlockId>,
    /// The clause behind the one at hand.
    falls_to: Option<BlockId>,
    defers: Vec<StmtId>,
    /// Where returns lead, and panics: to the deferred calls.
    returns: BlockId,
    panics: BlockId,
    exits: [BlockId; 3],
}

impl Builder<'_> {
    fn block(&mut self) -> BlockId {
        self.blocks.push(Block::default())
    }

    fn edge(&mut self, from: BlockId, to: BlockId) {
        self.blocks[from].succs.push(to);
        self.blocks[to].preds.push(from);
    }

    fn push(&mut self, node: Node) {
        let nodes = &mut self.blocks[self.current].nodes;
        let point = Point { block: self.current, at: nodes.len() as u32 };
        nodes.push(node);
        for stmt in self.pending.drain(..) {
            self.stmts.insert(stmt, point);
        }
        match node {
            Node::Stmt(stmt) => {
                self.stmts.entry(stmt).or_insert(point);
            }
            Node::Expr(expr) => {
                self.exprs.insert(expr, point);
            }
            Node::Deferred(_) => {}
        }
    }

    /// Goes on in `to`, where the block at hand leads.
    fn go_on(&mut self, to: BlockId) {
        self.edge(self.current, to);
        self.current = to;
    }

    /// Ends the block at hand; what follows in the text is only reached by labels.
    fn leave(&mut self, to: BlockId) {
        self.edge(self.current, to);
        self.current = self.block();
    }

    fn list(&mut self, list: List<StmtId>) {
        for stmt in self.view.tree().list(list) {
            self.stmt(stmt, None);
        }
    }

    fn stmt(&mut self, id: StmtId, label: Option<Name>) {
        let tree = self.view.tree();
        if !matches!(tree.stmt(id), Stmt::Block(_) | Stmt::Empty { .. }) {
            self.pending.push(id);
        }
        match tree.stmt(id) {
            Stmt::Block(list) => self.list(list),
            Stmt::Bad | Stmt::Empty { .. } | Stmt::SkippedBody => {}
            Stmt::Labeled { label, stmt, .. } => {
                let name = tree.ident(label).name;
                let block = self.label(name);
                self.go_on(block);
                self.stmt(stmt, Some(name));
            }
            Stmt::Expr(x) => {
                self.push(Node::Stmt(id));
                match (self.ends)(tree.unparen(x)) {
                    Some(Exit::End) => self.leave(self.exits[Exit::End as usize]),
                    Some(Exit::Panic) => self.leave(self.panics),
                    Some(Exit::Return) | None => {}
                }
            }
            Stmt::Return(_) => {
                self.push(Node::Stmt(id));
                self.leave(self.returns);
            }
            Stmt::Defer(_) => {
                self.push(Node::Stmt(id));
                self.defers.push(id);
            }
            Stmt::Branch { kind, label } => {
                self.push(Node::Stmt(id));
                self.branch(kind, label);
            }
            Stmt::If { init, cond, body, els } => self.if_stmt(init, cond, body, els),
            Stmt::For { init, cond, post, body } => {
                self.for_stmt(id, label, (init, cond, post, body))
            }
            Stmt::Range { x, body, .. } => {
                self.push(Node::Expr(x));
                let head = self.block();
                self.go_on(head);
                self.push(Node::Stmt(id));
                let (turn, after) = (self.block(), self.block());
                self.edge(head, turn);
                self.edge(head, after);
                self.current = turn;
                self.within(label, after, Some(head), body);
                self.edge(self.current, head);
                self.current = after;
            }
            Stmt::Switch { init, tag, body } => self.switch(label, init, tag, body),
            Stmt::TypeSwitch { init, assign, body } => self.type_switch(label, init, assign, body),
            Stmt::Select { body } => self.select(id, label, body),
            Stmt::Decl(_)
            | Stmt::Send { .. }
            | Stmt::IncDec { .. }
            | Stmt::Assign { .. }
            | Stmt::Go(_)
            | Stmt::Case { .. }
            | Stmt::Comm { .. } => self.push(Node::Stmt(id)),
        }
    }

    fn label(&mut self, name: Name) -> BlockId {
        match self.labels.get(&name) {
            Some(&block) => block,
            None => {
                let block = self.block();
                self.labels.insert(name, block);
                block
            }
        }
    }

    fn branch(&mut self, kind: BranchKind, label: Option<IdentId>) {
        let name = label.map(|label| self.view.tree().ident(label).name);
        let fits = |target: &&Target| name.is_none() || target.label == name;
        let to = match kind {
            BranchKind::Goto => name.map(|name| self.label(name)),
            BranchKind::Fallthrough => self.falls_to,
            BranchKind::Break => self.targets.iter().rev().find(fits).map(|target| target.after),
            BranchKind::Continue => {
                let mut loops = self.targets.iter().rev().filter(|target| target.next.is_some());
                loops.find(fits).and_then(|target| target.next)
            }
        };
        match to {
            Some(to) => self.leave(to),
            None => self.current = self.block(),
        }
    }

    fn within(&mut self, label: Option<Name>, after: BlockId, next: Option<BlockId>, body: StmtId) {
        self.targets.push(Target { label, after, next });
        self.stmt(body, None);
        self.targets.pop();
    }

    /// Goes to `yes` or `no` by a condition.
    fn condition(&mut self, cond: ExprId, yes: BlockId, no: BlockId) {
        match self.view.tree().expr(cond) {
            Expr::Paren(x) => self.condition(x, yes, no),
            Expr::Unary { op: UnaryOp::Not, x } => self.condition(x, no, yes),
            Expr::Binary { op: BinaryOp::LogAnd, x, y, .. } => {
                let rest = self.block();
                self.condition(x, rest, no);
                self.current = rest;
                self.condition(y, yes, no);
            }
            Expr::Binary { op: BinaryOp::LogOr, x, y, .. } => {
                let rest = self.block();
                self.condition(x, yes, rest);
                self.current = rest;
                self.condition(y, yes, no);
            }
            _ => {
                self.push(Node::Expr(cond));
                let constant = match self.view.facts().value(cond) {
                    Some(Value::Bool(value)) => Some(*value),
                    _ => None,
                };
                if constant != Some(false) {
                    self.edge(self.current, yes);
                }
                if constant != Some(true) {
                    self.edge(self.current, no);
                }
            }
        }
    }

    fn if_stmt(&mut self, init: Option<StmtId>, cond: ExprId, body: StmtId, els: Option<StmtId>) {
        if let Some(init) = init {
            self.stmt(init, None);
        }
        let (yes, after) = (self.block(), self.block());
        let no = if els.is_some() { self.block() } else { after };
        self.condition(cond, yes, no);
        self.current = yes;
        self.stmt(body, None);
        self.edge(self.current, after);
        if let Some(els) = els {
            self.current = no;
            self.stmt(els, None);
            self.edge(self.current, after);
        }
        self.current = after;
    }

    fn for_stmt(
        &mut self,
        id: StmtId,
        label: Option<Name>,
        (init, cond, post, body): (Option<StmtId>, Option<ExprId>, Option<StmtId>, StmtId),
    ) {
        if let Some(init) = init {
            self.stmt(init, None);
        }
        let (head, turn, after) = (self.block(), self.block(), self.block());
        self.go_on(head);
        self.push(Node::Stmt(id));
        match cond {
            Some(cond) => self.condition(cond, turn, after),
            None => self.edge(head, turn),
        }
        let next = if post.is_some() { self.block() } else { head };
        self.current = turn;
        self.within(label, after, Some(next), body);
        self.edge(self.current, next);
        if let Some(post) = post {
            self.current = next;
            self.stmt(post, None);
            self.edge(self.current, head);
        }
        self.current = after;
    }

    /// The clauses in the block of a `switch` or `select`.
    fn clauses(&self, body: StmtId) -> Vec<StmtId> {
        match self.view.tree().stmt(body) {
            Stmt::Block(list) => self.view.tree().list(list).collect(),
            _ => Vec::new(),
        }
    }

    fn switch(
        &mut self,
        label: Option<Name>,
        init: Option<StmtId>,
        tag: Option<ExprId>,
        body: StmtId,
    ) {
        if let Some(init) = init {
            self.stmt(init, None);
        }
        if let Some(tag) = tag {
            self.push(Node::Expr(tag));
        }
        let clauses = self.clauses(body);
        let blocks: Vec<BlockId> = clauses.iter().map(|_| self.block()).collect();
        let after = self.block();
        let mut otherwise = after;
        for (&clause, &block) in clauses.iter().zip(&blocks) {
            let Stmt::Case { exprs, .. } = self.view.tree().stmt(clause) else { continue };
            let Some(exprs) = exprs else {
                otherwise = block;
                continue;
            };
            for expr in self.view.tree().list(exprs) {
                let next = self.block();
                match tag {
                    Some(_) => {
                        self.push(Node::Expr(expr));
                        self.edge(self.current, block);
                        self.edge(self.current, next);
                    }
                    None => self.condition(expr, block, next),
                }
                self.current = next;
            }
        }
        self.edge(self.current, otherwise);
        for (at, (&clause, &block)) in clauses.iter().zip(&blocks).enumerate() {
            self.clause(clause, block, blocks.get(at + 1).copied(), label, after);
        }
        self.current = after;
    }

    fn type_switch(
        &mut self,
        label: Option<Name>,
        init: Option<StmtId>,
        assign: StmtId,
        body: StmtId,
    ) {
        if let Some(init) = init {
            self.stmt(init, None);
        }
        self.push(Node::Stmt(assign));
        let head = self.current;
        let after = self.block();
        let mut has_default = false;
        for clause in self.clauses(body) {
            let block = self.block();
            self.edge(head, block);
            self.current = block;
            self.push(Node::Stmt(clause));
            has_default |= matches!(self.view.tree().stmt(clause), Stmt::Case { exprs: None, .. });
            self.clause(clause, block, None, label, after);
        }
        if !has_default {
            self.edge(head, after);
        }
        self.current = after;
    }

    fn select(&mut self, id: StmtId, label: Option<Name>, body: StmtId) {
        self.push(Node::Stmt(id));
        let head = self.current;
        let after = self.block();
        for clause in self.clauses(body) {
            let block = self.block();
            self.edge(head, block);
            self.clause(clause, block, None, label, after);
        }
        self.current = after;
    }

    fn clause(
        &mut self,
        clause: StmtId,
        block: BlockId,
        next: Option<BlockId>,
        label: Option<Name>,
        after: BlockId,
    ) {
        self.current = block;
        let list = match self.view.tree().stmt(clause) {
            Stmt::Case { body, .. } => body,
            Stmt::Comm { comm, body, .. } => {
                if let Some(comm) = comm {
                    self.stmt(comm, None);
                }
                body
            }
            _ => return,
        };
        let outer = std::mem::replace(&mut self.falls_to, next);
        self.targets.push(Target { label, after, next: None });
        self.list(list);
        self.targets.pop();
        self.falls_to = outer;
        self.edge(self.current, after);
    }

    /// The deferred calls, between what leaves the function and its exits.
    fn exits(&mut self, entry: BlockId) {
        self.pending.clear();
        let dominators = Dominators::new(&self.blocks, entry);
        let depths = dominators.loop_depths(&self.blocks);
        let mut defers = std::mem::take(&mut self.defers);
        defers.reverse();
        for (head, exit) in [(self.returns, Exit::Return), (self.panics, Exit::Panic)] {
            self.current = head;
            for &stmt in defers.iter().filter(|_| dominators.is_reached(head)) {
                let Some(point) = self.stmts.get(&stmt).copied() else { continue };
                if !dominators.is_reached(point.block) {
                    continue;
                }
                let before = self.current;
                let (run, after) = (self.block(), self.block());
                self.go_on(run);
                self.push(Node::Deferred(stmt));
                if depths[point.block] > 0 {
                    self.edge(run, run);
                }
                self.edge(run, after);
                if !dominators.dominates(point.block, head) {
                    self.edge(before, after);
                }
                self.current = after;
            }
            let end = self.current;
            self.edge(end, self.exits[exit as usize]);
            if exit == Exit::Panic && defers.iter().any(|&stmt| self.may_recover(stmt)) {
                self.edge(end, self.exits[Exit::Return as usize]);
            }
        }
    }

    /// Whether a deferred call may stop a panic: it is of a literal that calls `recover`, or of what is not seen here.
    fn may_recover(&self, defer: StmtId) -> bool {
        let tree = self.view.tree();
        let Stmt::Defer(call) = tree.stmt(defer) else { return false };
        let Expr::Call { fun, .. } = tree.expr(tree.unparen(call)) else { return false };
        let Expr::Func { body, .. } = tree.expr(tree.unparen(fun)) else { return true };
        let mut recovers = false;
        self.view.each(walk::Node::Stmt(body), |node| {
            if let walk::Node::Expr(id) = node {
                recovers |= self.view.callee(id) == Some(Callee::Builtin(Builtin::Recover));
            }
        });
        recovers
    }
}

/// The values in a declaration within a function, by the variables that they initialise.
pub(crate) fn specs_of(view: View<'_>, stmt: StmtId) -> Vec<(List<IdentId>, List<ExprId>)> {
    let tree = view.tree();
    let Stmt::Decl(decl) = tree.stmt(stmt) else { return Vec::new() };
    let Decl::Gen { specs, .. } = tree.decl(decl) else { return Vec::new() };
    let values = tree.list(specs).filter_map(|spec| match tree.spec(spec) {
        Spec::Value { names, values, .. } => Some((names, values)),
        _ => None,
    });
    values.collect()
}
