//! Asks the compiler, and keeps what it says.
//!
//! `go list -export` builds packages without linking their programs, goes on where one does not
//! build, and prints what the compiler prints, whether it compiles or the build cache has it. The
//! answer on each package is kept, so that it is asked for once per toolchain, flags and module
//! version; a folder that can change is asked about anew each time, and the build cache answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, ensure};
use serde::Deserialize;

use super::parse::{Remark, about_inlining};
use super::tree::{self, Tree};
use super::{About, Question, Stage, Target};
use crate::cache;
use crate::toolchain::{Go, tail};

/// Raised when what is kept of an answer changes.
const FORMAT: &str = "1";

/// What the compiler says of the packages of a target.
pub(super) struct Answers {
    /// By import path.
    pub(super) packages: BTreeMap<String, Answer>,
    /// Packages that Go does not build, and why.
    pub(super) failed: Vec<(String, String)>,
    /// Where answers are that are not kept.
    _scratch: Option<tempfile::TempDir>,
}

/// What the compiler says of one package: a file of it.
pub(super) struct Answer {
    path: PathBuf,
}

impl Answer {
    fn read(&self) -> Result<String> {
        let bytes =
            fs::read(&self.path).with_context(|| format!("cannot read {}", self.path.display()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Its remarks, in the compiler's order.
    pub(super) fn remarks(&self) -> Result<Vec<Remark>> {
        // Paths are absolute in what is kept.
        let remarks: Vec<_> =
            self.read()?.lines().filter_map(|line| Remark::parse(line, Path::new(""))).collect();
        Ok(remarks)
    }

    /// Its trees of a stage, in the compiler's order.
    pub(super) fn trees(&self, stage: Stage) -> Result<Vec<Tree>> {
        Ok(tree::read(&self.read()?, stage))
    }
}

/// The parts of [`Listed`].
const FIELDS: &str = "-json=ImportPath,Export,GoFiles,CgoFiles,Error,DepsErrors";

/// What the go command tells of a package.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Listed {
    import_path: String,
    export: String,
    go_files: Vec<String>,
    cgo_files: Vec<String>,
    error: Option<ListedError>,
    deps_errors: Vec<ListedError>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ListedError {
    err: String,
}

impl Listed {
    /// Whether the compiler has nothing to read: all its files are tests, or left out by
    /// constraints; or it is `unsafe`, which only looks like a package.
    fn is_empty(&self) -> bool {
        let files = self.go_files.is_empty() && self.cgo_files.is_empty();
        (files && self.error.is_none()) || self.import_path == "unsafe"
    }

    /// Why it is not built, on one line.
    fn failure(&self) -> String {
        let error = self.error.iter().chain(&self.deps_errors).next();
        let lines = error.map_or("no reason given", |error| error.err.as_str()).lines();
        let mut lines = lines.filter(|line| !line.starts_with("# "));
        lines.next().unwrap_or("no reason given").to_owned()
    }
}

/// Asks about the packages of a target; about those with a kept answer, only the cache.
pub(super) fn ask(go: &Go, target: &Target, question: &Question) -> Result<Answers> {
    let session = Session { go, target, question, cgo: has_c_compiler(go, &target.dir)? };
    let (folder, scratch) = session.folder()?;
    let names = session.list(&[], &target.patterns)?;
    let names = names.into_iter().filter(|listed| !listed.is_empty());
    let names: BTreeSet<String> = names.map(|listed| listed.import_path).collect();
    let is_kept = |name: &&String| {
        folder.join(answer_name(name)).is_file() || folder.join(failure_name(name)).is_file()
    };
    let unasked: BTreeSet<&String> = names.iter().filter(|name| !is_kept(name)).collect();
    if !unasked.is_empty() {
        session.build(&unasked, &folder)?;
    }
    let mut answers = Answers { packages: BTreeMap::new(), failed: Vec::new(), _scratch: scratch };
    for name in names {
        let path = folder.join(answer_name(&name));
        if path.is_file() {
            answers.packages.insert(name, Answer { path });
        } else {
            let why = fs::read_to_string(folder.join(failure_name(&name)));
            answers.failed.push((name, why.unwrap_or_else(|_| "it says nothing".to_owned())));
        }
    }
    Ok(answers)
}

/// An import path as the name of a file.
fn answer_name(package: &str) -> String {
    package.replace('%', "%25").replace('/', "%2F")
}

fn failure_name(package: &str) -> String {
    format!("{}.failed", answer_name(package))
}

/// Whether cgo is on: only where there is a C compiler can packages with C in them be built.
fn has_c_compiler(go: &Go, dir: &Path) -> Result<bool> {
    let output =
        go.command(dir).args(["env", "CC"]).output().context("cannot run the go command")?;
    let compiler = String::from_utf8_lossy(&output.stdout);
    let Some(compiler) = compiler.split_whitespace().next() else { return Ok(false) };
    let status = Command::new(compiler)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    Ok(status.is_ok_and(|status| status.success()))
}

/// One question about one target.
struct Session<'a> {
    go: &'a Go,
    target: &'a Target,
    question: &'a Question,
    cgo: bool,
}

impl Session<'_> {
    /// What the compiler is given.
    fn flags(&self) -> String {
        let flags = match self.question.about {
            About::Trees(_) => "-W=2",
            About::Inlining => "-m=2",
            About::Escape => "-m",
        };
        // Without `all=`, dependencies keep what they tell of their inlined bodies.
        if self.question.inlining { flags.to_owned() } else { format!("all={flags} -l") }
    }

    /// Where its answers are kept; or a folder that goes away, if the target can change.
    fn folder(&self) -> Result<(PathBuf, Option<tempfile::TempDir>)> {
        if !self.target.is_fixed() {
            let scratch = tempfile::tempdir()?;
            return Ok((scratch.path().to_path_buf(), Some(scratch)));
        }
        let flags = self.flags().replace(['=', ' '], "");
        let pgo = if self.question.pgo { "-pgo" } else { "" };
        let cgo = if self.cgo { "" } else { "-nocgo" };
        let name = format!(
            "answers{FORMAT}/go{}/{flags}{pgo}{cgo}/{}",
            self.go.name(),
            answer_name(&self.target.name)
        );
        Ok((cache::folder(&name)?, None))
    }

    fn command(&self, arguments: &[String], patterns: &[impl AsRef<str>]) -> Result<Command> {
        let mut command = self.go.command(&self.target.dir);
        let pgo = if self.question.pgo { "auto" } else { "off" };
        command
            .args(["list", "-e", FIELDS, "-buildvcs=false"])
            .arg(format!("-pgo={pgo}"))
            .args(arguments)
            .arg("--")
            .args(patterns.iter().map(AsRef::as_ref))
            .env("CGO_ENABLED", if self.cgo { "1" } else { "0" })
            .env("GOCACHE", cache::folder(&format!("go-build-{}", self.go.name()))?)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Ok(command)
    }

    /// The packages that patterns name.
    fn list(&self, arguments: &[String], patterns: &[String]) -> Result<Vec<Listed>> {
        let output = self.command(arguments, patterns)?.output();
        let output = output.context("cannot run the go command")?;
        let name = &self.target.name;
        ensure!(output.status.success(), "go list of {name}: {}", tail(&output.stderr));
        read_listed(&output.stdout)
    }

    /// Builds packages and writes the answer on each to the folder.
    fn build(&self, packages: &BTreeSet<&String>, folder: &Path) -> Result<()> {
        let (name, flags) = (&self.target.name, self.flags());
        let version = self.go.name();
        eprintln!("{name}: asking Go {version} about {} packages ({flags}) …", packages.len());
        let arguments = ["-export".to_owned(), format!("-gcflags={flags}")];
        let patterns: Vec<&str> = packages.iter().map(|name| name.as_str()).collect();
        let mut child = self.command(&arguments, &patterns)?.spawn()?;
        let mut stdout = child.stdout.take().context("the go command writes")?;
        let stderr = child.stderr.take().context("the go command writes")?;
        let listed = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stdout.read_to_end(&mut bytes).map(|_| bytes)
        });
        let part = tempfile::Builder::new().prefix(".part-").tempdir_in(folder)?;
        let mut scribe = Scribe::new(self, packages, part.path());
        let mut input = BufReader::with_capacity(1 << 18, stderr);
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line)? > 0 {
            scribe.take(String::from_utf8_lossy(&line).trim_end_matches('\n'))?;
            line.clear();
        }
        let complaint = scribe.finish()?;
        let listed = listed.join().map_err(|_| anyhow!("reading the go command broke"))??;
        ensure!(child.wait()?.success(), "go list of {name}: {complaint}");
        for listed in read_listed(&listed)? {
            keep(&listed, part.path(), folder)?;
        }
        Ok(())
    }
}

