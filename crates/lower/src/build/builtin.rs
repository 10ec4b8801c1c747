//! Calls of predeclared functions.

use syntax::tree::{Expr, ExprId};
use types::{Basic, Builtin, Mode, ObjectKind, Type, TypeId, Universe};

use super::Builder;
use crate::ir::{List, Node, NodeFlags, NodeId, Op, Pos};

impl Builder<'_> {
    pub(super) fn builtin(
        &mut self,
        expr: ExprId,
        fun: ExprId,
        args: &[ExprId],
        spread: bool,
    ) -> NodeId {
        let pos = self.at(expr);
        let Some(builtin) = self.which_builtin(fun) else { return self.unknown(pos) };
        match builtin {
            Builtin::Append => self.append(pos, args, spread),
            Builtin::Make => self.make(expr, pos, args),
            Builtin::New => self.new_builtin(expr, pos, args),
            Builtin::Len => self.length(Op::Len, pos, args),
            Builtin::Cap => self.length(Op::Cap, pos, args),
            Builtin::Clear => self.one(Op::Clear, pos, None, args),
            Builtin::Close => self.one(Op::Close, pos, None, args),
            Builtin::Panic => self.panic(pos, args),
            Builtin::Copy => self.two(Op::Copy, pos, Some(Basic::Int.id()), args),
            Builtin::Delete => self.delete(pos, args),
            Builtin::Complex => self.two_typed(Op::Complex, expr, pos, args),
            Builtin::Real => self.one_typed(Op::Real, expr, pos, args),
            Builtin::Imag => self.one_typed(Op::Imag, expr, pos, args),
            Builtin::Max => self.extremum(Op::Max, expr, pos, args),
            Builtin::Min => self.extremum(Op::Min, expr, pos, args),
            Builtin::Print => self.print(Op::Print, pos, args),
            Builtin::Println => self.print(Op::Println, pos, args),
            Builtin::Recover => self.recover(pos),
            Builtin::UnsafeAdd => self.two_typed(Op::UnsafeAdd, expr, pos, args),
            Builtin::UnsafeSlice => self.two_typed(Op::UnsafeSlice, expr, pos, args),
            Builtin::UnsafeString => self.two_typed(Op::UnsafeString, expr, pos, args),
            Builtin::UnsafeSliceData => self.one_typed(Op::UnsafeSliceData, expr, pos, args),
            Builtin::UnsafeStringData => self.one_typed(Op::UnsafeStringData, expr, pos, args),
            // Constants, but of types that depend on type parameters, whose shapes are known.
            Builtin::UnsafeSizeof | Builtin::UnsafeAlignof | Builtin::UnsafeOffsetof => {
                self.size_constant(builtin, pos, args)
            }
            Builtin::Assert | Builtin::Trace => self.unknown(pos),
        }
    }

    fn which_builtin(&self, fun: ExprId) -> Option<Builtin> {
        let ident = match self.tree().expr(self.tree().unparen(fun)) {
            Expr::Ident(ident) => ident,
            Expr::Selector { sel, .. } => sel,
            _ => return None,
        };
        match self.store().obj(self.facts().uses[ident]?).kind {
            ObjectKind::Builtin(builtin) => Some(builtin),
            _ => None,
        }
    }

    fn size_constant(&mut self, builtin: Builtin, pos: Pos, args: &[ExprId]) -> NodeId {
        let ty = args.first().map_or(Universe::INVALID, |&arg| self.single_type(arg));
        let layout = self.cx.sizes.layout(self.store(), ty);
        let value = match builtin {
            Builtin::UnsafeSizeof => layout.and_then(|l| l.size),
            Builtin::UnsafeAlignof => layout.map(|l| l.align),
            // Offsets in structs of shapes are rare and their value decides nothing.
            _ => Some(0),
        };
        self.int_literal(value.unwrap_or(0), Basic::Uintptr.id(), pos)
    }

    /// Arguments without conversions; a call with several results stands for several arguments.
    fn plain(&mut self, pos: Pos, args: &[ExprId]) -> Vec<NodeId> {
        self.multi(pos, &|_| None, args)
    }

    fn one(&mut self, op: Op, pos: Pos, ty: Option<TypeId>, args: &[ExprId]) -> NodeId {
        match *self.plain(pos, args) {
            [x, ..] => self.unary(op, pos, ty, x),
            [] => self.unknown(pos),
        }
    }

    fn one_typed(&mut self, op: Op, expr: ExprId, pos: Pos, args: &[ExprId]) -> NodeId {
        let ty = self.type_of(expr);
        self.one(op, pos, Some(ty), args)
    }

    fn two(&mut self, op: Op, pos: Pos, ty: Option<TypeId>, args: &[ExprId]) -> NodeId {
        match *self.plain(pos, args) {
            [x, y, ..] => self.binary(op, pos, ty, x, y),
            _ => self.unknown(pos),
        }
    }

    fn two_typed(&mut self, op: Op, expr: ExprId, pos: Pos, args: &[ExprId]) -> NodeId {
        let ty = self.type_of(expr);
        self.two(op, pos, Some(ty), args)
    }

    /// `len(x)`, `cap(x)`. Of a pointer to an array, before Go 1.25, of what it points to.
    fn length(&mut self, op: Op, pos: Pos, args: &[ExprId]) -> NodeId {
        let Some(&arg) = args.first() else { return self.unknown(pos) };
        let mut x = self.expr(arg);
        if !self.cx.compiler.since(25) {
            x = self.implicit_star(x);
        }
        self.unary(op, pos, Some(Basic::Int.id()), x)
    }

    fn append(&mut self, pos: Pos, args: &[ExprId], spread: bool) -> NodeId {
        let Some(&first) = args.first() else { return self.unknown(pos) };
        let store = self.store();
        let written = match store.ty(self.written(first)) {
            Type::Tuple(vars) => vars.first().map_or(Universe::INVALID, |&v| store.obj_type(v)),
            _ => self.written(first),
        };
        let elem = match store.core_type(written).map(|core| store.ty(core)) {
            Some(Type::Slice(elem)) => Some(*elem),
            _ => None,
        };
        let list = self.multi(pos, &|i| if i == 0 || spread { None } else { elem }, args);
        let ty = list.first().map_or(Universe::INVALID, |&x| self.node_ty(x));
        let list = self.list(&list);
        let flags = if spread { NodeFlags::DDD } else { NodeFlags::NONE };
        self.add(Node { list, flags, ..Node::new(Op::Append, pos, Some(ty)) })
    }

    fn delete(&mut self, pos: Pos, args: &[ExprId]) -> NodeId {
        let store = self.store();
        let key = args.first().and_then(|&map| match store.core_type(self.single_written(map)) {
            Some(core) => match store.ty(core) {
                Type::Map { key, .. } => Some(*key),
                _ => None,
            },
            None => None,
        });
        let list = self.multi(pos, &|i| if i == 1 { key } else { None }, args);
        let list = self.list(&list);
        self.add(Node { list, ..Node::new(Op::Delete, pos, None) })
    }

    fn panic(&mut self, pos: Pos, args: &[ExprId]) -> NodeId {
        let list = self.multi(pos, &|_| Some(Universe::EMPTY_INTERFACE), args);
        match *list {
            [x, ..] => self.unary(Op::Panic, pos, None, x),
            [] => self.unknown(pos),
        }
    }

    fn print(&mut self, op: Op, pos: Pos, args: &[ExprId]) -> NodeId {
        let list = self.plain(pos, args);
        let list = self.list(&list);
        self.add(Node { list, ..Node::new(op, pos, None) })
    }

    /// `recover()`; before Go 1.25 the compiler writes out the frame pointer that it is passed.
    fn recover(&mut self, pos: Pos) -> NodeId {
        let ty = Some(Universe::EMPTY_INTERFACE);
        self.add(Node::new(Op::Recover, pos, ty))
    }

    fn extremum(&mut self, op: Op, expr: ExprId, pos: Pos, args: &[ExprId]) -> NodeId {
        let written = self.written(expr);
        let list = self.multi(pos, &|_| Some(written), args);
        let ty = self.ty(written);
        let list = self.list(&list);
        self.add(Node { list, ..Node::new(op, pos, Some(ty)) })
    }

    fn make(&mut self, expr: ExprId, pos: Pos, args: &[ExprId]) -> NodeId {
        let ty = self.type_of(expr);
        let sizes: Vec<NodeId> = args.iter().skip(1).map(|&arg| self.size(arg)).collect();
        let first = sizes.first().copied();
        // A size that is not written stays untyped, by which messages tell it.
        let zero = |this: &mut Self| this.int_literal(0, Basic::UntypedInt.id(), pos);
        let core = self.store().core_type(ty).unwrap_or(Universe::INVALID);
        let (op, x, y) = match self.store().ty(core) {
            Type::Map { .. } => (Op::MakeMap, Some(first.unwrap_or_else(|| zero(self))), None),
            Type::Chan { .. } => (Op::MakeChan, Some(first.unwrap_or_else(|| zero(self))), None),
            Type::Slice(_) => (Op::MakeSlice, first, sizes.get(1).copied()),
            _ => return self.unknown(pos),
        };
        self.add(Node { x, y, ..Node::new(op, pos, Some(ty)) })
    }

    /// A size: a constant that is untyped is an `int`.
    fn size(&mut self, expr: ExprId) -> NodeId {
        let node = self.expr(expr);
        if self.body.nodes[node].op == Op::Literal && self.store().is_untyped(self.written(expr)) {
            self.body.nodes[node].ty = Some(Basic::Int.id());
        }
        node
    }

    fn new_builtin(&mut self, expr: ExprId, pos: Pos, args: &[ExprId]) -> NodeId {
        let Some(&arg) = args.first() else { return self.unknown(pos) };
        let ty = self.type_of(expr);
        if self.facts().modes[self.tree().unparen(arg)] == Mode::Type {
            let written = self.written(arg);
            let operand = self.type_operand(written, self.at(arg));
            return self.unary(Op::New, pos, Some(ty), operand);
        }
        // `new(value)`: the address of a temporary that is set to it.
        let value = self.expr(arg);
        let store = self.store();
        if store.is_untyped(self.written(arg)) {
            let default = store.default_type(self.written(arg));
            self.body.nodes[value].ty = Some(default);
        }
        let value_ty = self.node_ty(value);
        let temp = self.temp(pos, value_ty);
        let dcl = self.dcl(pos, temp);
        let lhs = self.name(temp);
        let assign = self.binary(Op::As, pos, None, lhs, value);
        self.body.nodes[assign].flags = NodeFlags::DEF;
        self.body.vars[temp].defn = Some(assign);
        let name = self.name(temp);
        let addr = self.addr(pos, name);
        let init = self.list(&[dcl, assign]);
        self.body.nodes[addr].init = init;
        self.body.nodes[addr].ty = Some(ty);
        addr
    }

    /// A type as operand. A derived one is looked up in the dictionary.
    fn type_operand(&mut self, written: TypeId, pos: Pos) -> NodeId {
        let ty = self.ty(written);
        if !self.is_derived(written) {
            return self.add(Node::new(Op::Type, pos, Some(ty)));
        }
        let word = self.rtti_word(pos);
        let list = self.list(&[word]);
        self.add(Node { list, body: List::EMPTY, ..Node::new(Op::DynamicType, pos, Some(ty)) })
    }
}
