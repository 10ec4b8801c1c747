//! Types that are written nowhere: those of method values, of several results, of the predeclared functions.
//!
//! Types live as long as the store. Each of these is made once per package, not once per use.

use rustc_hash::FxHashMap;
use source::Name;

use super::Checker;
use crate::object::{ObjId, ObjectKind, VarKind};
use crate::types::{Signature, Type, TypeId};

/// Parameters, result, and whether the last parameter is variadic.
type Key = (Box<[TypeId]>, Option<TypeId>, bool);

/// What was made so far.
#[derive(Default)]
pub(super) struct Made {
    /// Signatures of methods without their receiver.
    method_values: FxHashMap<ObjId, TypeId>,
    /// Results of functions that have several.
    tuples: FxHashMap<Box<[ObjId]>, TypeId>,
    /// Values of comma-ok forms.
    pairs: FxHashMap<(TypeId, TypeId), TypeId>,
    /// Signatures of predeclared functions.
    signatures: FxHashMap<Key, TypeId>,
}

impl Checker<'_> {
    /// The type of the method value `x.m`: that of `method` without its receiver.
    pub(super) fn method_value_type(&mut self, method: ObjId, signature: &Signature) -> TypeId {
        if let Some(&ty) = self.made.method_values.get(&method) {
            return ty;
        }
        let value = Signature {
            recv: None,
            type_params: signature.type_params.clone(),
            recv_type_params: [].into(),
            params: signature.params.clone(),
            results: signature.results.clone(),
            variadic: signature.variadic,
        };
        let ty = self.store.add_type(Type::Signature(Box::new(value)));
        self.made.method_values.insert(method, ty);
        ty
    }

    /// The type of a call with these results.
    pub(super) fn results_type(&mut self, results: &[ObjId]) -> TypeId {
        if let Some(&ty) = self.made.tuples.get(results) {
            return ty;
        }
        let ty = self.store.tuple(results);
        self.made.tuples.insert(results.into(), ty);
        ty
    }

    /// The type of a comma-ok form.
    pub(super) fn pair_type(&mut self, first: TypeId, second: TypeId) -> TypeId {
        if let Some(&ty) = self.made.pairs.get(&(first, second)) {
            return ty;
        }
        let vars = [first, second].map(|ty| self.unnamed(ty, VarKind::Local));
        let ty = self.store.tuple(&vars);
        self.made.pairs.insert((first, second), ty);
        ty
    }

    /// A signature of parameters without names. Untyped parameters take their default type.
    pub(super) fn made_signature(
        &mut self,
        params: &[TypeId],
        result: Option<TypeId>,
        variadic: bool,
    ) -> TypeId {
        let params: Box<[TypeId]> = params.iter().map(|&ty| self.store.default_type(ty)).collect();
        let key = (params, result, variadic);
        if let Some(&ty) = self.made.signatures.get(&key) {
            return ty;
        }
        let signature = Signature {
            recv: None,
            type_params: [].into(),
            recv_type_params: [].into(),
            params: key.0.iter().map(|&ty| self.unnamed(ty, VarKind::Param)).collect(),
            results: result.iter().map(|&ty| self.unnamed(ty, VarKind::Result)).collect(),
            variadic,
        };
        let ty = self.store.add_type(Type::Signature(Box::new(signature)));
        self.made.signatures.insert(key, ty);
        ty
    }

    fn unnamed(&self, ty: TypeId, kind: VarKind) -> ObjId {
        self.store.new_object(Name::new(""), None, None, Some(ty), ObjectKind::Var(kind))
    }
}
