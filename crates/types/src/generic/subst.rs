//! Replacing type parameters by type arguments.

use super::Context;
use crate::object::{ObjId, Object, ObjectKind, VarKind};
use crate::store::Store;
use crate::types::{Instance, Interface, Late, Signature, Struct, Term, Type, TypeId, TypeParam};
use crate::universe::Universe;

/// Nesting of a type beyond which it is not known. Go code stays below 50.
const MAX_DEPTH: usize = 500;

impl Store {
    /// `ty` with each of `params` replaced by the argument beside it. What does not mention them is returned as it is, with
    /// the same id; fields, parameters and methods of what does are new objects that know their origin.
    #[must_use]
    pub fn substitute(&self, ty: TypeId, params: &[TypeId], args: &[TypeId]) -> TypeId {
        Substitution::new(self, None, params, args).ty(ty)
    }

    /// As [`substitute`](Self::substitute); instances that come out are those that the package at hand met first.
    pub fn substitute_in(
        &self,
        context: &mut Context,
        ty: TypeId,
        params: &[TypeId],
        args: &[TypeId],
    ) -> TypeId {
        Substitution::new(self, Some(context), params, args).ty(ty)
    }

    /// New type parameters in the place of `params`, with the same names and constraints, and `ty` that mentions
    /// these instead. A call within the body of the generic function that is called has to tell its own
    /// parameters from those to be inferred. A signature `ty` keeps its list of type parameters:
    /// see [`rename_signature`](Self::rename_signature).
    pub fn rename_type_params(
        &self,
        context: &mut Context,
        params: &[TypeId],
        ty: TypeId,
    ) -> (Vec<TypeId>, TypeId) {
        let fresh: Vec<_> = params.iter().map(|&p| self.clone_type_param(p)).collect();
        let mut substitution = Substitution::new(self, Some(context), params, &fresh);
        for (&param, &fresh) in params.iter().zip(&fresh) {
            substitution.bound(param, fresh);
        }
        let ty = substitution.ty(ty);
        (fresh, ty)
    }

    /// A generic function's signature with type parameters of its own, as the argument of a
    /// call needs it, and these parameters.
    pub fn rename_signature(
        &self,
        context: &mut Context,
        signature: TypeId,
    ) -> (Vec<TypeId>, TypeId) {
        let Type::Signature(generic) = self.ty(signature) else {
            return (Vec::new(), signature);
        };
        let (fresh, renamed) = self.rename_type_params(context, &generic.type_params, signature);
        let Type::Signature(renamed) = self.ty(renamed) else {
            return (Vec::new(), signature);
        };
        let renamed = self.with_type_params(renamed, fresh.as_slice().into());
        (fresh, renamed)
    }

    /// A copy of a signature with other type parameters.
    pub(super) fn with_type_params(
        &self,
        signature: &Signature,
        type_params: Box<[TypeId]>,
    ) -> TypeId {
        self.add_type(Type::Signature(Box::new(Signature {
            recv: signature.recv,
            type_params,
            recv_type_params: signature.recv_type_params.clone(),
            params: signature.params.clone(),
            results: signature.results.clone(),
            variadic: signature.variadic,
        })))
    }

    /// A type parameter of the same name and position, without a constraint as yet.
    fn clone_type_param(&self, param: TypeId) -> TypeId {
        let Type::TypeParam(old) = self.ty(param) else { return param };
        let name = self.obj(old.obj);
        let obj = self.new_object(name.name, name.pkg, name.place, None, ObjectKind::TypeName);
        let fresh = self.add_type(Type::TypeParam(TypeParam {
            obj,
            index: old.index,
            bound: Late::empty(),
        }));
        self.obj(obj).ty.set(fresh);
        fresh
    }

    /// A copy of a field, parameter or method with another type.
    pub(super) fn clone_object(&self, id: ObjId, ty: Option<TypeId>) -> ObjId {
        let old = self.obj(id);
        let kind = match old.kind {
            ObjectKind::Var(VarKind::Field { embedded, origin }) => {
                ObjectKind::Var(VarKind::Field { embedded, origin: origin.or(Some(id)) })
            }
            ObjectKind::Var(kind) => ObjectKind::Var(kind),
            ObjectKind::Func { origin } => ObjectKind::Func { origin: origin.or(Some(id)) },
            // Nothing else is part of a type.
            _ => return id,
        };
        let ty = ty.map_or_else(Late::empty, Late::new);
        self.add_object(Object { name: old.name, pkg: old.pkg, place: old.place, ty, kind })
    }

