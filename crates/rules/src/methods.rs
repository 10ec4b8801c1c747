//! Named types and their methods.

use source::Name;
use syntax::tree::{Expr, ExprId};
use types::{Lookup, ObjId, ObjectKind, SelectionKind, Type, TypeId};

use crate::context::Context;

/// A call of a method on a value: `x.name(…)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct MethodCall {
    /// What it is called on, as written.
    pub(crate) receiver: ExprId,
    /// The method; of an interface, too.
    pub(crate) method: ObjId,
}

impl<'a> Context<'a> {
    /// The type name of a named type, or of the one that a pointer points to.
    pub(crate) fn type_name(&self, ty: TypeId) -> Option<ObjId> {
        let ty = self.store.unalias(ty);
        let base = match self.store.ty(ty) {
            Type::Pointer(elem) => self.store.unalias(*elem),
            _ => ty,
        };
        match self.store.ty(base) {
            Type::Named(named) => Some(named.obj),
            _ => None,
        }
    }

    /// Whether an object is declared by a package, with a name.
    pub(crate) fn is_of_package(&self, object: ObjId, package: &str, name: &str) -> bool {
        let data = self.store.obj(object);
        data.name.as_str() == name
            && data.pkg.is_some_and(|pkg| self.store.pkg(pkg).path.as_str() == package)
    }

    /// Whether a type is a named one of a package, or points to it.
    pub(crate) fn is_type(&self, ty: TypeId, package: &str, name: &str) -> bool {
        self.type_name(ty).is_some_and(|object| self.is_of_package(object, package, name))
    }

    /// Whether a type is declared by the package that is looked at.
    pub(crate) fn is_own_type(&self, ty: TypeId) -> bool {
        let own = Some(self.package.checked.pkg);
        self.type_name(ty).is_some_and(|object| self.store.obj(object).pkg == own)
    }

    /// The method that a call calls on a value; `None` for functions, conversions and method expressions.
    pub(crate) fn method_call(&self, call: ExprId) -> Option<MethodCall> {
        let Expr::Call { fun, .. } = self.tree().expr(call) else { return None };
        let fun = self.tree().unparen(fun);
        let Expr::Selector { x, .. } = self.tree().expr(fun) else { return None };
        let selection = self.facts().selections.get(&fun)?;
        (selection.kind == SelectionKind::Method)
            .then_some(MethodCall { receiver: x, method: selection.obj })
    }

    /// The name of the method that a call calls on a value of a named type (or a pointer to it) of a package, where
    /// that type declares it itself; with the value.
    pub(crate) fn calls_method(
        &self,
        call: ExprId,
        package: &str,
        type_name: &str,
    ) -> Option<(ExprId, &'static str)> {
        let found = self.method_call(call)?;
        let receiver = self.receiver(found.method)?;
        self.is_type(self.store.obj_type(receiver), package, type_name)
            .then(|| (found.receiver, self.store.obj(found.method).name.as_str()))
    }

    /// The method of a type, its address taken if need be; embedded ones included.
    pub(crate) fn method_of(&self, ty: TypeId, name: &str) -> Option<ObjId> {
        match self.store.lookup(ty, true, self.package.checked.pkg, Name::new(name)) {
            Lookup::Found(found) if self.store.obj(found.obj).is_func() => Some(found.obj),
            _ => None,
        }
    }

    /// Whether a selector can have this name on a type: a field or method, even an ambiguous one.
    pub(crate) fn has_selector(&self, ty: TypeId, name: &str) -> bool {
        let found = self.store.lookup(ty, true, self.package.checked.pkg, Name::new(name));
        !matches!(found, Lookup::None)
    }

    /// Whether an expression is `nil`.
    pub(crate) fn is_nil(&self, expr: ExprId) -> bool {
        self.object(expr)
            .is_some_and(|object| matches!(self.store.obj(object).kind, ObjectKind::Nil))
    }
}
