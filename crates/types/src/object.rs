//! What an identifier denotes.

use std::sync::OnceLock;

use source::{Name, define_id};

use crate::constant::Value;
use crate::types::{Late, TypeId};

define_id!(
    /// A declared entity.
    pub struct ObjId
);
define_id!(
    /// A package known to the store.
    pub struct PkgId
);
define_id!(
    /// A file known to the store.
    pub struct FileId
);

/// A place in a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Byte offset.
    pub offset: u32,
}

/// A declared entity: package, constant, type, variable, function, label, builtin, nil.
pub struct Object {
    /// Its name; `_` and the empty name included.
    pub name: Name,
    /// The package that declares it; `None` in the universe.
    pub pkg: Option<PkgId>,
    /// Where its identifier stands; `None` in the universe.
    pub place: Option<Place>,
    /// Its type, once resolved.
    pub ty: Late<TypeId>,
    /// What it is.
    pub kind: ObjectKind,
}

/// What an object is.
pub enum ObjectKind {
    /// An imported package, as a name in a file.
    PkgName(PkgId),
    /// A constant and its value, once resolved.
    Const(OnceLock<Value>),
    /// A type, defined or alias.
    TypeName,
    /// A variable.
    Var(VarKind),
    /// A function or method. A method of an instantiated type knows the one it was made from.
    Func {
        /// The method of the generic type.
        origin: Option<ObjId>,
    },
    /// A label.
    Label,
    /// A predeclared function.
    Builtin(Builtin),
    /// `nil`
    Nil,
}

/// Where a variable lives in the program's text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VarKind {
    /// Declared at package level.
    Package,
    /// Declared in a function.
    Local,
    /// A receiver.
    Recv,
    /// A parameter.
    Param,
    /// A result.
    Result,
    /// A field of a struct.
    Field {
        /// Whether it is embedded.
        embedded: bool,
        /// The field of the generic struct that this one was made from.
        origin: Option<ObjId>,
    },
}

/// Predeclared functions, those of `unsafe` included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "named as in the language")]
pub enum Builtin {
    Append,
    Cap,
    Clear,
    Close,
    Complex,
    Copy,
    Delete,
    Imag,
    Len,
    Make,
    Max,
    Min,
    New,
    Panic,
    Print,
    Println,
    Real,
    Recover,
    UnsafeAdd,
    UnsafeAlignof,
    UnsafeOffsetof,
    UnsafeSizeof,
    UnsafeSlice,
    UnsafeSliceData,
    UnsafeString,
    UnsafeStringData,
    /// `assert` and `trace` of the type checker's own tests.
    Assert,
    Trace,
}

impl Object {
    /// Whether it can be named from other packages.
    #[must_use]
    pub fn is_exported(&self) -> bool {
        self.name.is_exported()
    }

    /// Whether it is a field that is embedded.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        matches!(self.kind, ObjectKind::Var(VarKind::Field { embedded: true, .. }))
    }

    /// Whether it is a field.
    #[must_use]
    pub fn is_field(&self) -> bool {
        matches!(self.kind, ObjectKind::Var(VarKind::Field { .. }))
    }

    /// Whether it is a variable of any kind.
    #[must_use]
    pub fn is_var(&self) -> bool {
        matches!(self.kind, ObjectKind::Var(_))
    }

    /// Whether it is a type name.
    #[must_use]
    pub fn is_type_name(&self) -> bool {
        matches!(self.kind, ObjectKind::TypeName)
    }

    /// Whether it is a function or method.
    #[must_use]
    pub fn is_func(&self) -> bool {
        matches!(self.kind, ObjectKind::Func { .. })
    }
}
