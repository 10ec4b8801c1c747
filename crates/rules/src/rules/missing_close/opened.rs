//! What is opened, and has to be closed.

use syntax::tree::{AssignOp, Decl, Expr, ExprId, IdentId, Stmt, StmtId};
use types::{ObjId, Type, TypeId, Universe};

use crate::{Callee, Context};

/// A variable that holds something open.
pub(super) struct Opened {
    /// The statement that opens it.
    pub(super) stmt: StmtId,
    pub(super) ident: IdentId,
    pub(super) variable: ObjId,
    /// The error beside it, which says that nothing was opened.
    pub(super) err: Option<ObjId>,
    /// Whether it is of the standard library, and needs closing whatever else the function does.
    pub(super) of_std: bool,
}

/// Packages whose functions open what the system has to close.
const PACKAGES: [&str; 5] = ["os", "net", "crypto/tls", "database/sql", "archive/zip"];

/// Functions of these that open nothing: they give what is there, wrap it, or make what lives as long as the program.
const NOT_OPENERS: [&str; 7] =
    ["NewFile", "Client", "Server", "OpenDB", "Pipe", "NewListener", "NewWriter"];

/// Methods of what is written to: `Close` ends the text, and holds nothing that an error would leave open.
const WRITES: [&str; 5] = ["Write", "WriteString", "Encode", "Flush", "Set"];

impl Opened {
    /// What a statement opens.
    pub(super) fn of(cx: &Context<'_>, stmt: StmtId) -> Option<Self> {
        let Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } = cx.tree().stmt(stmt) else {
            return None;
        };
        if rhs.len() != 1 {
            return None;
        }
        let call = cx.tree().unparen(cx.tree().list_get(rhs, 0)?);
        let targets: Vec<ExprId> = cx.tree().list(lhs).collect();
        let Expr::Ident(ident) = cx.tree().expr(*targets.first()?) else { return None };
        let variable = cx.facts().defs[ident]?;
        let ty = cx.store.obj_type(variable);
        let of_std = opens(cx, call)?;
        if !is_closed_by_close(cx, ty) || !of_std && !cx.is_own_type(ty) {
            return None;
        }
        if !of_std
            && (WRITES.iter().any(|name| cx.has_selector(ty, name))
                || gives_function(cx, call)
                || !releases(cx, ty))
        {
            return None;
        }
        // A database is opened for the life of the program.
        if cx.is_type(ty, "database/sql", "DB") {
            return None;
        }
        let error = Universe::ERROR;
        let last = targets.last().filter(|_| targets.len() > 1).and_then(|&last| cx.object(last));
        let err = last.filter(|&err| cx.store.identical(cx.store.obj_type(err), error));
        Some(Self { stmt, ident, variable, err, of_std })
    }
}

/// Whether a call opens something: `Some(true)` for one of the standard library, `Some(false)` for one of the package.
fn opens(cx: &Context<'_>, call: ExprId) -> Option<bool> {
    let Some(Callee::Function(function)) = cx.callee(call) else { return None };
    let data = cx.store.obj(function);
    if data.pkg == Some(cx.package.checked.pkg) {
        return Some(false);
    }
    let path = cx.store.pkg(data.pkg?).path.as_str();
    let name = data.name.as_str();
    (PACKAGES.contains(&path) && !NOT_OPENERS.contains(&name)).then_some(true)
}

/// Whether `Close` of a type of the package calls anything: one that does not has nothing to release.
fn releases(cx: &Context<'_>, ty: TypeId) -> bool {
    let Some(close) = cx.method_of(ty, "Close") else { return false };
    let Some((there, decl)) = cx.declaration_of_function(close) else { return false };
    let Decl::Func { body: Some(body), .. } = there.tree().decl(decl) else { return false };
    let calls =
        |&expr: &ExprId| matches!(there.callee(expr), Some(Callee::Function(_) | Callee::Dynamic));
    there.expressions_in(body).iter().any(calls)
}

/// Whether a call also gives a function, which may be the one to close what it opens.
fn gives_function(cx: &Context<'_>, call: ExprId) -> bool {
    let Type::Tuple(parts) = cx.store.ty(cx.type_of(call)) else { return false };
    parts
        .iter()
        .any(|&part| matches!(cx.store.under_ty(cx.store.obj_type(part)), Type::Signature(_)))
}

/// Whether a type has a method `Close` without parameters.
fn is_closed_by_close(cx: &Context<'_>, ty: TypeId) -> bool {
    let Some(close) = cx.method_of(ty, "Close") else { return false };
    match cx.store.ty(cx.store.obj_type(close)) {
        Type::Signature(signature) => signature.params.is_empty(),
        _ => false,
    }
}
