//! # Regular expressions compiled in each call
//!
//! ## What it does
//!
//! Finds `regexp.MustCompile`, `regexp.Compile`, their POSIX forms, and `regexp.MatchString` and its like, with a pattern
//! that is the same each time, in a function that can run more than once.
//!
//! ## Why it costs
//!
//! Compiling parses the pattern, simplifies it and builds a program from it: dozens of objects that the garbage collector
//! gets back as soon as the function returns. A compiled `*regexp.Regexp` can be shared by all goroutines.
//!
//! Measured with one short pattern and one match (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | compiled in the function | 7255 ns, 4632 B, 61 allocs | 6316 ns, 4616 B, 60 allocs |
//! | compiled once | 743 ns, 0 B, 0 allocs | 603 ns, 0 B, 0 allocs |
//!
//! The 60 objects that a finding states are those of that pattern. Longer patterns cost more; how many bytes it is depends
//! on the pattern and is not stated.
//!
//! ## Example
//!
//! ```go
//! func isSlug(s string) bool {
//! 	re := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
//! 	return re.MatchString(s)
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! var slugRE = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
//!
//! func isSlug(s string) bool {
//! 	return slugRE.MatchString(s)
//! }
//! ```
//!
//! Where the program should not pay for a pattern at start-up that it may never use, or where the pattern is only known
//! later (from a configuration), compile when it is first needed:
//!
//! ```go
//! var slugRE = sync.OnceValue(func() *regexp.Regexp {
//! 	return regexp.MustCompile(config.SlugPattern())
//! })
//! ```
//!
//! ## When not to
//!
//! Code that runs once has nothing to gain and is not reported: initialisers of package variables, `init`, `main` outside
//! of loops, functions that only these call, and what is handed to `sync.Once` or `sync.OnceValue`. Neither is an
//! expression that is kept: in a package variable or, behind a test for nil, in a field. Neither are patterns that depend
//! on the call, and tests.
//!
//! ## The fix
//!
//! Declares a variable of the package above the function, or takes one that has the same pattern already, and uses it. A
//! local variable that held the expression goes. `ok, _ := regexp.MatchString("…", s)` becomes a call of the method.
//!
//! - *safe* where the pattern is sure to compile and only methods of the expression are called
//! - *unsafe* where the pattern is too unusual to be sure of (one that does not compile would stop the program from
//!   starting, where now the call panics), and where the expression is handed on to code that could call `Longest` on
//!   what all share then
//! - *suggestion*: `sync.OnceValues` for `regexp.Compile`, `sync.OnceValue` for patterns that are no constants but the
//!   same each time
//!
//! There is none where the expression is changed (by `Longest`), where the pattern is a constant or a variable of the
//! function, and where the code around the call would have to change with it.
//!
//! ## Go versions
//!
//! All. `sync.OnceValue` is there since Go 1.21. What the compiler leaves out, as behind a constant that is false, is not
//! reported.
//!
//! ## References
//!
//! - [`regexp.MustCompile`](https://pkg.go.dev/regexp#MustCompile)
//! - [`sync.OnceValue`](https://pkg.go.dev/sync#OnceValue)

use source::Span;
use syntax::tree::{AssignOp, BinaryOp, Decl, Expr, ExprId, Stmt};
use types::{ObjId, ObjectKind};

use fix::{Applicability, Plan};

use crate::context::Callee;
use crate::go_regexp::surely_compiles;
use crate::hoist::{capitalised, unexported};
use crate::parents::Parent;
use crate::{Access, Allocates, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Rule, Tier};

pub(crate) struct RegexpPerCall;
pub(crate) static RULE: RegexpPerCall = RegexpPerCall;

/// Objects of one compilation of a pattern of usual length, as measured.
const OBJECTS: u32 = 60;

/// How far a pattern that is no constant is followed.
const MOST_STEPS: u32 = 8;

impl Rule for RegexpPerCall {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH012",
            name: "regexp-per-call",
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
        let Some(site) = Site::new(cx, call) else { return };
        if site.pattern == Pattern::Varies || cx.is_test() || is_kept(cx, call) {
            return;
        }
        if cx.runs_once(Parent::Expr(call)) {
            return;
        }
        let allocated = cx.allocated_by_call(call);
        if allocated.as_ref().is_some_and(|allocated| allocated.allocates.is_never()) {
            return;
        }
        let known = allocated.is_some();
        let mut diagnosis = diagnose(cx, &site).allocating(allocated);
        // In general a pattern may be refused before anything is made of it.
        if known && site.surely_compiles() {
            diagnosis.allocates = Allocates::Always;
        }
        found.push(diagnosis);
    }
}

