//! What a finding is known by when the code around it changes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// Bytes of an expression that are kept as they are. Of what is longer, such as a function literal, the rest is a number.
const LONGEST: usize = 120;

/// What a finding is known by: neither its line nor its file, so that it stays the same where code moves. Findings that are
/// alike in a function have the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The code of the rule.
    pub rule: String,
    /// The function, as profiles name it.
    pub function: String,
    /// The text that the finding is about, each run of white space in it as one space.
    pub expression: String,
}

impl Identity {
    /// What a finding is known by; `source` is the text of its file, where it can be had.
    #[must_use]
    pub fn new(finding: &Finding, source: Option<&[u8]>) -> Self {
        let text = source.and_then(|source| source.get(finding.span().range())).unwrap_or_default();
        let text = String::from_utf8_lossy(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        Self {
            rule: finding.code.to_owned(),
            function: finding.function.clone(),
            expression: shortened(words.join(" ")),
        }
    }

    /// A number for it that is the same in every version of the program, in hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        hash(&format!("{}\0{}\0{}", self.rule, self.function, self.expression))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}: {}", self.rule, self.function, self.expression)
    }
}

fn shortened(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let cut = (0..=LONGEST).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    format!("{}… {}", &text[..cut], hash(&text))
}

/// FNV-1a, 64 bits: short, and the same everywhere.
fn hash(text: &str) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_differ_by_their_ends() {
        let (one, other) = ("é".repeat(100) + "a", "é".repeat(100) + "b");
        assert_ne!(shortened(one.clone()), shortened(other));
        assert!(shortened(one).starts_with("éé"));
        assert_eq!(shortened("s += p".to_owned()), "s += p");
    }

    #[test]
    fn hashes_are_those_of_the_definition() {
        assert_eq!(hash(""), "cbf29ce484222325");
        assert_eq!(hash("a"), "af63dc4c8601ec8c");
        assert_eq!(hash("foobar"), "85944171f73967e8");
    }
}
