//! # `defer` in a loop
//!
//! ## What it does
//!
//! Finds `defer` in the body of a loop that can have more than one turn, in the function that the `defer` belongs to.
//!
//! ## Why it costs
//!
//! A deferred call runs when the *function* returns, not at the end of the turn. Whatever it would release stays held until
//! then: a loop over 10,000 files has 10,000 of them open, a mutex that is locked again in the next turn never comes
//! free. That is the point of this rule. The calls that wait also take memory: the bound method of `defer f.Close()` is a heap
//! object of 16 bytes in each turn.
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
//! a resource that is put into a slice, a map, a field or a channel or handed to a goroutine, a loop that does nothing after
//! the `defer` to what the turn did not open itself (locking all shards, closing all of a list), and a `defer` that only
//! runs in the last turn, as before `return` or `break`. A `defer` in a function literal that the loop calls is what is
//! asked for.
//!
//! Always shown when something is held (`Close`, `Unlock`, `Stop`, `cancel()` and so on); other deferred calls only where
//! they are hot.
//!
//! ## The fix
//!
//! Puts the turn into a function literal that is called on the spot: `continue` becomes `return`, and `return err` leaves
//! the literal and then the function. It is marked unsafe, because it does what it is for: the deferred call runs at the end of
//! the turn. There is no fix where the turn can `break`, `goto` or continue another loop, returns anything but an error that
//! is known not to be nil, where the deferred function recovers from a panic or sets a variable of the function.
//!
//! ## Go versions
//!
//! All. A `defer` in a loop is never one of the cheap ones that the compiler writes out at the end of the function.
//!
//! ## References
//!
//! - [Defer statements](https://go.dev/ref/spec#Defer_statements) in the language specification
//! - `runtime.deferproc` in the source of the Go runtime, which is what a profile shows

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{AssignOp, BinaryOp, BranchKind, Expr, ExprId, List, Stmt, StmtId};
use types::{Basic, Builtin, ObjId, ObjectKind, Type, Universe};

use crate::{
    Access, Allocates, Callee, Context, Cost, Diagnosis, FixSafety, Function, Kind, Meta, Node,
    Parent, Rule, Tier,
};

pub(crate) struct DeferInLoop;

pub(crate) static RULE: DeferInLoop = DeferInLoop;

/// Methods and functions that give back what is held.
const RELEASES: [&str; 15] = [
    "Close", "CloseNow", "CloseWithError", "Unlock", "RUnlock", "Done", "Stop", "Cancel",
    "Release", "Rollback", "Free", "Put", "Shutdown", "End", "Finish",
];

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
        let Node::Stmt(stmt) = node else { return };
        let Stmt::Defer(call) = cx.tree().stmt(stmt) else { return };
        let here = Parent::Stmt(stmt);
        let around = cx
            .loops(here)
            .into_iter()
            .find(|&id| !cx.at_most_one_turn(id) && !cx.leaves_after(stmt, id));
        let Some(around) = around else { return };
        let resource = held(cx, call);
        if is_meant(cx, stmt, resource, around) {
            return;
        }
        let release = release(cx, call);
        let (message, help) = match release {
            Some(release) => (
                format!(
                    "`{}` waits until the function returns: each turn of the loop holds on to one more",
                    cx.source(release).lines().next().unwrap_or("").trim_end()
                ),
                "move the turn into a function of its own, so that it is released when the turn ends",
            ),
            None => (
                "a deferred call is put aside in each turn of the loop, until the function returns"
                    .to_owned(),
                "move the turn into a function of its own, so that the call runs when the turn ends",
            ),
        };
        let mut diagnosis = Diagnosis::new(cx.stmt_span(stmt), message, help)
            .because(head(cx, around), "each turn of this loop defers a call");
        (diagnosis.cost, diagnosis.allocates) = cost(cx, call);
        if release.is_none() {
            diagnosis.tier = Some(Tier::Profile);
        }
        diagnosis.fix = wrap(cx, call, around);
        found.push(diagnosis);
    }
}

