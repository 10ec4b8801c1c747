//! Unification: which type arguments make two types the same.

use crate::lookup::Lookup;
use crate::object::ObjId;
use crate::store::Store;
use crate::types::{ChanDir, Signature, Struct, Term, Type, TypeId};
use crate::typeset::TypeSet;
use crate::universe::Universe;

/// Nesting at which unification gives up; `go/types` does so at the same.
const MAX_DEPTH: usize = 50;

/// How alike two types have to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Match {
    /// A defined type matches the literal under it, channel directions do not count, and an interface
    /// matches what has its methods.
    Inexact,
    /// So at the top, as in an assignment; elements match exactly.
    Assign,
    /// Types are identical but for type parameters.
    Exact,
}

impl Match {
    fn is_exact(self) -> bool {
        self == Self::Exact
    }

    /// How the elements of a type match.
    fn elements(self) -> Self {
        if self == Self::Assign { Self::Exact } else { self }
    }
}

/// Two interfaces that are being compared, and those around them.
#[derive(Clone, Copy)]
struct Pairs<'p> {
    x: TypeId,
    y: TypeId,
    outer: Option<&'p Self>,
}

impl Pairs<'_> {
    fn contains(&self, x: TypeId, y: TypeId) -> bool {
        let mut pair = Some(self);
        while let Some(p) = pair {
            if (p.x, p.y) == (x, y) || (p.y, p.x) == (x, y) {
                return true;
            }
            pair = p.outer;
        }
        false
    }
}

/// Type parameters and what is known of them so far.
pub(super) struct Unifier<'a> {
    store: &'a Store,
    params: &'a [TypeId],
    /// Per parameter, its place in `types`: parameters that have to be the same share one.
    places: Vec<usize>,
    types: Vec<Option<TypeId>>,
    /// Whether methods that types have in common are looked at.
    interfaces: bool,
    depth: usize,
}

impl<'a> Unifier<'a> {
    pub(super) fn new(
        store: &'a Store,
        params: &'a [TypeId],
        given: &[Option<TypeId>],
        interfaces: bool,
    ) -> Self {
        let mut types = given.to_vec();
        types.resize(params.len(), None);
        Self { store, params, places: (0..params.len()).collect(), types, interfaces, depth: 0 }
    }

    /// What is known of the parameter at `index`.
    pub(super) fn at(&self, index: usize) -> Option<TypeId> {
        self.types[self.places[index]]
    }

    pub(super) fn set(&mut self, index: usize, ty: TypeId) {
        self.types[self.places[index]] = Some(ty);
    }

    /// Number of parameters that nothing is known of.
    pub(super) fn unknowns(&self) -> usize {
        self.places.iter().filter(|&&place| self.types[place].is_none()).count()
    }

    /// What is known of each parameter.
    pub(super) fn inferred(&self) -> Vec<Option<TypeId>> {
        self.places.iter().map(|&place| self.types[place]).collect()
    }

    /// The position of a type that is one of the parameters.
    fn bound(&self, ty: TypeId) -> Option<usize> {
        let ty = self.store.unalias(ty);
        self.params.iter().position(|&p| p == ty)
    }

    /// Makes two parameters one; false where something is known of both.
    fn join(&mut self, x: usize, y: usize) -> bool {
        let (x, y) = (self.places[x], self.places[y]);
        let (from, to) = match (self.types[x], self.types[y]) {
            _ if x == y => return true,
            (Some(_), Some(_)) => return false,
            (Some(_), None) => (y, x),
            (None, _) => (x, y),
        };
        self.places.iter_mut().filter(|place| **place == from).for_each(|place| *place = to);
        true
    }

    /// Whether the types can be made to match, and thereby learns what parameters stand for.
    pub(super) fn unify(&mut self, x: TypeId, y: TypeId, how: Match) -> bool {
        self.types_match(x, y, how, None)
    }

