//! Inference of type arguments.

use super::Context;
use super::mention::{break_cycles, mentions};
use super::subst::Substitution;
use super::unify::{Match, Unifier};
use crate::store::Store;
use crate::types::{Basic, Term, Type, TypeId};
use crate::universe::Universe;

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
pub enum InferError {
    /// An argument, or its type, is not known.
    Unknown,
    /// The argument at this position does not fit its parameter.
    Argument(usize),
    /// The type argument at this position does not fit its constraint.
    Constraint(usize),
    /// Nothing tells what the type argument at this position is.
    Missing(usize),
}

impl Store {
    /// The type arguments of `type_params`, given some (`None`, or missing at the end: to be inferred), the types
    /// of the function's parameters (untouched: mention the type parameters) and the arguments passed for them, one
    /// for one. `type_params` can hold those of generic function arguments too. They must not occur in arguments
    /// otherwise: see [`rename_type_params`](Self::rename_type_params). `interfaces` says whether methods that
    /// types have in common are looked at, which is so from language version 1.21 on.
    ///
    /// # Errors
    /// Where an argument cannot be inferred or does not fit.
    pub fn infer(
        &self,
        context: &mut Context,
        type_params: &[TypeId],
        given: &[Option<TypeId>],
        params: &[TypeId],
        args: &[Argument],
        interfaces: bool,
    ) -> Result<Vec<TypeId>, InferError> {
        let mut given = given.to_vec();
        given.resize(type_params.len(), None);
        if let Some(all) = given.iter().copied().collect() {
            return Ok(all);
        }
        if args.iter().any(|arg| !arg.ignore && arg.ty == Universe::INVALID) {
            return Err(InferError::Unknown);
        }
        let params = self.with_known(context, type_params, &given, params);
        let mut inference = Inference {
            store: self,
            type_params,
            unifier: Unifier::new(self, type_params, &given, interfaces),
        };
        let untyped = inference.typed_arguments(&params, args)?;
        inference.constraints()?;
        inference.untyped_arguments(&untyped, &params, args)?;
        let mut inferred = inference.unifier.inferred();
        break_cycles(self, type_params, &mut inferred);
        self.resolve_mentions(context, type_params, &given, &mut inferred);
        let complete = |(i, ty): (usize, Option<TypeId>)| {
            ty.filter(|&ty| !mentions(self, type_params, ty)).ok_or(InferError::Missing(i))
        };
        inferred.into_iter().enumerate().map(complete).collect()
    }

    /// Parameters with the type arguments that are known: these take part in assignments, not in
    /// unification, which is stricter.
    fn with_known(
        &self,
        context: &mut Context,
        type_params: &[TypeId],
        known: &[Option<TypeId>],
        types: &[TypeId],
    ) -> Vec<TypeId> {
        let mut substitution = partial(self, context, type_params, known);
        types.iter().map(|&ty| substitution.ty(ty)).collect()
    }

    /// Replaces the type parameters that inferred types mention, until none is left that is known.
    fn resolve_mentions(
        &self,
        context: &mut Context,
        type_params: &[TypeId],
        given: &[Option<TypeId>],
        inferred: &mut [Option<TypeId>],
    ) {
        let mut open: Vec<usize> = (0..inferred.len()).filter(|&i| given[i].is_none()).collect();
        // Without cycles, each round settles one parameter at least.
        for _ in 0..=type_params.len() {
            let known = inferred.to_vec();
            open.retain(|&i| {
                let Some(old) = known[i] else { return false };
                let new = partial(self, context, type_params, &known).ty(old);
                inferred[i] = Some(self.no_longer_generic(type_params, old, new));
                new != old
            });
            if open.is_empty() {
                break;
            }
        }
    }

    /// `new` that was made of `old`; where it is a generic function all of whose type parameters
    /// were inferred, a function that is not generic.
    fn no_longer_generic(&self, type_params: &[TypeId], old: TypeId, new: TypeId) -> TypeId {
        match self.ty(new) {
            Type::Signature(signature)
                if new != old
                    && !signature.type_params.is_empty()
                    && !mentions(self, type_params, new) =>
            {
                self.with_type_params(signature, [].into())
            }
            _ => new,
        }
    }
}

/// Replaces those parameters that are known. The others are replaced by themselves: to a generic
/// signature, its parameters being known in part is something else than their not being
/// asked for.
fn partial<'a>(
    store: &'a Store,
    context: &'a mut Context,
    type_params: &[TypeId],
    known: &[Option<TypeId>],
) -> Substitution<'a> {
    let args: Vec<TypeId> = type_params.iter().zip(known).map(|(&p, k)| k.unwrap_or(p)).collect();
    Substitution::new(store, Some(context), type_params, &args)
}

/// An inference under way.
struct Inference<'a> {
    store: &'a Store,
    type_params: &'a [TypeId],
    unifier: Unifier<'a>,
}

