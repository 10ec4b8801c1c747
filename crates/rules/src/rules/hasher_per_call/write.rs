//! What a hasher is given.

use syntax::tree::{ExprId, Stmt, StmtId};
use types::ObjId;

use crate::{Access, Context, Declaration, Parent};

/// The only use of a hasher beside its sum.
pub(super) struct Write {
    pub(super) stmt: StmtId,
    pub(super) data: ExprId,
    pub(super) is_string: bool,
}

impl Write {
    pub(super) fn of(cx: &Context<'_>, hasher: ObjId, sum: ExprId) -> Option<Self> {
        let mut write = None;
        for &ident in cx.uses(hasher) {
            let expr = match cx.access(ident) {
                Access::Declare => continue,
                Access::Read(expr) => expr,
                _ => return None,
            };
            if cx.span(sum).contains(cx.span(expr).start) {
                continue;
            }
            if write.is_some() {
                return None;
            }
            write = Some(Self::by(cx, expr)?);
        }
        write
    }

    /// `h.Write(b)`, `h.WriteString(s)`, `io.WriteString(h, s)`, as statements.
    pub(super) fn by(cx: &Context<'_>, hasher: ExprId) -> Option<Self> {
        let (call, data, is_string) = match cx.argument_of(hasher) {
            Some((call, 0)) if cx.calls(call, "io", &["WriteString"]) => {
                (call, *cx.arguments(call).get(1)?, true)
            }
            _ => {
                let Parent::Expr(selector) = cx.around(hasher).1 else { return None };
                let (_, Parent::Expr(call)) = cx.around(selector) else { return None };
                let found = cx
                    .method_call(call)
                    .filter(|found| cx.object(found.receiver) == cx.object(hasher))?;
                let [data] = cx.arguments(call)[..] else { return None };
                match cx.store.obj(found.method).name.as_str() {
                    "Write" => (call, data, false),
                    "WriteString" => (call, data, true),
                    _ => return None,
                }
            }
        };
        let (_, Parent::Stmt(stmt)) = cx.around(call) else { return None };
        let is_statement = matches!(cx.tree().stmt(stmt), Stmt::Expr(_)) && cx.is_in_list(stmt);
        is_statement.then_some(Self { stmt, data, is_string })
    }

    /// Whether the sum of all at once can be made where it is written: behind the declaration, in the same list of statements,
    /// and before the sum is asked for, in the same turn.
    pub(super) fn can_be_first(
        &self,
        cx: &Context<'_>,
        declaration: &Declaration,
        sum: ExprId,
    ) -> bool {
        let block = cx.parents().stmt(declaration.stmt);
        let Parent::Stmt(list) = block else { return false };
        let here = Parent::Stmt(self.stmt);
        let own = |node| cx.function_of(node).map(|function| function.body);
        cx.parents().stmt(self.stmt) == block
            && cx.is_within(Parent::Expr(sum), list)
            && cx.span(sum).start > cx.stmt_span(self.stmt).end
            && cx.innermost_loop(Parent::Expr(sum)) == cx.innermost_loop(here)
            && own(Parent::Expr(sum)) == own(here)
    }
}
