//! Where the memory comes from that the value of an expression leads to.

use syntax::tree::{Expr, ExprId, List, StmtId, UnaryOp};
use types::{Builtin, ObjId, Type};

use crate::code::{Callee, View};
use crate::contract::keeps_nothing;
use crate::function::Flow;

/// The variables that the value of an expression may share memory with. Errs to more.
pub(super) fn origins(flow: &Flow<'_>, view: View<'_>, expr: ExprId) -> Vec<ObjId> {
    let mut found = Vec::new();
    Origins { flow, view, found: &mut found }.value(expr);
    found.sort_unstable();
    found.dedup();
    found
}

/// The same of what an expression is a part of, or stands for, whatever its type.
pub(super) fn place_origins(flow: &Flow<'_>, view: View<'_>, expr: ExprId) -> Vec<ObjId> {
    let mut found = Vec::new();
    Origins { flow, view, found: &mut found }.place(expr);
    found
}

struct Origins<'o, 'v> {
    flow: &'o Flow<'o>,
    view: View<'v>,
    found: &'o mut Vec<ObjId>,
}

impl Origins<'_, '_> {
    fn value(&mut self, expr: ExprId) {
        let view = self.view;
        let tree = view.tree();
        let ty = view.type_of(expr);
        if view.facts().value(expr).is_some() || !view.carries_references(ty) {
            return;
        }
        match tree.expr(expr) {
            Expr::Ident(_) => self.found.extend(view.local(expr)),
            Expr::Paren(x)
            | Expr::Selector { x, .. }
            | Expr::Star(x)
            | Expr::TypeAssert { x, .. }
            | Expr::Index { x, .. } => self.place(x),
            Expr::Slice { x, .. } => self.place(x),
            Expr::Unary { op: UnaryOp::Addr | UnaryOp::Recv, x } => self.place(x),
            Expr::KeyValue { value, .. } => self.value(value),
            Expr::Composite { elems, .. } => self.values(elems),
            Expr::Func { body, .. } => self.captured(body),
            Expr::Call { fun, .. } => self.call(expr, fun),
            _ => {}
        }
    }

    /// What an expression is a part of, or stands for, whatever the type of the whole.
    fn place(&mut self, expr: ExprId) {
        match self.view.tree().expr(expr) {
            Expr::Ident(_) => self.found.extend(self.view.local(expr)),
            Expr::Paren(x) | Expr::Selector { x, .. } | Expr::Index { x, .. } | Expr::Star(x) => {
                self.place(x);
            }
            _ => self.value(expr),
        }
    }

    fn values(&mut self, list: List<ExprId>) {
        for x in self.view.tree().list(list) {
            match self.view.tree().expr(x) {
                Expr::KeyValue { key, value, .. } => {
                    // Of a struct's literal the key is a field, and leads nowhere.
                    if self.view.facts().type_of(key).is_some() {
                        self.value(key);
                    }
                    self.value(value);
                }
                _ => self.value(x),
            }
        }
    }

    fn captured(&mut self, body: StmtId) {
        let (view, tree) = (self.view, self.view.tree());
        let span = tree.stmt_span(body);
        for (ident, _) in tree.idents_within(span) {
            let Some(object) = view.facts().uses[ident].filter(|&o| view.is_local(o)) else {
                continue;
            };
            let place = view.store.obj(object).place;
            if place.is_none_or(|place| !span.contains(place.offset)) {
                self.found.push(object);
            }
        }
    }

    fn call(&mut self, call: ExprId, fun: ExprId) {
        let view = self.view;
        if keeps_nothing(view, call) {
            return;
        }
        let arguments = view.arguments(call);
        match view.callee(call) {
            Some(Callee::Conversion(to)) => {
                let [x] = arguments[..] else { return };
                if !copies(view, x, to) {
                    self.value(x);
                }
            }
            Some(Callee::Builtin(builtin)) => match builtin {
                Builtin::Append => {
                    let spread = matches!(view.tree().expr(call), Expr::Call { spread: true, .. });
                    for (at, &x) in arguments.iter().enumerate() {
                        // Elements are copied; only what they lead to is shared.
                        let shares = at == 0 || !spread || elements_carry(view, x);
                        if shares {
                            self.value(x);
                        }
                    }
                }
                Builtin::Min
                | Builtin::Max
                | Builtin::UnsafeAdd
                | Builtin::UnsafeSlice
                | Builtin::UnsafeSliceData
                | Builtin::UnsafeString
                | Builtin::UnsafeStringData => arguments.iter().for_each(|&x| self.value(x)),
                _ => {}
            },
            Some(Callee::Function(_)) => {
                for (at, &x) in arguments.iter().enumerate() {
                    if self.flow.argument_fate(view, call, at).is_returned() {
                        self.value(x);
                    }
                }
                if let Some(x) = view.receiver_argument(call)
                    && self.flow.receiver_fate(view, call).is_returned()
                {
                    self.place(x);
                }
            }
            Some(Callee::Dynamic) | None => {
                arguments.iter().for_each(|&x| self.value(x));
                self.place(fun);
            }
        }
    }
}

/// Whether a conversion gives memory of its own: between strings and slices.
fn copies(view: View<'_>, x: ExprId, to: types::TypeId) -> bool {
    let is_string = |ty: &Type| matches!(ty, Type::Basic(basic, _) if basic.is_string());
    let (from, to) = (view.under(x), view.store.ty(view.store.under(to)));
    let slice = |ty: &Type| matches!(ty, Type::Slice(_));
    is_string(from) && slice(to) || slice(from) && is_string(to)
}

/// Whether copies of a slice's elements lead to the same memory as these.
pub(super) fn elements_carry(view: View<'_>, slice: ExprId) -> bool {
    match view.under(slice) {
        Type::Slice(elem) => view.carries_references(*elem),
        // The bytes of a string are copied.
        Type::Basic(..) => false,
        _ => true,
    }
}
