//! What is assigned to.

use lower::ir::{Aux, List, Node, NodeId, Op};
use types::{Basic, Store, Type, TypeId};

use super::build::Builder;
use super::{BLANK, HEAP, Hole, MUTATOR, Reason, Thing, Traits};

impl Builder<'_, '_> {
    /// Evaluates what is assigned to, and gives the hole for what is assigned.
    pub(super) fn addr(&mut self, target: Option<NodeId>) -> Hole {
        let Some(id) = target else { return Hole::of(BLANK) };
        let body = self.body;
        let node = &body.nodes[id];
        match (node.op, node.aux) {
            (Op::Name, Aux::Str(_)) => return Hole::of(BLANK),
            (Op::Name, Aux::Var(var)) => return Hole::of(self.var(var)),
            (Op::Dot | Op::Paren, _) => return self.addr(node.x),
            (Op::Index, _) => {
                self.discard(node.y);
                match node.x {
                    Some(x) if self.is_array(x) => return self.addr(Some(x)),
                    x => self.mutate(x),
                }
            }
            (Op::Deref | Op::DotPtr, _) => self.mutate(node.x),
            (Op::IndexMap, _) => {
                self.discard(node.x);
                let hole = self.heap_for(id, Reason::MapKey);
                self.opt_expr(hole, node.y);
            }
            _ => {}
        }
        Hole::of(HEAP)
    }

    fn mutate(&mut self, pointer: Option<NodeId>) {
        self.opt_expr(Hole::of(MUTATOR), pointer);
    }

    /// `targets = values`; there may be fewer values.
    pub(super) fn assign_list(
        &mut self,
        targets: &[NodeId],
        values: &[NodeId],
        reason: Reason,
        at: NodeId,
    ) {
        // Targets are evaluated before values.
        let holes: Vec<Hole> = targets.iter().map(|&target| self.addr(Some(target))).collect();
        for (i, &hole) in holes.iter().enumerate() {
            self.assign_one(hole, targets[i], values.get(i).copied(), reason, at);
        }
        for &hole in &holes {
            self.reassigned(hole, at);
        }
    }

    /// `target = value`
    pub(super) fn assign(&mut self, target: Option<NodeId>, value: Option<NodeId>, at: NodeId) {
        let hole = self.addr(target);
        match target {
            Some(target) => self.assign_one(hole, target, value, Reason::Assign, at),
            None => self.opt_expr(hole, value),
        }
        self.reassigned(hole, at);
    }

    fn assign_one(
        &mut self,
        hole: Hole,
        target: NodeId,
        value: Option<NodeId>,
        reason: Reason,
        at: NodeId,
    ) {
        let node = self.body.nodes[target];
        if node.op == Op::DotPtr && self.is_reflect_data(&node) {
            let hole = self.heap_for(at, reason);
            if let Some(value) = value {
                self.unsafe_value(hole, value);
            }
            return;
        }
        let mut hole = hole;
        if let Some(value) = value
            && self.is_self_assignment(target, value)
        {
            self.self_assignments.push((self.func, at));
            hole = Hole::of(BLANK);
        }
        let hole = self.noted(hole, at, reason);
        self.opt_expr(hole, value);
    }

    /// Marks what is set by `at`, unless that is where it is declared.
    pub(super) fn reassigned(&mut self, hole: Hole, at: NodeId) {
        let node = &self.body.nodes[at];
        let Thing::Var(var) = self.graph.loc(hole.dst).thing else { return };
        let defn = self.body.vars[var].defn;
        // A declaration without a value sets the zero value.
        if node.op == Op::As
            && node.y.is_none()
            && defn.is_none()
            && self.target_var(node).is_some()
        {
            return;
        }
        // The variables of a loop are set in each turn.
        if defn == Some(at) && node.op != Op::Range {
            return;
        }
        self.graph.loc_mut(hole.dst).traits.set(Traits::REASSIGNED);
    }

    fn target_var(&self, node: &Node) -> Option<lower::ir::VarId> {
        match self.body.nodes[node.x?] {
            Node { op: Op::Name, aux: Aux::Var(var), .. } => Some(var),
            _ => None,
        }
    }

    /// Whether an expression is the field `Data` of a `reflect.SliceHeader` or `reflect.StringHeader`.
    pub(super) fn is_reflect_data(&self, node: &Node) -> bool {
        let store = self.store;
        let (Aux::Field(field), Some(x)) = (node.aux, node.x) else { return false };
        if store.obj(field.obj).name.as_str() != "Data" || !is_uintptr(store, node.ty) {
            return false;
        }
        let Some(mut ty) = self.ty(x).map(|ty| store.unalias(ty)) else { return false };
        if node.op == Op::DotPtr {
            match store.ty(store.under(ty)) {
                Type::Pointer(elem) => ty = store.unalias(*elem),
                _ => return false,
            }
        }
        let Type::Named(named) = store.ty(ty) else { return false };
        let object = store.obj(named.obj);
        matches!(object.name.as_str(), "SliceHeader" | "StringHeader")
            && object.pkg.is_some_and(|pkg| store.pkg(pkg).path.as_str() == "reflect")
    }

    /// Whether an assignment brings no pointer to where it was not before.
    fn is_self_assignment(&self, target: NodeId, value: NodeId) -> bool {
        let (dst, src) = (&self.body.nodes[target], &self.body.nodes[value]);
        if self.is_slice_of_itself(dst, src) {
            return true;
        }
        if dst.op != src.op {
            return false;
        }
        match dst.op {
            Op::Dot | Op::DotPtr => self.same_safe(dst.x, src.x),
            Op::Index => {
                !self.may_affect_memory(dst.y)
                    && !self.may_affect_memory(src.y)
                    && self.same_safe(dst.x, src.x)
            }
            _ => false,
        }
    }

