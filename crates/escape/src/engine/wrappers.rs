//! What the compiler makes around methods: for the method table of a type that has them of what it points to or embeds, and
//! for method values.
//!
//! All of it is compiled after calls are inlined, and has its own inlined then. Of a method that is inlined there, the function
//! literals are compiled once more, and the compiler speaks of each of them again (`noder.MakeWrappers`). Types that are
//! declared get their wrappers with the package that declares them; instances of generic types and types without a name get
//! them with every package that mentions them, unless what mentions them is declared by an import.

use std::sync::Arc;

use lower::MethodWrapper;
use lower::ir::{Aux, InstId, Op};
use rustc_hash::FxHashSet;
use types::program::UnitId;
use types::{ObjId, PkgId, Store, Type, TypeId};

use super::reach::{Reach, mentions_type_param, parts_of_unnamed};
use super::{Analyzed, Engine};
use crate::world::World;

impl Engine<'_> {
    /// As [`Self::package`], with the functions around methods in which function literals are compiled once more.
    #[must_use]
    pub fn package_with_wrappers(&self, unit: UnitId) -> Vec<Arc<Analyzed>> {
        let (mut all, reach) = self.reached(unit);
        if !self.functions.compiler.inline {
            return all;
        }
        let mut wrappers = self.of_method_tables(unit, &reach);
        self.of_method_values(&all, &mut wrappers);
        let mut wrappers: Vec<InstId> = wrappers
            .iter()
            .filter(|wrapper| {
                let called = self.functions.called_by(wrapper);
                let inlinable = called.and_then(|called| self.inlinable(called));
                // Of others the compiler says nothing that is about code that somebody wrote.
                inlinable.is_some_and(|inlinable| inlinable.body.funcs.len() > 1)
            })
            .map(|wrapper| self.functions.wrapper(unit, wrapper))
            .collect();
        wrappers.sort_unstable();
        all.extend(wrappers.into_iter().filter_map(|wrapper| self.function(wrapper)));
        all
    }

    /// Methods that are not declared for the type in whose method table they are.
    fn of_method_tables(&self, unit: UnitId, reach: &Reach<'_, '_>) -> FxHashSet<MethodWrapper> {
        let program = self.functions.program;
        let (store, home) = (program.store(), program.package(unit));
        let first_met = |ty: TypeId| self.functions.shapes.first_met(store, ty);
        let elsewhere = declared_elsewhere(store, reach, home);
        let elsewhere: FxHashSet<TypeId> = elsewhere.into_iter().map(first_met).collect();
        // What is behind the name of a type is not a type of its own.
        let named = reach.types().filter(|&ty| matches!(store.ty(ty), Type::Named(_)));
        let behind_names: FxHashSet<TypeId> = named.map(|ty| store.under(ty)).collect();
        let mut found = FxHashSet::default();
        for ty in reach.types().filter(|&ty| has_wrappers(store, ty, home)) {
            if behind_names.contains(&ty) {
                continue;
            }
            let declared = store.instance(ty).is_none() && matches!(store.ty(ty), Type::Named(_));
            let ty = if declared { ty } else { first_met(ty) };
            if !declared && elsewhere.contains(&ty) {
                continue;
            }
            for recv in [ty, store.pointer(ty)] {
                let methods = store.method_set(recv).into_iter();
                found.extend(methods.filter_map(|method| {
                    let (_, way) = method.path.split_last()?;
                    let receiver = receiver_of(store, method.obj)?;
                    let is_own = way.is_empty() && store.identical(receiver, recv);
                    let way = way.into();
                    (!is_own).then_some(MethodWrapper { recv, way, method: method.obj })
                }));
            }
        }
        found
    }

    /// Methods that are bound to a receiver. Of generic types, what the compiler makes is a literal.
    fn of_method_values(&self, all: &[Arc<Analyzed>], found: &mut FxHashSet<MethodWrapper>) {
        for body in all.iter().filter_map(|analyzed| self.pristine(analyzed.entry.inst)) {
            found.extend(body.nodes.iter().filter(|node| node.op == Op::MethValue).filter_map(
                |node| {
                    let Aux::Inst(inst) = node.aux else { return None };
                    let method = self.functions.instances.get(inst);
                    let recv = body.nodes[node.x?].ty?;
                    let is_plain = method.shapes.is_empty();
                    is_plain.then(|| MethodWrapper { recv, way: [].into(), method: method.obj })
                },
            ));
        }
    }
}

/// The type of a declared method's receiver.
fn receiver_of(store: &Store, method: ObjId) -> Option<TypeId> {
    let Type::Signature(signature) = store.ty(store.obj_type(method)) else { return None };
    let receiver = store.obj_type(signature.recv?);
    (!store.is_interface(receiver)).then_some(receiver)
}

/// Whether wrappers for the methods of a type may be made with a package.
fn has_wrappers(store: &Store, ty: TypeId, home: PkgId) -> bool {
    match store.ty(ty) {
        Type::Named(named) => {
            let is_declared_here =
                store.obj(named.obj).pkg == Some(home) && store.type_params(ty).is_empty();
            let is_here = match &named.instance {
                Some(instance) => !instance.args.iter().any(|&t| mentions_type_param(store, t, 0)),
                None => is_declared_here,
            };
            is_here && !store.is_interface(ty)
        }
        Type::Struct(parts) => {
            parts.fields.iter().any(|&field| store.obj(field).is_embedded())
                && !mentions_type_param(store, ty, 0)
        }
        _ => false,
    }
}

/// Whether a type that is not generic is declared by another package.
fn is_declared_elsewhere(store: &Store, ty: TypeId, home: PkgId) -> bool {
    let Type::Named(named) = store.ty(ty) else { return false };
    named.instance.is_none()
        && store.obj(named.obj).pkg.is_some_and(|pkg| pkg != home)
        && store.type_params(ty).is_empty()
}

/// Instances and types without a name that what other packages declare is made of and has methods about, down to types with a
/// name: of those that can have wrappers.
fn declared_elsewhere(store: &Store, reach: &Reach<'_, '_>, home: PkgId) -> Vec<TypeId> {
    let mut todo = Vec::new();
    for ty in reach.types().filter(|&ty| is_declared_elsewhere(store, ty, home)) {
        todo.push(store.under(ty));
        todo.extend((0..store.method_count(ty)).map(|at| store.obj_type(store.method(ty, at))));
    }
    let (mut seen, mut found) = (FxHashSet::default(), Vec::new());
    while let Some(ty) = todo.pop() {
        if seen.insert(ty) {
            if has_wrappers(store, ty, home) {
                found.push(ty);
            }
            parts_of_unnamed(store, ty, &mut |part| todo.push(part));
        }
    }
    found
}
