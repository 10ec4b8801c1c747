//! Types, constants, objects, selections and instances, against those of go/types.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, ensure};
use serde::Serialize;
use types::Store;

use super::facts::{Package, Record, Strings, What, read_package};
use super::list::{self, Listed};
use super::ours::{Checked, Words};
use super::wire::Reader;
use super::{Report, Target, shown};
use crate::toolchain::Go;

/// One package to check: what both sides are given.
#[derive(Serialize, Clone, Debug)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Source {
    /// Its name, unique among the packages.
    #[serde(rename = "ID")]
    pub(super) id: String,
    /// The path that its types are written with.
    pub(super) path: String,
    pub(super) dir: PathBuf,
    /// Names of files in `dir`.
    pub(super) files: Vec<String>,
    /// From paths in import declarations to the ids of packages.
    pub(super) imports: BTreeMap<String, String>,
    /// Language version, `go1.21`; empty for the newest.
    pub(super) go_version: String,
    pub(super) arch: String,
    /// The files to compare. Where there are none, the package is checked for what it
    /// declares.
    pub(super) emit: Vec<String>,
    /// Whether it has files that import "C", whose members are not known here.
    #[serde(skip)]
    pub(super) cgo: bool,
}

/// Compares what is known of every file of the target's packages. Returns the figure.
pub(super) fn compare(
    go: &Go,
    oracle: &Path,
    target: &Target,
    report: &mut Report,
) -> Result<String> {
    let listed = list::list(go, target)?;
    let sources = sources(&listed);
    let answers = Answers { subcommand: "types", store: Store::new(), unasked: &BTreeSet::new() };
    answers.compare(oracle, &sources, target, report)
}

/// What both sides are to check. The files of a package are compared once: of the variant
/// that is made for its test, only the files that the test adds.
pub(super) fn sources(listed: &[Listed]) -> Vec<Source> {
    let roots: HashMap<&str, HashSet<&String>> = listed
        .iter()
        .filter(|package| !package.dep_only && package.for_test.is_empty())
        .map(|package| (package.import_path.as_str(), package.compiled().collect()))
        .collect();
    let nothing = HashSet::new();
    let mut sources = Vec::new();
    for package in listed {
        let Some(mut source) = dependency(package) else { continue };
        // A package whose only files are tests is not among the roots under its own name.
        let told = match package.for_test.as_str() {
            "" => &nothing,
            _ => roots.get(package.path()).unwrap_or(&nothing),
        };
        let for_itself = package.for_test.is_empty()
            || package.path() == package.for_test
            || package.is_external_test();
        let emit = |file: &&String| !package.dep_only && for_itself && !told.contains(file);
        source.emit = package.compiled().filter(emit).cloned().collect();
        sources.push(source);
    }
    sources
}

/// The package as one that others import: no file of it is compared. `None` if there is
/// nothing to check.
pub(super) fn dependency(package: &Listed) -> Option<Source> {
    if package.import_path == "unsafe" || package.compiled().next().is_none() {
        return None;
    }
    let mut imports = package.resolved_imports();
    imports.retain(|&path, _| path != "C" && path != "unsafe");
    Some(Source {
        id: package.import_path.clone(),
        path: package.path().to_owned(),
        dir: package.dir.clone(),
        files: package.compiled().cloned().collect(),
        imports: imports.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        go_version: package.language().unwrap_or_default(),
        arch: "amd64".to_owned(),
        emit: Vec::new(),
        cgo: !package.cgo_files.is_empty(),
    })
}

/// An oracle at work; its output is gathered while we check the same packages.
pub(super) struct Asked {
    child: std::process::Child,
    output: std::thread::JoinHandle<std::io::Result<Vec<u8>>>,
}

impl Asked {
    pub(super) fn answer(mut self) -> Result<Vec<u8>> {
        let bytes = self.output.join().map_err(|_| anyhow!("reading the oracle broke"))??;
        ensure!(self.child.wait()?.success(), "the oracle failed");
        Ok(bytes)
    }
}

