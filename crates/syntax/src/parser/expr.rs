//! Expressions.

use source::Span;

use super::recovery::OPERAND_END;
use super::{Parser, UnaryPrefix};
use crate::token::{Token, TokenSet};
use crate::tree::{BinaryOp, ChanDir, Expr, ExprId, LitKind, UnaryOp};

const PREFIXES: TokenSet = TokenSet::new(&[
    Token::Add,
    Token::Sub,
    Token::Not,
    Token::Xor,
    Token::And,
    Token::Tilde,
    Token::Arrow,
    Token::Mul,
]);

impl Parser<'_> {
    /// An expression; types are expressions too.
    pub(super) fn expr(&mut self) -> ExprId {
        let x = self.unary();
        self.binary(x, 1)
    }

    /// An expression where no assignment can follow.
    pub(super) fn rhs(&mut self) -> ExprId {
        let before = std::mem::replace(&mut self.in_rhs, true);
        let x = self.expr();
        self.in_rhs = before;
        x
    }

    /// Pushes the expressions between commas on the scratch stack.
    pub(super) fn expr_list(&mut self, in_rhs: bool) {
        let before = std::mem::replace(&mut self.in_rhs, in_rhs);
        let x = self.expr();
        self.push(x);
        while self.eat(Token::Comma) {
            let x = self.expr();
            self.push(x);
        }
        self.in_rhs = before;
    }

    /// How tightly the current token binds; an `=` where none can be is a mistyped `==`.
    #[inline]
    fn precedence(&self) -> u8 {
        if self.token == Token::Assign && self.in_rhs {
            return Token::Eql.precedence();
        }
        self.token.precedence()
    }

    /// Binary operators of at least `min` behind the operand `x`.
    #[inline]
    pub(super) fn binary(&mut self, x: ExprId, min: u8) -> ExprId {
        if self.precedence() < min { x } else { self.binary_chain(x, min) }
    }

    fn binary_chain(&mut self, mut x: ExprId, min: u8) -> ExprId {
        let mut operators = 0;
        loop {
            let precedence = self.precedence();
            if precedence < min {
                return x;
            }
            operators += 1;
            self.check_chain(operators);
            let (operator, op_pos) = (self.token, self.start);
            if operator == Token::Assign {
                self.error_expected_token(Token::Eql);
            }
            self.next();
            let y = self.unary();
            // At most five deep: each level asks for more than the one around it.
            let y = self.binary(y, precedence + 1);
            x = self.binary_expr(operator, op_pos, x, y);
        }
    }

    pub(super) fn binary_expr(
        &mut self,
        operator: Token,
        op_pos: u32,
        x: ExprId,
        y: ExprId,
    ) -> ExprId {
        let op = operator.binary_op().unwrap_or(BinaryOp::Eq);
        let binary = Expr::Binary { op, op_pos, x, y };
        self.new_expr(binary, self.expr_start(x), self.expr_end(y))
    }

    #[inline]
    fn unary(&mut self) -> ExprId {
        if PREFIXES.contains(self.token) { self.prefixed() } else { self.primary() }
    }

    fn prefixed(&mut self) -> ExprId {
        let mark = self.prefixes.len();
        while PREFIXES.contains(self.token) {
            let prefix = match self.token {
                Token::Add => UnaryPrefix::Op(UnaryOp::Plus),
                Token::Sub => UnaryPrefix::Op(UnaryOp::Neg),
                Token::Not => UnaryPrefix::Op(UnaryOp::Not),
                Token::Xor => UnaryPrefix::Op(UnaryOp::BitNot),
                Token::And => UnaryPrefix::Op(UnaryOp::Addr),
                Token::Tilde => UnaryPrefix::Op(UnaryOp::Tilde),
                Token::Arrow => UnaryPrefix::Op(UnaryOp::Recv),
                _ => UnaryPrefix::Star,
            };
            self.prefixes.push((prefix, self.start));
            self.check_chain((self.prefixes.len() - mark) as u32);
            self.next();
        }
        let mut x = self.primary();
        while self.prefixes.len() > mark
            && let Some((prefix, pos)) = self.prefixes.pop()
        {
            let end = self.expr_end(x);
            x = match prefix {
                UnaryPrefix::Star => self.new_expr(Expr::Star(x), pos, end),
                UnaryPrefix::Op(UnaryOp::Recv)
                    if matches!(self.file.exprs[x], Expr::Chan { .. }) =>
                {
                    self.give_arrow(x, pos);
                    x
                }
                UnaryPrefix::Op(op) => self.new_expr(Expr::Unary { op, x }, pos, end),
            };
        }
        x
    }

    /// `<-` before a channel type belongs to the type: `<-(chan T)` is `(<-chan T)`,
    /// and `<-(chan<- T)` is `(<-chan (<-T))`, whose `T` must be a channel in turn.
    fn give_arrow(&mut self, mut ty: ExprId, mut arrow: u32) {
        while let Expr::Chan { dir, value } = self.file.exprs[ty] {
            let own = match dir {
                ChanDir::Send => {
                    let found = self.send_arrows.binary_search_by_key(&ty, |&(ty, _)| ty);
                    found.map_or(arrow, |i| self.send_arrows[i].1)
                }
                _ => self.expr_start(ty),
            };
            if dir == ChanDir::Recv {
                self.error(own, own + 2, format_args!("expected 'chan'"));
            }
            self.file.exprs[ty] = Expr::Chan { dir: ChanDir::Recv, value };
            self.file.expr_spans[ty].start = arrow;
            if dir != ChanDir::Send {
                return;
            }
            (ty, arrow) = (value, own);
        }
        self.error(arrow, arrow + 2, format_args!("expected channel type"));
    }

    fn primary(&mut self) -> ExprId {
        let x = self.operand();
        self.primary_rest(x)
    }

    fn operand(&mut self) -> ExprId {
        match self.token {
            Token::Ident => {
                let ident = self.ident();
                self.ident_expr(ident)
            }
            Token::Int => self.literal(LitKind::Int),
            Token::Float => self.literal(LitKind::Float),
            Token::Imag => self.literal(LitKind::Imag),
            Token::Char => self.literal(LitKind::Char),
            Token::String => self.literal(LitKind::String),
            Token::Lparen => self.nested(Self::paren),
            Token::Func if !self.at_function_declaration() => {
                self.nested(Self::func_type_or_literal)
            }
            _ => match self.try_type() {
                Some(ty) => ty,
                None => {
                    let start = self.start;
                    self.error_expected("operand");
                    self.skip_to(OPERAND_END);
                    self.bad_expr(start, self.start)
                }
            },
        }
    }

    fn paren(&mut self) -> ExprId {
        let start = self.expect(Token::Lparen);
        self.expr_level += 1;
        let x = self.rhs();
        self.expr_level -= 1;
        let end = self.expect_close(Token::Rparen);
        self.new_expr(Expr::Paren(x), start, end)
    }

    fn func_type_or_literal(&mut self) -> ExprId {
        let ty = self.func_type();
        if self.token != Token::Lbrace {
            return self.func_type_expr(ty);
        }
        self.expr_level += 1;
        let body = self.block();
        self.expr_level -= 1;
        let start = self.file.func_types[ty].span.start;
        self.new_expr(Expr::Func { ty, body }, start, self.stmt_end(body))
    }

    /// Selectors, indices, calls and literal values behind the operand `x`.
    pub(super) fn primary_rest(&mut self, mut x: ExprId) -> ExprId {
        let mut links = 0;
        loop {
            x = match self.token {
                Token::Period => self.selector_or_assertion(x),
                Token::Lbrack => self.nested(|p| p.index_or_slice(x)),
                Token::Lparen => self.nested(|p| p.call(x)),
                Token::Lbrace if self.is_literal_type(x) => {
                    let ty = self.file.unparen(x);
                    if ty != x {
                        let Span { start, end } = self.file.expr_spans[ty];
                        let message = format_args!("cannot parenthesize type in composite literal");
                        self.error(start, end, message);
                    }
                    self.literal_value(Some(x))
                }
                _ => return x,
            };
            links += 1;
            self.check_chain(links);
        }
    }

    /// Whether the `{` behind `x` opens a literal rather than a block.
    fn is_literal_type(&self, x: ExprId) -> bool {
        match self.file.exprs[self.file.unparen(x)] {
            Expr::Bad | Expr::Ident(_) | Expr::Selector { .. } | Expr::Index { .. } => {
                self.expr_level >= 0
            }
            Expr::Array { .. } | Expr::Struct(_) | Expr::Map { .. } => true,
            _ => false,
        }
    }

    fn selector_or_assertion(&mut self, x: ExprId) -> ExprId {
        self.next();
        let start = self.expr_start(x);
        match self.token {
            Token::Ident => {
                let sel = self.ident();
                let end = self.ident_span(sel).end;
                self.new_expr(Expr::Selector { x, sel }, start, end)
            }
            Token::Lparen => {
                let lparen = self.start;
                self.next();
                let ty = if self.eat(Token::Type) { None } else { Some(self.ty()) };
                let end = self.expect_close(Token::Rparen);
                self.new_expr(Expr::TypeAssert { x, lparen, ty }, start, end)
            }
            _ => {
                let pos = self.start;
                self.error_expected("selector or type assertion");
                if self.token != Token::Rbrace {
                    self.next();
                }
                let sel = self.blank(pos);
                self.new_expr(Expr::Selector { x, sel }, start, pos)
            }
        }
    }

    fn call(&mut self, fun: ExprId) -> ExprId {
        let lparen = self.start;
        self.next();
        self.expr_level += 1;
        let mark = self.mark();
        let mut spread = false;
        while self.token != Token::Rparen && self.token != Token::Eof && !spread {
            let argument = self.rhs();
            self.push(argument);
            spread = self.eat(Token::Ellipsis);
            if !self.at_comma("argument list", Token::Rparen) {
                break;
            }
            self.next();
        }
        self.expr_level -= 1;
        let end = self.expect_closing(Token::Rparen, "argument list");
        let args = self.list(mark);
        self.new_expr(Expr::Call { fun, lparen, args, spread }, self.expr_start(fun), end)
    }

    /// `x[i]`, `x[lo:hi:max]` or `x[T1, T2]`, at the `[`.
    fn index_or_slice(&mut self, x: ExprId) -> ExprId {
        let lbrack = self.start;
        self.next();
        let mark = self.mark();
        if self.token == Token::Rbrack {
            self.error_expected("operand");
            let bad = self.bad_expr(self.start, self.start);
            self.push(bad);
            let end = self.expect_close(Token::Rbrack);
            let indices = self.list(mark);
            return self.index_expr(x, lbrack, indices, end);
        }
        self.expr_level += 1;
        let first = (self.token != Token::Colon).then(|| self.rhs());
        if self.token == Token::Colon {
            return self.slice(x, first);
        }
        if let Some(first) = first {
            self.push(first);
        }
        while self.eat(Token::Comma) {
            if self.token != Token::Rbrack && self.token != Token::Eof {
                let argument = self.ty();
                self.push(argument);
            }
        }
        self.expr_level -= 1;
        let end = self.expect_close(Token::Rbrack);
        let indices = self.list(mark);
        self.index_expr(x, lbrack, indices, end)
    }

    /// The rest of a slice expression, at the first colon.
    fn slice(&mut self, x: ExprId, low: Option<ExprId>) -> ExprId {
        let mut bounds = [low, None, None];
        let mut colons = [self.start; 2];
        let mut count = 0;
        while self.token == Token::Colon && count < 2 {
            colons[count] = self.start;
            count += 1;
            self.next();
            if !matches!(self.token, Token::Colon | Token::Rbrack | Token::Eof) {
                bounds[count] = Some(self.rhs());
            }
        }
        self.expr_level -= 1;
        let three = count == 2;
        if three && bounds[1].is_none() {
            let message = format_args!("middle index required in 3-index slice");
            self.error(colons[0], colons[0] + 1, message);
            bounds[1] = Some(self.bad_expr(colons[0] + 1, colons[1]));
        }
        if three && bounds[2].is_none() {
            let message = format_args!("final index required in 3-index slice");
            self.error(colons[1], colons[1] + 1, message);
            bounds[2] = Some(self.bad_expr(colons[1] + 1, self.start));
        }
        let end = self.expect_close(Token::Rbrack);
        self.new_expr(Expr::Slice { x, bounds, three }, self.expr_start(x), end)
    }

    /// `{…}` of a literal of type `ty`, or of the type that the literal around it gives.
    fn literal_value(&mut self, ty: Option<ExprId>) -> ExprId {
        self.nested(|p| p.literal_value_here(ty))
    }

    fn literal_value_here(&mut self, ty: Option<ExprId>) -> ExprId {
        let lbrace = self.start;
        self.next();
        self.expr_level += 1;
        let mark = self.mark();
        while self.token != Token::Rbrace && self.token != Token::Eof {
            let element = self.element();
            self.push(element);
            if !self.at_comma("composite literal", Token::Rbrace) {
                break;
            }
            self.next();
        }
        self.expr_level -= 1;
        let end = self.expect_closing(Token::Rbrace, "composite literal");
        let elems = self.list(mark);
        let start = ty.map_or(lbrace, |ty| self.expr_start(ty));
        self.new_expr(Expr::Composite { ty, lbrace, elems }, start, end)
    }

    fn element(&mut self) -> ExprId {
        let key = self.element_value();
        let colon = self.start;
        if !self.eat(Token::Colon) {
            return key;
        }
        let value = self.element_value();
        let (start, end) = (self.expr_start(key), self.expr_end(value));
        self.new_expr(Expr::KeyValue { key, colon, value }, start, end)
    }

    fn element_value(&mut self) -> ExprId {
        if self.token == Token::Lbrace { self.literal_value(None) } else { self.expr() }
    }
}
