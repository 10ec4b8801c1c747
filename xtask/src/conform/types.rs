//! Types, constants, objects, selections and instances, against those of go/types.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, ensure};
use serde::Serialize;

use super::facts::{Record, Strings, What, read_package};
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
    compare_sources(oracle, &sources, target, report)
}

/// What both sides are to check. The files of a package are compared once: of the variant
/// that is made for its test, only the files that the test adds.
fn sources(listed: &[Listed]) -> Vec<Source> {
    let roots: HashMap<&str, HashSet<&String>> = listed
        .iter()
        .filter(|package| !package.dep_only && package.for_test.is_empty())
        .map(|package| (package.import_path.as_str(), package.compiled().collect()))
        .collect();
    let nothing = HashSet::new();
    let mut sources = Vec::new();
    for package in listed {
        if package.import_path == "unsafe" || package.compiled().next().is_none() {
            continue;
        }
        let path = package.path();
        // A package whose only files are tests is not among the roots under its own name.
        let told = if package.for_test.is_empty() {
            &nothing
        } else {
            roots.get(path).unwrap_or(&nothing)
        };
        let for_itself =
            package.for_test.is_empty() || path == package.for_test || package.is_external_test();
        let emit = |file: &&String| !package.dep_only && for_itself && !told.contains(file);
        let mut imports = package.resolved_imports();
        imports.retain(|&path, _| path != "C" && path != "unsafe");
        sources.push(Source {
            id: package.import_path.clone(),
            path: path.to_owned(),
            dir: package.dir.clone(),
            files: package.compiled().cloned().collect(),
            imports: imports.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
            go_version: package.language().unwrap_or_default(),
            arch: "amd64".to_owned(),
            emit: package.compiled().filter(emit).cloned().collect(),
        });
    }
    sources
}

/// An oracle at work; its output is gathered while we check the same packages.
struct Asked {
    child: std::process::Child,
    output: std::thread::JoinHandle<std::io::Result<Vec<u8>>>,
}

fn ask(oracle: &Path, sources: &[Source]) -> Result<Asked> {
    let mut child = Command::new(oracle)
        .arg("types")
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
    for source in sources {
        serde_json::to_writer(&mut text, source)?;
        text.push(b'\n');
    }
    stdin.write_all(&text)?;
    Ok(Asked { child, output })
}

impl Asked {
    fn answer(mut self) -> Result<Vec<u8>> {
        let bytes = self.output.join().map_err(|_| anyhow!("reading the oracle broke"))??;
        ensure!(self.child.wait()?.success(), "the oracle failed");
        Ok(bytes)
    }
}

/// Compares the facts about the files that `sources` emit.
pub(super) fn compare_sources(
    oracle: &Path,
    sources: &[Source],
    target: &Target,
    report: &mut Report,
) -> Result<String> {
    let asked = ask(oracle, sources)?;
    let ours = Checked::new(sources)?;
    for (package, why) in &ours.broken {
        report.differs("our checker broke", || format!("{package}: {why}"));
    }
    for (id, why) in &ours.broken {
        report.differs("package breaks the checker", || format!("{id}: {why}"));
    }
    let answer = asked.answer()?;
    let mut reader = Reader::new(answer.as_slice())?;
    let (mut words, mut strings) = (Words::default(), Strings::default());
    let (mut expressions, mut files, mut faulty) = (0, 0, 0);
    while !reader.at_end()? {
        reader.uint()?; // The length of the block, for those who skip it.
        let theirs = read_package(&mut reader, &mut strings)?;
        if theirs.faults > 0 {
            // Go does not compile it, so there is no truth to compare with.
            faulty += 1;
            let first = theirs.first_faults.first().map_or("", String::as_str);
            println!("{}: left out, Go finds {} errors: {first}", theirs.id, theirs.faults);
            continue;
        }
        for (path, mut their_records) in theirs.files {
            let exprs = their_records.iter().filter(|record| record.what == What::Expr).count();
            expressions += exprs;
            files += 1;
            let Some(mut our_records) = ours.records(&theirs.id, &path, &mut words, &mut strings)
            else {
                report.differs("file not checked", || {
                    format!("{}: not checked", shown(&path, target))
                });
                continue;
            };
            our_records.sort_by_key(Record::key);
            their_records.sort_by_key(Record::key);
            let text = std::fs::read(&path).unwrap_or_default();
            let page = Page { path: &path, text: &text, target };
            compare_records(&our_records, &their_records, &strings, &page, report);
        }
    }
    report.compared("expressions", expressions);
    report.compared("files", files);
    let left_out = if faulty > 0 { format!(", {faulty} packages left out") } else { String::new() };
    Ok(format!("{expressions} expressions in {files} files{left_out}"))
}

/// The file that records are about.
struct Page<'a> {
    path: &'a Path,
    text: &'a [u8],
    target: &'a Target,
}

impl Page<'_> {
    /// The place of a record and the text there.
    fn place(&self, record: &Record) -> String {
        let start = (record.start as usize).min(self.text.len());
        let end = (record.end as usize).clamp(start, self.text.len());
        let line = self.text[..start].iter().filter(|&&byte| byte == b'\n').count() + 1;
        let bol = self.text[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let snippet = String::from_utf8_lossy(&self.text[start..end]);
        let snippet = clip(snippet.lines().next().unwrap_or_default(), 60);
        let name = shown(self.path, self.target);
        format!(
            "{name}:{line}:{}: {} {} `{snippet}`",
            start - bol + 1,
            record.what.name(),
            record.kind
        )
    }
}

/// Compares the sorted records of a file.
fn compare_records(
    ours: &[Record],
    theirs: &[Record],
    strings: &Strings,
    page: &Page<'_>,
    report: &mut Report,
) {
    let (mut i, mut j) = (0, 0);
    loop {
        let (our, their) = (ours.get(i), theirs.get(j));
        let order = match (our, their) {
            (None, None) => return,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(our), Some(their)) => our.key().cmp(&their.key()),
        };
        match order {
            std::cmp::Ordering::Equal => {
                if let (Some(our), Some(their)) = (our, their) {
                    compare_values(our, their, strings, page, report);
                }
                i += 1;
                j += 1;
            }
            std::cmp::Ordering::Less => {
                if let Some(our) = our {
                    let cause = format!("{} {}: not recorded by Go", our.what.name(), our.kind);
                    report.differs(cause, || {
                        format!(
                            "{}: not recorded by Go; we: {}",
                            page.place(our),
                            our.show(strings)
                        )
                    });
                }
                i += 1;
            }
            std::cmp::Ordering::Greater => {
                if let Some(their) = their {
                    let cause = format!("{} {}: not recorded by us", their.what.name(), their.kind);
                    report.differs(cause, || {
                        format!("{}: not recorded; Go: {}", page.place(their), their.show(strings))
                    });
                }
                j += 1;
            }
        }
    }
}

fn compare_values(
    our: &Record,
    their: &Record,
    strings: &Strings,
    page: &Page<'_>,
    report: &mut Report,
) {
    if our.values == their.values {
        return;
    }
    for (at, label) in our.what.labels().iter().enumerate() {
        let (our_value, their_value) = (our.values[at], their.values[at]);
        if our_value == their_value {
            continue;
        }
        report.differs(format!("{} {}: {label}", our.what.name(), our.kind), || {
            let (ours, theirs) = (strings.get(our_value), strings.get(their_value));
            format!("{}: {label} {}; Go: {}", page.place(our), clip(ours, 300), clip(theirs, 300))
        });
        // What follows from a wrong type or mode is no difference of its own.
        return;
    }
}

/// The text, cut to about `max` bytes.
pub(super) fn clip(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}
