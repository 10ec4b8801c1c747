//! What there is to say of rules: 3.49.

use rules::{FixSafety, Meta};
use serde_json::{Value, json};

use super::level;

/// Every rule, in the order of [`rules::all`], which results refer to.
pub(super) fn all() -> Vec<Value> {
    rules::all().iter().map(|rule| descriptor(rule.meta())).collect()
}

fn descriptor(meta: &Meta) -> Value {
    let page = rules::explain(meta.code).unwrap_or_default();
    let title = rules::title(meta.code).unwrap_or_default();
    let mut tags = vec!["performance", "memory"];
    if meta.fix != FixSafety::None {
        tags.push("fixable");
    }
    json!({
        "id": meta.code,
        "name": meta.name,
        "shortDescription": {"text": title},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": level(meta.tier)},
        "properties": {
            "tags": tags,
            "tier": meta.tier,
            "fix": meta.fix.as_str(),
            "since": meta.since,
        },
    })
}
