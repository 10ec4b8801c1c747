//! Calls, and what they give.

use syntax::tree::{Expr, ExprId, List};

use super::expr::ExprKind;
use super::{Checker, Operand};
use crate::facts::Mode;
use crate::object::Builtin;
use crate::types::{Signature, Type, TypeId};

/// A call as written.
#[derive(Clone, Copy)]
pub(super) struct Call {
    /// What is called.
    pub(super) fun: ExprId,
    /// Arguments.
    pub(super) args: List<ExprId>,
    /// Whether `...` follows the last argument.
    pub(super) spread: bool,
}

/// Type arguments of generic functions that are passed as arguments with only some of theirs, by position of the argument.
pub(super) type PartialInstances = Vec<(usize, Vec<TypeId>)>;

impl Checker<'_> {
    /// `f(args…)`: a call, a conversion, or a predeclared function.
    pub(super) fn call_expr(&mut self, e: ExprId) -> (Operand, ExprKind) {
        let Some(call) = self.call(e) else {
            return (Operand::invalid(Some(e)), ExprKind::Statement);
        };
        let (callee, is_instance) = self.callee(call.fun);
        let (mut x, kind) = match callee.mode {
            Mode::Invalid => {
                self.use_list(call.args);
                (Operand::invalid(None), ExprKind::Statement)
            }
            Mode::Type => (self.conversion_call(call, callee.ty), ExprKind::Conversion),
            Mode::Builtin => self.builtin_call(e, callee.builtin),
            _ => {
                let x = self.function_call(call, &callee, is_instance);
                (x.unwrap_or(Operand::invalid(None)), ExprKind::Statement)
            }
        };
        x.expr = Some(e);
        (x, kind)
    }

    /// The parts of a call.
    pub(super) fn call(&self, e: ExprId) -> Option<Call> {
        match self.tree().expr(e) {
            Expr::Call { fun, args, spread, .. } => Some(Call { fun, args, spread }),
            _ => None,
        }
    }

    /// What is called, and whether it is a generic function with type arguments, which are not looked at yet: they are when
    /// those of values are, so that the others can be inferred.
    fn callee(&mut self, fun: ExprId) -> (Operand, bool) {
        if !matches!(self.tree().expr(fun), Expr::Index { .. }) {
            return (self.expr_or_type(fun, true), false);
        }
        let (mut x, is_instance) = self.index_expr(fun);
        x.expr = Some(fun);
        self.record(&x);
        (x, is_instance)
    }

    /// `T(x)`
    fn conversion_call(&mut self, call: Call, ty: TypeId) -> Operand {
        if self.store.is_generic(ty) {
            return Operand::invalid(None);
        }
        let (Some(arg), 1) = (self.tree().list_get(call.args, 0), call.args.len()) else {
            self.use_list(call.args);
            return Operand::invalid(None);
        };
        let target = self.signature_target(ty);
        let mut x = self.expr(target, arg);
        if !x.is_invalid() {
            self.conversion(&mut x, ty);
        }
        x
    }

    fn builtin_call(&mut self, e: ExprId, builtin: Option<Builtin>) -> (Operand, ExprKind) {
        let x = builtin.and_then(|b| self.builtin(e, b)).unwrap_or(Operand::invalid(None));
        if !x.is_invalid() && x.mode != Mode::Constant {
            self.env.has_call_or_recv = true;
        }
        let kind = match builtin {
            Some(
                Builtin::Clear
                | Builtin::Close
                | Builtin::Copy
                | Builtin::Delete
                | Builtin::Panic
                | Builtin::Print
                | Builtin::Println
                | Builtin::Recover,
            ) => ExprKind::Statement,
            _ => ExprKind::Expression,
        };
        (x, kind)
    }

    /// A call of a function or method; `None` where it is not understood.
    fn function_call(
        &mut self,
        call: Call,
        callee: &Operand,
        is_instance: bool,
    ) -> Option<Operand> {
        let mut ty = self.store.core_type(callee.ty)?;
        let generic = self.as_signature(ty)?;
        let mut given = Vec::new();
        if is_instance {
            let Some(args) = self.explicit_type_args(call.fun) else {
                self.use_list(call.args);
                return None;
            };
            if args.len() > generic.type_params.len() {
                self.use_list(call.args);
                return None;
            }
            // With all type arguments at hand the function is known whatever becomes of the arguments.
            if args.len() == generic.type_params.len() && !args.is_empty() {
                ty = self.instantiate_signature(Some(call.fun), ty, &args);
            } else {
                given = args;
            }
        }
        let (mut args, partial) = self.call_args(call.args);
        let ty = self.arguments(call, ty, &given, &mut args, &partial);
        let signature = self.as_signature(ty)?;
        if !generic.type_params.is_empty() && signature.type_params.is_empty() {
            self.record_type(call.fun, Mode::Value, ty, None);
        }
        self.env.has_call_or_recv = true;
        let x = self.call_result(signature, callee.mode == Mode::CgoFunc);
        // Where inference failed the result may mention type parameters that mean nothing here.
        let unknown = x.mode == Mode::Value && self.store.mentions(&signature.type_params, x.ty);
        (!unknown).then_some(x)
    }

    /// What a call of a function with this signature gives.
    fn call_result(&mut self, signature: &Signature, cgo: bool) -> Operand {
        match &*signature.results {
            [] => Operand { mode: Mode::NoValue, ..Operand::invalid(None) },
            &[result] => {
                let mode = if cgo { Mode::CommaErr } else { Mode::Value };
                Operand { mode, ..Operand::value(None, self.store.obj_type(result)) }
            }
            results => Operand::value(None, self.results_type(results)),
        }
    }

    /// The values of arguments, or of the right-hand side of an assignment: a single call may give several.
    pub(super) fn expr_list(&mut self, list: &[ExprId]) -> Vec<Operand> {
        match *list {
            [single] => self.multi_expr(single, false).0,
            _ => list.iter().map(|&e| self.expr(None, e)).collect(),
        }
    }

    /// The arguments of a call. Generic functions among them wait for their type arguments, of which some may be given.
    fn call_args(&mut self, list: List<ExprId>) -> (Vec<Operand>, PartialInstances) {
        let mut partial = Vec::new();
        let tree = self.tree();
        if let (Some(single), 1) = (tree.list_get(list, 0), list.len()) {
            let x = self.call_arg(single, 0, &mut partial);
            let args = match self.store.ty(x.ty) {
                Type::Tuple(values) if !x.is_invalid() => {
                    let value = |&v| Operand::value(None, self.store.obj_type(v));
                    values.iter().map(value).collect()
                }
                _ => vec![x],
            };
            return (args, partial);
        }
        let mut args = Vec::with_capacity(list.len());
        for (i, e) in tree.list(list).enumerate() {
            let mut x = self.call_arg(e, i, &mut partial);
            self.single_value(&mut x);
            args.push(x);
        }
        (args, partial)
    }

    fn call_arg(&mut self, e: ExprId, position: usize, partial: &mut PartialInstances) -> Operand {
        let mut x = if matches!(self.tree().expr(e), Expr::Index { .. }) {
            let (mut x, is_instance) = self.index_expr(e);
            if is_instance {
                match self.function_instance(None, &mut x, e, false) {
                    Some(args) => {
                        x.expr = Some(e);
                        partial.push((position, args));
                    }
                    None => self.record(&x),
                }
                return x;
            }
            x.expr = Some(e);
            self.record(&x);
            x
        } else {
            self.raw_expr(None, e, None, true).0
        };
        if matches!(x.mode, Mode::NoValue | Mode::Builtin | Mode::Type) {
            x.invalidate();
        }
        x
    }
}

impl<'a> Checker<'a> {
    /// The signature that a type is.
    pub(super) fn as_signature(&self, ty: TypeId) -> Option<&'a Signature> {
        match self.store.ty(ty) {
            Type::Signature(signature) => Some(signature),
            _ => None,
        }
    }
}
