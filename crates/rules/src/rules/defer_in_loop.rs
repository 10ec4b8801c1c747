//! # `defer` in a loop
//!
//! ## What it does
//!
//! Finds `defer` that a loop runs again and again within one call of a function: in its body, in a `switch` or `select`
//! there, or between a label and a `goto` that leads back to it.
//!
//! ## Why it costs
//!
//! A deferred call runs when the *function* returns, not at the end of the turn. Whatever it would release stays held until
//! then: a loop over 10,000 files has 10,000 of them open, a mutex that is locked again in the next turn never comes
//! free, and in a loop without an end nothing is released at all. That is the point of this rule.
//!
//! The calls that wait also take memory. A `defer` that a call of the function runs at most once needs no heap; in a loop each
//! takes a record from a pool, and a closure over its receiver and arguments from the heap: 16 bytes for `f.Close()` on a
//! pointer, 24 on an interface, none for `cancel()`. The record is an object of its own only once the pool is empty.
//!
//! Measured with 10 turns (`go test -benchmem`, two cores, amd64), deferred in the loop, then in a function called by it:
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | real files | 81 µs, 40 allocs → 73 µs, 30 | 77 µs, 40 allocs → 77 µs, 30 |
//! | a closer in memory | 839 ns, 160 B, 10 allocs → 79 ns, 0 B, 0 allocs | 434 ns, 160 B, 10 allocs → 77 ns, 0 B, 0 allocs |
//!
//! So expect speed only where a turn is cheap otherwise.
//!
//! ## Example
//!
//! ```go
//! func load(paths []string) error {
//! 	for _, path := range paths {
//! 		f, err := os.Open(path)
//! 		if err != nil {
//! 			return err
//! 		}
//! 		defer f.Close()
//! 		parse(f)
//! 	}
//! 	return nil
//! }
//! ```
//!
//! ## Use instead
//!
//! A function for one turn, with a name or without:
//!
//! ```go
//! func load(paths []string) error {
//! 	for _, path := range paths {
//! 		if err := loadOne(path); err != nil {
//! 			return err
//! 		}
//! 	}
//! 	return nil
//! }
//!
//! func loadOne(path string) error {
//! 	f, err := os.Open(path)
//! 	if err != nil {
//! 		return err
//! 	}
//! 	defer f.Close()
//! 	parse(f)
//! 	return nil
//! }
//! ```
//!
//! ## When not to
//!
//! Where everything is meant to stay open until the function returns, `defer` in the loop is right. Not reported, therefore:
//!
//! - what is kept beyond the turn: in a slice, a map, a field, a channel or a variable of the function, by a goroutine, or
//!   by something that reads from it and is kept
//! - what was there before the loop, and what nothing in the turn works with: locking all shards, closing all of a list
//! - a listener, whose port is taken so that nobody else takes it
//! - a `defer` that only runs in the last turn, as before `return` or `break`, or in the first, as in `if f == nil`
//! - a `defer` that holds nothing, in a loop of at most eight turns
//! - tests
//!
//! A `defer` in a function literal that the loop calls is what is asked for.
//!
//! What holds something is told by types and methods: `Close`, `Unlock` of what can be locked, `Stop`, `Rollback`, `Put` of a
//! `sync.Pool`, `context.CancelFunc`, a function that another one gave. These are always shown; other deferred calls only
//! where they are hot.
//!
//! ## The fix
//!
//! Puts the turn into a function literal that is called on the spot: `continue` becomes `return`, and `return err` leaves
//! the literal and then the function.
//!
//! ```go
//! for _, path := range paths {
//! 	if err := func() error {
//! 		f, err := os.Open(path)
//! 		if err != nil {
//! 			return err
//! 		}
//! 		defer f.Close()
//! 		parse(f)
//! 		return nil
//! 	}(); err != nil {
//! 		return err
//! 	}
//! }
//! ```
//!
//! It is marked unsafe, because it does what it is for: the deferred call runs at the end of the turn. There is no fix, and
//! the help says why, where the turn can `break`, `goto` or continue another loop, returns anything but an error that is
//! known not to be nil (and beside it always the same), where something made of what is released may be needed for
//! longer, where something else is deferred as well, where a deferred function uses a result of the function or a variable
//! that changes, and where `recover` is called.
//!
//! ## Go versions
//!
//! All. A `defer` in a loop is never one of the cheap ones that the compiler writes out at the end of the function. The
//! objects of a turn are counted as the compiler of the Go version at hand makes them: the closure, what its arguments are
//! put into, and variables that a literal shares.
//!
//! ## References
//!
//! - [Defer statements](https://go.dev/ref/spec#Defer_statements) in the language specification
//! - `runtime.deferproc` in the source of the Go runtime, which is what a profile shows

