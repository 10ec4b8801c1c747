//! The machine as the pinned go command sees it.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use source::{DirEntry, EntryKind, OsSystem, System};

use crate::toolchain::Go;

/// The machine's files, and an environment in which the go command is a given one. What
/// runs under it is told the same as [`Go::command`] tells the go command.
pub(crate) struct PinnedSystem {
    variables: HashMap<String, Option<String>>,
}

impl PinnedSystem {
    /// The machine as `go` sees it.
    pub(crate) fn new(go: &Go) -> Self {
        Self { variables: go.environment().into_iter().collect() }
    }
}

impl System for PinnedSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        OsSystem.read(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        OsSystem.read_dir(path)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        OsSystem.kind(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        OsSystem.canonicalize(path)
    }

    fn env(&self, name: &str) -> Option<String> {
        match self.variables.get(name) {
            Some(value) => value.clone(),
            None => OsSystem.env(name),
        }
    }
}
