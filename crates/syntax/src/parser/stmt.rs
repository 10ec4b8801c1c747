//! Statements.

use super::Parser;
use super::recovery::STMT_START;
use crate::token::{Token, TokenSet};
use crate::tree::{AssignOp, BranchKind, Expr, ExprId, List, Stmt, StmtId};

/// Tokens that an expression statement, assignment or label may begin with.
const SIMPLE_START: TokenSet = TokenSet::new(&[
    Token::Ident,
    Token::Int,
    Token::Float,
    Token::Imag,
    Token::Char,
    Token::String,
    Token::Func,
    Token::Lparen,
    Token::Lbrack,
    Token::Struct,
    Token::Map,
    Token::Chan,
    Token::Interface,
    Token::Add,
    Token::Sub,
    Token::Mul,
    Token::And,
    Token::Xor,
    Token::Arrow,
    Token::Not,
]);

/// What may be a simple statement besides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Basic,
    Label,
    Range,
}

/// A simple statement, or the clause of a `for` that looks like one at first.
enum Simple {
    /// A lone expression: a statement of its own, or a condition.
    Expr(ExprId),
    Stmt(StmtId),
    Range(RangeClause),
}

struct RangeClause {
    lhs: List<ExprId>,
    op: Option<AssignOp>,
    range: u32,
    x: ExprId,
}

/// An `if` whose `else` is still to be read.
struct IfHead {
    start: u32,
    init: Option<StmtId>,
    cond: ExprId,
    body: StmtId,
}

