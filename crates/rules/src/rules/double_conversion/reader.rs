//! Readers of a copy of a string: `bytes.NewBuffer([]byte(s))`.

use escape::allocation::Operation;
use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Expr, ExprId};
use types::Type;

use super::Double;
use crate::{Access, Callee, Context, Parent};

/// Interfaces by which something is only read, and which `*strings.Reader` has.
const READING: [&str; 8] = [
    "Reader",
    "ReadSeeker",
    "ReaderAt",
    "ByteReader",
    "RuneReader",
    "ByteScanner",
    "RuneScanner",
    "WriterTo",
];

/// Packages that treat all readers of memory the same.
const EVEN_HANDED: [&str; 18] = [
    "archive/tar",
    "bufio",
    "compress/flate",
    "compress/gzip",
    "compress/zlib",
    "encoding/base64",
    "encoding/binary",
    "encoding/csv",
    "encoding/gob",
    "encoding/hex",
    "encoding/json",
    "encoding/xml",
    "image",
    "io",
    "mime/multipart",
    "net/http",
    "net/http/httptest",
    "net/textproto",
];

pub(super) fn of(cx: &Context<'_>, call: ExprId) -> Option<Double> {
    let [argument] = cx.arguments(call)[..] else { return None };
    let (text, spared) = if cx.calls(call, "bytes", &["NewBufferString"]) {
        (argument, cx.allocated_by_call(call))
    } else {
        let conversion = cx.tree().unparen(argument);
        let text = cx.string_as_bytes(conversion)?;
        (text, cx.allocated_by_conversion(text, Operation::StringToBytes))
    };
    let applicability = how_used(cx, call)?;
    // The buffer itself is one object, as the reader is.
    let spared = spared.map(|mut spared| {
        spared.objects = spared.objects.min(1);
        spared
    });
    Some(Double {
        spared,
        message: "the string is copied to be read".to_owned(),
        help: "read it with strings.NewReader".to_owned(),
        plan: plan(cx, call, text, applicability),
    })
}

fn plan(
    cx: &Context<'_>,
    call: ExprId,
    text: ExprId,
    applicability: Applicability,
) -> Option<Plan> {
    let package = cx.package_name("strings", Parent::Expr(call))?;
    let title = match applicability {
        Applicability::Safe => "Read the string with strings.NewReader",
        _ => {
            "Read the string with strings.NewReader; what asks for the type of the reader sees another"
        }
    };
    let mut plan = Plan::new(applicability, title);
    plan.needs("strings");
    let ty = cx.type_of(text);
    let is_plain = matches!(cx.store.ty(ty), Type::Basic(..));
    let (open, close) = if is_plain { ("", "") } else { ("string(", ")") };
    let (outer, inner) = (cx.span(call), cx.span(text));
    plan.replace(Span::new(outer.start, inner.start), format!("{package}.NewReader({open}"));
    plan.replace(Span::new(inner.end, outer.end), format!("{close})"));
    Some(plan)
}

/// How far a fix can be trusted by what becomes of the reader; `None` where it may be written to, or nobody knows.
fn how_used(cx: &Context<'_>, reader: ExprId) -> Option<Applicability> {
    let Some(local) = cx.kept_local(reader) else { return as_argument(cx, reader) };
    let mut worst = Applicability::Safe;
    for &ident in cx.uses(local.object) {
        match cx.access(ident) {
            Access::Declare => {}
            Access::Read(expr) => worst = worst.max(used(cx, expr)?),
            _ => return None,
        }
    }
    Some(worst)
}

fn used(cx: &Context<'_>, variable: ExprId) -> Option<Applicability> {
    let (outer, parent) = cx.around(variable);
    if let Parent::Expr(selector) = parent
        && let Expr::Selector { x, sel } = cx.tree().expr(selector)
        && x == outer
    {
        let called = matches!(cx.around(selector), (fun, Parent::Expr(call))
            if matches!(cx.tree().expr(call), Expr::Call { fun: f, .. } if f == fun));
        let method = cx.tree().ident(sel).name.as_str();
        let same = ["Read", "ReadByte", "ReadRune", "Len", "WriteTo"].contains(&method);
        return (called && same).then_some(Applicability::Safe);
    }
    as_argument(cx, variable)
}

/// The same for an argument of a call.
fn as_argument(cx: &Context<'_>, reader: ExprId) -> Option<Applicability> {
    let (call, _) = cx.argument_of(reader)?;
    let target = cx.target_type(reader)?;
    if !READING.iter().any(|name| cx.is_type(target, "io", name)) {
        return None;
    }
    let even_handed = match cx.callee(call)? {
        Callee::Function(_) => {
            cx.known(call).is_some_and(|known| EVEN_HANDED.contains(&known.package))
        }
        _ => false,
    };
    Some(if even_handed { Applicability::Safe } else { Applicability::Unsafe })
}
