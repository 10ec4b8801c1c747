//! One package, with an engine to ask about it.

use std::num::NonZeroUsize;
use std::sync::Arc;

use escape::{Ask, Engine, Functions, HotCalls};
use lower::{Arch, Compiler};
use source::IndexVec;
use types::Store;
use types::layout::Sizes;
use types::program::{Program, Unit, UnitFile, UnitId};

/// Looks at a package `p` of one file, `p.go`, as the compiler of Go 1.`minor` for amd64 does.
#[allow(dead_code, reason = "each test file uses its part")]
pub(crate) fn with_engine<R>(
    text: &str,
    minor: u32,
    look: impl FnOnce(&Engine<'_>, UnitId) -> R,
) -> R {
    with_profile(text, minor, None, look)
}

/// As [`with_engine`], with what a profile says of calls.
pub(crate) fn with_profile<R>(
    text: &str,
    minor: u32,
    hot: Option<HotCalls>,
    look: impl FnOnce(&Engine<'_>, UnitId) -> R,
) -> R {
    let store = Store::new();
    let mut units: IndexVec<UnitId, Unit> = IndexVec::new();
    let file = UnitFile { path: "p.go".into(), text: text.into(), go_version: (1, 24) };
    let unit = Unit { path: "p".into(), files: vec![file], imports: Vec::new(), root: true };
    let unit = units.push(unit);
    let program = Program::new(&store, &units, Sizes { word: 8, max_align: 8 });
    program.check(NonZeroUsize::MIN, &|_| {});
    let compiler =
        Compiler { minor, inline: true, race: false, arch: Arch::Amd64, merges_loads: true };
    let mut functions = Functions::new(&program, compiler);
    if let Some(hot) = hot {
        functions = functions.with_hot_calls(Arc::new(hot));
    }
    look(&Engine::new(&functions, Ask::default()), unit)
}
