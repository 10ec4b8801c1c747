//! # Strings grown by `+=` in a loop
//!
//! ## What it does
//!
//! Finds a string that outlives the loop and to which each turn of the loop adds: `s += x`, `s = s + x`, also where `s`
//! is a field.
//!
//! ## Why it costs
//!
//! A Go string cannot grow. Each `+=` asks for memory for the whole new string, copies the old one into it, and leaves
//! the old one to the garbage collector. After *n* turns, *n* strings have been made and about *n²/2* pieces copied.
//!
//! Measured with 50 short fields and a comma between them (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `s += field` | 12350 ns, 23520 B, 98 allocs | 14560 ns, 23520 B, 98 allocs |
//! | `strings.Builder` with `Grow` | 553 ns, 480 B, 1 alloc | 648 ns, 480 B, 1 alloc |
//!
//! The gap widens with the length. A `Builder` without `Grow` made 7 allocations here; `strings.Join` is as good as
//! the first.
//!
//! ## Example
//!
//! ```go
//! func row(fields []string) string {
//! 	s := ""
//! 	for _, f := range fields {
//! 		s += f + ";"
//! 	}
//! 	return s
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func row(fields []string) string {
//! 	var s strings.Builder
//! 	for _, f := range fields {
//! 		s.WriteString(f)
//! 		s.WriteString(";")
//! 	}
//! 	return s.String()
//! }
//! ```
//!
//! Where the length is cheap to sum up beforehand, `s.Grow(n)` before the loop brings it down to one allocation; the fix does
//! so in a loop over a slice that adds its strings, constants, and strings that are the same in each turn. Where
//! the loop does no more than put a separator between the elements of a `[]string`, `strings.Join` says so.
//!
//! ## When not to
//!
//! `a + b + c` in one expression is one allocation, whatever the number of operands; it is never reported. Neither is a
//! string that starts afresh in each turn, a loop that runs at most once, code that only runs at start-up, or code that the
//! compiler leaves out, as in `if debug` with a constant that is false. A loop
//! that is known to be short (three flags, say) reads better as it is: silence it with `//unheap:ignore UH004`.
//!
//! ## The fix
//!
//! Declares the variable as a `strings.Builder`, turns each `+=` into writes and each use into `String()` or `Len()`;
//! a loop that is `strings.Join` written out becomes that call. Conversions to `string` and `fmt.Sprintf` go on the way:
//! the Builder takes runes, bytes and formatted text itself. It is safe: the string is the same after each step. It is
//! offered only where every use of the variable is seen: a local variable of type `string`, declared on its own in the
//! block that the loop is in, that no closure uses, whose address is not taken, that is never set anew, and that the
//! loop does not read but for `s == ""`, `s != ""` and `len(s)`. Otherwise the finding comes without a fix.
//!
//! ## Go versions
//!
//! All. `strings.Builder` is there since Go 1.10. A string of at most 32 bytes that does not leave the function is put
//! together on the stack; one that outlives the turn never is.
//!
//! ## References
//!
//! - [`strings.Builder`](https://pkg.go.dev/strings#Builder)
//! - [`strings.Join`](https://pkg.go.dev/strings#Join)
//! - `runtime.concatstrings` in the source of the Go runtime, which is what a profile shows

mod length;

use escape::allocation::Operation;
use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{AssignOp, BinaryOp, Expr, ExprId, IdentId, Stmt, StmtId};
use types::{Basic, ObjId, Type, Universe};

use crate::{
    Access, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct ConcatInLoop;

pub(crate) static RULE: ConcatInLoop = ConcatInLoop;

impl Rule for ConcatInLoop {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH004",
            name: "concat-in-loop",
            tier: Tier::Always,
            since: "0.1.0",
            fix: FixSafety::Safe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Assign]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(stmt) = node else { return };
        let Some(growth) = Growth::of(cx, stmt) else { return };
        if !cx.is_string(growth.target) {
            return;
        }
        let Some(variable) = cx.root_variable(growth.target) else { return };
        let Some(around) = growing_loop(cx, &growth, variable) else { return };
        if cx.runs_once(Parent::Stmt(around)) {
            return;
        }
        let allocated = cx.allocated(growth.reported, Operation::Concatenation);
        if allocated.as_ref().is_some_and(|allocated| allocated.allocates.is_never()) {
            return;
        }
        let name = cx.source(growth.target);
        let mut diagnosis = Diagnosis::new(
            cx.stmt_span(stmt),
            format!("`{name}` is copied whole each time that it grows in this loop"),
            help(cx, &growth),
        )
        .allocating(allocated)
        .because(cx.loop_head(around), "each turn of this loop adds to it");
        if let Some(at) = cx.declared_at(variable) {
            let len = cx.store.obj(variable).name.as_str().len() as u32;
            let place = Span::new(at, at + len);
            diagnosis = diagnosis.because(place, "declared outside of the loop");
        }
        let lengths: Vec<String> = growth
            .pieces
            .iter()
            .map(|&piece| format!(" + len({})", one_line(cx.source(piece))))
            .collect();
        diagnosis.cost = Cost::per_turn(1).of_formula(format!("len({name}){}", lengths.concat()));
        diagnosis.fix =
            join(cx, &growth, variable, around).or_else(|| builder(cx, &growth, variable, around));
        found.push(diagnosis);
    }
}

