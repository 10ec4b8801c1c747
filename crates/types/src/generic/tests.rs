//! Types built by hand, since generics do not need a checker.

use std::sync::OnceLock;

use source::Name;

use super::{Argument, Context, InferError};
use crate::object::{ObjId, ObjectKind, VarKind};
use crate::store::Store;
use crate::types::{
    Alias, Basic, ChanDir, Interface, Late, Named, Signature, Struct, Term, Type, TypeId, TypeParam,
};
use crate::universe::Universe;

const INT: TypeId = Basic::Int.id();
const STRING: TypeId = Basic::String.id();

/// Short names for what tests build.
struct Builder {
    store: Store,
    context: Context,
}

impl Builder {
    fn new() -> Self {
        Self { store: Store::new(), context: Context::new() }
    }

    fn type_name(&self, name: &str) -> ObjId {
        self.store.new_object(Name::new(name), None, None, None, ObjectKind::TypeName)
    }

    fn var(&self, name: &str, ty: TypeId, kind: VarKind) -> ObjId {
        self.store.new_object(Name::new(name), None, None, Some(ty), ObjectKind::Var(kind))
    }

    fn param(&self, name: &str, index: u32, bound: TypeId) -> TypeId {
        let obj = self.type_name(name);
        let param = TypeParam { obj, index, bound: Late::new(bound) };
        let id = self.store.add_type(Type::TypeParam(param));
        self.store.obj(obj).ty.set(id);
        id
    }

    /// A defined type that is not resolved.
    fn declare(&self, name: &str, type_params: &[TypeId]) -> TypeId {
        let obj = self.type_name(name);
        let id = self.store.add_type(Type::Named(Box::new(Named {
            obj,
            underlying: Late::empty(),
            type_params: Box::<[TypeId]>::from(type_params).into(),
            methods: OnceLock::new(),
            instance: None,
        })));
        self.store.obj(obj).ty.set(id);
        id
    }

    fn define(&self, name: &str, type_params: &[TypeId], underlying: TypeId) -> TypeId {
        let id = self.declare(name, type_params);
        self.resolve(id, underlying, &[]);
        id
    }

    fn resolve(&self, id: TypeId, underlying: TypeId, methods: &[ObjId]) {
        let Type::Named(named) = self.store.ty(id) else { return };
        named.underlying.set(underlying);
        assert!(named.methods.set(methods.iter().map(|&m| Late::new(m)).collect()).is_ok());
    }

    fn func(&self, params: &[(&str, TypeId)], results: &[TypeId]) -> TypeId {
        self.signature(&[], params, results)
    }

    fn signature(
        &self,
        type_params: &[TypeId],
        params: &[(&str, TypeId)],
        results: &[TypeId],
    ) -> TypeId {
        self.store.add_type(Type::Signature(Box::new(Signature {
            recv: None,
            type_params: type_params.into(),
            recv_type_params: [].into(),
            params: params.iter().map(|&(n, t)| self.var(n, t, VarKind::Param)).collect(),
            results: results.iter().map(|&t| self.var("", t, VarKind::Result)).collect(),
            variadic: false,
        })))
    }

    fn structure(&self, fields: &[(&str, TypeId)]) -> TypeId {
        let kind = VarKind::Field { embedded: false, origin: None };
        let fields = fields.iter().map(|&(n, t)| self.var(n, t, kind)).collect();
        self.store.add_type(Type::Struct(Struct { fields, tags: [].into() }))
    }

    fn method(&self, name: &str, ty: TypeId) -> ObjId {
        let kind = ObjectKind::Func { origin: None };
        self.store.new_object(Name::new(name), None, None, Some(ty), kind)
    }

    fn interface(&self, methods: &[ObjId], embeddeds: &[TypeId]) -> TypeId {
        self.store.add_type(Type::Interface(Box::new(Interface {
            methods: methods.into(),
            embeddeds: embeddeds.into(),
            implicit: false,
            type_set: OnceLock::new(),
        })))
    }

