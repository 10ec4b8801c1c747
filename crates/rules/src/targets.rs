//! What type a value is given where it stands: of a parameter, a result, a field, a variable.

use syntax::tree::{Expr, ExprId, Spec, SpecId, Stmt, StmtId};
use types::{ObjId, Type, TypeId};

use crate::context::{Callee, Context};
use crate::functions::FunctionNode;
use crate::parents::Parent;

impl Context<'_> {
    /// The type that a value takes where it stands: that of the parameter it is an argument for, of the result, element,
    /// field or variable that it becomes. Its own, where it is only looked into. `None` where that is not known.
    pub(crate) fn target_type(&self, value: ExprId) -> Option<TypeId> {
        let own = self.type_of(value);
        let (outer, parent) = self.around(value);
        match parent {
            Parent::Stmt(stmt) => self.target_in_stmt(outer, own, stmt),
            Parent::Spec(spec) => self.target_in_spec(outer, own, spec),
            Parent::Expr(around) => self.target_in_expr(outer, own, around),
            _ => None,
        }
    }

    fn target_in_stmt(&self, value: ExprId, own: TypeId, stmt: StmtId) -> Option<TypeId> {
        let tree = self.tree();
        match tree.stmt(stmt) {
            Stmt::Assign { lhs, rhs, .. } => {
                let Some(at) = tree.list(rhs).position(|x| x == value) else { return Some(own) };
                let target = tree.list_get(lhs, at)?;
                Some(if self.is_fresh(target) { own } else { self.type_of(target) })
            }
            Stmt::Return(results) => {
                let at = tree.list(results).position(|x| x == value)?;
                let result = *self.results_around(Parent::Stmt(stmt))?.get(at)?;
                Some(self.store.obj_type(result))
            }
            Stmt::Send { chan, value: sent, .. } if sent == value => match self.under(chan) {
                Type::Chan { elem, .. } => Some(*elem),
                _ => None,
            },
            Stmt::Range { .. } | Stmt::Expr(_) | Stmt::IncDec { .. } | Stmt::Send { .. } => {
                Some(own)
            }
            _ => None,
        }
    }

    /// Whether the left side of an assignment is the blank identifier or declared by it.
    fn is_fresh(&self, target: ExprId) -> bool {
        match self.tree().expr(target) {
            Expr::Ident(ident) => {
                self.facts().defs[ident].is_some() || self.tree().ident(ident).name.is_blank()
            }
            _ => false,
        }
    }

    fn target_in_spec(&self, value: ExprId, own: TypeId, spec: SpecId) -> Option<TypeId> {
        match self.tree().spec(spec) {
            Spec::Value { ty: Some(ty), values, .. } => {
                self.tree().list(values).any(|x| x == value).then(|| self.type_of(ty))
            }
            Spec::Value { .. } => Some(own),
            _ => None,
        }
    }

    fn target_in_expr(&self, value: ExprId, own: TypeId, around: ExprId) -> Option<TypeId> {
        match self.tree().expr(around) {
            Expr::Selector { .. }
            | Expr::Star(_)
            | Expr::TypeAssert { .. }
            | Expr::Slice { .. } => Some(own),
            Expr::Index { x, .. } if x == value => Some(own),
            Expr::Index { x, .. } => match self.under(x) {
                Type::Map { key, .. } => Some(*key),
                _ => Some(own),
            },
            Expr::Call { fun, .. } if fun == value => Some(own),
            Expr::Call { spread, .. } => self.target_of_argument(value, around, spread),
            Expr::Binary { op, x, y, .. } if op.is_comparison() => {
                let other = if x == value { y } else { x };
                Some(if self.is_nil(other) { own } else { self.type_of(other) })
            }
            Expr::Binary { .. } | Expr::Unary { .. } => Some(own),
            Expr::KeyValue { key, value: element, .. } => {
                let (_, Parent::Expr(literal)) = self.around(around) else { return None };
                match self.under(literal) {
                    Type::Struct(_) if element == value => self.field_type(key),
                    Type::Map { key: ty, .. } if key == value => Some(*ty),
                    _ if key == value => Some(own),
                    ty => element_type(ty),
                }
            }
            Expr::Composite { elems, .. } => match self.under(around) {
                Type::Struct(parts) => {
                    let at = self.tree().list(elems).position(|x| x == value)?;
                    Some(self.store.obj_type(*parts.fields.get(at)?))
                }
                ty => element_type(ty),
            },
            _ => None,
        }
    }

    fn field_type(&self, key: ExprId) -> Option<TypeId> {
        let Expr::Ident(field) = self.tree().expr(key) else { return None };
        Some(self.store.obj_type(self.facts().uses[field]?))
    }

    fn target_of_argument(&self, value: ExprId, call: ExprId, spread: bool) -> Option<TypeId> {
        let Expr::Call { fun, args, .. } = self.tree().expr(call) else { return None };
        let at = self.tree().list(args).position(|x| x == value)?;
        match self.callee(call)? {
            Callee::Conversion(ty) => Some(ty),
            Callee::Builtin(types::Builtin::Append) if at > 0 && !spread => {
                element_type(self.store.under_ty(self.type_of(call)))
            }
            Callee::Builtin(
                types::Builtin::Panic | types::Builtin::Print | types::Builtin::Println,
            ) => None,
            Callee::Builtin(_) => Some(self.type_of(value)),
            _ => {
                let Type::Signature(signature) = self.under(fun) else { return None };
                let last = signature.params.len().checked_sub(1)?;
                let ty = self.store.obj_type(*signature.params.get(at.min(last))?);
                if signature.variadic && at >= last && !spread {
                    return element_type(self.store.under_ty(ty));
                }
                Some(ty)
            }
        }
    }

    /// The results of the function that a node stands in.
    fn results_around(&self, node: Parent) -> Option<&[ObjId]> {
        let function = self.function_of(node)?;
        let ty = match function.node {
            FunctionNode::Literal(literal) => self.type_of(literal),
            FunctionNode::Declared(decl) => self.store.obj_type(self.declared_function(decl)?),
        };
        match self.store.ty(ty) {
            Type::Signature(signature) => Some(&signature.results),
            _ => None,
        }
    }
}

fn element_type(ty: &Type) -> Option<TypeId> {
    match ty {
        Type::Slice(elem) | Type::Array { elem, .. } => Some(*elem),
        Type::Map { value, .. } => Some(*value),
        _ => None,
    }
}
