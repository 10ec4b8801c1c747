//! Loops over functions: `for x := range f {…}` becomes `f(func(x T) bool {…})`.
//!
//! ```go
//! var #next int                                  // where something leaves more than this loop
//! #defers := runtime.deferrangefunc()            // where something is deferred
//! #state1 := ready
//! #yield1 := func(x T) bool {
//!     #tmpState := #state1
//!     #state1 = running
//!     if #tmpState != ready { runtime.panicrangestate(#tmpState) }
//!     …                                          // continue: #state1 = ready; return true
//!     #state1 = ready                            // break:    #state1 = done; return false
//!     return true                                // return v: #rv1 = v; #next = -1; #state1 = done; return false
//! }
//! f(#yield1)
//! if #state1 == running { runtime.panicrangestate(missing panic) }
//! #state1 = exhausted
//! if #next == -1 { return }
//! ```
//!
//! `#next` and `#defers` are declared once, beside the outermost loop. Between loops `#next` says how far to go on leaving;
//! see [`plan::Outer`]. Results that a body sets are called `#rv1`, … if they have no name.
//!
//! The same in Go 1.24 to 1.27, but for which of several labels of one name in function literals is meant, see [`plan`].

mod leave;
mod plan;

use std::rc::Rc;

use source::Name;
use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId};
use types::{Basic, Type, TypeId, Universe};

use self::plan::{Exit, Outer, Plan, Planner};
use super::Builder;
use crate::ir::{Aux, FuncFlags, Node, NodeId, Op, Pos, Runtime, VarClass, VarId};

/// What a loop's state can be (`internal/abi.RF_State`).
#[derive(Clone, Copy)]
enum State {
    /// The body has left the loop.
    Done = 0,
    /// Between turns.
    Ready = 1,
    /// In a turn, or panicked in one.
    Panic = 2,
    /// The function has returned.
    Exhausted = 3,
    /// It has swallowed a panic.
    MissingPanic = 4,
}

/// Of a function: the loops over functions in it.
#[derive(Default)]
pub(super) struct RangeFuncs {
    /// The outermost loop at hand.
    plan: Rc<Plan>,
    next: Option<VarId>,
    defers: Option<VarId>,
    /// Loops so far, as they begin.
    states: u32,
    /// Outermost loops' loops so far.
    ended: u32,
}

/// Of a loop's body.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    state: VarId,
    /// How many loops over functions, this one included, the body stands in.
    depth: usize,
}

/// A range statement over a function.
pub(super) struct RangeFunc {
    pub(super) stmt: StmtId,
    pub(super) label: Option<Name>,
    pub(super) vars: [Option<ExprId>; 2],
    pub(super) op: Option<AssignOp>,
    pub(super) x: ExprId,
    pub(super) body: StmtId,
}

