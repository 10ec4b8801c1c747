//! Who puts values back into a `sync.Pool`, and what of them is used again afterwards.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use flow::{Callee, Flow, Node, Parent, View};
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::tree::{AssignOp, Expr, ExprId, Stmt, StmtId, UnaryOp};
use syntax::walk;
use types::{Builtin, ObjId, ObjectKind, SelectionKind, Type, TypeId, VarKind};

use crate::context::Context;

/// Through how many functions a value is followed on its way to a pool.
const DEEPEST: u32 = 3;

/// What has been worked out about pools.
#[derive(Default)]
pub(crate) struct Pools {
    /// For each function which of its operands it puts into a pool, the receiver first.
    puts: RefCell<FxHashMap<ObjId, Rc<[usize]>>>,
    emptied: OnceCell<FxHashSet<ObjId>>,
}

impl<'a> Context<'a> {
    /// The operands of a call, as written, that it puts into a `sync.Pool`: itself, or through functions whose bodies are at hand.
    pub(crate) fn put_into_pool(&self, call: ExprId) -> Vec<ExprId> {
        put_by(self.flow(), &self.package.pools, self.view(), call, DEEPEST)
    }

    /// Whether the memory of a field with a slice or buffer is used again: the package empties it in place somewhere, and never
    /// gives it up.
    pub(crate) fn is_emptied_in_place(&self, field: ObjId) -> bool {
        let all = || {
            let (mut emptied, mut given_up) = (FxHashSet::default(), FxHashSet::default());
            for cx in self.files() {
                cx.gather_emptied(&mut emptied, &mut given_up);
            }
            emptied.retain(|field| !given_up.contains(field));
            emptied
        };
        self.package.pools.emptied.get_or_init(all).contains(&field)
    }

    fn gather_emptied(&self, emptied: &mut FxHashSet<ObjId>, given_up: &mut FxHashSet<ObjId>) {
        for (expr, node) in self.tree().exprs() {
            match node {
                // `x.f[:0]`
                Expr::Slice { x, bounds: [lo, Some(hi), None], .. } => {
                    let zero = self.constant_int(hi) == Some(0)
                        && lo.is_none_or(|lo| self.constant_int(lo) == Some(0));
                    emptied.extend(self.field(x).filter(|_| zero));
                }
                // `x.f.Reset()` of a `bytes.Buffer`
                Expr::Call { .. } => {
                    if let Some((buffer, "Reset" | "Truncate")) =
                        self.calls_method(expr, "bytes", "Buffer")
                    {
                        emptied.extend(self.field(buffer));
                    }
                }
                _ => {}
            }
        }
        use source::Id;
        for stmt in (0..self.tree().stmt_count()).map(StmtId::from_index) {
            let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = self.tree().stmt(stmt) else {
                continue;
            };
            if lhs.len() != rhs.len() {
                continue;
            }
            for (to, value) in self.tree().list(lhs).zip(self.tree().list(rhs)) {
                if let Some(field) = self.field(to)
                    && !self.stays_with(field, to, value)
                {
                    given_up.insert(field);
                }
                // `*x = T{}` gives up all that `T` holds.
                if let (Expr::Star(_), Type::Struct(parts)) =
                    (self.tree().expr(self.tree().unparen(to)), self.under(to))
                {
                    given_up.extend(&parts.fields);
                }
            }
        }
    }

    /// Whether a field keeps its memory when it gets a value, or gets new memory that is its own from then on.
    fn stays_with(&self, field: ObjId, to: ExprId, value: ExprId) -> bool {
        let is_made = self.callee(value) == Some(Callee::Builtin(Builtin::Make));
        let is_own = |value: ExprId| {
            let span = self.span(value);
            let mut idents = self.tree().idents_within(span);
            idents.any(|(ident, _)| self.facts().uses[ident] == Some(field))
        };
        // `b := x.f[:0]`, and later `x.f = b`
        let is_held = || {
            let Some(variable) = self.view().local(value) else { return false };
            let Some(function) = self.flow_around(to) else { return false };
            function.definitions(variable).iter().any(|d| d.value.is_some_and(is_own))
        };
        is_made || is_own(value) || is_held()
    }

    /// The field that a selector selects.
    pub(crate) fn field(&self, expr: ExprId) -> Option<ObjId> {
        field(self.view(), expr)
    }
}

/// The field that a selector selects.
pub(crate) fn field(view: View<'_>, expr: ExprId) -> Option<ObjId> {
    let selection = view.facts().selections.get(&view.tree().unparen(expr))?;
    (selection.kind == SelectionKind::Field).then_some(selection.obj)
}

fn put_by(flow: &Flow<'_>, pools: &Pools, view: View<'_>, call: ExprId, depth: u32) -> Vec<ExprId> {
    let Some(Callee::Function(function)) = view.callee(call) else { return Vec::new() };
    let operands = || view.receiver_argument(call).into_iter().chain(view.arguments(call));
    if is_method_of(view, function, "sync", "Pool", "Put") {
        return view.arguments(call);
    }
    if operands().next().is_none() {
        return Vec::new();
    }
    let puts = puts_of(flow, pools, function, depth);
    let variadic = matches!(view.store.ty(view.store.obj_type(function)),
        Type::Signature(signature) if signature.variadic);
    operands()
        .enumerate()
        .filter(|(at, _)| !variadic && puts.contains(at))
        .map(|(_, x)| x)
        .collect()
}

