//! What is really allocated: the questions of rules to escape analysis.

use escape::allocation::Operation;
use escape::{Allocated, Happening, Place, There};
use source::{Id, Span};
use syntax::tree::{Expr, ExprId, Stmt, StmtId};

use crate::context::Context;
use crate::finding::{Note, Position};

impl Context<'_> {
    /// What an operation allocates that is reported at an offset: an expression's is
    /// [`File::report_pos`](syntax::File::report_pos), that of `s += t` at the operator. `None` where it is not known.
    pub(crate) fn allocated(&self, offset: u32, operation: Operation) -> Option<Allocated> {
        self.package.allocations?.at(self.place(offset), operation)
    }

    /// What is allocated where a value is put into an interface. `None` where it is not known.
    pub(crate) fn allocated_by_box(&self, value: ExprId) -> Option<Allocated> {
        self.allocated_by_conversion(value, Operation::Box)
    }

    /// What is allocated where a value is converted. `None` where it is not known.
    pub(crate) fn allocated_by_conversion(
        &self,
        operand: ExprId,
        operation: Operation,
    ) -> Option<Allocated> {
        self.allocated(self.value_offset(operand), operation)
    }

    /// Where the compiler reports what it does with a value: of a selector or a slice, at its dot or bracket.
    pub(crate) fn value_offset(&self, value: ExprId) -> u32 {
        let value = self.tree().unparen(value);
        let next = |from: u32, sign: char| {
            let rest = self.text(Span::new(from, self.span(value).end));
            from + rest.find(sign).unwrap_or(0) as u32
        };
        match self.tree().expr(value) {
            Expr::Selector { x, .. } | Expr::TypeAssert { x, .. } => next(self.span(x).end, '.'),
            Expr::Slice { x, .. } => next(self.span(x).end, '['),
            _ => self.tree().report_pos(value),
        }
    }

    /// What a call allocates by the function that it calls, be that inlined or not. `None` where it is not known.
    pub(crate) fn allocated_by_call(&self, call: ExprId) -> Option<Allocated> {
        self.package.allocations?.call(self.reported(call))
    }

    /// What is allocated by a call that stands in a function which is called in turn. `None` where it is not known.
    pub(crate) fn allocated_through(&self, call: Place, inner: ExprId) -> Option<There> {
        self.package.allocations?.through(call, self.reported(inner))
    }

    /// What a statement allocates, the function literals in it not called. `None` where it is not known.
    pub(crate) fn allocated_within(
        &self,
        stmt: StmtId,
    ) -> Option<Vec<(Place, Operation, Allocated)>> {
        self.package.allocations?.within(self.file.id, self.stmt_span(stmt))
    }

    /// Where the compiler reports an expression.
    pub(crate) fn reported(&self, expr: ExprId) -> Place {
        self.place(self.tree().report_pos(self.tree().unparen(expr)))
    }

    fn place(&self, offset: u32) -> Place {
        Place { file: self.file.id, offset }
    }

    /// A step on the way to the heap, with what stands there.
    pub(crate) fn note(&self, step: &Happening) -> Option<Note> {
        let there = self.files().find(|there| there.file.id == step.place.file)?;
        let span = there.standing_at(step.place.offset);
        let position = |offset| Position::new(&there.tree().lines, offset);
        Some(Note {
            path: there.file.path.clone(),
            start: position(span.start),
            end: position(span.end),
            note: step.text.clone(),
        })
    }

    /// What the compiler reports at an offset: the largest expression, a statement up to the end of its line, or a name.
    fn standing_at(&self, offset: u32) -> Span {
        let tree = self.tree();
        let reported = |&(id, expr): &(ExprId, Expr)| {
            let at = match expr {
                Expr::Paren(_) => return false,
                Expr::Selector { x, .. } | Expr::TypeAssert { x, .. } | Expr::Slice { x, .. } => {
                    tree.expr_span(x).end
                }
                _ => tree.report_pos(id),
            };
            at == offset
        };
        if let Some((id, _)) = tree.exprs().filter(reported).last() {
            return tree.expr_span(id);
        }
        let statement =
            (0..tree.stmt_count()).map(StmtId::from_index).find(|&id| match tree.stmt(id) {
                Stmt::Assign { op_pos, .. } | Stmt::IncDec { op_pos, .. } => op_pos == offset,
                Stmt::Send { arrow, .. } => arrow == offset,
                Stmt::Return(_) | Stmt::Go(_) | Stmt::Defer(_) => {
                    tree.stmt_span(id).start == offset
                }
                _ => false,
            });
        if let Some(id) = statement {
            let span = tree.stmt_span(id);
            return Span::new(span.start, span.end.min(self.content_end(span.start)));
        }
        let name = tree.idents().find(|(_, ident)| ident.pos == offset);
        name.map_or(Span::new(offset, offset + 1), |(_, ident)| ident.span())
    }
}