    /// The constraint `~ty`.
    fn tilde(&self, ty: TypeId) -> TypeId {
        let union = self.store.add_type(Type::Union([Term { tilde: true, ty }].into()));
        self.interface(&[], &[union])
    }

    fn infer(
        &mut self,
        type_params: &[TypeId],
        calls: &[(TypeId, TypeId)],
    ) -> Result<Vec<TypeId>, InferError> {
        let params: Vec<_> = calls.iter().map(|c| c.0).collect();
        let args: Vec<_> = calls.iter().map(|c| Argument { ty: c.1, ignore: false }).collect();
        self.store.infer(&mut self.context, type_params, &[], &params, &args, true)
    }

    fn strings(&self, types: Result<Vec<TypeId>, InferError>) -> Result<Vec<String>, InferError> {
        types.map(|types| types.into_iter().map(|ty| self.store.type_string(ty)).collect())
    }
}

#[test]
fn substitution_keeps_what_does_not_change() {
    let b = Builder::new();
    let (p, q) = (b.param("P", 0, Universe::ANY), b.param("Q", 1, Universe::ANY));
    let fields = b.structure(&[("a", INT), ("b", q)]);
    assert_eq!(b.store.substitute(fields, &[p], &[INT]), fields);
    let slice = b.store.slice(p);
    assert_eq!(b.store.substitute(slice, &[p], &[STRING]), b.store.slice(STRING));
    assert_eq!(b.store.substitute(p, &[p, q], &[q, p]), q, "all at once");
}

#[test]
fn fields_of_instances_know_their_origin() {
    let b = Builder::new();
    let p = b.param("P", 0, Universe::ANY);
    let generic = b.structure(&[("plain", INT), ("typed", p)]);
    let once = b.store.substitute(generic, &[p], &[b.store.slice(p)]);
    let twice = b.store.substitute(once, &[p], &[INT]);
    let (Type::Struct(old), Type::Struct(new)) = (b.store.ty(generic), b.store.ty(twice)) else {
        panic!("structs stay structs");
    };
    assert_eq!(new.fields[0], old.fields[0]);
    let origin = match b.store.obj(new.fields[1]).kind {
        ObjectKind::Var(VarKind::Field { origin, .. }) => origin,
        _ => None,
    };
    assert_eq!(origin, Some(old.fields[1]));
}

#[test]
fn instances_are_made_once_and_grow_when_asked() {
    let b = Builder::new();
    let p = b.param("P", 0, Universe::ANY);
    // type T[P any] struct { next *T[*P] }
    let t = b.declare("T", &[p]);
    let int = b.store.instantiate(t, &[INT]);
    assert_eq!(b.store.instantiate(t, &[INT]), int);
    assert_eq!(b.store.expand(int), None, "T is being declared");
    let inner = b.store.instantiate(t, &[b.store.pointer(p)]);
    b.resolve(t, b.structure(&[("next", b.store.pointer(inner))]), &[]);
    let mut instance = int;
    for _ in 0..10 {
        let under = b.store.expand(instance);
        assert_eq!(under, b.store.expand(instance));
        let Some(Type::Struct(fields)) = under.map(|ty| b.store.ty(ty)) else { panic!("a struct") };
        let &Type::Pointer(next) = b.store.ty(b.store.obj_type(fields.fields[0])) else {
            panic!("a pointer")
        };
        instance = next;
    }
    assert_eq!(b.store.type_string(instance), "T[**********int]");
}

#[test]
fn wrong_number_of_arguments_is_invalid() {
    let b = Builder::new();
    let p = b.param("P", 0, Universe::ANY);
    let t = b.define("T", &[p], b.structure(&[]));
    assert_eq!(b.store.instantiate(t, &[INT, INT]), Universe::INVALID);
    assert_eq!(b.store.instantiate(INT, &[INT]), Universe::INVALID);
}

