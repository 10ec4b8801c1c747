//! From the text of a literal to its value.

use dashu_base::BitTest;
use dashu_int::UBig;
use dashu_ratio::RBig;
use syntax::tree::LitKind;

use super::Value;
use super::binary_float::{BinaryFloat, PRECISION, Rounding, Unrounded};
use super::float::{self, Float};

impl Value {
    /// The value of a literal as it stands in the source; unknown if it is
    /// malformed, or a number beyond what floats can hold.
    #[must_use]
    pub fn from_literal(kind: LitKind, text: impl AsRef<[u8]>) -> Self {
        let text = text.as_ref();
        match kind {
            LitKind::Int => int(text),
            LitKind::Float => real(text),
            LitKind::Imag => text.strip_suffix(b"i").and_then(real).map(|x| x.make_imag()),
            LitKind::Char => char(text),
            LitKind::String => string(text).map(Self::string),
        }
        .unwrap_or(Self::Unknown)
    }
}

/// The digits at the start of a number, without prefix, point and underscores.
struct Digits {
    base: u32,
    text: String,
    /// How many of them follow the point.
    fraction: i64,
}

impl Digits {
    /// Reads digits, and a point among them if `point` is allowed, and returns what
    /// follows. Only where no point can be does a leading 0 mean octal.
    fn scan(text: &[u8], mut point: bool) -> Option<(Self, &[u8])> {
        let (base, mut rest) = match text {
            [b'0', b'x' | b'X', rest @ ..] => (16, rest),
            [b'0', b'o' | b'O', rest @ ..] => (8, rest),
            [b'0', b'b' | b'B', rest @ ..] => (2, rest),
            // The 0 itself is a digit like any other.
            [b'0', _, ..] if !point => (8, text),
            _ => (10, text),
        };
        let mut digits = Self { base, text: String::with_capacity(rest.len()), fraction: 0 };
        let mut in_fraction = false;
        // An underscore must follow a digit, or the prefix, and precede a digit.
        let mut separable = rest.len() < text.len();
        let mut after_underscore = false;
        while let [first, tail @ ..] = rest {
            match char::from(*first) {
                '.' if point && !after_underscore => {
                    (point, in_fraction, separable) = (false, true, false);
                }
                '_' if separable => (separable, after_underscore) = (false, true),
                digit if digit.is_digit(base) => {
                    digits.text.push(digit);
                    digits.fraction += i64::from(in_fraction);
                    (separable, after_underscore) = (true, false);
                }
                _ => break,
            }
            rest = tail;
        }
        (!digits.text.is_empty() && !after_underscore).then_some((digits, rest))
    }

    fn value(&self) -> Option<UBig> {
        UBig::from_str_radix(&self.text, self.base).ok()
    }
}

fn int(text: &[u8]) -> Option<Value> {
    let (digits, rest) = Digits::scan(text, false)?;
    if !rest.is_empty() {
        return None;
    }
    if let Ok(small) = i64::from_str_radix(&digits.text, digits.base) {
        return Some(Value::from(small));
    }
    Some(Value::Int(digits.value()?.into()))
}

/// The exponent that `text` is, `e` or `p` first, and whether it is one of 10.
/// No text is an exponent of 0.
fn exponent(text: &[u8]) -> Option<(i64, bool)> {
    let (decimal, rest) = match text {
        [] => return Some((0, true)),
        [b'e' | b'E', rest @ ..] => (true, rest),
        [b'p' | b'P', rest @ ..] => (false, rest),
        _ => return None,
    };
    let (sign, rest) = match rest {
        [b'-', rest @ ..] => ("-", rest),
        [b'+', rest @ ..] => ("", rest),
        _ => ("", rest),
    };
    let separated = rest.split(|&byte| byte == b'_');
    let mut digits = String::from(sign);
    for part in separated {
        if part.is_empty() || !part.iter().all(u8::is_ascii_digit) {
            return None;
        }
        digits.extend(part.iter().map(|&byte| char::from(byte)));
    }
    Some((digits.parse().ok()?, decimal))
}

/// A number as its literal spells it: `mantissa × 2^exp2 × 5^exp5`.
struct Spelled {
    mantissa: UBig,
    exp2: i64,
    exp5: i64,
}

impl Spelled {
    fn parse(text: &[u8]) -> Option<Self> {
        let (digits, rest) = Digits::scan(text, true)?;
        let (exponent, decimal) = exponent(rest)?;
        let mut spelled = Self { mantissa: digits.value()?, exp2: 0, exp5: 0 };
        // Sums may wrap: such an exponent is out of every range either way.
        let mut add = |exp2: i64, exp5: i64| {
            spelled.exp2 = spelled.exp2.wrapping_add(exp2);
            spelled.exp5 = spelled.exp5.wrapping_add(exp5);
        };
        match digits.base {
            2 => add(-digits.fraction, 0),
            8 => add(-3 * digits.fraction, 0),
            16 => add(-4 * digits.fraction, 0),
            _ => add(-digits.fraction, -digits.fraction),
        }
        add(exponent, if decimal { exponent } else { 0 });
        Some(spelled)
    }

    /// The number as a binary float, by the steps of `math/big`: the power of five
    /// is a rounded one, which can show in the last bit. `None` is infinity.
    fn to_binary(&self) -> Option<BinaryFloat> {
        let top = self.exp2.checked_add(self.mantissa.bit_len() as i64)?;
        i32::try_from(top).ok()?;
        let product = match (self.exp5, power_of_five(self.exp5.unsigned_abs())) {
            (0, _) => Unrounded {
                negative: false,
                magnitude: self.mantissa.clone(),
                exponent: self.exp2,
                more: false,
            },
            (1.., power) => {
                let power = power?;
                Unrounded {
                    negative: false,
                    magnitude: &self.mantissa * power.mantissa(),
                    exponent: self.exp2 + power.exponent(),
                    more: false,
                }
            }
            (_, None) => return Some(BinaryFloat::zero()),
            (_, Some(power)) => Unrounded::quotient(
                &self.mantissa,
                power.mantissa(),
                self.exp2 - power.exponent(),
                PRECISION,
            ),
        };
        product.round(PRECISION, Rounding::Nearest)
    }

