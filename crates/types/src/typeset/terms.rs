//! Lists of terms as sets: union, intersection, inclusion. `None` is the set of all types.

use crate::store::Store;
use crate::types::{Term, Type, TypeId};
use crate::typeset::TypeSet;
use crate::universe::Universe;

/// A set of types.
type Terms = Option<Box<[Term]>>;

/// Terms that a union may have; the type checker of Go refuses longer ones.
const MAX_TERMS: usize = 100;

impl Store {
    /// The types to compare for the question whether two terms have types in common:
    /// where one has a `~`, the other's underlying type counts.
    pub(crate) fn comparands(&self, x: Term, y: Term) -> (TypeId, TypeId) {
        let a = if y.tilde { self.under(x.ty) } else { x.ty };
        let b = if x.tilde { self.under(y.ty) } else { y.ty };
        (a, b)
    }

    fn overlap(&self, x: Term, y: Term) -> bool {
        let (a, b) = self.comparands(x, y);
        self.identical(a, b)
    }

    /// Whether the type is in the set of the term.
    pub(crate) fn term_includes(&self, term: Term, ty: TypeId) -> bool {
        self.identical(term.ty, if term.tilde { self.under(ty) } else { ty })
    }

    /// Whether all types of one set are in the other, methods aside.
    pub(crate) fn terms_within(&self, inner: &TypeSet, outer: &TypeSet) -> bool {
        let Some(outer) = &outer.terms else { return true };
        let Some(inner) = &inner.terms else { return false };
        inner.iter().all(|&x| outer.iter().any(|&y| self.overlap(x, y) && (!x.tilde || y.tilde)))
    }

    pub(super) fn intersect(&self, a: Terms, b: Terms) -> Terms {
        let (a, b) = match (a, b) {
            (None, set) | (set, None) => return set,
            (Some(a), Some(b)) => (a, b),
        };
        let mut both = Vec::new();
        for &x in &a {
            for &y in b.iter().filter(|&&y| self.overlap(x, y)) {
                // The narrower of the two.
                both.push(if x.tilde && !y.tilde { y } else { x });
            }
        }
        Some(self.normalised(both).into())
    }

    /// The terms without those that others include. A wider term takes the place of
    /// the first that it includes.
    fn normalised(&self, mut terms: Vec<Term>) -> Vec<Term> {
        let mut kept = 0;
        while kept < terms.len() {
            let mut widest = terms[kept];
            let mut rest = kept + 1;
            for at in kept + 1..terms.len() {
                let other = terms[at];
                if !self.overlap(widest, other) {
                    terms[rest] = other;
                    rest += 1;
                } else if other.tilde && !widest.tilde {
                    widest = other;
                }
            }
            terms[kept] = widest;
            terms.truncate(rest);
            kept += 1;
        }
        terms
    }

    /// The set of types of a union.
    pub(crate) fn union_terms(&self, union: &[Term]) -> Terms {
        self.find_union_terms(union, &mut Vec::new()).flatten()
    }

    /// The set of types of a union; the outer `None` where it mentions what is not resolved.
    pub(super) fn find_union_terms(
        &self,
        union: &[Term],
        inside: &mut Vec<TypeId>,
    ) -> Option<Terms> {
        let mut all = Vec::new();
        for &term in union {
            let under = self.resolved_under(term.ty)?;
            match self.ty(under) {
                Type::Interface(_) if self.is_type_param(term.ty) => {}
                Type::Interface(parts) => match &self.find_type_set(under, parts, inside)?.terms {
                    None => return Some(None),
                    Some(terms) => all.extend_from_slice(terms),
                },
                _ if under == Universe::INVALID => {}
                // No type has an underlying type that is not its own.
                _ if term.tilde && !self.identical(term.ty, under) => {}
                _ => all.push(term),
            }
            // After each term: which one stands first depends on it.
            all = self.normalised(all);
            if all.len() > MAX_TERMS {
                return Some(None);
            }
        }
        Some(Some(all.into()))
    }
}
