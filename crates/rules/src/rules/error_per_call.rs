// NOTE: being written by another helper (worktrees hoist / deferloop); see NOTE-FROM-FOUNDER.md at the root of this worktree.
//! # error-per-call (UH015)

use crate::{Context, Diagnosis, FixSafety, Kind, Meta, Node, Rule, Tier};

pub(crate) struct ErrorPerCall;
pub(crate) static RULE: ErrorPerCall = ErrorPerCall;

impl Rule for ErrorPerCall {
    fn meta(&self) -> &'static Meta {
        &Meta { code: "UH015", name: "error-per-call", tier: Tier::Always, since: "0.1.0", fix: FixSafety::Depends }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[]
    }

    fn check(&self, _cx: &Context<'_>, _node: Node, _found: &mut Vec<Diagnosis>) {}
}