fn read_listed(json: &[u8]) -> Result<Vec<Listed>> {
    let packages = serde_json::Deserializer::from_slice(json).into_iter::<Listed>();
    let packages: Result<Vec<_>, _> = packages.collect();
    packages.context("go list said what cannot be understood")
}

/// Moves the answer on a package from `part` to `folder`.
fn keep(listed: &Listed, part: &Path, folder: &Path) -> Result<()> {
    let name = answer_name(&listed.import_path);
    if listed.export.is_empty() {
        fs::write(folder.join(failure_name(&listed.import_path)), listed.failure())?;
    } else if part.join(&name).is_file() {
        fs::rename(part.join(&name), folder.join(name))?;
    } else {
        // The compiler has nothing to remark.
        fs::write(folder.join(name), "")?;
    }
    Ok(())
}

/// Writes what the compiler says of each package to a file of its own.
struct Scribe<'a> {
    session: &'a Session<'a>,
    packages: &'a BTreeSet<&'a String>,
    folder: &'a Path,
    /// The package that lines are about: `# path` says so. A package may be named several times.
    current: Option<BufWriter<File>>,
    filter: tree::Filter,
    /// Whether lines are about a dependency, which `all=` makes speak too.
    ignores: bool,
    /// What is said of no package: complaints.
    complaints: Vec<u8>,
}

