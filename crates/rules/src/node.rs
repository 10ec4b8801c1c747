//! What rules can look at.

use syntax::tree::{Expr, ExprId, Stmt, StmtId};

/// A node that a rule is shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// An expression.
    Expr(ExprId),
    /// A statement.
    Stmt(StmtId),
}

/// Kinds of nodes that rules ask for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "named as the nodes of the tree")]
pub enum Kind {
    Assign,
    Binary,
    Block,
    Call,
    Composite,
    Defer,
    For,
    Func,
    Go,
    IncDec,
    Range,
    Return,
    Select,
    Slice,
    Struct,
}

impl Kind {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::Struct as usize + 1;

    /// The kind of an expression, if rules can ask for it.
    pub(crate) fn of_expr(expr: Expr) -> Option<Self> {
        Some(match expr {
            Expr::Binary { .. } => Self::Binary,
            Expr::Call { .. } => Self::Call,
            Expr::Composite { .. } => Self::Composite,
            Expr::Func { .. } => Self::Func,
            Expr::Slice { .. } => Self::Slice,
            Expr::Struct(_) => Self::Struct,
            _ => return None,
        })
    }

    /// The kind of a statement, if rules can ask for it.
    pub(crate) fn of_stmt(stmt: Stmt) -> Option<Self> {
        Some(match stmt {
            Stmt::Assign { .. } => Self::Assign,
            Stmt::Block(_) => Self::Block,
            Stmt::Defer(_) => Self::Defer,
            Stmt::For { .. } => Self::For,
            Stmt::Go(_) => Self::Go,
            Stmt::IncDec { .. } => Self::IncDec,
            Stmt::Range { .. } => Self::Range,
            Stmt::Return(_) => Self::Return,
            Stmt::Select { .. } => Self::Select,
            _ => return None,
        })
    }
}
