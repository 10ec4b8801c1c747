//! `for … range`.

use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId};

use super::{Checker, Operand};
use crate::object::{ObjectKind, VarKind};
use crate::types::{Basic, ChanDir, Signature, Type, TypeId};
use crate::universe::Universe;

/// The types of what a range clause yields; `None` where it yields nothing there.
type Yield = [Option<TypeId>; 2];

impl Checker<'_> {
    /// A range statement, body included.
    pub(super) fn range_stmt(&mut self, stmt: StmtId) {
        let Stmt::Range { key, value, op, x, body, .. } = self.tree().stmt(stmt) else { return };
        self.env.has_call_or_recv = false;
        let mut x = self.expr(None, x);
        let yields = if x.is_invalid() { [None; 2] } else { self.range_types(x.ty) };

        let mark = self.open_scope();
        let vars = [key, value];
        if op == Some(AssignOp::Define) {
            self.declare_range_vars(vars, yields, &mut x);
        } else if key.is_some() {
            self.assign_range_vars(vars, yields, &mut x);
        } else if self.is_integer(x.ty) {
            // An untyped number takes its default type, as in an assignment to `_`.
            self.assignment(&mut x, None);
        }
        self.stmt(body);
        self.close_scope(mark);
    }

    /// Whether it is an integer type, type parameters not included.
    fn is_integer(&self, ty: TypeId) -> bool {
        self.store.basic(ty).is_some_and(Basic::is_integer)
    }

    fn declare_range_vars(&mut self, vars: [Option<ExprId>; 2], yields: Yield, x: &mut Operand) {
        let over_integer = self.is_integer(x.ty);
        let mut new = Vec::with_capacity(2);
        for (var, ty) in vars.into_iter().zip(yields) {
            let Some(var) = var else { continue };
            let Expr::Ident(ident) = self.tree().expr(var) else { continue };
            let obj = self.declared(ident, None, ObjectKind::Var(VarKind::Local));
            self.record_def(ident, obj);
            new.push(obj);
            match ty {
                None => self.store.obj(obj).ty.set(Universe::INVALID),
                Some(_) if over_integer => self.init_var(obj, x),
                Some(ty) => self.init_var(obj, &mut Operand::value(None, ty)),
            }
        }
        for obj in new {
            self.declare_local(obj);
        }
    }

    fn assign_range_vars(&mut self, vars: [Option<ExprId>; 2], yields: Yield, x: &mut Operand) {
        let over_integer = self.is_integer(x.ty);
        for (var, ty) in vars.into_iter().zip(yields) {
            let (Some(var), Some(ty)) = (var, ty) else { continue };
            if over_integer {
                self.assign_var(var, x);
            } else {
                self.assign_var(var, &mut Operand::value(None, ty));
            }
        }
    }

    /// What ranging over a value of type `ty` yields.
    fn range_types(&self, ty: TypeId) -> Yield {
        let Some(core) = self.store.core_type(ty) else { return [None; 2] };
        let int = Some(Basic::Int.id());
        match *self.store.ty(self.array_behind(core)) {
            Type::Basic(basic, _) if basic.is_string() => [int, Some(Universe::RUNE)],
            Type::Basic(basic, _) if basic.is_integer() => [Some(ty), None],
            Type::Array { elem, .. } | Type::Slice(elem) => [int, Some(elem)],
            Type::Map { key, value } => [Some(key), Some(value)],
            Type::Chan { dir, elem } if dir != ChanDir::Send => [Some(elem), None],
            Type::Signature(ref iterator) => self.yielded(iterator),
            _ => [None; 2],
        }
        .map(|ty| ty.filter(|&ty| ty != Universe::INVALID))
    }

    /// What an iterator function passes to its `yield`.
    fn yielded(&self, iterator: &Signature) -> Yield {
        let &[param] = &*iterator.params else { return [None; 2] };
        let callback = self.store.core_type(self.store.obj_type(param));
        let Some(Type::Signature(callback)) = callback.map(|ty| self.store.ty(ty)) else {
            return [None; 2];
        };
        let param = |i| callback.params.get(i).map(|&p| self.store.obj_type(p));
        [param(0), param(1)]
    }

    /// The array type that a pointer to an array points to; other types as they are.
    pub(super) fn array_behind(&self, ty: TypeId) -> TypeId {
        if let Type::Pointer(base) = *self.store.ty(self.store.unalias(ty)) {
            let base = self.store.under(base);
            if matches!(self.store.ty(base), Type::Array { .. }) {
                return base;
            }
        }
        ty
    }
}
