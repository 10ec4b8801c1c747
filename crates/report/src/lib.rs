//! Findings and measurements out: as text for people, as JSON and in the formats of other tools for programs.
//!
//! Nothing here decides what is reported, and nothing prints: each format is a function from
//! what is reported to a string.

mod checkstyle;
mod diff;
pub mod escape;
mod excerpt;
mod github;
mod json;
mod junit;
mod layout;
mod sarif;
mod text;
mod xml;

use std::path::Path;

pub use checkstyle::checkstyle;
pub use diff::diff;
pub use github::github;
pub use json::json;
pub use junit::junit;
pub use layout::{BestOrder, Field, Heap, Struct, layout_json, layout_text};
pub use sarif::sarif;
pub use text::{Style, summary, text};

/// What a run was about, beside its findings.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Stats {
    /// Packages that were analysed, without their dependencies.
    pub packages: usize,
    /// Their files.
    pub files: usize,
    /// Lines of these files.
    pub lines: usize,
    /// Imports that were not found, by path.
    pub unresolved_imports: Vec<String>,
    /// How long the run took, in milliseconds.
    pub elapsed_ms: u64,
}

/// Gives the text of a file that findings are in. The path is as findings have it.
pub trait Sources {
    /// The bytes of the file, or `None` where it is gone.
    fn source(&self, path: &Path) -> Option<&[u8]>;
}
