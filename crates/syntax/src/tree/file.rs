//! A file: the columns, and how to read them.

use std::sync::Arc;

use source::{Id, IndexVec, Lines, Span};

use super::{
    Bodies, CommentGroupId, Decl, DeclId, Expr, ExprId, Field, FieldId, FieldList, FieldListId,
    FuncType, FuncTypeId, Ident, IdentId, LineDirective, List, Spec, SpecId, Stmt, StmtId,
    SyntaxError,
};

/// A parsed file.
#[derive(Default, Debug)]
pub struct File {
    /// Offset of the keyword `package`.
    pub package: u32,
    /// The package's name; `None` where the clause could not be read.
    pub name: Option<IdentId>,
    /// Comment before the package clause.
    pub doc: Option<CommentGroupId>,
    /// Declarations at the top level, in order.
    pub decls: Vec<DeclId>,
    /// Import specifications, in order.
    pub imports: Vec<SpecId>,
    /// What could not be read, in the order of places.
    pub errors: Vec<SyntaxError>,
    /// Where lines begin.
    pub lines: Lines,
    /// `//line` directives, in order.
    pub line_directives: Arc<[LineDirective]>,
    /// Language version asked for by a `//go:build go1.N` line, if any: `(1, N)`.
    pub go_version: Option<(u32, u32)>,
    /// Length of the text in bytes.
    pub len: u32,

    pub(crate) idents: IndexVec<IdentId, Ident>,
    pub(crate) exprs: IndexVec<ExprId, Expr>,
    pub(crate) expr_spans: IndexVec<ExprId, Span>,
    pub(crate) stmts: IndexVec<StmtId, Stmt>,
    pub(crate) stmt_spans: IndexVec<StmtId, Span>,
    pub(crate) decl_nodes: IndexVec<DeclId, Decl>,
    pub(crate) decl_spans: IndexVec<DeclId, Span>,
    pub(crate) specs: IndexVec<SpecId, Spec>,
    pub(crate) spec_spans: IndexVec<SpecId, Span>,
    pub(crate) fields: IndexVec<FieldId, Field>,
    pub(crate) field_lists: IndexVec<FieldListId, FieldList>,
    pub(crate) func_types: IndexVec<FuncTypeId, FuncType>,
    pub(crate) comments: Vec<Span>,
    /// Comments by their position with the number of carriage returns in them that
    /// `go/ast` does not count; those without are left out.
    pub(crate) stripped_returns: Vec<(u32, u32)>,
    pub(crate) comment_groups: IndexVec<CommentGroupId, (u32, u32)>,
    pub(crate) lists: Vec<u32>,
}

/// Ids that can stand in a [`List`].
pub trait ListItem: source::Id {}
impl ListItem for IdentId {}
impl ListItem for ExprId {}
impl ListItem for StmtId {}
impl ListItem for SpecId {}
impl ListItem for FieldId {}

