//! Constants as text, to the letter as `go/constant` has them.

use std::fmt::{self, Display, Formatter, Write};

use dashu_base::BitTest;

use super::binary_float::BinaryFloat;
use super::float::Float;
use super::text::Text;
use super::{Kind, Value};

/// The most characters of a string that its short form has.
const SHORT: usize = 72;

impl Value {
    /// The value exactly: fractions as `a/b`, binary floats as hexadecimal mantissa and
    /// binary exponent, strings quoted in full.
    #[must_use]
    pub fn exact_string(&self) -> String {
        match self {
            Self::String(x) => quote(x.bytes()),
            Self::Float(x) => exact_float(x),
            Self::Complex(x) => {
                format!("({} + {}i)", x.re.exact_string(), x.im.exact_string())
            }
            Self::Unknown | Self::Bool(_) | Self::Int(_) => self.to_string(),
        }
    }
}

/// The short form: real numbers with six digits, strings quoted and cut at 72 characters.
impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::Bool(x) => x.fmt(f),
            Self::String(x) => f.write_str(&quote_short(x)),
            Self::Int(x) => x.fmt(f),
            Self::Float(x) => match x.to_binary() {
                Some(x) => f.write_str(&short_float(&x)),
                None => f.write_str(if x.sign().is_lt() { "-Inf" } else { "+Inf" }),
            },
            Self::Complex(x) => write!(f, "({} + {}i)", x.re, x.im),
        }
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

fn exact_float(x: &Float) -> String {
    if let Some(fraction) = x.as_fraction() {
        return fraction.to_string();
    }
    x.to_binary().as_ref().map_or_else(String::new, hexadecimal)
}

/// `0x.8p+1`: the mantissa as a fraction in [½, 1).
fn hexadecimal(x: &BinaryFloat) -> String {
    if x.is_zero() {
        return "0".into();
    }
    // Its first bit must be the first of a digit.
    let pad = x.mantissa().bit_len().next_multiple_of(4) - x.mantissa().bit_len();
    let digits = x.mantissa() << pad;
    let sign = if x.is_negative() { "-" } else { "" };
    format!("{sign}0x.{}p{:+}", digits.in_radix(16), x.top())
}

fn short_float(x: &BinaryFloat) -> String {
    let nearest = x.to_f64();
    if nearest.is_finite() && (nearest == 0.0) == x.is_zero() {
        let text = general(nearest, Some(6));
        // Six digits can make an integer of what is none.
        return if x.is_int() || text.contains('.') { text } else { general(nearest, None) };
    }
    beyond_f64(x)
}

/// An approximation of a number beyond the range of `f64`. As in Go it is computed
/// in `f64`, so its last digits need not be right.
fn beyond_f64(x: &BinaryFloat) -> String {
    let mut mantissa = x.fraction().to_f64();
    let decimal = x.top() as f64 * std::f64::consts::LOG10_2;
    let mut exponent = decimal.trunc() as i64;
    mantissa *= 10f64.powf(decimal - exponent as f64);
    // Six digits must not round up to 10.
    if mantissa.abs() < 1.0 - 0.5e-6 {
        mantissa *= 10.0;
        exponent -= 1;
    } else if mantissa.abs() >= 10.0 {
        mantissa /= 10.0;
        exponent += 1;
    }
    format!("{}e{exponent:+}", general(mantissa, Some(6)))
}

/// C's `%g`: with six digits, or the fewest that tell `x` from its neighbours.
fn general(x: f64, digits: Option<usize>) -> String {
    let scientific = match digits {
        Some(digits) => format!("{x:.*e}", digits - 1),
        None => format!("{x:e}"),
    };
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let all: String = mantissa.chars().filter(|&c| c != '.').collect();
    let significant = match all.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    // Go has no more than six digits before the point in either case.
    if (-4..6).contains(&exponent) {
        return format!("{sign}{}", plain(significant, exponent));
    }
    let (first, rest) = significant.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{first}{point}{rest}e{exponent_sign}{:02}", exponent.unsigned_abs())
}

/// `digits` with the point after the first, times ten to the power of `exponent`.
fn plain(digits: &str, exponent: i32) -> String {
    if exponent < 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("0.{zeros}{digits}");
    }
    let whole = exponent.unsigned_abs() as usize + 1;
    match digits.split_at_checked(whole) {
        None | Some((_, "")) => format!("{digits:0<whole$}"),
        Some((whole, fraction)) => format!("{whole}.{fraction}"),
    }
}

/// The text quoted, and cut if it is long.
pub(super) fn quote_short(text: &Text) -> String {
    // A character has at most four bytes, and quoting makes no fewer characters.
    let start = text.prefix(SHORT * 4 + 4);
    let quoted = quote(&start);
    match quoted.char_indices().nth(SHORT - 3) {
        Some((cut, _)) if quoted[cut..].chars().nth(3).is_some() => {
            format!("{}...", &quoted[..cut])
        }
        _ => quoted,
    }
}

/// A Go string literal for `bytes`, as `strconv.Quote` makes one.
pub(super) fn quote(bytes: &[u8]) -> String {
    let mut quoted = String::with_capacity(bytes.len() + 2);
    quoted.push('"');
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push_escaped(&mut quoted, c));
        for byte in chunk.invalid() {
            push_hex(&mut quoted, 'x', u32::from(*byte), 2);
        }
    }
    quoted.push('"');
    quoted
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '"' | '\\' => out.extend(['\\', c]),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        c if is_print(c) => out.push(c),
        c if c.is_ascii() => push_hex(out, 'x', c.into(), 2),
        c if c <= '\u{ffff}' => push_hex(out, 'u', c.into(), 4),
        c => push_hex(out, 'U', c.into(), 8),
    }
}

fn push_hex(out: &mut String, escape: char, code: u32, width: usize) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\{escape}{code:0width$x}");
}

/// Whether Go calls the character printable: letters, marks, numbers, punctuation,
/// symbols and the space.
fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    // The standard library draws the same line for what it escapes, but has no
    // function that tells. Only at its start does it escape more of a string.
    let mut text = [b'a', 0, 0, 0, 0];
    let len = c.encode_utf8(&mut text[1..]).len();
    std::str::from_utf8(&text[..=len]).is_ok_and(|text| text.escape_debug().nth(1) == Some(c))
}
