//! Values that can be made later: nothing happens when they are, and nobody can tell when it was.

use source::Name;
use syntax::tree::{BinaryOp, Expr, ExprId, UnaryOp};
use types::{Builtin, Mode, ObjId, ObjectKind, Type, VarKind};

use crate::context::{Callee, Context};

/// What a value is made of.
pub(super) struct Value {
    /// The variables that it is made of.
    pub(super) variables: Vec<ObjId>,
    /// The names in it, those of types included.
    pub(super) names: Vec<Name>,
    /// Whether making it could panic: of a negative size.
    pub(super) may_panic: bool,
}

impl Value {
    /// Reads `make(…)`, `new(T)`, `T{…}`, `&T{…}` without calls.
    pub(super) fn of(cx: &Context<'_>, made: ExprId) -> Option<Self> {
        let tree = cx.tree();
        let is_made = match tree.expr(made) {
            Expr::Composite { .. } => true,
            Expr::Unary { op: UnaryOp::Addr, x } => {
                matches!(tree.expr(tree.unparen(x)), Expr::Composite { .. })
            }
            Expr::Call { .. } => {
                matches!(cx.callee(made), Some(Callee::Builtin(Builtin::Make | Builtin::New)))
            }
            _ => false,
        };
        let mut value = Self { variables: Vec::new(), names: Vec::new(), may_panic: false };
        (is_made && value.read(cx, made)).then_some(value)
    }

    fn read(&mut self, cx: &Context<'_>, made: ExprId) -> bool {
        let tree = cx.tree();
        let span = cx.span(made);
        self.names = tree.idents_within(span).map(|(_, ident)| ident.name).collect();
        // An explicit stack: nesting comes from the code under analysis.
        let mut open = vec![made];
        while let Some(expr) = open.pop() {
            if cx.facts().modes[expr] == Mode::Type || cx.constant(expr).is_some() {
                continue;
            }
            match tree.expr(expr) {
                Expr::Lit(_) => {}
                Expr::Ident(ident) => match cx.facts().object(ident) {
                    Some(object) if cx.view().is_local(object) => self.variables.push(object),
                    Some(object) if !cx.store.obj(object).is_var() => {}
                    _ => return false,
                },
                Expr::Paren(x)
                | Expr::Unary {
                    op: UnaryOp::Addr | UnaryOp::Plus | UnaryOp::Neg | UnaryOp::Not,
                    x,
                } => open.push(x),
                Expr::Binary {
                    op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, x, y, ..
                } => {
                    open.extend([x, y]);
                }
                Expr::Composite { elems, .. } => open.extend(tree.list(elems)),
                Expr::KeyValue { key, value, .. } => {
                    if !is_field(cx, key) {
                        open.push(key);
                    }
                    open.push(value);
                }
                Expr::Call { .. } => {
                    if !self.read_call(cx, expr) {
                        return false;
                    }
                    open.extend(cx.arguments(expr));
                }
                _ => return false,
            }
        }
        true
    }

    fn read_call(&mut self, cx: &Context<'_>, call: ExprId) -> bool {
        let arguments = cx.arguments(call);
        match cx.callee(call) {
            Some(Callee::Builtin(Builtin::Make)) => {
                let sizes = &arguments[1..];
                let map = matches!(cx.under(call), Type::Map { .. });
                self.may_panic |= !map && !sizes.iter().all(|&size| is_size(cx, size));
                // Two sizes that are not both known may be in the wrong order.
                self.may_panic |= sizes.len() > 1 && cx.constant_int(sizes[0]) != Some(0);
                true
            }
            Some(Callee::Builtin(Builtin::New)) => {
                arguments.iter().all(|&x| cx.facts().modes[x] == Mode::Type)
            }
            Some(Callee::Builtin(Builtin::Len | Builtin::Cap)) => {
                // The length of a channel or a map changes without the variable.
                arguments.iter().all(|&x| {
                    cx.object(x).is_some()
                        && (cx.is_string(x) || matches!(cx.under(x), Type::Slice(_)))
                })
            }
            Some(Callee::Conversion(to)) => {
                let number = |ty: &Type| matches!(ty, Type::Basic(basic, _) if basic.is_integer());
                number(cx.store.ty(cx.store.under(to)))
                    && arguments.iter().all(|&x| number(cx.under(x)))
            }
            _ => false,
        }
    }
}

/// Whether the key of an element is a field's name, as in a literal of a struct.
fn is_field(cx: &Context<'_>, key: ExprId) -> bool {
    let kind = |object| &cx.store.obj(object).kind;
    cx.object(key)
        .is_some_and(|object| matches!(kind(object), ObjectKind::Var(VarKind::Field { .. })))
}

/// Whether a size is constant, a length, or a sum or product of these.
fn is_size(cx: &Context<'_>, size: ExprId) -> bool {
    let mut open = vec![size];
    while let Some(size) = open.pop() {
        let size = cx.tree().unparen(size);
        if cx.constant(size).is_some() {
            continue;
        }
        match cx.tree().expr(size) {
            Expr::Binary { op: BinaryOp::Add | BinaryOp::Mul, x, y, .. } => open.extend([x, y]),
            Expr::Call { .. } if cx.callee(size) == Some(Callee::Builtin(Builtin::Len)) => {}
            _ => return false,
        }
    }
    true
}
