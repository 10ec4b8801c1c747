//! Going over nodes.

use super::body::{Body, FuncId, List, NodeId, VarId};
use super::node::Aux;
use super::op::Op;

impl Body {
    /// Calls `f` with each child of a node, in the order in which the compiler visits them. Stops and returns true as soon as
    /// `f` returns true. The body of a function literal is no child of its [`Op::Closure`].
    pub fn children(&self, id: NodeId, f: &mut dyn FnMut(NodeId) -> bool) -> bool {
        let node = &self.nodes[id];
        if self.each(node.init, f) {
            return true;
        }
        match node.op {
            // The name that the head of a type switch declares comes before its value.
            Op::TypeSw => opt(node.y, f) || opt(node.x, f),
            _ => {
                opt(node.x, f)
                    || opt(node.y, f)
                    || opt(node.z, f)
                    || match node.op {
                        // What an inlined call returns is named after what it does.
                        Op::InlCall => self.each(node.body, f) || self.each(node.list, f),
                        _ => self.each(node.list, f) || self.each(node.body, f),
                    }
                    || self.each(node.els, f)
            }
        }
    }

    fn each(&self, list: List, f: &mut dyn FnMut(NodeId) -> bool) -> bool {
        self.items(list).iter().any(|&node| f(node))
    }

    /// Calls `f` with a node and all below it, parents first, function literals' bodies left out. `f` returns whether
    /// to stop.
    pub fn any(&self, id: NodeId, f: &mut dyn FnMut(NodeId) -> bool) -> bool {
        f(id) || deeper(|| self.children(id, &mut |child| self.any(child, f)))
    }

    /// As [`Self::any`] for the statements of a function.
    pub fn any_in(&self, func: FuncId, f: &mut dyn FnMut(NodeId) -> bool) -> bool {
        let body = self.funcs[func].body;
        self.items(body).iter().any(|&stmt| self.any(stmt, f))
    }

    /// Calls `f` with every node of a function and of the function literals in it, parents first.
    pub fn each_with_closures(&self, func: FuncId, f: &mut dyn FnMut(NodeId)) {
        for &stmt in self.items(self.funcs[func].body) {
            self.each_below(stmt, f);
        }
    }

    /// Calls `f` with a node and all below it, function literals' bodies included, parents first.
    pub fn each_below(&self, id: NodeId, f: &mut dyn FnMut(NodeId)) {
        self.any(id, &mut |id| {
            f(id);
            if let Aux::Closure(inner) = self.nodes[id].aux {
                deeper(|| self.each_with_closures(inner, f));
            }
            false
        });
    }

    /// The variable that an assignment to `id` changes: that of `x` in `x.f = …` and `x[i] = …`. `None` where there is a
    /// pointer on the way, or no local variable. Whether `x` is an array or a slice is not asked: what is wanted of
    /// variables are numbers, functions and interfaces.
    #[must_use]
    pub fn outer_variable(&self, mut id: NodeId) -> Option<VarId> {
        loop {
            let node = &self.nodes[id];
            id = match node.op {
                Op::Dot | Op::Paren | Op::ConvNop | Op::Index => node.x?,
                Op::Name => {
                    return match node.aux {
                        Aux::Var(var) => Some(var),
                        _ => None,
                    };
                }
                _ => return None,
            };
        }
    }

    /// Whether it is `nil`, converted or not.
    #[must_use]
    pub fn is_nil(&self, mut id: NodeId) -> bool {
        while self.nodes[id].op == Op::ConvNop
            && let Some(x) = self.nodes[id].x
        {
            id = x;
        }
        self.nodes[id].op == Op::Nil
    }
}

fn opt(node: Option<super::NodeId>, f: &mut dyn FnMut(NodeId) -> bool) -> bool {
    node.is_some_and(f)
}

/// Runs what calls itself for a node's children: bodies can be deep, and the stack grows with them.
#[inline]
pub(crate) fn deeper<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(128 << 10, 2 << 20, f)
}
