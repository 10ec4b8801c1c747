//! Benchmark loops, `for b.Loop() {…}`: what is computed in them must not be optimised away.
//!
//! Go 1.24 and 1.25 leave the calls in such a loop's body alone: nothing in it is inlined or devirtualised
//! ([`stops_inlining`]). Since Go 1.26 calls are inlined there, but before that the body is rewritten ([`keep_alive`]) so
//! that what statements set, what calls return, and what is passed to calls that return nothing, is handed to
//! `runtime.KeepAlive` by address.
//!
//! The compiler does not look into function literals in such a loop, the bodies of loops over functions among them.

use source::Name;
use types::{Basic, ObjectKind, Store, Type, TypeId, Universe, VarKind};

use crate::ir::{
    Aux, Body, FuncId, List, Node, NodeFlags, NodeId, Op, Pos, Runtime, VarFlags, VarId, deeper,
};
use crate::{Compiler, Instances};

/// Whether calls in the body of such a loop are neither inlined nor devirtualised. The loop's condition still is.
#[must_use]
pub fn stops_inlining(compiler: &Compiler) -> bool {
    compiler.since(24) && !compiler.since(26)
}

/// Whether a node is `for b.Loop() {…}` with a `*testing.B`; with an initial statement or a post statement too.
#[must_use]
pub fn is_benchmark_loop(body: &Body, store: &Store, instances: &Instances, id: NodeId) -> bool {
    let node = &body.nodes[id];
    let Some(cond) = node.x.filter(|_| node.op == Op::For).map(|cond| &body.nodes[cond]) else {
        return false;
    };
    let Some(callee) = cond.x.filter(|_| cond.op == Op::CallFunc).map(|callee| &body.nodes[callee])
    else {
        return false;
    };
    match callee.aux {
        Aux::Inst(inst) if callee.op == Op::MethExpr => {
            let obj = store.obj(instances.get(inst).obj);
            let pkg = obj.pkg.map(|pkg| store.pkg(pkg).path);
            obj.name.as_str() == "Loop"
                && pkg.is_some_and(|path| path.as_str() == "testing")
                && is_method_of_b(store, obj.ty.get())
        }
        _ => false,
    }
}

fn is_method_of_b(store: &Store, ty: Option<TypeId>) -> bool {
    let recv = match ty.map(|ty| store.ty(ty)) {
        Some(Type::Signature(signature)) => signature.recv,
        _ => None,
    };
    let named = match recv.map(|recv| store.ty(store.obj_type(recv))) {
        Some(&Type::Pointer(elem)) => store.ty(elem),
        _ => return false,
    };
    matches!(named, Type::Named(named) if store.obj(named.obj).name.as_str() == "B")
}

/// Keeps alive what is computed in benchmark loops, since Go 1.26. Runs before inlining.
///
/// The compiler does so only in packages that import `testing`; asking that is the caller's part.
///
/// Two forms are left as they are, since the compiler breaks down on them (Go 1.26.6 and 1.27.3): a call as a case of a
/// switch, and a keyed slice literal as an argument of a call that returns nothing.
pub fn keep_alive(body: &mut Body, store: &Store, instances: &Instances, compiler: &Compiler) {
    if !compiler.since(26) {
        return;
    }
    for func in body.func_ids() {
        let mut loops = false;
        body.any_in(func, &mut |id| {
            loops = loops || is_benchmark_loop(body, store, instances, id);
            loops
        });
        if !loops {
            continue;
        }
        let mut edit = Edit { body, store, instances, func, keep_alive: keep_alive_type(store) };
        for stmt in edit.body.items(edit.body.funcs[func].body).to_vec() {
            edit.node(stmt, false);
        }
    }
}

/// `func(any)`
fn keep_alive_type(store: &Store) -> TypeId {
    let ty = Some(Universe::EMPTY_INTERFACE);
    let kind = ObjectKind::Var(VarKind::Param);
    let param = store.new_object(Name::new(""), None, None, ty, kind);
    store.add_type(Type::Signature(Box::new(types::types::Signature {
        recv: None,
        type_params: [].into(),
        recv_type_params: [].into(),
        params: [param].into(),
        results: [].into(),
        variadic: false,
    })))
}