/// Whether a function is a method that a named type of a package declares.
pub(crate) fn is_method_of(
    view: View<'_>,
    function: ObjId,
    package: &str,
    type_name: &str,
    name: &str,
) -> bool {
    let object = view.store.obj(function);
    object.name.as_str() == name
        && object.pkg.is_some_and(|pkg| view.store.pkg(pkg).path.as_str() == package)
        && view.receiver(function).is_some_and(|receiver| {
            let mut ty = view.store.unalias(view.store.obj_type(receiver));
            if let Type::Pointer(elem) = view.store.ty(ty) {
                ty = view.store.unalias(*elem);
            }
            matches!(view.store.ty(ty), Type::Named(named)
                if view.store.obj(named.obj).name.as_str() == type_name)
        })
}

fn puts_of(flow: &Flow<'_>, pools: &Pools, function: ObjId, depth: u32) -> Rc<[usize]> {
    if let Some(known) = pools.puts.borrow().get(&function) {
        return Rc::clone(known);
    }
    let Some(deeper) = depth.checked_sub(1) else { return Rc::default() };
    // A function that calls itself puts nothing, as far as that call tells.
    pools.puts.borrow_mut().insert(function, Rc::default());
    let found: Rc<[usize]> = find_puts(flow, pools, function, deeper).into();
    pools.puts.borrow_mut().insert(function, Rc::clone(&found));
    found
}

fn find_puts(flow: &Flow<'_>, pools: &Pools, function: ObjId, depth: u32) -> Vec<usize> {
    if is_standard(flow, function) {
        return Vec::new();
    }
    // What puts something into a pool calls `Put`, or a function that is called after it.
    if !flow.may_mention(function, "Put") && !flow.may_mention(function, "put") {
        return Vec::new();
    }
    let Some(body) = flow.declared(function) else { return Vec::new() };
    let view = body.view();
    let Type::Signature(signature) = view.store.ty(view.store.obj_type(function)) else {
        return Vec::new();
    };
    let operands: Vec<ObjId> = signature.recv.iter().chain(&signature.params).copied().collect();
    let mut found = Vec::new();
    each_call(view, body.body(), |call| {
        for put in put_by(flow, pools, view, call, depth) {
            let Some(variable) = base_variable(view, put) else { continue };
            let Some(at) = operands.iter().position(|&operand| operand == variable) else {
                continue;
            };
            let own = signature.recv.into_iter().chain([variable]).collect::<Vec<_>>();
            if keeps_its_memory(&body, variable) && depends_on(&body, call, &own) {
                found.push(at);
            }
        }
    });
    found
}

/// Whether a function is of the standard library.
pub(crate) fn is_standard(flow: &Flow<'_>, function: ObjId) -> bool {
    let Some(pkg) = flow.store().obj(function).pkg else { return true };
    let path = flow.store().pkg(pkg).path.as_str();
    pkg != flow.package().pkg && !path.split('/').next().is_some_and(|first| first.contains('.'))
}

/// The calls within a statement, but not those of function literals.
fn each_call(view: View<'_>, stmt: StmtId, mut see: impl FnMut(ExprId)) {
    walk::walk(view.tree(), walk::Node::Stmt(stmt), |event| {
        let walk::Event::Enter(walk::Node::Expr(expr)) = event else { return true };
        match view.tree().expr(expr) {
            Expr::Func { .. } => return false,
            Expr::Call { .. } => see(expr),
            _ => {}
        }
        true
    });
}

/// The variable whose memory the value of an expression is, seen through slicing, addresses, conversions and assertions.
pub(crate) fn base_variable(view: View<'_>, expr: ExprId) -> Option<ObjId> {
    let mut at = view.tree().unparen(expr);
    loop {
        at = view.tree().unparen(match view.tree().expr(at) {
            Expr::Ident(_) => return view.local(at),
            Expr::Slice { x, .. } => x,
            Expr::TypeAssert { x, .. } | Expr::Unary { op: UnaryOp::Addr, x } => x,
            Expr::Call { .. } => match view.callee(at)? {
                Callee::Conversion(to) if is_same_memory(view, view.arguments(at)[0], to) => {
                    view.arguments(at)[0]
                }
                Callee::Builtin(Builtin::Append) => *view.arguments(at).first()?,
                _ => return None,
            },
            _ => return None,
        });
    }
}

/// Whether a conversion gives a value that leads to the same memory.
pub(crate) fn is_same_memory(view: View<'_>, x: ExprId, to: TypeId) -> bool {
    let from = view.under(x);
    let to = view.store.ty(view.store.under(to));
    let is_string = |ty: &Type| matches!(ty, Type::Basic(basic, _) if basic.is_string());
    is_string(from) == is_string(to) && !matches!(from, Type::Basic(basic, _) if basic.is_numeric())
}

/// Whether all that a variable is given is its own memory again: `b = b[:0]`, `b = append(b, …)`.
fn keeps_its_memory(body: &flow::Function<'_>, variable: ObjId) -> bool {
    body.definitions(variable).iter().all(|definition| {
        definition.value.is_some_and(|value| base_variable(body.view(), value) == Some(variable))
    })
}

/// Whether nothing but these variables, and what is not a variable of a function, decides whether a node runs.
pub(crate) fn depends_on(
    body: &flow::Function<'_>,
    node: impl Into<Parent>,
    variables: &[ObjId],
) -> bool {
    let Some(point) = body.point(node) else { return false };
    let view = body.view();
    body.cfg().points().all(|(at, node)| {
        let span = match node {
            Node::Expr(condition) => view.span(condition),
            _ => return true,
        };
        !body.cfg().can_follow(at, point)
            || view.tree().idents_within(span).all(|(ident, _)| {
                let object = view.facts().uses[ident];
                object.is_none_or(|object| !view.is_local(object) || variables.contains(&object))
            })
    })
}

/// Whether an object is a result, by its kind.
pub(crate) fn is_result(view: View<'_>, object: ObjId) -> bool {
    matches!(view.store.obj(object).kind, ObjectKind::Var(VarKind::Result))
}
