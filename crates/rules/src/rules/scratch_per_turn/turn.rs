//! What a turn of a loop does with a value that it makes for itself, and whether that is all.

use flow::Way;
use syntax::tree::{Decl, Expr, ExprId, IdentId, Spec, Stmt, StmtId};
use types::{Builtin, Mode, ObjId, Type, TypeId};

use super::{Form, grows};
use crate::context::{Callee, Context};
use crate::objects::{Access, Declaration};
use crate::parents::Parent;

/// Something that is done with the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// `x = append(x, …)`
    Append(ExprId),
    /// `x[k] = v` of a map.
    Insert(StmtId),
    /// A call that may add to it.
    Grows(ExprId),
    /// A call of another of its methods.
    Method,
    /// What only looks at it, or takes a part.
    Looks,
    /// What would show that it was used before: its capacity, or what is behind its length.
    Other,
}

/// The name that a statement declares, alone.
pub(super) fn declared_alone(cx: &Context<'_>, stmt: StmtId) -> Option<IdentId> {
    let tree = cx.tree();
    let Stmt::Decl(decl) = tree.stmt(stmt) else { return None };
    let Decl::Gen { lparen: None, specs, .. } = tree.decl(decl) else { return None };
    match tree.spec(tree.list_get(specs, 0)?) {
        Spec::Value { names, .. } if names.len() == 1 => tree.list_get(names, 0),
        _ => None,
    }
}

/// All that is done with a value; `None` where it gets another value, or a pointer or closure might give it one.
pub(super) fn uses_of(cx: &Context<'_>, variable: ObjId, form: Form) -> Option<Vec<Use>> {
    if cx.is_captured(variable) {
        return None;
    }
    let mut found = Vec::new();
    for &ident in cx.uses(variable) {
        match cx.access(ident) {
            Access::Declare => {}
            Access::Write(stmt) => match form {
                Form::Empty { .. } => found.push(Use::Append(grows(cx, stmt, variable)?)),
                _ => return None,
            },
            Access::Update(_) => return None,
            Access::Address if form == Form::Buffer => {
                found.push(call_around(cx, ident).map_or(Use::Looks, Use::Grows));
            }
            Access::Address => return None,
            Access::Read(expr) => found.push(read(cx, expr, form)?),
        }
    }
    let needed = |used: &Use| match form {
        Form::Empty { .. } => matches!(used, Use::Append(_)),
        Form::Map => matches!(used, Use::Insert(_) | Use::Grows(_)),
        Form::Buffer | Form::Hash => matches!(used, Use::Grows(_)),
        Form::Zeros => true,
    };
    found.iter().any(needed).then_some(found)
}

/// What a use of the value as it is does; `None` where a hash is handed to somebody.
fn read(cx: &Context<'_>, expr: ExprId, form: Form) -> Option<Use> {
    let tree = cx.tree();
    let (outer, parent) = cx.around(expr);
    let found = match parent {
        Parent::Expr(around) => match tree.expr(around) {
            Expr::Index { x, .. } if x == outer && form == Form::Map => match cx.around(around).1 {
                Parent::Stmt(stmt) if is_set(cx, stmt, around) => Use::Insert(stmt),
                _ => Use::Looks,
            },
            // What was made with its length has no room behind it.
            Expr::Slice { bounds, .. } if bounds[1].is_some() && form != Form::Zeros => Use::Other,
            Expr::Selector { sel, .. } => match cx.around(around).1 {
                Parent::Expr(call) if is_called(cx, call, around) => {
                    let name = cx.tree().ident(sel).name.as_str();
                    let adds = ["Write", "ReadFrom", "Grow"].iter().any(|m| name.starts_with(m));
                    if adds { Use::Grows(call) } else { Use::Method }
                }
                _ => Use::Looks,
            },
            Expr::Call { .. } => match cx.callee(around) {
                Some(Callee::Builtin(Builtin::Cap)) => Use::Other,
                Some(Callee::Builtin(_)) => Use::Looks,
                _ if form == Form::Hash && !is_written_to(cx, around, outer) => return None,
                _ => Use::Grows(around),
            },
            _ => Use::Looks,
        },
        _ => Use::Looks,
    };
    // Who has a hash other than to call its methods may keep it.
    (form != Form::Hash || matches!(found, Use::Grows(_) | Use::Method)).then_some(found)
}

/// The call that `&x` is an argument of.
fn call_around(cx: &Context<'_>, ident: IdentId) -> Option<ExprId> {
    let expr = cx.parents().ident(ident)?;
    let Parent::Expr(address) = cx.around(expr).1 else { return None };
    match cx.around(address).1 {
        Parent::Expr(call) if matches!(cx.tree().expr(call), Expr::Call { .. }) => Some(call),
        _ => None,
    }
}

fn is_set(cx: &Context<'_>, stmt: StmtId, place: ExprId) -> bool {
    match cx.tree().stmt(stmt) {
        Stmt::Assign { lhs, .. } => cx.tree().list(lhs).any(|x| x == place),
        Stmt::IncDec { x, .. } => x == place,
        _ => false,
    }
}