impl Builder<'_> {
    /// Whether an expression that is ranged over is a function.
    pub(super) fn is_function(&self, x: ExprId) -> bool {
        let core = self.store().core_type(self.single_written(x)).unwrap_or(Universe::INVALID);
        matches!(self.store().ty(core), Type::Signature(_))
    }

    /// The frame of the function that the loops at hand stand in.
    fn home(&self) -> usize {
        let is_home = |frame: &super::names::Frame| frame.turn.is_none();
        self.frames.iter().rposition(is_home).unwrap_or(0)
    }

    fn turn(&self) -> Option<Turn> {
        self.frames.last()?.turn
    }

    /// Whether a `break` or `continue` ends in a `return` of the body of a loop over a function.
    pub(super) fn leaves_turn(&self, stmt: StmtId) -> bool {
        self.exit(stmt).is_some()
    }

    fn exit(&self, stmt: StmtId) -> Option<Exit> {
        self.turn()?;
        self.frames[self.home()].range_funcs.plan.exit(stmt)
    }

    pub(super) fn range_func(&mut self, range: &RangeFunc, out: &mut Vec<NodeId>) {
        let span = self.tree().stmt_span(range.stmt);
        let (start, end) = (self.pos(span.start), self.pos(span.end.saturating_sub(1)));
        let outermost = self.turn().is_none();
        let home = self.home();
        if outermost {
            self.begin_outermost(range, start, out);
        }
        let plan = Rc::clone(&self.frames[home].range_funcs.plan);
        let state = self.state_var(home, start, out);
        let number = self.frames[home].range_funcs.ended + plan.at(range.stmt).number;
        let closure = self.body_closure(range, state, (start, end));
        let arg = self.yield_var(number, start, closure, out);
        out.push(self.iterate(range.x, start, arg));

        let panicked = self.compare(Op::Eq, end, state, State::Panic as i64);
        let panic = self.panic_range_state(end, State::MissingPanic);
        out.push(self.if_then(end, panicked, &[panic]));
        out.push(self.set(end, state, State::Exhausted as i64));
        self.checks(&plan, range.stmt, end, out);
        if outermost {
            let funcs = &mut self.frames[home].range_funcs;
            funcs.ended += plan.len();
            (funcs.next, funcs.defers, funcs.plan) = (None, None, Rc::default());
        }
    }

    /// Looks ahead at an outermost loop, and declares what its loops share.
    fn begin_outermost(&mut self, range: &RangeFunc, start: Pos, out: &mut Vec<NodeId>) {
        let home = self.home();
        let is_function = |x: ExprId| self.is_function(x);
        let (tree, compiler) = (self.tree(), self.cx.compiler);
        let mut planner = Planner::new(tree, compiler, &is_function, self.frames[home].block);
        planner.stmt(range.stmt, range.label);
        let plan = planner.plan;
        if plan.names_results {
            self.name_results();
        }
        for &variable in &plan.outer {
            match variable {
                Outer::Next => {
                    let ty = Basic::Int.id();
                    let var = self.new_var(Name::new("#next"), ty, VarClass::Auto, Pos::GENERATED);
                    let x = self.name(var);
                    let node = self.add(Node { x: Some(x), ..Node::new(Op::As, start, None) });
                    let dcl = self.dcl(start, var);
                    self.body.nodes[node].init = self.list(&[dcl]);
                    out.push(node);
                    self.frames[home].range_funcs.next = Some(var);
                }
                Outer::Defers => {
                    let ty = Universe::EMPTY_INTERFACE;
                    let call = self.runtime_call(start, Runtime::DeferRangeFunc, &[]);
                    self.body.nodes[call].ty = Some(ty);
                    let var =
                        self.new_var(Name::new("#defers"), ty, VarClass::Auto, Pos::GENERATED);
                    out.push(self.define_as(start, var, call));
                    self.frames[home].range_funcs.defers = Some(var);
                }
            }
        }
        self.frames[home].range_funcs.plan = Rc::new(plan);
    }

    /// Gives names to results that have none.
    fn name_results(&mut self) {
        let func = self.func();
        for (i, var) in self.body.funcs[func].results.clone().into_iter().enumerate() {
            let name = &mut self.body.vars[var].name;
            if name.as_str().starts_with('~') {
                *name = Name::new(&format!("#rv{}", i + 1));
            }
        }
    }

    fn state_var(&mut self, home: usize, start: Pos, out: &mut Vec<NodeId>) -> VarId {
        let funcs = &mut self.frames[home].range_funcs;
        funcs.states += 1;
        let name = Name::new(&format!("#state{}", funcs.states));
        let state = self.new_var(name, Basic::Int.id(), VarClass::Auto, start);
        let ready = self.number(start, State::Ready as i64);
        out.push(self.define_as(start, state, ready));
        state
    }

    /// Sets a variable to the loop's body; gives a use of it.
    fn yield_var(
        &mut self,
        number: u32,
        start: Pos,
        body: NodeId,
        out: &mut Vec<NodeId>,
    ) -> NodeId {
        let name = Name::new(&format!("#yield{number}"));
        let var = self.new_var(name, self.node_ty(body), VarClass::Auto, Pos::GENERATED);
        out.push(self.define_as(start, var, body));
        self.name(var)
    }

    /// The call of the function that is ranged over. It is a call like one that is written: of a method, say.
    fn iterate(&mut self, x: ExprId, start: Pos, arg: NodeId) -> NodeId {
        let store = self.store();
        let x = self.tree().unparen(x);
        let written = store.core_type(self.single_written(x)).unwrap_or(Universe::INVALID);
        let (callee, mut args) = self.callee(x, written);
        let arg = match store.ty(written) {
            Type::Signature(signature) if !signature.params.is_empty() => {
                let param = self.ty(store.obj_type(signature.params[0]));
                self.converted(param, arg, start)
            }
            _ => arg,
        };
        args.push(arg);
        let ty = self.ty(written);
        let call = self.finish_call(start, callee, args, true, ty);
        self.body.nodes[call].ty = None;
        call
    }

    /// The type of the function that the body becomes, as written.
    fn yield_type(&self, x: ExprId) -> TypeId {
        let store = self.store();
        let core = store.core_type(self.single_written(x)).unwrap_or(Universe::INVALID);
        match store.ty(core) {
            Type::Signature(signature) => {
                let param = signature.params.first().map(|&param| store.obj_type(param));
                param.and_then(|param| store.core_type(param)).unwrap_or(Universe::INVALID)
            }
            _ => Universe::INVALID,
        }
    }

    fn body_closure(
        &mut self,
        range: &RangeFunc,
        state: VarId,
        (start, end): (Pos, Pos),
    ) -> NodeId {
        let written = self.yield_type(range.x);
        let ty = self.ty(written);
        let (parent, depth) = (self.func(), self.turn().map_or(0, |turn| turn.depth) + 1);
        let func = self.open(Some(parent), ty, start);
        self.body.funcs[func].flags.set(FuncFlags::RANGE_BODY);
        if let Some(frame) = self.frames.last_mut() {
            frame.turn = Some(Turn { state, depth });
        }
        let mut stmts = self.turn_params(range, written, start);
        self.begin_turn(state, start, &mut stmts);
        let body: Vec<StmtId> = match self.tree().stmt(range.body) {
            Stmt::Block(list) => self.tree().list(list).collect(),
            _ => Vec::new(),
        };
        let ended = self.stmts_into(&body, &mut stmts);
        if !ended {
            stmts.push(self.set(end, state, State::Ready as i64));
            stmts.push(self.return_bool(end, Pos::GENERATED, true));
        }
        self.finish_body(stmts);
        self.close();
        let node = Node { aux: Aux::Closure(func), ..Node::new(Op::Closure, start, Some(ty)) };
        let node = self.add(node);
        self.body.funcs[func].closure = Some(node);
        node
    }

    /// Declares the parameters and the result of a body; gives the assignments to loop variables that it does not declare.
    fn turn_params(&mut self, range: &RangeFunc, written: TypeId, start: Pos) -> Vec<NodeId> {
        let store = self.store();
        let Type::Signature(signature) = store.ty(written) else { return Vec::new() };
        let mut assigned = Vec::new();
        for (i, &param) in signature.params.iter().enumerate() {
            let var = range.vars.get(i).copied().flatten();
            if let Some(var) = var
                && range.op == Some(AssignOp::Define)
                && let Expr::Ident(ident) = self.tree().expr(self.tree().unparen(var))
            {
                if let Some(obj) = self.facts().defs[ident] {
                    self.param(obj);
                } else {
                    self.made_param(
                        self.tree().ident(ident).name,
                        store.obj_type(param),
                        self.at(var),
                    );
                }
                continue;
            }
            let name = Name::new(&format!("#p{}", i + 1));
            let made = self.made_param(name, store.obj_type(param), start);
            assigned.extend(var.map(|var| (var, made)));
        }
        let func = self.func();
        let result = self.new_var(Name::new("#r"), Basic::Bool.id(), VarClass::Result, start);
        self.body.funcs[func].results.push(result);
        let mut stmts = Vec::with_capacity(assigned.len());
        for (var, made) in assigned {
            let at = self.at(var);
            let (x, ty, _) = self.assignee(var);
            let mut value = self.name(made);
            if let Some(ty) = ty {
                let ty = self.ty(ty);
                value = self.converted(ty, value, at);
            }
            stmts.push(self.binary(Op::As, at, None, x, value));
        }
        stmts
    }

    fn made_param(&mut self, name: Name, ty: TypeId, pos: Pos) -> VarId {
        let ty = self.ty(ty);
        let var = self.new_var(name, ty, VarClass::Param, pos);
        let func = self.func();
        self.body.funcs[func].params.push(var);
        var
    }

    /// The body must not be called while it runs, nor once the loop has been left.
    fn begin_turn(&mut self, state: VarId, start: Pos, out: &mut Vec<NodeId>) {
        let (name, ty) = (Name::new("#tmpState"), Basic::Int.id());
        let before = self.new_var(name, ty, VarClass::Auto, Pos::GENERATED);
        let value = self.reached(state, Pos::GENERATED);
        out.push(self.define_as(Pos::GENERATED, before, value));
        out.push(self.set(start, state, State::Panic as i64));
        let cond = self.compare(Op::Ne, start, before, State::Ready as i64);
        let arg = self.name(before);
        let panic = self.runtime_call(start, Runtime::PanicRangeState, &[arg]);
        out.push(self.if_then(start, cond, &[panic]));
    }
}
