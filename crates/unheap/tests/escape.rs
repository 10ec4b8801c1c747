//! What `unheap escape` shows. What is expected is in `tests/data/escape`; `UPDATE_GOLDEN=1` writes it anew.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use support::{folder, goroot, project, run};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/escape")
}

/// Compares with a file, of which the time that a run took is left out.
fn is_expected(name: &str, text: &str) {
    let text = match text.rfind(" ms)") {
        Some(end) => {
            let start = text[..end].rfind(" (").unwrap();
            format!("{}{}", &text[..start], &text[end + 4..])
        }
        None => text.to_owned(),
    };
    let text = text.replace(&goroot().display().to_string(), "$GOROOT");
    let path = data().join(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == text, "{} is not what there is:\n{text}", path.display());
}

#[test]
fn the_example_reads_well() {
    let run = run(&project(), &["escape", "examples/orders"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    is_expected("orders.txt", &run.stdout);
}

#[test]
fn the_readme_shows_what_there_is() {
    let shown = fs::read_to_string(data().join("orders.txt")).unwrap();
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    let from = readme.find("feed.parseLine at").unwrap();
    let example = &readme[from..from + readme[from..].find("```").unwrap()];
    assert!(shown.contains(example), "the README is not current:\n{example}");
}

#[test]
fn each_way_to_the_heap_is_told() {
    let run = run(&data().join("ways"), &["escape"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    is_expected("ways.txt", &run.stdout);
}

#[test]
fn what_stays_is_shown_too_if_asked_for() {
    let run = run(&data().join("ways"), &["escape", "--all", "--function", "stays"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    is_expected("stays.txt", &run.stdout);
}

#[test]
fn a_function_with_the_calls_beneath_it() {
    let run = run(&project(), &["escape", "--function", "report.money", "examples/orders"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    is_expected("money.txt", &run.stdout);
}

#[test]
fn json() {
    let arguments = ["escape", "--format", "json", "--function", "throughCalls"];
    let run = run(&data().join("ways"), &arguments);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    is_expected("through_calls.json", &run.stdout);
}

#[test]
fn the_same_input_gives_the_same_output() {
    let arguments = ["escape", "--format", "json", "examples/orders"];
    let one = run(&project(), &[&arguments[..], &["-j", "1"]].concat());
    let many = run(&project(), &[&arguments[..], &["-j", "4"]].concat());
    assert_eq!(one.stdout, many.stdout);
}

/// The lines of `go build` on a folder, sorted. Go says nothing else.
fn theirs(dir: &Path, flags: &str) -> Vec<String> {
    let output = Command::new(goroot().join("bin/go"))
        .args(["build", flags, "./..."])
        .current_dir(dir)
        .env("GOROOT", goroot())
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off")
        .env("GOFLAGS", "")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    // Other packages are not asked about here, and wrappers that nobody wrote are not said to be.
    let mut of_module = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("# ") {
            Some(package) => of_module = package.starts_with("example.com/"),
            None if of_module && !line.starts_with('<') => lines.push(line.to_owned()),
            None => {}
        }
    }
    lines.sort();
    lines
}

#[test]
fn the_compilers_own_lines() {
    let ways = data().join("ways");
    let orders = project().join("examples/orders");
    for dir in [&ways, &orders] {
        for (flags, arguments) in [
            ("-gcflags=-m", &["escape", "--format", "gc", "./..."][..]),
            ("-gcflags=all=-m -l", &["escape", "--format", "gc", "--no-inline", "./..."]),
        ] {
            let run = run(dir, arguments);
            assert_eq!(run.status, 0, "{}", run.stderr);
            let ours: Vec<&str> =
                run.stdout.lines().filter(|line| !line.starts_with('<')).collect();
            assert_eq!(ours, theirs(dir, flags), "{} {flags}", dir.display());
        }
    }
}

const MOD: (&str, &[u8]) = ("go.mod", b"module m\n\ngo 1.24\n");

#[test]
fn names_that_are_none_or_several() {
    let text = b"package a\n\ntype T struct{}\n\nfunc (*T) New() *int { return new(int) }\n\ntype U struct{}\n\nfunc (*U) New() *int { return new(int) }\n";
    let dir = folder(&[MOD, ("a/a.go", text)]);
    let several = run(dir.path(), &["escape", "--function", "New"]);
    assert_eq!(several.status, 2);
    assert!(several.stderr.contains("m/a.(*T).New, m/a.(*U).New"), "{}", several.stderr);
    let one = run(dir.path(), &["escape", "--function", "a.(*U).New"]);
    assert!(one.stdout.starts_with("a.(*U).New at a/a.go:9"), "{}{}", one.stdout, one.stderr);
    let none = run(dir.path(), &["escape", "--function", "V.New"]);
    assert_eq!(none.status, 2);
    assert!(none.stderr.contains("there is m/a.(*T).New, m/a.(*U).New"), "{}", none.stderr);
}

#[test]
fn what_does_not_type_check_is_analysed_as_far_as_it_goes() {
    let text = b"package a\n\nfunc F() *int { return new(int) }\n\nfunc G() *int {\n\tx := unknown.Make(3)\n\tvar y T = x\n\treturn &y.z\n}\n\nfunc H() {\n\tx := := 1\n}\n";
    let dir = folder(&[MOD, ("a/a.go", text)]);
    let run = run(dir.path(), &["escape"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.contains("`new(int)`: 1 object of 8 bytes"), "{}", run.stdout);
    assert!(run.stdout.contains("Not known: 1 file with errors"), "{}", run.stdout);
    assert!(run.stderr.contains("a/a.go:12:7"), "{}", run.stderr);
    assert!(!run.stderr.contains("unheap itself broke"), "{}", run.stderr);
}

#[test]
fn a_missing_dependency_is_counted() {
    let text = b"package a\n\nimport \"x.org/missing\"\n\nfunc F() *int {\n\tn := 1\n\tmissing.Keep(&n)\n\treturn new(int)\n}\n";
    let dir = folder(&[MOD, ("a/a.go", text)]);
    let run = run(dir.path(), &["escape"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.contains("`new(int)`"), "{}", run.stdout);
    assert!(run.stdout.contains("Not known: 1 package not found"), "{}", run.stdout);
    assert_eq!(run.stderr.matches("x.org/missing").count(), 1, "{}", run.stderr);
}

#[test]
fn a_function_without_a_body_may_keep_what_it_gets() {
    let text = b"package a\n\nfunc keep(p *int)\n\nfunc F() {\n\tn := 1\n\tkeep(&n)\n}\n";
    let dir = folder(&[MOD, ("a/a.go", text), ("a/a.s", b"")]);
    let run = run(dir.path(), &["escape"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.contains("passed to `keep`, which may keep it"), "{}", run.stdout);
    assert!(run.stdout.contains("1 function without a body in Go"), "{}", run.stdout);
}

#[test]
fn nothing_to_look_at() {
    let dir = folder(&[MOD, ("docs/readme.md", b"text")]);
    let run = run(dir.path(), &["escape", "./docs"]);
    assert_eq!(run.status, 2, "{}", run.stdout);
}
