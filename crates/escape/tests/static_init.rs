//! Which values of package variables are laid out in the data section, held against what Go says of the rest.
//!
//! `data/static_init/NAME.go` is a package, `NAME.1.27.txt` what Go 1.27 prints of it: the lines of `go build -gcflags=-m`
//! (amd64) that are not about inlining, without the path of the file; sorted.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;

use escape::{Ask, Engine, Functions};
use lower::ir::Wording;
use lower::{Arch, Compiler};
use source::IndexVec;
use types::Store;
use types::layout::Sizes;
use types::program::{Program, Unit, UnitFile, UnitId};

const VERSIONS: [u32; 4] = [24, 25, 26, 27];

/// Compares the package `name`, compiled under the import path `path`.
fn check(name: &str, path: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/static_init");
    let text = std::fs::read_to_string(folder.join(format!("{name}.go"))).expect("the package");
    for minor in VERSIONS {
        let said = std::fs::read_to_string(folder.join(format!("{name}.1.{minor}.txt")))
            .expect("what Go says");
        let theirs: BTreeSet<String> = said.lines().map(str::to_owned).collect();
        let ours = said_of(&text, path, minor);
        let apart = |these: &BTreeSet<String>, those: &BTreeSet<String>| {
            these.difference(those).cloned().collect::<Vec<_>>().join("\n")
        };
        assert!(
            ours == theirs,
            "{name}, Go 1.{minor}: Go says\n{}\nand we say\n{}",
            apart(&theirs, &ours),
            apart(&ours, &theirs),
        );
    }
}

fn said_of(text: &str, path: &str, minor: u32) -> BTreeSet<String> {
    let store = Store::new();
    let mut units: IndexVec<UnitId, Unit> = IndexVec::new();
    let file = UnitFile { path: "p.go".into(), text: text.into(), go_version: (1, 24) };
    let unit = Unit { path: path.into(), files: vec![file], imports: Vec::new(), root: true };
    let unit = units.push(unit);
    let program = Program::new(&store, &units, Sizes { word: 8, max_align: 8 });
    program.check(NonZeroUsize::MIN, &|_| {});
    let compiler =
        Compiler { minor, inline: true, race: false, arch: Arch::Amd64, merges_loads: true };
    let functions = Functions::new(&program, compiler);
    let engine = Engine::new(&functions, Ask::default());
    let package = program.package(unit);
    let wording = Wording {
        store: &store,
        instances: &functions.instances,
        compiler: &functions.compiler,
        package,
        home: package,
    };
    let mut lines = BTreeSet::new();
    for analyzed in engine.package(unit) {
        for remark in &analyzed.result.remarks {
            let offset = remark.pos.offset as usize;
            let before = &text[..offset];
            let line = before.matches('\n').count() + 1;
            let column = offset - before.rfind('\n').map_or(0, |at| at + 1) + 1;
            lines.insert(format!("{line}:{column}: {}", remark.text(&analyzed.entry, &wording)));
        }
    }
    lines
}

#[test]
fn values() {
    check("values", "p");
}

/// The data of the module whose code is hashed has no addresses in it.
#[test]
fn hashed_module() {
    check("hashed", "crypto/internal/fips140/p");
}
