//! Real modules to hold the project against, fetched as the go command does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};

use crate::cache;
use crate::toolchain::{Go, tail};

/// A module in the cache, its dependencies downloaded.
pub(crate) struct Module {
    /// `PATH@VERSION`
    pub(crate) name: String,
    /// A copy of it that can be written to.
    pub(crate) dir: PathBuf,
}

/// The modules of `xtask/modules.txt`.
pub(crate) fn listed() -> Vec<String> {
    let lines = include_str!("../modules.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Download {
    path: Option<String>,
    version: Option<String>,
    dir: Option<PathBuf>,
    go_mod: Option<PathBuf>,
    error: Option<String>,
}

/// Fetches a module, given as `PATH@VERSION` or `PATH@latest`, and all that its packages
/// and their tests need.
pub(crate) fn fetch(go: &Go, name: &str) -> Result<Module> {
    let Some((path, version)) = name.rsplit_once('@') else {
        bail!("{name} names no version: PATH@VERSION or PATH@latest");
    };
    ensure!(!path.is_empty() && !version.is_empty(), "{name} is not PATH@VERSION");
    let folder = cache::folder("modules")?;
    if version.starts_with('v') && folder.join(name).is_dir() {
        return Ok(Module { name: name.to_owned(), dir: folder.join(name) });
    }
    eprintln!("Fetching {name}, once …");
    let download = download(go, &folder, name)?;
    let (Some(path), Some(version), Some(from)) = (download.path, download.version, download.dir)
    else {
        bail!("{name}: {}", download.error.unwrap_or_else(|| "nothing came".to_owned()));
    };
    let name = format!("{path}@{version}");
    let dir = folder.join(&name);
    if !dir.is_dir() {
        cache::make(&dir, |copy| {
            cache::copy(&from, copy)?;
            if !copy.join("go.mod").is_file() {
                // Older than modules: the go command made one up for it.
                let made_up = download.go_mod.context("a module has a go.mod")?;
                fs::write(copy.join("go.mod"), fs::read(made_up)?)?;
            }
            complete(go, copy)
        })?;
    }
    Ok(Module { name, dir })
}

fn download(go: &Go, folder: &Path, name: &str) -> Result<Download> {
    let output = go
        .command(folder)
        .args(["mod", "download", "-json", name])
        .stderr(Stdio::piped())
        .output()
        .context("cannot run the go command")?;
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("{name} cannot be downloaded: {}", tail(&output.stderr)))
}

/// Has the go command look at every package and test of a module once, so that its go.mod
/// and go.sum are complete and its dependencies downloaded.
fn complete(go: &Go, dir: &Path) -> Result<()> {
    let output = go
        .command(dir)
        .args(["list", "-mod=mod", "-e", "-deps", "-test", "-f", "{{with .Error}}{{.}}{{end}}"])
        .arg("./...")
        .output()?;
    ensure!(output.status.success(), "go list in {}: {}", dir.display(), tail(&output.stderr));
    let complaints = String::from_utf8_lossy(&output.stdout);
    for complaint in complaints.lines().filter(|line| !line.trim().is_empty()).take(10) {
        eprintln!("  go list: {complaint}");
    }
    Ok(())
}
