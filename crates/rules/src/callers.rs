//! Who calls a function, and what is allocated there.

use escape::{Allocated, There};
use syntax::tree::{Expr, ExprId, IdentId, UnaryOp};
use types::{Builtin, ObjId};

use crate::context::{Callee, Context};
use crate::functions::FunctionNode;
use crate::parents::Parent;

impl<'a> Context<'a> {
    /// Where the function is called that something stands in, if nothing else can be done with it: the operand of each
    /// call, with its file. `None` where it may be called from elsewhere, and for methods.
    pub(crate) fn known_calls(&self, at: ExprId) -> Option<Vec<(Context<'a>, ExprId)>> {
        let function = self.function_of(Parent::Expr(at))?;
        let FunctionNode::Declared(decl) = function.node else { return None };
        let function = self.declared_function(decl)?;
        self.receiver(function).is_none().then(|| self.calls_of(function))?
    }

    /// Where a function or method of the package is called, if nothing else is done with it: as [`Self::known_calls`]. `None` for
    /// methods as well that another type, or an interface, has one of the same name as.
    pub(crate) fn calls_of(&self, function: ObjId) -> Option<Vec<(Context<'a>, ExprId)>> {
        let object = self.store.obj(function);
        if object.is_exported() || self.files().any(|there| there.links(object.name.as_str())) {
            return None;
        }
        let uses = self.package.function_uses(function);
        if self.receiver(function).is_some() {
            let calls = self.method_calls_of(function);
            // Any other use is one as a value, or with the receiver as an argument.
            let all = !self.has_namesake(function) && calls.len() == uses.len();
            return (all && !calls.is_empty()).then_some(calls);
        }
        let calls: Option<Vec<(Context<'a>, ExprId)>> = uses
            .iter()
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

    /// Whether a comment of the file hands a function on to the linker, or to C.
    fn links(&self, name: &str) -> bool {
        self.tree().comments().iter().any(|&comment| {
            let mut words = self.text(comment).split_ascii_whitespace();
            matches!(words.next(), Some("//go:linkname" | "//export")) && words.next() == Some(name)
        })
    }

    /// The calls of a method on a value.
    fn method_calls_of(&self, method: ObjId) -> Vec<(Context<'a>, ExprId)> {
        let mut calls = Vec::new();
        for there in self.files() {
            for (id, expr) in there.tree().exprs() {
                if let Expr::Call { fun, .. } = expr
                    && there.method_call(id).is_some_and(|found| found.method == method)
                {
                    calls.push((there, there.tree().unparen(fun)));
                }
            }
        }
        calls
    }

    /// Whether the package has another method of the same name.
    fn has_namesake(&self, method: ObjId) -> bool {
        let name = self.store.obj(method).name;
        self.files().any(|there| {
            there.declaring(name).iter().any(|&ident| {
                there.facts().defs[ident].is_some_and(|other| {
                    other != method
                        && self.store.obj(other).is_func()
                        && self.receiver(other).is_some()
                })
            })
        })
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