struct Edit<'a> {
    body: &'a mut Body,
    store: &'a Store,
    instances: &'a Instances,
    func: FuncId,
    keep_alive: TypeId,
}

impl Edit<'_> {
    /// Edits what is below a node, then the statements that are directly in it.
    fn node(&mut self, id: NodeId, within: bool) {
        let within = within || is_benchmark_loop(self.body, self.store, self.instances, id);
        for child in self.body.child_ids(id) {
            deeper(|| self.node(child, within));
        }
        if !within {
            return;
        }
        let Node { op, list, body, els, .. } = self.body.nodes[id];
        match op {
            Op::For | Op::If | Op::Case | Op::CommCase | Op::Range => {
                let body = self.stmts(body);
                let els = self.stmts(els);
                let node = &mut self.body.nodes[id];
                (node.body, node.els) = (body, els);
            }
            Op::Block => self.body.nodes[id].list = self.stmts(list),
            _ => {}
        }
    }

    fn stmts(&mut self, list: List) -> List {
        let mut stmts = self.body.items(list).to_vec();
        for stmt in &mut stmts {
            *stmt = self.stmt(*stmt);
        }
        self.body.list(&stmts)
    }

    fn stmt(&mut self, id: NodeId) -> NodeId {
        let Node { op, pos, x, y, .. } = self.body.nodes[id];
        match (op, x, y) {
            (Op::As, Some(x), Some(y)) if self.body.is_blank(x) => {
                let ty = self.body.nodes[y].ty.unwrap_or(Universe::INVALID);
                let temp = self.declared_temp(id, pos, ty);
                let x = self.body.var_use(temp);
                let node = &mut self.body.nodes[id];
                (node.x, node.flags) = (Some(x), node.flags.with(NodeFlags::DEF));
                self.alive_after(id, &[x])
            }
            (Op::As | Op::AsOp, Some(x), _) => self.set_alive(id, &[x]),
            (op, ..) if op.is_assign_list() => self.assign_list(id),
            (Op::CallFunc | Op::CallInter, Some(callee), _) => match self.results(callee) {
                results if results.is_empty() => self.arguments(id),
                results => self.call_results(id, &results),
            },
            (Op::Append | Op::Delete | Op::Print | Op::Println | Op::Min | Op::Max, ..) => {
                self.arguments(id)
            }
            _ => id,
        }
    }

    fn results(&self, callee: NodeId) -> Vec<TypeId> {
        let ty = self.body.nodes[callee].ty.map(|ty| self.store.ty(self.store.under(ty)));
        match ty {
            Some(Type::Signature(signature)) => {
                signature.results.iter().map(|&result| self.store.obj_type(result)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A temporary that a statement declares.
    fn declared_temp(&mut self, stmt: NodeId, pos: Pos, ty: TypeId) -> VarId {
        let temp = self.body.temp(self.func, pos, ty);
        let declaration = self.body.declare(pos, temp);
        let init = self.body.nodes[stmt].init;
        self.body.nodes[stmt].init = self.body.extended(init, &[declaration]);
        temp
    }

    /// The call's results in temporaries, those kept alive.
    fn call_results(&mut self, call: NodeId, results: &[TypeId]) -> NodeId {
        let pos = self.body.nodes[call].pos;
        let op = if results.len() == 1 { Op::As2 } else { Op::As2Func };
        let assign = self.body.add(Node { flags: NodeFlags::DEF, ..Node::new(op, pos, None) });
        let mut names = Vec::with_capacity(results.len());
        for &ty in results {
            let temp = self.declared_temp(assign, pos, ty);
            names.push(self.body.var_use(temp));
        }
        let (list, body) = (self.body.list(&names), self.body.list(&[call]));
        let node = &mut self.body.nodes[assign];
        (node.list, node.body) = (list, body);
        self.alive_after(assign, &names)
    }

    /// The call's arguments in variables, those kept alive.
    fn arguments(&mut self, call: NodeId) -> NodeId {
        let Node { pos, list, .. } = self.body.nodes[call];
        let (mut before, mut names) = (Vec::new(), Vec::new());
        for at in 0..list.len() {
            let arg = self.body.items(list)[at];
            let Node { op, list: elems, .. } = self.body.nodes[arg];
            if let Some(name) = self.variable(arg) {
                names.push(name);
            } else if op == Op::SliceLit {
                let mut own = Vec::new();
                for at in 0..elems.len() {
                    let elem = self.body.items(elems)[at];
                    let pos = self.body.nodes[elem].pos;
                    match self.variable(elem) {
                        Some(name) => own.push(name),
                        None if self.body.nodes[elem].op == Op::Key => {}
                        None => {
                            let name = self.in_temp(elem, pos, &mut before);
                            self.body.items_mut(elems)[at] = name;
                            names.push(name);
                        }
                    }
                }
                names.extend(own);
            } else {
                let name = self.in_temp(arg, pos, &mut before);
                self.body.items_mut(list)[at] = name;
                names.push(name);
            }
        }
        if before.is_empty() {
            return self.alive_after(call, &names);
        }
        before.push(call);
        let list = self.body.list(&before);
        let block = self.body.add(Node { list, ..Node::new(Op::Block, pos, None) });
        self.alive_after(block, &names)
    }

    /// Sets a temporary to an argument before the call; gives the use that takes the argument's place.
    fn in_temp(&mut self, value: NodeId, pos: Pos, before: &mut Vec<NodeId>) -> NodeId {
        let ty = self.body.nodes[value].ty.unwrap_or(Universe::INVALID);
        let node = Node { flags: NodeFlags::DEF, y: Some(value), ..Node::new(Op::As, pos, None) };
        let assign = self.body.add(node);
        let temp = self.declared_temp(assign, pos, ty);
        self.body.nodes[assign].x = Some(self.body.var_use(temp));
        before.push(assign);
        self.body.var_use(temp)
    }

    /// An assignment to several places; `_` becomes a temporary.
    fn assign_list(&mut self, id: NodeId) -> NodeId {
        let Node { pos, list, .. } = self.body.nodes[id];
        let mut alive = Vec::new();
        for at in 0..list.len() {
            let mut left = self.body.items(list)[at];
            if self.body.is_blank(left) {
                let Some(ty) = self.type_of_value(id, at) else {
                    continue;
                };
                let temp = self.declared_temp(id, pos, ty);
                left = self.body.var_use(temp);
                self.body.items_mut(list)[at] = left;
                let flags = &mut self.body.nodes[id].flags;
                *flags = flags.with(NodeFlags::DEF);
            }
            alive.push(left);
        }
        self.set_alive(id, &alive)
    }

    /// The type of what is assigned to the left-hand side at `at`.
    fn type_of_value(&self, id: NodeId, at: usize) -> Option<TypeId> {
        let Node { list, body, .. } = self.body.nodes[id];
        let values = self.body.items(body);
        if let &[value] = values
            && let Some(Type::Tuple(vars)) = self.body.nodes[value].ty.map(|ty| self.store.ty(ty))
            && vars.len() == list.len()
        {
            return vars.get(at).map(|&var| self.store.obj_type(var));
        }
        if values.len() != list.len() {
            return None;
        }
        self.body.nodes[*values.get(at)?].ty
    }

    /// Keeps alive the variables that a statement sets, in whole or in part. `*p = x` gives a block of one.
    fn set_alive(&mut self, id: NodeId, lefts: &[NodeId]) -> NodeId {
        let is_deref = |&&left: &&NodeId| self.body.nodes[left].op == Op::Deref;
        let derefs = lefts.iter().filter(is_deref).count();
        let names: Vec<NodeId> = lefts.iter().filter_map(|&left| self.variable(left)).collect();
        if names.is_empty() && derefs > 0 {
            return self.block(id, &[]);
        }
        self.alive_after(id, &names)
    }

    /// The use of a variable in what names it or a part of it, looked for as the compiler does: not through `*p`, nor
    /// through a slice of an array or string.
    fn variable(&self, mut id: NodeId) -> Option<NodeId> {
        loop {
            let node = &self.body.nodes[id];
            match (node.op, node.aux) {
                (Op::Name, Aux::Var(_) | Aux::Global(_)) => return Some(id),
                (Op::Slice | Op::Slice3 | Op::Dot | Op::DotPtr, _)
                | (Op::Conv | Op::ConvIface | Op::ConvNop, _)
                | (Op::Addr | Op::Index | Op::IndexMap, _) => id = node.x?,
                _ => return None,
            }
        }
    }

    /// The statement, and `runtime.KeepAlive(unsafe.Pointer(&name))` for each name.
    fn alive_after(&mut self, id: NodeId, names: &[NodeId]) -> NodeId {
        if names.is_empty() { id } else { self.block(id, names) }
    }

    fn block(&mut self, id: NodeId, names: &[NodeId]) -> NodeId {
        let pos = self.body.nodes[id].pos;
        let mut stmts = vec![id];
        for &name in names {
            stmts.push(self.keep(pos, name));
        }
        let list = self.body.list(&stmts);
        self.body.add(Node { list, ..Node::new(Op::Block, pos, None) })
    }

    fn keep(&mut self, pos: Pos, name: NodeId) -> NodeId {
        let node = self.body.nodes[name];
        if let Aux::Var(var) = node.aux {
            let canonical = self.body.canonical(var);
            self.body.vars[var].flags.set(VarFlags::ADDRTAKEN);
            self.body.vars[canonical].flags.set(VarFlags::ADDRTAKEN);
        }
        let pointer = self.store.pointer(node.ty.unwrap_or(Universe::INVALID));
        let mut arg = self.body.add(node);
        for (op, flags, ty) in [
            (Op::Addr, NodeFlags::NONE, pointer),
            (Op::ConvNop, NodeFlags::NONE, Basic::UnsafePointer.id()),
            (Op::ConvIface, NodeFlags::IMPLICIT, Universe::EMPTY_INTERFACE),
        ] {
            arg = self.body.add(Node { flags, x: Some(arg), ..Node::new(op, pos, Some(ty)) });
        }
        let aux = Aux::Runtime(Runtime::KeepAlive);
        let callee = Node { aux, ..Node::new(Op::Name, Pos::GENERATED, Some(self.keep_alive)) };
        let call = Node {
            flags: NodeFlags::NO_INLINE.with(NodeFlags::VAR_LIVE),
            x: Some(self.body.add(callee)),
            list: self.body.list(&[arg]),
            ..Node::new(Op::CallFunc, pos, None)
        };
        self.body.add(call)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{COMPILER, Case};
    use super::{keep_alive, stops_inlining};
    use crate::Compiler;

    const RESULTS: &[(&str, usize)] = &[("one", 1), ("two", 2)];
    const CALLS: &str = include_str!("testdata/bloop/calls.txt");

    #[test]
    fn what_is_set_returned_or_passed_is_kept_alive() {
        let mut case = Case::read(CALLS, RESULTS);
        keep_alive(&mut case.body, &case.store, &case.instances, &COMPILER);
        case.check();
    }

    #[test]
    fn one_way_or_the_other_by_version() {
        for minor in 23..28 {
            let compiler = Compiler { minor, ..COMPILER };
            let mut case = Case::read(CALLS, RESULTS);
            let before = case.body.clone();
            keep_alive(&mut case.body, &case.store, &case.instances, &compiler);
            assert_eq!(case.body != before, minor >= 26, "Go 1.{minor}");
            assert_eq!(stops_inlining(&compiler), minor == 24 || minor == 25, "Go 1.{minor}");
        }
    }
}
