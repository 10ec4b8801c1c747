//! The text as writes to a buffer.

use fix::{Applicability, Plan};
use flow::Effect;
use source::Span;
use syntax::tree::{Expr, ExprId, StmtId, UnaryOp};
use types::{Builtin, Type};

use super::part::{Part, Written};
use super::{Print, To, statement};
use crate::{Callee, Context, Parent};

/// A type that writes strings, bytes and characters.
struct Buffer {
    package: &'static str,
    name: &'static str,
    /// The version since which it lends the room that it has; `None` where it does not.
    lends_since: Option<(u32, u32)>,
}

const BUFFERS: [Buffer; 3] = [
    Buffer { package: "bytes", name: "Buffer", lends_since: Some((1, 21)) },
    Buffer { package: "strings", name: "Builder", lends_since: None },
    Buffer { package: "bufio", name: "Writer", lends_since: Some((1, 18)) },
];

/// A statement that writes the text to a buffer.
pub(super) struct Writes {
    stmt: StmtId,
    /// The buffer, its address not taken.
    buffer: ExprId,
    /// Whether it lends its room.
    lends: bool,
    /// Whether it writes to something else in turn.
    flushes: bool,
    /// Strings that are made on the way.
    pub(super) strings: u32,
}

impl Writes {
    pub(super) fn of(cx: &Context<'_>, print: &Print) -> Option<Self> {
        let (whole, writer, strings) = match print.to {
            To::Writer(writer) => (print.call, writer, 0),
            To::String => {
                let (whole, writer) = written(cx, print.call)?;
                (whole, writer, 1)
            }
            To::Error => return None,
        };
        let stmt = statement(cx, whole)?;
        let writer = cx.tree().unparen(writer);
        let buffer = match cx.tree().expr(writer) {
            Expr::Unary { op: UnaryOp::Addr, x } => x,
            _ => writer,
        };
        let ty = cx.type_of(buffer);
        let known = BUFFERS.iter().find(|buffer| cx.is_type(ty, buffer.package, buffer.name))?;
        // An interface, or a pointer to a pointer, has none of their methods.
        if matches!(cx.under(buffer), Type::Interface(_)) {
            return None;
        }
        let lends = match known.lends_since {
            Some(since) if !cx.has_since(since) => return None,
            since => since.is_some(),
        };
        Some(Self { stmt, buffer, lends, flushes: cx.is_type(ty, "bufio", "Writer"), strings })
    }

    /// Objects that are made to be written.
    pub(super) fn objects(parts: &[Part]) -> u32 {
        let each = parts.iter().map(|part| match part.written {
            Written::String => part.objects,
            Written::Bytes(_) | Written::Rune(_) | Written::Append(..) => 0,
        });
        each.sum()
    }

    pub(super) fn plan(&self, cx: &Context<'_>, parts: &[Part]) -> Option<Plan> {
        let span = cx.stmt_span(self.stmt);
        let variable = cx.root_variable(self.buffer)?;
        let is_plain =
            |argument: ExprId| is_plain(cx, argument) && !cx.mentions(argument, variable);
        let arguments_are_plain = parts.iter().filter_map(|part| part.argument).all(is_plain);
        if cx.has_comment(span) || !arguments_are_plain || parts.is_empty() {
            return None;
        }
        let buffer = cx.source(self.buffer);
        // Behind a `bufio.Writer`, anything may happen as it is written to.
        let (applicability, because) = if self.flushes && !reads_only_own(cx, parts) {
            (
                Applicability::Unsafe,
                "; what is behind the writer could change the arguments in between",
            )
        } else {
            (Applicability::Safe, "")
        };
        let mut plan = Plan::new(applicability, format!("Write the parts of the text{because}"));
        if parts.iter().any(|part| part.argument.is_some_and(|x| moves(cx, x, part))) {
            return None;
        }
        let writes: Vec<String> = parts.iter().map(|part| self.write(buffer, part)).collect();
        parts.iter().flat_map(|part| &part.imports).for_each(|path| plan.needs(path));
        plan.replace(span, writes.join(&format!("\n{}", cx.indent(span.start))));
        Some(plan)
    }

