//! Nodes that passes make.

use source::Name;
use types::constant::Value;
use types::{Basic, TypeId};

use crate::ir::{
    Aux, Body, FuncId, Node, NodeFlags, NodeId, Op, Pos, Var, VarClass, VarFlags, VarId,
};

impl Body {
    /// A temporary of a function.
    pub(super) fn temp(&mut self, func: FuncId, pos: Pos, ty: TypeId) -> VarId {
        let var = self.vars.push(Var {
            name: Name::new(""),
            ty,
            class: VarClass::Auto,
            func,
            pos,
            defn: None,
            outer: None,
            flags: VarFlags::AUTOTEMP,
        });
        self.funcs[func].vars.push(var);
        var
    }

    /// A use of a variable.
    pub(super) fn var_use(&mut self, var: VarId) -> NodeId {
        let Var { pos, ty, .. } = self.vars[var];
        self.add(Node { aux: Aux::Var(var), ..Node::new(Op::Name, pos, Some(ty)) })
    }

    /// `_`
    pub(super) fn blank(&mut self) -> NodeId {
        let aux = Aux::Str(Name::new("_"));
        self.add(Node { aux, ..Node::new(Op::Name, Pos::GENERATED, None) })
    }

    /// Whether a node is `_`.
    pub(super) fn is_blank(&self, id: NodeId) -> bool {
        let node = &self.nodes[id];
        node.op == Op::Name && matches!(node.aux, Aux::Str(_))
    }

    /// A constant of a predeclared type.
    pub(super) fn constant(&mut self, pos: Pos, ty: Basic, value: Value) -> NodeId {
        let value = self.consts.push(value);
        self.add(Node { aux: Aux::Const(value), ..Node::new(Op::Literal, pos, Some(ty.id())) })
    }

    /// `x = y`
    pub(super) fn assign(&mut self, pos: Pos, x: NodeId, y: NodeId, flags: NodeFlags) -> NodeId {
        self.add(Node { flags, x: Some(x), y: Some(y), ..Node::new(Op::As, pos, None) })
    }

    /// The declaration of a variable, as a statement.
    pub(super) fn declare(&mut self, pos: Pos, var: VarId) -> NodeId {
        let x = self.var_use(var);
        self.add(Node { x: Some(x), ..Node::new(Op::Dcl, pos, None) })
    }

    /// The variable that a use of one names.
    pub(super) fn named_var(&self, id: NodeId) -> Option<VarId> {
        match self.nodes[id] {
            Node { op: Op::Name, aux: Aux::Var(var), .. } => Some(var),
            _ => None,
        }
    }

    /// Children of a node, to be held while the body changes.
    pub(super) fn child_ids(&self, id: NodeId) -> Vec<NodeId> {
        let mut ids = Vec::new();
        self.children(id, &mut |child| {
            ids.push(child);
            false
        });
        ids
    }
}
