//! What a deferred call gives back: a file, a lock, a context, judged by the types of what it is called on.

use source::Name;
use syntax::tree::{AssignOp, Expr, ExprId, Stmt};
use types::{Builtin, Lookup, ObjId, ObjectKind, SelectionKind, Type, TypeId, VarKind};

use crate::{Callee, Context, Parent};

/// What a deferred call gives back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Release {
    /// What is released: `f` of `f.Close()`, `cancel` of `cancel()`.
    pub(super) subject: ExprId,
    /// In what state it is until then.
    pub(super) state: State,
    /// The methods that take it, where it is taken by a call on the same value.
    pub(super) taken_by: &'static [&'static str],
}

/// The state of something that is not released.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Open,
    Locked,
    Running,
    Pending,
    /// Memory or a place that somebody else gets next.
    Held,
    /// Whatever a function frees that was made for it.
    Unknown,
}

impl State {
    /// What can be said of something in this state.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "stays open",
            Self::Locked => "stays locked",
            Self::Running => "keeps running",
            Self::Pending => "stays pending",
            Self::Held | Self::Unknown => "is held",
        }
    }
}

/// Methods that release what they are called on, with the state before and the methods that bring it there.
const METHODS: &[(&str, State, &[&str])] = &[
    ("Close", State::Open, &[]),
    ("CloseNow", State::Open, &[]),
    ("CloseWithError", State::Open, &[]),
    ("Disconnect", State::Open, &[]),
    ("Logout", State::Open, &[]),
    ("Shutdown", State::Running, &[]),
    ("Stop", State::Running, &[]),
    ("Terminate", State::Running, &[]),
    ("Unlock", State::Locked, &["Lock", "TryLock"]),
    ("RUnlock", State::Locked, &["RLock", "TryRLock"]),
    ("Rollback", State::Pending, &[]),
    ("End", State::Running, &[]),
    ("Cancel", State::Pending, &[]),
    ("Release", State::Held, &["Acquire", "TryAcquire"]),
    ("Free", State::Held, &[]),
    ("Cleanup", State::Held, &[]),
    ("Destroy", State::Held, &[]),
    ("Dispose", State::Held, &[]),
    ("Unmap", State::Held, &[]),
    ("Unsubscribe", State::Running, &[]),
];

/// Beginnings of the names of functions that release what they are given.
const FUNCTIONS: &[(&str, State)] = &[
    ("close", State::Open),
    ("unlock", State::Locked),
    ("release", State::Held),
    ("cleanup", State::Held),
    ("rollback", State::Pending),
    ("free", State::Held),
];

impl Release {
    /// What a deferred call gives back, if anything.
    pub(super) fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let Expr::Call { fun, .. } = cx.tree().expr(call) else { return None };
        match cx.tree().expr(cx.tree().unparen(fun)) {
            Expr::Func { .. } => Self::of_literal(cx, call, cx.tree().unparen(fun)),
            _ => Self::of_call(cx, call),
        }
    }

    /// What the first releasing call in a deferred function literal gives back; files that it removes last.
    fn of_literal(cx: &Context<'_>, call: ExprId, literal: ExprId) -> Option<Self> {
        let Expr::Func { body, .. } = cx.tree().expr(literal) else { return None };
        let calls = cx.expressions_in(body).into_iter();
        let all: Vec<Self> = calls.filter_map(|inner| Self::of_call(cx, inner)).collect();
        let is_value = |release: &&Self| !matches!(cx.under(release.subject), Type::Basic(..));
        let mut release = *all.iter().find(is_value).or(all.first())?;
        // `defer func(f *os.File) { f.Close() }(f)`: what the parameter stands for.
        if let Some(root) = cx.root_variable(release.subject)
            && let Some(at) = parameter(cx, literal, root)
        {
            release.subject = *cx.arguments(call).get(at)?;
        }
        Some(release)
    }

    fn of_call(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let Expr::Call { fun, .. } = cx.tree().expr(call) else { return None };
        let fun = cx.tree().unparen(fun);
        let arguments = cx.arguments(call);
        let held = |subject, state| Some(Self { subject, state, taken_by: &[] });
        if cx.callee(call) == Some(Callee::Builtin(Builtin::Close)) {
            return held(*arguments.first()?, State::Open);
        }
        if let Some(selection) = cx.facts().selections.get(&fun)
            && selection.kind == SelectionKind::Method
        {
            let Expr::Selector { x, sel } = cx.tree().expr(fun) else { return None };
            return Self::of_method(cx, x, cx.tree().ident(sel).name.as_str(), &arguments);
        }
        if cx.calls(call, "os", &["Remove", "RemoveAll"]) {
            return held(*arguments.first()?, State::Held);
        }
        let name = match cx.tree().expr(fun) {
            Expr::Ident(ident) | Expr::Selector { sel: ident, .. } => cx.tree().ident(ident),
            _ => return None,
        };
        match cx.callee(call)? {
            // What another function made to be called in the end: `cancel`, `unlock`, `cleanup`.
            Callee::Dynamic if is_release_function(cx, fun) => held(fun, State::Unknown),
            Callee::Function(_) => {
                let subject = *arguments.first()?;
                let state = beginning(name.name.as_str())?;
                if matches!(cx.under(subject), Type::Basic(..)) {
                    return None;
                }
                held(subject, state)
            }
            _ => None,
        }
    }

    fn of_method(
        cx: &Context<'_>,
        subject: ExprId,
        name: &str,
        arguments: &[ExprId],
    ) -> Option<Self> {
        let on_wait_group = is_named(cx, subject, "sync", "WaitGroup");
        if name == "Done" && on_wait_group {
            return Some(Self { subject, state: State::Pending, taken_by: &["Add"] });
        }
        if name == "Put" && is_named(cx, subject, "sync", "Pool") {
            return Some(Self { subject: *arguments.first()?, state: State::Held, taken_by: &[] });
        }
        let &(_, state, taken_by) = METHODS.iter().find(|(method, ..)| *method == name)?;
        // Locks are what can be locked; another method of the name does something else.
        let takes = |method: &&str| has_method(cx, subject, method);
        if state == State::Locked && !taken_by.iter().any(takes) {
            return None;
        }
        Some(Self { subject, state, taken_by })
    }
}

