//! `x.f`: qualified identifiers, fields, methods, method expressions.

use source::Name;
use syntax::tree::{Expr, ExprId, IdentId};

use super::{Checker, Operand};
use crate::constant::Value;
use crate::facts::{Mode, Selection, SelectionKind};
use crate::lookup::{Found, Lookup};
use crate::object::{ObjId, ObjectKind, PkgId, VarKind};
use crate::types::{Signature, Type, TypeId};

impl Checker<'_> {
    /// `x.f`. `want_type` where only a type makes sense.
    pub(super) fn selector(&mut self, e: ExprId, want_type: bool) -> Operand {
        let Expr::Selector { x, sel } = self.tree().expr(e) else {
            return Operand::invalid(Some(e));
        };
        let selected = match self.package_name(x) {
            Some(pkg) => self.qualified(pkg, sel),
            None => self.select(e, x, sel, want_type),
        };
        let mut result = selected.unwrap_or(Operand::invalid(None));
        result.expr = Some(e);
        result
    }

    /// The package that an expression is the name of, whose use is recorded then.
    fn package_name(&mut self, x: ExprId) -> Option<PkgId> {
        let Expr::Ident(ident) = self.tree().expr(x) else { return None };
        let obj = self.find(self.tree().ident(ident).name)?;
        let ObjectKind::PkgName(pkg) = self.store.obj(obj).kind else { return None };
        self.record_use(ident, obj);
        Some(pkg)
    }

    /// A member of another package.
    fn qualified(&mut self, pkg: PkgId, sel: IdentId) -> Option<Operand> {
        let store = self.store;
        let name = self.tree().ident(sel).name;
        let obj = *store.pkg(pkg).scope.get()?.get(&name)?;
        self.record_use(sel, obj);
        let object = store.obj(obj);
        let mut x = Operand::value(None, store.obj_type(obj));
        match &object.kind {
            ObjectKind::Const(value) => {
                x.mode = Mode::Constant;
                x.value = Some(value.get().cloned().unwrap_or(Value::Unknown));
            }
            ObjectKind::TypeName => x.mode = Mode::Type,
            ObjectKind::Var(_) => x.mode = Mode::Variable,
            ObjectKind::Func { .. } => {}
            ObjectKind::Builtin(builtin) => {
                x.mode = Mode::Builtin;
                x.builtin = Some(*builtin);
            }
            ObjectKind::PkgName(_) | ObjectKind::Label | ObjectKind::Nil => return None,
        }
        Some(x)
    }

    /// A field or method.
    fn select(
        &mut self,
        e: ExprId,
        operand: ExprId,
        sel: IdentId,
        want_type: bool,
    ) -> Option<Operand> {
        let x = self.expr_or_type(operand, false);
        // Fields and methods are never types.
        if want_type || matches!(x.mode, Mode::Invalid | Mode::Builtin) {
            return None;
        }
        let name = self.tree().ident(sel).name;
        let addressable = x.mode == Mode::Variable;
        let pkg = self.config.pkg;
        let Lookup::Found(found) = self.store.lookup(x.ty, addressable, pkg, name) else {
            return None;
        };
        if self.store.obj(found.obj).is_var() {
            return self.select_field(e, &x, sel, found);
        }
        self.select_method(e, &x, sel, found)
    }

    fn select_field(
        &mut self,
        e: ExprId,
        x: &Operand,
        sel: IdentId,
        found: Found,
    ) -> Option<Operand> {
        if x.mode == Mode::Type {
            return None;
        }
        let ty = self.store.obj_type(found.obj);
        let addressable = x.mode == Mode::Variable || found.indirect;
        self.record_found(e, sel, SelectionKind::Field, x.ty, found, ty);
        let mode = if addressable { Mode::Variable } else { Mode::Value };
        Some(Operand { mode, ..Operand::value(None, ty) })
    }

    fn select_method(
        &mut self,
        e: ExprId,
        x: &Operand,
        sel: IdentId,
        found: Found,
    ) -> Option<Operand> {
        let method = found.obj;
        let ty = self.type_of_method(method);
        let signature = self.as_signature(ty)?;
        if x.mode != Mode::Type {
            let ty = self.method_value_type(method, signature);
            self.record_found(e, sel, SelectionKind::Method, x.ty, found, ty);
            return Some(Operand::value(None, ty));
        }
        let recv = signature.recv.map_or(Name::new(""), |recv| self.store.obj(recv).name);
        let recorded = self.method_expr_type(signature, x.ty, recv);
        self.record_found(e, sel, SelectionKind::MethodExpr, x.ty, found, recorded);
        // In the type of the expression either all parameters have names, or none.
        let named = signature.params.first().is_some_and(|&p| !self.is_unnamed(p));
        let ty = match (named, recv.as_str()) {
            (true, "") => self.method_expr_type(signature, x.ty, Name::new("_")),
            (false, name) if !name.is_empty() => {
                self.method_expr_type(signature, x.ty, Name::new(""))
            }
            _ => recorded,
        };
        Some(Operand::value(None, ty))
    }

    fn is_unnamed(&self, var: ObjId) -> bool {
        self.store.obj(var).name.as_str().is_empty()
    }

    /// The type of a method, whose declaration is resolved if need be.
    fn type_of_method(&mut self, method: ObjId) -> TypeId {
        if let ObjectKind::Func { origin: Some(declared) } = self.store.obj(method).kind {
            self.type_of_object(declared);
        }
        self.type_of_object(method)
    }

    /// The type of a method expression: a function that takes the receiver first, under this name.
    fn method_expr_type(&self, signature: &Signature, recv: TypeId, name: Name) -> TypeId {
        let store = self.store;
        let (pkg, place) = match signature.recv.map(|recv| store.obj(recv)) {
            Some(var) => (var.pkg, var.place),
            None => (None, None),
        };
        let kind = ObjectKind::Var(VarKind::Param);
        let first = store.new_object(name, pkg, place, Some(recv), kind);
        let function = Signature {
            recv: None,
            type_params: signature.type_params.clone(),
            recv_type_params: [].into(),
            params: std::iter::once(first).chain(signature.params.iter().copied()).collect(),
            results: signature.results.clone(),
            variadic: signature.variadic,
        };
        store.add_type(Type::Signature(Box::new(function)))
    }

    fn record_found(
        &mut self,
        e: ExprId,
        sel: IdentId,
        kind: SelectionKind,
        recv: TypeId,
        found: Found,
        ty: TypeId,
    ) {
        let Found { obj, path, indirect } = found;
        self.record_selection(e, sel, Selection { kind, recv, obj, path, indirect, ty });
    }
}
