//! Composite literals.

use syntax::tree::{Expr, ExprId};
use types::{Type, TypeId, Universe};

use super::Builder;
use super::types::elem_of_pointer;
use crate::ir::{Aux, FieldRef, Node, NodeFlags, NodeId, Op, Pos};

impl Builder<'_> {
    pub(super) fn composite(&mut self, expr: ExprId) -> NodeId {
        let Expr::Composite { elems, .. } = self.tree().expr(expr) else {
            return self.unknown(self.at(expr));
        };
        let pos = self.at(expr);
        let store = self.store();
        let written = self.written(expr);
        // `{…}` in a literal of pointers is `&T{…}`.
        let core = store.core_type(written).unwrap_or(written);
        let pointee = elem_of_pointer(store, core);
        let written = pointee.unwrap_or(written);
        let ty = self.ty(written);
        let elems: Vec<ExprId> = self.tree().list(elems).collect();
        let core = store.core_type(written).unwrap_or(Universe::INVALID);
        let (op, list, len) = match store.ty(core) {
            Type::Struct(parts) => {
                let fields = parts.fields.clone();
                (Op::StructLit, self.struct_elems(written, &fields, &elems), 0)
            }
            Type::Map { key, value } => (Op::MapLit, self.map_elems(*key, *value, &elems), 0),
            Type::Slice(elem) => {
                let (list, len) = self.array_elems(*elem, &elems);
                (Op::SliceLit, list, len)
            }
            Type::Array { elem, .. } => {
                let (list, len) = self.array_elems(*elem, &elems);
                (Op::ArrayLit, list, len)
            }
            _ => {
                let values: Vec<NodeId> = elems
                    .iter()
                    .map(|&item| match self.tree().expr(item) {
                        // Keys are names of fields, most of the time.
                        Expr::KeyValue { value, .. } => self.expr(value),
                        _ => self.expr(item),
                    })
                    .collect();
                return self.unknown_of(pos, &values);
            }
        };
        let list = self.list(&list);
        let aux = if op == Op::SliceLit { Aux::Len(len) } else { Aux::None };
        let literal = self.add(Node { list, aux, ..Node::new(op, pos, Some(ty)) });
        if pointee.is_some() { self.addr(pos, literal) } else { literal }
    }

    /// Elements of an array or slice literal, and how many there are with those left out between them.
    fn array_elems(&mut self, elem: TypeId, elems: &[ExprId]) -> (Vec<NodeId>, i64) {
        let (mut next, mut len) = (0, 0);
        let mut list = Vec::with_capacity(elems.len());
        for &item in elems {
            let node = match self.tree().expr(item) {
                Expr::KeyValue { key, value, .. } => {
                    let pos = self.at(key);
                    if let Some(at) = self.facts().value(key).and_then(|v| v.as_i64()) {
                        next = at;
                    }
                    let key = self.expr(key);
                    let value = self.implicit(Some(elem), value);
                    self.binary(Op::Key, pos, None, key, value)
                }
                _ => self.implicit(Some(elem), item),
            };
            list.push(node);
            next += 1;
            len = len.max(next);
        }
        (list, len)
    }

    fn map_elems(&mut self, key: TypeId, value: TypeId, elems: &[ExprId]) -> Vec<NodeId> {
        let mut list = Vec::with_capacity(elems.len());
        for &item in elems {
            if let Expr::KeyValue { key: k, value: v, .. } = self.tree().expr(item) {
                let pos = self.at(k);
                let k = self.implicit(Some(key), k);
                let v = self.implicit(Some(value), v);
                list.push(self.binary(Op::Key, pos, None, k, v));
            }
        }
        list
    }

    fn struct_elems(
        &mut self,
        ty: TypeId,
        fields: &[types::ObjId],
        elems: &[ExprId],
    ) -> Vec<NodeId> {
        let mut list = Vec::with_capacity(elems.len());
        for (i, &item) in elems.iter().enumerate() {
            let (at, field, value) = match self.tree().expr(item) {
                Expr::KeyValue { key, value, .. } => {
                    let Some(field) = self.struct_key(ty, fields, key) else { continue };
                    (self.at(key), field, value)
                }
                _ => match fields.get(i) {
                    Some(&obj) => (self.at(item), FieldRef { obj, index: i as u32 }, item),
                    None => continue,
                },
            };
            list.push(self.struct_elem(at, field, value));
        }
        list
    }

    fn struct_elem(&mut self, at: Pos, field: FieldRef, value: ExprId) -> NodeId {
        let ty = self.store().obj_type(field.obj);
        let value = self.implicit(Some(ty), value);
        let node = self.unary(Op::StructKey, at, None, value);
        self.body.nodes[node].aux = Aux::Field(field);
        node
    }

    /// The field that a key names; since Go 1.27 that of an embedded struct too.
    fn struct_key(&self, ty: TypeId, fields: &[types::ObjId], key: ExprId) -> Option<FieldRef> {
        let Expr::Ident(ident) = self.tree().expr(key) else { return None };
        let name = self.tree().ident(ident).name;
        let store = self.store();
        if let Some(index) = fields.iter().position(|&f| store.obj(f).name == name) {
            return Some(FieldRef { obj: fields[index], index: index as u32 });
        }
        let obj = self.facts().uses[ident]?;
        let pkg = store.obj(obj).pkg?;
        match store.lookup(ty, false, pkg, name) {
            types::Lookup::Found(found) => {
                let index = found.path.last().copied().unwrap_or(0);
                Some(FieldRef { obj: found.obj, index })
            }
            _ => None,
        }
    }

    /// The arguments of a variadic call in a slice, `nil` where there are none.
    pub(super) fn variadic(&mut self, pos: Pos, slice: TypeId, args: &[NodeId]) -> NodeId {
        if args.is_empty() {
            return self.add(Node::new(Op::Nil, pos, Some(slice)));
        }
        let list = self.list(args);
        self.add(Node {
            list,
            flags: NodeFlags::IMPLICIT,
            aux: Aux::Len(args.len() as i64),
            ..Node::new(Op::SliceLit, pos, Some(slice))
        })
    }
}
