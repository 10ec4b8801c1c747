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
//! of loops, functions that only these call, and what is handed to `sync.Once`. Neither are patterns that depend on
//! the call, and tests.
//!
//! ## The fix
//!
//! Declares a variable of the package above the function and uses it. It is offered for the `Must` forms where the
//! pattern is written out or made of constants of the package, and it is safe: a compiled expression is never changed
//! by matching. (Its method `Longest` does change it; where that is called there is no fix.) What changes is when a
//! wrong pattern panics: at start-up, where nobody can miss it. The forms that return an error, and those that match
//! at once, are left to you: the code around them changes too.
//!
//! ## Go versions
//!
//! All. `sync.OnceValue` is there since Go 1.21.
//!
//! ## References
//!
//! - [`regexp.MustCompile`](https://pkg.go.dev/regexp#MustCompile)
//! - [`sync.OnceValue`](https://pkg.go.dev/sync#OnceValue)

use fix::{Applicability, Plan};
use syntax::tree::{AssignOp, Decl, Expr, ExprId, Stmt, StmtId};
use types::{ObjId, ObjectKind, VarKind};

use crate::{
    Access, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct RegexpPerCall;

pub(crate) static RULE: RegexpPerCall = RegexpPerCall;

/// Return the expression and panic if they cannot.
const MUST: [&str; 2] = ["MustCompile", "MustCompilePOSIX"];
/// Return an error too.
const TRY: [&str; 2] = ["Compile", "CompilePOSIX"];
/// Compile and match.
const MATCH: [&str; 3] = ["Match", "MatchString", "MatchReader"];

/// What compiling a short pattern takes on Go 1.27.
const OBJECTS: u32 = 60;
const BYTES: u64 = 4616;

impl Rule for RegexpPerCall {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH012",
            name: "regexp-per-call",
            tier: Tier::Always,
            since: "0.1.0",
            fix: FixSafety::Safe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        let must = cx.calls(call, "regexp", &MUST);
        let matches = !must && cx.calls(call, "regexp", &MATCH);
        if !must && !matches && !cx.calls(call, "regexp", &TRY) {
            return;
        }
        let Some(&pattern) = cx.arguments(call).first() else { return };
        let Some(pattern) = Pattern::of(cx, pattern) else { return };
        if cx.is_test() || cx.runs_once(Parent::Expr(call)) || fills_package_variable(cx, call) {
            return;
        }
        let help = match (&pattern, matches) {
            (Pattern::Constant, true) => "compile it once, in a variable of the package, and call the method of the compiled expression",
            (Pattern::Constant, false) => "compile it once, in a variable of the package",
            (Pattern::Fixed, _) => "compile it once: in a variable of the package or, where the pattern is known later only, with sync.OnceValue",
        };
        let mut diagnosis = Diagnosis::new(
            cx.span(call),
            "the same regular expression is compiled each time that this runs",
            help,
        );
        diagnosis.cost = match cx.innermost_loop(Parent::Expr(call)) {
            Some(_) => Cost::per_turn(OBJECTS),
            None => Cost::per_call(OBJECTS),
        }
        .of_bytes(BYTES);
        if must {
            diagnosis.fix = hoist(cx, call);
        }
        found.push(diagnosis);
    }
}

/// Why a pattern is the same each time.
enum Pattern {
    /// It is a constant, or a local variable that holds one.
    Constant,
    /// It is made of constants and of variables of the package that nothing sets again.
    Fixed,
}

impl Pattern {
    fn of(cx: &Context<'_>, pattern: ExprId) -> Option<Self> {
        if cx.constant(pattern).is_some() {
            return Some(Self::Constant);
        }
        let mut variables = Vec::new();
        if !cx.is_pure(pattern, &mut variables) || cx.root_variable(pattern).is_some() && cx.object(pattern).is_none() {
            return None;
        }
        if let (Some(variable), [_]) = (cx.object(pattern), &variables[..])
            && cx.is_local(variable)
        {
            let value = cx.declaration(variable)?.value?;
            let constant = cx.constant(value).is_some() && !cx.is_reassigned(variable);
            return constant.then_some(Self::Constant);
        }
        variables.iter().all(|&variable| cx.is_never_set(variable)).then_some(Self::Fixed)
    }
}

/// Whether what is compiled is kept in a variable of the package, which is what is asked for, only later.
fn fills_package_variable(cx: &Context<'_>, call: ExprId) -> bool {
    let (outer, parent) = cx.around(call);
    let Parent::Stmt(stmt) = parent else { return false };
    let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = cx.tree().stmt(stmt) else {
        return false;
    };
    cx.tree().list(rhs).any(|x| x == outer)
        && cx.tree().list(lhs).any(|x| {
            cx.object(x).is_some_and(|object| {
                matches!(cx.store.obj(object).kind, ObjectKind::Var(VarKind::Package))
            })
        })
}

