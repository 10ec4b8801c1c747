//! What rules take.

use std::fmt::Write as _;
use std::time::Duration;

use rules::Times;

/// A line for each rule that took time, the slowest first, in milliseconds of all threads together.
pub(crate) fn table(times: &Times) -> String {
    let mut rules: Vec<(Duration, &str, &str)> = times
        .rules
        .iter()
        .zip(rules::all())
        .map(|(&time, rule)| (time, rule.meta().code, rule.meta().name))
        .filter(|(time, ..)| !time.is_zero())
        .collect();
    rules.sort_unstable_by(|a, b| b.cmp(a));
    let total: Duration = rules.iter().map(|(time, ..)| *time).sum();
    let mut text = String::new();
    let mut line = |time: Duration, what: &str| {
        let _ = writeln!(text, "{:>10.1} ms  {what}", time.as_secs_f64() * 1000.0);
    };
    for (time, code, name) in rules {
        line(time, &format!("{code} {name}"));
    }
    line(total, "all rules");
    line(times.analyses, "escape analyses that they asked for");
    text
}
