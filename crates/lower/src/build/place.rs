//! Where the compiler reports each kind of node.
//!
//! Its syntax tree gives an operand the place where it starts, and what follows an operand (`.f`, `[i]`, `(…)`, an operator)
//! the place of its first character.

use syntax::File;
use syntax::tree::{Decl, DeclId, Expr, ExprId, Stmt, StmtId};

use super::Builder;
use crate::ir::Pos;

impl Builder<'_> {
    /// A place in the file at hand.
    pub(super) fn pos(&self, offset: u32) -> Pos {
        Pos { file: Some(self.source.id), offset, inlined: 0 }
    }

    /// Where an expression is reported.
    pub(super) fn at(&self, expr: ExprId) -> Pos {
        self.pos(self.offset_of(expr))
    }

    /// Where what is around an expression is reported, if that is nothing written: at its parentheses, if it has some.
    pub(super) fn at_outside(&self, expr: ExprId) -> Pos {
        match self.tree().expr(expr) {
            Expr::Paren(_) => self.pos(self.tree().expr_span(expr).start),
            _ => self.at(expr),
        }
    }

    fn offset_of(&self, expr: ExprId) -> u32 {
        let tree = self.tree();
        let expr = tree.unparen(expr);
        match tree.expr(expr) {
            Expr::Call { lparen, .. } => lparen,
            Expr::Binary { op_pos, .. } => op_pos,
            Expr::Index { lbrack, .. } => lbrack,
            Expr::Composite { lbrace, .. } => lbrace,
            Expr::KeyValue { colon, .. } => colon,
            Expr::Selector { x, .. } | Expr::TypeAssert { x, .. } => {
                self.next_after(tree.expr_span(x).end, b'.')
            }
            Expr::Slice { x, .. } => self.next_after(tree.expr_span(x).end, b'['),
            _ => tree.expr_span(expr).start,
        }
    }

    /// The first `byte` from an offset on, comments left out.
    fn next_after(&self, from: u32, byte: u8) -> u32 {
        let text = self.source.text;
        let mut at = from as usize;
        while let Some(&b) = text.get(at) {
            if b == byte {
                return at as u32;
            }
            let rest = &text[at..];
            at += if rest.starts_with(b"//") {
                memchr::memchr(b'\n', rest).unwrap_or(rest.len())
            } else if rest.starts_with(b"/*") {
                memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2)
            } else {
                1
            };
        }
        from
    }

    /// Where a statement is reported.
    pub(super) fn stmt_at(&self, stmt: StmtId) -> Pos {
        let tree = self.tree();
        let offset = match tree.stmt(stmt) {
            Stmt::Assign { op_pos, .. } | Stmt::IncDec { op_pos, .. } => op_pos,
            Stmt::Send { arrow, .. } => arrow,
            Stmt::Labeled { colon, .. } => colon,
            Stmt::Range { range, .. } => range,
            Stmt::Expr(x) => return self.at(x),
            _ => tree.stmt_span(stmt).start,
        };
        self.pos(offset)
    }
}

/// Where a declared function is reported: behind `func`, at its receiver or name.
pub(super) fn function(tree: &File, decl: DeclId) -> u32 {
    match tree.decl(decl) {
        Decl::Func { recv: Some(recv), .. } => tree.field_list(recv).span.start,
        Decl::Func { name, .. } => tree.ident(name).pos,
        _ => tree.decl_span(decl).start,
    }
}
