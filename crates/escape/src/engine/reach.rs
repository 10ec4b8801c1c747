//! What is compiled together with a package: instances of generic functions, and all methods of instances of generic types,
//! of whichever package.

use lower::ir::{Aux, Body, InstId};
use lower::{asks_for_methods_only, has_shape, type_params_of};
use rustc_hash::FxHashSet;
use types::{ObjId, ObjectKind, Type, TypeId};

use super::Engine;
use crate::functions::Functions;

/// What a dictionary is made from: what the body of a generic function is about where its type arguments are put in.
#[derive(Default)]
pub(super) struct Dictionary {
    /// The dictionaries of what it calls.
    inner: Box<[InstId]>,
    /// The types that it mentions.
    types: Box<[TypeId]>,
}

/// Types and functions that were met so far.
pub(super) struct Reach<'a, 'p> {
    engine: &'a Engine<'p>,
    functions: &'a Functions<'p>,
    types: FxHashSet<TypeId>,
    todo: Vec<TypeId>,
    met: FxHashSet<InstId>,
    /// Instances that were met and not yet looked at.
    found: Vec<InstId>,
    /// Dictionaries that were met: generic functions with type arguments that are known.
    dictionaries: FxHashSet<InstId>,
    unread: Vec<InstId>,
}

impl<'a, 'p> Reach<'a, 'p> {
    pub(super) fn new(engine: &'a Engine<'p>) -> Self {
        Self {
            engine,
            functions: engine.functions,
            types: FxHashSet::default(),
            todo: Vec::new(),
            met: FxHashSet::default(),
            found: Vec::new(),
            dictionaries: FxHashSet::default(),
            unread: Vec::new(),
        }
    }

    /// The types that were met.
    pub(super) fn types(&self) -> impl Iterator<Item = TypeId> + '_ {
        self.types.iter().copied()
    }

    /// Instances met since it was last asked.
    pub(super) fn found(&mut self) -> Vec<InstId> {
        while let Some(dictionary) = self.unread.pop() {
            self.dictionary(dictionary);
        }
        std::mem::take(&mut self.found)
    }

    /// A dictionary has the types that the function's body is about, and the dictionaries of what it calls.
    fn dictionary(&mut self, concrete: InstId) {
        let dictionary = self.engine.dictionary(concrete, || self.read(concrete));
        for &inner in &dictionary.inner {
            if self.dictionaries.insert(inner) {
                self.unread.push(inner);
            }
        }
        for &ty in &dictionary.types {
            self.ty(ty);
        }
        self.settle();
    }

    /// What a dictionary is made from, read off the function.
    fn read(&self, concrete: InstId) -> Dictionary {
        let Some(body) = self.functions.lower_with_arguments(concrete) else {
            return Dictionary::default();
        };
        let derived = body.generic.iter().filter(|generic| generic.derived);
        let inner = derived.filter_map(|generic| self.arguments(generic.obj, &generic.args));
        let of_vars = body.vars.iter().map(|var| var.ty);
        let types = body.nodes.iter().filter_map(|node| node.ty).chain(of_vars);
        let mut seen = FxHashSet::default();
        Dictionary { inner: inner.collect(), types: types.filter(|&ty| seen.insert(ty)).collect() }
    }

    /// Looks at all that a body mentions.
    pub(super) fn body(&mut self, body: &Body) {
        for generic in &body.generic {
            if !generic.derived {
                self.concrete(generic.obj, &generic.args);
            }
        }
        for node in body.nodes.iter() {
            if let Some(ty) = node.ty {
                self.ty(ty);
            }
            if let Aux::Inst(inst) = node.aux {
                self.instance(inst);
            }
        }
        for var in body.vars.iter() {
            self.ty(var.ty);
        }
        self.settle();
    }

    /// Looks at a type and all that it is made of.
    pub(super) fn type_and_parts(&mut self, ty: TypeId) {
        self.ty(ty);
        self.settle();
    }

    fn instance(&mut self, inst: InstId) {
        if !self.functions.instances.get(inst).shapes.is_empty() && self.met.insert(inst) {
            self.found.push(inst);
        }
    }

    /// What is around a function of the shapes of these type arguments.
    fn concrete(&mut self, obj: ObjId, args: &[TypeId]) {
        let Some(inst) = self.arguments(obj, args) else { return };
        self.instance(inst);
        if self.dictionaries.insert(inst) {
            self.unread.push(inst);
        }
    }

    /// A function with type arguments; `None` where one of them has a shape or depends on a type parameter.
    fn arguments(&self, obj: ObjId, args: &[TypeId]) -> Option<InstId> {
        let store = self.functions.program.store();
        if args.iter().any(|&arg| has_shape(store, arg) || mentions_type_param(store, arg, 0)) {
            return None;
        }
        let args: Vec<TypeId> =
            args.iter().map(|&arg| self.functions.shapes.first_met(store, arg)).collect();
        Some(self.functions.instances.concrete(obj, &args))
    }

    fn ty(&mut self, ty: TypeId) {
        if self.types.insert(ty) {
            self.todo.push(ty);
        }
    }

    fn settle(&mut self) {
        while let Some(ty) = self.todo.pop() {
            self.parts(ty);
        }
    }

    fn parts(&mut self, ty: TypeId) {
        let store = self.functions.program.store();
        let Type::Named(named) = store.ty(ty) else {
            return parts_of_unnamed(store, ty, &mut |part| self.ty(part));
        };
        if named.instance.is_none() && !store.type_params(ty).is_empty() {
            return;
        }
        self.ty(store.under(ty));
        for index in 0..store.method_count(ty) {
            let method = store.method(ty, index);
            self.ty(store.obj_type(method));
        }
        if named.instance.is_some() {
            self.methods(ty, None);
            self.within_itself(ty);
        }
    }

    /// Instances in an instance that have it for a type argument. The compiler has no shape for it yet when it comes to them.
    fn within_itself(&mut self, ty: TypeId) {
        let store = self.functions.program.store();
        if !has_shape(store, ty) {
            return;
        }
        let mut todo = vec![store.under(ty)];
        let mut seen = FxHashSet::default();
        while let Some(part) = todo.pop() {
            let instance = store.instance(part);
            if instance.is_some_and(|i| i.args.iter().any(|&arg| store.identical(arg, ty))) {
                self.methods(part, Some(ty));
            }
            if seen.insert(part) {
                parts_of_unnamed(store, part, &mut |part| todo.push(part));
            }
        }
    }

    /// All methods of an instance of a generic type; `open` is a type argument that is taken as it is.
    fn methods(&mut self, ty: TypeId, open: Option<TypeId>) {
        let store = self.functions.program.store();
        let Some(instance) = store.instance(ty) else { return };
        let params = store.type_params(instance.origin);
        let mut shapes = Vec::with_capacity(params.len());
        for (&param, &arg) in params.iter().zip(&instance.args) {
            // What still depends on type parameters is compiled once they are given.
            if mentions_type_param(store, arg, 0) {
                return;
            }
            if open.is_some_and(|open| store.identical(arg, open)) {
                shapes.push(self.functions.shapes.first_met(store, arg));
                continue;
            }
            let methods_only = asks_for_methods_only(store, param);
            shapes.push(self.functions.shapes.of(store, arg, methods_only));
        }
        for index in 0..store.method_count(ty) {
            let mut method = store.method(ty, index);
            while let ObjectKind::Func { origin: Some(origin) } = store.obj(method).kind {
                method = origin;
            }
            if type_params_of(store, method).len() == shapes.len() {
                let inst = self.functions.instances.id(method, &shapes);
                self.instance(inst);
                self.concrete(method, &instance.args);
            }
        }
    }
}

