//! What is opened, and has to be closed.

use syntax::tree::{AssignOp, Expr, ExprId, IdentId, Stmt, StmtId};
use syntax::walk;
use types::{ObjId, Type, TypeId, Universe};

use crate::pools::is_standard;
use crate::{Callee, Context, Parent};

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
    pub(super) kind: Kind,
}

/// What is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Its own method `Close` closes it.
    Plain,
    /// As before, of another package that is not of the standard library: what its methods do is looked at.
    Foreign,
    /// An `http.Response`, whose body is to be closed.
    Response,
    /// `sql.Rows`, which are closed at their end as well.
    Rows,
}

/// Packages whose functions open what the system has to close.
const PACKAGES: [&str; 5] = ["os", "net", "crypto/tls", "database/sql", "archive/zip"];

/// Functions of these that open nothing: they give what is there, wrap it, or make what lives as long as the program.
const NOT_OPENERS: [&str; 7] =
    ["NewFile", "Client", "Server", "OpenDB", "Pipe", "NewListener", "NewWriter"];

/// Functions and methods of `http.Client` that give a response with a body.
const RESPONSES: [&str; 4] = ["Do", "Get", "Post", "PostForm"];

/// What the names of functions of other packages begin with that open something.
const OPENERS: [&str; 3] = ["Open", "New", "Dial"];

/// Methods of what is written to: `Close` ends the text, and holds nothing that an error would leave open.
const WRITES: [&str; 5] = ["Write", "WriteString", "Encode", "Flush", "Set"];

impl Opened {
    /// What is closed, as messages and fixes name it: `f`, `resp.Body`.
    pub(super) fn closed(&self, cx: &Context<'_>) -> String {
        let name = cx.store.obj(self.variable).name;
        match self.kind {
            Kind::Response if !name.is_blank() => format!("{name}.Body"),
            _ => name.as_str().to_owned(),
        }
    }

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
        let (of_std, kind) = opens(cx, call, ty)?;
        if kind != Kind::Response && !is_closed_by_close(cx, ty) {
            return None;
        }
        if !of_std
            && (!cx.is_own_type(ty) && kind != Kind::Foreign
                || ends_text(cx, ty, kind)
                || gives_function(cx, call)
                || !releases(cx, ty))
        {
            return None;
        }
        // A database is opened for the life of the program.
        if cx.is_type(ty, "database/sql", "DB") || ends_with_context(cx, kind, stmt) {
            return None;
        }
        let error = Universe::ERROR;
        let last = targets.last().filter(|_| targets.len() > 1).and_then(|&last| cx.object(last));
        let err = last.filter(|&err| cx.store.identical(cx.store.obj_type(err), error));
        Some(Self { stmt, ident, variable, err, of_std, kind })
    }
}

/// Whether a call opens something of a type: whether of the standard library, and what.
fn opens(cx: &Context<'_>, call: ExprId, ty: TypeId) -> Option<(bool, Kind)> {
    let Some(Callee::Function(function)) = cx.callee(call) else { return None };
    let data = cx.store.obj(function);
    if data.pkg == Some(cx.package.checked.pkg) {
        return Some((false, Kind::Plain));
    }
    let path = cx.store.pkg(data.pkg?).path.as_str();
    let name = data.name.as_str();
    let receiver = cx.known(call)?.receiver;
    if path == "net/http" {
        let gives = cx.is_type(ty, "net/http", "Response");
        let is_client = matches!(receiver, None | Some("Client"));
        return (gives && is_client && RESPONSES.contains(&name)).then_some((true, Kind::Response));
    }
    if PACKAGES.contains(&path) {
        // What a transaction prepares and reads is closed with it.
        let of_transaction = path == "database/sql" && receiver == Some("Tx");
        let kind = if cx.is_type(ty, "database/sql", "Rows") { Kind::Rows } else { Kind::Plain };
        return (!NOT_OPENERS.contains(&name) && !of_transaction).then_some((true, kind));
    }
    let is_opener = OPENERS.iter().any(|begins| name.starts_with(begins));
    (is_opener && !is_standard(cx.flow(), function) && gives_error(cx, ty))
        .then_some((false, Kind::Foreign))
}

/// Whether `Close` of a type gives an error.
fn gives_error(cx: &Context<'_>, ty: TypeId) -> bool {
    let Some(close) = cx.method_of(ty, "Close") else { return false };
    let Type::Signature(signature) = cx.store.ty(cx.store.obj_type(close)) else { return false };
    matches!(&*signature.results, [result]
        if cx.store.identical(cx.store.obj_type(*result), Universe::ERROR))
}

/// Whether a type is written to, so that its `Close` ends the text and holds nothing that an error would leave open.
fn ends_text(cx: &Context<'_>, ty: TypeId, kind: Kind) -> bool {
    // A connection is read as well.
    let is_connection = kind == Kind::Foreign && cx.has_selector(ty, "Read");
    !is_connection && WRITES.iter().any(|name| cx.has_selector(ty, name))
}

/// Whether what is opened may end with a context that the function ends itself, or has nothing to be closed.
fn ends_with_context(cx: &Context<'_>, kind: Kind, stmt: StmtId) -> bool {
    let by_context = match kind {
        Kind::Response | Kind::Rows => true,
        Kind::Plain | Kind::Foreign => false,
    };
    let Some(function) = cx.function_of(Parent::Stmt(stmt)) else { return true };
    by_context
        && cx.expressions_in(function.body).into_iter().any(|expr| {
            cx.calls(expr, "context", &["WithCancel", "WithDeadline", "WithTimeout"])
                // The answer to HEAD has no body.
                || kind == Kind::Response
                    && cx.constant_string(expr).is_some_and(|method| method == "HEAD")
        })
}

/// Whether `Close` of a type calls anything: one that does not has nothing to release.
fn releases(cx: &Context<'_>, ty: TypeId) -> bool {
    let Some(close) = cx.method_of(ty, "Close") else { return false };
    let Some(body) = cx.flow().declared(close) else { return false };
    let view = body.view();
    let mut calls = false;
    walk::walk(view.tree(), walk::Node::Stmt(body.body()), |event| {
        if let walk::Event::Enter(walk::Node::Expr(expr)) = event {
            calls |= matches!(view.callee(expr), Some(Callee::Function(_) | Callee::Dynamic));
        }
        !calls
    });
    calls
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
