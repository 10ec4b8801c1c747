//! Files that belong to a package and were not checked with it, but may use what it declares.

use source::{Name, Text};

use crate::context::Context;

/// Files that belong to a package and were not checked with it: its tests, where these were not asked for, and what is built
/// for other targets only.
#[derive(Clone, Default, Debug)]
pub struct Unseen {
    /// The text of its tests.
    pub tests: Vec<Text>,
    /// Whether there are files of which nothing is known but that they are there.
    pub others: bool,
}

impl Unseen {
    /// Whether any of them may use something of this name: the word stands in one, be it in a comment.
    #[must_use]
    pub fn may_name(&self, name: &str) -> bool {
        self.others || self.tests.iter().any(|text| has_word(text, name.as_bytes()))
    }
}

/// Whether a word stands in a text, not as a part of a longer one.
fn has_word(text: &[u8], word: &[u8]) -> bool {
    // What is not ASCII may be a letter.
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memmem::find(rest, word)) {
        let (start, end) = (at + found, at + found + word.len());
        let begins =
            start.checked_sub(1).and_then(|before| text.get(before)).is_none_or(|b| !is_letter(b));
        if begins && text.get(end).is_none_or(|b| !is_letter(b)) {
            return true;
        }
        at = start + 1;
    }
    false
}

impl Context<'_> {
    /// Whether files of the package that were not checked may use something that it declares, by name.
    pub(crate) fn may_be_named_unseen(&self, name: Name) -> bool {
        self.package.unseen.may_name(name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        for (text, name, expected) in [
            ("x := newID(1)", "newID", true),
            ("newID", "newID", true),
            ("x := renewID(newIDs, newID_, änewID)", "newID", false),
            ("renewID newID", "newID", true),
            ("// newID", "newID", true),
            ("", "newID", false),
        ] {
            let unseen = Unseen { tests: vec![Text::from(text)], others: false };
            assert_eq!(unseen.may_name(name), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_may_name_all() {
        assert!(!Unseen::default().may_name("x"));
        assert!(Unseen { tests: Vec::new(), others: true }.may_name("x"));
    }
}
