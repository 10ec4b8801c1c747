//! # Resources released by a finalizer
//!
//! ## What it does
//!
//! Finds `runtime.SetFinalizer` on objects that are made again and again, where nothing but the finalizer releases what the
//! object holds, or where its `Close` leaves the finalizer in place.
//!
//! ## Why it costs
//!
//! Registering a finalizer takes the lock of the object's span and a record outside of the heap. The object is always on the
//! heap, lives until the second collection after its last use, and all finalizers of the program run one after the other in
//! one goroutine. What the object holds (a file, memory of C) stays held all the while, however short of it the
//! process is.
//!
//! Measured with 100 objects (`go test -benchmem`, two cores, amd64), with a finalizer, then with `Close`:
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | finalizer | 124 µs, 800 B, 100 allocs | 125 µs, 800 B, 100 allocs |
//! | `Close` | 6.1 µs, 800 B, 100 allocs | 2.75 µs, 800 B, 100 allocs |
//!
//! The count of allocations stays as it is: they are the objects themselves. `runtime.AddCleanup` takes 77 µs for the same
//! and three objects each.
//!
//! ## Example
//!
//! ```go
//! func open() *conn {
//! 	c := &conn{raw: handleOf()}
//! 	runtime.SetFinalizer(c, func(c *conn) { release(c.raw) })
//! 	return c
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func open() *conn {
//! 	c := &conn{raw: handleOf()}
//! 	runtime.SetFinalizer(c, (*conn).Close)
//! 	return c
//! }
//!
//! // Close releases what c holds.
//! func (c *conn) Close() {
//! 	runtime.SetFinalizer(c, nil)
//! 	release(c.raw)
//! }
//! ```
//!
//! and `defer c.Close()` where a `conn` is used. The finalizer is left for those who forget.
//!
//! ## When not to
//!
//! A finalizer is a good net below an explicit release: where the type's `Close` (or `Stop`, `Release`, …) takes it off with
//! `runtime.SetFinalizer(c, nil)`, as `os.File` does, nothing is reported. Neither are objects made once, finalizers that
//! panic (they look for what was not released) or only forget something (delete it from a map: what weak references were made of), objects that are kept in a `sync.Pool`, which
//! drops them without a word, and tests.
//!
//! ## The fix
//!
//! A suggestion. Where the type has no method that releases it, its finalizer becomes `Close`, which takes the finalizer off
//! first; where it has one, that takes it off. Calling `Close` is left to you, and so is what a second call of it does. None
//! where the finalizer uses variables of the function around it, returns something, or where the type is generic or of
//! another package.
//!
//! ## Go versions
//!
//! All. From Go 1.24 on the help names `runtime.AddCleanup`, which does not keep the object alive and allows several cleanups
//! for one, as the better net.
//!
//! ## References
//!
//! - [`runtime.SetFinalizer`](https://pkg.go.dev/runtime#SetFinalizer), [`runtime.AddCleanup`](https://pkg.go.dev/runtime#AddCleanup)
//! - `runtime.addfinalizer`, `runtime.addspecial` and `runtime.runFinalizers`, which are what a profile shows

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Decl, Expr, ExprId, Stmt, StmtId};
use types::{Builtin, ObjId, SelectionKind, Type, TypeId};

use crate::{
    Allocates, Callee, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier,
};

pub(crate) struct Finalizer;

pub(crate) static RULE: Finalizer = Finalizer;

/// Methods by which a value is released, the usual ones first.
const RELEASES: [&str; 11] = [
    "Close", "Stop", "Release", "Free", "Shutdown", "Destroy", "Dispose", "Cleanup", "Cancel",
    "Unmap", "Delete",
];

/// The version from which on there is `runtime.AddCleanup`.
const CLEANUPS: (u32, u32) = (1, 24);

impl Rule for Finalizer {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH017",
            name: "finalizer",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::Suggestion,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        let Some(set) = Registration::of(cx, call) else { return };
        if cx.is_test()
            || cx.runs_once(Parent::Expr(call))
            || only_forgets(cx, set.finalizer)
            || only_complains(cx, set.finalizer)
        {
            return;
        }
        if is_taken_off(cx, set.ty) || is_pooled(cx, set.ty) {
            return;
        }
        found.extend(match set.release(cx) {
            Some(release) => set.left_in_place(cx, release),
            None => Some(set.alone(cx)),
        });
    }
}