/// A statement by which a string grows.
struct Growth {
    stmt: StmtId,
    /// Where the compiler reports the concatenation.
    reported: u32,
    /// What grows.
    target: ExprId,
    /// What is added, in order; empty where something is put in front.
    pieces: Vec<ExprId>,
}

impl Growth {
    /// Reads `s += a + b` and `s = s + a + b`.
    fn of(cx: &Context<'_>, stmt: StmtId) -> Option<Self> {
        let tree = cx.tree();
        let Stmt::Assign { lhs, op_pos, op, rhs } = tree.stmt(stmt) else { return None };
        if lhs.len() != 1 || rhs.len() != 1 {
            return None;
        }
        let (target, value) = (tree.list_get(lhs, 0)?, tree.list_get(rhs, 0)?);
        match op {
            AssignOp::Op(BinaryOp::Add) => {
                let pieces = operands(cx, value);
                Some(Self { stmt, reported: op_pos, target, pieces })
            }
            AssignOp::Assign => {
                let pieces = operands(cx, value);
                if pieces.len() < 2 {
                    return None;
                }
                let reported = tree.report_pos(tree.unparen(value));
                let same = |&piece: &ExprId| cx.is_same_place(piece, target);
                if same(&pieces[0]) {
                    return Some(Self { stmt, reported, target, pieces: pieces[1..].to_vec() });
                }
                pieces.iter().any(same).then(|| Self { stmt, reported, target, pieces: Vec::new() })
            }
            _ => None,
        }
    }
}

/// The operands of a chain of `+`; one that is constant as a whole counts as one.
fn operands(cx: &Context<'_>, expr: ExprId) -> Vec<ExprId> {
    let mut pieces = Vec::new();
    let mut rest = expr;
    loop {
        let inner = cx.tree().unparen(rest);
        match cx.tree().expr(inner) {
            Expr::Binary { op: BinaryOp::Add, x, y, .. } if cx.constant(inner).is_none() => {
                pieces.push(y);
                rest = x;
            }
            _ => break,
        }
    }
    pieces.push(rest);
    pieces.reverse();
    pieces
}

/// The loop in whose turns the string grows: the innermost that has more than one turn, if the string is declared outside
/// of it and does not start afresh in each of its turns.
fn growing_loop(cx: &Context<'_>, growth: &Growth, variable: ObjId) -> Option<StmtId> {
    let loops = cx.loops(Parent::Stmt(growth.stmt));
    let around = loops
        .into_iter()
        .find(|&id| !cx.at_most_one_turn(id) && !cx.leaves_after(growth.stmt, id))?;
    if !cx.is_declared_outside(variable, around) || restarts(cx, growth, variable, around) {
        return None;
    }
    Some(around)
}

/// Whether each turn of a loop gives the string, or what has it as a field, a new value.
fn restarts(cx: &Context<'_>, growth: &Growth, variable: ObjId, around: StmtId) -> bool {
    let span = cx.stmt_span(around);
    let is_field = cx.object(growth.target).is_none();
    cx.uses(variable).iter().any(|&ident| {
        let inside = span.contains(cx.tree().ident(ident).pos);
        match cx.access(ident) {
            Access::Write(stmt) if inside && Growth::of(cx, stmt).is_none() => {
                // Of a field, any other value of the variable may be another string.
                is_field || in_each_turn(cx, stmt, around)
            }
            Access::Update(_) if inside => is_field,
            Access::Read(expr) if inside && is_field => field_written(cx, expr, growth.target)
                .is_some_and(|stmt| in_each_turn(cx, stmt, around)),
            _ => false,
        }
    })
}

