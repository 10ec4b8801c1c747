//! Slices that grow by `append`, and who sees whether they are nil.

use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId};
use types::{Builtin, ObjId};

use crate::context::{Callee, Context};
use crate::parents::Parent;

/// `x = append(x, a, b)`.
pub(crate) struct Append {
    pub(crate) slice: ObjId,
    pub(crate) call: ExprId,
    /// How many elements it adds; `None` for `append(x, xs...)`.
    pub(crate) elements: Option<u64>,
}

impl Append {
    /// Reads a statement.
    pub(crate) fn of(cx: &Context<'_>, stmt: StmtId) -> Option<Self> {
        let tree = cx.tree();
        let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = tree.stmt(stmt) else {
            return None;
        };
        if lhs.len() != 1 || rhs.len() != 1 {
            return None;
        }
        let call = tree.unparen(tree.list_get(rhs, 0)?);
        let Expr::Call { args, spread, .. } = tree.expr(call) else { return None };
        if cx.callee(call) != Some(Callee::Builtin(Builtin::Append)) {
            return None;
        }
        let slice = cx.object(tree.list_get(lhs, 0)?)?;
        let elements = (!spread).then_some(args.len() as u64 - 1);
        (cx.object(tree.list_get(args, 0)?) == Some(slice)).then_some(Self {
            slice,
            call,
            elements,
        })
    }
}

/// Whether what is done with a slice depends on whether it is nil or just empty.
pub(crate) fn nil_shows(cx: &Context<'_>, expr: ExprId, slice: ObjId) -> bool {
    let tree = cx.tree();
    let (outer, parent) = cx.around(expr);
    match parent {
        Parent::Expr(around) => match tree.expr(around) {
            Expr::Index { x, .. } => x != outer,
            Expr::Call { args, spread, .. } => match cx.callee(around) {
                Some(Callee::Builtin(Builtin::Len | Builtin::Copy | Builtin::Clear)) => false,
                Some(Callee::Builtin(Builtin::Append)) => {
                    let first = tree.list_get(args, 0) == Some(outer);
                    let own = match cx.parents().expr(around) {
                        Parent::Stmt(stmt) => {
                            Append::of(cx, stmt).is_some_and(|append| append.slice == slice)
                        }
                        _ => false,
                    };
                    first && !own && (spread || args.len() == 1)
                        || !(first || spread && tree.list(args).next_back() == Some(outer))
                }
                _ => {
                    !(cx.calls(around, "strings", &["Join"])
                        || cx.calls(around, "sort", &["Strings", "Ints", "Float64s", "Slice"])
                        || cx.calls(around, "slices", &["Sort", "SortFunc", "Contains", "Index"]))
                }
            },
            _ => true,
        },
        Parent::Stmt(stmt) => match tree.stmt(stmt) {
            Stmt::Range { x, .. } => x != outer,
            _ => true,
        },
        _ => true,
    }
}
