//! Building test binaries: one for each package and side.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Step;
use super::base::Sides;
use super::list::{Pair, of_side};
use crate::go::{Go, GoError};
use crate::process::{Failure, Limits};

/// A package's tests, built.
#[derive(Clone, Debug)]
pub(super) struct Binary {
    pub(super) program: PathBuf,
    /// The package's folder, in which tests expect to run.
    pub(super) dir: PathBuf,
}

/// Builds what is to be run. A package that does not build on one side is a fault.
pub(super) fn all(
    go: &Go,
    sides: &Sides,
    pairs: &BTreeMap<String, Pair>,
    limits: &Limits,
    progress: &mut dyn FnMut(Step<'_>),
    faults: &mut Vec<String>,
) -> Result<BTreeMap<String, [Binary; 2]>, String> {
    let mut built = BTreeMap::new();
    for (at, (package, dirs)) in pairs.iter().enumerate() {
        progress(Step::Building(package));
        let folder = sides.scratch.path().join(format!("bin{at}"));
        let binary = |side: usize| -> Result<Binary, GoError> {
            // Each side's is called the same, and stands in a path of the same length: a name is part of a program's memory.
            let program = folder.join(["0", "1"][side]).join("tests.test");
            build(go, sides, side, package, &program, limits)?;
            Ok(Binary { program, dir: dirs[side].clone() })
        };
        match binary(0).map_err(|e| (0, e)).and_then(|a| Ok([a, binary(1).map_err(|e| (1, e))?])) {
            Ok(pair) => {
                built.insert(package.clone(), pair);
            }
            Err((_, GoError::Process(Failure::Interrupted))) => {
                return Err("interrupted".to_owned());
            }
            Err((side, error)) => faults.push(format!("{package}: {}", of_side(side, error))),
        }
    }
    Ok(built)
}

fn build(
    go: &Go,
    sides: &Sides,
    side: usize,
    package: &str,
    program: &Path,
    limits: &Limits,
) -> Result<(), GoError> {
    if let Some(folder) = program.parent() {
        fs::create_dir_all(folder)
            .map_err(|e| GoError::Says(format!("{}: {e}", folder.display())))?;
    }
    let mut command = sides.command(go, side);
    command.args(["test", "-c", "-o"]).arg(program).arg(package);
    go.run(&mut command, limits).map(drop)
}