/// A call that compiles a pattern.
struct Site {
    call: ExprId,
    /// Name of the function in package `regexp`.
    function: &'static str,
    form: Form,
    arg: ExprId,
    pattern: Pattern,
}

/// What a function does with the compiled pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Returns it, or panics.
    Must,
    /// Returns it and an error.
    WithError,
    /// Uses it once.
    Match,
}

/// What is known of a pattern.
#[derive(Clone, PartialEq, Eq)]
enum Pattern {
    Constant(String),
    /// No constant, but the same each time; whether it can be evaluated at package level.
    Same {
        movable: bool,
    },
    Varies,
}

impl Site {
    fn new(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        const MUST: [&str; 2] = ["MustCompile", "MustCompilePOSIX"];
        const WITH_ERROR: [&str; 2] = ["Compile", "CompilePOSIX"];
        const MATCH: [&str; 3] = ["MatchString", "Match", "MatchReader"];
        let form = if cx.calls(call, "regexp", &MUST) {
            Form::Must
        } else if cx.calls(call, "regexp", &WITH_ERROR) {
            Form::WithError
        } else if cx.calls(call, "regexp", &MATCH) {
            Form::Match
        } else {
            return None;
        };
        let Some(Callee::Function(function)) = cx.callee(call) else { return None };
        let function = cx.store.obj(function).name.as_str();
        let arg = *cx.arguments(call).first()?;
        let pattern = match cx.constant_string(arg) {
            Some(text) => Pattern::Constant(text),
            None => match stays(cx, arg, MOST_STEPS) {
                Stays::No => Pattern::Varies,
                Stays::Same => Pattern::Same { movable: false },
                Stays::Movable => Pattern::Same { movable: true },
            },
        };
        Some(Self { call, function, form, arg, pattern })
    }

    fn surely_compiles(&self) -> bool {
        match &self.pattern {
            Pattern::Constant(text) => surely_compiles(text, self.function.ends_with("POSIX")),
            _ => false,
        }
    }

    /// The call as the file writes it, for package level, with another function of `regexp` if need be.
    fn text(&self, cx: &Context<'_>, function: &str) -> Option<String> {
        let as_it_stands = match self.pattern {
            Pattern::Constant(_) => cx.holds_at_package_level(self.arg),
            Pattern::Same { movable } => movable,
            Pattern::Varies => false,
        };
        let around = Span::new(cx.span(self.call).start, cx.span(self.arg).end);
        if !as_it_stands || cx.has_comment(around) {
            return None;
        }
        Some(format!("{}{function}({})", self.qualifier(cx), cx.dedented(self.arg)))
    }

    /// How the file reaches into package `regexp`: `regexp.`, or nothing after a dot import.
    fn qualifier(&self, cx: &Context<'_>) -> String {
        let Expr::Call { fun, .. } = cx.tree().expr(self.call) else { return String::new() };
        match cx.tree().expr(cx.tree().unparen(fun)) {
            Expr::Selector { x, .. } => format!("{}.", cx.source(x)),
            _ => String::new(),
        }
    }
}

/// Whether an expression has the same value each time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stays {
    No,
    Same,
    /// And it can be evaluated at package level.
    Movable,
}

fn stays(cx: &Context<'_>, expr: ExprId, steps: u32) -> Stays {
    let Some(steps) = steps.checked_sub(1) else { return Stays::No };
    if cx.constant(expr).is_some() {
        return if cx.holds_at_package_level(expr) { Stays::Movable } else { Stays::Same };
    }
    let all = |parts: &[ExprId]| {
        parts.iter().map(|&part| stays(cx, part, steps)).min().unwrap_or(Stays::Movable)
    };
    match cx.tree().expr(expr) {
        Expr::Paren(x) => stays(cx, x, steps),
        Expr::Binary { op: BinaryOp::Add, x, y, .. } => all(&[x, y]),
        Expr::Ident(_) => cx.object(expr).map_or(Stays::No, |object| variable_stays(cx, object)),
        Expr::Call { .. } => match cx.callee(expr) {
            Some(Callee::Conversion(_)) => all(&cx.arguments(expr)),
            Some(Callee::Function(_)) if is_pure_call(cx, expr) => all(&cx.arguments(expr)),
            Some(Callee::Function(function)) => function_stays(cx, function, steps),
            _ => Stays::No,
        },
        _ => Stays::No,
    }
}

