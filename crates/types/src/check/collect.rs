//! Collecting what a package declares, before any of it is resolved.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use source::Name;
use syntax::tree::{
    Decl, DeclId, Expr, ExprId, FieldListId, GenKind, IdentId, LitKind, Spec, SpecId,
};

use super::Checker;
use crate::constant::Value;
use crate::object::{ObjId, ObjectKind, VarKind};

/// Where and how an object of package level is declared.
#[derive(Clone)]
pub(super) enum Declaration {
    /// A constant.
    Const(ConstDecl),
    /// A variable.
    Var(VarDecl),
    /// A type.
    Type {
        /// Index of its file.
        file: usize,
        /// What declares it.
        spec: SpecId,
    },
    /// A function or method.
    Func {
        /// Index of its file.
        file: usize,
        /// What declares it.
        decl: DeclId,
    },
}

/// How a constant is declared; type and value may be those of a line before.
#[derive(Clone)]
pub(super) struct ConstDecl {
    /// Index of its file.
    pub(super) file: usize,
    /// Its type.
    pub(super) ty: Option<ExprId>,
    /// Its value.
    pub(super) init: Option<ExprId>,
    /// Value of `iota`.
    pub(super) iota: u32,
}

/// How a variable is declared.
#[derive(Clone)]
pub(crate) struct VarDecl {
    /// Index of its file.
    pub(crate) file: usize,
    /// Its type.
    pub(crate) ty: Option<ExprId>,
    /// Its value.
    pub(crate) init: Option<ExprId>,
    /// All variables of the line, where one value initialises several.
    pub(crate) lhs: Option<Arc<[ObjId]>>,
}

/// What the type of a receiver is made of.
pub(super) struct Receiver {
    /// Whether it is a pointer.
    pub(super) pointer: bool,
    /// The base type without type parameters.
    pub(super) base: ExprId,
    /// Its type parameters: `None` where there are no brackets.
    pub(super) type_params: Option<Vec<ExprId>>,
}

/// Objects of the package in the order of the source.
#[derive(Default)]
pub(super) struct Collected {
    /// How each object is declared.
    pub(super) decls: FxHashMap<ObjId, Declaration>,
    /// Objects in order.
    pub(super) order: Vec<ObjId>,
    /// Methods by the type name of their receiver's base type, in order.
    pub(super) methods: FxHashMap<ObjId, Vec<ObjId>>,
}

/// A method whose base type is looked for once all files are collected.
struct Method {
    obj: ObjId,
    base: Name,
    pointer: bool,
}

