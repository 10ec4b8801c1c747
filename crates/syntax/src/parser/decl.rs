//! Files and declarations.

use source::{Id, Span};

use super::Parser;
use super::recovery::{DECL_START, EXPR_END};
use crate::token::{Token, TokenSet};
use crate::tree::{
    BinaryOp, Bodies, CommentGroupId, Decl, DeclId, Expr, ExprId, GenKind, Ident, IdentId, List,
    LitKind, Spec, SpecId, Stmt, StmtId, UnaryOp,
};

impl Parser<'_> {
    pub(super) fn file(&mut self) {
        self.next();
        self.at_top = false;
        self.file.doc = self.lead_comment;
        // What does not start like a Go file is none; more errors would only repeat it.
        let faults = self.lexer.errors.len();
        self.file.package = self.expect(Token::Package);
        let name = self.ident();
        self.file.name = Some(name);
        let after = self.start;
        self.expect_semi();
        if self.lexer.errors[faults..].iter().any(|error| error.span.start <= after) {
            return;
        }
        let mut previous = Token::Import;
        while self.token != Token::Eof {
            if self.token == Token::Import && previous != Token::Import {
                let message = format_args!("imports must appear before other declarations");
                self.error_here(message);
            }
            previous = self.token;
            let decl = self.declaration(DECL_START);
            self.file.decls.push(decl);
        }
    }

    /// A declaration; after an error reading goes on at one of `sync`.
    pub(super) fn declaration(&mut self, sync: TokenSet) -> DeclId {
        match self.token {
            Token::Func => self.func_decl(),
            Token::Type => self.gen_decl(GenKind::Type),
            Token::Var => self.gen_decl(GenKind::Var),
            Token::Const => self.gen_decl(GenKind::Const),
            Token::Import => self.gen_decl(GenKind::Import),
            _ => {
                let start = self.start;
                self.error_expected("declaration");
                self.skip_to(sync);
                self.new_decl(Decl::Bad, start, self.start)
            }
        }
    }

    fn gen_decl(&mut self, kind: GenKind) -> DeclId {
        let (doc, start) = (self.lead_comment, self.start);
        self.next();
        let mark = self.mark();
        let lparen = self.start;
        if self.eat(Token::Lparen) {
            let mut iota = 0;
            while !matches!(self.token, Token::Rparen | Token::Eof)
                && !self.at_function_declaration()
            {
                let spec = self.spec(kind, self.lead_comment, iota);
                self.push(spec);
                iota += 1;
            }
            let end = self.expect_close(Token::Rparen);
            self.expect_semi();
            let specs = self.list(mark);
            return self.new_decl(Decl::Gen { kind, doc, lparen: Some(lparen), specs }, start, end);
        }
        let spec = self.spec(kind, None, 0);
        self.push(spec);
        let specs = self.list(mark);
        let end = self.file.spec_spans[spec].end;
        self.new_decl(Decl::Gen { kind, doc, lparen: None, specs }, start, end)
    }

    fn spec(&mut self, kind: GenKind, doc: Option<CommentGroupId>, iota: u32) -> SpecId {
        match kind {
            GenKind::Import => self.import_spec(doc),
            GenKind::Const | GenKind::Var => self.value_spec(kind, doc, iota),
            GenKind::Type => self.type_spec(doc),
        }
    }

    fn import_spec(&mut self, doc: Option<CommentGroupId>) -> SpecId {
        let start = self.start;
        let name = match self.token {
            Token::Ident => Some(self.ident()),
            Token::Period => {
                let name = self.names.intern(".");
                self.next();
                Some(self.file.idents.push(Ident { name, pos: start }))
            }
            _ => None,
        };
        let path = match self.token {
            Token::String => self.literal(LitKind::String),
            token if token.is_literal() => {
                self.error_here(format_args!("import path must be a string"));
                self.next();
                self.bad_expr(start, self.start)
            }
            _ => {
                self.error_here(format_args!("missing import path"));
                self.skip_to(EXPR_END);
                self.bad_expr(start, self.start)
            }
        };
        let comment = self.expect_semi();
        let spec = Spec::Import { doc, name, path, comment };
        let spec = self.new_spec(spec, start, self.expr_end(path));
        self.file.imports.push(spec);
        spec
    }

    fn value_spec(&mut self, kind: GenKind, doc: Option<CommentGroupId>, iota: u32) -> SpecId {
        let mark = self.mark();
        let start = self.start;
        let mut last = self.ident();
        self.push(last);
        while self.eat(Token::Comma) {
            last = self.ident();
            self.push(last);
        }
        let names = self.list(mark);
        let mut end = self.ident_span(last).end;
        let ty = match kind {
            GenKind::Const => self.try_type(),
            _ if self.token == Token::Assign => None,
            _ => Some(self.ty()),
        };
        if let Some(ty) = ty {
            end = self.expr_end(ty);
        }
        let mut values = List::EMPTY;
        if self.eat(Token::Assign) {
            let mark = self.mark();
            self.expr_list(true);
            values = self.list(mark);
            if let Some(last) = self.file.list_get(values, values.len() - 1) {
                end = self.expr_end(last);
            }
        }
        let comment = self.expect_semi();
        self.new_spec(Spec::Value { doc, names, ty, values, iota, comment }, start, end)
    }

    fn type_spec(&mut self, doc: Option<CommentGroupId>) -> SpecId {
        let start = self.start;
        let name = self.ident();
        let lbrack = self.start;
        let (mut type_params, mut assign, mut ty) = (None, None, None);
        if self.eat(Token::Lbrack) {
            match self.first_in_brackets() {
                Bracketed::Params { name, ty } => {
                    let fields = self.parameter_list(Some(name), ty, Token::Rbrack, false);
                    let end = self.expect_close(Token::Rbrack);
                    type_params = Some(self.new_field_list(lbrack, fields, end));
                }
                Bracketed::Length(len) => ty = Some(self.nested(|p| p.array_type(lbrack, len))),
            }
        }
        let ty = match ty {
            Some(ty) => ty,
            None => {
                let place = self.start;
                if self.eat(Token::Assign) {
                    assign = Some(place);
                }
                self.ty()
            }
        };
        let comment = self.expect_semi();
        let spec = Spec::Type { doc, name, type_params, assign, ty, comment };
        self.new_spec(spec, start, self.expr_end(ty))
    }

    /// Behind `type T [`: the start of type parameters, or the length of an array.
    ///
    /// Both may begin alike: `P *C` is a parameter or a product. What is read as an
    /// expression is a parameter if it can be nothing else, or if a comma follows.
    fn first_in_brackets(&mut self) -> Bracketed {
        if self.token != Token::Ident {
            return Bracketed::Length(None);
        }
        let ident = self.ident();
        let continues = self.token.precedence() > 0
            || matches!(
                self.token,
                Token::Period | Token::Lparen | Token::Lbrace | Token::Rbrack | Token::Assign
            );
        if !continues {
            // An index is no constant, so `P [` starts a slice or array constraint.
            return Bracketed::Params { name: ident, ty: None };
        }
        let x = self.ident_expr(ident);
        self.expr_level += 1;
        let left = self.primary_rest(x);
        let x = self.binary(left, 1);
        self.expr_level -= 1;
        let comma = self.token == Token::Comma;
        match self.file.exprs[x] {
            Expr::Ident(name) if self.token != Token::Rbrack => {
                self.withdraw(x);
                Bracketed::Params { name, ty: None }
            }
            Expr::Ident(_) => Bracketed::Length(Some(x)),
            _ => match self.split_parameter(x, comma) {
                Some(name) => Bracketed::Params { name, ty: Some(x) },
                None => Bracketed::Length(Some(x)),
            },
        }
    }

    /// Makes of the product, call or union `x` a constraint behind a name, if it can
    /// only be that, or if `force` says so. Returns the name; `x` becomes the constraint:
    /// `P *C` turns from a product into `*C`, `P (C)` from a call into `(C)`.
    fn split_parameter(&mut self, x: ExprId, mut force: bool) -> Option<IdentId> {
        // Down the left side of `P *A | B | C` to the first term.
        let mut terms = Vec::new();
        let mut first = x;
        while let Expr::Binary { op: BinaryOp::Or, x: left, y, .. } = self.file.exprs[first] {
            force = force || self.is_type_element(y);
            terms.push(first);
            first = left;
        }
        let (name_expr, constraint, start) = match self.file.exprs[first] {
            Expr::Binary { op: BinaryOp::Mul, x, y, op_pos }
                if force || self.is_type_element(y) =>
            {
                (x, Expr::Star(y), op_pos)
            }
            Expr::Call { fun, lparen, args, spread: false } if args.len() == 1 => {
                let argument = self.file.list_get(args, 0)?;
                if !force && !self.is_type_element(argument) {
                    return None;
                }
                (fun, Expr::Paren(argument), lparen)
            }
            _ => return None,
        };
        let Expr::Ident(name) = self.file.exprs[name_expr] else { return None };
        self.withdraw(name_expr);
        self.file.exprs[first] = constraint;
        self.file.expr_spans[first].start = start;
        for term in terms {
            self.file.expr_spans[term].start = start;
        }
        Some(name)
    }

    /// Whether `x` can only be a type or a union of types, not a value.
    fn is_type_element(&self, x: ExprId) -> bool {
        let mut rest = vec![x];
        while let Some(x) = rest.pop() {
            match self.file.exprs[x] {
                Expr::Array { .. }
                | Expr::Struct(_)
                | Expr::FuncType(_)
                | Expr::Interface(_)
                | Expr::Map { .. }
                | Expr::Chan { .. }
                | Expr::Unary { op: UnaryOp::Tilde, .. } => return true,
                Expr::Binary { x, y, .. } => rest.extend([x, y]),
                Expr::Paren(x) => rest.push(x),
                _ => {}
            }
        }
        false
    }

    /// Takes back an identifier that turned out to be no expression. Where others were
    /// made since, its place stays behind, [`Expr::Bad`] and part of nothing.
    pub(super) fn withdraw(&mut self, x: ExprId) {
        if x.index() + 1 == self.file.exprs.len() {
            self.file.exprs.truncate(x.index());
            self.file.expr_spans.truncate(x.index());
        } else {
            self.file.exprs[x] = Expr::Bad;
        }
    }

    fn func_decl(&mut self) -> DeclId {
        let (doc, start) = (self.lead_comment, self.start);
        self.next();
        let recv = (self.token == Token::Lparen).then(|| self.parameters());
        let name = self.ident();
        let type_params = if self.token == Token::Lbrack { self.type_parameters() } else { None };
        let params = self.parameters();
        let results = self.results();
        let ty = self.new_func_type(Some(start), type_params, params, results);
        let body = self.func_body();
        let end = match body {
            Some(body) => self.stmt_end(body),
            None => self.file.func_types[ty].span.end,
        };
        self.new_decl(Decl::Func { doc, recv, name, ty, body }, start, end)
    }

    fn func_body(&mut self) -> Option<StmtId> {
        if self.token == Token::Semicolon {
            self.next();
            if self.token != Token::Lbrace {
                return None;
            }
            self.error_here(format_args!("unexpected semicolon or newline before {{"));
        }
        let body = (self.token == Token::Lbrace).then(|| match self.bodies {
            Bodies::Parse => self.block(),
            Bodies::Skip => self.skip_body(),
        });
        // A brace missing from the body was spoken of, and the next function begins.
        let cut_off = body.is_some_and(|body| {
            let Span { start, end } = self.file.stmt_spans[body];
            let closed = self.lexer.text.get(end as usize - 1) == Some(&b'}') && end > start + 1;
            !closed && matches!(self.file.stmts[body], Stmt::Block(_))
        });
        if !(cut_off && self.at_function_declaration()) {
            self.expect_semi();
        }
        body
    }
}

/// What stands in the brackets behind a type's name.
enum Bracketed {
    /// Type parameters, of which the first name is read, and maybe its constraint.
    Params { name: IdentId, ty: Option<ExprId> },
    /// An array's length, if it is read.
    Length(Option<ExprId>),
}
