//! Fields of structs, elements of interfaces, parameters.

use source::Span;

use super::recovery::EXPR_END;
use super::{Param, Parser};
use crate::token::Token;
use crate::tree::{Expr, ExprId, FieldId, FieldList, FieldListId, IdentId, List, LitKind};

impl Parser<'_> {
    /// `struct{…}`
    pub(super) fn struct_type(&mut self) -> ExprId {
        let start = self.expect(Token::Struct);
        let open = self.expect(Token::Lbrace);
        let mark = self.mark();
        while matches!(self.token, Token::Ident | Token::Mul | Token::Lparen) {
            let field = self.struct_field();
            self.push(field);
        }
        let fields = self.list(mark);
        let end = self.expect_close(Token::Rbrace);
        let fields = self.new_field_list(open, fields, end);
        self.new_expr(Expr::Struct(fields), start, end)
    }

    fn struct_field(&mut self) -> FieldId {
        let doc = self.lead_comment;
        let (names, ty) = match self.token {
            Token::Ident => self.names_and_type(),
            _ => (List::EMPTY, self.embedded_pointer()),
        };
        let tag = (self.token == Token::String).then(|| self.literal(LitKind::String));
        let comment = self.expect_semi();
        let field = self.new_field(names, ty);
        let stored = &mut self.file.fields[field];
        (stored.doc, stored.tag, stored.comment) = (doc, tag, comment);
        if let Some(tag) = tag {
            self.file.fields[field].span.end = self.expr_end(tag);
        }
        field
    }

    fn names_and_type(&mut self) -> (List<IdentId>, ExprId) {
        let name = self.ident();
        match self.token {
            Token::Period => return (List::EMPTY, self.qualified_type(name)),
            Token::String | Token::Semicolon | Token::Rbrace => {
                return (List::EMPTY, self.ident_expr(name));
            }
            _ => {}
        }
        let mark = self.mark();
        self.push(name);
        if self.token == Token::Lbrack {
            let (name, ty) = self.array_or_instance(name);
            if name.is_none() {
                self.scratch.truncate(mark.0);
            }
            return (self.list(mark), ty);
        }
        while self.eat(Token::Comma) {
            let name = self.ident();
            self.push(name);
        }
        let ty = self.ty();
        (self.list(mark), ty)
    }

    /// `p.T` or `p.T[A]`, `p` being read.
    fn qualified_type(&mut self, ident: IdentId) -> ExprId {
        let ty = self.type_name(ident);
        if self.token == Token::Lbrack { self.type_instance(ty) } else { ty }
    }

    /// `*T`. Parentheses are not allowed, but understood.
    fn embedded_pointer(&mut self) -> ExprId {
        let mut star = None;
        let mut parens = false;
        while matches!(self.token, Token::Lparen | Token::Mul) {
            if self.token == Token::Lparen {
                if !parens {
                    self.error_here(format_args!("cannot parenthesize embedded type"));
                }
                parens = true;
            } else if star.replace(self.start).is_some() {
                break;
            }
            self.next();
        }
        let base = self.type_name_or_instance();
        while parens && self.eat(Token::Rparen) {}
        match star {
            Some(start) => self.new_expr(Expr::Star(base), start, self.expr_end(base)),
            None => base,
        }
    }

    /// `interface{…}`
    pub(super) fn interface_type(&mut self) -> ExprId {
        let start = self.expect(Token::Interface);
        let open = self.expect(Token::Lbrace);
        let mark = self.mark();
        loop {
            let field = match self.token {
                Token::Ident => self.method_or_embedded(),
                Token::Tilde => {
                    let ty = self.union(None);
                    self.new_field(List::EMPTY, ty)
                }
                _ => match self.try_type() {
                    Some(first) => {
                        let ty = self.union(Some(first));
                        self.new_field(List::EMPTY, ty)
                    }
                    None => break,
                },
            };
            self.file.fields[field].comment = self.expect_semi();
            self.push(field);
        }
        let fields = self.list(mark);
        let end = self.expect_close(Token::Rbrace);
        let fields = self.new_field_list(open, fields, end);
        self.new_expr(Expr::Interface(fields), start, end)
    }

    fn method_or_embedded(&mut self) -> FieldId {
        let doc = self.lead_comment;
        let name = self.ident();
        let field = match self.token {
            Token::Lparen => self.method(name),
            Token::Lbrack => self.method_or_instance(name),
            _ => {
                let ty = self.qualified_type(name);
                self.embedded(ty)
            }
        };
        self.file.fields[field].doc = doc;
        field
    }

    fn embedded(&mut self, first: ExprId) -> FieldId {
        let ty = self.union(Some(first));
        self.new_field(List::EMPTY, ty)
    }

    fn method(&mut self, name: IdentId) -> FieldId {
        let params = self.parameters();
        let results = self.results();
        let ty = self.new_func_type(None, None, params, results);
        let ty = self.func_type_expr(ty);
        let mark = self.mark();
        self.push(name);
        let names = self.list(mark);
        self.new_field(names, ty)
    }

    /// `T[A, B]`, or a method with type parameters, which interfaces do not have.
    fn method_or_instance(&mut self, name: IdentId) -> FieldId {
        self.nested(|p| p.method_or_instance_here(name))
    }

    fn method_or_instance_here(&mut self, name: IdentId) -> FieldId {
        let lbrack = self.expect(Token::Lbrack);
        self.expr_level += 1;
        let first = self.expr();
        self.expr_level -= 1;
        if let Expr::Ident(parameter) = self.file.exprs[first]
            && self.token != Token::Comma
            && self.token != Token::Rbrack
        {
            self.parameter_list(Some(parameter), None, Token::Rbrack, false);
            self.expect(Token::Rbrack);
            let message = format_args!("interface method must have no type parameters");
            self.error(lbrack, lbrack + 1, message);
            return self.method(name);
        }
        let mark = self.mark();
        self.push(first);
        if self.at_comma("type argument list", Token::Rbrack) {
            self.next();
            self.type_arguments();
        }
        let end = self.expect_closing(Token::Rbrack, "type argument list");
        let indices = self.list(mark);
        let x = self.ident_expr(name);
        let ty = self.index_expr(x, lbrack, indices, end);
        self.embedded(ty)
    }

    /// `[P any, Q int | string]`; `None` if there is nothing between the brackets.
    pub(super) fn type_parameters(&mut self) -> Option<FieldListId> {
        let open = self.expect(Token::Lbrack);
        let mut fields = List::EMPTY;
        if self.token != Token::Rbrack {
            fields = self.parameter_list(None, None, Token::Rbrack, false);
        }
        let close = self.start;
        let end = self.expect_close(Token::Rbrack);
        if fields.is_empty() {
            self.error(close, end, format_args!("empty type parameter list"));
            return None;
        }
        Some(self.new_field_list(open, fields, end))
    }

    /// `(…)` of a function or receiver.
    pub(super) fn parameters(&mut self) -> FieldListId {
        self.parenthesized_parameters(true)
    }

    /// What a function returns: nothing, a type, or a list in parentheses.
    pub(super) fn results(&mut self) -> Option<FieldListId> {
        if self.token == Token::Lparen {
            return Some(self.parenthesized_parameters(false));
        }
        let ty = self.try_type()?;
        let field = self.new_field(List::EMPTY, ty);
        let mark = self.mark();
        self.push(field);
        let list = FieldList {
            open: None,
            close: None,
            fields: self.list(mark),
            span: Span::new(self.expr_start(ty), self.expr_end(ty)),
        };
        Some(self.file.field_lists.push(list))
    }

    fn parenthesized_parameters(&mut self, variadic: bool) -> FieldListId {
        let open = self.expect(Token::Lparen);
        let mut fields = List::EMPTY;
        if self.token != Token::Rparen {
            fields = self.parameter_list(None, None, Token::Rparen, variadic);
        }
        let end = self.expect_close(Token::Rparen);
        self.new_field_list(open, fields, end)
    }

    /// Parameters up to `closing`; the first name, and its type, may have been read.
    /// Type parameters are what `]` closes.
    pub(super) fn parameter_list(
        &mut self,
        mut name: Option<IdentId>,
        mut ty: Option<ExprId>,
        closing: Token,
        variadic: bool,
    ) -> List<FieldId> {
        let type_params = closing == Token::Rbrack;
        let start = name.map_or(self.start, |name| self.file.idents[name].pos);
        let mark = self.params.len();
        while name.is_some() || self.token != closing && self.token != Token::Eof {
            let param = match ty.take() {
                Some(ty) if type_params => Param { name, ty: Some(self.union(Some(ty))) },
                Some(ty) => Param { name, ty: Some(ty) },
                None => self.parameter(name, type_params),
            };
            name = None;
            if param.name.is_some() || param.ty.is_some() {
                self.params.push(param);
            }
            if !self.at_comma("parameter list", closing) {
                break;
            }
            self.next();
        }
        self.complete_parameters(mark, type_params, start);
        self.check_variadic(mark, variadic);
        let fields = self.parameter_fields(mark);
        self.params.truncate(mark);
        fields
    }

    fn parameter(&mut self, name: Option<IdentId>, type_params: bool) -> Param {
        if let Some(name) = name {
            return self.named_parameter(name, type_params);
        }
        match self.token {
            Token::Ident => {
                let name = self.ident();
                self.named_parameter(name, type_params)
            }
            Token::Tilde if type_params => Param { name: None, ty: Some(self.union(None)) },
            Token::Ellipsis => Param { name: None, ty: Some(self.dots_type()) },
            _ => match self.try_type() {
                Some(ty) => Param { name: None, ty: Some(self.constraint(ty, type_params)) },
                None => {
                    self.error_expected(if type_params { "']'" } else { "')'" });
                    self.skip_to(EXPR_END);
                    Param { name: None, ty: None }
                }
            },
        }
    }

    /// A parameter that starts with an identifier, already read: its name or its type.
    fn named_parameter(&mut self, ident: IdentId, type_params: bool) -> Param {
        let (name, ty) = match self.token {
            Token::Lbrack => self.array_or_instance(ident),
            Token::Ellipsis => {
                return Param { name: Some(ident), ty: Some(self.dots_type()) };
            }
            Token::Period => (None, self.qualified_type(ident)),
            Token::Tilde if type_params => {
                return Param { name: Some(ident), ty: Some(self.union(None)) };
            }
            Token::Or if type_params => (None, self.ident_expr(ident)),
            _ => match self.try_type() {
                Some(ty) => (Some(ident), ty),
                None => return Param { name: Some(ident), ty: None },
            },
        };
        Param { name, ty: Some(self.constraint(ty, type_params)) }
    }

    /// The rest of a union where one may stand.
    fn constraint(&mut self, ty: ExprId, type_params: bool) -> ExprId {
        if type_params && self.token == Token::Or { self.union(Some(ty)) } else { ty }
    }

    fn dots_type(&mut self) -> ExprId {
        let start = self.expect(Token::Ellipsis);
        let elem = self.ty();
        self.new_expr(Expr::Ellipsis(Some(elem)), start, self.expr_end(elem))
    }

    /// Tells names from types: either all parameters are named or none is, and a type
    /// holds for the names before it as well.
    fn complete_parameters(&mut self, mark: usize, type_params: bool, start: u32) {
        let count = self.params.len() - mark;
        let is_named = |param: &&Param| param.name.is_some() && param.ty.is_some();
        let named = self.params[mark..].iter().filter(is_named).count();
        let typed = self.params[mark..].iter().filter(|param| param.ty.is_some()).count();
        if count == 0 || named == count {
            return;
        }
        if named == 0 {
            for i in mark..self.params.len() {
                if let Some(name) = self.params[i].name.take() {
                    self.params[i].ty = Some(self.ident_expr(name));
                }
            }
            if type_params {
                let place = if typed == 0 { self.start } else { start };
                self.parameter_error(place, typed == 0, true, count);
            }
            return;
        }
        let mut missing = None;
        let mut ty = None;
        for i in (mark..self.params.len()).rev() {
            let param = self.params[i];
            match (param.name, param.ty) {
                (Some(_), Some(_)) => ty = param.ty,
                (None, Some(own)) => {
                    ty = param.ty;
                    let pos = self.expr_start(own);
                    missing = Some(pos);
                    self.params[i].name = Some(self.blank(pos));
                }
                (Some(name), None) if ty.is_none() => {
                    let pos = self.file.idents[name].pos;
                    missing = Some(pos);
                    self.params[i].ty = Some(self.bad_expr(pos, self.start));
                }
                _ => self.params[i].ty = ty,
            }
        }
        if let Some(place) = missing {
            let place = if named == typed { self.start } else { place };
            self.parameter_error(place, named == typed, type_params, count);
        }
    }

    #[cold]
    fn parameter_error(&mut self, place: u32, lacks_type: bool, type_params: bool, count: usize) {
        let message = match (lacks_type, type_params) {
            (true, true) => "missing type constraint",
            (true, false) => "missing parameter type",
            (false, true) if count == 1 => "missing type parameter name or invalid array length",
            (false, true) => "missing type parameter name",
            (false, false) => "missing parameter name",
        };
        self.error(place, place, format_args!("{message}"));
    }

    /// `...T` may only be the last parameter of a function.
    fn check_variadic(&mut self, mark: usize, variadic: bool) {
        let last = self.params.len().wrapping_sub(1);
        for i in mark..self.params.len() {
            let Some(ty) = self.params[i].ty else { continue };
            if !matches!(self.file.exprs[ty], Expr::Ellipsis(_)) || variadic && i == last {
                continue;
            }
            let span = self.file.expr_spans[ty];
            let message = match variadic {
                true => "can only use ... with final parameter",
                false => "invalid use of ...",
            };
            self.error(span.start, span.start + 3, format_args!("{message}"));
            return;
        }
    }

    /// One field for each type; consecutive names that share one are together.
    fn parameter_fields(&mut self, mark: usize) -> List<FieldId> {
        let fields = self.mark();
        let mut i = mark;
        while let Some(&Param { name, ty: Some(ty) }) = self.params.get(i) {
            i += 1;
            let mut names = List::EMPTY;
            if let Some(name) = name {
                let mark = self.mark();
                self.push(name);
                while let Some(&Param { name: Some(name), ty: other }) = self.params.get(i)
                    && other == Some(ty)
                {
                    self.push(name);
                    i += 1;
                }
                names = self.list(mark);
            }
            let field = self.new_field(names, ty);
            self.push(field);
        }
        self.list(fields)
    }
}
