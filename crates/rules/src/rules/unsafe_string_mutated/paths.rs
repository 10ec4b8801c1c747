//! Strings made of slices that are overwritten.

use flow::{Access, Function, Point, Reaching, Step};
use source::Span;
use syntax::tree::{Expr, ExprId, Stmt};
use types::{Builtin, ObjId, Type};

use super::{costing_nothing, in_words, kept};
use crate::pools::base_variable;
use crate::shared_memory::{Memory, statements_of};
use crate::unsafe_conversions::UnsafeConversion;
use crate::{Callee, Context, Diagnosis, Parent};

/// What a value is made of that is appended to; else the value.
fn first_of_append(cx: &Context<'_>, value: ExprId) -> ExprId {
    match cx.callee(value) {
        Some(Callee::Builtin(Builtin::Append)) => {
            cx.arguments(value).first().copied().unwrap_or(value)
        }
        _ => value,
    }
}

/// A string that was made of bytes which are overwritten.
pub(super) struct Overwritten<'o> {
    pub(super) cx: &'o Context<'o>,
    pub(super) function: &'o Function<'o>,
    pub(super) conversion: UnsafeConversion,
    /// Where it is made.
    pub(super) made: Point,
    /// Who leads to the string.
    pub(super) string: Memory<'o>,
    /// Who leads to the bytes.
    bytes: Memory<'o>,
    /// Where the bytes are overwritten.
    pub(super) writes: Vec<(Point, Span)>,
}

impl<'o> Overwritten<'o> {
    pub(super) fn new(
        cx: &'o Context<'o>,
        function: &'o Function<'o>,
        conversion: UnsafeConversion,
    ) -> Option<Self> {
        let made = function.point(conversion.value)?;
        let string = Memory::of_value(cx, function, conversion.value);
        let variable = base_variable(cx.view(), conversion.of);
        let bytes = match variable {
            Some(variable) => Memory::at(cx, function, variable, made),
            None => Memory::of_value(cx, function, cx.tree().unparen(conversion.of)),
        };
        let mut this = Self { cx, function, conversion, made, string, bytes, writes: Vec::new() };
        this.writes = this.find_writes(variable);
        (!this.writes.is_empty()).then_some(this)
    }

    fn find_writes(&self, variable: Option<ObjId>) -> Vec<(Point, Span)> {
        let writes = self.cx.writes_of(self.function).into_iter();
        let own = writes
            .filter(|w| self.is_come_to(w.at) && self.bytes.is_shared_by(w.slice, w.at))
            .map(|w| (w.at, w.span(self.cx)));
        own.chain(self.scans(variable)).chain(self.writes_to_field()).collect()
    }

    /// The writes to the bytes of a field, where they are a field's that never gets other memory in the function.
    fn writes_to_field(&self) -> Vec<(Point, Span)> {
        let cx = self.cx;
        let Some(field) = self.field_of(self.conversion.of) else { return Vec::new() };
        let gets_another = statements_of(self.function).into_iter().any(|stmt| {
            let Stmt::Assign { lhs, rhs, .. } = cx.tree().stmt(stmt) else { return false };
            cx.tree().list(lhs).enumerate().any(|(number, to)| {
                let value = cx.tree().list_get(rhs, number).filter(|_| lhs.len() == rhs.len());
                let is_own = value
                    .is_some_and(|value| self.field_of(first_of_append(cx, value)) == Some(field));
                self.field_of(to) == Some(field) && !is_own
            })
        });
        let writes = cx.writes_of(self.function).into_iter();
        let own = writes.filter(|w| !gets_another && self.field_of(w.slice) == Some(field));
        own.filter(|w| self.is_come_to(w.at)).map(|w| (w.at, w.span(cx))).collect()
    }

    /// The field of a variable that always points to the same that an expression is a slice of, with the variable.
    fn field_of(&self, expr: ExprId) -> Option<(ObjId, ObjId)> {
        let cx = self.cx;
        let mut at = cx.tree().unparen(expr);
        while let Expr::Slice { x, .. } = cx.tree().expr(at) {
            at = cx.tree().unparen(x);
        }
        let Expr::Selector { x, .. } = cx.tree().expr(at) else { return None };
        let variable = cx.view().local(x)?;
        let is_one = matches!(cx.under(at), Type::Slice(_))
            && self.function.definitions(variable).len() <= 1;
        Some((variable, cx.field(at)?)).filter(|_| is_one)
    }

