//! `make` and `new`, whose first argument is a type, or may be one.

use syntax::tree::ExprId;

use crate::check::call::Call;
use crate::check::{Checker, Operand};
use crate::facts::Mode;

impl Checker<'_> {
    /// `make(T, sizes…)`
    pub(super) fn builtin_make(&mut self, call: Call, args: &[ExprId]) -> Option<Operand> {
        let (&ty, sizes) = args.split_first()?;
        let ty = self.var_type(ty);
        if !self.is_known(ty) || sizes.len() > 2 {
            return None;
        }
        self.store.core_type(ty)?;
        let mut params = vec![ty];
        for &size in sizes {
            params.push(self.index(size, -1).0);
        }
        Some(self.with_result(call, ty, &params))
    }

    /// `new(T)`, `new(x)`
    pub(super) fn builtin_new(&mut self, call: Call, args: &[ExprId]) -> Option<Operand> {
        let &[arg] = args else { return None };
        let mut x = self.expr_or_type(arg, false);
        match x.mode {
            Mode::Invalid | Mode::NoValue | Mode::Builtin => return None,
            Mode::Type => {}
            _ if self.store.is_untyped(x.ty) => {
                self.assigned(&mut x, None)?;
            }
            _ => {}
        }
        Some(self.with_result(call, self.store.pointer(x.ty), &[x.ty]))
    }
}
