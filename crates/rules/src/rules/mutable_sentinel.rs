//! # Errors of the package that are changed when they are returned
//!
//! ## What it does
//!
//! Finds error values held by a variable of the package whose fields are changed by code that runs again and again: directly,
//! through another variable that holds the same pointer, or by a method or function that does so.
//!
//! ## Why it costs
//!
//! One error for all calls is an allocation saved for each. It holds only as long as nothing in it changes: two goroutines
//! that write to it race, and whoever keeps an error (a log, a retry, a test) finds in it what the last call wrote.
//!
//! Measured with an error of one string (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | shared and changed: wrong | 1.3 ns, 0 B, 0 allocs | 1.3 ns, 0 B, 0 allocs |
//! | an error of its own for each call | 35 ns, 16 B, 1 alloc | 22 ns, 16 B, 1 alloc |
//!
//! The allocation is what the detail costs. It is paid only where the error occurs.
//!
//! ## Example
//!
//! ```go
//! var errField = &fieldError{}
//!
//! func check(field, value string) error {
//! 	if value == "" {
//! 		errField.name = field
//! 		return errField
//! 	}
//! 	return nil
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! var errEmpty = errors.New("empty field")
//!
//! func check(field, value string) error {
//! 	if value == "" {
//! 		return fmt.Errorf("%s: %w", field, errEmpty)
//! 	}
//! 	return nil
//! }
//! ```
//!
//! or `return &fieldError{name: field}`.
//!
//! ## When not to
//!
//! A copy may be changed: `e := *errField` is another error. Not reported either: what `init` and code that runs once sets,
//! and tests. A mutex around the change does not help those who hold the error.
//!
//! ## The fix
//!
//! None: what the error should say, and what callers compare it with, is up to you.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [Working with errors in Go 1.13](https://go.dev/blog/go1.13-errors)
//! - [Data race detector](https://go.dev/doc/articles/race_detector)

use syntax::tree::{AssignOp, Expr, ExprId, Stmt, UnaryOp};
use types::{ObjId, ObjectKind, Type, Universe, VarKind};

use crate::{Allocates, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct MutableSentinel;

pub(crate) static RULE: MutableSentinel = MutableSentinel;

impl Rule for MutableSentinel {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH104",
            name: "mutable-sentinel",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::None,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Assign, Kind::IncDec, Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let at = match node {
            Node::Expr(id) => Parent::Expr(id),
            Node::Stmt(id) => Parent::Stmt(id),
        };
        if cx.is_test() {
            return;
        }
        for (place, sentinel) in changes(cx, node) {
            if !cx.runs_once(at) {
                found.push(diagnose(cx, place, sentinel));
            }
        }
    }
}

/// The places of a node that change a sentinel, each with that.
fn changes(cx: &Context<'_>, node: Node) -> Vec<(ExprId, ObjId)> {
    match node {
        Node::Stmt(stmt) => {
            let targets = match cx.tree().stmt(stmt) {
                Stmt::Assign { lhs, op: AssignOp::Assign | AssignOp::Op(_), .. } => {
                    cx.tree().list(lhs).collect()
                }
                Stmt::IncDec { x, .. } => vec![x],
                _ => Vec::new(),
            };
            targets
                .into_iter()
                .filter_map(|target| Some((target, sentinel_of(cx, base(cx, target)?)?)))
                .collect()
        }
        Node::Expr(call) => {
            let receiver = cx.method_call(call).map(|found| found.receiver);
            let operands = cx.arguments(call).into_iter().chain(receiver);
            operands
                .filter_map(|operand| {
                    let sentinel = sentinel_of(cx, operand)?;
                    cx.changes_operand(call, operand).then_some((call, sentinel))
                })
                .collect()
        }
    }
}

/// What a part of is set by an assignment to `target`: `x` of `x.f`, of `*x`. `None` where all of a variable is set.
fn base(cx: &Context<'_>, target: ExprId) -> Option<ExprId> {
    let mut at = cx.tree().unparen(target);
    loop {
        let inner = match cx.tree().expr(at) {
            // A variable of another package.
            Expr::Selector { .. } if !cx.facts().selections.contains_key(&at) => {
                return (at != target).then_some(at);
            }
            Expr::Selector { x, .. } | Expr::Star(x) | Expr::Index { x, .. } => {
                cx.tree().unparen(x)
            }
            Expr::Ident(_) => return (at != cx.tree().unparen(target)).then_some(at),
            _ => return None,
        };
        // Another object begins behind a pointer in it.
        if matches!(cx.under(inner), Type::Pointer(_))
            && !matches!(cx.tree().expr(inner), Expr::Ident(_))
            && cx.facts().selections.contains_key(&inner)
        {
            return None;
        }
        at = inner;
    }
}

