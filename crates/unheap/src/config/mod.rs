//! `unheap.toml`: what a module wants reported.

mod glob;
mod read;

use std::path::Path;

use rules::{Allocates, Finding, Tier};
use source::{EntryKind, System};

use glob::Glob;

/// Its name, beside go.mod.
const NAME: &str = "unheap.toml";

/// What a module wants reported. By default all that the rules want shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Config {
    /// The tiers that are reported, if not as the command line says.
    pub(crate) tiers: Option<Vec<Tier>>,
    /// Only these paths, if there are any.
    include: Vec<Glob>,
    /// Not these paths.
    exclude: Vec<Glob>,
    /// For the whole module.
    choice: Choice,
    /// For some paths of it; of several the last one counts.
    overrides: Vec<Override>,
}

/// What is wanted of rules.
#[derive(Clone, PartialEq, Debug, Default)]
struct Choice {
    /// For all rules that are not named.
    all: Option<bool>,
    /// By the place of the rule among all.
    rules: Vec<(usize, RuleChoice)>,
    thresholds: Thresholds,
}

/// What is wanted of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RuleChoice {
    /// Nothing.
    Off,
    /// Its findings.
    On,
    /// Its findings, as those of a tier.
    Tier(Tier),
}

/// What a finding costs at least, to be reported. Costs that are not known are not held against these.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Thresholds {
    /// Bytes for each call or turn.
    bytes: Option<u64>,
    /// Objects for each call or turn.
    objects: Option<u32>,
}

/// What is wanted for some paths.
#[derive(Clone, PartialEq, Debug)]
struct Override {
    paths: Vec<Glob>,
    choice: Choice,
}

impl Config {
    /// The configuration of the module in a folder: what stands beside its go.mod, or `file`. The error is for people, with
    /// the place of each fault.
    pub(crate) fn load(
        system: &dyn System,
        module: &Path,
        file: Option<&Path>,
        shown: impl Fn(&Path) -> String,
    ) -> Result<Self, String> {
        let beside = module.join(NAME);
        let path = file.unwrap_or(&beside);
        if file.is_none() && system.kind(path) != Some(EntryKind::File) {
            return Ok(Self::default());
        }
        let name = shown(path);
        let bytes = system.read(path).map_err(|error| format!("{name}: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("{name}: this is not UTF-8"))?;
        read::read(&text).map_err(|faults| {
            let lines = faults.iter().map(|fault| format!("{name}:{fault}"));
            lines.collect::<Vec<_>>().join("\n")
        })
    }

    /// Whether findings in a file are reported; the path is below the module's folder, with `/`.
    pub(crate) fn reports_on(&self, path: &str) -> bool {
        let among = |globs: &[Glob]| globs.iter().any(|glob| glob.matches(path));
        (self.include.is_empty() || among(&self.include)) && !among(&self.exclude)
    }

    /// What is wanted of a rule in a file; none where nothing is said.
    pub(crate) fn rule(&self, rule: usize, path: &str) -> Option<RuleChoice> {
        self.choices(path).filter_map(|choice| choice.rule(rule)).last()
    }

    /// What is wanted of a rule anywhere.
    pub(crate) fn rule_anywhere(&self, rule: usize) -> impl Iterator<Item = RuleChoice> {
        let choices = std::iter::once(&self.choice).chain(self.overrides.iter().map(|o| &o.choice));
        let base = self.choice.rule(rule).is_none().then_some(RuleChoice::On);
        base.into_iter().chain(choices.filter_map(move |choice| choice.rule(rule)))
    }

    /// Whether a finding costs enough to be reported in its file.
    pub(crate) fn is_worth_it(&self, finding: &Finding, path: &str) -> bool {
        if finding.allocates == Allocates::Never {
            return true;
        }
        let bytes = self.choices(path).filter_map(|c| c.thresholds.bytes).last();
        let objects = self.choices(path).filter_map(|c| c.thresholds.objects).last();
        let enough = finding.cost.bytes.zip(bytes).is_none_or(|(bytes, least)| bytes >= least);
        enough && objects.is_none_or(|least| finding.cost.objects >= least)
    }

    /// What is said of a file, the more special later.
    fn choices(&self, path: &str) -> impl Iterator<Item = &Choice> {
        let special = self.overrides.iter();
        let special = special.filter(move |o| o.paths.iter().any(|glob| glob.matches(path)));
        std::iter::once(&self.choice).chain(special.map(|o| &o.choice))
    }
}

impl Choice {
    fn rule(&self, rule: usize) -> Option<RuleChoice> {
        let named = self.rules.iter().find(|(named, _)| *named == rule).map(|(_, choice)| *choice);
        named.or(self.all.map(|all| if all { RuleChoice::On } else { RuleChoice::Off }))
    }
}
