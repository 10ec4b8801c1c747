//! # append-without-capacity (UH005)

use crate::{Context, Diagnosis, FixSafety, Kind, Meta, Node, Rule, Tier};

pub(crate) struct AppendWithoutCapacity;
pub(crate) static RULE: AppendWithoutCapacity = AppendWithoutCapacity;

impl Rule for AppendWithoutCapacity {
    fn meta(&self) -> &'static Meta {
        &Meta { code: "UH005", name: "append-without-capacity", tier: Tier::Always, since: "0.1.0", fix: FixSafety::Depends }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[]
    }

    fn check(&self, _cx: &Context<'_>, _node: Node, _found: &mut Vec<Diagnosis>) {}
}
