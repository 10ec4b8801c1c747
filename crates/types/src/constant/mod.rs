//! Exact values of constants, and arithmetic on them.
//!
//! The spec asks for integers exactly and for floating-point numbers with at least
//! 256 bits; Go's own tools have 512. Where rounding shows, values here are those
//! of Go's `go/constant`, and so are the texts of [`Value::exact_string`] and
//! `Display`.
//!
//! Nothing panics. What Go would panic on, such as an operator without meaning for
//! its operands or a division by zero, gives [`Value::Unknown`], which operations
//! pass on.

mod binary_float;
mod convert;
mod float;
mod format;
mod int;
mod literal;
mod ops;
mod text;

use std::sync::Arc;

pub use self::convert::Target;
pub use self::float::Float;
pub use self::int::Int;
pub use self::ops::{binary, compare, int_quotient, shift, unary};
pub use self::text::Text;

/// The value of a constant. Cheap to clone.
///
/// Equality and hash are of the representation, for interning: the integer 1 and
/// the real 1 are different values. [`compare`] is Go's `==`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    /// Not known, after an error.
    Unknown,
    /// `true` or `false`.
    Bool(bool),
    /// A string.
    String(Text),
    /// An integer.
    Int(Int),
    /// A real number.
    Float(Float),
    /// A complex number.
    Complex(Arc<Complex>),
}

/// A complex constant. Each part is an [`Value::Int`] or a [`Value::Float`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Complex {
    re: Value,
    im: Value,
}

/// What sort of value one is. The order is that of Go's `constant.Kind`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Not known.
    Unknown,
    /// Boolean.
    Bool,
    /// String.
    String,
    /// Integer.
    Int,
    /// Real number.
    Float,
    /// Complex number.
    Complex,
}

impl Value {
    /// What sort of value this is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::Unknown,
            Self::Bool(_) => Kind::Bool,
            Self::String(_) => Kind::String,
            Self::Int(_) => Kind::Int,
            Self::Float(_) => Kind::Float,
            Self::Complex(_) => Kind::Complex,
        }
    }

    /// The string of these bytes.
    #[must_use]
    pub fn string(bytes: impl Into<Box<[u8]>>) -> Self {
        Self::String(Text::new(bytes))
    }

    /// The real `x`; [`Value::Unknown`] for infinities and for what is not a number.
    #[must_use]
    pub fn from_f64(x: f64) -> Self {
        Float::from_f64(x).map_or(Self::Unknown, Self::Float)
    }

    /// Whether the value is not known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// The boolean, where the value is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(x) => Some(*x),
            _ => None,
        }
    }

    /// The string, where the value is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Self::String(x) => Some(x),
            _ => None,
        }
    }

    /// The integer, where the value is of that kind. See [`Value::to_int`] for
    /// values of other kinds that happen to be integers.
    #[must_use]
    pub fn as_int(&self) -> Option<&Int> {
        match self {
            Self::Int(x) => Some(x),
            _ => None,
        }
    }

    /// The value as an `i64`, if it is an [`Value::Int`] that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_int()?.as_i64()
    }

    /// The value as a `u64`, if it is an [`Value::Int`] that fits.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_int()?.as_u64()
    }

    /// Bits of the absolute value of an [`Value::Int`]; 0 for other kinds.
    #[must_use]
    pub fn bit_len(&self) -> u64 {
        self.as_int().map_or(0, Int::bit_len)
    }

    /// -1, 0 or 1 as a number compares to zero; for a complex number 0 if it is
    /// zero and else something else. Values that are not numbers have 1, so that
    /// an unknown divisor is not taken for zero.
    #[must_use]
    pub fn sign(&self) -> i32 {
        match self {
            Self::Int(x) => x.sign() as i32,
            Self::Float(x) => x.sign() as i32,
            Self::Complex(x) => x.re.sign() | x.im.sign(),
            Self::Unknown | Self::Bool(_) | Self::String(_) => 1,
        }
    }
}

impl From<bool> for Value {
    fn from(x: bool) -> Self {
        Self::Bool(x)
    }
}

impl From<i64> for Value {
    fn from(x: i64) -> Self {
        Self::Int(x.into())
    }
}

impl From<u64> for Value {
    fn from(x: u64) -> Self {
        Self::Int(x.into())
    }
}

impl From<&str> for Value {
    fn from(x: &str) -> Self {
        Self::string(x.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use syntax::tree::{BinaryOp, LitKind};

    use super::*;

    #[test]
    fn absurd_literals_are_read_at_once() {
        let of = |text: String| Value::from_literal(LitKind::Float, text);
        assert_eq!(of("1e1000000000".into()), Value::Unknown);
        assert_eq!(of("1e-1000000000".into()).to_string(), "0");
        assert_eq!(of("1e100000000".into()).kind(), Kind::Float);
        assert_eq!(of(format!("0.{}1", "0".repeat(100_000))).sign(), 1);
        assert_eq!(of(format!("0.{}", "7".repeat(20_000))).sign(), 1);
        let digits = Value::from_literal(LitKind::Int, "7".repeat(100_000));
        assert_eq!(digits.exact_string().len(), 100_000);
    }

    #[test]
    fn absurd_results_are_unknown() {
        let mut int = Value::from(3i64);
        let mut float = Value::from_literal(LitKind::Float, "1e2000");
        let mut text = Value::from("text");
        for _ in 0..64 {
            int = binary(BinaryOp::Mul, &int, &int);
            float = binary(BinaryOp::Mul, &float, &float);
            text = binary(BinaryOp::Add, &text, &text);
        }
        assert_eq!((int, float, text), (Value::Unknown, Value::Unknown, Value::Unknown));
        let one = Value::from(1i64);
        assert_eq!(shift(BinaryOp::Shl, &one, u64::MAX), Value::Unknown);
        assert_eq!(shift(BinaryOp::Shr, &one, u64::MAX), Value::from(0i64));
    }

    #[test]
    fn equality_is_of_representations() {
        let int = Value::from(1i64);
        let real = Value::from_literal(LitKind::Float, "1.0");
        assert_ne!(int, real);
        assert!(compare(BinaryOp::Eq, &int, &real));
        let half = binary(BinaryOp::Div, &int, &Value::from(2i64));
        assert_eq!(half, Value::from_literal(LitKind::Float, "0x1p-1"));
        assert_eq!(half, Value::from_f64(0.5));
    }
}
