//! Generics: substitution, instances, unification, inference.

mod context;
mod infer;
mod instance;
mod mention;
mod subst;
mod unify;

pub use context::Context;
pub(crate) use context::Instances;
pub use infer::{Argument, InferError};

#[cfg(test)]
mod tests;