    fn types_match(&mut self, x: TypeId, y: TypeId, how: Match, outer: Option<&Pairs<'_>>) -> bool {
        if self.same(x, y) {
            return true;
        }
        if self.depth >= MAX_DEPTH {
            return false;
        }
        self.depth += 1;
        let result = self.differing(x, y, how, outer);
        self.depth -= 1;
        result
    }

    fn same(&self, x: TypeId, y: TypeId) -> bool {
        x == y || self.store.unalias(x) == self.store.unalias(y)
    }

    fn is_named(&self, ty: TypeId) -> bool {
        matches!(self.store.ty(self.store.unalias(ty)), Type::Named(_))
    }

    fn is_literal(&self, ty: TypeId) -> bool {
        !matches!(self.store.ty(self.store.unalias(ty)), Type::Named(_) | Type::TypeParam(_))
    }

    /// The interface under a type that is no type parameter.
    fn interface(&self, ty: TypeId) -> Option<TypeId> {
        if self.store.is_type_param(ty) {
            return None;
        }
        let under = self.store.under(ty);
        matches!(self.store.ty(under), Type::Interface(_)).then_some(under)
    }

    /// Unifies types with different ids.
    fn differing(
        &mut self,
        mut x: TypeId,
        mut y: TypeId,
        how: Match,
        outer: Option<&Pairs<'_>>,
    ) -> bool {
        // From here on a defined type, if there is one, is `y`, and a parameter is `x`.
        if self.is_named(x) || self.bound(y).is_some() {
            (x, y) = (y, x);
        }
        if !how.is_exact() && self.is_named(y) && self.is_literal(x) {
            // With an interface, methods decide, and these are lost under the name.
            let interface = self.interfaces && self.interface(x).is_some();
            if !interface {
                y = self.store.under(y);
                if self.same(x, y) {
                    return true;
                }
            }
        }
        match (self.bound(x), self.bound(y)) {
            (Some(px), Some(py)) => {
                if self.join(px, py) {
                    return true;
                }
                match (self.at(px), self.at(py)) {
                    (Some(x), Some(y)) => self.types_match(x, y, how, outer),
                    _ => false,
                }
            }
            (Some(px), None) => match self.at(px) {
                Some(known) => self.known(px, known, y, how, outer),
                None => {
                    self.set(px, y);
                    true
                }
            },
            _ => {
                if self.interfaces
                    && !how.is_exact()
                    && let Some(result) = self.methods(x, y, outer)
                {
                    return result;
                }
                self.structure(x, y, how, outer)
            }
        }
    }

    /// Unifies what is known of a parameter with another type for it, and keeps the better of both.
    fn known(
        &mut self,
        param: usize,
        x: TypeId,
        y: TypeId,
        how: Match,
        outer: Option<&Pairs<'_>>,
    ) -> bool {
        if !self.types_match(x, y, how, outer) {
            return false;
        }
        let (x_named, y_named) = (self.is_named(x), self.is_named(y));
        match (self.interface(x), self.interface(y)) {
            (Some(xi), Some(yi)) => {
                if x_named && y_named {
                    return self.store.identical(x, y);
                }
                let count = |ty| self.store.type_set(ty).methods.len();
                if count(xi) != count(yi) {
                    return false;
                }
            }
            (None, None) => {}
            // Either could be meant, and which one would depend on the order of arguments.
            _ => return false,
        }
        if how.is_exact() || x_named {
            return true;
        }
        // A name is kept, and so is a direction, since other values can be assigned to it.
        let under = self.store.under(y);
        let directed =
            matches!(self.store.ty(under), Type::Chan { dir, .. } if *dir != ChanDir::Both);
        if y_named || directed {
            self.set(param, y);
        }
        true
    }

    /// Unifies the methods of types one of which is an interface; `None` where none is.
    fn methods(&mut self, x: TypeId, y: TypeId, outer: Option<&Pairs<'_>>) -> Option<bool> {
        match (self.interface(x), self.interface(y)) {
            (Some(xi), Some(yi)) => Some(self.common_methods(xi, yi, outer)),
            (Some(xi), None) => Some(self.has_methods(y, xi, outer)),
            (None, Some(yi)) => Some(self.has_methods(x, yi, outer)),
            (None, None) => None,
        }
    }