fn is_called(cx: &Context<'_>, call: ExprId, fun: ExprId) -> bool {
    matches!(cx.tree().expr(call), Expr::Call { fun: called, .. } if cx.tree().unparen(called) == fun)
}

/// `io.WriteString(h, …)`, `fmt.Fprintf(h, …)` and the like.
fn is_written_to(cx: &Context<'_>, call: ExprId, argument: ExprId) -> bool {
    cx.arguments(call).first() == Some(&argument)
        && (cx.calls(call, "io", &["WriteString", "Copy", "CopyN", "CopyBuffer"])
            || cx.calls(call, "fmt", &["Fprint", "Fprintf", "Fprintln"])
            || cx.calls(call, "encoding/binary", &["Write"]))
}

/// Whether anything that shares memory with the value may be used when the turn has ended.
pub(super) fn outlives(cx: &Context<'_>, variable: ObjId, around: StmtId, form: Form) -> bool {
    let defers =
        || cx.descendants(around).any(|stmt| matches!(cx.tree().stmt(stmt), Stmt::Defer(_)));
    if form == Form::Hash {
        // Its uses are all calls of its methods, and a sum is new memory.
        return defers();
    }
    let Some(function) = cx.flow_around(around) else { return true };
    let aliases = function.aliases();
    let leaves = aliases.may_leave(variable).into_iter().any(|leave| match leave.way {
        Way::Kept(call) => !cx.lets_go(call),
        _ => true,
    });
    let outside = || {
        function.variables().all().into_iter().any(|other| {
            other != variable
                && aliases.may_share(variable, other)
                && cx.is_declared_outside(other, around)
        })
    };
    leaves || defers() || outside()
}

/// Whether a declaration means the same before the loop, does there what it does in a turn, and cannot panic.
pub(super) fn means_the_same_before(
    cx: &Context<'_>,
    declaration: &Declaration,
    around: StmtId,
) -> bool {
    let span = cx.stmt_span(declaration.stmt);
    let own = declaration.ident;
    let declared_before = cx.tree().idents_within(span).all(|(id, _)| {
        let object = cx.facts().object(id);
        id == own || object.is_none_or(|object| cx.is_declared_outside(object, around))
    });
    let Some(value) = declaration.value else { return declared_before };
    let value = cx.tree().unparen(value);
    let sizes = match cx.callee(value) {
        Some(Callee::Builtin(Builtin::Make)) => cx.arguments(value).split_off(1),
        _ => Vec::new(),
    };
    declared_before && sizes.into_iter().all(|size| is_fixed_size(cx, size, around))
}

/// Whether a size is constant, or the length of a variable that does not change in the loop.
fn is_fixed_size(cx: &Context<'_>, size: ExprId, around: StmtId) -> bool {
    if cx.constant(size).is_some() {
        return true;
    }
    let size = cx.tree().unparen(size);
    let [of] = cx.arguments(size)[..] else { return false };
    cx.callee(size) == Some(Callee::Builtin(Builtin::Len))
        && cx.object(of).is_some_and(|object| {
            cx.view().is_local(object) && !cx.changes_within(object, cx.stmt_span(around))
        })
}

/// Whether a variable begins as an empty `bytes.Buffer`: `var b bytes.Buffer`, `bytes.Buffer{}`, `new(bytes.Buffer)`,
/// `&bytes.Buffer{}`, `bytes.NewBuffer(nil)`.
pub(super) fn is_empty_buffer(cx: &Context<'_>, ty: TypeId, value: Option<ExprId>) -> bool {
    let tree = cx.tree();
    let Some(value) = value else {
        return !matches!(cx.store.ty(cx.store.unalias(ty)), Type::Pointer(_));
    };
    match tree.expr(value) {
        Expr::Composite { elems, .. } => elems.is_empty(),
        Expr::Unary { op: syntax::tree::UnaryOp::Addr, x } => {
            matches!(tree.expr(tree.unparen(x)), Expr::Composite { elems, .. } if elems.is_empty())
        }
        Expr::Call { .. } => match (cx.callee(value), &cx.arguments(value)[..]) {
            (Some(Callee::Builtin(Builtin::New)), [x]) => cx.facts().modes[*x] == Mode::Type,
            (_, [x]) => cx.calls(value, "bytes", &["NewBuffer"]) && cx.is_nil(*x),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a call makes a hash by a function of the standard library without arguments.
pub(super) fn is_new_hash(cx: &Context<'_>, value: ExprId) -> bool {
    let Some((path, function)) = cx.standard_callee(value) else { return false };
    let first = path.split('/').next().unwrap_or(path);
    matches!(first, "hash" | "crypto")
        && cx.store.obj(function).name.as_str().starts_with("New")
        && cx.arguments(value).is_empty()
        && ["Reset", "Write", "Sum"].iter().all(|name| cx.has_selector(cx.type_of(value), name))
}
