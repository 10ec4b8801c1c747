//! Operators on values that are known.

use lower::ir::{NodeId, Op};
use types::constant::Value;
use types::{Basic, TypeId};

use super::Machine;
use crate::allocation::value::Abstract;

impl Machine<'_> {
    /// What an operator makes of two values, if that is known.
    pub(super) fn compute(
        &self,
        op: Op,
        ty: Option<TypeId>,
        x: &Abstract,
        y: &Abstract,
    ) -> Abstract {
        if let (Abstract::Nil, Abstract::Nil) = (x, y) {
            return match op {
                Op::Eq => Abstract::bool(true),
                Op::Ne => Abstract::bool(false),
                _ => Abstract::Unknown,
            };
        }
        let (Abstract::Constant(x), Abstract::Constant(y)) = (x, y) else {
            return Abstract::Unknown;
        };
        if let (Some(x), Some(y)) = (x.as_bool(), y.as_bool()) {
            return match op {
                Op::Eq => Abstract::bool(x == y),
                Op::Ne => Abstract::bool(x != y),
                _ => Abstract::Unknown,
            };
        }
        if let (Some(x), Some(y)) = (x.as_text(), y.as_text()) {
            return compare(op, x.bytes().cmp(y.bytes()));
        }
        let (Some(a), Some(b)) = (integer(x), integer(y)) else { return Abstract::Unknown };
        if op.is_comparison() {
            return compare(op, a.cmp(&b));
        }
        match arithmetic(op, a, b) {
            Some(value) => self.fitting(ty, value),
            None => Abstract::Unknown,
        }
    }

    /// An integer, if it is one of its type's.
    pub(super) fn fitting(&self, ty: Option<TypeId>, value: i64) -> Abstract {
        let Some(ty) = ty else { return Abstract::Unknown };
        let Some(basic) = self.types.store.basic(ty) else { return Abstract::Unknown };
        if basic.is_float() {
            return Abstract::int(value);
        }
        let Some(size) = self.types.layout(ty).map(|layout| layout.size) else {
            return Abstract::Unknown;
        };
        let bits = (size * 8).min(64) as u32;
        let fits = if basic.is_unsigned() {
            value >= 0 && (bits == 64 || value < 1 << bits)
        } else {
            basic.is_integer() && (bits == 64 || (-(1 << (bits - 1))..1 << (bits - 1)).contains(&value))
        };
        if fits { Abstract::int(value) } else { Abstract::Unknown }
    }

    /// A value converted to another type.
    pub(super) fn converted(&self, ty: Option<TypeId>, value: Abstract) -> Abstract {
        let basic = ty.and_then(|ty| self.types.store.basic(ty));
        match (&value, basic) {
            (Abstract::Constant(constant), Some(basic)) if basic.is_integer() => {
                match integer(constant) {
                    Some(number) => self.fitting(ty, number),
                    None => Abstract::Unknown,
                }
            }
            (Abstract::Constant(constant), Some(basic)) if basic.is_float() => {
                match constant.to_float() {
                    Value::Unknown => Abstract::Unknown,
                    float => Abstract::Constant(float),
                }
            }
            _ => value,
        }
    }

    /// A division checks its divisor.
    pub(super) fn ends_with_check(&mut self, op: Op, y: Option<NodeId>) {
        let constant = y.is_some_and(|y| self.constant(y).is_some());
        if matches!(op, Op::Div | Op::Mod | Op::Lsh | Op::Rsh) && !constant {
            self.end_block();
        }
    }

    pub(super) fn unary(&self, op: Op, ty: Option<TypeId>, x: &Abstract) -> Abstract {
        match (op, x) {
            (Op::Not, x) => x.as_bool().map_or(Abstract::Unknown, |x| Abstract::bool(!x)),
            (Op::Neg, Abstract::Constant(value)) => {
                match integer(value).and_then(i64::checked_neg) {
                    Some(value) => self.fitting(ty, value),
                    None => Abstract::Unknown,
                }
            }
            (Op::Plus, x) => x.clone(),
            _ => Abstract::Unknown,
        }
    }

    /// The least or the greatest of some numbers.
    pub(super) fn extremum(&self, op: Op, ty: Option<TypeId>, values: &[Abstract]) -> Abstract {
        let is_integer = ty.and_then(|ty| self.types.store.basic(ty)).is_some_and(Basic::is_integer);
        let numbers: Option<Vec<i64>> = values.iter().map(Abstract::as_i64).collect();
        let found = numbers.filter(|_| is_integer).and_then(|numbers| {
            if op == Op::Min { numbers.into_iter().min() } else { numbers.into_iter().max() }
        });
        found.map_or(Abstract::Unknown, Abstract::int)
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(_) => value.as_i64(),
        _ => None,
    }
}

fn compare(op: Op, ordering: std::cmp::Ordering) -> Abstract {
    Abstract::bool(match op {
        Op::Eq => ordering.is_eq(),
        Op::Ne => ordering.is_ne(),
        Op::Lt => ordering.is_lt(),
        Op::Le => ordering.is_le(),
        Op::Ge => ordering.is_ge(),
        Op::Gt => ordering.is_gt(),
        _ => return Abstract::Unknown,
    })
}

fn arithmetic(op: Op, a: i64, b: i64) -> Option<i64> {
    let shift = || u32::try_from(b).ok().filter(|&b| b < 63);
    match op {
        Op::Add => a.checked_add(b),
        Op::Sub => a.checked_sub(b),
        Op::Mul => a.checked_mul(b),
        Op::Div => a.checked_div(b),
        Op::Mod => a.checked_rem(b),
        Op::And => Some(a & b),
        Op::Or => Some(a | b),
        Op::Xor => Some(a ^ b),
        Op::AndNot => Some(a & !b),
        Op::Lsh => a.checked_mul(1_i64.checked_shl(shift()?)?),
        Op::Rsh => a.checked_shr(shift()?),
        _ => None,
    }
}