    /// Whether one of the interfaces has all methods of the other.
    fn common_methods(&mut self, x: TypeId, y: TypeId, outer: Option<&Pairs<'_>>) -> bool {
        let store = self.store;
        let (x_set, y_set) = (store.type_set(x), store.type_set(y));
        if !self.same_terms(x_set, y_set) {
            return false;
        }
        if outer.is_some_and(|outer| outer.contains(x, y)) {
            return true;
        }
        let pairs = Pairs { x, y, outer };
        let (few, many) = if x_set.methods.len() > y_set.methods.len() {
            (&y_set.methods, &x_set.methods)
        } else {
            (&x_set.methods, &y_set.methods)
        };
        few.iter().all(|&f| {
            many.iter().find(|&&m| store.same_name(f, m)).is_some_and(|&m| {
                self.types_match(store.obj_type(f), store.obj_type(m), Match::Exact, Some(&pairs))
            })
        })
    }

    /// Whether a type that is no interface has all methods of one.
    fn has_methods(&mut self, ty: TypeId, interface: TypeId, outer: Option<&Pairs<'_>>) -> bool {
        let store = self.store;
        store.type_set(interface).methods.iter().all(|&wanted| {
            store.method_named_as(ty, wanted).is_some_and(|found| {
                let (found, wanted) = (store.obj_type(found), store.obj_type(wanted));
                // A generic method implements nothing.
                store.type_params(found).is_empty()
                    && self.types_match(wanted, found, Match::Exact, outer)
            })
        })
    }

    fn same_terms(&self, x: &TypeSet, y: &TypeSet) -> bool {
        let among = |list: &[Term], term: &Term| {
            list.iter().any(|t| t.tilde == term.tilde && self.store.identical(t.ty, term.ty))
        };
        x.comparable == y.comparable
            && match (&x.terms, &y.terms) {
                (None, None) => true,
                // Both are in normal form, so equal sets have the same terms.
                (Some(a), Some(b)) => a.len() == b.len() && a.iter().all(|term| among(b, term)),
                _ => false,
            }
    }

    /// Unifies types of the same structure, part by part.
    fn structure(
        &mut self,
        mut x: TypeId,
        mut y: TypeId,
        how: Match,
        outer: Option<&Pairs<'_>>,
    ) -> bool {
        let store = self.store;
        // A type parameter here is one that is not inferred.
        if store.is_type_param(y) {
            (x, y) = (y, x);
        }
        let parts = how.elements();
        let written = y;
        let (x, y) = (store.unalias(x), store.unalias(y));
        match (store.ty(x), store.ty(y)) {
            (Type::TypeParam(_), _) => store
                .core_type(x)
                .is_some_and(|core| self.types_match(core, written, Match::Assign, outer)),
            (Type::Basic(a, _), Type::Basic(b, _)) => a == b,
            (&Type::Pointer(a), &Type::Pointer(b)) | (&Type::Slice(a), &Type::Slice(b)) => {
                self.types_match(a, b, parts, outer)
            }
            (&Type::Array { elem: a, len: m }, &Type::Array { elem: b, len: n }) => {
                (m < 0 || n < 0 || m == n) && self.types_match(a, b, parts, outer)
            }
            (&Type::Map { key: k1, value: v1 }, &Type::Map { key: k2, value: v2 }) => {
                self.types_match(k1, k2, parts, outer) && self.types_match(v1, v2, parts, outer)
            }
            (&Type::Chan { dir: d1, elem: a }, &Type::Chan { dir: d2, elem: b }) => {
                (!how.is_exact() || d1 == d2) && self.types_match(a, b, parts, outer)
            }
            (Type::Tuple(a), Type::Tuple(b)) => self.vars(a, b, how, outer),
            (Type::Struct(a), Type::Struct(b)) => self.structs(a, b, parts, outer),
            (Type::Signature(a), Type::Signature(b)) => self.signatures(a, b, parts, outer),
            (Type::Interface(_), Type::Interface(_)) => self.interfaces(x, y, outer),
            (Type::Named(_), Type::Named(_)) => self.named(x, y, how, outer),
            _ => false,
        }
    }

