//! Instances of generic types and functions.

use std::sync::{OnceLock, PoisonError};

use super::Context;
use super::subst::Substitution;
use crate::object::{ObjId, ObjectKind};
use crate::store::Store;
use crate::types::{Alias, Instance, Late, Named, Type, TypeId};
use crate::universe::Universe;

impl Store {
    /// The instance of a generic defined type, alias or signature. Equal arguments give the same id for types; a
    /// signature is made anew. Nothing is expanded yet.
    #[must_use]
    pub fn instantiate(&self, origin: TypeId, args: &[TypeId]) -> TypeId {
        self.make_instance(None, origin, args)
    }

    /// As [`instantiate`](Self::instantiate), but where the package at hand has met an instance with identical
    /// arguments before, that one, be it of a type or a function.
    pub fn instantiate_in(&self, context: &mut Context, origin: TypeId, args: &[TypeId]) -> TypeId {
        let function = matches!(self.ty(origin), Type::Signature(_));
        if !function && !args.iter().any(|&arg| self.has_literal(arg)) {
            return self.make_instance(None, origin, args);
        }
        match context.first(self, origin, args) {
            Ok(first) => first,
            Err(form) => {
                let instance = self.make_instance(Some(&mut *context), origin, args);
                context.remember(form, args, instance);
                instance
            }
        }
    }

    fn make_instance(
        &self,
        context: Option<&mut Context>,
        origin: TypeId,
        args: &[TypeId],
    ) -> TypeId {
        if self.params_of(origin).is_some_and(|params| params.len() != args.len()) {
            return Universe::INVALID;
        }
        let instance = || Some(Instance { origin, args: args.into() });
        match self.ty(origin) {
            _ if args.is_empty() => origin,
            Type::Named(generic) => self.instances.find_or_make(self, origin, args, || {
                self.add_type(Type::Named(Box::new(Named {
                    obj: generic.obj,
                    underlying: Late::empty(),
                    type_params: Box::<[TypeId]>::default().into(),
                    methods: OnceLock::new(),
                    instance: instance(),
                })))
            }),
            Type::Alias(generic) => self.instances.find_or_make(self, origin, args, || {
                self.add_type(Type::Alias(Box::new(Alias {
                    obj: generic.obj,
                    rhs: Late::empty(),
                    type_params: Box::<[TypeId]>::default().into(),
                    instance: instance(),
                })))
            }),
            Type::Signature(generic) => {
                let ty = Substitution::new(self, context, &generic.type_params, args).ty(origin);
                match self.ty(ty) {
                    Type::Signature(signature) => self.with_type_params(signature, [].into()),
                    _ => Universe::INVALID,
                }
            }
            _ => Universe::INVALID,
        }
    }

    /// The type parameters of what is generic; `None` while they are being declared.
    fn params_of(&self, ty: TypeId) -> Option<&[TypeId]> {
        match self.ty(ty) {
            Type::Named(named) => named.type_params.get().map(|p| &**p),
            Type::Alias(alias) => alias.type_params.get().map(|p| &**p),
            Type::Signature(signature) => Some(&signature.type_params),
            _ => Some(&[]),
        }
    }

    /// The underlying type of an instance of a defined type, or what an instance of an alias stands for,
    /// expanded when first asked; `None` while the origin is not resolved, and for what is no instance.
    #[must_use]
    pub fn expand(&self, instance: TypeId) -> Option<TypeId> {
        match self.ty(instance) {
            Type::Named(named) => {
                let Instance { origin, args } = named.instance.as_ref()?;
                if let Some(done) = named.underlying.get() {
                    return Some(done);
                }
                let Type::Named(generic) = self.ty(*origin) else { return None };
                let declared = generic.underlying.get()?;
                let underlying = self.replace_params(*origin, declared, args)?;
                let underlying = self.as_receiver(underlying, *origin, instance);
                Some(named.underlying.set_if_empty(underlying))
            }
            Type::Alias(alias) => {
                let Instance { origin, args } = alias.instance.as_ref()?;
                if let Some(done) = alias.rhs.get() {
                    return Some(done);
                }
                let Type::Alias(generic) = self.ty(*origin) else { return None };
                let declared = generic.rhs.get()?;
                let rhs = self.replace_params(*origin, declared, args)?;
                Some(alias.rhs.set_if_empty(rhs))
            }
            _ => None,
        }
    }

    /// `declared` with the type parameters of `origin` replaced.
    fn replace_params(&self, origin: TypeId, declared: TypeId, args: &[TypeId]) -> Option<TypeId> {
        let params = self.params_of(origin)?;
        if params.len() != args.len() {
            return Some(Universe::INVALID);
        }
        Some(self.substitute(declared, params, args))
    }

