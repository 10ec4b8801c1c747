//! What holds of what the seed claims.

use super::Outcome;
use super::scenario::{Claim, Scenario};

/// What measurements say of a claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// True on all versions that tell.
    Holds,
    /// True on none, and since which version, where that is known.
    False(Option<String>),
    /// No longer true from a release of Go on.
    FalseSince(u32),
    /// True from a release of Go on.
    HoldsSince(u32),
    /// On some it is, on others not, in no order or by nothing but time, which changes with what else the machine does.
    Mixed,
    /// No version that was measured tells.
    Unknown,
}

impl Verdict {
    pub(super) fn of(claim: &Claim, scenario: &Scenario, outcomes: &[Outcome]) -> Self {
        let Some(at) = scenario.measure_of(claim) else { return Self::Unknown };
        let mut by_time = false;
        let answers: Vec<(u32, bool)> = outcomes
            .iter()
            .filter_map(|outcome| {
                let measured = outcome.measured.get(at)?.as_ref()?;
                by_time |= claim.holds_if.hangs_on_time(measured);
                Some((outcome.go, claim.holds_if.missed(measured).is_empty()))
            })
            .collect();
        match Self::from_answers(&answers, claim.since.as_deref()) {
            Self::FalseSince(_) | Self::HoldsSince(_) if by_time => Self::Mixed,
            verdict => verdict,
        }
    }

    /// From what versions of Go say, the oldest first.
    fn from_answers(answers: &[(u32, bool)], since: Option<&str>) -> Self {
        let [(_, first), ..] = answers else { return Self::Unknown };
        let changed = answers.iter().position(|(_, answer)| answer != first);
        match changed {
            None if *first => Self::Holds,
            None => Self::False(since.map(str::to_owned)),
            Some(at) if answers[at..].iter().any(|(_, answer)| answer == first) => Self::Mixed,
            Some(at) if *first => Self::FalseSince(answers[at].0),
            Some(at) => Self::HoldsSince(answers[at].0),
        }
    }

    /// In words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Holds => "holds".to_owned(),
            Self::False(None) => "false".to_owned(),
            Self::False(Some(version)) => format!("false since Go {version}"),
            Self::FalseSince(release) => format!("false since Go 1.{release}"),
            Self::HoldsSince(release) => format!("holds since Go 1.{release}"),
            Self::Mixed => "within what runs differ by".to_owned(),
            Self::Unknown => "not measured".to_owned(),
        }
    }
}

/// The verdict on all that is claimed of a scenario; the first claim is the main one.
pub(super) fn overall(verdicts: &[Verdict]) -> String {
    match verdicts {
        [] => Verdict::Unknown.words(),
        all if all.iter().all(|verdict| *verdict == Verdict::Holds) => Verdict::Holds.words(),
        [Verdict::Holds, ..] => "weaker than told".to_owned(),
        [first, rest @ ..] if rest.contains(&Verdict::Holds) => {
            format!("{}; the rest holds", first.words())
        }
        [first, ..] => first.words(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_say_since_when() {
        let of = |answers: &[bool], since| {
            let answers: Vec<(u32, bool)> = (23..).zip(answers.iter().copied()).collect();
            Verdict::from_answers(&answers, since).words()
        };
        assert_eq!(of(&[true, true], None), "holds");
        assert_eq!(of(&[false, false], None), "false");
        assert_eq!(of(&[false, false], Some("1.22")), "false since Go 1.22");
        assert_eq!(of(&[true, true, false], None), "false since Go 1.25");
        assert_eq!(of(&[false, true, true], None), "holds since Go 1.24");
        assert_eq!(of(&[true, false, true], None), "within what runs differ by");
        assert_eq!(of(&[], None), "not measured");
    }

    #[test]
    fn the_first_claim_is_the_main_one() {
        let (holds, wrong) = (Verdict::Holds, Verdict::False(None));
        assert_eq!(overall(&[holds.clone(), holds.clone()]), "holds");
        assert_eq!(overall(&[holds.clone(), wrong.clone()]), "weaker than told");
        assert_eq!(overall(&[wrong.clone(), holds]), "false; the rest holds");
        assert_eq!(overall(&[wrong]), "false");
    }
}
