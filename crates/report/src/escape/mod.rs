//! Where values live and what is allocated, function by function: the data that is shown.

mod json;
mod text;
mod tree;

use rules::{Note, Position};
use serde::Serialize;

pub use json::json;
pub use text::{functions, summary};
pub use tree::{Callee, Seen, tree};

/// What the code is built for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Build {
    /// The Go version whose compiler decides: `1.27`.
    pub go: String,
    /// Operating system.
    pub goos: String,
    /// Processor.
    pub goarch: String,
    /// Build tags.
    pub tags: Vec<String>,
    /// Whether calls are inlined.
    pub inlining: bool,
}

/// A function, with what it allocates.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Function {
    /// As profiles name it: `example.com/m/pkg.(*T).M`.
    pub name: String,
    /// Its file, relative to the working folder, `/` on every platform.
    pub path: String,
    /// The line that it is declared on.
    pub line: u32,
    /// What it does that may allocate, in the order of the source.
    pub sites: Vec<Site>,
    /// What it calls that may allocate.
    pub calls: Vec<Call>,
}

/// Something that may allocate.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Site {
    /// The file.
    pub path: String,
    /// First byte; of what was inlined, that of the call.
    pub start: Position,
    /// The byte after the last.
    pub end: Position,
    /// `make slice`, `box`, `closure`, …
    pub operation: &'static str,
    /// As the source has it, on one line.
    pub expression: String,
    /// Where the value lives.
    pub placement: Placement,
    /// Whether it allocates.
    pub allocates: Allocates,
    /// When it allocates, or why it does not: `the slice is longer than 32 bytes`.
    pub when: Option<String>,
    /// Objects each time that it allocates.
    pub objects: u64,
    /// Bytes each time that it allocates, where they are known.
    pub bytes: Option<u64>,
    /// Bytes as a Go expression, where that is known.
    pub bytes_formula: Option<String>,
    /// Loops around it in its function.
    pub loop_depth: u32,
    /// The function that it was inlined from.
    pub inlined_from: Option<String>,
    /// The way to the heap: each step, in order.
    pub why: Vec<Note>,
    /// What would keep it on the stack.
    pub help: Option<String>,
    /// The position in `why` of the step without which it would stay on the stack.
    #[serde(skip)]
    pub decisive: Option<usize>,
}

/// Where a value lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Placement {
    /// On the heap.
    Heap,
    /// On the stack.
    Stack,
}

/// Whether code allocates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Allocates {
    /// Never.
    Never,
    /// Not known: code that is missing, broken, not in Go, or called through an interface.
    Unknown,
    /// At times.
    Sometimes,
    /// Each time.
    Always,
}

impl Allocates {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Unknown => "unknown",
            Self::Sometimes => "sometimes",
            Self::Always => "always",
        }
    }
}

/// A call of a function that may allocate.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Call {
    /// What is called.
    pub name: String,
    /// Whether it allocates, by itself or by what it calls.
    pub allocates: Allocates,
}

/// What a run came to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Totals {
    /// Packages that were looked at.
    pub packages: usize,
    /// Functions in them.
    pub functions: usize,
    /// Imported packages that were not found.
    pub missing_packages: usize,
    /// Functions whose code is not in Go.
    pub without_body: usize,
    /// Files that could not be read to the end.
    pub broken_files: usize,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}
