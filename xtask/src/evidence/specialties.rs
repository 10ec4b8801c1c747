//! What the seed calls specialties and premature optimisations: what they save, by size and version.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::timing::{self, Effort, Figures, Series};
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
    /// Runs the benchmark, whose parts follow one another in each round.
    fn on(&self, go: &Go, code: &Path, effort: Effort) -> Result<Vec<Comparison>> {
        let dir = code.join(&self.package);
        let binary = timing::build(go, &dir, &dir.join("measured.test"))?;
        let mut parts: Vec<(String, Series)> = Vec::new();
        for _ in 0..effort.rounds {
            for (name, figures) in timing::run(go, &binary, &self.benchmark, None, effort)? {
                match parts.iter_mut().find(|(other, _)| *other == name) {
                    Some((_, series)) => series.push(figures),
                    None => {
                        let mut series = Series::default();
                        series.push(figures);
                        parts.push((name, series));
                    }
                }
            }
        }
        let part = |size: &str, variant: &str| {
            let name = format!("{}/{size}/{variant}", self.benchmark);
            let found = parts.iter().find(|(other, _)| *other == name);
            found.map(|(_, series)| series).with_context(|| format!("there is no {name}"))
        };
        let mut comparisons = Vec::new();
        for (name, before) in &parts {
            let Some((rest, variant)) = name.rsplit_once('/') else { continue };
            let Some((_, size)) = rest.split_once('/') else { continue };
            if variant == self.before {
                let after = part(size, &self.after)?;
                comparisons.push(Comparison {
                    size: size.replace('-', " "),
                    before: before.figures(),
                    after: after.figures(),
                    times: before.times(after),
                });
            }
        }
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
