//! Types as the body at hand sees them.

use types::{Basic, Store, Type, TypeId, Universe};

use super::Builder;
use syntax::tree::ExprId;

impl Builder<'_> {
    /// A type with the shapes of the type arguments put in.
    pub(super) fn ty(&mut self, ty: TypeId) -> TypeId {
        if self.shapes.is_empty() {
            return ty;
        }
        if let Some(&known) = self.mapped.get(&ty) {
            return known;
        }
        let mapped = self.cx.store.substitute(ty, &self.type_params, &self.shapes);
        self.mapped.insert(ty, mapped);
        mapped
    }

    /// Whether a type as written depends on what the code is instantiated with.
    pub(super) fn is_derived(&mut self, ty: TypeId) -> bool {
        self.ty(ty) != ty
    }

    /// The type of an expression as written: `Invalid` where it is not known.
    pub(super) fn written(&self, expr: ExprId) -> TypeId {
        self.facts().type_of(expr).unwrap_or(Universe::INVALID)
    }

    /// The type of an expression. Untyped values have the type that the compiler gives them where nothing else does.
    pub(super) fn type_of(&mut self, expr: ExprId) -> TypeId {
        let ty = typed(self.store(), self.written(expr));
        self.ty(ty)
    }
}

/// An untyped type as the compiler takes it where no other type is asked for: shift counts are `uint`, conditions `bool`.
pub(super) fn typed(store: &Store, ty: TypeId) -> TypeId {
    match store.ty(ty) {
        Type::Basic(Basic::UntypedBool, _) => Basic::Bool.id(),
        Type::Basic(Basic::UntypedInt | Basic::UntypedFloat | Basic::UntypedComplex, _) => {
            Basic::Uint.id()
        }
        Type::Basic(Basic::UntypedRune, _) => Basic::Int32.id(),
        Type::Basic(Basic::UntypedString, _) => Basic::String.id(),
        _ => ty,
    }
}

/// Whether the underlying type is a pointer.
pub(super) fn is_pointer(store: &Store, ty: TypeId) -> bool {
    matches!(store.under_ty(ty), Type::Pointer(_))
}

/// What a type points to.
pub(super) fn elem_of_pointer(store: &Store, ty: TypeId) -> Option<TypeId> {
    match store.under_ty(ty) {
        Type::Pointer(elem) => Some(*elem),
        _ => None,
    }
}

/// Whether the underlying type is an array.
pub(super) fn is_array(store: &Store, ty: TypeId) -> bool {
    matches!(store.under_ty(ty), Type::Array { .. })
}

/// Whether it is an interface type, type parameters left out.
pub(crate) fn is_interface(store: &Store, ty: TypeId) -> bool {
    store.is_non_type_param_interface(ty)
}

/// Whether it is an interface type without methods.
pub(crate) fn is_empty_interface(store: &Store, ty: TypeId) -> bool {
    is_interface(store, ty) && store.type_set(store.under(ty)).methods.is_empty()
}
