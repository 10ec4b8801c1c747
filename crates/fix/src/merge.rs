//! Several plans for one file.

use source::Edit;

use crate::plan::Plan;
use crate::{Refusal, Target, imports, layout};

/// What became of several plans for one file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Merged {
    /// All edits, in the order of places.
    pub edits: Vec<Edit>,
    /// Which plans are not among them, by position, and why: another round may take them.
    pub refused: Vec<(usize, Refusal)>,
}

/// The edits of all plans that do not stand in each other's way, earlier ones first, with one change
/// of the imports for all. An edit that several plans share is made once.
#[must_use]
pub fn merge(target: Target<'_>, plans: &[&Plan]) -> Merged {
    let mut merged = Merged::default();
    let mut needed = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        let mut own = plan.edits.clone();
        if overlap(&mut own) {
            merged.refused.push((number, Refusal::Overlap));
            continue;
        }
        if layout::unaligns_comments(target, &own) {
            merged.refused.push((number, Refusal::AlignedComments));
            continue;
        }
        if layout::outgrows_its_line(target, &own) {
            merged.refused.push((number, Refusal::OneLine));
            continue;
        }
        let mut all = merged.edits.clone();
        all.extend(plan.edits.iter().cloned());
        if overlap(&mut all) {
            merged.refused.push((number, Refusal::Overlap));
            continue;
        }
        merged.edits = all;
        needed.extend(
            plan.imports.iter().copied().filter(|p| !needed.contains(p)).collect::<Vec<_>>(),
        );
    }
    // A plan states what it needs only where that can be imported, so this fails for all or none.
    match imports::edits(target, &merged.edits, &needed) {
        Ok(imports) => {
            merged.edits.extend(imports);
            overlap(&mut merged.edits);
        }
        Err(refusal) => {
            merged.edits.clear();
            merged.refused = (0..plans.len()).map(|number| (number, refusal)).collect();
        }
    }
    merged
}

/// Sorts edits by place and drops repetitions; whether two of them stand in each other's way.
pub(crate) fn overlap(edits: &mut Vec<Edit>) -> bool {
    // Stable, so that insertions at one place keep their order.
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut kept: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits.drain(..) {
        if !kept.iter().rev().take_while(|k| k.span == edit.span).any(|k| *k == edit) {
            kept.push(edit);
        }
    }
    *edits = kept;
    edits.windows(2).any(|pair| {
        pair[1].span.start < pair[0].span.end
            || pair[0].span == pair[1].span && !pair[0].span.is_empty()
    })
}
