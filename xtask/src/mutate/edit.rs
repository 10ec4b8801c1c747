//! Small harm done to a Go file.

use std::ops::Range;

use source::Span;
use syntax::token::Token;

/// Numbers that look random and are the same for the same seed (splitmix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, or 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
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
    let mut text = text.to_vec();
    for _ in 0..=dice.below(4) {
        let (tokens, _) = syntax::lex(&text);
        if tokens.len() < 2 {
            break;
        }
        let (at, with) = change(&text, &tokens, dice);
        text.splice(at, with);
    }
    text
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
        3 => (line(text, at(i).start), Vec::new()),
        4 => {
            // One line twice: two declarations, two cases, two fields of a name.
            let line = line(text, at(i).start);
            (line.end..line.end, text[line].to_vec())
        }
        5 => {
            // One line in place of another.
            let from = line(text, at(other).start);
            (line(text, at(i).start), text[from].to_vec())
        }
        6 => {
            let snippet = dice.pick(SNIPPETS).copied().unwrap_or_default();
            (at(i).start..at(i).start, format!(" {snippet} ").into_bytes())
        }
        7 => {
            let snippet = dice.pick(SNIPPETS).copied().unwrap_or_default();
            (at(i), format!(" {snippet} ").into_bytes())
        }
        // The rest parses as before: names and literals in place of others.
        _ => {
            let names: Vec<usize> = (0..tokens.len())
                .filter(|&i| matches!(tokens[i].0, Token::Ident | Token::Int | Token::String))
                .collect();
            let (Some(&this), Some(&that)) = (dice.pick(&names), dice.pick(&names)) else {
                return (at(i), Vec::new());
            };
            (at(this), text[at(that)].to_vec())
        }
    }
}

/// The line around an offset, its end included.
fn line(text: &[u8], offset: usize) -> Range<usize> {
    let start = text[..offset].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    let end =
        text[offset..].iter().position(|&b| b == b'\n').map_or(text.len(), |i| offset + i + 1);
    start..end
}
