//! docs/evidence.md

use std::fmt::Write as _;

use super::attempt::{Finding, SECOND_CHANCES};
use super::scenario::{Measured, Scenario};
use super::specialties;
use super::timing::{Effort, Figures};
use super::verdict::{self, Verdict};
use super::{EXAMPLES, FLOORS_FROM, Outcome};

/// The whole page.
pub(super) fn page(
    conditions: &str,
    effort: Effort,
    done: &[(Scenario, Vec<Outcome>)],
    specialties: &[specialties::Measured],
) -> String {
    let mut page = format!(
        "# Evidence\n\nWritten by `cargo xtask evidence --write` from [examples/scenarios](../examples/scenarios). {conditions}\n\n\
         Each scenario is a small service with a fault. `unheap check` has to find it at default settings; \
         `unheap fix --rule` is applied to a copy, which then builds, vets, is formatted and passes its tests; where the remedy \
         is for a person to choose, a package beside it has the code that one wrote. Benchmarks are run before and after, in turn, \
         in one run. Times are medians, allocations the smallest of all runs; how many times as fast it is, is the median over \
         the rounds. There are {} of them, and each run takes {} ms. Where nothing but a time misses its floor, up to {SECOND_CHANCES} \
         times as many rounds are added to the first, and the cell says so. What the seed claims is what the list of scenarios \
         that this project began with says. A version of Go that has no column here, as one since which a claim is false, is \
         known from Go's release notes and not measured.\n\nCells: time / B/op / allocs/op, before → after; how many times as \
         fast.\n\n",
        effort.rounds, effort.milliseconds
    );
    if !done.is_empty() {
        overview(&mut page, done);
        for (scenario, outcomes) in done {
            section(&mut page, scenario, outcomes, effort);
        }
    }
    if !specialties.is_empty() {
        page.push_str(
            "\n## Specialties and premature optimisations\n\nThe last column says how often a second it has to happen for what is \
             saved to be one hundredth of a processor, on the newest Go: below that, it is not worth what it costs to read.\n",
        );
        for measured in specialties {
            specialty(&mut page, measured);
        }
    }
    page
}

fn overview(page: &mut String, done: &[(Scenario, Vec<Outcome>)]) {
    let _ = writeln!(
        page,
        "| # | scenario | rule | what the seed says | floors from Go 1.{FLOORS_FROM} on |\n|---:|---|---|---|---|"
    );
    for (scenario, outcomes) in done {
        let verdicts = verdicts(scenario, outcomes);
        let failures: usize = outcomes.iter().map(|outcome| outcome.failures.len()).sum();
        let floors = if failures == 0 { "hold".to_owned() } else { format!("{failures} missed") };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {floors} |",
            scenario.number,
            scenario.title,
            scenario.rule,
            verdict::overall(&verdicts)
        );
    }
}

fn verdicts(scenario: &Scenario, outcomes: &[Outcome]) -> Vec<Verdict> {
    scenario.claims.iter().map(|claim| Verdict::of(claim, scenario, outcomes)).collect()
}

/// A scenario: its claims, then what was found, fixed and measured on each version.
fn section(page: &mut String, scenario: &Scenario, outcomes: &[Outcome], effort: Effort) {
    let _ = writeln!(page, "\n## {}. {}\n", scenario.number, scenario.title);
    page.push_str("| the seed says | |\n|---|---|\n");
    for (claim, verdict) in scenario.claims.iter().zip(verdicts(scenario, outcomes)) {
        let _ = writeln!(page, "| {} | {} |", claim.says, verdict.words());
    }
    if !scenario.note.is_empty() {
        let _ = writeln!(page, "\n{}", scenario.note.trim());
    }
    if let Some(newest) = outcomes.last() {
        let _ = writeln!(page, "\nFound at default settings: {}.", places(scenario, newest));
    }
    page.push_str("\n| |");
    outcomes.iter().for_each(|outcome| {
        let _ = write!(page, " Go 1.{} |", outcome.go);
    });
    page.push_str(" floor |\n|---|");
    page.push_str(&"---|".repeat(outcomes.len() + 1));
    let _ = write!(page, "\n| found |");
    for outcome in outcomes {
        let _ = write!(page, " {} |", found(&outcome.findings));
    }
    page.push_str(" |\n");
    for (at, measure) in scenario.measures.iter().enumerate() {
        let all = || outcomes.iter().map(|outcome| outcome.measured.get(at)?.as_ref());
        let remedy = all().flatten().find_map(|measured| measured.after.as_ref());
        let _ = write!(page, "| {}", measure.name);
        if let Some(after) = remedy {
            let _ = write!(page, " ({})", after.remedy.name());
        }
        page.push_str(" |");
        for measured in all() {
            let _ = write!(page, " {} |", measured.map_or("–".to_owned(), |m| cell(m, effort)));
        }
        let floor = measure.floor.as_ref().map(|floor| floor.words()).unwrap_or_default();
        let _ = writeln!(page, " {floor} |");
    }
    for outcome in outcomes.iter().filter(|outcome| !outcome.failures.is_empty()) {
        let _ = writeln!(page, "\nMissed on Go 1.{}: {}.", outcome.go, outcome.failures.join("; "));
    }
}

