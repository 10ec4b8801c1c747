//! Files as they are to be, in front of those on the disk.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use source::{DirEntry, EntryKind, OsSystem, System};

/// A file that is changed.
pub(crate) struct Changed {
    /// Its bytes on the disk when it was read.
    pub(crate) old: Vec<u8>,
    /// Its bytes as they are to be.
    pub(crate) new: Vec<u8>,
}

/// The machine's files with changes that are not written.
#[derive(Default)]
pub(crate) struct Overlay {
    pub(crate) changed: BTreeMap<PathBuf, Changed>,
}

impl System for Overlay {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.changed.get(path) {
            Some(changed) => Ok(changed.new.clone()),
            None => OsSystem.read(path),
        }
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
        OsSystem.env(name)
    }
}
