//! `go.uber.org/zap`: fields of any type, and loggers that take keys and values.

use fix::{Applicability, Plan};
use syntax::tree::{Expr, ExprId, Stmt};
use types::{Basic, ObjId, Type, TypeId};

use super::basic;
use super::pairs::Pair;
use crate::Access;
use crate::context::Context;
use crate::parents::Parent;

const ZAP: &str = "go.uber.org/zap";
const ZAPCORE: &str = "go.uber.org/zap/zapcore";

/// Methods of a sugared logger that take keys and values, and what a logger calls the same.
const LINES: [(&str, &str); 4] =
    [("Debugw", "Debug"), ("Infow", "Info"), ("Warnw", "Warn"), ("Errorw", "Error")];

/// A call of zap that takes `any`.
pub(super) enum Zap {
    /// `zap.Any(key, value)`.
    Any(ExprId, ExprId),
    /// `sugar.Infow(message, key, value, …)`.
    Line(Line),
}

impl Zap {
    pub(super) fn of(cx: &Context<'_>, call: ExprId, function: ObjId) -> Option<Self> {
        let object = cx.store.obj(function);
        if cx.store.pkg(object.pkg?).path.as_str() != ZAP {
            return None;
        }
        let Expr::Call { spread: false, .. } = cx.tree().expr(call) else { return None };
        if cx.receiver(function).is_none() && object.name.as_str() == "Any" {
            let [_, value] = cx.arguments(call)[..] else { return None };
            return Some(Self::Any(call, value));
        }
        Line::of(cx, call).map(Self::Line)
    }

    /// The values that a typed field would hold itself.
    pub(super) fn avoidable(&self, cx: &Context<'_>) -> Vec<ExprId> {
        let is_typed = |&value: &ExprId| constructor(cx, cx.type_of(value)).is_some();
        match self {
            Self::Any(_, value) => [*value].into_iter().filter(is_typed).collect(),
            Self::Line(line) => {
                let values = line.pairs.iter().map(Pair::value);
                values.filter(|value| is_field(cx, *value) || is_typed(value)).collect()
            }
        }
    }

    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::Any(..) => "use the field for its type, which holds the value itself",
            Self::Line(_) => {
                "keep the *zap.Logger, and log typed fields with it, which hold such values themselves"
            }
        }
    }

    pub(super) fn plan(&self, cx: &Context<'_>) -> Option<Plan> {
        match self {
            Self::Any(call, value) => {
                let constructor = constructor(cx, cx.type_of(*value))?;
                let title = format!("Make the field with zap.{constructor}");
                let mut plan = Plan::new(Applicability::Safe, title);
                plan.replace(cx.selected_name(*call)?, constructor);
                Some(plan)
            }
            Self::Line(line) => line.plan(cx),
        }
    }
}

/// A call of a sugared logger.
pub(super) struct Line {
    call: ExprId,
    /// What it is called on.
    on: ExprId,
    /// The method of a logger that does the same.
    name: &'static str,
    pairs: Vec<Pair>,
}

impl Line {
    fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let (on, name) = cx.calls_method(call, ZAP, "SugaredLogger")?;
        let (_, name) = LINES.iter().find(|(sugared, _)| *sugared == name)?;
        let Expr::Call { spread: false, .. } = cx.tree().expr(call) else { return None };
        let pairs = Pair::all(cx, cx.arguments(call).get(1..)?, |x| is_field(cx, x));
        Some(Self { call, on, name, pairs })
    }

    fn plan(&self, cx: &Context<'_>) -> Option<Plan> {
        let mut plan = Plan::new(Applicability::Safe, "Log typed fields with the logger itself");
        let at = Parent::Expr(self.call);
        let on = cx.tree().unparen(self.on);
        if let Expr::Call { .. } = cx.tree().expr(on) {
            let logger = match sugared(cx, on) {
                Some(logger) => cx.source(logger).to_owned(),
                // The one logger of the program, which is the other with sugar.
                None if cx.calls(on, ZAP, &["S"]) => {
                    format!("{}.L()", cx.package_name(ZAP, at)?)
                }
                None => return None,
            };
            self.edit(cx, &logger, &mut plan)?;
            return Some(plan);
        }
        let sugar = Sugar::of(cx, on)?;
        let others = sugar.lines(cx);
        match others {
            // Another use of the variable stays.
            None => self.edit(cx, sugar.logger, &mut plan)?,
            Some(lines) => {
                lines.iter().try_for_each(|line| line.edit(cx, sugar.logger, &mut plan))?;
                plan.remove(cx.lines_of_statement(sugar.declared)?);
            }
        }
        Some(plan)
    }

    /// The same line by a logger.
    fn edit(&self, cx: &Context<'_>, logger: &str, plan: &mut Plan) -> Option<()> {
        let zap = cx.package_name(ZAP, Parent::Expr(self.call));
        plan.replace(cx.span(self.on), logger);
        plan.replace(cx.selected_name(self.call)?, self.name);
        for pair in &self.pairs {
            match *pair {
                Pair::Attr(_) => {}
                Pair::Unclear(_) => return None,
                Pair::Two(key, value) => {
                    if !Pair::is_on_a_line(cx, key, value) {
                        return None;
                    }
                    let constructor = constructor(cx, cx.type_of(value)).unwrap_or("Any");
                    plan.needs(ZAP);
                    plan.insert(cx.span(key).start, format!("{}.{constructor}(", zap?));
                    plan.insert(cx.span(value).end, ")");
                }
            }
        }
        Some(())
    }
}