/// Where something is found, with links.
fn places(scenario: &Scenario, outcome: &Outcome) -> String {
    let folder = scenario.dir.file_name().unwrap_or_default().to_string_lossy();
    let link = |finding: &Finding| {
        let (file, line) = (finding.path.display(), finding.start.line);
        format!("[{file}:{line}](../{EXAMPLES}/{folder}/{file}#L{line})")
    };
    let mut links: Vec<String> = outcome.findings.iter().map(link).collect();
    links.dedup();
    if links.is_empty() { "nothing".to_owned() } else { links.join(", ") }
}

/// What was found, and how much of it has a fix.
fn found(findings: &[Finding]) -> String {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for finding in findings {
        let kind = finding.fix.as_ref().map_or("no fix", |fix| fix.applicability.as_str());
        match kinds.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind, 1)),
        }
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") }
}

fn cell(measured: &Measured, effort: Effort) -> String {
    let before = figures(&measured.before);
    match &measured.after {
        Some(after) => {
            let more = if measured.rounds > effort.rounds {
                format!(" ({} rounds)", measured.rounds)
            } else {
                String::new()
            };
            format!("{before} → {}; {:.1} ×{more}", figures(&after.figures), after.times)
        }
        None => before,
    }
}

/// Time, bytes and allocations of a turn, and what else a benchmark reports.
fn figures(figures: &Figures) -> String {
    let mut text = format!("{} / {} / {}", time(figures.time), figures.bytes, figures.allocs);
    for (unit, value) in &figures.metrics {
        let _ = write!(text, " / {value:.0} {unit}");
    }
    text
}

/// A time in three digits.
fn time(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        t if t < 1e3 => (t, "ns"),
        t if t < 1e6 => (t / 1e3, "µs"),
        t => (t / 1e6, "ms"),
    };
    let digits = match value {
        v if v < 10.0 => 2,
        v if v < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$} {unit}")
}

fn specialty(page: &mut String, measured: &specialties::Measured) {
    let about = &measured.specialty;
    let rule = about.rule.as_ref().map(|rule| format!(" ({rule})")).unwrap_or_default();
    let _ = writeln!(page, "\n### {}{rule}\n\n{}\n", about.title, about.note);
    let _ =
        write!(page, "| {} → {} |", about.before.replace('-', " "), about.after.replace('-', " "));
    for (release, _) in &measured.releases {
        let _ = write!(page, " Go 1.{release} |");
    }
    page.push_str(" worth it from |\n|---|");
    page.push_str(&"---|".repeat(measured.releases.len()));
    page.push_str("---:|\n");
    let Some((_, newest)) = measured.releases.last() else { return };
    for (at, last) in newest.iter().enumerate() {
        let _ = write!(page, "| {} |", last.size);
        for comparison in measured.releases.iter().map(|(_, all)| all.get(at)) {
            let text = comparison.map_or("–".to_owned(), |c| {
                format!("{} → {}; {:.1} ×", figures(&c.before), figures(&c.after), c.times)
            });
            let _ = write!(page, " {text} |");
        }
        let _ = writeln!(page, " {} |", last.worth_from().map_or("never".to_owned(), rate));
    }
}

/// How often a second, in two digits.
fn rate(per_second: f64) -> String {
    match per_second {
        r if r < 1.0 => format!("once in {:.0} s", 1.0 / r),
        r if r < 1e3 => format!("{r:.0} a second"),
        r if r < 1e6 => format!("{:.0} thousand a second", r / 1e3),
        r => format!("{:.0} million a second", r / 1e6),
    }
}