fn head(cx: &Context<'_>, around: StmtId) -> Span {
    let span = cx.stmt_span(around);
    let body = cx.loop_body(around).map_or(span.end, |body| cx.stmt_span(body).start);
    let head = cx.text(Span::new(span.start, body)).trim_end().len() as u32;
    Span::new(span.start, span.start + head)
}

/// The variable whose method is deferred, or that is called.
fn held(cx: &Context<'_>, call: ExprId) -> Option<ObjId> {
    let call = release(cx, call).unwrap_or(call);
    let Expr::Call { fun, .. } = cx.tree().expr(cx.tree().unparen(call)) else { return None };
    match cx.tree().expr(cx.tree().unparen(fun)) {
        Expr::Selector { x, .. } => cx.root_variable(x),
        Expr::Ident(_) => cx.object(fun),
        _ => None,
    }
}

/// The call that gives back what is held: the deferred one, or the first such in the literal that it calls.
fn release(cx: &Context<'_>, call: ExprId) -> Option<ExprId> {
    let call = cx.tree().unparen(call);
    let Expr::Call { fun, .. } = cx.tree().expr(call) else { return None };
    match cx.tree().expr(cx.tree().unparen(fun)) {
        Expr::Func { body, .. } => {
            cx.expressions_in(body).into_iter().find(|&inner| is_release(cx, inner))
        }
        _ => is_release(cx, call).then_some(call),
    }
}

fn is_release(cx: &Context<'_>, call: ExprId) -> bool {
    let Expr::Call { fun, .. } = cx.tree().expr(call) else { return false };
    let name = |ident| cx.tree().ident(ident).name.as_str();
    match cx.tree().expr(cx.tree().unparen(fun)) {
        Expr::Selector { sel, .. } => RELEASES.contains(&name(sel)),
        Expr::Ident(ident) => name(ident).to_lowercase().contains("cancel"),
        _ => false,
    }
}

/// Whether what is held is meant to be held until the function returns.
fn is_meant(cx: &Context<'_>, stmt: StmtId, resource: Option<ObjId>, around: StmtId) -> bool {
    let Some(resource) = resource else { return false };
    let Some(body) = cx.loop_body(around) else { return false };
    let opened_here = cx
        .declared_at(resource)
        .is_some_and(|at| cx.stmt_span(body).contains(at));
    if !opened_here {
        // Of a list or of the function: nothing is done with it in the turn after the `defer`.
        let turns_differ = !cx.is_declared_outside(resource, around);
        return turns_differ && cx.statements(body).last() == Some(&stmt);
    }
    is_kept(cx, resource, around)
}

/// Whether a variable of a turn, or something made of it, outlives the turn.
fn is_kept(cx: &Context<'_>, resource: ObjId, around: StmtId) -> bool {
    let mut seen = vec![resource];
    // What came with it, as the context that comes with `cancel`.
    if let Some(&ident) = cx.uses(resource).first()
        && let Some(expr) = cx.parents().ident(ident)
        && let Parent::Stmt(stmt) = cx.parents().expr(expr)
        && let Stmt::Assign { lhs, op: AssignOp::Define, .. } = cx.tree().stmt(stmt)
    {
        let beside = cx.tree().list(lhs).filter(|&x| !can_hold_nothing(cx, x));
        seen.extend(beside.filter_map(|x| cx.object(x)).filter(|&object| {
            object != resource && !cx.is_declared_outside(object, around)
        }));
    }
    let mut next = 0;
    while let Some(&variable) = seen.get(next) {
        next += 1;
        for &ident in cx.uses(variable) {
            let expr = match cx.access(ident) {
                Access::Read(expr) => expr,
                Access::Address => match cx.parents().ident(ident) {
                    Some(expr) => expr,
                    None => continue,
                },
                _ => continue,
            };
            match goes_to(cx, expr, around) {
                Destination::Away => return true,
                Destination::Variable(other) if !seen.contains(&other) => seen.push(other),
                _ => {}
            }
        }
    }
    false
}

