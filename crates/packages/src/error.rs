//! What went wrong, and where.

use std::fmt;
use std::path::{Path, PathBuf};

/// A fault in the input: a file, a place in it where there is one, and words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    /// The file or folder that is at fault; empty where none is.
    pub path: PathBuf,
    /// Line, from 1; 0 where the fault is the whole file.
    pub line: u32,
    /// Column in bytes, from 1; 0 where the fault is the whole line or file.
    pub column: u32,
    /// What is wrong and, where that is known, what to do.
    pub message: String,
}

impl Error {
    /// A fault of a whole file or folder.
    #[must_use]
    pub fn at_path(path: &Path, message: impl Into<String>) -> Self {
        Self { path: path.to_path_buf(), line: 0, column: 0, message: message.into() }
    }

    /// A fault at a place in a file.
    #[must_use]
    pub fn at_place(path: &Path, line: u32, column: u32, message: impl Into<String>) -> Self {
        Self { path: path.to_path_buf(), line, column, message: message.into() }
    }

    /// A fault of the command line or the environment.
    #[must_use]
    pub fn of_request(message: impl Into<String>) -> Self {
        Self { path: PathBuf::new(), line: 0, column: 0, message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.as_os_str().is_empty() {
            write!(f, "{}:", self.path.display())?;
            if self.line > 0 {
                write!(f, "{}:", self.line)?;
                if self.column > 0 {
                    write!(f, "{}:", self.column)?;
                }
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