/// A variable that begins with a value and keeps it: a local one with a constant, or one that only this package can
/// set.
fn variable_stays(cx: &Context<'_>, object: ObjId) -> Stays {
    let data = cx.store.obj(object);
    if cx.is_local(object) {
        let value = cx.declaration(object).and_then(|declaration| declaration.value);
        let constant = value.is_some_and(|value| cx.constant(value).is_some());
        return if constant && !cx.is_reassigned(object) { Stays::Same } else { Stays::No };
    }
    if !data.is_var() || data.is_exported() || !cx.is_package_level(object) {
        return Stays::No;
    }
    let variable =
        cx.files().flat_map(|file| file.package_variables()).find(|v| v.object == object);
    match variable {
        Some(variable) if cx.keeps_its_value(object) => {
            // What its value calls could lead back to the new variable.
            if variable.cx.constant(variable.value).is_some() {
                Stays::Movable
            } else {
                Stays::Same
            }
        }
        _ => Stays::No,
    }
}

/// Whether a call is of a function whose result depends on its arguments alone.
fn is_pure_call(cx: &Context<'_>, call: ExprId) -> bool {
    const STRINGS: [&str; 9] = [
        "Join",
        "Repeat",
        "Replace",
        "ReplaceAll",
        "ToLower",
        "ToUpper",
        "TrimPrefix",
        "TrimSpace",
        "TrimSuffix",
    ];
    cx.calls(call, "regexp", &["QuoteMeta"])
        || cx.calls(call, "strings", &STRINGS)
        || cx.calls(call, "strconv", &["Itoa", "Quote"])
        || cx.calls(call, "fmt", &["Sprint", "Sprintf"])
}

/// A function of the package without parameters that only returns what stays the same.
fn function_stays(cx: &Context<'_>, function: ObjId, steps: u32) -> Stays {
    let Some(place) = cx.store.obj(function).place else { return Stays::No };
    let Some(there) = cx.files().find(|file| file.file.id == place.file) else { return Stays::No };
    let tree = there.tree();
    let body = tree.decls.iter().find_map(|&decl| match tree.decl(decl) {
        Decl::Func { recv: None, name, ty, body: Some(body), .. }
            if there.facts().defs[name] == Some(function) =>
        {
            tree.list(tree.field_list(tree.func_type(ty).params).fields)
                .next()
                .is_none()
                .then_some(body)
        }
        _ => None,
    });
    let Some(Stmt::Block(list)) = body.map(|body| tree.stmt(body)) else { return Stays::No };
    let only = (list.len() == 1).then(|| tree.list_get(list, 0)).flatten();
    let Some(Stmt::Return(results)) = only.map(|stmt| tree.stmt(stmt)) else { return Stays::No };
    match tree.list_get(results, 0) {
        // Its call at package level could lead back to the new variable.
        Some(result) => stays(&there, result, steps).min(Stays::Same),
        None => Stays::No,
    }
}

/// Whether the result goes where a later call finds it: into a package variable, or into a field that is looked at
/// first.
fn is_kept(cx: &Context<'_>, call: ExprId) -> bool {
    let (outer, Parent::Stmt(stmt)) = cx.around(call) else { return false };
    let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = cx.tree().stmt(stmt) else {
        return false;
    };
    let position = cx.tree().list(rhs).position(|x| x == outer).unwrap_or(0);
    let Some(target) = cx.tree().list_get(lhs, position) else { return false };
    match cx.object(target) {
        Some(object) => cx.is_package_level(object),
        None => is_behind_nil_test(cx, Parent::Stmt(stmt), cx.source(target)),
    }
}

fn is_behind_nil_test(cx: &Context<'_>, at: Parent, target: &str) -> bool {
    let mut node = at;
    while let Some(above) = cx.up(node) {
        if let Parent::Stmt(id) = above
            && let Stmt::If { cond, body, .. } = cx.tree().stmt(id)
            && node == Parent::Stmt(body)
            && let Expr::Binary { op: BinaryOp::Eq, x, y, .. } =
                cx.tree().expr(cx.tree().unparen(cond))
            && (cx.source(x) == target && is_nil(cx, y) || cx.source(y) == target && is_nil(cx, x))
        {
            return true;
        }
        node = above;
    }
    false
}

