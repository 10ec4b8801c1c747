//! How values lie in memory, and what the allocator makes of them: against go/types, the compiler and the runtime.

mod allocator;
mod compiled;
mod layouts;

use std::path::Path;

use anyhow::Result;
use types::Store;
use types::layout::Sizes;

pub(super) use allocator::compare as compare_allocator;

use super::ours::Checked;
use super::types::sources;
use super::{Report, Target, list};
use crate::toolchain::Go;

/// What a type is in memory, as both sides tell it. Sizes that overflow are negative.
#[derive(PartialEq, Eq, Debug)]
struct Figures {
    size: i64,
    align: i64,
    pointer_bytes: i64,
    /// Of the fields of a struct.
    offsets: Vec<i64>,
}

/// Compares the types of the target's packages. Returns the figure.
pub(super) fn compare(
    go: &Go,
    oracle: &Path,
    target: &Target,
    report: &mut Report,
) -> Result<String> {
    let listed = list::list(go, target)?;
    let sources = sources(&listed);
    let told = layouts::ask(oracle, &sources)?;
    let ours = Checked::new(Store::new(), &sources)?;
    let written = layouts::compare(told, &ours, target, report)?;
    let declared = compiled::compare(go, &listed, &ours, target, report)?;
    Ok(format!("{written} types as go/types has them, {declared} as the compiler has them"))
}

/// What we make of a type; `None` where we cannot tell.
fn ours(store: &Store, ty: types::TypeId) -> Option<Figures> {
    let sizes = Sizes::for_arch("amd64")?;
    let layout = sizes.layout(store, ty)?;
    Some(Figures {
        size: layout.size.unwrap_or(-1),
        align: layout.align,
        pointer_bytes: layout.pointer_bytes,
        offsets: sizes.offsets(store, ty).unwrap_or_default(),
    })
}

impl Figures {
    /// Says where `theirs` is another.
    fn differs(&self, theirs: &Self, ty: &str, place: &str, who: &str, report: &mut Report) {
        if theirs.size < 0 && self.size < 0 {
            return; // Nobody has such a value.
        }
        let mut tell = |what: &str, ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug| {
            let text = || format!("{place}: {ty}: {what} {ours:?}; {who}: {theirs:?}");
            report.differs(format!("{what}, {who}"), text);
        };
        if self.size != theirs.size {
            tell("size", &self.size, &theirs.size);
        }
        if self.align != theirs.align {
            tell("alignment", &self.align, &theirs.align);
        }
        if self.pointer_bytes != theirs.pointer_bytes {
            tell("pointer bytes", &self.pointer_bytes, &theirs.pointer_bytes);
        }
        if self.offsets != theirs.offsets {
            tell("offsets", &self.offsets, &theirs.offsets);
        }
    }
}