mod extract;
mod record;
mod release;
mod turn;

use source::Span;
use syntax::tree::{AssignOp, BinaryOp, BranchKind, Expr, ExprId, Stmt, StmtId, UnaryOp};
use types::{ObjId, ObjectKind, Type};

use self::release::{Release, State};
use self::turn::Need;
use crate::{
    Access, Allocates, Context, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct DeferInLoop;
pub(crate) static RULE: DeferInLoop = DeferInLoop;

/// Turns that a loop may have, going by constants, before a `defer` in it is worth a word.
const FEW_TURNS: i64 = 8;

/// Longest call that a message repeats.
const LONGEST_CALL: usize = 48;

impl Rule for DeferInLoop {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH014",
            name: "defer-in-loop",
            tier: Tier::Always,
            since: "0.1.0",
            fix: FixSafety::Unsafe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Defer]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(defer) = node else { return };
        let Stmt::Defer(call) = cx.tree().stmt(defer) else { return };
        if cx.is_test() {
            return;
        }
        match repeating_loop(cx, defer) {
            Some(around) => found.extend(in_loop(cx, around, defer, call)),
            None => found.extend(before_goto(cx, defer, call)),
        }
    }
}

/// The innermost loop that can run a statement more than once.
fn repeating_loop(cx: &Context<'_>, stmt: StmtId) -> Option<StmtId> {
    let repeats =
        |around: &StmtId| !cx.at_most_one_turn(*around) && !cx.leaves_after(stmt, *around);
    cx.loops(Parent::Stmt(stmt)).into_iter().find(repeats)
}

/// Whether a statement stands in an `if` that the first turn to get there closes for the others: `if !locked`,
/// `if f == nil`, and the variable is set in it.
fn is_first_time_only(cx: &Context<'_>, around: StmtId, stmt: StmtId) -> bool {
    let mut inner = stmt;
    while let Parent::Stmt(outer) = cx.parents().stmt(inner) {
        if outer == around {
            break;
        }
        if let Stmt::If { cond, body, .. } = cx.tree().stmt(outer)
            && body == inner
            && let Some(flag) = flag(cx, cond)
            && cx.is_declared_outside(flag, around)
        {
            let body = cx.stmt_span(body);
            return cx.uses(flag).iter().any(|&ident| {
                let inside = body.contains(cx.tree().ident(ident).pos);
                inside && matches!(cx.access(ident), Access::Write(_))
            });
        }
        inner = outer;
    }
    false
}

/// The variable that a condition `!x` or `x == nil` asks.
fn flag(cx: &Context<'_>, condition: ExprId) -> Option<ObjId> {
    match cx.tree().expr(cx.tree().unparen(condition)) {
        Expr::Unary { op: UnaryOp::Not, x } => cx.object(x),
        Expr::Binary { op: BinaryOp::Eq, x, y, .. } => {
            let object = cx.object(y)?;
            matches!(cx.store.obj(object).kind, ObjectKind::Nil).then(|| cx.object(x))?
        }
        _ => None,
    }
}

/// How a deferred call is to be judged.
struct Deferred {
    stmt: StmtId,
    call: ExprId,
    release: Option<Release>,
    need: Need,
}

impl Deferred {
    fn new(cx: &Context<'_>, around: StmtId, stmt: StmtId, call: ExprId) -> Self {
        let release = Release::of(cx, call);
        let need = release.map_or(Need::Longer, |release| turn::need(cx, around, stmt, &release));
        Self { stmt, call, release, need }
    }
}

fn in_loop(cx: &Context<'_>, around: StmtId, stmt: StmtId, call: ExprId) -> Option<Diagnosis> {
    if is_first_time_only(cx, around, stmt) {
        return None;
    }
    let deferred = Deferred::new(cx, around, stmt, call);
    let mut diagnosis = match deferred.release {
        Some(_) if deferred.need == Need::Longer => return None,
        Some(release) => too_late(cx, around, &deferred, &release),
        None if turns(cx, stmt).is_some_and(|turns| turns <= FEW_TURNS) => return None,
        None => put_aside(cx, &deferred),
    };
    if !cx.asks_for(diagnosis.tier.unwrap_or(Tier::Always)) {
        return None;
    }
    diagnosis = record::allocating(cx, diagnosis, stmt, call);
    Some(diagnosis.because(head(cx, around), "each turn of this loop defers one more call"))
}

