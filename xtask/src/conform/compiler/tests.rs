//! What is told of two sides that do not agree: data in, text out.

use std::path::Path;

use super::causes::Differences;
use super::figures::Figures;
use super::parse::Remark;
use super::{About, Question, Stage, costs, sites, tree, trees};

const PACKAGE: &str = "example.com/m";

fn remarks(text: &str) -> Vec<Remark> {
    text.lines().map(|line| Remark::parse(line, Path::new("")).unwrap()).collect()
}

fn question(about: About) -> Question {
    Question { about, inlining: true, pgo: false }
}

/// Compares, and returns what is printed.
fn told(about: About, compare: impl FnOnce(&Question, &mut Figures, &mut Differences)) -> String {
    let question = question(about);
    let mut figures = Figures::new(&question);
    let mut differences = Differences::new(100, None);
    compare(&question, &mut figures, &mut differences);
    let mut output = Vec::new();
    differences.write(&mut output).unwrap();
    let reached = figures.write(&mut output, question.name()).unwrap();
    format!("{}reached: {reached}\n", String::from_utf8(output).unwrap())
}

#[test]
fn escape() {
    let ours = remarks(include_str!("testdata/escape.ours"));
    let theirs = remarks(include_str!("testdata/escape.theirs"));
    let told = told(About::Escape, |question, figures, differences| {
        sites::compare(PACKAGE, &ours, &theirs, question, figures, differences);
    });
    assert_eq!(told, include_str!("testdata/escape.told"), "told:\n{told}");
}

#[test]
fn inline() {
    let ours = remarks(include_str!("testdata/inline.ours"));
    let theirs = remarks(include_str!("testdata/inline.theirs"));
    let told = told(About::Inlining, |question, figures, differences| {
        costs::compare(PACKAGE, &ours, &theirs, figures, differences);
        sites::compare(PACKAGE, &ours, &theirs, question, figures, differences);
    });
    assert_eq!(told, include_str!("testdata/inline.told"), "told:\n{told}");
}

#[test]
fn lower() {
    let read = |text| tree::read(text, Stage::Inline);
    let ours = read(include_str!("testdata/lower.ours"));
    let theirs = read(include_str!("testdata/lower.theirs"));
    let told = told(About::Trees(Stage::Inline), |_, figures, differences| {
        trees::compare(PACKAGE, ours, theirs, false, figures, differences);
    });
    assert_eq!(told, include_str!("testdata/lower.told"), "told:\n{told}");
}

/// Two sides that say the same reach every bar.
#[test]
fn agreement() {
    let theirs = remarks(include_str!("testdata/escape.theirs"));
    let told = told(About::Escape, |question, figures, differences| {
        sites::compare(PACKAGE, &theirs, &theirs, question, figures, differences);
    });
    assert!(told.ends_with("reached: true\n"), "{told}");
}

/// Nothing compared is nothing reached.
#[test]
fn nothing() {
    assert!(told(About::Escape, |_, _, _| ()).ends_with("reached: false\n"));
}
