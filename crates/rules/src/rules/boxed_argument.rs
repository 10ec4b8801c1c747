//! # Values boxed to be logged
//!
//! ## What it does
//!
//! Finds calls where an argument has to be put on the heap to be handed over as `any`:
//!
//! - of `log/slog` with alternating keys and values (`Info`, `Debug`, `InfoContext`, `Log`, …, functions and methods);
//! - of `go.uber.org/zap`: `zap.Any`, and `Debugw`, `Infow`, `Warnw`, `Errorw` of a logger with sugar;
//! - of `github.com/rs/zerolog`: `Interface` and `Any` of an event or context, with a number or a string;
//! - of the package's own functions that take `...any`, and of those that take `any` and only hand it on at times, as when
//!   the line is on.
//!
//! ## Why it costs
//!
//! An interface holds a pointer. A number, a string or a struct that is stored in one is copied to the heap, unless the
//! compiler sees that nothing keeps it. A logger hands its arguments on, so that it cannot see that. They are boxed before
//! the logger looks at its level: a line that is off pays too.
//!
//! Measured with `slog.TextHandler`, a string and an int64 (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `Info("served", "user", u, "id", id)` | 1040 ns, 24 B, 2 allocs | 1565 ns, 24 B, 2 allocs |
//! | `Info("served", slog.String("user", u), slog.Int64("id", id))` | 1050 ns, 96 B, 2 allocs | 1002 ns, 96 B, 2 allocs |
//! | `LogAttrs(ctx, slog.LevelInfo, "served", slog.String("user", u), …)` | 1117 ns, 0 B, 0 allocs | 819 ns, 0 B, 0 allocs |
//! | `Debug("served", "user", u, "id", id)`, off | 62 ns, 24 B, 2 allocs | 53 ns, 24 B, 2 allocs |
//! | `LogAttrs(ctx, slog.LevelDebug, …)`, off | 14 ns, 0 B, 0 allocs | 19 ns, 0 B, 0 allocs |
//!
//! With zap 1.28 and zerolog 1.35, a string and an int, and a function of one's own that writes only if asked to, and is not:
//!
//! | | Go 1.25 | Go 1.27 |
//! |---|---|---|
//! | `logger.Info("m", zap.Any("n", n), zap.Any("s", s))` | 152 B, 3 allocs | 152 B, 3 allocs |
//! | `sugar.Infow("m", "n", n, "s", s)` | 280 B, 3 allocs | 280 B, 3 allocs |
//! | `logger.Info("m", zap.Int("n", n), zap.String("s", s))` | 128 B, 1 alloc | 128 B, 1 alloc |
//! | `sugar.Debugw(…)`, off | 24 B, 2 allocs | 24 B, 2 allocs |
//! | `logger.Debug("m", zap.Int("n", n), …)`, off | 128 B, 1 alloc | 128 B, 1 alloc |
//! | `log.Info().Interface("n", n).Interface("s", s).Msg("m")` | 248 B, 6 allocs | 496 B, 10 allocs |
//! | `log.Info().Int("n", n).Str("s", s).Msg("m")` | 0 B, 0 allocs | 0 B, 0 allocs |
//! | `trace("m", n); trace("m", s)`, a parameter of type `any` | 24 B, 2 allocs | 24 B, 2 allocs |
//! | the same, of a type parameter | 0 B, 0 allocs | 0 B, 0 allocs |
//!
//! So `slog` is no cure by itself, nor are its typed attributes: what they are handed to decides.
//!
//! ## Example
//!
//! ```go
//! slog.Info("served", "user", user, "bytes", n)
//! ```
//!
//! ## Use instead
//!
//! ```go
//! slog.LogAttrs(context.Background(), slog.LevelInfo, "served", slog.String("user", user), slog.Int("bytes", n))
//! ```
//!
//! ## When not to
//!
//! Where lines are few. Not reported: what is boxed without being copied to the heap (constants, pointers, maps, channels,
//! functions, numbers of one byte, values without size, what the callee is seen not to keep), lines below `if err != nil` or
//! on the way to the end of the process, code that runs once, and values of types that `slog` has no attribute for, such as
//! structs: they are boxed in any case. zap has fields for the predeclared types, slices of them, `time.Time` and `time.Duration`;
//! zerolog writes numbers and strings, unless their type has a say in it (`MarshalJSON`, `MarshalText`, `MarshalZerologObject`).
//! The fields of a zap logger are one object, be it on or off: where most lines are off and have a single value,
//! a logger with sugar takes fewer bytes. Functions of other packages are left alone, since there is nothing to put in their
//! place, and so are one's own functions that return something, which is an error most of the time, that never return, or
//! that are named after errors (`errorf`, `warnf`).
//!
//! ## The fix
//!
//! A call of `slog` becomes `LogAttrs` with typed attributes. It is *safe*: the handler gets the same record, with the same time, place
//! and attributes of the same kinds. Numbers of other sizes are converted, as `slog.AnyValue` does; other types become
//! `slog.Any`. There is none where the arguments come as a slice (`args...`), where a key is not of type `string` or an
//! attribute, where a value is missing, where a key and its value are on different lines, and where the logger is a part of
//! another type.
//!
//! `zap.Any` becomes the function that it calls for the type: *safe*. A line with sugar becomes one of the logger where that is at hand, in
//! the same call (`logger.Sugar().Infow`), in a variable beside the one with sugar, or as `zap.L()`, with the same keys asked for as of
//! `slog`. Where it is not there is no fix: `Desugar` would make a logger for each line.
//!
//! A value for zerolog is written by the method for its kind: *safe* for whole numbers, which JSON has one form for (nobody sets
//! `InterfaceMarshalFunc` to what writes them otherwise), `time.Duration` and other types made of them included; that is so for
//! JSON, and not with the tag `binary_log`: the bytes differ then, and unsigned numbers from 2^63 on are read back as negative ones. It is *unsafe* for strings, of which
//! `encoding/json` escapes U+2028 and U+2029, and zerolog U+007F and what is not UTF-8, and for floating-point numbers, of which NaN and infinities
//! are errors to `encoding/json`.
//!
//! A function that takes `any` and is not exported gets a type parameter, as a *suggestion*: where it is not used as a
//! value, nor called with `nil`, and only hands its parameter to functions, on some ways through it and not on others. The value is
//! put into an interface there, then. Of functions that take `...any` only the author knows what they may take instead.
//!
//! ## Go versions
//!
//! All; `log/slog` is there since Go 1.21. Integers below 256 are never copied to the heap; whether a variable is one, the
//! compiler does not know, and the cost is that of a larger one.
//!
//! ## References
//!
//! - [`slog.LogAttrs`](https://pkg.go.dev/log/slog#LogAttrs), and [Performance considerations](https://pkg.go.dev/log/slog#hdr-Performance_considerations)
//! - `runtime.convT`, `convT64`, `convTstring` in the source of the Go runtime, which are what a profile shows

