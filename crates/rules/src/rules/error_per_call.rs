//! # Errors with a fixed text made in each call
//!
//! ## What it does
//!
//! Finds `errors.New` with a constant text, and `fmt.Errorf` with one that has no verbs, where the error is returned,
//! stored or sent, and the function can run more than once.
//!
//! ## Why it costs
//!
//! The text never changes, yet each call makes a new 16-byte object for it that escapes to the heap with the result. On a
//! path that rejects much input, that is one allocation for each rejection. `fmt.Errorf` makes two before Go 1.26.
//!
//! Measured with `errors.New` in a validator (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `errors.New` in the function | 55 ns, 16 B, 1 alloc | 25.5 ns, 16 B, 1 alloc |
//! | a variable of the package | 2.9 ns, 0 B, 0 allocs | 2.6 ns, 0 B, 0 allocs |
//!
//! ## Example
//!
//! ```go
//! func validate(amount int64) error {
//! 	if amount <= 0 {
//! 		return errors.New("amount must be positive")
//! 	}
//! 	return nil
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! var errAmountMustBePositive = errors.New("amount must be positive")
//!
//! func validate(amount int64) error {
//! 	if amount <= 0 {
//! 		return errAmountMustBePositive
//! 	}
//! 	return nil
//! }
//! ```
//!
//! A variable also gives callers something to ask for with `errors.Is`, which a text does not.
//!
//! ## When not to
//!
//! Where the error should say which value was wrong it is not constant, and is not reported. Neither is an error that
//! does not leave the function: one whose text is taken, or that is given to `panic` or `log.Fatal`. Neither are errors
//! that are compared with `==` or `errors.Is` where they are made, code that only runs at start-up, and tests.
//!
//! Where a small function is inlined and all that its callers do is compare with `nil`, the object stays on the stack and
//! there is nothing to gain: such functions are passed over where the package alone can call them. A function that loops or
//! makes more than eight calls does so much besides that the error hardly counts, and one that by its name makes or
//! configures something (`New…`, `Open…`, `Load…`) runs seldom: there it is reported only where it is hot.
//!
//! ## The fix
//!
//! Declares a variable beside the other errors of the file, or above the function, named after the text, and uses it;
//! where the package has an error with the same text, it takes that. The text stays the same, and an `errors.New` value
//! cannot be changed. What differs is that the errors of two calls are equal under `==` and `errors.Is`, where each used to
//! equal only itself. So the fix is *safe* where all callers are known and only ask for `nil` or for the text, and *unsafe*
//! elsewhere. Where the text has a `%%` or is a constant of the function, the finding comes without a fix.
//!
//! ## Go versions
//!
//! All. From Go 1.26 on `fmt.Errorf` without verbs costs what `errors.New` does. What is inlined, and where an error then
//! lives, is decided as the compiler of the Go version at hand does.
//!
//! ## References
//!
//! - [`errors.New`](https://pkg.go.dev/errors#New)
//! - [Working with errors in Go 1.13](https://go.dev/blog/go1.13-errors)

use fix::{Applicability, Plan};
use syntax::tree::{AssignOp, BinaryOp, Decl, Expr, ExprId, Spec, SpecId, Stmt, StmtId};
use types::{Builtin, ObjId, ObjectKind, VarKind};

use crate::hoist::{PackageVariable, capitalised};
use crate::{
    Access, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Per, Rule, Tier,
};
use escape::Allocated;

pub(crate) struct ErrorPerCall;

pub(crate) static RULE: ErrorPerCall = ErrorPerCall;

/// The version from which on `fmt.Errorf` without verbs costs what `errors.New` does.
const CHEAP_ERRORF: (u32, u32) = (1, 26);

/// How many local variables an error is followed through.
const MOST_STEPS: u32 = 4;

impl Rule for ErrorPerCall {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH015",
            name: "error-per-call",
            tier: Tier::Always,
            since: "0.1.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        let Some(error) = FixedError::of(cx, call) else { return };
        if cx.is_test() || cx.runs_once(Parent::Expr(call)) {
            return;
        }
        let Fate::Leaves { returned } = fate(cx, call, MOST_STEPS) else { return };
        let often = is_light(cx, call) && !sets_up(cx, call);
        let tier = if often { Tier::Always } else { Tier::Profile };
        if !cx.asks_for(tier) {
            return;
        }
        let allocated = allocated(cx, call, &error);
        if allocated.as_ref().is_some_and(|allocated| allocated.allocates.is_never()) {
            return;
        }
        let asked = if returned { asked_of_results(cx, call) } else { Asked::Unknown };
        let mut diagnosis = Diagnosis::new(
            cx.span(call),
            "an error with a fixed text is made each time that this runs",
            if returned {
                "make it once, in a variable of the package, and return that"
            } else {
                "make it once, in a variable of the package, and use that"
            },
        );
        diagnosis.cost = cost(cx, call, &error, allocated.as_ref());
        diagnosis = diagnosis.allocating(allocated);
        diagnosis.tier = Some(tier);
        diagnosis.fix = hoist(cx, call, &error, asked);
        found.push(diagnosis);
    }
}

