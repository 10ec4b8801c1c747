//! Trees, against those of go/parser.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use source::NameCache;
use syntax::dump;

use super::wire::{Node, Reader};
use super::{Report, Target, shown};

/// What an oracle made of a file.
enum Verdict {
    Refused(String),
    Accepted(Vec<Node>),
    Unread(String),
}

/// Compares the tree of every Go file under the target's folder. Returns the figure.
pub(super) fn compare(oracle: &Path, target: &Target, report: &mut Report) -> Result<String> {
    let files = go_files(target)?;
    let mut child = Command::new(oracle)
        .arg("syntax")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", oracle.display()))?;
    let stdin = child.stdin.take().context("the oracle reads")?;
    let stdout = child.stdout.take().context("the oracle writes")?;
    let nodes = std::thread::scope(|scope| -> Result<usize> {
        let sender = scope.spawn(|| send(stdin, &files));
        let mut reader = Reader::new(stdout)?;
        let (mut nodes, mut names) = (0, NameCache::new());
        for path in &files {
            nodes += compare_file(path, verdict(&mut reader)?, target, &mut names, report)?;
        }
        sender.join().map_err(|_| anyhow::anyhow!("the sender of paths broke"))??;
        Ok(nodes)
    })?;
    ensure!(child.wait()?.success(), "the oracle failed");
    report.compared("nodes", nodes);
    report.compared("files", files.len());
    Ok(format!("{nodes} nodes in {} files", files.len()))
}

/// Every regular `.go` file under the folder, whatever the go command thinks of it, sorted.
/// Folders that belong to patterns alone are left to packages: a tree needs no package.
pub(crate) fn go_files(target: &Target) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = start_folders(target);
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let (kind, path) = (entry.file_type()?, entry.path());
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|e| e == "go") {
                files.push(path);
            }
        }
    }
    files.retain(|file| !target.leaves_out(file));
    files.sort();
    Ok(files)
}

/// The folder of each pattern that names one, else the whole of the target's.
fn start_folders(target: &Target) -> Vec<PathBuf> {
    let named = target.patterns.iter().map(|pattern| target.dir.join(pattern));
    let named: Vec<_> = named.filter(|folder| folder.is_dir()).collect();
    if named.len() == target.patterns.len() { named } else { vec![target.dir.clone()] }
}

fn send(stdin: impl Write, files: &[PathBuf]) -> std::io::Result<()> {
    let mut stdin = BufWriter::new(stdin);
    for file in files {
        writeln!(stdin, "{}", file.display())?;
    }
    stdin.flush()
}

fn verdict(reader: &mut Reader<impl std::io::Read>) -> Result<Verdict> {
    reader.restart_offsets();
    Ok(match reader.byte()? {
        0 => Verdict::Refused(reader.text()?),
        1 => {
            let mut nodes = Vec::new();
            // The tree, then all comments: also those that belong to no node.
            for _ in 0..2 {
                while let Some(node) = reader.node()? {
                    nodes.push(node);
                }
            }
            Verdict::Accepted(nodes)
        }
        2 => Verdict::Unread(reader.text()?),
        _ => bail!("the oracle's output makes no sense"),
    })
}

/// Compares one file; returns the number of nodes.
fn compare_file(
    path: &Path,
    theirs: Verdict,
    target: &Target,
    names: &mut NameCache,
    report: &mut Report,
) -> Result<usize> {
    let name = shown(path, target);
    let text = match (fs::read(path), &theirs) {
        (Err(_), Verdict::Unread(_)) => return Ok(0),
        (Err(error), _) => bail!("{name}: {error}"),
        (Ok(_), Verdict::Unread(error)) => bail!("{error}"),
        (Ok(text), _) => text,
    };
    match (tree(&text, names), theirs) {
        (Err(_), Verdict::Refused(_)) => Ok(0),
        (Ok(_), Verdict::Refused(reason)) => {
            report.differs("accepted, refused by Go", || format!("{name}: Go says: {reason}"));
            Ok(0)
        }
        (Err((offset, message)), Verdict::Accepted(nodes)) => {
            report.differs("refused, accepted by Go", || {
                let (line, column) = place(&text, offset);
                format!("{name}:{line}:{column}: refused: {message}")
            });
            Ok(nodes.len())
        }
        (Ok(ours), Verdict::Accepted(theirs)) => {
            compare_nodes(&ours, &theirs, report, |offset| {
                let (line, column) = place(&text, offset);
                format!("{name}:{line}:{column}")
            });
            Ok(theirs.len())
        }
        (_, Verdict::Unread(_)) => Ok(0),
    }
}