    /// The calls of `Scan` that overwrite what `Bytes` of the same scanner gave.
    fn scans(&self, variable: Option<ObjId>) -> Vec<(Point, Span)> {
        let cx = self.cx;
        let source = match variable {
            None => Some(self.conversion.of),
            Some(variable) => match self.function.reaching(variable, self.made) {
                Reaching::Known { definitions, .. } => match definitions[..] {
                    [only] => only.value,
                    _ => None,
                },
                Reaching::Unknown => None,
            },
        };
        let scanner = |call: ExprId, name: &str| match cx.calls_method(call, "bufio", "Scanner") {
            Some((scanner, method)) if method == name => cx.view().local(scanner),
            _ => None,
        };
        let Some(scanner_of_bytes) = source.and_then(|x| scanner(cx.tree().unparen(x), "Bytes"))
        else {
            return Vec::new();
        };
        let all = cx.expressions_in(self.function.body()).into_iter();
        all.filter(|&expr| scanner(expr, "Scan") == Some(scanner_of_bytes))
            .filter_map(|expr| Some((self.function.point(expr)?, cx.span(expr))))
            .filter(|&(at, _)| self.is_come_to(at))
            .collect()
    }

    /// Whether a point is come to with the same bytes after the string was made.
    fn is_come_to(&self, at: Point) -> bool {
        let cfg = self.function.cfg();
        at != self.made
            && cfg.walk_after(self.made, |point, _| match () {
                () if point == at => Step::Found,
                () if self.bytes.is_got_at(point) => Step::Stop,
                () => Step::On,
            })
    }

    pub(super) fn diagnose(&self) -> Option<Diagnosis> {
        self.used_afterwards().or_else(|| kept::diagnose(self))
    }

    /// A write with a use of the string behind it, both behind the conversion.
    fn used_afterwards(&self) -> Option<Diagnosis> {
        let cfg = self.function.cfg();
        let writes = self.writes.iter().filter(|(at, _)| cfg.dominates(self.made, *at));
        let (span, expr) =
            writes.filter_map(|&(at, span)| Some((span, self.use_behind(at)?))).next()?;
        let cx = self.cx;
        let message = format!(
            "this overwrites the bytes of the string {}, which is used again",
            in_words(cx, expr)
        );
        let help = "copy the bytes when the string is made: `string(b)`";
        let diagnosis = Diagnosis::new(span, message, help)
            .because(cx.span(self.conversion.value), "made here without a copy")
            .because(cx.span(expr), "used here");
        Some(costing_nothing(diagnosis))
    }

    /// The first use of the string that only comes behind a point.
    fn use_behind(&self, write: Point) -> Option<ExprId> {
        let (cx, cfg) = (self.cx, self.function.cfg());
        let variables = self.function.variables();
        let mut found: Vec<ExprId> = Vec::new();
        for variable in variables.all() {
            if !cx.view().carries_references(cx.store.obj_type(variable)) {
                continue;
            }
            for occurrence in variables.of(variable) {
                let Some(at) = occurrence.point.filter(|&at| at != write) else { continue };
                if occurrence.access != Access::Read
                    || occurrence.literal.is_some()
                    || !cfg.dominates(write, at)
                {
                    continue;
                }
                let Some(expr) = cx.parents().ident(occurrence.ident) else { continue };
                let is_behind = cfg.walk_after(write, |point, _| match () {
                    () if point == at => Step::Found,
                    () if point == self.made => Step::Stop,
                    () => Step::On,
                });
                if is_behind && self.reads(expr) && self.string.is_held_by(variable, at) {
                    found.push(expr);
                }
            }
        }
        found.into_iter().min_by_key(|&expr| cx.span(expr).start)
    }

    /// Whether something is made of a string's bytes, not only of the string.
    fn reads(&self, expr: ExprId) -> bool {
        let cx = self.cx;
        match cx.around(expr).1 {
            Parent::Expr(call) if matches!(cx.tree().expr(call), Expr::Call { .. }) => !matches!(
                cx.callee(call),
                Some(Callee::Builtin(Builtin::Len | Builtin::UnsafeStringData))
            ),
            Parent::Expr(_) => true,
            Parent::Stmt(stmt) => !matches!(cx.tree().stmt(stmt), Stmt::Assign { .. }),
            _ => false,
        }
    }
}
