//! Versions of Go, and semantic versions of modules.

use std::cmp::Ordering;
use std::fmt;

/// How finished a Go release is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
enum Stage {
    #[default]
    Release,
    Alpha,
    Beta,
    Candidate,
}

/// A version of Go: a language version (`1.22`) or a release (`1.22.3`, `1.22rc1`).
///
/// Ordered as the go command orders them: a language version comes before its
/// candidates, and these before its first release (`1.22 < 1.22rc1 < 1.22.0`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GoVersion {
    major: u32,
    minor: u32,
    patch: Option<u32>,
    stage: Stage,
    stage_number: u32,
}

impl GoVersion {
    /// The language version `1.minor`.
    #[must_use]
    pub const fn language_of(minor: u32) -> Self {
        Self { major: 1, minor, patch: None, stage: Stage::Release, stage_number: 0 }
    }

    /// Reads `1.22`, `1.22.3` or `1.22rc1`, with or without `go` before it. A
    /// suffix that a vendor added (`-custom`, ` X:exp`) is left out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix("go").unwrap_or(text);
        let text = text.split(['-', '+', ' ']).next().unwrap_or(text);
        let (major, rest) = number(text)?;
        let Some(rest) = rest.strip_prefix('.') else {
            let patch = Some(0);
            let whole = Self { major, minor: 0, patch, stage: Stage::Release, stage_number: 0 };
            return rest.is_empty().then_some(whole);
        };
        let (minor, rest) = number(rest)?;
        let mut version =
            Self { major, minor, patch: None, stage: Stage::Release, stage_number: 0 };
        if let Some(rest) = rest.strip_prefix('.') {
            let (patch, rest) = number(rest)?;
            version.patch = Some(patch);
            return rest.is_empty().then_some(version);
        }
        if rest.is_empty() {
            // Before Go 1.21 the first release of a language had no third number.
            if (major, minor) < (1, 21) {
                version.patch = Some(0);
            }
            return Some(version);
        }
        let (stage, rest) =
            [("alpha", Stage::Alpha), ("beta", Stage::Beta), ("rc", Stage::Candidate)]
                .into_iter()
                .find_map(|(word, stage)| Some((stage, rest.strip_prefix(word)?)))?;
        let (stage_number, rest) = number(rest)?;
        version.stage = stage;
        version.stage_number = stage_number;
        rest.is_empty().then_some(version)
    }

    /// The second number: 22 of `1.22.3`.
    #[must_use]
    pub const fn minor(self) -> u32 {
        self.minor
    }

    /// The first two numbers: `(1, 22)` of `1.22.3`.
    #[must_use]
    pub const fn pair(self) -> (u32, u32) {
        (self.major, self.minor)
    }

    /// The third number, where there is one: 3 of `1.22.3`.
    #[must_use]
    pub const fn patch(self) -> Option<u32> {
        self.patch
    }

    /// The language that the version speaks: `1.22` of `1.22.3`.
    #[must_use]
    pub const fn language(self) -> Self {
        Self { patch: None, stage: Stage::Release, stage_number: 0, ..self }
    }

    /// Whether the language is `1.minor` or later.
    #[must_use]
    pub fn at_least(self, minor: u32) -> bool {
        (self.major, self.minor) >= (1, minor)
    }
}

impl fmt::Display for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        match self.patch {
            Some(0) if (self.major, self.minor) < (1, 21) => {}
            Some(patch) => write!(f, ".{patch}")?,
            None => {}
        }
        match self.stage {
            Stage::Release => Ok(()),
            Stage::Alpha => write!(f, "alpha{}", self.stage_number),
            Stage::Beta => write!(f, "beta{}", self.stage_number),
            Stage::Candidate => write!(f, "rc{}", self.stage_number),
        }
    }
}

/// The decimal number at the start of `text`, without leading zeros, and the rest.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().ok()?, rest))
}

/// A semantic version, cut into its parts.
struct Semantic<'a> {
    numbers: [&'a str; 3],
    pre_release: &'a str,
}