/// A call `runtime.SetFinalizer(object, finalizer)`.
struct Registration {
    call: ExprId,
    finalizer: ExprId,
    /// The type of the object: a pointer.
    ty: TypeId,
}

impl Registration {
    fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        if !cx.calls(call, "runtime", &["SetFinalizer"]) {
            return None;
        }
        let [object, finalizer] = cx.arguments(call)[..] else { return None };
        let ty = cx.type_of(object);
        let known = matches!(cx.store.ty(ty), Type::Pointer(_)) && cx.store.is_valid(ty);
        (known && !cx.is_nil(finalizer)).then_some(Self { call, finalizer, ty })
    }

    /// The method by which the object can be released.
    fn release(&self, cx: &Context<'_>) -> Option<ObjId> {
        RELEASES.iter().find_map(|name| cx.method_of(self.ty, name))
    }

    /// What is said where nothing else releases the object.
    fn alone(&self, cx: &Context<'_>) -> Diagnosis {
        let ty = type_text(cx, self.ty);
        let net = if cx.go() >= CLEANUPS {
            "a finalizer, or better runtime.AddCleanup, is the net for those who forget it"
        } else {
            "a finalizer is the net for those who forget it"
        };
        let mut diagnosis = Diagnosis::new(
            cx.span(self.call),
            format!(
                "what {ty} holds is released by a finalizer alone: at some time after the next collection, and for about a microsecond each"
            ),
            format!("give {ty} a method Close and defer it where one is used; {net}"),
        );
        diagnosis.allocates = Allocates::Never;
        diagnosis.cost = Cost::per_call(0).of_bytes(0);
        diagnosis.fix = self.close_method(cx);
        diagnosis
    }

    /// What is said where the object can be released, and its finalizer stays all the same.
    fn left_in_place(&self, cx: &Context<'_>, release: ObjId) -> Option<Diagnosis> {
        if cx.store.obj(release).pkg != Some(cx.package.checked.pkg) {
            return None;
        }
        let ty = type_text(cx, self.ty);
        let name = cx.store.obj(release).name;
        let mut diagnosis = Diagnosis::new(
            cx.span(self.call),
            format!(
                "the finalizer of {ty} stays in place when {name} has released it, and keeps it for one more collection"
            ),
            format!("take it off in {name}: runtime.SetFinalizer(…, nil)"),
        );
        diagnosis.tier = Some(Tier::Profile);
        diagnosis.allocates = Allocates::Never;
        diagnosis.cost = Cost::per_call(0).of_bytes(0);
        diagnosis.fix = take_off(cx, release);
        Some(diagnosis)
    }

    /// The finalizer as the method `Close` of the type.
    fn close_method(&self, cx: &Context<'_>) -> Option<Plan> {
        let Type::Pointer(base) = cx.store.ty(self.ty) else { return None };
        let base = cx.store.unalias(*base);
        let Type::Named(named) = cx.store.ty(base) else { return None };
        let plain = named.instance.is_none() && cx.store.type_params(base).is_empty();
        if !plain
            || !cx.is_own_type(base)
            || !cx.is_package_level(named.obj)
            || cx.has_selector(self.ty, "Close")
        {
            return None;
        }
        let name = cx.store.obj(named.obj).name.as_str();
        let Expr::Call { fun, .. } = cx.tree().expr(self.call) else { return None };
        let set = cx.source(cx.tree().unparen(fun));
        let (receiver, body) = body_of(cx, self.finalizer, set)?;
        let decl = cx.declaration_of(Parent::Expr(self.call))?;
        let end = cx.content_end(cx.tree().decl_span(decl).end);
        let mut plan = Plan::new(
            Applicability::Suggestion,
            format!("Make the finalizer a method Close of {name}; to call it is up to you"),
        );
        plan.replace(cx.span(self.finalizer), format!("(*{name}).Close"));
        plan.insert(
            end,
            format!("\n\n// Close releases what {receiver} holds.\nfunc ({receiver} *{name}) Close() {body}"),
        );
        Some(plan)
    }
}

