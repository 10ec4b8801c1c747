//! Groups of comments, and which of them document what.
//!
//! A *lead* comment is a group that ends on the line right before a token, with
//! nothing else on its lines; a *line* comment is a group behind a token on the same
//! line with nothing behind it. Declarations, specifications and fields pick them up.

use source::Span;

use super::Parser;
use crate::build_line;
use crate::lexer::stripped_returns;
use crate::token::Token;
use crate::tree::CommentGroupId;

impl Parser<'_> {
    /// Goes to the next token that is no comment.
    #[inline]
    pub(super) fn next(&mut self) {
        let line_before = self.lexer.token_line;
        self.lead_comment = None;
        self.line_comment = None;
        self.lexer.advance();
        if self.lexer.token == Token::Comment {
            self.comments(line_before);
        }
        self.token = self.lexer.token;
        self.start = self.lexer.start;
    }

    /// Reads the comments between two tokens, the first of which began on `line_before`.
    #[inline(never)]
    fn comments(&mut self, line_before: u32) {
        let mut last = None;
        if self.lexer.token_line == line_before {
            let (group, end_line) = self.comment_group(0);
            let alone = self.lexer.token_line != end_line
                || matches!(self.lexer.token, Token::Semicolon | Token::Eof);
            if alone {
                self.line_comment = Some(group);
            }
        }
        while self.lexer.token == Token::Comment {
            last = Some(self.comment_group(1));
        }
        if let Some((group, end_line)) = last
            && end_line + 1 == self.lexer.token_line
        {
            self.lead_comment = Some(group);
        }
        self.at_top = false;
    }

    /// Reads comments with at most `gap` line ends between them; returns also the
    /// line that the last of them ends on.
    fn comment_group(&mut self, gap: u32) -> (CommentGroupId, u32) {
        let first = self.file.comments.len();
        let mut end_line = self.lexer.token_line;
        while self.lexer.token == Token::Comment && self.lexer.token_line <= end_line + gap {
            end_line = self.lexer.line();
            self.comment();
            self.lexer.advance();
        }
        let len = self.file.comments.len() - first;
        (self.file.comment_groups.push((first as u32, len as u32)), end_line)
    }

    fn comment(&mut self) {
        let span = Span::new(self.lexer.start, self.lexer.comment_end);
        let text = &self.lexer.text[span.range()];
        if self.at_top
            && text.starts_with(b"//go:build")
            && let Some(version) = build_line::version(text)
        {
            self.file.go_version = version;
        }
        if memchr::memchr(b'\r', text).is_some() {
            let stripped = stripped_returns(self.lexer.text, span);
            self.file.stripped_returns.push((self.file.comments.len() as u32, stripped));
        }
        self.file.comments.push(span);
    }
}
