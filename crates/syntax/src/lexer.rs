//! From bytes to tokens, one at a time.
//!
//! Nothing is looked at twice but for the check of the encoding, which is one
//! vectorised pass ahead and lets the rest treat bytes as they come: only identifiers
//! and rune literals ask what character a byte belongs to.

mod comment;
mod encoding;
mod literal;
mod skip;

use source::Span;

use crate::token::Token;
use crate::tree::{LineDirective, SyntaxError};
use crate::unicode;

pub(crate) use comment::stripped_returns;
use encoding::decode;

/// The byte order mark, U+FEFF, in UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Errors kept of one file: what is no Go at all has one at every byte.
const MAX_ERRORS: usize = 1000;

pub(crate) struct Lexer<'a> {
    pub(crate) text: &'a [u8],
    /// Where the next token is looked for; the end of the current one.
    pub(crate) offset: usize,
    /// Line of `offset`, from 1.
    line: u32,
    /// Whether the end of the line counts as a semicolon.
    insert_semi: bool,
    /// Place and line of a line's end inside of the comment just read that counts
    /// as a semicolon.
    newline_in_comment: Option<(u32, u32)>,

    /// Kind of the current token.
    pub(crate) token: Token,
    /// Its offset. Of a semicolon put in at the end of a line it is the line's end.
    pub(crate) start: u32,
    /// The line that it begins on, from 1.
    pub(crate) token_line: u32,
    /// Of a comment, its end without the carriage returns that a `//` comment ends in.
    pub(crate) comment_end: u32,

    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) line_directives: Vec<LineDirective>,
}

const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Bytes of ASCII identifiers.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = is_word_byte(i as u8);
        i += 1;
    }
    table
};

