//! Generics: substitution, instances, unification, inference.

mod infer;
mod instance;
mod subst;
mod unify;

pub use infer::{Argument, InferError};
