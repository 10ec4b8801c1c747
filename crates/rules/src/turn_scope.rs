//! What a loop's variables would be before the loop.

use source::Span;
use syntax::tree::{Stmt, StmtId};
use types::ObjId;

use crate::context::Context;
use crate::parents::Parent;

/// Whether a variable can be declared before a loop: its name is not declared in the same block, and means nothing else
/// from there to the end of the block.
pub(crate) fn is_free_before(cx: &Context<'_>, variable: ObjId, around: StmtId) -> bool {
    let outer = cx.labeled(around);
    let Parent::Stmt(block) = cx.parents().stmt(outer) else { return false };
    let Some(decl) = cx.declaration_of(Parent::Stmt(outer)) else { return false };
    let (name, own) = (cx.store.obj(variable).name, cx.uses(variable));
    let start = cx.stmt_span(outer).start;
    let end = cx.stmt_span(block).end;
    // What statements before the loop declare within them is their own.
    let before: Vec<Span> = cx
        .statements(block)
        .into_iter()
        .filter(|&stmt| !matches!(cx.tree().stmt(stmt), Stmt::Assign { .. } | Stmt::Decl(_)))
        .map(|stmt| cx.stmt_span(stmt))
        .filter(|span| span.end <= start)
        .collect();
    let whole = cx.tree().decl_span(decl);
    cx.tree().idents_within(whole).filter(|(_, ident)| ident.name == name).all(|(id, ident)| {
        let declares = cx.facts().defs[id].is_some();
        // Behind a dot it is a field or method.
        let named = declares || cx.parents().ident(id).is_some();
        own.contains(&id)
            || !named
            || ident.pos >= end
            || ident.pos < start && (!declares || before.iter().any(|s| s.contains(ident.pos)))
    })
}