impl Checker<'_> {
    /// Declares the objects of all files, and what they import.
    pub(super) fn collect(&mut self) {
        let mut methods = Vec::new();
        for file in 0..self.files.len() {
            self.env.file = file;
            let tree = self.tree();
            for &decl in &tree.decls {
                match tree.decl(decl) {
                    Decl::Bad => {}
                    Decl::Gen { kind, specs, .. } => self.collect_gen(kind, tree.list(specs)),
                    Decl::Func { recv, name, .. } => {
                        self.collect_func(decl, recv, name, &mut methods);
                    }
                }
            }
        }
        for method in methods {
            if let Some(base) = self.base_type_name(method.base, method.pointer) {
                self.collected.methods.entry(base).or_default().push(method.obj);
            }
        }
    }

    fn collect_gen(&mut self, kind: GenKind, specs: impl Iterator<Item = SpecId>) {
        let tree = self.tree();
        let mut last = None;
        for spec in specs {
            match tree.spec(spec) {
                Spec::Import { name, path, .. } => self.collect_import(spec, name, path),
                Spec::Value { names, ty, values, iota, .. } if kind == GenKind::Const => {
                    if ty.is_some() || !values.is_empty() {
                        last = Some((ty, values));
                    }
                    let (ty, values) = last.unwrap_or_default();
                    for (i, name) in tree.list(names).enumerate() {
                        let init = tree.list_get(values, i);
                        let kind = ObjectKind::Const(std::sync::OnceLock::new());
                        let obj = self.declared(name, None, kind);
                        let decl = ConstDecl { file: self.env.file, ty, init, iota };
                        self.declare_package(name, obj, Declaration::Const(decl));
                    }
                }
                Spec::Value { names, ty, values, .. } => self.collect_vars(names, ty, values),
                Spec::Type { name, .. } => {
                    let obj = self.declared(name, None, ObjectKind::TypeName);
                    let decl = Declaration::Type { file: self.env.file, spec };
                    self.declare_package(name, obj, decl);
                }
            }
        }
    }

    fn collect_vars(
        &mut self,
        names: syntax::tree::List<IdentId>,
        ty: Option<ExprId>,
        values: syntax::tree::List<ExprId>,
    ) {
        let tree = self.tree();
        let kind = || ObjectKind::Var(VarKind::Package);
        let objs: Vec<ObjId> = tree.list(names).map(|n| self.declared(n, None, kind())).collect();
        let shared = values.len() == 1 && objs.len() > 1;
        let lhs: Option<Arc<[ObjId]>> = shared.then(|| objs.as_slice().into());
        for (i, name) in tree.list(names).enumerate() {
            let init = tree.list_get(values, if shared { 0 } else { i });
            let decl = VarDecl { file: self.env.file, ty, init, lhs: lhs.clone() };
            self.declare_package(name, objs[i], Declaration::Var(decl));
        }
    }

    fn declare_package(&mut self, name: IdentId, obj: ObjId, decl: Declaration) {
        self.record_def(name, obj);
        let name = self.store.obj(obj).name;
        if !name.is_blank() {
            self.scope.entry(name).or_insert(obj);
        }
        self.collected.decls.insert(obj, decl);
        self.collected.order.push(obj);
    }

    fn collect_func(
        &mut self,
        decl: DeclId,
        recv: Option<FieldListId>,
        name: IdentId,
        methods: &mut Vec<Method>,
    ) {
        let tree = self.tree();
        let obj = self.declared(name, None, ObjectKind::Func { origin: None });
        let declaration = Declaration::Func { file: self.env.file, decl };
        let text = self.store.obj(obj).name;
        let field = recv.and_then(|list| tree.list_get(tree.field_list(list).fields, 0));
        match field {
            None if text.as_str() == "init" => {}
            None => return self.declare_package(name, obj, declaration),
            Some(field) => {
                let receiver = self.receiver(tree.field(field).ty);
                if let Expr::Ident(base) = tree.expr(receiver.base)
                    && !text.is_blank()
                {
                    let base = tree.ident(base).name;
                    methods.push(Method { obj, base, pointer: receiver.pointer });
                }
            }
        }
        self.record_def(name, obj);
        self.collected.decls.insert(obj, declaration);
        self.collected.order.push(obj);
    }

    /// Takes the type of a receiver apart.
    pub(super) fn receiver(&self, ty: ExprId) -> Receiver {
        let tree = self.tree();
        let mut base = tree.unparen(ty);
        let mut pointer = false;
        if let Expr::Star(x) = tree.expr(base) {
            pointer = true;
            base = tree.unparen(x);
        }
        let mut type_params = None;
        if let Expr::Index { x, indices, .. } = tree.expr(base) {
            base = x;
            type_params = Some(tree.list(indices).collect());
        }
        Receiver { pointer, base, type_params }
    }

    /// The type name that methods with a receiver called `name` belong to: through aliases of this
    /// package, at most one of which is a pointer.
    fn base_type_name(&self, mut name: Name, mut pointer: bool) -> Option<ObjId> {
        let mut seen = FxHashSet::default();
        loop {
            let obj = *self.scope.get(&name)?;
            if !seen.insert(obj) {
                return None;
            }
            let Some(&Declaration::Type { file, spec }) = self.collected.decls.get(&obj) else {
                return None;
            };
            let tree = &self.files[file].tree;
            let Spec::Type { type_params, assign, ty, .. } = tree.spec(spec) else { return None };
            if assign.is_none() {
                return Some(obj);
            }
            if type_params.is_some() {
                return None;
            }
            let mut ty = tree.unparen(ty);
            if let Expr::Star(x) = tree.expr(ty) {
                if pointer {
                    return None;
                }
                pointer = true;
                ty = tree.unparen(x);
            }
            let Expr::Ident(ident) = tree.expr(ty) else { return None };
            name = tree.ident(ident).name;
        }
    }

    fn collect_import(&mut self, spec: SpecId, name: Option<IdentId>, path: ExprId) {
        let tree = self.tree();
        let text = &self.text()[tree.expr_span(path).range()];
        let value = Value::from_literal(LitKind::String, text);
        let Some(path) = value.as_text().and_then(|t| std::str::from_utf8(t.bytes()).ok()) else {
            return;
        };
        let path = Name::new(path);
        let pkg = self.import(path);
        let local = name.map_or(self.store.pkg(pkg).name(), |n| tree.ident(n).name);
        let place = self.place(tree.spec_span(spec).start);
        let kind = ObjectKind::PkgName(pkg);
        let ty = Some(crate::Universe::INVALID);
        let obj = self.store.new_object(local, Some(self.config.pkg), Some(place), ty, kind);
        match name {
            Some(ident) => self.record_def(ident, obj),
            None => {
                self.facts().implicit_imports.insert(spec, obj);
            }
        }
        // Nobody else holds the scope yet, so it is not copied.
        let file_scope = Arc::make_mut(&mut self.file_scopes[self.env.file]);
        if local.as_str() == "." {
            let scope = self.store.pkg(pkg).scope.get();
            for (&name, &obj) in scope.into_iter().flatten() {
                if name.is_exported() {
                    file_scope.entry(name).or_insert(obj);
                }
            }
        } else if !local.is_blank() {
            file_scope.entry(local).or_insert(obj);
        }
    }

    /// The package that a path means here. Of "C", and of what was not found, nothing is known.
    fn import(&mut self, path: Name) -> crate::PkgId {
        if path.as_str() == "unsafe" {
            return crate::Universe::UNSAFE;
        }
        if let Some(&pkg) = self.config.imports.get(&path) {
            return pkg;
        }
        let store = self.store;
        *self.missing.entry(path).or_insert_with(|| store.add_package(path, true))
    }
}
