//! Who may share memory, and where values leave a function.
//!
//! Two questions, two directions of error. [`Aliases::may_share`] errs to yes: variables are put together as soon as one may lead to
//! memory that the other leads to, whatever the order of statements (Steensgaard's way). [`Aliases::ways`] follows a value along
//! what is written: assignments, slicing, fields, literals, conversions, and results of callees that are known to return it; it
//! says nothing that has not been seen.

mod origins;

use rustc_hash::{FxHashMap, FxHashSet};
use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId};
use syntax::walk;
use types::{Builtin, ObjId, ObjectKind, VarKind};

use crate::cfg::specs_of;
use crate::code::{Callee, Owner, View};
use crate::contract::keeps_nothing;
use crate::function::{Flow, Function};
use origins::{elements_carry, origins, place_origins};

/// How a value leaves a function.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Way {
    /// It is returned.
    Returned,
    /// It is stored in a variable of a package.
    Package(ObjId),
    /// It is stored in what a parameter or a variable of a function around leads to.
    Stored(ObjId),
    /// It is sent on a channel.
    Sent,
    /// It is handed to a goroutine.
    Goroutine,
    /// A callee may keep it: an argument of this call.
    Kept(ExprId),
}

/// A value on its way out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Leave {
    /// How.
    pub way: Way,
    /// The expression whose value leaves.
    pub value: ExprId,
    /// Whether it is known to: of a callee of which nothing is known it is not.
    pub known: bool,
}

/// Who may share memory in a function, its function literals included.
pub struct Aliases {
    /// For each variable the one that stands for all that it is put together with.
    parent: FxHashMap<ObjId, ObjId>,
    /// What each variable's value may flow to next.
    flows: FxHashMap<ObjId, Vec<ObjId>>,
    /// What leaves, with the variables that it may share memory with.
    leaves: Vec<(Vec<ObjId>, Leave)>,
}

impl Aliases {
    pub(crate) fn new(function: &Function<'_>) -> Self {
        let view = function.view();
        let mut gather = Gather {
            view,
            flow: function.flow(),
            body: function.body(),
            aliases: Self {
                parent: FxHashMap::default(),
                flows: FxHashMap::default(),
                leaves: Vec::new(),
            },
        };
        view.each(walk::Node::Stmt(function.body()), |node| match node {
            walk::Node::Stmt(stmt) => gather.stmt(stmt),
            walk::Node::Expr(expr) => gather.expr(expr),
            _ => {}
        });
        gather.aliases
    }

    fn root(&self, mut variable: ObjId) -> ObjId {
        while let Some(&up) = self.parent.get(&variable) {
            variable = up;
        }
        variable
    }

    fn join(&mut self, a: ObjId, b: ObjId) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            // The one declared first stands for all, whatever the order.
            self.parent.insert(a.max(b), a.min(b));
        }
    }

    /// Whether what two variables lead to may overlap, at whatever time.
    #[must_use]
    pub fn may_share(&self, a: ObjId, b: ObjId) -> bool {
        self.root(a) == self.root(b)
    }

    /// The variables that a variable's value is seen to flow to, itself the first.
    #[must_use]
    pub fn flows_to(&self, variable: ObjId) -> Vec<ObjId> {
        let mut found = vec![variable];
        let mut seen = FxHashSet::from_iter([variable]);
        let mut at = 0;
        while let Some(&next) = found.get(at) {
            at += 1;
            let further = self.flows.get(&next).into_iter().flatten();
            found.extend(further.filter(|&&to| seen.insert(to)));
        }
        found
    }

    /// Where a variable's value is seen to leave the function, or what it shares memory with by then.
    #[must_use]
    pub fn ways(&self, variable: ObjId) -> Vec<Leave> {
        let carriers: FxHashSet<ObjId> = self.flows_to(variable).into_iter().collect();
        let out = |(of, _): &&(Vec<ObjId>, Leave)| of.iter().any(|v| carriers.contains(v));
        self.leaves.iter().filter(out).map(|&(_, leave)| leave).collect()
    }

    /// All places where something may leave that shares memory with a variable. Errs to more.
    #[must_use]
    pub fn may_leave(&self, variable: ObjId) -> Vec<Leave> {
        let out = |(of, _): &&(Vec<ObjId>, Leave)| of.iter().any(|&v| self.may_share(v, variable));
        self.leaves.iter().filter(out).map(|&(_, leave)| leave).collect()
    }
}

struct Gather<'g, 'v> {
    view: View<'v>,
    flow: &'g Flow<'g>,
    body: StmtId,
    aliases: Aliases,
}