    /// The number as a fraction, unless its parts would be of absurd size.
    fn to_fraction(&self) -> Option<Float> {
        if self.exp5.unsigned_abs() > 1_000_000 || self.exp2.unsigned_abs() > 10_000_000 {
            return None;
        }
        let (mut numerator, mut denominator) = (self.mantissa.clone(), UBig::ONE);
        let five = UBig::from(5u8).pow(self.exp5.unsigned_abs() as usize);
        let part = if self.exp5 < 0 { &mut denominator } else { &mut numerator };
        *part *= five;
        let part = if self.exp2 < 0 { &mut denominator } else { &mut numerator };
        *part <<= self.exp2.unsigned_abs() as usize;
        Some(Float::exact(RBig::from_parts(numerator.into(), denominator)))
    }
}

fn real(text: &[u8]) -> Option<Value> {
    let spelled = Spelled::parse(text)?;
    if spelled.mantissa.is_zero() {
        return Some(Value::Float(Float::zero()));
    }
    let binary = spelled.to_binary()?;
    if float::is_small(&binary) {
        // So small that it underflowed: as a fraction it would be enormous.
        if binary.is_zero() {
            return Some(Value::Float(Float::zero()));
        }
        if let Some(fraction) = spelled.to_fraction() {
            return Some(Value::Float(fraction));
        }
    }
    Some(Float::from_binary(Some(binary)))
}

/// 5 to the power of `n`, rounded on the way as `math/big` does: to 64 bits more
/// than a mantissa has, from squares with 128 bits more. `None` is infinity.
fn power_of_five(n: u64) -> Option<BinaryFloat> {
    /// The largest power that fits 64 bits.
    const EXACT: u64 = 27;
    let exact = UBig::from(5u8).pow(n.min(EXACT) as usize);
    let mut product = BinaryFloat::from_int(&exact.into())?;
    let mut square = Some(BinaryFloat::from_int(&5.into())?);
    let mut n = n.saturating_sub(EXACT);
    while n > 0 {
        let factor = square?;
        if n & 1 != 0 {
            product = product.mul(&factor, PRECISION + 64)?;
        }
        square = factor.mul(&factor, PRECISION + 128);
        n >>= 1;
    }
    Some(product)
}

/// What one character or escape of a literal stands for.
enum Unit {
    Byte(u8),
    Char(char),
}

/// Reads one character or escape from a literal within `quote`s.
fn unit(text: &[u8], quote: u8) -> Option<(Unit, &[u8])> {
    match text {
        [] => None,
        [b'\\', rest @ ..] => escape(rest, quote),
        [first, ..] if *first == quote => None,
        [first, rest @ ..] if first.is_ascii() => Some((Unit::Byte(*first), rest)),
        [_, rest @ ..] => {
            let start = &text[..text.len().min(4)];
            let valid = start.utf8_chunks().next()?.valid();
            Some(match valid.chars().next() {
                Some(c) => (Unit::Char(c), &text[c.len_utf8()..]),
                None => (Unit::Char(char::REPLACEMENT_CHARACTER), rest),
            })
        }
    }
}

/// Reads what follows a backslash.
fn escape(text: &[u8], quote: u8) -> Option<(Unit, &[u8])> {
    let (&first, rest) = text.split_first()?;
    let byte = match first {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'\\' => b'\\',
        b'\'' | b'"' if first == quote => quote,
        b'x' => {
            let (code, rest) = number(rest, 2, 16)?;
            return Some((Unit::Byte(u8::try_from(code).ok()?), rest));
        }
        b'0'..=b'7' => {
            let (code, rest) = number(text, 3, 8)?;
            return Some((Unit::Byte(u8::try_from(code).ok()?), rest));
        }
        b'u' | b'U' => {
            let (code, rest) = number(rest, if first == b'u' { 4 } else { 8 }, 16)?;
            return Some((Unit::Char(char::from_u32(code)?), rest));
        }
        _ => return None,
    };
    Some((Unit::Byte(byte), rest))
}

/// Reads a number of exactly `len` digits.
fn number(text: &[u8], len: usize, base: u32) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(len)?;
    let code = digits.iter().try_fold(0u32, |code, &digit| {
        code.checked_mul(base)?.checked_add(char::from(digit).to_digit(base)?)
    })?;
    Some((code, rest))
}

fn char(text: &[u8]) -> Option<Value> {
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    Some(Value::from(match unit(inner, b'\'')?.0 {
        Unit::Byte(byte) => i64::from(byte),
        Unit::Char(c) => i64::from(u32::from(c)),
    }))
}

fn string(text: &[u8]) -> Option<Vec<u8>> {
    match text {
        [b'`', inner @ .., b'`'] if !inner.contains(&b'`') => {
            Some(inner.iter().copied().filter(|&byte| byte != b'\r').collect())
        }
        [b'"', inner @ .., b'"'] => interpreted(inner),
        _ => None,
    }
}

fn interpreted(mut text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    while !text.is_empty() {
        if text[0] == b'\n' {
            return None;
        }
        let (unit, rest) = unit(text, b'"')?;
        match unit {
            Unit::Byte(byte) => bytes.push(byte),
            Unit::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        text = rest;
    }
    Some(bytes)
}
