//! Engines that share what functions know of one another say what one alone says, whatever was forgotten meanwhile.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::num::NonZeroUsize;
use std::sync::Arc;

use escape::{Ask, Detail, Engine, Functions, Summaries, lines};
use lower::{Arch, Compiler};
use source::IndexVec;
use types::Store;
use types::layout::Sizes;
use types::program::{Program, Unit, UnitFile, UnitId};

/// A package whose functions call one another, in rings of up to four, those of the package before, and generic ones.
fn text(number: u32) -> String {
    let mut text = format!("package p{number}\n");
    if number > 0 {
        let _ = writeln!(text, "import \"p{}\"", number - 1);
    }
    text.push_str(
        "type Box[T any] struct{ all []T }\n\
         func (b *Box[T]) Put(v T) *Box[T] { b.all = append(b.all, v); return b }\n\
         func Map[T, U any](s []T, f func(T) U) (r []U) { for _, v := range s { r = append(r, f(v)) }; return }\n",
    );
    for ring in 0..8 {
        let around = ring % 4 + 1;
        for at in 0..around {
            let (own, next) = (format!("F{ring}_{at}"), format!("F{ring}_{}", (at + 1) % around));
            let before = match number {
                0 => "new(int)".to_owned(),
                n => format!("p{}.{own}(n, nil)", n - 1),
            };
            let _ = writeln!(
                text,
                "func {own}(n int, to *int) *int {{\n\tif n > {at} {{ return {next}(n - 1, to) }}\n\
                 \tx := {before}\n\tif to == nil {{ return x }}\n\
                 \tb := new(Box[*int]).Put(x)\n\t_ = Map(b.all, func(p *int) int {{ return *p + n }})\n\treturn to\n}}"
            );
        }
    }
    text
}

fn said(engine: &Engine<'_>, units: impl Iterator<Item = UnitId>, forget: bool) -> Vec<String> {
    let mut all = Vec::new();
    for unit in units {
        engine.begin(unit);
        for line in lines(engine, unit, Detail::Costs) {
            all.push(format!(
                "{}:{}:{}: {}",
                line.path.display(),
                line.line,
                line.column,
                line.text
            ));
        }
        if forget {
            engine.forget();
        }
    }
    all.sort();
    all
}

#[test]
fn engines_agree() {
    let mut units: IndexVec<UnitId, Unit> = IndexVec::new();
    for number in 0..6 {
        let path = format!("p{number}");
        let name = format!("{path}.go").into();
        let files =
            vec![UnitFile { path: name, text: text(number).as_str().into(), go_version: (1, 24) }];
        let imports = number.checked_sub(1).map(|n| (format!("p{n}"), UnitId::at(n)));
        units.push(Unit { path, files, imports: imports.into_iter().collect(), root: true });
    }
    let compiler =
        Compiler { minor: 27, inline: true, race: false, arch: Arch::Amd64, merges_loads: true };
    let store = Store::new();
    let program = Program::new(&store, &units, Sizes { word: 8, max_align: 8 });
    assert!(program.check(NonZeroUsize::MIN, &|_| {}).broken.is_empty());
    let functions = Functions::new(&program, compiler);
    let alone = said(&Engine::new(&functions, Ask::default()), units.ids(), false);
    assert!(alone.iter().any(|line| line.contains("escapes to heap")));
    assert!(alone.iter().any(|line| line.contains("inlining call to")));
    for _ in 0..8 {
        let functions = Functions::new(&program, compiler);
        let packages = units.ids().map(|unit| program.package(unit));
        let summaries = Arc::new(Summaries::new(Ask::default()).expecting(packages));
        let ask = |forget| {
            let engine = Engine::with(&functions, Arc::clone(&summaries));
            said(&engine, units.ids(), forget)
        };
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..4).map(|n| scope.spawn(move || ask(n % 2 == 0))).collect();
            for one in all {
                assert_eq!(one.join().unwrap(), alone);
            }
        });
    }
}