    fn vars(&mut self, a: &[ObjId], b: &[ObjId], how: Match, outer: Option<&Pairs<'_>>) -> bool {
        let store = self.store;
        a.len() == b.len()
            && a.iter()
                .zip(b)
                .all(|(&v, &w)| self.types_match(store.obj_type(v), store.obj_type(w), how, outer))
    }

    fn signatures(
        &mut self,
        a: &Signature,
        b: &Signature,
        how: Match,
        outer: Option<&Pairs<'_>>,
    ) -> bool {
        a.variadic == b.variadic
            && self.vars(&a.params, &b.params, how, outer)
            && self.vars(&a.results, &b.results, how, outer)
    }

    fn structs(&mut self, a: &Struct, b: &Struct, how: Match, outer: Option<&Pairs<'_>>) -> bool {
        let store = self.store;
        a.fields.len() == b.fields.len()
            && a.fields.iter().zip(&b.fields).enumerate().all(|(i, (&f, &g))| {
                store.obj(f).is_embedded() == store.obj(g).is_embedded()
                    && a.tag(i) == b.tag(i)
                    && store.same_name(f, g)
                    && self.types_match(store.obj_type(f), store.obj_type(g), how, outer)
            })
    }

    /// Unifies interfaces that have to be the same.
    fn interfaces(&mut self, x: TypeId, y: TypeId, outer: Option<&Pairs<'_>>) -> bool {
        let store = self.store;
        let (x_set, y_set) = (store.type_set(x), store.type_set(y));
        if !self.same_terms(x_set, y_set) || x_set.methods.len() != y_set.methods.len() {
            return false;
        }
        if outer.is_some_and(|outer| outer.contains(x, y)) {
            return true;
        }
        let pairs = Pairs { x, y, outer };
        x_set.methods.iter().zip(&y_set.methods).all(|(&f, &g)| {
            store.same_name(f, g)
                && self.types_match(
                    store.obj_type(f),
                    store.obj_type(g),
                    Match::Exact,
                    Some(&pairs),
                )
        })
    }

    fn named(&mut self, x: TypeId, y: TypeId, how: Match, outer: Option<&Pairs<'_>>) -> bool {
        let store = self.store;
        let (Type::Named(a), Type::Named(b)) = (store.ty(x), store.ty(y)) else { return false };
        let args = |ty| store.instance(ty).map_or(&[][..], |i| &i.args);
        let (x_args, y_args) = (args(x), args(y));
        // Arguments first: what they tell stays known even if the types differ.
        x_args.len() == y_args.len()
            && x_args.iter().zip(y_args).all(|(&a, &b)| self.types_match(a, b, how, outer))
            && a.obj == b.obj
    }
}

impl Store {
    /// Whether two fields or methods have the same name: one that is not exported is known to its own package only.
    pub(super) fn same_name(&self, a: ObjId, b: ObjId) -> bool {
        let (a, b) = (self.obj(a), self.obj(b));
        let path = |pkg| self.pkg(pkg).path;
        a.name == b.name && (a.name.is_exported() || a.pkg.map(path) == b.pkg.map(path))
    }

    /// The method that values of a type have by the name of `wanted`.
    pub(super) fn method_named_as(&self, ty: TypeId, wanted: ObjId) -> Option<ObjId> {
        let wanted = self.obj(wanted);
        // Only the universe declares outside of packages, and what it declares is exported.
        let pkg = wanted.pkg.unwrap_or(Universe::UNSAFE);
        match self.lookup(ty, false, pkg, wanted.name) {
            Lookup::Found(found) if self.obj(found.obj).is_func() => Some(found.obj),
            _ => None,
        }
    }
}
