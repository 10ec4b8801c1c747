// NOTE: being written by another helper (worktrees hoist / deferloop); see NOTE-FROM-FOUNDER.md at the root of this worktree.
//! # defer-in-loop (UH014)

use crate::{Context, Diagnosis, FixSafety, Kind, Meta, Node, Rule, Tier};

pub(crate) struct DeferInLoop;
pub(crate) static RULE: DeferInLoop = DeferInLoop;

impl Rule for DeferInLoop {
    fn meta(&self) -> &'static Meta {
        &Meta { code: "UH014", name: "defer-in-loop", tier: Tier::Always, since: "0.1.0", fix: FixSafety::Depends }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[]
    }

    fn check(&self, _cx: &Context<'_>, _node: Node, _found: &mut Vec<Diagnosis>) {}
}