/// What the oracle is asked, and what is expected of it.
pub(super) struct Answers<'a> {
    /// Which oracle.
    pub(super) subcommand: &'a str,
    /// What our checker knows before it has seen any package.
    pub(super) store: Store,
    /// Packages that hold errors on purpose: we are to get through them, Go is not asked.
    pub(super) unasked: &'a BTreeSet<String>,
}

/// What was compared.
#[derive(Default)]
struct Figures {
    expressions: usize,
    files: usize,
    /// Packages that Go does not compile.
    faulty: usize,
    /// Facts that are not known since they come of C.
    opaque: usize,
}

impl Answers<'_> {
    pub(super) fn ask(&self, oracle: &Path, sources: &[Source]) -> Result<Asked> {
        let mut child = Command::new(oracle)
            .arg(self.subcommand)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", oracle.display()))?;
        let mut stdin = child.stdin.take().context("the oracle reads")?;
        let mut stdout = child.stdout.take().context("the oracle writes")?;
        let output = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stdout.read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        let mut text = Vec::new();
        for source in sources.iter().filter(|source| !self.unasked.contains(&source.id)) {
            serde_json::to_writer(&mut text, source)?;
            text.push(b'\n');
        }
        stdin.write_all(&text)?;
        Ok(Asked { child, output })
    }

    /// Compares the facts about the files that `sources` emit. Returns the figure.
    pub(super) fn compare(
        self,
        oracle: &Path,
        sources: &[Source],
        target: &Target,
        report: &mut Report,
    ) -> Result<String> {
        let asked = self.ask(oracle, sources)?;
        let ours = Checked::new(self.store, sources)?;
        for (id, why) in &ours.broken {
            report.differs("package breaks the checker", || format!("{id}: {why}"));
        }
        let answer = asked.answer()?;
        let mut reader = Reader::new(answer.as_slice())?;
        let (mut words, mut strings) = (Words::default(), Strings::default());
        let mut figures = Figures::default();
        let cgo = sources.iter().filter(|source| source.cgo);
        let cgo: HashSet<&str> = cgo.map(|source| source.id.as_str()).collect();
        while !reader.at_end()? {
            reader.uint()?; // The length of the block, for those who skip it.
            let theirs = read_package(&mut reader, &mut strings)?;
            if is_faulty(&theirs, &mut figures) {
                continue;
            }
            for (path, their_records) in theirs.files {
                figures.files += 1;
                let Some(our_records) = ours.records(&theirs.id, &path, &mut words, &mut strings)
                else {
                    let name = shown(&path, target);
                    report.differs("file not checked", || format!("{name}: not checked"));
                    continue;
                };
                let text = std::fs::read(&path).unwrap_or_default();
                let cgo = cgo.contains(theirs.id.as_str());
                let page = Page { path: &path, text: &text, target, strings: &strings, cgo };
                page.compare(our_records, their_records, &mut figures, report);
            }
        }
        report.compared("expressions", figures.expressions);
        report.compared("files", figures.files);
        Ok(figures.show())
    }
}

/// Whether Go does not compile the package, so that there is no truth to compare with.
fn is_faulty(theirs: &Package, figures: &mut Figures) -> bool {
    if theirs.faults > 0 {
        figures.faulty += 1;
        let first = theirs.first_faults.first().map_or("", String::as_str);
        println!("{}: left out, Go finds {} errors: {first}", theirs.id, theirs.faults);
    }
    theirs.faults > 0
}

impl Figures {
    fn show(&self) -> String {
        let mut text = format!("{} expressions in {} files", self.expressions, self.files);
        if self.opaque > 0 {
            text.push_str(&format!(", {} facts unknown because of C", self.opaque));
        }
        if self.faulty > 0 {
            text.push_str(&format!(", {} packages left out", self.faulty));
        }
        text
    }
}

/// The file that records are about.
struct Page<'a> {
    path: &'a Path,
    text: &'a [u8],
    target: &'a Target,
    strings: &'a Strings,
    /// Whether its package imports "C".
    cgo: bool,
}