/// Our tree of a file, then all comments, or the first error and where it is.
fn tree(text: &[u8], names: &mut NameCache) -> Result<Vec<Node>, (i64, String)> {
    let file = syntax::parse(text, &syntax::Options::default(), names);
    if let Some(error) = file.errors.first() {
        return Err((i64::from(error.span.start), error.message.clone()));
    }
    let nodes = dump::nodes(&file).into_iter().chain(dump::comments(&file));
    let nodes =
        nodes.map(|(kind, start, end)| Node { kind, start: i64::from(start), end: i64::from(end) });
    Ok(nodes.collect())
}

/// Compares two lists of nodes. After a node that stands on one side alone, the lists are
/// held together again at the next that they have in common, so that one fault is told as
/// one.
fn compare_nodes(
    ours: &[Node],
    theirs: &[Node],
    report: &mut Report,
    place: impl Fn(i64) -> String,
) {
    const AHEAD: usize = 64;
    let (mut i, mut j) = (0, 0);
    while i < ours.len() || j < theirs.len() {
        let (our, their) = (ours.get(i), theirs.get(j));
        if our == their {
            i += 1;
            j += 1;
            continue;
        }
        if let (Some(our), Some(their)) = (our, their)
            && our.kind == their.kind
            && (our.start == their.start || our.end == their.end)
        {
            report.differs(format!("{}: extent", their.kind), || {
                let (start, end) = (place(our.start), place(our.end));
                let (go_start, go_end) = (place(their.start), place(their.end));
                format!("{start}: {}: ends {end}; Go: {go_start} to {go_end}", our.kind)
            });
            i += 1;
            j += 1;
            continue;
        }
        // How far ahead each side meets the other's node.
        let skip = |list: &[Node], from: usize, node: Option<&Node>| {
            let node = node?;
            list[from.min(list.len())..].iter().take(AHEAD).position(|n| n == node)
        };
        let missing = skip(theirs, j, our);
        let surplus = skip(ours, i, their);
        let (take_ours, take_theirs) = match (surplus, missing) {
            (Some(n), Some(m)) if n <= m => (n, 0),
            (_, Some(m)) => (0, m),
            (Some(n), None) => (n, 0),
            (None, None) => (usize::from(our.is_some()), usize::from(their.is_some())),
        };
        for node in &ours[i..i + take_ours] {
            report.differs(format!("{}: not in Go's tree", node.kind), || {
                format!(
                    "{}: {} to {}, not in Go's tree",
                    place(node.start),
                    node.kind,
                    place(node.end)
                )
            });
        }
        for node in &theirs[j..j + take_theirs] {
            report.differs(format!("{}: only in Go's tree", node.kind), || {
                format!(
                    "{}: {} to {}, only in Go's tree",
                    place(node.start),
                    node.kind,
                    place(node.end)
                )
            });
        }
        i += take_ours;
        j += take_theirs;
    }
}

/// Line and column of an offset, from 1, in bytes.
fn place(text: &[u8], offset: i64) -> (usize, usize) {
    let before = &text[..usize::try_from(offset).unwrap_or(0).min(text.len())];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let column = before.len() - before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1) + 1;
    (line, column)
}
