//! The pages that are made from the code, written anew.

use std::process::ExitCode;

use anyhow::Result;

use crate::test::{cargo_test, step};
use crate::toolchain::Go;

/// Tests that hold a page against the code, and write it when they are told to: a package and its test.
const TESTS: [[&str; 2]; 2] = [["rules", "docs"], ["unheap", "reports"]];

/// Writes the pages; the first that cannot be written ends it.
pub(crate) fn run() -> Result<ExitCode> {
    let go = Go::pinned()?;
    for [package, test] in TESTS {
        let mut command = cargo_test(&go);
        command.args(["--quiet", "-p", package, "--test", test]).env("UPDATE_DOCS", "1");
        if !step(&format!("pages of {package}"), &mut command)? {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
