//! Appending to a slice of the right size in place of writing to a buffer.

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Decl, Expr, ExprId};
use types::Type;

use super::FIRST;
use super::fixed;
use super::fixed::Appending;
use super::writes::{What, Write, Writes};
use crate::functions::FunctionNode;
use crate::turns::Turns;
use crate::{Context, Parent};

/// The version from which on there are `fmt.Appendf` and `AppendUint16`.
const APPENDS: (u32, u32) = (1, 19);

/// The version from which on there are `encoding.BinaryAppender` and `TextAppender`.
const APPENDERS: (u32, u32) = (1, 24);

/// What is made in place of the buffer.
pub(super) fn help(cx: &Context<'_>, writes: &Writes) -> String {
    let size = capacity(cx, writes);
    let mut help = match size {
        Some(size) => format!("append to make([]byte, 0, {size})"),
        None => "append to a slice made with the size that is needed".to_owned(),
    };
    if writes.writes.iter().any(|write| matches!(write.what, What::Fixed(_))) {
        help += ", numbers by binary.LittleEndian.AppendUint64 and the like";
    }
    match appender(cx, writes) {
        Some(appender) => {
            help + &format!("; {} lets callers pass a buffer of theirs", appender.name)
        }
        None => help,
    }
}

/// The bytes that are always written, as a Go expression that holds where the buffer is declared.
fn capacity(cx: &Context<'_>, writes: &Writes) -> Option<String> {
    let mut known = 0;
    let mut terms = Vec::new();
    let mut loops: Vec<(Turns, u64)> = Vec::new();
    let mut more = false;
    for write in &writes.writes {
        match (write.bound, write.what) {
            (Some(bytes), _) if write.always => known += bytes,
            (None, What::Text(text)) if write.always && is_known_before(cx, writes, text) => {
                terms.push(format!("len({})", cx.source(text)));
            }
            (Some(bytes), _) => match turns_of(cx, writes, write) {
                Some(turns) => match loops.iter_mut().find(|(other, _)| other.text == turns.text) {
                    Some((_, sum)) => *sum += bytes,
                    None => loops.push((turns, bytes)),
                },
                None => more = true,
            },
            (None, What::Fixed(slice)) if write.always && is_known_before(cx, writes, slice) => {
                let bytes = fixed::element_size(cx, slice)?;
                let len = format!("len({})", cx.source(slice));
                terms.push(if bytes == 1 { len } else { format!("{bytes}*{len}") });
            }
            _ => more = true,
        }
    }
    for (turns, bytes) in loops {
        match turns.constant {
            Some(turns) => known += turns.checked_mul(bytes)?,
            None => terms.push(turns.capacity(cx, bytes)?),
        }
    }
    if more {
        // Growing should not begin earlier than that of the buffer did.
        known = known.max(FIRST);
    }
    if known > 0 {
        terms.insert(0, known.to_string());
    }
    (!terms.is_empty()).then(|| terms.join("+"))
}

/// How often a loop writes something, where that is once in each turn and known where the buffer is declared. The loop may end
/// earlier: it is a hint.
fn turns_of(cx: &Context<'_>, writes: &Writes, write: &Write) -> Option<Turns> {
    let at = Parent::Stmt(write.stmt?);
    let around = cx.innermost_loop(at)?;
    let outermost = cx.innermost_loop(Parent::Stmt(around))
        == cx.innermost_loop(Parent::Stmt(writes.declaration.stmt));
    let turns = Turns::of(cx, around)?;
    (outermost && turns.hold_at(cx, writes.declaration.stmt, around)).then_some(turns)
}

/// Whether the size of all that is written can be told where the buffer is declared.
pub(super) fn is_exact(cx: &Context<'_>, writes: &Writes) -> bool {
    writes.writes.iter().all(|write| {
        let known = matches!(write.what, What::Text(text) if is_known_before(cx, writes, text));
        write.always && (write.bound.is_some() || known)
    })
}

