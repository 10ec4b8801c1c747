//! Which findings are meant: by rule, by tier, by heat.

use rules::{Finding, Heat, Settings, Tier};

use crate::analysis::Analysis;
use crate::args::SelectArgs;
use crate::pages::unknown_rule;

/// Which findings are meant.
pub(crate) struct Selection<'a> {
    args: &'a SelectArgs,
    /// Beside the rules.
    enabled: Vec<bool>,
}

impl<'a> Selection<'a> {
    /// What the command line asks for; an error names a rule that there is not.
    pub(crate) fn new(args: &'a SelectArgs) -> Result<Self, String> {
        let position = |name: &String| rules::position(name).ok_or_else(|| unknown_rule(name));
        let mut enabled = vec![args.rule.is_empty(); rules::all().len()];
        for name in &args.rule {
            enabled[position(name)?] = true;
        }
        for name in &args.exclude_rule {
            enabled[position(name)?] = false;
        }
        Ok(Self { args, enabled })
    }

    /// What the rules are to look for in the packages of a module.
    pub(crate) fn settings(&self, analysis: &Analysis) -> Settings {
        Settings {
            tests: self.args.tests,
            generated: self.args.generated,
            enabled: self.enabled.clone(),
            tiers: self.tiers(),
            ..Settings::new((1, analysis.build.toolchain.minor()))
        }
    }

    /// The tiers that are looked for. Whether a finding of the tier `profile` is shown is known when all packages are.
    fn tiers(&self) -> Vec<Tier> {
        let specialty = self.args.all.then_some(Tier::Specialty);
        [Tier::Always, Tier::Profile].into_iter().chain(specialty).collect()
    }

    /// Whether a finding is meant, once its heat is known.
    pub(crate) fn is_shown(&self, finding: &Finding) -> bool {
        self.args.all
            || match finding.tier {
                Tier::Always => finding.hotness.level != Heat::Cold,
                Tier::Profile => finding.hotness.level == Heat::Hot,
                Tier::Specialty => false,
            }
    }
}
