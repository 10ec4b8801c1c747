//! `complex`, `real`, `imag`, `min`, `max`.

use syntax::tree::BinaryOp;

use crate::check::call::Call;
use crate::check::{Checker, Operand};
use crate::constant::{Value, binary, compare};
use crate::facts::Mode;
use crate::object::Builtin;
use crate::types::{Basic, TypeId};
use crate::universe::Universe;

impl Checker<'_> {
    /// `complex(x, y)`
    pub(super) fn builtin_complex(
        &mut self,
        call: Call,
        x: &mut Operand,
        y: &mut Operand,
    ) -> Option<Operand> {
        let both_constant = x.mode == Mode::Constant && y.mode == Mode::Constant;
        match (self.store.is_untyped(x.ty), self.store.is_untyped(y.ty)) {
            (false, false) => {}
            (true, false) => self.convert_untyped(x, y.ty),
            (false, true) => self.convert_untyped(y, x.ty),
            (true, true) if both_constant => {
                for x in [&mut *x, &mut *y] {
                    let is_real = x.value.as_ref().is_some_and(|v| v.imag().sign() == 0);
                    if is_real && self.store.basic(x.ty).is_some_and(Basic::is_numeric) {
                        x.ty = Basic::UntypedFloat.id();
                    }
                }
            }
            (true, true) => {
                self.convert_untyped(x, Basic::Float64.id());
                self.convert_untyped(y, Basic::Float64.id());
            }
        }
        if x.is_invalid() || y.is_invalid() {
            return None;
        }
        let result = match self.store.basic(x.ty)? {
            Basic::Float32 => Basic::Complex64,
            Basic::Float64 => Basic::Complex128,
            Basic::UntypedFloat => Basic::UntypedComplex,
            _ => return None,
        };
        if let (true, Some(re), Some(im)) = (both_constant, &x.value, &y.value) {
            let value = binary(BinaryOp::Add, &re.to_float(), &im.to_float().make_imag());
            return Some(constant(result.id(), value));
        }
        Some(self.with_result(call, result.id(), &[x.ty, x.ty]))
    }

    /// `real(x)`, `imag(x)`
    pub(super) fn builtin_part(
        &mut self,
        call: Call,
        builtin: Builtin,
        x: &mut Operand,
    ) -> Option<Operand> {
        if self.store.is_untyped(x.ty) {
            if x.mode != Mode::Constant {
                self.convert_untyped(x, Basic::Complex128.id());
            } else if self.store.basic(x.ty).is_some_and(Basic::is_numeric) {
                x.ty = Basic::UntypedComplex.id();
            }
        }
        if x.is_invalid() {
            return None;
        }
        let result = match self.store.basic(x.ty)? {
            Basic::Complex64 => Basic::Float32,
            Basic::Complex128 => Basic::Float64,
            Basic::UntypedComplex => Basic::UntypedFloat,
            _ => return None,
        };
        if let (Mode::Constant, Some(value)) = (x.mode, &x.value) {
            let part = if builtin == Builtin::Real { value.real() } else { value.imag() };
            return Some(constant(result.id(), part));
        }
        Some(self.with_result(call, result.id(), &[x.ty]))
    }

    /// `min(x, …)`, `max(x, …)`
    pub(super) fn builtin_min(
        &mut self,
        call: Call,
        builtin: Builtin,
        args: &mut [Operand],
    ) -> Option<Operand> {
        let op = if builtin == Builtin::Max { BinaryOp::Gt } else { BinaryOp::Lt };
        let (first, others) = args.split_first_mut()?;
        let mut x = first.clone();
        for y in &mut *others {
            self.match_types(&mut x, y);
            if x.is_invalid() || !self.store.identical(x.ty, y.ty) {
                return None;
            }
            match (&x.value, &y.value) {
                (Some(best), Some(value))
                    if x.mode == Mode::Constant && y.mode == Mode::Constant =>
                {
                    if compare(op, value, best) {
                        x = y.clone();
                    }
                }
                _ => x.mode = Mode::Value,
            }
        }
        if x.mode != Mode::Constant {
            x.mode = Mode::Value;
            x.value = None;
            self.assigned(&mut x, Some(Universe::EMPTY_INTERFACE))?;
        }
        for arg in args.iter().filter_map(|arg| arg.expr) {
            self.update_expr_type(arg, x.ty);
        }
        if x.mode == Mode::Constant {
            return Some(x);
        }
        let params = vec![x.ty; args.len()];
        Some(self.with_result(call, x.ty, &params))
    }
}

fn constant(ty: TypeId, value: Value) -> Operand {
    Operand { mode: Mode::Constant, value: Some(value), ..Operand::value(None, ty) }
}