/// Whether the length of a text can be told where the buffer is declared.
fn is_known_before(cx: &Context<'_>, writes: &Writes, text: ExprId) -> bool {
    let mut variables = Vec::new();
    let start = cx.stmt_span(writes.declaration.stmt).start;
    cx.is_pure(text, &mut variables)
        && !matches!(
            cx.tree().expr(cx.tree().unparen(text)),
            Expr::Call { .. } | Expr::Binary { .. }
        )
        && !variables.is_empty()
        && variables.iter().all(|&v| {
            cx.is_package_level(v)
                || cx.store.obj(v).is_field()
                || cx.declared_at(v).is_some_and(|at| at < start)
        })
}

/// Appends in place of writes, where all of them can be told.
pub(super) fn fix(cx: &Context<'_>, writes: &Writes) -> Option<Plan> {
    let predeclared =
        ["append", "make", "len", "byte", "uint16", "uint32", "uint64", "float32", "float64"];
    if cx.language() < APPENDS
        || cx.go() < APPENDS
        || !predeclared.iter().all(|name| cx.is_predeclared(name))
    {
        return None;
    }
    let name = cx.store.obj(writes.buffer).name.as_str();
    let size = capacity(cx, writes)?;
    let mut edits = Plan::new(Applicability::Safe, "");
    let mut panics = false;
    for write in &writes.writes {
        let stmt = write.stmt?;
        let span = cx.stmt_span(stmt);
        if mentions_twice(cx, writes, span) || cx.has_comment(span) {
            return None;
        }
        let text = match write.what {
            What::Fixed(value) => {
                let appending = Appending::of(cx, &mut edits, write.call, name)?;
                let (text, may_panic) = appending.statements(value)?;
                panics |= may_panic;
                if text.contains('\n') && !cx.stands_alone_on_lines(span) {
                    return None;
                }
                text
            }
            _ => format!("{name} = {}", appended(cx, &mut edits, write, name)?),
        };
        edits.replace(span, text);
    }
    for &call in &writes.returned {
        edits.replace(cx.span(call), name);
    }
    for &call in &writes.lengths {
        edits.replace(cx.span(call), format!("len({name})"));
    }
    for &stmt in &writes.grows {
        edits.remove(cx.lines_of_statement(stmt)?);
    }
    let declaration = cx.stmt_span(writes.declaration.stmt);
    if cx.has_comment(declaration) {
        return None;
    }
    let never_empty = writes.is_never_empty();
    let title = match appender(cx, writes) {
        Some(appender) => {
            appender.split(cx, &mut edits, writes, &size)?;
            if appender.open_to_others {
                edits.applicability = Applicability::Unsafe;
            }
            format!("Append in a method {}, which this one calls", appender.name)
        }
        None => {
            edits.replace(declaration, format!("{name} := make([]byte, 0, {size})"));
            "Append to a slice of the right size".to_owned()
        }
    };
    edits.title = title;
    if panics {
        edits.applicability = Applicability::Unsafe;
        edits.title += "; a nil pointer then panics";
    }
    if !never_empty {
        edits.applicability = Applicability::Unsafe;
        edits.title += "; what is empty is then not nil";
    }
    Some(edits)
}

/// Whether a range uses the buffer more than once.
fn mentions_twice(cx: &Context<'_>, writes: &Writes, span: Span) -> bool {
    let within =
        cx.uses(writes.buffer).iter().filter(|&&ident| span.contains(cx.tree().ident(ident).pos));
    within.count() > 1
}

