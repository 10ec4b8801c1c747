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
    named(include_str!("../modules.txt"))
}

/// The modules of a list: a line each, comments left out.
pub(crate) fn named(list: &str) -> Vec<String> {
    let lines = list.lines().map(str::trim);
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
    stand_alone(go, dir)?;
    let output = go
        .command(dir)
        .args(["list", "-mod=mod", "-e", "-deps", "-test", "-f", "{{with .Error}}{{.}}{{end}}"])
        .arg("./...")
        .output()?;
    if !output.status.success() {
        // A dependency that is nowhere to be had: the packages that do without it remain.
        eprintln!("  go list: {}", tail(&output.stderr));
    }
    let complaints = String::from_utf8_lossy(&output.stdout);
    for complaint in complaints.lines().filter(|line| !line.trim().is_empty()).take(10) {
        eprintln!("  go list: {complaint}");
    }
    Ok(())
}

/// What `go mod edit -json` says, as far as it is asked.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GoMod {
    require: Option<Vec<Version>>,
    replace: Option<Vec<Replace>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Version {
    path: String,
    version: String,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Replace {
    old: Version,
    new: Version,
}

/// Cuts a module's ties to the other folders of its repository, which are modules of their
/// own and not part of it: those that it is developed with are replaced by published ones.
fn stand_alone(go: &Go, dir: &Path) -> Result<()> {
    for name in ["go.work", "go.work.sum"] {
        if dir.join(name).exists() {
            fs::remove_file(dir.join(name))?;
        }
    }
    let output = go.command(dir).args(["mod", "edit", "-json"]).output()?;
    ensure!(output.status.success(), "go.mod in {}: {}", dir.display(), tail(&output.stderr));
    let go_mod: GoMod = serde_json::from_slice(&output.stdout)?;
    let mut edits = Vec::new();
    for Replace { old, new } in go_mod.replace.iter().flatten() {
        if !new.version.is_empty() || dir.join(&new.path).join("go.mod").is_file() {
            continue;
        }
        let version = if old.version.is_empty() { "" } else { "@" };
        edits.push(format!("-dropreplace={}{version}{}", old.path, old.version));
        // Versions that only a replacement gives a meaning to.
        let required = go_mod.require.iter().flatten().find(|required| required.path == old.path);
        if required.is_some_and(|required| required.version.starts_with("v0.0.0")) {
            edits.push(format!("-droprequire={}", old.path));
        }
    }
    if !edits.is_empty() {
        let status = go.command(dir).args(["mod", "edit"]).args(&edits).status()?;
        ensure!(status.success(), "go.mod in {} cannot be edited", dir.display());
    }
    Ok(())
}
