//! The door to the file system.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::RwLock;

/// What a directory entry is, links followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link; what it leads to is not looked at.
    Symlink,
    /// A device, a socket, a pipe.
    Other,
}

/// One entry of a directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirEntry {
    /// Its name, without the directory. Names that are not UTF-8 are left out.
    pub name: String,
    /// What it is, without following a link.
    pub kind: EntryKind,
}

/// All that the analysis asks of the world outside. Tests give it a memory of files;
/// an editor can put unsaved buffers in front of the disk.
pub trait System: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// As [`std::fs::read`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The entries of a directory, sorted by name.
    ///
    /// # Errors
    /// As [`std::fs::read_dir`].
    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>>;

    /// What stands at `path`, links followed; `None` where there is nothing.
    fn kind(&self, path: &Path) -> Option<EntryKind>;

    /// The path with links and `..` resolved.
    ///
    /// # Errors
    /// As [`std::fs::canonicalize`].
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// The value of an environment variable, if set and valid UTF-8.
    fn env(&self, name: &str) -> Option<String>;
}

/// The machine's own files and environment.
#[derive(Clone, Copy, Default, Debug)]
pub struct OsSystem;

fn kind_of(kind: std::fs::FileType) -> EntryKind {
    if kind.is_file() {
        EntryKind::File
    } else if kind.is_dir() {
        EntryKind::Directory
    } else if kind.is_symlink() {
        EntryKind::Symlink
    } else {
        EntryKind::Other
    }
}

impl System for OsSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                entries.push(DirEntry { name, kind: kind_of(entry.file_type()?) });
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        std::fs::metadata(path).ok().map(|m| kind_of(m.file_type()))
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(path)
    }

    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

/// Files and variables held in memory; paths are absolute and compared as written.
#[derive(Default, Debug)]
pub struct MemorySystem {
    files: RwLock<BTreeMap<PathBuf, Vec<u8>>>,
    env: BTreeMap<String, String>,
}

impl MemorySystem {
    /// No file, no variable.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn with_env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Writes a file; its directories exist from then on.
    pub fn write(&self, path: impl Into<PathBuf>, text: impl Into<Vec<u8>>) {
        let mut files = self.files.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        files.insert(path.into(), text.into());
    }
}

impl System for MemorySystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let files = self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let files = self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut names = BTreeMap::new();
        for file in files.keys() {
            let Ok(rest) = file.strip_prefix(path) else { continue };
            let mut parts = rest.components();
            let Some(first) = parts.next() else { continue };
            let kind = if parts.next().is_some() { EntryKind::Directory } else { EntryKind::File };
            names.insert(first.as_os_str().to_string_lossy().into_owned(), kind);
        }
        if names.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(names.into_iter().map(|(name, kind)| DirEntry { name, kind }).collect())
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        let files = self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if files.contains_key(path) {
            return Some(EntryKind::File);
        }
        files.keys().any(|f| f.starts_with(path)).then_some(EntryKind::Directory)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.kind(path).map(|_| path.to_path_buf()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn env(&self, name: &str) -> Option<String> {
        self.env.get(name).cloned()
    }
}
