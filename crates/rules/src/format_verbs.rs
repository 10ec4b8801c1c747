//! Formats of `fmt.Printf` and its like, as far as arguments are taken one after the other.

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
    /// `-`, a space, `0` or a width: the text is padded.
    pub(crate) padded: bool,
    /// What stands behind the point; a point alone is 0.
    pub(crate) precision: Option<u32>,
}

impl Verb {
    /// A letter without anything else.
    pub(crate) fn plain(letter: char) -> Self {
        Self { letter, ..Self::default() }
    }

    /// Whether it is only a letter.
    pub(crate) fn is_plain(self) -> bool {
        self == Self::plain(self.letter)
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
                '-' | ' ' | '0' => verb.padded = true,
                _ => break,
            }
            chars.next();
        }
        while chars.next_if(char::is_ascii_digit).is_some() {
            verb.padded = true;
        }
        if chars.next_if_eq(&'.').is_some() {
            let mut precision: u32 = 0;
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                precision = precision.checked_mul(10)?.checked_add(digit.to_digit(10)?)?;
            }
            verb.precision = Some(precision);
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
        let float =
            Verb { letter: 'f', plus: true, padded: true, precision: Some(3), sharp: false };
        assert_eq!(parse("%+8.3f"), Some(vec![Piece::Verb(float)]));
        assert_eq!(parse(""), Some(Vec::new()));
        for odd in ["%", "%[1]d", "%*d", "%.*f", "%5%", "%+"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
