//! Real constants: fractions while those stay small, binary floats beyond.

use std::cmp::Ordering;
use std::sync::Arc;

use dashu_base::BitTest;
use dashu_int::Sign;
use dashu_ratio::RBig;

use super::Value;
use super::binary_float::{BinaryFloat, Ieee, PRECISION, Rounding, Unrounded};
use super::int::{self, Int};

/// Numerators, denominators and binary exponents from here on are no longer kept
/// as fractions. Go's `go/constant` draws the line here, and as floats round
/// where fractions do not, results depend on it.
const FRACTION_LIMIT: u64 = 4096;

/// A real constant.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Float(Repr);

/// A result that became a binary float remains one: going back to a fraction
/// would claim an exactness that is lost.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Repr {
    Fraction(Arc<RBig>),
    Binary(Arc<BinaryFloat>),
}

impl Float {
    pub(super) fn zero() -> Self {
        Self::exact(RBig::ZERO)
    }

    /// An exact fraction, whatever its size.
    pub(super) fn exact(x: RBig) -> Self {
        Self(Repr::Fraction(Arc::new(x)))
    }

    /// The result of an operation on fractions, which may have grown too large
    /// to remain one.
    pub(super) fn from_fraction(x: RBig) -> Value {
        let small = int::bit_len(x.numerator()) < FRACTION_LIMIT
            && (x.denominator().bit_len() as u64) < FRACTION_LIMIT;
        if small {
            return Value::Float(Self::exact(x));
        }
        Self::from_binary(BinaryFloat::from_ratio(x.numerator(), x.denominator()))
    }

    /// The result of an operation on binary floats. Infinity is no constant.
    pub(super) fn from_binary(x: Option<BinaryFloat>) -> Value {
        x.map_or(Value::Unknown, |x| Value::Float(Self(Repr::Binary(Arc::new(x)))))
    }

    /// The integer `x` as a real constant.
    pub(super) fn from_int(x: &Int) -> Value {
        let big = x.to_big();
        if x.bit_len() < FRACTION_LIMIT {
            Value::Float(Self::exact(RBig::from(big)))
        } else {
            Self::from_binary(BinaryFloat::from_int(&big))
        }
    }

    /// The integer `x` as a binary float. To an `f64` integers go by way of this, as
    /// in Go; it shows in the rare one that rounds twice.
    pub(super) fn rounded_int(x: &Int) -> Option<Self> {
        BinaryFloat::from_int(&x.to_big()).map(|x| Self(Repr::Binary(Arc::new(x))))
    }

    /// The finite `x`; `None` for infinities and for what is not a number.
    pub(super) fn from_f64(x: f64) -> Option<Self> {
        RBig::try_from(x).ok().map(Self::exact)
    }

    /// The fraction, where the number is kept as one.
    #[must_use]
    pub fn as_fraction(&self) -> Option<&RBig> {
        match &self.0 {
            Repr::Fraction(x) => Some(x),
            Repr::Binary(_) => None,
        }
    }

    /// The number as a binary float: rounded, if it is a fraction. A fraction out
    /// of its range is none.
    pub(super) fn to_binary(&self) -> Option<BinaryFloat> {
        match &self.0 {
            Repr::Fraction(x) => BinaryFloat::from_ratio(x.numerator(), x.denominator()),
            Repr::Binary(x) => Some(BinaryFloat::clone(x)),
        }
    }

    /// How the number compares to zero.
    #[must_use]
    pub fn sign(&self) -> Ordering {
        match &self.0 {
            Repr::Fraction(x) if x.is_zero() => Ordering::Equal,
            Repr::Fraction(x) if x.numerator().sign() == Sign::Negative => Ordering::Less,
            Repr::Fraction(_) => Ordering::Greater,
            Repr::Binary(x) => x.sign(),
        }
    }

    /// The number with the opposite sign.
    pub(super) fn neg(&self) -> Value {
        match &self.0 {
            Repr::Fraction(x) => Self::from_fraction(-RBig::clone(x)),
            Repr::Binary(x) => Self::from_binary(Some(x.neg())),
        }
    }

    /// The integer that the number is, or that it would be but for the rounding of
    /// earlier operations.
    pub(super) fn to_int(&self) -> Option<Int> {
        match &self.0 {
            Repr::Fraction(x) => x.is_int().then(|| Int::from(x.numerator().clone())),
            Repr::Binary(x) => {
                if !is_small(x) {
                    return None;
                }
                // Go forgives a difference in the last four bits.
                let forgiving = |rounding| x.unrounded().round(PRECISION - 4, rounding);
                x.to_int()
                    .or_else(|| forgiving(Rounding::TowardZero)?.to_int())
                    .or_else(|| forgiving(Rounding::AwayFromZero)?.to_int())
                    .map(Int::from)
            }
        }
    }

    /// The nearest `f64`; infinite where the number is too large.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        let (bits, negative) = self.to_ieee(Ieee::F64);
        let magnitude = f64::from_bits(bits);
        if negative { -magnitude } else { magnitude }
    }

    /// The nearest `f32`; infinite where the number is too large.
    #[must_use]
    pub fn to_f32(&self) -> f32 {
        let (bits, negative) = self.to_ieee(Ieee::F32);
        let magnitude = f32::from_bits(bits as u32);
        if negative { -magnitude } else { magnitude }
    }

    fn to_ieee(&self, format: Ieee) -> (u64, bool) {
        let exact = match &self.0 {
            Repr::Fraction(x) => {
                let (sign, numerator) = x.numerator().clone().into_parts();
                // More bits than either format has; the rest is in `more`.
                Unrounded::quotient(&numerator, x.denominator(), 0, u64::BITS as usize)
                    .with_sign(sign == Sign::Negative)
            }
            Repr::Binary(x) => x.unrounded(),
        };
        (exact.to_ieee(format), exact.negative)
    }
}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (&self.0, &other.0) {
            (Repr::Fraction(x), Repr::Fraction(y)) => Some(x.cmp(y)),
            (Repr::Binary(x), Repr::Binary(y)) => Some(x.cmp(y)),
            _ => self.to_binary()?.partial_cmp(&other.to_binary()?),
        }
    }
}

/// Whether the number would make a fraction of bearable size.
pub(super) fn is_small(x: &BinaryFloat) -> bool {
    x.top().unsigned_abs() < FRACTION_LIMIT
}