/// What becomes of a value.
enum Destination {
    /// It stays within the expression, as far as can be seen.
    Here,
    /// It is kept in a variable of the turn, or something made of it is.
    Variable(ObjId),
    /// It outlives the turn.
    Away,
}

fn goes_to(cx: &Context<'_>, expr: ExprId, around: StmtId) -> Destination {
    let mut inner = expr;
    loop {
        match cx.parents().expr(inner) {
            Parent::Expr(outer) => match cx.tree().expr(outer) {
                // A method call on it: what that returns is its own matter.
                Expr::Selector { .. } => return Destination::Here,
                Expr::Binary { .. } => return Destination::Here,
                Expr::Call { .. }
                    if cx.callee(outer) == Some(Callee::Builtin(Builtin::Append)) =>
                {
                    return Destination::Away;
                }
                _ => inner = outer,
            },
            Parent::Stmt(stmt) => return goes_by(cx, stmt, inner, around),
            _ => return Destination::Here,
        }
    }
}

fn goes_by(cx: &Context<'_>, stmt: StmtId, value: ExprId, around: StmtId) -> Destination {
    match cx.tree().stmt(stmt) {
        Stmt::Send { .. } | Stmt::Go(_) => Destination::Away,
        Stmt::Assign { lhs, op: AssignOp::Assign | AssignOp::Define, rhs, .. } => {
            // With as many values as targets, to the one beside it; else, of a call's results, to any.
            let beside = cx.tree().list(rhs).position(|x| x == value);
            let targets: Vec<ExprId> = match beside {
                Some(at) if lhs.len() == rhs.len() => cx.tree().list_get(lhs, at).into_iter().collect(),
                Some(_) => cx.tree().list(lhs).collect(),
                None => return Destination::Here,
            };
            let mut destination = Destination::Here;
            for target in targets {
                if can_hold_nothing(cx, target) {
                    continue;
                }
                match cx.object(target) {
                    Some(object) if !cx.is_declared_outside(object, around) => {
                        destination = Destination::Variable(object);
                    }
                    _ => return Destination::Away,
                }
            }
            destination
        }
        _ => Destination::Here,
    }
}

/// Whether a target cannot hold on to a resource: a number, a string, an error, the blank identifier.
fn can_hold_nothing(cx: &Context<'_>, target: ExprId) -> bool {
    if is_blank(cx, target) {
        return true;
    }
    let ty = match cx.object(target) {
        Some(object) => cx.store.unalias(cx.store.obj_type(object)),
        None => cx.type_of(target),
    };
    ty == Universe::ERROR || matches!(cx.store.ty(cx.store.under(ty)), Type::Basic(..))
}

fn is_blank(cx: &Context<'_>, target: ExprId) -> bool {
    matches!(cx.tree().expr(target), Expr::Ident(ident) if cx.tree().ident(ident).name.is_blank())
}

/// The closure that the compiler makes of a deferred call that is not just `f()`.
fn cost(cx: &Context<'_>, call: ExprId) -> (Cost, Allocates) {
    let call = cx.tree().unparen(call);
    let Expr::Call { fun, args, .. } = cx.tree().expr(call) else {
        return (Cost::per_turn(0), Allocates::Never);
    };
    let fun = cx.tree().unparen(fun);
    if let Expr::Func { .. } = cx.tree().expr(fun) {
        return (Cost::per_turn(1), Allocates::Sometimes);
    }
    if let (Some(selection), true) = (cx.facts().selections.get(&fun), args.is_empty()) {
        let word = cx.size_of(cx.store.pointer(selection.recv)).unwrap_or(8);
        let interface =
            matches!(cx.store.ty(cx.store.under(selection.recv)), Type::Interface(_));
        let words = if interface { 3 } else { 2 };
        let mut cost = Cost::per_turn(1).of_bytes(words * word);
        cost.scan_bytes = words * word;
        return (cost, Allocates::Always);
    }
    if args.is_empty() {
        return (Cost::per_turn(0), Allocates::Never);
    }
    (Cost::per_turn(1), Allocates::Always)
}

