//! Questions about one type or two.

mod comparable;
mod identical;

use crate::object::{Object, PkgId};
use crate::store::Store;
use crate::types::{Basic, Named, Type, TypeId};
use crate::universe::Universe;
use source::Name;

/// Aliases followed before their chain counts as a circle, which only broken code has.
const MAX_ALIASES: usize = 1 << 12;

impl Store {
    /// The type without aliases: what an alias, or an alias of an alias, stands for. `Invalid` while
    /// that is being resolved.
    #[inline]
    #[must_use]
    pub fn unalias(&self, ty: TypeId) -> TypeId {
        match self.ty(ty) {
            Type::Alias(_) => self.resolved_unalias(ty).unwrap_or(Universe::INVALID),
            _ => ty,
        }
    }

    /// As [`Store::unalias`]; `None` while the alias is being resolved.
    pub(crate) fn resolved_unalias(&self, mut ty: TypeId) -> Option<TypeId> {
        for _ in 0..MAX_ALIASES {
            match self.ty(ty) {
                Type::Alias(alias) => ty = alias.rhs.get().or_else(|| self.expand(ty))?,
                _ => return Some(ty),
            }
        }
        None
    }

    /// The underlying type; of a type parameter its constraint interface. `Invalid` while it is
    /// being resolved. An instance is expanded when first asked.
    #[inline]
    #[must_use]
    pub fn under(&self, ty: TypeId) -> TypeId {
        match self.ty(ty) {
            Type::Alias(_) | Type::Named(_) | Type::TypeParam(_) => {
                self.resolved_under(ty).unwrap_or(Universe::INVALID)
            }
            _ => ty,
        }
    }

    /// As [`Store::under`]; `None` while it is being resolved.
    pub(crate) fn resolved_under(&self, ty: TypeId) -> Option<TypeId> {
        let ty = self.resolved_unalias(ty)?;
        match self.ty(ty) {
            Type::Named(named) => match named.underlying.get() {
                None if named.instance.is_some() => self.expand(ty),
                underlying => underlying,
            },
            Type::TypeParam(_) => Some(self.constraint(ty)),
            _ => Some(ty),
        }
    }

    /// The type that is under a type, one level deep.
    #[inline]
    #[must_use]
    pub fn under_ty(&self, ty: TypeId) -> &Type {
        self.ty(self.under(ty))
    }

    /// The defined type that a type is, aliases looked through.
    #[inline]
    pub(crate) fn as_named(&self, ty: TypeId) -> Option<(TypeId, &Named)> {
        let ty = self.unalias(ty);
        match self.ty(ty) {
            Type::Named(named) => Some((ty, named)),
            _ => None,
        }
    }

    /// The type pointed to, if it is a pointer type that has no name of its own.
    #[inline]
    pub(crate) fn pointee(&self, ty: TypeId) -> Option<TypeId> {
        match self.ty(self.unalias(ty)) {
            Type::Pointer(elem) => Some(*elem),
            _ => None,
        }
    }

    /// Whether the type is known.
    #[inline]
    #[must_use]
    pub fn is_valid(&self, ty: TypeId) -> bool {
        self.unalias(ty) != Universe::INVALID
    }

    /// The basic type under a type, if there is one (never for type parameters).
    #[inline]
    #[must_use]
    pub fn basic(&self, ty: TypeId) -> Option<Basic> {
        match self.under_ty(ty) {
            Type::Basic(basic, _) => Some(*basic),
            _ => None,
        }
    }

    /// Whether `pred` holds for the basic type under `ty`, or, for a type parameter, for
    /// that of every type in its type set (which must not be empty).
    #[must_use]
    pub fn all_basic(&self, ty: TypeId, pred: fn(Basic) -> bool) -> bool {
        if !self.is_type_param(ty) {
            return self.basic(ty).is_some_and(pred);
        }
        self.each_type(ty, &mut |term| {
            term.is_some_and(|(term, _)| self.basic(term).is_some_and(pred))
        })
    }

    /// Whether it is a type parameter (aliases looked through).
    #[inline]
    #[must_use]
    pub fn is_type_param(&self, ty: TypeId) -> bool {
        matches!(self.ty(self.unalias(ty)), Type::TypeParam(_))
    }

    /// Whether an interface is under it; a type parameter has one too.
    #[inline]
    #[must_use]
    pub fn is_interface(&self, ty: TypeId) -> bool {
        matches!(self.under_ty(ty), Type::Interface(_))
    }

    /// Whether it is an interface that is no type parameter.
    #[inline]
    #[must_use]
    pub fn is_non_type_param_interface(&self, ty: TypeId) -> bool {
        !self.is_type_param(ty) && self.is_interface(ty)
    }

