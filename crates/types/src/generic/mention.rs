//! Which types mention which type parameters.

use crate::object::ObjId;
use crate::store::Store;
use crate::types::{Type, TypeId};

/// Nesting beyond which a type is taken to mention nothing.
const MAX_DEPTH: usize = 500;

/// Whether `ty` mentions one of `params`. Type parameters that a signature declares itself do
/// not count.
pub(super) fn mentions(store: &Store, params: &[TypeId], ty: TypeId) -> bool {
    Search { store, params, local: false, interfaces: Vec::new(), depth: 0 }.ty(ty)
}

impl Store {
    /// Whether `ty` mentions one of `params`.
    #[must_use]
    pub fn mentions(&self, params: &[TypeId], ty: TypeId) -> bool {
        !params.is_empty() && mentions(self, params, ty)
    }

    /// Whether one of `params` can come to light in `ty`: it mentions one, or a type declared in a function, which
    /// can mention one without its showing.
    #[must_use]
    pub fn may_mention(&self, params: &[TypeId], ty: TypeId) -> bool {
        !params.is_empty()
            && Search { store: self, params, local: true, interfaces: Vec::new(), depth: 0 }.ty(ty)
    }

    /// Whether a type name is declared in a function.
    fn is_local(&self, obj: ObjId) -> bool {
        let object = self.obj(obj);
        object.pkg.is_some_and(|pkg| {
            self.pkg(pkg).scope.get().is_none_or(|scope| scope.get(&object.name) != Some(&obj))
        })
    }
}

struct Search<'a> {
    store: &'a Store,
    params: &'a [TypeId],
    /// Whether types declared in functions count.
    local: bool,
    /// Interfaces being looked at: methods of an interface can mention it again.
    interfaces: Vec<TypeId>,
    depth: usize,
}

impl Search<'_> {
    fn ty(&mut self, ty: TypeId) -> bool {
        if self.depth > MAX_DEPTH {
            return false;
        }
        self.depth += 1;
        let result = self.inside(ty);
        self.depth -= 1;
        result
    }

    fn inside(&mut self, ty: TypeId) -> bool {
        match self.store.ty(ty) {
            Type::Basic(..) => false,
            Type::TypeParam(_) => self.params.contains(&ty),
            &Type::Pointer(t) | &Type::Slice(t) => self.ty(t),
            &Type::Array { elem, .. } | &Type::Chan { elem, .. } => self.ty(elem),
            &Type::Map { key, value } => self.ty(key) || self.ty(value),
            Type::Tuple(vars) => self.vars(vars),
            Type::Struct(literal) => self.vars(&literal.fields),
            Type::Signature(signature) => {
                self.vars(&signature.params) || self.vars(&signature.results)
            }
            Type::Union(terms) => terms.iter().any(|term| self.ty(term.ty)),
            Type::Interface(literal) => {
                // Most interfaces are done with here, without their type set.
                if literal.methods.is_empty() && literal.embeddeds.is_empty() {
                    return false;
                }
                if self.interfaces.contains(&ty) {
                    return false;
                }
                self.interfaces.push(ty);
                let set = self.store.type_set(ty);
                let terms = set.terms.as_deref().unwrap_or_default();
                // An empty list of terms stands for no type at all, and mentions none.
                let result = self.vars(&set.methods)
                    || !terms.is_empty() && terms.iter().all(|term| self.ty(term.ty));
                self.interfaces.pop();
                result
            }
            Type::Named(named) => match &named.instance {
                Some(instance) => instance.args.iter().any(|&arg| self.ty(arg)),
                None => self.local && self.store.is_local(named.obj),
            },
            Type::Alias(_) => self.ty(self.store.unalias(ty)),
        }
    }

    fn vars(&mut self, vars: &[ObjId]) -> bool {
        vars.iter().any(|&var| self.ty(self.store.obj_type(var)))
    }
}

/// Forgets what was inferred for a parameter where it leads back to the parameter, as `P` to `*P` would: replacing
/// parameters until none is left would not end.
pub(super) fn break_cycles(store: &Store, params: &[TypeId], inferred: &mut [Option<TypeId>]) {
    // Mentioned nothing, nothing leads back.
    if !inferred.iter().flatten().any(|&ty| mentions(store, params, ty)) {
        return;
    }
    let mut walk = Walk { store, params, inferred, path: Vec::new() };
    params.iter().for_each(|&param| walk.ty(param));
}

struct Walk<'a> {
    store: &'a Store,
    params: &'a [TypeId],
    inferred: &'a mut [Option<TypeId>],
    path: Vec<TypeId>,
}

impl Walk<'_> {
    fn ty(&mut self, ty: TypeId) {
        let ty = self.store.unalias(ty);
        let position = self.params.iter().position(|&p| p == ty);
        if self.path.contains(&ty) {
            if let Some(i) = position {
                self.inferred[i] = None;
            }
            return;
        }
        if self.path.len() > MAX_DEPTH {
            return;
        }
        self.path.push(ty);
        match self.store.ty(ty) {
            Type::Basic(..) | Type::Alias(_) => {}
            Type::TypeParam(_) => {
                if let Some(next) = position.and_then(|i| self.inferred[i]) {
                    self.ty(next);
                }
            }
            &Type::Pointer(t) | &Type::Slice(t) => self.ty(t),
            &Type::Array { elem, .. } | &Type::Chan { elem, .. } => self.ty(elem),
            &Type::Map { key, value } => {
                self.ty(key);
                self.ty(value);
            }
            Type::Tuple(vars) => self.vars(vars),
            Type::Struct(literal) => self.vars(&literal.fields),
            Type::Signature(signature) => {
                self.vars(&signature.params);
                self.vars(&signature.results);
            }
            Type::Union(terms) => terms.iter().for_each(|term| self.ty(term.ty)),
            Type::Interface(interface) => {
                self.vars(&interface.methods);
                interface.embeddeds.iter().for_each(|&embedded| self.ty(embedded));
            }
            Type::Named(named) => {
                if let Some(instance) = &named.instance {
                    instance.args.iter().for_each(|&arg| self.ty(arg));
                }
            }
        }
        self.path.pop();
    }

    fn vars(&mut self, vars: &[ObjId]) {
        vars.iter().for_each(|&var| self.ty(self.store.obj_type(var)));
    }
}
