//! # `time.After` in a `select` that a loop repeats
//!
//! ## What it does
//!
//! Finds `case <-time.After(d)` in a `select` that runs in each turn of a loop.
//!
//! ## Why it costs
//!
//! Each call of `time.After` makes a channel and a timer, most of which never get to fire: the next turn makes new ones. A
//! timer that is made once can be set anew in each turn.
//!
//! Measured for a turn that receives a value before the timer fires (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `time.After(d)` | 495 ns, 248 B, 3 allocs | 397 ns, 248 B, 3 allocs |
//! | `timer.Reset(d)` | 287 ns, 0 B, 0 allocs | 260 ns, 0 B, 0 allocs |
//!
//! ## Example
//!
//! ```go
//! for {
//! 	select {
//! 	case m := <-messages:
//! 		handle(m)
//! 	case <-time.After(time.Minute):
//! 		return errIdle
//! 	}
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! timer := time.NewTimer(time.Minute)
//! for {
//! 	timer.Reset(time.Minute)
//! 	select {
//! 	case m := <-messages:
//! 		handle(m)
//! 	case <-timer.C:
//! 		return errIdle
//! 	}
//! }
//! ```
//!
//! ## When not to
//!
//! Where each turn waits for the timer anyway, three small objects for each wait are nothing. So a `select` whose other
//! cases all leave the loop, as of a loop that waits between attempts, is not reported, unless it is known to wait for less
//! than a millisecond; nor is `<-time.After(d)` alone. `time.After` before the loop is another thing: one deadline for all
//! turns.
//!
//! Where work is to be done at regular times, whatever else happens in between, a `time.Ticker` is what is meant.
//!
//! ## The fix
//!
//! A timer is made before the loop and set anew before each `select`. It is safe: it fires when that of `time.After` would
//! have. Before Go 1.23 a timer that has fired keeps its value in the channel; there the fix drains it, in the other cases of
//! the `select`. There is no fix where what the other cases ask for is a call that would now come later than the
//! start of the timer, where there are several such cases, and in functions with `goto`.
//!
//! ## Go versions
//!
//! All. Since Go 1.23 timers that nobody refers to are collected before they fire; what is left is what they take. The fix
//! drains where Go is older than 1.23, and, until Go 1.26, where `go.mod` asks for a version before 1.23, since timers are
//! what they were then (`asynctimerchan`). From Go 1.27 on it never does. Who sets `//go:debug asynctimerchan=1` has to
//! drain too, which the fix does not know.
//!
//! ## References
//!
//! - [`time.Timer.Reset`](https://pkg.go.dev/time#Timer.Reset)
//! - [Timer changes of Go 1.23](https://go.dev/doc/go1.23#timer-changes)
//! - `time.After` and `time.NewTimer` in the source of Go, which are what a profile shows

use fix::{Applicability, Plan};
use syntax::tree::{Expr, ExprId, Stmt, StmtId, UnaryOp};
use types::ObjId;

use crate::{
    Basis, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct TimeAfterInLoop;

pub(crate) static RULE: TimeAfterInLoop = TimeAfterInLoop;

/// Nanoseconds that a turn takes at least for what it allocates not to matter.
const LONG_WAIT: i64 = 1_000_000;

/// What a timer and its channel take where words have 8 bytes, measured with Go 1.23 to 1.27.
const OBJECTS: u32 = 3;
const BYTES: u64 = 248;

impl Rule for TimeAfterInLoop {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH010",
            name: "time-after-in-loop",
            tier: Tier::Profile,
            since: "0.1.0",
            fix: FixSafety::Safe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Select]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(select) = node else { return };
        let cases = Case::all(cx, select);
        let timeouts: Vec<&Case> = cases.iter().filter(|case| case.after.is_some()).collect();
        if timeouts.is_empty() || !cx.asks_for(Tier::Profile) {
            return;
        }
        let loops = cx.loops(Parent::Stmt(select));
        let repeats = |&id: &StmtId| {
            !cx.at_most_one_turn(id) && (!cx.leaves_after(select, id) || goes_on(cx, select, id))
        };
        let repeating = loops.into_iter().find(repeats);
        let Some(around) = repeating else { return };
        for timeout in &timeouts {
            let Some(after) = timeout.after else { continue };
            if waits(cx, &cases, timeout, after, around) {
                continue;
            }
            let allocated = cx.allocated_by_call(after.call);
            if allocated.as_ref().is_some_and(|allocated| allocated.allocates.is_never()) {
                continue;
            }
            let mut diagnosis = Diagnosis::new(
                cx.span(after.call),
                "a timer and its channel are made in each turn of this loop",
                "make a timer before the loop, and set it anew in each turn with Reset",
            )
            .because(cx.loop_head(around), "each turn of this loop makes them");
            diagnosis.allocates = crate::Allocates::Always;
            diagnosis.cost = cost(cx);
            let repair = Repair { select, around, cases: &cases, after };
            diagnosis.fix = (timeouts.len() == 1).then(|| repair.plan(cx)).flatten();
            found.push(diagnosis);
        }
    }
}

