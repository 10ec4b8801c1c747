//! Unary and binary operators, shifts, comparisons.

use syntax::tree::{BinaryOp, Expr, ExprId, UnaryOp};

use super::{Checker, Operand};
use crate::constant::{self, Value};
use crate::facts::Mode;
use crate::types::{Basic, ChanDir, Type, TypeId};
use crate::universe::Universe;

/// The largest count in a shift of constants: enough to write the smallest `float64`.
const MAX_SHIFT: u64 = 1023 - 1 + 52;

impl Checker<'_> {
    /// `op x`; the operand of `&` may be a composite literal.
    pub(super) fn unary(&mut self, e: ExprId) -> Operand {
        let tree = self.tree();
        let Expr::Unary { op, x: operand } = tree.expr(e) else {
            return Operand::invalid(Some(e));
        };
        let mut x = self.expr(None, operand);
        if x.is_invalid() {
            return x;
        }
        match op {
            UnaryOp::Addr => {
                let literal = matches!(tree.expr(tree.unparen(operand)), Expr::Composite { .. });
                if literal || x.mode == Mode::Variable {
                    return Operand::value(Some(e), self.store.pointer(x.ty));
                }
                x.invalidate();
            }
            UnaryOp::Recv => match self.received_type(x.ty) {
                Some(elem) => {
                    x = Operand::value(Some(e), elem);
                    x.mode = Mode::CommaOk;
                    self.env.has_call_or_recv = true;
                }
                None => x.invalidate(),
            },
            UnaryOp::Plus | UnaryOp::Neg | UnaryOp::Not | UnaryOp::BitNot | UnaryOp::Tilde => {
                self.unary_arithmetic(&mut x, e, op);
            }
        }
        x
    }

    /// Element type of what can be received from.
    fn received_type(&self, ty: TypeId) -> Option<TypeId> {
        match *self.store.ty(self.store.core_type(ty)?) {
            Type::Chan { dir, elem } if dir != ChanDir::Send => Some(elem),
            _ => None,
        }
    }

    fn unary_arithmetic(&mut self, x: &mut Operand, e: ExprId, op: UnaryOp) {
        let (op, applies): (_, fn(Basic) -> bool) = match op {
            UnaryOp::Not => (op, Basic::is_boolean),
            UnaryOp::BitNot | UnaryOp::Tilde => (UnaryOp::BitNot, Basic::is_integer),
            _ => (op, Basic::is_numeric),
        };
        if !self.store.all_basic(x.ty, applies) {
            x.invalidate();
            return;
        }
        if x.mode != Mode::Constant {
            *x = Operand::value(Some(e), x.ty);
            return;
        }
        x.expr = Some(e);
        let unsigned = self.store.basic(x.ty).filter(|b| b.is_unsigned());
        let bits = unsigned.map(|b| self.integer_bits(b));
        let value = x.value.as_ref().map(|v| constant::unary(op, v, bits));
        x.value = Some(value.unwrap_or(Value::Unknown));
        self.overflow(x);
    }

    /// `lhs op rhs`, or the operation of an assignment `lhs op= rhs`.
    pub(super) fn binary(&mut self, lhs: ExprId, rhs: ExprId, op: BinaryOp) -> Operand {
        let tree = self.tree();
        // `a + b + c + …` nests to the left as deep as somebody made it long.
        let mut chain = Vec::new();
        let mut first = lhs;
        while let Expr::Binary { op, x, y, .. } = tree.expr(first) {
            chain.push((first, y, op));
            first = x;
        }
        let mut x = self.expr(None, first);
        while let Some((e, rhs, op)) = chain.pop() {
            self.operate(&mut x, rhs, op);
            x.expr = Some(e);
            self.record(&x);
        }
        self.operate(&mut x, rhs, op);
        x
    }

    /// `x op rhs`; `x` becomes the result.
    fn operate(&mut self, x: &mut Operand, rhs: ExprId, op: BinaryOp) {
        let mut y = self.expr(None, rhs);
        if x.is_invalid() {
            return;
        }
        if y.is_invalid() {
            *x = y;
            return;
        }
        if op.is_shift() {
            self.shift(x, &mut y, op);
            return;
        }
        self.match_types(x, &mut y);
        if x.is_invalid() {
            return;
        }
        if op.is_comparison() {
            self.comparison(x, &mut y, op);
            return;
        }
        let fits = self.store.identical(x.ty, y.ty)
            && self.store.all_basic(x.ty, operands_of(op))
            && !self.divides_by_zero(x, &y, op);
        if !fits {
            x.invalidate();
        } else if let (Some(a), Some(b)) = (constant_of(x), constant_of(&y)) {
            let integers = self.store.basic(x.ty).is_some_and(Basic::is_integer);
            x.value = Some(match op {
                _ if a.is_unknown() || b.is_unknown() => Value::Unknown,
                BinaryOp::Div if integers => constant::int_quotient(a, b),
                _ => constant::binary(op, a, b),
            });
            self.overflow(x);
        } else {
            *x = Operand::value(x.expr, x.ty);
        }
    }

    fn divides_by_zero(&self, x: &Operand, y: &Operand, op: BinaryOp) -> bool {
        if !matches!(op, BinaryOp::Div | BinaryOp::Rem) {
            return false;
        }
        let Some(divisor) = constant_of(y) else { return false };
        (x.mode == Mode::Constant || self.store.all_basic(x.ty, Basic::is_integer))
            && divisor.sign() == 0
    }

    /// `x op y` for a comparison; `x` becomes the result. Also what a `case` compares.
    pub(super) fn comparison(&mut self, x: &mut Operand, y: &mut Operand, op: BinaryOp) {
        if !self.can_compare(x, y, op) {
            x.invalidate();
            return;
        }
        if let (Some(a), Some(b)) = (constant_of(x), constant_of(y)) {
            x.value = Some(Value::Bool(constant::compare(op, a, b)));
        } else {
            // The operands get no type from the result, so theirs are final now.
            for operand in [&*x, &*y] {
                if let Some(e) = operand.expr {
                    self.update_expr_type(e, self.store.default_type(operand.ty));
                }
            }
            *x = Operand::value(x.expr, x.ty);
        }
        x.ty = Basic::UntypedBool.id();
    }

    fn can_compare(&self, x: &Operand, y: &Operand, op: BinaryOp) -> bool {
        let store = self.store;
        let known = |ty| store.unalias(ty) != Universe::INVALID;
        if !known(x.ty) || !known(y.ty) {
            return false;
        }
        if !self.assignable(x, y.ty) && !self.assignable(y, x.ty) {
            return false;
        }
        match op {
            BinaryOp::Eq | BinaryOp::Ne if x.is_nil() => store.has_nil(y.ty),
            BinaryOp::Eq | BinaryOp::Ne if y.is_nil() => store.has_nil(x.ty),
            BinaryOp::Eq | BinaryOp::Ne => {
                store.comparable(x.ty, true) && store.comparable(y.ty, true)
            }
            _ => {
                store.all_basic(x.ty, Basic::is_ordered) && store.all_basic(y.ty, Basic::is_ordered)
            }
        }
    }

    /// `x << y`, `x >> y`; `x` becomes the result.
    fn shift(&mut self, x: &mut Operand, y: &mut Operand, op: BinaryOp) {
        let store = self.store;
        let shifted = constant_of(x).map(Value::to_int);
        let untyped = store.is_untyped(x.ty);
        let whole = matches!(shifted, Some(Value::Int(_)));
        if !(store.all_basic(x.ty, Basic::is_integer) || untyped && whole) {
            x.invalidate();
            return;
        }
        if !self.shift_count(y) {
            x.invalidate();
            return;
        }
        let Some(shifted) = shifted else {
            *x = Operand::value(x.expr, x.ty);
            return;
        };
        if let Some(count) = constant_of(y) {
            self.shift_constant(x, &shifted, &count.to_int(), op);
            return;
        }
        // An untyped constant shifted by a count that is none is typed by what surrounds
        // the shift: it stays untyped until then.
        if untyped || store.all_basic(x.ty, Basic::is_integer) {
            *x = Operand::value(x.expr, x.ty);
        } else {
            x.invalidate();
        }
    }

    /// Whether the operand can be the count of a shift. A constant must fit into an `uint`, but keeps its type.
    fn shift_count(&mut self, y: &mut Operand) -> bool {
        let untyped = self.store.is_untyped(y.ty);
        if let Some(count) = constant_of(y).map(Value::to_int) {
            if matches!(count, Value::Int(_)) && count.sign() < 0 {
                return false;
            }
            if untyped {
                self.representable(y, Basic::Uint.id());
            }
            return !y.is_invalid();
        }
        if self.store.all_basic(y.ty, Basic::is_integer) && !untyped {
            return true;
        }
        if untyped {
            self.convert_untyped(y, Basic::Uint.id());
        }
        untyped && !y.is_invalid()
    }

    fn shift_constant(&mut self, x: &mut Operand, shifted: &Value, count: &Value, op: BinaryOp) {
        if !self.store.basic(x.ty).is_some_and(Basic::is_integer) {
            x.ty = Basic::UntypedInt.id();
        }
        if shifted.is_unknown() || count.is_unknown() {
            x.value = Some(Value::Unknown);
            return;
        }
        match count.as_u64() {
            Some(count) if count <= MAX_SHIFT => {
                x.value = Some(constant::shift(op, shifted, count));
                self.overflow(x);
            }
            _ => x.invalidate(),
        }
    }

    /// Brings two operands to one type where one is untyped; `x` becomes invalid where that cannot be.
    pub(super) fn match_types(&mut self, x: &mut Operand, y: &mut Operand) {
        if !self.may_match(x, y) {
            return;
        }
        self.convert_untyped(x, y.ty);
        if x.is_invalid() {
            return;
        }
        self.convert_untyped(y, x.ty);
        if y.is_invalid() {
            x.invalidate();
        }
    }

    /// Whether one operand may take the type of the other. If not, they are left as they are.
    fn may_match(&self, x: &Operand, y: &Operand) -> bool {
        let store = self.store;
        if !store.is_untyped(x.ty) && !store.is_untyped(y.ty) {
            return false;
        }
        let agree =
            |pred: fn(Basic) -> bool| store.all_basic(x.ty, pred) == store.all_basic(y.ty, pred);
        if !agree(Basic::is_numeric) {
            return false;
        }
        let interface = |ty| store.is_non_type_param_interface(ty);
        if interface(x.ty) || interface(y.ty) {
            return true;
        }
        if !agree(Basic::is_boolean) || !agree(Basic::is_string) {
            return false;
        }
        if x.is_nil() {
            return store.has_nil(y.ty);
        }
        if y.is_nil() {
            return store.has_nil(x.ty);
        }
        let pointer = |ty| matches!(store.ty(store.under(ty)), Type::Pointer(_));
        !pointer(x.ty) && !pointer(y.ty)
    }
}

/// The value of an operand that is a constant.
fn constant_of(x: &Operand) -> Option<&Value> {
    if x.mode == Mode::Constant { x.value.as_ref() } else { None }
}

/// What the operands of an operator that does not compare or shift must be.
fn operands_of(op: BinaryOp) -> fn(Basic) -> bool {
    match op {
        BinaryOp::Add => |b| b.is_numeric() || b.is_string(),
        BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => Basic::is_numeric,
        BinaryOp::LogAnd | BinaryOp::LogOr => Basic::is_boolean,
        _ => Basic::is_integer,
    }
}
