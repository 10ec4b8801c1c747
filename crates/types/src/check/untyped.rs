//! Untyped values: how they take a type from their context, and what constants fit into it.
//!
//! An expression is pending while its recorded type is untyped. What gives it a type walks down
//! to the operands that it is made of, as long as they are pending too.

use syntax::tree::{Expr, ExprId};

use super::{Checker, Operand};
use crate::constant::{Target, Value};
use crate::facts::Mode;
use crate::types::{Basic, Type, TypeId};
use crate::universe::Universe;

/// Untyped integers with more bits are not allowed, nor needed.
const MAX_INTEGER_BITS: u64 = 512;

/// The longest string constant that the toolchain can put into a program.
const MAX_STRING: u64 = 2_000_000_000;

impl Checker<'_> {
    /// Gives the untyped operand the type `target`, and writes it down for its expression and what that is
    /// made of. Typed operands stay as they are.
    pub(super) fn convert_untyped(&mut self, x: &mut Operand, target: TypeId) {
        match self.implicit_type_and_value(x, target) {
            Some((ty, value)) => self.settle(x, ty, value),
            None => x.invalidate(),
        }
    }

    /// Gives the operand what [`Self::implicit_type_and_value`] found for it, and writes that down.
    pub(super) fn settle(&mut self, x: &mut Operand, ty: TypeId, value: Option<Value>) {
        if let Some(value) = value {
            if let Some(e) = x.expr.filter(|&e| self.is_pending(e)) {
                self.facts().values.insert(e, value.clone());
            }
            x.value = Some(value);
        }
        if ty != x.ty {
            x.ty = ty;
            if let Some(e) = x.expr {
                self.update_expr_type(e, ty);
            }
        }
    }

    /// The type (and, of a constant, value) that the untyped operand takes when used as `target`; `None` if it does not fit.
    pub(super) fn implicit_type_and_value(
        &self,
        x: &Operand,
        target: TypeId,
    ) -> Option<(TypeId, Option<Value>)> {
        let store = self.store;
        if x.is_invalid() || !store.is_untyped(x.ty) || store.unalias(target) == Universe::INVALID {
            return Some((x.ty, None));
        }
        if store.is_untyped(target) {
            return self.larger_untyped(x.ty, target).map(|ty| (ty, None));
        }
        match store.ty(store.under(target)) {
            Type::Basic(under, _) => self.implicit_for_basic(x, target, *under),
            Type::Interface(_) => self.implicit_for_interface(x, target),
            Type::Pointer(_)
            | Type::Signature(_)
            | Type::Slice(_)
            | Type::Map { .. }
            | Type::Chan { .. } => x.is_nil().then_some((x.ty, None)),
            _ => None,
        }
    }

    /// Of two untyped types that of the result of an operation: the later one of integer, rune, float, complex.
    fn larger_untyped(&self, a: TypeId, b: TypeId) -> Option<TypeId> {
        if a == b {
            return Some(a);
        }
        let (x, y) = (self.store.basic(a)?, self.store.basic(b)?);
        (x.is_numeric() && y.is_numeric()).then(|| x.max(y).id())
    }

    fn implicit_for_basic(
        &self,
        x: &Operand,
        target: TypeId,
        under: Basic,
    ) -> Option<(TypeId, Option<Value>)> {
        if x.mode == Mode::Constant {
            let value = self.represented(x.value.as_ref()?, under)?;
            return Some((target, Some(value)));
        }
        match self.store.basic(x.ty)? {
            Basic::UntypedNil => {
                return self.store.has_nil(target).then_some((x.ty, None));
            }
            Basic::UntypedBool if under.is_boolean() => {}
            Basic::UntypedString if under.is_string() => {}
            untyped if untyped.is_numeric() && under.is_numeric() => {}
            _ => return None,
        }
        Some((target, None))
    }

    fn implicit_for_interface(
        &self,
        x: &Operand,
        target: TypeId,
    ) -> Option<(TypeId, Option<Value>)> {
        let store = self.store;
        if store.is_type_param(target) {
            let fits = store.each_type(target, &mut |term| {
                term.is_some_and(|(_, under)| self.implicit_type_and_value(x, under).is_some())
            });
            let ty = if x.is_nil() { x.ty } else { target };
            return fits.then_some((ty, None));
        }
        if x.is_nil() {
            return Some((x.ty, None));
        }
        let set = store.type_set(store.under(target));
        let empty = set.methods.is_empty() && set.terms.is_none() && !set.comparable;
        empty.then(|| (store.default_type(x.ty), None))
    }

    /// Whether the expression still waits for its type.
    fn is_pending(&mut self, e: ExprId) -> bool {
        let ty = self.facts().types[e];
        ty.is_some_and(|ty| self.store.is_untyped(ty))
    }

    /// Writes down the type that a pending expression took, and for the pending operands that it is made of.
    ///
    /// Operands of constants keep what they have: only the result is a value of the program. So do those of a
    /// comparison, which do not share its type, and the count of a shift.
    pub(super) fn update_expr_type(&mut self, e: ExprId, ty: TypeId) {
        let tree = self.tree();
        let mut next = Some(e);
        // Chains of operators are as long as somebody wrote them, so the walk does not recurse.
        let mut rest = Vec::new();
        while let Some(e) = next.take().or_else(|| rest.pop()) {
            if !self.is_pending(e) {
                continue;
            }
            let constant = self.facts().modes[e] == Mode::Constant;
            match tree.expr(e) {
                Expr::Paren(x) => next = Some(x),
                Expr::Unary { x, .. } if !constant => next = Some(x),
                Expr::Binary { op, x, y, .. } if !constant && !op.is_comparison() => {
                    next = Some(x);
                    if !op.is_shift() {
                        rest.push(y);
                    }
                }
                _ => {}
            }
            self.facts().types[e] = Some(ty);
        }
    }

    /// Rounds the constant operand to its type, or to `ty`; what cannot be represented becomes invalid.
    pub(super) fn representable(&mut self, x: &mut Operand, ty: TypeId) {
        let basic = self.store.basic(ty);
        let value = x.value.as_ref().zip(basic).and_then(|(v, basic)| self.represented(v, basic));
        match value {
            Some(value) => x.value = Some(value),
            None => x.invalidate(),
        }
    }

    /// Checks a constant that an operation made: typed ones must fit their type, untyped ones may not be too large.
    pub(super) fn overflow(&mut self, x: &mut Operand) {
        let Some(value) = &x.value else { return };
        if value.is_unknown() {
            return;
        }
        if !self.store.is_untyped(x.ty) {
            self.representable(x, x.ty);
            return;
        }
        let too_large = match value {
            Value::Int(n) => n.bit_len() > MAX_INTEGER_BITS,
            Value::String(text) => text.len() > MAX_STRING,
            _ => false,
        };
        if too_large {
            x.value = Some(Value::Unknown);
        }
    }

    /// The constant as a value of a basic type, rounded; `None` if the type does not have it.
    pub(super) fn represented(&self, value: &Value, basic: Basic) -> Option<Value> {
        if value.is_unknown() {
            return Some(Value::Unknown);
        }
        value.represented_as(self.constant_target(basic)?)
    }

    /// Size in bits of an integer type.
    pub(super) fn integer_bits(&self, basic: Basic) -> u32 {
        match basic {
            Basic::Int8 | Basic::Uint8 => 8,
            Basic::Int16 | Basic::Uint16 => 16,
            Basic::Int32 | Basic::Uint32 => 32,
            Basic::Int64 | Basic::Uint64 => 64,
            // Words have four or eight bytes.
            _ => self.config.sizes.word as u32 * 8,
        }
    }

    fn constant_target(&self, basic: Basic) -> Option<Target> {
        Some(match basic {
            Basic::UntypedInt | Basic::UntypedRune => Target::UntypedInt,
            Basic::Float32 => Target::Float32,
            Basic::Float64 => Target::Float64,
            Basic::UntypedFloat => Target::UntypedFloat,
            Basic::Complex64 => Target::Complex64,
            Basic::Complex128 => Target::Complex128,
            Basic::UntypedComplex => Target::UntypedComplex,
            _ if basic.is_integer() => {
                Target::Int { bits: self.integer_bits(basic), signed: !basic.is_unsigned() }
            }
            _ if basic.is_string() => Target::String,
            _ if basic.is_boolean() => Target::Bool,
            _ => return None,
        })
    }
}
