//! Whether what a variable points to is changed through it.

use source::Span;
use syntax::tree::{Decl, DeclId, Expr, ExprId, IdentId, Stmt};
use types::{ObjId, Type};

use crate::context::{Callee, Context};
use crate::parents::Parent;

/// How many functions a pointer is followed through.
const DEEPEST: u32 = 3;

impl<'a> Context<'a> {
    /// The declaration of a function of the package, with the file that it stands in.
    pub(crate) fn declaration_of_function(&self, function: ObjId) -> Option<(Context<'a>, DeclId)> {
        self.files().find_map(|there| {
            let at = there.declared_at(function)?;
            let tree = there.tree();
            let decl = *tree.decls.iter().find(|&&decl| tree.decl_span(decl).contains(at))?;
            matches!(tree.decl(decl), Decl::Func { name, .. } if there.facts().defs[name] == Some(function))
                .then_some((there, decl))
        })
    }

    /// Where what a pointer points to, held by a variable of this file, is changed through it: a field or element set, a
    /// method or function of the package called that does. Not looked at is what the pointers in it point to.
    fn changed_within(&self, variable: ObjId, depth: u32) -> Option<Span> {
        self.uses(variable).iter().find_map(|&ident| self.changed_by(ident, depth))
    }

    fn changed_by(&self, ident: IdentId, depth: u32) -> Option<Span> {
        let expr = self.parents().ident(ident)?;
        if let Some(part) = self.part_set(expr) {
            return Some(self.span(part));
        }
        let (argument, Parent::Expr(around)) = self.around(expr) else { return None };
        let call = match self.tree().expr(around) {
            Expr::Call { .. } => around,
            Expr::Selector { .. } => match self.around(around) {
                (fun, Parent::Expr(call)) if matches!(self.tree().expr(call), Expr::Call { fun: f, .. } if f == fun) => {
                    call
                }
                _ => return None,
            },
            _ => return None,
        };
        self.is_changed_by_call(call, argument, depth).then(|| self.span(call))
    }

    /// Whether a call changes what its receiver or an argument points to, if it is to a function of the package.
    pub(crate) fn changes_operand(&self, call: ExprId, operand: ExprId) -> bool {
        self.is_changed_by_call(call, operand, DEEPEST)
    }

    fn is_changed_by_call(&self, call: ExprId, operand: ExprId, depth: u32) -> bool {
        let Some(deeper) = depth.checked_sub(1) else { return false };
        let Some(Callee::Function(function)) = self.callee(call) else { return false };
        let Some((there, _)) = self.declaration_of_function(function) else { return false };
        let Type::Signature(signature) = self.store.ty(self.store.obj_type(function)) else {
            return false;
        };
        let at = self.arguments(call).iter().position(|&argument| argument == operand);
        let parameter = match at {
            Some(at) => signature
                .params
                .get(at)
                .copied()
                .filter(|_| !signature.variadic || at + 1 < signature.params.len()),
            None => self
                .method_call(call)
                .filter(|found| self.tree().unparen(found.receiver) == self.tree().unparen(operand))
                .and(signature.recv),
        };
        parameter.is_some_and(|parameter| {
            let by_pointer =
                matches!(self.store.under_ty(self.store.obj_type(parameter)), Type::Pointer(_));
            by_pointer && there.changed_within(parameter, deeper).is_some()
        })
    }

    /// The part of what an expression holds or points to that is set where it stands: `x.f` of `x.f = 1`, `*x` of `*x = v`.
    pub(crate) fn part_set(&self, expr: ExprId) -> Option<ExprId> {
        let mut at = expr;
        let mut steps = 0;
        loop {
            let (outer, parent) = self.around(at);
            match parent {
                Parent::Expr(around) => {
                    let is_part = match self.tree().expr(around) {
                        Expr::Selector { .. } | Expr::Star(_) => true,
                        Expr::Index { x, .. } => x == outer,
                        _ => return None,
                    };
                    // Another object begins behind a second pointer.
                    if !is_part || steps > 0 && matches!(self.under(at), Type::Pointer(_)) {
                        return None;
                    }
                    steps += 1;
                    at = around;
                }
                Parent::Stmt(stmt) => {
                    let set = match self.tree().stmt(stmt) {
                        Stmt::Assign { lhs, .. } => self.tree().list(lhs).any(|x| x == outer),
                        Stmt::IncDec { .. } => true,
                        _ => false,
                    };
                    return (set && steps > 0).then_some(at);
                }
                _ => return None,
            }
        }
    }
}