/// Puts the body of the loop into a function literal.
fn wrap(cx: &Context<'_>, call: ExprId, around: StmtId) -> Option<Plan> {
    let body = cx.loop_body(around)?;
    let block = cx.stmt_span(body);
    let lines = Span::new(cx.line_end(block.start), cx.line_start(block.end.saturating_sub(1)));
    // Only where the braces stand as gofmt puts them.
    let opening = cx.text(Span::new(block.start + 1, lines.start.max(block.start + 1)));
    let closing = cx.text(Span::new(lines.end, block.end.saturating_sub(1)));
    let opening = opening.trim_start();
    if lines.start >= lines.end
        || !(opening.is_empty() || opening.starts_with("//"))
        || !closing.trim().is_empty()
        || changes_the_function(cx, call, around)
    {
        return None;
    }
    let exits = Exits::of(cx, body, around)?;
    let title = "Run each turn in a function of its own: the deferred call runs at its end, not when the function returns";
    let mut plan = Plan::new(Applicability::Unsafe, title);
    let outer = cx.indent(block.end.saturating_sub(1));
    let indent = format!("{outer}\t");
    match &exits.results {
        None => plan.insert(lines.start, format!("{indent}func() {{\n")),
        Some(_) => {
            if !cx.is_predeclared("error") || !cx.is_predeclared("nil") {
                return None;
            }
            plan.insert(lines.start, format!("{indent}if err := func() error {{\n"));
        }
    }
    plan.edits.extend(fix::indent(cx.tree(), &cx.file.text, Span::new(block.start, lines.end)));
    for &next in &exits.continues {
        let text = if exits.results.is_some() { "return nil" } else { "return" };
        plan.replace(cx.stmt_span(next), text);
    }
    for &dropped in &exits.dropped {
        plan.remove(dropped);
    }
    match &exits.results {
        None => plan.insert(lines.end, format!("{indent}}}()\n")),
        Some(others) => plan.insert(
            lines.end,
            format!(
                "{indent}\treturn nil\n{indent}}}(); err != nil {{\n{indent}\treturn {others}err\n{indent}}}\n"
            ),
        ),
    }
    Some(plan)
}

/// Whether a deferred literal recovers from panics or sets variables of the function, which is about the whole function.
fn changes_the_function(cx: &Context<'_>, call: ExprId, around: StmtId) -> bool {
    let Expr::Call { fun, .. } = cx.tree().expr(cx.tree().unparen(call)) else { return true };
    let fun = cx.tree().unparen(fun);
    let Expr::Func { body, .. } = cx.tree().expr(fun) else { return false };
    let recovers = cx
        .expressions_in(body)
        .into_iter()
        .any(|x| cx.callee(x) == Some(Callee::Builtin(Builtin::Recover)));
    let sets = cx.descendants(body).any(|stmt| {
        let targets: Vec<ExprId> = match cx.tree().stmt(stmt) {
            Stmt::Assign { lhs, op, .. } if op != AssignOp::Define => cx.tree().list(lhs).collect(),
            Stmt::IncDec { x, .. } => vec![x],
            _ => Vec::new(),
        };
        targets.into_iter().filter(|&target| !is_blank(cx, target)).any(|target| {
            cx.root_variable(target).is_none_or(|v| cx.is_declared_outside(v, around))
        })
    });
    recovers || sets
}

/// The ways out of a turn.
struct Exits {
    /// `continue` of the loop.
    continues: Vec<StmtId>,
    /// What the function returns beside the error, each with a comma behind it; `None` where nothing returns.
    results: Option<String>,
    /// The same, where it stands in the turn.
    dropped: Vec<Span>,
}