/// What is allocated for the error by the function that makes it; where that is inlined wherever it is called, by those that
/// call it.
fn allocated(cx: &Context<'_>, call: ExprId, error: &FixedError) -> Option<Allocated> {
    let allocated = cx.allocated_by_call(call)?;
    match cx.allocated_where_inlined(call) {
        // That is known of what is inlined itself only.
        Some(inlined) if !error.formatted => Some(inlined),
        _ => Some(allocated),
    }
}

fn cost(cx: &Context<'_>, call: ExprId, error: &FixedError, allocated: Option<&Allocated>) -> Cost {
    let word = u64::try_from(cx.package.checked.sizes.word).unwrap_or(8);
    let printed = error.formatted && (cx.go() < CHEAP_ERRORF || error.text.contains('%'));
    // The error is a string's header; when printed, the text is made as well.
    let mut cost = if printed {
        Cost::per_call(2)
    } else {
        let model = allocated.filter(|_| !error.formatted).and_then(|allocated| allocated.bytes);
        Cost::per_call(1).of_bytes(model.unwrap_or(2 * word))
    };
    cost.scan_bytes = word;
    let returns = matches!(cx.around(call).1, Parent::Stmt(stmt) if cx.is_return(stmt));
    if !returns && cx.innermost_loop(Parent::Expr(call)).is_some() {
        cost.per = Per::Iteration;
    }
    cost
}

/// A call that makes an error whose text is the same each time.
struct FixedError {
    text: String,
    argument: ExprId,
    /// Whether by `fmt.Errorf`.
    formatted: bool,
}

impl FixedError {
    fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let formatted = cx.calls(call, "fmt", &["Errorf"]);
        if !formatted && !cx.calls(call, "errors", &["New"]) {
            return None;
        }
        let [argument] = cx.arguments(call)[..] else { return None };
        let text = cx.constant_string(argument)?;
        if formatted && text.replace("%%", "").contains('%') {
            return None;
        }
        Some(Self { text, argument, formatted })
    }
}

/// What becomes of an error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It ends here: in a panic, in a log, as text.
    Ends,
    /// It outlives the call.
    Leaves {
        /// As a result, and in no other way.
        returned: bool,
    },
    /// Something asks which error it is.
    Compared,
}

impl Fate {
    /// Both happen.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Compared, _) | (_, Self::Compared) => Self::Compared,
            (Self::Ends, fate) | (fate, Self::Ends) => fate,
            (Self::Leaves { returned: a }, Self::Leaves { returned: b }) => {
                Self::Leaves { returned: a && b }
            }
        }
    }
}

const STORED: Fate = Fate::Leaves { returned: false };

fn fate(cx: &Context<'_>, error: ExprId, steps: u32) -> Fate {
    let (outer, parent) = cx.around(error);
    match parent {
        Parent::Stmt(stmt) => fate_by_stmt(cx, outer, stmt, steps),
        Parent::Spec(spec) => fate_by_spec(cx, outer, spec, steps),
        Parent::Expr(around) => match cx.tree().expr(around) {
            Expr::Composite { .. } => fate(cx, around, steps),
            Expr::KeyValue { value, .. } if value == outer => {
                let (_, Parent::Expr(literal)) = cx.around(around) else { return Fate::Ends };
                fate(cx, literal, steps)
            }
            Expr::Unary { .. } => fate(cx, around, steps),
            Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. } => {
                if is_nil(cx, if x == outer { y } else { x }) { Fate::Ends } else { Fate::Compared }
            }
            Expr::Index { .. } | Expr::KeyValue { .. } => Fate::Compared,
            Expr::Call { .. } => match cx.callee(around) {
                Some(Callee::Conversion(_)) => fate(cx, around, steps),
                Some(Callee::Builtin(Builtin::Append)) => STORED,
                _ if cx.calls(around, "errors", &["Is", "As", "AsType"]) => Fate::Compared,
                _ => Fate::Ends,
            },
            _ => Fate::Ends,
        },
        _ => Fate::Ends,
    }
}

