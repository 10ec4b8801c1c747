//! Small harm done to a Go file.

use std::ops::Range;

use source::Span;
use syntax::token::Token;

use crate::random::Random;

/// What is done is left to chance, and the same for the same seed.
pub(super) struct Dice(Random);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d))
    }

    /// A number below `bound`, or 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound.max(1) as u64) as usize
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(from.len()))
    }
}

/// What is put where it need not fit.
const SNIPPETS: &[&str] = &[
    "[T any]",
    "[T ~[]E, E any]",
    "[int]",
    "[string, int]",
    "[T]",
    "...",
    "*",
    "&",
    "[]",
    "[...]",
    "map[",
    ".(type)",
    ".(int)",
    "iota",
    "func() {}",
    "func(",
    "interface{}",
    "interface{ ~int | string }",
    "struct{}",
    "struct{ ",
    "~",
    "chan ",
    "<-",
    "1<<",
    "<<1.0",
    "-1",
    "1e1000",
    "1<<64",
    "0",
    "'x'",
    "\"x\"",
    "1i",
    "nil",
    "_",
    "any",
    "comparable",
    "error",
    "int",
    "string",
    "append(",
    "make(",
    "new(",
    "len(",
    "cap(",
    "min(",
    "unsafe.Sizeof(",
    "complex(",
    "real(",
    "copy(",
    "clear(",
    "range ",
    "go ",
    "defer ",
    "return ",
    "type T = ",
    "type T ",
    "var x ",
    "const c ",
    ":=",
    "=",
    "==",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    ":",
    "|",
    "!",
    "^",
    "case ",
    "switch x := ",
    "select {",
    "for ",
    "if ",
    "else ",
    "import . \"fmt\"",
    "goto L",
    "L:",
    "break",
    "%",
    "&&",
    "++",
    "+=",
];

/// The text with one to four things wrong with it.
pub(super) fn mutated(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    changed(text, 4, dice, change)
}

/// The text with one to three things in the place of others of their kind, which leaves much of it right.
pub(super) fn gentle(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    changed(text, 3, dice, |text, tokens, dice| match dice.below(6) {
        0 => lines(text, tokens, dice),
        1 => alike(text, tokens, |token| token == Token::Ident, dice),
        2 | 3 => alike(text, tokens, |token| token == Token::Int, dice),
        4 => alike(text, tokens, |token| token == Token::String, dice),
        _ => alike(text, tokens, is_operator, dice),
    })
}

/// The text after one to `most` changes.
fn changed(
    text: &[u8],
    most: usize,
    dice: &mut Dice,
    change: impl Fn(&[u8], &[(Token, Span)], &mut Dice) -> (Range<usize>, Vec<u8>),
) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..=dice.below(most) {
        let (tokens, _) = syntax::lex(&text);
        if tokens.len() < 2 {
            break;
        }
        let (at, with) = change(&text, &tokens, dice);
        text.splice(at, with);
    }
    text
}

/// Operators of two numbers or two texts that give one of the same kind, or compare them.
fn is_operator(token: Token) -> bool {
    matches!(token, Token::Add | Token::AddAssign | Token::Lss | Token::Eql | Token::Neq)
}

/// A place in the text and what is to stand there instead.
fn change(text: &[u8], tokens: &[(Token, Span)], dice: &mut Dice) -> (Range<usize>, Vec<u8>) {
    let at = |i: usize| tokens[i].1.range();
    let i = dice.below(tokens.len());
    let other = dice.below(tokens.len());
    match dice.below(12) {
        0 => (at(i), Vec::new()),
        1 => {
            let end = (i + dice.below(20)).min(tokens.len() - 1);
            (at(i).start..at(end).end, Vec::new())
        }
        2 => (at(i), text[at(other)].to_vec()),
        3..6 => lines(text, tokens, dice),
        6 => {
            let snippet = dice.pick(SNIPPETS).copied().unwrap_or_default();
            (at(i).start..at(i).start, format!(" {snippet} ").into_bytes())
        }
        7 => {
            let snippet = dice.pick(SNIPPETS).copied().unwrap_or_default();
            (at(i), format!(" {snippet} ").into_bytes())
        }
        _ => {
            let is = |token| matches!(token, Token::Ident | Token::Int | Token::String);
            alike(text, tokens, is, dice)
        }
    }
}

/// A line gone, twice or in the place of another.
fn lines(text: &[u8], tokens: &[(Token, Span)], dice: &mut Dice) -> (Range<usize>, Vec<u8>) {
    let mut any = || line(text, tokens[dice.below(tokens.len())].1.range().start);
    let (this, that) = (any(), any());
    match dice.below(3) {
        0 => (this, Vec::new()),
        // Two declarations, two cases, two fields of a name.
        1 => (this.end..this.end, text[this].to_vec()),
        _ => (this, text[that].to_vec()),
    }
}

/// A token in the place of another of some kinds: the rest parses as before.
fn alike(
    text: &[u8],
    tokens: &[(Token, Span)],
    is: impl Fn(Token) -> bool,
    dice: &mut Dice,
) -> (Range<usize>, Vec<u8>) {
    let words: Vec<Range<usize>> =
        tokens.iter().filter(|(token, _)| is(*token)).map(|(_, span)| span.range()).collect();
    match (dice.pick(&words), dice.pick(&words)) {
        (Some(this), Some(that)) => (this.clone(), text[that.clone()].to_vec()),
        _ => (0..0, Vec::new()),
    }
}

/// The line around an offset, its end included.
fn line(text: &[u8], offset: usize) -> Range<usize> {
    let start = text[..offset].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    let end =
        text[offset..].iter().position(|&b| b == b'\n').map_or(text.len(), |i| offset + i + 1);
    start..end
}
