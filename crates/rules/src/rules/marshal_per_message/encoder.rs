//! One encoder for the messages of a loop.

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{AssignOp, BinaryOp, Expr, ExprId, IdentId, Stmt, StmtId};
use types::{Builtin, ObjId, Type};

use crate::{Allocates, Callee, Context, Cost, Diagnosis, Parent};

/// A message of a loop that is marshalled, written and followed by a newline.
pub(super) fn check(cx: &Context<'_>, call: ExprId, value: ExprId) -> Option<Diagnosis> {
    if !cx.calls(call, "encoding/json", &["Marshal"]) {
        return None;
    }
    let line = Line::of(cx, call, value)?;
    let writer = cx.source(line.writer);
    let mut diagnosis = Diagnosis::new(
        cx.span(call),
        "each message of this loop is marshalled to bytes of its own, which are then written with a newline",
        format!("make one json.NewEncoder({writer}) before the loop, and Encode each message"),
    );
    diagnosis.cost = Cost::per_turn(1);
    diagnosis.allocates = Allocates::Always;
    diagnosis.fix = line.fix(cx);
    Some(diagnosis)
}

/// How the bytes reach the writer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Calls {
    One,
    Two,
}

/// Marshal, check, write: the statements of a line.
struct Line {
    around: StmtId,
    value: ExprId,
    writer: ExprId,
    calls: Calls,
    /// First and last statement.
    first: StmtId,
    last: StmtId,
    /// `err`, and the block that treats it.
    err: IdentId,
    handler: StmtId,
    bytes: ObjId,
    /// Whether failed writes are treated as failed marshalling is; `None` where nobody looks.
    checked: Option<bool>,
}

impl Line {
    fn of(cx: &Context<'_>, call: ExprId, value: ExprId) -> Option<Self> {
        let (_, Parent::Stmt(first)) = cx.around(call) else { return None };
        let around = cx.innermost_loop(Parent::Stmt(first))?;
        let Stmt::Assign { lhs, op: AssignOp::Define, .. } = cx.tree().stmt(first) else {
            return None;
        };
        let [bytes, err] = cx.tree().list(lhs).collect::<Vec<_>>()[..] else { return None };
        let (Expr::Ident(bytes), Expr::Ident(err)) = (cx.tree().expr(bytes), cx.tree().expr(err))
        else {
            return None;
        };
        let bytes = cx.facts().defs[bytes]?;
        let Parent::Stmt(block) = cx.parents().stmt(first) else { return None };
        let list = cx.statements(block);
        let at = list.iter().position(|&stmt| stmt == first)?;
        let mut rest = list[at + 1..].iter().copied().peekable();
        let handler = checks(cx, rest.next()?, cx.facts().object(err)?)?;
        let mut steps = Vec::new();
        let mut last = None;
        while steps.len() < 2
            && let Some(&stmt) = rest.peek()
            && let Some(step) = Step::of(cx, stmt, list[at + 1..].iter().copied(), bytes)
        {
            rest.next();
            last = Some(stmt);
            if step.takes_two {
                last = rest.next();
            }
            let whole = step.what == What::Line;
            steps.push(step);
            if whole {
                break;
            }
        }
        let calls = match steps.iter().map(|step| step.what).collect::<Vec<_>>()[..] {
            [What::Line] => Calls::One,
            [What::Bytes, What::Newline] => Calls::Two,
            _ => return None,
        };
        let writer = steps[0].writer;
        let same = steps.iter().all(|step| {
            cx.source(step.writer).trim_start_matches('&')
                == cx.source(writer).trim_start_matches('&')
        });
        let text = cx.text(cx.stmt_span(handler));
        let alike = |step: &Step| {
            step.handler.is_some_and(|handler| cx.text(cx.stmt_span(handler)) == text)
        };
        let checked = match steps.iter().filter(|step| step.handler.is_some()).count() {
            0 => None,
            _ => Some(steps.iter().all(alike)),
        };
        same.then_some(Self {
            around,
            value,
            writer,
            calls,
            first,
            last: last?,
            err,
            handler,
            bytes,
            checked,
        })
    }