fn is_nil(cx: &Context<'_>, expr: ExprId) -> bool {
    cx.object(expr).is_some_and(|object| matches!(cx.store.obj(object).kind, ObjectKind::Nil))
}

fn diagnose(cx: &Context<'_>, site: &Site) -> Diagnosis {
    let message = "the same regular expression is compiled each time that this runs";
    let help = match (site.form, &site.pattern) {
        (Form::Must, Pattern::Constant(_)) => "compile it once, in a variable of the package",
        (Form::WithError, Pattern::Constant(_)) => {
            "compile it once, in a variable of the package, with regexp.MustCompile: a constant pattern that compiles \
             once always does"
        }
        (Form::Match, Pattern::Constant(_)) => {
            "compile it once, in a variable of the package, and call the method of the compiled expression"
        }
        _ => {
            "compile it once: in a variable of the package or, where the pattern is known later only, with sync.OnceValue"
        }
    };
    let mut diagnosis = Diagnosis::new(cx.span(site.call), message, help);
    diagnosis.cost = match cx.innermost_loop(Parent::Expr(site.call)) {
        Some(_) => Cost::per_turn(OBJECTS),
        None => Cost::per_call(OBJECTS),
    };
    diagnosis.fix = match (site.form, &site.pattern) {
        (Form::Must, Pattern::Constant(_)) => hoist(cx, site),
        (Form::Match, Pattern::Constant(_)) => hoist_match(cx, site),
        (Form::Must, _) => compile_on_first_use(cx, site, "OnceValue"),
        (Form::WithError, _) => compile_on_first_use(cx, site, "OnceValues"),
        (Form::Match, _) => None,
    };
    diagnosis
}

/// How the code uses a compiled expression.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sharing {
    /// Only calls methods that leave it as it is.
    Reads,
    /// Hands it on.
    HandsOn,
    /// Changes it.
    Changes,
}

/// What becomes of a compiled expression here, and in the local variables that it goes to.
fn sharing(cx: &Context<'_>, expr: ExprId) -> Sharing {
    let (outer, parent) = cx.around(expr);
    match parent {
        Parent::Expr(above) => match cx.tree().expr(above) {
            Expr::Selector { x, sel } if x == outer => {
                let method = cx.tree().ident(sel).name;
                match method.as_str() {
                    "Longest" | "UnmarshalText" => Sharing::Changes,
                    _ => Sharing::Reads,
                }
            }
            Expr::Star(_) => Sharing::Changes,
            _ => Sharing::HandsOn,
        },
        _ => Sharing::HandsOn,
    }
}

fn sharing_of_variable(cx: &Context<'_>, object: ObjId) -> Sharing {
    let uses = cx.uses(object).iter().map(|&ident| match cx.access(ident) {
        Access::Declare => Sharing::Reads,
        Access::Read(expr) => sharing(cx, expr),
        // Another value takes its place; what it may hold is not told apart.
        Access::Write(_) | Access::Update(_) | Access::Address => Sharing::HandsOn,
    });
    uses.max().unwrap_or(Sharing::Reads)
}

/// The variable that holds what a call yields, and how it is used.
fn sharing_of_result(cx: &Context<'_>, call: ExprId) -> Sharing {
    let (outer, parent) = cx.around(call);
    let object = match parent {
        Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
            Stmt::Assign { lhs, rhs, .. } if lhs.len() == rhs.len() => {
                let position = cx.tree().list(rhs).position(|x| x == outer);
                let target = position.and_then(|position| cx.tree().list_get(lhs, position));
                target.and_then(|target| cx.object(target)).filter(|&object| cx.is_local(object))
            }
            _ => None,
        },
        _ => None,
    };
    object.map_or_else(|| sharing(cx, call), |object| sharing_of_variable(cx, object))
}