/// What the buffer becomes by a write.
fn appended(cx: &Context<'_>, plan: &mut Plan, write: &Write, name: &str) -> Option<String> {
    let at = Parent::Expr(write.call);
    let text = match write.what {
        What::Text(text) => format!("append({name}, {}...)", cx.source(text)),
        What::Byte(byte) => format!("append({name}, {})", cx.source(byte)),
        What::Rune(rune) => {
            plan.needs("unicode/utf8");
            format!(
                "{}.AppendRune({name}, {})",
                cx.package_name("unicode/utf8", at)?,
                cx.source(rune)
            )
        }
        What::Formatted => {
            let Expr::Call { fun, .. } = cx.tree().expr(write.call) else { return None };
            let Expr::Selector { x, sel } = cx.tree().expr(cx.tree().unparen(fun)) else {
                return None;
            };
            let verb = cx.tree().ident(sel).name.as_str().strip_prefix("Fprint")?;
            let first = *cx.arguments(write.call).first()?;
            let rest = cx.text(Span::new(cx.span(first).end, cx.span(write.call).end));
            format!("{}.Append{verb}({name}{rest}", cx.source(x))
        }
        What::Fixed(_) => return None,
    };
    Some(text)
}

/// A method that appends, beside one that makes.
struct Appender {
    /// `AppendBinary`
    name: &'static str,
    /// `MarshalBinary`
    old: &'static str,
    receiver: &'static str,
    decl: syntax::tree::DeclId,
    /// Whether other packages can embed the type.
    open_to_others: bool,
}

/// The method that could stand beside the one that the buffer is in.
fn appender(cx: &Context<'_>, writes: &Writes) -> Option<Appender> {
    let function = cx.function_of(Parent::Stmt(writes.declaration.stmt))?;
    let FunctionNode::Declared(decl) = function.node else { return None };
    let Decl::Func { recv: Some(recv), name, body: Some(body), .. } = cx.tree().decl(decl) else {
        return None;
    };
    let old = cx.tree().ident(name).name.as_str();
    let new = match old {
        "MarshalBinary" => "AppendBinary",
        "MarshalText" => "AppendText",
        _ => return None,
    };
    let field = cx.tree().field(cx.tree().list_get(cx.tree().field_list(recv).fields, 0)?);
    let receiver = cx.tree().ident(cx.tree().list_get(field.names, 0)?).name;
    let Type::Signature(signature) = cx.store.ty(cx.store.obj_type(cx.facts().defs[name]?)) else {
        return None;
    };
    let fits = signature.params.is_empty()
        && signature.results.len() == 2
        && signature.results.iter().all(|&result| cx.store.obj(result).name.as_str().is_empty());
    let ty = cx.store.obj_type(signature.recv?);
    let first = cx.statements(body).first() == Some(&writes.declaration.stmt);
    if !fits || !first || receiver.is_blank() || cx.has_selector(ty, new) || cx.go() < APPENDERS {
        return None;
    }
    let exported = cx.type_name(ty).is_some_and(|object| cx.store.obj(object).is_exported());
    Some(Appender { name: new, old, receiver: receiver.as_str(), decl, open_to_others: exported })
}

impl Appender {
    /// Makes the method two, between its opening brace and the declaration of the buffer.
    fn split(&self, cx: &Context<'_>, plan: &mut Plan, writes: &Writes, size: &str) -> Option<()> {
        let Decl::Func { recv: Some(recv), ty, body: Some(body), .. } = cx.tree().decl(self.decl)
        else {
            return None;
        };
        let brace = cx.stmt_span(body).start;
        let head = Span::new(brace + 1, cx.stmt_span(writes.declaration.stmt).end);
        if cx.has_comment(head) {
            return None;
        }
        let receivers = cx.text(cx.tree().field_list(recv).span);
        let results = cx.text(cx.tree().field_list(cx.tree().func_type(ty).results?).span);
        let buffer = cx.store.obj(writes.buffer).name;
        let Self { name, old, receiver, .. } = self;
        plan.replace(
            head,
            format!(
                "\n\treturn {receiver}.{name}(make([]byte, 0, {size}))\n}}\n\n\
                 // {name} appends what {old} returns to {buffer}.\n\
                 func {receivers} {name}({buffer} []byte) {results} {{"
            ),
        );
        Some(())
    }
}
