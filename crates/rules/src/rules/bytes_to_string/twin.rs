//! Strings for functions that have a twin for bytes.

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{BinaryOp, Expr, ExprId, Stmt};
use types::Type;

use crate::copies::Copy;
use crate::twins::{self, Takes};
use crate::{Callee, Context, Parent};

const READ: &str = "the bytes are copied to be read as a string";

pub(super) fn of(
    cx: &Context<'_>,
    call: ExprId,
    conversion: ExprId,
    bytes: ExprId,
    at: usize,
) -> Option<Copy> {
    let edit = Edit { cx, call, conversion, bytes };
    if let Some(found) = cx.method_call(call)
        && cx.store.obj(found.method).name.as_str() == "WriteString"
        && cx.writes_both(cx.type_of(found.receiver))
    {
        let plan = edit.renamed("Write").filter(|_| edit.is_apart_from(found.receiver));
        return super::copy("the bytes are copied to be written", "write them with Write", plan);
    }
    if !matches!(cx.callee(call)?, Callee::Function(_)) {
        return None;
    }
    let called = cx.known(call)?;
    if let Some(twin) = twins::for_bytes(called) {
        return super::copy(READ, format!("give them to {twin}"), edit.renamed(twin));
    }
    match called.function()? {
        ("strings", "NewReader") => edit.reader(),
        ("strings", name) => edit.searched(name, at),
        ("io", "WriteString") if at == 1 => edit.written(),
        _ => None,
    }
}

struct Edit<'e, 'a> {
    cx: &'e Context<'a>,
    call: ExprId,
    conversion: ExprId,
    bytes: ExprId,
}

impl Edit<'_, '_> {
    /// The bytes in place of the conversion.
    fn unconverted(&self, plan: &mut Plan) {
        let (outer, inner) = (self.cx.span(self.conversion), self.cx.span(self.bytes));
        plan.remove(Span::new(outer.start, inner.start));
        plan.remove(Span::new(inner.end, outer.end));
    }

    /// A method or function whose twin only has another name.
    fn renamed(&self, twin: &str) -> Option<Plan> {
        let mut plan = Plan::new(Applicability::Safe, format!("Give the bytes to {twin}"));
        plan.replace(self.cx.selected_name(self.call)?, twin);
        self.unconverted(&mut plan);
        Some(plan)
    }

    /// Whether the bytes are not those of a writer itself, in which it would move them.
    fn is_apart_from(&self, writer: ExprId) -> bool {
        let cx = self.cx;
        let Some(function) = cx.flow_around(self.call) else { return false };
        let Some(writer) = cx.root_variable(writer) else { return false };
        let origins = function.origins(self.bytes);
        !cx.mentions(self.bytes, writer)
            && !origins.iter().any(|&origin| function.aliases().may_share(origin, writer))
    }

    /// `io.WriteString(w, string(b))`.
    fn written(&self) -> Option<Copy> {
        let cx = self.cx;
        let writer = *cx.arguments(self.call).first()?;
        let ty = cx.type_of(writer);
        let both = cx.writes_both(ty);
        if !both && !cx.may_write_strings(ty) {
            return None;
        }
        let (applicability, because) = if both {
            (Applicability::Safe, "")
        } else {
            (Applicability::Unsafe, "; it may do something else than WriteString")
        };
        let inner = cx.tree().unparen(writer);
        let receiver = match cx.tree().expr(inner) {
            Expr::Ident(_) | Expr::Selector { .. } => Some(inner),
            Expr::Unary { x, .. }
                if matches!(cx.tree().expr(x), Expr::Ident(_) | Expr::Selector { .. }) =>
            {
                Some(x)
            }
            _ => None,
        };
        let plan = receiver.filter(|&receiver| self.is_apart_from(receiver)).map(|receiver| {
            let mut plan = Plan::new(applicability, format!("Write the bytes with Write{because}"));
            let start = cx.span(self.call).start;
            let whole = Span::new(start, cx.span(self.conversion).start);
            plan.replace(whole, format!("{}.Write(", cx.source(receiver)));
            let (outer, inner) = (cx.span(self.conversion), cx.span(self.bytes));
            plan.remove(Span::new(outer.start, inner.start));
            plan.remove(Span::new(inner.end, outer.end));
            plan
        });
        super::copy("the bytes are copied to be written", "write them with Write", plan)
    }