/// How many of the eight bytes in front belong to an ASCII word.
///
/// Most words are short, and of a length that no branch could be predicted by; so all
/// eight bytes are looked at in one go. In each byte the highest bit tells.
#[inline]
fn word_prefix(chunk: u64) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = 0x80 * ONES;
    // Without the highest bits no sum carries into the next byte.
    let low = chunk & !HIGH;
    let within = |bytes: u64, first: u8, last: u8| {
        let at_least = bytes + u64::from(0x80 - first) * ONES;
        let above = bytes + u64::from(0x7f - last) * ONES;
        at_least & !above
    };
    let letter = within(low | (0x20 * ONES), b'a', b'z');
    let other = within(low, b'0', b'9') | within(low, b'_', b'_');
    let word = (letter | other) & !chunk & HIGH;
    ((word ^ HIGH).trailing_zeros() / 8) as usize
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of `text`, of less than 4 GiB. No token is read yet.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        let mut lexer = Self::starting_at(text, if text.starts_with(BOM) { BOM.len() } else { 0 });
        lexer.check_encoding();
        lexer
    }

    /// A lexer of a text whose encoding has been looked at before, from `offset` on. Lines are counted from there.
    pub(crate) fn starting_at(text: &'a [u8], offset: usize) -> Self {
        Self {
            text,
            offset,
            line: 1,
            insert_semi: false,
            newline_in_comment: None,
            token: Token::Illegal,
            start: 0,
            token_line: 0,
            comment_end: 0,
            errors: Vec::new(),
            line_directives: Vec::new(),
        }
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn error(&mut self, start: usize, end: usize, message: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            // A node that was made up at the end of the text may reach past it; a place does not.
            let len = self.text.len();
            let span = Span::new(start.min(len) as u32, end.min(len) as u32);
            self.errors.push(SyntaxError { span, message: message.into() });
        }
    }

    #[inline]
    fn byte(&self, offset: usize) -> u8 {
        self.text.get(offset).copied().unwrap_or(0)
    }

    /// The byte after the one just read, or 0 at the end.
    #[inline]
    fn peek(&self) -> u8 {
        self.byte(self.offset)
    }

    /// Whether the current token is a semicolon that nobody wrote.
    #[inline]
    pub(crate) fn is_newline(&self) -> bool {
        self.token == Token::Semicolon && self.byte(self.start as usize) != b';'
    }

    /// Text of the current token.
    #[inline]
    pub(crate) fn token_text(&self) -> &'a [u8] {
        &self.text[self.start as usize..self.offset]
    }

    /// Line of `offset`.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// Passes over the rest of the text.
    pub(crate) fn skip_to_end(&mut self) {
        self.offset = self.text.len();
        self.insert_semi = false;
        self.newline_in_comment = None;
    }

    /// Reads the next token into `token`, `start` and `token_line`.
    #[inline]
    pub(crate) fn advance(&mut self) {
        if let Some((pos, line)) = self.newline_in_comment.take() {
            (self.token, self.start, self.token_line) = (Token::Semicolon, pos, line);
            return;
        }
        let mut offset = self.offset;
        let byte = loop {
            match self.text.get(offset) {
                Some(b' ' | b'\t' | b'\r') => offset += 1,
                Some(b'\n') => {
                    if self.insert_semi {
                        return self.end_line(offset);
                    }
                    offset += 1;
                    self.line += 1;
                }
                Some(&byte) => break byte,
                None => return self.end_text(offset),
            }
        };
        self.start = offset as u32;
        self.token_line = self.line;
        if byte.is_ascii_alphabetic() || byte == b'_' {
            return self.word(offset);
        }
        self.offset = offset + 1;
        self.token = self.other(byte);
    }

    fn end_line(&mut self, offset: usize) {
        (self.token, self.start, self.token_line) = (Token::Semicolon, offset as u32, self.line);
        self.insert_semi = false;
        self.offset = offset + 1;
        self.line += 1;
    }

    fn end_text(&mut self, offset: usize) {
        self.token = if self.insert_semi { Token::Semicolon } else { Token::Eof };
        self.insert_semi = false;
        self.offset = offset;
        self.start = offset as u32;
        self.token_line = self.line;
    }

    #[inline]
    fn word(&mut self, start: usize) {
        let rest = &self.text[start..];
        let Some(&chunk) = rest.first_chunk() else {
            return self.last_word(start);
        };
        let chunk = u64::from_le_bytes(chunk);
        let mut len = word_prefix(chunk);
        let first = if len < 8 { chunk & !(u64::MAX << (8 * len)) } else { chunk };
        if len == 8 {
            let more = rest[8..].iter().position(|&b| !WORD[b as usize]);
            len = more.map_or(rest.len(), |more| 8 + more);
        }
        self.offset = start + len;
        if rest.get(len).is_some_and(|b| !b.is_ascii()) {
            return self.wide_word(start);
        }
        self.token = Token::from_start(first, &rest[..len]);
        self.insert_semi = self.token.ends_statement();
    }

    /// A word so near to the end of the text that there are no eight bytes to look at.
    #[cold]
    fn last_word(&mut self, start: usize) {
        let rest = &self.text[start..];
        let len = rest.iter().position(|&b| !WORD[b as usize]).unwrap_or(rest.len());
        self.offset = start + len;
        self.wide_word(start);
    }

    /// The word from `start`, of which the ASCII in front is passed.
    #[cold]
    fn wide_word(&mut self, start: usize) {
        while let Some((c, len)) = decode(&self.text[self.offset..]) {
            if !unicode::is_letter(c) && !unicode::is_digit(c) {
                break;
            }
            self.offset += len;
        }
        self.token = Token::from_word(&self.text[start..self.offset]);
        self.insert_semi = self.token.ends_statement();
    }

    /// A token that is no word, `byte` being its first, already passed.
    fn other(&mut self, byte: u8) -> Token {
        let insert_semi = std::mem::take(&mut self.insert_semi);
        let token = match byte {
            b'(' => Token::Lparen,
            b')' => Token::Rparen,
            b',' => Token::Comma,
            b'.' => match self.peek() {
                b'0'..=b'9' => self.number(),
                b'.' if self.byte(self.offset + 1) == b'.' => {
                    self.offset += 2;
                    Token::Ellipsis
                }
                _ => Token::Period,
            },
            b'"' => self.string(),
            b'0'..=b'9' => self.number(),
            b'{' => Token::Lbrace,
            b'}' => Token::Rbrace,
            b'[' => Token::Lbrack,
            b']' => Token::Rbrack,
            b':' => self.either(Token::Colon, &[(b"=", Token::Define)]),
            b'=' => self.either(Token::Assign, &[(b"=", Token::Eql)]),
            b'*' => self.either(Token::Mul, &[(b"=", Token::MulAssign)]),
            b'/' => match self.peek() {
                b'/' => return self.line_comment(insert_semi),
                b'*' => return self.block_comment(insert_semi),
                _ => self.either(Token::Quo, &[(b"=", Token::QuoAssign)]),
            },
            b'\'' => self.rune(),
            b'`' => self.raw_string(),
            b';' => Token::Semicolon,
            b'+' => self.either(Token::Add, &[(b"+", Token::Inc), (b"=", Token::AddAssign)]),
            b'-' => self.either(Token::Sub, &[(b"-", Token::Dec), (b"=", Token::SubAssign)]),
            b'%' => self.either(Token::Rem, &[(b"=", Token::RemAssign)]),
            b'^' => self.either(Token::Xor, &[(b"=", Token::XorAssign)]),
            b'!' => self.either(Token::Not, &[(b"=", Token::Neq)]),
            b'~' => Token::Tilde,
            b'<' => self.either(
                Token::Lss,
                &[
                    (b"-", Token::Arrow),
                    (b"=", Token::Leq),
                    (b"<=", Token::ShlAssign),
                    (b"<", Token::Shl),
                ],
            ),
            b'>' => self.either(
                Token::Gtr,
                &[(b"=", Token::Geq), (b">=", Token::ShrAssign), (b">", Token::Shr)],
            ),
            b'&' => self.either(
                Token::And,
                &[
                    (b"&", Token::LogAnd),
                    (b"=", Token::AndAssign),
                    (b"^=", Token::AndNotAssign),
                    (b"^", Token::AndNot),
                ],
            ),
            b'|' => self.either(Token::Or, &[(b"|", Token::LogOr), (b"=", Token::OrAssign)]),
            _ => return self.unusual(insert_semi),
        };
        self.insert_semi = token.ends_statement();
        token
    }

    /// The first of `longer` whose text follows, else `short`.
    #[inline(always)]
    fn either(&mut self, short: Token, longer: &[(&[u8], Token)]) -> Token {
        for &(text, token) in longer {
            let follows = match *text {
                [a] => self.peek() == a,
                [a, b] => self.peek() == a && self.byte(self.offset + 1) == b,
                _ => false,
            };
            if follows {
                self.offset += text.len();
                return token;
            }
        }
        short
    }

    /// A letter beyond ASCII, or something that no token begins with.
    #[cold]
    fn unusual(&mut self, insert_semi: bool) -> Token {
        let start = self.start as usize;
        let (c, len) = decode(&self.text[start..]).unwrap_or((char::REPLACEMENT_CHARACTER, 1));
        if unicode::is_letter(c) {
            self.word(start);
            return self.token;
        }
        self.insert_semi = insert_semi;
        self.offset = start + len;
        match c {
            // The check of the encoding has spoken of it.
            '\u{feff}' => {}
            '“' | '”' => {
                let message = format!("curly quotation mark '{c}' (use neutral '\"')");
                self.error(start, start + len, message);
            }
            _ => self.error(start, start + len, format!("illegal character {}", describe(c))),
        }
        Token::Illegal
    }
}

