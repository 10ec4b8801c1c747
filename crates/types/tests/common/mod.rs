//! Types made by hand.

use std::sync::OnceLock;

use source::Name;
use types::types::{Interface, Late, Named, Signature, Struct, Term, TypeParam};
use types::{ObjId, ObjectKind, PkgId, Store, Type, TypeId, VarKind};

/// A store and the package that types are declared in.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) pkg: PkgId,
}

impl World {
    pub(crate) fn new() -> Self {
        let store = Store::new();
        let pkg = store.add_package(Name::new("example.com/p"), false);
        Self { store, pkg }
    }

    pub(crate) fn object(&self, name: &str, ty: Option<TypeId>, kind: ObjectKind) -> ObjId {
        self.store.new_object(Name::new(name), Some(self.pkg), None, ty, kind)
    }

    pub(crate) fn field(&self, name: &str, ty: TypeId) -> ObjId {
        let kind = VarKind::Field { embedded: false, origin: None };
        self.object(name, Some(ty), ObjectKind::Var(kind))
    }

    pub(crate) fn embedded(&self, name: &str, ty: TypeId) -> ObjId {
        let kind = VarKind::Field { embedded: true, origin: None };
        self.object(name, Some(ty), ObjectKind::Var(kind))
    }

    pub(crate) fn structure(&self, fields: &[ObjId]) -> TypeId {
        self.tagged(fields, &[])
    }

    pub(crate) fn tagged(&self, fields: &[ObjId], tags: &[&str]) -> TypeId {
        let tags = tags.iter().map(|t| Name::new(t)).collect();
        self.store.add_type(Type::Struct(Struct { fields: fields.into(), tags }))
    }

    pub(crate) fn params(&self, params: &[(&str, TypeId)]) -> Box<[ObjId]> {
        let param = |&(name, ty): &_| self.object(name, Some(ty), ObjectKind::Var(VarKind::Param));
        params.iter().map(param).collect()
    }

    pub(crate) fn func(&self, params: &[(&str, TypeId)], results: &[(&str, TypeId)]) -> Signature {
        Signature {
            recv: None,
            type_params: [].into(),
            recv_type_params: [].into(),
            params: self.params(params),
            results: self.params(results),
            variadic: false,
        }
    }

    pub(crate) fn add(&self, signature: Signature) -> TypeId {
        self.store.add_type(Type::Signature(Box::new(signature)))
    }

    /// A method with a receiver of type `recv`, without parameters.
    pub(crate) fn method(&self, name: &str, recv: TypeId) -> ObjId {
        let mut signature = self.func(&[], &[]);
        signature.recv = Some(self.object("", Some(recv), ObjectKind::Var(VarKind::Recv)));
        let ty = self.add(signature);
        self.object(name, Some(ty), ObjectKind::Func { origin: None })
    }

    /// A defined type; the underlying type comes later.
    pub(crate) fn declare(&self, name: &str) -> TypeId {
        self.generic(name, &[])
    }

    pub(crate) fn generic(&self, name: &str, type_params: &[TypeId]) -> TypeId {
        let obj = self.object(name, None, ObjectKind::TypeName);
        let ty = self.store.add_type(Type::Named(Box::new(Named {
            obj,
            underlying: Late::empty(),
            type_params: Box::<[TypeId]>::from(type_params).into(),
            methods: OnceLock::new(),
            instance: None,
        })));
        self.store.obj(obj).ty.set(ty);
        ty
    }

    pub(crate) fn define(&self, named: TypeId, underlying: TypeId, methods: &[ObjId]) {
        let Type::Named(named) = self.store.ty(named) else { panic!("not a defined type") };
        named.underlying.set(underlying);
        let _ = named.methods.set(methods.iter().map(|&m| Late::new(m)).collect());
    }

    pub(crate) fn defined(&self, name: &str, underlying: TypeId) -> TypeId {
        let ty = self.declare(name);
        self.define(ty, underlying, &[]);
        ty
    }

    pub(crate) fn interface(&self, methods: &[ObjId], embeddeds: &[TypeId]) -> TypeId {
        self.store.add_type(Type::Interface(Box::new(Interface {
            methods: methods.into(),
            embeddeds: embeddeds.into(),
            implicit: false,
            type_set: OnceLock::new(),
        })))
    }

    pub(crate) fn union(&self, terms: &[(bool, TypeId)]) -> TypeId {
        let terms = terms.iter().map(|&(tilde, ty)| Term { tilde, ty }).collect();
        self.store.add_type(Type::Union(terms))
    }

    pub(crate) fn type_param(&self, name: &str, bound: TypeId) -> TypeId {
        let obj = self.object(name, None, ObjectKind::TypeName);
        let bound = Late::new(bound);
        self.store.add_type(Type::TypeParam(TypeParam { obj, index: 0, bound }))
    }
}
