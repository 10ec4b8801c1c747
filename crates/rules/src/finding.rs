//! What is reported: data, without a word on how it is shown.
//!
//! Serialised, a [`Finding`] has the shape that `check --format json` prints.

use std::path::{Path, PathBuf};

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use source::{Lines, Name, Span};

/// A place where the program allocates and need not.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Finding {
    /// Name of the rule: `concat-in-loop`.
    pub rule: &'static str,
    /// Its code: `UH004`.
    pub code: &'static str,
    /// When it is shown.
    pub tier: Tier,
    /// The file, as the package names it.
    #[serde(serialize_with = "with_slashes")]
    pub path: PathBuf,
    /// First byte of what is meant.
    pub start: Position,
    /// The byte after its last.
    pub end: Position,
    /// The function it is in, as profiles name functions: `example.com/m/pkg.(*T).Method`.
    pub function: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Whether it allocates each time that it runs.
    pub allocates: Allocates,
    /// Places that explain it, in the order of the explanation.
    pub why: Vec<Note>,
    /// What it costs.
    pub cost: Cost,
    /// How often it runs.
    pub hotness: Hotness,
    /// Where it stands in the call graph, which tells how often it runs once all packages are known. `None` for what does not
    /// run, such as the declaration of a type.
    #[serde(skip)]
    pub site: Option<flow::Site>,
    /// The type that it is about, by its [`flow::type_symbol`]: it is as hot as the places that make it.
    #[serde(skip)]
    pub made: Option<Name>,
    /// How to repair it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Says how often it runs, by the call graph of its module.
    pub fn heat(&mut self, hotness: &flow::Hotness) {
        if let Some(made) = self.made {
            self.hotness = hotness.of_made(made).into();
        } else if let Some(site) = &self.site {
            self.hotness = hotness.of(site).into();
        }
    }

    /// Its range of bytes.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.start.offset, self.end.offset)
    }

    /// All paths in it, for a report that names files relative to a folder.
    pub fn paths_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let notes = self.why.iter_mut().map(|note| &mut note.path);
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.path);
        std::iter::once(&mut self.path).chain(notes).chain(edits)
    }
}

/// A place in a file. Line and column count from 1; the column and the offset are in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Offset in the file, from 0.
    pub offset: u32,
}

impl Position {
    /// The place of an offset.
    #[must_use]
    pub fn new(lines: &Lines, offset: u32) -> Self {
        let place = lines.locate(offset);
        Self { line: place.line, column: place.column, offset }
    }
}

/// When a finding is shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// In every run.
    Always,
    /// Where a profile, or failing that its place in the program, says that it runs often.
    Profile,
    /// When asked for.
    Specialty,
}

impl Tier {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Profile => "profile",
            Self::Specialty => "specialty",
        }
    }
}

/// Whether code allocates each time that it runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Allocates {
    /// Each time.
    Always,
    /// Depending on sizes, or on what the compiler makes of the callers.
    Sometimes,
    /// Not at all: it costs something else.
    Never,
}

impl From<escape::allocation::Allocates> for Allocates {
    fn from(verdict: escape::allocation::Allocates) -> Self {
        match verdict {
            escape::allocation::Allocates::Always => Self::Always,
            escape::allocation::Allocates::Sometimes(_) => Self::Sometimes,
            escape::allocation::Allocates::Never(_) => Self::Never,
        }
    }
}

/// A place that explains a finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Note {
    /// The file.
    #[serde(serialize_with = "with_slashes")]
    pub path: PathBuf,
    /// First byte of what is meant.
    pub start: Position,
    /// The byte after its last.
    pub end: Position,
    /// What is to be seen there.
    pub note: String,
}

/// What a finding costs on the Go version that it was judged for.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Cost {
    /// Heap objects; what varies is its value for a typical run of the code.
    pub objects: u32,
    /// Bytes, where they are known.
    pub bytes: Option<u64>,
    /// Bytes as a Go expression, where that is known.
    pub bytes_formula: Option<String>,
    /// Bytes that the garbage collector has to look through for pointers.
    pub scan_bytes: u64,
    /// What the figures are for.
    pub per: Per,
    /// Where they come from.
    pub basis: Basis,
}

/// What a cost is counted for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// A call of the function.
    Call,
    /// A turn of the loop.
    Iteration,
}

/// Where a figure comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Computed from types and from what is known of Go's allocator.
    Model,
    /// Read from a profile.
    Profile,
    /// Measured by a benchmark.
    Benchmark,
}

/// How often a place runs.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Hotness {
    /// In a word.
    pub level: Heat,
    /// Its share of the profile, where there is one.
    pub share: Option<f64>,
    /// What that is judged by.
    pub basis: String,
}

impl From<flow::Heat> for Hotness {
    fn from(heat: flow::Heat) -> Self {
        let level = match heat.level {
            flow::Level::Hot => Heat::Hot,
            flow::Level::Warm => Heat::Warm,
            flow::Level::Cold => Heat::Cold,
            flow::Level::Unknown => Heat::Unknown,
        };
        Self { level, share: None, basis: heat.basis }
    }
}

/// How often a place runs, in a word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Heat {
    /// All the time.
    Hot,
    /// Now and then.
    Warm,
    /// Hardly ever.
    Cold,
    /// Nothing tells.
    #[default]
    Unknown,
}

/// How to repair what was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// All that has to be replaced, imports included: applied alone, it leaves code that compiles.
    pub edits: Vec<FileEdit>,
    /// What the rule asked for: what several fixes of a file are merged from.
    pub plan: fix::Plan,
}

impl Serialize for Fix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fix = serializer.serialize_struct("Fix", 3)?;
        fix.serialize_field("applicability", self.plan.applicability.as_str())?;
        fix.serialize_field("title", &self.plan.title)?;
        fix.serialize_field("edits", &self.edits)?;
        fix.end()
    }
}

/// A replacement in a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FileEdit {
    /// The file.
    #[serde(serialize_with = "with_slashes")]
    pub path: PathBuf,
    /// Offset of the first byte that is replaced.
    pub start: u32,
    /// Offset of the byte after the last.
    pub end: u32,
    /// What stands there afterwards.
    pub text: String,
}

fn with_slashes<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        return serializer.serialize_str(&text);
    }
    serializer.serialize_str(&text.replace(std::path::MAIN_SEPARATOR, "/"))
}
