//! From tokens to the tree: recursive descent, one token at a time, never back.
//!
//! What is accepted is what `go/parser` of Go 1.27 accepts. Where it does not go on,
//! an error is noted, a `Bad` node stands in, and reading resumes at the next
//! statement or declaration.

mod comments;
mod decl;
mod expr;
mod fields;
mod part;
mod recovery;
mod skip;
mod stmt;
mod types;

pub use part::{parse_expression, parse_function};
use source::{Lines, NameCache, Span};

use crate::lexer::Lexer;
use crate::token::Token;
use crate::tree::{
    Bodies, CommentGroupId, Decl, DeclId, Expr, ExprId, Field, FieldId, FieldList, FieldListId,
    File, FuncType, FuncTypeId, Ident, IdentId, List, ListItem, LitKind, Spec, SpecId, Stmt,
    StmtId, UnaryOp,
};

/// How deep expressions, types and statements may nest.
///
/// Walks over the tree may recurse so far, and [`MAX_CHAIN`] along left operands.
pub const MAX_NESTING: u32 = 10_000;

/// How many operators, selectors, calls, indices or prefix operators may follow one
/// another: so deep is the tree of `a + b + c + …` on its left side.
pub const MAX_CHAIN: u32 = 1 << 17;

/// Files of so many bytes or more are refused: offsets are 32 bits wide.
pub const MAX_LEN: usize = u32::MAX as usize - 1;

/// What to parse.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// What becomes of the bodies of declared functions.
    pub bodies: Bodies,
}

/// Reads a Go file. Whatever the bytes, there is a tree; what of it could not be
/// read is in [`File::errors`], and where those are empty Go's own parser agrees.
pub fn parse(text: &[u8], options: &Options, names: &mut NameCache) -> File {
    if text.len() >= MAX_LEN {
        return File {
            errors: vec![crate::too_large()],
            lines: Lines::new(&[]),
            ..File::default()
        };
    }
    let mut parser = Parser::new(Lexer::new(text), text.len(), options.bodies, names);
    parser.file();
    parser.finish()
}

/// A parameter before it is known whether names or types were given.
#[derive(Clone, Copy)]
struct Param {
    name: Option<IdentId>,
    ty: Option<ExprId>,
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    names: &'a mut NameCache,
    bodies: Bodies,
    file: File,

    /// The current token and its place.
    token: Token,
    start: u32,
    /// Group of comments that ends on the line before the current token.
    lead_comment: Option<CommentGroupId>,
    /// Group of comments behind the last token on its line.
    line_comment: Option<CommentGroupId>,
    /// Whether only comments have been seen so far.
    at_top: bool,

    /// Negative in the header of a control clause, where `{` opens the block.
    expr_level: i32,
    /// Whether an `=` can only be a mistyped `==`.
    in_rhs: bool,
    depth: u32,
    /// Set when nesting became too deep: the rest of the file is not read.
    gave_up: bool,
    /// Where recovery last stopped, and how often without getting further.
    sync: (u32, u32),

    /// Elements of the lists being read, the innermost on top.
    scratch: Vec<u32>,
    params: Vec<Param>,
    prefixes: Vec<(UnaryPrefix, u32)>,
    /// Offsets of the arrows of `chan<-` types, in the order of their ids.
    send_arrows: Vec<(ExprId, u32)>,
}

/// A prefix operator.
#[derive(Clone, Copy)]
enum UnaryPrefix {
    Star,
    Op(UnaryOp),
}

/// Start of a list on the scratch stack.
#[derive(Clone, Copy)]
struct Mark(usize);

impl<'a> Parser<'a> {
    /// A parser of what the lexer has yet to read, which is about `len` bytes.
    fn new(lexer: Lexer<'a>, len: usize, bodies: Bodies, names: &'a mut NameCache) -> Self {
        Self {
            lexer,
            names,
            bodies,
            file: File::with_room_for(len, bodies),
            token: Token::Illegal,
            start: 0,
            lead_comment: None,
            line_comment: None,
            at_top: true,
            expr_level: 0,
            in_rhs: false,
            depth: 0,
            gave_up: false,
            sync: (0, 0),
            scratch: Vec::new(),
            params: Vec::new(),
            prefixes: Vec::new(),
            send_arrows: Vec::new(),
        }
    }

    fn finish(mut self) -> File {
        let mut file = self.file;
        file.lines = Lines::new(self.lexer.text);
        file.len = self.lexer.text.len() as u32;
        file.errors = std::mem::take(&mut self.lexer.errors);
        file.errors.sort_by_key(|error| error.span.start);
        file.line_directives = std::mem::take(&mut self.lexer.line_directives).into();
        file
    }

    /// End of the current token.
    #[inline]
    fn end(&self) -> u32 {
        self.lexer.offset as u32
    }

    /// Consumes the current token if it is `token`.
    #[inline]
    fn eat(&mut self, token: Token) -> bool {
        let found = self.token == token;
        if found {
            self.next();
        }
        found
    }

    /// Consumes a token that should be `token` and returns its place.
    #[inline]
    fn expect(&mut self, token: Token) -> u32 {
        let pos = self.start;
        if self.token == token || self.wrong_token(token) {
            self.next();
        }
        pos
    }

    /// Consumes a token that closes a bracket, and returns the offset behind it; after
    /// an error, the place reached.
    #[inline]
    fn expect_close(&mut self, token: Token) -> u32 {
        let pos = self.start;
        let len = u32::from(self.token == token);
        self.expect(token);
        pos + len
    }

