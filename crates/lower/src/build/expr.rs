//! Expressions.

use source::Name;
use syntax::tree::{Expr, ExprId, IdentId, UnaryOp};
use types::constant::Value;
use types::{Basic, Mode, ObjId, ObjectKind, Type, TypeId, Universe, VarKind};

use super::Builder;
use super::types::{elem_of_pointer, is_array, is_pointer};
use crate::ir::deeper;
use crate::ir::{Aux, Node, NodeFlags, NodeId, Op, Pos};

impl Builder<'_> {
    /// An expression.
    pub(super) fn expr(&mut self, expr: ExprId) -> NodeId {
        deeper(|| self.expr_here(self.tree().unparen(expr)))
    }

    fn expr_here(&mut self, expr: ExprId) -> NodeId {
        if !self.simplified.is_empty()
            && let Some(&simpler) = self.simplified.get(&expr)
        {
            return self.expr(simpler);
        }
        if let Some(value) = self.facts().value(expr) {
            let ty = self.type_of(expr);
            return self.literal(value.clone(), ty, self.at(expr));
        }
        if self.is_nil(expr) {
            return self.nil(self.at(expr), self.written(expr));
        }
        let pos = self.at(expr);
        match self.tree().expr(expr) {
            Expr::Ident(ident) => self.ident(expr, ident),
            Expr::Selector { x, sel } => self.selector(expr, x, sel),
            Expr::Composite { .. } => self.composite(expr),
            Expr::Func { body, .. } => self.function_literal(expr, body),
            Expr::Index { x, indices, .. } => {
                let first = self.tree().list_get(indices, 0);
                self.index(expr, x, first)
            }
            Expr::Slice { x, bounds, three } => self.slice(expr, x, bounds, three),
            Expr::TypeAssert { x, ty: Some(ty), .. } => self.type_assert(expr, x, ty),
            Expr::Call { .. } => self.call(expr),
            Expr::Star(x) => {
                let x = self.expr(x);
                let ty = elem_of_pointer(self.store(), self.node_ty(x));
                self.unary(Op::Deref, pos, ty.or(Some(Universe::INVALID)), x)
            }
            Expr::Unary { op, x } => self.unary_expr(expr, op, x),
            Expr::Binary { op, x, y, .. } => self.binary_expr(expr, op, x, y),
            // A type where a value is expected is broken code.
            _ => self.unknown(pos),
        }
    }

    /// What stands for code that is not understood.
    pub(super) fn unknown(&mut self, pos: Pos) -> NodeId {
        self.add(Node::new(Op::Nil, pos, Some(Universe::INVALID)))
    }

    /// An expression that may be left out.
    pub(super) fn opt_expr(&mut self, expr: Option<ExprId>) -> Option<NodeId> {
        expr.map(|expr| self.expr(expr))
    }

    /// A constant.
    pub(super) fn literal(&mut self, value: Value, ty: TypeId, pos: Pos) -> NodeId {
        let id = self.body.consts.push(value);
        self.add(Node { aux: Aux::Const(id), ..Node::new(Op::Literal, pos, Some(ty)) })
    }

    /// An integer constant.
    pub(super) fn int_literal(&mut self, value: i64, ty: TypeId, pos: Pos) -> NodeId {
        self.literal(Value::Int(value.into()), ty, pos)
    }

    /// Whether an expression is the predeclared `nil`.
    pub(super) fn is_nil(&self, expr: ExprId) -> bool {
        let expr = self.tree().unparen(expr);
        match self.tree().expr(expr) {
            Expr::Ident(ident) => self.facts().uses[ident]
                .is_some_and(|obj| matches!(self.store().obj(obj).kind, ObjectKind::Nil)),
            _ => false,
        }
    }

    /// `nil` of a type.
    pub(super) fn nil(&mut self, pos: Pos, ty: TypeId) -> NodeId {
        let ty = self.ty(ty);
        self.add(Node::new(Op::Nil, pos, Some(ty)))
    }

    fn ident(&mut self, expr: ExprId, ident: IdentId) -> NodeId {
        let Some(obj) = self.facts().object(ident) else { return self.unknown(self.at(expr)) };
        self.object(obj, Some(ident), self.at(expr))
    }

    /// A use of a variable or function. `ident` knows the type arguments of a generic function.
    pub(super) fn object(&mut self, obj: ObjId, ident: Option<IdentId>, pos: Pos) -> NodeId {
        let store = self.store();
        let object = store.obj(obj);
        match &object.kind {
            ObjectKind::Var(VarKind::Package) => {
                let at = object.place.map_or(Pos::GENERATED, |p| Pos {
                    file: Some(p.file),
                    offset: p.offset,
                    inlined: 0,
                });
                let ty = self.ty(store.obj_type(obj));
                self.add(Node { aux: Aux::Global(obj), ..Node::new(Op::Name, at, Some(ty)) })
            }
            ObjectKind::Var(_) => match self.use_local(obj, pos) {
                Some(name) => name,
                None => self.unknown(pos),
            },
            ObjectKind::Func { .. } => {
                let instance = ident.and_then(|i| self.facts().instances.get(&i));
                match instance {
                    Some(fact) => self.function_value(obj, &fact.args, fact.ty, pos),
                    None => self.function_name(obj, pos),
                }
            }
            _ => self.unknown(pos),
        }
    }

    /// A function that is not generic.
    pub(super) fn function_name(&mut self, obj: ObjId, pos: Pos) -> NodeId {
        let ty = self.ty(self.store().obj_type(obj));
        let inst = self.instance(obj, &[]);
        self.add(Node { aux: Aux::Inst(inst), ..Node::new(Op::Name, pos, Some(ty)) })
    }

    fn function_literal(&mut self, expr: ExprId, block: syntax::tree::StmtId) -> NodeId {
        let pos = self.at(expr);
        let written = self.written(expr);
        let ty = self.ty(written);
        let parent = self.func();
        let label = self.label.take();
        let func = self.open(Some(parent), ty, pos);
        self.declare_literal_params(written);
        self.enter(block);
        let stmts = self.block(block);
        self.finish_body(stmts);
        self.close();
        self.label = label;
        let node =
            self.add(Node { aux: Aux::Closure(func), ..Node::new(Op::Closure, pos, Some(ty)) });
        self.body.funcs[func].closure = Some(node);
        node
    }

    /// `*x` where `x` is a pointer to an array: indexing, and before Go 1.25 `len` and `cap`, go through it.
    pub(super) fn implicit_star(&mut self, x: NodeId) -> NodeId {
        let elem = elem_of_pointer(self.store(), self.node_ty(x));
        match elem.filter(|&elem| is_array(self.store(), elem)) {
            Some(elem) => {
                let star = self.unary(Op::Deref, self.body.nodes[x].pos, Some(elem), x);
                self.body.nodes[star].flags = NodeFlags::IMPLICIT;
                star
            }
            None => x,
        }
    }

    fn index(&mut self, expr: ExprId, x: ExprId, index: Option<ExprId>) -> NodeId {
        let pos = self.at(expr);
        // A function with its type arguments.
        if self.facts().modes[self.tree().unparen(x)] != Mode::Type
            && matches!(self.store().under_ty(self.written(x)), Type::Signature(_))
        {
            return self.explicit_instance(expr, x);
        }
        let Some(index) = index else { return self.unknown(pos) };
        let base = self.expr(x);
        let base_ty = self.node_ty(base);
        if let Type::Map { key, value } = self.store().under_ty(base_ty) {
            let (key, value) = (*key, *value);
            let index = self.implicit_mapped(Some(key), index);
            return self.binary(Op::IndexMap, pos, Some(value), base, index);
        }
        let base = self.implicit_star(base);
        let index = self.expr(index);
        let elem = match self.store().under_ty(self.node_ty(base)) {
            Type::Array { elem, .. } | Type::Slice(elem) => *elem,
            Type::Basic(..) => Universe::BYTE,
            _ => self.single_type(expr),
        };
        self.binary(Op::Index, pos, Some(elem), base, index)
    }

    /// The type of an expression; where it has a comma-ok form, that of the value.
    pub(super) fn single_type(&mut self, expr: ExprId) -> TypeId {
        let ty = self.type_of(expr);
        match self.store().ty(ty) {
            Type::Tuple(vars) => {
                vars.first().map_or(Universe::INVALID, |&v| self.store().obj_type(v))
            }
            _ => ty,
        }
    }

    fn explicit_instance(&mut self, expr: ExprId, x: ExprId) -> NodeId {
        let pos = self.at(expr);
        let x = self.tree().unparen(x);
        match self.tree().expr(x) {
            Expr::Ident(ident) => match self.facts().uses[ident] {
                Some(obj) => self.object(obj, Some(ident), pos),
                None => self.unknown(pos),
            },
            Expr::Selector { x: base, sel } => self.selector(x, base, sel),
            _ => self.unknown(pos),
        }
    }

    fn slice(
        &mut self,
        expr: ExprId,
        x: ExprId,
        bounds: [Option<ExprId>; 3],
        three: bool,
    ) -> NodeId {
        let pos = self.at(expr);
        let mut base = self.expr(x);
        let [low, high, max] = bounds.map(|bound| self.opt_expr(bound));
        if is_array(self.store(), self.node_ty(base)) {
            base = self.addr(self.body.nodes[base].pos, base);
            self.body.nodes[base].flags = NodeFlags::IMPLICIT;
        }
        let base_ty = self.node_ty(base);
        let pointee = elem_of_pointer(self.store(), base_ty);
        let (op, ty) = match self.store().under_ty(base_ty) {
            Type::Basic(..) => (Op::SliceStr, base_ty),
            Type::Pointer(_) => {
                let elem = match pointee.map(|p| self.store().under_ty(p)) {
                    Some(Type::Array { elem, .. }) => *elem,
                    _ => Universe::INVALID,
                };
                let op = if three { Op::Slice3Arr } else { Op::SliceArr };
                (op, self.store().slice(elem))
            }
            _ => (if three { Op::Slice3 } else { Op::Slice }, base_ty),
        };
        let max = max.map_or(crate::ir::List::EMPTY, |max| self.list(&[max]));
        self.add(Node { x: Some(base), y: low, z: high, list: max, ..Node::new(op, pos, Some(ty)) })
    }

    fn type_assert(&mut self, expr: ExprId, x: ExprId, target: ExprId) -> NodeId {
        let pos = self.at(expr);
        let from = self.type_of(x);
        let x = self.expr(x);
        let written = self.written(target);
        let ty = self.ty(written);
        if !self.is_derived(written) {
            return self.unary(Op::DotType, pos, Some(ty), x);
        }
        let words = self.assertion_words(from, written, pos);
        let list = self.list(&words);
        self.add(Node { x: Some(x), list, ..Node::new(Op::DynamicDotType, pos, Some(ty)) })
    }

    fn unary_expr(&mut self, expr: ExprId, op: UnaryOp, x: ExprId) -> NodeId {
        let pos = self.at(expr);
        match op {
            UnaryOp::Addr => {
                let x = self.expr(x);
                let addr = self.addr(pos, x);
                let ty = self.type_of(expr);
                self.body.nodes[addr].ty = Some(ty);
                addr
            }
            UnaryOp::Recv => {
                let x = self.expr(x);
                let elem = match self.store().under_ty(self.node_ty(x)) {
                    Type::Chan { elem, .. } => *elem,
                    _ => self.single_type(expr),
                };
                self.unary(Op::Recv, pos, Some(elem), x)
            }
            UnaryOp::Plus | UnaryOp::Neg | UnaryOp::Not | UnaryOp::BitNot | UnaryOp::Tilde => {
                let op = match op {
                    UnaryOp::Plus => Op::Plus,
                    UnaryOp::Neg => Op::Neg,
                    UnaryOp::Not => Op::Not,
                    _ => Op::BitNot,
                };
                let x = self.expr(x);
                let ty = self.node_ty(x);
                self.unary(op, pos, Some(ty), x)
            }
        }
    }

    /// The address of a symbol that the compiler makes.
    pub(super) fn symbol_addr(&mut self, pos: Pos, name: &str) -> NodeId {
        let byte_pointer = self.store().pointer(Basic::Uint8.id());
        let symbol = Node {
            aux: Aux::Str(Name::new(name)),
            ..Node::new(Op::LinksymOffset, pos, Some(Basic::Uint8.id()))
        };
        let symbol = self.add(symbol);
        self.unary(Op::Addr, pos, Some(byte_pointer), symbol)
    }

    /// A field of a struct, or of a struct that `x` points to.
    pub(super) fn dot(&mut self, pos: Pos, x: NodeId, index: u32) -> NodeId {
        let store = self.store();
        let base = self.node_ty(x);
        let op = if is_pointer(store, base) { Op::DotPtr } else { Op::Dot };
        let strukt = elem_of_pointer(store, base).unwrap_or(base);
        let Type::Struct(parts) = store.under_ty(strukt) else { return x };
        let Some(&obj) = parts.fields.get(index as usize) else { return x };
        let aux = Aux::Field(crate::ir::FieldRef { obj, index });
        let ty = store.obj_type(obj);
        self.add(Node { x: Some(x), aux, ..Node::new(op, pos, Some(ty)) })
    }
}
