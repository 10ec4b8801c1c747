//! When two types are the same type.

use crate::object::ObjId;
use crate::store::Store;
use crate::types::{Interface, Named, Signature, Struct, Term, Type, TypeId};

impl Store {
    /// Whether two types are the same in the sense of the language.
    #[inline]
    #[must_use]
    pub fn identical(&self, a: TypeId, b: TypeId) -> bool {
        a == b || Comparison { store: self, tags: true }.same_form(a, b, None)
    }

    /// As [`Store::identical`], tags of structs aside, as conversions see it.
    #[must_use]
    pub fn identical_ignoring_tags(&self, a: TypeId, b: TypeId) -> bool {
        a == b || Comparison { store: self, tags: false }.same_form(a, b, None)
    }
}

/// What a comparison is inside of.
struct Inside<'a> {
    what: Level<'a>,
    outer: Option<&'a Inside<'a>>,
}

enum Level<'a> {
    /// Two interfaces whose methods are being compared. Interfaces without a name can lead back to
    /// themselves; meeting the same two again proves nothing new.
    Interfaces(TypeId, TypeId),
    /// Two generic signatures: their type parameters stand for one another.
    Params(&'a [TypeId], &'a [TypeId]),
}

type Outer<'a> = Option<&'a Inside<'a>>;

fn levels<'a>(inside: Outer<'a>) -> impl Iterator<Item = &'a Level<'a>> {
    std::iter::successors(inside, |level| level.outer).map(|level| &level.what)
}

#[derive(Clone, Copy)]
struct Comparison<'s> {
    store: &'s Store,
    /// Whether tags count.
    tags: bool,
}