fn cost(cx: &Context<'_>) -> Cost {
    let mut cost = Cost::per_turn(OBJECTS);
    cost.basis = Basis::Benchmark;
    if cx.sizes().word == 8 && cx.go() >= (1, 23) { cost.of_bytes(BYTES) } else { cost }
}

/// `time.After(d)`
#[derive(Clone, Copy)]
struct After {
    call: ExprId,
    duration: ExprId,
}

/// A case of a `select`.
struct Case {
    clause: StmtId,
    /// What is waited for; `None` of `default`.
    comm: Option<StmtId>,
    colon: u32,
    body: Vec<StmtId>,
    after: Option<After>,
}

impl Case {
    fn all(cx: &Context<'_>, select: StmtId) -> Vec<Self> {
        let Stmt::Select { body } = cx.tree().stmt(select) else { return Vec::new() };
        let clauses = cx.statements(body).into_iter();
        clauses.filter_map(|clause| Self::of(cx, clause)).collect()
    }

    fn of(cx: &Context<'_>, clause: StmtId) -> Option<Self> {
        let Stmt::Comm { comm, colon, body } = cx.tree().stmt(clause) else { return None };
        let after = comm.and_then(|comm| After::of(cx, comm));
        Some(Self { clause, comm, colon, body: cx.tree().list(body).collect(), after })
    }
}

impl After {
    /// Reads `<-time.After(d)` and `t := <-time.After(d)`.
    fn of(cx: &Context<'_>, comm: StmtId) -> Option<Self> {
        let tree = cx.tree();
        let received = match tree.stmt(comm) {
            Stmt::Expr(x) => x,
            Stmt::Assign { rhs, .. } => tree.list_get(rhs, 0)?,
            _ => return None,
        };
        let Expr::Unary { op: UnaryOp::Recv, x } = tree.expr(tree.unparen(received)) else {
            return None;
        };
        let call = tree.unparen(x);
        match cx.arguments(call)[..] {
            [duration] if cx.calls(call, "time", &["After"]) => Some(Self { call, duration }),
            _ => None,
        }
    }
}

/// Whether a turn that has another behind it has waited for the timer, and that for long.
fn waits(cx: &Context<'_>, cases: &[Case], own: &Case, after: After, around: StmtId) -> bool {
    let short = cx.constant_int(after.duration).is_some_and(|d| d < LONG_WAIT);
    let mut others = cases.iter().filter(|case| case.clause != own.clause);
    !short
        && others.all(|case| {
            case.body.last().is_some_and(|&last| cx.leaves(last, around))
                && !case.body.iter().any(|&stmt| goes_on(cx, stmt, around))
        })
}

/// Whether something in a statement starts the next turn of a loop.
fn goes_on(cx: &Context<'_>, stmt: StmtId, around: StmtId) -> bool {
    std::iter::once(stmt)
        .chain(cx.own_descendants(stmt))
        .any(|inner| cx.is_continue(inner) && cx.branch_target(inner) == Some(around))
}

/// What is needed to make a timer once.
struct Repair<'a> {
    select: StmtId,
    around: StmtId,
    cases: &'a [Case],
    after: After,
}

