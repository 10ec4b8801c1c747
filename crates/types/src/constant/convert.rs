//! From one kind of constant to another, and into the types of a program.

use std::sync::Arc;

use super::float::Float;
use super::{Complex, Value};

/// What a constant may have to be represented as: the basic types, in so far as
/// they limit values. `int`, `uint` and `uintptr` are [`Target::Int`] of the size
/// they have on the architecture.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// An integer type.
    Int {
        /// Size in bits.
        bits: u32,
        /// Whether it has negative values.
        signed: bool,
    },
    /// An untyped integer or rune.
    UntypedInt,
    /// `float32`
    Float32,
    /// `float64`
    Float64,
    /// An untyped real number.
    UntypedFloat,
    /// `complex64`
    Complex64,
    /// `complex128`
    Complex128,
    /// An untyped complex number.
    UntypedComplex,
    /// A string type.
    String,
    /// A boolean type.
    Bool,
}

impl Value {
    /// The value as an [`Value::Int`], if it is an integer (a real number may be off by
    /// a rounding error); else unknown.
    #[must_use]
    pub fn to_int(&self) -> Self {
        match self {
            Self::Int(_) => self.clone(),
            Self::Float(x) => x.to_int().map_or(Self::Unknown, Self::Int),
            Self::Complex(_) => match self.to_float() {
                Self::Float(x) => x.to_int().map_or(Self::Unknown, Self::Int),
                _ => Self::Unknown,
            },
            Self::Unknown | Self::Bool(_) | Self::String(_) => Self::Unknown,
        }
    }

    /// The value as a [`Value::Float`], if it is a real number; else unknown.
    #[must_use]
    pub fn to_float(&self) -> Self {
        match self {
            Self::Int(x) => Float::from_int(x),
            Self::Float(_) => self.clone(),
            Self::Complex(x) if x.im.sign() == 0 => match &x.re {
                Self::Int(re) => Float::from_int(re),
                re => re.clone(),
            },
            _ => Self::Unknown,
        }
    }

    /// The value as a [`Value::Complex`], if it is a number; else unknown.
    #[must_use]
    pub fn to_complex(&self) -> Self {
        match self {
            Self::Int(_) | Self::Float(_) => Self::complex(self.clone(), Self::from(0i64)),
            Self::Complex(_) => self.clone(),
            Self::Unknown | Self::Bool(_) | Self::String(_) => Self::Unknown,
        }
    }

    /// The real part of a number; unknown for other values.
    #[must_use]
    pub fn real(&self) -> Self {
        match self {
            Self::Int(_) | Self::Float(_) => self.clone(),
            Self::Complex(x) => x.re.clone(),
            Self::Unknown | Self::Bool(_) | Self::String(_) => Self::Unknown,
        }
    }

    /// The imaginary part of a number; unknown for other values.
    #[must_use]
    pub fn imag(&self) -> Self {
        match self {
            Self::Int(_) | Self::Float(_) => Self::from(0i64),
            Self::Complex(x) => x.im.clone(),
            Self::Unknown | Self::Bool(_) | Self::String(_) => Self::Unknown,
        }
    }

    /// The imaginary number that many times *i*; unknown if the value is not real.
    #[must_use]
    pub fn make_imag(&self) -> Self {
        Self::complex(Self::from(0i64), self.clone())
    }

    /// The complex number of two real ones; unknown if one of them is not.
    #[must_use]
    pub fn complex(re: Self, im: Self) -> Self {
        let is_real = |x: &Self| matches!(x, Self::Int(_) | Self::Float(_));
        if is_real(&re) && is_real(&im) {
            Self::Complex(Arc::new(Complex { re, im }))
        } else {
            Self::Unknown
        }
    }

    /// The nearest `f64` to a real value, infinite if it is too large; `None` for
    /// values that are not real.
    #[must_use]
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            Self::Int(x) => Some(match x.as_i64() {
                Some(small) => small as f64,
                None => Float::rounded_int(x).map_or(f64::INFINITY, |x| x.to_f64()),
            }),
            Self::Float(x) => Some(x.to_f64()),
            _ => None,
        }
    }

    /// The nearest `f32` to a real value, infinite if it is too large; `None` for
    /// values that are not real.
    #[must_use]
    pub fn to_f32(&self) -> Option<f32> {
        match self {
            Self::Int(x) => Some(match x.as_i64() {
                Some(small) => small as f32,
                None => Float::rounded_int(x).map_or(f32::INFINITY, |x| x.to_f32()),
            }),
            Self::Float(x) => Some(x.to_f32()),
            _ => None,
        }
    }

    /// The real value rounded to an `f64`, or `None` if it overflows.
    #[must_use]
    pub fn round_to_f64(&self) -> Option<Self> {
        Float::from_f64(self.to_f64()?).map(Self::Float)
    }

    /// The real value rounded to an `f32`, or `None` if it overflows.
    #[must_use]
    pub fn round_to_f32(&self) -> Option<Self> {
        Float::from_f64(f64::from(self.to_f32()?)).map(Self::Float)
    }

    /// The value as it is once it has the type `target`: rounded for floating-point
    /// types, an [`Value::Int`] for integer types. `None` if the type does not have it.
    ///
    /// An unknown value fits everywhere and remains unknown.
    #[must_use]
    pub fn represented_as(&self, target: Target) -> Option<Self> {
        if self.is_unknown() {
            return Some(Self::Unknown);
        }
        let unchanged = |fits: bool| fits.then(|| self.clone());
        match target {
            Target::Int { bits, signed } => match self.to_int() {
                Self::Int(x) => {
                    let fits = if signed { x.fits_signed(bits) } else { x.fits_unsigned(bits) };
                    fits.then_some(Self::Int(x))
                }
                _ => None,
            },
            Target::UntypedInt => Some(self.to_int()).filter(|x| !x.is_unknown()),
            Target::Float32 => self.to_float().round_to_f32(),
            Target::Float64 => self.to_float().round_to_f64(),
            // The kind of an untyped value may lag behind its type, as in go/types.
            Target::UntypedFloat => unchanged(!self.to_float().is_unknown()),
            Target::Complex64 => self.rounded_parts(Self::round_to_f32),
            Target::Complex128 => self.rounded_parts(Self::round_to_f64),
            Target::UntypedComplex => unchanged(!self.to_complex().is_unknown()),
            Target::String => unchanged(matches!(self, Self::String(_))),
            Target::Bool => unchanged(matches!(self, Self::Bool(_))),
        }
    }

    fn rounded_parts(&self, round: impl Fn(&Self) -> Option<Self>) -> Option<Self> {
        Some(Self::complex(round(&self.real())?, round(&self.imag())?))
    }
}