impl<'a> Scribe<'a> {
    fn new(session: &'a Session<'a>, packages: &'a BTreeSet<&'a String>, folder: &'a Path) -> Self {
        Self {
            session,
            packages,
            folder,
            current: None,
            ignores: false,
            filter: tree::Filter::default(),
            complaints: Vec::new(),
        }
    }

    fn take(&mut self, line: &str) -> Result<()> {
        if let Some(package) = line.strip_prefix("# ") {
            return self.turn_to(package);
        }
        let Some(output) = &mut self.current else {
            if self.ignores {
                return Ok(());
            }
            self.complaints.extend_from_slice(line.as_bytes());
            self.complaints.push(b'\n');
            return Ok(());
        };
        let question = self.session.question;
        if matches!(question.about, About::Trees(_)) {
            if let Some(kept) = self.filter.take(line) {
                writeln!(output, "{kept}")?;
            }
            return Ok(());
        }
        let Some(mut remark) = Remark::parse(line, &self.session.target.dir) else { return Ok(()) };
        if question.about == About::Inlining {
            match about_inlining(&remark.text) {
                None => return Ok(()),
                Some(text) => remark.text = text.to_owned(),
            }
        }
        writeln!(output, "{remark}")?;
        Ok(())
    }

    fn turn_to(&mut self, package: &str) -> Result<()> {
        self.flush()?;
        self.filter = tree::Filter::default();
        self.ignores = !self.packages.contains(&package.to_owned());
        if self.ignores {
            return Ok(());
        }
        let path = self.folder.join(answer_name(package));
        let file = File::options().create(true).append(true).open(&path)?;
        self.current = Some(BufWriter::with_capacity(1 << 18, file));
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if let Some(mut output) = self.current.take() {
            output.flush()?;
        }
        Ok(())
    }

    /// Returns what was said of no package.
    fn finish(mut self) -> Result<String> {
        self.flush()?;
        Ok(tail(&self.complaints))
    }
}
