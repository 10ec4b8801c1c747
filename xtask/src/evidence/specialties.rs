//! What the seed calls specialties and premature optimisations: what they save, by size and version.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::timing::{self, Effort, Figures, Side};
use crate::cache;
use crate::toolchain::Go;

/// As specialties.toml has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    specialty: Vec<Specialty>,
}

/// A benchmark whose parts are named SIZE/VARIANT, with two variants for each size.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Specialty {
    /// In Markdown.
    pub(super) title: String,
    /// The code of a rule that knows of it.
    pub(super) rule: Option<String>,
    package: String,
    benchmark: String,
    /// The plain variant.
    pub(super) before: String,
    /// The special one.
    pub(super) after: String,
    /// The first release of Go that has what it needs: 24 is Go 1.24.
    #[serde(default)]
    from: u32,
    /// `GOMAXPROCS`, if not that of the machine.
    processors: Option<u32>,
    /// In Markdown.
    pub(super) note: String,
}

/// What was measured of it on all versions.
pub(super) struct Measured {
    pub(super) specialty: Specialty,
    /// The releases of Go, with a comparison for each of the sizes.
    pub(super) releases: Vec<(u32, Vec<Comparison>)>,
}

/// Both variants for a size.
pub(super) struct Comparison {
    pub(super) size: String,
    pub(super) before: Figures,
    pub(super) after: Figures,
    pub(super) times: f64,
}

/// Measures all of them.
pub(super) fn measure(goes: &[Go], dir: &Path, effort: Effort) -> Result<Vec<Measured>> {
    let file = dir.join("specialties.toml");
    let text = fs::read_to_string(&file)?;
    let file: File = toml::from_str(&text).with_context(|| format!("in {}", file.display()))?;
    let scratch = tempfile::tempdir()?;
    let code = scratch.path().join("code");
    cache::copy(dir, &code)?;
    let mut measured = Vec::new();
    for specialty in file.specialty {
        let mut releases = Vec::new();
        for go in goes.iter().filter(|go| go.minor() >= Some(specialty.from)) {
            eprintln!("{}, Go {} …", specialty.title, go.name());
            let comparisons = specialty.on(go, &code, effort)?;
            releases.push((go.minor().unwrap_or_default(), comparisons));
        }
        measured.push(Measured { specialty, releases });
    }
    Ok(measured)
}

impl Specialty {
    /// Runs both variants of each size in turn.
    fn on(&self, go: &Go, code: &Path, effort: Effort) -> Result<Vec<Comparison>> {
        let dir = code.join(&self.package);
        let binary = timing::build(go, &dir, &dir.join("measured.test"))?;
        let glance = Effort { rounds: 1, milliseconds: 1 };
        let parts = timing::run(go, &binary, &self.benchmark, self.processors, glance)?;
        let mut comparisons = Vec::new();
        for (before, _) in &parts {
            let Some((whole, variant)) = before.rsplit_once('/') else { continue };
            let Some((_, size)) = whole.split_once('/') else { continue };
            if variant != self.before {
                continue;
            }
            let after = format!("{whole}/{}", self.after);
            let mut sides = [Side::new(&binary, before), Side::new(&binary, &after)];
            timing::compare(go, &mut sides, self.processors, effort)?;
            comparisons.push(Comparison {
                size: size.replace('-', " "),
                before: sides[0].runs.figures(),
                after: sides[1].runs.figures(),
                times: sides[0].runs.times(&sides[1].runs),
            });
        }
        ensure!(!comparisons.is_empty(), "{} has no {}", self.benchmark, self.before);
        Ok(comparisons)
    }
}

impl Comparison {
    /// How often a second it has to happen for what is saved to be one hundredth of a processor; nothing where nothing is saved.
    pub(super) fn worth_from(&self) -> Option<f64> {
        // Less than a tenth is within what two runs differ by.
        let saved = self.before.time - self.after.time;
        (self.times >= 1.1 && saved > 0.0).then(|| 1e7 / saved)
    }
}
