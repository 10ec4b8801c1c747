//! Inference of type arguments.

use super::Context;
use crate::store::Store;
use crate::types::TypeId;

/// An argument of a call as inference sees it.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its type; untyped constants have an untyped type, `nil` is untyped nil, generic functions
    /// have their (generic) signature.
    pub ty: TypeId,
    /// Whether the argument is a type or otherwise useless for inference.
    pub ignore: bool,
}

/// Why inference failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InferError;

impl Store {
    /// The type arguments of `type_params`, given some (`None`: to be inferred), the types of the function's parameters
    /// (untouched: mention the type parameters) and the arguments passed for them, one for one.
    /// `type_params` can hold those of generic function arguments too. They must not occur in the arguments:
    /// see [`rename_type_params`](Self::rename_type_params). `interfaces` says whether methods that types have in
    /// common are looked at, which is so from language version 1.21 on.
    ///
    /// # Errors
    /// Where an argument cannot be inferred or does not fit.
    pub fn infer(
        &self,
        _context: &mut Context,
        _type_params: &[TypeId],
        _given: &[Option<TypeId>],
        _params: &[TypeId],
        _args: &[Argument],
        _interfaces: bool,
    ) -> Result<Vec<TypeId>, InferError> {
        todo!()
    }
}
