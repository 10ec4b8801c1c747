//! Constants, types, objects, generics, layout: a type for every expression.
//!
//! The checker trusts: code under analysis compiles already, so it computes facts and does
//! not hunt for type errors. What is not known is `Invalid`, spreads, and stops nothing.
//!
//! [`Store`] holds what packages share, [`check`] computes what is true of one package's
//! files ([`FileFacts`]), and the other modules answer questions about types.

pub mod check;
pub mod constant;
pub mod facts;
pub mod generic;
pub mod layout;
pub mod lookup;
pub mod object;
pub mod predicates;
pub mod program;
pub mod store;
pub mod type_string;
pub mod types;
pub mod typeset;
pub mod universe;

pub use facts::{FileFacts, Mode, Selection, SelectionKind};
pub use lookup::{Found, Lookup, Path};
pub use object::{Builtin, FileId, ObjId, Object, ObjectKind, PkgId, Place, VarKind};
pub use store::Store;
pub use types::{Basic, ChanDir, Type, TypeId};
pub use universe::Universe;
