//! Slices that are built on the stack and move to the heap where they leave the function (since Go 1.26).
//!
//! Where all that a variable is used for is to append to it and to look at its elements, before it leaves the function in one
//! place outside of its loop, the first appends fill a buffer on the stack. Source: `cmd/compile/internal/slice`, Go 1.26
//! and 1.27.

use lower::ir::{Aux, Body, FuncId, NodeId, Op, VarClass, VarId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::types::Types;

/// Bytes of the buffer.
const BUFFER: u64 = 32;

/// The moves of a function.
#[derive(Default, Debug)]
pub(super) struct Moves {
    /// Before which statement which slices move.
    pub(super) before: FxHashMap<NodeId, Vec<VarId>>,
    /// The appends that fill a buffer, and whether they grow the capacity step by step, since it is looked at.
    pub(super) appends: FxHashMap<NodeId, bool>,
    /// Variables whose capacity is looked at, which is therefore kept on moving.
    pub(super) keeps_capacity: FxHashSet<VarId>,
}

#[derive(Default)]
struct Tracked {
    understood: i32,
    uses: i32,
    transition: Option<NodeId>,
    appends: Vec<NodeId>,
    weight: i32,
    depth: i32,
    capacity: bool,
    given_up: bool,
}

struct Walk<'a> {
    body: &'a Body,
    func: FuncId,
    /// Whether a call's parameter leaks in any way.
    leaks: &'a dyn Fn(NodeId, usize) -> bool,
    tracked: FxHashMap<VarId, Tracked>,
    named_results: Vec<VarId>,
    depth: i32,
    types: Types<'a>,
    /// Since Go 1.27 a loop over the slice counts as leaving, and so does the address of a part of an element.
    since_27: bool,
}

/// Looks for the slices of a function that can be built on the stack.
pub(super) fn find(
    body: &Body,
    types: Types<'_>,
    func: FuncId,
    since_27: bool,
    leaks: &dyn Fn(NodeId, usize) -> bool,
) -> Moves {
    let mut walk = Walk {
        body,
        func,
        leaks,
        tracked: FxHashMap::default(),
        named_results: Vec::new(),
        depth: 0,
        types,
        since_27,
    };
    for &var in &body.funcs[func].vars {
        let ty = body.vars[var].ty;
        let small = types.elem_layout(ty).is_some_and(|elem| elem.size <= BUFFER);
        if types.is_slice(ty) && small {
            walk.tracked.insert(var, Tracked::default());
            if body.vars[var].class == VarClass::Result {
                walk.named_results.push(var);
            }
        }
    }
    if walk.tracked.is_empty() {
        return Moves::default();
    }
    for &stmt in body.items(body.funcs[func].body) {
        walk.look(stmt);
    }
    let mut moves = Moves::default();
    for &var in &body.funcs[func].vars {
        let Some(slice) = walk.tracked.get(&var) else { continue };
        let useful = slice.understood == slice.uses && slice.weight >= 2;
        let (Some(at), true) = (slice.transition, useful && !slice.given_up) else { continue };
        moves.before.entry(at).or_default().push(var);
        if slice.capacity {
            moves.keeps_capacity.insert(var);
        }
        moves.appends.extend(slice.appends.iter().map(|&append| (append, slice.capacity)));
    }
    moves
}

