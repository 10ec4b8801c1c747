//! Arguments: what is passed for which parameter, and the type arguments that follow from it.

use super::call::{Call, PartialInstances};
use super::{Checker, Operand};
use crate::generic::Argument;
use crate::types::{Type, TypeId};

impl Checker<'_> {
    /// Passes arguments to a function with signature `ty` and some type arguments. All type arguments that are missing, of
    /// the function or of generic functions passed to it, are inferred together. Gives the signature of the instance, or `ty` as
    /// it is where something does not fit.
    pub(super) fn arguments(
        &mut self,
        call: Call,
        ty: TypeId,
        given: &[TypeId],
        args: &mut [Operand],
        partial: &PartialInstances,
    ) -> TypeId {
        let Some(mut params) = self.params_for(ty, call, args.len()) else { return ty };
        let is_generic = self.is_generic_signature(ty);
        let mut result = ty;
        if is_generic || args.iter().any(|x| self.is_generic_function(x)) {
            match self.infer_call(call, ty, given, &params, args, partial) {
                Some(instance) => result = instance,
                None => return ty,
            }
            if is_generic {
                match self.params_for(result, call, args.len()) {
                    Some(instantiated) => params = instantiated,
                    None => return ty,
                }
            }
        }
        for (x, &ty) in args.iter_mut().zip(&params) {
            self.assignment(x, Some(ty));
        }
        result
    }

    fn is_generic_signature(&self, ty: TypeId) -> bool {
        self.as_signature(ty).is_some_and(|s| !s.type_params.is_empty())
    }

    fn is_generic_function(&self, x: &Operand) -> bool {
        !x.is_invalid() && self.is_generic_signature(x.ty)
    }

    /// The types of the parameters for so many arguments; `None` where the numbers do not fit.
    fn params_for(&self, ty: TypeId, call: Call, count: usize) -> Option<Vec<TypeId>> {
        let signature = self.as_signature(ty)?;
        let types = signature.params.iter().map(|&p| self.store.obj_type(p));
        let mut types: Vec<TypeId> = types.collect();
        if signature.variadic && !call.spread {
            let Type::Slice(elem) = *self.store.ty(types.pop()?) else { return None };
            if count < types.len() {
                return None;
            }
            types.resize(count, elem);
        }
        let fits = types.len() == count && (signature.variadic || !call.spread);
        fits.then_some(types)
    }

    /// Infers the type arguments of the called function, if it is generic, and of generic functions among the arguments, which become
    /// instances. Gives the called function's instance.
    fn infer_call(
        &mut self,
        call: Call,
        ty: TypeId,
        given: &[TypeId],
        params: &[TypeId],
        args: &mut [Operand],
        partial: &PartialInstances,
    ) -> Option<TypeId> {
        let mut params = params.to_vec();
        let mut type_params = self.as_signature(ty)?.type_params.to_vec();
        let own = type_params.len();
        let mut foreign = given.iter().copied().chain(args.iter().map(|x| x.ty));
        if own > 0 && foreign.any(|ty| self.store.may_mention(&type_params, ty)) {
            type_params = self.renamed(&type_params, &mut params);
        }
        let mut known: Vec<Option<TypeId>> = given.iter().copied().map(Some).collect();
        known.resize(own, None);

        let mut generic_args = Vec::new();
        for (i, x) in args.iter_mut().enumerate() {
            if !self.is_generic_function(x) {
                continue;
            }
            // Names of its own for each: the same function may be passed twice.
            let (fresh, signature) = self.store.rename_signature(&mut self.context, x.ty);
            x.ty = signature;
            generic_args.push((i, type_params.len()..type_params.len() + fresh.len()));
            type_params.extend(fresh);
            let some = partial.iter().filter(|(at, _)| *at == i).flat_map(|(_, args)| args);
            known.extend(some.copied().map(Some));
            known.resize(type_params.len(), None);
        }

        let all = self.infer_missing(&type_params, &known, &params, args)?;
        let mut result = ty;
        if own > 0 {
            result = self.instantiate_signature(Some(call.fun), ty, &all[..own]);
        }
        for (i, range) in generic_args {
            let x = &mut args[i];
            x.ty = self.instantiate_signature(x.expr, x.ty, &all[range]);
            self.record(x);
        }
        Some(result)
    }

    fn infer_missing(
        &mut self,
        type_params: &[TypeId],
        known: &[Option<TypeId>],
        params: &[TypeId],
        args: &[Operand],
    ) -> Option<Vec<TypeId>> {
        if let Some(all) = known.iter().copied().collect::<Option<Vec<_>>>() {
            return Some(all);
        }
        if args.iter().any(Operand::is_invalid) {
            return None;
        }
        let args: Vec<Argument> =
            args.iter().map(|x| Argument { ty: x.ty, ignore: false }).collect();
        self.infer(type_params, known, params, &args)
    }
}
