//! Conversions, written and implied.

use syntax::tree::ExprId;
use types::{Basic, ChanDir, Store, Type, TypeId, Universe};

use super::Builder;
use super::types::{is_empty_interface, is_interface};
use crate::ir::{Aux, Node, NodeFlags, NodeId, Op, Pos};
use crate::shapes::{Shapes, has_shape};

impl Builder<'_> {
    /// An expression where a type, as written, is asked for; converted if its own differs.
    pub(super) fn implicit(&mut self, dst: Option<TypeId>, expr: ExprId) -> NodeId {
        let Some(dst) = dst else { return self.expr(expr) };
        if self.is_nil(expr) {
            return self.nil(self.at(expr), dst);
        }
        let src = super::types::typed(self.store(), self.single_written(expr));
        let store = self.store();
        if store.identical(src, dst) || !store.is_valid(dst) || store.is_untyped(dst) {
            return self.expr(expr);
        }
        // A comparison takes the boolean type that is asked for.
        let comparison =
            store.is_untyped(self.single_written(expr)) && self.facts().value(expr).is_none();
        if comparison && store.basic(dst).is_some_and(Basic::is_boolean) {
            let node = self.expr(expr);
            let ty = self.ty(dst);
            self.body.nodes[node].ty = Some(ty);
            return node;
        }
        self.convert(dst, expr, true)
    }

    /// As [`Self::implicit`], of a type in which shapes are put in already.
    pub(super) fn implicit_mapped(&mut self, dst: Option<TypeId>, expr: ExprId) -> NodeId {
        let Some(dst) = dst else { return self.expr(expr) };
        if self.is_nil(expr) {
            return self.add(Node::new(Op::Nil, self.at(expr), Some(dst)));
        }
        let x = self.expr(expr);
        self.converted(dst, x, self.at(expr))
    }

    /// The type of an expression as written; where it has a comma-ok form, that of the value.
    pub(super) fn single_written(&self, expr: ExprId) -> TypeId {
        let ty = self.written(expr);
        match self.store().ty(ty) {
            Type::Tuple(vars) => {
                vars.first().map_or(Universe::INVALID, |&v| self.store().obj_type(v))
            }
            _ => ty,
        }
    }

    /// A value converted to a type in which shapes are put in, if its own differs: an implied conversion.
    pub(super) fn converted(&mut self, dst: TypeId, x: NodeId, pos: Pos) -> NodeId {
        let src = self.node_ty(x);
        let store = self.store();
        if store.identical(src, dst) || !store.is_valid(dst) || !store.is_valid(src) {
            return x;
        }
        let op = conversion(store, self.cx.shapes, src, dst);
        let node = self.unary(op, pos, Some(dst), x);
        self.body.nodes[node].flags = NodeFlags::IMPLICIT;
        self.shaped_interface(node, src);
        node
    }

    /// An expression converted to a type as written.
    pub(super) fn convert(&mut self, dst: TypeId, expr: ExprId, implicit: bool) -> NodeId {
        let pos = self.at(expr);
        let to = self.ty(dst);
        if self.is_nil(expr) {
            let nil = self.add(Node::new(Op::Nil, pos, Some(to)));
            return self.unary(Op::ConvNop, pos, Some(to), nil);
        }
        let identical = self.store().identical(self.single_written(expr), dst);
        let x = self.expr(expr);
        let src = self.node_ty(x);
        if self.body.nodes[x].op == Op::Literal
            && self.store().is_type_param(dst)
            && let Some(constant) = self.constant_of_type_param(x, to, pos)
        {
            return constant;
        }
        let mut op = conversion(self.store(), self.cx.shapes, src, to);
        let mut x = x;
        match op {
            // A conversion of floating-point numbers rounds.
            Op::ConvNop if rounds(self.store(), src, to) => op = Op::Conv,
            Op::Bytes2Str => x = self.plain_slice(x, src, Basic::Uint8, Universe::BYTE),
            Op::Runes2Str => x = self.plain_slice(x, src, Basic::Int32, Universe::RUNE),
            Op::Str2Runes if self.body.nodes[x].op == Op::Literal => {
                return self.runes_literal(x, to, pos);
            }
            _ => {}
        }
        let node = self.unary(op, self.at_outside(expr), Some(to), x);
        if implicit {
            self.body.nodes[node].flags = NodeFlags::IMPLICIT;
        }
        if !identical {
            self.shaped_interface(node, src);
        }
        node
    }

    /// A conversion between interfaces in generic code always looks up the method table.
    fn shaped_interface(&mut self, node: NodeId, src: TypeId) {
        let Node { op, ty, .. } = self.body.nodes[node];
        let dst = ty.unwrap_or(Universe::INVALID);
        let store = self.store();
        if op == Op::ConvNop
            && is_interface(store, dst)
            && !is_empty_interface(store, dst)
            && (has_shape(store, dst) || has_shape(store, src))
        {
            self.body.nodes[node].op = Op::ConvIface;
        }
    }

    /// A constant converted to a type parameter is no constant any more.
    fn constant_of_type_param(&mut self, x: NodeId, to: TypeId, pos: Pos) -> Option<NodeId> {
        let constant = matches!(self.store().under_ty(to), Type::Basic(b, _) if {
            let from = self.store().basic(self.node_ty(x));
            from.is_some_and(|f| {
                (f.is_string() == b.is_string()) && (f.is_boolean() == b.is_boolean())
            })
        });
        if !constant {
            return None;
        }
        self.body.nodes[x].ty = Some(to);
        let node = self.unary(Op::ConvNop, pos, Some(to), x);
        self.body.nodes[node].flags = NodeFlags::IMPLICIT;
        Some(node)
    }

    /// A slice of a defined byte or rune type is first taken for one of plain bytes or runes.
    fn plain_slice(&mut self, x: NodeId, src: TypeId, plain: Basic, written: TypeId) -> NodeId {
        let store = self.store();
        let Type::Slice(elem) = store.under_ty(src) else { return x };
        let elem = store.unalias(*elem);
        if elem == plain.id() || elem == written {
            return x;
        }
        let ty = store.slice(written);
        self.unary(Op::ConvNop, self.body.nodes[x].pos, Some(ty), x)
    }

    /// `[]rune("constant")`: a literal of its runes.
    fn runes_literal(&mut self, x: NodeId, to: TypeId, pos: Pos) -> NodeId {
        let Aux::Const(id) = self.body.nodes[x].aux else { return x };
        let text = self.body.consts[id].as_text().map(|t| t.bytes().to_vec()).unwrap_or_default();
        let elem = match self.store().under_ty(to) {
            Type::Slice(elem) => *elem,
            _ => Universe::RUNE,
        };
        let runes: Vec<char> = String::from_utf8_lossy(&text).chars().collect();
        let mut elems = Vec::with_capacity(runes.len());
        for (i, &rune) in runes.iter().enumerate() {
            let key = self.int_literal(i as i64, Basic::Int.id(), pos);
            let value = self.int_literal(i64::from(u32::from(rune)), elem, pos);
            elems.push(self.binary(Op::Key, pos, None, key, value));
        }
        let list = self.list(&elems);
        let aux = Aux::Len(runes.len() as i64);
        self.add(Node { list, aux, ..Node::new(Op::SliceLit, pos, Some(to)) })
    }
}

