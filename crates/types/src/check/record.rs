//! Writing down what was found out.
//!
//! An untyped expression is recorded with its untyped type at first; when the context gives it a type, `untyped`
//! writes that down for it and its operands.

use syntax::tree::{ExprId, IdentId};

use super::{Checker, Operand};
use crate::constant::Value;
use crate::facts::{InstanceFact, Mode, Selection};
use crate::object::ObjId;
use crate::types::TypeId;
use crate::universe::Universe;

impl Checker<'_> {
    /// Records mode, type and value of the operand's expression. What is not known is not recorded.
    pub(super) fn record(&mut self, x: &Operand) {
        let Some(expr) = x.expr else { return };
        match x.mode {
            Mode::Invalid => {}
            Mode::NoValue => self.record_type(expr, Mode::NoValue, Universe::EMPTY_TUPLE, None),
            _ => self.record_type(expr, x.mode, x.ty, x.value.as_ref()),
        }
    }

    /// Records mode, type and, of a constant, value of an expression.
    pub(super) fn record_type(
        &mut self,
        expr: ExprId,
        mode: Mode,
        ty: TypeId,
        value: Option<&Value>,
    ) {
        let facts = self.facts();
        facts.types[expr] = Some(ty);
        facts.modes[expr] = mode;
        if mode == Mode::Constant {
            if let Some(value) = value {
                facts.values.insert(expr, value.clone());
            }
        } else if !facts.values.is_empty() {
            facts.values.remove(&expr);
        }
    }

    /// Records what an identifier declares.
    pub(super) fn record_def(&mut self, ident: IdentId, obj: ObjId) {
        self.facts().defs[ident] = Some(obj);
    }

    /// Records what an identifier refers to.
    pub(super) fn record_use(&mut self, ident: IdentId, obj: ObjId) {
        self.facts().uses[ident] = Some(obj);
    }

    /// Records what a selector selects, and its identifier's use.
    pub(super) fn record_selection(&mut self, expr: ExprId, ident: IdentId, selection: Selection) {
        self.record_use(ident, selection.obj);
        self.facts().selections.insert(expr, selection);
    }

    /// Records the type arguments of a generic function or type: `expr` is its name, maybe qualified.
    pub(super) fn record_instance(&mut self, expr: ExprId, args: &[TypeId], ty: TypeId) {
        let tree = self.tree();
        let ident = match tree.expr(tree.unparen(expr)) {
            syntax::tree::Expr::Ident(ident) => ident,
            syntax::tree::Expr::Selector { sel, .. } => sel,
            _ => return,
        };
        self.facts().instances.insert(ident, InstanceFact { args: args.into(), ty });
    }
}