#[test]
fn the_first_identical_instance_wins() {
    let mut b = Builder::new();
    let p = b.param("P", 0, Universe::ANY);
    let t = b.define("T", &[p], b.structure(&[("p", p)]));
    let (one, two) = (b.func(&[("a", INT)], &[]), b.func(&[("b", INT)], &[]));
    let first = b.store.instantiate_in(&mut b.context, t, &[one]);
    let second = b.store.instantiate_in(&mut b.context, t, &[two]);
    assert_eq!(first, second);
    let any = b.store.instantiate_in(&mut b.context, t, &[Universe::ANY]);
    let empty = b.store.instantiate_in(&mut b.context, t, &[Universe::EMPTY_INTERFACE]);
    assert_ne!(any, empty, "written in another way");
    assert!(b.store.identical(any, empty));
}

#[test]
fn aliases_stay_written_and_are_looked_through() {
    let b = Builder::new();
    let p = b.param("P", 0, Universe::ANY);
    // type A[P any] = []P
    let obj = b.type_name("A");
    let alias = b.store.add_type(Type::Alias(Box::new(Alias {
        obj,
        rhs: Late::new(b.store.slice(p)),
        type_params: Box::<[TypeId]>::from([p]).into(),
        instance: None,
    })));
    let instance = b.store.instantiate(alias, &[p]);
    let of_int = b.store.substitute(instance, &[p], &[INT]);
    assert_eq!(b.store.type_string(of_int), "A[int]");
    assert_eq!(b.store.unalias(of_int), b.store.slice(INT));
}

#[test]
fn methods_of_instances_have_the_instance_as_receiver() {
    let b = Builder::new();
    let p = b.param("P", 0, Universe::ANY);
    let q = b.param("Q", 0, Universe::ANY);
    let t = b.declare("T", &[p]);
    // func (r *T[Q]) m(x Q), whose type is not resolved at first
    let kind = ObjectKind::Func { origin: None };
    let m = b.store.new_object(Name::new("m"), None, None, None, kind);
    b.resolve(t, b.structure(&[("p", p)]), &[m]);
    let recv = b.store.pointer(b.store.instantiate(t, &[q]));
    let int = b.store.instantiate(t, &[INT]);
    let method = b.store.method(int, 0);
    assert_eq!(b.store.obj_type(method), Universe::INVALID);
    let signature = b.store.add_type(Type::Signature(Box::new(Signature {
        recv: Some(b.var("r", recv, VarKind::Recv)),
        type_params: [].into(),
        recv_type_params: [q].into(),
        params: [b.var("x", q, VarKind::Param)].into(),
        results: [].into(),
        variadic: false,
    })));
    b.store.obj(m).ty.set(signature);
    assert_eq!(b.store.method(int, 0), method);
    assert_eq!(b.store.type_string(b.store.obj_type(method)), "func(x int)");
    let Type::Signature(signature) = b.store.ty(b.store.obj_type(method)) else {
        panic!("a signature")
    };
    assert!(signature.recv_type_params.is_empty());
    let recv = signature.recv.map(|v| b.store.obj_type(v));
    assert_eq!(recv, Some(b.store.pointer(int)));
    assert_eq!(b.store.method(t, 0), m);
}

#[test]
fn generic_methods_of_instances_have_their_own_parameters() {
    let b = Builder::new();
    let p = b.param("P", 0, Universe::ANY);
    // func (T[P]) m[Q ~[]P](Q) P
    let q = b.param("Q", 0, b.tilde(b.store.slice(p)));
    let m = b.signature(&[q], &[("x", q)], &[p]);
    let of_int = b.store.substitute(m, &[p], &[INT]);
    assert_eq!(b.store.type_string(of_int), "func[Q interface{~[]int}](x Q) int");
    assert_ne!(b.store.type_params(of_int), [q]);
}

#[test]
fn arguments_tell_type_arguments() {
    let mut b = Builder::new();
    let (p, q) = (b.param("P", 0, Universe::ANY), b.param("Q", 1, Universe::ANY));
    let f = b.func(&[("p", p)], &[q]);
    let slice = b.store.slice(p);
    let g = b.func(&[("x", INT)], &[STRING]);
    let ints = b.store.slice(INT);
    let inferred = b.infer(&[p, q], &[(slice, ints), (f, g)]);
    assert_eq!(inferred, Ok(vec![INT, STRING]));
    assert_eq!(b.infer(&[p, q], &[(slice, ints)]), Err(InferError::Missing(1)));
    assert_eq!(b.infer(&[p, q], &[(slice, INT)]), Err(InferError::Argument(0)));
}