/// The loop up to the brace.
fn head(cx: &Context<'_>, around: StmtId) -> Span {
    let span = cx.stmt_span(around);
    let body = cx.loop_body(around).map_or(span.end, |body| cx.stmt_span(body).start);
    let text = cx.text(Span::new(span.start, body)).trim_end();
    Span::new(span.start, span.start + text.len() as u32)
}

/// What is said of a call that releases something when the function returns and should with the turn.
fn too_late(cx: &Context<'_>, around: StmtId, deferred: &Deferred, release: &Release) -> Diagnosis {
    let mut help =
        "make the body of the loop a function, so that what it defers runs with each turn"
            .to_owned();
    let fix = match repair(cx, around, deferred) {
        Ok(plan) => Some(plan),
        Err(obstacle) => {
            help = format!("{help}; by hand, since {obstacle}");
            None
        }
    };
    let message = message(cx, around, deferred, release);
    let mut diagnosis = Diagnosis::new(cx.stmt_span(deferred.stmt), message, help);
    diagnosis.fix = fix;
    diagnosis
}

/// What is said of a call that releases nothing.
fn put_aside(cx: &Context<'_>, deferred: &Deferred) -> Diagnosis {
    let message = format!(
        "{} is deferred in a loop: each turn puts a call aside until the function returns",
        in_words(cx, deferred.call)
    );
    let help = "defer one function that does it for all turns, or call it when the turn ends";
    let mut diagnosis = Diagnosis::new(cx.stmt_span(deferred.stmt), message, help);
    diagnosis.tier = Some(Tier::Profile);
    diagnosis
}

fn message(cx: &Context<'_>, around: StmtId, deferred: &Deferred, release: &Release) -> String {
    let call = in_words(cx, deferred.call);
    let subject = match short(cx, release.subject) {
        Some(text) if release.state != State::Unknown => format!("`{text}`"),
        _ => "what it releases".to_owned(),
    };
    if deferred.need == Need::Deadlock {
        return format!(
            "{call} is deferred in a loop: the next turn waits for {subject}, which is unlocked only when the \
             function returns"
        );
    }
    if has_no_end(cx, around) {
        return format!("{call} is deferred in a loop that never ends: it does not run");
    }
    let state = release.state.as_str();
    format!(
        "{call} is deferred in a loop: {subject} {state} until the function returns, not until the turn ends"
    )
}

/// The body of the loop as a function, where all that it defers should run with the turn.
fn repair(
    cx: &Context<'_>,
    around: StmtId,
    deferred: &Deferred,
) -> Result<fix::Plan, extract::Obstacle> {
    let body = cx.loop_body(around).ok_or("it has no body")?;
    for stmt in cx.own_descendants(body) {
        let Stmt::Defer(call) = cx.tree().stmt(stmt) else { continue };
        if repeating_loop(cx, stmt) != Some(around) {
            return Err("a loop in it defers calls, too");
        }
        match Deferred::new(cx, around, stmt, call).need {
            Need::Turn | Need::Deadlock => {}
            Need::Unclear => {
                return Err("what is made of what is released may be needed for longer");
            }
            Need::Longer if stmt == deferred.stmt => return Err("it is needed for longer"),
            Need::Longer => return Err("another deferred call in it has to wait"),
        }
    }
    let title = format!(
        "Run the body of the loop as a function: {} runs when the turn ends, not when the function returns",
        in_words(cx, deferred.call)
    );
    extract::plan(cx, around, title)
}

