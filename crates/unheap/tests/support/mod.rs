//! Runs the program on folders made for a test, with the pinned Go.

// Each test file uses its part of it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// The version that tests ask; the one of `cargo xtask`.
const PINNED: &str = "1.27.3";

/// The GOROOT of the pinned Go: `$UNHEAP_GOROOT`, else where `cargo xtask toolchain` puts it.
pub(crate) fn goroot() -> PathBuf {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || {
        set("UNHEAP_CACHE")
            .or_else(|| Some(set("XDG_CACHE_HOME")?.join("unheap")))
            .or_else(|| Some(env::home_dir()?.join(".cache/unheap")))
    };
    let root = set("UNHEAP_GOROOT")
        .or_else(|| Some(cache()?.join("go").join(PINNED).join("go")))
        .expect("a home folder");
    assert!(
        root.join("src/fmt").is_dir(),
        "Go {PINNED} is not in {}: run `cargo xtask toolchain`, which fetches it once",
        root.display()
    );
    root
}

/// The project's folder.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the project's folder")
}

/// The program, to be run in a folder with the pinned Go and nothing else set.
pub(crate) fn unheap(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unheap"));
    command.current_dir(dir).args(arguments).env_clear();
    for (name, value) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if !name.starts_with("GO") && !name.starts_with("CLICOLOR") && name != "NO_COLOR" {
            command.env(name, value);
        }
    }
    command.env("GOROOT", goroot()).env("GOTOOLCHAIN", "local").env("GOWORK", "off");
    command
}

/// What a run came to.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program.
pub(crate) fn run(dir: &Path, arguments: &[&str]) -> Run {
    let Output { status, stdout, stderr } =
        unheap(dir, arguments).output().expect("the program starts");
    Run {
        status: status.code().expect("the program ends by itself"),
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// A folder with these files in it; goes when it is dropped.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    dir
}
