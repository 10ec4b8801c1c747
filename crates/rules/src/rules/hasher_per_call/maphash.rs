//! `maphash.Hash` on the heap for bytes that are written at once.

use escape::Allocated;
use escape::allocation::Operation;
use fix::{Applicability, Plan};
use syntax::tree::{Expr, ExprId, Stmt, StmtId, UnaryOp};
use types::{Builtin, ObjId, Type};

use super::write::Write;
use crate::cost::is_free;
use crate::{Access, Callee, Context, Declaration, Diagnosis, Parent};

/// The version that has `maphash.Bytes` and `maphash.String`.
const AT_ONCE: (u32, u32) = (1, 19);

/// A hash with a seed that is given something once and asked for its sum once.
struct Hash {
    sum: ExprId,
    declaration: Declaration,
    seeding: StmtId,
    seed: ExprId,
    write: Write,
}

/// What is to be said of a call of `Sum64`.
pub(super) fn diagnose(cx: &Context<'_>, sum: ExprId) -> Option<Diagnosis> {
    let (receiver, "Sum64") = cx.calls_method(sum, "hash/maphash", "Hash")? else { return None };
    let variable = cx.object(receiver)?;
    if !cx.is_local(variable) || !cx.has_since(AT_ONCE) || !cx.may_run_often(sum) {
        return None;
    }
    let hash = Hash::of(cx, variable, sum)?;
    let allocated = hash.allocated(cx)?;
    if is_free(Some(&allocated)) {
        return None;
    }
    let mut diagnosis = Diagnosis::new(
        cx.span(sum),
        "a hasher is made for bytes that are written at once",
        format!("call maphash.{}", hash.function()),
    );
    diagnosis.cost = cx.cost_at(sum, Some(&allocated));
    diagnosis = diagnosis.allocating(Some(allocated));
    diagnosis.fix = hash.plan(cx);
    Some(diagnosis)
}

impl Hash {
    fn of(cx: &Context<'_>, variable: ObjId, sum: ExprId) -> Option<Self> {
        let declaration = cx.declaration(variable)?;
        if cx.is_captured(variable) || !begins_empty(cx, variable, &declaration) {
            return None;
        }
        let (mut seeding, mut write) = (None, None);
        for &ident in cx.uses(variable) {
            let at = match cx.access(ident) {
                Access::Declare => continue,
                Access::Read(expr) => expr,
                Access::Address => match cx.around(cx.parents().ident(ident)?).1 {
                    Parent::Expr(address) => address,
                    _ => return None,
                },
                _ => return None,
            };
            if cx.span(sum).contains(cx.span(at).start) {
                continue;
            }
            if let Some(seeded) = seeds(cx, at) {
                seeding.replace(seeded).is_none().then_some(())?;
            } else {
                write.replace(Write::by(cx, at)?).is_none().then_some(())?;
            }
        }
        let (seeding, seed) = seeding?;
        let write = write.filter(|write| write.can_be_first(cx, &declaration, sum))?;
        Some(Self { sum, declaration, seeding, seed, write })
    }

    fn allocated(&self, cx: &Context<'_>) -> Option<Allocated> {
        let value = self.declaration.value.map(|value| cx.tree().unparen(value));
        match value.map(|value| (value, cx.tree().expr(value))) {
            Some((value, Expr::Call { .. })) => {
                cx.allocated(cx.tree().report_pos(value), Operation::New)
            }
            Some((value, Expr::Unary { .. })) => {
                cx.allocated(cx.span(value).start, Operation::CompositeLiteral)
            }
            _ => cx.allocated(cx.tree().ident(self.declaration.ident).pos, Operation::Variable),
        }
    }

    /// The function for all at once.
    fn function(&self) -> &'static str {
        if self.write.is_string { "String" } else { "Bytes" }
    }

    fn plan(&self, cx: &Context<'_>) -> Option<Plan> {
        let at = Parent::Expr(self.sum);
        let package = cx.package_name("hash/maphash", at)?;
        let Parent::Stmt(list) = cx.parents().stmt(self.write.stmt) else { return None };
        // The seed is then asked for where it is used.
        let mut variables = Vec::new();
        let adjacent =
            cx.statements(list).windows(2).any(|pair| pair == [self.seeding, self.write.stmt]);
        if !adjacent
            || !cx.is_pure(self.seed, &mut variables)
            || cx.has_comment(cx.stmt_span(self.write.stmt))
        {
            return None;
        }
        let name = cx.local_name(&["sum", "digest", "checksum"], at)?;
        let mut plan = Plan::new(Applicability::Safe, format!("Call maphash.{}", self.function()));
        plan.remove(cx.lines_of_statement(self.declaration.stmt)?);
        plan.remove(cx.lines_of_statement(self.seeding)?);
        let (seed, data) = (cx.source(self.seed), cx.source(self.write.data));
        plan.replace(
            cx.stmt_span(self.write.stmt),
            format!("{name} := {package}.{}({seed}, {data})", self.function()),
        );
        plan.replace(cx.span(self.sum), name);
        Some(plan)
    }
}

/// `h.SetSeed(seed)`, as a statement of a list: the statement and the seed.
fn seeds(cx: &Context<'_>, hash: ExprId) -> Option<(StmtId, ExprId)> {
    let Parent::Expr(selector) = cx.around(hash).1 else { return None };
    let (_, Parent::Expr(call)) = cx.around(selector) else { return None };
    let (_, "SetSeed") = cx.calls_method(call, "hash/maphash", "Hash")? else { return None };
    let (_, Parent::Stmt(stmt)) = cx.around(call) else { return None };
    let seed = *cx.arguments(call).first()?;
    (matches!(cx.tree().stmt(stmt), Stmt::Expr(_)) && cx.is_in_list(stmt)).then_some((stmt, seed))
}

/// Whether a hash begins with nothing in it, as a value or behind a pointer.
fn begins_empty(cx: &Context<'_>, variable: ObjId, declaration: &Declaration) -> bool {
    let ty = cx.store.unalias(cx.store.obj_type(variable));
    let Some(value) = declaration.value else {
        return !matches!(cx.store.ty(ty), Type::Pointer(_));
    };
    let is_empty = |literal: ExprId| matches!(cx.tree().expr(literal), Expr::Composite { elems, .. } if elems.is_empty());
    let value = cx.tree().unparen(value);
    match cx.tree().expr(value) {
        Expr::Unary { op: UnaryOp::Addr, x } => is_empty(cx.tree().unparen(x)),
        Expr::Call { .. } => cx.callee(value) == Some(Callee::Builtin(Builtin::New)),
        _ => is_empty(value),
    }
}
