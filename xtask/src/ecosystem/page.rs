//! docs/ecosystem.md

use std::fmt::Write as _;

use super::{Outcome, Tally, rules_of};
use crate::toolchain::Go;

/// The table of all modules, and that of all rules.
pub(crate) fn page(go: &Go, outcomes: &[Outcome]) -> String {
    let mut page = format!(
        "# Fixes in real modules\n\nWritten by `cargo xtask ecosystem --write`, with Go {}. Every safe fix \
         (`unheap fix --all ./...`) is applied to a copy of each module, in rounds until none is left. The copy builds, vets and \
         is formatted as it was before, and the tests that passed before pass: what does not is a failure.\n\n\
         | module | findings | safe fixes | packages tested | failures |\n|---|---:|---:|---:|---:|\n",
        go.name()
    );
    let sum = |rules: &mut dyn Iterator<Item = &Tally>| {
        rules.fold((0, 0), |(findings, safe), tally| (findings + tally.findings, safe + tally.safe))
    };
    for outcome in outcomes {
        let (findings, safe) = sum(&mut outcome.rules.values());
        let Outcome { module, tested, failures, .. } = outcome;
        let _ =
            writeln!(page, "| {module} | {findings} | {safe} | {tested} | {} |", failures.len());
    }
    page.push_str("\n| rule | findings | safe fixes | failures |\n|---|---:|---:|---:|\n");
    for rule in rules_of(outcomes) {
        let of_rule = || outcomes.iter().filter_map(|outcome| outcome.rules.get(rule));
        let (findings, safe) = sum(&mut of_rule());
        let failures: usize = of_rule().map(|tally| tally.failures.len()).sum();
        let _ = writeln!(page, "| {rule} | {findings} | {safe} | {failures} |");
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.failures.is_empty());
    for outcome in failed {
        let _ = writeln!(page, "\n{}:\n", outcome.module);
        for failure in &outcome.failures {
            let _ = writeln!(page, "- {failure}");
        }
    }
    page
}
