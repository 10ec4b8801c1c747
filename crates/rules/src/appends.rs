//! Slices that grow by `append`, and who sees whether they are nil.

use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId};
use types::{Builtin, ObjId, Type};

use crate::context::{Callee, Context};
use crate::objects::Access;
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
                Some(Callee::Function(function)) if cx.is_blind_to_nil(function, around, outer) => {
                    false
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

impl Context<'_> {
    /// Whether a function of the package does the same with an argument that is nil and one that is empty.
    fn is_blind_to_nil(&self, function: ObjId, call: ExprId, argument: ExprId) -> bool {
        let Type::Signature(signature) = self.store.ty(self.store.obj_type(function)) else {
            return false;
        };
        let at = self.arguments(call).iter().position(|&x| x == argument);
        let plain = self.receiver(function).is_none() || self.method_call(call).is_some();
        let Some(&parameter) = at.and_then(|at| signature.params.get(at)) else { return false };
        if !plain || signature.variadic && signature.params.last() == Some(&parameter) {
            return false;
        }
        let home = self.files().find(|there| there.declared_at(parameter).is_some());
        home.is_some_and(|there| {
            there.uses(parameter).iter().all(|&ident| match there.access(ident) {
                Access::Declare => true,
                Access::Read(expr) => there.only_elements_count(expr),
                _ => false,
            })
        })
    }

    /// Whether a slice is ranged over, indexed or measured.
    fn only_elements_count(&self, expr: ExprId) -> bool {
        let (outer, parent) = self.around(expr);
        match parent {
            Parent::Expr(around) => match self.tree().expr(around) {
                Expr::Index { x, .. } => x == outer,
                Expr::Call { .. } => self.callee(around) == Some(Callee::Builtin(Builtin::Len)),
                _ => false,
            },
            Parent::Stmt(stmt) => {
                matches!(self.tree().stmt(stmt), Stmt::Range { x, .. } if x == outer)
            }
            _ => false,
        }
    }
}
