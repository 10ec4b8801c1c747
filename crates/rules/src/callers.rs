//! Who calls a function, and what is allocated there.

use escape::{Allocated, There};
use syntax::tree::{Decl, Expr, ExprId, IdentId, UnaryOp};
use types::Builtin;

use crate::context::{Callee, Context};
use crate::functions::FunctionNode;
use crate::parents::Parent;

impl<'a> Context<'a> {
    /// Where the function is called that something stands in, if nothing else can be done with it: the operand of each
    /// call, with its file. `None` where it may be called from elsewhere, and for methods.
    pub(crate) fn known_calls(&self, at: ExprId) -> Option<Vec<(Context<'a>, ExprId)>> {
        let function = self.function_of(Parent::Expr(at))?;
        let FunctionNode::Declared(decl) = function.node else { return None };
        let Decl::Func { recv: None, name, .. } = self.tree().decl(decl) else { return None };
        let object = self.facts().defs[name]?;
        if self.store.obj(object).is_exported() {
            return None;
        }
        let uses = self.package.function_uses(object).iter();
        let calls: Option<Vec<(Context<'a>, ExprId)>> = uses
            .map(|&(file, ident)| {
                let there = self.package.context(file);
                let fun = there.parents().ident(ident)?;
                let (outer, Parent::Expr(call)) = there.around(fun) else { return None };
                matches!(there.tree().expr(call), Expr::Call { fun, .. } if fun == outer)
                    .then_some((there, fun))
            })
            .collect();
        calls.filter(|calls| !calls.is_empty())
    }

    /// What is allocated at a place of a function that is inlined, taken together over those that call it. `None` where the
    /// function also runs by itself, or may.
    pub(crate) fn allocated_where_inlined(&self, at: ExprId) -> Option<Allocated> {
        let mut all = None;
        for (there, fun) in self.known_calls(at)? {
            let Parent::Expr(call) = there.around(fun).1 else { return None };
            match self.allocated_through(there.reported(call), at)? {
                There::Called => return None,
                There::Inlined(allocated) => {
                    all = Some(match all {
                        None => allocated,
                        Some(others) => allocated.or(others),
                    });
                }
            }
        }
        all
    }

    /// Whether a composite literal, or `new(T)`, is evaluated in a loop, becomes an element of a slice, or stands in a function that is
    /// called in a loop by this package.
    pub(crate) fn is_one_of_many(&self, made: ExprId) -> bool {
        if self.innermost_loop(Parent::Expr(made)).is_some() {
            return true;
        }
        let mut value = made;
        if let (_, Parent::Expr(around)) = self.around(value)
            && matches!(self.tree().expr(around), Expr::Unary { op: UnaryOp::Addr, .. })
        {
            value = around;
        }
        if let (_, Parent::Expr(call)) = self.around(value)
            && self.callee(call) == Some(Callee::Builtin(Builtin::Append))
        {
            return true;
        }
        let Some(decl) = self.declaration_of(Parent::Expr(made)) else { return false };
        let Some(function) = self.declared_function(decl) else { return false };
        self.package.function_uses(function).iter().any(|&(file, ident)| {
            let there = self.package.context(file);
            let in_loop = |expr| there.innermost_loop(Parent::Expr(expr)).is_some();
            !there.is_test() && there.naming(ident).is_some_and(in_loop)
        })
    }

    /// The expression that names something by an identifier: itself, or the selector that it is a part of.
    fn naming(&self, ident: IdentId) -> Option<ExprId> {
        let selects = |&(_, expr): &(ExprId, Expr)| matches!(expr, Expr::Selector { sel, .. } if sel == ident);
        let selector = || self.tree().exprs().find(selects).map(|(id, _)| id);
        self.parents().ident(ident).or_else(selector)
    }
}
