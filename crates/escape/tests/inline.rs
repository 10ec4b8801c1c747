//! What is said about inlining in small packages, held against what Go says of them.
//!
//! `data/inline/NAME.go` is a package, `NAME.1.27.txt` what Go 1.27 prints of it: the lines of
//! `go build -gcflags=-m=2` (amd64) about costs, calls that are inlined and calls that become direct, without the path of the
//! file, the bodies behind `as:`, and the hashes of copied function literals; sorted.

#[path = "support/one_package.rs"]
mod one_package;

use std::path::Path;

use escape::Engine;
use lower::ir::Wording;
use lower::names::Naming;
use one_package::with_engine;
use types::program::UnitId;

const VERSIONS: [u32; 4] = [24, 25, 26, 27];

fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/inline");
    let text = std::fs::read_to_string(folder.join(format!("{name}.go"))).expect("the package");
    for minor in VERSIONS {
        let said = folder.join(format!("{name}.1.{minor}.txt"));
        let said = std::fs::read_to_string(said).expect("what Go says");
        let theirs: Vec<String> = said.lines().map(without_numbers).collect();
        let ours: Vec<String> =
            said_of(&text, minor).iter().map(|line| without_numbers(line)).collect();
        let missing = apart(&theirs, &ours);
        let unexpected = apart(&ours, &theirs);
        assert!(
            missing.is_empty() && unexpected.is_empty(),
            "{name}, Go 1.{minor}: Go says\n{}\nand we say\n{}",
            missing.join("\n"),
            unexpected.join("\n"),
        );
    }
}

/// Lines of one side that the other does not have, as often as they are missing there.
fn apart(these: &[String], those: &[String]) -> Vec<String> {
    let mut rest = those.to_vec();
    let missing = these.iter().filter(|line| match rest.iter().position(|other| other == *line) {
        Some(at) => {
            rest.swap_remove(at);
            false
        }
        None => true,
    });
    missing.cloned().collect()
}

/// The line without the numbers of temporaries, which the compiler counts up.
fn without_numbers(line: &str) -> String {
    let Some(at) = line.find(".autotmp_") else { return line.to_owned() };
    let (before, rest) = line.split_at(at + ".autotmp_".len());
    format!("{before}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
}

fn said_of(text: &str, minor: u32) -> Vec<String> {
    with_engine(text, minor, |engine, unit| said(text, engine, unit))
}

fn said(text: &str, engine: &Engine<'_>, unit: UnitId) -> Vec<String> {
    let functions = engine.functions();
    let (program, store) = (functions.program, functions.program.store());
    let package = program.package(unit);
    let init_number = |obj| functions.init_number(obj);
    let naming = Naming {
        store,
        instances: &functions.instances,
        compiler: &functions.compiler,
        package: Some(package),
        init_number: &init_number,
    };
    let wording = Wording {
        store,
        instances: &functions.instances,
        compiler: &functions.compiler,
        package,
        home: package,
    };
    let mut lines = Vec::new();
    for analyzed in engine.package(unit) {
        let (inst, body) = (analyzed.entry.inst, &analyzed.entry.body);
        let decided = analyzed.inlined.verdicts.remarks(body, inst);
        for remark in decided.chain(analyzed.inlined.remarks.iter().copied()) {
            let offset = body.outermost(remark.pos).offset as usize;
            let before = &text[..offset];
            let line = before.matches('\n').count() + 1;
            let column = offset - before.rfind('\n').map_or(0, |at| at + 1) + 1;
            lines.push(format!("{line}:{column}: {}", remark.text(body, inst, &naming, &wording)));
        }
    }
    lines
}

#[test]
fn costs() {
    check("costs");
}

#[test]
fn closures() {
    check("closures");
}

#[test]
fn recursion() {
    check("recursion");
}

#[test]
fn generics() {
    check("generics");
}

#[test]
fn devirtualization() {
    check("devirtualize");
}
