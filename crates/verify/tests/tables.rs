//! What comparisons look like. A folder of `tests/data` has files of results, compared in the order of their names, and
//! what is expected of them; `UPDATE_GOLDEN=1` writes it anew.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::{env, fs};

use verify::benchfmt;
use verify::compare::{self, Input, Options};
use verify::verdict::{self, JsonVerdict};

const THRESHOLD: f64 = 0.05;

fn check(folder: &str, names: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder);
    let mut problems = String::new();
    let read = |name: &&str| {
        let results = benchfmt::read(&fs::read(folder.join(name)).unwrap());
        for problem in &results.problems {
            problems.push_str(&format!("{name}:{}: {}\n", problem.line, problem.message));
        }
        Input { label: (*name).to_owned(), results }
    };
    let inputs: Vec<Input> = names.iter().map(read).collect();
    let tables = compare::tables(&inputs, &Options::default());
    let verdicts = verdict::verdicts(&tables, THRESHOLD);
    let text = compare::text(&tables);
    same(
        &folder.join("text.golden"),
        &format!("{problems}{text}\n{}", verdict::text(&verdicts, THRESHOLD)),
    );
    let text = compare::markdown(&tables);
    same(
        &folder.join("markdown.golden"),
        &format!("{text}{}", verdict::markdown(&verdicts, THRESHOLD)),
    );
    let verdicts: Vec<JsonVerdict> = verdicts.iter().map(JsonVerdict::from).collect();
    let lines: Vec<String> =
        verdicts.iter().map(|verdict| serde_json::to_string(verdict).unwrap() + "\n").collect();
    same(&folder.join("json.golden"), &lines.concat());
}

fn same(path: &PathBuf, text: &str) {
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(path, text).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap();
    assert!(text == expected, "{} differs (UPDATE_GOLDEN=1 writes it):\n{text}", path.display());
}

/// A change seen in time, one in allocations, noise that hides all, allocations of others and at random.
#[test]
fn a_change_of_a_codec() {
    check("encode", &["old.txt", "new.txt"]);
}

/// Few runs, benchmarks that come and go, zeros, a unit without noise, three files, lines that cannot be read.
#[test]
fn little_to_go_by() {
    check("few", &["a.txt", "b.txt", "c.txt"]);
}
