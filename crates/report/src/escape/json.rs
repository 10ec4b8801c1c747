//! For programs.

use serde::Serialize;

use super::{Build, Function};

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    build: &'a Build,
    functions: &'a [Function],
}

/// One JSON object, with a newline behind it.
///
/// # Errors
/// As [`serde_json::to_string_pretty`]; never for functions as they are made.
pub fn json(build: &Build, functions: &[Function]) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Report { version: 1, build, functions })?;
    text.push('\n');
    Ok(text)
}
