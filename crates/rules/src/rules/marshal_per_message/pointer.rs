//! A pointer in place of a value that is put into an interface.

use escape::allocation::Operation;
use fix::{Applicability, Plan};
use source::{Name, Span};
use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId};
use types::{Lookup, ObjId, ObjectKind, Type, TypeId, VarKind};

use crate::{Context, Cost, Diagnosis, Parent};

/// Methods that `encoding/json` calls, on the value or on its address.
const METHODS: [&str; 4] = ["MarshalJSON", "MarshalJSONTo", "MarshalText", "AppendText"];

/// How deep types are looked into for such methods.
const DEEPEST: u32 = 16;

/// A value that is copied to the heap for an interface, and need not be.
pub(super) fn check(cx: &Context<'_>, value: ExprId) -> Option<Diagnosis> {
    let ty = cx.type_of(value);
    let wide = matches!(cx.under(value), Type::Struct(_) | Type::Array { .. } | Type::Slice(_));
    if !wide || cx.store.is_type_param(ty) || cx.constant(value).is_some() {
        return None;
    }
    let source = Source::of(cx, value)?;
    let allocated = cx.allocated_by_box(value);
    if allocated.as_ref().is_some_and(|allocated| allocated.allocates.is_never()) {
        return None;
    }
    let text = cx.source(value);
    let size = cx.size_of(ty)?;
    let mut diagnosis = Diagnosis::new(
        cx.span(value),
        format!("`{text}` is copied to the heap to be marshalled: {size} bytes each time"),
        format!("marshal a pointer: {}", source.in_words(cx, text)),
    );
    diagnosis.cost = Cost::per_call(1);
    diagnosis.cost.bytes = allocated.as_ref().and_then(|allocated| allocated.bytes);
    diagnosis.cost.scan_bytes = allocated.as_ref().and_then(|a| a.scan_bytes).unwrap_or(0);
    if cx.innermost_loop(Parent::Expr(value)).is_some() {
        diagnosis.cost.per = crate::Per::Iteration;
    }
    diagnosis = diagnosis.allocating(allocated);
    if is_marshalled_alike(cx, ty) {
        diagnosis.fix = source.fix(cx, value);
    }
    Some(diagnosis)
}

/// Where a value lies that is passed.
enum Source {
    /// In a variable, field or element whose address costs nothing.
    Place,
    /// Behind a pointer.
    Pointer(ExprId),
    /// In an element of a slice that is ranged over; the variable is a copy of it.
    Element { range: StmtId, variable: ObjId },
}

impl Source {
    fn of(cx: &Context<'_>, value: ExprId) -> Option<Self> {
        let value = cx.tree().unparen(value);
        match cx.tree().expr(value) {
            Expr::Star(pointer) => Some(Self::Pointer(pointer)),
            Expr::Ident(_) => Self::of_variable(cx, cx.object(value)?),
            _ => is_in_place(cx, value).then_some(Self::Place),
        }
    }

    fn of_variable(cx: &Context<'_>, variable: ObjId) -> Option<Self> {
        match cx.store.obj(variable).kind {
            ObjectKind::Var(VarKind::Package) => Some(Self::Place),
            ObjectKind::Var(_) => match ranged(cx, variable) {
                Some(range) => Some(Self::Element { range, variable }),
                None => is_on_heap(cx, variable).then_some(Self::Place),
            },
            _ => None,
        }
    }

    fn in_words(&self, cx: &Context<'_>, text: &str) -> String {
        match self {
            Self::Place => format!("&{text}"),
            Self::Pointer(pointer) => cx.source(*pointer).to_owned(),
            Self::Element { range, .. } => match cx.tree().stmt(*range) {
                Stmt::Range { x, .. } => format!("that to the element of {}", cx.source(x)),
                _ => "that to the element".to_owned(),
            },
        }
    }

    fn fix(&self, cx: &Context<'_>, value: ExprId) -> Option<Plan> {
        let span = cx.span(value);
        if cx.has_comment(span) {
            return None;
        }
        match *self {
            Self::Place => {
                let mut plan = Plan::new(Applicability::Safe, "Marshal a pointer to it");
                plan.insert(cx.span(cx.tree().unparen(value)).start, "&");
                Some(plan)
            }
            Self::Pointer(pointer) => {
                let mut plan = Plan::new(
                    Applicability::Unsafe,
                    "Marshal the pointer; nil is then written as null instead of a panic",
                );
                plan.replace(span, cx.source(pointer));
                Some(plan)
            }
            Self::Element { range, variable } => element(cx, value, range, variable),
        }
    }
}

/// Whether an expression can have its address taken without moving anything to the heap: it leads through a pointer or a
/// slice, or to a variable of a package, and its value is the same when it is evaluated.
fn is_in_place(cx: &Context<'_>, value: ExprId) -> bool {
    let mut at = cx.tree().unparen(value);
    loop {
        at = match cx.tree().expr(at) {
            Expr::Selector { x, .. } => {
                let Some(selection) = cx.facts().selections.get(&at) else {
                    // `pkg.Var`
                    return cx.root_variable(at).is_some();
                };
                if selection.indirect {
                    return true;
                }
                cx.tree().unparen(x)
            }
            Expr::Index { x, .. } => match cx.under(x) {
                Type::Slice(_) | Type::Pointer(_) => return true,
                Type::Array { .. } => cx.tree().unparen(x),
                _ => return false,
            },
            Expr::Star(_) => return true,
            Expr::Ident(_) => {
                let Some(object) = cx.object(at) else { return false };
                let package =
                    matches!(cx.store.obj(object).kind, ObjectKind::Var(VarKind::Package));
                return package || cx.store.obj(object).is_var() && is_on_heap(cx, object);
            }
            _ => return false,
        };
    }
}

