//! A profile lets more be inlined: functions that hot calls call may cost more, and so may what is inlined at these places.

#![allow(clippy::unwrap_used)]

use std::num::NonZeroUsize;
use std::sync::Arc;

use escape::{Ask, Detail, Engine, Functions, HotCalls, lines};
use lower::{Arch, Compiler};
use source::IndexVec;
use types::Store;
use types::layout::Sizes;
use types::program::{Program, Unit, UnitFile};

/// `large` costs too much to be inlined, and less than a hot function may.
fn text() -> String {
    let work = "\tn = n*3 + n/5 - n%7 + n*11 + n/13\n".repeat(8);
    format!(
        "package main\n\nfunc large(n int) int {{\n{work}\treturn n\n}}\n\n\
         func main() {{\n\tprintln(large(1))\n\tprintln(large(2))\n\tfunc() {{\n\t\tprintln(large(3))\n\t}}()\n}}\n"
    )
}

fn inlined(hot: Option<HotCalls>) -> Vec<u32> {
    let mut units: IndexVec<_, Unit> = IndexVec::new();
    let file = UnitFile { path: "m.go".into(), text: text().as_str().into(), go_version: (1, 24) };
    let path = "example.com/m".to_owned();
    let unit = units.push(Unit { path, files: vec![file], imports: Vec::new(), root: true });
    let store = Store::new();
    let program = Program::new(&store, &units, Sizes { word: 8, max_align: 8 });
    program.check(NonZeroUsize::MIN, &|_| {});
    let compiler =
        Compiler { minor: 27, inline: true, race: false, arch: Arch::Amd64, merges_loads: true };
    let mut functions = Functions::new(&program, compiler);
    if let Some(hot) = hot {
        functions = functions.with_hot_calls(Arc::new(hot));
    }
    let engine = Engine::new(&functions, Ask::default());
    let said = lines(&engine, unit, Detail::Plain).into_iter();
    let mut at: Vec<u32> =
        said.filter(|line| line.text == "inlining call to large").map(|line| line.line).collect();
    at.sort_unstable();
    at
}

#[test]
fn hot_calls_are_inlined() {
    let main = text().lines().position(|line| line == "func main() {").unwrap() as u32 + 1;
    assert_eq!(inlined(None), [] as [u32; 0]);
    // The second call, by its line in `main`.
    assert_eq!(inlined(Some(HotCalls::new([("main.main", "main.large", 2)]))), [main + 2]);
    // Elsewhere nothing is hot; that `large` is called by hot calls does not suffice.
    assert_eq!(inlined(Some(HotCalls::new([("main.other", "main.large", 2)]))), [] as [u32; 0]);
    assert_eq!(inlined(Some(HotCalls::new([("main.main", "main.main", 2)]))), [] as [u32; 0]);
}
