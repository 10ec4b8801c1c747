//! What is said of function literals in methods that the compiler makes functions around.
//!
//! `data/wrappers/methods.go` is a package, `methods.txt` what Go 1.24 to 1.27 print of it: the lines of
//! `go build -gcflags=-m` about where values live, without the path of the file, and without those of what is generated;
//! sorted.

use std::num::NonZeroUsize;

use escape::{Ask, Detail, Engine, Functions};
use lower::{Arch, Compiler};
use source::IndexVec;
use types::Store;
use types::layout::Sizes;
use types::program::{Program, Unit, UnitFile, UnitId};

#[test]
fn literals_are_compiled_once_more() {
    for minor in 24..=27 {
        let ours = said_of(include_str!("data/wrappers/methods.go"), minor);
        let theirs: Vec<&str> = include_str!("data/wrappers/methods.txt").lines().collect();
        assert_eq!(ours, theirs, "Go 1.{minor}");
    }
}

fn said_of(text: &str, minor: u32) -> Vec<String> {
    let store = Store::new();
    let mut units: IndexVec<UnitId, Unit> = IndexVec::new();
    let file = UnitFile { path: "p.go".into(), text: text.into(), go_version: (1, 24) };
    let unit = Unit { path: "p".into(), files: vec![file], imports: Vec::new(), root: true };
    let unit = units.push(unit);
    let program = Program::new(&store, &units, Sizes { word: 8, max_align: 8 });
    program.check(NonZeroUsize::MIN, &|_| {});
    let compiler =
        Compiler { minor, inline: true, race: false, arch: Arch::Amd64, merges_loads: true };
    let functions = Functions::new(&program, compiler);
    let engine = Engine::new(&functions, Ask::default());
    let said = escape::lines(&engine, unit, Detail::Plain).into_iter();
    let about_places = ["escapes to heap", "moved to heap", "does not escape"];
    let mut lines: Vec<String> = said
        .filter(|line| line.path.ends_with("p.go"))
        .filter(|line| about_places.iter().any(|words| line.text.contains(words)))
        .map(|line| format!("{}:{}: {}", line.line, line.column, line.text))
        .collect();
    lines.sort_unstable();
    lines
}
