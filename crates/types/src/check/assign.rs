//! Assignments and initialisations.

use syntax::tree::{Expr, ExprId, IdentId, StmtId};

use super::{Checker, Operand};
use crate::facts::Mode;
use crate::object::{ObjId, ObjectKind, VarKind};
use crate::types::{Basic, TypeId};
use crate::universe::Universe;

impl Checker<'_> {
    /// Makes the operand a value of type `ty`, which it must be assignable to; `None` for its own type
    /// (untyped values take their default). The operand becomes invalid if it does not fit.
    pub(super) fn assignment(&mut self, x: &mut Operand, ty: Option<TypeId>) {
        self.single_value(x);
        match x.mode {
            Mode::Invalid => return,
            Mode::Constant
            | Mode::Variable
            | Mode::MapIndex
            | Mode::Value
            | Mode::CommaOk
            | Mode::CommaErr => {}
            Mode::NoValue | Mode::Builtin | Mode::Type | Mode::CgoFunc => {
                x.invalidate();
                return;
            }
        }
        if self.store.is_untyped(x.ty) {
            let target = match ty {
                // Values in interfaces have a type of their own.
                Some(ty) if !self.store.is_non_type_param_interface(ty) => ty,
                None if x.is_nil() => {
                    x.invalidate();
                    return;
                }
                _ => self.store.default_type(x.ty),
            };
            self.convert_untyped(x, target);
            if x.is_invalid() {
                return;
            }
        }
        // Whether the types fit is not looked at: code under analysis compiles.
        let target = ty.and_then(|ty| self.signature_target(ty));
        self.non_generic(target, x);
    }

    /// Gives the constant its type, if it has none yet, and its value.
    pub(super) fn init_const(&mut self, lhs: ObjId, x: &mut Operand) {
        let object = self.store.obj(lhs);
        let declared = object.ty.get();
        let known = !x.is_invalid() && self.is_known(x.ty);
        if !known || x.mode != Mode::Constant || !declared.is_none_or(|ty| self.is_known(ty)) {
            if declared.is_none() {
                object.ty.set(Universe::INVALID);
            }
            return;
        }
        let ty = declared.unwrap_or(x.ty);
        object.ty.set(ty);
        self.assignment(x, Some(ty));
        if let (ObjectKind::Const(value), Some(new)) = (&object.kind, &x.value) {
            value.get_or_init(|| new.clone());
        }
    }

    /// Gives the variable its type, if it has none yet.
    pub(super) fn init_var(&mut self, lhs: ObjId, x: &mut Operand) {
        let var = self.store.obj(lhs);
        let declared = var.ty.get();
        let known = !x.is_invalid() && self.is_known(x.ty);
        let untyped_nil = declared.is_none() && x.ty == Basic::UntypedNil.id();
        if !known || untyped_nil || !declared.is_none_or(|ty| self.is_known(ty)) {
            if declared.is_none() {
                var.ty.set(Universe::INVALID);
            }
            x.invalidate();
            return;
        }
        let ty = declared.unwrap_or_else(|| self.store.default_type(x.ty));
        if declared.is_none() {
            var.ty.set(ty);
        }
        self.assignment(x, Some(ty));
    }

    /// Where several values are expected from one expression, or one from a call. Calls are no targets
    /// that a generic function could take type arguments from.
    fn is_one_to_one(&self, lhs: usize, rhs: &[ExprId]) -> bool {
        let tree = self.tree();
        let is_call = |&e: &ExprId| matches!(tree.expr(tree.unparen(e)), Expr::Call { .. });
        lhs == rhs.len() && !(lhs == 1 && rhs.first().is_some_and(is_call))
    }

    /// `var lhs = rhs`, or the results of a `return`. Variables without a type take that of their value.
    pub(super) fn init_vars(&mut self, lhs: &[ObjId], rhs: &[ExprId], returns: Option<StmtId>) {
        if self.is_one_to_one(lhs.len(), rhs) {
            for (&var, &value) in lhs.iter().zip(rhs) {
                let ty = self.store.obj(var).ty.get();
                let target = ty.and_then(|ty| self.signature_target(ty));
                let mut x = self.expr(target, value);
                self.init_var(var, &mut x);
            }
            return;
        }
        let &[value] = rhs else {
            self.use_exprs(rhs);
            self.without_value(lhs);
            return;
        };
        let (mut values, comma_ok) = self.multi_expr(value, lhs.len() == 2 && returns.is_none());
        if values.len() != lhs.len() {
            self.without_value(lhs);
            return;
        }
        for (&var, x) in lhs.iter().zip(&mut values) {
            self.init_var(var, x);
        }
        if comma_ok {
            self.record_comma_ok(value, &values);
        }
    }

    /// Makes the type of variables that have none unknown.
    fn without_value(&self, vars: &[ObjId]) {
        for &var in vars {
            let var = self.store.obj(var);
            if var.ty.get().is_none() {
                var.ty.set(Universe::INVALID);
            }
        }
    }

    /// Records that `e` has two values, unless one of them could not be assigned.
    fn record_comma_ok(&mut self, mut e: ExprId, values: &[Operand]) {
        let [first, second] = values else { return };
        if first.is_invalid() || second.is_invalid() {
            return;
        }
        let pair = self.pair_type(first.ty, second.ty);
        loop {
            self.facts().types[e] = Some(pair);
            let Expr::Paren(inner) = self.tree().expr(e) else { return };
            e = inner;
        }
    }

    /// `lhs = rhs`
    pub(super) fn assign_vars(&mut self, lhs: &[ExprId], rhs: &[ExprId]) {
        if self.is_one_to_one(lhs.len(), rhs) {
            for (&var, &value) in lhs.iter().zip(rhs) {
                self.assign_expr(var, value);
            }
            return;
        }
        let &[value] = rhs else {
            self.use_targets(lhs);
            self.use_exprs(rhs);
            return;
        };
        let (mut values, comma_ok) = self.multi_expr(value, lhs.len() == 2);
        if values.len() != lhs.len() {
            self.use_targets(lhs);
            return;
        }
        for (&var, x) in lhs.iter().zip(&mut values) {
            self.assign_var(var, x);
        }
        if comma_ok {
            self.record_comma_ok(value, &values);
        }
    }

    /// `lhs = rhs` of one value.
    fn assign_expr(&mut self, lhs: ExprId, rhs: ExprId) {
        let target = self.target_type(lhs);
        if target == Some(Universe::INVALID) {
            self.use_exprs(&[rhs]);
            return;
        }
        let signature = target.and_then(|ty| self.signature_target(ty));
        let mut x = self.expr(signature, rhs);
        self.assignment(&mut x, target);
    }

    /// `lhs = x`
    pub(super) fn assign_var(&mut self, lhs: ExprId, x: &mut Operand) {
        match self.target_type(lhs) {
            Some(Universe::INVALID) => x.invalidate(),
            target => self.assignment(x, target),
        }
    }

    /// The type of what is assigned to: `None` for the blank identifier, `Invalid` for what is not known or
    /// cannot be assigned to.
    fn target_type(&mut self, lhs: ExprId) -> Option<TypeId> {
        if self.is_blank(lhs) {
            return None;
        }
        let x = self.expr(None, lhs);
        let assignable = matches!(x.mode, Mode::Variable | Mode::MapIndex);
        Some(if assignable && self.is_known(x.ty) { x.ty } else { Universe::INVALID })
    }

    fn is_blank(&self, e: ExprId) -> bool {
        let tree = self.tree();
        match tree.expr(tree.unparen(e)) {
            Expr::Ident(ident) => tree.ident(ident).name.is_blank(),
            _ => false,
        }
    }

    /// Looks at what is assigned to in an assignment that cannot be.
    fn use_targets(&mut self, lhs: &[ExprId]) {
        for &e in lhs {
            if !self.is_blank(e) {
                self.use_exprs(&[e]);
            }
        }
    }

    /// `lhs := rhs`
    pub(super) fn short_var_decl(&mut self, lhs: &[ExprId], rhs: &[ExprId]) {
        let tree = self.tree();
        let mut vars = Vec::with_capacity(lhs.len());
        let mut new = Vec::new();
        for &e in lhs {
            let var = match tree.expr(e) {
                Expr::Ident(ident) => self.short_var(ident, &mut new),
                _ => {
                    self.use_targets(&[e]);
                    None
                }
            };
            // What is no variable is given a stand-in, so that values still have one each.
            vars.push(var.unwrap_or_else(|| self.stand_in()));
        }
        self.init_vars(&vars, rhs, None);
        for var in new {
            self.declare_local(var);
        }
    }

    /// The variable that an identifier to the left of `:=` means: one that its block declares already, or a new one.
    fn short_var(&mut self, ident: IdentId, new: &mut Vec<ObjId>) -> Option<ObjId> {
        let name = self.tree().ident(ident).name;
        if !name.is_blank() {
            if new.iter().any(|&var| self.store.obj(var).name == name) {
                return None;
            }
            if let Some(obj) = self.declared_in_block(name) {
                self.record_use(ident, obj);
                return self.store.obj(obj).is_var().then_some(obj);
            }
        }
        let var = self.declared(ident, None, ObjectKind::Var(VarKind::Local));
        self.record_def(ident, var);
        if !name.is_blank() {
            new.push(var);
        }
        Some(var)
    }

    fn stand_in(&self) -> ObjId {
        let name = source::Name::new("_");
        self.store.new_object(name, None, None, None, ObjectKind::Var(VarKind::Local))
    }
}
