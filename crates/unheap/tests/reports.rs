//! Reports on `examples/orders`: what they look like, and that the pictures of them are true.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;
use std::{env, fs};

use support::{project, run, unheap};

/// What the picture at the top of the README shows: the command, and the first findings of it.
#[test]
fn the_picture_in_the_readme_is_current() {
    let output = unheap(&project(), &["check", "examples/orders/report"])
        .env("CLICOLOR_FORCE", "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let text = without_time(&text);
    let shown = format!("$ unheap check examples/orders/report\n{text}");
    let svg = anstyle_svg::Term::new().render_svg(&shown);
    is_current(&project().join("docs/check.svg"), &svg);
}

/// Runs differ in how long they take.
fn without_time(text: &str) -> String {
    match text.rfind(" (") {
        Some(at) => format!("{}\n", &text[..at]),
        None => text.to_owned(),
    }
}

fn is_current(path: &Path, text: &str) {
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, text).unwrap();
    }
    let there = fs::read_to_string(path).unwrap_or_default();
    assert!(there == text, "{} is not current: run `cargo xtask docs`", path.display());
}

#[test]
fn every_rule_finds_something_in_the_example() {
    let run = run(&project(), &["check", "--format", "json", "examples/orders"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["stats"]["unresolved_imports"].as_array().unwrap().len(), 0);
    let findings = report["findings"].as_array().unwrap();
    for code in ["UH004", "UH005", "UH012", "UH014", "UH015"] {
        let found = findings.iter().find(|f| f["code"] == code);
        let found = found.unwrap_or_else(|| panic!("{code} finds nothing"));
        assert!(found["fix"].is_object(), "{code} has no fix");
        let path = found["path"].as_str().unwrap();
        let text = fs::read(project().join(path)).unwrap();
        let offset = found["start"]["offset"].as_u64().unwrap() as usize;
        let line = 1 + text[..offset].iter().filter(|&&b| b == b'\n').count() as u64;
        assert_eq!(found["start"]["line"], line, "{path}");
    }
}

#[test]
fn the_same_input_gives_the_same_output() {
    let arguments = ["check", "--format", "json", "examples/orders"];
    let time = |text: &str| {
        text.lines().filter(|l| !l.contains("elapsed_ms")).collect::<Vec<_>>().join("\n")
    };
    let one = run(&project(), &[&arguments[..], &["-j", "1"]].concat());
    let many = run(&project(), &[&arguments[..], &["-j", "8"]].concat());
    assert_eq!(time(&one.stdout), time(&many.stdout));
}

#[test]
fn rules_can_be_chosen() {
    let count = |arguments: &[&str]| {
        let all = [&["check", "--format", "json", "examples/orders"], arguments].concat();
        let report: serde_json::Value =
            serde_json::from_str(&run(&project(), &all).stdout).unwrap();
        report["findings"].as_array().unwrap().len()
    };
    let all = count(&[]);
    let one = count(&["--rule", "concat-in-loop"]);
    assert!(0 < one && one < all);
    assert_eq!(count(&["--exclude-rule", "UH004"]), all - one);
}

#[test]
fn a_pipe_gets_no_colours_and_no_progress() {
    let run = run(&project(), &["check", "examples/orders"]);
    assert!(!run.stdout.contains('\x1b'), "{}", run.stdout);
    assert_eq!(run.stderr, "");
}

#[test]
fn pages_and_lists() {
    let list = run(&project(), &["rules"]);
    assert_eq!(list.status, 0);
    assert!(list.stdout.contains("UH004  concat-in-loop"), "{}", list.stdout);
    for line in list.stdout.lines() {
        let name = line.split_whitespace().nth(1).unwrap();
        let page = run(&project(), &["explain", name]);
        assert_eq!(page.status, 0);
        assert!(page.stdout.starts_with("# "), "{}", page.stdout);
    }
}

#[test]
fn debug_prints_a_line_for_each_node() {
    let types = run(&project(), &["debug", "types", "examples/orders"]);
    assert_eq!(types.status, 0, "{}", types.stderr);
    let wanted = "examples/orders/order.go:25:26-25:33\tCallExpr\tint64\t";
    assert!(
        types.stdout.lines().any(
            |l| l.starts_with("examples/orders/order.go:") && l.contains("\tCallExpr\tint64\t")
        ),
        "{wanted}"
    );
    let syntax = run(&project(), &["debug", "syntax", "examples/orders/order.go"]);
    assert_eq!(syntax.status, 0);
    assert!(syntax.stdout.lines().next().unwrap().ends_with("\tFile"), "{}", syntax.stdout);
}
