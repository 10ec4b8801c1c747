//! Folders for temporary files, which go when the run ends, however it ends.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::TempDir;

/// What the names of such folders begin with.
const PREFIX: &str = "unheap-scratch-";

/// Who holds the lock of this file in a folder uses the folder. Who was killed holds none any more.
const LOCK: &str = ".lock";

/// A folder for temporary files. It goes when it is dropped; where the program is killed, the next run removes it.
#[derive(Debug)]
pub struct Scratch {
    // Closed before the folder goes: there are systems that do not remove open files.
    _lock: File,
    dir: TempDir,
}

impl Scratch {
    /// Makes one among the system's temporary files, and removes those that killed runs left there.
    ///
    /// # Errors
    /// As the file system's.
    pub fn new() -> io::Result<Self> {
        Self::new_in(&std::env::temp_dir())
    }

    fn new_in(folder: &Path) -> io::Result<Self> {
        sweep(folder);
        let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(folder)?;
        // It gets its name once it is locked: nobody finds it there unlocked before.
        let (new, lock) = (dir.path().join(".lock.new"), dir.path().join(LOCK));
        let file = File::create(&new)?;
        file.lock()?;
        fs::rename(new, lock)?;
        Ok(Self { _lock: file, dir })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.dir.path()
    }
}

/// Removes folders that nobody uses any more. What cannot be removed (it may be another user's) stays.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let is_left = File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
        if is_left {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_goes_and_what_is_used_stays() {
        let folder = tempfile::tempdir().unwrap();
        let used = Scratch::new_in(folder.path()).unwrap();
        fs::write(used.path().join("x"), "").unwrap();
        let left = folder.path().join(format!("{PREFIX}left"));
        let other = folder.path().join("other");
        for dir in [&left, &other] {
            fs::create_dir_all(dir.join("sub")).unwrap();
            fs::write(dir.join(LOCK), "").unwrap();
        }
        // Between making a folder and locking it.
        let young = folder.path().join(format!("{PREFIX}young"));
        fs::create_dir(&young).unwrap();
        let second = Scratch::new_in(folder.path()).unwrap();
        assert!(!left.exists());
        assert!(used.path().join("x").exists() && other.exists() && young.exists());
        let path = second.path().to_path_buf();
        drop(second);
        assert!(!path.exists());
    }
}
