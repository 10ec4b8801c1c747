//! Which types have the methods, and are among the types, that an interface asks for.

use crate::lookup::Lookup;
use crate::object::ObjId;
use crate::store::Store;
use crate::types::{Type, TypeId};
use crate::universe::Universe;

impl Store {
    /// The first method of interface `interface` that `ty` lacks, or has with another type. `is_static` as in a
    /// conversion or assignment; not so in a type assertion from an interface type, where a method that
    /// `ty` does not mention may still be there.
    #[must_use]
    pub fn missing_method(&self, ty: TypeId, interface: TypeId, is_static: bool) -> Option<ObjId> {
        self.missing_method_by(ty, interface, is_static, &mut |a, b| self.identical(a, b))
    }

    /// As [`Store::missing_method`], with a say in when the type of a method (first the one found)
    /// is the type asked for. A method whose type is not resolved yet is taken to fit.
    pub fn missing_method_by(
        &self,
        ty: TypeId,
        interface: TypeId,
        is_static: bool,
        same: &mut dyn FnMut(TypeId, TypeId) -> bool,
    ) -> Option<ObjId> {
        let wanted = &self.type_set(self.under(interface)).methods;
        if wanted.is_empty() {
            return None;
        }
        let under = self.under(ty);
        let own = matches!(self.ty(under), Type::Interface(_)).then(|| self.type_set(under));
        wanted.iter().copied().find(|&method| {
            let object = self.obj(method);
            let found = match own {
                Some(set) => set.method(self, object.pkg, object.name).map(|(_, m)| m),
                None => match self.search(ty, false, object.pkg, object.name) {
                    Lookup::Found(found) => Some(found.obj),
                    _ => None,
                },
            };
            match found {
                None => is_static || own.is_none(),
                Some(found) => !self.obj(found).is_func() || !self.fits(found, method, same),
            }
        })
    }

    fn fits(
        &self,
        found: ObjId,
        wanted: ObjId,
        same: &mut dyn FnMut(TypeId, TypeId) -> bool,
    ) -> bool {
        let (found, wanted) = (self.obj_type(found), self.obj_type(wanted));
        found == Universe::INVALID || wanted == Universe::INVALID || same(found, wanted)
    }

    /// Whether `ty` implements interface type `interface`, or satisfies it when it is a
    /// `constraint`.
    #[must_use]
    pub fn implements(&self, ty: TypeId, interface: TypeId, constraint: bool) -> bool {
        let (under, wanted) = (self.under(ty), self.under(interface));
        let pointee_unknown =
            self.pointee(under).is_some_and(|elem| !self.is_valid(self.under(elem)));
        if !self.is_valid(under) || !self.is_valid(wanted) || pointee_unknown {
            return true;
        }
        let Type::Interface(parts) = self.ty(wanted) else { return false };
        let wanted = self.type_set_of(wanted, parts);
        if wanted.is_all() {
            return true;
        }
        let own = matches!(self.ty(under), Type::Interface(_)).then(|| self.type_set(under));
        if own.is_some_and(|set| set.is_empty()) {
            return true;
        }
        if wanted.is_empty()
            || self.missing_method(ty, interface, true).is_some()
                && !self.embeds_unknown(ty, &mut Vec::new())
        {
            return false;
        }
        let among = match (wanted.specific(), own) {
            (None, _) => true,
            (Some(_), Some(own)) => self.terms_within(own, wanted),
            (Some(terms), None) => terms.iter().any(|&term| self.term_includes(term, ty)),
        };
        among
            && (!self.all_comparable(wanted)
                || self.comparable(ty, false)
                // Ordinary interfaces satisfy `comparable` since Go 1.20.
                || constraint && self.comparable(ty, true))
    }

    /// Whether a struct (or what a pointer to one points to) embeds what is not known, at any
    /// depth: that may have the method that seems to be missing.
    pub(crate) fn embeds_unknown(&self, ty: TypeId, seen: &mut Vec<TypeId>) -> bool {
        let under = self.under(ty);
        let under = self.pointee(under).map_or(under, |elem| self.under(elem));
        let Type::Struct(fields) = self.ty(under) else { return false };
        if seen.len() >= super::MAX_EMBEDDED || seen.contains(&under) {
            return false;
        }
        seen.push(under);
        fields.fields.iter().any(|&field| {
            let ty = self.obj_type(field);
            self.obj(field).is_embedded() && (!self.is_valid(ty) || self.embeds_unknown(ty, seen))
        })
    }
}
