//! Rules: one file each. Checked packages in, findings out.
//!
//! A rule says which kinds of nodes it looks at; [`run`] goes over a package once and shows each node to the rules that
//! asked for it. A rule answers with a diagnosis and, maybe, a plan to repair it; paths, positions, function names,
//! suppression and imports are added here, once for all.

// Rules name what a node stands in by this path.
pub(crate) use flow::parents;

mod allocated;
mod appends;
mod callers;
mod context;
mod contracts;
mod copies;
mod cost;
mod diagnosis;
mod field_order;
mod finding;
mod format_verbs;
mod functions;
mod go_regexp;
mod hoist;
mod identity;
mod known;
mod loops;
mod makers;
mod map_entries;
mod methods;
mod mutation;
mod names;
mod node;
mod objects;
mod often;
mod page;
mod pools;
mod purity;
mod registry;
mod rule;
mod run;
mod shared_memory;
mod spacing;
pub mod spelling;
mod struct_layout;
mod suppress;
mod targets;
mod timers;
mod turn_scope;
mod turns;
mod twins;
mod type_text;
mod unsafe_conversions;
mod unseen;
mod writes;

pub use context::{Callee, Context};
pub use diagnosis::Diagnosis;
pub use finding::{
    Allocates, Basis, Cost, FileEdit, Finding, Fix, Heat, Hotness, Note, Per, Position, Tier,
};
pub use flow::{Parent, Parents};
pub use functions::{Function, FunctionNode};
pub use identity::Identity;
pub use names::Shared;
pub use node::{Kind, Node};
pub use objects::{Access, Declaration};
pub use rule::{FixSafety, Meta, Rule};
pub use run::{Directive, Found, Times, run};
pub use struct_layout::{FieldLayout, StructLayout, value_layout};
pub use suppress::DirectiveState;
pub use unseen::Unseen;

/// What to look for, and for which Go.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether a rule is looked for, beside [`all`]'s.
    pub enabled: Vec<bool>,
    /// The Go version that the code will be built with: `(1, 27)`.
    pub go: (u32, u32),
    /// The tiers whose findings are asked for, whatever the heat. Of others nothing is said, and no analysis is made.
    pub tiers: Vec<Tier>,
    /// Whether generated files are reported on.
    pub generated: bool,
    /// Whether files below a folder `vendor` are reported on.
    pub vendor: bool,
    /// Whether test files are reported on.
    pub tests: bool,
    /// Whether to tell what each rule takes.
    pub timed: bool,
}

impl Settings {
    /// All rules and tiers, for a Go version; no generated files, no vendored ones, no tests.
    #[must_use]
    pub fn new(go: (u32, u32)) -> Self {
        let enabled = vec![true; all().len()];
        let tiers = vec![Tier::Always, Tier::Profile, Tier::Specialty];
        Self { enabled, go, tiers, generated: false, vendor: false, tests: false, timed: false }
    }
}

/// All rules, in the order of their codes.
#[must_use]
pub fn all() -> &'static [&'static dyn Rule] {
    registry::RULES
}

/// The rule with a code or a name, whatever the case of its letters.
#[must_use]
pub fn find(code_or_name: &str) -> Option<&'static dyn Rule> {
    position(code_or_name).map(|at| registry::RULES[at])
}

/// The place among [`all`] of the rule with a code or a name.
#[must_use]
pub fn position(code_or_name: &str) -> Option<usize> {
    registry::RULES.iter().position(|rule| {
        let meta = rule.meta();
        meta.code.eq_ignore_ascii_case(code_or_name) || meta.name.eq_ignore_ascii_case(code_or_name)
    })
}

/// The page of the rule with a code or a name: Markdown.
#[must_use]
pub fn explain(rule: &str) -> Option<String> {
    let at = position(rule)?;
    Some(page::page(registry::RULES[at].meta(), registry::SOURCES[at]))
}

/// What the page of the rule with a code or a name is about, in a few words: its heading.
#[must_use]
pub fn title(rule: &str) -> Option<&'static str> {
    let heading = registry::SOURCES[position(rule)?].lines().next()?;
    Some(heading.trim_start_matches("//!").trim_start().trim_start_matches("# "))
}