fn fate_by_stmt(cx: &Context<'_>, outer: ExprId, stmt: StmtId, steps: u32) -> Fate {
    match cx.tree().stmt(stmt) {
        Stmt::Return(_) => Fate::Leaves { returned: true },
        Stmt::Send { value, .. } if value == outer => STORED,
        Stmt::Switch { .. } | Stmt::Case { .. } => Fate::Compared,
        Stmt::Assign { lhs, op: AssignOp::Assign | AssignOp::Define, rhs, .. } => {
            let at = cx.tree().list(rhs).position(|x| x == outer);
            match at.and_then(|at| cx.tree().list_get(lhs, at)) {
                Some(target) => fate_by_target(cx, target, steps),
                None => Fate::Ends,
            }
        }
        _ => Fate::Ends,
    }
}

fn fate_by_target(cx: &Context<'_>, target: ExprId, steps: u32) -> Fate {
    match (cx.object(target), cx.tree().expr(cx.tree().unparen(target))) {
        (Some(object), _) => fate_of_variable(cx, object, steps),
        // The blank identifier.
        (None, Expr::Ident(_)) => Fate::Ends,
        (None, _) => STORED,
    }
}

/// `var err = errors.New("…")` in a function.
fn fate_by_spec(cx: &Context<'_>, outer: ExprId, spec: SpecId, steps: u32) -> Fate {
    let Spec::Value { names, values, .. } = cx.tree().spec(spec) else { return Fate::Ends };
    let at = cx.tree().list(values).position(|x| x == outer);
    let name = at.and_then(|at| cx.tree().list_get(names, at));
    match name.and_then(|name| cx.facts().defs[name]) {
        Some(object) => fate_of_variable(cx, object, steps),
        None => Fate::Ends,
    }
}

fn fate_of_variable(cx: &Context<'_>, variable: ObjId, steps: u32) -> Fate {
    let Some(steps) = steps.checked_sub(1) else { return Fate::Ends };
    let ObjectKind::Var(kind) = cx.store.obj(variable).kind else { return Fate::Ends };
    let first = match kind {
        VarKind::Package => return STORED,
        VarKind::Result => Fate::Leaves { returned: true },
        _ => Fate::Ends,
    };
    let uses = cx.uses(variable).iter().map(|&ident| match cx.access(ident) {
        Access::Read(expr) => fate(cx, expr, steps),
        Access::Address => STORED,
        _ => Fate::Ends,
    });
    uses.fold(first, Fate::and)
}

fn is_nil(cx: &Context<'_>, expr: ExprId) -> bool {
    cx.object(expr).is_some_and(|object| matches!(cx.store.obj(object).kind, ObjectKind::Nil))
}

/// What callers ask of the errors that a function returns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    /// Whether they are nil.
    Nil,
    /// That, and for their text.
    Text,
    /// Anything: not all callers are known.
    Unknown,
}

/// What the callers of the function that returns an error ask of its results, where all of them are known.
fn asked_of_results(cx: &Context<'_>, call: ExprId) -> Asked {
    let (outer, Parent::Stmt(stmt)) = cx.around(call) else { return Asked::Unknown };
    let Stmt::Return(results) = cx.tree().stmt(stmt) else { return Asked::Unknown };
    let position = cx.tree().list(results).position(|x| x == outer);
    let (Some(position), Some(calls)) = (position, cx.known_calls(call)) else {
        return Asked::Unknown;
    };
    let asked = calls.iter().map(|(there, fun)| asked_by(there, *fun, position));
    asked.max().unwrap_or(Asked::Unknown)
}

/// What is asked where a function is called: of its result at a position.
fn asked_by(cx: &Context<'_>, fun: ExprId, position: usize) -> Asked {
    let Parent::Expr(call) = cx.around(fun).1 else { return Asked::Unknown };
    let Parent::Stmt(stmt) = cx.around(call).1 else { return asked_of(cx, call) };
    let Stmt::Assign { lhs, rhs, .. } = cx.tree().stmt(stmt) else { return asked_of(cx, call) };
    let target = if rhs.len() == 1 { cx.tree().list_get(lhs, position) } else { None };
    let Some(target) = target else { return Asked::Unknown };
    match (cx.object(target), cx.tree().expr(target)) {
        (None, Expr::Ident(_)) => Asked::Nil,
        (Some(variable), _) if cx.is_local(variable) => {
            let uses = cx.uses(variable).iter().map(|&ident| match cx.access(ident) {
                Access::Read(expr) => asked_of(cx, expr),
                Access::Declare | Access::Write(_) => Asked::Nil,
                Access::Update(_) | Access::Address => Asked::Unknown,
            });
            uses.max().unwrap_or(Asked::Nil)
        }
        _ => Asked::Unknown,
    }
}