use escape::Allocated;
use fix::Plan;
use syntax::tree::{Expr, ExprId};
use types::{Basic, ObjId, Type, TypeId};

use crate::{
    Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier, value_layout,
};

mod attributes;
mod helper;
mod pairs;
mod zap;
mod zerolog;

use attributes::{Line, Typed};
use helper::Helper;
use zap::Zap;
use zerolog::Field;

pub(crate) struct BoxedArgument;

pub(crate) static RULE: BoxedArgument = BoxedArgument;

impl Rule for BoxedArgument {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH008",
            name: "boxed-argument",
            tier: Tier::Profile,
            since: "0.1.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        if !cx.asks_for(Tier::Profile) {
            return;
        }
        let Some(logging) = Logging::of(cx, call) else { return };
        if is_cold(cx, call) {
            return;
        }
        let boxed: Vec<Boxed> = logging
            .avoidable(cx)
            .into_iter()
            .filter_map(|argument| Boxed::of(cx, argument))
            .collect();
        let Some(first) = boxed.first() else { return };
        let names: Vec<String> = boxed
            .iter()
            .take(3)
            .map(|b| format!("`{}`", one_line(cx.source(b.argument))))
            .collect();
        let more = if boxed.len() > names.len() { " and others" } else { "" };
        let are = if boxed.len() == 1 { "is" } else { "are" };
        let message = format!(
            "{}{more} {are} copied to the heap to be handed over as `any`",
            names.join(", ")
        );
        let mut diagnosis = Diagnosis::new(cx.span(call), message, logging.help(cx))
            .allocating(first.allocated.clone());
        if boxed.iter().any(|b| b.certain()) {
            diagnosis.allocates = crate::Allocates::Always;
        }
        diagnosis.cost = cost(cx, &boxed);
        diagnosis.fix = logging.plan(cx);
        found.push(diagnosis);
    }
}

