//! Instances of generic functions.

use syntax::tree::{Expr, ExprId};

use super::{Checker, Operand};
use crate::facts::{Mode, SelectionKind};
use crate::generic::Argument;
use crate::types::{Signature, Type, TypeId};
use crate::universe::Universe;

impl Checker<'_> {
    /// `f[T1, T2]`, or `f` where `e` is no index expression: instantiates the generic function `x`; what type arguments are missing
    /// is inferred from `target` if given. Where `infer` is not set, a partial list is returned.
    pub(super) fn function_instance(
        &mut self,
        target: Option<TypeId>,
        x: &mut Operand,
        e: ExprId,
        infer: bool,
    ) -> Option<Vec<TypeId>> {
        let mut args = Vec::new();
        if matches!(self.tree().expr(e), Expr::Index { .. }) {
            x.expr = Some(e);
            match self.explicit_type_args(e) {
                Some(explicit) => args = explicit,
                None => {
                    x.invalidate();
                    return None;
                }
            }
        }
        let wanted = self.as_signature(x.ty).map_or(0, |s| s.type_params.len());
        if args.len() > wanted {
            x.invalidate();
            return None;
        }
        if args.len() < wanted {
            if !infer {
                return Some(args);
            }
            match self.infer_from_target(target, x.ty, &args) {
                Some(all) => args = all,
                None => {
                    x.invalidate();
                    return None;
                }
            }
        }
        x.ty = self.instantiate_signature(x.expr, x.ty, &args);
        x.mode = Mode::Value;
        None
    }

    /// The type arguments that an index expression gives to a generic function.
    pub(super) fn explicit_type_args(&mut self, e: ExprId) -> Option<Vec<TypeId>> {
        match self.tree().expr(e) {
            Expr::Index { indices, .. } => self.type_list(indices),
            _ => None,
        }
    }

    /// The type arguments of a function that is assigned to a variable with signature `target`: as if that variable were passed
    /// to a function whose only parameter has the function's type.
    fn infer_from_target(
        &mut self,
        target: Option<TypeId>,
        function: TypeId,
        given: &[TypeId],
    ) -> Option<Vec<TypeId>> {
        let signature = self.as_signature(function)?;
        let mut type_params = signature.type_params.to_vec();
        let mut params = Vec::new();
        let mut args = Vec::new();
        if let Some(target) = target {
            let plain = Signature {
                recv: None,
                type_params: [].into(),
                recv_type_params: [].into(),
                params: signature.params.clone(),
                results: signature.results.clone(),
                variadic: signature.variadic,
            };
            params.push(self.store.add_type(Type::Signature(Box::new(plain))));
            args.push(Argument { ty: target, ignore: false });
        }
        let mut foreign = given.iter().copied().chain(target);
        if foreign.any(|ty| self.store.may_mention(&type_params, ty)) {
            type_params = self.renamed(&type_params, &mut params);
        }
        let mut known: Vec<Option<TypeId>> = given.iter().copied().map(Some).collect();
        known.resize(type_params.len(), None);
        self.infer(&type_params, &known, &params, &args)
    }

    /// Type arguments by inference.
    pub(super) fn infer(
        &mut self,
        type_params: &[TypeId],
        known: &[Option<TypeId>],
        params: &[TypeId],
        args: &[Argument],
    ) -> Option<Vec<TypeId>> {
        let interfaces = self.files[self.env.file].go_version >= (1, 21);
        let context = &mut self.context;
        self.store.infer(context, type_params, known, params, args, interfaces).ok()
    }

    /// The instance of a generic signature; recorded for `e`, the function's name or an index expression on it.
    pub(super) fn instantiate_signature(
        &mut self,
        e: Option<ExprId>,
        generic: TypeId,
        args: &[TypeId],
    ) -> TypeId {
        let instance = self.store.instantiate_in(&mut self.context, generic, args);
        if let Some(e) = e {
            let tree = self.tree();
            let name = match tree.expr(e) {
                Expr::Index { x, .. } => x,
                _ => e,
            };
            let recorded = self.without_receiver_param(name, instance);
            self.record_instance(name, args, recorded);
        }
        instance
    }

    /// The instance of a generic method as its declaration would have it: where it is named by a method expression, without the
    /// receiver among its parameters.
    fn without_receiver_param(&self, name: ExprId, instance: TypeId) -> TypeId {
        let facts = &self.facts[self.env.file];
        let Some(selection) = facts.selections.get(&name) else { return instance };
        let Some(signature) = self.as_signature(instance) else { return instance };
        if selection.kind != SelectionKind::MethodExpr || signature.params.is_empty() {
            return instance;
        }
        let method = Signature {
            recv: Some(signature.params[0]),
            type_params: [].into(),
            recv_type_params: [].into(),
            params: signature.params[1..].into(),
            results: signature.results.clone(),
            variadic: signature.variadic,
        };
        self.store.add_type(Type::Signature(Box::new(method)))
    }

    /// New type parameters that stand for `params`, also in `types`. A function that calls itself needs them: its type
    /// parameters are at once what is to be inferred, and types like any other in the arguments.
    pub(super) fn renamed(&mut self, params: &[TypeId], types: &mut [TypeId]) -> Vec<TypeId> {
        let (store, context) = (self.store, &mut self.context);
        let (fresh, _) = store.rename_type_params(context, params, Universe::INVALID);
        for ty in types {
            *ty = store.substitute_in(context, *ty, params, &fresh);
        }
        fresh
    }
}
