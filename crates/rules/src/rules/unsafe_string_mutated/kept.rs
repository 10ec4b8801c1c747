//! Strings that stay in a map or slice while their bytes are overwritten.

use flow::{Access, Point, Step};
use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId};
use types::{Builtin, ObjId, ObjectKind, Type, VarKind};

use super::paths::Overwritten;
use super::{costing_nothing, in_words};
use crate::shared_memory::statements_of;
use crate::{Callee, Diagnosis, Parent};

/// A statement that stores the string.
#[derive(Clone, Copy)]
struct Stored {
    stmt: StmtId,
    at: Point,
    /// In which variable's map or slice.
    container: ObjId,
    place: ExprId,
}

pub(super) fn diagnose(overwritten: &Overwritten<'_>) -> Option<Diagnosis> {
    let cx = overwritten.cx;
    let cfg = overwritten.function.cfg();
    let stored = statements_of(overwritten.function)
        .into_iter()
        .filter_map(|stmt| stored_by(overwritten, stmt));
    let (stored, span) = stored
        .flat_map(|s| overwritten.writes.iter().map(move |w| (s, *w)))
        .find_map(|(stored, (write, span))| {
            let made = overwritten.made;
            let in_turns = cfg.dominates(write, made);
            let at = stored.at;
            let behind = cfg.dominates(at, write);
            (cfg.dominates(made, at) && (in_turns || behind) && stays(overwritten, &stored, write))
                .then_some((stored, span))
        })?;
    let message = format!(
        "the string stays in {}, and its bytes are overwritten",
        in_words(cx, stored.place)
    );
    let help = "store a copy: `string(b)`, or `strings.Clone` of the string";
    let diagnosis = Diagnosis::new(cx.span(overwritten.conversion.value), message, help)
        .because(cx.stmt_span(stored.stmt), "stored here")
        .because(span, "overwritten here");
    Some(costing_nothing(diagnosis))
}

/// What a statement stores of the string: as the key or element of a map, as an element of a slice.
fn stored_by(overwritten: &Overwritten<'_>, stmt: StmtId) -> Option<Stored> {
    let cx = overwritten.cx;
    let own = cx
        .view()
        .body_around(Parent::Stmt(stmt))
        .is_some_and(|(_, body)| body == overwritten.function.body());
    let at = overwritten.function.point(stmt).filter(|_| own)?;
    let shares = |x: ExprId| overwritten.string.is_shared_by(x, at);
    let is_key = |to: ExprId| match cx.tree().expr(cx.tree().unparen(to)) {
        Expr::Index { x, indices, .. } if matches!(cx.under(x), Type::Map { .. }) => {
            cx.tree().list_get(indices, 0).is_some_and(shares).then_some(x)
        }
        _ => None,
    };
    let place = match cx.tree().stmt(stmt) {
        Stmt::IncDec { x, .. } => is_key(x)?,
        Stmt::Assign { lhs, op, rhs, .. } if op != AssignOp::Define => {
            let mut pairs = cx.tree().list(lhs).enumerate();
            pairs.find_map(|(number, to)| {
                let value = cx.tree().list_get(rhs, number).filter(|_| lhs.len() == rhs.len());
                is_key(to).or_else(|| value.and_then(|value| element(overwritten, to, value, at)))
            })?
        }
        _ => return None,
    };
    let container = root(overwritten, place)?;
    Some(Stored { stmt, at, container, place })
}

/// The slice or map that gets the string as an element.
fn element(overwritten: &Overwritten<'_>, to: ExprId, value: ExprId, at: Point) -> Option<ExprId> {
    let cx = overwritten.cx;
    if let Expr::Index { x, .. } = cx.tree().expr(cx.tree().unparen(to)) {
        let kept = matches!(cx.under(x), Type::Map { .. });
        return (kept && overwritten.string.is_shared_by(value, at)).then_some(x);
    }
    let Some(Callee::Builtin(Builtin::Append)) = cx.callee(value) else { return None };
    let arguments = cx.arguments(value);
    let same = arguments.first().is_some_and(|&list| cx.source(list) == cx.source(to));
    let added = arguments.get(1..)?.iter().any(|&x| overwritten.string.is_shared_by(x, at));
    (same && added).then_some(to)
}

