//! Functions of the package that make a slice for loops which are done with it before the next turn: they can append to one
//! that the loop has.

use escape::allocation::Operation;
use escape::{Allocated, There};
use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::ExprId;

use super::maker::Maker;
use super::turn::Turn;
use crate::cost::is_free;
use crate::{Callee, Context, Diagnosis, Parent};

/// What is to be said of a call of such a function. Of several calls of one, it is said of the first.
pub(super) fn diagnose(cx: &Context<'_>, call: ExprId) -> Option<Diagnosis> {
    let Some(Callee::Function(function)) = cx.callee(call) else { return None };
    cx.innermost_loop(Parent::Expr(call))?;
    let object = cx.store.obj(function);
    if object.pkg != Some(cx.package.checked.pkg) || object.is_exported() {
        return None;
    }
    Turn::of(cx, call)?;
    let maker = Maker::of(cx, function)?;
    let form = AppendForm::of(cx, maker)?;
    let first = form.turns.first().filter(|turn| turn.call == call)?;
    let allocated = form.allocated(cx, first)?;
    if is_free(Some(&allocated)) || !cx.may_run_often(call) {
        return None;
    }
    let name = object.name;
    let mut diagnosis = Diagnosis::new(
        cx.span(call),
        format!("`{name}` makes a slice in each turn, which is not needed after it"),
        format!(
            "let `{name}` append to a slice that it is given, and give it the same one in each turn"
        ),
    )
    .because(form.maker.declared(cx), "made here");
    for other in &form.turns[1..] {
        diagnosis = diagnosis.because(cx.span(other.call), "and for this loop");
    }
    diagnosis.cost = cx.cost_at(call, Some(&allocated));
    diagnosis = diagnosis.allocating(Some(allocated));
    diagnosis.fix = form.plan(cx);
    Some(diagnosis)
}

/// A function that makes a slice, with all that call it.
struct AppendForm {
    maker: Maker,
    /// Calls in loops that are done with the slice in the same turn, in the order of the text.
    turns: Vec<Turn>,
    /// The others.
    others: Vec<ExprId>,
}

impl AppendForm {
    /// `None` where something else is done with the function than to call it, or in another file.
    fn of(cx: &Context<'_>, maker: Maker) -> Option<Self> {
        let (mut turns, mut others) = (Vec::new(), Vec::new());
        for (there, fun) in cx.calls_of(maker.function)? {
            let Parent::Expr(call) = there.around(fun).1 else { return None };
            // A function that calls itself would need a slice for each depth.
            if there.number != cx.number || cx.is_within(Parent::Expr(call), maker.body) {
                return None;
            }
            match Turn::of(cx, call) {
                Some(turn) => turns.push(turn),
                None => others.push(call),
            }
        }
        turns.sort_by_key(|turn| cx.span(turn.call).start);
        Some(Self { maker, turns, others })
    }

    /// What the slice takes for a call: where it is made with a size, there, else where it grows.
    fn allocated(&self, cx: &Context<'_>, turn: &Turn) -> Option<Allocated> {
        let made = self.maker.made.map(|made| (made.make, Operation::MakeSlice));
        let appends = self.maker.appends.iter().map(|&append| (append, Operation::Append));
        made.into_iter().chain(appends).find_map(|(at, operation)| {
            let allocated = match cx.allocated_through(cx.reported(turn.call), at)? {
                There::Called => cx.allocated(cx.tree().report_pos(at), operation)?,
                There::Inlined(allocated) => allocated,
            };
            (!is_free(Some(&allocated))).then_some(allocated)
        })
    }

    fn plan(&self, cx: &Context<'_>) -> Option<Plan> {
        let name = cx.store.obj(self.maker.function).name;
        let (applicability, because) = if cx.may_be_named_unseen(name) {
            (Applicability::Unsafe, "; tests of the package that call it have to follow")
        } else {
            (Applicability::Safe, "")
        };
        let title = format!("Let {name} append to a slice of its callers{because}");
        let mut plan = Plan::new(applicability, title);
        self.maker.take_slice(cx, &mut plan)?;
        let ty = self.maker.slice_type(cx)?;
        let mut places = Vec::new();
        for turn in &self.turns {
            let place = turn.take_turns(cx, &self.maker, ty, &mut plan)?;
            // Two declarations at one place would have no order.
            if places.contains(&place) {
                return None;
            }
            places.push(place);
        }
        for &call in &self.others {
            let nothing =
                if self.maker.begins_nil { "nil".to_owned() } else { format!("{ty}{{}}") };
            if !cx.is_predeclared("nil") || !self.maker.type_holds_at(cx, Parent::Expr(call)) {
                return None;
            }
            plan.insert(cx.arguments_start(call), first_argument(cx, call, &nothing)?);
        }
        (!plan.edits.iter().any(|edit| cx.has_comment(edit.span))).then_some(plan)
    }
}

/// An argument before those of a call, as it is inserted; `None` where they begin on a line of their own.
pub(super) fn first_argument(cx: &Context<'_>, call: ExprId, argument: &str) -> Option<String> {
    let arguments = cx.arguments(call);
    let Some(&first) = arguments.first() else { return Some(argument.to_owned()) };
    let space = cx.text(Span::new(cx.arguments_start(call), cx.span(first).start));
    space.is_empty().then(|| format!("{argument}, "))
}
