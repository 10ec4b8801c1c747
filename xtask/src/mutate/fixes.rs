//! Applies fixes to the rules' fixtures, changed at random: what the compiler took before, it takes after.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::{Context, Result, ensure};

use super::edit::{Dice, gentle};
use crate::bench;
use crate::cache;
use crate::toolchain::{Go, repository, tail};

/// The module of the fixtures, which the mutants are packages of too.
const MODULE: &str = "example.com/fixtures";
/// What fixtures import: copied as it is.
const IMPORTED: [&str; 2] = ["third_party", "dialer"];
/// How many mutants are fixed at once.
const AT_ONCE: u64 = 500;

/// What became of the mutants.
#[derive(Default)]
pub(super) struct Tally {
    /// Those that the compiler takes.
    pub(super) right: usize,
    /// Those that a fix changed.
    pub(super) fixed: usize,
    /// Those that it no longer took then, or that the program failed on.
    pub(super) broken: usize,
}

/// Fixes the mutants of these seeds; those that a fix breaks go to `out`, as they were and as they are.
pub(super) fn run(seeds: std::ops::Range<u64>, out: &Path) -> Result<Tally> {
    let go = Go::pinned()?;
    let unheap = bench::build()?;
    let folder = repository().join("crates/rules/tests/fixtures");
    let fixtures = fixtures(&folder)?;
    ensure!(!fixtures.is_empty(), "there are no fixtures");
    let mut tally = Tally::default();
    let mut first = seeds.start;
    while first < seeds.end {
        let next = seeds.end.min(first + AT_ONCE);
        let batch = Batch::new(&go, &folder, &fixtures, first..next)?;
        batch.run(&unheap, out, &mut tally)?;
        eprintln!("{next} mutants: {} right, {} fixed", tally.right, tally.fixed);
        first = next;
    }
    Ok(tally)
}

/// Folders of fixtures, with their files, tests left out.
fn fixtures(dir: &Path) -> Result<Vec<Vec<PathBuf>>> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !path.ends_with(IMPORTED[0]) {
                    folders.push(path);
                }
            } else if name.ends_with(".go") && !name.ends_with("_test.go") {
                files.push(path);
            }
        }
        files.sort();
        if !files.is_empty() {
            found.push(files);
        }
    }
    found.sort();
    Ok(found)
}

/// Mutants side by side in one module, and the same as they were before the fixes.
struct Batch<'a> {
    go: &'a Go,
    scratch: tempfile::TempDir,
}

impl<'a> Batch<'a> {
    fn new(
        go: &'a Go,
        folder: &Path,
        fixtures: &[Vec<PathBuf>],
        seeds: std::ops::Range<u64>,
    ) -> Result<Self> {
        let batch = Self { go, scratch: tempfile::tempdir()? };
        let dir = batch.dir();
        fs::create_dir(&dir)?;
        fs::copy(folder.join("go.mod"), dir.join("go.mod"))?;
        for imported in IMPORTED {
            cache::copy(&folder.join(imported), &dir.join(imported))?;
        }
        for seed in seeds {
            let mut dice = Dice::new(seed);
            let files = &fixtures[dice.below(fixtures.len())];
            let at = dice.below(files.len());
            let folder = dir.join(format!("m{seed}"));
            fs::create_dir(&folder)?;
            for (i, file) in files.iter().enumerate() {
                let text = fs::read(file)?;
                let text = if i == at { gentle(&text, &mut dice) } else { text };
                fs::write(folder.join(file.file_name().context("a file")?), text)?;
            }
        }
        Ok(batch)
    }

    fn dir(&self) -> PathBuf {
        self.scratch.path().join("mutants")
    }

    fn run(&self, unheap: &Path, out: &Path, tally: &mut Tally) -> Result<()> {
        for name in self.unreadable()? {
            fs::remove_dir_all(self.dir().join(name))?;
        }
        let refused = self.refused()?;
        for name in refused.keys() {
            fs::remove_dir_all(self.dir().join(name))?;
        }
        ensure!(self.refused()?.is_empty(), "Go changes its mind");
        let before = self.scratch.path().join("before");
        cache::copy(&self.dir(), &before)?;

        let mut command = self.go.seen_by(unheap, &self.dir());
        let output = command.args(["fix", "--all", "--unsafe", "./..."]).output()?;
        let faults = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.code().is_none_or(|code| code > 1) || faults.contains("internal error") {
            eprintln!("unheap fix: {}", tail(&output.stderr));
            tally.broken += 1;
        }
        let refused = self.refused()?;
        for (name, why) in &refused {
            println!("{name} is no longer taken: {why}");
            cache::copy(&before.join(name), &out.join(name).join("before"))?;
            cache::copy(&self.dir().join(name), &out.join(name).join("after"))?;
        }
        tally.broken += refused.len();
        for entry in fs::read_dir(&before)? {
            let folder = entry?.path();
            if folder.is_dir() && !IMPORTED.iter().any(|imported| folder.ends_with(imported)) {
                tally.right += 1;
                tally.fixed += usize::from(differ(&folder, &self.dir())?);
            }
        }
        Ok(())
    }

    fn go(&self, arguments: &[&str]) -> Result<Output> {
        self.go.command(&self.dir()).args(arguments).output().context("go does not run")
    }

    /// Packages that the go command cannot read or whose imports it does not find.
    fn unreadable(&self) -> Result<BTreeSet<String>> {
        let format = "{{if .Incomplete}}{{.Dir}}{{end}}";
        let output = self.go(&["list", "-e", "-f", format, "./..."])?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let name = |line: &str| Some(Path::new(line).file_name()?.to_str()?.to_owned());
        Ok(text.lines().filter_map(name).collect())
    }

    /// Packages that do not compile, with the first thing said of each.
    fn refused(&self) -> Result<BTreeMap<String, String>> {
        let output = self.go(&["build", "./..."])?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let mut refused = BTreeMap::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix(&format!("# {MODULE}/")) {
                let why = lines.peek().copied().unwrap_or_default();
                refused.insert(name.to_owned(), why.to_owned());
            }
        }
        ensure!(output.status.success() || !refused.is_empty(), "{text}");
        Ok(refused)
    }
}

/// Whether a file of a folder reads otherwise in the folder of its name in `other`.
fn differ(folder: &Path, other: &Path) -> Result<bool> {
    let other = other.join(folder.file_name().context("a folder")?);
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().context("a file")?;
        if fs::read(&path)? != fs::read(other.join(name))? {
            return Ok(true);
        }
    }
    Ok(false)
}
