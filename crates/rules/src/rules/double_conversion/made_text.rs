//! Bytes of a text that a function has just made: `[]byte(fmt.Sprintf(…))`.

use escape::allocation::Operation;
use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Expr, ExprId};
use types::{Basic, Type};

use super::Double;
use crate::cost::is_free;
use crate::known::Known;
use crate::{Context, Parent};

/// What makes the bytes at once.
struct Maker {
    /// The name of the function, as reports say it.
    name: &'static str,
    /// What stands before the arguments; with the parenthesis.
    head: String,
    /// What stands behind them, before the parenthesis.
    tail: String,
    /// Import path of the package that `head` names.
    imports: Option<&'static str>,
}

pub(super) fn bytes_of(cx: &Context<'_>, conversion: ExprId, text: ExprId) -> Option<Double> {
    let spared = cx.allocated_by_conversion(text, Operation::StringToBytes);
    if is_free(spared.as_ref()) {
        return None;
    }
    let called = cx.known(text)?;
    let double = |message: &str, help: String, plan| {
        Some(Double { spared: spared.clone(), message: message.to_owned(), help, plan })
    };
    if called == (Known { package: "bytes", receiver: Some("Buffer"), name: "String" }) {
        let plan = buffer(cx, conversion, text);
        return double(
            "the bytes of the buffer are copied into a string, and that into the slice",
            "append the bytes of the buffer to an empty slice".to_owned(),
            plan,
        );
    }
    if let Some(writer) = written_to(cx, conversion)
        && let Some(print) = fprint(called)
    {
        return double(
            "the text is made, copied into a slice, and written",
            format!("write it with {print}"),
            write(cx, conversion, text, &writer, print),
        );
    }
    let maker = maker(cx, text, called)?;
    double(
        "the text is made as a string, and copied into a slice",
        format!("make the bytes at once, with {}", maker.name),
        made_by(cx, conversion, text, &maker),
    )
}

fn made_by(cx: &Context<'_>, conversion: ExprId, text: ExprId, maker: &Maker) -> Option<Plan> {
    if !["make", "byte", "nil"].iter().all(|name| cx.is_predeclared(name)) {
        return None;
    }
    let mut plan = Plan::new(Applicability::Safe, format!("Make the bytes with {}", maker.name));
    let Expr::Call { fun, .. } = cx.tree().expr(conversion) else { return None };
    // Where the type is not `[]byte` itself, it stays.
    let is_plain = matches!(cx.store.ty(cx.type_of(fun)), Type::Slice(_));
    let (outer, inner) = (cx.span(conversion), cx.span(text));
    let start = if is_plain { outer.start } else { inner.start };
    plan.replace(Span::new(start, cx.arguments_start(text)), maker.head.clone());
    if is_plain {
        plan.replace(Span::new(inner.end - 1, outer.end), format!("{})", maker.tail));
    } else {
        plan.insert(inner.end - 1, maker.tail.clone());
    }
    if let Some(path) = maker.imports {
        plan.needs(path);
    }
    Some(plan)
}

fn maker(cx: &Context<'_>, text: ExprId, called: Known) -> Option<Maker> {
    let at = Parent::Expr(text);
    let arguments = cx.arguments(text);
    let first = arguments.first().copied();
    let plain = |name, head: String, tail: &str| {
        Some(Maker { name, head, tail: tail.to_owned(), imports: None })
    };
    let function = || qualified_function(cx, text);
    match (called.package, called.receiver, called.name) {
        ("fmt", None, print @ ("Sprint" | "Sprintf" | "Sprintln")) if cx.has_since((1, 19)) => {
            let name = match print {
                "Sprint" => "fmt.Append",
                "Sprintf" => "fmt.Appendf",
                _ => "fmt.Appendln",
            };
            let to = match print {
                "Sprintln" => "nil",
                "Sprintf" if first.is_some_and(|format| is_never_empty(cx, format)) => "nil",
                _ => "[]byte{}",
            };
            let package = cx.package_name("fmt", at)?;
            let comma = if first.is_some() { ", " } else { "" };
            let function = &name["fmt".len()..];
            let head = format!("{package}{function}({to}{comma}");
            Some(Maker { name, head, tail: String::new(), imports: Some("fmt") })
        }
        ("strconv", None, "Itoa") => {
            let package = cx.package_name("strconv", at)?;
            let head = format!("{package}.AppendInt(nil, int64(");
            cx.is_predeclared("int64").then_some(Maker {
                name: "strconv.AppendInt",
                head,
                tail: "), 10".to_owned(),
                imports: Some("strconv"),
            })
        }
        ("strconv", None, "FormatInt") => {
            plain("strconv.AppendInt", swapped(function()?, "Format", "Append", "nil"), "")
        }
        ("strconv", None, "FormatUint") => {
            plain("strconv.AppendUint", swapped(function()?, "Format", "Append", "nil"), "")
        }
        ("strconv", None, "FormatFloat") => plain(
            "strconv.AppendFloat",
            swapped(function()?, "Format", "Append", "make([]byte, 0, 24)"),
            "",
        ),
        ("strconv", None, "Quote" | "QuoteToASCII" | "QuoteToGraphic") => {
            plain("strconv.AppendQuote", swapped(function()?, "Quote", "AppendQuote", "nil"), "")
        }
        ("time", Some("Time"), "Format") => {
            // As much as Format itself makes room for.
            let layout = first.filter(|&layout| cx.constant_string(layout).is_some())?;
            let to = format!("make([]byte, 0, len({})+10)", cx.source(layout));
            plain("AppendFormat", swapped(function()?, "Format", "AppendFormat", &to), "")
        }
        ("encoding/hex", None, "EncodeToString")
        | ("encoding/base64" | "encoding/base32", Some("Encoding"), "EncodeToString")
            if cx.has_since((1, 22)) =>
        {
            plain(
                "AppendEncode",
                swapped(function()?, "EncodeToString", "AppendEncode", "[]byte{}"),
                "",
            )
        }
        _ => None,
    }
}

