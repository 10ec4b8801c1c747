//! What is used, or returned, although it was put back.

use flow::{Access, Occurrence, Point, Step};
use syntax::tree::{Expr, ExprId, Stmt};
use types::Builtin;

use super::{Put, in_words};
use crate::shared_memory::own_returns;
use crate::{Callee, Context, Diagnosis, Parent};

/// What is made of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Its memory is read or written, or handed to somebody.
    Touched,
    /// It is put into a pool.
    PutBack,
    /// Nothing that needs its memory.
    None,
}

impl Put<'_> {
    /// What the function returns although it puts it back when it ends.
    pub(super) fn find_returned(
        &self,
        cx: &Context<'_>,
        deferred: Point,
        found: &mut Vec<Diagnosis>,
    ) {
        for stmt in own_returns(self.function) {
            let Some(at) = self.function.point(stmt) else { continue };
            let Stmt::Return(results) = cx.tree().stmt(stmt) else { continue };
            if !self.function.cfg().dominates(deferred, at) {
                continue;
            }
            let (span, what) = if results.is_empty() {
                let Some(result) = self.memory.named_result(at) else { continue };
                (cx.stmt_span(stmt), format!("`{}`", cx.store.obj(result).name))
            } else {
                let shared = cx.tree().list(results).find(|&x| self.memory.is_shared_by(x, at));
                let Some(value) = shared else { continue };
                (cx.span(value), in_words(cx, value))
            };
            let name = self.text(cx);
            let message = format!(
                "{what} is returned, and `{name}` is put back into its pool at the same time: whoever takes it next \
                 overwrites what the caller has"
            );
            found.push(self.diagnosis(
                cx,
                span,
                message,
                "return a copy, or let the caller put it back",
            ));
        }
    }

    /// What is used behind the place where it is put back.
    pub(super) fn find_used(&self, cx: &Context<'_>, put: Point, found: &mut Vec<Diagnosis>) {
        let holders = self.memory.holders();
        let aliases = self.function.aliases();
        let variables = self.function.variables();
        let related = variables
            .all()
            .into_iter()
            .filter(|&v| holders.iter().any(|&h| aliases.may_share(v, h)));
        let mut first: Option<(Occurrence, ExprId, Use)> = None;
        for variable in related {
            for occurrence in variables.of(variable) {
                let Some(at) = occurrence.point.filter(|_| occurrence.literal.is_none()) else {
                    continue;
                };
                let reads = matches!(occurrence.access, Access::Read | Access::WriteThrough);
                if !reads || at == put || first.is_some_and(|(o, ..)| o.ident <= occurrence.ident) {
                    continue;
                }
                let Some(expr) = cx.parents().ident(occurrence.ident) else { continue };
                let made = use_of(cx, expr);
                if made != Use::None
                    && self.is_behind(put, at)
                    && self.memory.is_held_by(variable, at)
                {
                    first = Some((*occurrence, expr, made));
                }
            }
        }
        let Some((_, expr, made)) = first else { return };
        let (name, used) = (self.text(cx), cx.source(expr));
        let message = match made {
            Use::PutBack => format!(
                "`{name}` is put into its pool a second time: two who take it get the same memory"
            ),
            _ if used == name => {
                format!(
                    "`{name}` is used after it was put back into its pool: it may be another's by now"
                )
            }
            _ => format!(
                "`{used}` is used after `{name}`, whose memory it shares, was put back into its pool: it may be \
                 another's by now"
            ),
        };
        let help = match made {
            Use::PutBack => "put it back once",
            _ => "put it back when nothing that shares its memory is used any more",
        };
        found.push(self.diagnosis(cx, cx.span(expr), message, help));
    }

    /// Whether a point is come to by no other way than the `Put`, with what was put.
    fn is_behind(&self, put: Point, at: Point) -> bool {
        let cfg = self.function.cfg();
        cfg.dominates(put, at)
            && cfg.walk_after(put, |point, _| match () {
                () if point == at => Step::Found,
                () if self.memory.is_got_at(point) => Step::Stop,
                () => Step::On,
            })
    }
}

fn use_of(cx: &Context<'_>, expr: ExprId) -> Use {
    let mut at = expr;
    loop {
        let (outer, parent) = cx.around(at);
        let around = match parent {
            Parent::Expr(around) => around,
            Parent::Stmt(stmt) => {
                return match cx.tree().stmt(stmt) {
                    Stmt::Return(_) | Stmt::Send { .. } | Stmt::Range { .. } => Use::Touched,
                    _ => Use::None,
                };
            }
            _ => return Use::None,
        };
        match cx.tree().expr(around) {
            Expr::Selector { .. } | Expr::Star(_) => return Use::Touched,
            Expr::Index { x, .. } if x == outer => return Use::Touched,
            Expr::Slice { x, .. } if x == outer => at = around,
            Expr::TypeAssert { .. } | Expr::Composite { .. } => at = around,
            Expr::KeyValue { value, .. } if value == outer => at = around,
            Expr::Call { fun, .. } if fun != outer => return use_by_call(cx, around, outer),
            _ => return Use::None,
        }
    }
}

fn use_by_call(cx: &Context<'_>, call: ExprId, argument: ExprId) -> Use {
    match cx.callee(call) {
        Some(Callee::Builtin(Builtin::Append | Builtin::Copy | Builtin::Clear)) => Use::Touched,
        Some(Callee::Conversion(to)) if crate::pools::is_same_memory(cx.view(), argument, to) => {
            use_of(cx, call)
        }
        Some(Callee::Conversion(_)) => Use::Touched,
        Some(Callee::Function(_)) if cx.put_into_pool(call).contains(&argument) => {
            // A deferred one puts what it had when it was deferred, too.
            Use::PutBack
        }
        Some(Callee::Function(_) | Callee::Dynamic) => Use::Touched,
        _ => Use::None,
    }
}
