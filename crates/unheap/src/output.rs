//! Findings in the format that is asked for.

use report::Style;

use crate::args::CheckFormat;
use crate::gathered::Gathered;

/// Prints what was found; `go` is the minor version that it was judged for, `known` the number of findings that a baseline has.
pub(crate) fn print(
    format: CheckFormat,
    go: u32,
    known: usize,
    gathered: &Gathered,
) -> Result<(), String> {
    let Gathered { findings, stats, .. } = gathered;
    let text = match format {
        CheckFormat::Text => {
            anstream::print!("{}", report::text(findings, gathered, Style::Coloured));
            if stats.packages > 0 {
                anstream::println!("{}", report::summary(findings, stats));
            }
            if known > 0 {
                anstream::println!("{known} more in the baseline");
            }
            return Ok(());
        }
        CheckFormat::Json => {
            report::json(&format!("1.{go}"), findings, stats).map_err(|e| e.to_string())?
        }
        CheckFormat::Sarif => report::sarif(env!("CARGO_PKG_VERSION"), findings, gathered)
            .map_err(|e| e.to_string())?,
        CheckFormat::Github => report::github(findings),
        CheckFormat::Junit => report::junit(findings),
        CheckFormat::Checkstyle => report::checkstyle(findings),
    };
    print!("{text}");
    Ok(())
}
