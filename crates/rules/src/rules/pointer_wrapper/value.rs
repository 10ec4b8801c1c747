//! Values in place of pointers, in a whole file.

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Expr, Spec};

use super::Wrapper;
use super::uses::Uses;
use crate::Context;

/// Takes the pointers away, where all of them are in this file.
pub(super) fn fix(cx: &Context<'_>, wrapper: &Wrapper, uses: &Uses) -> Option<Plan> {
    let all = uses.by_value.as_ref()?;
    let name = cx.store.obj(wrapper.name);
    if name.is_exported() || has_other_name(cx, wrapper) {
        return None;
    }
    let mut plan = if all.begin_as_nil {
        Plan::new(
            Applicability::Unsafe,
            format!("Use {} by value; what begins as nil then begins as zero", name.name),
        )
    } else if !cx.package.settings.tests {
        Plan::new(
            Applicability::Unsafe,
            format!("Use {} by value; tests of the package may name the pointer", name.name),
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
