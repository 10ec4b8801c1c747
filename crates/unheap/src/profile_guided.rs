//! The profile that the program is built with: `-pgo`, `default.pgo`.

use std::path::{Path, PathBuf};

use escape::HotCalls;
use packages::{Error, Load, PackageId};
use profile::Calls;
use rustc_hash::FxHashSet;
use source::{OsSystem, System};

/// Which profile is built with.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) enum Pgo {
    /// `default.pgo` in the folder of the program, as the go command does without a flag.
    #[default]
    Auto,
    /// None.
    Off,
    /// That in a file.
    File(PathBuf),
}

impl Pgo {
    /// As `-pgo` takes it.
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "auto" => Self::Auto,
            "off" => Self::Off,
            file => Self::File(file.into()),
        }
    }
}

/// The calls that the profile has among those that make up most of the time; `None` where there is no profile. A profile that
/// cannot be used is a fault, and the analysis goes on without it.
///
/// The go command builds the packages of a program with the program's profile, so that a package of several programs is
/// built several times. Here it is looked at once: of several programs with profiles none is taken.
pub(crate) fn hot_calls(
    pgo: &Pgo,
    load: &Load,
    roots: &FxHashSet<PackageId>,
) -> Result<Option<HotCalls>, Error> {
    let file = match pgo {
        Pgo::Off => return Ok(None),
        Pgo::File(file) => file.clone(),
        Pgo::Auto => match &*of_programs(load, roots) {
            [] => return Ok(None),
            [file] => file.clone(),
            [first, ..] => {
                let why = "is one of several profiles of these programs, and none is taken: \
                           name one program, or --pgo FILE";
                return Err(Error::at_path(first, why));
            }
        },
    };
    let calls = read(&file);
    let calls = calls.map_err(|why| {
        Error::at_path(&file, format!("{why}; packages are analysed as if built without it"))
    })?;
    Ok(Some(HotCalls::new(calls.hot())))
}

/// The profiles in the folders of the programs to report on.
fn of_programs(load: &Load, roots: &FxHashSet<PackageId>) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for &root in roots {
        let package = &load.packages[root];
        let file = package.dir.join("default.pgo");
        if package.name.as_str() == "main" && OsSystem.kind(&file).is_some() {
            files.push(file);
        }
    }
    files.sort();
    files.dedup();
    files
}

fn read(file: &Path) -> Result<Calls, String> {
    let bytes = OsSystem.read(file).map_err(|e| e.to_string())?;
    let profile = profile::read(&bytes).map_err(|e| e.to_string())?;
    Calls::of(&profile).map_err(|e| e.to_string())
}