/// What is asked of an error where it stands.
fn asked_of(cx: &Context<'_>, error: ExprId) -> Asked {
    let (outer, parent) = cx.around(error);
    match parent {
        Parent::Stmt(stmt) if matches!(cx.tree().stmt(stmt), Stmt::Expr(_)) => Asked::Nil,
        Parent::Expr(around) => match cx.tree().expr(around) {
            Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. }
                if is_nil(cx, if x == outer { y } else { x }) =>
            {
                Asked::Nil
            }
            Expr::Selector { sel, .. } if cx.tree().ident(sel).name.as_str() == "Error" => {
                let called = matches!(cx.around(around).1, Parent::Expr(call)
                    if matches!(cx.tree().expr(call), Expr::Call { fun, .. } if fun == cx.around(around).0));
                if called { Asked::Text } else { Asked::Unknown }
            }
            _ => Asked::Unknown,
        },
        _ => Asked::Unknown,
    }
}

/// The most calls of a function in which one allocation counts.
const LIGHT: usize = 8;

/// Whether the function does so little that an allocation is a good part of it: no loop, and few calls but those
/// that make errors.
fn is_light(cx: &Context<'_>, call: ExprId) -> bool {
    let Some(function) = cx.function_of(Parent::Expr(call)) else { return false };
    let loops = |id| matches!(cx.tree().stmt(id), Stmt::For { .. } | Stmt::Range { .. });
    let calls = |&id: &ExprId| {
        matches!(cx.callee(id), Some(Callee::Function(_) | Callee::Dynamic))
            && FixedError::of(cx, id).is_none()
    };
    let within = cx.expressions_in(function.body);
    let called = within.iter().filter(|id| calls(id)).take(LIGHT + 1).count();
    called <= LIGHT && !cx.descendants(function.body).any(loops)
}

/// Whether the function is by its name one that makes or configures something, which happens now and then.
fn sets_up(cx: &Context<'_>, call: ExprId) -> bool {
    const VERBS: [&str; 12] = [
        "New",
        "Open",
        "Load",
        "Init",
        "Setup",
        "SetUp",
        "Start",
        "Register",
        "Configure",
        "Connect",
        "Dial",
        "Listen",
    ];
    let Some(name) = cx.function_word(Parent::Expr(call)) else { return false };
    let name = capitalised(name);
    matches!(name.as_str(), "UnmarshalYAML" | "UnmarshalTOML")
        || VERBS.iter().any(|verb| {
            name.strip_prefix(verb).is_some_and(|rest| !rest.starts_with(char::is_lowercase))
        })
}

/// Moves the error to a variable of the package.
fn hoist(cx: &Context<'_>, call: ExprId, error: &FixedError, asked: Asked) -> Option<Plan> {
    let here = Parent::Expr(call);
    let Expr::Call { fun, .. } = cx.tree().expr(call) else { return None };
    let span = cx.span(call);
    if cx.has_comment(span) || error.formatted && error.text.contains('%') {
        return None;
    }
    let safe = asked != Asked::Unknown;
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    let plan = |title: String, changes: &str| {
        Plan::new(applicability, if safe { title } else { format!("{title}; {changes}") })
    };
    if let Some(existing) = error_with_text(cx, here, &error.text) {
        let name = existing.cx.tree().ident(existing.ident).name.as_str();
        let title = format!("Use the package variable {name}, which has the same text");
        let mut plan = plan(title, &format!("the error then is {name} for errors.Is"));
        plan.replace(span, name);
        return Some(plan);
    }
    if !cx.holds_at_package_level(error.argument) || !cx.holds_at_package_level(fun) {
        return None;
    }
    // As the file names it; after a dot import there is no name to say.
    let new = match cx.tree().expr(cx.tree().unparen(fun)) {
        _ if error.formatted => format!("{}.New", cx.package_name("errors", here)?),
        _ => cx.source(fun).to_owned(),
    };
    let value = format!("{new}({})", cx.dedented(error.argument));
    let apart = behind_errors(cx).map(|(at, gap)| (at, gap, ""));
    let (at, before, behind) = apart.or(Some((cx.paragraph_before(here)?, "", "\n\n")))?;
    let key = format!("errors.New {}", error.text);
    let shared = cx.package_variable(&key, &name_for(cx, &error.text), None, |name| {
        in_group(cx, name, &value)
            .unwrap_or_else(|| (at, format!("{before}var {name} = {value}{behind}")))
    });
    let title = format!("Make it once, as the package variable {}", shared.name);
    let mut plan = plan(title, "errors of two calls are then equal");
    if error.formatted {
        plan.needs("errors");
    }
    plan.insert(shared.at, shared.declaration);
    plan.replace(span, shared.name);
    Some(plan)
}