/// A package variable in place of the call, and of the local variable that holds its result.
fn hoist(cx: &Context<'_>, site: &Site) -> Option<Plan> {
    // A variable is no statement.
    if let Parent::Stmt(stmt) = cx.around(site.call).1
        && matches!(cx.tree().stmt(stmt), Stmt::Expr(_) | Stmt::Defer(_) | Stmt::Go(_))
    {
        return None;
    }
    let local = cx.kept_local(site.call);
    let lines = local.and_then(|local| Some((local, cx.lines_of_statement(local.stmt)?)));
    let sharing = match local {
        Some(local) => sharing_of_variable(cx, local.object),
        None => sharing_of_result(cx, site.call),
    };
    if sharing == Sharing::Changes {
        return None;
    }
    let replaced = lines.map(|(local, _)| local.object);
    let variable = variable(cx, site, replaced)?;
    let sure = variable.insertion.is_none() || site.surely_compiles();
    let applicability =
        if sure && sharing == Sharing::Reads { Applicability::Safe } else { Applicability::Unsafe };
    let mut plan = Plan::new(applicability, variable.title(sure, sharing));
    let name = &variable.name;
    match lines {
        Some((local, lines)) => {
            plan.remove(lines);
            rename(cx, local.object, name, lines, &mut plan);
        }
        None => plan.replace(cx.span(site.call), name.clone()),
    }
    if let Some((at, text)) = variable.insertion {
        plan.insert(at, text);
    }
    Some(plan)
}

/// Gives all uses of a variable outside of the lines that go another name.
fn rename(cx: &Context<'_>, object: ObjId, name: &str, gone: Span, plan: &mut Plan) {
    for &ident in cx.uses(object) {
        let ident = cx.tree().ident(ident);
        if !gone.contains(ident.pos) && ident.name.as_str() != name {
            plan.replace(ident.span(), name);
        }
    }
}

/// The package variable that a call is replaced by.
struct Variable {
    name: String,
    /// Where it is declared and how, unless it is there already.
    insertion: Option<(u32, String)>,
}

impl Variable {
    fn title(&self, sure: bool, sharing: Sharing) -> String {
        let does = match self.insertion {
            Some(_) => format!("Compile it once, as the package variable {}", self.name),
            None => format!("Use the package variable {}, which has the same pattern", self.name),
        };
        match (sure, sharing) {
            (false, _) => format!(
                "{does}; a pattern that does not compile would stop the program from starting"
            ),
            (true, Sharing::HandsOn) => format!("{does}; all that it is handed to then share it"),
            (true, _) => does,
        }
    }
}

/// The package variable for a constant pattern: one that is there, or a new one before the function.
fn variable(cx: &Context<'_>, site: &Site, replaced: Option<ObjId>) -> Option<Variable> {
    let at = Parent::Expr(site.call);
    let function = match site.form {
        Form::Match => "MustCompile",
        _ => site.function,
    };
    let Pattern::Constant(pattern) = &site.pattern else { return None };
    let existing = cx.variable_with_value(at, |there, value| {
        there.calls(value, "regexp", &[function])
            && there
                .arguments(value)
                .first()
                .is_some_and(|&arg| there.constant_string(arg).as_ref() == Some(pattern))
    });
    if let Some(existing) = existing
        && cx.files().all(|file| sharing_of_variable(&file, existing.object) != Sharing::Changes)
    {
        let name = existing.cx.tree().ident(existing.ident).name.as_str().to_owned();
        return Some(Variable { name, insertion: None });
    }
    let start = cx.paragraph_before(at)?;
    let text = site.text(cx, function)?;
    let key = format!("regexp.{function}({pattern})");
    let shared = cx.package_variable(&key, &variable_name(cx, site), replaced, |name| {
        (start, format!("var {name} = {text}\n\n"))
    });
    Some(Variable { name: shared.name, insertion: Some((shared.at, shared.declaration)) })
}

/// `x := slugRE.MatchString(s)` in place of `x, _ := regexp.MatchString("…", s)`.
fn hoist_match(cx: &Context<'_>, site: &Site) -> Option<Plan> {
    let (outer, Parent::Stmt(stmt)) = cx.around(site.call) else { return None };
    let Stmt::Assign { lhs, rhs, op: AssignOp::Assign | AssignOp::Define, .. } =
        cx.tree().stmt(stmt)
    else {
        return None;
    };
    let (Some(result), Some(error)) = (cx.tree().list_get(lhs, 0), cx.tree().list_get(lhs, 1))
    else {
        return None;
    };
    let [_, text] = cx.arguments(site.call)[..] else { return None };
    if rhs.len() != 1 || outer != site.call || cx.source(error) != "_" || !site.surely_compiles() {
        return None;
    }
    let dropped = Span::new(cx.span(result).end, cx.span(error).end);
    let head = Span::new(cx.span(site.call).start, cx.span(text).start);
    if cx.has_comment(dropped) || cx.has_comment(head) {
        return None;
    }
    let variable = variable(cx, site, None)?;
    let mut plan = Plan::new(Applicability::Safe, variable.title(true, Sharing::Reads));
    plan.remove(dropped);
    plan.replace(head, format!("{}.{}(", variable.name, site.function));
    if let Some((at, text)) = variable.insertion {
        plan.insert(at, text);
    }
    Some(plan)
}

