//! The operators of constant expressions.

use std::borrow::Cow;
use std::cmp::Ordering;

use dashu_base::DivRem;
use dashu_int::IBig;
use dashu_ratio::RBig;
use syntax::tree::{BinaryOp, UnaryOp};

use super::binary_float::{BinaryFloat, PRECISION};
use super::float::Float;
use super::int::{Int, MAX_BITS};
use super::{Complex, Value};

/// The longest string `go/types` allows a constant to be.
const MAX_TEXT: u64 = 2_000_000_000;

/// `op x`. For `^` of an unsigned type `unsigned_bits` is its size: the result has
/// no more bits than that.
#[must_use]
pub fn unary(op: UnaryOp, x: &Value, unsigned_bits: Option<u32>) -> Value {
    match (op, x) {
        (UnaryOp::Plus, Value::Int(_) | Value::Float(_) | Value::Complex(_)) => x.clone(),
        (UnaryOp::Neg, _) => negated(x),
        (UnaryOp::BitNot, Value::Int(x)) => {
            let flipped = !x.to_big();
            match unsigned_bits {
                Some(bits) => int(flipped & ((IBig::ONE << bits as usize) - IBig::ONE)),
                None => int(flipped),
            }
        }
        (UnaryOp::Not, Value::Bool(x)) => Value::Bool(!x),
        _ => Value::Unknown,
    }
}

fn negated(x: &Value) -> Value {
    match x {
        Value::Int(x) => match x.as_i64().and_then(i64::checked_neg) {
            Some(small) => Value::from(small),
            None => int(-x.to_big()),
        },
        Value::Float(x) => x.neg(),
        Value::Complex(x) => Value::complex(negated(&x.re), negated(&x.im)),
        Value::Unknown | Value::Bool(_) | Value::String(_) => Value::Unknown,
    }
}

/// `x op y`, but for comparisons and shifts. `/` of two integers is their exact
/// quotient, a real number: where the type of the operation is an integer type,
/// [`int_quotient`] is meant.
#[must_use]
pub fn binary(op: BinaryOp, x: &Value, y: &Value) -> Value {
    match (x, y) {
        (Value::Bool(x), Value::Bool(y)) => match op {
            BinaryOp::LogAnd => Value::Bool(*x && *y),
            BinaryOp::LogOr => Value::Bool(*x || *y),
            _ => Value::Unknown,
        },
        (Value::String(x), Value::String(y)) if op == BinaryOp::Add => {
            let sum = x.concat(y);
            if sum.len() > MAX_TEXT { Value::Unknown } else { Value::String(sum) }
        }
        (Value::Int(x), Value::Int(y)) => int_binary(op, x, y),
        (Value::Complex(_), Value::Int(_) | Value::Float(_) | Value::Complex(_))
        | (Value::Int(_) | Value::Float(_), Value::Complex(_)) => {
            match (x.to_complex(), y.to_complex()) {
                (Value::Complex(x), Value::Complex(y)) => complex_binary(op, &x, &y),
                _ => Value::Unknown,
            }
        }
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            float_binary(op, x, y)
        }
        _ => Value::Unknown,
    }
}

/// The quotient of two integers, truncated towards zero.
#[must_use]
pub fn int_quotient(x: &Value, y: &Value) -> Value {
    let (Value::Int(x), Value::Int(y)) = (x, y) else { return Value::Unknown };
    if y.sign() == Ordering::Equal {
        return Value::Unknown;
    }
    match (x.as_i64(), y.as_i64()) {
        // Wraps as go/constant does: the least int64 by -1 is itself.
        (Some(x), Some(y)) => Value::from(x.wrapping_div(y)),
        _ => int(x.to_big().div_rem(y.to_big()).0),
    }
}

fn int(x: IBig) -> Value {
    Value::Int(Int::from(x))
}

fn int_binary(op: BinaryOp, x: &Int, y: &Int) -> Value {
    if let (Some(a), Some(b)) = (x.as_i64(), y.as_i64())
        && let Some(small) = small_binary(op, a, b)
    {
        return Value::from(small);
    }
    let divides = matches!(op, BinaryOp::Div | BinaryOp::Rem);
    if divides && y.sign() == Ordering::Equal
        || op == BinaryOp::Mul && x.bit_len() + y.bit_len() > MAX_BITS
    {
        return Value::Unknown;
    }
    let (a, b) = (x.to_big(), y.to_big());
    int(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => {
            let (sign, b) = b.into_parts();
            return Float::from_fraction(RBig::from_parts(sign * a, b));
        }
        BinaryOp::Rem => a.div_rem(b).1,
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
        BinaryOp::AndNot => a & !b,
        _ => return Value::Unknown,
    })
}

/// The result where it fits; `None` also for operators this does not do.
fn small_binary(op: BinaryOp, a: i64, b: i64) -> Option<i64> {
    match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::Rem if b != 0 => Some(a.wrapping_rem(b)),
        BinaryOp::And => Some(a & b),
        BinaryOp::Or => Some(a | b),
        BinaryOp::Xor => Some(a ^ b),
        BinaryOp::AndNot => Some(a & !b),
        _ => None,
    }
}

