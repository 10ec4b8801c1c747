//! Loops that get a slice in each turn and are done with it at the turn's end.

use fix::Plan;
use syntax::tree::{Expr, ExprId, Stmt, StmtId, UnaryOp};
use types::{Builtin, ObjId, SelectionKind, Type};

use super::append_form::first_argument;
use super::maker::Maker;
use crate::appends::nil_shows;
use crate::turn_scope::is_free_before;
use crate::{Access, Callee, Context, Parent};

/// A call in a loop that gets a slice, of which nothing is left when the turn has ended.
pub(super) struct Turn {
    pub(super) call: ExprId,
    around: StmtId,
    form: Form,
}

enum Form {
    /// `for … := range f()`
    Ranged(StmtId),
    /// `xs := f()`
    Declared { variable: ObjId, stmt: StmtId },
}

impl Turn {
    pub(super) fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let around = cx.innermost_loop(Parent::Expr(call))?;
        let (form, stmt) = match cx.around(call).1 {
            Parent::Stmt(stmt) if matches!(cx.tree().stmt(stmt), Stmt::Range { .. }) => {
                (Form::Ranged(stmt), stmt)
            }
            _ => {
                let local = cx.kept_local(call)?;
                is_local_to_turn(cx, local.object).then_some((
                    Form::Declared { variable: local.object, stmt: local.stmt },
                    local.stmt,
                ))?
            }
        };
        let again = !cx.at_most_one_turn(around) && !cx.leaves_after(stmt, around);
        (again && cx.is_in_list(stmt)).then_some(Self { call, around, form })
    }

    /// Gives the function the same slice in each turn; where that is declared.
    pub(super) fn take_turns(
        &self,
        cx: &Context<'_>,
        maker: &Maker,
        ty: &str,
        plan: &mut Plan,
    ) -> Option<u32> {
        let before = cx.before_statement(self.around)?;
        let loop_at = Parent::Stmt(self.around);
        if !maker.type_holds_at(cx, Parent::Expr(self.call)) || cx.has_goto(loop_at) {
            return None;
        }
        let name = match self.form {
            Form::Ranged(_) => cx.local_name(&["scratch", "buf", "room", "space"], loop_at)?,
            Form::Declared { variable, .. } => {
                is_free_before(cx, variable, self.around).then_some(())?;
                cx.store.obj(variable).name.as_str()
            }
        };
        let indent = cx.indent(cx.stmt_span(self.around).start);
        plan.insert(before, format!("{indent}var {name} {ty}\n"));
        let argument = first_argument(cx, self.call, &format!("{name}[:0]"))?;
        match self.form {
            Form::Declared { stmt, .. } => {
                let Stmt::Assign { op_pos, .. } = cx.tree().stmt(stmt) else { return None };
                plan.replace(source::Span::new(op_pos, op_pos + 2), "=");
                plan.insert(cx.arguments_start(self.call), argument);
            }
            Form::Ranged(range) => {
                let at = cx.before_statement(range)?;
                if cx.labeled(range) != range || at == before {
                    return None;
                }
                let span = cx.span(self.call);
                let start = cx.arguments_start(self.call);
                let head = cx.text(source::Span::new(span.start, start));
                let rest = cx.text(source::Span::new(start, span.end));
                let indent = cx.indent(cx.stmt_span(range).start);
                plan.insert(at, format!("{indent}{name} = {head}{argument}{rest}\n"));
                plan.replace(span, name);
            }
        }
        Some(before)
    }
}

/// Whether a slice is only looked at: nothing has it, or the address of an element, when the turn has ended.
fn is_local_to_turn(cx: &Context<'_>, slice: ObjId) -> bool {
    !cx.is_captured(slice)
        && cx.uses(slice).iter().all(|&ident| match cx.access(ident) {
            Access::Declare => true,
            Access::Read(expr) => !nil_shows(cx, expr, slice) && is_looked_at(cx, expr),
            _ => false,
        })
}

fn is_looked_at(cx: &Context<'_>, slice: ExprId) -> bool {
    let (outer, parent) = cx.around(slice);
    match parent {
        Parent::Stmt(stmt) => matches!(cx.tree().stmt(stmt), Stmt::Range { x, .. } if x == outer),
        Parent::Expr(around) => match cx.tree().expr(around) {
            Expr::Index { x, .. } => x == outer && is_copied(cx, around),
            Expr::Call { .. } => is_lent(cx, around, slice),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a call gives a slice back when it returns.
fn is_lent(cx: &Context<'_>, call: ExprId, slice: ExprId) -> bool {
    if let Parent::Stmt(stmt) = cx.around(call).1
        && matches!(cx.tree().stmt(stmt), Stmt::Go(_) | Stmt::Defer(_))
    {
        return false;
    }
    let Some((_, at)) = cx.argument_of(slice) else { return false };
    match cx.callee(call) {
        Some(Callee::Builtin(Builtin::Len)) => true,
        Some(Callee::Builtin(Builtin::Copy)) => at == 1,
        Some(Callee::Function(_)) => cx.flow_around(call).is_some_and(|function| {
            let fate = function.argument_fate(call, at);
            !fate.kept && !fate.is_returned()
        }),
        _ => false,
    }
}

/// Whether an element, or a field of it, is read as a value: its address is not taken, be it for a method or a slice.
fn is_copied(cx: &Context<'_>, element: ExprId) -> bool {
    let mut at = element;
    loop {
        let (outer, parent) = cx.around(at);
        let around = match parent {
            Parent::Expr(around) => around,
            Parent::Stmt(stmt) => {
                return match cx.tree().stmt(stmt) {
                    Stmt::Assign { lhs, .. } => !cx.tree().list(lhs).any(|x| x == outer),
                    Stmt::IncDec { .. } => false,
                    // An array is not copied where only its indices are taken.
                    _ => true,
                };
            }
            _ => return false,
        };
        let is_pointer = matches!(cx.under(at), Type::Pointer(_) | Type::Interface(_));
        match cx.tree().expr(around) {
            // What a pointer leads to is no part of the slice.
            _ if is_pointer && !matches!(cx.tree().expr(around), Expr::Unary { .. }) => {
                return true;
            }
            Expr::Unary { op: UnaryOp::Addr, .. } => return false,
            Expr::Selector { .. } => {
                let selection = cx.facts().selections.get(&around);
                if selection.is_none_or(|found| found.kind != SelectionKind::Field) {
                    return false;
                }
                at = around;
            }
            Expr::Index { x, .. } if x == outer && matches!(cx.under(at), Type::Array { .. }) => {
                at = around;
            }
            Expr::Slice { .. } => return !matches!(cx.under(at), Type::Array { .. }),
            _ => return true,
        }
    }
}