/// A call that takes what is to be logged as `any`.
enum Logging<'a> {
    /// Of `log/slog`.
    Slog(Line),
    /// Of `go.uber.org/zap`.
    Zap(Zap),
    /// Of `github.com/rs/zerolog`.
    Zerolog(Field),
    /// Of a function of the package that does not always use it.
    Helper(Helper<'a>),
    /// Of a function of the package: its arguments for `...any`.
    Own(Vec<ExprId>),
}

impl<'a> Logging<'a> {
    fn of(cx: &Context<'a>, call: ExprId) -> Option<Self> {
        let Some(Callee::Function(function)) = cx.callee(call) else { return None };
        if let Some(line) = Line::of(cx, call, function) {
            return Some(Self::Slog(line));
        }
        let known = Zap::of(cx, call, function)
            .map(Self::Zap)
            .or_else(|| Field::of(cx, call).map(Self::Zerolog))
            .or_else(|| Helper::of(cx, call, function).map(Self::Helper));
        known.or_else(|| Self::own(cx, call, function))
    }

    fn own(cx: &Context<'a>, call: ExprId, function: ObjId) -> Option<Self> {
        let Expr::Call { spread: false, .. } = cx.tree().expr(call) else { return None };
        if is_for_errors(cx.store.obj(function).name.as_str()) {
            return None;
        }
        let fixed = fixed_parameters(cx, function)?;
        // What a method expression is called with is one more.
        let arguments = cx.arguments(call);
        let bound = cx.receiver(function).is_none() || cx.method_call(call).is_some();
        (bound && arguments.len() > fixed).then(|| Self::Own(arguments[fixed..].to_vec()))
    }

    /// The arguments that would not have to be boxed.
    fn avoidable(&self, cx: &Context<'_>) -> Vec<ExprId> {
        match self {
            Self::Slog(line) => line
                .values()
                .filter(|&value| Typed::of(cx, value).is_some() || attributes::is_attr(cx, value))
                .collect(),
            Self::Zap(zap) => zap.avoidable(cx),
            Self::Zerolog(field) => vec![field.value()],
            Self::Helper(helper) => helper.avoidable(),
            Self::Own(arguments) => {
                let scalar = |&x: &ExprId| matches!(cx.under(x), Type::Basic(..));
                arguments.iter().copied().filter(scalar).collect()
            }
        }
    }

    fn help(&self, cx: &Context<'_>) -> String {
        let help = match self {
            Self::Slog(_) => {
                "use LogAttrs with typed attributes, which hold such values themselves"
            }
            Self::Zap(zap) => zap.help(),
            Self::Zerolog(_) => "use the method for its type, which writes the value as it is",
            Self::Helper(helper) => return helper.help(cx),
            Self::Own(_) => {
                "let the function take what it needs as the types that they have, or as slog.Attr"
            }
        };
        help.to_owned()
    }

    fn plan(&self, cx: &Context<'a>) -> Option<Plan> {
        match self {
            Self::Slog(line) => line.plan(cx),
            Self::Zap(zap) => zap.plan(cx),
            Self::Zerolog(field) => field.plan(cx),
            Self::Helper(helper) => helper.plan(cx),
            Self::Own(_) => None,
        }
    }
}

