// NOTE: being written by another helper (worktrees hoist / deferloop); see NOTE-FROM-FOUNDER.md at the root of this worktree.
//! # regexp-per-call (UH012)

use crate::{Context, Diagnosis, FixSafety, Kind, Meta, Node, Rule, Tier};

pub(crate) struct RegexpPerCall;
pub(crate) static RULE: RegexpPerCall = RegexpPerCall;

impl Rule for RegexpPerCall {
    fn meta(&self) -> &'static Meta {
        &Meta { code: "UH012", name: "regexp-per-call", tier: Tier::Always, since: "0.1.0", fix: FixSafety::Depends }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[]
    }

    fn check(&self, _cx: &Context<'_>, _node: Node, _found: &mut Vec<Diagnosis>) {}
}
