//! Integer constants of any size.

use std::cmp::Ordering;
use std::sync::Arc;

use dashu_int::{IBig, Sign, UBig, Word};

/// Results with more bits than this are refused. Go's own checker stops untyped
/// constants at 512 bits; this is merely where memory would become a concern.
pub(super) const MAX_BITS: u64 = 1 << 24;

/// An integer constant.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Int(Repr);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Repr {
    Small(i64),
    /// Only what does not fit an `i64`, so that equal numbers are equal values.
    Big(Arc<IBig>),
}

impl Int {
    /// The number as an `i64`, where it is one.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Small(x) => Some(x),
            Repr::Big(_) => None,
        }
    }

    /// The number as a `u64`, where it is one.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Small(x) => u64::try_from(*x).ok(),
            Repr::Big(x) => u64::try_from(&**x).ok(),
        }
    }

    /// The number in arbitrary precision.
    #[must_use]
    pub fn to_big(&self) -> IBig {
        match &self.0 {
            Repr::Small(x) => IBig::from(*x),
            Repr::Big(x) => IBig::clone(x),
        }
    }

    /// How the number compares to zero.
    #[must_use]
    pub fn sign(&self) -> Ordering {
        match &self.0 {
            Repr::Small(x) => x.cmp(&0),
            Repr::Big(x) if x.sign() == Sign::Negative => Ordering::Less,
            Repr::Big(_) => Ordering::Greater,
        }
    }

    /// Bits of the absolute value: 0 for 0, 3 for 7 and for -7.
    #[must_use]
    pub fn bit_len(&self) -> u64 {
        match &self.0 {
            Repr::Small(x) => u64::from(u64::BITS - x.unsigned_abs().leading_zeros()),
            Repr::Big(x) => bit_len(x),
        }
    }

    /// Whether a signed integer of `bits` bits holds the number.
    #[must_use]
    pub fn fits_signed(&self, bits: u32) -> bool {
        // -2ⁿ⁻¹ fits where 2ⁿ⁻¹ does not; the complement makes the ranges alike.
        let magnitude = match &self.0 {
            Repr::Small(x) if *x < 0 => Int::from(!*x),
            Repr::Big(x) if x.sign() == Sign::Negative => Int::from(!&**x),
            _ => self.clone(),
        };
        magnitude.bit_len() < u64::from(bits)
    }

    /// Whether an unsigned integer of `bits` bits holds the number.
    #[must_use]
    pub fn fits_unsigned(&self, bits: u32) -> bool {
        self.sign() != Ordering::Less && self.bit_len() <= u64::from(bits)
    }
}

impl From<i64> for Int {
    fn from(x: i64) -> Self {
        Self(Repr::Small(x))
    }
}

impl From<u64> for Int {
    fn from(x: u64) -> Self {
        i64::try_from(x).map_or_else(|_| Self::from(IBig::from(x)), Self::from)
    }
}

impl From<IBig> for Int {
    fn from(x: IBig) -> Self {
        match i64::try_from(&x) {
            Ok(small) => Self(Repr::Small(small)),
            Err(_) => Self(Repr::Big(Arc::new(x))),
        }
    }
}

impl From<UBig> for Int {
    fn from(x: UBig) -> Self {
        Self::from(IBig::from(x))
    }
}

impl std::fmt::Display for Int {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Repr::Small(x) => x.fmt(f),
            Repr::Big(x) => x.fmt(f),
        }
    }
}

/// Bits of the absolute value.
pub(super) fn bit_len(x: &IBig) -> u64 {
    let (_, words) = x.as_sign_words();
    words.last().map_or(0, |top| {
        words.len() as u64 * u64::from(Word::BITS) - u64::from(top.leading_zeros())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_at_the_edges() {
        let two_to = |n: usize| IBig::ONE << n;
        for bits in [8u32, 16, 32, 64] {
            let n = bits as usize;
            assert!(Int::from(two_to(n - 1) - 1).fits_signed(bits));
            assert!(!Int::from(two_to(n - 1)).fits_signed(bits));
            assert!(Int::from(-two_to(n - 1)).fits_signed(bits));
            assert!(!Int::from(-two_to(n - 1) - 1).fits_signed(bits));
            assert!(Int::from(two_to(n) - 1).fits_unsigned(bits));
            assert!(!Int::from(two_to(n)).fits_unsigned(bits));
            assert!(!Int::from(-1i64).fits_unsigned(bits));
        }
    }
}
