//! Values in place of pointers, in a whole file.

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Expr, Spec};
use types::ObjId;

use super::Wrapper;
use super::uses::{Uses, mentions};
use crate::Context;

/// Takes the pointers away, where all of them are in this file.
pub(super) fn fix(cx: &Context<'_>, wrapper: &Wrapper, uses: &Uses) -> Option<Plan> {
    let all = uses.by_value.as_ref()?;
    let name = cx.store.obj(wrapper.name);
    // Nobody imports a program but its tests.
    let is_for_others = name.is_exported() && cx.package_own_name() != "main";
    if is_for_others || has_other_name(cx, wrapper) {
        return None;
    }
    let mut plan = if all.begin_as_nil {
        Plan::new(
            Applicability::Unsafe,
            format!("Use {} by value; what begins as nil then begins as zero", name.name),
        )
    } else if may_be_used_unseen(cx, wrapper) {
        Plan::new(
            Applicability::Unsafe,
            format!("Use {} by value; tests of the package may use the pointer", name.name),
        )
    } else {
        Plan::new(Applicability::Safe, format!("Use {} by value", name.name))
    };
    for &ty in &all.types {
        let Expr::Star(x) = cx.tree().expr(ty) else { return None };
        plan.remove(Span::new(cx.span(ty).start, cx.span(x).start));
    }
    for &address in &all.addresses {
        let Expr::Unary { x, .. } = cx.tree().expr(address) else { return None };
        plan.remove(Span::new(cx.span(address).start, cx.span(x).start));
    }
    for &deref in &all.derefs {
        let Expr::Star(x) = cx.tree().expr(deref) else { return None };
        plan.remove(Span::new(cx.span(deref).start, cx.span(x).start));
    }
    for &new in &all.news {
        let ty = *cx.arguments(new).first()?;
        plan.replace(cx.span(new), format!("{}{{}}", cx.source(ty)));
    }
    (!plan.edits.iter().any(|edit| cx.has_comment(edit.span))).then_some(plan)
}

/// Whether files of the package that were not checked may use a pointer to the wrapper: by the name of the type, or of what
/// has such pointers in its own type, from where alone they come.
fn may_be_used_unseen(cx: &Context<'_>, wrapper: &Wrapper) -> bool {
    let has_pointers = |object: ObjId| {
        object == wrapper.name
            || !cx.is_local_or_parameter(object) && mentions(cx, cx.store.obj_type(object), wrapper)
    };
    cx.files().any(|there| {
        there.tree().idents().any(|(id, ident)| {
            there.facts().defs[id].is_some_and(has_pointers) && cx.may_be_named_unseen(ident.name)
        })
    })
}

/// Whether another type of the package is declared as the wrapper, or as a pointer to it.
fn has_other_name(cx: &Context<'_>, wrapper: &Wrapper) -> bool {
    cx.files().any(|there| {
        there.specs().any(|spec| match there.tree().spec(spec) {
            Spec::Type { name, ty, .. } => {
                let of = there.type_of(ty);
                there.facts().defs[name] != Some(wrapper.name)
                    && (of == wrapper.ty || of == wrapper.pointer)
            }
            _ => false,
        })
    })
}
