//! Go snippets and what is made of them: `data/*.txt`.
//!
//! A file holds cases: `=== name`, source, `---`, what is expected. Which view of the
//! tree is compared depends on the file: see the tests at the end. Run with
//! `UPDATE=1` to have the expectations written anew, and read the difference.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::Path;

use source::NameCache;
use syntax::tree::{Decl, File};
use syntax::walk::{Event, Node, walk};
use syntax::{Options, dump};

/// `line:column: message` for each error.
fn errors(file: &File) -> String {
    let mut out = String::new();
    for error in &file.errors {
        let place = file.locate(error.span.start);
        _ = writeln!(out, "{}:{}: {}", place.line, place.column, error.message);
    }
    out
}

/// The errors, then the declarations that were read all the same.
fn recovery(file: &File) -> String {
    let mut out = errors(file);
    for &decl in &file.decls {
        let name = match file.decl(decl) {
            Decl::Func { name, .. } => file.ident(name).name.as_str().to_owned(),
            Decl::Gen { kind, specs, .. } => format!("{kind:?} of {}", specs.len()),
            Decl::Bad => "bad".to_owned(),
        };
        let place = file.locate(file.decl_span(decl).start);
        _ = writeln!(out, "{}: {name}", place.line);
    }
    out
}

/// Every node, indented, with what it covers.
fn tree(file: &File, text: &str) -> String {
    let mut out = errors(file);
    let mut depth = 0;
    walk(file, Node::File, |event| {
        match event {
            Event::Enter(node) => {
                let covered = text.get(node.span(file).range()).unwrap_or("?");
                let line = covered.replace('\n', "⏎").replace('\r', "␍").replace('\t', " ");
                let line = match line.char_indices().nth(70) {
                    Some((cut, _)) => format!("{}…", &line[..cut]),
                    None => line,
                };
                let indent = 2 * depth;
                _ = writeln!(out, "{:indent$}{} {line}", "", dump::kind(file, node));
                depth += 1;
            }
            Event::Leave(_) => depth -= 1,
        }
        true
    });
    out
}

fn check(name: &str, view: fn(&File, &str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let data = std::fs::read_to_string(&path).unwrap();
    let (mut rewritten, mut wrong) = (String::new(), String::new());
    let (head, cases) = data.split_once("=== ").unwrap();
    rewritten.push_str(head);
    for case in cases.split("\n=== ") {
        let (title, rest) = case.split_once('\n').unwrap();
        let (source, expected) = rest.split_once("---").unwrap();
        let expected = expected.trim_start_matches('\n').trim_end();
        let file = syntax::parse(source.as_bytes(), &Options::default(), &mut NameCache::new());
        let found = view(&file, source);
        let found = found.trim_end();
        if found != expected {
            _ = writeln!(wrong, "{title}:\n{source}expected:\n{expected}\nfound:\n{found}\n");
        }
        _ = write!(rewritten, "=== {title}\n{source}---\n{found}\n\n");
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, rewritten.trim_end().to_owned() + "\n").unwrap();
    } else {
        assert!(wrong.is_empty(), "{name}: {wrong}");
    }
}

#[test]
fn faulty_sources() {
    check("errors.txt", |file, _| errors(file));
}

#[test]
fn literals() {
    check("literals.txt", |file, _| errors(file));
}

#[test]
fn what_survives() {
    check("recovery.txt", |file, _| recovery(file));
}

#[test]
fn trees() {
    check("trees.txt", tree);
}

#[test]
fn comments() {
    check("comments.txt", tree);
}
