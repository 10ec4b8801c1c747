//! Functions and methods by the package that declares them, their receiver and their name.

use syntax::tree::{Expr, ExprId};
use types::{Basic, ObjId, Type, TypeId};

use crate::context::{Callee, Context};

/// A function, or a method that is known when compiling.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Known {
    /// The import path of its package.
    pub(crate) package: &'static str,
    /// The type of its receiver, pointers looked through.
    pub(crate) receiver: Option<&'static str>,
    /// Its name.
    pub(crate) name: &'static str,
}

impl Known {
    /// Package and name of a function; `None` for methods.
    pub(crate) fn function(self) -> Option<(&'static str, &'static str)> {
        self.receiver.is_none().then_some((self.package, self.name))
    }
}

impl Context<'_> {
    /// What a call calls, by name. `None` for what is not known when compiling, and for the predeclared.
    pub(crate) fn known(&self, call: ExprId) -> Option<Known> {
        let Some(Callee::Function(function)) = self.callee(call) else { return None };
        self.known_function(function)
    }

    fn known_function(&self, function: ObjId) -> Option<Known> {
        let object = self.store.obj(function);
        let package = self.store.pkg(object.pkg?).path.as_str();
        let receiver = match self.receiver(function) {
            Some(receiver) => {
                let base = self.type_name(self.store.obj_type(receiver))?;
                Some(self.store.obj(base).name.as_str())
            }
            None => None,
        };
        Some(Known { package, receiver, name: object.name.as_str() })
    }

    /// The type and the operand of a conversion.
    pub(crate) fn conversion(&self, call: ExprId) -> Option<(TypeId, ExprId)> {
        let Some(Callee::Conversion(ty)) = self.callee(call) else { return None };
        let [operand] = self.arguments(call)[..] else { return None };
        Some((ty, operand))
    }

    /// The operand of a conversion of a string (of whatever string type) to a slice of bytes.
    pub(crate) fn string_as_bytes(&self, call: ExprId) -> Option<ExprId> {
        let (ty, operand) = self.conversion(call)?;
        (self.is_bytes(ty) && self.is_string(operand)).then_some(operand)
    }

    /// The operand of a conversion of a slice of bytes to a string.
    pub(crate) fn bytes_as_string(&self, call: ExprId) -> Option<ExprId> {
        let (ty, operand) = self.conversion(call)?;
        let to_string =
            matches!(self.store.under_ty(ty), Type::Basic(basic, _) if basic.is_string());
        (to_string && self.is_bytes(self.type_of(operand))).then_some(operand)
    }

    /// Whether the type under a type is `[]byte` itself: a slice whose elements are of no other type than `byte`.
    pub(crate) fn is_bytes(&self, ty: TypeId) -> bool {
        let Type::Slice(elem) = self.store.under_ty(ty) else { return false };
        matches!(self.store.ty(self.store.unalias(*elem)), Type::Basic(Basic::Uint8, _))
    }

    /// Where the arguments of a call begin: behind its parenthesis.
    pub(crate) fn arguments_start(&self, call: ExprId) -> u32 {
        match self.tree().expr(call) {
            Expr::Call { lparen, .. } => lparen + 1,
            _ => self.span(call).start,
        }
    }

    /// The call that an expression is an argument of, parentheses passed over, with its position.
    pub(crate) fn argument_of(&self, expr: ExprId) -> Option<(ExprId, usize)> {
        let (outer, crate::Parent::Expr(call)) = self.around(expr) else { return None };
        let at = self.arguments(call).iter().position(|&argument| argument == outer)?;
        Some((call, at))
    }
}
