//! What a deferred call in a loop allocates for each turn.
//!
//! The record of the call comes from a pool. What it calls is a function without arguments, made by the compiler where
//! there are any: a closure over receiver and arguments. That, what its arguments are put into, and the variables that a
//! literal captures by reference are the objects.

use escape::allocation::{Allocates, Operation, When};
use escape::{Allocated, Happening};
use syntax::tree::{Expr, ExprId, StmtId};
use types::ObjId;

use crate::{Context, Cost, Diagnosis};

/// Adds what a deferred call allocates for each turn of the loop around it.
pub(super) fn allocating(
    cx: &Context<'_>,
    mut diagnosis: Diagnosis,
    defer: StmtId,
    call: ExprId,
) -> Diagnosis {
    diagnosis.cost = Cost::per_turn(1);
    let Some(within) = cx.allocated_within(defer) else { return diagnosis };
    let mut found: Vec<Allocated> = within.into_iter().map(|(_, _, allocated)| allocated).collect();
    found.extend(captured(cx, defer, call));
    // The record is new only while the pool has none.
    found.retain(|allocated| {
        !matches!(allocated.allocates, Allocates::Never(_) | Allocates::Sometimes(When::NoneReady))
    });
    let objects = found.iter().map(|allocated| allocated.objects).fold(0, u64::saturating_add);
    let bytes = found.iter().map(|allocated| allocated.bytes);
    diagnosis.cost = Cost::per_turn(u32::try_from(objects).unwrap_or(u32::MAX));
    diagnosis.cost.bytes = bytes.sum();
    diagnosis.cost.scan_bytes = found.iter().filter_map(|allocated| allocated.scan_bytes).sum();
    if found.iter().any(|allocated| allocated.allocates == Allocates::Always) {
        diagnosis.allocates = crate::Allocates::Always;
    }
    diagnosis.way = way(found);
    diagnosis
}

/// The variables of the function around it that a deferred function literal moves to the heap.
fn captured(cx: &Context<'_>, defer: StmtId, call: ExprId) -> Vec<Allocated> {
    let Expr::Call { fun, .. } = cx.tree().expr(call) else { return Vec::new() };
    let Expr::Func { body, .. } = cx.tree().expr(cx.tree().unparen(fun)) else { return Vec::new() };
    let span = cx.stmt_span(defer);
    let outside = |&object: &ObjId| {
        cx.is_local(object) && cx.declared_at(object).is_some_and(|at| !span.contains(at))
    };
    let used = cx.expressions_in(body).into_iter().filter_map(|expr| cx.object(expr));
    let mut captured: Vec<ObjId> = used.filter(outside).collect();
    captured.sort_unstable_by_key(|&object| cx.declared_at(object));
    captured.dedup();
    let moved = captured.into_iter().filter_map(|object| {
        let allocated = cx.allocated(cx.declared_at(object)?, Operation::Variable)?;
        let here =
            |step: &Happening| step.place.file == cx.file.id && span.contains(step.place.offset);
        allocated.why.iter().any(here).then_some(allocated)
    });
    moved.collect()
}

/// The ways of all of them.
fn way(found: Vec<Allocated>) -> Vec<Happening> {
    let mut way: Vec<Happening> = Vec::new();
    for step in found.into_iter().flat_map(|allocated| allocated.why) {
        if !way.contains(&step) {
            way.push(step);
        }
    }
    way
}
