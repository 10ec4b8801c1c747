//! `unheap explain`, `unheap rules`

use rules::spelling::nearest;
use serde_json::json;

use crate::Exit;
use crate::args::Format;

/// Prints the page of a rule.
pub(crate) fn explain(rule: &str) -> Result<Exit, String> {
    let page = rules::explain(rule).ok_or_else(|| unknown_rule(rule))?;
    anstream::println!("{}", page.trim_end());
    Ok(Exit::Clean)
}

/// Lists the rules.
pub(crate) fn rules(format: Format) -> Result<Exit, String> {
    match format {
        Format::Text => {
            for rule in rules::all() {
                let meta = rule.meta();
                let title = rules::title(meta.code).unwrap_or_default();
                anstream::println!(
                    "{}  {:<24}  {:<9}  {title}",
                    meta.code,
                    meta.name,
                    meta.tier.as_str()
                );
            }
        }
        Format::Json => {
            let rules: Vec<_> = rules::all().iter().map(|rule| described(rule.meta())).collect();
            let list = json!({"version": 1, "rules": rules});
            let text = serde_json::to_string_pretty(&list).map_err(|e| e.to_string())?;
            println!("{text}");
        }
    }
    Ok(Exit::Clean)
}

fn described(meta: &rules::Meta) -> serde_json::Value {
    json!({
        "code": meta.code,
        "name": meta.name,
        "title": rules::title(meta.code),
        "tier": meta.tier,
        "fix": meta.fix.as_str(),
        "since": meta.since,
    })
}

/// What to say of a rule that there is not.
pub(crate) fn unknown_rule(name: &str) -> String {
    let known = rules::all().iter().flat_map(|rule| [rule.meta().code, rule.meta().name]);
    match nearest(name, known) {
        Some(nearest) => format!(
            "there is no rule {name}; did you mean {nearest}? `unheap rules` lists them all"
        ),
        None => format!("there is no rule {name}; `unheap rules` lists them all"),
    }
}
