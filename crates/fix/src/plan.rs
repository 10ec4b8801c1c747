//! What a rule wants changed.

use source::{Edit, Span};

/// How far a fix can be trusted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Applicability {
    /// Keeps what the program does.
    Safe,
    /// May change it, in a way that the title or the rule's page names.
    Unsafe,
    /// Shown, never applied without a look.
    Suggestion,
}

impl Applicability {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Suggestion => "suggestion",
        }
    }
}

/// A change to one file as a rule states it: the edits, and the packages that their text refers
/// to. What becomes of the import declarations is worked out by [`complete`](crate::complete).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// What it does, as a command: `Build the string with a strings.Builder`.
    pub title: String,
    /// Replacements, in any order, none of which touches an import declaration.
    pub edits: Vec<Edit>,
    /// Import paths of the packages that the edits' text refers to.
    pub imports: Vec<&'static str>,
}

impl Plan {
    /// A plan without edits.
    #[must_use]
    pub fn new(applicability: Applicability, title: impl Into<String>) -> Self {
        Self { applicability, title: title.into(), edits: Vec::new(), imports: Vec::new() }
    }

    /// Replaces the bytes of `span`.
    pub fn replace(&mut self, span: Span, text: impl Into<String>) {
        self.edits.push(Edit { span, text: text.into() });
    }

    /// Inserts before the byte at `at`.
    pub fn insert(&mut self, at: u32, text: impl Into<String>) {
        self.replace(Span::new(at, at), text);
    }

    /// Removes the bytes of `span`.
    pub fn remove(&mut self, span: Span) {
        self.replace(span, "");
    }

    /// Notes that the text of an edit refers to a package.
    pub fn needs(&mut self, path: &'static str) {
        if !self.imports.contains(&path) {
            self.imports.push(path);
        }
    }
}