impl Parser<'_> {
    /// Pushes the statements up to a `}` or the next clause on the scratch stack.
    fn stmt_list(&mut self) {
        loop {
            match self.token {
                Token::Case | Token::Default | Token::Rbrace | Token::Eof => return,
                Token::Func if self.at_function_declaration() => return,
                _ => {
                    let stmt = self.stmt();
                    self.push(stmt);
                }
            }
        }
    }

    /// `{…}`
    pub(super) fn block(&mut self) -> StmtId {
        let start = self.expect(Token::Lbrace);
        let mark = self.mark();
        self.stmt_list();
        let last = self.scratch[mark.0..].last().copied();
        let stmts: List<StmtId> = self.list(mark);
        let end = if self.token == Token::Rbrace {
            self.next_after(1)
        } else {
            self.error_expected_token(Token::Rbrace);
            if self.token != Token::Func {
                self.next();
            }
            let last = last.and_then(|_| self.file.list_get(stmts, stmts.len() - 1));
            last.map_or(start + 1, |last| self.stmt_end(last))
        };
        self.new_stmt(Stmt::Block(stmts), start, end)
    }

    /// Goes to the next token; returns the place `len` behind the start of this one.
    fn next_after(&mut self, len: u32) -> u32 {
        let end = self.start + len;
        self.next();
        end
    }

    fn stmt(&mut self) -> StmtId {
        self.nested(Self::stmt_here)
    }

    fn stmt_here(&mut self) -> StmtId {
        let start = self.start;
        match self.token {
            token if SIMPLE_START.contains(token) => self.simple_or_labeled(),
            Token::If => self.if_stmt(),
            Token::Return => self.return_stmt(),
            Token::For => self.for_stmt(),
            Token::Const | Token::Type | Token::Var => {
                let decl = self.declaration(STMT_START);
                let span = self.file.decl_spans[decl];
                self.new_stmt(Stmt::Decl(decl), span.start, span.end)
            }
            Token::Switch => self.switch_stmt(),
            Token::Defer => self.go_or_defer("defer"),
            Token::Go => self.go_or_defer("go"),
            Token::Break => self.branch(BranchKind::Break),
            Token::Continue => self.branch(BranchKind::Continue),
            Token::Goto => self.branch(BranchKind::Goto),
            Token::Fallthrough => self.branch(BranchKind::Fallthrough),
            Token::Lbrace => {
                let block = self.block();
                self.expect_semi();
                block
            }
            Token::Select => self.select_stmt(),
            Token::Semicolon => {
                let implicit = self.lexer.is_newline();
                self.next();
                let len = u32::from(!implicit);
                self.new_stmt(Stmt::Empty { implicit }, start, start + len)
            }
            Token::Rbrace => self.new_stmt(Stmt::Empty { implicit: true }, start, start),
            _ => {
                self.error_expected("statement");
                self.skip_to(STMT_START);
                self.new_stmt(Stmt::Bad, start, self.start)
            }
        }
    }

    fn simple_or_labeled(&mut self) -> StmtId {
        let simple = self.simple(Mode::Label);
        let stmt = self.simple_stmt(simple);
        if !matches!(self.file.stmts[stmt], Stmt::Labeled { .. }) {
            self.expect_semi();
        }
        stmt
    }

    fn simple_stmt(&mut self, simple: Simple) -> StmtId {
        match simple {
            Simple::Expr(x) => {
                let span = self.file.expr_spans[x];
                self.new_stmt(Stmt::Expr(x), span.start, span.end)
            }
            Simple::Stmt(stmt) => stmt,
            // Only `for` asks for it, and it looks before it comes here.
            Simple::Range(clause) => self.new_stmt(Stmt::Bad, clause.range, self.start),
        }
    }

    fn simple(&mut self, mode: Mode) -> Simple {
        let start = self.start;
        let mark = self.mark();
        let before = std::mem::replace(&mut self.in_rhs, false);
        let first = self.expr();
        self.push(first);
        while self.eat(Token::Comma) {
            let x = self.expr();
            self.push(x);
        }
        self.in_rhs = before;

        let (token, pos) = (self.token, self.start);
        if let Some(op) = assign_op(token) {
            let lhs = self.list(mark);
            return self.assignment(lhs, op, mode);
        }
        if self.scratch.len() > mark.0 + 1 {
            let span = self.file.expr_spans[first];
            self.error(span.start, span.end, format_args!("expected 1 expression"));
        }
        self.scratch.truncate(mark.0);
        match token {
            Token::Colon => self.labeled(first, mode),
            Token::Arrow => {
                self.next();
                let value = self.rhs();
                let send = Stmt::Send { chan: first, arrow: pos, value };
                Simple::Stmt(self.new_stmt(send, start, self.expr_end(value)))
            }
            Token::Inc | Token::Dec => {
                self.next();
                let stmt = Stmt::IncDec { x: first, op_pos: pos, inc: token == Token::Inc };
                Simple::Stmt(self.new_stmt(stmt, self.expr_start(first), pos + 2))
            }
            _ => Simple::Expr(first),
        }
    }

    /// At the operator.
    fn assignment(&mut self, lhs: List<ExprId>, op: AssignOp, mode: Mode) -> Simple {
        let op_pos = self.start;
        self.next();
        if mode == Mode::Range
            && self.token == Token::Range
            && matches!(op, AssignOp::Assign | AssignOp::Define)
        {
            let range = self.start;
            self.next();
            let x = self.rhs();
            return Simple::Range(RangeClause { lhs, op: Some(op), range, x });
        }
        let mark = self.mark();
        self.expr_list(true);
        let rhs: List<ExprId> = self.list(mark);
        Simple::Stmt(self.assign_stmt(lhs, op, op_pos, rhs))
    }

    fn assign_stmt(
        &mut self,
        lhs: List<ExprId>,
        op: AssignOp,
        op_pos: u32,
        rhs: List<ExprId>,
    ) -> StmtId {
        let start = self.file.list_get(lhs, 0).map_or(op_pos, |x| self.expr_start(x));
        let last = rhs.len().checked_sub(1).and_then(|last| self.file.list_get(rhs, last));
        let end = last.map_or(op_pos, |x| self.expr_end(x));
        self.new_stmt(Stmt::Assign { lhs, op, op_pos, rhs }, start, end)
    }

    /// At the colon behind `first`.
    fn labeled(&mut self, first: ExprId, mode: Mode) -> Simple {
        let span = self.file.expr_spans[first];
        let colon = self.start;
        self.next();
        if let Expr::Ident(label) = self.file.exprs[first]
            && mode == Mode::Label
        {
            self.withdraw(first);
            let stmt = self.stmt();
            let labeled = Stmt::Labeled { label, colon, stmt };
            return Simple::Stmt(self.new_stmt(labeled, span.start, self.stmt_end(stmt)));
        }
        self.error(colon, colon + 1, format_args!("illegal label declaration"));
        Simple::Stmt(self.new_stmt(Stmt::Bad, span.start, colon + 1))
    }

    fn go_or_defer(&mut self, keyword: &str) -> StmtId {
        let start = self.start;
        self.next();
        let mut x = self.rhs();
        let span = self.file.expr_spans[x];
        let inner = self.file.unparen(x);
        if inner != x {
            let message = format_args!("expression in {keyword} must not be parenthesized");
            self.error(span.start, span.end, message);
            x = inner;
        }
        let stmt = match self.file.exprs[x] {
            Expr::Call { .. } if keyword == "go" => Stmt::Go(x),
            Expr::Call { .. } => Stmt::Defer(x),
            Expr::Bad => Stmt::Bad,
            _ => {
                let end = self.expr_end(x);
                let message = format_args!("expression in {keyword} must be function call");
                self.error(end, end, message);
                Stmt::Bad
            }
        };
        self.expect_semi();
        self.new_stmt(stmt, start, self.expr_end(x))
    }

    fn return_stmt(&mut self) -> StmtId {
        let start = self.start;
        self.next();
        let mark = self.mark();
        let mut end = start + 6;
        if self.token != Token::Semicolon && self.token != Token::Rbrace {
            self.expr_list(true);
        }
        let results: List<ExprId> = self.list(mark);
        let last = results.len().checked_sub(1).and_then(|i| self.file.list_get(results, i));
        if let Some(last) = last {
            end = self.expr_end(last);
        }
        self.expect_semi();
        self.new_stmt(Stmt::Return(results), start, end)
    }

    fn branch(&mut self, kind: BranchKind) -> StmtId {
        let start = self.start;
        let mut end = self.end();
        self.next();
        let takes_label = match kind {
            BranchKind::Goto => true,
            BranchKind::Break | BranchKind::Continue => self.token == Token::Ident,
            BranchKind::Fallthrough => false,
        };
        let label = takes_label.then(|| self.ident());
        if let Some(label) = label {
            end = self.ident_span(label).end;
        }
        self.expect_semi();
        self.new_stmt(Stmt::Branch { kind, label }, start, end)
    }

    /// A condition out of what was read as a statement.
    fn condition(&mut self, simple: Simple, want: &str) -> ExprId {
        let stmt = match simple {
            Simple::Expr(x) => return x,
            Simple::Stmt(stmt) => stmt,
            Simple::Range(clause) => return clause.x,
        };
        let span = self.file.stmt_spans[stmt];
        let found = match self.file.stmts[stmt] {
            Stmt::Assign { .. } => "assignment",
            _ => "simple statement",
        };
        let hint = "(missing parentheses around composite literal?)";
        let message = format_args!("expected {want}, found {found} {hint}");
        self.error(span.start, span.end, message);
        self.bad_expr(span.start, span.end)
    }

    /// An `if` with all that hangs on its `else`. Chains are long in generated code,
    /// so they are no recursion.
    fn if_stmt(&mut self) -> StmtId {
        let mut heads: Vec<IfHead> = Vec::new();
        let mut els = loop {
            let start = self.expect(Token::If);
            let (init, cond) = self.if_header();
            let body = self.block();
            heads.push(IfHead { start, init, cond, body });
            if !self.eat(Token::Else) {
                self.expect_semi();
                break None;
            }
            match self.token {
                Token::If => self.check_chain(heads.len() as u32),
                Token::Lbrace => {
                    let block = self.block();
                    self.expect_semi();
                    break Some(block);
                }
                _ => {
                    self.error_expected("if statement or block");
                    break Some(self.new_stmt(Stmt::Bad, self.start, self.start));
                }
            }
            if self.token != Token::If {
                break None;
            }
        };
        while let Some(IfHead { start, init, cond, body }) = heads.pop() {
            let end = self.stmt_end(els.unwrap_or(body));
            els = Some(self.new_stmt(Stmt::If { init, cond, body, els }, start, end));
        }
        els.unwrap_or_else(|| self.new_stmt(Stmt::Bad, self.start, self.start))
    }

    fn if_header(&mut self) -> (Option<StmtId>, ExprId) {
        if self.token == Token::Lbrace {
            self.error_here(format_args!("missing condition in if statement"));
            return (None, self.bad_expr(self.start, self.start));
        }
        let level = std::mem::replace(&mut self.expr_level, -1);
        let mut first = None;
        if self.token != Token::Semicolon {
            if self.eat(Token::Var) {
                let message = format_args!("var declaration not allowed in if initializer");
                self.error_here(message);
            }
            first = Some(self.simple(Mode::Basic));
        }
        let header = if self.token == Token::Lbrace {
            (None, first.map(|first| self.condition(first, "boolean expression")))
        } else {
            self.if_condition(first)
        };
        self.expr_level = level;
        let cond = header.1.unwrap_or_else(|| self.bad_expr(self.start, self.start));
        (header.0, cond)
    }

    /// Semicolon and condition behind the statement `first` of an `if`.
    fn if_condition(&mut self, first: Option<Simple>) -> (Option<StmtId>, Option<ExprId>) {
        let init = first.map(|first| self.simple_stmt(first));
        let (semi, newline) = (self.start, self.lexer.is_newline());
        let found = self.token == Token::Semicolon;
        self.expect(Token::Semicolon);
        if self.token != Token::Lbrace {
            let simple = self.simple(Mode::Basic);
            return (init, Some(self.condition(simple, "boolean expression")));
        }
        if found {
            let message = match newline {
                true => "unexpected newline, expecting { after if clause",
                false => "missing condition in if statement",
            };
            self.error(semi, semi + 1, format_args!("{message}"));
        }
        (init, None)
    }

    fn switch_stmt(&mut self) -> StmtId {
        let start = self.start;
        self.next();
        let (mut init, mut tag) = (None, None);
        if self.token != Token::Lbrace {
            let level = std::mem::replace(&mut self.expr_level, -1);
            if self.token != Token::Semicolon {
                tag = Some(self.simple(Mode::Basic));
            }
            if self.eat(Token::Semicolon) {
                init = tag.take().map(|simple| self.simple_stmt(simple));
                if self.token != Token::Lbrace {
                    tag = Some(self.simple(Mode::Basic));
                }
            }
            self.expr_level = level;
        }
        if let Some(simple) = &tag
            && self.is_type_switch(simple)
        {
            let assign = tag.map(|simple| self.simple_stmt(simple));
            let (body, end) = self.clauses(Self::case_clause);
            let assign = assign.unwrap_or(body);
            return self.new_stmt(Stmt::TypeSwitch { init, assign, body }, start, end);
        }
        let tag = tag.map(|simple| self.condition(simple, "switch expression"));
        let (body, end) = self.clauses(Self::case_clause);
        self.new_stmt(Stmt::Switch { init, tag, body }, start, end)
    }

    /// Whether it is `x.(type)` or `v := x.(type)`.
    fn is_type_switch(&mut self, simple: &Simple) -> bool {
        let is_guard = |p: &Self, x| matches!(p.file.exprs[x], Expr::TypeAssert { ty: None, .. });
        match *simple {
            Simple::Expr(x) => is_guard(self, x),
            Simple::Stmt(stmt) => {
                let Stmt::Assign { lhs, op, op_pos, rhs } = self.file.stmts[stmt] else {
                    return false;
                };
                let guard = self.file.list_get(rhs, 0).is_some_and(|x| is_guard(self, x));
                if lhs.len() != 1 || rhs.len() != 1 || !guard {
                    return false;
                }
                if op == AssignOp::Assign {
                    self.error(op_pos, op_pos + 1, format_args!("expected ':=', found '='"));
                }
                !matches!(op, AssignOp::Op(_))
            }
            Simple::Range(_) => false,
        }
    }

    /// The block of clauses of a `switch` or `select`, and its end.
    fn clauses(&mut self, clause: fn(&mut Self) -> StmtId) -> (StmtId, u32) {
        let start = self.expect(Token::Lbrace);
        let mark = self.mark();
        while matches!(self.token, Token::Case | Token::Default) {
            let clause = clause(self);
            self.push(clause);
        }
        let end = if self.at_function_declaration() {
            self.error_expected_token(Token::Rbrace);
            self.start
        } else {
            self.expect_close(Token::Rbrace)
        };
        self.expect_semi();
        let clauses = self.list(mark);
        (self.new_stmt(Stmt::Block(clauses), start, end), end)
    }

    fn case_clause(&mut self) -> StmtId {
        let start = self.start;
        let mut exprs = None;
        if self.eat(Token::Case) {
            let mark = self.mark();
            self.expr_list(true);
            exprs = Some(self.list(mark));
        } else {
            self.expect(Token::Default);
        }
        let (colon, body, end) = self.clause_body();
        self.new_stmt(Stmt::Case { exprs, colon, body }, start, end)
    }

    /// Colon and statements of a clause, and its end.
    fn clause_body(&mut self) -> (u32, List<StmtId>, u32) {
        let colon = self.expect(Token::Colon);
        let mark = self.mark();
        self.stmt_list();
        let body: List<StmtId> = self.list(mark);
        let last = body.len().checked_sub(1).and_then(|last| self.file.list_get(body, last));
        (colon, body, last.map_or(colon + 1, |last| self.stmt_end(last)))
    }

    fn select_stmt(&mut self) -> StmtId {
        let start = self.start;
        self.next();
        let (body, end) = self.clauses(Self::comm_clause);
        self.new_stmt(Stmt::Select { body }, start, end)
    }

    fn comm_clause(&mut self) -> StmtId {
        let start = self.start;
        let mut comm = None;
        if self.eat(Token::Case) {
            comm = Some(self.communication());
        } else {
            self.expect(Token::Default);
        }
        let (colon, body, end) = self.clause_body();
        self.new_stmt(Stmt::Comm { comm, colon, body }, start, end)
    }

    /// What a `case` of a `select` sends or receives.
    fn communication(&mut self) -> StmtId {
        let mark = self.mark();
        self.expr_list(false);
        let (token, pos) = (self.token, self.start);
        let count = self.scratch.len() - mark.0;
        let op = match token {
            Token::Assign => Some(AssignOp::Assign),
            Token::Define => Some(AssignOp::Define),
            _ => None,
        };
        let most = if op.is_some() { 2 } else { 1 };
        self.scratch.truncate(mark.0 + most);
        let lhs: List<ExprId> = self.list(mark);
        let first = self.file.list_get(lhs, 0);
        let first = first.unwrap_or_else(|| self.bad_expr(pos, pos));
        let span = self.file.expr_spans[first];
        if count > most {
            let message = if most == 1 { "1 expression" } else { "1 or 2 expressions" };
            self.error(span.start, span.end, format_args!("expected {message}"));
        }
        if let Some(op) = op {
            self.next();
            let value = self.rhs();
            let mark = self.mark();
            self.push(value);
            let rhs = self.list(mark);
            return self.assign_stmt(lhs, op, pos, rhs);
        }
        if token != Token::Arrow {
            return self.new_stmt(Stmt::Expr(first), span.start, span.end);
        }
        self.next();
        let value = self.rhs();
        let send = Stmt::Send { chan: first, arrow: pos, value };
        self.new_stmt(send, span.start, self.expr_end(value))
    }

    fn for_stmt(&mut self) -> StmtId {
        let start = self.start;
        self.next();
        let level = std::mem::replace(&mut self.expr_level, -1);
        let (mut init, mut cond, mut post) = (None, None, None);
        if self.token == Token::Range {
            let range = self.start;
            self.next();
            let x = self.rhs();
            cond = Some(Simple::Range(RangeClause { lhs: List::EMPTY, op: None, range, x }));
        } else if self.token != Token::Lbrace && self.token != Token::Semicolon {
            cond = Some(self.simple(Mode::Range));
        }
        if !matches!(cond, Some(Simple::Range(_))) && self.eat(Token::Semicolon) {
            init = cond.take().map(|simple| self.simple_stmt(simple));
            if self.token != Token::Semicolon {
                cond = Some(self.simple(Mode::Basic));
            }
            self.expect_semi();
            if self.token != Token::Lbrace {
                let simple = self.simple(Mode::Basic);
                post = Some(self.simple_stmt(simple));
            }
        }
        self.expr_level = level;
        let body = self.block();
        self.expect_semi();
        if let Some(Simple::Range(clause)) = cond {
            return self.range_stmt(start, &clause, body);
        }
        let cond = cond.map(|simple| self.condition(simple, "boolean or range expression"));
        self.new_stmt(Stmt::For { init, cond, post, body }, start, self.stmt_end(body))
    }

    fn range_stmt(&mut self, start: u32, clause: &RangeClause, body: StmtId) -> StmtId {
        let &RangeClause { lhs, op, range, x } = clause;
        let end = self.stmt_end(body);
        if let Some(extra) = self.file.list_get(lhs, 2) {
            let span = self.file.expr_spans[extra];
            self.error(span.start, span.end, format_args!("expected at most 2 expressions"));
            return self.new_stmt(Stmt::Bad, start, end);
        }
        let (key, value) = (self.file.list_get(lhs, 0), self.file.list_get(lhs, 1));
        self.new_stmt(Stmt::Range { key, value, op, range, x, body }, start, end)
    }
}

fn assign_op(token: Token) -> Option<AssignOp> {
    match token {
        Token::Define => Some(AssignOp::Define),
        Token::Assign => Some(AssignOp::Assign),
        Token::AddAssign
        | Token::SubAssign
        | Token::MulAssign
        | Token::QuoAssign
        | Token::RemAssign
        | Token::AndAssign
        | Token::OrAssign
        | Token::XorAssign
        | Token::ShlAssign
        | Token::ShrAssign
        | Token::AndNotAssign => token.binary_op().map(AssignOp::Op),
        _ => None,
    }
}
