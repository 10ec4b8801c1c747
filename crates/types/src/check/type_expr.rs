//! Types as written.

use syntax::tree::{BinaryOp, Expr, ExprId, List, UnaryOp};

use super::{Checker, Operand};
use crate::constant::Value;
use crate::facts::Mode;
use crate::object::ObjectKind;
use crate::types::{Term, Type, TypeId};
use crate::universe::Universe;

impl Checker<'_> {
    /// The identifier expression `e`: constant, variable, function, type, predeclared function, `nil`.
    /// Records its use, not its type.
    pub(super) fn ident(&mut self, e: ExprId, want_type: bool) -> Operand {
        let mut x = Operand::invalid(Some(e));
        let Expr::Ident(ident) = self.tree().expr(e) else { return x };
        let name = self.tree().ident(ident).name;
        let Some(obj) = self.find(name) else { return x };
        self.record_use(ident, obj);
        let object = self.store.obj(obj);
        if want_type && !object.is_type_name() {
            return x;
        }
        let ty = self.type_of_object(obj);
        if self.is_endless_alias(obj, ty) {
            return x;
        }
        match &object.kind {
            ObjectKind::PkgName(_) | ObjectKind::Label => return x,
            ObjectKind::Const(value) => {
                if !self.is_known(ty) {
                    return x;
                }
                if self.store.universe.iota == Some(obj) {
                    let Some(iota) = &self.env.iota else { return x };
                    x.value = Some(iota.clone());
                } else {
                    x.value = Some(value.get().cloned().unwrap_or(Value::Unknown));
                }
                x.mode = Mode::Constant;
            }
            ObjectKind::TypeName => x.mode = Mode::Type,
            ObjectKind::Var(_) => {
                if !self.is_known(ty) {
                    return x;
                }
                x.mode = Mode::Variable;
            }
            ObjectKind::Func { .. } | ObjectKind::Nil => x.mode = Mode::Value,
            ObjectKind::Builtin(builtin) => {
                x.mode = Mode::Builtin;
                x.builtin = Some(*builtin);
            }
        }
        x.ty = ty;
        x
    }

    /// The type that `e` denotes. A generic type must be instantiated. Records it.
    pub(super) fn type_expr(&mut self, e: ExprId) -> TypeId {
        let mut ty = super::deeper(|| self.type_inner(e));
        if self.store.is_generic(ty) {
            ty = Universe::INVALID;
        }
        self.record_type(e, Mode::Type, ty, None);
        ty
    }

    /// The type of a variable: as [`Self::type_expr`].
    pub(super) fn var_type(&mut self, e: ExprId) -> TypeId {
        self.type_expr(e)
    }

    /// A generic type, not instantiated. Records it.
    pub(super) fn generic_type(&mut self, e: ExprId) -> TypeId {
        let mut ty = self.type_inner(e);
        if !self.store.is_generic(ty) {
            ty = Universe::INVALID;
        }
        self.record_type(e, Mode::Type, ty, None);
        ty
    }

    fn type_inner(&mut self, e: ExprId) -> TypeId {
        // Methods of an interface have the type that is being defined as their receiver, if the
        // interface is its definition and not a part of it.
        let defined = self.defining.take_if(|(rhs, _)| *rhs == e).map(|(_, named)| named);
        match self.tree().expr(e) {
            Expr::Ident(_) => type_of(&self.ident(e, true)),
            Expr::Selector { .. } => type_of(&self.selector(e, true)),
            Expr::Index { x, indices, .. } => self.instantiated_type(x, indices),
            Expr::Paren(x) => self.type_expr(x),
            Expr::Array { len: None, elem } => {
                let elem = self.var_type(elem);
                self.store.slice(elem)
            }
            Expr::Array { len: Some(len), elem } => {
                let open = matches!(self.tree().expr(len), Expr::Ellipsis(_));
                let len = if open { -1 } else { self.array_length(len) };
                let elem = self.var_type(elem);
                if len < 0 { Universe::INVALID } else { self.store.array(elem, len) }
            }
            Expr::Struct(fields) => self.struct_type(fields),
            Expr::Star(x) => {
                let base = self.var_type(x);
                if self.is_known(base) { self.store.pointer(base) } else { Universe::INVALID }
            }
            Expr::FuncType(ty) => self.func_type(ty, None),
            Expr::Interface(fields) => self.interface_type(fields, defined),
            Expr::Map { key, value } => {
                let key = self.var_type(key);
                let value = self.var_type(value);
                self.store.map(key, value)
            }
            Expr::Chan { dir, value } => {
                let elem = self.var_type(value);
                self.store.chan(dir, elem)
            }
            Expr::Bad | Expr::Ellipsis(_) => Universe::INVALID,
            _ => {
                self.use_exprs(&[e]);
                Universe::INVALID
            }
        }
    }

    fn instantiated_type(&mut self, x: ExprId, indices: List<ExprId>) -> TypeId {
        let generic = self.generic_type(x);
        if !self.is_known(generic) {
            return Universe::INVALID;
        }
        let Some(args) = self.type_list(indices) else { return Universe::INVALID };
        if self.store.type_params(generic).len() != args.len() {
            return Universe::INVALID;
        }
        let instance = self.instance(generic, &args);
        self.record_instance(x, &args, instance);
        instance
    }

    /// The instance of a generic type; the first one with the same arguments if there was one in this package.
    pub(super) fn instance(&mut self, generic: TypeId, args: &[TypeId]) -> TypeId {
        self.store.instantiate_in(&mut self.context, generic, args)
    }

    /// Type arguments; `None` if one of them is not known.
    pub(super) fn type_list(&mut self, list: List<ExprId>) -> Option<Vec<TypeId>> {
        let types: Vec<TypeId> = self.tree().list(list).map(|e| self.var_type(e)).collect();
        types.iter().all(|&ty| self.is_known(ty)).then_some(types)
    }

    /// The length of an array type; negative if it is not known.
    pub(super) fn array_length(&mut self, e: ExprId) -> i64 {
        if let Expr::Ident(ident) = self.tree().expr(e) {
            let obj = self.find(self.tree().ident(ident).name);
            let constant =
                obj.is_some_and(|o| matches!(self.store.obj(o).kind, ObjectKind::Const(_)));
            if !constant {
                return -1;
            }
        }
        let x = self.expr(None, e);
        if x.mode != Mode::Constant {
            return -1;
        }
        let integer = self.store.basic(x.ty).is_some_and(|b| b.is_untyped() || b.is_integer());
        let value = x.value.filter(|_| integer).and_then(|v| v.to_int().as_i64());
        value.filter(|n| *n >= 0).unwrap_or(-1)
    }

    /// The union (or single type) that an embedded element of an interface denotes.
    pub(super) fn union_type(&mut self, e: ExprId) -> TypeId {
        let mut operators = Vec::new();
        let mut leaf = e;
        let mut leaves = Vec::new();
        while let Expr::Binary { op: BinaryOp::Or, x, y, .. } = self.tree().expr(leaf) {
            operators.push(leaf);
            leaves.push(y);
            leaf = x;
        }
        leaves.push(leaf);
        leaves.reverse();
        operators.reverse();
        let single = leaves.len() == 1;
        let mut terms: Vec<Term> = Vec::with_capacity(leaves.len());
        let mut union = Universe::INVALID;
        for (i, &leaf) in leaves.iter().enumerate() {
            let term = self.union_term(leaf);
            if single && !term.tilde {
                return term.ty;
            }
            terms.push(term);
            union = self.store.add_type(Type::Union(terms.as_slice().into()));
            if i > 0 {
                self.record_type(operators[i - 1], Mode::Type, union, None);
            }
        }
        union
    }

    fn union_term(&mut self, e: ExprId) -> Term {
        let (tilde, x) = match self.tree().expr(e) {
            Expr::Unary { op: UnaryOp::Tilde, x } => (true, x),
            _ => (false, e),
        };
        let mut ty = self.type_expr(x);
        if self.store.is_type_param(ty) {
            ty = Universe::INVALID;
        }
        let term = Term { tilde, ty };
        if tilde {
            let union = self.store.add_type(Type::Union([term].into()));
            self.record_type(e, Mode::Type, union, None);
        }
        term
    }
}

fn type_of(x: &Operand) -> TypeId {
    if x.mode == Mode::Type { x.ty } else { Universe::INVALID }
}
