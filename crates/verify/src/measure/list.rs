//! Which packages and benchmarks both sides have.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::Target;
use super::base::Sides;
use super::build::Binary;
use crate::go::{Go, said};
use crate::process::{self, Failure, Limits};

/// The folders of a package: of the base, and of the change.
pub(super) type Pair = [PathBuf; 2];

/// What `go list -json` says of a package, as far as it is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    import_path: String,
    #[serde(default)]
    dir: PathBuf,
    #[serde(default)]
    test_go_files: Vec<String>,
    #[serde(default, rename = "XTestGoFiles")]
    external_test_files: Vec<String>,
}

/// The packages with benchmarks that both sides have, by import path.
pub(super) fn pairs(
    go: &Go,
    sides: &Sides,
    patterns: &[String],
    limits: &Limits,
    notes: &mut Vec<String>,
) -> Result<BTreeMap<String, Pair>, String> {
    let mut base = packages(go, sides, 0, patterns, limits)?;
    let new = packages(go, sides, 1, patterns, limits)?;
    let mut pairs = BTreeMap::new();
    for (path, dir) in new {
        match base.remove(&path) {
            Some(base) => {
                pairs.insert(path, [base, dir]);
            }
            None => notes.push(format!("{path} has benchmarks in the change only")),
        }
    }
    notes.extend(base.keys().map(|path| format!("{path} has benchmarks in the base only")));
    if pairs.is_empty() {
        let mut why = format!("no package of {} has benchmarks on both sides", patterns.join(" "));
        for note in notes {
            why.push('\n');
            why.push_str(note);
        }
        return Err(why);
    }
    Ok(pairs)
}

fn packages(
    go: &Go,
    sides: &Sides,
    side: usize,
    patterns: &[String],
    limits: &Limits,
) -> Result<BTreeMap<String, PathBuf>, String> {
    let mut command = sides.command(go, side);
    command.args(["list", "-e", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles", "--"]);
    command.args(patterns);
    let finished = go.run(&mut command, limits).map_err(|error| of_side(side, error))?;
    if finished.stdout.dropped > 0 {
        return Err("there are too many packages: name fewer".to_owned());
    }
    let mut packages = BTreeMap::new();
    for listed in serde_json::Deserializer::from_slice(&finished.stdout.bytes).into_iter() {
        let listed: Listed =
            listed.map_err(|error| format!("the answer of `go list` makes no sense: {error}"))?;
        let files = listed.test_go_files.iter().chain(&listed.external_test_files);
        if files.into_iter().any(|file| has_benchmark(&listed.dir.join(file))) {
            packages.insert(listed.import_path, listed.dir);
        }
    }
    Ok(packages)
}

pub(super) fn of_side(side: usize, error: impl std::fmt::Display) -> String {
    format!("{}: {error}", if side == 0 { "the base" } else { "the change" })
}

/// Whether a file may declare a benchmark: building tests takes long.
fn has_benchmark(file: &Path) -> bool {
    let is_declared = |text: &[u8]| text.windows(14).any(|window| window == b"func Benchmark");
    fs::read(file).is_ok_and(|text| is_declared(&text))
}

/// The benchmarks that both binaries of a package have and that are asked for.
pub(super) fn targets(
    binaries: &BTreeMap<String, [Binary; 2]>,
    bench: &str,
    limits: &Limits,
    notes: &mut Vec<String>,
    faults: &mut Vec<String>,
) -> Result<Vec<Target>, String> {
    let mut targets = Vec::new();
    for (package, pair) in binaries {
        let mut functions = [BTreeSet::new(), BTreeSet::new()];
        let mut is_broken = false;
        for (side, binary) in pair.iter().enumerate() {
            match listed(binary, first_element(bench), limits) {
                Ok(found) => functions[side] = found,
                Err(None) => return Err("interrupted".to_owned()),
                Err(Some(why)) => {
                    faults.push(format!("{package}: {}", of_side(side, why)));
                    is_broken = true;
                }
            }
        }
        if is_broken {
            continue;
        }
        let [base, new] = functions;
        let only = |a: &BTreeSet<String>, b: &BTreeSet<String>, side: &str| {
            let only = a.difference(b).map(|f| format!("{package}.{f} is in the {side} only"));
            only.collect::<Vec<_>>()
        };
        notes.extend(only(&base, &new, "base"));
        notes.extend(only(&new, &base, "change"));
        let both = base.intersection(&new);
        targets.extend(both.map(|f| Target { package: package.clone(), function: f.clone() }));
    }
    Ok(targets)
}

/// The benchmarks of a binary; nothing where it was interrupted, else why it does not tell.
fn listed(
    binary: &Binary,
    pattern: &str,
    limits: &Limits,
) -> Result<BTreeSet<String>, Option<String>> {
    let mut command = Command::new(&binary.program);
    command.current_dir(&binary.dir).arg(format!("-test.list={pattern}"));
    let finished = process::run(&mut command, limits).map_err(|failure| match failure {
        Failure::Interrupted => None,
        failure => Some(failure.to_string()),
    })?;
    if !finished.status.success() {
        return Err(Some(said(&finished)));
    }
    let text = finished.stdout.text();
    let is_name =
        |line: &&str| line.starts_with("Benchmark") && !line.contains(char::is_whitespace);
    Ok(text.lines().filter(is_name).map(str::to_owned).collect())
}

/// A pattern for benchmarks, cut where package testing cuts it: at slashes outside of brackets. The first part is about
/// functions.
pub(super) fn first_element(pattern: &str) -> &str {
    &pattern[..slash(pattern).unwrap_or(pattern.len())]
}

/// What follows the first part, with its slash.
pub(super) fn other_elements(pattern: &str) -> &str {
    &pattern[slash(pattern).unwrap_or(pattern.len())..]
}

fn slash(pattern: &str) -> Option<usize> {
    let (mut brackets, mut parentheses, mut is_escaped) = (0_i32, 0_i32, false);
    for (at, c) in pattern.char_indices() {
        if is_escaped {
            is_escaped = false;
            continue;
        }
        match c {
            '\\' => is_escaped = true,
            '[' => brackets += 1,
            ']' => brackets = (brackets - 1).max(0),
            '(' if brackets == 0 => parentheses += 1,
            ')' if brackets == 0 => parentheses -= 1,
            '/' if brackets == 0 && parentheses == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{first_element, other_elements};

    #[test]
    fn patterns_are_cut_at_slashes() {
        for (pattern, first, others) in [
            (".", ".", ""),
            ("Encode/json", "Encode", "/json"),
            ("A[/]B/c/d", "A[/]B", "/c/d"),
            ("(a/b)|c", "(a/b)|c", ""),
            ("a\\/b", "a\\/b", ""),
            ("/x", "", "/x"),
        ] {
            assert_eq!((first_element(pattern), other_elements(pattern)), (first, others));
        }
    }
}