impl Repair<'_> {
    fn plan(&self, cx: &Context<'_>) -> Option<Plan> {
        let tree = cx.tree();
        if !self.may_start_earlier(cx) || cx.has_goto(Parent::Stmt(self.select)) {
            return None;
        }
        let before_loop = cx.before_statement(self.around)?;
        let before_select = cx.before_statement(self.select)?;
        let Expr::Call { fun, .. } = tree.expr(self.after.call) else { return None };
        let Expr::Selector { x: package, .. } = tree.expr(tree.unparen(fun)) else { return None };
        let package = cx.source(package);
        let timer = cx.local_name(&["timer", "timeout", "idle"], Parent::Stmt(self.select))?;
        let duration = cx.source(self.after.duration);
        let first = if self.is_known_before(cx) { duration } else { "0" };

        let mut plan = Plan::new(
            Applicability::Safe,
            format!("Make {timer} once, and set it anew in each turn"),
        );
        let indent = cx.indent(cx.stmt_span(self.around).start);
        let mut made = format!("{indent}{timer} := {package}.NewTimer({first})\n");
        if cx.timers_keep_what_they_sent() {
            made += &drain(timer, indent);
            self.drain_in_others(cx, timer, &mut plan);
        }
        plan.insert(before_loop, made);
        let indent = cx.indent(cx.stmt_span(self.select).start);
        plan.insert(before_select, format!("{indent}{timer}.Reset({duration})\n"));
        plan.replace(cx.span(self.after.call), format!("{timer}.C"));
        Some(plan)
    }

    /// Whether nothing is noticed if the timer starts before the other cases are looked at: it came first anyway, or they do
    /// nothing that takes time or changes the duration.
    fn may_start_earlier(&self, cx: &Context<'_>) -> bool {
        let own = cx.span(self.after.call).start;
        let mut variables: Vec<ObjId> = Vec::new();
        let pure = cx.is_pure(self.after.duration, &mut variables);
        let mut earlier = self
            .cases
            .iter()
            .filter_map(|case| case.comm)
            .filter(|&comm| cx.stmt_span(comm).end <= own);
        earlier.all(|comm| {
            pure && cx.expressions_in(comm).into_iter().all(|x| match cx.callee(x) {
                None => !cx.is_receive(x) || cx.around(x).1 == Parent::Stmt(comm),
                Some(Callee::Builtin(_) | Callee::Conversion(_)) => true,
                Some(_) => is_done_of_context(cx, x),
            }) && !is_send_of_received(cx, comm)
        })
    }

    /// Whether the duration can be computed before the loop: of what may change in the loop, any value will do.
    fn is_known_before(&self, cx: &Context<'_>) -> bool {
        let duration = self.after.duration;
        cx.constant(duration).is_some()
            || cx.object(duration).is_some_and(|object| {
                cx.store.obj(object).is_var() && cx.is_declared_outside(object, self.around)
            })
    }

    /// Where the timer was not what the `select` waited for, it may have fired since.
    fn drain_in_others(&self, cx: &Context<'_>, timer: &str, plan: &mut Plan) {
        for case in self.cases.iter().filter(|case| case.after.is_none()) {
            if case.body.first().is_some_and(|&first| cx.is_return(first)) {
                continue;
            }
            let indent = format!("{}\t", cx.indent(cx.stmt_span(case.clause).start));
            plan.insert(cx.line_end(case.colon), drain(timer, &indent));
        }
    }
}

/// Stops a timer and takes its value, if it has fired.
fn drain(timer: &str, indent: &str) -> String {
    format!("{indent}if !{timer}.Stop() {{\n{indent}\t<-{timer}.C\n{indent}}}\n")
}

/// `case ch <- <-other:`, which waits before the `select` does.
fn is_send_of_received(cx: &Context<'_>, comm: StmtId) -> bool {
    let Stmt::Send { chan, value, .. } = cx.tree().stmt(comm) else { return false };
    [chan, value].into_iter().any(|x| cx.any_within(x, |inner| cx.is_receive(inner)))
}

/// `ctx.Done()` of a `context.Context`, which takes no time.
fn is_done_of_context(cx: &Context<'_>, call: ExprId) -> bool {
    let Expr::Call { fun, .. } = cx.tree().expr(call) else { return false };
    let Some(method) = cx.view().interface_method(cx.tree().unparen(fun)) else { return false };
    let object = cx.store.obj(method);
    object.name.as_str() == "Done"
        && object.pkg.is_some_and(|pkg| cx.store.pkg(pkg).path.as_str() == "context")
}