/// Whether a variable of a function is on the heap as it is.
fn is_on_heap(cx: &Context<'_>, variable: ObjId) -> bool {
    let Some(at) = cx.declared_at(variable) else { return false };
    let allocated = cx.allocated(at, Operation::Variable);
    allocated.is_some_and(|allocated| allocated.allocates == escape::allocation::Allocates::Always)
}

/// The `range` over a slice that a variable gets the elements of.
fn ranged(cx: &Context<'_>, variable: ObjId) -> Option<StmtId> {
    let ident = *cx.uses(variable).first()?;
    let Parent::Stmt(stmt) = cx.parents().expr(cx.parents().ident(ident)?) else { return None };
    let Stmt::Range { value, op: Some(AssignOp::Define), x, .. } = cx.tree().stmt(stmt) else {
        return None;
    };
    let is_value = value.and_then(|value| cx.object(value)) == Some(variable);
    (is_value && matches!(cx.under(x), Type::Slice(_))).then_some(stmt)
}

/// The address of the element in place of the variable that copies it, where the element is still the same.
fn element(cx: &Context<'_>, value: ExprId, range: StmtId, variable: ObjId) -> Option<Plan> {
    let Stmt::Range { key, value: Some(copy), x, body, .. } = cx.tree().stmt(range) else {
        return None;
    };
    let mut variables = Vec::new();
    let steady = cx.is_pure(x, &mut variables)
        && !variables
            .iter()
            .any(|&v| cx.changes_within(v, cx.stmt_span(body)) || cx.is_captured(v));
    // What runs before the value is marshalled could change the element, and not the copy.
    let first = *cx.statements(body).first()?;
    let is_first = is_evaluated_first(cx, value, first);
    if !steady || !is_first || cx.is_reassigned(variable) || cx.has_comment(cx.span(copy)) {
        return None;
    }
    let mut plan = Plan::new(Applicability::Safe, "Marshal a pointer to the element");
    let name = |index: &str| format!("&{}[{index}]", cx.source(x));
    let only = cx.uses(variable).len() == 2;
    let key = key?;
    let index = match cx.tree().expr(key) {
        Expr::Ident(ident) if cx.tree().ident(ident).name.is_blank() => {
            let free = cx.local_name(&["i", "j", "k", "index"], Parent::Stmt(range))?;
            plan.replace(cx.span(key), free);
            free.to_owned()
        }
        Expr::Ident(ident) => {
            let object = cx.facts().defs[ident]?;
            let name = cx.tree().ident(ident).name;
            if cx.is_reassigned(object) || is_hidden(cx, name, body) {
                return None;
            }
            name.as_str().to_owned()
        }
        _ => return None,
    };
    if only {
        plan.remove(Span::new(cx.span(key).end, cx.span(copy).end));
    }
    plan.replace(cx.span(value), name(&index));
    Some(plan)
}

/// Whether nothing but names and constants is evaluated in a statement before a value.
fn is_evaluated_first(cx: &Context<'_>, value: ExprId, stmt: StmtId) -> bool {
    if !cx.is_within(Parent::Expr(value), stmt)
        || cx.innermost_loop(Parent::Expr(value)) != cx.innermost_loop(Parent::Stmt(stmt))
    {
        return false;
    }
    let at = cx.span(value).start;
    cx.expressions_in(stmt).into_iter().all(|expr| {
        let ends_before = cx.span(expr).end <= at;
        !ends_before
            || !matches!(
                cx.tree().expr(expr),
                Expr::Call { .. } | Expr::Unary { op: syntax::tree::UnaryOp::Recv, .. }
            )
    })
}

/// Whether something in a block is declared with a name.
fn is_hidden(cx: &Context<'_>, name: Name, block: StmtId) -> bool {
    let span = cx.stmt_span(block);
    cx.declaring(name).iter().any(|&ident| span.contains(cx.tree().ident(ident).pos))
}

/// Whether a value of a type is written in the same way when it can be addressed: neither it nor what it is made of has
/// methods that are called then and not otherwise.
fn is_marshalled_alike(cx: &Context<'_>, ty: TypeId) -> bool {
    let pkg = cx.package.checked.pkg;
    let mut open = vec![(ty, DEEPEST)];
    while let Some((at, depth)) = open.pop() {
        for method in METHODS {
            let found = cx.store.lookup(at, false, pkg, Name::new(method));
            let by_pointer = matches!(found, Lookup::PointerReceiver(_));
            if by_pointer || at == ty && !matches!(found, Lookup::None) {
                return false;
            }
        }
        let Some(deeper) = depth.checked_sub(1) else { return false };
        match cx.store.under_ty(at) {
            Type::Struct(parts) => {
                open.extend(parts.fields.iter().map(|&field| (cx.store.obj_type(field), deeper)));
            }
            Type::Array { elem, .. } => open.push((*elem, deeper)),
            _ if cx.store.is_type_param(at) || !cx.store.is_valid(at) => return false,
            _ => {}
        }
    }
    true
}
