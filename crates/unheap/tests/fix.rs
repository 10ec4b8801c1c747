//! `unheap fix` and `check --diff`: what is written, what is left alone, and how a run ends.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;

use support::{folder, run};

const GO_MOD: (&str, &[u8]) = ("go.mod", b"module example.com/m\n\ngo 1.24\n");

const CODE: &str = "package m

import \"errors\"

// Rows puts a comma between fields, line by line.
func Rows(lines [][]string) []string {
\tvar rows []string
\tfor _, fields := range lines {
\t\trow := \"\"
\t\tfor i, f := range fields {
\t\t\tif i > 0 {
\t\t\t\trow += \",\"
\t\t\t}
\t\t\trow += f
\t\t}
\t\trows = append(rows, row)
\t}
\treturn rows
}

// Check refuses what is empty.
func Check(s string) error {
\tif s == \"\" {
\t\treturn errors.New(\"m: empty\")
\t}
\treturn nil
}
";

fn module() -> tempfile::TempDir {
    folder(&[GO_MOD, ("m.go", CODE.as_bytes())])
}

fn text(dir: &Path) -> String {
    fs::read_to_string(dir.join("m.go")).unwrap()
}

#[test]
fn fixes_are_applied_until_nothing_is_left() {
    let dir = module();
    let first = run(dir.path(), &["fix", "--all"]);
    assert_eq!((first.status, &*first.stderr), (0, ""));
    assert!(first.stdout.starts_with("m.go: "), "{}", first.stdout);
    let fixed = text(dir.path());
    assert!(fixed.contains("strings.Join(fields, \",\")"), "{fixed}");
    assert!(fixed.contains("import (\n\t\"errors\"\n\t\"slices\"\n\t\"strings\"\n)"), "{fixed}");
    // Two errors with one text are not equal; one that is shared is.
    assert!(fixed.contains("return errors.New(\"m: empty\")"), "{fixed}");
    let again = run(dir.path(), &["fix", "--all"]);
    assert_eq!(again.status, 0);
    assert!(again.stdout.starts_with("nothing fixed; left: "), "{}", again.stdout);
    assert_eq!(text(dir.path()), fixed);
    let nothing = run(dir.path(), &["fix", "--all", "--diff"]);
    assert_eq!((nothing.status, &*nothing.stdout), (0, ""));
    run(dir.path(), &["fix", "--all", "--unsafe"]);
    assert!(!text(dir.path()).contains("return errors.New"), "{}", text(dir.path()));
}

#[test]
fn rules_can_be_chosen() {
    let dir = module();
    let only = run(dir.path(), &["fix", "--all", "--rule", "UH005"]);
    assert!(only.stdout.contains("1 UH005"), "{}", only.stdout);
    assert!(!text(dir.path()).contains("strings.Join"));
    let wrong = run(dir.path(), &["fix", "--rule", "UH999"]);
    assert_eq!(wrong.status, 2);
    assert!(wrong.stderr.contains("UH999"), "{}", wrong.stderr);
}

#[test]
fn a_diff_writes_nothing() {
    let dir = module();
    let fixed = run(dir.path(), &["fix", "--all", "--diff"]);
    let checked = run(dir.path(), &["check", "--all", "--diff"]);
    assert_eq!((fixed.status, checked.status), (1, 1));
    assert_eq!(fixed.stdout, checked.stdout);
    assert!(fixed.stdout.starts_with("--- a/m.go\n+++ b/m.go\n@@ "), "{}", fixed.stdout);
    assert_eq!(text(dir.path()), CODE);
}

/// A file that cannot be written is named; the others are fixed.
#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let dir = folder(&[GO_MOD, ("m.go", CODE.as_bytes()), ("n/n.go", CODE.as_bytes())]);
    let path = dir.path().join("m.go");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let run = run(dir.path(), &["fix", "--all"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.starts_with("m.go: left as it is: "), "{}", run.stderr);
    assert!(run.stdout.starts_with("n/n.go: "), "{}", run.stdout);
    assert_eq!(text(dir.path()), CODE);
    assert_ne!(fs::read_to_string(dir.path().join("n/n.go")).unwrap(), CODE);
}

#[test]
fn nothing_to_look_at_is_a_failure() {
    let dir = folder(&[GO_MOD]);
    assert_eq!(run(dir.path(), &["fix", "./..."]).status, 2);
}

/// What tests that are not loaded, or files for other targets, may use is changed with `--unsafe` only.
#[test]
fn what_was_not_looked_at_may_use_it() {
    let code = b"package m\n\ntype id struct{ v int64 }\n\n//go:noinline\nfunc newID(v int64) *id { return &id{v} }\n\n\
        // Sum adds.\nfunc Sum(all []int64) (sum int64) {\n\tfor _, v := range all {\n\t\tsum += newID(v).v\n\t}\n\treturn sum\n}\n";
    let test = |uses: &str| {
        format!("package m\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) {{\n\t{uses}\n}}\n")
    };
    let fixed = |other: (&str, &str)| {
        let dir = folder(&[GO_MOD, ("m.go", code), (other.0, other.1.as_bytes())]);
        run(dir.path(), &["fix", "--all", "--rule", "UH018"]);
        text(dir.path()).contains("func newID(v int64) id {")
    };
    assert!(fixed(("m_test.go", &test("Sum(nil)"))));
    assert!(!fixed(("m_test.go", &test("_ = newID(1) == nil"))));
    assert!(!fixed(("m_test.go", &test("var _ *id"))));
    assert!(!fixed(("m_plan9.go", "package m\n\nvar first *id\n")));
}
