//! Questions about one type or two.

use crate::store::Store;
use crate::types::{Basic, TypeId};

impl Store {
    /// The type without aliases: what an alias, or an alias of an alias, stands for.
    #[must_use]
    pub fn unalias(&self, _ty: TypeId) -> TypeId {
        todo!()
    }

    /// The underlying type; of a type parameter its constraint interface. `Invalid` while it is being resolved.
    /// An instance is expanded when first asked.
    #[must_use]
    pub fn under(&self, _ty: TypeId) -> TypeId {
        todo!()
    }

    /// Whether two types are the same in the sense of the language.
    #[must_use]
    pub fn identical(&self, _a: TypeId, _b: TypeId) -> bool {
        todo!()
    }

    /// As [`Self::identical`], but tags of struct fields do not count (at any depth): what a conversion asks.
    #[must_use]
    pub fn identical_ignoring_tags(&self, _a: TypeId, _b: TypeId) -> bool {
        todo!()
    }

    /// Whether values of the type can be compared with `==` (a type parameter by its
    /// type set; `dynamic` lets interfaces count).
    #[must_use]
    pub fn comparable(&self, _ty: TypeId, _dynamic: bool) -> bool {
        todo!()
    }

    /// The basic type under a type, if there is one (never for type parameters).
    #[must_use]
    pub fn basic(&self, _ty: TypeId) -> Option<Basic> {
        todo!()
    }

    /// Whether `pred` holds for the basic type under `ty`, or, for a type parameter, for
    /// that of every type in its type set (which must not be empty).
    #[must_use]
    pub fn all_basic(&self, _ty: TypeId, _pred: fn(Basic) -> bool) -> bool {
        todo!()
    }

    /// Whether it is a type parameter (aliases looked through).
    #[must_use]
    pub fn is_type_param(&self, _ty: TypeId) -> bool {
        todo!()
    }

    /// Whether it is an interface that is no type parameter.
    #[must_use]
    pub fn is_non_type_param_interface(&self, _ty: TypeId) -> bool {
        todo!()
    }

    /// Whether a value of the type can be `nil`.
    #[must_use]
    pub fn has_nil(&self, _ty: TypeId) -> bool {
        todo!()
    }

    /// Whether the type is the type of an untyped value.
    #[must_use]
    pub fn is_untyped(&self, _ty: TypeId) -> bool {
        todo!()
    }

    /// Whether the type is unnamed-or-parameter free: has a name (basic, defined, parameter).
    #[must_use]
    pub fn has_name(&self, _ty: TypeId) -> bool {
        todo!()
    }

    /// Whether the type is generic and not instantiated.
    #[must_use]
    pub fn is_generic(&self, _ty: TypeId) -> bool {
        todo!()
    }

    /// The type that an untyped value takes by itself: `int` for `untyped int`.
    #[must_use]
    pub fn default_type(&self, _ty: TypeId) -> TypeId {
        todo!()
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
