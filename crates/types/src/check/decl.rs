//! Declarations: each object is resolved when it is first asked for.

use std::sync::Arc;

use syntax::tree::{Decl, DeclId, ExprId, FieldListId, GenKind, List, Spec, SpecId, Stmt};

use super::collect::{ConstDecl, Declaration, VarDecl};
use super::{Body, Checker, Env};
use crate::constant::Value;
use crate::object::{ObjId, ObjectKind, VarKind};
use crate::types::{Alias, Basic, Late, Named, Signature, Type, TypeId};
use crate::universe::Universe;

impl Checker<'_> {
    /// Resolves all that the package declares: types first, since everything else needs them, then functions, so that methods
    /// are known where values are asked about, then constants and variables.
    pub(super) fn resolve_all(&mut self) {
        let mut order = std::mem::take(&mut self.collected.order);
        // The sort is stable: within a kind the order of the source stays.
        order.sort_by_cached_key(|obj| match self.collected.decls.get(obj) {
            Some(&Declaration::Type { file, spec }) => match self.files[file].tree.spec(spec) {
                Spec::Type { assign: Some(_), .. } => 1,
                _ => 0,
            },
            Some(Declaration::Func { .. }) => 2,
            _ => 3,
        });
        for obj in order {
            self.resolve(obj);
        }
    }

    /// Resolves the declaration of a package-level object of this package.
    pub(super) fn resolve(&mut self, obj: ObjId) {
        if self.resolving.contains(&obj) {
            // A cycle: fine for a type, whose name stands for it; a value without a type would never get one.
            if self.store.obj(obj).ty.get().is_none() {
                let ty = self.partial_signature(obj).unwrap_or(Universe::INVALID);
                self.store.obj(obj).ty.set(ty);
            }
            return;
        }
        if self.store.obj(obj).ty.get().is_some() {
            return;
        }
        let Some(decl) = self.collected.decls.get(&obj).cloned() else { return };
        self.resolving.push(obj);
        let env = std::mem::take(&mut self.env);
        self.without_locals(|check| match decl {
            Declaration::Const(decl) => {
                check.env.file = decl.file;
                check.const_decl(obj, &decl);
            }
            Declaration::Var(decl) => {
                check.env.file = decl.file;
                check.var_decl(obj, &decl);
            }
            Declaration::Type { file, spec } => {
                check.env.file = file;
                check.type_decl(obj, spec);
            }
            Declaration::Func { file, decl } => {
                check.env.file = file;
                check.func_decl(obj, decl);
            }
        });
        self.env = env;
        self.resolving.pop();
    }

    fn const_decl(&mut self, obj: ObjId, decl: &ConstDecl) {
        let before = self.env.iota.replace(Value::from(i64::from(decl.iota)));
        let declared = decl.ty.map(|ty| self.type_expr(ty));
        let fits = |ty| self.store.basic(ty).is_some_and(Basic::is_const_type);
        let valid = declared.is_none_or(fits);
        if let Some(ty) = declared {
            self.store.obj(obj).ty.set(if valid { ty } else { Universe::INVALID });
        }
        match decl.init.filter(|_| valid) {
            Some(init) => {
                let mut x = self.expr(None, init);
                self.init_const(obj, &mut x);
            }
            None if declared.is_none() => self.store.obj(obj).ty.set(Universe::INVALID),
            None => {}
        }
        // Whatever went wrong, the constant has a value.
        if let ObjectKind::Const(value) = &self.store.obj(obj).kind {
            value.get_or_init(|| Value::Unknown);
        }
        self.env.iota = before;
    }

    fn var_decl(&mut self, obj: ObjId, decl: &VarDecl) {
        let ty = decl.ty.map(|ty| self.var_type(ty));
        if let Some(ty) = ty {
            self.store.obj(obj).ty.set(ty);
        }
        let Some(init) = decl.init else {
            if ty.is_none() {
                self.store.obj(obj).ty.set(Universe::INVALID);
            }
            return;
        };
        match &decl.lhs {
            None => {
                let mut x = self.expr(ty, init);
                self.init_var(obj, &mut x);
            }
            Some(lhs) => {
                if let Some(ty) = ty {
                    for &var in lhs.iter() {
                        self.store.obj(var).ty.set(ty);
                    }
                }
                self.init_vars(lhs, &[init], None);
            }
        }
    }

    fn func_decl(&mut self, obj: ObjId, decl: DeclId) {
        let Decl::Func { recv, ty, body, .. } = self.tree().decl(decl) else { return };
        let begun = self.begun.len();
        self.signing = Some(obj);
        let signature = self.func_type(ty, recv);
        self.begun.truncate(begun);
        if let Some(partial) = self.store.obj(obj).ty.get().filter(|&ty| self.is_known(ty)) {
            // Its own name stands in it: there, too, it means the whole function.
            let types = self.facts.iter_mut().flat_map(|facts| facts.types.iter_mut().flatten());
            types.filter(|ty| **ty == partial).for_each(|ty| *ty = signature);
        }
        self.store.obj(obj).ty.set(signature);
        let Some(block) = body else { return };
        if self.config.bodies && matches!(self.tree().stmt(block), Stmt::Block(_)) {
            let env = Env { file: self.env.file, ..Env::default() };
            self.bodies.push(Body { env, signature, block });
        }
    }

    /// What there is of a function's signature while that is read: the type parameters. So
    /// much does a use of the function within its signature see, as in go/types.
    fn partial_signature(&self, obj: ObjId) -> Option<TypeId> {
        let (_, type_params) = self.begun.iter().find(|(begun, _)| *begun == obj)?;
        Some(self.store.add_type(Type::Signature(Box::new(Signature {
            recv: None,
            type_params: type_params.as_slice().into(),
            recv_type_params: [].into(),
            params: [].into(),
            results: [].into(),
            variadic: false,
        }))))
    }

    fn type_decl(&mut self, obj: ObjId, spec: SpecId) {
        let Spec::Type { type_params, assign, ty, .. } = self.tree().spec(spec) else { return };
        let mark = self.open_scope();
        if assign.is_some() {
            self.alias_decl(obj, type_params, ty);
        } else {
            self.defined_type_decl(obj, type_params, ty);
        }
        self.close_scope(mark);
    }

    fn alias_decl(&mut self, obj: ObjId, type_params: Option<FieldListId>, rhs: ExprId) {
        let alias = self.store.add_type(Type::Alias(Box::new(Alias {
            obj,
            rhs: Late::empty(),
            type_params: std::sync::OnceLock::new(),
            instance: None,
        })));
        self.store.obj(obj).ty.set(alias);
        let Type::Alias(data) = self.store.ty(alias) else { return };
        self.bind_type_params(type_params, &data.type_params);
        let rhs = self.type_expr(rhs);
        data.rhs.set(rhs);
    }

    /// Whether an alias stands for something that mentions it, without a defined type on the way: written out,
    /// what it stands for would have no end.
    pub(super) fn is_endless_alias(&self, obj: ObjId, ty: TypeId) -> bool {
        let Type::Alias(alias) = self.store.ty(ty) else { return false };
        if alias.obj != obj || alias.rhs.get().is_some() || alias.instance.is_some() {
            return false;
        }
        // One that is declared in a function is not among them: it can only be its own right-hand side.
        let at = self.resolving.iter().rposition(|&other| other == obj);
        let cycle = at.map_or(&[][..], |at| &self.resolving[at..]);
        cycle.iter().all(|&obj| {
            let ty = self.store.obj(obj).ty.get();
            ty.is_some_and(|ty| matches!(self.store.ty(ty), Type::Alias(_)))
        })
    }

    fn defined_type_decl(&mut self, obj: ObjId, type_params: Option<FieldListId>, rhs: ExprId) {
        let methods = self.collected.methods.get(&obj).into_iter().flatten();
        let methods: Box<[Late<ObjId>]> = methods.map(|&m| Late::new(m)).collect();
        let named = self.store.add_type(Type::Named(Box::new(Named {
            obj,
            underlying: Late::empty(),
            type_params: std::sync::OnceLock::new(),
            methods: methods.into(),
            instance: None,
        })));
        self.store.obj(obj).ty.set(named);
        let Type::Named(data) = self.store.ty(named) else { return };
        self.bind_type_params(type_params, &data.type_params);
        self.defining = Some((self.tree().unparen(rhs), named));
        let rhs = self.type_expr(rhs);
        self.unfinished.push((named, rhs));
        self.finish_types();
    }

    /// Gives each defined type its underlying type, once that of its right-hand side is known.
    fn finish_types(&mut self) {
        let mut progress = true;
        while progress && !self.unfinished.is_empty() {
            progress = false;
            let waiting = std::mem::take(&mut self.unfinished);
            for (named, rhs) in waiting {
                let Type::Named(data) = self.store.ty(named) else { continue };
                let pending = self.store.is_unresolved(rhs);
                if pending {
                    self.unfinished.push((named, rhs));
                    continue;
                }
                let under = self.store.under(rhs);
                data.underlying.set(under);
                progress = true;
            }
        }
    }

    /// What is still without an underlying type when all is resolved is a cycle without end.
    pub(super) fn abandon_unfinished(&mut self) {
        self.finish_types();
        for (named, _) in std::mem::take(&mut self.unfinished) {
            if let Type::Named(data) = self.store.ty(named) {
                data.underlying.set(Universe::INVALID);
            }
        }
    }

    fn bind_type_params(
        &mut self,
        list: Option<FieldListId>,
        place: &std::sync::OnceLock<Box<[TypeId]>>,
    ) {
        match list {
            Some(list) => {
                self.type_params(list, |params| {
                    // Set once: a declaration is resolved once.
                    let _ = place.set(params.into());
                });
            }
            None => {
                let _ = place.set([].into());
            }
        }
    }

    /// A declaration within a function.
    pub(super) fn decl_stmt(&mut self, decl: DeclId) {
        let tree = self.tree();
        let Decl::Gen { kind, specs, .. } = tree.decl(decl) else { return };
        let mut last = None;
        for spec in tree.list(specs) {
            match tree.spec(spec) {
                Spec::Import { .. } => {}
                Spec::Value { names, ty, values, iota, .. } if kind == GenKind::Const => {
                    if ty.is_some() || !values.is_empty() {
                        last = Some((ty, values));
                    }
                    let (ty, values) = last.unwrap_or_default();
                    self.local_consts(names, ty, values, iota);
                }
                Spec::Value { names, ty, values, .. } => self.local_vars(names, ty, values),
                Spec::Type { name, .. } => {
                    let obj = self.declared(name, None, ObjectKind::TypeName);
                    self.record_def(name, obj);
                    self.declare_local(obj);
                    self.type_decl(obj, spec);
                }
            }
        }
    }

    fn local_consts(
        &mut self,
        names: List<syntax::tree::IdentId>,
        ty: Option<ExprId>,
        values: List<ExprId>,
        iota: u32,
    ) {
        let tree = self.tree();
        let file = self.env.file;
        let mut objs = Vec::with_capacity(names.len());
        for (i, name) in tree.list(names).enumerate() {
            let init = tree.list_get(values, i);
            let obj = self.declared(name, None, ObjectKind::Const(std::sync::OnceLock::new()));
            self.const_decl(obj, &ConstDecl { file, ty, init, iota });
            objs.push((name, obj));
        }
        for (name, obj) in objs {
            self.record_def(name, obj);
            self.declare_local(obj);
        }
    }

    fn local_vars(
        &mut self,
        names: List<syntax::tree::IdentId>,
        ty: Option<ExprId>,
        values: List<ExprId>,
    ) {
        let tree = self.tree();
        let file = self.env.file;
        let kind = || ObjectKind::Var(VarKind::Local);
        let objs: Vec<ObjId> = tree.list(names).map(|n| self.declared(n, None, kind())).collect();
        let shared = values.len() == 1 && objs.len() > 1;
        let lhs: Option<Arc<[ObjId]>> = shared.then(|| objs.as_slice().into());
        for (i, &obj) in objs.iter().enumerate() {
            let init = tree.list_get(values, if shared { 0 } else { i });
            self.var_decl(obj, &VarDecl { file, ty, init, lhs: lhs.clone() });
            if shared {
                break;
            }
        }
        for (name, obj) in tree.list(names).zip(objs) {
            self.record_def(name, obj);
            self.declare_local(obj);
        }
    }
}
