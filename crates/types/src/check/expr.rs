//! Expressions: the entry points and the dispatch by kind.

use syntax::tree::{Expr, ExprId, UnaryOp};

use super::{Checker, Operand};
use crate::facts::Mode;
use crate::types::{Basic, Type, TypeId};
use crate::universe::Universe;

/// What an expression is as a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ExprKind {
    /// A conversion.
    Conversion,
    /// An expression that cannot stand alone.
    Expression,
    /// A call or receive.
    Statement,
}

impl Checker<'_> {
    /// Checks and records `e`. `hint` is the type of the composite literal that `e`, itself one, stands in. `target` is
    /// the signature that a generic function is assigned to. Where `allow_generic`, the result may be
    /// a generic function or type that is not instantiated.
    pub(super) fn raw_expr(
        &mut self,
        target: Option<TypeId>,
        e: ExprId,
        hint: Option<TypeId>,
        allow_generic: bool,
    ) -> (Operand, ExprKind) {
        let (mut x, kind) = super::deeper(|| self.expr_by_kind(target, e, hint));
        x.expr = Some(e);
        if !allow_generic {
            self.non_generic(target, &mut x);
        }
        self.record(&x);
        (x, kind)
    }

    fn expr_by_kind(
        &mut self,
        target: Option<TypeId>,
        e: ExprId,
        hint: Option<TypeId>,
    ) -> (Operand, ExprKind) {
        let x = match self.tree().expr(e) {
            Expr::Ident(_) => self.ident(e, false),
            Expr::Lit(_) => self.basic_literal(e),
            Expr::Func { .. } => self.function_literal(e),
            Expr::Composite { .. } => self.composite_literal(e, hint),
            // What is known of the target does not reach into parentheses.
            Expr::Paren(inner) => return self.raw_expr(None, inner, None, false),
            Expr::Selector { .. } => self.selector(e, false),
            Expr::Index { .. } => {
                let (mut x, is_instance) = self.index_expr(e);
                if is_instance {
                    self.function_instance(target, &mut x, e, true);
                }
                x
            }
            Expr::Slice { .. } => self.slice_expr(e),
            Expr::TypeAssert { x, ty, .. } => self.type_assertion(x, ty),
            Expr::Call { .. } => return self.call_expr(e),
            Expr::Star(inner) => self.star(inner),
            Expr::Unary { op, .. } => {
                let x = self.unary(e);
                let receives = op == UnaryOp::Recv;
                return (x, if receives { ExprKind::Statement } else { ExprKind::Expression });
            }
            Expr::Binary { op, x, y, .. } => self.binary(x, y, op),
            Expr::Array { .. }
            | Expr::Struct(_)
            | Expr::FuncType(_)
            | Expr::Interface(_)
            | Expr::Map { .. }
            | Expr::Chan { .. } => {
                let ty = self.type_expr(e);
                Operand { mode: Mode::Type, ..Operand::value(Some(e), ty) }
            }
            // Pairs and ellipses are looked into where they have a meaning.
            Expr::Bad | Expr::KeyValue { .. } | Expr::Ellipsis(_) => Operand::invalid(Some(e)),
        };
        (x, ExprKind::Expression)
    }

    /// `x.(T)`; `ty` is missing for `x.(type)`, which has a meaning in a type switch only.
    fn type_assertion(&mut self, e: ExprId, ty: Option<ExprId>) -> Operand {
        let mut x = self.expr(None, e);
        let interface = self.store.is_non_type_param_interface(x.ty);
        let Some(ty) = ty.filter(|_| interface && !x.is_invalid()) else {
            x.invalidate();
            return x;
        };
        let ty = self.var_type(ty);
        if self.store.unalias(ty) == Universe::INVALID {
            x.invalidate();
        } else {
            x.mode = Mode::CommaOk;
            x.ty = ty;
        }
        x
    }

    /// `*x`: a pointer type, or what a pointer points to.
    fn star(&mut self, e: ExprId) -> Operand {
        let mut x = self.expr_or_type(e, false);
        match x.mode {
            Mode::Invalid => {}
            Mode::Type => x.ty = self.store.pointer(x.ty),
            _ => match self.pointed_to(x.ty) {
                Some(base) => x = Operand { mode: Mode::Variable, ..Operand::value(x.expr, base) },
                None => x.invalidate(),
            },
        }
        x
    }

    /// The type that all pointers in the type set of `ty` point to.
    fn pointed_to(&self, ty: TypeId) -> Option<TypeId> {
        let store = self.store;
        let mut base = None;
        let agree = store.each_type(ty, &mut |term| {
            let Some((_, under)) = term else { return false };
            let &Type::Pointer(elem) = store.ty(under) else { return false };
            let same = base.is_none_or(|base| store.identical(base, elem));
            base = Some(elem);
            same
        });
        base.filter(|_| agree)
    }

    /// A generic function takes its type arguments from `target`, or, without one, becomes invalid, as does a generic type.
    pub(super) fn non_generic(&mut self, target: Option<TypeId>, x: &mut Operand) {
        if matches!(x.mode, Mode::Invalid | Mode::NoValue) {
            return;
        }
        match self.store.ty(x.ty) {
            Type::Named(_) | Type::Alias(_) if self.store.is_generic(x.ty) => x.invalidate(),
            Type::Signature(signature) if !signature.type_params.is_empty() => {
                match (target, x.expr) {
                    (Some(_), Some(e)) => {
                        self.function_instance(target, x, e, true);
                    }
                    _ => x.invalidate(),
                }
            }
            _ => {}
        }
    }

    /// What a variable of type `ty` offers as a target to a generic function assigned to it: its signature, if it has one.
    pub(super) fn signature_target(&self, ty: TypeId) -> Option<TypeId> {
        let core = self.store.core_type(ty)?;
        matches!(self.store.ty(core), Type::Signature(_)).then_some(core)
    }

    /// A single value.
    pub(super) fn expr(&mut self, target: Option<TypeId>, e: ExprId) -> Operand {
        let (mut x, _) = self.raw_expr(target, e, None, false);
        self.single(&mut x);
        x
    }

    /// A single value, maybe a generic function.
    pub(super) fn generic_expr(&mut self, e: ExprId) -> Operand {
        let (mut x, _) = self.raw_expr(None, e, None, true);
        self.single(&mut x);
        x
    }

    /// A single value, maybe a generic function; a composite literal without a type has that of `hint`.
    pub(super) fn expr_with_hint(&mut self, e: ExprId, hint: TypeId) -> Operand {
        let (mut x, _) = self.raw_expr(None, e, Some(hint), true);
        self.single(&mut x);
        x
    }

    /// The values of `e`: several for a call with several results, two for a comma-ok form where
    /// that is allowed (the flag says so).
    pub(super) fn multi_expr(&mut self, e: ExprId, allow_comma_ok: bool) -> (Vec<Operand>, bool) {
        let (mut x, _) = self.raw_expr(None, e, None, false);
        only_values(&mut x);
        if !x.is_invalid()
            && let Type::Tuple(vars) = self.store.ty(x.ty)
        {
            let value = |&var| Operand::value(None, self.store.obj_type(var));
            return (vars.iter().map(value).collect(), false);
        }
        let second = match x.mode {
            Mode::MapIndex | Mode::CommaOk if allow_comma_ok => Basic::UntypedBool.id(),
            Mode::CommaErr if allow_comma_ok => Universe::ERROR,
            _ => return (vec![x], false),
        };
        (vec![x, Operand::value(None, second)], true)
    }

    /// A single value or a type.
    pub(super) fn expr_or_type(&mut self, e: ExprId, allow_generic: bool) -> Operand {
        let (mut x, _) = self.raw_expr(None, e, None, allow_generic);
        if x.mode == Mode::NoValue {
            x.invalidate();
        }
        self.single_value(&mut x);
        x
    }

    /// Checks expressions whose result is of no use, so that what stands in them is recorded.
    pub(super) fn use_exprs(&mut self, list: &[ExprId]) {
        let tree = self.tree();
        for &e in list {
            if let Expr::Ident(ident) = tree.expr(tree.unparen(e))
                && tree.ident(ident).name.is_blank()
            {
                continue;
            }
            self.raw_expr(None, e, None, true);
        }
    }

    fn single(&self, x: &mut Operand) {
        only_values(x);
        self.single_value(x);
    }

    /// Makes an operand that stands for several values invalid.
    pub(super) fn single_value(&self, x: &mut Operand) {
        if x.mode == Mode::Value && matches!(self.store.ty(x.ty), Type::Tuple(_)) {
            x.invalidate();
        }
    }
}

/// Makes what is no value invalid: a type, a predeclared function, a call without result.
fn only_values(x: &mut Operand) {
    if matches!(x.mode, Mode::NoValue | Mode::Builtin | Mode::Type) {
        x.invalidate();
    }
}
