//! Fields that the methods of a type empty and fill again.

use fix::Applicability;
use source::Span;
use syntax::tree::{Expr, ExprId, Stmt, UnaryOp};
use types::{Mode, ObjId, SelectionKind, Type, TypeId};

use super::uses::use_of;
use super::{Refilled, append_takes, is_own};
use crate::context::{Callee, Context};
use crate::parents::Parent;

/// Looks at a field that a statement empties; `None` where nothing fills it again, or somebody else may have what was in it.
pub(super) fn refilled(cx: &Context<'_>, slice: ExprId) -> Option<Refilled> {
    let Expr::Selector { x, sel } = cx.tree().expr(slice) else { return None };
    let field = cx.facts().uses[sel]?;
    let selection = cx.facts().selections.get(&slice)?;
    let object = cx.store.obj(field);
    if selection.kind != SelectionKind::Field
        || object.is_exported()
        || object.pkg != Some(cx.package.checked.pkg)
        || !cx.is_own_type(cx.type_of(x))
    {
        return None;
    }
    let owner = cx.type_name(cx.type_of(x))?;
    let ty = cx.store.obj_type(owner);
    if has_type_parameters(cx, ty) || !is_direct_field(cx, ty, field) {
        return None;
    }
    let mut append = None;
    for there in cx.files() {
        for (id, expr) in there.tree().exprs() {
            match expr {
                Expr::Selector { sel, .. } if there.facts().uses[sel] == Some(field) => {
                    if is_read_while_set(&there, id, field) {
                        return None;
                    }
                    match use_of(&there, id)? {
                        Some(call) if append.is_none() => {
                            append = Some(append_takes(&there, call));
                        }
                        _ => {}
                    }
                }
                _ if !is_used_in_place(&there, id, expr, ty, field) => return None,
                _ => {}
            }
        }
    }
    let fix =
        if cx.store.obj(owner).is_exported() { Applicability::Unsafe } else { Applicability::Safe };
    Some(Refilled { allocated: append?, fix: Some(fix) })
}

fn has_type_parameters(cx: &Context<'_>, ty: TypeId) -> bool {
    match cx.store.ty(ty) {
        Type::Named(named) => {
            named.instance.is_some() || named.type_params.get().is_some_and(|all| !all.is_empty())
        }
        _ => true,
    }
}

fn is_direct_field(cx: &Context<'_>, ty: TypeId, field: ObjId) -> bool {
    match cx.store.ty(cx.store.under(ty)) {
        Type::Struct(fields) => fields.fields.contains(&field),
        _ => false,
    }
}

/// Whether an expression leaves values of the struct where they are: copies share the array of the field.
fn is_used_in_place(cx: &Context<'_>, id: ExprId, expr: Expr, ty: TypeId, field: ObjId) -> bool {
    if matches!(expr, Expr::Paren(_)) {
        return true;
    }
    let is_type = cx.facts().modes[id] == Mode::Type;
    let own = cx.type_of(id);
    if holds(cx, own, ty) {
        return false;
    }
    if is_type || !cx.store.identical(own, ty) {
        return true;
    }
    if let Expr::Composite { elems, .. } = expr
        && !cx.tree().list(elems).all(|elem| is_fresh(cx, elem, field))
    {
        return false;
    }
    let literal = matches!(expr, Expr::Composite { .. });
    let (outer, parent) = cx.around(id);
    match parent {
        Parent::Expr(around) => matches!(
            cx.tree().expr(around),
            Expr::Selector { .. } | Expr::Unary { op: UnaryOp::Addr, .. }
        ),
        Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
            Stmt::Assign { lhs, .. } => literal || cx.tree().list(lhs).any(|x| x == outer),
            _ => literal,
        },
        _ => literal,
    }
}

/// Whether an element of a literal of the struct gives the field an array of its own, or is about another field.
fn is_fresh(cx: &Context<'_>, elem: ExprId, field: ObjId) -> bool {
    let Expr::KeyValue { key, value, .. } = cx.tree().expr(elem) else { return false };
    let Expr::Ident(name) = cx.tree().expr(key) else { return false };
    cx.facts().object(name) != Some(field) || is_own(cx, value)
}

/// Whether values of a type hold values of the struct as elements or fields.
fn holds(cx: &Context<'_>, ty: TypeId, inner: TypeId) -> bool {
    let is_it = |part: TypeId| cx.store.identical(part, inner);
    match cx.store.ty(cx.store.under(ty)) {
        Type::Slice(elem) => is_it(*elem),
        Type::Array { elem, .. } | Type::Chan { elem, .. } => is_it(*elem),
        Type::Map { key, value } => is_it(*key) || is_it(*value),
        Type::Struct(fields) => fields.fields.iter().any(|&part| is_it(cx.store.obj_type(part))),
        _ => false,
    }
}

/// How many functions are looked into to find out whether one sets a field.
const MOST_FUNCTIONS: usize = 64;

/// Whether the slice in a field is being read by a loop or a callee that may set the field meanwhile: what is appended then would
/// come in place of what is still to be read.
fn is_read_while_set(cx: &Context<'_>, place: ExprId, field: ObjId) -> bool {
    match cx.around(place) {
        (outer, Parent::Stmt(stmt)) => match cx.tree().stmt(stmt) {
            Stmt::Range { x, body, .. } if x == outer => {
                may_set(cx, cx.stmt_span(body), field, &mut Vec::new())
            }
            _ => false,
        },
        (_, Parent::Expr(call)) => match cx.callee(call) {
            Some(Callee::Function(function)) => {
                function_may_set(cx, function, field, &mut Vec::new())
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether code sets a field, or something that it may call does.
fn may_set(cx: &Context<'_>, code: Span, field: ObjId, seen: &mut Vec<ObjId>) -> bool {
    let within = |id: ExprId| code.contains(cx.span(id).start);
    for (id, expr) in cx.tree().exprs().filter(|&(id, _)| within(id)) {
        let found = match expr {
            Expr::Selector { sel, .. } if cx.facts().uses[sel] == Some(field) => {
                matches!(cx.around(id).1, Parent::Stmt(stmt) if matches!(cx.tree().stmt(stmt), Stmt::Assign { .. }))
            }
            Expr::Call { .. } if cx.callee(id) == Some(Callee::Dynamic) => !cx.lets_go(id),
            _ => false,
        };
        if found {
            return true;
        }
    }
    let functions: Vec<ObjId> = cx
        .tree()
        .idents_within(code)
        .filter_map(|(id, _)| cx.facts().uses[id])
        .filter(|&object| cx.store.obj(object).is_func())
        .collect();
    functions.into_iter().any(|function| function_may_set(cx, function, field, seen))
}

fn function_may_set(
    cx: &Context<'_>,
    function: ObjId,
    field: ObjId,
    seen: &mut Vec<ObjId>,
) -> bool {
    if cx.store.obj(function).pkg != Some(cx.package.checked.pkg) || seen.contains(&function) {
        return false;
    }
    seen.push(function);
    if seen.len() > MOST_FUNCTIONS {
        return true;
    }
    let home = cx.files().find_map(|there| {
        let at = there.declared_at(function)?;
        let decls = there.tree().decls.iter();
        let span = decls.map(|&d| there.tree().decl_span(d)).find(|span| span.contains(at))?;
        Some((there, span))
    });
    home.is_none_or(|(there, span)| may_set(&there, span, field, seen))
}