impl Inference<'_> {
    /// Learns from arguments that have a type. Returns the positions of untyped ones that are passed for a
    /// type parameter.
    fn typed_arguments(
        &mut self,
        params: &[TypeId],
        args: &[Argument],
    ) -> Result<Vec<usize>, InferError> {
        let mut untyped = Vec::new();
        for (i, (&param, arg)) in params.iter().zip(args).enumerate() {
            let mentioned = |ty| mentions(self.store, self.type_params, ty);
            if arg.ignore || !(mentioned(param) || mentioned(arg.ty)) {
                continue;
            }
            if !self.store.is_untyped(arg.ty) {
                if !self.unifier.unify(param, arg.ty, Match::Assign) {
                    return Err(InferError::Argument(i));
                }
            } else if matches!(self.store.ty(param), Type::TypeParam(_))
                && arg.ty != Basic::UntypedNil.id()
            {
                // Default types are basic: they tell nothing about `[]P`.
                untyped.push(i);
            }
        }
        Ok(untyped)
    }

    /// Learns from constraints, until there is no more to learn.
    fn constraints(&mut self) -> Result<(), InferError> {
        loop {
            let before = self.unifier.unknowns();
            for index in 0..self.type_params.len() {
                self.constraint(index).ok_or(InferError::Constraint(index))?;
            }
            if self.unifier.unknowns() == before {
                return Ok(());
            }
        }
    }

    /// Learns from the constraint of one parameter; `None` if what is known of it does not fit.
    fn constraint(&mut self, index: usize) -> Option<()> {
        let param = self.type_params[index];
        let known = self.unifier.at(index);
        if let Some((core, single)) = self.core_term(param) {
            let fits = known.is_none_or(|ty| self.unifier.unify(ty, core.ty, Match::Inexact));
            if !fits {
                return None;
            }
            if known.is_none() && single && !core.tilde {
                self.unifier.set(index, core.ty);
            }
        }
        // What still mentions parameters has not got all of its methods.
        let known = known.filter(|&ty| !mentions(self.store, self.type_params, ty));
        known.is_none_or(|ty| self.has_methods(ty, self.store.constraint(param))).then_some(())
    }

    /// The only term of the parameter's constraint, and true; or its core type, with a tilde if any term has one,
    /// and false.
    fn core_term(&self, param: TypeId) -> Option<(Term, bool)> {
        let set = self.store.type_set(self.store.constraint(param));
        let terms = set.terms.as_deref().unwrap_or_default();
        match terms {
            [] => None,
            &[single] => Some((single, true)),
            _ => {
                let tilde = terms.iter().any(|term| term.tilde);
                self.store.core_type(param).map(|ty| (Term { tilde, ty }, false))
            }
        }
    }

    /// Whether `ty` has the methods of an interface, their types being unified.
    fn has_methods(&mut self, ty: TypeId, interface: TypeId) -> bool {
        let store = self.store;
        if store.unalias(ty) == Universe::INVALID {
            return true;
        }
        let wanted = &store.type_set(interface).methods;
        let under = store.under(ty);
        let own = match store.ty(under) {
            Type::Interface(_) if !wanted.is_empty() => Some(&store.type_set(under).methods),
            _ => None,
        };
        wanted.iter().all(|&wanted| {
            let found = match own {
                Some(own) => own.iter().copied().find(|&m| store.same_name(m, wanted)),
                None => store.method_named_as(ty, wanted),
            };
            found.is_some_and(|found| {
                let (found, wanted) = (store.obj_type(found), store.obj_type(wanted));
                self.unifier.unify(found, wanted, Match::Exact)
            })
        }) || store.embeds_unknown(ty, &mut Vec::new())
    }

    /// What nothing else tells is told by untyped constants: the default type of the largest kind.
    fn untyped_arguments(
        &mut self,
        untyped: &[usize],
        params: &[TypeId],
        args: &[Argument],
    ) -> Result<(), InferError> {
        let mut largest: Vec<(usize, TypeId)> = Vec::new();
        for &i in untyped {
            let Some(param) = self.type_params.iter().position(|&p| p == params[i]) else {
                continue;
            };
            if self.unifier.at(param).is_some() {
                continue;
            }
            match largest.iter_mut().find(|(p, _)| *p == param) {
                Some((_, max)) => {
                    *max = self.larger(*max, args[i].ty).ok_or(InferError::Argument(i))?;
                }
                None => largest.push((param, args[i].ty)),
            }
        }
        for (param, max) in largest {
            self.unifier.set(param, self.store.default_type(max));
        }
        Ok(())
    }

    /// The larger of two types of untyped values; `None` if they do not mix.
    fn larger(&self, a: TypeId, b: TypeId) -> Option<TypeId> {
        match (self.store.ty(a), self.store.ty(b)) {
            _ if a == b => Some(a),
            (&Type::Basic(x, _), &Type::Basic(y, _)) if x.is_numeric() && y.is_numeric() => {
                Some(x.max(y).id())
            }
            _ => None,
        }
    }
}
