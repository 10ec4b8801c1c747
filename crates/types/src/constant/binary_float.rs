//! Binary floating-point numbers of 512 bits, rounded to nearest, ties to even.

use std::cmp::Ordering;

use dashu_base::{BitTest, DivRem};
use dashu_int::{IBig, Sign, UBig};

/// Bits of a mantissa, as Go's compiler and `go/types` have them.
pub(super) const PRECISION: usize = 512;

/// The range of exponents when a mantissa is read as a fraction in [½, 1).
/// Below it a number is zero, above it it is infinite.
const EXPONENTS: std::ops::RangeInclusive<i64> = i32::MIN as i64..=i32::MAX as i64;

/// A finite number, `±mantissa × 2^exponent`. Zero has no sign.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct BinaryFloat {
    negative: bool,
    /// Odd, or zero, so that equal numbers are equal values.
    mantissa: UBig,
    exponent: i64,
}

/// How a number that does not fit its precision is made to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    /// To the nearest, and of two equally near ones to the even one.
    Nearest,
    /// To the next that is not larger in magnitude.
    TowardZero,
    /// To the next that is not smaller in magnitude.
    AwayFromZero,
}

/// A number before rounding: `±magnitude × 2^exponent`, and where `more` is set,
/// something less than `2^exponent` on top.
pub(super) struct Unrounded {
    pub(super) negative: bool,
    pub(super) magnitude: UBig,
    pub(super) exponent: i64,
    pub(super) more: bool,
}

impl Unrounded {
    /// `x / y × 2^exponent` to at least `bits` bits and one more, which rounding needs.
    ///
    /// `y` must not be zero.
    pub(super) fn quotient(x: &UBig, y: &UBig, exponent: i64, bits: usize) -> Self {
        let shift = (bits + 2 + y.bit_len()).saturating_sub(x.bit_len());
        let (quotient, rest) = (x << shift).div_rem(y);
        Self {
            negative: false,
            magnitude: quotient,
            exponent: exponent - shift as i64,
            more: !rest.is_zero(),
        }
    }

    pub(super) fn with_sign(self, negative: bool) -> Self {
        Self { negative, ..self }
    }

    /// Rounds to `bits` bits; `None` is infinity.
    pub(super) fn round(self, bits: usize, rounding: Rounding) -> Option<BinaryFloat> {
        let len = self.magnitude.bit_len();
        let top = self.exponent.saturating_add(len as i64);
        if len == 0 || top < *EXPONENTS.start() {
            return Some(BinaryFloat::zero());
        }
        if top > *EXPONENTS.end() {
            return None;
        }
        let drop = len.saturating_sub(bits);
        let mantissa = self.shifted_right(drop, rounding);
        if mantissa.bit_len() > bits && top == *EXPONENTS.end() {
            return None;
        }
        Some(BinaryFloat::new(self.negative, mantissa, self.exponent + drop as i64))
    }

    /// The magnitude without its last `drop` bits, rounded by them.
    fn shifted_right(&self, drop: usize, rounding: Rounding) -> UBig {
        if drop == 0 {
            return self.magnitude.clone();
        }
        let kept = &self.magnitude >> drop;
        let zeros = self.magnitude.trailing_zeros().unwrap_or(usize::MAX);
        let half = self.magnitude.bit(drop - 1);
        let beyond_half = self.more || zeros < drop - 1;
        let up = match rounding {
            Rounding::Nearest => half && (beyond_half || kept.bit(0)),
            Rounding::TowardZero => false,
            Rounding::AwayFromZero => half || beyond_half,
        };
        if up { kept + UBig::ONE } else { kept }
    }

    /// The nearest number of an IEEE 754 format, as its bits without the sign.
    /// Numbers too large are the format's infinity.
    pub(super) fn to_ieee(&self, format: Ieee) -> u64 {
        let Ieee { mantissa_bits, min_exponent, max_exponent } = format;
        let len = self.magnitude.bit_len() as i64;
        let infinity = ((max_exponent - min_exponent + 2) as u64) << (mantissa_bits - 1);
        if len == 0 {
            return 0;
        }
        let top = self.exponent.saturating_add(len);
        if top > max_exponent + 1 {
            return infinity;
        }
        // The weight of the last mantissa bit, which subnormal numbers share.
        let least = min_exponent - (mantissa_bits - 1);
        let last = (top - mantissa_bits).max(least);
        if top < last {
            return 0; // less than half of the smallest number
        }
        let mantissa = if self.exponent >= last {
            &self.magnitude << (self.exponent - last) as usize
        } else {
            self.shifted_right((last - self.exponent) as usize, Rounding::Nearest)
        };
        // At most 2^mantissa_bits, so it fits. A leading bit adds itself to the
        // exponent field, as does the carry of rounding up.
        let mantissa = u64::try_from(mantissa).unwrap_or(infinity);
        (((last - least) as u64) << (mantissa_bits - 1)).saturating_add(mantissa).min(infinity)
    }
}

/// What tells the formats of IEEE 754 apart.
#[derive(Clone, Copy)]
pub(super) struct Ieee {
    /// Mantissa bits, with the leading one.
    mantissa_bits: i64,
    /// Exponents of the least and the greatest normal number in [1, 2).
    min_exponent: i64,
    max_exponent: i64,
}

impl Ieee {
    pub(super) const F32: Self = Self { mantissa_bits: 24, min_exponent: -126, max_exponent: 127 };
    pub(super) const F64: Self =
        Self { mantissa_bits: 53, min_exponent: -1022, max_exponent: 1023 };
}

