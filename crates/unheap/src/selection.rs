//! Which findings are meant: by rule, path, tier, heat and cost. What the command line says counts more than `unheap.toml`.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use rules::{Finding, Heat, Settings, Tier};
use source::System;

use crate::analysis::Analysis;
use crate::args::SelectArgs;
use crate::config::{Config, RuleChoice};
use crate::pages::unknown_rule;

/// What the command line asks for.
pub(crate) struct Selection<'a> {
    args: &'a SelectArgs,
    /// The rules that are named, beside all; none if none is.
    named: Option<Vec<bool>>,
    /// The rules that are excluded, beside all.
    excluded: Vec<bool>,
}

/// What is asked for in one module.
pub(crate) struct Scope<'a> {
    selection: &'a Selection<'a>,
    config: Config,
    /// The folder that paths are relative to, if they are.
    dir: PathBuf,
    module: PathBuf,
    /// The Go version that is judged for.
    go: (u32, u32),
}

impl<'a> Selection<'a> {
    /// What the command line asks for; an error names a rule that there is not.
    pub(crate) fn new(args: &'a SelectArgs) -> Result<Self, String> {
        let beside = |names: &[String]| -> Result<Vec<bool>, String> {
            let mut among = vec![false; rules::all().len()];
            for name in names {
                among[rules::position(name).ok_or_else(|| unknown_rule(name))?] = true;
            }
            Ok(among)
        };
        let named = (!args.rule.is_empty()).then(|| beside(&args.rule)).transpose()?;
        Ok(Self { args, named, excluded: beside(&args.exclude_rule)? })
    }

    /// What is asked for in a module; an error is a fault in its configuration.
    pub(crate) fn scope(
        &'a self,
        system: &dyn System,
        analysis: &Analysis,
    ) -> Result<Scope<'a>, String> {
        let (dir, module) = (analysis.dir().to_path_buf(), analysis.module().to_path_buf());
        let config = if self.args.no_config {
            Config::default()
        } else {
            let file = self.args.config.as_ref().map(|file| dir.join(file));
            let shown = |path: &Path| analysis.relative(path).display().to_string();
            Config::load(system, &module, file.as_deref(), shown)?
        };
        let go = (1, analysis.build.toolchain.minor());
        Ok(Scope { selection: self, config, dir, module, go })
    }

    fn is_named(&self, rule: usize) -> bool {
        self.named.as_ref().is_some_and(|named| named[rule])
    }
}

impl Scope<'_> {
    /// What the rules are to look for.
    pub(crate) fn settings(&self) -> Settings {
        let Selection { args, named, excluded } = self.selection;
        let wanted = |rule| match named {
            Some(named) => named[rule],
            None => self.config.rule_anywhere(rule).any(|choice| choice != RuleChoice::Off),
        };
        let enabled: Vec<bool> =
            (0..rules::all().len()).map(|rule| !excluded[rule] && wanted(rule)).collect();
        Settings {
            tests: args.tests,
            generated: args.generated,
            tiers: self.tiers(&enabled),
            enabled,
            ..Settings::new(self.go)
        }
    }

    /// The tiers that are looked for. Whether a finding of the tier `profile` is shown is known when all packages are.
    fn tiers(&self, enabled: &[bool]) -> Vec<Tier> {
        let is_specialty = |rule: usize| rules::all()[rule].meta().tier == Tier::Specialty;
        let mut asked = (0..enabled.len()).filter(|&rule| enabled[rule] && is_specialty(rule));
        let specialty = self.selection.args.all
            || self.config.tiers.as_ref().is_some_and(|tiers| tiers.contains(&Tier::Specialty))
            || asked.any(|rule| {
                let mut choices = self.config.rule_anywhere(rule);
                self.selection.is_named(rule)
                    || choices.any(|choice| matches!(choice, RuleChoice::Tier(_)))
            });
        let specialty = specialty.then_some(Tier::Specialty);
        [Tier::Always, Tier::Profile].into_iter().chain(specialty).collect()
    }

    /// Whether anything is reported in a file.
    pub(crate) fn reports_on(&self, path: &Path) -> bool {
        self.config.reports_on(&self.below_module(path))
    }

    /// Whether a finding is meant, once its heat is known. It gets the tier that is asked for.
    pub(crate) fn admits(&self, finding: &mut Finding) -> bool {
        let path = self.below_module(&finding.path);
        let Some(rule) = rules::position(finding.code) else { return false };
        match self.config.rule(rule, &path) {
            Some(RuleChoice::Off) if self.selection.named.is_none() => return false,
            Some(RuleChoice::Tier(tier)) => finding.tier = tier,
            Some(RuleChoice::On | RuleChoice::Off) | None => {}
        }
        self.config.reports_on(&path)
            && self.config.is_worth_it(finding, &path)
            && (self.selection.args.all || self.is_shown(finding, rule))
    }

    /// Whether the tier of a finding is shown without `--all`.
    fn is_shown(&self, finding: &Finding, rule: usize) -> bool {
        let named = self.selection.is_named(rule);
        let listed = |tier| self.config.tiers.as_ref().map(|tiers| tiers.contains(&tier));
        if listed(finding.tier) == Some(false) && !named {
            return false;
        }
        let is_cold = finding.hotness.level == Heat::Cold;
        match finding.tier {
            Tier::Always | Tier::Profile if rules::all()[rule].is_about_cold_code() => is_cold,
            Tier::Always => !is_cold,
            Tier::Profile => finding.hotness.level == Heat::Hot,
            Tier::Specialty => named || listed(Tier::Specialty) == Some(true),
        }
    }

    /// A path as configurations have it.
    fn below_module(&self, path: &Path) -> String {
        let whole = self.dir.join(path);
        let below = whole.strip_prefix(&self.module).unwrap_or(&whole);
        below.to_string_lossy().replace(MAIN_SEPARATOR, "/")
    }
}
