//! Formats that are constants with a name.

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Decl, Expr, ExprId, Spec};
use types::{ObjId, ObjectKind};

use crate::Context;

/// A plan after which a format is not needed where it was: a constant that nobody else uses goes with it. A format that others use
/// as well would be there twice, in other words, so that this is for the author to decide.
pub(super) fn without(cx: &Context<'_>, format: ExprId, mut plan: Plan) -> Option<Plan> {
    let named = |x: ExprId| matches!(cx.tree().expr(x), Expr::Ident(_) | Expr::Selector { .. });
    if !cx.any_within(format, named) {
        return Some(plan);
    }
    let constant = cx.object(format);
    match constant.filter(|&constant| is_used_once(cx, constant)) {
        Some(constant) => {
            plan.remove(lines_of(cx, constant)?);
            plan.title += ", and drop its format";
        }
        None => plan.applicability = Applicability::Suggestion,
    }
    Some(plan)
}

/// Whether a constant of this file is used in one place of the package, and cannot be elsewhere.
fn is_used_once(cx: &Context<'_>, constant: ObjId) -> bool {
    let object = cx.store.obj(constant);
    let is_own = object.pkg == Some(cx.package.checked.pkg)
        && matches!(object.kind, ObjectKind::Const(_))
        && cx.declared_at(constant).is_some();
    let uses: usize = cx.files().map(|file| file.uses(constant).len()).sum();
    is_own && !(object.is_exported() && cx.is_package_level(constant)) && uses == 2
}

/// The lines of the declaration of one constant alone.
fn lines_of(cx: &Context<'_>, constant: ObjId) -> Option<Span> {
    let declares = |spec: Spec| match spec {
        Spec::Value { names, .. } if names.len() == 1 => {
            cx.tree().list(names).any(|name| cx.facts().defs[name] == Some(constant))
        }
        _ => false,
    };
    let spec = cx.specs().find(|&spec| declares(cx.tree().spec(spec)))?;
    let decl = cx.parents().spec(spec)?;
    let Decl::Gen { lparen: None, doc: None, .. } = cx.tree().decl(decl) else { return None };
    if let Some(stmt) = cx.parents().decl(decl) {
        return cx.lines_of_statement(stmt);
    }
    let span = cx.tree().decl_span(decl);
    cx.stands_alone_on_lines(span).then(|| cx.whole_lines(span))
}