/// Whether a conversion between identical representations still rounds.
fn rounds(store: &Store, src: TypeId, dst: TypeId) -> bool {
    let float = |ty| store.basic(ty).filter(|b| b.is_float() || b.is_complex());
    matches!((float(src), float(dst)), (Some(a), Some(b)) if a == b)
}

/// What a conversion does (`typecheck.convertOp`). What cannot be converted, in broken code, changes its type only.
pub(super) fn conversion(store: &Store, shapes: &Shapes, src: TypeId, dst: TypeId) -> Op {
    if store.identical(src, dst) {
        return Op::ConvNop;
    }
    let (from, to) = (store.under(src), store.under(dst));
    if store.identical(from, to) {
        let unnamed = !store.has_name(src) || !store.has_name(dst);
        if is_empty_interface(store, src)
            || unnamed && !is_interface(store, src)
            || shapes.is_shape(store, src)
            || shapes.is_shape(store, dst)
        {
            return Op::ConvNop;
        }
    }
    if is_interface(store, dst) {
        return Op::ConvIface;
    }
    match (store.ty(from), store.ty(to)) {
        (Type::Basic(a, _), Type::Basic(b, _)) => basic_conversion(*a, *b),
        (Type::Slice(elem), Type::Basic(b, _)) if b.is_string() => match store.basic(*elem) {
            Some(Basic::Int32) => Op::Runes2Str,
            _ => Op::Bytes2Str,
        },
        (Type::Basic(a, _), Type::Slice(elem)) if a.is_string() => match store.basic(*elem) {
            Some(Basic::Int32) => Op::Str2Runes,
            _ => Op::Str2Bytes,
        },
        (Type::Slice(_), Type::Array { .. }) => Op::Slice2Arr,
        (Type::Slice(_), Type::Pointer(_)) => Op::Slice2ArrPtr,
        (Type::Chan { dir: ChanDir::Both, .. }, Type::Chan { .. }) => Op::ConvNop,
        _ => Op::ConvNop,
    }
}

fn basic_conversion(src: Basic, dst: Basic) -> Op {
    let number = |b: Basic| b.is_integer() || b.is_float();
    if src.is_integer() && dst.is_string() {
        Op::RuneStr
    } else if number(src) && number(dst) || src.is_complex() && dst.is_complex() {
        if representation(src) == representation(dst) { Op::ConvNop } else { Op::Conv }
    } else if number(src) && dst.is_complex() {
        Op::Conv
    } else {
        Op::ConvNop
    }
}

/// The basic type that is represented in the same way (`types.SimType`), on 64-bit machines.
fn representation(basic: Basic) -> Basic {
    match basic {
        Basic::Int => Basic::Int64,
        Basic::Uint | Basic::Uintptr => Basic::Uint64,
        other => other,
    }
}