macro_rules! getters {
    ($($(#[$meta:meta])* $name:ident($column:ident, $id:ty) -> $out:ty;)*) => {
        $($(#[$meta])* #[inline] #[must_use] pub fn $name(&self, id: $id) -> $out { self.$column[id] })*
    };
}

impl File {
    /// A file with room for the nodes that a text of `len` bytes has as a rule.
    pub(crate) fn with_room_for(len: usize, bodies: Bodies) -> Self {
        // Where bodies are passed over it is hard to tell, and there are few nodes.
        let len = if bodies == Bodies::Skip { len / 8 } else { len };
        Self {
            idents: IndexVec::with_capacity(len / 14),
            exprs: IndexVec::with_capacity(len / 9),
            expr_spans: IndexVec::with_capacity(len / 9),
            stmts: IndexVec::with_capacity(len / 50),
            stmt_spans: IndexVec::with_capacity(len / 50),
            lists: Vec::with_capacity(len / 16),
            ..Self::default()
        }
    }

    getters! {
        /// An identifier.
        ident(idents, IdentId) -> Ident;
        /// An expression.
        expr(exprs, ExprId) -> Expr;
        /// The bytes of an expression.
        expr_span(expr_spans, ExprId) -> Span;
        /// A statement.
        stmt(stmts, StmtId) -> Stmt;
        /// The bytes of a statement.
        stmt_span(stmt_spans, StmtId) -> Span;
        /// A declaration.
        decl(decl_nodes, DeclId) -> Decl;
        /// The bytes of a declaration.
        decl_span(decl_spans, DeclId) -> Span;
        /// A specification.
        spec(specs, SpecId) -> Spec;
        /// The bytes of a specification.
        spec_span(spec_spans, SpecId) -> Span;
        /// A field.
        field(fields, FieldId) -> Field;
        /// A list of fields.
        field_list(field_lists, FieldListId) -> FieldList;
        /// A signature.
        func_type(func_types, FuncTypeId) -> FuncType;
    }

    /// The elements of a list.
    #[inline]
    pub fn list<I: ListItem>(
        &self,
        list: List<I>,
    ) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + Clone + use<'_, I> {
        let range = list.start as usize..(list.start + list.len) as usize;
        self.lists[range].iter().map(|&raw| I::from_index(raw as usize))
    }

    /// One element of a list, or `None` past its end.
    #[inline]
    #[must_use]
    pub fn list_get<I: ListItem>(&self, list: List<I>, index: usize) -> Option<I> {
        if index >= list.len() {
            return None;
        }
        Some(I::from_index(self.lists[list.start as usize + index] as usize))
    }

    /// Number of identifiers: the length of a column of facts about them.
    #[must_use]
    pub fn ident_count(&self) -> usize {
        self.idents.len()
    }

    /// Number of expressions: the length of a column of facts about them.
    #[must_use]
    pub fn expr_count(&self) -> usize {
        self.exprs.len()
    }

    /// Number of statements: the length of a column of facts about them.
    #[must_use]
    pub fn stmt_count(&self) -> usize {
        self.stmts.len()
    }

    /// Number of fields: the length of a column of facts about them.
    #[must_use]
    pub fn field_count(&self) -> usize {
        self.fields.len()
    }

    /// Number of specifications: the length of a column of facts about them.
    #[must_use]
    pub fn spec_count(&self) -> usize {
        self.specs.len()
    }

    /// Number of declarations, those within functions included.
    #[must_use]
    pub fn decl_count(&self) -> usize {
        self.decl_nodes.len()
    }

    /// All identifiers, in the order of their ids.
    pub fn idents(&self) -> impl Iterator<Item = (IdentId, Ident)> + '_ {
        self.idents.iter_ids().map(|(id, &ident)| (id, ident))
    }

    /// All expressions, operands before the expressions that use them.
    pub fn exprs(&self) -> impl Iterator<Item = (ExprId, Expr)> + '_ {
        self.exprs.iter_ids().map(|(id, &expr)| (id, expr))
    }

    /// All comments, in order, delimiters included.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// The comments of a group.
    #[must_use]
    pub fn comment_group(&self, id: CommentGroupId) -> &[Span] {
        let (start, len) = self.comment_groups[id];
        &self.comments[start as usize..(start + len) as usize]
    }

    /// All groups of comments, in order.
    pub fn comment_groups(&self) -> impl Iterator<Item = &[Span]> + '_ {
        self.comment_groups
            .iter()
            .map(|&(start, len)| &self.comments[start as usize..(start + len) as usize])
    }

    /// The identifiers that stand in a range of bytes, in the order of their ids.
    pub fn idents_within(&self, span: Span) -> impl Iterator<Item = (IdentId, Ident)> + '_ {
        // Identifiers are read from left to right, so their places grow with their ids.
        let all = self.idents.as_slice();
        let first = all.partition_point(|ident| ident.pos < span.start);
        let end = all.partition_point(|ident| ident.pos < span.end);
        (first..end).map(|i| (IdentId::from_index(i), all[i]))
    }

    /// The expression inside of any parentheses.
    #[must_use]
    pub fn unparen(&self, mut id: ExprId) -> ExprId {
        while let Expr::Paren(x) = self.expr(id) {
            id = x;
        }
        id
    }

    /// Where the compiler reports an expression: at the `(` of a call, at the
    /// operator of a binary operation, at the brace of a literal, else at its start.
    #[must_use]
    pub fn report_pos(&self, id: ExprId) -> u32 {
        match self.expr(id) {
            Expr::Call { lparen, .. } => lparen,
            Expr::Binary { op_pos, .. } => op_pos,
            Expr::Index { lbrack, .. } => lbrack,
            Expr::KeyValue { colon, .. } => colon,
            Expr::Composite { lbrace, .. } => lbrace,
            _ => self.expr_span(id).start,
        }
    }
}
