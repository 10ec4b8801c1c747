//! Calls, selectors, predeclared functions and statements: what is recorded for expressions of a file.
//!
//! Each `// expression: type` comment in the source says what the expression of that text on its line is. A type
//! is preceded by the constant value and `=`, if there is one.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Mutex;

use source::{IndexVec, Span};
use types::layout::Sizes;
use types::program::{CheckedPackage, Unit, UnitFile, check};
use types::{FileFacts, Store};

const SOURCE: &str = include_str!("data/statements.go");

/// What the source expects and does not get.
fn differences(package: &CheckedPackage<'_>) -> Vec<String> {
    let file = &package.files[0];
    let text = std::str::from_utf8(&file.text).unwrap_or_default();
    let mut all = Vec::new();
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if let Some((code, wants)) = line.split_once(" //") {
            for want in wants.trim().split("; ") {
                let Some((expr, want)) = want.split_once(": ") else { continue };
                let span = Span::new(start, start + code.len() as u32);
                let got = told(package, &file.facts, text, span, expr);
                if !got.iter().any(|got| got == want) {
                    all.push(format!("{}: {expr}: want {want}, got {got:?}", number + 1));
                }
            }
        }
        start += line.len() as u32;
    }
    all
}

/// What is recorded for expressions with this text in a part of the file.
fn told(
    package: &CheckedPackage<'_>,
    facts: &FileFacts,
    text: &str,
    part: Span,
    expr: &str,
) -> Vec<String> {
    let tree = &package.files[0].tree;
    let mut found = Vec::new();
    for (id, _) in tree.exprs() {
        let span = tree.expr_span(id);
        let inside = part.start <= span.start && span.end <= part.end;
        if !inside || &text[span.range()] != expr {
            continue;
        }
        let Some(ty) = facts.type_of(id) else { continue };
        let ty = package.store.type_string(ty);
        found.push(match facts.value(id) {
            Some(value) => format!("{} = {ty}", value.exact_string()),
            None => ty,
        });
    }
    found
}

#[test]
fn expressions_have_the_types_that_their_comments_say() {
    let mut units = IndexVec::default();
    units.push(Unit {
        path: "p".into(),
        files: vec![UnitFile {
            path: PathBuf::from("p.go"),
            text: SOURCE.into(),
            go_version: (1, 27),
        }],
        imports: Vec::new(),
        root: true,
    });
    let wrong = Mutex::new(None);
    let store = Store::new();
    let sizes = Sizes::for_arch("amd64").expect("amd64 is known");
    let outcome = check(&store, &units, sizes, NonZeroUsize::MIN, &|package| {
        *wrong.lock().unwrap() = Some(differences(&package));
    });
    assert!(outcome.broken.is_empty(), "{:?}", outcome.broken);
    let wrong = wrong.into_inner().unwrap().expect("the package was checked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