    fn fix(&self, cx: &Context<'_>) -> Option<Plan> {
        let span = cx.stmt_span(self.first).cover(cx.stmt_span(self.last));
        let whole = Span::new(span.start, cx.stmt_span(self.last).end);
        let inside = |object: ObjId| {
            cx.uses(object).iter().all(|&ident| whole.contains(cx.tree().ident(ident).pos))
        };
        let err = cx.facts().defs[self.err]?;
        let handler = cx.text(cx.stmt_span(self.handler));
        let outside_handler = cx
            .has_comment(Span::new(whole.start, cx.stmt_span(self.handler).start))
            || cx.has_comment(Span::new(cx.stmt_span(self.handler).end, whole.end));
        if !inside(err)
            || !inside(self.bytes)
            || outside_handler
            || mentions_in(cx, self.bytes, self.handler)
        {
            return None;
        }
        let never_fails = self.never_fails(cx);
        let failing = match self.checked {
            None => never_fails,
            Some(alike) => alike && (never_fails || cx.leaves(self.handler, self.around)),
        };
        if !failing || !self.is_steady(cx) {
            return None;
        }
        let around = cx.labeled(self.around);
        let start = cx.stmt_span(around).start;
        let stands = matches!(cx.parents().stmt(around), Parent::Stmt(block) if cx.statements(block).contains(&around));
        let head = cx.stmt_span(self.around).start;
        let begins_line = |at: u32| cx.text(Span::new(cx.line_start(at), at)).trim().is_empty();
        if !stands || !begins_line(start) || !begins_line(head) {
            return None;
        }
        let json = cx.package_name("encoding/json", Parent::Stmt(self.first))?;
        let name = cx.local_name(&["enc", "encoder", "jsonEncoder"], Parent::Stmt(around))?;
        let address = match cx.under(self.writer) {
            Type::Interface(_) | Type::Pointer(_) => "",
            _ if cx.source(self.writer).starts_with('&') => "",
            _ => "&",
        };
        let safe = self.calls == Calls::One || never_fails;
        let mut plan = if safe {
            Plan::new(Applicability::Safe, "Encode the messages with one encoder")
        } else {
            Plan::new(
                Applicability::Unsafe,
                "Encode the messages with one encoder; message and newline are then written by one call",
            )
        };
        plan.needs("encoding/json");
        // A label stands further left.
        let indent = cx.indent(head);
        let made =
            format!("{indent}{name} := {json}.NewEncoder({address}{})\n", cx.source(self.writer));
        plan.insert(cx.line_start(start), made);
        let err = cx.tree().ident(self.err).name;
        plan.replace(
            whole,
            format!("if {err} := {name}.Encode({}); {err} != nil {handler}", cx.source(self.value)),
        );
        Some(plan)
    }

    /// Whether what is written to is a buffer in memory, whose writes always succeed.
    fn never_fails(&self, cx: &Context<'_>) -> bool {
        let ty = cx.type_of(self.writer);
        cx.is_type(ty, "bytes", "Buffer") || cx.is_type(ty, "strings", "Builder")
    }

    /// Whether the writer is the same in all turns.
    fn is_steady(&self, cx: &Context<'_>) -> bool {
        let mut writer = cx.tree().unparen(self.writer);
        if let Expr::Unary { op: syntax::tree::UnaryOp::Addr, x } = cx.tree().expr(writer) {
            writer = x;
        }
        let mut variables = Vec::new();
        let span = cx.stmt_span(self.around);
        let by_value = !matches!(cx.under(writer), Type::Interface(_) | Type::Pointer(_));
        cx.is_pure(writer, &mut variables)
            && matches!(cx.tree().expr(writer), Expr::Ident(_))
            && variables.iter().all(|&v| {
                cx.is_declared_outside(v, self.around) && (by_value || !cx.changes_within(v, span))
            })
    }
}

