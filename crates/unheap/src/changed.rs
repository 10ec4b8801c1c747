//! Lines that were changed since a revision, as git tells it.
//!
//! git only compares and lists; nothing that a repository configures to be run for that is run.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use rules::Finding;

use crate::analysis::Analysis;

/// Lines that were changed or added, by file.
pub(crate) struct ChangedLines {
    /// The folder that findings' paths are relative to, if they are.
    dir: PathBuf,
    files: BTreeMap<PathBuf, Lines>,
}

/// Lines of a file.
#[derive(PartialEq, Eq, Debug)]
enum Lines {
    /// The file was not there.
    All,
    These(Vec<RangeInclusive<u32>>),
}

impl ChangedLines {
    /// What was changed since `rev` in the repositories of some modules.
    pub(crate) fn since(rev: &str, analyses: &[Analysis]) -> Result<Self, String> {
        if rev.is_empty() || rev.starts_with('-') {
            return Err(format!("--new-from: `{rev}` is no revision"));
        }
        let dir = analyses.first().map_or_else(PathBuf::new, |a| a.dir().to_path_buf());
        let mut files = BTreeMap::new();
        let mut seen: Vec<PathBuf> = Vec::new();
        for analysis in analyses {
            let top = top(analysis.module())?;
            if seen.contains(&top) {
                continue;
            }
            let changed = git(
                &top,
                &[
                    "diff",
                    "--unified=0",
                    "--find-renames",
                    "--no-color",
                    "--no-ext-diff",
                    "--no-textconv",
                    "--src-prefix=a/",
                    "--dst-prefix=b/",
                    "--diff-filter=d",
                    "--ignore-submodules",
                    rev,
                    "--",
                    "*.go",
                ],
            )?;
            let untracked = git(&top, &["ls-files", "-z", "--others", "--exclude-standard"])?;
            for (path, lines) in parse(&changed) {
                files.insert(top.join(path), Lines::These(lines));
            }
            for path in untracked.split(|&b| b == 0).filter(|path| !path.is_empty()) {
                files.insert(top.join(&*String::from_utf8_lossy(path)), Lines::All);
            }
            seen.push(top);
        }
        Ok(Self { dir, files })
    }

    /// Whether a line of a finding was changed.
    pub(crate) fn contain(&self, finding: &Finding) -> bool {
        let (first, last) = (finding.start.line, finding.end.line);
        let path = self.dir.join(&finding.path);
        // git names files by where they are, whatever link led here.
        let real = || self.files.get(&path.canonicalize().ok()?);
        match self.files.get(&path).or_else(real) {
            None => false,
            Some(Lines::All) => true,
            Some(Lines::These(ranges)) => {
                ranges.iter().any(|range| *range.start() <= last && first <= *range.end())
            }
        }
    }
}

/// The folder of the repository around another.
fn top(dir: &Path) -> Result<PathBuf, String> {
    let mut out = git(dir, &["rev-parse", "--show-toplevel"])?;
    while out.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
        out.pop();
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&out).into_owned()))
}