/// The error of a package that an expression is, or points to.
fn sentinel_of(cx: &Context<'_>, expr: ExprId) -> Option<ObjId> {
    let expr = cx.tree().unparen(expr);
    if let Expr::Unary { op: UnaryOp::Addr, x } = cx.tree().expr(expr) {
        return sentinel_of(cx, x);
    }
    if let Expr::Selector { .. } = cx.tree().expr(expr)
        && cx.facts().selections.contains_key(&expr)
    {
        return None;
    }
    let object = cx.root_variable(expr)?;
    match cx.store.obj(object).kind {
        ObjectKind::Var(VarKind::Package) => {
            (is_error(cx, object) && begins_with_error(cx, object)).then_some(object)
        }
        ObjectKind::Var(VarKind::Local) => alias(cx, object),
        _ => None,
    }
}

/// Whether a variable holds errors: by its type, or by a pointer to it.
fn is_error(cx: &Context<'_>, variable: ObjId) -> bool {
    let ty = cx.store.obj_type(variable);
    let error = Universe::ERROR_INTERFACE;
    cx.store.implements(ty, error, false)
        || !cx.store.is_interface(ty) && cx.store.implements(cx.store.pointer(ty), error, false)
}

/// Whether a variable has its error from the beginning, as those of other packages do.
fn begins_with_error(cx: &Context<'_>, variable: ObjId) -> bool {
    if cx.store.obj(variable).pkg != Some(cx.package.checked.pkg) {
        return true;
    }
    let declared = cx.files().flat_map(|there| there.package_variables().collect::<Vec<_>>());
    let mut declared = declared.into_iter().filter(|declared| declared.object == variable);
    declared.next().is_some_and(|declared| !declared.cx.is_nil(declared.value))
}

/// The sentinel whose pointer a local variable holds, which never gets another.
fn alias(cx: &Context<'_>, local: ObjId) -> Option<ObjId> {
    let Type::Pointer(_) = cx.store.under_ty(cx.store.obj_type(local)) else { return None };
    if cx.is_reassigned(local) {
        return None;
    }
    let ident = *cx.uses(local).first()?;
    let target = cx.parents().ident(ident)?;
    let Parent::Stmt(stmt) = cx.parents().expr(target) else { return None };
    let Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } = cx.tree().stmt(stmt) else {
        return None;
    };
    let at = cx.tree().list(lhs).position(|x| x == target)?;
    let mut value = cx.tree().unparen(cx.tree().list_get(rhs, at)?);
    if let Expr::TypeAssert { x, .. } = cx.tree().expr(value) {
        value = cx.tree().unparen(x);
    } else if !matches!(cx.under(value), Type::Pointer(_)) {
        return None;
    }
    if !matches!(
        cx.tree().expr(value),
        Expr::Ident(_) | Expr::Selector { .. } | Expr::Unary { op: UnaryOp::Addr, .. }
    ) {
        return None;
    }
    let object = cx.root_variable(match cx.tree().expr(value) {
        Expr::Unary { x, .. } => x,
        _ => value,
    })?;
    let of_package = matches!(cx.store.obj(object).kind, ObjectKind::Var(VarKind::Package));
    (of_package && is_error(cx, object) && begins_with_error(cx, object)).then_some(object)
}

fn diagnose(cx: &Context<'_>, place: ExprId, sentinel: ObjId) -> Diagnosis {
    let name = cx.store.obj(sentinel).name;
    let mut diagnosis = Diagnosis::new(
        cx.span(place),
        format!(
            "this changes {name}, the one error that all calls return: goroutines race, and an error that was kept changes"
        ),
        format!("make an error for each failure, which wraps or copies {name}"),
    );
    diagnosis.allocates = Allocates::Never;
    diagnosis.cost = Cost::per_call(0).of_bytes(0);
    if let Some(at) = cx.declared_at(sentinel) {
        let end = at + name.as_str().len() as u32;
        diagnosis =
            diagnosis.because(source::Span::new(at, end), "one value for the life of the program");
    }
    diagnosis
}
