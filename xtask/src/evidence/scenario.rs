//! What examples/scenarios/*/scenario.toml says: what is claimed of a scenario, what is measured, and what has to hold.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::timing::Figures;

/// A scenario.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    pub(super) number: u32,
    /// In Markdown.
    pub(super) title: String,
    /// The code of the rule that finds it.
    pub(super) rule: String,
    /// Files in which the rule reports something at default settings.
    pub(super) found: Vec<String>,
    /// The first release of Go for which it does: 24 is Go 1.24.
    #[serde(default)]
    pub(super) found_from: u32,
    /// Files in which there is nothing to gain, and the rule says nothing.
    #[serde(default)]
    pub(super) quiet: Vec<String>,
    /// Words that the help of a finding has.
    #[serde(default)]
    pub(super) help: Vec<String>,
    /// What a reader should know besides, in Markdown.
    #[serde(default)]
    pub(super) note: String,
    #[serde(rename = "measure")]
    pub(super) measures: Vec<Measure>,
    #[serde(rename = "claim")]
    pub(super) claims: Vec<Claim>,
    /// The folder's path.
    #[serde(skip)]
    pub(super) dir: PathBuf,
}

/// A benchmark, before and after.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Measure {
    /// What one turn of it does, in Markdown.
    pub(super) name: String,
    pub(super) benchmark: String,
    /// The folder that it is run in before.
    #[serde(default = "whole")]
    pub(super) before: String,
    /// What is run after, in the order of preference; nothing where there is nothing to compare.
    #[serde(default)]
    pub(super) after: Vec<Remedy>,
    /// The first release of Go that has what the remedy needs: 24 is Go 1.24.
    #[serde(default)]
    pub(super) from: u32,
    /// `GOMAXPROCS`, if not that of the machine.
    pub(super) processors: Option<u32>,
    /// What has to hold from [`FLOORS_FROM`](super::FLOORS_FROM) on.
    pub(super) floor: Option<Condition>,
}

fn whole() -> String {
    ".".to_owned()
}

/// How code is repaired.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(super) enum Remedy {
    /// By `unheap fix`, with `--unsafe` or without.
    Fix { unsafe_too: bool },
    /// By a person: the package of this folder.
    Folder(String),
}

impl From<String> for Remedy {
    fn from(text: String) -> Self {
        match text.as_str() {
            "fix" => Self::Fix { unsafe_too: false },
            "fix --unsafe" => Self::Fix { unsafe_too: true },
            _ => Self::Folder(text),
        }
    }
}

impl Remedy {
    /// What it is called in a table.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Fix { unsafe_too: false } => "`unheap fix`",
            Self::Fix { unsafe_too: true } => "`unheap fix --unsafe`",
            Self::Folder(folder) if folder == "after" => "by hand",
            Self::Folder(_) => "as advised",
        }
    }
}

/// Something that the seed says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claim {
    /// In Markdown.
    pub(super) says: String,
    /// The name of the measure that tells.
    pub(super) measure: String,
    pub(super) holds_if: Condition,
    /// The version of Go since which it does not hold, where that is older than what is measured.
    pub(super) since: Option<String>,
}

/// What is asked of a measurement. What is not set is not asked.
#[derive(Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Condition {
    /// At most as many allocations after.
    allocs: Option<u64>,
    /// At least as many allocations after.
    allocs_at_least: Option<u64>,
    allocs_fall: bool,
    bytes_fall: bool,
    /// At least as many times as fast.
    times: Option<f64>,
    /// At most as much after of what the benchmark reports under a name.
    metric: Option<(String, f64)>,
    /// At least as many allocations before.
    before_allocs: Option<u64>,
    before_allocs_at_most: Option<u64>,
    /// At least as much before of what the benchmark reports under a name.
    before_metric: Option<(String, f64)>,
}

/// The figures of a measure.
pub(super) struct Measured {
    pub(super) before: Figures,
    pub(super) after: Option<After>,
    /// How often each side ran.
    pub(super) rounds: u32,
}

/// What was measured after.
pub(super) struct After {
    pub(super) remedy: Remedy,
    pub(super) figures: Figures,
    /// How many times as fast, side by side.
    pub(super) times: f64,
}

impl Condition {
    /// What does not hold, in words; nothing if all does.
    pub(super) fn missed(&self, measured: &Measured) -> Vec<String> {
        let mut missed = Vec::new();
        let mut ask = |holds: bool, what: String| {
            if !holds {
                missed.push(what);
            }
        };
        let before = &measured.before;
        let metric = |figures: &Figures, name: &str| figures.metrics.get(name).copied();
        if let Some(allocs) = self.before_allocs {
            ask(before.allocs >= allocs, format!("{} allocs/op before", before.allocs));
        }
        if let Some(allocs) = self.before_allocs_at_most {
            ask(before.allocs <= allocs, format!("{} allocs/op before", before.allocs));
        }
        if let Some((name, least)) = &self.before_metric {
            let value = metric(before, name);
            ask(value.is_some_and(|value| value >= *least), format!("{value:?} {name} before"));
        }
        let Some(After { figures: after, times, .. }) = &measured.after else {
            ask(!self.needs_after(), "nothing is measured after".to_owned());
            return missed;
        };
        if let Some(allocs) = self.allocs {
            ask(after.allocs <= allocs, format!("{} allocs/op, not {allocs}", after.allocs));
        }
        if let Some(allocs) = self.allocs_at_least {
            ask(after.allocs >= allocs, format!("{} allocs/op, not {allocs}", after.allocs));
        }
        if self.allocs_fall {
            let what = format!("{} allocs/op, as many as {}", after.allocs, before.allocs);
            ask(after.allocs < before.allocs, what);
        }
        if self.bytes_fall {
            let what = format!("{} B/op, as many as {}", after.bytes, before.bytes);
            ask(after.bytes < before.bytes, what);
        }
        if let Some(least) = self.times {
            ask(*times >= least, format!("{times:.1} times as fast, not {least}"));
        }
        if let Some((name, most)) = &self.metric {
            let value = metric(after, name);
            ask(value.is_some_and(|value| value <= *most), format!("{value:?} {name}"));
        }
        missed
    }

