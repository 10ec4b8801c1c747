//! One function or one expression of a file that was read before.
//!
//! Both take time for their own bytes only. Places are those of the whole file; comments are there as far as they lie in
//! the bytes that are read.

use source::{NameCache, Span};

use super::{Lexer, Parser};
use crate::positions::Positions;
use crate::token::TokenSet;
use crate::tree::{Bodies, DeclId, ExprId, File};

/// Reads the declaration of a function, body included, into a tree that has nothing else.
///
/// `text` is the file's, `positions` are those of its tree. `span` is what that tree says of the declaration, with the
/// comment that documents it where that is to be read.
pub fn parse_function(
    text: &[u8],
    span: Span,
    positions: &Positions,
    names: &mut NameCache,
) -> (File, DeclId) {
    let mut parser = Parser::of_part(text, span, names);
    let decl = parser.declaration(TokenSet::new(&[]));
    parser.file.decls.push(decl);
    (parser.finish_part(positions), decl)
}

/// Reads an expression into a tree that has nothing else.
///
/// `text` is the file's, `positions` are those of its tree, and `span` is what that tree says of the expression.
pub fn parse_expression(
    text: &[u8],
    span: Span,
    positions: &Positions,
    names: &mut NameCache,
) -> (File, ExprId) {
    let mut parser = Parser::of_part(text, span, names);
    let expr = parser.rhs();
    (parser.finish_part(positions), expr)
}

impl<'a> Parser<'a> {
    fn of_part(text: &'a [u8], span: Span, names: &'a mut NameCache) -> Self {
        // What lies behind is not even lexed: to the lexer the text ends there.
        let end = text.len().min(span.end as usize);
        let start = end.min(span.start as usize);
        let lexer = Lexer::starting_at(&text[..end], start);
        let mut parser = Self::new(lexer, end - start, Bodies::Parse, names);
        parser.at_top = false;
        parser.next();
        parser
    }

    fn finish_part(mut self, positions: &Positions) -> File {
        let mut file = self.file;
        file.errors = std::mem::take(&mut self.lexer.errors);
        let Positions { lines, line_directives, len } = positions.clone();
        (file.lines, file.line_directives, file.len) = (lines, line_directives, len);
        file
    }
}