/// The state of what a function of this name releases.
fn beginning(name: &str) -> Option<State> {
    let name = name.to_ascii_lowercase();
    FUNCTIONS.iter().find(|(word, _)| name.starts_with(word)).map(|&(_, state)| state)
}

fn has_method(cx: &Context<'_>, value: ExprId, method: &str) -> bool {
    has_method_of_type(cx, cx.type_of(value), method)
}

/// Whether a variable of the type has a method.
pub(super) fn has_method_of_type(cx: &Context<'_>, ty: TypeId, method: &str) -> bool {
    let found = cx.store.lookup(ty, true, cx.package.checked.pkg, Name::new(method));
    matches!(found, Lookup::Found(found) if cx.store.obj(found.obj).is_func())
}

/// Whether a value, or what it points to, is of a type of a package.
fn is_named(cx: &Context<'_>, value: ExprId, package: &str, name: &str) -> bool {
    let mut ty = cx.type_of(value);
    if let Type::Pointer(elem) = cx.store.ty(cx.store.under(ty)) {
        ty = cx.store.unalias(*elem);
    }
    let Type::Named(named) = cx.store.ty(ty) else { return false };
    let object = cx.store.obj(named.obj);
    object.name.as_str() == name
        && object.pkg.is_some_and(|pkg| cx.store.pkg(pkg).path.as_str() == package)
}

/// Whether a function value is there to be called in the end: a `context.CancelFunc`, or a local variable that
/// a call gave.
fn is_release_function(cx: &Context<'_>, fun: ExprId) -> bool {
    if is_named(cx, fun, "context", "CancelFunc") || is_named(cx, fun, "context", "CancelCauseFunc")
    {
        return true;
    }
    let Some(object) = cx.object(fun) else { return false };
    matches!(cx.store.obj(object).kind, ObjectKind::Var(VarKind::Local))
        && defining(cx, object).is_some_and(|(_, values)| match values[..] {
            [value] => matches!(cx.tree().expr(cx.tree().unparen(value)), Expr::Call { .. }),
            _ => false,
        })
}

/// The variables and values of the `:=` that declares a variable.
pub(super) fn defining(cx: &Context<'_>, object: ObjId) -> Option<(Vec<ObjId>, Vec<ExprId>)> {
    let first = *cx.uses(object).first()?;
    let expr = cx.parents().ident(first)?;
    let Parent::Stmt(stmt) = cx.parents().expr(expr) else { return None };
    let Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } = cx.tree().stmt(stmt) else {
        return None;
    };
    let variables = cx.tree().list(lhs).filter_map(|x| cx.object(x)).collect();
    Some((variables, cx.tree().list(rhs).collect()))
}

/// The position among the parameters of a function literal.
fn parameter(cx: &Context<'_>, literal: ExprId, object: ObjId) -> Option<usize> {
    let Expr::Func { ty, .. } = cx.tree().expr(literal) else { return None };
    let fields = cx.tree().field_list(cx.tree().func_type(ty).params).fields;
    let names =
        cx.tree().list(fields).flat_map(|field| cx.tree().list(cx.tree().field(field).names));
    names.into_iter().position(|name| cx.facts().defs[name] == Some(object))
}