    /// An interface like `like`, of these methods and elements, which is the receiver of those methods that have
    /// `old` as theirs. The receiver is `recv` if given, else the new interface.
    pub(super) fn interface_with_receiver(
        &self,
        methods: &[ObjId],
        embeddeds: Box<[TypeId]>,
        implicit: bool,
        old: TypeId,
        recv: Option<TypeId>,
    ) -> TypeId {
        let mut receivers = Vec::new();
        let methods = methods.iter().map(|&method| {
            let Type::Signature(signature) = self.ty(self.obj_type(method)) else { return method };
            let Some(var) = signature.recv.filter(|&v| self.obj(v).ty.get() == Some(old)) else {
                return method;
            };
            let var = self.clone_object(var, recv);
            receivers.push(var);
            let ty = self.with_receiver(signature, var);
            self.clone_object(method, Some(ty))
        });
        let methods = methods.collect();
        let interface = Interface { methods, embeddeds, implicit, type_set: Default::default() };
        let interface = self.add_type(Type::Interface(Box::new(interface)));
        for var in receivers {
            self.obj(var).ty.set_if_empty(interface);
        }
        interface
    }

    /// A copy of a signature with another receiver, which has no type parameters of its own.
    pub(super) fn with_receiver(&self, signature: &Signature, recv: ObjId) -> TypeId {
        self.add_type(Type::Signature(Box::new(Signature {
            recv: Some(recv),
            type_params: signature.type_params.clone(),
            recv_type_params: [].into(),
            params: signature.params.clone(),
            results: signature.results.clone(),
            variadic: signature.variadic,
        })))
    }
}

/// A replacement of type parameters under way.
pub(super) struct Substitution<'a> {
    store: &'a Store,
    context: Option<&'a mut Context>,
    map: Vec<(TypeId, TypeId)>,
    depth: usize,
}

impl<'a> Substitution<'a> {
    pub(super) fn new(
        store: &'a Store,
        context: Option<&'a mut Context>,
        params: &[TypeId],
        args: &[TypeId],
    ) -> Self {
        let map = params.iter().copied().zip(args.iter().copied()).collect();
        Self { store, context, map, depth: 0 }
    }

    /// The replacement of a type parameter, if it has one.
    fn replacement(&self, param: TypeId) -> Option<TypeId> {
        self.map.iter().find(|(p, _)| *p == param).map(|&(_, arg)| arg)
    }

    /// The type with all type parameters replaced.
    pub(super) fn ty(&mut self, ty: TypeId) -> TypeId {
        if self.map.is_empty() {
            return ty;
        }
        if self.depth > MAX_DEPTH {
            return Universe::INVALID;
        }
        self.depth += 1;
        let result = self.inside(ty);
        self.depth -= 1;
        result
    }

    fn inside(&mut self, ty: TypeId) -> TypeId {
        let store = self.store;
        match store.ty(ty) {
            Type::Basic(..) => ty,
            Type::TypeParam(_) => self.replacement(ty).unwrap_or(ty),
            Type::Pointer(elem) => self.part(ty, *elem, |elem| store.pointer(elem)),
            Type::Slice(elem) => self.part(ty, *elem, |elem| store.slice(elem)),
            Type::Array { elem, len } => self.part(ty, *elem, |elem| store.array(elem, *len)),
            Type::Chan { dir, elem } => self.part(ty, *elem, |elem| store.chan(*dir, elem)),
            Type::Map { key, value } => {
                let (new_key, new_value) = (self.ty(*key), self.ty(*value));
                if (new_key, new_value) == (*key, *value) {
                    return ty;
                }
                store.map(new_key, new_value)
            }
            Type::Tuple(vars) => self.objects(vars).map_or(ty, |vars| store.tuple(&vars)),
            Type::Struct(literal) => self.objects(&literal.fields).map_or(ty, |fields| {
                store.add_type(Type::Struct(Struct { fields, tags: literal.tags.clone() }))
            }),
            Type::Signature(signature) => self.signature(ty, signature),
            Type::Union(terms) => self.union(terms).unwrap_or(ty),
            Type::Interface(interface) => self.interface(ty, interface),
            Type::Named(_) | Type::Alias(_) => match store.instance(ty) {
                Some(instance) => self.instance(ty, instance),
                // Declared in a generic function, it may well mention its parameters, and
                // yet `go/types` leaves it alone.
                None if store.type_params(ty).is_empty() => ty,
                // A generic type by itself is no type.
                None => Universe::INVALID,
            },
        }
    }