/// One side's word against the other's.
enum Difference<'a> {
    OnlyOurs(&'a Record),
    OnlyTheirs(&'a Record),
    /// The position of the first value that differs.
    Value(&'a Record, &'a Record, usize),
}

impl Page<'_> {
    fn compare(
        &self,
        mut ours: Vec<Record>,
        mut theirs: Vec<Record>,
        figures: &mut Figures,
        report: &mut Report,
    ) {
        ours.sort_by_key(Record::key);
        theirs.sort_by_key(Record::key);
        figures.expressions += theirs.iter().filter(|record| record.what == What::Expr).count();
        merge(&ours, &theirs, |difference| {
            if self.cgo && self.comes_of_c(&difference) {
                figures.opaque += 1;
            } else {
                self.tell(&difference, report);
            }
        });
    }

    fn tell(&self, difference: &Difference<'_>, report: &mut Report) {
        match *difference {
            Difference::OnlyOurs(our) => {
                report.differs(format!("{} {}: only ours", our.what.name(), our.kind), || {
                    format!("{}: only ours: {}", self.place(our), our.show(self.strings))
                });
            }
            Difference::OnlyTheirs(their) => {
                report.differs(format!("{} {}: only Go's", their.what.name(), their.kind), || {
                    format!("{}: only Go's: {}", self.place(their), their.show(self.strings))
                });
            }
            Difference::Value(our, their, at) => {
                let label = our.what.labels()[at];
                report.differs(format!("{} {}: {label}", our.what.name(), our.kind), || {
                    let ours = clip(self.strings.get(our.values[at]), 300);
                    let theirs = clip(self.strings.get(their.values[at]), 300);
                    format!("{}: {label} {ours}; Go: {theirs}", self.place(our))
                });
            }
        }
    }

    /// Whether the sides differ because what package C holds is told to neither: go/types
    /// drops what it does not know, and what is built of it; we keep the names.
    fn comes_of_c(&self, difference: &Difference<'_>) -> bool {
        let invalid = |record: &Record| {
            record.values.iter().any(|&value| self.strings.get(value).contains("invalid type"))
        };
        match difference {
            Difference::OnlyOurs(_) => true,
            Difference::Value(our, their, _) => invalid(our) || invalid(their),
            Difference::OnlyTheirs(their) => {
                invalid(their)
                    || self.strings.get(their.values[0]).starts_with("PkgName C ")
                    || self.snippet(their).contains("C.")
            }
        }
    }

    fn snippet(&self, record: &Record) -> String {
        let start = (record.start as usize).min(self.text.len());
        let end = (record.end as usize).clamp(start, self.text.len());
        String::from_utf8_lossy(&self.text[start..end]).into_owned()
    }

    /// The place of a record and the text there.
    fn place(&self, record: &Record) -> String {
        let before = &self.text[..(record.start as usize).min(self.text.len())];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let column = before.len() - start + 1;
        let name = shown(self.path, self.target);
        let what = record.what.name();
        if record.start == record.end {
            return format!("{name}:{line}:{column}: {what}");
        }
        let snippet = self.snippet(record);
        let snippet = clip(snippet.lines().next().unwrap_or_default(), 60);
        format!("{name}:{line}:{column}: {what} {} `{snippet}`", record.kind)
    }
}

/// Goes through the sorted records of both sides.
fn merge(ours: &[Record], theirs: &[Record], mut differs: impl FnMut(Difference<'_>)) {
    let (mut ours, mut theirs) = (ours.iter().peekable(), theirs.iter().peekable());
    loop {
        let order = match (ours.peek(), theirs.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(our), Some(their)) => our.key().cmp(&their.key()),
        };
        let our = if order.is_le() { ours.next() } else { None };
        let their = if order.is_ge() { theirs.next() } else { None };
        match (our, their) {
            (Some(our), Some(their)) => {
                // What follows from a wrong mode or type is no difference of its own.
                let mut pairs = our.values.iter().zip(&their.values);
                if let Some(at) = pairs.position(|(a, b)| a != b) {
                    differs(Difference::Value(our, their, at));
                }
            }
            (Some(our), None) => differs(Difference::OnlyOurs(our)),
            (None, Some(their)) => differs(Difference::OnlyTheirs(their)),
            (None, None) => return,
        }
    }
}

/// The text, cut to about `max` bytes.
pub(super) fn clip(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}
