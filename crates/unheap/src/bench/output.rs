//! A comparison in the format that is asked for.

use serde::Serialize;
use verify::benchfmt::{self, Results};
use verify::compare::{self, JsonTable, Table, json_tables};
use verify::measure::Sight;
use verify::verdict::{self, ALPHA, JsonVerdict, Verdict};

use crate::args::BenchFormat;

/// What is shown.
pub(super) struct Shown<'a> {
    /// The figures themselves.
    pub(super) sides: &'a [(&'a str, &'a Results)],
    pub(super) tables: &'a [Table],
    pub(super) verdicts: &'a [Verdict],
    pub(super) threshold: f64,
    /// What is known where the figures were measured just now.
    pub(super) measured: Option<About<'a>>,
}

/// How it was measured.
pub(super) struct About<'a> {
    pub(super) base: &'a str,
    pub(super) go: String,
    /// What can be seen on this machine.
    pub(super) sights: &'a [Sight],
    /// What differed in the base itself.
    pub(super) alarms: &'a [Verdict],
    pub(super) faults: &'a [String],
}

pub(super) fn print(format: BenchFormat, shown: &Shown<'_>) -> Result<(), String> {
    let is_compared = !shown.verdicts.is_empty();
    match format {
        BenchFormat::Text => {
            if let Some(about) = &shown.measured {
                println!("{}\n", about.words());
            }
            print!("{}", compare::text(shown.tables));
            if is_compared {
                print!("\n{}", verdict::text(shown.verdicts, shown.threshold));
            }
        }
        BenchFormat::Markdown => {
            print!("{}", compare::markdown(shown.tables));
            if is_compared {
                print!("{}", verdict::markdown(shown.verdicts, shown.threshold));
            }
            if let Some(about) = &shown.measured {
                println!("\n{}", about.words());
            }
        }
        BenchFormat::Go => {
            let is_one = shown.sides.len() == 1;
            for (side, results) in shown.sides {
                let extra = [("side", *side)];
                print!("{}", benchfmt::write(results, if is_one { &[] } else { &extra }));
            }
        }
        BenchFormat::Json => {
            let json = serde_json::to_string(&Json::new(shown)).map_err(|e| e.to_string())?;
            println!("{json}");
        }
    }
    Ok(())
}

impl About<'_> {
    /// What the rehearsal says.
    fn words(&self) -> String {
        let mut seen: Vec<&Sight> = self.sights.iter().filter(|s| s.change.is_some()).collect();
        seen.sort_by(|a, b| a.change.unwrap_or_default().total_cmp(&b.change.unwrap_or_default()));
        let percent = |sight: &Sight| format!("{:.1}%", 100.0 * sight.change.unwrap_or_default());
        let blind = self.sights.len() - seen.len();
        let mut text = match (seen.first(), seen.last()) {
            _ if self.sights.is_empty() => return "The base was not run against itself".to_owned(),
            (Some(best), Some(worst)) if seen.len() > 1 => format!(
                "This machine sees changes of time from {} on ({}) to {} ({}) today",
                percent(best),
                best.benchmark,
                percent(worst),
                worst.benchmark
            ),
            (Some(one), _) => format!(
                "This machine sees changes of time from {} on ({}) today",
                percent(one),
                one.benchmark
            ),
            (None, _) => "This machine sees no change of time with so few runs: --count".to_owned(),
        };
        if blind > 0 && !seen.is_empty() {
            text.push_str(&format!("; in {blind} benchmarks it sees none"));
        }
        for alarm in self.alarms {
            let (name, unit, change) = (&alarm.benchmark, &alarm.unit, 100.0 * alarm.change());
            text.push_str(&format!(
                "\nThe base differs from itself: {name} by {change:+.1}% in {unit}; do not trust its figures"
            ));
        }
        text
    }
}

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    threshold: f64,
    alpha: f64,
    measured: Option<JsonAbout<'a>>,
    verdicts: Vec<JsonVerdict>,
    tables: Vec<JsonTable>,
}

#[derive(Serialize)]
struct JsonAbout<'a> {
    base: &'a str,
    go: &'a str,
    /// The smallest change of time that is seen in four of five comparisons.
    visible: Vec<JsonSight<'a>>,
    differs_from_itself: Vec<JsonVerdict>,
    faults: &'a [String],
}

#[derive(Serialize)]
struct JsonSight<'a> {
    package: &'a str,
    benchmark: &'a str,
    change: Option<f64>,
}

impl<'a> Json<'a> {
    fn new(shown: &'a Shown<'a>) -> Self {
        let sight = |sight: &'a Sight| JsonSight {
            package: &sight.package,
            benchmark: &sight.benchmark,
            change: sight.change,
        };
        Self {
            version: 1,
            threshold: shown.threshold,
            alpha: ALPHA,
            measured: shown.measured.as_ref().map(|about| JsonAbout {
                base: about.base,
                go: &about.go,
                visible: about.sights.iter().map(sight).collect(),
                differs_from_itself: about.alarms.iter().map(JsonVerdict::from).collect(),
                faults: about.faults,
            }),
            verdicts: shown.verdicts.iter().map(JsonVerdict::from).collect(),
            tables: json_tables(shown.tables),
        }
    }
}