/// A character as Go's messages write it: `U+0023 '#'`.
fn describe(c: char) -> String {
    let code = u32::from(c);
    if c.is_control() || (0xe000..0xf900).contains(&code) {
        format!("U+{code:04X}")
    } else {
        format!("U+{code:04X} '{c}'")
    }
}

/// All tokens of `text` up to its end, comments and semicolons at the ends of lines
/// included, and the errors in them. The parser reads tokens one at a time instead.
#[must_use]
pub fn lex(text: &[u8]) -> (Vec<(Token, Span)>, Vec<SyntaxError>) {
    if text.len() >= crate::MAX_LEN {
        return (Vec::new(), vec![crate::too_large()]);
    }
    let mut lexer = Lexer::new(text);
    let mut tokens = Vec::with_capacity(text.len() / 4);
    loop {
        lexer.advance();
        let end = match lexer.token {
            Token::Eof => break,
            Token::Comment => lexer.comment_end,
            Token::Semicolon => (lexer.start + 1).min(text.len() as u32),
            _ => lexer.offset as u32,
        };
        tokens.push((lexer.token, Span::new(lexer.start, end)));
    }
    lexer.errors.sort_by_key(|error| error.span.start);
    (tokens, lexer.errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_words() {
        for byte in 0..=255 {
            for at in 0..8 {
                let mut bytes = *b"aZ_09zAm";
                bytes[at] = byte;
                let expected = if WORD[byte as usize] { 8 } else { at };
                assert_eq!(word_prefix(u64::from_le_bytes(bytes)), expected, "{byte} at {at}");
            }
        }
    }
}
