//! Generics: substitution, instances, unification, inference.

mod infer;
mod instance;
mod subst;
mod unify;

pub use infer::{Argument, InferError};

/// Instances that a package has made, by identity of their arguments. (Placeholder.)
#[derive(Default)]
pub struct Context {}