    /// Whether it asks for more than figures before.
    fn needs_after(&self) -> bool {
        self.allocs.is_some()
            || self.allocs_at_least.is_some()
            || self.allocs_fall
            || self.bytes_fall
            || self.times.is_some()
            || self.metric.is_some()
    }

    /// Whether it is only time that does not hold, which may be due to what else the machine does.
    pub(super) fn hangs_on_time(&self, measured: &Measured) -> bool {
        let without = Self { times: None, ..self.clone() };
        !self.missed(measured).is_empty() && without.missed(measured).is_empty()
    }

    /// The condition in words.
    pub(super) fn words(&self) -> String {
        let mut words = Vec::new();
        if let Some(allocs) = self.allocs {
            let exactly = if allocs == 0 { "" } else { "at most " };
            words.push(format!("{exactly}{allocs} allocs/op"));
        }
        if self.allocs_fall {
            words.push("fewer allocs/op".to_owned());
        }
        if self.bytes_fall {
            words.push("fewer B/op".to_owned());
        }
        if let Some(times) = self.times {
            words.push(format!("{times} × as fast"));
        }
        if let Some((name, most)) = &self.metric {
            words.push(format!("at most {most} {name}"));
        }
        words.join(", ")
    }
}

/// All scenarios, by number.
pub(super) fn load(examples: &Path) -> Result<Vec<Scenario>> {
    let mut scenarios = Vec::new();
    for entry in fs::read_dir(examples)? {
        let dir = entry?.path();
        let file = dir.join("scenario.toml");
        if file.is_file() {
            let text = fs::read_to_string(&file)?;
            let mut scenario: Scenario =
                toml::from_str(&text).with_context(|| format!("in {}", file.display()))?;
            scenario.dir = dir;
            scenario.validate().with_context(|| format!("in {}", file.display()))?;
            scenarios.push(scenario);
        }
    }
    scenarios.sort_by_key(|scenario| scenario.number);
    Ok(scenarios)
}

impl Scenario {
    /// The measure that a claim goes by.
    pub(super) fn measure_of(&self, claim: &Claim) -> Option<usize> {
        self.measures.iter().position(|measure| measure.name == claim.measure)
    }

    fn validate(&self) -> Result<()> {
        for claim in &self.claims {
            let measure = self.measure_of(claim).map(|at| &self.measures[at]);
            let measure = measure.with_context(|| format!("no measure `{}`", claim.measure))?;
            let after = !measure.after.is_empty();
            ensure!(after || !claim.holds_if.needs_after(), "`{}` has no `after`", measure.name);
        }
        for measure in &self.measures {
            let after = !measure.after.is_empty();
            ensure!(after || measure.floor.is_none(), "`{}` has no `after`", measure.name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::repository;

    #[test]
    fn all_scenarios_can_be_read() {
        let scenarios = load(&repository().join("examples/scenarios")).unwrap();
        let numbers: Vec<u32> = scenarios.iter().map(|scenario| scenario.number).collect();
        assert_eq!(numbers, (1..=18).collect::<Vec<u32>>());
        for scenario in &scenarios {
            let floors = scenario.measures.iter().filter(|measure| measure.floor.is_some());
            assert!(floors.count() > 0 && !scenario.claims.is_empty(), "{}", scenario.title);
        }
    }

    #[test]
    fn conditions_name_what_is_missed() {
        let figures = |time, bytes, allocs| Figures { time, bytes, allocs, ..Figures::default() };
        let after = After {
            remedy: Remedy::from("fix".to_owned()),
            figures: figures(50.0, 16, 1),
            times: 2.0,
        };
        let measured = Measured { before: figures(100.0, 48, 3), after: Some(after), rounds: 1 };
        let reads = |text: &str| toml::from_str::<Condition>(text).unwrap();
        assert!(reads("before_allocs = 3\nallocs = 1\ntimes = 2.0").missed(&measured).is_empty());
        assert!(reads("bytes_fall = true\nallocs_fall = true").missed(&measured).is_empty());
        assert_eq!(reads("allocs = 0").missed(&measured), ["1 allocs/op, not 0"]);
        assert_eq!(reads("metric = [\"open\", 1.0]").missed(&measured), ["None open"]);
        assert!(reads("allocs = 1\ntimes = 3.0").hangs_on_time(&measured));
        assert!(!reads("allocs = 0\ntimes = 3.0").hangs_on_time(&measured));
        assert!(!reads("times = 2.0").hangs_on_time(&measured));
    }
}
