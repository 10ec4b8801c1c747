//! The folder that holds what is fetched or built once: toolchains, modules, oracles.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

/// `$UNHEAP_CACHE`, else `$XDG_CACHE_HOME/unheap`, else `~/.cache/unheap`.
pub(crate) fn root() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("UNHEAP_CACHE")
        .or_else(|| Some(set("XDG_CACHE_HOME")?.join("unheap")))
        .or_else(|| Some(std::env::home_dir()?.join(".cache/unheap")))
        .ok_or_else(|| anyhow!("no home folder: set UNHEAP_CACHE to a folder to keep things in"))
}

/// A folder of the cache, made if it is not there.
pub(crate) fn folder(name: &str) -> Result<PathBuf> {
    let path = root()?.join(name);
    fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
    Ok(path)
}

/// Makes `path` by filling a folder beside it, which takes its name only once `fill` is
/// through: whoever finds `path` finds it whole.
pub(crate) fn make(path: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let parent = path.parent().context("a folder of the cache has a parent")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    let part = tempfile::Builder::new().prefix(".part-").tempdir_in(parent)?;
    let filled = part.path().join("whole");
    fs::create_dir(&filled)?;
    fill(&filled)?;
    match fs::rename(&filled, path) {
        // Another run was faster: what it made is as good.
        Err(_) if path.exists() => Ok(()),
        result => result.with_context(|| format!("cannot make {}", path.display())),
    }
}

/// Copies a folder with all that is in it, writable whatever the original is.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut folders = vec![(from.to_path_buf(), to.to_path_buf())];
    while let Some((from, to)) = folders.pop() {
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), target));
            } else {
                // The module cache is read-only, and a copy of a file copies that.
                fs::write(&target, fs::read(entry.path())?)
                    .with_context(|| format!("cannot write {}", target.display()))?;
            }
        }
    }
    Ok(())
}