    /// The underlying type of `instance`; where it is an interface whose methods have the generic type as their
    /// receiver, one whose methods have the instance.
    fn as_receiver(&self, underlying: TypeId, origin: TypeId, instance: TypeId) -> TypeId {
        let Type::Interface(interface) = self.ty(underlying) else { return underlying };
        let has_origin = |&method: &ObjId| match self.ty(self.obj_type(method)) {
            Type::Signature(s) => s.recv.is_some_and(|v| self.obj(v).ty.get() == Some(origin)),
            _ => false,
        };
        if !interface.methods.iter().any(has_origin) {
            return underlying;
        }
        self.interface_with_receiver(
            &interface.methods,
            interface.embeddeds.clone(),
            interface.implicit,
            origin,
            Some(instance),
        )
    }

    /// Number of methods declared on a defined type (an instance has those of its origin).
    #[must_use]
    pub fn method_count(&self, named: TypeId) -> usize {
        self.declared_methods(named).len()
    }

    /// The methods declared on a defined type or, for an instance, on its origin.
    #[must_use]
    pub fn declared_methods(&self, named: TypeId) -> &[Late<ObjId>] {
        let origin = self.instance(named).map_or(named, |i| i.origin);
        match self.ty(origin) {
            Type::Named(origin) => origin.methods.get().map_or(&[], |m| m),
            _ => &[],
        }
    }

    /// The `index`-th declared method of a defined type; of an instance, the method with the receiver's type
    /// parameters replaced. Its type is not there before that of the declared method is resolved.
    ///
    /// The type's own name where there is no such method.
    #[must_use]
    pub fn method(&self, named: TypeId, index: usize) -> ObjId {
        let declared = self.declared_methods(named).get(index).and_then(Late::get);
        match (self.ty(named), declared) {
            (Type::Named(ty), Some(declared)) if ty.instance.is_none() => declared,
            (Type::Named(ty), Some(declared)) => {
                let count = self.method_count(named);
                let own = ty.methods.get_or_init(|| (0..count).map(|_| Late::empty()).collect());
                match own.get(index) {
                    Some(late) => late
                        .get()
                        .unwrap_or_else(|| late.set_if_empty(self.expand_method(named, declared))),
                    None => declared,
                }
            }
            (Type::Named(ty), None) => ty.obj,
            _ => declared.unwrap_or(ObjId::at(0)),
        }
    }

    /// The method of an instance that was made from the declared one.
    fn expand_method(&self, instance: TypeId, declared: ObjId) -> ObjId {
        let ty = self.method_type(instance, declared);
        let method = self.clone_object(declared, ty);
        if ty.is_none() {
            let mut late = self.late_methods.write().unwrap_or_else(PoisonError::into_inner);
            late.insert(method, instance);
        }
        method
    }

    /// The type of a method of an instance; `None` while that of the declared one is not resolved.
    fn method_type(&self, instance: TypeId, declared: ObjId) -> Option<TypeId> {
        let old = self.obj(declared).ty.get()?;
        let Type::Signature(generic) = self.ty(old) else { return Some(old) };
        let args = &*self.instance(instance)?.args;
        let mut ty = old;
        if generic.recv_type_params.len() == args.len() {
            ty = self.substitute(old, &generic.recv_type_params, args);
        }
        let Type::Signature(signature) = self.ty(ty) else { return Some(ty) };
        let Some(recv) = generic.recv else { return Some(ty) };
        let pointer = matches!(self.ty(self.unalias(self.obj_type(recv))), Type::Pointer(_));
        let recv_type = if pointer { self.pointer(instance) } else { instance };
        let recv = self.clone_object(recv, Some(recv_type));
        Some(self.with_receiver(signature, recv))
    }

    /// The type of a method of an instance that was asked for before the declared method had one.
    pub(crate) fn late_method_type(&self, method: ObjId) -> Option<TypeId> {
        let ObjectKind::Func { origin: Some(declared) } = self.obj(method).kind else {
            return None;
        };
        self.obj(declared).ty.get()?;
        let instance = {
            let late = self.late_methods.read().unwrap_or_else(PoisonError::into_inner);
            *late.get(&method)?
        };
        let ty = self.method_type(instance, declared)?;
        Some(self.obj(method).ty.set_if_empty(ty))
    }

    /// Whether each argument satisfies the constraint of its parameter.
    #[must_use]
    pub fn satisfies(&self, params: &[TypeId], args: &[TypeId]) -> bool {
        params.len() == args.len()
            && params.iter().zip(args).all(|(&param, &arg)| {
                let bound = self.substitute(self.constraint(param), params, args);
                self.implements(arg, bound, true)
            })
    }
}