impl Walk<'_> {
    fn name(&self, id: Option<NodeId>) -> Option<VarId> {
        let node = &self.body.nodes[id?];
        match (node.op, node.aux) {
            (Op::Name, Aux::Var(var)) if self.body.vars[var].func == self.func => Some(var),
            _ => None,
        }
    }

    fn slice(&mut self, id: Option<NodeId>) -> Option<&mut Tracked> {
        let var = self.name(id)?;
        self.tracked.get_mut(&var).filter(|slice| !slice.given_up)
    }

    /// From here on, others may refer to its array.
    fn transition(&mut self, id: Option<NodeId>, at: NodeId) {
        let depth = self.depth;
        if let Some(slice) = self.slice(id) {
            if slice.transition.is_some() || depth > slice.depth {
                slice.given_up = true;
            } else {
                slice.transition = Some(at);
            }
        }
    }

    fn assign(&mut self, x: Option<NodeId>, y: Option<NodeId>, stmt: NodeId) {
        let body = self.body;
        let depth = self.depth;
        let target = self.name(x);
        let of_itself = |from: Option<NodeId>| {
            matches!(from.map(|id| (body.nodes[id].op, body.nodes[id].aux)),
                Some((Op::Name, Aux::Var(var))) if Some(var) == target)
        };
        if let Some(slice) = self.slice(x) {
            match y.map(|y| (y, &body.nodes[y])) {
                None => slice.understood += 1,
                Some((_, node)) if node.op == Op::Nil => slice.understood += 1,
                Some((_, node)) if node.op == Op::SliceLit => {
                    slice.understood += 1;
                    slice.capacity = true;
                }
                Some((_, node)) if node.op == Op::Slice && of_itself(node.x) => {
                    slice.understood += 2;
                    slice.capacity = true;
                }
                Some((y, node))
                    if node.op == Op::Append && of_itself(body.items(node.list).first().copied()) =>
                {
                    slice.understood += 2;
                    slice.appends.push(y);
                    slice.weight += 1 + (depth - slice.depth);
                }
                _ => {}
            }
        }
        if let Some(slice) = self.slice(y) {
            slice.understood += 1;
            self.transition(y, stmt);
        }
    }

    /// `&s[i]`, or a part of it, is kept.
    fn address(&mut self, mut x: Option<NodeId>) {
        while let Some(id) = x {
            let node = self.body.nodes[id];
            match node.op {
                Op::Dot if self.since_27 => x = node.x,
                Op::Index => {
                    if let Some(slice) = self.slice(node.x) {
                        slice.given_up = true;
                        return;
                    }
                    let array = node.x.and_then(|x| self.body.nodes[x].ty);
                    let array = array.is_some_and(|ty| {
                        matches!(self.types.under(ty), types::Type::Array { .. })
                    });
                    if !array || !self.since_27 {
                        return;
                    }
                    x = node.x;
                }
                _ => return,
            }
        }
    }

    fn look(&mut self, id: NodeId) {
        let body = self.body;
        let node = body.nodes[id];
        let understood = |slice: Option<&mut Tracked>, capacity: bool| {
            if let Some(slice) = slice {
                slice.understood += 1;
                slice.capacity |= capacity;
            }
        };
        match node.op {
            Op::Name => {
                if let Some(slice) = self.slice(Some(id)) {
                    slice.uses += 1;
                }
            }
            Op::Dcl => {
                let depth = self.depth;
                if let Some(slice) = self.slice(node.x) {
                    slice.understood += 1;
                    slice.depth = depth;
                }
            }
            Op::Index | Op::Len => understood(self.slice(node.x), false),
            Op::Cap => understood(self.slice(node.x), true),
            Op::Addr => self.address(node.x),
            Op::Return => self.leave(id),
            Op::CallFunc => {
                for (at, &argument) in body.items(node.list).iter().enumerate() {
                    if self.slice(Some(argument)).is_some() && !(self.leaks)(id, at) {
                        understood(self.slice(Some(argument)), true);
                    }
                }
            }
            Op::Range => {
                understood(self.slice(node.x), false);
                if self.since_27 {
                    self.transition(node.x, id);
                }
            }
            Op::As => self.assign(node.x, node.y, id),
            Op::As2 => {
                let pairs = body.items(node.list).iter().zip(body.items(node.body));
                for (&x, &y) in pairs {
                    self.assign(Some(x), Some(y), id);
                }
            }
            Op::Closure => self.closure(&node),
            _ => {}
        }
        let looped = matches!(node.op, Op::For | Op::Range);
        self.depth += i32::from(looped);
        body.children(id, &mut |child| {
            self.look(child);
            false
        });
        self.depth -= i32::from(looped);
    }

    fn leave(&mut self, id: NodeId) {
        let body = self.body;
        let results = body.items(body.nodes[id].list);
        for &result in results {
            if let Some(slice) = self.slice(Some(result)) {
                slice.understood += 1;
                self.transition(Some(result), id);
            }
        }
        if results.is_empty() {
            for var in self.named_results.clone() {
                let depth = self.depth;
                if let Some(slice) = self.tracked.get_mut(&var).filter(|slice| !slice.given_up) {
                    if slice.transition.is_some() || depth > slice.depth {
                        slice.given_up = true;
                    } else {
                        slice.transition = Some(id);
                    }
                }
            }
        }
    }

    /// What a function literal captures counts as a use that is not understood.
    fn closure(&mut self, node: &lower::ir::Node) {
        let Aux::Closure(func) = node.aux else { return };
        for &captured in &self.body.funcs[func].captures {
            if let Some(outer) = self.body.vars[captured].outer
                && let Some(slice) = self.tracked.get_mut(&outer)
            {
                slice.uses += 1;
            }
        }
    }
}
