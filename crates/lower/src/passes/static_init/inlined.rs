//! Inlined calls that only return a value made of their arguments, such as `errors.New("…")`.

use rustc_hash::FxHashMap;
use types::TypeId;
use types::constant::{Text, Value};

use super::{Place, Schedule, effects};
use crate::ir::{Aux, Body, Node, NodeId, Op, Pos, VarFlags, VarId, deeper};

/// An inlined call of a function that is a single `return`.
struct Return {
    /// Parameters and arguments.
    args: FxHashMap<VarId, NodeId>,
    /// What is returned, in terms of the parameters.
    value: NodeId,
}

impl Schedule<'_> {
    /// Lays out the result of an inlined call if it is known once arguments stand for parameters.
    pub(super) fn inlined_call(&mut self, place: Place, call: &Node, ty: Option<TypeId>) -> bool {
        let Some(Return { args, value }) = single_return(self.body, call) else { return false };
        if !can_substitute(self.body, &args, value) {
            return false;
        }
        match self.substitute(value, &args, None) {
            Some(value) => self.value(place, value, ty),
            None => false,
        }
    }

    /// A copy of an expression in which arguments stand for parameters, and constants are computed. `None` where a constant
    /// cannot be. What comes from an argument has one place, `at`.
    fn substitute(
        &mut self,
        id: NodeId,
        args: &FxHashMap<VarId, NodeId>,
        at: Option<Pos>,
    ) -> Option<NodeId> {
        let mut node = self.node(id);
        if let (Op::Name, Aux::Var(var)) = (node.op, node.aux)
            && let Some(&arg) = args.get(&var)
        {
            let pos = self.node(arg).pos;
            return deeper(|| self.substitute(arg, &FxHashMap::default(), Some(pos)));
        }
        if matches!(node.op, Op::Name | Op::Nonname | Op::Literal | Op::Nil | Op::Type) {
            return Some(id);
        }
        node.pos = at.filter(|pos| pos.file.is_some()).unwrap_or(node.pos);
        for child in [&mut node.x, &mut node.y, &mut node.z] {
            if let Some(id) = *child {
                *child = Some(deeper(|| self.substitute(id, args, at))?);
            }
        }
        for list in [&mut node.init, &mut node.list, &mut node.body, &mut node.els] {
            let mut copies = Vec::with_capacity(list.len());
            for id in self.body.items(*list).to_vec() {
                copies.push(deeper(|| self.substitute(id, args, at))?);
            }
            *list = self.body.list(&copies);
        }
        match (node.op, node.x) {
            (Op::Conv, Some(x)) if self.node(x).op == Op::Literal => self.converted(&node, x),
            (Op::AddStr, _) => Some(self.joined(node)),
            _ => Some(self.body.add(node)),
        }
    }

    /// A constant converted as a variable would be: integers lose their upper bits. Conversions that round are left to the
    /// program.
    fn converted(&mut self, conversion: &Node, x: NodeId) -> Option<NodeId> {
        let literal = self.node(x);
        let (from, to) = (self.store.basic(literal.ty?)?, self.store.basic(conversion.ty?)?);
        let mut aux = literal.aux;
        if from != to {
            let Aux::Const(value) = aux else { return None };
            if !from.is_integer() || !to.is_integer() {
                return None;
            }
            let bits = u32::try_from(self.sizes.size_of(self.store, to.id())? * 8).ok()?;
            let value = truncated(&self.body.consts[value], bits, !to.is_unsigned())?;
            aux = Aux::Const(self.body.consts.push(value));
        }
        Some(self.body.add(Node { aux, ty: conversion.ty, ..literal }))
    }

    /// A sum of strings, constants beside one another added.
    fn joined(&mut self, mut sum: Node) -> NodeId {
        let terms = self.body.items(sum.list).to_vec();
        let mut joined: Vec<NodeId> = Vec::with_capacity(terms.len());
        for &term in &terms {
            let last = joined.last_mut();
            if let Some(last) = last
                && let (Some(x), Some(y)) = (text(self.body, *last), text(self.body, term))
            {
                let value = self.body.consts.push(Value::String(x.concat(&y)));
                let literal = self.body.nodes[*last];
                *last = self.body.add(Node { aux: Aux::Const(value), ..literal });
            } else {
                joined.push(term);
            }
        }
        if let &[single] = &*joined
            && terms.len() > 1
        {
            let literal = self.body.nodes[single];
            return self.body.add(Node { ty: sum.ty, pos: sum.pos, ..literal });
        }
        sum.list = self.body.list(&joined);
        self.body.add(sum)
    }
}

/// The parts of an inlined call if all that it does is to set parameters and return one value.
fn single_return(body: &Body, call: &Node) -> Option<Return> {
    let &[set, mark] = body.items(call.init) else { return None };
    let (set, mark) = (&body.nodes[set], &body.nodes[mark]);
    if set.op != Op::As2 || mark.op != Op::InlMark {
        return None;
    }
    let &[block, label] = body.items(call.body) else { return None };
    let (block, label) = (&body.nodes[block], &body.nodes[label]);
    if block.op != Op::Block || label.op != Op::Label {
        return None;
    }
    let &[dcl, result, goto] = body.items(block.list) else { return None };
    let (dcl, result, goto) = (&body.nodes[dcl], &body.nodes[result], &body.nodes[goto]);
    if (dcl.op, result.op, goto.op) != (Op::Dcl, Op::As2, Op::Goto) || goto.aux != label.aux {
        return None;
    }
    let (&[left], &[value]) = (body.items(result.list), body.items(result.body)) else {
        return None;
    };
    if body.nodes[left].aux != body.nodes[dcl.x?].aux {
        return None;
    }
    let params = body.items(set.list).iter().zip(body.items(set.body));
    let named = params.filter_map(|(&param, &arg)| Some((body.named_var(param)?, arg)));
    Some(Return { args: named.collect(), value })
}

/// Whether arguments can stand for parameters: they have no effects, and are used once or can be repeated.
fn can_substitute(body: &Body, args: &FxHashMap<VarId, NodeId>, value: NodeId) -> bool {
    let fixed = |&var: &VarId| !body.vars[var].flags.has(VarFlags::ADDRTAKEN);
    if !args.keys().all(fixed) || args.values().any(|&arg| effects::has_effects(body, arg)) {
        return false;
    }
    let mut uses: FxHashMap<VarId, usize> = FxHashMap::default();
    let captures = body.any(value, &mut |id| match body.nodes[id].aux {
        Aux::Var(var) if body.nodes[id].op == Op::Name => {
            *uses.entry(var).or_default() += 1;
            false
        }
        // It knows the parameter by its name.
        Aux::Closure(func) => !body.funcs[func].captures.is_empty(),
        _ => false,
    });
    let once = |var| uses.get(var).is_none_or(|&uses| uses == 1);
    !captures && args.iter().all(|(var, &arg)| once(var) || effects::can_repeat(body, arg))
}

fn text(body: &Body, id: NodeId) -> Option<Text> {
    match body.nodes[id] {
        Node { op: Op::Literal, aux: Aux::Const(value), .. } => {
            body.consts[value].as_text().cloned()
        }
        _ => None,
    }
}

/// An integer of at most 64 bits as one of `bits`, its upper bits cut off.
fn truncated(value: &Value, bits: u32, signed: bool) -> Option<Value> {
    let whole = value.as_i64().or_else(|| value.as_u64().map(u64::cast_signed))?;
    let unused = 64_u32.checked_sub(bits)?;
    Some(if signed {
        Value::from(whole << unused >> unused)
    } else {
        Value::from(whole.cast_unsigned() << unused >> unused)
    })
}
