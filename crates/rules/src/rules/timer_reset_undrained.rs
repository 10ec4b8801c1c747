//! # Timers that are reset with an old time in their channel
//!
//! ## What it does
//!
//! Finds `Reset` on a `time.Timer` whose channel the function receives from, where the timer may have fired since and nothing
//! took the time out of the channel: neither a receive nor `Stop` and a drain. Only for Go versions in which that matters.
//!
//! ## Why it costs
//!
//! One timer for all turns of a loop saves three objects a turn. Before Go 1.23 its channel has room for one time, and
//! `Reset` leaves in it what is there: the next receive returns at once, with a time that belongs to the turn before. What was
//! to wait does not wait.
//!
//! Measured with work that takes longer than the timer, then a reset to an hour: how many of 100 turns wake at once. In
//! module with `go 1.22` in its `go.mod`:
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `Reset` alone | 100 | 0 |
//! | drained before | 0 | 0 |
//!
//! ## Example
//!
//! ```go
//! t := time.NewTimer(timeout)
//! for {
//! 	t.Reset(timeout)
//! 	select {
//! 	case job := <-jobs:
//! 		run(job)
//! 	case <-t.C:
//! 		idle()
//! 	}
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! t := time.NewTimer(timeout)
//! for {
//! 	if !t.Stop() {
//! 		select {
//! 		case <-t.C:
//! 		default:
//! 		}
//! 	}
//! 	t.Reset(timeout)
//! 	select {
//! 	case job := <-jobs:
//! 		run(job)
//! 	case <-t.C:
//! 		idle()
//! 	}
//! }
//! ```
//!
//! or Go 1.23, in `go.mod` as well as installed.
//!
//! ## When not to
//!
//! Nothing is reported where the function drains the timer anywhere or receives from it before it is reset, for timers of
//! `time.AfterFunc`, which have no channel, and for tickers, whose `Reset` is another matter.
//!
//! ## The fix
//!
//! Stops and drains the timer before it is reset. It is unsafe, since it does what it is for: a time that was to be received
//! is dropped. None where the call is not a statement on its own line.
//!
//! ## Go versions
//!
//! Before Go 1.23. With Go 1.23 to 1.26 where the file's module asks for less than Go 1.23, which the `go` directive of the
//! main module decides. Never from Go 1.27 on.
//!
//! ## References
//!
//! - [`(*time.Timer).Reset`](https://pkg.go.dev/time#Timer.Reset)
//! - [Go 1.23 release notes, timer changes](https://go.dev/doc/go1.23#timer-changes)

use fix::{Applicability, Plan};
use syntax::tree::{Expr, ExprId, Stmt, StmtId, UnaryOp};
use types::ObjId;

use crate::{
    Allocates, Context, Cost, Diagnosis, FixSafety, Function, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct TimerResetUndrained;

pub(crate) static RULE: TimerResetUndrained = TimerResetUndrained;

impl Rule for TimerResetUndrained {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH105",
            name: "timer-reset-undrained",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::Unsafe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        if !cx.timers_keep_what_they_sent() || cx.is_test() {
            return;
        }
        let Some((timer, "Reset")) = cx.calls_method(call, "time", "Timer") else { return };
        let Some(timer) = Timer::of(cx, timer) else { return };
        let Some(function) = cx.function_of(Parent::Expr(call)) else { return };
        if timer.is_received_from(cx, function)
            && !timer.is_drained(cx, function)
            && !timer.has_just_fired(cx, call)
        {
            found.push(diagnose(cx, call, &timer));
        }
    }
}

/// A timer that a variable or field holds.
struct Timer<'a> {
    /// As it is written.
    text: &'a str,
    holder: ObjId,
}

impl<'a> Timer<'a> {
    fn of(cx: &Context<'a>, timer: ExprId) -> Option<Self> {
        let timer = cx.tree().unparen(timer);
        let holder = match cx.tree().expr(timer) {
            Expr::Ident(_) => cx.object(timer)?,
            Expr::Selector { sel, .. } => cx.facts().uses[sel]?,
            _ => return None,
        };
        Some(Self { text: cx.source(timer), holder })
    }

    /// Whether an expression receives from the timer's channel.
    fn is_receive(&self, cx: &Context<'_>, expr: ExprId) -> bool {
        let Expr::Unary { op: UnaryOp::Recv, x } = cx.tree().expr(expr) else { return false };
        let Expr::Selector { x: timer, sel } = cx.tree().expr(cx.tree().unparen(x)) else {
            return false;
        };
        cx.tree().ident(sel).name.as_str() == "C"
            && Timer::of(cx, timer).is_some_and(|other| other.holder == self.holder)
    }

