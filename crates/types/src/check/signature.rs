//! Signatures as written.

use source::Name;
use syntax::tree::{BinaryOp, Expr, ExprId, FieldId, FieldListId, FuncTypeId, IdentId, UnaryOp};

use super::Checker;
use crate::facts::Mode;
use crate::object::{ObjId, ObjectKind, VarKind};
use crate::types::{Late, Signature, Type, TypeId, TypeParam};
use crate::universe::Universe;

impl Checker<'_> {
    /// The signature `ty`, with the receiver of a method declaration.
    pub(super) fn func_type(&mut self, ty: FuncTypeId, recv: Option<FieldListId>) -> TypeId {
        let signature = self.signature(ty, recv);
        self.store.add_type(Type::Signature(Box::new(signature)))
    }

    /// The parts of the signature `ty`.
    pub(super) fn signature(&mut self, ty: FuncTypeId, recv: Option<FieldListId>) -> Signature {
        let tree = self.tree();
        let func = tree.func_type(ty);
        let declared = self.signing.take();
        let mark = self.open_scope();
        let recv = recv.and_then(|list| tree.list_get(tree.field_list(list).fields, 0));
        let (recv, recv_type_params) = match recv {
            Some(field) => {
                let (recv, params) = self.receiver_var(field);
                (Some(recv), params)
            }
            None => (None, Vec::new()),
        };
        let type_params = match func.type_params {
            Some(list) => self.type_params(list, |_| {}),
            None => Vec::new(),
        };
        if let Some(obj) = declared {
            self.begun.push((obj, type_params.clone()));
        }
        let (params, variadic) = self.params(func.params, VarKind::Param);
        let results = func.results.map_or_else(Vec::new, |r| self.params(r, VarKind::Result).0);
        self.close_scope(mark);
        Signature {
            recv,
            type_params: type_params.into(),
            recv_type_params: recv_type_params.into(),
            params: params.into(),
            results: results.into(),
            variadic,
        }
    }

    /// The variables of a list of parameters or results, and whether the last is variadic. They are
    /// not in scope: the body's scope declares them.
    fn params(&mut self, list: FieldListId, kind: VarKind) -> (Vec<ObjId>, bool) {
        let tree = self.tree();
        let fields = tree.field_list(list).fields;
        let mut vars = Vec::with_capacity(fields.len());
        let mut variadic = false;
        for (i, id) in tree.list(fields).enumerate() {
            let field = tree.field(id);
            let mut ty_expr = field.ty;
            let mut dots = false;
            if let Expr::Ellipsis(elem) = tree.expr(field.ty) {
                let Some(elem) = elem else { continue };
                ty_expr = elem;
                let last = i + 1 == fields.len() && field.names.len() <= 1;
                dots = kind == VarKind::Param && last;
            }
            let mut ty = self.var_type(ty_expr);
            if dots {
                variadic = true;
                ty = self.store.slice(ty);
                self.record_type(field.ty, Mode::Type, ty, None);
            }
            for name in tree.list(field.names) {
                let var = self.declared(name, Some(ty), ObjectKind::Var(kind));
                self.record_def(name, var);
                vars.push(var);
            }
            if field.names.is_empty() {
                vars.push(self.unnamed_param(id, ty_expr, ty, kind));
            }
        }
        (vars, variadic)
    }

    fn unnamed_param(&mut self, field: FieldId, at: ExprId, ty: TypeId, kind: VarKind) -> ObjId {
        let place = Some(self.place(self.tree().expr_span(at).start));
        let pkg = Some(self.config.pkg);
        let kind = ObjectKind::Var(kind);
        let var = self.store.new_object(Name::new(""), pkg, place, Some(ty), kind);
        self.facts().unnamed_params.insert(field, var);
        var
    }

    /// The receiver of a method, and the type parameters that it declares, which are in scope from here on.
    fn receiver_var(&mut self, field: FieldId) -> (ObjId, Vec<TypeId>) {
        let tree = self.tree();
        let node = tree.field(field);
        let receiver = self.receiver(node.ty);
        let (ty, type_params) = match receiver.type_params {
            None => (self.var_type(node.ty), Vec::new()),
            Some(names) => {
                let (base, params) = self.receiver_instance(receiver.base, &names);
                let pointer = receiver.pointer && base != Universe::INVALID;
                let ty = if pointer { self.store.pointer(base) } else { base };
                self.record_receiver_types(node.ty, ty);
                (ty, params)
            }
        };
        let var = match tree.list_get(node.names, 0) {
            Some(name) => {
                let var = self.declared(name, Some(ty), ObjectKind::Var(VarKind::Recv));
                self.record_def(name, var);
                var
            }
            None => self.unnamed_param(field, node.ty, ty, VarKind::Recv),
        };
        (var, type_params)
    }

    /// The receiver's base type, instantiated with the type parameters that the receiver names.
    fn receiver_instance(&mut self, base: ExprId, names: &[ExprId]) -> (TypeId, Vec<TypeId>) {
        let generic = self.generic_type(base);
        let mut params = Vec::with_capacity(names.len());
        for (i, &name) in names.iter().enumerate() {
            let Expr::Ident(ident) = self.tree().expr(name) else { continue };
            let (obj, param) = self.declare_type_param(ident, i);
            // Such a name both declares and refers.
            self.record_use(ident, obj);
            self.record_type(name, Mode::Type, param, None);
            params.push(param);
        }
        let store = self.store;
        let declared = store.type_params(generic);
        if !matches!(store.ty(generic), Type::Named(_)) || declared.len() != params.len() {
            return (Universe::INVALID, params);
        }
        for (&param, &of_base) in params.iter().zip(declared) {
            let (Type::TypeParam(data), Type::TypeParam(base)) =
                (store.ty(param), store.ty(of_base))
            else {
                continue;
            };
            let bound = base.bound.get().unwrap_or(Universe::INVALID);
            data.bound.set(store.substitute(bound, declared, &params));
        }
        let instance = self.instance(generic, &params);
        self.record_instance(base, &params, instance);
        (instance, params)
    }

    /// Records the type of a receiver for its expression, for what is in its parentheses, and for what its pointer points to.
    fn record_receiver_types(&mut self, e: ExprId, ty: TypeId) {
        let (mut e, mut ty) = (e, ty);
        loop {
            self.record_type(e, Mode::Type, ty, None);
            match (self.tree().expr(e), self.store.ty(ty)) {
                (Expr::Paren(x), _) => e = x,
                (Expr::Star(x), &Type::Pointer(base)) => (e, ty) = (x, base),
                _ => return,
            }
        }
    }

    /// Declares the type parameters of a list, in scope from here on. `bind` is called before their constraints are looked at,
    /// since these may mention the generic type itself.
    pub(super) fn type_params(
        &mut self,
        list: FieldListId,
        bind: impl FnOnce(&[TypeId]),
    ) -> Vec<TypeId> {
        let tree = self.tree();
        let fields = tree.field_list(list).fields;
        let mut params = Vec::new();
        for field in tree.list(fields) {
            for name in tree.list(tree.field(field).names) {
                params.push(self.declare_type_param(name, params.len()).1);
            }
        }
        bind(&params);
        let mut rest = params.iter();
        for field in tree.list(fields) {
            let field = tree.field(field);
            let bound = self.bound(field.ty);
            for &param in rest.by_ref().take(field.names.len()) {
                if let Type::TypeParam(data) = self.store.ty(param) {
                    data.bound.set(bound);
                }
            }
        }
        params
    }

    fn declare_type_param(&mut self, name: IdentId, index: usize) -> (ObjId, TypeId) {
        let obj = self.declared(name, None, ObjectKind::TypeName);
        let bound = Late::empty();
        let param = TypeParam { obj, index: index as u32, bound };
        let param = self.store.add_type(Type::TypeParam(param));
        self.store.obj(obj).ty.set(param);
        self.record_def(name, obj);
        self.declare_local(obj);
        (obj, param)
    }

    /// A constraint as written. `~T` and `A | B` stand for an interface that embeds them.
    fn bound(&mut self, e: ExprId) -> TypeId {
        match self.tree().expr(e) {
            Expr::Unary { op: UnaryOp::Tilde, .. } | Expr::Binary { op: BinaryOp::Or, .. } => {
                self.implicit_interface(e)
            }
            _ => {
                let bound = self.type_expr(e);
                if self.store.is_type_param(bound) { Universe::INVALID } else { bound }
            }
        }
    }
}