impl Exits {
    fn of(cx: &Context<'_>, body: StmtId, around: StmtId) -> Option<Self> {
        let mut exits = Self { continues: Vec::new(), results: None, dropped: Vec::new() };
        let function = cx.function_of(Parent::Stmt(around))?;
        for stmt in cx.own_descendants(body) {
            match cx.tree().stmt(stmt) {
                Stmt::Return(results) => exits.add_return(cx, stmt, results, function)?,
                Stmt::Branch { kind: BranchKind::Goto, .. } => return None,
                Stmt::Branch { kind: BranchKind::Break | BranchKind::Continue, .. } => {
                    let target = cx.branch_target(stmt)?;
                    if cx.is_within(Parent::Stmt(target), body) {
                        continue;
                    }
                    let next = cx.is_continue(stmt) && target == around;
                    if !next {
                        return None;
                    }
                    exits.continues.push(stmt);
                }
                _ => {}
            }
        }
        Some(exits)
    }

    /// Adds `return a, b, err`, where the error is not nil for sure and the rest is the same everywhere.
    fn add_return(
        &mut self,
        cx: &Context<'_>,
        stmt: StmtId,
        results: List<ExprId>,
        function: Function,
    ) -> Option<()> {
        let results: Vec<ExprId> = cx.tree().list(results).collect();
        let (&error, others) = results.split_last()?;
        if !last_result_is_error(cx, function) || !is_never_nil(cx, stmt, error) {
            return None;
        }
        let text: String = others.iter().map(|&x| format!("{}, ", cx.source(x))).collect();
        if !others.iter().all(|&x| is_fixed(cx, x))
            || self.results.as_ref().is_some_and(|first| *first != text)
        {
            return None;
        }
        if let Some(&first) = others.first() {
            let gone = Span::new(cx.span(first).start, cx.span(error).start);
            if cx.has_comment(gone) {
                return None;
            }
            self.dropped.push(gone);
        }
        self.results = Some(text);
        Some(())
    }
}

fn last_result_is_error(cx: &Context<'_>, function: Function) -> bool {
    let tree = cx.tree();
    let Some(results) = tree.func_type(function.ty).results else { return false };
    let last = tree.list(tree.field_list(results).fields).next_back();
    last.is_some_and(|field| cx.type_of(tree.field(field).ty) == Universe::ERROR)
}

/// Whether a result is the same wherever it is written: a constant, nil, a literal without elements.
fn is_fixed(cx: &Context<'_>, x: ExprId) -> bool {
    if cx.constant(x).is_some() {
        return true;
    }
    match cx.tree().expr(cx.tree().unparen(x)) {
        Expr::Composite { elems, .. } => elems.is_empty(),
        Expr::Ident(_) => {
            cx.object(x).is_some_and(|object| matches!(cx.store.obj(object).kind, ObjectKind::Nil))
        }
        _ => cx.is_basic(x, Basic::UntypedNil),
    }
}

/// Whether an error that is returned cannot be nil: it was just made, or stands in `if err != nil`.
fn is_never_nil(cx: &Context<'_>, stmt: StmtId, error: ExprId) -> bool {
    if cx.calls(error, "fmt", &["Errorf"]) || cx.calls(error, "errors", &["New"]) {
        return true;
    }
    let Some(variable) = cx.object(error) else { return false };
    let Parent::Stmt(block) = cx.parents().stmt(stmt) else { return false };
    let Parent::Stmt(outer) = cx.parents().stmt(block) else { return false };
    let Stmt::If { cond, body, .. } = cx.tree().stmt(outer) else { return false };
    let Expr::Binary { op: BinaryOp::Ne, x, y, .. } = cx.tree().expr(cx.tree().unparen(cond)) else {
        return false;
    };
    let before = Span::new(cx.stmt_span(body).start, cx.stmt_span(stmt).start);
    body == block
        && cx.object(x) == Some(variable)
        && cx.object(y).is_some_and(|nil| matches!(cx.store.obj(nil).kind, ObjectKind::Nil))
        && !cx.changes_within(variable, before)
}