/// The variable that a place is a part of, or is reached through.
fn root(overwritten: &Overwritten<'_>, place: ExprId) -> Option<ObjId> {
    let view = overwritten.cx.view();
    let mut at = view.tree().unparen(place);
    loop {
        if let Some(variable) = view.package_variable(at) {
            return Some(variable);
        }
        at = view.tree().unparen(match view.tree().expr(at) {
            Expr::Ident(_) => return view.local(at),
            Expr::Selector { x, .. } | Expr::Index { x, .. } | Expr::Star(x) => x,
            _ => return None,
        });
    }
}

/// Whether what was stored is still there when the bytes are overwritten, and is looked at afterwards.
fn stays(overwritten: &Overwritten<'_>, stored: &Stored, write: Point) -> bool {
    let (cx, function) = (overwritten.cx, overwritten.function);
    if is_emptied(overwritten, stored) {
        return false;
    }
    let occurrences = function.variables().of(stored.container);
    let is_replaced = |point: Point| {
        let mut there = occurrences.iter().filter(|o| o.point == Some(point));
        there.any(|o| o.access.replaces() && o.literal.is_none())
    };
    let grown = grown_at(overwritten, stored.container);
    // What is appended to keeps what it has.
    let is_lost = |point: Point| is_replaced(point) && !grown.contains(&point);
    let cfg = function.cfg();
    let reaches = |from: Point, to: Point| {
        cfg.walk_after(from, |point, _| match () {
            () if point == to => Step::Found,
            () if is_lost(point) => Step::Stop,
            () => Step::On,
        })
    };
    if !reaches(stored.at, write) {
        return false;
    }
    let is_local = matches!(
        cx.store.obj(stored.container).kind,
        ObjectKind::Var(VarKind::Local | VarKind::Result)
    );
    !is_local
        || occurrences.iter().any(|o| {
            let read = o.access == Access::Read && o.literal.is_none();
            o.point.is_some_and(|at| read && at != write && !is_replaced(at) && reaches(write, at))
        })
}

/// Where a variable gets itself, with more appended.
fn grown_at(overwritten: &Overwritten<'_>, variable: ObjId) -> Vec<Point> {
    let cx = overwritten.cx;
    let definitions = overwritten.function.definitions(variable).into_iter();
    let grows = |value: ExprId| {
        let appends = cx.callee(value) == Some(Callee::Builtin(Builtin::Append));
        appends
            && cx
                .arguments(value)
                .first()
                .is_some_and(|&list| cx.view().local(list) == Some(variable))
    };
    definitions.filter(|d| d.value.is_some_and(grows)).filter_map(|d| d.occurrence.point).collect()
}

/// Whether something is taken out of a map or slice again, or it is given another value where it is not a variable.
fn is_emptied(overwritten: &Overwritten<'_>, stored: &Stored) -> bool {
    let cx = overwritten.cx;
    let text = cx.source(stored.place);
    let cleared = cx.expressions_in(overwritten.function.body()).into_iter().any(|call| {
        let cleared =
            matches!(cx.callee(call), Some(Callee::Builtin(Builtin::Clear | Builtin::Delete)));
        cleared && cx.arguments(call).first().is_some_and(|&x| cx.source(x) == text)
    });
    let is_variable = matches!(cx.tree().expr(cx.tree().unparen(stored.place)), Expr::Ident(_));
    let given = statements_of(overwritten.function).into_iter().any(|stmt| {
        let Stmt::Assign { lhs, .. } = cx.tree().stmt(stmt) else { return false };
        stmt != stored.stmt && cx.tree().list(lhs).any(|to| cx.source(to) == text)
    });
    cleared || !is_variable && given
}