    fn write(&self, buffer: &str, part: &Part) -> String {
        match &part.written {
            Written::String => format!("{buffer}.WriteString({})", part.string),
            Written::Bytes(bytes) => format!("{buffer}.Write({bytes})"),
            Written::Rune(rune) => format!("{buffer}.WriteRune({rune})"),
            // Two texts that lie in the program.
            Written::Append(..) if part.objects == 0 => {
                format!("{buffer}.WriteString({})", part.string)
            }
            Written::Append(head, tail, _) if self.lends => {
                format!("{buffer}.Write({head}{buffer}.AvailableBuffer(){tail})")
            }
            Written::Append(head, tail, room) => {
                format!("{buffer}.Write({head}make([]byte, 0, {room}){tail})")
            }
        }
    }
}

/// Whether the arguments only look at variables of the function itself, that no one else has.
fn reads_only_own(cx: &Context<'_>, parts: &[Part]) -> bool {
    parts.iter().filter_map(|part| part.argument).all(|argument| {
        let Some(function) = cx.flow_around(argument) else { return false };
        let mut variables = Vec::new();
        let is_pure =
            cx.is_pure(argument, &mut variables) && function.effect(argument) == Effect::Pure;
        is_pure
            && !variables.iter().any(|&variable| {
                function.variables().is_captured(variable)
                    || function.variables().is_address_taken(variable)
            })
    })
}

/// Whether an argument gets to where gofmt puts spaces around its operators.
fn moves(cx: &Context<'_>, argument: ExprId, part: &Part) -> bool {
    !matches!(part.written, Written::Append(..)) && cx.has_binary(argument)
}

/// Whether evaluating an argument neither fails nor changes anything: a part of the text may have been written before.
fn is_plain(cx: &Context<'_>, argument: ExprId) -> bool {
    let Some(function) = cx.flow_around(argument) else { return false };
    if function.effect(argument) > Effect::Reads {
        return false;
    }
    let span = cx.span(argument);
    let mut inner = cx.tree().exprs().filter(|&(id, _)| {
        let at = cx.span(id);
        span.start <= at.start && at.end <= span.end
    });
    inner.all(|(id, expr)| match expr {
        Expr::Index { .. }
        | Expr::Slice { .. }
        | Expr::Star(_)
        | Expr::TypeAssert { .. }
        | Expr::Func { .. } => false,
        Expr::Binary { op, .. } => {
            use syntax::tree::BinaryOp::{Div, Rem, Shl, Shr};
            !matches!(op, Div | Rem | Shl | Shr)
        }
        Expr::Call { .. } => match cx.callee(id) {
            Some(Callee::Conversion(_) | Callee::Builtin(Builtin::Len | Builtin::Cap)) => true,
            Some(Callee::Function(callee)) => cx.flow().function_effect(callee) == Effect::Pure,
            _ => false,
        },
        _ => true,
    })
}

/// The call that writes a string, and what it writes to: `w.WriteString(s)`, `io.WriteString(w, s)`.
fn written(cx: &Context<'_>, text: ExprId) -> Option<(ExprId, ExprId)> {
    let (call, at) = cx.argument_of(text)?;
    if let Some(found) = cx.method_call(call) {
        let name = cx.store.obj(found.method).name.as_str();
        return (name == "WriteString" && cx.arguments(call).len() == 1)
            .then_some((call, found.receiver));
    }
    if at == 1 && cx.calls(call, "io", &["WriteString"]) {
        return Some((call, *cx.arguments(call).first()?));
    }
    None
}

/// `fmt.Fprintf(w, …)` in place of `io.WriteString(w, fmt.Sprintf(…))`, where `w` is an interface.
pub(super) fn fprint(cx: &Context<'_>, print: &Print) -> Option<Plan> {
    let (call, writer) = written(cx, print.call)?;
    if !cx.calls(call, "io", &["WriteString"]) || !cx.may_write_strings(cx.type_of(writer)) {
        return None;
    }
    let fmt = cx.package_name("fmt", Parent::Expr(call))?;
    let name = cx.selected_name(print.call)?;
    // Sprintf, Sprint, Sprintln
    let function = format!("F{}", &cx.text(name)[1..]);
    let title = format!(
        "Write the text with fmt.{function}, which calls Write even where there is a WriteString"
    );
    let mut plan = Plan::new(Applicability::Unsafe, title);
    plan.needs("fmt");
    let comma = if cx.arguments(print.call).is_empty() { "" } else { ", " };
    let whole = Span::new(cx.span(call).start, cx.arguments_start(print.call));
    plan.replace(whole, format!("{fmt}.{function}({}{comma}", cx.source(writer)));
    plan.remove(Span::new(cx.span(print.call).end, cx.span(call).end));
    Some(plan)
}