impl BinaryFloat {
    fn new(negative: bool, mantissa: UBig, exponent: i64) -> Self {
        match mantissa.trailing_zeros() {
            None => Self::zero(),
            Some(0) => Self { negative, mantissa, exponent },
            Some(zeros) => {
                Self { negative, mantissa: mantissa >> zeros, exponent: exponent + zeros as i64 }
            }
        }
    }

    pub(super) fn zero() -> Self {
        Self { negative: false, mantissa: UBig::ZERO, exponent: 0 }
    }

    /// The integer `x`, rounded.
    pub(super) fn from_int(x: &IBig) -> Option<Self> {
        let (sign, magnitude) = x.clone().into_parts();
        Unrounded { negative: sign == Sign::Negative, magnitude, exponent: 0, more: false }
            .round(PRECISION, Rounding::Nearest)
    }

    /// `x / y`, rounded; `y` must not be zero.
    pub(super) fn from_ratio(x: &IBig, y: &UBig) -> Option<Self> {
        let (sign, x) = x.clone().into_parts();
        Unrounded::quotient(&x, y, 0, PRECISION)
            .with_sign(sign == Sign::Negative)
            .round(PRECISION, Rounding::Nearest)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }

    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    pub(super) fn is_int(&self) -> bool {
        self.exponent >= 0
    }

    pub(super) fn mantissa(&self) -> &UBig {
        &self.mantissa
    }

    /// The exponent that goes with [`BinaryFloat::mantissa`] as the integer it is.
    pub(super) fn exponent(&self) -> i64 {
        self.exponent
    }

    /// The exponent that goes with the mantissa read as a fraction in [½, 1).
    /// Zero has 0.
    pub(super) fn top(&self) -> i64 {
        if self.is_zero() { 0 } else { self.exponent + self.mantissa.bit_len() as i64 }
    }

    /// The number with [`BinaryFloat::top`] 0: its mantissa as a fraction.
    pub(super) fn fraction(&self) -> Self {
        Self { exponent: -(self.mantissa.bit_len() as i64), ..self.clone() }
    }

    /// The integer the number is, where it is one. Costs memory in proportion to
    /// [`BinaryFloat::top`], which the caller must have looked at.
    pub(super) fn to_int(&self) -> Option<IBig> {
        let shift = usize::try_from(self.exponent).ok()?;
        let sign = if self.negative { Sign::Negative } else { Sign::Positive };
        Some(IBig::from_parts(sign, &self.mantissa << shift))
    }

    pub(super) fn unrounded(&self) -> Unrounded {
        Unrounded {
            negative: self.negative,
            magnitude: self.mantissa.clone(),
            exponent: self.exponent,
            more: false,
        }
    }

    pub(super) fn to_f64(&self) -> f64 {
        let magnitude = f64::from_bits(self.unrounded().to_ieee(Ieee::F64));
        if self.negative { -magnitude } else { magnitude }
    }

    pub(super) fn neg(&self) -> Self {
        Self { negative: !self.negative && !self.is_zero(), ..self.clone() }
    }

    /// The sum, or `None` for infinity.
    pub(super) fn add(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return Some(self.clone());
        }
        if self.is_zero() {
            return Some(other.clone());
        }
        // Less than a quarter of the last place changes nothing. Aligning such
        // operands could take gigabytes.
        let gap = self.top() - other.top();
        if gap.unsigned_abs() > PRECISION as u64 + 2 {
            return Some(if gap > 0 { self.clone() } else { other.clone() });
        }
        let exponent = self.exponent.min(other.exponent);
        let sum = self.aligned(exponent) + other.aligned(exponent);
        let (sign, magnitude) = sum.into_parts();
        Unrounded { negative: sign == Sign::Negative, magnitude, exponent, more: false }
            .round(PRECISION, Rounding::Nearest)
    }

    /// The signed mantissa for `exponent`, which must not be above the number's own.
    fn aligned(&self, exponent: i64) -> IBig {
        let sign = if self.negative { Sign::Negative } else { Sign::Positive };
        IBig::from_parts(sign, &self.mantissa << (self.exponent - exponent) as usize)
    }

    /// The product to `bits` bits, or `None` for infinity.
    pub(super) fn mul(&self, other: &Self, bits: usize) -> Option<Self> {
        Unrounded {
            negative: self.negative != other.negative,
            magnitude: &self.mantissa * &other.mantissa,
            exponent: self.exponent + other.exponent,
            more: false,
        }
        .round(bits, Rounding::Nearest)
    }

    /// The quotient, or `None` for infinity and for a zero `other`.
    pub(super) fn quo(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let exponent = self.exponent - other.exponent;
        Unrounded::quotient(&self.mantissa, &other.mantissa, exponent, PRECISION)
            .with_sign(self.negative != other.negative)
            .round(PRECISION, Rounding::Nearest)
    }

    /// How the number compares to zero.
    pub(super) fn sign(&self) -> Ordering {
        if self.is_zero() {
            Ordering::Equal
        } else if self.negative {
            Ordering::Less
        } else {
            Ordering::Greater
        }
    }
}

impl PartialOrd for BinaryFloat {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BinaryFloat {
    fn cmp(&self, other: &Self) -> Ordering {
        let signs = self.sign().cmp(&other.sign());
        if signs != Ordering::Equal || self.is_zero() {
            return signs;
        }
        let magnitudes = self.top().cmp(&other.top()).then_with(|| {
            let exponent = self.exponent.min(other.exponent);
            let at = |x: &Self| &x.mantissa << (x.exponent - exponent) as usize;
            at(self).cmp(&at(other))
        });
        if self.negative { magnitudes.reverse() } else { magnitudes }
    }
}
