//! Files written whole.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Why a file is left as it is.
#[derive(Debug)]
pub enum WriteError {
    /// It is not what it was when it was read.
    Changed,
    /// It cannot be read or written.
    Io(std::io::Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str("it was changed since it was read"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<std::io::Error> for WriteError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// Puts `new` in the place of a file that has the bytes `old`. Whenever it is interrupted, the file is either as it was or as
/// it is to be. Its permissions stay; where a link leads to it, the link does.
///
/// # Errors
///
/// See [`WriteError`]: the file is as it was then.
pub fn write(path: &Path, old: &[u8], new: &[u8]) -> Result<(), WriteError> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(std::io::Error::from(std::io::ErrorKind::PermissionDenied).into());
    }
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(new)?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    // As late as can be: what is written to it from here on is lost.
    if fs::read(&path)? != old {
        return Err(WriteError::Changed);
    }
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Puts `new` in the place of a file, whether there is one or not. Whenever it is interrupted, the file is either as it was or
/// as it is to be.
///
/// # Errors
/// When it cannot be written; it is as it was then.
pub fn replace(path: &Path, new: &[u8]) -> Result<(), WriteError> {
    match fs::read(path) {
        Ok(old) => return write(path, &old, new),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    // Those of a temporary file are for its owner alone; these are what files that are created get.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(new)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_as_they_were_or_as_they_are_to_be() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.go");
        fs::write(&path, "old")?;
        write(&path, b"old", b"new")?;
        assert_eq!(fs::read(&path)?, b"new");
        assert!(matches!(write(&path, b"old", b"newer"), Err(WriteError::Changed)));
        assert_eq!(fs::read(&path)?, b"new");
        let mut permissions = fs::metadata(&path)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions)?;
        assert!(matches!(write(&path, b"new", b"newer"), Err(WriteError::Io(_))));
        assert_eq!(fs::read(&path)?, b"new");
        // Nothing is left behind.
        assert_eq!(fs::read_dir(folder.path())?.count(), 1);
        Ok(())
    }
}