fn mentions_in(cx: &Context<'_>, object: ObjId, stmt: StmtId) -> bool {
    let span = cx.stmt_span(stmt);
    cx.uses(object).iter().any(|&ident| span.contains(cx.tree().ident(ident).pos))
}

/// The block of `if err != nil {…}`.
fn checks(cx: &Context<'_>, stmt: StmtId, err: ObjId) -> Option<StmtId> {
    match cx.tree().stmt(stmt) {
        Stmt::If { init: None, cond, body, els: None } => is_not_nil(cx, cond, err).then_some(body),
        _ => None,
    }
}

fn is_not_nil(cx: &Context<'_>, cond: ExprId, err: ObjId) -> bool {
    match cx.tree().expr(cx.tree().unparen(cond)) {
        Expr::Binary { op: BinaryOp::Ne, x, y, .. } => cx.object(x) == Some(err) && cx.is_nil(y),
        _ => false,
    }
}

/// What a statement writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Bytes,
    Newline,
    /// Both at once.
    Line,
}

/// A statement that writes, and the block that treats its error.
struct Step {
    what: What,
    writer: ExprId,
    handler: Option<StmtId>,
    /// Whether the next statement looks at the error.
    takes_two: bool,
}

impl Step {
    fn of(
        cx: &Context<'_>,
        stmt: StmtId,
        all: impl Iterator<Item = StmtId>,
        bytes: ObjId,
    ) -> Option<Self> {
        let of_call = |call| written(cx, call, bytes);
        match cx.tree().stmt(stmt) {
            Stmt::Expr(call) => {
                let (what, writer) = of_call(call)?;
                Some(Self { what, writer, handler: None, takes_two: false })
            }
            Stmt::If { init: Some(init), cond, body, els: None } => {
                let (call, err) = assigned(cx, init)?;
                let (what, writer) = of_call(call)?;
                is_not_nil(cx, cond, err?).then_some(Self {
                    what,
                    writer,
                    handler: Some(body),
                    takes_two: false,
                })
            }
            Stmt::Assign { .. } => {
                let (call, err) = assigned(cx, stmt)?;
                let (what, writer) = of_call(call)?;
                let Some(err) = err else {
                    return Some(Self { what, writer, handler: None, takes_two: false });
                };
                let next = all.skip_while(|&other| other != stmt).nth(1)?;
                let handler = checks(cx, next, err)?;
                Some(Self { what, writer, handler: Some(handler), takes_two: true })
            }
            _ => None,
        }
    }
}

/// The call that an assignment takes results of, and the variable of the last of them; `None` for `_`.
fn assigned(cx: &Context<'_>, stmt: StmtId) -> Option<(ExprId, Option<ObjId>)> {
    let Stmt::Assign { lhs, rhs, .. } = cx.tree().stmt(stmt) else { return None };
    if rhs.len() != 1 {
        return None;
    }
    let targets: Vec<ExprId> = cx.tree().list(lhs).collect();
    let (&last, others) = targets.split_last()?;
    let blank = |target: ExprId| matches!(cx.tree().expr(target), Expr::Ident(id) if cx.tree().ident(id).name.is_blank());
    if !others.iter().all(|&target| blank(target)) {
        return None;
    }
    let call = cx.tree().list_get(rhs, 0)?;
    if blank(last) { Some((call, None)) } else { Some((call, Some(cx.object(last)?))) }
}

