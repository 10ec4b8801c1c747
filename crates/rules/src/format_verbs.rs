//! Formats of `fmt.Printf` and its like, as far as arguments are taken one after the other.

use std::iter::Peekable;
use std::str::Chars;

/// A part of a format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Piece {
    /// Text that is printed as it is.
    Text(String),
    /// A verb, for the next argument.
    Verb(Verb),
}

/// What is done with an argument: `%+8.3f`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Verb {
    /// The letter.
    pub(crate) letter: char,
    /// `+`
    pub(crate) plus: bool,
    /// `#`
    pub(crate) sharp: bool,
    /// `-`
    pub(crate) minus: bool,
    /// A space.
    pub(crate) space: bool,
    /// `0`
    pub(crate) zero: bool,
    /// Characters that the text has at least.
    pub(crate) width: Option<u32>,
    /// What stands behind the point; a point alone is 0.
    pub(crate) precision: Option<u32>,
}

/// The largest width and precision that `fmt` takes for one.
const LARGEST: u32 = 1_000_000;

impl Verb {
    /// A letter without anything else.
    pub(crate) fn plain(letter: char) -> Self {
        Self { letter, ..Self::default() }
    }

    /// Whether it is only a letter.
    pub(crate) fn is_plain(self) -> bool {
        self == Self::plain(self.letter)
    }

    /// Whether the width asks for nothing of a text that has so many characters at least.
    pub(crate) fn is_within(self, length: u32) -> bool {
        self.width.is_none_or(|width| width <= length)
    }
}

/// The pieces of a format, neighbouring texts joined. `None` where it says which argument is meant, or takes a width from one,
/// and where it ends within a verb.
pub(crate) fn parse(format: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut verb = Verb::default();
        while let Some(&flag) = chars.peek() {
            match flag {
                '+' => verb.plus = true,
                '#' => verb.sharp = true,
                '-' => verb.minus = true,
                ' ' => verb.space = true,
                '0' => verb.zero = true,
                _ => break,
            }
            chars.next();
        }
        let number = |chars: &mut Peekable<Chars<'_>>| {
            let mut number: Option<u32> = None;
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                let more = number.unwrap_or(0) * 10 + digit.to_digit(10)?;
                number = Some(more).filter(|&more| more <= LARGEST);
                number?;
            }
            Some(number)
        };
        verb.width = number(&mut chars)?;
        if chars.next_if_eq(&'.').is_some() {
            verb.precision = Some(number(&mut chars)?.unwrap_or(0));
        }
        verb.letter = chars.next().filter(|letter| !"[*".contains(*letter))?;
        if verb.letter == '%' {
            if !verb.is_plain() {
                return None;
            }
            text.push('%');
            continue;
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(Piece::Verb(verb));
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::{Piece, Verb, parse};

    #[test]
    fn reads_verbs() {
        let verb = |letter| Piece::Verb(Verb::plain(letter));
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(
            parse("[%s] 5%% %d"),
            Some(vec![text("["), verb('s'), text("] 5% "), verb('d')])
        );
        let float = Verb { plus: true, width: Some(8), precision: Some(3), ..Verb::plain('f') };
        assert_eq!(parse("%+8.3f"), Some(vec![Piece::Verb(float)]));
        let padded = Verb { minus: true, space: true, zero: true, sharp: true, ..Verb::plain('x') };
        assert_eq!(parse("%- 0#x"), Some(vec![Piece::Verb(padded)]));
        let cut = Verb { precision: Some(0), ..Verb::plain('s') };
        assert_eq!(parse("%.s"), Some(vec![Piece::Verb(cut)]));
        assert_eq!(parse(""), Some(Vec::new()));
        for odd in ["%", "%[1]d", "%*d", "%.*f", "%5%", "%+", "%1000001d"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