/// What a type that has no name is made of.
pub(super) fn parts_of_unnamed(store: &types::Store, ty: TypeId, found: &mut impl FnMut(TypeId)) {
    match store.ty(ty) {
        Type::Basic(..) | Type::TypeParam(_) | Type::Union(_) | Type::Named(_) => {}
        Type::Pointer(t) | Type::Slice(t) => found(*t),
        Type::Array { elem, .. } | Type::Chan { elem, .. } => found(*elem),
        Type::Map { key, value } => {
            found(*key);
            found(*value);
        }
        Type::Tuple(vars) => vars.iter().for_each(|&v| found(store.obj_type(v))),
        Type::Struct(parts) => parts.fields.iter().for_each(|&f| found(store.obj_type(f))),
        Type::Signature(s) => {
            if s.type_params.is_empty() {
                s.params.iter().chain(&s.results).for_each(|&v| found(store.obj_type(v)));
            }
        }
        Type::Interface(i) => {
            i.methods.iter().for_each(|&m| found(store.obj_type(m)));
            i.embeddeds.iter().for_each(|&e| found(e));
        }
        Type::Alias(_) => found(store.unalias(ty)),
    }
}

pub(super) fn mentions_type_param(store: &types::Store, ty: TypeId, depth: u32) -> bool {
    if depth > 20 {
        return false;
    }
    let inside = |ty| mentions_type_param(store, ty, depth + 1);
    match store.ty(ty) {
        Type::TypeParam(_) => true,
        Type::Pointer(t) | Type::Slice(t) => inside(*t),
        Type::Array { elem, .. } | Type::Chan { elem, .. } => inside(*elem),
        Type::Map { key, value } => inside(*key) || inside(*value),
        Type::Struct(parts) => parts.fields.iter().any(|&f| inside(store.obj_type(f))),
        Type::Signature(s) => s.params.iter().chain(&s.results).any(|&v| inside(store.obj_type(v))),
        Type::Named(named) => {
            named.instance.as_ref().is_some_and(|i| i.args.iter().any(|&a| inside(a)))
        }
        Type::Alias(_) => {
            let actual = store.unalias(ty);
            actual != ty && inside(actual)
        }
        _ => false,
    }
}