/// A variable of the package that holds an error with the same text.
fn error_with_text<'a>(cx: &Context<'a>, at: Parent, text: &str) -> Option<PackageVariable<'a>> {
    cx.variable_with_value(at, |there, value| {
        there.calls(value, "errors", &["New"])
            && there
                .arguments(value)
                .first()
                .is_some_and(|&argument| there.constant_string(argument).as_deref() == Some(text))
    })
}

/// The last variable that the file declares at package level with `errors.New`.
fn last_error<'a>(cx: &Context<'a>) -> Option<PackageVariable<'a>> {
    cx.package_variables().filter(|v| cx.calls(v.value, "errors", &["New"])).last()
}

/// Where and how a new error is declared in the group of those that the file has, where the columns of that stay as they
/// are.
fn in_group(cx: &Context<'_>, name: &str, value: &str) -> Option<(u32, String)> {
    let last = last_error(cx)?;
    let Decl::Gen { lparen: Some(_), .. } = cx.tree().decl(last.decl) else { return None };
    let column = column_of_value(cx, &last)?;
    let end = cx.content_end(cx.span(last.value).end);
    (name.len() < column).then(|| (end, format!("\n\t{name:column$}= {value}")))
}

/// Where a new error can be declared behind those that the file has, and what sets it apart from them.
fn behind_errors(cx: &Context<'_>) -> Option<(u32, &'static str)> {
    let last = last_error(cx)?;
    let Decl::Gen { doc, lparen, .. } = cx.tree().decl(last.decl) else { return None };
    let end = cx.tree().decl_span(last.decl).end;
    if !cx.is_blank_line(cx.tree().lines.locate(end).line + 1) {
        return None;
    }
    let gap = if lparen.is_some() || doc.is_some() { "\n\n" } else { "\n" };
    Some((cx.content_end(end), gap))
}

/// The letters before the `=` in a line `name = value` of a group that nothing else stands on, and that another such line
/// can follow without a change of the columns.
fn column_of_value(cx: &Context<'_>, variable: &PackageVariable<'_>) -> Option<usize> {
    let ident = cx.tree().ident(variable.ident);
    let value = cx.span(variable.value);
    let line = |offset: u32| cx.tree().lines.locate(offset).line;
    let between = cx.text(source::Span::new(ident.span().end, value.start));
    let plain = between.trim() == "=" && line(ident.pos) == line(value.end);
    let alone = cx.content_end(value.end) == value.end && cx.indent(ident.pos) == "\t";
    let first = cx.line_start(ident.pos) + 1 == ident.pos;
    // What follows directly would be in the same columns.
    let next = cx.tree().lines.start(line(value.end) + 1)?;
    let last = matches!(cx.text(source::Span::new(next, cx.line_end(next))).trim(), "" | ")");
    let ascii = cx.text(source::Span::new(ident.pos, value.start)).is_ascii();
    let column = value.start - ident.pos - 2;
    (plain && alone && first && last && ascii).then_some(column as usize)
}

/// The most words of a text that a name is made of, and the most letters.
const MOST_WORDS: usize = 6;
const MOST_LETTERS: usize = 40;

/// `errAmountMustBePositive` for "orders: amount must be positive".
fn name_for(cx: &Context<'_>, text: &str) -> String {
    let package = cx.package_own_name();
    let text = text
        .split_once(':')
        .filter(|(prefix, rest)| *prefix == package && !rest.trim().is_empty())
        .map_or(text, |(_, rest)| rest);
    // An apostrophe does not end a word: "can't".
    let text = text.replace(['\'', '’'], "");
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !["a", "an", "the"].contains(word));
    let mut name = "err".to_owned();
    for word in words.take(MOST_WORDS) {
        if name.len() + word.len() > MOST_LETTERS {
            break;
        }
        name.push_str(&capitalised(word));
    }
    if name.len() == 3 { "errFailed".to_owned() } else { name }
}
