//! Literals: basic, composite, functions.

use source::Name;
use syntax::tree::{Expr, ExprId, List, LitKind};

use super::{Body, Checker, Operand};
use crate::constant::Value;
use crate::facts::Mode;
use crate::lookup::Lookup;
use crate::object::ObjId;
use crate::types::{Basic, Struct, Type, TypeId};
use crate::universe::Universe;

/// Longer numbers are not read: they have no meaning, and take long.
const MAX_NUMBER: u32 = 10_000;

impl Checker<'_> {
    /// A number, character or string.
    pub(super) fn basic_literal(&mut self, e: ExprId) -> Operand {
        let mut x = Operand::invalid(Some(e));
        let Expr::Lit(kind) = self.tree().expr(e) else { return x };
        let span = self.tree().expr_span(e);
        let number = matches!(kind, LitKind::Int | LitKind::Float | LitKind::Imag);
        if number && span.len() > MAX_NUMBER {
            return x;
        }
        let value = Value::from_literal(kind, self.text().get(span.range()).unwrap_or_default());
        if value.is_unknown() {
            return x;
        }
        let basic = match kind {
            LitKind::Int => Basic::UntypedInt,
            LitKind::Float => Basic::UntypedFloat,
            LitKind::Imag => Basic::UntypedComplex,
            LitKind::Char => Basic::UntypedRune,
            LitKind::String => Basic::UntypedString,
        };
        x.mode = Mode::Constant;
        x.ty = basic.id();
        x.value = Some(value);
        self.overflow(&mut x);
        x
    }

    /// `func(…) {…}`. Its body is looked into at once inside of a function, and later at package level.
    pub(super) fn function_literal(&mut self, e: ExprId) -> Operand {
        let Expr::Func { ty, body } = self.tree().expr(e) else {
            return Operand::invalid(Some(e));
        };
        let signature = self.func_type(ty, None);
        if self.config.bodies {
            let env = self.env.clone();
            if env.signature.is_some() {
                self.func_body(env, signature, body);
            } else {
                self.bodies.push(Body { env, signature, block: body });
            }
        }
        Operand::value(Some(e), signature)
    }

    /// `T{…}`; without `T` the type is `hint`.
    pub(super) fn composite_literal(&mut self, e: ExprId, hint: Option<TypeId>) -> Operand {
        let Expr::Composite { ty: written, elems, .. } = self.tree().expr(e) else {
            return Operand::invalid(Some(e));
        };
        if let Some(written) = written
            && let Expr::Array { len: Some(len), elem } = self.tree().expr(written)
            && matches!(self.tree().expr(len), Expr::Ellipsis(None))
        {
            let elem = self.var_type(elem);
            let len = self.indexed_elements(elems, elem, -1);
            let ty = self.store.array(elem, len);
            self.record_type(written, Mode::Type, ty, None);
            return Operand::value(Some(e), ty);
        }
        let (ty, base) = match (written, hint) {
            (Some(written), _) => {
                let ty = self.type_expr(written);
                (ty, self.store.core_type(ty))
            }
            (None, Some(hint)) => (hint, self.elided_core(hint)),
            (None, None) => (Universe::INVALID, Some(Universe::INVALID)),
        };
        if self.elements(base, elems) {
            Operand::value(Some(e), ty)
        } else {
            Operand::invalid(Some(e))
        }
    }

    /// The type that decides what the elements of a literal without a type are; `*T` stands for `&T{…}`.
    fn elided_core(&self, hint: TypeId) -> Option<TypeId> {
        let core = self.store.core_type(hint)?;
        match *self.store.ty(core) {
            Type::Pointer(base) => self.store.core_type(base),
            _ => Some(core),
        }
    }

    /// The elements of a literal of the core type `base`; whether there are literals of that type.
    fn elements(&mut self, base: Option<TypeId>, elems: List<ExprId>) -> bool {
        let store = self.store;
        match base.map(|base| store.ty(base)) {
            Some(Type::Struct(fields)) => {
                self.struct_elements(base.unwrap_or(Universe::INVALID), fields, elems);
            }
            Some(&Type::Array { elem, len }) => {
                self.indexed_elements(elems, elem, len);
            }
            Some(&Type::Slice(elem)) => {
                self.indexed_elements(elems, elem, -1);
            }
            Some(&Type::Map { key, value }) => self.map_elements(elems, key, value),
            _ => {
                for e in self.tree().list(elems) {
                    // The key may be a field of a struct that is not known.
                    let value = match self.tree().expr(e) {
                        Expr::KeyValue { value, .. } => value,
                        _ => e,
                    };
                    self.use_exprs(&[value]);
                }
                return base == Some(Universe::INVALID);
            }
        }
        true
    }

    /// The value of an element, to be assigned to a variable of type `ty`. Returns whether it fits.
    fn element(&mut self, e: ExprId, ty: TypeId) -> bool {
        let mut x = self.expr_with_hint(e, ty);
        self.assignment(&mut x, Some(ty));
        !x.is_invalid()
    }

    fn struct_elements(&mut self, ty: TypeId, fields: &Struct, elems: List<ExprId>) {
        let tree = self.tree();
        let first = tree.list_get(elems, 0).map(|e| tree.expr(e));
        if matches!(first, Some(Expr::KeyValue { .. })) {
            for e in tree.list(elems) {
                if let Expr::KeyValue { key, value, .. } = tree.expr(e) {
                    self.keyed_field(ty, fields, key, value);
                }
            }
            return;
        }
        for (i, e) in tree.list(elems).enumerate() {
            if matches!(tree.expr(e), Expr::KeyValue { .. }) {
                continue;
            }
            let mut x = self.generic_expr(e);
            let Some(&field) = fields.fields.get(i) else { break };
            let object = self.store.obj(field);
            if object.is_exported() || self.is_own(field) {
                self.assignment(&mut x, Some(self.store.obj_type(field)));
            }
        }
    }

    fn keyed_field(&mut self, ty: TypeId, fields: &Struct, key: ExprId, value: ExprId) {
        // No hint: the type of a literal in a struct literal must be written.
        let mut x = self.generic_expr(value);
        let Expr::Ident(ident) = self.tree().expr(key) else { return };
        let name = self.tree().ident(ident).name;
        let Some(field) = self.literal_field(ty, fields, name) else { return };
        self.record_use(ident, field);
        self.assignment(&mut x, Some(self.store.obj_type(field)));
    }

    /// The field that a key of a struct literal names, promoted ones included.
    fn literal_field(&self, ty: TypeId, fields: &Struct, name: Name) -> Option<ObjId> {
        let named = |field: &&ObjId| self.store.obj(**field).name == name;
        let own = fields.fields.iter().find(named);
        if let Some(&field) = own.filter(|field| name.is_exported() || self.is_own(**field)) {
            return Some(field);
        }
        match self.store.lookup(ty, false, self.config.pkg, name) {
            Lookup::Found(found) if !found.indirect && self.store.obj(found.obj).is_field() => {
                Some(found.obj)
            }
            _ => None,
        }
    }

    /// Whether the package at hand declares the field.
    fn is_own(&self, field: ObjId) -> bool {
        let pkg = self.store.obj(field).pkg;
        pkg == Some(self.config.pkg)
            || pkg
                .is_some_and(|pkg| self.store.pkg(pkg).path == self.store.pkg(self.config.pkg).path)
    }

    fn map_elements(&mut self, elems: List<ExprId>, key_type: TypeId, value_type: TypeId) {
        for e in self.tree().list(elems) {
            let Expr::KeyValue { key, value, .. } = self.tree().expr(e) else { continue };
            if self.element(key, key_type) {
                self.element(value, value_type);
            }
        }
    }

    /// The elements of an array or slice literal; the array has `len` elements if that is not negative. Returns how many
    /// elements the literal makes.
    fn indexed_elements(&mut self, elems: List<ExprId>, elem: TypeId, len: i64) -> i64 {
        let (mut next, mut count) = (0i64, 0i64);
        for e in self.tree().list(elems) {
            let mut value = e;
            if let Expr::KeyValue { key, value: v, .. } = self.tree().expr(e) {
                value = v;
                let (_, index) = self.index(key, len);
                if index >= 0 {
                    next = index;
                }
            }
            next = next.saturating_add(1);
            count = count.max(next);
            self.element(value, elem);
        }
        count
    }
}
