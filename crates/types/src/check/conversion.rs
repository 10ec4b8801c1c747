//! Conversions `T(x)`, and when a value can be assigned.

use super::{Checker, Operand};
use crate::constant::Value;
use crate::facts::Mode;
use crate::types::{Basic, ChanDir, Type, TypeId};
use crate::universe::Universe;

impl Checker<'_> {
    /// Converts the operand to `ty`.
    pub(super) fn conversion(&mut self, x: &mut Operand, ty: TypeId) {
        let store = self.store;
        let constant = x.mode == Mode::Constant;
        let const_type = store.basic(ty).is_some_and(Basic::is_const_type);
        let converts = if constant && const_type {
            let value = store.basic(ty).and_then(|basic| self.converted_constant(x, basic));
            let converts = value.is_some();
            x.value = value;
            converts
        } else if constant && store.is_type_param(ty) {
            x.mode = Mode::Value;
            self.constant_converts_to_each(x, ty)
        } else {
            let converts = self.convertible(x, ty);
            x.mode = Mode::Value;
            converts
        };
        if !converts {
            x.invalidate();
            return;
        }
        if store.is_untyped(x.ty) {
            // The operand keeps an untyped type only where no value of the program corresponds to it: `nil`, and
            // the number in `string(65)`.
            let operand =
                if store.is_non_type_param_interface(ty) || constant && !const_type || x.is_nil() {
                    store.default_type(x.ty)
                } else if x.mode == Mode::Constant
                    && store.basic(x.ty).is_some_and(Basic::is_integer)
                    && store.all_basic(ty, Basic::is_string)
                {
                    x.ty
                } else {
                    ty
                };
            if let Some(e) = x.expr {
                self.update_expr_type(e, operand);
            }
        }
        if x.mode != Mode::Constant {
            x.value = None;
        }
        x.ty = ty;
    }

    /// The constant operand as a constant of type `basic`.
    fn converted_constant(&self, x: &Operand, basic: Basic) -> Option<Value> {
        let value = x.value.as_ref()?;
        if let Some(value) = self.represented(value, basic) {
            return Some(value);
        }
        if basic.is_string() && self.store.basic(x.ty).is_some_and(Basic::is_integer) {
            let code = value.as_u64().and_then(|n| u32::try_from(n).ok());
            let character = code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
            return Some(Value::from(&*character.encode_utf8(&mut [0; 4])));
        }
        None
    }

    /// Whether the constant operand can be converted to each type in the set of a type parameter.
    fn constant_converts_to_each(&self, x: &Operand, ty: TypeId) -> bool {
        let text = self.store.basic(x.ty).is_some_and(Basic::is_string);
        self.store.each_type(ty, &mut |term| {
            let Some((_, under)) = term else { return false };
            text && self.is_bytes_or_runes(under)
                || self.store.basic(under).is_some_and(|b| self.converted_constant(x, b).is_some())
        })
    }

    /// Whether the operand, which is no constant or does not become one, can be converted to `ty`.
    fn convertible(&self, x: &Operand, ty: TypeId) -> bool {
        if self.assignable(x, ty) {
            return true;
        }
        let store = self.store;
        let (from, to) = (store.unalias(x.ty), store.unalias(ty));
        let (from_param, to_param) = (store.is_type_param(from), store.is_type_param(to));
        if !from_param && !to_param {
            return self.converts_plainly(from, to);
        }
        // Each type that the parameters stand for must do.
        if from_param {
            return store.each_type(from, &mut |term| {
                let Some((from, _)) = term else { return false };
                let x = Operand { ty: from, ..x.clone() };
                self.convertible(&x, to)
            });
        }
        store.each_type(to, &mut |term| term.is_some_and(|(to, _)| self.convertible(x, to)))
    }

    /// Whether values of one type can be converted to another; no type parameters, and not assignable.
    fn converts_plainly(&self, from: TypeId, to: TypeId) -> bool {
        let store = self.store;
        let (from_under, to_under) = (store.under(from), store.under(to));
        if store.identical_ignoring_tags(from_under, to_under) {
            return true;
        }
        if let (&Type::Pointer(a), &Type::Pointer(b)) = (store.ty(from), store.ty(to)) {
            let parameter = store.is_type_param(a) || store.is_type_param(b);
            if !parameter && store.identical_ignoring_tags(store.under(a), store.under(b)) {
                return true;
            }
        }
        if let (Some(a), Some(b)) = (store.basic(from), store.basic(to)) {
            let real = |b: Basic| b.is_integer() || b.is_float();
            if real(a) && real(b)
                || a.is_complex() && b.is_complex()
                || a.is_integer() && b.is_string()
            {
                return true;
            }
        }
        let text = |ty| store.basic(ty).is_some_and(Basic::is_string);
        text(to) && self.is_bytes_or_runes(from)
            || text(from) && self.is_bytes_or_runes(to)
            || self.is_address(from_under) && store.basic(to) == Some(Basic::UnsafePointer)
            || store.basic(from) == Some(Basic::UnsafePointer) && self.is_address(to_under)
            || self.slice_to_array(from_under, to_under)
    }

    /// Whether the underlying type is one that `unsafe.Pointer` converts from and to.
    fn is_address(&self, under: TypeId) -> bool {
        matches!(self.store.ty(under), Type::Pointer(_) | Type::Basic(Basic::Uintptr, _))
    }

    /// Whether a slice converts to an array or a pointer to one.
    fn slice_to_array(&self, from_under: TypeId, to_under: TypeId) -> bool {
        let store = self.store;
        let &Type::Slice(elem) = store.ty(from_under) else { return false };
        let array = match *store.ty(to_under) {
            Type::Pointer(base) => store.under(base),
            _ => to_under,
        };
        matches!(*store.ty(array), Type::Array { elem: e, .. } if store.identical(elem, e))
    }

    fn is_bytes_or_runes(&self, ty: TypeId) -> bool {
        let &Type::Slice(elem) = self.store.ty(self.store.under(ty)) else { return false };
        matches!(self.store.basic(elem), Some(Basic::Uint8 | Basic::Int32))
    }

    /// Whether the operand can be assigned to a variable of type `ty`.
    pub(super) fn assignable(&self, x: &Operand, ty: TypeId) -> bool {
        let store = self.store;
        let (from, to) = (store.unalias(x.ty), store.unalias(ty));
        if x.is_invalid() || to == Universe::INVALID || store.identical(from, to) {
            return true;
        }
        let (from_param, to_param) = (store.is_type_param(from), store.is_type_param(to));
        if store.is_untyped(from) {
            if to_param {
                return store.each_type(to, &mut |term| {
                    term.is_some_and(|(to, _)| self.implicit_type_and_value(x, to).is_some())
                });
            }
            return self.implicit_type_and_value(x, to).is_some();
        }
        let (from_under, to_under) = (store.under(from), store.under(to));
        let unnamed = !store.has_name(from) || !store.has_name(to);
        if unnamed && !from_param && !to_param && store.identical(from_under, to_under) {
            return true;
        }
        if !to_param && matches!(store.ty(to_under), Type::Interface(_)) {
            if store.implements(from, to, false) {
                return true;
            }
            if !from_param {
                return false;
            }
        }
        if let (&Type::Chan { dir: ChanDir::Both, elem: a }, &Type::Chan { elem: b, .. }) =
            (store.ty(from_under), store.ty(to_under))
            && store.identical(a, b)
        {
            return unnamed;
        }
        if to_param && !store.has_name(from) {
            return store
                .each_type(to, &mut |term| term.is_some_and(|(to, _)| self.assignable(x, to)));
        }
        if from_param && !store.has_name(to) {
            return store.each_type(from, &mut |term| {
                let Some((from, _)) = term else { return false };
                self.assignable(&Operand { ty: from, ..x.clone() }, to)
            });
        }
        false
    }
}
