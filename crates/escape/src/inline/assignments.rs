//! What is assigned to variables of interface types, kept up to date while calls are inlined.

use lower::ir::{Aux, Body, FuncId, Node, NodeId, Op, VarClass, VarId};
use rustc_hash::{FxHashMap, FxHashSet};
use types::{Store, Type, TypeId, Universe};

/// Something that is assigned to a variable. `nil` is left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Assignment {
    /// Not known.
    Unknown,
    /// A value of a type that is no interface.
    Type(TypeId),
    /// The value of an expression.
    Value(NodeId),
}

/// A variable that is set to a result of a call.
#[derive(Clone, Copy)]
struct ByCall {
    var: VarId,
    /// Which of its assignments.
    at: usize,
    /// Which result.
    result: usize,
}

/// Assignments within the functions of a body that were looked at.
#[derive(Default)]
pub(super) struct Assignments {
    of: FxHashMap<VarId, Vec<Assignment>>,
    by_call: FxHashMap<NodeId, Vec<ByCall>>,
    seen: FxHashSet<FuncId>,
}

impl Assignments {
    /// What is assigned to a local variable of interface type.
    pub(super) fn of(&mut self, store: &Store, body: &Body, var: VarId) -> &[Assignment] {
        let func = body.vars[var].func;
        if self.seen.insert(func) {
            for &statement in body.items(body.funcs[func].body) {
                self.look(store, body, statement);
            }
        }
        self.of.get(&var).map_or(&[], |all| all)
    }

    /// Takes in that a call was inlined: `call` is what took its place, `params` the assignment of its arguments.
    pub(super) fn inlined(
        &mut self,
        store: &Store,
        body: &Body,
        func: FuncId,
        call: NodeId,
        params: NodeId,
    ) {
        if !self.seen.contains(&func) {
            return;
        }
        self.statement(store, body, params);
        let node = &body.nodes[call];
        for &statement in body.items(node.body) {
            self.look(store, body, statement);
        }
        let results = body.items(node.list);
        for by in self.by_call.remove(&call).unwrap_or_default() {
            if let Some(&result) = results.get(by.result)
                && let Some(slot) = self.of.get_mut(&by.var).and_then(|all| all.get_mut(by.at))
            {
                *slot = Assignment::Value(result);
            }
        }
    }

    fn look(&mut self, store: &Store, body: &Body, statement: NodeId) {
        let mut literals = vec![statement];
        while let Some(next) = literals.pop() {
            body.any(next, &mut |id| {
                self.statement(store, body, id);
                if let Aux::Closure(func) = body.nodes[id].aux
                    && self.seen.insert(func)
                {
                    literals.extend_from_slice(body.items(body.funcs[func].body));
                }
                false
            });
        }
    }

    fn statement(&mut self, store: &Store, body: &Body, id: NodeId) {
        let node = &body.nodes[id];
        let left = body.items(node.list);
        let right = body.items(node.body);
        match node.op {
            Op::As => {
                let Some(value) = node.y else { return };
                if body.nodes[value].op.is_call() {
                    let ty = body.nodes[value].ty;
                    self.by_call(store, body, node.x, ty, value, 0);
                } else {
                    self.assign(store, body, node.x, Assignment::Value(value));
                }
            }
            Op::As2 => {
                for (&to, &value) in left.iter().zip(right) {
                    self.assign(store, body, Some(to), Assignment::Value(value));
                }
            }
            Op::As2DotType => {
                let value = right.first().copied();
                let value = value.map_or(Assignment::Unknown, Assignment::Value);
                self.assign(store, body, left.first().copied(), value);
            }
            Op::As2MapR | Op::As2Recv | Op::SelRecv2 => {
                let ty = right.first().and_then(|&value| body.nodes[value].ty);
                self.assign_typed(store, body, left.first().copied(), ty);
            }
            Op::As2Func => self.tuple(store, body, left, right.first().copied()),
            Op::Range => self.range(store, body, node),
            Op::Switch => self.type_switch(store, body, node),
            _ => {}
        }
    }

    fn tuple(&mut self, store: &Store, body: &Body, left: &[NodeId], value: Option<NodeId>) {
        let Some(value) = value else { return };
        let node = &body.nodes[value];
        if node.op == Op::InlCall {
            for (&to, &result) in left.iter().zip(body.items(node.list)) {
                self.assign(store, body, Some(to), Assignment::Value(result));
            }
            return;
        }
        let types: &[_] = match node.ty.map(|ty| store.ty(ty)) {
            Some(Type::Tuple(vars)) => vars,
            _ => &[],
        };
        for (at, &to) in left.iter().enumerate() {
            let ty = types.get(at).map(|&var| store.obj_type(var));
            self.by_call(store, body, Some(to), ty, value, at);
        }
    }

    fn range(&mut self, store: &Store, body: &Body, node: &Node) {
        let over = node.x.and_then(|x| body.nodes[x].ty).unwrap_or(Universe::INVALID);
        let over = match store.under_ty(over) {
            Type::Pointer(elem) => store.under_ty(*elem),
            other => other,
        };
        match over {
            Type::Array { elem, .. } | Type::Slice(elem) => {
                self.assign_typed(store, body, node.z, Some(*elem));
            }
            Type::Chan { elem, .. } => {
                self.assign_typed(store, body, node.y, Some(*elem));
            }
            Type::Map { key, value } => {
                self.assign_typed(store, body, node.y, Some(*key));
                self.assign_typed(store, body, node.z, Some(*value));
            }
            _ => {}
        }
    }

    fn type_switch(&mut self, store: &Store, body: &Body, node: &Node) {
        let head = node.x.map(|x| &body.nodes[x]).filter(|head| head.op == Op::TypeSw);
        let Some(value) = head.and_then(|head| head.x) else { return };
        for &case in body.items(node.list) {
            self.assign(store, body, body.nodes[case].x, Assignment::Value(value));
        }
    }

    /// An assignment of a result of a call.
    fn by_call(
        &mut self,
        store: &Store,
        body: &Body,
        to: Option<NodeId>,
        ty: Option<TypeId>,
        call: NodeId,
        result: usize,
    ) {
        let assigned = self.assign_typed(store, body, to, ty);
        if let Some((var, at)) = assigned
            && ty.is_some_and(|ty| store.is_interface(ty))
        {
            self.by_call.entry(call).or_default().push(ByCall { var, at, result });
        }
    }

    fn assign_typed(
        &mut self,
        store: &Store,
        body: &Body,
        to: Option<NodeId>,
        ty: Option<TypeId>,
    ) -> Option<(VarId, usize)> {
        let concrete = ty.filter(|&ty| !store.is_interface(ty));
        self.assign(store, body, to, concrete.map_or(Assignment::Unknown, Assignment::Type))
    }

    /// Notes an assignment, if it is one to a local variable of interface type, and says which of its assignments it is.
    fn assign(
        &mut self,
        store: &Store,
        body: &Body,
        to: Option<NodeId>,
        value: Assignment,
    ) -> Option<(VarId, usize)> {
        let Node { op: Op::Name, aux: Aux::Var(var), .. } = body.nodes[to?] else { return None };
        let is_nil = |id| body.nodes[id].op == Op::Nil;
        if !store.is_interface(body.vars[var].ty)
            || matches!(value, Assignment::Value(id) if is_nil(id))
        {
            return None;
        }
        let var = body.canonical(var);
        if body.vars[var].class != VarClass::Auto {
            return None;
        }
        let all = self.of.entry(var).or_default();
        all.push(value);
        Some((var, all.len() - 1))
    }
}
