//! # concat-in-loop (UH004)

use crate::{Context, Diagnosis, FixSafety, Kind, Meta, Node, Rule, Tier};

pub(crate) struct ConcatInLoop;
pub(crate) static RULE: ConcatInLoop = ConcatInLoop;

impl Rule for ConcatInLoop {
    fn meta(&self) -> &'static Meta {
        &Meta { code: "UH004", name: "concat-in-loop", tier: Tier::Always, since: "0.1.0", fix: FixSafety::Depends }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[]
    }

    fn check(&self, _cx: &Context<'_>, _node: Node, _found: &mut Vec<Diagnosis>) {}
}
