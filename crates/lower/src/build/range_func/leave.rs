//! Leaving the bodies of loops over functions, and what follows the loops.

use syntax::tree::{BranchKind, ExprId, List, StmtId};
use types::constant::Value;
use types::types::Signature;
use types::{Basic, ObjectKind, Type, TypeId, Universe, VarKind};

use super::plan::{Branch, Exit, Plan};
use super::{State, Turn};
use crate::build::Builder;
use crate::ir::{Aux, Node, NodeFlags, NodeId, Op, Pos, Runtime, VarId};

/// A test of `#next`.
type Test = (Op, i64);

impl Builder<'_> {
    /// `return` in a body: sets the results of the function around, and ends the loops. False if it stands in none.
    pub(in crate::build) fn return_from_turn(
        &mut self,
        pos: Pos,
        results: List<ExprId>,
        out: &mut Vec<NodeId>,
    ) -> bool {
        let Some(turn) = self.turn() else { return false };
        let results: Vec<ExprId> = self.tree().list(results).collect();
        if !results.is_empty() {
            let store = self.store();
            let objs = self.frames[self.home()].result_objs.clone();
            let names: Vec<NodeId> =
                objs.iter().filter_map(|&obj| self.use_local(obj, pos)).collect();
            let ty = |i: usize| objs.get(i).map(|&obj| store.obj_type(obj));
            let values = self.multi(pos, &ty, &results);
            out.push(match (&*names, &*values) {
                ([x], [y]) => self.binary(Op::As, pos, None, *x, *y),
                _ => {
                    let (list, body) = (self.list(&names), self.list(&values));
                    self.add(Node { list, body, ..Node::new(Op::As2, pos, None) })
                }
            });
        }
        out.push(self.set_next(pos, -1));
        out.push(self.set(pos, turn.state, State::Done as i64));
        out.push(self.return_bool(pos, pos, false));
        true
    }

    /// `break`, `continue` and `goto` that leave a turn. False if this one does not.
    pub(in crate::build) fn branch_from_turn(
        &mut self,
        pos: Pos,
        stmt: StmtId,
        out: &mut Vec<NodeId>,
    ) -> bool {
        let (Some(turn), Some(exit)) = (self.turn(), self.exit(stmt)) else { return false };
        let (state, goes_on) = match exit {
            Exit::Continue => (State::Ready, true),
            Exit::Break => (State::Done, false),
            Exit::Far(next) => {
                out.push(self.set_next(pos, next));
                (State::Done, false)
            }
        };
        out.push(self.set(pos, turn.state, state as i64));
        out.push(self.return_bool(pos, pos, goes_on));
        true
    }

    /// Attaches a `defer` in a body to the function around.
    pub(in crate::build) fn defer_from_turn(&mut self, pos: Pos, defer: NodeId) {
        if self.turn().is_none() {
            return;
        }
        if let Some(token) = self.frames[self.home()].range_funcs.defers {
            self.body.nodes[defer].y = Some(self.reached(token, pos));
        }
    }

    /// What follows a loop, by what `#next` says.
    pub(super) fn checks(&mut self, plan: &Plan, stmt: StmtId, end: Pos, out: &mut Vec<NodeId>) {
        let ended = plan.at(stmt);
        for &branch in &ended.branches {
            out.push(self.do_branch(end, branch));
        }
        let Some(around) = self.turn() else {
            if ended.returns {
                let cond = self.test_next(end, (Op::Eq, -1));
                let leave = self.add(Node::new(Op::Return, end, None));
                out.push(self.if_then(end, cond, &[leave]));
            }
            return;
        };
        // Ends the loop around; one less goes on with it.
        let ends = 2 * around.depth as i64;
        if ended.returns {
            out.push(self.leave_if(end, around, (Op::Lt, 0), State::Done));
        }
        let cond = self.test_next(end, (Op::Gt, ends));
        let panic = self.panic_range_state(end, State::Done);
        out.push(self.if_then(end, cond, &[panic]));
        if ended.continues {
            out.push(self.leave_if(end, around, (Op::Eq, ends - 1), State::Ready));
        }
        if ended.breaks {
            out.push(self.leave_if(end, around, (Op::Eq, ends), State::Done));
        }
        if ended.continues || ended.breaks {
            out.push(self.leave_if(end, around, (Op::Gt, 0), State::Done));
        }
    }

    /// `if #next == n { #next = 0; goto label }`
    fn do_branch(&mut self, end: Pos, Branch { kind, label, next }: Branch) -> NodeId {
        let cond = self.test_next(end, (Op::Eq, next));
        let reset = self.set_next(end, 0);
        let op = match kind {
            BranchKind::Break => Op::Break,
            BranchKind::Continue => Op::Continue,
            _ => Op::Goto,
        };
        let aux = Aux::Label(label, 0);
        let branch = self.add(Node { aux, ..Node::new(op, end, None) });
        self.if_then(end, cond, &[reset, branch])
    }

    /// Leaves the turn of the loop around if `#next` passes a test. Where it is this loop that was meant, `#next` has done its
    /// part.
    fn leave_if(&mut self, end: Pos, around: Turn, test: Test, to: State) -> NodeId {
        let cond = self.test_next(end, test);
        let mut stmts = Vec::with_capacity(3);
        if test.0 == Op::Eq {
            stmts.push(self.set_next(end, 0));
        }
        stmts.push(self.set(end, around.state, to as i64));
        stmts.push(self.return_bool(end, end, matches!(to, State::Ready)));
        self.if_then(end, cond, &stmts)
    }

    pub(super) fn if_then(&mut self, pos: Pos, cond: NodeId, stmts: &[NodeId]) -> NodeId {
        let body = self.list(stmts);
        self.add(Node { x: Some(cond), body, ..Node::new(Op::If, pos, None) })
    }

    pub(super) fn number(&mut self, pos: Pos, value: i64) -> NodeId {
        self.int_literal(value, Basic::Int.id(), pos)
    }

    /// A use of a variable of this function or one around.
    pub(super) fn reached(&mut self, var: VarId, pos: Pos) -> NodeId {
        let var = self.reach(var, pos);
        self.name(var)
    }

    /// `var = value`
    pub(super) fn set(&mut self, pos: Pos, var: VarId, value: i64) -> NodeId {
        let x = self.reached(var, pos);
        let y = self.number(pos, value);
        self.binary(Op::As, pos, None, x, y)
    }

    /// `var := value`
    pub(super) fn define_as(&mut self, pos: Pos, var: VarId, value: NodeId) -> NodeId {
        let x = self.name(var);
        let node = self.binary(Op::As, pos, None, x, value);
        self.define(node, &[var]);
        node
    }

    pub(super) fn compare(&mut self, op: Op, pos: Pos, var: VarId, value: i64) -> NodeId {
        let x = self.reached(var, pos);
        let y = self.number(pos, value);
        self.binary(op, pos, Some(Basic::Bool.id()), x, y)
    }

    fn test_next(&mut self, pos: Pos, (op, value): Test) -> NodeId {
        let next = self.next_var();
        self.compare(op, pos, next, value)
    }

    fn set_next(&mut self, pos: Pos, value: i64) -> NodeId {
        let next = self.next_var();
        self.set(pos, next, value)
    }

    /// `#next`. The plan has asked for it wherever it is used.
    fn next_var(&mut self) -> VarId {
        let home = self.home();
        match self.frames[home].range_funcs.next {
            Some(next) => next,
            None => {
                let next = self.temp(Pos::GENERATED, Basic::Int.id());
                *self.frames[home].range_funcs.next.insert(next)
            }
        }
    }

    /// `return true`. The constant is an untyped one, converted.
    pub(super) fn return_bool(&mut self, pos: Pos, at: Pos, value: bool) -> NodeId {
        let ty = Basic::Bool.id();
        let value = self.literal(Value::Bool(value), ty, Pos::GENERATED);
        let value = self.unary(Op::ConvNop, at, Some(ty), value);
        self.body.nodes[value].flags = NodeFlags::IMPLICIT;
        let list = self.list(&[value]);
        self.add(Node { list, ..Node::new(Op::Return, pos, None) })
    }

    pub(super) fn panic_range_state(&mut self, pos: Pos, state: State) -> NodeId {
        let state = self.number(pos, state as i64);
        self.runtime_call(pos, Runtime::PanicRangeState, &[state])
    }

    pub(super) fn runtime_call(&mut self, pos: Pos, function: Runtime, args: &[NodeId]) -> NodeId {
        let ty = self.runtime_signature(function);
        let aux = Aux::Runtime(function);
        let callee = self.add(Node { aux, ..Node::new(Op::Name, Pos::GENERATED, Some(ty)) });
        let list = self.list(args);
        self.add(Node { x: Some(callee), list, ..Node::new(Op::CallFunc, pos, None) })
    }

    /// `func(int)` of `panicrangestate`, `func() any` of `deferrangefunc`.
    fn runtime_signature(&self, function: Runtime) -> TypeId {
        let store = self.store();
        let var = |ty: TypeId| {
            let (name, kind) = (source::Name::new(""), ObjectKind::Var(VarKind::Param));
            store.new_object(name, None, None, Some(ty), kind)
        };
        let (mut params, mut results) = (Vec::new(), Vec::new());
        match function {
            Runtime::DeferRangeFunc => results.push(var(Universe::EMPTY_INTERFACE)),
            _ => params.push(var(Basic::Int.id())),
        }
        store.add_type(Type::Signature(Box::new(Signature {
            recv: None,
            type_params: [].into(),
            recv_type_params: [].into(),
            params: params.into(),
            results: results.into(),
            variadic: false,
        })))
    }
}