fn git(dir: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(["-c", "core.quotePath=false", "-c", "core.fsmonitor=false"]);
    let output = command.args(arguments).env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C").output();
    let output =
        output.map_err(|error| format!("--new-from needs git, which cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let first = stderr.lines().next().unwrap_or("it says nothing").trim_start_matches("fatal: ");
    Err(format!("--new-from: git {} failed in {}: {first}", arguments[0], dir.display()))
}

/// The lines that are new in each file, from a diff without context.
fn parse(diff: &[u8]) -> BTreeMap<PathBuf, Vec<RangeInclusive<u32>>> {
    let mut files: BTreeMap<PathBuf, Vec<RangeInclusive<u32>>> = BTreeMap::new();
    let mut path = PathBuf::new();
    // Lines of a hunk can look like anything: they are counted.
    let mut inside = 0;
    for line in diff.split(|&b| b == b'\n') {
        if inside > 0 && !line.starts_with(b"\\") {
            inside -= 1;
        } else if let Some(name) = line.strip_prefix(b"+++ ") {
            path = unquoted(name).strip_prefix("b").map(Path::to_path_buf).unwrap_or_default();
        } else if let Some((removed, start, added)) = hunk(line) {
            inside = removed + added;
            if let Some(last) = added.checked_sub(1) {
                files.entry(path.clone()).or_default().push(start..=start.saturating_add(last));
            }
        }
    }
    files
}

/// Of `@@ -a,b +c,d @@`, the numbers b, c and d.
fn hunk(line: &[u8]) -> Option<(u32, u32, u32)> {
    let line =
        std::str::from_utf8(line.strip_prefix(b"@@ -")?.split(|&b| b == b'@').next()?).ok()?;
    let (old, new) = line.trim_end().split_once(" +")?;
    let count = |range: &str| match range.split_once(',') {
        Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
        None => Some((range.parse::<u32>().ok()?, 1)),
    };
    let ((_, removed), (start, added)) = (count(old)?, count(new)?);
    Some((removed, start, added))
}

/// A path as git prints it: followed by a tab where it has spaces, in quotes where it has bytes that would not print.
fn unquoted(name: &[u8]) -> PathBuf {
    let name = name.strip_suffix(b"\t").unwrap_or(name);
    let bytes = match name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")) {
        Some(quoted) => unescaped(quoted),
        None => name.to_vec(),
    };
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

fn unescaped(quoted: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(quoted.len());
    let mut rest = quoted;
    while let [first, tail @ ..] = rest {
        (out, rest) = match (first, tail) {
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', tail @ ..]) => {
                (pushed(out, (a - b'0') * 64 + (b - b'0') * 8 + (c - b'0')), tail)
            }
            (b'\\', [c, tail @ ..]) => {
                let byte = match c {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    c => *c,
                };
                (pushed(out, byte), tail)
            }
            (c, tail) => (pushed(out, *c), tail),
        };
    }
    out
}

fn pushed(mut bytes: Vec<u8>, byte: u8) -> Vec<u8> {
    bytes.push(byte);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(diff: &str, expected: &[(&str, &[RangeInclusive<u32>])]) {
        let expected: BTreeMap<PathBuf, Vec<RangeInclusive<u32>>> =
            expected.iter().map(|(path, lines)| (PathBuf::from(path), lines.to_vec())).collect();
        assert_eq!(parse(diff.as_bytes()), expected, "{diff}");
    }

    #[test]
    fn new_lines_of_each_file() {
        check(
            "diff --git a/x.go b/x.go\n--- a/x.go\n+++ b/x.go\n@@ -3,0 +4,2 @@ func f() {\n+a\n+b\n@@ -9 +11 @@\n-c\n+d\n",
            &[("x.go", &[4..=5, 11..=11])],
        );
        check("--- a/x.go\n+++ b/x.go\n@@ -3,2 +2,0 @@\n-a\n-b\n", &[]);
        check(
            "similarity index 90%\nrename from a.go\nrename to sub/b.go\n--- a/a.go\n+++ b/sub/b.go\n@@ -1 +1 @@\n-a\n+b\n",
            &[("sub/b.go", &[1..=1])],
        );
    }

    #[test]
    fn changed_text_that_looks_like_a_diff_is_text() {
        check(
            "--- a/x.go\n+++ b/x.go\n@@ -1 +1,2 @@\n--- a/y.go\n+++ b/y.go\n+@@ -1 +7 @@\n\\ No newline at end of file\n--- a/z.go\n+++ b/z.go\n@@ -0,0 +1 @@\n+a\n",
            &[("x.go", &[1..=2]), ("z.go", &[1..=1])],
        );
    }

    #[test]
    fn names_are_taken_out_of_their_quotes() {
        check(
            "+++ b/a b.go\t\n@@ -0,0 +1 @@\n+a\n+++ \"b/q\\\"\\303\\251\\n.go\"\n@@ -0,0 +2 @@\n+a\n",
            &[("a b.go", &[1..=1]), ("q\"é\n.go", &[2..=2])],
        );
    }
}