/// Two real numbers, of which at least one is no integer. They are brought to the
/// more general of their representations first.
fn float_binary(op: BinaryOp, x: &Value, y: &Value) -> Value {
    let (Some(x), Some(y)) = (Operand::new(x), Operand::new(y)) else { return Value::Unknown };
    if let (Some(a), Some(b)) = (x.as_fraction(), y.as_fraction()) {
        let (a, b) = (&*a, &*b);
        return Float::from_fraction(match op {
            BinaryOp::Add => a + b,
            BinaryOp::Sub => a - b,
            BinaryOp::Mul => a * b,
            BinaryOp::Div if !b.is_zero() => a / b,
            _ => return Value::Unknown,
        });
    }
    let (Some(a), Some(b)) = (x.to_binary(), y.to_binary()) else { return Value::Unknown };
    Float::from_binary(match op {
        BinaryOp::Add => a.add(&b),
        BinaryOp::Sub => a.add(&b.neg()),
        BinaryOp::Mul => a.mul(&b, PRECISION),
        BinaryOp::Div => a.quo(&b),
        _ => return Value::Unknown,
    })
}

fn complex_binary(op: BinaryOp, x: &Complex, y: &Complex) -> Value {
    let add = |x: &Value, y: &Value| binary(BinaryOp::Add, x, y);
    let sub = |x: &Value, y: &Value| binary(BinaryOp::Sub, x, y);
    let mul = |x: &Value, y: &Value| binary(BinaryOp::Mul, x, y);
    let div = |x: &Value, y: &Value| binary(BinaryOp::Div, x, y);
    let (a, b, c, d) = (&x.re, &x.im, &y.re, &y.im);
    // The order of operations decides how results round.
    match op {
        BinaryOp::Add => Value::complex(add(a, c), add(b, d)),
        BinaryOp::Sub => Value::complex(sub(a, c), sub(b, d)),
        BinaryOp::Mul => Value::complex(sub(&mul(a, c), &mul(b, d)), add(&mul(b, c), &mul(a, d))),
        BinaryOp::Div => {
            let norm = add(&mul(c, c), &mul(d, d));
            let re = add(&mul(a, c), &mul(b, d));
            let im = sub(&mul(b, c), &mul(a, d));
            Value::complex(div(&re, &norm), div(&im, &norm))
        }
        _ => Value::Unknown,
    }
}

/// `x << count` or `x >> count` of an integer.
///
/// Go's checker allows no count above 1074. This allows more, but a result of an
/// absurd size is unknown.
#[must_use]
pub fn shift(op: BinaryOp, x: &Value, count: u64) -> Value {
    let Value::Int(x) = x else { return Value::Unknown };
    match op {
        BinaryOp::Shl if x.sign() == Ordering::Equal => Value::from(0i64),
        BinaryOp::Shl if x.bit_len().saturating_add(count) > MAX_BITS => Value::Unknown,
        BinaryOp::Shl => int(x.to_big() << count as usize),
        BinaryOp::Shr => {
            // One more than all bits leaves only the sign.
            let count = count.min(x.bit_len() + 1);
            int(x.to_big() >> count as usize)
        }
        _ => Value::Unknown,
    }
}

/// `x op y` for `==`, `!=`, `<`, `<=`, `>` and `>=`. False where one of them is
/// unknown, or where they do not compare.
#[must_use]
pub fn compare(op: BinaryOp, x: &Value, y: &Value) -> bool {
    let ordering = match (x, y) {
        (Value::Bool(x), Value::Bool(y)) => return equal(op, x == y),
        (Value::String(x), Value::String(y)) => Some(x.cmp(y)),
        (Value::Complex(_), _) | (_, Value::Complex(_)) => {
            return match (x.to_complex(), y.to_complex()) {
                (Value::Complex(x), Value::Complex(y)) => {
                    let same = |x, y| compare(BinaryOp::Eq, x, y);
                    equal(op, same(&x.re, &y.re) && same(&x.im, &y.im))
                }
                _ => false,
            };
        }
        _ => real_ordering(x, y),
    };
    let Some(ordering) = ordering else { return false };
    match op {
        BinaryOp::Eq => ordering.is_eq(),
        BinaryOp::Ne => ordering.is_ne(),
        BinaryOp::Lt => ordering.is_lt(),
        BinaryOp::Le => ordering.is_le(),
        BinaryOp::Gt => ordering.is_gt(),
        BinaryOp::Ge => ordering.is_ge(),
        _ => false,
    }
}

fn equal(op: BinaryOp, same: bool) -> bool {
    match op {
        BinaryOp::Eq => same,
        BinaryOp::Ne => !same,
        _ => false,
    }
}

fn real_ordering(x: &Value, y: &Value) -> Option<Ordering> {
    if let (Value::Int(x), Value::Int(y)) = (x, y) {
        return Some(match (x.as_i64(), y.as_i64()) {
            (Some(x), Some(y)) => x.cmp(&y),
            _ => x.to_big().cmp(&y.to_big()),
        });
    }
    let (x, y) = (Operand::new(x)?, Operand::new(y)?);
    match (x.as_fraction(), y.as_fraction()) {
        (Some(x), Some(y)) => Some(x.cmp(&y)),
        _ => Some(x.to_binary()?.cmp(&y.to_binary()?)),
    }
}

/// An operand of an operation on real numbers.
enum Operand<'a> {
    Int(&'a Int),
    Float(&'a Float),
}

impl<'a> Operand<'a> {
    fn new(x: &'a Value) -> Option<Self> {
        match x {
            Value::Int(x) => Some(Self::Int(x)),
            Value::Float(x) => Some(Self::Float(x)),
            _ => None,
        }
    }

    /// The operand exactly, unless it is a binary float already.
    fn as_fraction(&self) -> Option<Cow<'a, RBig>> {
        match self {
            Self::Int(x) => Some(Cow::Owned(RBig::from(x.to_big()))),
            Self::Float(x) => x.as_fraction().map(Cow::Borrowed),
        }
    }

    fn to_binary(&self) -> Option<BinaryFloat> {
        match self {
            Self::Int(x) => BinaryFloat::from_int(&x.to_big()),
            Self::Float(x) => x.to_binary(),
        }
    }
}
