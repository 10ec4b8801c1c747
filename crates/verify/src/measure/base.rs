//! Where the two sides of a comparison stand.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Request;
use crate::go::{Go, said};
use crate::process::{self, Limits};
use crate::scratch::Scratch;

/// What a change is compared with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Base {
    /// A revision of the repository, as git names it.
    Revision(String),
    /// Another copy of the module: the folder of its go.mod.
    Folder(PathBuf),
}

/// Two copies of a module.
pub(super) struct Sides {
    /// The folders that patterns are seen from: of the base, and of the change.
    pub(super) dirs: [PathBuf; 2],
    /// What is set for the go command on each side, beside the environment.
    pub(super) environment: [Vec<(&'static str, PathBuf)>; 2],
    pub(super) notes: Vec<String>,
    /// What was made for this run, and goes with it.
    pub(super) scratch: Scratch,
}

impl Sides {
    /// The go command, to be run in the folder of a side.
    pub(super) fn command(&self, go: &Go, side: usize) -> Command {
        let mut command = go.command(&self.dirs[side]);
        command.envs(self.environment[side].iter().map(|(name, value)| (*name, value)));
        command
    }
}

/// Finds both sides, and writes out the base where it is a revision.
pub(super) fn sides(go: &Go, request: &Request, limits: &Limits) -> Result<Sides, String> {
    let scratch =
        Scratch::new().map_err(|error| format!("no folder for temporary files: {error}"))?;
    let new = real(&request.dir)?;
    let setting = |name| go.setting(&new, name, limits).map_err(|error| error.to_string());
    let go_mod = PathBuf::from(setting("GOMOD")?);
    let is_null = go_mod.as_os_str().is_empty() || go_mod == Path::new(NULL);
    let module = match go_mod.parent() {
        Some(module) if !is_null => real(module)?,
        _ => return Err(format!("{} is in no module", new.display())),
    };
    let work = setting("GOWORK")?;
    // What is copied: a revision is all of the repository, so that modules beside this one come along.
    let (from, to) = match &request.base {
        Base::Folder(folder) => (module, real(folder)?),
        Base::Revision(revision) => {
            let git = Git { dir: &module, scratch: scratch.path(), limits };
            let to = scratch.path().join("base");
            let top = git.top()?;
            // From the top: from a folder below, git writes out that folder only.
            Git { dir: &top, ..git }.write_out(revision, &to)?;
            (top, to)
        }
    };
    let inside = new
        .strip_prefix(&from)
        .map_err(|_| format!("{} does not belong to {}", new.display(), from.display()))?;
    let base = to.join(inside);
    if !base.is_dir() {
        return Err(format!("the base has no folder {}", inside.display()));
    }
    let mut sides = Sides {
        dirs: [base, new],
        environment: [Vec::new(), Vec::new()],
        notes: Vec::new(),
        scratch,
    };
    if !work.is_empty() && work != "off" {
        match real(Path::new(&work))?.strip_prefix(&from) {
            // A workspace of the copy's own, even where GOWORK names the other.
            Ok(inside) => sides.environment[0].push(("GOWORK", to.join(inside))),
            Err(_) => {
                sides.environment.iter_mut().for_each(|e| e.push(("GOWORK", "off".into())));
                let note = format!("{work} is not part of what is compared: it is off for both");
                sides.notes.push(note);
            }
        }
    }
    Ok(sides)
}

#[cfg(windows)]
const NULL: &str = "NUL";
#[cfg(not(windows))]
const NULL: &str = "/dev/null";

fn real(path: &Path) -> Result<PathBuf, String> {
    path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))
}

struct Git<'a> {
    dir: &'a Path,
    scratch: &'a Path,
    limits: &'a Limits,
}

impl Git<'_> {
    /// The folder of the repository.
    fn top(&self) -> Result<PathBuf, String> {
        let said = self.run(&["rev-parse", "--show-toplevel"])?;
        real(Path::new(said.trim_end_matches(['\n', '\r'])))
    }

    /// Writes a revision out into a folder, by an index of its own: the repository's index and work tree are not touched, and
    /// what `export-ignore` would leave out of an archive is there.
    fn write_out(&self, revision: &str, to: &Path) -> Result<(), String> {
        if revision.is_empty() || revision.starts_with('-') {
            return Err(format!("`{revision}` is neither a revision nor a folder"));
        }
        let tree = format!("{revision}^{{tree}}");
        let found = self.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &tree]);
        let tree = found.map_err(|error| {
            if error.starts_with("git ") {
                format!("`{revision}` is neither a revision that git knows nor a folder")
            } else {
                error
            }
        })?;
        self.run(&["read-tree", tree.trim()])?;
        let prefix = format!("--prefix={}/", to.display());
        self.run(&["checkout-index", "--all", "--force", &prefix]).map(drop)
    }

    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new("git");
        command.current_dir(self.dir).args(["-c", "core.fsmonitor=false"]).args(arguments);
        command.env("GIT_INDEX_FILE", self.scratch.join("index"));
        command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
        let finished = process::run(&mut command, self.limits).map_err(|e| e.to_string())?;
        if !finished.status.success() {
            return Err(format!("git {} failed: {}", arguments[0], said(&finished)));
        }
        Ok(finished.stdout.text())
    }
}
