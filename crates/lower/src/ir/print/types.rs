//! Types as the compiler prints them (`cmd/compile/internal/types`, the formats `%v` and `LinkString`).

use std::fmt::Write;

use super::Wording;
use crate::compiler::Compiler;
use crate::shapes::is_own_shape;
use crate::{asks_for_methods_only, has_shape};
use sha2::{Digest, Sha256};
use types::type_string::quote;
use types::types::{Interface, Named, Signature, Struct};
use types::{Basic, ChanDir, ObjId, PkgId, Store, Type, TypeId, Universe};

/// Path of the package that shapes are declared in.
const SHAPE_PACKAGE: &str = "go.shape";

/// How packages are named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// For people: by their name, that at hand not at all.
    Short,
    /// For the linker: by their path. Type arguments and shapes are always written so.
    Link,
}

impl Wording<'_> {
    /// Appends a type as messages have it.
    pub(super) fn write_type(&self, text: &mut String, ty: TypeId) {
        let (store, compiler) = (self.store, self.compiler);
        Writer { store, compiler, wording: Some(self), text, depth: 0, open: Vec::new() }
            .ty(ty, Form::Short);
    }

    /// Appends a type as the names of symbols have it.
    pub(super) fn write_link_type(&self, text: &mut String, ty: TypeId) {
        text.push_str(&link_type(self.store, self.compiler, ty));
    }

    /// Appends the qualifier of a package's member: nothing for the package at hand and for predeclared names.
    pub(super) fn qualify(&self, text: &mut String, pkg: Option<PkgId>) {
        if let Some(pkg) = pkg
            && !self.store.same_package(Some(pkg), Some(self.package))
        {
            let pkg = self.store.pkg(pkg);
            // The package of shapes has a path for a name.
            let path = pkg.path.as_str();
            text.push_str(if path == SHAPE_PACKAGE { path } else { pkg.name().as_str() });
            text.push('.');
        }
    }
}

/// Types inside one another before their text is cut off: only broken code has more.
const MAX_DEPTH: u32 = 200;

/// Bytes of a shape's name past which it is hashed (`-d=maxshapelen`, whose default this is).
const MAX_SHAPE_NAME: usize = 500;

/// A type as the names of symbols have it: packages by their path, aliases looked through.
pub(crate) fn link_type(store: &Store, compiler: &Compiler, ty: TypeId) -> String {
    let mut text = String::new();
    Writer { store, compiler, wording: None, text: &mut text, depth: 0, open: Vec::new() }
        .ty(ty, Form::Link);
    text
}

struct Writer<'a, 't> {
    store: &'a Store,
    compiler: &'a Compiler,
    /// What names are seen from; of no consequence for the linker.
    wording: Option<&'a Wording<'a>>,
    text: &'t mut String,
    depth: u32,
    /// Structs that are being written.
    open: Vec<TypeId>,
}

