//! What a rule is.

use crate::context::Context;
use crate::diagnosis::Diagnosis;
use crate::finding::Tier;
use crate::node::{Kind, Node};

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
    /// They may change what the program does, as its page says.
    Unsafe,
    /// Each says for itself; the page names what decides.
    Depends,
    /// They are shown, not applied.
    Suggestion,
}

impl FixSafety {
    /// In a few words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Depends => "safe, unsafe or a suggestion, as it says",
            Self::Suggestion => "suggestion",
        }
    }
}

/// A fault that is looked for. A rule is a file of `rules/`; the comment that the file begins
/// with is its page.
pub trait Rule: Sync {
    /// What is known of it without running it.
    fn meta(&self) -> &'static Meta;

    /// The kinds of nodes that it is shown.
    fn looks_at(&self) -> &'static [Kind];

    /// Whether it is about code that hardly ever runs: its findings are shown where that is known, and nowhere else.
    fn is_about_cold_code(&self) -> bool {
        false
    }

    /// Looks at one node.
    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>);
}
