//! Which type the value of an interface has, if it always has the same (Go 1.26 and later).

use lower::ir::{Aux, Body, NodeId, Op, VarClass, VarFlags, VarId, deeper};
use rustc_hash::FxHashSet;
use types::{Store, TypeId};

use super::assignments::{Assignment, Assignments};

/// What values an expression has.
enum Found {
    /// Values of one type.
    Type(TypeId),
    /// None but `nil`, as far as known.
    Nothing,
    /// Not known, or of several types.
    Unknown,
}

/// The type of all values, `nil` aside, that an expression of interface type can have.
pub(super) fn concrete_type(
    store: &Store,
    body: &Body,
    assignments: &mut Assignments,
    node: NodeId,
) -> Option<TypeId> {
    let mut search = Search { store, body, assignments, seen: FxHashSet::default() };
    match search.expr(node) {
        Found::Type(ty) => Some(ty),
        Found::Nothing | Found::Unknown => None,
    }
}

struct Search<'a> {
    store: &'a Store,
    body: &'a Body,
    assignments: &'a mut Assignments,
    seen: FxHashSet<VarId>,
}

impl Search<'_> {
    fn expr(&mut self, mut id: NodeId) -> Found {
        loop {
            let node = &self.body.nodes[id];
            let Some(ty) = node.ty else { return Found::Unknown };
            if !self.store.is_interface(ty) {
                return if self.store.is_valid(ty) { Found::Type(ty) } else { Found::Unknown };
            }
            let next = match node.op {
                Op::ConvNop | Op::ConvIface | Op::Paren | Op::DotType | Op::DotType2 => node.x,
                Op::InlCall => match self.body.items(node.list) {
                    [result] => Some(*result),
                    _ => None,
                },
                _ => None,
            };
            match next {
                Some(next) => id = next,
                None => break,
            }
        }
        match self.body.nodes[id].aux {
            Aux::Var(var) if self.body.nodes[id].op == Op::Name => deeper(|| self.variable(var)),
            _ => Found::Unknown,
        }
    }

    fn variable(&mut self, var: VarId) -> Found {
        let var = self.body.canonical(var);
        let known = &self.body.vars[var];
        if known.class != VarClass::Auto || known.flags.has(VarFlags::ADDRTAKEN) {
            return Found::Unknown;
        }
        if !self.seen.insert(var) {
            return Found::Nothing;
        }
        let mut one = None;
        let all = self.assignments.of(self.store, self.body, var).to_vec();
        for assignment in all {
            let ty = match assignment {
                Assignment::Unknown => return Found::Unknown,
                Assignment::Type(ty) => ty,
                Assignment::Value(value) => match self.expr(value) {
                    Found::Type(ty) => ty,
                    Found::Nothing => continue,
                    Found::Unknown => return Found::Unknown,
                },
            };
            if one.is_some_and(|one| !self.store.identical(one, ty)) {
                return Found::Unknown;
            }
            one = Some(ty);
        }
        one.map_or(Found::Nothing, Found::Type)
    }
}