/// A type as a reader of the package writes it.
fn type_text(cx: &Context<'_>, ty: TypeId) -> String {
    let name = cx.type_name(ty).map_or("it", |object| cx.store.obj(object).name.as_str());
    format!("*{name}")
}

/// Whether anything in the package takes finalizers off objects of a type.
fn is_taken_off(cx: &Context<'_>, ty: TypeId) -> bool {
    cx.files().any(|there| {
        there.tree().exprs().any(|(call, expr)| {
            if !matches!(expr, Expr::Call { .. })
                || !there.calls(call, "runtime", &["SetFinalizer"])
            {
                return false;
            }
            let arguments = there.arguments(call);
            let [object, finalizer] = arguments[..] else { return false };
            there.is_nil(finalizer) && same_origin(&there, there.type_of(object), ty)
        })
    })
}

/// Whether objects of a type are put into a pool: nothing but a finalizer sees when a pool drops them.
fn is_pooled(cx: &Context<'_>, ty: TypeId) -> bool {
    cx.files().any(|there| {
        there.tree().exprs().any(|(call, expr)| {
            matches!(expr, Expr::Call { .. })
                && matches!(there.calls_method(call, "sync", "Pool"), Some((_, "Put")))
                && there
                    .arguments(call)
                    .first()
                    .is_some_and(|&put| same_origin(&there, there.type_of(put), ty))
        })
    })
}

fn same_origin(cx: &Context<'_>, a: TypeId, b: TypeId) -> bool {
    cx.store.identical(a, b) || cx.type_name(a).is_some() && cx.type_name(a) == cx.type_name(b)
}

/// Whether a finalizer is a literal that only deletes from maps, under locks maybe.
fn only_forgets(cx: &Context<'_>, finalizer: ExprId) -> bool {
    let Expr::Func { body, .. } = cx.tree().expr(cx.tree().unparen(finalizer)) else {
        return false;
    };
    let mut deletes = false;
    let all = cx
        .expressions_in(body)
        .into_iter()
        .filter(|&e| matches!(cx.tree().expr(e), Expr::Call { .. }));
    for call in all {
        if cx.callee(call) == Some(Callee::Builtin(Builtin::Delete)) {
            deletes = true;
        } else if let Some((_, name)) = cx.calls_method(call, "sync", "Map") {
            deletes |= matches!(name, "Delete" | "CompareAndDelete" | "LoadAndDelete");
        } else if cx.calls_method(call, "sync", "Mutex").is_none()
            && cx.calls_method(call, "sync", "RWMutex").is_none()
        {
            return false;
        }
    }
    deletes
}

/// Whether a finalizer is a literal that panics: it looks for what was not released.
fn only_complains(cx: &Context<'_>, finalizer: ExprId) -> bool {
    let Expr::Func { body, .. } = cx.tree().expr(cx.tree().unparen(finalizer)) else {
        return false;
    };
    cx.expressions_in(body)
        .into_iter()
        .any(|expr| cx.callee(expr) == Some(Callee::Builtin(Builtin::Panic)))
}

