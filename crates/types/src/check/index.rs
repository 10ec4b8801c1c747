//! `x[i]`, `x[lo:hi]`.

use syntax::tree::{Expr, ExprId, List};

use super::{Checker, Operand};
use crate::constant::Value;
use crate::facts::Mode;
use crate::types::{Basic, Type, TypeId};
use crate::universe::Universe;

/// What indexing values of a type means.
#[derive(Clone, Copy)]
struct Indexing {
    /// Whether the element is a variable, whatever the operand is.
    mode: Mode,
    /// Type of the element.
    elem: TypeId,
    /// Type of the key of a map.
    key: Option<TypeId>,
    /// Number of elements of an array, or negative.
    len: i64,
}

impl Checker<'_> {
    /// `x[i]` of values, or the instance of a generic function: then the flag is set, `x` is the operand before
    /// the bracket, and nothing else was done. The instance of a generic type is a type.
    pub(super) fn index_expr(&mut self, e: ExprId) -> (Operand, bool) {
        let tree = self.tree();
        let Expr::Index { x: operand, indices, .. } = tree.expr(e) else {
            return (Operand::invalid(Some(e)), false);
        };
        let mut x = self.expr_or_type(operand, true);
        match x.mode {
            Mode::Invalid => {
                self.use_list(indices);
                return (x, false);
            }
            Mode::Type => {
                let ty = self.var_type(e);
                x = Operand::value(Some(e), ty);
                let known = self.store.unalias(ty) != Universe::INVALID;
                x.mode = if known { Mode::Type } else { Mode::Invalid };
                return (x, false);
            }
            Mode::Value => {
                if let Type::Signature(signature) = self.store.ty(self.store.under(x.ty))
                    && !signature.type_params.is_empty()
                {
                    return (x, true);
                }
            }
            _ => {}
        }
        self.non_generic(None, &mut x);
        if !x.is_invalid() {
            self.index_value(&mut x, indices);
        }
        x.expr = Some(e);
        (x, false)
    }

    /// As [`Self::use_exprs`].
    pub(super) fn use_list(&mut self, list: List<ExprId>) {
        for e in self.tree().list(list) {
            self.use_exprs(&[e]);
        }
    }

    fn index_value(&mut self, x: &mut Operand, indices: List<ExprId>) {
        let Some(how) = self.indexing(x) else {
            self.use_list(indices);
            x.invalidate();
            return;
        };
        let length = match &x.value {
            Some(Value::String(text)) if x.mode == Mode::Constant => clamp(text.len()),
            _ => how.len,
        };
        *x = Operand { mode: how.mode, ..Operand::value(x.expr, how.elem) };
        let Some(index) = self.tree().list_get(indices, 0) else {
            x.invalidate();
            return;
        };
        match how.key {
            Some(key) => {
                let mut k = self.generic_expr(index);
                self.assignment(&mut k, Some(key));
            }
            None => {
                self.index(index, length);
            }
        }
    }

    /// What indexing the operand means; `None` where it cannot be indexed.
    fn indexing(&self, x: &Operand) -> Option<Indexing> {
        let store = self.store;
        let addressable = x.mode == Mode::Variable;
        if !store.is_type_param(x.ty) {
            return self.indexing_of(store.under(x.ty), addressable);
        }
        let mut common: Option<Indexing> = None;
        let agree = store.each_type(x.ty, &mut |term| {
            let how = term.and_then(|(_, under)| self.indexing_of(under, addressable));
            let Some(how) = how else { return false };
            let Some(before) = &mut common else {
                common = Some(how);
                return true;
            };
            let same_keys = match (before.key, how.key) {
                (None, None) => true,
                (Some(a), Some(b)) => store.identical(a, b),
                _ => false,
            };
            if how.mode == Mode::Value {
                before.mode = Mode::Value;
            }
            if how.len >= 0 && how.len < before.len {
                before.len = how.len;
            }
            same_keys && store.identical(before.elem, how.elem)
        });
        common.filter(|_| agree)
    }

    fn indexing_of(&self, under: TypeId, addressable: bool) -> Option<Indexing> {
        let element = |mode, elem, len| Some(Indexing { mode, elem, key: None, len });
        match *self.store.ty(under) {
            Type::Basic(basic, _) if basic.is_string() => element(Mode::Value, Universe::BYTE, -1),
            Type::Array { elem, len } => {
                element(if addressable { Mode::Variable } else { Mode::Value }, elem, len)
            }
            Type::Pointer(base) => match *self.store.ty(self.store.under(base)) {
                Type::Array { elem, len } => element(Mode::Variable, elem, len),
                _ => None,
            },
            Type::Slice(elem) => element(Mode::Variable, elem, -1),
            Type::Map { key, value } => {
                Some(Indexing { mode: Mode::MapIndex, elem: value, key: Some(key), len: -1 })
            }
            _ => None,
        }
    }

    /// `x[lo:hi:max]`
    pub(super) fn slice_expr(&mut self, e: ExprId) -> Operand {
        let Expr::Slice { x: operand, bounds, three } = self.tree().expr(e) else {
            return Operand::invalid(Some(e));
        };
        let mut x = self.expr(None, operand);
        if x.is_invalid() {
            for bound in bounds.into_iter().flatten() {
                self.use_exprs(&[bound]);
            }
            return x;
        }
        let constant = match &x.value {
            Some(Value::String(text)) if x.mode == Mode::Constant => clamp(text.len()),
            _ => -1,
        };
        let Some((ty, length)) = self.sliced_type(&x, three) else {
            x.invalidate();
            return x;
        };
        let length = length.max(constant);
        let max = if length >= 0 { length.saturating_add(1) } else { -1 };
        for bound in bounds.into_iter().flatten() {
            self.index(bound, max);
        }
        Operand::value(Some(e), ty)
    }

    /// Type of a slice of the operand, and its length where the type says it (else negative).
    fn sliced_type(&self, x: &Operand, three: bool) -> Option<(TypeId, i64)> {
        let store = self.store;
        let (under, has_string) = self.slice_core(x.ty)?;
        if has_string {
            let ty = if store.is_untyped(x.ty) { Basic::String.id() } else { x.ty };
            return (!three).then_some((ty, -1));
        }
        match *store.ty(under) {
            Type::Array { elem, len } if x.mode == Mode::Variable => Some((store.slice(elem), len)),
            Type::Pointer(base) => match *store.ty(store.under(base)) {
                Type::Array { elem, len } => Some((store.slice(elem), len)),
                _ => None,
            },
            Type::Slice(_) => Some((x.ty, -1)),
            _ => None,
        }
    }

    /// The underlying type that all types in the type set share, strings taken for byte slices,
    /// and whether there is a string among them.
    fn slice_core(&self, ty: TypeId) -> Option<(TypeId, bool)> {
        let store = self.store;
        let mut has_string = false;
        let mut core = None;
        let agree = store.each_type(ty, &mut |term| {
            let Some((_, mut under)) = term else { return false };
            if store.basic(under).is_some_and(Basic::is_string) {
                under = store.slice(Universe::BYTE);
                has_string = true;
            }
            let first = *core.get_or_insert(under);
            store.identical(first, under)
        });
        core.filter(|_| agree).map(|core| (core, has_string))
    }

    /// An index below `max` (if not negative): its type, and its value if constant, else -1.
    pub(super) fn index(&mut self, e: ExprId, max: i64) -> (TypeId, i64) {
        let mut x = self.expr(None, e);
        if !self.valid_index(&mut x, false) {
            return (Universe::INVALID, -1);
        }
        if x.mode != Mode::Constant {
            return (x.ty, -1);
        }
        match x.value.as_ref().and_then(Value::as_i64) {
            Some(value) if max < 0 || value < max => (x.ty, value),
            _ => (Universe::INVALID, -1),
        }
    }

    /// Whether the operand can be an index, a length, or (then it may be negative) an offset. An untyped one becomes `int`.
    pub(super) fn valid_index(&mut self, x: &mut Operand, allow_negative: bool) -> bool {
        if x.is_invalid() {
            return false;
        }
        self.convert_untyped(x, Basic::Int.id());
        if x.is_invalid() || !self.store.all_basic(x.ty, Basic::is_integer) {
            return false;
        }
        if x.mode != Mode::Constant {
            return true;
        }
        let Some(value) = &x.value else { return false };
        if !allow_negative && value.sign() < 0 {
            return false;
        }
        let value = self.represented(value, Basic::Int);
        let fits = value.is_some();
        x.value = value.or_else(|| x.value.take());
        fits
    }
}

/// A length as a bound of constant indices.
fn clamp(len: u64) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}