/// A package variable that compiles when it is first asked.
fn compile_on_first_use(cx: &Context<'_>, site: &Site, once: &str) -> Option<Plan> {
    let at = Parent::Expr(site.call);
    if cx.language() < (1, 21) || site.pattern == (Pattern::Same { movable: false }) {
        return None;
    }
    let sync = cx.package_name("sync", at)?;
    let start = cx.paragraph_before(at)?;
    let text = site.text(cx, site.function)?;
    if text.contains('\n') {
        return None;
    }
    let qualifier = site.qualifier(cx);
    let result = match site.form {
        Form::WithError => format!("(*{qualifier}Regexp, error)"),
        _ => format!("*{qualifier}Regexp"),
    };
    let shared = cx.package_variable(
        &format!("sync.{once}({text})"),
        &variable_name(cx, site),
        None,
        |name| {
            (
                start,
                format!("var {name} = {sync}.{once}(func() {result} {{\n\treturn {text}\n}})\n\n"),
            )
        },
    );
    let mut plan = Plan::new(
        Applicability::Suggestion,
        format!("Compile it once, on first use, with sync.{once}"),
    );
    plan.replace(cx.span(site.call), format!("{}()", shared.name));
    plan.insert(shared.at, shared.declaration);
    plan.needs("sync");
    Some(plan)
}

/// A name for the package variable: that of the variable that the expression goes to where it says something, else one
/// made from the function's.
fn variable_name(cx: &Context<'_>, site: &Site) -> String {
    let (_, parent) = cx.around(site.call);
    let target = match parent {
        Parent::Stmt(stmt) if site.form != Form::Match => match cx.tree().stmt(stmt) {
            Stmt::Assign { lhs, .. } => cx.tree().list_get(lhs, 0).map(|target| cx.source(target)),
            _ => None,
        },
        Parent::Spec(_) => {
            cx.kept_local(site.call).map(|local| cx.store.obj(local.object).name.as_str())
        }
        _ => None,
    };
    let names_itself = |word: &&str| SUFFIXES.iter().any(|suffix| word.ends_with(suffix));
    let word = match target.filter(|word| says_something(word)) {
        Some(word) if names_itself(&word) => return unexported(word),
        Some(word) => word,
        None => cx.function_word(Parent::Expr(site.call)).map_or("pattern", without_verb),
    };
    format!("{}RE", unexported(word))
}

/// What names of regular expressions end with.
const SUFFIXES: [&str; 13] = [
    "RE", "Re", "_re", "Regex", "regex", "Regexp", "regexp", "RegExp", "Pattern", "pattern",
    "Matcher", "Rx", "RX",
];

/// Whether a local name is more than `re`, and a plain identifier.
fn says_something(word: &str) -> bool {
    const GENERIC: [&str; 16] = [
        "compiled", "exp", "expr", "matcher", "pat", "patt", "pattern", "reg", "rege", "regex",
        "regexp", "regExp", "reg_exp", "rgx", "rex", "rexp",
    ];
    word.len() > 2
        && word.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !word.starts_with('_')
        && !GENERIC.contains(&word)
}

/// `isValidSlug` is about a `Slug`.
fn without_verb(function: &str) -> &str {
    const VERBS: [&str; 19] = [
        "isValid",
        "is",
        "has",
        "parse",
        "match",
        "matches",
        "check",
        "validate",
        "valid",
        "find",
        "extract",
        "get",
        "clean",
        "normalize",
        "replace",
        "strip",
        "sanitize",
        "new",
        "compile",
    ];
    let rests = VERBS.iter().filter_map(|verb| {
        let rest = function
            .strip_prefix(verb)
            .or_else(|| function.strip_prefix(capitalised(verb).as_str()))?;
        rest.starts_with(char::is_uppercase).then_some(rest)
    });
    rests.min_by_key(|rest| rest.len()).unwrap_or(function)
}
