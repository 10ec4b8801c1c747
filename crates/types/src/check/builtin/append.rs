//! `append`.

use crate::check::call::Call;
use crate::check::{Checker, Operand};
use crate::facts::Mode;
use crate::types::{Basic, Type, TypeId};
use crate::universe::Universe;

impl Checker<'_> {
    /// `append(s, values…)`
    pub(super) fn builtin_append(&mut self, call: Call, args: &mut [Operand]) -> Option<Operand> {
        let slice = args[0].ty;
        let elem = self.slice_elem(slice)?;
        if let [s, text] = &*args
            && call.spread
            && self.is_text(text.ty)
            && self.assignable(s, self.store.slice(Universe::BYTE))
        {
            let signature = self.made_signature(&[slice, text.ty], Some(slice), true);
            self.record_builtin(call.fun, signature);
        } else {
            let values = self.store.slice(elem);
            let signature = self.made_signature(&[slice, values], Some(slice), true);
            self.arguments(call, signature, &[], args, &Vec::new());
            self.record_builtin(call.fun, signature);
        }
        Some(Operand { mode: Mode::Value, ..Operand::value(None, slice) })
    }

    /// The element type of a slice, which all types of a type parameter have in common.
    fn slice_elem(&self, ty: TypeId) -> Option<TypeId> {
        let mut common = None;
        let all_slices = self.store.each_type(ty, &mut |term| {
            let Some(&Type::Slice(elem)) = term.map(|(_, under)| self.store.ty(under)) else {
                return false;
            };
            match common {
                None => common = Some(elem),
                Some(first) => return self.store.identical(first, elem),
            }
            true
        });
        common.filter(|_| all_slices)
    }

    /// Whether the values are strings, or can be strings as well as byte slices.
    fn is_text(&self, ty: TypeId) -> bool {
        let mut has_string = false;
        let all = self.store.each_type(ty, &mut |term| {
            let Some((_, under)) = term else { return false };
            match *self.store.ty(under) {
                Type::Slice(elem) => self.store.identical(elem, Basic::Uint8.id()),
                Type::Basic(basic, _) if basic.is_string() => {
                    has_string = true;
                    true
                }
                _ => false,
            }
        });
        all && has_string
    }
}