impl<'a> Semantic<'a> {
    /// Reads `v1`, `v1.2` or `v1.2.3-pre+build`; `None` where it is not one.
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix('v')?;
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        let (core, pre) = match text.split_once('-') {
            Some((core, pre)) => (core, Some(pre)),
            None => (text, None),
        };
        let mut numbers = ["0"; 3];
        let mut count = 0;
        for part in core.split('.') {
            *numbers.get_mut(count)? = plain_number(part)?;
            count += 1;
        }
        if count < 3 && (pre.is_some() || build.is_some()) {
            return None;
        }
        if build.is_some_and(|b| !identifiers(b)) {
            return None;
        }
        if let Some(pre) = pre {
            let numeric = |i: &str| i.bytes().all(|b| b.is_ascii_digit());
            let padded = |i: &str| i.len() > 1 && i.starts_with('0') && numeric(i);
            if !identifiers(pre) || pre.split('.').any(padded) {
                return None;
            }
        }
        Some(Self { numbers, pre_release: pre.unwrap_or("") })
    }
}

/// `text` if it is a decimal number without leading zeros.
fn plain_number(text: &str) -> Option<&str> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (digits && (text.len() == 1 || !text.starts_with('0'))).then_some(text)
}

/// Whether `text` is a list of identifiers with dots between them.
fn identifiers(text: &str) -> bool {
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.split('.').all(word)
}

/// Numbers as text: the longer is the greater, without a limit of size.
fn compare_numbers(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn compare_pre_releases(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        // A release comes after its own pre-releases.
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (x, y) = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => (x, y),
        };
        let numeric = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let order = match (numeric(x), numeric(y)) {
            (true, true) => compare_numbers(x, y),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => x.cmp(y),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Whether `text` is a semantic version with its `v`.
#[must_use]
pub fn is_semantic(text: &str) -> bool {
    Semantic::parse(text).is_some()
}

/// The order of two semantic versions; what is not a version comes first.
#[must_use]
pub fn compare_semantic(a: &str, b: &str) -> Ordering {
    match (Semantic::parse(a), Semantic::parse(b)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(x), Some(y)) => {
            let mut order = Ordering::Equal;
            for (m, n) in x.numbers.iter().zip(y.numbers) {
                order = order.then_with(|| compare_numbers(m, n));
            }
            order.then_with(|| compare_pre_releases(x.pre_release, y.pre_release))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_versions_are_ordered() {
        let sorted = [
            "1.9", "1.20", "1.20.1", "1.21", "1.21rc1", "1.21rc2", "1.21.0", "1.21.10", "1.27",
            "1.27.3",
        ];
        let parsed: Vec<_> = sorted.iter().map(|v| GoVersion::parse(v).unwrap()).collect();
        assert!(parsed.is_sorted());
        for (text, version) in sorted.iter().zip(&parsed) {
            assert_eq!(version.to_string(), *text);
        }
        assert_eq!(GoVersion::parse("go1.22.1-custom"), GoVersion::parse("1.22.1"));
        assert_eq!(GoVersion::parse("go1.22.1 X:jsonv2"), GoVersion::parse("1.22.1"));
        for bad in ["", "go", "1.", "1.x", "1.022", "1.2.3.4", "1.21beta", "99999999999.1"] {
            assert_eq!(GoVersion::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn semantic_versions_are_ordered() {
        let sorted = [
            "v0.0.0-20190101000000-abcdefabcdef",
            "v0.0.0",
            "v0.9.9",
            "v1.0.0-alpha",
            "v1.0.0-alpha.1",
            "v1.0.0-alpha.beta",
            "v1.0.0-beta.2",
            "v1.0.0-beta.11",
            "v1.0.0",
            "v1.0.1-0.20200101000000-abcdefabcdef",
            "v1.10.0",
            "v2.0.0+incompatible",
        ];
        for pair in sorted.windows(2) {
            assert_eq!(compare_semantic(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(compare_semantic("v1", "v1.0.0"), Ordering::Equal);
        for bad in ["1.0.0", "v1.0.0-", "v01.0.0", "v1.0.0-01", "v1.2.3.4", "v1-pre", "v"] {
            assert!(!is_semantic(bad), "{bad}");
        }
    }
}
