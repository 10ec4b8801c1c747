//! Strings for functions of the package that only read them.

use fix::{Applicability, Plan};
use flow::Effect;
use source::Span;
use syntax::tree::{BinaryOp, Decl, DeclId, Expr, ExprId, FieldId, Stmt};
use types::{Basic, Builtin, ObjId, Type};

use crate::copies::Copy;
use crate::twins::{self, Takes};
use crate::{Access, Callee, Context, Parent};

pub(super) fn of(cx: &Context<'_>, call: ExprId, at: usize) -> Option<Copy> {
    let Some(Callee::Function(function)) = cx.callee(call) else { return None };
    let object = cx.store.obj(function);
    if object.pkg != Some(cx.package.checked.pkg) || object.is_exported() {
        return None;
    }
    let fate = cx.flow_around(call)?.argument_fate(call, at);
    if fate.kept || fate.is_returned() {
        return None;
    }
    super::copy(
        "the bytes are copied for a function that only reads them",
        format!("let `{}` take the bytes", object.name),
        Change::of(cx, function, at).and_then(|change| change.plan()),
    )
}

/// A function whose parameter becomes `[]byte`.
struct Change<'c, 'a> {
    cx: &'c Context<'a>,
    function: ObjId,
    at: usize,
    decl: DeclId,
    field: FieldId,
    parameter: ObjId,
}

impl<'c, 'a> Change<'c, 'a> {
    /// The function, where it stands in this file and the parameter is declared alone, as a `string`.
    fn of(cx: &'c Context<'a>, function: ObjId, at: usize) -> Option<Self> {
        let tree = cx.tree();
        let declares = |&decl: &DeclId| cx.declared_function(decl) == Some(function);
        let decl = tree.decls.iter().copied().find(declares)?;
        let Decl::Func { recv: None, ty, body: Some(_), .. } = tree.decl(decl) else { return None };
        let mut before = 0;
        for field in tree.list(tree.field_list(tree.func_type(ty).params).fields) {
            let names = tree.field(field).names;
            if before == at && names.len() == 1 {
                let parameter = cx.facts().defs[tree.list_get(names, 0)?]?;
                let is_string =
                    cx.store.unalias(cx.store.obj_type(parameter)) == Basic::String.id();
                let effect = cx.flow().function_effect(function);
                let fits = is_string && !cx.is_captured(parameter) && effect <= Effect::Reads;
                let Type::Signature(signature) = cx.store.ty(cx.store.obj_type(function)) else {
                    return None;
                };
                let plain = !signature.variadic && signature.type_params.is_empty();
                return (fits && plain).then_some(Self {
                    cx,
                    function,
                    at,
                    decl,
                    field,
                    parameter,
                });
            }
            before += names.len().max(1);
        }
        None
    }

    fn plan(&self) -> Option<Plan> {
        let cx = self.cx;
        if !cx.is_predeclared("byte") || !cx.is_predeclared("string") {
            return None;
        }
        let name = cx.store.obj(self.function).name;
        // Tests that were not looked at may call the function as well.
        let (applicability, because) = if cx.may_be_named_unseen(name) {
            (Applicability::Unsafe, "; tests of the package that call it have to follow")
        } else {
            (Applicability::Safe, "")
        };
        let mut plan = Plan::new(applicability, format!("Let {name} take the bytes{because}"));
        plan.replace(cx.span(cx.tree().field(self.field).ty), "[]byte");
        for &ident in cx.uses(self.parameter) {
            match cx.access(ident) {
                Access::Declare => {}
                Access::Read(expr) => self.read(expr, &mut plan)?,
                _ => return None,
            }
        }
        let Decl::Func { body: Some(body), .. } = cx.tree().decl(self.decl) else { return None };
        let inside = *cx.statements(body).first()?;
        let inside = cx.expressions_in(inside).first().copied()?;
        for (there, fun) in cx.known_calls(inside)? {
            let Parent::Expr(call) = there.around(fun).1 else { return None };
            if there.number != cx.number {
                return None;
            }
            let arguments = cx.arguments(call);
            // Another argument must not change the bytes before the function reads them.
            let function = cx.flow_around(call)?;
            if arguments.iter().any(|&argument| function.effect(argument) > Effect::Reads) {
                return None;
            }
            self.argument(*arguments.get(self.at)?, &mut plan)?;
        }
        Some(plan)
    }

    /// A use of the parameter that works for bytes as well.
    fn read(&self, expr: ExprId, plan: &mut Plan) -> Option<()> {
        let cx = self.cx;
        let tree = cx.tree();
        let (outer, parent) = cx.around(expr);
        let around = match parent {
            Parent::Expr(around) => around,
            Parent::Stmt(stmt) => {
                let Stmt::Switch { tag: Some(tag), .. } = tree.stmt(stmt) else { return None };
                return if tag == outer { self.converted(expr, plan) } else { None };
            }
            _ => return None,
        };
        match tree.expr(around) {
            Expr::Call { .. } if cx.callee(around) == Some(Callee::Builtin(Builtin::Len)) => {
                Some(())
            }
            Expr::Call { .. } => self.given(around, plan),
            Expr::Index { x, .. } if x == outer => Some(()),
            Expr::Index { .. } if super::twin::is_only_looked_at(cx, expr) => {
                self.converted(expr, plan)
            }
            Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. } => {
                let other = if x == outer { y } else { x };
                // In interfaces, it would be a copy.
                let is_plain = matches!(cx.under(other), Type::Basic(..));
                if is_plain { self.converted(expr, plan) } else { None }
            }
            _ => None,
        }
    }

    /// A conversion where it is no copy.
    fn converted(&self, expr: ExprId, plan: &mut Plan) -> Option<()> {
        let span = self.cx.span(expr);
        plan.insert(span.start, "string(");
        plan.insert(span.end, ")");
        Some(())
    }

    /// The parameter as an argument of a function of `strings` with a twin.
    fn given(&self, call: ExprId, plan: &mut Plan) -> Option<()> {
        let cx = self.cx;
        let called = cx.known(call)?;
        if let Some(twin) = twins::for_bytes(called) {
            plan.replace(cx.selected_name(call)?, twin);
            return Some(());
        }
        let ("strings", name) = called.function()? else { return None };
        let takes = twins::answer(name)?;
        for (&argument, takes) in cx.arguments(call).iter().zip(takes) {
            if *takes == Takes::Same {
                continue;
            }
            if cx.constant_string(argument).is_some() {
                let span = cx.span(argument);
                plan.insert(span.start, "[]byte(");
                plan.insert(span.end, ")");
            } else if cx.object(argument) != Some(self.parameter) {
                return None;
            }
        }
        let bytes = cx.package_name("bytes", Parent::Expr(call))?;
        plan.needs("bytes");
        plan.replace(
            Span::new(cx.span(call).start, cx.arguments_start(call)),
            format!("{bytes}.{name}("),
        );
        Some(())
    }

    /// An argument of a call of the function.
    fn argument(&self, argument: ExprId, plan: &mut Plan) -> Option<()> {
        let cx = self.cx;
        let span = cx.span(argument);
        if let Some(bytes) = cx.bytes_as_string(cx.tree().unparen(argument)) {
            let inner = cx.span(bytes);
            plan.remove(Span::new(span.start, inner.start));
            plan.remove(Span::new(inner.end, span.end));
            return Some(());
        }
        cx.constant_string(argument)?;
        plan.insert(span.start, "[]byte(");
        plan.insert(span.end, ")");
        Some(())
    }
}
