//! Types.

use super::Parser;
use super::recovery::EXPR_END;
use crate::token::Token;
use crate::tree::{ChanDir, Expr, ExprId, FuncTypeId, IdentId, List};

impl Parser<'_> {
    /// A type, which must be there.
    pub(super) fn ty(&mut self) -> ExprId {
        match self.try_type() {
            Some(ty) => ty,
            None => {
                let start = self.start;
                self.error_expected("type");
                self.skip_to(EXPR_END);
                self.bad_expr(start, self.start)
            }
        }
    }

    /// A type, or nothing consumed if the token starts none.
    pub(super) fn try_type(&mut self) -> Option<ExprId> {
        match self.token {
            Token::Ident => Some(self.type_name_or_instance()),
            Token::Lbrack
            | Token::Struct
            | Token::Mul
            | Token::Interface
            | Token::Map
            | Token::Chan
            | Token::Arrow
            | Token::Lparen => Some(self.nested(Self::type_literal)),
            Token::Func if !self.at_function_declaration() => Some(self.nested(Self::type_literal)),
            _ => None,
        }
    }

    fn type_literal(&mut self) -> ExprId {
        let start = self.start;
        match self.token {
            Token::Lbrack => {
                self.next();
                self.array_type(start, None)
            }
            Token::Struct => self.struct_type(),
            Token::Mul => {
                self.next();
                let base = self.ty();
                self.new_expr(Expr::Star(base), start, self.expr_end(base))
            }
            Token::Func => {
                let ty = self.func_type();
                self.func_type_expr(ty)
            }
            Token::Interface => self.interface_type(),
            Token::Map => {
                self.next();
                self.expect(Token::Lbrack);
                let key = self.ty();
                self.expect(Token::Rbrack);
                let value = self.ty();
                self.new_expr(Expr::Map { key, value }, start, self.expr_end(value))
            }
            Token::Lparen => {
                self.next();
                let inner = self.ty();
                let end = self.expect_close(Token::Rparen);
                self.new_expr(Expr::Paren(inner), start, end)
            }
            _ => self.chan_type(),
        }
    }

    /// An expression for a signature that stands where a type may.
    pub(super) fn func_type_expr(&mut self, ty: FuncTypeId) -> ExprId {
        let span = self.file.func_types[ty].span;
        self.new_expr(Expr::FuncType(ty), span.start, span.end)
    }

    /// `chan T`, `chan<- T` or `<-chan T`.
    fn chan_type(&mut self) -> ExprId {
        let start = self.start;
        let mut dir = ChanDir::Both;
        let mut send_arrow = None;
        if self.eat(Token::Chan) {
            if self.token == Token::Arrow {
                dir = ChanDir::Send;
                send_arrow = Some(self.start);
                self.next();
            }
        } else {
            dir = ChanDir::Recv;
            self.expect(Token::Arrow);
            self.expect(Token::Chan);
        }
        let value = self.ty();
        let ty = self.new_expr(Expr::Chan { dir, value }, start, self.expr_end(value));
        if let Some(arrow) = send_arrow {
            self.send_arrows.push((ty, arrow));
        }
        ty
    }

    pub(super) fn ident_expr(&mut self, ident: IdentId) -> ExprId {
        let span = self.ident_span(ident);
        self.new_expr(Expr::Ident(ident), span.start, span.end)
    }

    /// `T`, `p.T`, `T[A]`, `p.T[A, B]`
    pub(super) fn type_name_or_instance(&mut self) -> ExprId {
        let ident = self.ident();
        let ty = self.type_name(ident);
        if self.token == Token::Lbrack { self.type_instance(ty) } else { ty }
    }

    /// `T` or `p.T`, the first identifier being read.
    pub(super) fn type_name(&mut self, ident: IdentId) -> ExprId {
        let x = self.ident_expr(ident);
        if !self.eat(Token::Period) {
            return x;
        }
        let sel = self.ident();
        let end = self.ident_span(sel).end;
        self.new_expr(Expr::Selector { x, sel }, self.expr_start(x), end)
    }

    /// Type arguments behind `ty`, at `[`.
    pub(super) fn type_instance(&mut self, ty: ExprId) -> ExprId {
        self.nested(|p| p.type_instance_here(ty))
    }

    fn type_instance_here(&mut self, ty: ExprId) -> ExprId {
        let lbrack = self.expect(Token::Lbrack);
        let mark = self.mark();
        self.type_arguments();
        let close = self.start;
        let end = self.expect_closing(Token::Rbrack, "type argument list");
        if self.scratch.len() == mark.0 {
            self.error(close, end, format_args!("expected type argument list"));
            let bad = self.bad_expr(lbrack + 1, close.max(lbrack + 1));
            self.push(bad);
        }
        let indices = self.list(mark);
        self.index_expr(ty, lbrack, indices, end)
    }

    /// Types between commas up to `]`, pushed on the scratch stack.
    pub(super) fn type_arguments(&mut self) {
        self.expr_level += 1;
        while self.token != Token::Rbrack && self.token != Token::Eof {
            let argument = self.ty();
            self.push(argument);
            if !self.at_comma("type argument list", Token::Rbrack) {
                break;
            }
            self.next();
        }
        self.expr_level -= 1;
    }

    pub(super) fn index_expr(
        &mut self,
        x: ExprId,
        lbrack: u32,
        indices: List<ExprId>,
        end: u32,
    ) -> ExprId {
        self.new_expr(Expr::Index { x, lbrack, indices }, self.expr_start(x), end)
    }

    /// Length, `]` and element type; the `[` is consumed, and so may be the length.
    pub(super) fn array_type(&mut self, lbrack: u32, mut len: Option<ExprId>) -> ExprId {
        if len.is_none() && self.token != Token::Rbrack {
            self.expr_level += 1;
            len = Some(if self.token == Token::Ellipsis {
                let start = self.start;
                self.next();
                self.new_expr(Expr::Ellipsis(None), start, start + 3)
            } else {
                self.rhs()
            });
            self.expr_level -= 1;
        }
        if self.token == Token::Comma {
            self.error_here(format_args!("unexpected comma; expecting ]"));
            self.next();
        }
        self.expect(Token::Rbrack);
        let elem = self.ty();
        self.new_expr(Expr::Array { len, elem }, lbrack, self.expr_end(elem))
    }

    /// Behind a name, at `[`: either the field `name [n]E` or the type `name[A, B]`.
    /// What stands behind the `]` tells; the name is returned if it is a field's.
    pub(super) fn array_or_instance(&mut self, name: IdentId) -> (Option<IdentId>, ExprId) {
        self.nested(|p| p.array_or_instance_here(name))
    }

    fn array_or_instance_here(&mut self, name: IdentId) -> (Option<IdentId>, ExprId) {
        let lbrack = self.expect(Token::Lbrack);
        let mark = self.mark();
        let mut trailing_comma = None;
        if self.token != Token::Rbrack {
            self.expr_level += 1;
            loop {
                let argument = self.rhs();
                self.push(argument);
                let comma = self.start;
                if !self.eat(Token::Comma) {
                    break;
                }
                if self.token == Token::Rbrack {
                    trailing_comma = Some(comma);
                    break;
                }
            }
            self.expr_level -= 1;
        }
        let end = self.expect_close(Token::Rbrack);
        let arguments = self.list(mark);
        if arguments.is_empty() {
            let elem = self.ty();
            let array = Expr::Array { len: None, elem };
            return (Some(name), self.new_expr(array, lbrack, self.expr_end(elem)));
        }
        if arguments.len() == 1
            && let Some(elem) = self.try_type()
        {
            if let Some(comma) = trailing_comma {
                self.error(comma, comma + 1, format_args!("unexpected comma; expecting ]"));
            }
            let len = self.file.list_get(arguments, 0);
            let array = Expr::Array { len, elem };
            return (Some(name), self.new_expr(array, lbrack, self.expr_end(elem)));
        }
        let x = self.ident_expr(name);
        (None, self.index_expr(x, lbrack, arguments, end))
    }

    /// `func(…) …`
    pub(super) fn func_type(&mut self) -> FuncTypeId {
        let func = self.expect(Token::Func);
        if self.token == Token::Lbrack {
            let open = self.start;
            if self.type_parameters().is_some() {
                let message = format_args!("function type must have no type parameters");
                self.error(open, open + 1, message);
            }
        }
        let params = self.parameters();
        let results = self.results();
        self.new_func_type(Some(func), None, params, results)
    }

    /// Terms between `|`; the first may have been read.
    pub(super) fn union(&mut self, first: Option<ExprId>) -> ExprId {
        let mut x = match first {
            Some(x) => x,
            None => self.union_term(),
        };
        let mut terms = 0;
        while self.token == Token::Or {
            terms += 1;
            self.check_chain(terms);
            let op_pos = self.start;
            self.next();
            let y = self.union_term();
            x = self.binary_expr(Token::Or, op_pos, x, y);
        }
        x
    }

    fn union_term(&mut self) -> ExprId {
        let start = self.start;
        if self.eat(Token::Tilde) {
            let x = self.ty();
            let term = Expr::Unary { op: crate::tree::UnaryOp::Tilde, x };
            return self.new_expr(term, start, self.expr_end(x));
        }
        match self.try_type() {
            Some(ty) => ty,
            None => {
                self.error_expected("~ term or type");
                self.skip_to(EXPR_END);
                self.bad_expr(start, self.start)
            }
        }
    }
}
