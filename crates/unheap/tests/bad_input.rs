//! What is broken is named with its place, and the rest is analysed.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;

use support::{Run, folder, run};

const MOD: (&str, &[u8]) = ("go.mod", b"module m\n\ngo 1.24\n");

/// A package with one fault to be found, so that it shows that the rest went on.
const SOUND: (&str, &[u8]) = (
    "sound/sound.go",
    b"package sound\n\nfunc Row(fields []string) string {\n\ts := \"\"\n\tfor _, f := range fields {\n\t\ts += f\n\t}\n\treturn s\n}\n",
);

/// Runs `unheap check` on files beside the sound package; that one's fault must be found, and `words` be said.
fn goes_on(files: &[(&str, &[u8])], words: &[&str]) -> Run {
    let mut all = vec![MOD, SOUND];
    all.extend(files);
    let dir = folder(&all);
    let run = run_in(dir.path(), &["check", "./..."]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stdout.contains("sound/sound.go:6:3"), "{}\n{}", run.stdout, run.stderr);
    says(&run, words);
    run
}

fn run_in(dir: &Path, arguments: &[&str]) -> Run {
    let run = run(dir, arguments);
    assert!(!run.stderr.contains("unheap itself broke"), "{}", run.stderr);
    run
}

fn says(run: &Run, words: &[&str]) {
    for word in words {
        assert!(run.stderr.contains(word), "`{word}` is not in:\n{}", run.stderr);
    }
}

/// Runs `unheap check` where there is nothing to analyse.
fn fails(files: &[(&str, &[u8])], arguments: &[&str], words: &[&str]) {
    let dir = folder(files);
    let run = run_in(dir.path(), arguments);
    assert_eq!(run.status, 2, "{}{}", run.stdout, run.stderr);
    says(&run, words);
}

#[test]
fn no_such_folder() {
    fails(&[MOD, SOUND], &["check", "./nosuch"], &["nosuch"]);
}

#[test]
fn a_folder_without_go() {
    fails(&[MOD, ("docs/readme.md", b"text")], &["check", "./docs"], &["docs", "no Go files"]);
}

#[test]
fn a_go_mod_that_does_not_parse() {
    let files: &[(&str, &[u8])] =
        &[("go.mod", b"module m\n\nrequire (\n\tx.org/y\n)\n"), ("a.go", b"package m\n")];
    let dir = folder(files);
    let run = run_in(dir.path(), &["check", "./..."]);
    says(&run, &["go.mod:4"]);
}

#[test]
fn an_import_cycle() {
    let run = goes_on(
        &[
            ("a/a.go", b"package a\n\nimport _ \"m/b\"\n"),
            ("b/b.go", b"package b\n\nimport _ \"m/a\"\n"),
        ],
        &["cycle"],
    );
    assert!(run.stderr.contains("m/a") && run.stderr.contains("m/b"), "{}", run.stderr);
}

#[test]
fn a_missing_dependency_is_named_once() {
    let text: &[u8] = b"package a\n\nimport \"x.org/missing\"\n\nvar V = missing.V\n";
    let run = goes_on(&[("a/a.go", text), ("b/b.go", text)], &["x.org/missing"]);
    assert_eq!(run.stderr.matches("x.org/missing").count(), 1, "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_symlink_loop() {
    let dir = folder(&[MOD, SOUND]);
    std::os::unix::fs::symlink("..", dir.path().join("sound/loop")).unwrap();
    std::os::unix::fs::symlink("self", dir.path().join("self")).unwrap();
    let run = run_in(dir.path(), &["check", "./..."]);
    assert_eq!(run.status, 1, "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read() {
    let dir = folder(&[MOD, SOUND, ("a/a.go", b"package a\n")]);
    std::os::unix::fs::symlink("gone.go", dir.path().join("a/b.go")).unwrap();
    let run = run_in(dir.path(), &["check", "./..."]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    says(&run, &["a/b.go"]);
}

#[test]
fn a_file_of_50_megabytes() {
    let mut text = b"package a\n\n".to_vec();
    while text.len() < 50 << 20 {
        text.extend_from_slice(
            b"// A line of a comment that says nothing, again and again and again.\n",
        );
    }
    text.extend_from_slice(b"\nvar V = 1\n");
    let run = goes_on(&[("a/a.go", &text)], &[]);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_hundred_thousand_parentheses() {
    let mut text = b"package a\n\nvar V = ".to_vec();
    text.extend(std::iter::repeat_n(b'(', 100_000));
    text.push(b'1');
    text.extend(std::iter::repeat_n(b')', 100_000));
    text.push(b'\n');
    goes_on(&[("a/a.go", &text)], &["a/a.go:3:", "nest"]);
}

#[test]
fn bytes_that_are_no_utf_8() {
    goes_on(&[("a/a.go", b"package a\n\nvar V = \"\xff\"\n")], &["a/a.go:3:10", "UTF-8"]);
}

#[test]
fn a_type_that_contains_itself() {
    goes_on(
        &[("a/a.go", b"package a\n\ntype T struct{ t T }\n\ntype A [2]A\n\ntype I interface{ I }\n\nvar V T\n\nvar W = V.t.t\n")],
        &[],
    );
}

#[test]
fn a_statement_that_makes_no_sense() {
    let run = goes_on(
        &[("a/a.go", b"package a\n\nfunc f() {\n\tx := := 1\n}\n\nfunc G(all []string) (s string) {\n\tfor _, x := range all {\n\t\ts += x\n\t}\n\treturn\n}\n")],
        &["a/a.go:4:7"],
    );
    assert!(run.stdout.contains("a/a.go:9:3"), "the rest of the file is analysed: {}", run.stdout);
}

#[test]
fn a_rule_that_there_is_not() {
    fails(
        &[MOD, SOUND],
        &["check", "--rule", "concat-in-lop"],
        &["concat-in-lop", "did you mean concat-in-loop"],
    );
    fails(&[], &["explain", "UH4"], &["UH4", "UH0"]);
}
