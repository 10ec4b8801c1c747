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

    /// As [`Self::children`] for an `f` that goes on below them: the stack grows with the depth.
    #[inline]
    pub fn children_deep(&self, id: NodeId, f: &mut dyn FnMut(NodeId) -> bool) -> bool {
        !self.nodes[id].is_leaf() && deeper(|| self.children(id, f))
    }

    fn each(&self, list: List, f: &mut dyn FnMut(NodeId) -> bool) -> bool {
        !list.is_empty() && self.items(list).iter().any(|&node| f(node))
    }

    /// Puts the children of a node on a stack, so that the first one is on top.
    fn push_children(&self, id: NodeId, stack: &mut Vec<NodeId>) {
        let node = &self.nodes[id];
        if node.is_leaf() {
            return;
        }
        self.push(node.els, stack);
        let (first, last) = match node.op {
            Op::InlCall => (node.body, node.list),
            _ => (node.list, node.body),
        };
        self.push(last, stack);
        self.push(first, stack);
        let (x, y) = match node.op {
            Op::TypeSw => (node.y, node.x),
            _ => (node.x, node.y),
        };
        for child in [node.z, y, x].into_iter().flatten() {
            stack.push(child);
        }
        self.push(node.init, stack);
    }

    #[inline]
    fn push(&self, list: List, stack: &mut Vec<NodeId>) {
        if !list.is_empty() {
            stack.extend(self.items(list).iter().rev());
        }
    }

    /// Calls `f` with a node and all below it, parents first, function literals' bodies left out. `f` returns whether
    /// to stop.
    pub fn any(&self, id: NodeId, f: &mut dyn FnMut(NodeId) -> bool) -> bool {
        self.any_on(vec![id], f)
    }

    /// As [`Self::any`] for the statements of a function.
    pub fn any_in(&self, func: FuncId, f: &mut dyn FnMut(NodeId) -> bool) -> bool {
        let body = self.funcs[func].body;
        self.any_on(self.items(body).iter().rev().copied().collect(), f)
    }

    fn any_on(&self, mut stack: Vec<NodeId>, f: &mut dyn FnMut(NodeId) -> bool) -> bool {
        while let Some(id) = stack.pop() {
            if f(id) {
                return true;
            }
            self.push_children(id, &mut stack);
        }
        false
    }

    /// Calls `f` with every node of a function and of the function literals in it, parents first.
    pub fn each_with_closures(&self, func: FuncId, f: &mut dyn FnMut(NodeId)) {
        self.each_on(self.items(self.funcs[func].body).iter().rev().copied().collect(), f);
    }

    /// Calls `f` with a node and all below it, function literals' bodies included, parents first. The body of a literal comes
    /// before what it captures.
    pub fn each_below(&self, id: NodeId, f: &mut dyn FnMut(NodeId)) {
        self.each_on(vec![id], f);
    }

    fn each_on(&self, mut stack: Vec<NodeId>, f: &mut dyn FnMut(NodeId)) {
        while let Some(id) = stack.pop() {
            f(id);
            self.push_children(id, &mut stack);
            if let Aux::Closure(inner) = self.nodes[id].aux {
                stack.extend(self.items(self.funcs[inner].body).iter().rev());
            }
        }
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
pub fn deeper<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(128 << 10, 2 << 20, f)
}