    /// Like [`Self::expect_close`], with a better word where a line ends without a comma.
    #[inline]
    fn expect_closing(&mut self, token: Token, context: &str) -> u32 {
        if self.token == Token::Semicolon && self.lexer.is_newline() {
            self.error_here(format_args!("missing ',' before newline in {context}"));
            self.next();
        }
        self.expect_close(token)
    }

    /// Whether another element follows; a comma that is missing is made up.
    #[inline]
    fn at_comma(&mut self, context: &str, follow: Token) -> bool {
        if self.token == Token::Comma {
            return true;
        }
        if self.token == follow {
            return false;
        }
        self.missing_comma(context)
    }

    /// Consumes what ends a statement or specification; returns the comment behind it.
    #[inline]
    fn expect_semi(&mut self) -> Option<CommentGroupId> {
        match self.token {
            Token::Semicolon if self.lexer.is_newline() => {
                let comment = self.line_comment;
                self.next();
                comment
            }
            Token::Semicolon => {
                self.next();
                self.line_comment
            }
            Token::Rparen | Token::Rbrace => None,
            _ => self.missing_semi(),
        }
    }

    fn ident(&mut self) -> IdentId {
        let pos = self.start;
        if self.token != Token::Ident {
            self.expect(Token::Ident);
            return self.blank(pos);
        }
        let Lexer { text, offset, .. } = self.lexer;
        let name = self.names.intern_in(text, pos as usize, offset);
        self.next();
        self.file.idents.push(Ident { name, pos })
    }

    /// The identifier `_` that stands for one that is missing.
    fn blank(&mut self, pos: u32) -> IdentId {
        let name = self.names.intern("_");
        self.file.idents.push(Ident { name, pos })
    }

    fn ident_span(&self, id: IdentId) -> Span {
        self.file.idents[id].span()
    }

    #[inline]
    fn mark(&self) -> Mark {
        Mark(self.scratch.len())
    }

    #[inline]
    fn push<I: ListItem>(&mut self, item: I) {
        self.scratch.push(item.index() as u32);
    }

    /// Moves what was pushed since `mark` into a list of the file.
    #[inline]
    fn list<I: ListItem>(&mut self, mark: Mark) -> List<I> {
        let items = &self.scratch[mark.0..];
        if items.is_empty() {
            return List::EMPTY;
        }
        let list = List::new(self.file.lists.len() as u32, items.len() as u32);
        self.file.lists.extend_from_slice(items);
        self.scratch.truncate(mark.0);
        list
    }

    #[inline]
    fn new_expr(&mut self, expr: Expr, start: u32, end: u32) -> ExprId {
        self.file.expr_spans.push(Span::new(start, end));
        self.file.exprs.push(expr)
    }

    #[inline]
    fn new_stmt(&mut self, stmt: Stmt, start: u32, end: u32) -> StmtId {
        self.file.stmt_spans.push(Span::new(start, end));
        self.file.stmts.push(stmt)
    }

    fn new_decl(&mut self, decl: Decl, start: u32, end: u32) -> DeclId {
        self.file.decl_spans.push(Span::new(start, end));
        self.file.decl_nodes.push(decl)
    }

    fn new_spec(&mut self, spec: Spec, start: u32, end: u32) -> SpecId {
        self.file.spec_spans.push(Span::new(start, end));
        self.file.specs.push(spec)
    }

    /// A field without tag and comments.
    fn new_field(&mut self, names: List<IdentId>, ty: ExprId) -> FieldId {
        let start = match self.file.list_get(names, 0) {
            Some(first) => self.file.idents[first].pos,
            None => self.expr_start(ty),
        };
        let span = Span::new(start, self.expr_end(ty));
        self.file.fields.push(Field { doc: None, names, ty, tag: None, comment: None, span })
    }

    /// A list of fields in brackets; `end` lies behind the closing one.
    fn new_field_list(&mut self, open: u32, fields: List<FieldId>, end: u32) -> FieldListId {
        let list = FieldList {
            open: Some(open),
            close: Some(end.saturating_sub(1)),
            fields,
            span: Span::new(open, end),
        };
        self.file.field_lists.push(list)
    }

    fn new_func_type(
        &mut self,
        func: Option<u32>,
        type_params: Option<FieldListId>,
        params: FieldListId,
        results: Option<FieldListId>,
    ) -> FuncTypeId {
        let params_span = self.file.field_lists[params].span;
        let span = Span {
            start: func.unwrap_or(params_span.start),
            end: results.map_or(params_span.end, |results| self.file.field_lists[results].span.end),
        };
        self.file.func_types.push(FuncType { func, type_params, params, results, span })
    }

    fn bad_expr(&mut self, start: u32, end: u32) -> ExprId {
        self.new_expr(Expr::Bad, start, end)
    }

    /// The current token as a literal.
    fn literal(&mut self, kind: LitKind) -> ExprId {
        let (start, end) = (self.start, self.end());
        self.next();
        self.new_expr(Expr::Lit(kind), start, end)
    }

    #[inline]
    fn expr_start(&self, id: ExprId) -> u32 {
        self.file.expr_spans[id].start
    }

    #[inline]
    fn expr_end(&self, id: ExprId) -> u32 {
        self.file.expr_spans[id].end
    }

    #[inline]
    fn stmt_end(&self, id: StmtId) -> u32 {
        self.file.stmt_spans[id].end
    }

    /// One level deeper: whatever calls itself through `f` calls it so.
    ///
    /// The stack grows here, so that the bound on nesting holds on a thread with a
    /// small stack as well.
    #[inline]
    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            self.give_up();
        }
        let out = if self.depth.is_multiple_of(32) {
            stacker::maybe_grow(256 << 10, 2 << 20, || f(self))
        } else {
            f(self)
        };
        self.depth -= 1;
        out
    }
}
