//! Where a value is needed that was made before.

use source::Span;
use syntax::tree::{BinaryOp, IdentId, Stmt, StmtId};
use types::{ObjId, Universe};

use super::value::Value;
use crate::context::Context;
use crate::parents::Parent;

/// Where a value is first needed.
pub(super) struct Needed {
    /// The statement that made it.
    made: StmtId,
    /// The statement before which it could be made.
    pub(super) target: StmtId,
    /// Its first use.
    pub(super) first_use: IdentId,
    /// An exit on the way there; `None` where there is none, and a branch needs it alone.
    pub(super) exit: Option<StmtId>,
}

impl Needed {
    pub(super) fn of(cx: &Context<'_>, made: StmtId, variable: ObjId) -> Option<Self> {
        let Parent::Stmt(block) = cx.parents().stmt(made) else { return None };
        let statements = cx.statements(block);
        let at = statements.iter().position(|&stmt| stmt == made)?;
        let behind = &statements[at + 1..];
        let uses = cx.uses(variable).get(1..)?;
        let first_use = *uses.first()?;
        let pos = |ident: IdentId| cx.tree().ident(ident).pos;
        let using = |stmt: &&StmtId| cx.stmt_span(**stmt).contains(pos(first_use));
        let user = *behind.iter().find(using)?;
        let skipped: Vec<StmtId> = behind.iter().copied().take_while(|&s| s != user).collect();
        let exit = skipped.into_iter().find_map(|stmt| usual_exit(cx, stmt));
        let mut needed = Self { made, target: user, first_use, exit };
        if let Some(branch) =
            needing_branch(cx, user, |span| uses.iter().all(|&ident| span.contains(pos(ident))))
        {
            let list = cx.statements(branch);
            needed.target =
                list.into_iter().find(|&stmt| cx.stmt_span(stmt).contains(pos(first_use)))?;
        } else if exit.is_none() {
            return None;
        }
        Some(needed)
    }

    /// Whether what the value is made of is the same where it is needed.
    pub(super) fn finds_the_same(&self, cx: &Context<'_>, value: &Value) -> bool {
        let target = cx.stmt_span(self.target).start;
        let between = Span::new(cx.stmt_span(self.made).end, target);
        let unchanged = value.variables.iter().all(|&v| !cx.changes_within(v, between));
        // A name may be declared anew on the way into a branch.
        let same_names = value.names.iter().all(|&name| {
            !cx.declaring(name).iter().any(|&id| between.contains(cx.tree().ident(id).pos))
        });
        unchanged && same_names
    }
}

/// The block of an `if` statement that holds all uses, if it is not what usually runs.
fn needing_branch(
    cx: &Context<'_>,
    stmt: StmtId,
    holds_all: impl Fn(Span) -> bool,
) -> Option<StmtId> {
    let Stmt::If { cond, body, els, .. } = cx.tree().stmt(stmt) else { return None };
    let holds = |block: StmtId| holds_all(cx.stmt_span(block));
    if holds(body) {
        return (!cx.tells_error(cond, BinaryOp::Eq)).then_some(body);
    }
    let els = els.filter(|&els| holds(els) && matches!(cx.tree().stmt(els), Stmt::Block(_)))?;
    (!cx.tells_error(cond, BinaryOp::Ne)).then_some(els)
}

/// A statement within one that leaves the statements behind it, and is not about an error.
fn usual_exit(cx: &Context<'_>, stmt: StmtId) -> Option<StmtId> {
    let mut exits: Vec<StmtId> = std::iter::once(stmt)
        .chain(cx.own_descendants(stmt))
        .filter(|&inner| match cx.tree().stmt(inner) {
            Stmt::Return(_) => true,
            Stmt::Branch { .. } => cx
                .branch_target(inner)
                .is_some_and(|target| !cx.is_within(Parent::Stmt(target), stmt)),
            _ => false,
        })
        .filter(|&exit| !is_for_error(cx, exit))
        .collect();
    exits.sort_by_key(|&exit| cx.stmt_span(exit).start);
    exits.first().copied()
}

fn is_for_error(cx: &Context<'_>, exit: StmtId) -> bool {
    if cx.is_on_error_path(Parent::Stmt(exit)) {
        return true;
    }
    let Stmt::Return(results) = cx.tree().stmt(exit) else { return false };
    let last = cx.tree().list(results).next_back();
    last.is_some_and(|last| {
        let ty = cx.type_of(last);
        let error = cx.store.identical(ty, Universe::ERROR) || cx.method_of(ty, "Error").is_some();
        error && !cx.is_nil(last)
    })
}