/// Moves the call to a variable of the package.
fn hoist(cx: &Context<'_>, call: ExprId) -> Option<Plan> {
    let Expr::Call { fun, .. } = cx.tree().expr(call) else { return None };
    let pattern = *cx.arguments(call).first()?;
    let span = cx.span(call);
    let here = Parent::Expr(call);
    if !cx.holds_at_package_level(pattern)
        || !cx.holds_at_package_level(fun)
        || cx.has_comment(span)
    {
        return None;
    }
    // Alone on its line, as a statement, the variable would not do.
    if matches!(cx.around(call).1, Parent::Stmt(stmt) if matches!(cx.tree().stmt(stmt), Stmt::Expr(_)))
    {
        return None;
    }
    let local = local_of(cx, call);
    if let Some(local) = &local
        && calls_longest(cx, local.variable)
    {
        return None;
    }
    if local.is_none() && is_receiver_of(cx, call, "Longest") {
        return None;
    }
    let base = name_for(cx, call, local.as_ref());
    let replaced = local.as_ref().filter(|local| local.goes).map(|local| local.variable);
    let at = cx.before_declaration(here)?;
    let source = cx.source(call);
    let shared = cx.package_variable(&format!("regexp {source}"), &base, replaced, |name| {
        (at, format!("var {name} = {source}\n\n"))
    });
    let title = format!("Compile it once, as the package variable {}", shared.name);
    let mut plan = Plan::new(Applicability::Safe, title);
    plan.insert(shared.at, shared.declaration);
    match local.filter(|local| local.goes) {
        Some(local) => {
            plan.remove(cx.whole_lines(cx.stmt_span(local.stmt)));
            for &ident in cx.uses(local.variable) {
                let span = cx.tree().ident(ident).span();
                if !cx.stmt_span(local.stmt).contains(span.start) {
                    plan.replace(span, shared.name.clone());
                }
            }
        }
        None => plan.replace(span, shared.name),
    }
    Some(plan)
}

/// The local variable that the call is the value of.
struct Local {
    variable: ObjId,
    stmt: StmtId,
    /// Whether the variable of the package can take its place.
    goes: bool,
}

fn local_of(cx: &Context<'_>, call: ExprId) -> Option<Local> {
    let (outer, parent) = cx.around(call);
    let variable = match parent {
        Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
            Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } if lhs.len() == 1 && rhs.len() == 1 => {
                cx.object(cx.tree().list_get(lhs, 0)?)?
            }
            _ => return None,
        },
        _ => return None,
    };
    let declaration = cx.declaration(variable)?;
    if declaration.value != Some(outer) {
        return None;
    }
    let stmt = declaration.stmt;
    let alone = cx.stands_alone_on_lines(cx.stmt_span(stmt));
    let in_block = matches!(cx.parents().stmt(stmt), Parent::Stmt(block) if cx.statements(block).contains(&stmt));
    let goes = alone && in_block && !cx.is_reassigned(variable);
    Some(Local { variable, stmt, goes })
}

/// Whether the method that changes a compiled expression is called on a variable.
fn calls_longest(cx: &Context<'_>, variable: ObjId) -> bool {
    cx.uses(variable).iter().any(|&ident| match cx.access(ident) {
        Access::Read(expr) => is_receiver_of(cx, expr, "Longest"),
        _ => false,
    })
}

fn is_receiver_of(cx: &Context<'_>, expr: ExprId, method: &str) -> bool {
    let (_, Parent::Expr(outer)) = cx.around(expr) else { return false };
    match cx.tree().expr(outer) {
        Expr::Selector { sel, .. } => cx.tree().ident(sel).name.as_str() == method,
        _ => false,
    }
}

/// Names that say no more than that it is a regular expression.
const VAGUE: [&str; 12] =
    ["re", "r", "rx", "rgx", "reg", "regex", "regexp", "regx", "pattern", "matcher", "exp", "expr"];

/// Verbs that functions around a regular expression begin with.
const VERBS: [&str; 18] = [
    "IsValid", "Is", "Has", "Validate", "Valid", "Parse", "Get", "Match", "Matches", "Check",
    "Find", "Extract", "Normalize", "Clean", "Strip", "Replace", "Sanitize", "New",
];

/// A name for the variable: that of the local one if it says something, else that of the function without its verb.
fn name_for(cx: &Context<'_>, call: ExprId, local: Option<&Local>) -> String {
    if let Some(local) = local {
        let name = cx.store.obj(local.variable).name.as_str();
        if !VAGUE.contains(&name) && name.len() > 2 {
            return name.to_owned();
        }
    }
    let decl = cx.declaration_of(Parent::Expr(call));
    let function = match decl.map(|decl| cx.tree().decl(decl)) {
        Some(Decl::Func { name, .. }) => cx.tree().ident(name).name.as_str(),
        _ => "",
    };
    let mut letters = function.chars();
    let first = letters.next().map_or(String::new(), |c| c.to_uppercase().collect());
    let upper = first + letters.as_str();
    let object = VERBS
        .iter()
        .filter_map(|verb| upper.strip_prefix(verb))
        .filter(|rest| rest.starts_with(|c: char| c.is_uppercase()))
        .min_by_key(|rest| rest.len())
        .unwrap_or(&upper);
    if object.is_empty() {
        return "patternRE".to_owned();
    }
    format!("{}RE", lower_first(object))
}

/// The text with its first word in lower case: `URLPath` is `urlPath`.
fn lower_first(text: &str) -> String {
    let upper = text.chars().take_while(|c| c.is_uppercase()).count();
    let lowered = match upper {
        0 | 1 => upper,
        all if all == text.chars().count() => all,
        some => some - 1,
    };
    text.chars()
        .enumerate()
        .flat_map(|(i, c)| if i < lowered { c.to_lowercase().collect() } else { vec![c] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::lower_first;

    #[test]
    fn names_begin_in_lower_case() {
        for (text, expected) in [("Slug", "slug"), ("URLPath", "urlPath"), ("ID", "id"), ("x", "x")] {
            assert_eq!(lower_first(text), expected);
        }
    }
}