#[test]
fn untyped_constants_come_last_and_the_largest_wins() {
    let mut b = Builder::new();
    let p = b.param("P", 0, Universe::ANY);
    let (int, float) = (Basic::UntypedInt.id(), Basic::UntypedFloat.id());
    assert_eq!(b.infer(&[p], &[(p, int), (p, float)]), Ok(vec![Basic::Float64.id()]));
    let i8 = Basic::Int8.id();
    assert_eq!(b.infer(&[p], &[(p, int), (p, i8)]), Ok(vec![i8]));
    let text = Basic::UntypedString.id();
    assert_eq!(b.infer(&[p], &[(p, int), (p, text)]), Err(InferError::Argument(1)));
    assert_eq!(b.infer(&[p], &[(p, Basic::UntypedNil.id())]), Err(InferError::Missing(0)));
}

#[test]
fn constraints_tell_type_arguments() {
    let mut b = Builder::new();
    let e = b.param("E", 1, Universe::ANY);
    let s = b.param("S", 0, b.tilde(b.store.slice(e)));
    let list = b.define("List", &[], b.store.slice(STRING));
    let inferred = b.infer(&[s, e], &[(s, list)]);
    assert_eq!(b.strings(inferred), Ok(vec!["List".into(), "string".into()]));

    // [P any, Q *P]: a single term without tilde is the argument.
    let p = b.param("P", 0, Universe::ANY);
    let pointer = b.store.pointer(p);
    let q = b.param("Q", 1, b.interface(&[], &[pointer]));
    assert_eq!(b.infer(&[p, q], &[(p, INT)]), Ok(vec![INT, b.store.pointer(INT)]));
}

#[test]
fn names_and_directions_are_kept() {
    let mut b = Builder::new();
    let p = b.param("P", 0, Universe::ANY);
    let both = b.store.chan(ChanDir::Both, INT);
    let send = b.store.chan(ChanDir::Send, INT);
    let name = b.define("C", &[], both);
    for (one, two, result) in [(both, send, send), (send, both, send), (both, name, name)] {
        assert_eq!(b.infer(&[p], &[(p, one), (p, two)]), Ok(vec![result]));
    }
}

#[test]
fn methods_tell_type_arguments() {
    let mut b = Builder::new();
    // interface{ m() P } against interface{ m() int; n() }
    let p = b.param("P", 0, Universe::ANY);
    let param = b.interface(&[b.method("M", b.func(&[], &[p]))], &[]);
    let m = b.method("M", b.func(&[], &[INT]));
    let n = b.method("N", b.func(&[], &[]));
    let arg = b.interface(&[m, n], &[]);
    assert_eq!(b.infer(&[p], &[(param, arg)]), Ok(vec![INT]));
}

#[test]
fn cycles_are_not_inferred() {
    let mut b = Builder::new();
    // [P interface{ *P }]
    let p = b.param("P", 0, Universe::ANY);
    let Type::TypeParam(data) = b.store.ty(p) else { panic!("a parameter") };
    data.bound.set(b.interface(&[], &[b.store.pointer(p)]));
    assert_eq!(b.infer(&[p], &[]), Err(InferError::Missing(0)));
}

#[test]
fn renamed_parameters_have_renamed_constraints() {
    let mut b = Builder::new();
    let e = b.param("E", 1, Universe::ANY);
    let s = b.param("S", 0, b.tilde(b.store.slice(e)));
    let (fresh, ty) = b.store.rename_type_params(&mut b.context, &[s, e], b.store.slice(s));
    assert_eq!(ty, b.store.slice(fresh[0]));
    assert!(fresh[0] != s && fresh[1] != e);
    // A call of f[S ~[]E, E any](S) in its own body, with its own S.
    let call = b.infer(&fresh, &[(fresh[0], s)]);
    assert_eq!(call, Ok(vec![s, e]));
}
