//! Errors, and where to go on after them.

use std::fmt;

use super::{MAX_CHAIN, Parser};
use crate::token::{Token, TokenSet};
use crate::tree::CommentGroupId;

/// Where a statement may start again.
pub(super) const STMT_START: TokenSet = TokenSet::new(&[
    Token::Break,
    Token::Const,
    Token::Continue,
    Token::Defer,
    Token::Fallthrough,
    Token::For,
    Token::Go,
    Token::Goto,
    Token::If,
    Token::Return,
    Token::Select,
    Token::Switch,
    Token::Type,
    Token::Var,
]);

/// What an operand that is missing may be followed by.
pub(super) const OPERAND_END: TokenSet = STMT_START.with(EXPR_END);

/// Where a declaration may start again; a function at the start of a line as well.
pub(super) const DECL_START: TokenSet =
    TokenSet::new(&[Token::Import, Token::Const, Token::Type, Token::Var]);

/// What ends an expression or type.
pub(super) const EXPR_END: TokenSet = TokenSet::new(&[
    Token::Comma,
    Token::Colon,
    Token::Semicolon,
    Token::Rparen,
    Token::Rbrack,
    Token::Rbrace,
]);

impl Parser<'_> {
    #[cold]
    #[inline(never)]
    pub(super) fn error(&mut self, start: u32, end: u32, message: fmt::Arguments<'_>) {
        if self.gave_up {
            return;
        }
        let message = message.to_string();
        // Recovery passes a place several times; what was said first explains it.
        let said = self.lexer.errors.last().is_some_and(|last| last.span.start == start);
        if !said {
            self.lexer.error(start as usize, end.max(start) as usize, message);
        }
    }

    /// An error at the current token.
    #[cold]
    pub(super) fn error_here(&mut self, message: fmt::Arguments<'_>) {
        let len = match self.token {
            Token::Semicolon if self.lexer.is_newline() => 0,
            Token::Eof => 0,
            _ => self.end().saturating_sub(self.start),
        };
        self.error(self.start, self.start + len, message);
    }

    /// The current token is not what the grammar asks for.
    #[cold]
    pub(super) fn error_expected(&mut self, what: &str) {
        match self.token {
            Token::Semicolon if self.lexer.is_newline() => {
                self.error_here(format_args!("expected {what}, found newline"));
            }
            token if token.is_literal() => {
                let text = String::from_utf8_lossy(self.lexer.token_text());
                self.error_here(format_args!("expected {what}, found {text}"));
            }
            token => {
                self.error_here(format_args!("expected {what}, found '{}'", token.as_str()));
            }
        }
    }

    #[cold]
    pub(super) fn error_expected_token(&mut self, token: Token) {
        self.error_expected(&format!("'{}'", token.as_str()));
    }

    /// Something else than `token` is there. Whether it should be passed over.
    #[cold]
    pub(super) fn wrong_token(&mut self, token: Token) -> bool {
        self.error_expected_token(token);
        // Where a bracket was not closed the statement or block ends all the same.
        let closes = matches!(token, Token::Rparen | Token::Rbrack);
        let ends = matches!(self.token, Token::Rbrace | Token::Semicolon);
        !(closes && ends || self.at_function_declaration())
    }

    /// Whether the list goes on although there is no comma.
    #[cold]
    pub(super) fn missing_comma(&mut self, context: &str) -> bool {
        let newline = if self.lexer.is_newline() { " before newline" } else { "" };
        self.error_here(format_args!("missing ','{newline} in {context}"));
        self.token != Token::Rbrace && !self.at_function_declaration()
    }

    /// A statement or specification is followed by what cannot follow: the rest of
    /// the line is passed over.
    #[cold]
    pub(super) fn missing_semi(&mut self) -> Option<CommentGroupId> {
        self.error_expected("';'");
        match self.token {
            Token::Comma => {
                self.next();
                return self.line_comment;
            }
            // The block that a header without its semicolons belongs to.
            Token::Lbrace => return None,
            _ => {}
        }
        // A line may end within parentheses, as one may be missing, but not within braces.
        let (mut braces, mut parens): (u32, u32) = (0, 0);
        while self.token != Token::Eof && !self.at_function_declaration() {
            match self.token {
                Token::Lbrace => braces += 1,
                Token::Rbrace if braces == 0 => break,
                Token::Rbrace => braces -= 1,
                _ if braces > 0 => {}
                Token::Lparen => parens += 1,
                Token::Rparen if parens == 0 => break,
                Token::Rparen => parens -= 1,
                Token::Semicolon => {
                    self.next();
                    break;
                }
                token if STMT_START.contains(token) => break,
                _ => {}
            }
            self.next();
        }
        None
    }

    /// Passes over tokens up to one of `stops`.
    ///
    /// Stops at the same place only so often: what calls this may not get past the
    /// token either, and reading must come to an end.
    pub(super) fn skip_to(&mut self, stops: TokenSet) {
        while self.token != Token::Eof {
            if self.at_function_declaration() {
                return;
            }
            if stops.contains(self.token) {
                let (place, times) = self.sync;
                if self.start > place {
                    self.sync = (self.start, 0);
                    return;
                }
                if self.start == place && times < 10 {
                    self.sync.1 += 1;
                    return;
                }
            }
            self.next();
        }
    }

    /// Whether `func name` begins the line: within a function it tells that a brace
    /// is missing before it. Only the list of declarations gets past it.
    pub(super) fn at_function_declaration(&self) -> bool {
        if self.token != Token::Func {
            return false;
        }
        let text = self.lexer.text;
        let at_line_start = self.start == 0 || text[self.start as usize - 1] == b'\n';
        let mut rest = text[self.lexer.offset..].iter().skip_while(|&&b| b == b' ' || b == b'\t');
        at_line_start && rest.next().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
    }

    /// Ends the file here: nesting is too deep to go on.
    #[cold]
    pub(super) fn give_up(&mut self) {
        self.error_here(format_args!("exceeded max nesting depth"));
        self.gave_up = true;
        self.lexer.skip_to_end();
        self.next();
    }

    /// Whether a chain of `len` operators may go on.
    #[inline]
    pub(super) fn check_chain(&mut self, len: u32) {
        if len > MAX_CHAIN && !self.gave_up {
            self.give_up();
        }
    }
}