/// A finalizer as the body of a method that first takes it off, and the name of its receiver.
fn body_of(cx: &Context<'_>, finalizer: ExprId, set: &str) -> Option<(String, String)> {
    let finalizer = cx.tree().unparen(finalizer);
    match cx.tree().expr(finalizer) {
        Expr::Func { ty, body } => {
            let signature = cx.tree().func_type(ty);
            if signature.results.is_some() || captures(cx, finalizer) {
                return None;
            }
            let mut fields = cx.tree().list(cx.tree().field_list(signature.params).fields);
            let (Some(field), None) = (fields.next(), fields.next()) else { return None };
            let mut names = cx.tree().list(cx.tree().field(field).names);
            let (Some(ident), None) = (names.next(), names.next()) else { return None };
            let name = cx.tree().ident(ident).name;
            (!name.is_blank()).then(|| body_text(cx, finalizer, body, name.as_str(), set))?
        }
        // A method that the type has for it: `(*conn).free`.
        Expr::Selector { sel, .. } => {
            let selection = cx.facts().selections.get(&finalizer)?;
            let Type::Signature(signature) = cx.store.ty(cx.store.obj_type(selection.obj)) else {
                return None;
            };
            if selection.kind != SelectionKind::MethodExpr || !signature.results.is_empty() {
                return None;
            }
            let method = cx.tree().ident(sel).name;
            let receiver = cx.store.obj(signature.recv?).name.as_str();
            let receiver = if matches!(receiver, "" | "_") { "x" } else { receiver };
            let body = format!("{{\n\t{set}({receiver}, nil)\n\t{receiver}.{method}()\n}}");
            Some((receiver.to_owned(), body))
        }
        _ => None,
    }
}

fn body_text(
    cx: &Context<'_>,
    literal: ExprId,
    body: StmtId,
    receiver: &str,
    set: &str,
) -> Option<(String, String)> {
    let (whole, inner) = (cx.span(literal), cx.stmt_span(body));
    let head = cx.text(Span::new(whole.start, inner.start));
    if head.contains('\n') {
        return None;
    }
    let text = cx.dedented(literal);
    let block = text.get(head.len()..)?;
    let rest = block.strip_prefix('{')?;
    let off = format!("{set}({receiver}, nil)");
    let block = if rest.contains('\n') {
        // Something behind the brace would be a comment.
        rest.starts_with('\n').then(|| format!("{{\n\t{off}{rest}"))?
    } else {
        let Stmt::Block(list) = cx.tree().stmt(body) else { return None };
        let only = rest.strip_suffix('}')?.trim();
        (list.len() == 1 && !cx.has_comment(inner)).then(|| format!("{{\n\t{off}\n\t{only}\n}}"))?
    };
    Some((receiver.to_owned(), block))
}

/// Whether a function literal uses variables, constants or types of the functions around it.
fn captures(cx: &Context<'_>, literal: ExprId) -> bool {
    let span = cx.span(literal);
    cx.tree().idents_within(span).any(|(ident, _)| {
        let Some(object) = cx.facts().uses[ident] else { return false };
        let data = cx.store.obj(object);
        if data.is_field()
            || cx.receiver(object).is_some()
            || data.pkg != Some(cx.package.checked.pkg)
        {
            return false;
        }
        let inside = cx.declared_at(object).is_some_and(|at| span.contains(at));
        let imported = matches!(data.kind, types::ObjectKind::PkgName(_));
        !inside && !imported && !cx.is_package_level(object)
    })
}

/// Takes the finalizer off at the beginning of the method that releases.
fn take_off(cx: &Context<'_>, release: ObjId) -> Option<Plan> {
    let at = cx.declared_at(release)?;
    let tree = cx.tree();
    let decl = *tree.decls.iter().find(|&&decl| tree.decl_span(decl).contains(at))?;
    let Decl::Func { recv: Some(recv), body: Some(body), .. } = tree.decl(decl) else {
        return None;
    };
    let field = tree.list_get(tree.field_list(recv).fields, 0)?;
    let receiver = tree.ident(tree.list_get(tree.field(field).names, 0)?).name;
    let pointer = matches!(tree.expr(tree.unparen(tree.field(field).ty)), Expr::Star(_));
    let first = cx.statements(body).first().copied()?;
    let start = cx.stmt_span(first).start;
    let own_line = cx.line_start(start) + cx.indent(start).len() as u32 == start;
    if receiver.is_blank() || !pointer || !own_line {
        return None;
    }
    let runtime = cx.package_name("runtime", Parent::Stmt(first))?;
    let name = cx.store.obj(release).name;
    let mut plan = Plan::new(
        Applicability::Suggestion,
        format!("Take the finalizer off at the beginning of {name}"),
    );
    plan.needs("runtime");
    plan.insert(start, format!("{runtime}.SetFinalizer({receiver}, nil)\n{}", cx.indent(start)));
    Some(plan)
}