/// Whether a statement stands directly in the body of a loop, or in its head.
fn in_each_turn(cx: &Context<'_>, stmt: StmtId, around: StmtId) -> bool {
    let parent = cx.parents().stmt(stmt);
    parent == Parent::Stmt(around)
        || cx.loop_body(around).is_some_and(|body| parent == Parent::Stmt(body))
}

/// The statement that sets the same field anew, where an expression is the beginning of that field.
fn field_written(cx: &Context<'_>, expr: ExprId, target: ExprId) -> Option<StmtId> {
    let mut expr = expr;
    loop {
        match cx.parents().expr(expr) {
            Parent::Expr(outer) => expr = outer,
            Parent::Stmt(stmt) => {
                let Stmt::Assign { lhs, op: AssignOp::Assign, .. } = cx.tree().stmt(stmt) else {
                    return None;
                };
                let written =
                    cx.tree().list(lhs).any(|x| x == expr) && cx.is_same_place(expr, target);
                return (written && Growth::of(cx, stmt).is_none()).then_some(stmt);
            }
            _ => return None,
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn help(cx: &Context<'_>, growth: &Growth) -> String {
    if growth.pieces.is_empty() {
        return "collect the pieces in a slice and join them after the loop, the last one first"
            .to_owned();
    }
    let name = cx.source(growth.target);
    format!("write the pieces to a strings.Builder and take its String() where `{name}` is needed")
}

/// `strings.Join`, where that is what the loop does:
///
/// ```go
/// s := ""
/// for i, x := range xs {
///     if i > 0 {
///         s += sep
///     }
///     s += x
/// }
/// ```
fn join(cx: &Context<'_>, growth: &Growth, variable: ObjId, around: StmtId) -> Option<Plan> {
    let tree = cx.tree();
    let declaration = local_string(cx, variable)?;
    if declaration.value.is_some_and(|value| cx.constant_string(value).as_deref() != Some("")) {
        return None;
    }
    let Stmt::Range { key, value: Some(element), op: Some(AssignOp::Define), x, body, .. } =
        tree.stmt(around)
    else {
        return None;
    };
    let strings = match cx.under(x) {
        Type::Slice(elem) => cx.store.unalias(*elem) == Basic::String.id(),
        _ => false,
    };
    // Nothing may stand between, nor may the loop have a label that something else refers to.
    let between = Span::new(cx.stmt_span(declaration.stmt).end, cx.stmt_span(around).start);
    let whole = cx.stmt_span(declaration.stmt).cover(cx.stmt_span(around));
    if !strings
        || cx.parents().stmt(declaration.stmt) != cx.parents().stmt(around)
        || !cx.text(between).trim().is_empty()
        || cx.has_comment(whole)
        || !cx.is_pure(x, &mut Vec::new())
        || cx.mentions(x, variable)
    {
        return None;
    }
    let statements = cx.statements(body);
    let (&last, before) = statements.split_last()?;
    let added = Growth::of(cx, last)?;
    let [piece] = added.pieces[..] else { return None };
    let element = cx.object(element)?;
    if cx.object(added.target) != Some(variable) || cx.object(piece) != Some(element) {
        return None;
    }
    let separator = match before {
        [] => "\"\"".to_owned(),
        [only] => separator(cx, *only, variable, key.and_then(|key| cx.object(key)))?,
        _ => return None,
    };
    if growth.stmt != last && !before.iter().any(|&s| cx.is_within(Parent::Stmt(growth.stmt), s)) {
        return None;
    }
    let strings = cx.package_name("strings", Parent::Stmt(around))?;
    let name = cx.store.obj(variable).name;
    let list = cx.source(x);
    let mut plan = Plan::new(Applicability::Safe, "Join the strings with strings.Join");
    plan.replace(whole, format!("{name} := {strings}.Join({list}, {separator})"));
    plan.needs("strings");
    Some(plan)
}

/// The text of `sep` in `if i > 0 { s += sep }`, which must not depend on the turn.
fn separator(
    cx: &Context<'_>,
    stmt: StmtId,
    string: ObjId,
    index: Option<ObjId>,
) -> Option<String> {
    let tree = cx.tree();
    let Stmt::If { init: None, cond, body, els: None } = tree.stmt(stmt) else { return None };
    let Expr::Binary { op, x, y, .. } = tree.expr(tree.unparen(cond)) else { return None };
    let index_is = |x| index.is_some() && cx.object(x) == index;
    let behind_first =
        matches!(op, BinaryOp::Gt | BinaryOp::Ne) && index_is(x) && cx.constant_int(y) == Some(0)
            || op == BinaryOp::Ge && index_is(x) && cx.constant_int(y) == Some(1);
    if !behind_first {
        return None;
    }
    let [only] = cx.statements(body)[..] else { return None };
    let added = Growth::of(cx, only)?;
    let [piece] = added.pieces[..] else { return None };
    let constant = cx.constant(piece).is_some() && cx.is_basic(piece, Basic::String);
    let untyped = cx.is_basic(piece, Basic::UntypedString);
    (cx.object(added.target) == Some(string) && (constant || untyped))
        .then(|| cx.source(piece).to_owned())
}

/// The declaration of a variable of type `string` itself, in the body of a function, alone.
fn local_string(cx: &Context<'_>, variable: ObjId) -> Option<crate::Declaration> {
    let is_string = cx.store.unalias(cx.store.obj_type(variable)) == Basic::String.id();
    if !cx.is_local(variable) || !is_string || cx.is_captured(variable) {
        return None;
    }
    let declaration = cx.declaration(variable)?;
    // Not in the head of an `if`, `for` or `switch`.
    cx.is_in_list(declaration.stmt).then_some(declaration)
}

/// A `strings.Builder` in place of the string.
fn builder(cx: &Context<'_>, growth: &Growth, variable: ObjId, around: StmtId) -> Option<Plan> {
    if growth.pieces.is_empty() || cx.object(growth.target) != Some(variable) {
        return None;
    }
    let declaration = local_string(cx, variable)?;
    let strings = cx.package_name("strings", Parent::Stmt(growth.stmt))?;
    let name = cx.store.obj(variable).name.as_str();
    let mut plan = Plan::new(Applicability::Safe, "Build the string with a strings.Builder");
    plan.needs("strings");
    let span = cx.stmt_span(declaration.stmt);
    if cx.has_comment(span) {
        return None;
    }
    let mut text = format!("var {name} {strings}.Builder");
    if let Some(value) = declaration.value
        && cx.constant_string(value).as_deref() != Some("")
    {
        let indent = cx.indent(span.start);
        text.push_str(&format!("\n{indent}{name}.WriteString({})", cx.source(value)));
    }
    plan.replace(span, text);
    let home = cx.parents().stmt(declaration.stmt);
    for &ident in cx.uses(variable) {
        match cx.access(ident) {
            Access::Declare => {}
            Access::Update(stmt) | Access::Write(stmt) => {
                write_pieces(cx, stmt, variable, home, &mut plan)?;
            }
            // The `s` to the right of `s = s + x`.
            Access::Read(expr) if grows_by(cx, expr, variable) => {}
            Access::Read(expr) => read(cx, ident, expr, variable, &mut plan)?,
            Access::Address => return None,
        }
    }
    // Each statement that adds has this plan; the room is made by the first.
    let first = cx.uses(variable).iter().find_map(|&ident| match cx.access(ident) {
        Access::Update(stmt) | Access::Write(stmt) => {
            cx.is_within(Parent::Stmt(stmt), around).then_some(stmt)
        }
        _ => None,
    });
    if first == Some(growth.stmt) {
        length::make_room(cx, variable, around, &declaration, &mut plan);
    }
    Some(plan)
}

/// The statement that an expression stands in, however deep, within its function.
fn stmt_of(cx: &Context<'_>, expr: ExprId) -> Option<StmtId> {
    let mut node = Parent::Expr(expr);
    loop {
        match node {
            Parent::Stmt(stmt) => return Some(stmt),
            _ => node = cx.up(node)?,
        }
    }
}

/// Whether an expression is the string itself in `s = s + x`.
fn grows_by(cx: &Context<'_>, expr: ExprId, variable: ObjId) -> bool {
    let Some(stmt) = stmt_of(cx, expr) else { return false };
    let Some(growth) = Growth::of(cx, stmt) else { return false };
    let beside = growth.pieces.iter().any(|&piece| cx.span(piece).contains(cx.span(expr).start));
    cx.object(growth.target) == Some(variable) && !beside && !growth.pieces.is_empty()
}

/// Replaces `s += a + b` by writes.
fn write_pieces(
    cx: &Context<'_>,
    stmt: StmtId,
    variable: ObjId,
    home: Parent,
    plan: &mut Plan,
) -> Option<()> {
    let growth = Growth::of(cx, stmt)?;
    let span = cx.stmt_span(stmt);
    let reads_itself = growth.pieces.iter().any(|&piece| cx.mentions(piece, variable));
    if growth.pieces.is_empty() || reads_itself || !cx.is_in_list(stmt) || cx.has_comment(span) {
        return None;
    }
    let Parent::Stmt(home) = home else { return None };
    if !cx.is_within(Parent::Stmt(stmt), home) {
        return None;
    }
    let name = cx.store.obj(variable).name.as_str();
    let separator = format!("\n{}", cx.indent(span.start));
    let mut writes = Vec::new();
    for &piece in &growth.pieces {
        // A string of a named type is not assignable to the parameter.
        let ty = cx.type_of(piece);
        if ty != Basic::String.id() && ty != Basic::UntypedString.id() {
            return None;
        }
        writes.push(write(cx, name, piece));
    }
    plan.replace(span, writes.join(&separator));
    Some(())
}

/// The write of one piece. Conversions to `string` are spared, and so is what `fmt.Sprintf` returns.
fn write(cx: &Context<'_>, name: &str, piece: ExprId) -> String {
    let inner = cx.tree().unparen(piece);
    if let Expr::Call { fun, lparen, .. } = cx.tree().expr(inner)
        && cx.calls(inner, "fmt", &["Sprint", "Sprintf", "Sprintln"])
        && let Some((package, function)) = cx.source(fun).split_once(".S")
    {
        let arguments = cx.text(Span::new(lparen + 1, cx.span(inner).end));
        let comma = if arguments.trim_start().starts_with(')') { "" } else { ", " };
        return format!("{package}.Fp{}(&{name}{comma}{arguments}", &function[1..]);
    }
    if let (Some(Callee::Conversion(_)), [from]) = (cx.callee(inner), &cx.arguments(inner)[..])
        && cx.constant(inner).is_none()
    {
        let text = cx.source(*from);
        if cx.is_basic(*from, Basic::Int32) {
            return format!("{name}.WriteRune({text})");
        }
        if matches!(cx.store.ty(cx.type_of(*from)), Type::Slice(elem)
            if cx.store.unalias(*elem) == Basic::Uint8.id() || cx.store.unalias(*elem) == Universe::BYTE)
        {
            return format!("{name}.Write({text})");
        }
    }
    format!("{name}.WriteString({})", cx.source(inner))
}

/// Replaces a use of the string: `s == ""`, `len(s)`, or `s.String()` outside of loops that it grows in.
fn read(
    cx: &Context<'_>,
    ident: IdentId,
    expr: ExprId,
    variable: ObjId,
    plan: &mut Plan,
) -> Option<()> {
    let tree = cx.tree();
    let name = cx.store.obj(variable).name.as_str();
    let (_, parent) = cx.around(expr);
    if let Parent::Expr(outer) = parent {
        let whole = cx.span(outer);
        match tree.expr(outer) {
            Expr::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), x, y, .. } => {
                let other = if cx.object(x) == Some(variable) { y } else { x };
                if cx.constant_string(other).as_deref() == Some("") && !cx.has_comment(whole) {
                    let op = if op == BinaryOp::Eq { "==" } else { ">" };
                    let (open, close) = spaced(cx, outer);
                    plan.replace(whole, format!("{name}.Len(){open}{op}{close}0"));
                    return Some(());
                }
            }
            Expr::Call { .. } if cx.callee(outer) == Some(Callee::Builtin(types::Builtin::Len)) => {
                plan.replace(whole, format!("{name}.Len()"));
                return Some(());
            }
            _ => {}
        }
    }
    let grows_around = cx.loops(Parent::Expr(expr)).into_iter().any(|id| {
        let span = cx.stmt_span(id);
        cx.uses(variable).iter().any(|&other| {
            span.contains(tree.ident(other).pos)
                && matches!(cx.access(other), Access::Update(_) | Access::Write(_))
        })
    });
    if grows_around {
        return None;
    }
    plan.insert(tree.ident(ident).span().end, ".String()");
    Some(())
}

/// The spaces around an operator, which gofmt leaves out inside of tighter company.
fn spaced<'a>(cx: &Context<'a>, expr: ExprId) -> (&'a str, &'a str) {
    let Expr::Binary { op_pos, x, .. } = cx.tree().expr(expr) else { return (" ", " ") };
    if cx.span(x).end < op_pos { (" ", " ") } else { ("", "") }
}