impl<'w> Writer<'w, '_> {
    fn store(&self) -> &'w Store {
        self.store
    }

    fn ty(&mut self, id: TypeId, form: Form) {
        if self.depth >= MAX_DEPTH {
            return self.text.push_str("...");
        }
        self.depth += 1;
        self.write(id, form);
        self.depth -= 1;
    }

    fn write(&mut self, id: TypeId, form: Form) {
        let store = self.store;
        let id = match id {
            // `any` is the one alias that keeps its name.
            Universe::ANY if form == Form::Short => return self.text.push_str("any"),
            _ => self.store().unalias(id),
        };
        match store.ty(id) {
            Type::Basic(basic, _) => self.text.push_str(match id {
                Universe::BYTE if form == Form::Short => "byte",
                Universe::RUNE if form == Form::Short => "rune",
                _ => match basic {
                    Basic::UntypedNil => "nil",
                    _ => basic.name(),
                },
            }),
            Type::Pointer(elem) => {
                self.text.push('*');
                self.ty(*elem, form);
            }
            Type::Slice(elem) => {
                self.text.push_str("[]");
                self.ty(*elem, form);
            }
            Type::Array { elem, len } => {
                // Writing to a string cannot fail.
                let _ = write!(self.text, "[{len}]");
                self.ty(*elem, form);
            }
            Type::Map { key, value } => {
                self.text.push_str("map[");
                self.ty(*key, form);
                self.text.push(']');
                self.ty(*value, form);
            }
            Type::Chan { dir, elem } => self.chan(*dir, *elem, form),
            Type::Tuple(vars) => self.tuple(vars, false, form),
            Type::Struct(parts) => {
                self.open.push(id);
                self.structure(parts, form);
                self.open.pop();
            }
            Type::Signature(signature) => {
                self.text.push_str("func");
                self.signature(signature, form);
            }
            Type::Interface(interface) => self.interface(id, interface, form),
            Type::Named(named) => self.named(id, named, form),
            Type::TypeParam(param) => {
                let name = store.obj(param.obj).name;
                self.text.push_str(name.as_str());
            }
            Type::Union(_) | Type::Alias(_) => self.text.push_str("<T>"),
        }
    }

    fn chan(&mut self, dir: ChanDir, elem: TypeId, form: Form) {
        self.text.push_str(match dir {
            ChanDir::Both => "chan ",
            ChanDir::Send => "chan<- ",
            ChanDir::Recv => "<-chan ",
        });
        let receives = matches!(self.store().ty(elem), Type::Chan { dir: ChanDir::Recv, .. });
        if dir == ChanDir::Both && receives {
            self.text.push('(');
            self.ty(elem, form);
            self.text.push(')');
        } else {
            self.ty(elem, form);
        }
    }

    fn structure(&mut self, parts: &Struct, form: Form) {
        self.text.push_str("struct {");
        for (i, &field) in parts.fields.iter().enumerate() {
            self.text.push_str(if i > 0 { "; " } else { " " });
            self.field_name(field, form);
            self.ty(self.store().obj_type(field), form);
            let tag = parts.tag(i);
            if !tag.is_empty() {
                self.text.push(' ');
                quote::quote(self.text, tag);
            }
        }
        self.text.push_str(if parts.fields.is_empty() { "}" } else { " }" });
    }

    /// The name of a field and what stands behind it. An embedded field's own name shows only for the linker, and only where
    /// an alias made it differ from the type's.
    fn field_name(&mut self, field: ObjId, form: Form) {
        let store = self.store;
        let object = store.obj(field);
        let mut separator = " ";
        if object.is_embedded() {
            if form == Form::Short || self.names_its_type(field) {
                return;
            }
            separator = " = ";
        }
        if !object.is_exported() {
            self.package(object.pkg, form);
        }
        self.text.push_str(object.name.as_str());
        self.text.push_str(separator);
    }

    /// Whether an embedded field is called as its type is.
    fn names_its_type(&self, field: ObjId) -> bool {
        let store = self.store;
        let mut ty = store.unalias(store.obj_type(field));
        if let Type::Pointer(elem) = store.ty(ty) {
            ty = store.unalias(*elem);
        }
        let name = store.obj(field).name;
        match store.ty(ty) {
            // The symbol of an instance has its type arguments in it.
            Type::Named(named) => named.instance.is_none() && store.obj(named.obj).name == name,
            Type::Basic(basic, _) => basic.name() == name.as_str(),
            _ => false,
        }
    }

    fn interface(&mut self, id: TypeId, interface: &Interface, form: Form) {
        let store = self.store;
        if interface.methods.is_empty() && interface.embeddeds.is_empty() {
            return self.text.push_str("interface {}");
        }
        let mut methods = store.type_set(id).methods.to_vec();
        if methods.is_empty() {
            return self.text.push_str("interface {}");
        }
        // Exported names come first.
        methods.sort_by_key(|&method| {
            let object = store.obj(method);
            let path = object.pkg.map(|pkg| store.pkg(pkg).path.as_str());
            (!object.is_exported(), object.name.as_str(), path)
        });
        self.text.push_str("interface {");
        let mut form = form;
        for (i, method) in methods.into_iter().enumerate() {
            self.text.push_str(if i > 0 { "; " } else { " " });
            let object = store.obj(method);
            if !object.is_exported() {
                self.package(object.pkg, Form::Link);
                // Before Go 1.27, all that followed a name that is not exported was written as it is.
                if !self.compiler.since(27) {
                    form = Form::Link;
                }
            }
            self.text.push_str(object.name.as_str());
            if let Type::Signature(signature) = store.ty(store.obj_type(method)) {
                self.signature(signature, form);
            }
        }
        self.text.push_str(" }");
    }

    fn named(&mut self, id: TypeId, named: &Named, form: Form) {
        let store = self.store;
        let object = store.obj(named.obj);
        if object.pkg.is_some_and(|pkg| store.pkg(pkg).path.as_str() == SHAPE_PACKAGE) {
            return self.shape_name(store.under(id));
        }
        self.package(object.pkg, form);
        self.text.push_str(object.name.as_str());
        if let Some(instance) = &named.instance {
            self.text.push('[');
            // With one shape among them, all type arguments are taken by their shapes.
            let shaped = instance.args.iter().any(|&arg| has_shape(store, arg));
            let params = store.type_params(instance.origin);
            for (i, &arg) in instance.args.iter().enumerate() {
                self.text.push_str(if i > 0 { "," } else { "" });
                if shaped {
                    self.shape(arg, params.get(i).copied());
                } else {
                    self.ty(arg, Form::Link);
                }
            }
            self.text.push(']');
        }
    }

    /// The shape of a type argument.
    fn shape(&mut self, arg: TypeId, param: Option<TypeId>) {
        let store = self.store;
        let under = store.under(arg);
        // The compiler does not know yet what a type is when it meets it within itself.
        if self.open.contains(&under) || is_own_shape(store, arg) {
            return self.ty(arg, Form::Link);
        }
        let any_pointer = matches!(store.ty(under), Type::Pointer(_))
            && param.is_some_and(|param| asks_for_methods_only(store, param));
        if any_pointer {
            self.text.push_str(SHAPE_PACKAGE);
            self.text.push_str(".*uint8");
        } else {
            self.shape_name(under);
        }
    }

    /// The name of a shape: its underlying type or, where that is long, a hash of it.
    fn shape_name(&mut self, under: TypeId) {
        self.text.push_str(SHAPE_PACKAGE);
        self.text.push('.');
        let start = self.text.len();
        self.ty(under, Form::Link);
        if self.text.len() - start <= MAX_SHAPE_NAME {
            return;
        }
        let mut hash = Sha256::digest(&self.text.as_bytes()[start..]);
        // The compiler marks its hashes as none of SHA-256 proper; with all bits since Go 1.25.
        hash[0] ^= if self.compiler.since(25) { 0xff } else { 1 };
        self.text.truncate(start);
        for byte in hash {
            // Writing to a string cannot fail.
            let _ = write!(self.text, "{byte:02x}");
        }
    }

    fn package(&mut self, pkg: Option<PkgId>, form: Form) {
        let Some(id) = pkg else { return };
        match form {
            Form::Short => {
                if let Some(wording) = self.wording {
                    wording.qualify(self.text, pkg);
                }
            }
            Form::Link => {
                prefix(self.text, self.store.pkg(id).path.as_str());
                self.text.push('.');
            }
        }
    }

    fn signature(&mut self, signature: &Signature, form: Form) {
        self.tuple(&signature.params, signature.variadic, form);
        match &*signature.results {
            [] => {}
            [result] => {
                self.text.push(' ');
                self.ty(self.store().obj_type(*result), form);
            }
            results => {
                self.text.push(' ');
                self.tuple(results, false, form);
            }
        }
    }

    /// Parameters and results show without their names.
    fn tuple(&mut self, vars: &[ObjId], variadic: bool, form: Form) {
        let store = self.store;
        self.text.push('(');
        for (i, &var) in vars.iter().enumerate() {
            self.text.push_str(if i > 0 { ", " } else { "" });
            let ty = store.obj_type(var);
            match store.ty(store.unalias(ty)) {
                Type::Slice(elem) if variadic && i + 1 == vars.len() => {
                    self.text.push_str("...");
                    self.ty(*elem, form);
                }
                _ => self.ty(ty, form),
            }
        }
        self.text.push(')');
    }
}

/// A package path as symbols have it (`objabi.PathToPrefix`): dots of the last element, quotes, percent signs and what is not
/// printable ASCII are escaped.
pub(crate) fn prefix(text: &mut String, path: &str) {
    let last = path.rfind('/').map_or(0, |slash| slash + 1);
    for (i, byte) in path.bytes().enumerate() {
        match byte {
            b'.' if i < last => text.push('.'),
            b'.' | b'%' | b'"' | ..=b' ' | 0x7f.. => {
                let _ = write!(text, "%{byte:02x}");
            }
            _ => text.push(char::from(byte)),
        }
    }
}
