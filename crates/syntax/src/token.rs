//! Tokens of Go.

use crate::tree::BinaryOp;

macro_rules! tokens {
    ($($(#[$meta:meta])* $name:ident = $text:literal,)*) => {
        /// A token's kind.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Token {
            $($(#[$meta])* #[doc = concat!("`", $text, "`")] $name,)*
        }

        impl Token {
            /// Its spelling, or the name of its kind where it has several.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

tokens! {
    Illegal = "ILLEGAL",
    Eof = "EOF",
    Comment = "COMMENT",

    // Literals: what `is_literal` holds for.
    Ident = "IDENT",
    Int = "INT",
    Float = "FLOAT",
    Imag = "IMAG",
    Char = "CHAR",
    String = "STRING",

    Add = "+",
    Sub = "-",
    Mul = "*",
    Quo = "/",
    Rem = "%",
    And = "&",
    Or = "|",
    Xor = "^",
    Shl = "<<",
    Shr = ">>",
    AndNot = "&^",
    AddAssign = "+=",
    SubAssign = "-=",
    MulAssign = "*=",
    QuoAssign = "/=",
    RemAssign = "%=",
    AndAssign = "&=",
    OrAssign = "|=",
    XorAssign = "^=",
    ShlAssign = "<<=",
    ShrAssign = ">>=",
    AndNotAssign = "&^=",
    LogAnd = "&&",
    LogOr = "||",
    Arrow = "<-",
    Inc = "++",
    Dec = "--",
    Eql = "==",
    Lss = "<",
    Gtr = ">",
    Assign = "=",
    Not = "!",
    Tilde = "~",
    Neq = "!=",
    Leq = "<=",
    Geq = ">=",
    Define = ":=",
    Ellipsis = "...",
    Lparen = "(",
    Lbrack = "[",
    Lbrace = "{",
    Comma = ",",
    Period = ".",
    Rparen = ")",
    Rbrack = "]",
    Rbrace = "}",
    /// Written, or put in at the end of a line.
    Semicolon = ";",
    Colon = ":",

    Break = "break",
    Case = "case",
    Chan = "chan",
    Const = "const",
    Continue = "continue",
    Default = "default",
    Defer = "defer",
    Else = "else",
    Fallthrough = "fallthrough",
    For = "for",
    Func = "func",
    Go = "go",
    Goto = "goto",
    If = "if",
    Import = "import",
    Interface = "interface",
    Map = "map",
    Package = "package",
    Range = "range",
    Return = "return",
    Select = "select",
    Struct = "struct",
    Switch = "switch",
    Type = "type",
    Var = "var",
}

const KEYWORDS: [Token; 25] = [
    Token::Break,
    Token::Case,
    Token::Chan,
    Token::Const,
    Token::Continue,
    Token::Default,
    Token::Defer,
    Token::Else,
    Token::Fallthrough,
    Token::For,
    Token::Func,
    Token::Go,
    Token::Goto,
    Token::If,
    Token::Import,
    Token::Interface,
    Token::Map,
    Token::Package,
    Token::Range,
    Token::Return,
    Token::Select,
    Token::Struct,
    Token::Switch,
    Token::Type,
    Token::Var,
];

/// A place of its own for each keyword: first two letters and length tell them apart.
const fn keyword_slot(first: u8, second: u8, len: usize) -> usize {
    (first as usize + 4 * second as usize + 6 * len) % 64
}

/// A keyword's first eight bytes, padded with zeros, and its length.
#[derive(Clone, Copy)]
struct Keyword {
    start: u64,
    len: usize,
    token: Token,
}

/// Keywords by [`keyword_slot`].
const KEYWORD_TABLE: [Keyword; 64] = {
    let mut table = [Keyword { start: 0, len: 0, token: Token::Ident }; 64];
    let mut i = 0;
    while i < KEYWORDS.len() {
        let text = KEYWORDS[i].as_str().as_bytes();
        let slot = keyword_slot(text[0], text[1], text.len());
        assert!(table[slot].len == 0, "two keywords in one place");
        let mut start = 0;
        let mut k = 0;
        while k < text.len() && k < 8 {
            start |= (text[k] as u64) << (8 * k);
            k += 1;
        }
        table[slot] = Keyword { start, len: text.len(), token: KEYWORDS[i] };
        i += 1;
    }
    table
};

impl Token {
    /// The keyword that `text` spells, or [`Token::Ident`].
    #[inline]
    #[must_use]
    pub fn from_word(text: &[u8]) -> Self {
        let mut start = [0; 8];
        let len = text.len().min(8);
        start[..len].copy_from_slice(&text[..len]);
        Self::from_start(u64::from_le_bytes(start), text)
    }

    /// The same, with the first eight bytes of the word at hand, padded with zeros.
    #[inline]
    pub(crate) fn from_start(start: u64, word: &[u8]) -> Self {
        let [first, second, ..] = start.to_le_bytes();
        let keyword = &KEYWORD_TABLE[keyword_slot(first, second, word.len())];
        if keyword.start != start || keyword.len != word.len() {
            return Self::Ident;
        }
        // Two keywords are longer than what has been compared.
        if word.len() > 8 && keyword.token.as_str().as_bytes() != word {
            return Self::Ident;
        }
        keyword.token
    }

    /// Whether the token is an identifier or a basic literal.
    #[inline]
    #[must_use]
    pub const fn is_literal(self) -> bool {
        self as u8 >= Self::Ident as u8 && self as u8 <= Self::String as u8
    }

    /// Whether the token is a keyword.
    #[inline]
    #[must_use]
    pub const fn is_keyword(self) -> bool {
        self as u8 >= Self::Break as u8
    }

    /// Whether a line that ends behind this token gets a semicolon.
    #[inline]
    #[must_use]
    pub const fn ends_statement(self) -> bool {
        self.is_literal()
            || matches!(
                self,
                Self::Rparen
                    | Self::Rbrack
                    | Self::Rbrace
                    | Self::Inc
                    | Self::Dec
                    | Self::Break
                    | Self::Continue
                    | Self::Fallthrough
                    | Self::Return
            )
    }

    /// How tightly the token binds as a binary operator, from 1 to 5; 0 for the rest.
    #[inline]
    #[must_use]
    pub const fn precedence(self) -> u8 {
        PRECEDENCE[self as usize]
    }

    /// The binary operator that the token is, or, of an assignment, that it applies.
    #[must_use]
    pub const fn binary_op(self) -> Option<BinaryOp> {
        Some(match self {
            Self::Add | Self::AddAssign => BinaryOp::Add,
            Self::Sub | Self::SubAssign => BinaryOp::Sub,
            Self::Mul | Self::MulAssign => BinaryOp::Mul,
            Self::Quo | Self::QuoAssign => BinaryOp::Div,
            Self::Rem | Self::RemAssign => BinaryOp::Rem,
            Self::And | Self::AndAssign => BinaryOp::And,
            Self::Or | Self::OrAssign => BinaryOp::Or,
            Self::Xor | Self::XorAssign => BinaryOp::Xor,
            Self::Shl | Self::ShlAssign => BinaryOp::Shl,
            Self::Shr | Self::ShrAssign => BinaryOp::Shr,
            Self::AndNot | Self::AndNotAssign => BinaryOp::AndNot,
            Self::LogAnd => BinaryOp::LogAnd,
            Self::LogOr => BinaryOp::LogOr,
            Self::Eql => BinaryOp::Eq,
            Self::Neq => BinaryOp::Ne,
            Self::Lss => BinaryOp::Lt,
            Self::Leq => BinaryOp::Le,
            Self::Gtr => BinaryOp::Gt,
            Self::Geq => BinaryOp::Ge,
            _ => return None,
        })
    }
}

const PRECEDENCE: [u8; Token::Var as usize + 1] = {
    let mut table = [0; Token::Var as usize + 1];
    let rows: [(u8, &[Token]); 5] = [
        (1, &[Token::LogOr]),
        (2, &[Token::LogAnd]),
        (3, &[Token::Eql, Token::Neq, Token::Lss, Token::Leq, Token::Gtr, Token::Geq]),
        (4, &[Token::Add, Token::Sub, Token::Or, Token::Xor]),
        (
            5,
            &[
                Token::Mul,
                Token::Quo,
                Token::Rem,
                Token::Shl,
                Token::Shr,
                Token::And,
                Token::AndNot,
            ],
        ),
    ];
    let mut row = 0;
    while row < rows.len() {
        let mut i = 0;
        while i < rows[row].1.len() {
            table[rows[row].1[i] as usize] = rows[row].0;
            i += 1;
        }
        row += 1;
    }
    table
};

/// A set of tokens.
#[derive(Clone, Copy)]
pub(crate) struct TokenSet(u128);

impl TokenSet {
    /// The set of `tokens`.
    pub(crate) const fn new(tokens: &[Token]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < tokens.len() {
            bits |= 1 << tokens[i] as u8;
            i += 1;
        }
        Self(bits)
    }

    /// What is in either set.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `token` is in the set.
    #[inline]
    pub(crate) const fn contains(self, token: Token) -> bool {
        self.0 >> token as u8 & 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for keyword in KEYWORDS {
            assert_eq!(Token::from_word(keyword.as_str().as_bytes()), keyword);
            assert!(keyword.is_keyword());
        }
        for word in ["x", "", "funcs", "Func", "iff", "any", "iota", "größe"] {
            assert_eq!(Token::from_word(word.as_bytes()), Token::Ident, "{word}");
        }
    }
}