/// The logger that a call of its method `Sugar` is made on.
fn sugared(cx: &Context<'_>, call: ExprId) -> Option<ExprId> {
    let (logger, name) = cx.calls_method(call, ZAP, "Logger")?;
    (name == "Sugar").then_some(logger)
}

/// A local variable for a logger with sugar, beside the one for the logger.
struct Sugar<'a> {
    variable: ObjId,
    declared: syntax::tree::StmtId,
    logger: &'a str,
}

impl<'a> Sugar<'a> {
    /// `sugar := logger.Sugar()`, where neither gets another value.
    fn of(cx: &Context<'a>, on: ExprId) -> Option<Self> {
        let variable = cx.object(on).filter(|&variable| cx.is_local(variable))?;
        let declaration = cx.declaration(variable)?;
        let is_defined = matches!(cx.tree().stmt(declaration.stmt), Stmt::Assign { .. });
        let logger = sugared(cx, cx.tree().unparen(declaration.value?))?;
        let object = cx.object(logger).filter(|&object| cx.is_local_or_parameter(object))?;
        let name = cx.store.obj(object).name;
        let span = cx.tree().decl_span(cx.declaration_of(Parent::Expr(on))?);
        let declaring = cx.declaring(name).iter();
        let is_alone =
            declaring.filter(|&&ident| span.contains(cx.tree().ident(ident).pos)).count() == 1;
        let kept = !cx.is_reassigned(variable) && !cx.is_reassigned(object);
        (is_defined && is_alone && kept).then(|| Self {
            variable,
            declared: declaration.stmt,
            logger: cx.source(logger),
        })
    }

    /// The lines that are all there is of its uses. `None` where something else is done with it.
    fn lines(&self, cx: &Context<'_>) -> Option<Vec<Line>> {
        let mut lines = Vec::new();
        for &ident in cx.uses(self.variable) {
            let read = match cx.access(ident) {
                Access::Declare => continue,
                Access::Read(read) => read,
                _ => return None,
            };
            let (_, Parent::Expr(fun)) = cx.around(read) else { return None };
            let (_, Parent::Expr(call)) = cx.around(fun) else { return None };
            let line = Line::of(cx, call).filter(|line| cx.tree().unparen(line.on) == read)?;
            let mut scratch = Plan::new(Applicability::Safe, "");
            line.edit(cx, self.logger, &mut scratch)?;
            lines.push(line);
        }
        Some(lines)
    }
}

/// Whether an expression is a field of zap.
fn is_field(cx: &Context<'_>, x: ExprId) -> bool {
    let ty = cx.type_of(x);
    !matches!(cx.store.ty(ty), Type::Pointer(_)) && cx.is_type(ty, ZAPCORE, "Field")
}

/// The function for fields of a type, as `zap.Any` chooses it: by the type itself, not by the one under it.
fn constructor(cx: &Context<'_>, ty: TypeId) -> Option<&'static str> {
    if let Type::Slice(elem) = cx.store.ty(cx.store.unalias(ty)) {
        return of_slice(cx, *elem);
    }
    single(cx, ty)
}

fn single(cx: &Context<'_>, ty: TypeId) -> Option<&'static str> {
    Some(match basic(cx, ty) {
        Some(Basic::Bool) => "Bool",
        Some(Basic::Complex128) => "Complex128",
        Some(Basic::Complex64) => "Complex64",
        Some(Basic::Float64) => "Float64",
        Some(Basic::Float32) => "Float32",
        Some(Basic::Int) => "Int",
        Some(Basic::Int64) => "Int64",
        Some(Basic::Int32) => "Int32",
        Some(Basic::Int16) => "Int16",
        Some(Basic::Int8) => "Int8",
        Some(Basic::String) => "String",
        Some(Basic::Uint) => "Uint",
        Some(Basic::Uint64) => "Uint64",
        Some(Basic::Uint32) => "Uint32",
        Some(Basic::Uint16) => "Uint16",
        Some(Basic::Uint8) => "Uint8",
        Some(Basic::Uintptr) => "Uintptr",
        Some(_) => return constant(cx, ty),
        None if matches!(cx.store.ty(ty), Type::Pointer(_)) => return None,
        None if cx.is_type(ty, "time", "Time") => "Time",
        None if cx.is_type(ty, "time", "Duration") => "Duration",
        None => return None,
    })
}

/// The same for an untyped constant, by the type that it has in an interface.
fn constant(cx: &Context<'_>, ty: TypeId) -> Option<&'static str> {
    let default = cx.store.default_type(ty);
    (cx.store.is_untyped(ty) && !cx.store.is_untyped(default)).then(|| single(cx, default))?
}

fn of_slice(cx: &Context<'_>, elem: TypeId) -> Option<&'static str> {
    Some(match single(cx, elem)? {
        "Bool" => "Bools",
        "Complex128" => "Complex128s",
        "Complex64" => "Complex64s",
        "Float64" => "Float64s",
        "Float32" => "Float32s",
        "Int" => "Ints",
        "Int64" => "Int64s",
        "Int32" => "Int32s",
        "Int16" => "Int16s",
        "Int8" => "Int8s",
        "String" => "Strings",
        "Uint" => "Uints",
        "Uint64" => "Uint64s",
        "Uint32" => "Uint32s",
        "Uint16" => "Uint16s",
        "Uint8" => "Binary",
        "Uintptr" => "Uintptrs",
        "Time" => "Times",
        "Duration" => "Durations",
        _ => return None,
    })
}
