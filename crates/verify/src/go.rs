//! The Go toolchain that code is built with.

use std::path::{Path, PathBuf};
use std::process::Command;

use packages::{Build, GoVersion};
use source::System;

use crate::process::{self, Failure, Finished, Limits};

/// The oldest Go that code is measured with: the oldest one whose allocator is known.
const OLDEST: GoVersion = GoVersion::language_of(23);

/// A Go toolchain.
#[derive(Clone, Debug)]
pub struct Go {
    program: PathBuf,
    version: GoVersion,
}

/// Settings of the go command under which figures say nothing, with why.
const SPOILING: [(&str, &str); 4] = [
    ("-race", "the race detector slows all down and allocates itself"),
    ("-msan", "the memory sanitizer slows all down"),
    ("-asan", "the address sanitizer slows all down and pads objects"),
    ("-cover", "counting coverage slows all down"),
];

impl Go {
    /// Finds the toolchain that the module in a folder is built with, as [`Build::detect`] does.
    ///
    /// # Errors
    /// Where there is none, it is too old to measure with, or to build the module.
    pub fn find(system: &dyn System, dir: &Path) -> Result<Self, String> {
        let options = packages::Options { dir: dir.into(), ..packages::Options::default() };
        let build = Build::detect(system, &options).map_err(|error| error.to_string())?;
        let program = build.goroot.join("bin").join(format!("go{}", std::env::consts::EXE_SUFFIX));
        if build.goroot.as_os_str().is_empty() || !program.is_file() {
            return Err(
                "no Go toolchain found, and benchmarks have to be built: set GOROOT, or put \
                        `go` on the PATH"
                    .to_owned(),
            );
        }
        let version = build.goroot_version;
        if version < OLDEST {
            return Err(format!(
                "Go {version} is too old: benchmarks are measured with Go {OLDEST} and later"
            ));
        }
        Ok(Self { program, version })
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> GoVersion {
        self.version
    }

    /// The go command, to be run in a folder.
    #[must_use]
    pub fn command(&self, dir: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(dir);
        // PWD is what the go command takes the folder for, where it is a link.
        command.env("PWD", dir);
        command
    }

    /// Runs the go command to its end.
    ///
    /// # Errors
    /// What it says where it fails, and where it does not end.
    pub fn run(&self, command: &mut Command, limits: &Limits) -> Result<Finished, GoError> {
        let finished = process::run(command, limits).map_err(GoError::Process)?;
        if finished.status.success() {
            return Ok(finished);
        }
        let what = command.get_args().take(2).map(|a| a.to_string_lossy()).collect::<Vec<_>>();
        Err(GoError::Says(format!("go {} failed: {}", what.join(" "), said(&finished))))
    }

    /// A setting of the go command, as it sees it in a folder.
    ///
    /// # Errors
    /// As [`Go::run`].
    pub fn setting(&self, dir: &Path, name: &str, limits: &Limits) -> Result<String, GoError> {
        let mut command = self.command(dir);
        command.args(["env", name]);
        Ok(self.run(&mut command, limits)?.stdout.text().trim().to_owned())
    }

    /// Says what is set that makes figures worthless: the race detector, sanitizers, coverage.
    ///
    /// # Errors
    /// As [`Go::run`].
    pub fn spoiled(&self, dir: &Path, limits: &Limits) -> Result<Option<String>, GoError> {
        let flags = self.setting(dir, "GOFLAGS", limits)?;
        Ok(spoiling(&flags))
    }
}

fn spoiling(flags: &str) -> Option<String> {
    flags.split_whitespace().find_map(|flag| {
        // The go command takes both -x and --x.
        let flag = flag.strip_prefix('-').filter(|rest| rest.starts_with('-')).unwrap_or(flag);
        let (name, value) = flag.split_once('=').unwrap_or((flag, "true"));
        let is_off = matches!(value, "false" | "0" | "f" | "F" | "FALSE" | "False");
        let is_cover = name.starts_with("-cover");
        let (_, why) = SPOILING
            .iter()
            .find(|(spoiling, _)| *spoiling == name || (is_cover && *spoiling == "-cover"))?;
        (!is_off).then(|| format!("GOFLAGS has {flag}: {why}, so that figures say nothing"))
    })
}

/// The last lines that a program said before it failed: standard error if there is any, else standard output.
#[must_use]
pub fn said(finished: &Finished) -> String {
    let text = [&finished.stderr, &finished.stdout].map(|output| output.text());
    let text = text.iter().find(|text| !text.trim().is_empty()).map_or("", |text| text.trim_end());
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    match &lines[lines.len().saturating_sub(12)..] {
        [] => format!("{}", finished.status),
        lines => lines.join("\n"),
    }
}

/// Why the go command did not do what it was asked to.
#[derive(Debug)]
pub enum GoError {
    /// It failed, and said this.
    Says(String),
    /// It did not end by itself.
    Process(Failure),
}

impl std::fmt::Display for GoError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Says(words) => f.write_str(words),
            Self::Process(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for GoError {}

#[cfg(test)]
mod tests {
    use super::spoiling;

    #[test]
    fn settings_that_spoil_figures() {
        for flags in
            ["-race", "-mod=mod -race", "--race=true", "-cover", "-covermode=atomic", "-asan"]
        {
            assert!(spoiling(flags).is_some(), "{flags}");
        }
        for flags in ["", "-mod=mod", "-race=false", "-tags=race"] {
            assert_eq!(spoiling(flags), None, "{flags}");
        }
    }
}