/// A deferred call between a label and a `goto` that leads back to it.
fn before_goto(cx: &Context<'_>, defer: StmtId, call: ExprId) -> Option<Diagnosis> {
    Release::of(cx, call)?;
    let tree = cx.tree();
    let function = cx.function_of(Parent::Stmt(defer))?;
    let at = tree.stmt_span(defer);
    let jump = cx.own_descendants(function.body).find(|&stmt| {
        let Stmt::Branch { kind: BranchKind::Goto, label: Some(label) } = tree.stmt(stmt) else {
            return false;
        };
        let label = cx.facts().object(label).and_then(|label| cx.declared_at(label));
        tree.stmt_span(stmt).start > at.end && label.is_some_and(|label| label < at.start)
    })?;
    // A `return` on the way means that the jump is another way out of what went before.
    if cx.own_descendants(function.body).any(|stmt| is_between(cx, stmt, defer, jump)) {
        return None;
    }
    let message = format!(
        "{} is deferred on a way that `goto` leads back to: it runs when the function returns, once for each time",
        in_words(cx, call)
    );
    let help = "make what is repeated a function, or a loop that calls one";
    let mut diagnosis = Diagnosis::new(at, message, help)
        .because(tree.stmt_span(jump), "this leads back to before the `defer`");
    diagnosis = record::allocating(cx, diagnosis, defer, call);
    diagnosis.allocates = match diagnosis.allocates {
        Allocates::Always => Allocates::Sometimes,
        other => other,
    };
    Some(diagnosis)
}

/// Whether a statement leaves the function between a `defer` and a `goto` further down, in the block of the first.
fn is_between(cx: &Context<'_>, stmt: StmtId, defer: StmtId, jump: StmtId) -> bool {
    let (at, tree) = (cx.stmt_span(stmt), cx.tree());
    matches!(tree.stmt(stmt), Stmt::Return(_))
        && cx.stmt_span(defer).end <= at.start
        && at.end <= cx.stmt_span(jump).start
        && cx.parents().stmt(stmt) == cx.parents().stmt(defer)
}

/// How often a statement runs in a call of its function, where constants say so.
fn turns(cx: &Context<'_>, stmt: StmtId) -> Option<i64> {
    let repeating = cx
        .loops(Parent::Stmt(stmt))
        .into_iter()
        .filter(|&around| !cx.at_most_one_turn(around) && !cx.leaves_after(stmt, around));
    repeating
        .map(|around| turns_of(cx, around))
        .try_fold(1_i64, |all, turns| all.checked_mul(turns?))
}

/// How many turns a loop has, where a constant says so.
fn turns_of(cx: &Context<'_>, around: StmtId) -> Option<i64> {
    match cx.tree().stmt(around) {
        Stmt::Range { x, .. } => {
            if let Some(count) = cx.constant_int(x) {
                return Some(count);
            }
            if let Expr::Composite { elems, .. } = cx.tree().expr(cx.tree().unparen(x)) {
                return i64::try_from(elems.len()).ok();
            }
            match cx.under(x) {
                Type::Array { len, .. } => Some(*len),
                Type::Pointer(elem) => match cx.store.ty(cx.store.under(*elem)) {
                    Type::Array { len, .. } => Some(*len),
                    _ => None,
                },
                _ => None,
            }
        }
        Stmt::For { init: Some(init), cond: Some(cond), post: Some(post), .. } => {
            counted(cx, init, cond, post)
        }
        _ => None,
    }
}

/// The turns of `for i := 0; i < 5; i++` and its like.
fn counted(cx: &Context<'_>, init: StmtId, cond: ExprId, post: StmtId) -> Option<i64> {
    let tree = cx.tree();
    let Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } = tree.stmt(init) else { return None };
    let (variable, from) = (tree.list_get(lhs, 0)?, tree.list_get(rhs, 0)?);
    let Stmt::IncDec { x, inc: true, .. } = tree.stmt(post) else { return None };
    let Expr::Binary { op, x: left, y: to, .. } = tree.expr(tree.unparen(cond)) else {
        return None;
    };
    let object = cx.object(variable)?;
    if lhs.len() != 1 || cx.object(x) != Some(object) || cx.object(left) != Some(object) {
        return None;
    }
    let turns = cx.constant_int(to)?.checked_sub(cx.constant_int(from)?)?;
    match op {
        BinaryOp::Lt => Some(turns.max(0)),
        BinaryOp::Le => turns.checked_add(1),
        _ => None,
    }
}

/// Whether nothing ends a loop.
fn has_no_end(cx: &Context<'_>, around: StmtId) -> bool {
    matches!(cx.tree().stmt(around), Stmt::For { cond: None, .. }) && !cx.may_end_early(around)
}

/// A call in a message.
fn in_words(cx: &Context<'_>, call: ExprId) -> String {
    short(cx, call).map_or_else(|| "a call".to_owned(), |text| format!("`{text}`"))
}

/// The text of an expression, where it is short.
fn short<'a>(cx: &Context<'a>, expr: ExprId) -> Option<&'a str> {
    let text = cx.source(expr);
    (text.len() <= LONGEST_CALL && !text.contains('\n')).then_some(text)
}
