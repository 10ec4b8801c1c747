//! Predeclared functions.
//!
//! Where a call is no constant, the type recorded for the function's name is a signature
//! made up for this call.

mod append;
mod make;
mod numeric;
mod unsafe_package;

use syntax::tree::{Expr, ExprId};

use super::call::Call;
use super::{Checker, Operand};
use crate::constant::Value;
use crate::facts::Mode;
use crate::object::Builtin;
use crate::types::{Basic, Type, TypeId};
use crate::universe::Universe;

impl Checker<'_> {
    /// The call `e` of a predeclared function; `None` where it is not valid.
    pub(super) fn builtin(&mut self, e: ExprId, builtin: Builtin) -> Option<Operand> {
        let call = self.call(e)?;
        let list: Vec<ExprId> = self.tree().list(call.args).collect();
        if call.spread && builtin != Builtin::Append {
            self.use_exprs(&list);
            return None;
        }
        match builtin {
            Builtin::Make => self.builtin_make(call, &list),
            Builtin::New => self.builtin_new(call, &list),
            Builtin::UnsafeOffsetof => self.unsafe_offsetof(call, &list),
            Builtin::Len | Builtin::Cap => {
                // Whether the operand has a call in it counts, not whether one was met before.
                let before = std::mem::take(&mut self.env.has_call_or_recv);
                let args = self.expr_list(&list);
                let x = self.builtin_of_values(call, builtin, args);
                self.env.has_call_or_recv = before;
                x
            }
            _ => {
                let args = self.expr_list(&list);
                self.builtin_of_values(call, builtin, args)
            }
        }
    }

    /// A predeclared function whose arguments are values.
    fn builtin_of_values(
        &mut self,
        call: Call,
        builtin: Builtin,
        mut args: Vec<Operand>,
    ) -> Option<Operand> {
        if args.iter().any(Operand::is_invalid) {
            return None;
        }
        match (builtin, &mut *args) {
            (Builtin::Append, [_, ..]) => self.builtin_append(call, &mut args),
            (Builtin::Len | Builtin::Cap, [x]) => self.builtin_len(call, builtin, x),
            (Builtin::Clear | Builtin::Close, [x]) => self.without_result(call, &[x.ty]),
            (Builtin::Complex, [x, y]) => self.builtin_complex(call, x, y),
            (Builtin::Copy, [x, y]) => Some(self.with_result(call, Basic::Int.id(), &[x.ty, y.ty])),
            (Builtin::Delete, [map, key]) => self.builtin_delete(call, map.ty, key),
            (Builtin::Imag | Builtin::Real, [x]) => self.builtin_part(call, builtin, x),
            (Builtin::Max | Builtin::Min, [_, ..]) => self.builtin_min(call, builtin, &mut args),
            (Builtin::Panic, [x]) => {
                self.assigned(x, Some(Universe::EMPTY_INTERFACE))?;
                self.without_result(call, &[Universe::EMPTY_INTERFACE])
            }
            (Builtin::Print | Builtin::Println, _) => {
                let mut types = Vec::with_capacity(args.len());
                for x in &mut args {
                    types.push(self.assigned(x, None)?);
                }
                self.without_result(call, &types)
            }
            (Builtin::Recover, []) => Some(self.with_result(call, Universe::EMPTY_INTERFACE, &[])),
            (Builtin::Assert, [_]) | (Builtin::Trace, [_, ..]) => args.into_iter().next(),
            _ => self.unsafe_of_values(call, builtin, &mut args),
        }
    }

    /// Assigns the operand to a variable of type `ty`, or of its own; its type if it fits.
    fn assigned(&mut self, x: &mut Operand, ty: Option<TypeId>) -> Option<TypeId> {
        self.assignment(x, ty);
        (!x.is_invalid()).then_some(x.ty)
    }

    /// `len(x)`, `cap(x)`
    fn builtin_len(&mut self, call: Call, builtin: Builtin, x: &Operand) -> Option<Operand> {
        let int = Basic::Int.id();
        let constant = |value: i64| Operand {
            mode: Mode::Constant,
            value: Some(Value::from(value)),
            ..Operand::value(None, int)
        };
        let under = self.array_behind(self.store.under(x.ty));
        match (self.store.ty(under), &x.value) {
            (Type::Basic(..), Some(text)) if x.mode == Mode::Constant => {
                return Some(constant(text.as_text()?.len() as i64));
            }
            // Not evaluated, and so a constant, unless something happens in it.
            (&Type::Array { len, .. }, _) if !self.env.has_call_or_recv => {
                let mut x = constant(len);
                if len < 0 {
                    x.value = Some(Value::Unknown);
                }
                return Some(x);
            }
            _ => {}
        }
        self.has_length(x.ty, builtin).then(|| self.with_result(call, int, &[x.ty]))
    }

    fn has_length(&self, ty: TypeId, builtin: Builtin) -> bool {
        self.store.each_type(ty, &mut |term| {
            let Some((_, under)) = term else { return false };
            match self.store.ty(self.array_behind(under)) {
                Type::Basic(basic, _) => basic.is_string() && builtin == Builtin::Len,
                Type::Array { .. } | Type::Slice(_) | Type::Chan { .. } => true,
                Type::Map { .. } => builtin == Builtin::Len,
                _ => false,
            }
        })
    }

    /// `delete(m, key)`
    fn builtin_delete(&mut self, call: Call, map: TypeId, key: &mut Operand) -> Option<Operand> {
        let mut key_type = None;
        let store = self.store;
        let all_maps = store.each_type(map, &mut |term| {
            let Some(Type::Map { key, .. }) = term.map(|(_, under)| store.ty(under)) else {
                return false;
            };
            key_type = Some(*key);
            true
        });
        let key_type = key_type.filter(|_| all_maps)?;
        self.assigned(key, Some(key_type))?;
        self.without_result(call, &[map, key_type])
    }

    /// The result of a call with a value, whose signature is recorded.
    fn with_result(&mut self, call: Call, result: TypeId, params: &[TypeId]) -> Operand {
        let signature = self.made_signature(params, Some(result), false);
        self.record_builtin(call.fun, signature);
        Operand::value(None, result)
    }

    /// The result of a call without a value, whose signature is recorded.
    #[expect(clippy::unnecessary_wraps, reason = "it ends functions that may find nothing")]
    fn without_result(&mut self, call: Call, params: &[TypeId]) -> Option<Operand> {
        let signature = self.made_signature(params, None, false);
        self.record_builtin(call.fun, signature);
        Some(Operand { mode: Mode::NoValue, ..Operand::invalid(None) })
    }

    /// Records the signature that a predeclared function has in a call.
    fn record_builtin(&mut self, mut fun: ExprId, signature: TypeId) {
        loop {
            self.record_type(fun, Mode::Builtin, signature, None);
            let Expr::Paren(inner) = self.tree().expr(fun) else { return };
            fun = inner;
        }
    }
}
