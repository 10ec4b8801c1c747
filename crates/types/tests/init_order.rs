//! The order of initialisation: each `// turn N, …` comment says when the values on its line have their turn.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use source::IndexVec;
use types::Store;
use types::layout::Sizes;
use types::program::{Program, Unit, UnitFile, UnitId};

const SOURCE: &str = include_str!("data/init_order.go");

/// The source with our turns in the place of those that it names.
fn told(root: bool) -> String {
    let file =
        UnitFile { path: PathBuf::from("order.go"), text: SOURCE.into(), go_version: (1, 27) };
    let mut units: IndexVec<UnitId, Unit> = IndexVec::new();
    let unit = units.push(Unit { path: "order".into(), files: vec![file], imports: vec![], root });
    let store = Store::new();
    let program = Program::new(&store, &units, Sizes::for_arch("amd64").expect("amd64 is known"));
    let outcome = program.check(NonZeroUsize::MIN, &|_| {});
    assert!(outcome.broken.is_empty(), "{:?}", outcome.broken);
    let lines = &program.files(unit)[0].positions.lines;
    let order = program.init_order(unit).expect("the package is declared");
    let mut turns: Vec<(u32, usize)> = order
        .iter()
        .enumerate()
        .map(|(turn, variable)| (variable.value.expect("it has a value").start, turn))
        .collect();
    turns.sort_unstable();
    let of_line = |number: usize| {
        let own = turns.iter().filter(|(start, _)| lines.locate(*start).line as usize == number);
        own.map(|(_, turn)| turn.to_string()).collect::<Vec<_>>().join(", ")
    };
    let lines = SOURCE.lines().enumerate().map(|(index, line)| {
        let code = line.split(" // turn ").next().unwrap_or_default();
        match of_line(index + 1).as_str() {
            "" => format!("{code}\n"),
            turns => format!("{code} // turn {turns}\n"),
        }
    });
    lines.collect()
}

#[test]
fn variables_come_behind_what_they_need() {
    for root in [true, false] {
        let told = told(root);
        let differing = SOURCE.lines().zip(told.lines()).filter(|(want, got)| want != got);
        let differing: String =
            differing.map(|(want, got)| format!("want {want}\ngot  {got}\n")).collect();
        assert!(differing.is_empty(), "{differing}");
    }
}
