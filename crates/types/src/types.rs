//! What a type is.
//!
//! A [`TypeId`] names one *written form* of a type: `[]any` and `[]interface{}` have two
//! ids, as do two struct types that were written in different places, since
//! their fields are different objects. Whether two ids are the same type in the sense of
//! the language is what [`Store::identical`](crate::Store::identical) says;
//! ids that are equal are always identical. Pointers, slices, arrays, maps and
//! channels of the same ids are interned, so that the common case is one comparison.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use source::{Id, Name, define_id};
pub use syntax::tree::ChanDir;

use crate::object::ObjId;

define_id!(
    /// A type.
    pub struct TypeId
);

/// A place for an id that is filled in once, later, by the thread that resolves it.
#[derive(Default)]
pub struct Late<I>(AtomicU32, std::marker::PhantomData<fn() -> I>);

impl<I: Id> Late<I> {
    /// An empty place.
    #[must_use]
    pub const fn empty() -> Self {
        Self(AtomicU32::new(0), std::marker::PhantomData)
    }

    /// A filled place.
    #[must_use]
    pub fn new(id: I) -> Self {
        Self(AtomicU32::new(id.index() as u32 + 1), std::marker::PhantomData)
    }

    /// What was filled in.
    #[inline]
    #[must_use]
    pub fn get(&self) -> Option<I> {
        match self.0.load(Ordering::Acquire) {
            0 => None,
            raw => Some(I::from_index(raw as usize - 1)),
        }
    }

    /// Fills in unless it is filled in already, and says what it is filled with: for what several
    /// threads may compute at the same time.
    pub fn set_if_empty(&self, id: I) -> I {
        let raw = id.index() as u32 + 1;
        match self.0.compare_exchange(0, raw, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => id,
            Err(first) => I::from_index(first as usize - 1),
        }
    }

    /// Fills in; a later value takes the place of an earlier one.
    pub fn set(&self, id: I) {
        self.0.store(id.index() as u32 + 1, Ordering::Release);
    }
}

/// Predeclared types and the types of untyped values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "named as in the language")]
pub enum Basic {
    /// Not known: broken code, or an import that is missing. Rules stay silent on it.
    Invalid,
    Bool,
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uintptr,
    Float32,
    Float64,
    Complex64,
    Complex128,
    String,
    UnsafePointer,
    UntypedBool,
    UntypedInt,
    UntypedRune,
    UntypedFloat,
    UntypedComplex,
    UntypedString,
    UntypedNil,
}

/// A type, one level deep.
pub enum Type {
    /// A predeclared type. `byte` and `rune` are forms of their own, identical to
    /// `uint8` and `int32`: the flag says that it was written so.
    Basic(Basic, /** written `byte` or `rune` */ bool),
    /// `*T`
    Pointer(TypeId),
    /// `[]T`
    Slice(TypeId),
    /// `[len]T`; a negative length is not known.
    Array {
        /// Element type.
        elem: TypeId,
        /// Number of elements, or negative.
        len: i64,
    },
    /// `map[K]V`
    Map {
        /// Key type.
        key: TypeId,
        /// Value type.
        value: TypeId,
    },
    /// `chan T`
    Chan {
        /// Direction.
        dir: ChanDir,
        /// Element type.
        elem: TypeId,
    },
    /// Parameters, results, or the values of a call with several results.
    Tuple(Box<[ObjId]>),
    /// `struct{…}`
    Struct(Struct),
    /// `func(…) …`
    Signature(Box<Signature>),
    /// `interface{…}`
    Interface(Box<Interface>),
    /// `~A | B`
    Union(Box<[Term]>),
    /// A defined type, or an instance of a generic one.
    Named(Box<Named>),
    /// An alias, or an instance of a generic one; prints as its name.
    Alias(Box<Alias>),
    /// A type parameter.
    TypeParam(TypeParam),
}

/// A struct type.
pub struct Struct {
    /// Fields in order.
    pub fields: Box<[ObjId]>,
    /// Tags, unquoted, beside the fields; empty where no field has one.
    pub tags: Box<[Name]>,
}

impl Struct {
    /// The tag of a field; empty if it has none.
    #[must_use]
    pub fn tag(&self, field: usize) -> &'static str {
        self.tags.get(field).map_or("", |t| t.as_str())
    }
}

/// The type of a function or method.
pub struct Signature {
    /// Receiver; an interface method's has the interface (or named) type.
    pub recv: Option<ObjId>,
    /// Type parameters (each a [`Type::TypeParam`]).
    pub type_params: Box<[TypeId]>,
    /// Type parameters of the receiver.
    pub recv_type_params: Box<[TypeId]>,
    /// Parameters; a variadic one has slice type.
    pub params: Box<[ObjId]>,
    /// Results.
    pub results: Box<[ObjId]>,
    /// Whether the last parameter is `...T`.
    pub variadic: bool,
}

/// An interface type. Its type set is computed when first asked for.
pub struct Interface {
    /// Methods written in it (functions with a signature that has a receiver), sorted by name
    /// as `go/types` does.
    pub methods: Box<[ObjId]>,
    /// Embedded elements in order of writing: interfaces, other types, unions.
    pub embeddeds: Box<[TypeId]>,
    /// Whether it wraps a constraint literal such as `[T ~int]`.
    pub implicit: bool,
    /// Its type set. Set once all that it embeds is resolved.
    pub type_set: OnceLock<crate::typeset::TypeSet>,
}

/// A term of a union.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Term {
    /// `~T` rather than `T`
    pub tilde: bool,
    /// The type.
    pub ty: TypeId,
}

/// Origin and arguments of an instance of a generic type or alias.
pub struct Instance {
    /// The generic type.
    pub origin: TypeId,
    /// Type arguments.
    pub args: Box<[TypeId]>,
}

/// A defined type.
pub struct Named {
    /// Its type name. An instance has the type name of its origin.
    pub obj: ObjId,
    /// The underlying type; empty while the declaration is being resolved. An instance's is
    /// computed when first asked for.
    pub underlying: Late<TypeId>,
    /// Type parameters of a generic type; empty for an instance.
    pub type_params: OnceLock<Box<[TypeId]>>,
    /// Declared methods in source order; for an instance beside those of its origin, made when
    /// first asked for.
    pub methods: OnceLock<Box<[Late<ObjId>]>>,
    /// Set for an instance.
    pub instance: Option<Instance>,
}

/// An alias declaration or an instance of a generic alias.
pub struct Alias {
    /// Its type name.
    pub obj: ObjId,
    /// What it stands for: the right-hand side, which may be an alias itself; empty while being
    /// resolved.
    pub rhs: Late<TypeId>,
    /// Type parameters of a generic alias; empty for an instance.
    pub type_params: OnceLock<Box<[TypeId]>>,
    /// Set for an instance.
    pub instance: Option<Instance>,
}

/// A type parameter.
pub struct TypeParam {
    /// Its type name.
    pub obj: ObjId,
    /// Position in its list.
    pub index: u32,
    /// Its constraint as written, an interface or what is wrapped into one.
    pub bound: Late<TypeId>,
}