    /// A type with one part: `make` makes it of another.
    fn part(&mut self, ty: TypeId, old: TypeId, make: impl FnOnce(TypeId) -> TypeId) -> TypeId {
        let new = self.ty(old);
        if new == old { ty } else { make(new) }
    }

    fn instance(&mut self, ty: TypeId, instance: &Instance) -> TypeId {
        let origin = instance.origin;
        let Some(args) = self.list(&instance.args, Self::ty) else { return ty };
        // An alias is written anew wherever it stands, so it is not the first that
        // the package met.
        let alias = matches!(self.store.ty(origin), Type::Alias(_));
        match self.context.as_deref_mut() {
            Some(context) if !alias => self.store.instantiate_in(context, origin, &args),
            _ => self.store.instantiate(origin, &args),
        }
    }

    /// A list with the elements that change replaced; `None` where none does.
    fn list<T: Copy + PartialEq>(
        &mut self,
        list: &[T],
        mut replace: impl FnMut(&mut Self, T) -> T,
    ) -> Option<Box<[T]>> {
        let mut changed: Option<Box<[T]>> = None;
        for (i, &old) in list.iter().enumerate() {
            let new = replace(self, old);
            if new != old {
                changed.get_or_insert_with(|| list.into())[i] = new;
            }
        }
        changed
    }

    /// Fields, parameters or methods, replaced where their types change.
    fn objects(&mut self, objects: &[ObjId]) -> Option<Box<[ObjId]>> {
        self.list(objects, |this, id| {
            let Some(old) = this.store.obj(id).ty.get() else { return id };
            let new = this.ty(old);
            if new == old { id } else { this.store.clone_object(id, Some(new)) }
        })
    }

    fn union(&mut self, terms: &[Term]) -> Option<TypeId> {
        let terms =
            self.list(terms, |this, term| Term { tilde: term.tilde, ty: this.ty(term.ty) })?;
        Some(self.store.add_type(Type::Union(terms)))
    }

    fn interface(&mut self, ty: TypeId, interface: &Interface) -> TypeId {
        let methods = self.objects(&interface.methods);
        let embeddeds = self.list(&interface.embeddeds, Self::ty);
        if methods.is_none() && embeddeds.is_none() {
            return ty;
        }
        let methods = methods.unwrap_or_else(|| interface.methods.clone());
        let embeddeds = embeddeds.unwrap_or_else(|| interface.embeddeds.clone());
        self.store.interface_with_receiver(&methods, embeddeds, interface.implicit, ty, None)
    }

    /// The receiver stays: whoever puts the signature elsewhere gives it a new one.
    fn signature(&mut self, ty: TypeId, signature: &Signature) -> TypeId {
        let outer = self.map.len();
        let type_params = self.method_type_params(signature);
        let params = self.objects(&signature.params);
        let results = self.objects(&signature.results);
        self.map.truncate(outer);
        if type_params.is_none() && params.is_none() && results.is_none() {
            return ty;
        }
        self.store.add_type(Type::Signature(Box::new(Signature {
            recv: signature.recv,
            type_params: type_params.unwrap_or_else(|| signature.type_params.clone()),
            recv_type_params: signature.recv_type_params.clone(),
            params: params.unwrap_or_else(|| signature.params.clone()),
            results: results.unwrap_or_else(|| signature.results.clone()),
            variadic: signature.variadic,
        })))
    }

    /// Where the type parameters of the signature are not what is being replaced, it is a generic method of
    /// an instantiated type: each instance has parameters of its own, with constraints that can
    /// mention the receiver's arguments. They are added to the map.
    fn method_type_params(&mut self, signature: &Signature) -> Option<Box<[TypeId]>> {
        let first = *signature.type_params.first()?;
        if self.replacement(first).is_some() {
            return None;
        }
        let store = self.store;
        let fresh: Box<[TypeId]> =
            signature.type_params.iter().map(|&p| store.clone_type_param(p)).collect();
        self.map.extend(signature.type_params.iter().copied().zip(fresh.iter().copied()));
        for (&param, &fresh) in signature.type_params.iter().zip(&fresh) {
            self.bound(param, fresh);
        }
        Some(fresh)
    }

    /// Gives `fresh` the constraint of `param`.
    fn bound(&mut self, param: TypeId, fresh: TypeId) {
        if let (Type::TypeParam(old), Type::TypeParam(new)) =
            (self.store.ty(param), self.store.ty(fresh))
            && param != fresh
            && let Some(bound) = old.bound.get()
        {
            new.bound.set(self.ty(bound));
        }
    }
}