    /// `b.buf = b.buf[n:m]`. Not so of an array in `b` itself: the slice would be a new pointer into `b`.
    fn is_slice_of_itself(&self, dst: &Node, src: &Node) -> bool {
        let Some(dst_base) = self.pointer_base(dst) else { return false };
        if !src.op.is_slice() {
            return false;
        }
        let Some(sliced) = src.x.map(|x| &self.body.nodes[x]) else { return false };
        if matches!(src.op, Op::SliceArr | Op::Slice3Arr) && sliced.op == Op::Addr {
            return false;
        }
        self.pointer_base(sliced) == Some(dst_base)
    }

    /// The variable in `*v` and `v.f` (through a pointer).
    fn pointer_base(&self, node: &Node) -> Option<Named> {
        if !matches!(node.op, Op::Deref | Op::DotPtr) {
            return None;
        }
        self.name_of(node.x?)
    }

    fn name_of(&self, id: NodeId) -> Option<Named> {
        let node = &self.body.nodes[id];
        match (node.op, node.aux) {
            (Op::Name, Aux::Var(var)) => Some(Named::Var(var)),
            (Op::Name, Aux::Global(obj)) => Some(Named::Global(obj)),
            (Op::Name, Aux::Inst(inst)) => Some(Named::Inst(inst)),
            _ => None,
        }
    }

    /// Whether evaluating an expression may change memory.
    fn may_affect_memory(&self, id: Option<NodeId>) -> bool {
        let Some(id) = id else { return false };
        let node = &self.body.nodes[id];
        match node.op {
            Op::Name | Op::Literal | Op::Nil => false,
            Op::Add
            | Op::Sub
            | Op::Or
            | Op::Xor
            | Op::Mul
            | Op::Lsh
            | Op::Rsh
            | Op::And
            | Op::AndNot
            | Op::Div
            | Op::Mod
            | Op::Index => self.may_affect_memory(node.x) || self.may_affect_memory(node.y),
            Op::ConvNop
            | Op::Conv
            | Op::Len
            | Op::Cap
            | Op::Not
            | Op::BitNot
            | Op::Plus
            | Op::Neg
            | Op::Dot
            | Op::DotPtr
            | Op::Deref => self.may_affect_memory(node.x),
            _ => true,
        }
    }

    /// Whether two expressions are the same and have no effect (`ir.SameSafeExpr`).
    fn same_safe(&self, a: Option<NodeId>, b: Option<NodeId>) -> bool {
        let (Some(a), Some(b)) = (self.without_nop(a), self.without_nop(b)) else { return false };
        let (na, nb) = (&self.body.nodes[a], &self.body.nodes[b]);
        if na.op != nb.op || !self.same_type(na.ty, nb.ty) {
            return false;
        }
        match na.op {
            Op::Name => self.name_of(a).is_some() && self.name_of(a) == self.name_of(b),
            Op::Dot | Op::DotPtr => match (na.aux, nb.aux) {
                (Aux::Field(fa), Aux::Field(fb)) => {
                    let name = |f: lower::ir::FieldRef| self.store.obj(f.obj).name;
                    name(fa) == name(fb) && self.same_safe(na.x, nb.x)
                }
                _ => false,
            },
            Op::Deref | Op::Not | Op::BitNot | Op::Plus | Op::Neg => self.same_safe(na.x, nb.x),
            Op::Conv => {
                let simple = |basic: Basic| basic.is_numeric() || basic.is_boolean();
                na.ty.and_then(|ty| self.store.basic(ty)).is_some_and(simple)
                    && self.same_safe(na.x, nb.x)
            }
            Op::Index
            | Op::IndexMap
            | Op::Add
            | Op::Sub
            | Op::Or
            | Op::Xor
            | Op::Mul
            | Op::Lsh
            | Op::Rsh
            | Op::And
            | Op::AndNot
            | Op::Div
            | Op::Mod => self.same_safe(na.x, nb.x) && self.same_safe(na.y, nb.y),
            Op::Literal => match (na.aux, nb.aux) {
                (Aux::Const(ca), Aux::Const(cb)) => self.body.consts[ca] == self.body.consts[cb],
                _ => false,
            },
            Op::Nil => true,
            _ => false,
        }
    }

    fn without_nop(&self, mut id: Option<NodeId>) -> Option<NodeId> {
        while let Some(at) = id
            && self.body.nodes[at].op == Op::ConvNop
        {
            id = self.body.nodes[at].x;
        }
        id
    }

    fn same_type(&self, a: Option<TypeId>, b: Option<TypeId>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => self.store.identical(a, b),
            (a, b) => a == b,
        }
    }

    /// Evaluates the operands of an assignment's right side whose results go to several targets.
    pub(super) fn assign_call(&mut self, targets: List, call: Option<NodeId>, at: NodeId) {
        let body = self.body;
        let Some(call) = call else { return };
        self.stmts(body.nodes[call].init);
        let holes: Vec<Hole> =
            body.items(targets).iter().map(|&target| self.addr(Some(target))).collect();
        self.call(Some(&holes), call);
        for &hole in &holes {
            self.reassigned(hole, at);
        }
    }
}

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Var(lower::ir::VarId),
    Global(types::ObjId),
    Inst(lower::ir::InstId),
}

pub(super) fn is_uintptr(store: &Store, ty: Option<TypeId>) -> bool {
    ty.is_some_and(|ty| store.unalias(ty) == Basic::Uintptr.id())
}
