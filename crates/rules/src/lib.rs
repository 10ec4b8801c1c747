//! Rules: one file each. Checked packages in, findings out.

mod finding;
mod rule;

use types::program::CheckedPackage;

pub use finding::{
    Allocates, Basis, Cost, FileEdit, Finding, Fix, Heat, Hotness, Note, Per, Position, Tier,
};
pub use rule::{FixSafety, Meta, Rule};

/// What to look for, and for which Go.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether a rule is looked for, beside [`all`]'s.
    pub enabled: Vec<bool>,
    /// The Go version that the code will be built with: `(1, 27)`.
    pub go: (u32, u32),
    /// Whether generated files are reported on.
    pub generated: bool,
    /// Whether files of test packages are reported on.
    pub tests: bool,
}

impl Settings {
    /// All rules, for a Go version; neither generated files nor tests.
    #[must_use]
    pub fn new(go: (u32, u32)) -> Self {
        Self { enabled: vec![true; all().len()], go, generated: false, tests: false }
    }
}

/// All rules, in the order of their codes.
#[must_use]
pub fn all() -> &'static [&'static dyn Rule] {
    &[]
}

/// The rule with a code or a name, whatever the case of its letters.
#[must_use]
pub fn find(code_or_name: &str) -> Option<&'static dyn Rule> {
    all().iter().copied().find(|rule| {
        let meta = rule.meta();
        meta.code.eq_ignore_ascii_case(code_or_name) || meta.name.eq_ignore_ascii_case(code_or_name)
    })
}

/// The page of the rule with a code or a name.
#[must_use]
pub fn explain(rule: &str) -> Option<String> {
    find(rule).map(Rule::page)
}

/// What the rules find in a package, in the order of files and places.
#[must_use]
pub fn run(_package: &CheckedPackage<'_>, _settings: &Settings) -> Vec<Finding> {
    Vec::new()
}
