//! Variables captured in place of arguments.

use fix::{Applicability, Plan};
use flow::Access;
use source::Span;
use syntax::tree::{Expr, ExprId, IdentId, Stmt};
use types::ObjId;

use super::{LARGEST_COPIED, Started, name_of};
use crate::context::Context;
use crate::parents::Parent;

impl Started {
    /// The literal without parameters.
    pub(super) fn plan(&self, cx: &Context<'_>) -> Option<Plan> {
        let tree = cx.tree();
        let Expr::Func { ty, .. } = tree.expr(self.literal) else { return None };
        let Expr::Call { lparen, spread: false, .. } = tree.expr(self.call) else { return None };
        let list = tree.field_list(tree.func_type(ty).params);
        let names: Vec<IdentId> =
            tree.list(list.fields).flat_map(|field| tree.list(tree.field(field).names)).collect();
        if names.len() != self.arguments.len() {
            return None;
        }
        let parameters = Span::new(list.open? + 1, list.close?);
        let arguments = Span::new(lparen + 1, cx.span(self.call).end.checked_sub(1)?);
        if cx.has_comment(parameters) || cx.has_comment(arguments) {
            return None;
        }
        let mut plan = Plan::new(Applicability::Safe, "Capture the arguments");
        plan.remove(parameters);
        plan.remove(arguments);
        for (&parameter, &argument) in names.iter().zip(&self.arguments) {
            self.replace(cx, parameter, argument, &mut plan)?;
        }
        Some(plan)
    }

    /// The uses of a parameter become those of the variable that is its argument.
    fn replace(
        &self,
        cx: &Context<'_>,
        parameter: IdentId,
        argument: ExprId,
        plan: &mut Plan,
    ) -> Option<()> {
        let variable = cx.object(argument).filter(|&object| cx.view().is_local(object))?;
        if !self.keeps_its_value(cx, variable) {
            return None;
        }
        // Without the argument the variable may have no use left, which does not compile.
        let others = cx.uses(variable).len() > 2;
        if name_of(cx, parameter).is_blank() {
            return others.then_some(());
        }
        let own = cx.facts().defs[parameter]?;
        if cx.uses(own).len() < 2 && !others {
            return None;
        }
        let same = cx.store.identical(cx.store.obj_type(own), cx.store.obj_type(variable));
        if !same || !self.is_only_read(cx, own, None) {
            return None;
        }
        let name = cx.store.obj(variable).name;
        let literal = cx.span(self.literal);
        let declared_anew = cx
            .declaring(name)
            .iter()
            .any(|&id| id != parameter && literal.contains(cx.tree().ident(id).pos));
        if declared_anew {
            return None;
        }
        for &ident in cx.uses(own).iter().filter(|&&ident| ident != parameter) {
            if cx.tree().ident(ident).name != name {
                plan.replace(cx.tree().ident(ident).span(), name.as_str());
            }
        }
        Some(())
    }

    /// Whether a variable has its value for good when the goroutine starts, and is copied into the closure.
    fn keeps_its_value(&self, cx: &Context<'_>, variable: ObjId) -> bool {
        let Some(size) = cx.size_of(cx.store.obj_type(variable)) else { return false };
        let Some(at) = cx.declared_at(variable) else { return false };
        // The heads of the loops around: their variables are those of a turn since Go 1.22.
        let heads =
            cx.loops(Parent::Stmt(self.stmt)).into_iter().find(|&id| cx.loop_head(id).contains(at));
        if heads.is_some() && cx.language() < (1, 22) {
            return false;
        }
        let step = heads.and_then(|id| match cx.tree().stmt(id) {
            Stmt::For { post, .. } => post.map(|post| cx.stmt_span(post)),
            _ => None,
        });
        size <= LARGEST_COPIED && self.is_only_read(cx, variable, step)
    }

    /// Whether nothing sets a variable or a part of it, but maybe in the step of a loop, or takes its address.
    fn is_only_read(&self, cx: &Context<'_>, variable: ObjId, step: Option<Span>) -> bool {
        let Some(function) = cx.flow_around(self.stmt) else { return false };
        let all = function.variables().of(variable);
        all.iter().all(|occurrence| match occurrence.access {
            Access::Declare | Access::Read | Access::WriteThrough => true,
            Access::Address | Access::WritePart => false,
            Access::Write | Access::Update => {
                step.is_some_and(|step| step.contains(cx.tree().ident(occurrence.ident).pos))
            }
        })
    }
}
