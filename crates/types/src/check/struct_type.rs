//! Struct and interface types as written.

use source::Name;
use syntax::tree::{Expr, ExprId, FieldListId, IdentId, LitKind};

use super::Checker;
use crate::constant::Value;
use crate::object::{ObjId, ObjectKind, VarKind};
use crate::types::{Interface, Struct, Type, TypeId};

impl Checker<'_> {
    /// `struct{…}`
    pub(super) fn struct_type(&mut self, list: FieldListId) -> TypeId {
        let tree = self.tree();
        let mut fields: Vec<ObjId> = Vec::new();
        let mut tags: Vec<Name> = Vec::new();
        for field in tree.list(tree.field_list(list).fields) {
            let field = tree.field(field);
            let ty = self.var_type(field.ty);
            let tag = field.tag.map(|tag| self.tag(tag)).filter(|t| !t.as_str().is_empty());
            let embedded = field.names.is_empty();
            let name = if embedded { self.embedded_name(field.ty) } else { None };
            for name in tree.list(field.names).chain(name) {
                let kind = ObjectKind::Var(VarKind::Field { embedded, origin: None });
                let obj = self.declared(name, Some(ty), kind);
                self.record_def(name, obj);
                if let Some(tag) = tag {
                    tags.resize(fields.len(), Name::new(""));
                    tags.push(tag);
                }
                fields.push(obj);
            }
        }
        if !tags.is_empty() {
            tags.resize(fields.len(), Name::new(""));
        }
        self.store.add_type(Type::Struct(Struct { fields: fields.into(), tags: tags.into() }))
    }

    /// The text of a tag, which must be UTF-8 to be of use to anyone.
    fn tag(&self, tag: ExprId) -> Name {
        let text = &self.text()[self.tree().expr_span(tag).range()];
        let value = Value::from_literal(LitKind::String, text);
        let text = value.as_text().map(|t| String::from_utf8_lossy(t.bytes()).into_owned());
        Name::new(text.as_deref().unwrap_or(""))
    }

    /// The identifier that names an embedded field of type `e`.
    fn embedded_name(&self, e: ExprId) -> Option<IdentId> {
        let tree = self.tree();
        let mut e = e;
        let mut pointer = false;
        loop {
            e = match tree.expr(e) {
                Expr::Ident(ident) => return Some(ident),
                Expr::Selector { sel, .. } => return Some(sel),
                Expr::Index { x, .. } => x,
                Expr::Star(x) if !pointer => {
                    pointer = true;
                    x
                }
                _ => return None,
            };
        }
    }

    /// `interface{…}`; `defined` is the type that it is the definition of.
    pub(super) fn interface_type(&mut self, list: FieldListId, defined: Option<TypeId>) -> TypeId {
        let tree = self.tree();
        let mut methods: Vec<ObjId> = Vec::new();
        let mut embeddeds: Vec<TypeId> = Vec::new();
        let mut receivers: Vec<ObjId> = Vec::new();
        for field in tree.list(tree.field_list(list).fields) {
            let field = tree.field(field);
            let Some(name) = tree.list_get(field.names, 0) else {
                embeddeds.push(self.union_type(field.ty));
                continue;
            };
            if tree.ident(name).name.is_blank() {
                continue;
            }
            let Expr::FuncType(func) = tree.expr(field.ty) else { continue };
            let mut signature = self.signature(func, None);
            let place = Some(self.place(tree.ident(name).pos));
            let pkg = Some(self.config.pkg);
            let kind = ObjectKind::Var(VarKind::Recv);
            let recv = self.store.new_object(Name::new(""), pkg, place, defined, kind);
            signature.recv = Some(recv);
            let signature = self.store.add_type(Type::Signature(Box::new(signature)));
            self.record_type(field.ty, crate::Mode::Type, signature, None);
            let kind = ObjectKind::Func { origin: None };
            let method = self.declared(name, Some(signature), kind);
            self.record_def(name, method);
            methods.push(method);
            receivers.push(recv);
        }
        self.sort_methods(&mut methods);
        let interface = self.add_interface(methods, embeddeds, false);
        if defined.is_none() {
            for recv in receivers {
                self.store.obj(recv).ty.set(interface);
            }
        }
        interface
    }

    /// The interface that a constraint such as `~int | string` stands for.
    pub(super) fn implicit_interface(&mut self, element: ExprId) -> TypeId {
        let union = self.union_type(element);
        self.add_interface(Vec::new(), vec![union], true)
    }

    fn add_interface(
        &mut self,
        methods: Vec<ObjId>,
        embeddeds: Vec<TypeId>,
        implicit: bool,
    ) -> TypeId {
        let interface = Interface {
            methods: methods.into(),
            embeddeds: embeddeds.into(),
            implicit,
            type_set: std::sync::OnceLock::new(),
        };
        self.store.add_type(Type::Interface(Box::new(interface)))
    }

    /// Exported methods first, then by name; what is not exported is of this package.
    fn sort_methods(&self, methods: &mut [ObjId]) {
        methods.sort_by_key(|&m| {
            let name = self.store.obj(m).name;
            (!name.is_exported(), name.as_str())
        });
    }
}