/// What a call writes of a message, and to what.
fn written(cx: &Context<'_>, call: ExprId, bytes: ObjId) -> Option<(What, ExprId)> {
    let arguments = cx.arguments(call);
    if cx.calls(call, "fmt", &["Fprintln"]) {
        let [writer, text] = arguments[..] else { return None };
        return is_text_of(cx, text, bytes).then_some((What::Line, writer));
    }
    if cx.calls(call, "fmt", &["Fprintf"]) {
        let [writer, format, text] = arguments[..] else { return None };
        let line = cx.constant_string(format).is_some_and(|format| format == "%s\n");
        let is_message = cx.object(text) == Some(bytes) || is_text_of(cx, text, bytes);
        return (line && is_message).then_some((What::Line, writer));
    }
    if cx.calls(call, "io", &["WriteString"]) {
        let [writer, text] = arguments[..] else { return None };
        return is_newline(cx, text).then_some((What::Newline, writer));
    }
    let found = cx.method_call(call)?;
    let [argument] = arguments[..] else { return None };
    let what = match cx.store.obj(found.method).name.as_str() {
        "Write" => {
            if cx.object(argument) == Some(bytes) {
                What::Bytes
            } else if is_line(cx, argument, bytes) {
                What::Line
            } else {
                is_newline(cx, argument).then_some(What::Newline)?
            }
        }
        "WriteByte" | "WriteRune" => {
            (cx.constant_int(argument) == Some(10)).then_some(What::Newline)?
        }
        "WriteString" => is_newline(cx, argument).then_some(What::Newline)?,
        _ => return None,
    };
    is_writer(cx, found.receiver).then_some((what, found.receiver))
}

/// Whether a value has the method of an `io.Writer`.
fn is_writer(cx: &Context<'_>, value: ExprId) -> bool {
    let Some(write) = cx.method_of(cx.type_of(value), "Write") else { return false };
    let Type::Signature(signature) = cx.store.ty(cx.store.obj_type(write)) else { return false };
    let (&[param], &[n, _]) = (&*signature.params, &*signature.results) else { return false };
    let (param, n) = (cx.store.obj_type(param), cx.store.obj_type(n));
    let bytes = matches!(cx.store.ty(param), Type::Slice(elem) if matches!(cx.store.basic(*elem), Some(types::Basic::Uint8)));
    bytes && cx.store.basic(n) == Some(types::Basic::Int)
}

/// `string(bytes)`
fn is_text_of(cx: &Context<'_>, text: ExprId, bytes: ObjId) -> bool {
    let text = cx.tree().unparen(text);
    matches!(cx.callee(text), Some(Callee::Conversion(_)))
        && cx.is_string(text)
        && cx.arguments(text).first().is_some_and(|&of| cx.object(of) == Some(bytes))
}

/// `append(bytes, '\n')`
fn is_line(cx: &Context<'_>, line: ExprId, bytes: ObjId) -> bool {
    let line = cx.tree().unparen(line);
    if cx.callee(line) != Some(Callee::Builtin(Builtin::Append)) {
        return false;
    }
    let Expr::Call { spread, .. } = cx.tree().expr(line) else { return false };
    match cx.arguments(line)[..] {
        [slice, end] if cx.object(slice) == Some(bytes) => {
            if spread {
                is_newline(cx, end)
            } else {
                cx.constant_int(end) == Some(10)
            }
        }
        _ => false,
    }
}

/// `"\n"`, `[]byte("\n")`, `[]byte{'\n'}`
fn is_newline(cx: &Context<'_>, text: ExprId) -> bool {
    let text = cx.tree().unparen(text);
    if let Some(constant) = cx.constant_string(text) {
        return constant == "\n";
    }
    match cx.tree().expr(text) {
        Expr::Composite { elems, .. } => {
            let elements: Vec<ExprId> = cx.tree().list(elems).collect();
            matches!(elements[..], [only] if cx.constant_int(only) == Some(10))
        }
        Expr::Call { .. } if matches!(cx.callee(text), Some(Callee::Conversion(_))) => cx
            .arguments(text)
            .first()
            .is_some_and(|&of| cx.constant_string(of).is_some_and(|s| s == "\n")),
        _ => false,
    }
}