/// What a call calls as written, if that is a name behind a dot.
fn qualified_function<'a>(cx: &Context<'a>, call: ExprId) -> Option<&'a str> {
    let Expr::Call { fun, .. } = cx.tree().expr(call) else { return None };
    matches!(cx.tree().expr(fun), Expr::Selector { .. }).then(|| cx.source(fun))
}

/// `x.FormatInt` becomes `x.AppendInt(to, `.
fn swapped(function: &str, old: &str, new: &str, to: &str) -> String {
    let (before, name) = function.rsplit_once('.').unwrap_or(("", function));
    format!("{before}.{}({to}, ", name.replacen(old, new, 1))
}

/// Whether a format makes some text whatever it is given: something stands beside the verbs, or a verb always gives something.
fn is_never_empty(cx: &Context<'_>, format: ExprId) -> bool {
    let Some(format) = cx.constant_string(format) else { return false };
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            return true;
        }
        let mut has_precision = false;
        for c in chars.by_ref() {
            has_precision |= c == '.';
            if c == '%' || "tqTpU".contains(c) || c == 'd' && !has_precision {
                return true;
            }
            if c.is_ascii_alphabetic() {
                break;
            }
        }
    }
    false
}

/// `w.Write(…)` around a conversion, where `w` is an `io.Writer` of the standard library: the receiver as `fmt.Fprintf` takes it.
fn written_to(cx: &Context<'_>, conversion: ExprId) -> Option<String> {
    const WRITERS: [(&str, &str); 9] = [
        ("io", "Writer"),
        ("io", "ReadWriter"),
        ("io", "WriteCloser"),
        ("io", "ReadWriteCloser"),
        ("net/http", "ResponseWriter"),
        ("bufio", "Writer"),
        ("bytes", "Buffer"),
        ("strings", "Builder"),
        ("os", "File"),
    ];
    let (call, 0) = cx.argument_of(conversion)? else { return None };
    let found = cx.method_call(call)?;
    if cx.store.obj(found.method).name.as_str() != "Write" || cx.arguments(call).len() != 1 {
        return None;
    }
    let ty = cx.type_of(found.receiver);
    if !WRITERS.iter().any(|&(package, name)| cx.is_type(ty, package, name)) {
        return None;
    }
    let text = cx.source(found.receiver);
    let is_value = !matches!(cx.store.under_ty(ty), Type::Pointer(_) | Type::Interface(_));
    Some(if is_value { format!("&{text}") } else { text.to_owned() })
}

fn fprint(called: Known) -> Option<&'static str> {
    match called.function()? {
        ("fmt", "Sprint") => Some("fmt.Fprint"),
        ("fmt", "Sprintf") => Some("fmt.Fprintf"),
        ("fmt", "Sprintln") => Some("fmt.Fprintln"),
        _ => None,
    }
}

fn write(
    cx: &Context<'_>,
    conversion: ExprId,
    text: ExprId,
    writer: &str,
    print: &str,
) -> Option<Plan> {
    let (call, _) = cx.argument_of(conversion)?;
    let package = cx.package_name("fmt", Parent::Expr(call))?;
    let function = &print["fmt".len()..];
    let comma = if cx.arguments(text).is_empty() { "" } else { ", " };
    let mut plan = Plan::new(Applicability::Safe, format!("Write the text with {print}"));
    plan.needs("fmt");
    let start = cx.span(call).start;
    plan.replace(
        Span::new(start, cx.arguments_start(text)),
        format!("{package}{function}({writer}{comma}"),
    );
    plan.remove(Span::new(cx.span(text).end, cx.span(call).end));
    Some(plan)
}

/// `append([]byte{}, buf.Bytes()...)`, where the buffer cannot be a nil pointer, whose text is `<nil>`.
fn buffer(cx: &Context<'_>, conversion: ExprId, text: ExprId) -> Option<Plan> {
    let Expr::Call { fun: ty, .. } = cx.tree().expr(conversion) else { return None };
    let receiver = cx.method_call(text)?.receiver;
    if !matches!(cx.under(receiver), Type::Struct(_)) {
        return None;
    }
    let name = match cx.store.ty(cx.type_of(ty)) {
        Type::Slice(elem) if cx.store.basic(*elem) == Some(Basic::Uint8) => {
            cx.source(cx.tree().unparen(ty))
        }
        _ => return None,
    };
    let mut plan =
        Plan::new(Applicability::Safe, "Append the bytes of the buffer to an empty slice");
    let span = cx.span(conversion);
    plan.replace(Span::new(span.start, cx.span(receiver).start), format!("append({name}{{}}, "));
    plan.replace(Span::new(cx.span(receiver).end, span.end), ".Bytes()...)");
    Some(plan)
}
