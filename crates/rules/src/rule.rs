//! What a rule is.

use crate::finding::Tier;

/// What is known of a rule without running it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Meta {
    /// Its code: `UH004`.
    pub code: &'static str,
    /// Its name: `concat-in-loop`.
    pub name: &'static str,
    /// When its findings are shown, unless one says otherwise.
    pub tier: Tier,
    /// The version of unheap that first had it.
    pub since: &'static str,
    /// How far its fix can be trusted.
    pub fix: FixSafety,
}

/// How far the fixes of a rule can be trusted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FixSafety {
    /// It has none.
    None,
    /// All that it offers keep what the program does.
    Safe,
    /// Each says for itself; the page names what decides.
    Depends,
    /// They are shown, not applied.
    Suggestion,
}

/// A fault that is looked for.
pub trait Rule: Sync {
    /// What is known of it without running it.
    fn meta(&self) -> &'static Meta;

    /// Its page: Markdown, as `unheap explain` shows it.
    fn page(&self) -> String;
}