/// The number of parameters before `...any` of a function of this package that gives nothing back. What it gives back is often an error, and
/// holds what it was made of.
fn fixed_parameters(cx: &Context<'_>, function: ObjId) -> Option<usize> {
    let object = cx.store.obj(function);
    if object.pkg != Some(cx.package.checked.pkg) {
        return None;
    }
    let Type::Signature(signature) = cx.store.ty(cx.store.obj_type(function)) else { return None };
    let last = *signature.params.last()?;
    let Type::Slice(elem) = cx.store.ty(cx.store.unalias(cx.store.obj_type(last))) else {
        return None;
    };
    let fits = signature.variadic && is_empty_interface(cx, *elem) && signature.results.is_empty();
    fits.then_some(signature.params.len() - 1)
}

/// Whether a function is named after something that is rare: `errorf`, `fail`, `warnf`. Its type does not tell.
fn is_for_errors(name: &str) -> bool {
    let name = name.to_lowercase();
    ["err", "fail", "fatal", "panic", "warn"].iter().any(|word| name.contains(word))
}

fn is_empty_interface(cx: &Context<'_>, ty: TypeId) -> bool {
    match cx.store.ty(cx.store.under(ty)) {
        Type::Interface(interface) => {
            interface.methods.is_empty() && interface.embeddeds.is_empty()
        }
        _ => false,
    }
}

/// Whether a call hardly ever runs.
fn is_cold(cx: &Context<'_>, call: ExprId) -> bool {
    cx.runs_once(Parent::Expr(call))
        || cx.is_on_error_path(call)
        || cx.flow_around(call).is_some_and(|function| {
            function.only_ends(call) || cx.flow().ends(cx.view(), call).is_some()
        })
}

/// An argument that is put on the heap.
struct Boxed {
    argument: ExprId,
    allocated: Option<Allocated>,
}

impl Boxed {
    fn of(cx: &Context<'_>, argument: ExprId) -> Option<Self> {
        let argument = cx.tree().unparen(argument);
        if cx.constant(argument).is_some() || cx.store.is_interface(cx.type_of(argument)) {
            return None;
        }
        let allocated = cx.allocated_by_box(argument);
        let on_heap = match &allocated {
            Some(allocated) => !allocated.allocates.is_never(),
            // Of a generic function that nobody calls here, go by the size.
            None => {
                cx.package.allocations.is_none()
                    && cx.size_of(cx.type_of(argument)).is_some_and(|size| size > 1)
            }
        };
        (on_heap && !cx.is_free_where_inlined(argument)).then_some(Self { argument, allocated })
    }

    fn certain(&self) -> bool {
        let verdict = self.allocated.as_ref().map(|allocated| allocated.allocates);
        verdict.is_some_and(|verdict| crate::Allocates::from(verdict) == crate::Allocates::Always)
    }
}

fn cost(cx: &Context<'_>, boxed: &[Boxed]) -> Cost {
    let mut cost = Cost::per_call(u32::try_from(boxed.len()).unwrap_or(u32::MAX));
    let bytes = |b: &Boxed| match &b.allocated {
        Some(allocated) => allocated.bytes,
        None => {
            let layout = value_layout(cx.store, cx.sizes(), cx.type_of(b.argument))?;
            Some(cx.target().object(layout).bytes())
        }
    };
    if let Some(bytes) = boxed.iter().map(bytes).sum::<Option<u64>>() {
        cost = cost.of_bytes(bytes);
    }
    let scanned = boxed.iter().filter_map(|b| b.allocated.as_ref()?.scan_bytes).sum();
    cost.scan_bytes = scanned;
    cost
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a type is a predeclared one itself.
fn basic(cx: &Context<'_>, ty: TypeId) -> Option<Basic> {
    match cx.store.ty(cx.store.unalias(ty)) {
        Type::Basic(basic, _) => Some(*basic),
        _ => None,
    }
}