impl Comparison<'_> {
    #[inline]
    fn same(self, a: TypeId, b: TypeId, inside: Outer<'_>) -> bool {
        a == b || self.same_form(a, b, inside)
    }

    fn same_form(self, a: TypeId, b: TypeId, inside: Outer<'_>) -> bool {
        let (a, b) = (self.store.unalias(a), self.store.unalias(b));
        if a == b {
            return true;
        }
        match (self.store.ty(a), self.store.ty(b)) {
            // `byte` and `uint8` have an id each.
            (Type::Basic(a, _), Type::Basic(b, _)) => a == b,
            (Type::Pointer(a), Type::Pointer(b)) | (Type::Slice(a), Type::Slice(b)) => {
                self.same(*a, *b, inside)
            }
            (Type::Array { elem: a, len: m }, Type::Array { elem: b, len: n }) => {
                // A length that is not known may be any.
                (*m < 0 || *n < 0 || m == n) && self.same(*a, *b, inside)
            }
            (Type::Map { key: k, value: v }, Type::Map { key: l, value: w }) => {
                self.same(*k, *l, inside) && self.same(*v, *w, inside)
            }
            (Type::Chan { dir: d, elem: a }, Type::Chan { dir: e, elem: b }) => {
                d == e && self.same(*a, *b, inside)
            }
            (Type::Named(a), Type::Named(b)) => self.same_named(a, b, inside),
            (Type::Struct(a), Type::Struct(b)) => self.same_struct(a, b, inside),
            (Type::Tuple(a), Type::Tuple(b)) => self.same_types(a, b, inside),
            (Type::Signature(a), Type::Signature(b)) => self.same_signature(a, b, inside),
            (Type::Interface(x), Type::Interface(y)) => self.same_interface((a, x), (b, y), inside),
            (Type::Union(a), Type::Union(b)) => {
                let terms = |union| self.store.union_terms(union);
                self.same_terms(terms(a).as_deref(), terms(b).as_deref(), inside)
            }
            (Type::TypeParam(_), Type::TypeParam(_)) => stand_for_another(a, b, inside),
            _ => false,
        }
    }

    fn same_named(self, a: &Named, b: &Named, inside: Outer<'_>) -> bool {
        if a.obj != b.obj {
            return false;
        }
        match (&a.instance, &b.instance) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                a.args.len() == b.args.len()
                    && a.args.iter().zip(&b.args).all(|(&a, &b)| self.same(a, b, inside))
            }
            _ => false,
        }
    }

    fn same_struct(self, a: &Struct, b: &Struct, inside: Outer<'_>) -> bool {
        let store = self.store;
        a.fields.len() == b.fields.len()
            && a.fields.iter().zip(&b.fields).enumerate().all(|(i, (&f, &g))| {
                let (field, other) = (store.obj(f), store.obj(g));
                (!self.tags || a.tag(i) == b.tag(i))
                    && (f == g
                        || field.is_embedded() == other.is_embedded()
                            && store.denotes(field, other.pkg, other.name)
                            && self.same(store.obj_type(f), store.obj_type(g), inside))
            })
    }

    fn same_types(self, a: &[ObjId], b: &[ObjId], inside: Outer<'_>) -> bool {
        let ty = |&obj| self.store.obj_type(obj);
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(ty(a), ty(b), inside))
    }

    fn same_signature(self, a: &Signature, b: &Signature, outer: Outer<'_>) -> bool {
        if a.variadic != b.variadic
            || a.params.len() != b.params.len()
            || a.results.len() != b.results.len()
            || a.type_params.len() != b.type_params.len()
        {
            return false;
        }
        let types = |inside| {
            self.same_types(&a.params, &b.params, inside)
                && self.same_types(&a.results, &b.results, inside)
        };
        if a.type_params.is_empty() {
            return types(outer);
        }
        let inside = Inside { what: Level::Params(&a.type_params, &b.type_params), outer };
        let bounds = a.type_params.iter().zip(&b.type_params).all(|(&p, &q)| {
            self.same(self.store.constraint(p), self.store.constraint(q), Some(&inside))
        });
        bounds && types(Some(&inside))
    }

    fn same_interface(
        self,
        (a, a_interface): (TypeId, &Interface),
        (b, b_interface): (TypeId, &Interface),
        outer: Outer<'_>,
    ) -> bool {
        let store = self.store;
        let (set, other) = (store.type_set_of(a, a_interface), store.type_set_of(b, b_interface));
        if set.comparable != other.comparable
            || set.methods.len() != other.methods.len()
            || !self.same_terms(set.terms.as_deref(), other.terms.as_deref(), outer)
        {
            return false;
        }
        let met = |level: &Level<'_>| match *level {
            Level::Interfaces(x, y) => (x, y) == (a, b) || (x, y) == (b, a),
            Level::Params(..) => false,
        };
        if set.methods.is_empty() || levels(outer).any(met) {
            return true;
        }
        let inside = Inside { what: Level::Interfaces(a, b), outer };
        set.methods.iter().zip(&other.methods).all(|(&f, &g)| {
            let other = store.obj(g);
            f == g
                || store.denotes(store.obj(f), other.pkg, other.name)
                    && self.same(store.obj_type(f), store.obj_type(g), Some(&inside))
        })
    }

    /// Whether two lists of terms (`None`: all types) are the same set.
    fn same_terms(self, a: Option<&[Term]>, b: Option<&[Term]>, inside: Outer<'_>) -> bool {
        let (a, b) = match (a, b) {
            (None, None) => return true,
            (Some(a), Some(b)) => (a, b),
            _ => return false,
        };
        let within = |a: &[Term], b: &[Term], flip: bool| {
            a.iter().all(|&x| b.iter().any(|&y| self.term_within(x, y, flip, inside)))
        };
        within(a, b, false) && within(b, a, true)
    }

    /// Whether all types of term `x` are types of term `y`. With `flip` the sides are swapped for the
    /// comparison, since type parameters stand for those of the other side.
    fn term_within(self, x: Term, y: Term, flip: bool, inside: Outer<'_>) -> bool {
        let (a, b) = self.store.comparands(x, y);
        let same = if flip { self.same(b, a, inside) } else { self.same(a, b, inside) };
        same && (!x.tilde || y.tilde)
    }
}

/// Whether one parameter stands for the other in the generic signatures around them.
fn stand_for_another(a: TypeId, b: TypeId, inside: Outer<'_>) -> bool {
    levels(inside).any(|level| match level {
        Level::Params(ps, qs) => ps.iter().zip(*qs).any(|(&p, &q)| (p, q) == (a, b)),
        Level::Interfaces(..) => false,
    })
}
