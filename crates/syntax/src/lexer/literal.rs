//! Numbers, runes and strings.

use super::{Lexer, decode, describe};
use crate::token::Token;

/// Bytes that end the plain run of a string: its quote, an escape, the line's end.
const STRING_STOP: [bool; 256] = {
    let mut table = [false; 256];
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table[b'\n' as usize] = true;
    table
};

/// How a number is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Radix {
    Binary,
    /// `0o17`
    Octal,
    /// `017`, unless it turns out to be a float.
    LeadingZero,
    Decimal,
    Hex,
}

impl Radix {
    fn literal(self) -> &'static str {
        match self {
            Self::Binary => "binary literal",
            Self::Octal | Self::LeadingZero => "octal literal",
            Self::Decimal => "decimal literal",
            Self::Hex => "hexadecimal literal",
        }
    }

    fn base(self) -> u8 {
        match self {
            Self::Binary => 2,
            Self::Octal | Self::LeadingZero => 8,
            Self::Decimal => 10,
            Self::Hex => 16,
        }
    }
}

/// What a run of digits and `_` held.
#[derive(Default)]
struct Digits {
    any: bool,
    separator: bool,
    /// Offset of the first digit that the base does not have.
    invalid: Option<usize>,
}

impl Lexer<'_> {
    /// A number that starts with a digit, or with a point before one.
    pub(super) fn number(&mut self) -> Token {
        let start = self.start as usize;
        if self.text[start] != b'0' {
            // Most are short and plain.
            let digits = self.text[self.offset..].iter().take_while(|b| b.is_ascii_digit());
            let end = self.offset + digits.count();
            let plain = !matches!(self.byte(end), b'.' | b'_' | b'e' | b'E' | b'p' | b'P' | b'i');
            if plain && self.text[start] != b'.' {
                self.offset = end;
                return Token::Int;
            }
        }
        self.offset = start;
        self.full_number(start)
    }

    fn full_number(&mut self, start: usize) -> Token {
        let mut radix = Radix::Decimal;
        let mut digits = Digits::default();
        let mut token = Token::Float;
        if self.peek() != b'.' {
            token = Token::Int;
            radix = self.radix();
            digits.any = radix == Radix::LeadingZero;
            self.digits(radix.base(), &mut digits);
        }
        if self.peek() == b'.' {
            token = Token::Float;
            if matches!(radix, Radix::Octal | Radix::Binary) {
                let message = format!("invalid radix point in {}", radix.literal());
                self.error(self.offset, self.offset + 1, message);
            }
            self.offset += 1;
            self.digits(radix.base(), &mut digits);
        }
        if !digits.any {
            self.error(start, self.offset, format!("{} has no digits", radix.literal()));
        }
        if matches!(self.peek() | 0x20, b'e' | b'p') {
            token = Token::Float;
            self.exponent(radix, &mut digits);
        } else if radix == Radix::Hex && token == Token::Float {
            self.error(start, self.offset, "hexadecimal mantissa requires a 'p' exponent");
        }
        if self.peek() == b'i' {
            token = Token::Imag;
            self.offset += 1;
        }
        if let Some(at) = digits.invalid
            && token == Token::Int
        {
            let digit = char::from(self.text[at]);
            self.error(at, at + 1, format!("invalid digit '{digit}' in {}", radix.literal()));
        }
        if digits.separator
            && let Some(at) = misplaced_separator(&self.text[start..self.offset])
        {
            self.error(start + at, start + at + 1, "'_' must separate successive digits");
        }
        token
    }

    /// Passes over a prefix and says what it announces.
    fn radix(&mut self) -> Radix {
        if self.peek() != b'0' {
            return Radix::Decimal;
        }
        let radix = match self.byte(self.offset + 1) | 0x20 {
            b'x' => Radix::Hex,
            b'o' => Radix::Octal,
            b'b' => Radix::Binary,
            _ => Radix::LeadingZero,
        };
        self.offset += if radix == Radix::LeadingZero { 1 } else { 2 };
        radix
    }

    fn digits(&mut self, base: u8, found: &mut Digits) {
        loop {
            match self.peek() {
                b'_' => found.separator = true,
                byte @ b'0'..=b'9' => {
                    found.any = true;
                    if byte - b'0' >= base && found.invalid.is_none() {
                        found.invalid = Some(self.offset);
                    }
                }
                b'a'..=b'f' | b'A'..=b'F' if base == 16 => found.any = true,
                _ => return,
            }
            self.offset += 1;
        }
    }

    fn exponent(&mut self, radix: Radix, digits: &mut Digits) {
        let letter = char::from(self.peek());
        let decimal = matches!(radix, Radix::Decimal | Radix::LeadingZero);
        if letter.eq_ignore_ascii_case(&'e') && !decimal {
            let message = format!("'{letter}' exponent requires decimal mantissa");
            self.error(self.offset, self.offset + 1, message);
        } else if letter.eq_ignore_ascii_case(&'p') && radix != Radix::Hex {
            let message = format!("'{letter}' exponent requires hexadecimal mantissa");
            self.error(self.offset, self.offset + 1, message);
        }
        self.offset += 1;
        if matches!(self.peek(), b'+' | b'-') {
            self.offset += 1;
        }
        let mut exponent = Digits::default();
        self.digits(10, &mut exponent);
        digits.separator |= exponent.separator;
        if !exponent.any {
            self.error(self.offset - 1, self.offset, "exponent has no digits");
        }
    }

    /// `"…"` on one line; the quote is passed.
    pub(super) fn string(&mut self) -> Token {
        loop {
            let rest = &self.text[self.offset..];
            let len = rest.iter().position(|&b| STRING_STOP[b as usize]);
            match len.map(|len| (len, rest[len])) {
                Some((len, b'"')) => {
                    self.offset += len + 1;
                    return Token::String;
                }
                Some((len, b'\\')) => {
                    self.offset += len + 1;
                    self.escape(b'"');
                }
                _ => {
                    self.offset += len.unwrap_or(rest.len());
                    let start = self.start as usize;
                    self.error(start, self.offset, "string literal not terminated");
                    return Token::String;
                }
            }
        }
    }

    /// `` `…` ``; the quote is passed.
    pub(super) fn raw_string(&mut self) -> Token {
        let body = self.offset;
        match memchr::memchr(b'`', &self.text[body..]) {
            Some(len) => self.offset = body + len + 1,
            None => {
                self.offset = self.text.len();
                self.error(body - 1, body, "raw string literal not terminated");
            }
        }
        self.line += memchr::memchr_iter(b'\n', &self.text[body..self.offset]).count() as u32;
        Token::String
    }

    /// `'x'`; the quote is passed.
    pub(super) fn rune(&mut self) -> Token {
        if let [first, b'\'', ..] = self.text[self.offset..]
            && first.is_ascii()
            && !matches!(first, b'\'' | b'\\' | b'\n')
        {
            self.offset += 2;
            return Token::Char;
        }
        let start = self.start as usize;
        let mut valid = true;
        let mut count = 0;
        loop {
            match self.text.get(self.offset) {
                None | Some(b'\n') => {
                    if valid {
                        self.error(start, self.offset, "rune literal not terminated");
                    }
                    return Token::Char;
                }
                Some(b'\'') => {
                    self.offset += 1;
                    break;
                }
                Some(b'\\') => {
                    self.offset += 1;
                    valid &= self.escape(b'\'');
                }
                Some(_) => self.offset += decode(&self.text[self.offset..]).map_or(1, |c| c.1),
            }
            count += 1;
        }
        if valid && count != 1 {
            self.error(start, self.offset, "illegal rune literal");
        }
        Token::Char
    }

    /// What follows a backslash. After an error the offending character is next.
    fn escape(&mut self, quote: u8) -> bool {
        let start = self.offset;
        let (digits, base, max) = match self.text.get(start) {
            Some(b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\') => (0, 8, 255),
            Some(&byte) if byte == quote => (0, 8, 255),
            Some(b'0'..=b'7') => (3, 8, 255),
            Some(b'x') => (2, 16, 255),
            Some(b'u') => (4, 16, u32::from(char::MAX)),
            Some(b'U') => (8, 16, u32::from(char::MAX)),
            Some(_) => {
                self.error(start, start + 1, "unknown escape sequence");
                return false;
            }
            None => {
                self.error(start, start, "escape sequence not terminated");
                return false;
            }
        };
        if base == 16 || digits == 0 {
            self.offset += 1;
        }
        let mut value: u32 = 0;
        for _ in 0..digits {
            let Some(digit) = char::from(self.peek()).to_digit(base) else {
                return self.bad_escape_digit();
            };
            value = value.wrapping_mul(base).wrapping_add(digit);
            self.offset += 1;
        }
        if value > max || (0xd800..0xe000).contains(&value) {
            self.error(start, self.offset, "escape sequence is invalid Unicode code point");
            return false;
        }
        true
    }

    #[cold]
    fn bad_escape_digit(&mut self) -> bool {
        let at = self.offset;
        if at >= self.text.len() {
            self.error(at, at, "escape sequence not terminated");
        } else {
            let (c, len) = decode(&self.text[at..]).unwrap_or((char::REPLACEMENT_CHARACTER, 1));
            let message = format!("illegal character {} in escape sequence", describe(c));
            self.error(at, at + len, message);
        }
        false
    }
}

/// Where in a number an `_` stands that is not between two digits. A prefix counts
/// as a digit.
fn misplaced_separator(literal: &[u8]) -> Option<usize> {
    let prefixed =
        literal.len() >= 2 && literal[0] == b'0' && matches!(literal[1] | 0x20, b'x' | b'o' | b'b');
    let hex = prefixed && literal[1] | 0x20 == b'x';
    let is_digit = |byte: u8| byte.is_ascii_digit() || hex && byte.is_ascii_hexdigit();
    let first = if prefixed { 2 } else { 0 };
    for i in first..literal.len() {
        if literal[i] != b'_' {
            continue;
        }
        // Runs of `_` are refused at the second.
        let after_digit = i == first && prefixed || i > first && is_digit(literal[i - 1]);
        if !after_digit {
            return Some(i);
        }
        match literal.get(i + 1) {
            Some(&next) if is_digit(next) || next == b'_' => {}
            _ => return Some(i),
        }
    }
    None
}
