//! Types as `go/types` prints them.

pub mod quote;

use std::fmt::Write;

use crate::object::ObjId;
use crate::store::Store;
use crate::types::{Alias, ChanDir, Interface, Named, Signature, Struct, Type, TypeId};
use crate::universe::Universe;

impl Store {
    /// The type as `types.TypeString(t, nil)` of `go/types` prints it: packages by their full path.
    #[must_use]
    pub fn type_string(&self, ty: TypeId) -> String {
        let mut text = String::new();
        self.write_type(&mut text, ty);
        text
    }

    /// Appends what [`Store::type_string`] gives.
    pub fn write_type(&self, text: &mut String, ty: TypeId) {
        Writer { store: self, text, generic: Vec::new() }.ty(ty);
    }
}

struct Writer<'a> {
    store: &'a Store,
    text: &'a mut String,
    /// The generic types whose type parameters are being written. Their constraints can mention
    /// them again, in broken code without arguments.
    generic: Vec<TypeId>,
}

impl Writer<'_> {
    fn ty(&mut self, id: TypeId) {
        match self.store.ty(id) {
            Type::Basic(basic, _) => self.text.push_str(match id {
                Universe::BYTE => "byte",
                Universe::RUNE => "rune",
                _ => basic.name(),
            }),
            Type::Pointer(elem) => {
                self.text.push('*');
                self.ty(*elem);
            }
            Type::Slice(elem) => {
                self.text.push_str("[]");
                self.ty(*elem);
            }
            Type::Array { elem, len } => {
                // Writing to a string cannot fail.
                let _ = write!(self.text, "[{len}]");
                self.ty(*elem);
            }
            Type::Map { key, value } => {
                self.text.push_str("map[");
                self.ty(*key);
                self.text.push(']');
                self.ty(*value);
            }
            Type::Chan { dir, elem } => self.chan(*dir, *elem),
            Type::Tuple(vars) => self.tuple(vars, false),
            Type::Struct(parts) => self.structure(parts),
            Type::Signature(signature) => {
                self.text.push_str("func");
                self.signature(signature);
            }
            Type::Interface(interface) => self.interface(id, interface),
            Type::Union(terms) => {
                for (i, term) in terms.iter().enumerate() {
                    self.text.push_str(if i > 0 { " | " } else { "" });
                    self.text.push_str(if term.tilde { "~" } else { "" });
                    self.ty(term.ty);
                }
            }
            Type::Named(named) => self.named(id, named),
            Type::Alias(alias) => self.alias(id, alias),
            Type::TypeParam(param) => {
                let name = self.store.obj(param.obj).name;
                self.text.push_str(name.as_str());
                if self.store.universe.scope.contains_key(&name) {
                    self.text.push_str("/* type parameter */");
                }
            }
        }
    }

    fn chan(&mut self, dir: ChanDir, elem: TypeId) {
        self.text.push_str(match dir {
            ChanDir::Both => "chan ",
            ChanDir::Send => "chan<- ",
            ChanDir::Recv => "<-chan ",
        });
        let receives = matches!(self.store.ty(elem), Type::Chan { dir: ChanDir::Recv, .. });
        if dir == ChanDir::Both && receives {
            self.text.push('(');
            self.ty(elem);
            self.text.push(')');
        } else {
            self.ty(elem);
        }
    }

    fn structure(&mut self, parts: &Struct) {
        self.text.push_str("struct{");
        for (i, &field) in parts.fields.iter().enumerate() {
            self.text.push_str(if i > 0 { "; " } else { "" });
            let object = self.store.obj(field);
            if !object.is_embedded() {
                self.text.push_str(object.name.as_str());
                self.text.push(' ');
            }
            self.ty(self.store.obj_type(field));
            let tag = parts.tag(i);
            if !tag.is_empty() {
                self.text.push(' ');
                quote::quote(self.text, tag);
            }
        }
        self.text.push('}');
    }

    fn interface(&mut self, id: TypeId, interface: &Interface) {
        if id == Universe::COMPARABLE_INTERFACE {
            return self.text.push_str("interface{comparable}");
        }
        if interface.implicit {
            if let ([], [constraint]) = (&*interface.methods, &*interface.embeddeds) {
                return self.ty(*constraint);
            }
            self.text.push_str("/* implicit */ ");
        }
        self.text.push_str("interface{");
        let mut separator = "";
        for &method in &interface.methods {
            self.text.push_str(separator);
            separator = "; ";
            self.text.push_str(self.store.obj(method).name.as_str());
            if let Type::Signature(signature) = self.store.ty(self.store.obj_type(method)) {
                self.signature(signature);
            }
        }
        for &embedded in &interface.embeddeds {
            self.text.push_str(separator);
            separator = "; ";
            self.ty(embedded);
        }
        self.text.push('}');
    }

    fn named(&mut self, id: TypeId, named: &Named) {
        self.type_name(named.obj);
        match &named.instance {
            Some(instance) => self.arguments(&instance.args),
            None => self.own_params(id, named.type_params.get().map(|p| &**p)),
        }
    }

    fn alias(&mut self, id: TypeId, alias: &Alias) {
        self.type_name(alias.obj);
        match &alias.instance {
            Some(instance) => self.arguments(&instance.args),
            None => self.own_params(id, alias.type_params.get().map(|p| &**p)),
        }
    }

    fn own_params(&mut self, generic: TypeId, params: Option<&[TypeId]>) {
        let Some(params) = params.filter(|params| !params.is_empty()) else { return };
        if self.generic.contains(&generic) {
            return;
        }
        self.generic.push(generic);
        self.type_params(params);
        self.generic.pop();
    }

    fn type_name(&mut self, obj: ObjId) {
        let object = self.store.obj(obj);
        if let Some(pkg) = object.pkg {
            let path = self.store.pkg(pkg).path.as_str();
            self.text.push_str(path);
            self.text.push_str(if path.is_empty() { "" } else { "." });
        }
        self.text.push_str(object.name.as_str());
    }

    fn arguments(&mut self, args: &[TypeId]) {
        self.text.push('[');
        for (i, &arg) in args.iter().enumerate() {
            self.text.push_str(if i > 0 { ", " } else { "" });
            self.ty(arg);
        }
        self.text.push(']');
    }

    /// `[K comparable, A, B any]`: a constraint stands once for those that share it.
    fn type_params(&mut self, params: &[TypeId]) {
        self.text.push('[');
        let mut shared = None;
        for (i, &param) in params.iter().enumerate() {
            let bound = self.bound(param);
            if i > 0 {
                if bound != shared {
                    self.constraint(shared);
                }
                self.text.push_str(", ");
            }
            shared = bound;
            self.ty(param);
        }
        self.constraint(shared);
        self.text.push(']');
    }

    /// The constraint as it prints: each parameter wraps one that is no interface for itself.
    fn bound(&self, param: TypeId) -> Option<TypeId> {
        let _ = self.store.constraint(param);
        match self.store.ty(param) {
            Type::TypeParam(param) => param.bound.get(),
            _ => None,
        }
    }

    fn constraint(&mut self, bound: Option<TypeId>) {
        if let Some(bound) = bound {
            self.text.push(' ');
            self.ty(bound);
        }
    }

    fn signature(&mut self, signature: &Signature) {
        if !signature.type_params.is_empty() {
            self.type_params(&signature.type_params);
        }
        self.tuple(&signature.params, signature.variadic);
        match &*signature.results {
            [] => {}
            [result] if self.store.obj(*result).name.as_str().is_empty() => {
                self.text.push(' ');
                self.ty(self.store.obj_type(*result));
            }
            results => {
                self.text.push(' ');
                self.tuple(results, false);
            }
        }
    }

    fn tuple(&mut self, vars: &[ObjId], variadic: bool) {
        self.text.push('(');
        for (i, &var) in vars.iter().enumerate() {
            self.text.push_str(if i > 0 { ", " } else { "" });
            let name = self.store.obj(var).name.as_str();
            if !name.is_empty() {
                self.text.push_str(name);
                self.text.push(' ');
            }
            let ty = self.store.obj_type(var);
            match self.store.ty(ty) {
                Type::Slice(elem) if variadic && i + 1 == vars.len() => {
                    self.text.push_str("...");
                    self.ty(*elem);
                }
                // `append([]byte, string...)` has the dots behind.
                _ if variadic && i + 1 == vars.len() => {
                    self.ty(ty);
                    self.text.push_str("...");
                }
                _ => self.ty(ty),
            }
        }
        self.text.push(')');
    }
}
