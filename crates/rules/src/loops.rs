//! Loops around a place, and what leaves them.

use source::{Id, Span};
use syntax::tree::{BranchKind, Expr, ExprId, IdentId, Stmt, StmtId};
use syntax::walk;
use types::ObjId;

use crate::context::Context;
use crate::parents::Parent;

impl Context<'_> {
    /// The innermost loop that runs a node again and again, within the function that the node is in.
    #[must_use]
    pub fn innermost_loop(&self, node: Parent) -> Option<StmtId> {
        let mut node = node;
        loop {
            let above = self.up(node)?;
            match above {
                Parent::Decl(_) => return None,
                Parent::Expr(id) if matches!(self.tree().expr(id), Expr::Func { .. }) => {
                    return None;
                }
                Parent::Stmt(id) if self.repeats(id, node) => return Some(id),
                _ => node = above,
            }
        }
    }

    /// Whether a statement is a loop that runs this part of it in each turn.
    fn repeats(&self, stmt: StmtId, part: Parent) -> bool {
        match (self.tree().stmt(stmt), part) {
            (Stmt::For { cond, .. }, Parent::Expr(part)) => cond == Some(part),
            (Stmt::For { post, body, .. }, Parent::Stmt(part)) => {
                part == body || post == Some(part)
            }
            (Stmt::Range { body, .. }, Parent::Stmt(part)) => part == body,
            _ => false,
        }
    }

    /// The loops around a node within its function, innermost first.
    #[must_use]
    pub fn loops(&self, node: Parent) -> Vec<StmtId> {
        std::iter::successors(self.innermost_loop(node), |&id| {
            self.innermost_loop(Parent::Stmt(id))
        })
        .collect()
    }

    /// The body of a loop.
    #[must_use]
    pub fn loop_body(&self, id: StmtId) -> Option<StmtId> {
        match self.tree().stmt(id) {
            Stmt::For { body, .. } | Stmt::Range { body, .. } => Some(body),
            _ => None,
        }
    }

    /// The head of a loop, without its body.
    #[must_use]
    pub fn loop_head(&self, id: StmtId) -> Span {
        let span = self.stmt_span(id);
        let body = self.loop_body(id).map_or(span.end, |body| self.stmt_span(body).start);
        let head = self.text(Span::new(span.start, body)).trim_end().len() as u32;
        Span::new(span.start, span.start + head)
    }

    /// Where a statement can be inserted before one of a block, on lines of its own: before the comment that stands right
    /// above it. `None` where the statement shares its line with what is before it, or is none of a block.
    pub(crate) fn before_statement(&self, stmt: StmtId) -> Option<u32> {
        let stmt = self.labeled(stmt);
        let Parent::Stmt(block) = self.parents().stmt(stmt) else { return None };
        if !self.statements(block).contains(&stmt) {
            return None;
        }
        let start = self.stmt_span(stmt).start;
        let line = self.line_start(start);
        if !self.text(Span::new(line, start)).trim().is_empty() {
            return None;
        }
        let comments = self.tree().comments();
        let mut before = line;
        for comment in comments[..comments.partition_point(|c| c.start < line)].iter().rev() {
            let own_line = self.text(Span::new(self.line_start(comment.start), comment.start));
            if self.line_end(comment.end) != before || !own_line.trim().is_empty() {
                break;
            }
            before = self.line_start(comment.start);
        }
        Some(before)
    }

    /// The statements of a block or clause.
    #[must_use]
    pub fn statements(&self, id: StmtId) -> Vec<StmtId> {
        match self.tree().stmt(id) {
            Stmt::Block(list) | Stmt::Case { body: list, .. } | Stmt::Comm { body: list, .. } => {
                self.tree().list(list).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a statement stands in a list of statements, where others can be put beside it.
    pub(crate) fn is_in_list(&self, stmt: StmtId) -> bool {
        match self.parents().stmt(stmt) {
            Parent::Stmt(outer) => self.statements(outer).contains(&stmt),
            _ => false,
        }
    }

    /// The statement that a `break` or `continue` is about; `None` for the other branches.
    #[must_use]
    pub fn branch_target(&self, branch: StmtId) -> Option<StmtId> {
        let Stmt::Branch { kind, label } = self.tree().stmt(branch) else { return None };
        if !matches!(kind, BranchKind::Break | BranchKind::Continue) {
            return None;
        }
        let mut node = Parent::Stmt(branch);
        loop {
            node = self.up(node)?;
            let Parent::Stmt(id) = node else {
                if matches!(node, Parent::Expr(_) | Parent::Decl(_)) {
                    return None;
                }
                continue;
            };
            let matches = match self.tree().stmt(id) {
                Stmt::For { .. } | Stmt::Range { .. } => true,
                Stmt::Switch { .. } | Stmt::TypeSwitch { .. } | Stmt::Select { .. } => {
                    kind == BranchKind::Break
                }
                _ => false,
            };
            if matches && label.is_none_or(|label| self.is_labeled(id, label)) {
                return Some(id);
            }
        }
    }

    /// Whether a statement has the label.
    fn is_labeled(&self, stmt: StmtId, name: IdentId) -> bool {
        let wanted = self.tree().ident(name).name;
        self.label_of(stmt).is_some_and(|label| self.tree().ident(label).name == wanted)
    }

    /// A statement with its label.
    #[must_use]
    pub fn labeled(&self, stmt: StmtId) -> StmtId {
        match self.parents().stmt(stmt) {
            Parent::Stmt(outer) if self.label_of(stmt).is_some() => outer,
            _ => stmt,
        }
    }

    /// The label of a statement.
    #[must_use]
    pub fn label_of(&self, stmt: StmtId) -> Option<IdentId> {
        match self.parents().stmt(stmt) {
            Parent::Stmt(outer) => match self.tree().stmt(outer) {
                Stmt::Labeled { label, .. } => Some(label),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a statement ends the loop for good: what stands behind it in its block is never reached, and
    /// the loop has no further turn.
    #[must_use]
    pub fn leaves(&self, stmt: StmtId, around: StmtId) -> bool {
        match self.tree().stmt(stmt) {
            Stmt::Return(_) => true,
            Stmt::Branch { kind: BranchKind::Break, .. } => {
                self.branch_target(stmt).is_some_and(|target| {
                    target == around || !self.is_within(Parent::Stmt(target), around)
                })
            }
            Stmt::Branch { kind: BranchKind::Continue, .. } => {
                self.branch_target(stmt).is_some_and(|target| {
                    target != around && !self.is_within(Parent::Stmt(target), around)
                })
            }
            Stmt::Expr(call) => self.never_returns(call),
            Stmt::Block(list) => {
                self.tree().list(list).next_back().is_some_and(|last| self.leaves(last, around))
            }
            Stmt::Labeled { stmt, .. } => self.leaves(stmt, around),
            Stmt::If { body, els: Some(els), .. } => {
                self.leaves(body, around) && self.leaves(els, around)
            }
            _ => false,
        }
    }

    /// Whether a node stands within a statement, at whatever depth, or is it.
    #[must_use]
    pub fn is_within(&self, node: Parent, stmt: StmtId) -> bool {
        let mut node = Some(node);
        while let Some(at) = node {
            if at == Parent::Stmt(stmt) {
                return true;
            }
            node = self.up(at);
        }
        false
    }

    /// Whether a call ends the program or the goroutine, or panics.
    fn never_returns(&self, call: ExprId) -> bool {
        self.flow().ends(self.view(), call).is_some()
    }

    /// Whether a loop has one turn at most: its body ends by leaving it, and nothing in it starts another.
    #[must_use]
    pub fn at_most_one_turn(&self, id: StmtId) -> bool {
        let Some(body) = self.loop_body(id) else { return false };
        self.leaves(body, id) && !self.continues_within(id, self.stmt_span(body))
    }

    /// Whether a loop has no further turn once a statement in it has run.
    #[must_use]
    pub fn leaves_after(&self, stmt: StmtId, around: StmtId) -> bool {
        let mut inner = stmt;
        loop {
            let Parent::Stmt(outer) = self.parents().stmt(inner) else { return false };
            let list = self.statements(outer);
            if let Some(at) = list.iter().position(|&id| id == inner) {
                let behind = &list[at + 1..];
                if let (Some(&first), Some(&last)) = (behind.first(), behind.last()) {
                    let span = self.stmt_span(first).cover(self.stmt_span(last));
                    if self.continues_within(around, span) {
                        return false;
                    }
                    if self.leaves(last, around) {
                        return true;
                    }
                }
            }
            if outer == around {
                return false;
            }
            inner = outer;
        }
    }

    /// Whether something in a range within a loop starts the loop's next turn, or may by `goto`.
    fn continues_within(&self, id: StmtId, span: Span) -> bool {
        self.descendants(id).any(|branch| {
            let at = self.stmt_span(branch);
            span.start <= at.start
                && at.end <= span.end
                && match self.tree().stmt(branch) {
                    Stmt::Branch { kind: BranchKind::Continue, .. } => {
                        self.branch_target(branch) == Some(id)
                    }
                    Stmt::Branch { kind: BranchKind::Goto, .. } => true,
                    _ => false,
                }
        })
    }

    /// The statements within a statement, function literals included, itself not.
    pub(crate) fn descendants(&self, stmt: StmtId) -> impl Iterator<Item = StmtId> + use<'_> {
        let tree = self.tree();
        let start = tree.stmt_span(stmt).start;
        // Statements are made behind those that they hold, and in the order of the text otherwise.
        (0..stmt.index())
            .rev()
            .map(StmtId::from_index)
            .take_while(move |&id| tree.stmt_span(id).start >= start)
    }

    /// The expressions within a statement, function literals included, in the order of the text.
    #[must_use]
    pub fn expressions_in(&self, stmt: StmtId) -> Vec<ExprId> {
        let mut found = Vec::new();
        walk::walk(self.tree(), walk::Node::Stmt(stmt), |event| {
            if let walk::Event::Enter(walk::Node::Expr(id)) = event {
                found.push(id);
            }
            true
        });
        found
    }

    /// The expressions within an expression, itself included, in the order of the text.
    pub(crate) fn expressions_of(&self, expr: ExprId) -> Vec<ExprId> {
        let mut found = Vec::new();
        walk::walk(self.tree(), walk::Node::Expr(expr), |event| {
            if let walk::Event::Enter(walk::Node::Expr(id)) = event {
                found.push(id);
            }
            true
        });
        found
    }

    /// The statements within a statement that belong to the same function.
    pub(crate) fn own_descendants(&self, stmt: StmtId) -> impl Iterator<Item = StmtId> + use<'_> {
        let own = self.function_of(Parent::Stmt(stmt)).map(|f| f.body);
        self.descendants(stmt)
            .filter(move |&id| self.function_of(Parent::Stmt(id)).map(|f| f.body) == own)
    }

    /// Whether anything in a loop's body can end the loop before its turns are done.
    #[must_use]
    pub fn may_end_early(&self, id: StmtId) -> bool {
        let Some(body) = self.loop_body(id) else { return true };
        self.own_descendants(body).any(|s| match self.tree().stmt(s) {
            Stmt::Return(_) | Stmt::Branch { kind: BranchKind::Goto, .. } => true,
            Stmt::Branch { .. } => self.branch_target(s).is_some_and(|target| {
                let next_turn = target == id && self.is_continue(s);
                !next_turn && !self.is_within(Parent::Stmt(target), body)
            }),
            _ => false,
        })
    }

    /// Whether the function around a node has a `goto`, which must not jump over a declaration.
    pub(crate) fn has_goto(&self, node: Parent) -> bool {
        let Some(function) = self.function_of(node) else { return true };
        let is_goto =
            |s| matches!(self.tree().stmt(s), Stmt::Branch { kind: BranchKind::Goto, .. });
        self.own_descendants(function.body).any(is_goto)
    }

    /// Whether a statement is `continue`.
    pub(crate) fn is_continue(&self, s: StmtId) -> bool {
        matches!(self.tree().stmt(s), Stmt::Branch { kind: BranchKind::Continue, .. })
    }

    /// Whether an object is declared outside of a loop, in this file or elsewhere.
    #[must_use]
    pub fn is_declared_outside(&self, object: ObjId, id: StmtId) -> bool {
        match self.declared_at(object) {
            Some(at) => !self.stmt_span(id).contains(at),
            None => true,
        }
    }
}
