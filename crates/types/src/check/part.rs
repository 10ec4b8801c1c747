//! One function or one initialiser of a package whose declarations are resolved.
//!
//! What a body needs of its package is small: its scope, the imports of the file, and the types of what it declares. So a
//! checker of its own looks into it, at any time and in any thread, and takes time for that body only.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use source::Name;
use syntax::tree::{Decl, DeclId, Expr, ExprId, FieldId, FieldListId, IdentId, StmtId};

use super::collect::{Declaration, VarDecl};
use super::{Checker, Config, Env, Input};
use crate::object::ObjId;
use crate::store::Store;
use crate::types::{Signature, Type, TypeId};

/// Names that the imports of a file declare.
pub(crate) type FileScope = Arc<FxHashMap<Name, ObjId>>;

/// What a package declares that has code in it, in no order.
#[derive(Default)]
pub(crate) struct WithCode {
    /// Functions and methods: the object, the index of its file, what declares it.
    pub(crate) functions: Vec<(ObjId, usize, DeclId)>,
    /// Variables, and how they are declared.
    pub(crate) variables: Vec<(ObjId, VarDecl)>,
}

impl<'a> Checker<'a> {
    /// A checker of a part of a file, whose imports declare `scope`.
    pub(crate) fn of_part(
        store: &'a Store,
        config: &'a Config,
        part: &'a Input,
        scope: FileScope,
    ) -> Self {
        let mut checker = Self::new(store, config, std::slice::from_ref(part));
        checker.file_scopes = vec![scope];
        checker
    }

    /// What the package declares that has code in it. To be called after [`Self::declare`].
    pub(crate) fn with_code(&self) -> WithCode {
        let mut all = WithCode::default();
        for (&obj, declaration) in &self.collected.decls {
            match declaration {
                Declaration::Const(_) | Declaration::Type { .. } => {}
                &Declaration::Func { file, decl } => all.functions.push((obj, file, decl)),
                Declaration::Var(var) => all.variables.push((obj, var.clone())),
            }
        }
        all
    }

    /// Names that imports declare, file by file.
    pub(crate) fn file_scopes(&self) -> &[FileScope] {
        &self.file_scopes
    }

    /// Looks into the body of the function `obj`, whose signature is known.
    pub(crate) fn function(&mut self, obj: ObjId, decl: DeclId, body: StmtId) {
        let Decl::Func { recv, name, ty, .. } = self.tree().decl(decl) else { return };
        let store = self.store;
        let ty_id = store.obj_type(obj);
        self.record_def(name, obj);
        if let Type::Signature(signature) = store.ty(ty_id) {
            let func = self.tree().func_type(ty);
            self.define_receiver(recv, signature);
            self.define_type_params(func.type_params, &signature.type_params);
            self.define_vars(Some(func.params), &signature.params);
            self.define_vars(func.results, &signature.results);
        }
        self.func_body(Env::default(), ty_id, body);
    }

    /// Looks into the value of variables whose types are known. `typed` where the declaration names a type.
    pub(crate) fn initializer(&mut self, vars: &[ObjId], typed: bool, value: ExprId) {
        match *vars {
            [var] => {
                let declared = typed.then(|| self.store.obj_type(var));
                let mut x = self.expr(declared, value);
                self.init_var(var, &mut x);
            }
            _ => self.init_vars(vars, &[value], None),
        }
        self.bodies();
    }

    /// Records the receiver, and the type parameters that it names, as declared by `signature`.
    fn define_receiver(&mut self, recv: Option<FieldListId>, signature: &Signature) {
        let tree = self.tree();
        let field = recv.and_then(|list| tree.list_get(tree.field_list(list).fields, 0));
        let (Some(field), Some(var)) = (field, signature.recv) else { return };
        let node = tree.field(field);
        match tree.list_get(node.names, 0) {
            Some(name) => self.record_def(name, var),
            None => self.define_unnamed(field, var),
        }
        let names = self.receiver(node.ty).type_params.unwrap_or_default();
        let idents = names.into_iter().filter_map(|name| match tree.expr(name) {
            Expr::Ident(ident) => Some(ident),
            _ => None,
        });
        for (ident, &param) in idents.zip(&signature.recv_type_params) {
            self.define_type_param(ident, param);
        }
    }

    fn define_type_params(&mut self, list: Option<FieldListId>, params: &[TypeId]) {
        let tree = self.tree();
        let fields = list.into_iter().flat_map(|list| tree.list(tree.field_list(list).fields));
        let names = fields.flat_map(|field| tree.list(tree.field(field).names));
        for (name, &param) in names.zip(params) {
            self.define_type_param(name, param);
        }
    }

    fn define_type_param(&mut self, ident: IdentId, param: TypeId) {
        if let Type::TypeParam(param) = self.store.ty(param) {
            self.record_def(ident, param.obj);
        }
    }

    /// Records parameters or results as `vars`, in the order in which the signature was read.
    fn define_vars(&mut self, list: Option<FieldListId>, vars: &[ObjId]) {
        let Some(list) = list else { return };
        let tree = self.tree();
        let mut vars = vars.iter().copied();
        for id in tree.list(tree.field_list(list).fields) {
            let field = tree.field(id);
            if matches!(tree.expr(field.ty), Expr::Ellipsis(None)) {
                continue;
            }
            for name in tree.list(field.names) {
                let Some(var) = vars.next() else { return };
                self.record_def(name, var);
            }
            if field.names.is_empty() {
                let Some(var) = vars.next() else { return };
                self.define_unnamed(id, var);
            }
        }
    }

    fn define_unnamed(&mut self, field: FieldId, var: ObjId) {
        self.facts().unnamed_params.insert(field, var);
    }
}
