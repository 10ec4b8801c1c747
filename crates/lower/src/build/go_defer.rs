//! `go` and `defer`.

use syntax::tree::ExprId;
use types::{Basic, Type, TypeId, Universe};

use super::Builder;
use crate::ir::{Aux, FuncFlags, Node, NodeFlags, NodeId, Op, Pos, VarId};

/// An operand that is evaluated when the statement runs: the node that refers to it in the call.
type Operand = NodeId;

impl Builder<'_> {
    /// `go call`, `defer call`. What is started is always a function without parameters and results: a call that has some
    /// is put into a function literal, and its operands into temporaries that the literal captures.
    pub(super) fn go_defer(&mut self, op: Op, pos: Pos, call: ExprId) -> NodeId {
        let call = self.expr(call);
        self.go_defer_call(op, pos, call)
    }

    pub(super) fn go_defer_call(&mut self, op: Op, pos: Pos, call: NodeId) -> NodeId {
        let mut init: Vec<NodeId> = self.body.items(self.body.nodes[call].init).to_vec();
        self.body.nodes[call].init = crate::ir::List::EMPTY;
        let started =
            if self.is_plain_call(call) { call } else { self.wrapped(pos, call, &mut init) };
        let flags = self.body.nodes[started].flags.with(NodeFlags::GO_DEFER);
        self.body.nodes[started].flags = flags;
        let init = self.list(&init);
        self.add(Node { x: Some(started), init, ..Node::new(op, pos, None) })
    }

    fn is_plain_call(&self, call: NodeId) -> bool {
        let node = self.body.nodes[call];
        node.op == Op::CallFunc
            && node.list.is_empty()
            && node.ty.is_none()
            && node.x.is_some_and(|fun| {
                matches!(self.store().under_ty(self.node_ty(fun)),
                    Type::Signature(s) if s.params.is_empty() && s.results.is_empty())
            })
    }

    fn wrapped(&mut self, pos: Pos, call: NodeId, init: &mut Vec<NodeId>) -> NodeId {
        let operands = self.operands(call);
        let (mut names, mut values, mut temps) = (Vec::new(), Vec::new(), Vec::new());
        for &operand in &operands {
            let node = self.body.nodes[operand];
            let at = if node.op == Op::Name { pos } else { node.pos };
            let ty = node.ty.unwrap_or(Universe::INVALID);
            // The node stays where it is, and becomes the variable that the literal captures.
            values.push(self.add(node));
            let temp = self.temp(at, ty);
            init.push(self.dcl(at, temp));
            names.push(self.name(temp));
            temps.push((temp, at));
        }
        if !operands.is_empty() {
            let (list, body) = (self.list(&names), self.list(&values));
            let assign = self.add(Node { list, body, ..Node::new(Op::As2, pos, None) });
            for &(temp, _) in &temps {
                self.body.vars[temp].defn = Some(assign);
            }
            init.push(assign);
            if self.body.nodes[call].op == Op::CallInter
                && let Some(&iface) = names.first()
            {
                init.push(self.check_nil(pos, iface));
            }
        }
        self.wrapper(pos, call, &operands, &temps)
    }

    /// Panics if an interface is nil.
    fn check_nil(&mut self, pos: Pos, iface: NodeId) -> NodeId {
        let at = self.body.nodes[iface].pos;
        let name = self.body.nodes[iface];
        let name = self.add(name);
        let ty = self.store().pointer(Basic::Uintptr.id());
        let itab = self.unary(Op::Itab, at, Some(ty), name);
        self.unary(Op::CheckNil, pos, None, itab)
    }

    /// The function literal around a call, called.
    fn wrapper(
        &mut self,
        pos: Pos,
        call: NodeId,
        operands: &[Operand],
        temps: &[(VarId, Pos)],
    ) -> NodeId {
        let ty = self.plain_signature();
        let parent = self.func();
        let func = self.open(Some(parent), ty, pos);
        self.body.funcs[func].flags.set(FuncFlags::WRAPPER);
        for (&operand, &(temp, at)) in operands.iter().zip(temps) {
            let var = self.reach(temp, at);
            let name = self.name(var);
            self.body.nodes[operand] = self.body.nodes[name];
        }
        self.finish_body(vec![call]);
        // It captures its operands only, in generic code too.
        self.frames.pop();
        self.reparent(call, func);
        let closure = Node { aux: Aux::Closure(func), ..Node::new(Op::Closure, pos, Some(ty)) };
        let closure = self.add(closure);
        self.body.funcs[func].closure = Some(closure);
        let at = self.body.nodes[call].pos;
        self.add(Node { x: Some(closure), ..Node::new(Op::CallFunc, at, None) })
    }

    /// Function literals that were evaluated in the statement and are now part of the wrapper's body.
    fn reparent(&mut self, call: NodeId, wrapper: crate::ir::FuncId) {
        let mut moved = Vec::new();
        let body = &self.body;
        body.any(call, &mut |node| {
            if let Aux::Closure(func) = body.nodes[node].aux {
                moved.push(func);
            }
            false
        });
        for func in moved {
            self.body.funcs[func].parent = Some(wrapper);
        }
    }

    pub(super) fn plain_signature(&mut self) -> TypeId {
        self.store().add_type(Type::Signature(Box::new(types::types::Signature {
            recv: None,
            type_params: [].into(),
            recv_type_params: [].into(),
            params: [].into(),
            results: [].into(),
            variadic: false,
        })))
    }

    /// The operands of a call that are evaluated when the statement runs.
    fn operands(&self, call: NodeId) -> Vec<Operand> {
        let node = self.body.nodes[call];
        let mut found = Vec::new();
        match node.op {
            Op::CallFunc => {
                node.x.into_iter().for_each(|fun| self.operand(fun, &mut found));
                self.body.items(node.list).iter().for_each(|&arg| self.operand(arg, &mut found));
            }
            Op::CallInter => {
                // First, since it is the one that is checked.
                found.extend(node.x.and_then(|dot| self.body.nodes[dot].x));
                self.body.items(node.list).iter().for_each(|&arg| self.operand(arg, &mut found));
            }
            _ => {
                node.x.into_iter().chain(node.y).for_each(|x| self.operand(x, &mut found));
                self.body.items(node.list).iter().for_each(|&arg| self.operand(arg, &mut found));
            }
        }
        found
    }

    /// Constants, functions and literals' parts that are the same whenever they are evaluated stay in the wrapper.
    fn operand(&self, arg: NodeId, found: &mut Vec<Operand>) {
        let node = self.body.nodes[arg];
        match node.op {
            Op::Literal | Op::Nil | Op::MethExpr | Op::New => return,
            Op::Name if matches!(node.aux, Aux::Inst(_) | Aux::Runtime(_)) => return,
            Op::Addr if node.x.is_some_and(|x| self.body.nodes[x].op == Op::LinksymOffset) => {
                return;
            }
            Op::ConvNop => {
                if let Some(x) = node.x
                    && self.store().basic(self.node_ty(arg)) == Some(Basic::Uintptr)
                    && self.store().basic(self.node_ty(x)) == Some(Basic::UnsafePointer)
                {
                    return self.operand(x, found);
                }
            }
            Op::ArrayLit | Op::SliceLit | Op::StructLit => {
                for &elem in self.body.items(node.list) {
                    match self.body.nodes[elem] {
                        Node { op: Op::Key, y: Some(value), .. }
                        | Node { op: Op::StructKey, x: Some(value), .. } => {
                            self.operand(value, found)
                        }
                        _ => self.operand(elem, found),
                    }
                }
                return;
            }
            _ => {}
        }
        found.push(arg);
    }
}