    fn is_received_from(&self, cx: &Context<'_>, function: Function) -> bool {
        cx.expressions_in(function.body).into_iter().any(|expr| self.is_receive(cx, expr))
    }

    /// Whether the function looks at what `Stop` says, or receives where it need not wait or where all other paths have
    /// ended: then it knows that the channel must be drained.
    fn is_drained(&self, cx: &Context<'_>, function: Function) -> bool {
        cx.expressions_in(function.body).into_iter().any(|expr| {
            if self.is_stop(cx, expr) {
                return !matches!(cx.around(expr).1, Parent::Stmt(stmt) if is_bare(cx, stmt));
            }
            self.is_receive(cx, expr) && self.is_drain(cx, expr)
        })
    }

    fn is_stop(&self, cx: &Context<'_>, expr: ExprId) -> bool {
        match cx.calls_method(expr, "time", "Timer") {
            Some((timer, "Stop")) => {
                Timer::of(cx, timer).is_some_and(|other| other.holder == self.holder)
            }
            _ => false,
        }
    }

    /// Whether a receive stands in a `select` with nothing else but `default`, or outside of any.
    fn is_drain(&self, cx: &Context<'_>, receive: ExprId) -> bool {
        let mut node = Parent::Expr(receive);
        loop {
            let Some(above) = cx.up(node) else { return true };
            match above {
                Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
                    Stmt::Comm { comm, .. } if comm.map(Parent::Stmt) == Some(node) => {
                        let Parent::Stmt(block) = cx.parents().stmt(stmt) else { return true };
                        let others =
                            cx.statements(block).into_iter().filter(|&other| other != stmt);
                        let mut comms = others.map(|other| cx.tree().stmt(other));
                        return comms.all(|other| matches!(other, Stmt::Comm { comm: None, .. }));
                    }
                    Stmt::Expr(_) | Stmt::Assign { .. } | Stmt::Labeled { .. } => node = above,
                    _ => return true,
                },
                Parent::Expr(_) => node = above,
                _ => return true,
            }
        }
    }

    /// Whether a call stands in the clause of a `select` that received from the timer.
    fn has_just_fired(&self, cx: &Context<'_>, call: ExprId) -> bool {
        let mut node = Parent::Expr(call);
        while let Some(above) = cx.up(node) {
            if let Parent::Stmt(stmt) = above
                && let Stmt::Comm { comm: Some(comm), .. } = cx.tree().stmt(stmt)
                && cx.expressions_in(comm).into_iter().any(|expr| self.is_receive(cx, expr))
            {
                return true;
            }
            if matches!(above, Parent::Decl(_)) {
                return false;
            }
            node = above;
        }
        false
    }
}

/// Whether a statement is a call whose result nobody looks at; or a deferred one.
fn is_bare(cx: &Context<'_>, stmt: StmtId) -> bool {
    matches!(cx.tree().stmt(stmt), Stmt::Expr(_) | Stmt::Defer(_) | Stmt::Go(_))
}

fn diagnose(cx: &Context<'_>, call: ExprId, timer: &Timer<'_>) -> Diagnosis {
    let text = timer.text;
    let until = if cx.go() < (1, 23) { "Go 1.23" } else { "a go directive of 1.23 or later" };
    let mut diagnosis = Diagnosis::new(
        cx.span(call),
        format!(
            "`{text}` may have fired before it is reset: the next receive from `{text}.C` returns at once"
        ),
        format!("stop and drain it first, as is necessary before {until}"),
    );
    diagnosis.allocates = Allocates::Never;
    diagnosis.cost = Cost::per_call(0).of_bytes(0);
    diagnosis.fix = drain(cx, call, text);
    diagnosis
}

fn drain(cx: &Context<'_>, call: ExprId, timer: &str) -> Option<Plan> {
    let (_, Parent::Stmt(stmt)) = cx.around(call) else { return None };
    let span = cx.stmt_span(stmt);
    let indent = cx.indent(span.start);
    let alone = cx.line_start(span.start) + indent.len() as u32 == span.start;
    if !matches!(cx.tree().stmt(stmt), Stmt::Expr(_)) || !alone {
        return None;
    }
    let mut plan = Plan::new(
        Applicability::Unsafe,
        format!("Stop and drain {timer} first; a time that it sent is dropped"),
    );
    let lines = ["", "\tselect {", &format!("\tcase <-{timer}.C:"), "\tdefault:", "\t}", "}", ""]
        .join(&format!("\n{indent}"));
    plan.insert(span.start, format!("if !{timer}.Stop() {{{lines}"));
    Some(plan)
}
