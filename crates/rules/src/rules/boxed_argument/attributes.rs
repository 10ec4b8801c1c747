//! Lines of `log/slog`: from alternating keys and values to typed attributes.

use fix::{Applicability, Plan};
use syntax::tree::{Expr, ExprId, IdentId};
use types::{Basic, ObjId, Type};

use super::basic;
use super::pairs::Pair;
use crate::context::Context;
use crate::parents::Parent;

const SLOG: &str = "log/slog";

/// A call of `log/slog` that takes `...any`.
pub(super) struct Line {
    call: ExprId,
    /// What is called on: the package or a logger.
    on: ExprId,
    /// The name of the function.
    name: IdentId,
    level: Level,
    /// The context, where one is handed over.
    context: bool,
    /// The arguments before keys and values.
    fixed: Vec<ExprId>,
    pairs: Vec<Pair>,
    /// Whether the logger has `LogAttrs` itself.
    is_logger: bool,
}

/// Where the level is said.
#[derive(Clone, Copy)]
enum Level {
    /// By the name of the function: a constant of `slog`.
    Named(&'static str),
    /// By an argument.
    Argument,
}

impl Line {
    pub(super) fn of(cx: &Context<'_>, call: ExprId, function: ObjId) -> Option<Self> {
        let object = cx.store.obj(function);
        if object.pkg.is_none_or(|pkg| cx.store.pkg(pkg).path.as_str() != SLOG) {
            return None;
        }
        let (level, context) = match object.name.as_str() {
            "Debug" => (Level::Named("LevelDebug"), false),
            "Info" => (Level::Named("LevelInfo"), false),
            "Warn" => (Level::Named("LevelWarn"), false),
            "Error" => (Level::Named("LevelError"), false),
            "DebugContext" => (Level::Named("LevelDebug"), true),
            "InfoContext" => (Level::Named("LevelInfo"), true),
            "WarnContext" => (Level::Named("LevelWarn"), true),
            "ErrorContext" => (Level::Named("LevelError"), true),
            "Log" => (Level::Argument, true),
            _ => return None,
        };
        let Expr::Call { fun, spread: false, .. } = cx.tree().expr(call) else { return None };
        let Expr::Selector { x: on, sel: name } = cx.tree().expr(cx.tree().unparen(fun)) else {
            return None;
        };
        let method = cx.receiver(function).is_some();
        if method && cx.calls_method(call, SLOG, "Logger").is_none() {
            return None;
        }
        let is_logger = !method || cx.is_type(cx.type_of(on), SLOG, "Logger");
        let mut fixed = cx.arguments(call);
        let count = 1 + usize::from(context) + usize::from(matches!(level, Level::Argument));
        if fixed.len() <= count {
            return None;
        }
        let pairs = Pair::all(cx, &fixed.split_off(count), |x| is_attr(cx, x));
        Some(Self { call, on, name, level, context, fixed, pairs, is_logger })
    }

    /// The values, and the attributes.
    pub(super) fn values(&self) -> impl Iterator<Item = ExprId> + '_ {
        self.pairs.iter().map(Pair::value)
    }

    /// The same line by `LogAttrs`.
    pub(super) fn plan(&self, cx: &Context<'_>) -> Option<Plan> {
        if !self.is_logger {
            return None;
        }
        let at = Parent::Expr(self.call);
        let slog = cx.package_name(SLOG, at)?;
        let mut plan = Plan::new(Applicability::Safe, "Log typed attributes with LogAttrs");
        plan.replace(cx.tree().ident(self.name).span(), "LogAttrs");
        let is_package = cx.view().is_package_name(self.on);
        let mut before = String::new();
        if !self.context {
            let context = cx.package_name("context", at)?;
            plan.needs("context");
            before = format!("{context}.Background(), ");
        }
        if let Level::Named(level) = self.level {
            before += &format!("{slog}.{level}, ");
        }
        if !is_package || !matches!(self.level, Level::Argument) {
            plan.needs(SLOG);
        }
        let message = *self.fixed.last()?;
        if matches!(self.level, Level::Named(_)) {
            plan.insert(cx.span(message).start, before);
        }
        for pair in &self.pairs {
            match *pair {
                Pair::Attr(_) => {}
                Pair::Unclear(_) => return None,
                Pair::Two(key, value) => {
                    if !Pair::is_on_a_line(cx, key, value) {
                        return None;
                    }
                    let (key, value_span) = (cx.span(key), cx.span(value));
                    let typed = Typed::of(cx, value);
                    let constructor = typed.map_or("Any", |typed| typed.constructor);
                    plan.needs(SLOG);
                    plan.insert(key.start, format!("{slog}.{constructor}("));
                    let conversion = typed.and_then(|typed| typed.conversion);
                    if let Some(conversion) = conversion {
                        if !cx.is_predeclared(conversion) {
                            return None;
                        }
                        plan.insert(value_span.start, format!("{conversion}("));
                    }
                    let close = if conversion.is_some() { "))" } else { ")" };
                    plan.insert(value_span.end, close);
                }
            }
        }
        Some(plan)
    }
}

/// Whether an expression is a `slog.Attr`.
pub(super) fn is_attr(cx: &Context<'_>, x: ExprId) -> bool {
    let ty = cx.type_of(x);
    !matches!(cx.store.ty(ty), Type::Pointer(_)) && cx.is_type(ty, SLOG, "Attr")
}

/// How `slog` holds a value without boxing it.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    /// The function that makes the attribute.
    constructor: &'static str,
    /// What the value is converted to before.
    conversion: Option<&'static str>,
}

impl Typed {
    /// As `slog.AnyValue` does: by the type itself, not by the one under it.
    pub(super) fn of(cx: &Context<'_>, value: ExprId) -> Option<Self> {
        let ty = cx.type_of(value);
        let plain = |constructor| Some(Self { constructor, conversion: None });
        let converted = |constructor, to| Some(Self { constructor, conversion: Some(to) });
        match basic(cx, ty) {
            Some(Basic::String | Basic::UntypedString) => plain("String"),
            Some(Basic::Int | Basic::UntypedInt) => plain("Int"),
            Some(Basic::Int64) => plain("Int64"),
            Some(Basic::Uint64) => plain("Uint64"),
            Some(Basic::Float64 | Basic::UntypedFloat) => plain("Float64"),
            Some(Basic::Bool | Basic::UntypedBool) => plain("Bool"),
            Some(Basic::Int8 | Basic::Int16 | Basic::Int32 | Basic::UntypedRune) => {
                converted("Int64", "int64")
            }
            Some(Basic::Uint | Basic::Uint8 | Basic::Uint16 | Basic::Uint32 | Basic::Uintptr) => {
                converted("Uint64", "uint64")
            }
            Some(Basic::Float32) => converted("Float64", "float64"),
            Some(_) => None,
            None if matches!(cx.store.ty(ty), Type::Pointer(_)) => None,
            None if cx.is_type(ty, "time", "Time") => plain("Time"),
            None if cx.is_type(ty, "time", "Duration") => plain("Duration"),
            None => None,
        }
    }
}