    /// Whether a value of the type can be `nil`.
    #[must_use]
    pub fn has_nil(&self, ty: TypeId) -> bool {
        match self.under_ty(ty) {
            Type::Basic(basic, _) => *basic == Basic::UnsafePointer,
            Type::Slice(_)
            | Type::Pointer(_)
            | Type::Signature(_)
            | Type::Map { .. }
            | Type::Chan { .. } => true,
            Type::Interface(_) => {
                !self.is_type_param(ty)
                    || self.each_type(ty, &mut |term| {
                        // The types of a type set are no interfaces: one level is all there is.
                        term.is_some_and(|(_, under)| self.has_nil(under))
                    })
            }
            _ => false,
        }
    }

    /// Whether the type is the type of an untyped value.
    #[inline]
    #[must_use]
    pub fn is_untyped(&self, ty: TypeId) -> bool {
        matches!(self.ty(ty), Type::Basic(basic, _) if basic.is_untyped())
    }

    /// Whether the type has a name: predeclared, defined, or a type parameter.
    #[must_use]
    pub fn has_name(&self, ty: TypeId) -> bool {
        matches!(self.ty(self.unalias(ty)), Type::Basic(..) | Type::Named(_) | Type::TypeParam(_))
    }

    /// Whether the type is generic and not instantiated.
    #[must_use]
    pub fn is_generic(&self, ty: TypeId) -> bool {
        let generic = |params: Option<&Box<[TypeId]>>| params.is_some_and(|p| !p.is_empty());
        match self.ty(ty) {
            Type::Alias(alias) if alias.instance.is_none() && generic(alias.type_params.get()) => {
                true
            }
            _ => self.as_named(ty).is_some_and(|(_, named)| {
                named.instance.is_none() && generic(named.type_params.get())
            }),
        }
    }

    /// The type that an untyped value takes by itself: `int` for `untyped int`.
    #[must_use]
    pub fn default_type(&self, ty: TypeId) -> TypeId {
        let Type::Basic(basic, _) = self.ty(ty) else { return ty };
        match basic {
            Basic::UntypedBool => Basic::Bool.id(),
            Basic::UntypedInt => Basic::Int.id(),
            Basic::UntypedRune => Universe::RUNE,
            Basic::UntypedFloat => Basic::Float64.id(),
            Basic::UntypedComplex => Basic::Complex128.id(),
            Basic::UntypedString => Basic::String.id(),
            _ => ty,
        }
    }

    /// Whether two packages are the same: by path, since a package that is recompiled for a
    /// test has an id of its own. `None` is the universe.
    #[inline]
    #[must_use]
    pub fn same_package(&self, a: Option<PkgId>, b: Option<PkgId>) -> bool {
        a == b || matches!((a, b), (Some(a), Some(b)) if self.pkg(a).path == self.pkg(b).path)
    }

    /// Whether an object is what `name`, as written in `pkg`, denotes among fields and methods:
    /// names that are not exported differ from package to package.
    #[inline]
    pub(crate) fn denotes(&self, object: &Object, pkg: Option<PkgId>, name: Name) -> bool {
        object.name == name && (self.same_package(object.pkg, pkg) || name.is_exported())
    }
}

impl Basic {
    /// Whether it is a boolean, untyped included.
    #[must_use]
    pub fn is_boolean(self) -> bool {
        matches!(self, Self::Bool | Self::UntypedBool)
    }

    /// Whether it is an integer, untyped (runes too) included.
    #[must_use]
    pub fn is_integer(self) -> bool {
        (Self::Int..=Self::Uintptr).contains(&self)
            || matches!(self, Self::UntypedInt | Self::UntypedRune)
    }

    /// Whether it is an unsigned integer.
    #[must_use]
    pub fn is_unsigned(self) -> bool {
        (Self::Uint..=Self::Uintptr).contains(&self)
    }

    /// Whether it is a float, untyped included.
    #[must_use]
    pub fn is_float(self) -> bool {
        matches!(self, Self::Float32 | Self::Float64 | Self::UntypedFloat)
    }

    /// Whether it is complex, untyped included.
    #[must_use]
    pub fn is_complex(self) -> bool {
        matches!(self, Self::Complex64 | Self::Complex128 | Self::UntypedComplex)
    }

    /// Whether it is a number.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        self.is_integer() || self.is_float() || self.is_complex()
    }

    /// Whether it is a string, untyped included.
    #[must_use]
    pub fn is_string(self) -> bool {
        matches!(self, Self::String | Self::UntypedString)
    }

    /// Whether `<` is defined on it.
    #[must_use]
    pub fn is_ordered(self) -> bool {
        self.is_integer() || self.is_float() || self.is_string()
    }

    /// Whether constants can have it.
    #[must_use]
    pub fn is_const_type(self) -> bool {
        self.is_boolean() || self.is_numeric() || self.is_string()
    }

    /// Whether it is the type of an untyped value, `nil` included.
    #[must_use]
    pub fn is_untyped(self) -> bool {
        self >= Self::UntypedBool
    }
}