    /// `strings.NewReader(string(b))`.
    fn reader(&self) -> Option<Copy> {
        let cx = self.cx;
        let target = cx.target_type(self.call)?;
        let reads = ["Reader", "ReadSeeker", "ReaderAt", "ByteReader", "RuneReader"];
        if !reads.iter().any(|name| cx.is_type(target, "io", name)) {
            return None;
        }
        let plan = cx.package_name("bytes", Parent::Expr(self.call)).map(|package| {
            let title = "Read the bytes with bytes.NewReader, which sees later changes of them";
            let mut plan = Plan::new(Applicability::Unsafe, title);
            plan.needs("bytes");
            let start = cx.span(self.call).start;
            plan.replace(
                Span::new(start, cx.span(self.bytes).start),
                format!("{package}.NewReader("),
            );
            plan.remove(Span::new(cx.span(self.bytes).end, cx.span(self.conversion).end));
            plan
        });
        super::copy("the bytes are copied to be read", "read them with bytes.NewReader", plan)
    }

    /// A function of `strings` with a twin in `bytes`, whose other texts are constants or bytes, too.
    fn searched(&self, name: &str, at: usize) -> Option<Copy> {
        let cx = self.cx;
        let takes = match twins::answer(name) {
            Some(takes) => takes,
            None => twins::part(name).filter(|_| at == 0 && is_only_looked_at(cx, self.call))?,
        };
        let is_part = twins::answer(name).is_none();
        let mut plan = Plan::new(Applicability::Safe, format!("Give the bytes to bytes.{name}"));
        for (number, (&argument, takes)) in cx.arguments(self.call).iter().zip(takes).enumerate() {
            if *takes == Takes::Same {
                continue;
            }
            let span = cx.span(argument);
            if let Some(bytes) = cx.bytes_as_string(cx.tree().unparen(argument)) {
                if number < at {
                    // One finding for each call.
                    return None;
                }
                let inner = cx.span(bytes);
                plan.remove(Span::new(span.start, inner.start));
                plan.remove(Span::new(inner.end, span.end));
            } else if cx.constant_string(argument).is_some() && cx.is_predeclared("byte") {
                plan.insert(span.start, "[]byte(");
                plan.insert(span.end, ")");
            } else {
                return None;
            }
        }
        let package = cx.package_name("bytes", Parent::Expr(self.call));
        let plan = package.map(|package| {
            plan.needs("bytes");
            let whole = cx.span(self.call);
            let open = if is_part { "string(" } else { "" };
            plan.replace(
                Span::new(whole.start, cx.arguments_start(self.call)),
                format!("{open}{package}.{name}("),
            );
            if is_part {
                plan.insert(whole.end, ")");
            }
            plan
        });
        super::copy(READ, format!("give them to bytes.{name}"), plan)
    }
}

/// Whether a string stands where it would be no copy: it is compared, switched over or looked up.
pub(super) fn is_only_looked_at(cx: &Context<'_>, text: ExprId) -> bool {
    let (outer, parent) = cx.around(text);
    match parent {
        Parent::Stmt(stmt) => {
            matches!(cx.tree().stmt(stmt), Stmt::Switch { tag: Some(tag), .. } if tag == outer)
        }
        Parent::Expr(around) => match cx.tree().expr(around) {
            Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. } => {
                let other = if x == outer { y } else { x };
                matches!(cx.under(other), Type::Basic(..))
            }
            Expr::Index { x, .. } if x != outer => {
                matches!(cx.under(x), Type::Map { .. }) && is_read(cx, around)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether an entry is read, not set.
fn is_read(cx: &Context<'_>, index: ExprId) -> bool {
    let (outer, parent) = cx.around(index);
    match parent {
        Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
            Stmt::Assign { lhs, .. } => !cx.tree().list(lhs).any(|to| to == outer),
            Stmt::IncDec { .. } => false,
            Stmt::Range { x, .. } => x == outer,
            _ => true,
        },
        // Of `m[k].f = v` and the like, nothing is said.
        Parent::Expr(around) => !matches!(
            cx.tree().expr(around),
            Expr::Selector { .. } | Expr::Index { .. } | Expr::Unary { .. }
        ),
        _ => true,
    }
}
