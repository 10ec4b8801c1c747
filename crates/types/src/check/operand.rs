//! What an expression came to.

use syntax::tree::ExprId;

use crate::constant::Value;
use crate::facts::Mode;
use crate::object::Builtin;
use crate::types::TypeId;
use crate::universe::Universe;

/// What an expression came to: its mode, its type, and the value of a constant.
#[derive(Clone, Debug)]
pub struct Operand {
    /// What it is. `Invalid` for what is not known: whatever uses it is not known either.
    pub mode: Mode,
    /// The expression, in the file at hand. `None` for operands that are not written, as the values of a tuple.
    pub expr: Option<ExprId>,
    /// Its type.
    pub ty: TypeId,
    /// Value of a constant.
    pub value: Option<Value>,
    /// Which predeclared function, where the mode says so.
    pub builtin: Option<Builtin>,
}

impl Operand {
    /// An operand of which nothing is known.
    #[must_use]
    pub fn invalid(expr: Option<ExprId>) -> Self {
        Self { mode: Mode::Invalid, expr, ty: Universe::INVALID, value: None, builtin: None }
    }

    /// A computed value.
    #[must_use]
    pub fn value(expr: Option<ExprId>, ty: TypeId) -> Self {
        Self { mode: Mode::Value, expr, ty, value: None, builtin: None }
    }

    /// Whether it is not known.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        self.mode == Mode::Invalid
    }

    /// Forgets all but the expression.
    pub fn invalidate(&mut self) {
        *self = Self::invalid(self.expr);
    }

    /// Whether it is the predeclared `nil`.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        self.mode == Mode::Value && self.ty == crate::types::Basic::UntypedNil.id()
    }
}
