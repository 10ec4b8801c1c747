//! Switches.

use source::Name;
use syntax::tree::{BranchKind, Expr, ExprId, Stmt, StmtId};
use types::constant::{Value, compare};
use types::{Basic, Type, TypeId, Universe};

use super::Builder;
use super::types::is_interface;
use crate::ir::{Aux, Node, NodeId, Op, Pos};

/// A clause as it is kept: without cases it is the default.
struct Clause {
    stmt: StmtId,
    cases: Vec<ExprId>,
    body: Vec<StmtId>,
}

impl Builder<'_> {
    fn clauses(&self, body: StmtId) -> Vec<Clause> {
        let tree = self.tree();
        let Stmt::Block(list) = tree.stmt(body) else { return Vec::new() };
        let mut clauses = Vec::new();
        for stmt in tree.list(list) {
            if let Stmt::Case { exprs, body, .. } = tree.stmt(stmt) {
                let cases = exprs.map_or(Vec::new(), |exprs| tree.list(exprs).collect());
                clauses.push(Clause { stmt, cases, body: tree.list(body).collect() });
            }
        }
        clauses
    }

    pub(super) fn switch(
        &mut self,
        pos: Pos,
        label: Option<(Name, u32)>,
        init: Option<StmtId>,
        tag: Option<ExprId>,
        body: StmtId,
    ) -> NodeId {
        let init = self.one_stmt(init);
        let init = self.as_node(&init);
        let mut clauses = self.clauses(body);
        let mut tag = tag;
        let mut tag_type = tag.map_or(Basic::Bool.id(), |tag| self.single_written(tag));
        let value = match tag {
            Some(tag) => self.facts().value(tag).cloned(),
            None => Some(Value::Bool(true)),
        };
        if let Some(value) = value
            && let Some(target) = self.always_taken(&value, &clauses)
        {
            clauses = target.map_or(Vec::new(), |i| {
                let mut only = clauses.swap_remove(i);
                only.cases.clear();
                vec![only]
            });
            tag = None;
            tag_type = Basic::Bool.id();
        }
        let of_chan = matches!(self.store().under_ty(tag_type), Type::Chan { .. });
        if !of_chan && self.mixes_interfaces(tag_type, &clauses) {
            tag_type = Universe::EMPTY_INTERFACE;
        }
        let tag = tag.map(|tag| self.implicit(Some(tag_type), tag));
        let wanted = (!of_chan).then_some(tag_type);
        let mut cases = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let pos = self.stmt_at(clause.stmt);
            let exprs: Vec<NodeId> =
                clause.cases.iter().map(|&case| self.implicit(wanted, case)).collect();
            cases.push(self.case(pos, None, &exprs, &clause.body));
        }
        self.switch_node(pos, label, init, tag, &cases)
    }

    fn case(&mut self, pos: Pos, var: Option<NodeId>, exprs: &[NodeId], body: &[StmtId]) -> NodeId {
        let body = self.stmts(body);
        let (list, body) = (self.list(exprs), self.list(&body));
        self.add(Node { x: var, list, body, ..Node::new(Op::Case, pos, None) })
    }

    fn switch_node(
        &mut self,
        pos: Pos,
        label: Option<(Name, u32)>,
        init: Option<NodeId>,
        tag: Option<NodeId>,
        cases: &[NodeId],
    ) -> NodeId {
        let (init, list) = (self.list(init.as_slice()), self.list(cases));
        let aux = label.map_or(Aux::None, |(name, number)| Aux::Label(name, number));
        self.add(Node { x: tag, init, list, aux, ..Node::new(Op::Switch, pos, None) })
    }

    /// Of a switch on a constant whose cases are constants, the clause that is always taken (`Some(None)`: none); `None`
    /// where that cannot be told.
    fn always_taken(&self, tag: &Value, clauses: &[Clause]) -> Option<Option<usize>> {
        let mut target = None;
        'clauses: for (i, clause) in clauses.iter().enumerate() {
            if clause.cases.is_empty() {
                target = Some(i);
            }
            for &case in &clause.cases {
                let value = self.facts().value(case)?;
                if compare(syntax::tree::BinaryOp::Eq, tag, value) {
                    target = Some(i);
                    break 'clauses;
                }
            }
        }
        if let Some(target) = target
            && self.falls_through(&clauses[target].body)
        {
            return None;
        }
        Some(target)
    }

    fn falls_through(&self, body: &[StmtId]) -> bool {
        let tree = self.tree();
        let last = body.iter().rev().find(|&&s| !matches!(tree.stmt(s), Stmt::Empty { .. }));
        last.is_some_and(|&s| {
            matches!(tree.stmt(s), Stmt::Branch { kind: BranchKind::Fallthrough, .. })
        })
    }

    /// Whether a case can only be compared with the tag as interfaces: then all of them are converted.
    fn mixes_interfaces(&self, tag: TypeId, clauses: &[Clause]) -> bool {
        let store = self.store();
        clauses.iter().flat_map(|clause| &clause.cases).any(|&case| {
            let ty = self.single_written(case);
            !self.is_nil(case)
                && !self.assignable(ty, tag)
                && (is_interface(store, ty) || is_interface(store, tag))
        })
    }

    pub(super) fn type_switch(
        &mut self,
        pos: Pos,
        label: Option<(Name, u32)>,
        init: Option<StmtId>,
        assign: StmtId,
        body: StmtId,
    ) -> NodeId {
        let tree = self.tree();
        let init = self.one_stmt(init);
        let init = self.as_node(&init);
        let (declared, guard) = match tree.stmt(assign) {
            Stmt::Assign { lhs, rhs, .. } => (tree.list_get(lhs, 0), tree.list_get(rhs, 0)),
            Stmt::Expr(guard) => (None, Some(guard)),
            _ => (None, None),
        };
        let Some(guard) = guard else { return self.unknown(pos) };
        let Expr::TypeAssert { x, .. } = tree.expr(tree.unparen(guard)) else {
            return self.unknown(pos);
        };
        let guard_pos = self.at(guard);
        let name = declared.and_then(|d| match tree.expr(tree.unparen(d)) {
            Expr::Ident(ident) => Some(tree.ident(ident)),
            _ => None,
        });
        let from = self.type_of(x);
        let x = self.expr(x);
        let ident = name.map(|name| {
            let at = self.pos(name.pos);
            self.add(Node { aux: Aux::Str(name.name), ..Node::new(Op::Nonname, at, None) })
        });
        let head =
            self.add(Node { x: Some(x), y: ident, ..Node::new(Op::TypeSw, guard_pos, None) });
        let mut cases = Vec::new();
        for clause in self.clauses(body) {
            let at = self.stmt_at(clause.stmt);
            let mut types = Vec::with_capacity(clause.cases.len());
            for &case in &clause.cases {
                let pos = self.at(case);
                types.push(if self.is_nil(case) {
                    self.add(Node::new(Op::Nil, pos, Some(Basic::UntypedNil.id())))
                } else {
                    let written = self.written(case);
                    self.type_case(from, written, pos)
                });
            }
            let var = self.facts().clause_vars.get(&clause.stmt).filter(|_| ident.is_some());
            let var = var.map(|&obj| {
                let at = clause.cases.last().map_or(at, |&last| self.pos(self.end_of(last)));
                let var = self.local_at(obj, at);
                self.body.vars[var].defn = Some(head);
                self.name(var)
            });
            cases.push(self.case(at, var, &types, &clause.body));
        }
        self.switch_node(pos, label, init, Some(head), &cases)
    }

    /// Where the compiler places the variable of a clause: at the last name of its last type.
    fn end_of(&self, mut expr: ExprId) -> u32 {
        let tree = self.tree();
        loop {
            expr = match tree.expr(expr) {
                Expr::Paren(x) | Expr::Star(x) | Expr::Ellipsis(Some(x)) => x,
                Expr::Selector { x, .. } => return tree.expr_span(x).start,
                Expr::Array { elem, .. } => elem,
                Expr::Chan { value, .. } | Expr::Map { value, .. } => value,
                Expr::Index { indices, .. } => match tree.list(indices).last() {
                    Some(last) => last,
                    None => return tree.expr_span(expr).start,
                },
                Expr::Interface(list) => match self.last_type(list) {
                    Some(last) => last,
                    None => return tree.expr_span(expr).start,
                },
                Expr::FuncType(ty) => {
                    let ty = tree.func_type(ty);
                    let result = ty.results.and_then(|results| self.last_type(results));
                    match result.or_else(|| self.last_type(ty.params)) {
                        Some(last) => last,
                        None => return tree.expr_span(expr).start,
                    }
                }
                _ => return tree.expr_span(expr).start,
            };
        }
    }

    fn last_type(&self, list: syntax::tree::FieldListId) -> Option<ExprId> {
        let tree = self.tree();
        tree.list(tree.field_list(list).fields).last().map(|field| tree.field(field).ty)
    }
}