impl Gather<'_, '_> {
    fn origins(&self, expr: ExprId) -> Vec<ObjId> {
        origins(self.flow, self.view, expr)
    }

    fn stmt(&mut self, stmt: StmtId) {
        let tree = self.view.tree();
        match tree.stmt(stmt) {
            Stmt::Assign { lhs, op: AssignOp::Assign | AssignOp::Define, rhs, .. } => {
                if lhs.len() == rhs.len() {
                    tree.list(lhs)
                        .zip(tree.list(rhs))
                        .for_each(|(to, value)| self.assign(to, value));
                } else if let Some(value) = tree.list_get(rhs, 0) {
                    tree.list(lhs).for_each(|to| self.assign(to, value));
                }
            }
            Stmt::Decl(_) => {
                for (names, values) in specs_of(self.view, stmt) {
                    let spread = names.len() != values.len();
                    for (at, name) in tree.list(names).enumerate() {
                        let value = tree.list_get(values, if spread { 0 } else { at });
                        if let (Some(to), Some(value)) = (self.view.facts().defs[name], value) {
                            self.flow_to(to, value);
                        }
                    }
                }
            }
            Stmt::Range { key, value, x, .. } => {
                key.into_iter().chain(value).for_each(|to| self.assign(to, x));
            }
            Stmt::TypeSwitch { assign, body, .. } => self.type_switch(assign, body),
            Stmt::Send { chan, value, .. } => {
                let into = self.origins(chan);
                self.stored(&into, value);
                self.leave(value, Way::Sent, true);
            }
            Stmt::Return(results) if self.is_own_return(stmt) => {
                tree.list(results).for_each(|x| self.leave(x, Way::Returned, true));
            }
            Stmt::Go(call) => {
                let call = tree.unparen(call);
                for x in self.view.arguments(call) {
                    self.leave(x, Way::Goroutine, true);
                }
                if let Expr::Call { fun, .. } = tree.expr(call) {
                    self.leave(fun, Way::Goroutine, true);
                }
            }
            _ => {}
        }
    }

    /// Whether a `return` is the function's and not a literal's in it.
    fn is_own_return(&self, stmt: StmtId) -> bool {
        let around = self.view.body_around(crate::Parent::Stmt(stmt));
        around.is_some_and(|(_, body)| body == self.body)
    }

    fn type_switch(&mut self, assign: StmtId, body: StmtId) {
        let tree = self.view.tree();
        let Stmt::Assign { rhs, .. } = tree.stmt(assign) else { return };
        let (Some(value), Stmt::Block(clauses)) = (tree.list_get(rhs, 0), tree.stmt(body)) else {
            return;
        };
        for clause in tree.list(clauses) {
            if let Some(&variable) = self.view.facts().clause_vars.get(&clause) {
                let of = match tree.expr(value) {
                    Expr::TypeAssert { x, .. } => x,
                    _ => value,
                };
                self.flow_to(variable, of);
            }
        }
    }

    fn assign(&mut self, to: ExprId, value: ExprId) {
        let view = self.view;
        let tree = view.tree();
        let mut at = tree.unparen(to);
        let whole = at;
        loop {
            if let Some(variable) = view.package_variable(at) {
                self.leave(value, Way::Package(variable), true);
                return;
            }
            match tree.expr(at) {
                Expr::Ident(ident) => {
                    let Some(variable) = view.facts().object(ident) else { return };
                    if !view.is_local(variable) {
                        return;
                    }
                    self.flow_to(variable, value);
                    if at != whole && self.is_foreign(variable) {
                        self.leave(value, Way::Stored(variable), true);
                    }
                    return;
                }
                Expr::Selector { x, .. } | Expr::Index { x, .. } | Expr::Star(x) => {
                    at = tree.unparen(x)
                }
                _ => {
                    let into = self.origins(at);
                    self.stored(&into, value);
                    return;
                }
            }
        }
    }

    /// Whether what a variable leads to is the caller's: of a parameter or receiver, or a variable of a function around.
    fn is_foreign(&self, variable: ObjId) -> bool {
        let object = self.view.store.obj(variable);
        let span = self.view.tree().stmt_span(self.body);
        let outside = object.place.is_none_or(|place| !span.contains(place.offset));
        outside || matches!(object.kind, ObjectKind::Var(VarKind::Param | VarKind::Recv))
    }

    /// Whether a variable is a result of the function, and not of a literal in it.
    fn is_result(&self, variable: ObjId) -> bool {
        let object = self.view.store.obj(variable);
        let span = self.view.tree().stmt_span(self.body);
        matches!(object.kind, ObjectKind::Var(VarKind::Result))
            && object.place.is_none_or(|place| !span.contains(place.offset))
    }

