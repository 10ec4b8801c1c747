//! What operations allocate, as comments in `data/allocation/NAME.go` say it.
//!
//! A comment says what is told of the operations on its line, in their order: `// alloc: box always, 1 object, 16 bytes`.
//! Where versions differ, there is a comment for each: `// alloc 1.24: …`, `// alloc 1.25+: …`, and the first that fits
//! counts. A line without a comment has no operation that is told of. `// call (40)` behind the name of a function asks
//! what a call with these arguments takes: `// alloc: takes 1 object, 48 bytes`. Figures are those that `-benchmem`
//! counts; `cargo xtask conform cost` asks Go for many more.

#[path = "support/one_package.rs"]
mod one_package;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use escape::Engine;
use escape::allocation::{Abstract, Allocates, Site};
use one_package::with_engine;
use types::program::UnitId;

const VERSIONS: [u32; 4] = [24, 25, 26, 27];

fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/allocation");
    let text = std::fs::read_to_string(folder.join(format!("{name}.go"))).expect("the package");
    let mut wrong = String::new();
    for minor in VERSIONS {
        let mut found = found(&text, minor);
        for (at, line) in text.lines().enumerate() {
            let ours = found.remove(&(at + 1)).unwrap_or_default();
            let asked = expected(line, minor);
            if asked != ours {
                let _ = writeln!(
                    wrong,
                    "{name}.go:{}, Go 1.{minor}: {line}\n  asked for: {asked}\n  found:     {ours}",
                    at + 1
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What a line asks for in a version.
fn expected(line: &str, minor: u32) -> String {
    for comment in line.split(" // ").skip(1) {
        let Some((head, said)) = comment.split_once(": ") else { continue };
        let fits = |version: &str| match version.strip_suffix('+') {
            Some(from) => from.parse::<u32>().is_ok_and(|from| minor >= from),
            None => version.parse() == Ok(minor),
        };
        match head.strip_prefix("alloc") {
            Some("") => return said.to_owned(),
            Some(version) if version.strip_prefix(" 1.").is_some_and(fits) => {
                return said.to_owned();
            }
            _ => {}
        }
    }
    String::new()
}

/// What is told, by line.
fn found(text: &str, minor: u32) -> BTreeMap<usize, String> {
    with_engine(text, minor, |engine, unit| by_line(text, engine, unit))
}

fn by_line(text: &str, engine: &Engine<'_>, unit: UnitId) -> BTreeMap<usize, String> {
    let functions = engine.functions();
    let mut lines: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for inst in functions.of_package(unit) {
        let analyzed = engine.function(inst).expect("a function of the package");
        let body = &analyzed.entry.body;
        let line_of = |pos: lower::ir::Pos| {
            text[..body.outermost(pos).offset as usize].matches('\n').count() + 1
        };
        for site in &engine.sites(inst).sites {
            lines.entry(line_of(site.pos)).or_default().push(told(site));
        }
        let line = line_of(body.funcs[lower::ir::Body::ROOT].pos);
        let head = text.lines().nth(line - 1).unwrap_or_default();
        if let Some((_, asked)) = head.split_once(" // call (") {
            let written = asked.split(')').next().unwrap_or_default();
            let numbers = written.split(", ").filter_map(|number| number.parse().ok());
            let arguments: Vec<Abstract> = numbers.map(Abstract::int).collect();
            let taken = engine.run(inst, &arguments).expect("a function of the package");
            let (objects, bytes) = (taken.allocation.objects(), taken.allocation.bytes());
            let doubt = taken.doubt.map_or(String::new(), |why| format!(", in doubt: {why}"));
            let told = format!("takes {}, {bytes} bytes{doubt}", plural(objects));
            lines.entry(line).or_default().push(told);
        }
    }
    lines.into_iter().map(|(line, told)| (line, told.join("; "))).collect()
}

fn told(site: &Site) -> String {
    let operation = site.operation.name();
    let word = site.allocates.word();
    match site.allocates {
        Allocates::Never(because) => format!("{operation} {word} {because:?}"),
        Allocates::Sometimes(when) => format!("{operation} {word} {when:?}, {}", size(site)),
        Allocates::Always => format!("{operation} {word}, {}", size(site)),
    }
}

fn size(site: &Site) -> String {
    let bytes = match (site.bytes, &site.bytes_formula) {
        (Some(bytes), _) => format!("{bytes} bytes"),
        (None, Some(formula)) => format!("{formula} bytes"),
        (None, None) => "some bytes".to_owned(),
    };
    format!("{}, {bytes}", plural(site.objects))
}

fn plural(objects: u64) -> String {
    format!("{objects} object{}", if objects == 1 { "" } else { "s" })
}

/// What is asked of a function as a whole: objects of every call, their bytes, and whether there may be more.
#[test]
fn functions() {
    let text = "package p\n\
        func none(n int) int { return n + 1 }\n\
        func one() *int { return new(int) }\n\
        //go:noinline\nfunc pair() (*int, []byte) { return new(int), make([]byte, 32) }\n\
        func both() (*int, []byte) { p, b := pair(); return p, append([]byte(nil), b...) }\n\
        func even(n int) *int { if n == 0 { return nil }; return odd(n - 1) }\n\
        func odd(n int) *int { if n == 1 { return new(int) }; return even(n - 1) }\n\
        func calls(f func()) { f() }\n";
    let expected = [
        ("none", "never", 0, false),
        ("one", "always", 1, false),
        ("pair", "always", 2, false),
        ("both", "always", 2, false),
        ("even", "sometimes", 0, false),
        ("odd", "sometimes", 0, false),
        ("calls", "sometimes", 0, true),
    ];
    let facts = with_engine(text, 27, |engine, unit| {
        let functions = engine.functions();
        let store = functions.program.store();
        let insts = functions.of_package(unit);
        insts
            .map(|inst| {
                let name = store.obj(functions.instances.get(inst).obj).name.as_str().to_owned();
                (name, engine.allocates(inst))
            })
            .collect::<BTreeMap<_, _>>()
    });
    for (name, word, objects, unknown) in expected {
        let found = facts[name];
        let found = (found.word(), found.always_objects, found.calls_unknown);
        assert_eq!(found, (word, objects, unknown), "{name}");
    }
}

#[test]
fn slices() {
    check("slices");
}

#[test]
fn values() {
    check("values");
}

#[test]
fn texts() {
    check("texts");
}
