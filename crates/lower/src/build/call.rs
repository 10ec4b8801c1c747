//! Calls.

use syntax::tree::{Expr, ExprId};
use types::{Mode, ObjectKind, SelectionKind, Type, TypeId, Universe};

use super::Builder;
use super::method::Callee;
use crate::ir::{Aux, Node, NodeFlags, NodeId, Op, Pos, VarFlags};

impl Builder<'_> {
    pub(super) fn call(&mut self, expr: ExprId) -> NodeId {
        let pos = self.at(expr);
        let Expr::Call { fun, args, spread, .. } = self.tree().expr(expr) else {
            return self.unknown(pos);
        };
        let fun = self.tree().unparen(fun);
        let args: Vec<ExprId> = self.tree().list(args).collect();
        match self.facts().modes[fun] {
            Mode::Type => match args.first() {
                Some(&arg) => self.convert(self.written(fun), arg, false),
                None => self.unknown(pos),
            },
            Mode::Builtin => self.builtin(expr, fun, &args, spread),
            _ => self.function_call(expr, fun, &args, spread),
        }
    }

    fn function_call(
        &mut self,
        expr: ExprId,
        fun: ExprId,
        args: &[ExprId],
        spread: bool,
    ) -> NodeId {
        let store = self.store();
        let pos = self.at(expr);
        let written = self.written(fun);
        let signature = store.core_type(written).unwrap_or(Universe::INVALID);
        let Type::Signature(parts) = store.ty(signature) else {
            return self.unknown_call(expr, fun, args);
        };
        let (callee, mut all) = self.callee(fun, signature);
        let params: Vec<TypeId> = parts.params.iter().map(|&p| store.obj_type(p)).collect();
        let variadic = parts.variadic && !spread;
        let param = |i: usize| match params.len().checked_sub(1) {
            Some(last) if variadic && i >= last => match store.ty(params[last]) {
                Type::Slice(elem) => Some(*elem),
                _ => None,
            },
            _ => params.get(i).copied(),
        };
        all.extend(self.multi(pos, &param, args));
        let result = self.type_of(expr);
        let ty = self.ty(signature);
        let call = self.finish_call(pos, callee, all, spread, ty);
        if self.is_getg(callee) {
            // The front end puts the operation in the call's place; what was called stays its operand, and counts.
            self.body.nodes[call].op = Op::Getg;
        }
        self.body.nodes[call].ty = (result != Universe::EMPTY_TUPLE
            && self.facts().modes[expr] != Mode::NoValue)
            .then_some(result);
        call
    }

    /// A call in code that does not check, or of what a missing package declares: anything may become of its operands.
    fn unknown_call(&mut self, expr: ExprId, fun: ExprId, args: &[ExprId]) -> NodeId {
        let pos = self.at(expr);
        let receiver = match self.tree().expr(fun) {
            Expr::Selector { x, .. }
                if !matches!(self.facts().modes[x], Mode::Invalid | Mode::Type) =>
            {
                Some(x)
            }
            _ => None,
        };
        let operands: Vec<NodeId> =
            receiver.into_iter().chain(args.iter().copied()).map(|arg| self.expr(arg)).collect();
        self.unknown_of(pos, &operands)
    }

    /// What stands for code that is not understood and has operands: a call of something unknown.
    pub(super) fn unknown_of(&mut self, pos: Pos, operands: &[NodeId]) -> NodeId {
        let callee = self.unknown(pos);
        let list = self.list(operands);
        let invalid = Some(Universe::INVALID);
        self.add(Node { x: Some(callee), list, ..Node::new(Op::CallFunc, pos, invalid) })
    }

    /// Whether it is `runtime.getg`.
    fn is_getg(&self, callee: NodeId) -> bool {
        let Aux::Inst(inst) = self.body.nodes[callee].aux else { return false };
        let object = self.store().obj(self.cx.instances.get(inst).obj);
        object.name.as_str() == "getg"
            && object.pkg.is_some_and(|pkg| self.store().pkg(pkg).path.as_str() == "runtime")
    }

    /// What is called, and the arguments that come before those written: a receiver, a dictionary.
    pub(super) fn callee(&mut self, fun: ExprId, signature: TypeId) -> (NodeId, Vec<NodeId>) {
        let pos = self.at(fun);
        let tree = self.tree();
        let inner = match tree.expr(fun) {
            Expr::Index { x, .. } => tree.unparen(x),
            _ => fun,
        };
        if let Expr::Selector { x, sel } = tree.expr(inner)
            && let Some(selection) = self.facts().selections.get(&inner)
            && selection.kind == SelectionKind::Method
        {
            let recv_ty = self.selected_on(x, &selection.path);
            let pos = self.at(inner);
            let recv = self.receiver(inner, x, selection.obj, &selection.path);
            return match self.method_callee(pos, selection.obj, recv_ty, sel, signature) {
                Callee::Interface(method) => {
                    let ty = self.ty(signature);
                    let dot = Node {
                        x: Some(recv),
                        aux: Aux::Method(method),
                        ..Node::new(Op::DotInter, pos, Some(ty))
                    };
                    (self.add(dot), Vec::new())
                }
                Callee::TypeParam => {
                    let ty = self.ty(signature);
                    let ty = self.with_receiver(ty, self.node_ty(recv));
                    (self.type_param_method(pos, ty), vec![recv])
                }
                Callee::Known { fun, dictionary } => {
                    let mut args = vec![recv];
                    if let Some(dictionary) = dictionary {
                        args.push(self.dictionary_argument(pos, dictionary));
                    }
                    (self.add(fun), args)
                }
            };
        }
        let ident = match tree.expr(inner) {
            Expr::Ident(ident) => Some(ident),
            Expr::Selector { sel, .. } => Some(sel),
            _ => None,
        };
        if let Some(ident) = ident
            && let Some(obj) = self.facts().uses[ident]
            && matches!(self.store().obj(obj).kind, ObjectKind::Func { .. })
            && let Some(fact) = self.facts().instances.get(&ident)
            && let Callee::Known { fun, dictionary } =
                self.generic_callee(pos, obj, &fact.args, fact.ty)
        {
            let dictionary = dictionary.map(|of| self.dictionary_argument(pos, of));
            return (self.add(fun), dictionary.into_iter().collect());
        }
        (self.expr(fun), Vec::new())
    }

    /// A call of `callee` with all its arguments. `ty` is the signature.
    pub(super) fn finish_call(
        &mut self,
        pos: Pos,
        callee: NodeId,
        mut args: Vec<NodeId>,
        spread: bool,
        ty: TypeId,
    ) -> NodeId {
        let store = self.store();
        let op =
            if self.body.nodes[callee].op == Op::DotInter { Op::CallInter } else { Op::CallFunc };
        let init = self.name_callee(pos, callee);
        let mut flags = NodeFlags::NONE;
        let mut result = None;
        if let Type::Signature(signature) = store.ty(ty) {
            if signature.variadic && !spread {
                let fixed = signature.params.len() - 1;
                let before = args.len().min(self.args_before(callee) + fixed);
                let slice = store.obj_type(signature.params[fixed]);
                let extra = args.split_off(before);
                args.push(self.variadic(pos, slice, &extra));
            }
            if signature.variadic {
                flags = NodeFlags::DDD;
            }
            result = match &*signature.results {
                [] => None,
                [one] => Some(store.obj_type(*one)),
                many => Some(store.tuple(many)),
            };
        }
        let init = self.list(&init);
        let list = self.list(&args);
        self.add(Node { x: Some(callee), list, init, flags, ..Node::new(op, pos, result) })
    }

    /// How many arguments a callee has before those that its signature names.
    fn args_before(&self, callee: NodeId) -> usize {
        let node = self.body.nodes[callee];
        let shaped = match node.aux {
            Aux::Inst(inst) => usize::from(!self.cx.instances.get(inst).shapes.is_empty()),
            _ => 0,
        };
        match node.op {
            Op::MethExpr => 1 + shaped,
            Op::Name => shaped,
            // A method of a type parameter: its receiver.
            Op::ConvNop if self.is_dictionary_method(callee) => 1,
            _ => 0,
        }
    }

    fn is_dictionary_method(&self, callee: NodeId) -> bool {
        let Some(x) = self.body.nodes[callee].x else { return false };
        let addr = self.body.nodes[x];
        addr.op == Op::Addr
            && addr.x.is_some_and(|word| {
                let star = self.body.nodes[word].x.map(|x| self.body.nodes[x]);
                let name = star.and_then(|s| s.x).map(|x| self.body.nodes[x].aux);
                matches!(name, Some(Aux::Var(v)) if self.body.vars[v].flags.has(VarFlags::DICT))
            })
    }

    /// A callee with calls in it is evaluated first, into a temporary.
    fn name_callee(&mut self, pos: Pos, callee: NodeId) -> Vec<NodeId> {
        let Node { op, x, .. } = self.body.nodes[callee];
        let place = if matches!(op, Op::DotInter | Op::MethValue) { x } else { Some(callee) };
        let Some(place) = place else { return Vec::new() };
        let body = &self.body;
        if !body.any(place, &mut |node| calls(body.nodes[node].op)) {
            return Vec::new();
        }
        let moved = self.body.nodes[place];
        let ty = moved.ty.unwrap_or(Universe::INVALID);
        let moved = self.add(moved);
        let temp = self.temp(pos, ty);
        let lhs = self.name(temp);
        let assign = self.binary(Op::As, pos, None, lhs, moved);
        let dcl = self.dcl(pos, temp);
        self.body.nodes[assign].init = self.list(&[dcl]);
        self.body.vars[temp].defn = Some(assign);
        let name = self.name(temp);
        self.body.nodes[place] = self.body.nodes[name];
        vec![assign]
    }

    /// Expressions, each converted to what is asked for at its position; or the values of one expression that has several.
    pub(super) fn multi(
        &mut self,
        pos: Pos,
        dst: &dyn Fn(usize) -> Option<TypeId>,
        exprs: &[ExprId],
    ) -> Vec<NodeId> {
        if let [only] = *exprs
            && let Type::Tuple(vars) = self.store().ty(self.written(only))
            && vars.len() > 1
        {
            return self.unpack(pos, dst, only);
        }
        exprs.iter().enumerate().map(|(i, &expr)| self.implicit(dst(i), expr)).collect()
    }

    /// `tmp1, tmp2 = f()`, and the temporaries, converted.
    fn unpack(
        &mut self,
        pos: Pos,
        dst: &dyn Fn(usize) -> Option<TypeId>,
        expr: ExprId,
    ) -> Vec<NodeId> {
        let store = self.store();
        let Type::Tuple(vars) = store.ty(self.written(expr)) else { return Vec::new() };
        let types: Vec<TypeId> =
            vars.iter().map(|&v| super::types::typed(store, store.obj_type(v))).collect();
        let value = self.expr(expr);
        let (mut dcls, mut temps, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for &ty in &types {
            let ty = self.ty(ty);
            let temp = self.temp(pos, ty);
            dcls.push(self.dcl(pos, temp));
            names.push(self.name(temp));
            temps.push(temp);
        }
        let assign = self.assign_tuple(pos, &names, value);
        self.body.nodes[assign].flags = NodeFlags::DEF;
        self.body.nodes[assign].init = self.list(&dcls);
        let mut results = Vec::with_capacity(temps.len());
        for (i, &temp) in temps.iter().enumerate() {
            self.body.vars[temp].defn = Some(assign);
            let mut node = self.name(temp);
            if let Some(dst) = dst(i)
                && !store.identical(types[i], dst)
            {
                let dst = self.ty(dst);
                node = self.converted(dst, node, pos);
            }
            results.push(node);
        }
        if let Some(first) = results.first_mut() {
            *first = self.with_init(*first, &[assign]);
        }
        results
    }

    /// A node with statements before it. A name is wrapped, since it can stand in several places.
    pub(super) fn with_init(&mut self, node: NodeId, stmts: &[NodeId]) -> NodeId {
        let Node { op, ty, pos, .. } = self.body.nodes[node];
        let node = match op {
            Op::Name | Op::Literal | Op::Nil | Op::Type => self.unary(Op::ConvNop, pos, ty, node),
            _ => node,
        };
        self.prepend_init(node, stmts);
        node
    }

    /// `names = value`, where the value is a call with several results or has a comma-ok form.
    pub(super) fn assign_tuple(&mut self, pos: Pos, names: &[NodeId], value: NodeId) -> NodeId {
        let op = match self.body.nodes[value].op {
            Op::IndexMap => Op::As2MapR,
            Op::Recv => Op::As2Recv,
            Op::DotType => {
                self.body.nodes[value].op = Op::DotType2;
                Op::As2DotType
            }
            Op::DynamicDotType => {
                self.body.nodes[value].op = Op::DynamicDotType2;
                Op::As2DotType
            }
            _ => Op::As2Func,
        };
        let list = self.list(names);
        let body = self.list(&[value]);
        self.add(Node { list, body, ..Node::new(op, pos, None) })
    }

    /// `return f()` of a function literal that the compiler makes.
    pub(super) fn return_call(&mut self, pos: Pos, call: NodeId, results: usize) -> NodeId {
        if results == 1 {
            let list = self.list(&[call]);
            return self.add(Node { list, ..Node::new(Op::Return, pos, None) });
        }
        let ty = self.node_ty(call);
        let types: Vec<TypeId> = match self.store().ty(ty) {
            Type::Tuple(vars) => vars.iter().map(|&v| self.store().obj_type(v)).collect(),
            _ => vec![Universe::INVALID; results],
        };
        let (mut dcls, mut names, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for ty in types {
            let temp = self.temp(pos, ty);
            dcls.push(self.dcl(pos, temp));
            names.push(self.name(temp));
            values.push(self.name(temp));
        }
        let assign = self.assign_tuple(pos, &names, call);
        self.body.nodes[assign].init = self.list(&dcls);
        let (init, list) = (self.list(&[assign]), self.list(&values));
        self.add(Node { init, list, ..Node::new(Op::Return, pos, None) })
    }
}

/// Whether evaluating an operation in a callee asks for a temporary: calls, built-in ones included, and receives.
const fn calls(op: Op) -> bool {
    matches!(
        op,
        Op::Append
            | Op::CallFunc
            | Op::CallInter
            | Op::Cap
            | Op::Clear
            | Op::Close
            | Op::Complex
            | Op::Copy
            | Op::Delete
            | Op::Imag
            | Op::Len
            | Op::Max
            | Op::Min
            | Op::Panic
            | Op::Print
            | Op::Println
            | Op::Real
            | Op::Recover
            | Op::Recv
            | Op::UnsafeAdd
            | Op::UnsafeSlice
            | Op::UnsafeSliceData
            | Op::UnsafeString
            | Op::UnsafeStringData
    )
}