    /// A value that a variable takes up, as a whole or in a part.
    fn flow_to(&mut self, to: ObjId, value: ExprId) {
        if self.is_result(to) {
            self.leave(value, Way::Returned, true);
        }
        for from in self.origins(value) {
            self.aliases.join(to, from);
            let flows = self.aliases.flows.entry(from).or_default();
            if to != from && !flows.contains(&to) {
                flows.push(to);
            }
        }
    }

    /// A value that is stored in what variables lead to.
    fn stored(&mut self, into: &[ObjId], value: ExprId) {
        for &to in into {
            self.flow_to(to, value);
        }
    }

    fn leave(&mut self, value: ExprId, way: Way, known: bool) {
        let of = self.origins(value);
        if let [first, rest @ ..] = &of[..] {
            rest.iter().for_each(|&other| self.aliases.join(*first, other));
            self.aliases.leaves.push((of, Leave { way, value, known }));
        }
    }

    fn expr(&mut self, expr: ExprId) {
        let view = self.view;
        let Expr::Call { .. } = view.tree().expr(expr) else { return };
        if keeps_nothing(view, expr) {
            return;
        }
        let arguments = view.arguments(expr);
        match view.callee(expr) {
            Some(Callee::Builtin(Builtin::Copy)) => {
                if let [to, from] = arguments[..]
                    && elements_carry(view, from)
                {
                    let into = self.origins(to);
                    self.stored(&into, from);
                }
            }
            Some(Callee::Builtin(Builtin::Panic)) => {
                arguments.iter().for_each(|&x| self.leave(x, Way::Kept(expr), true));
            }
            Some(Callee::Builtin(_) | Callee::Conversion(_)) => {}
            Some(Callee::Function(_)) => {
                let receiver = view.receiver_argument(expr);
                let mut kept: Vec<ExprId> = Vec::new();
                let known = !self.is_unknown(expr);
                if receiver.is_some() && self.flow.receiver_fate(view, expr).kept {
                    kept.extend(receiver);
                }
                for (at, &x) in arguments.iter().enumerate() {
                    if self.flow.argument_fate(view, expr, at).kept {
                        kept.push(x);
                    }
                }
                let all: Vec<ExprId> = receiver.into_iter().chain(arguments).collect();
                self.kept(expr, receiver, &kept, &all, known);
            }
            Some(Callee::Dynamic) | None => {
                let Expr::Call { fun, .. } = view.tree().expr(expr) else { return };
                let receiver = match view.tree().expr(view.tree().unparen(fun)) {
                    Expr::Selector { x, .. } => Some(x),
                    _ => None,
                };
                let all: Vec<ExprId> = receiver.into_iter().chain(arguments).collect();
                self.kept(expr, receiver, &all, &all, false);
            }
        }
    }

    /// Whether nothing is known of what a call does with its arguments.
    fn is_unknown(&self, call: ExprId) -> bool {
        match self.view.callee(call) {
            Some(Callee::Function(function)) => self.flow.params(function).is_empty(),
            _ => true,
        }
    }

    /// What a callee keeps, it may have stored in anything that it was handed.
    fn kept(
        &mut self,
        call: ExprId,
        receiver: Option<ExprId>,
        kept: &[ExprId],
        all: &[ExprId],
        known: bool,
    ) {
        for &x in kept {
            // A receiver's address may be kept, an argument's value only.
            let of = if receiver == Some(x) {
                place_origins(self.flow, self.view, x)
            } else {
                self.origins(x)
            };
            for &other in all {
                for to in self.origins(other) {
                    of.iter().for_each(|&from| self.aliases.join(to, from));
                }
            }
            self.leave(x, Way::Kept(call), known);
        }
    }
}

impl Function<'_> {
    /// The variables that the value of an expression may share memory with. Errs to more.
    #[must_use]
    pub fn origins(&self, expr: ExprId) -> Vec<ObjId> {
        origins(self.flow(), self.view(), expr)
    }

    /// Whether memory that the value of an expression leads to may be reached through a variable behind a point: they may share
    /// memory, and the variable is used there. Errs to yes.
    #[must_use]
    pub fn may_be_reached_through(&self, value: ExprId, variable: ObjId, at: crate::Point) -> bool {
        let shares = |&origin: &ObjId| self.aliases().may_share(origin, variable);
        self.origins(value).iter().any(shares) && self.is_used_after(variable, at)
    }

    /// Whether the function is a literal.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        matches!(self.owner(), Owner::Literal(_))
    }
}
