//! The functions of package `unsafe`.

use rustc_hash::FxHashMap;
use syntax::tree::{Expr, ExprId};

use crate::check::call::Call;
use crate::check::{Checker, Operand};
use crate::constant::Value;
use crate::facts::{Mode, Selection, SelectionKind};
use crate::lookup::Lookup;
use crate::object::Builtin;
use crate::types::{Basic, Type, TypeId};
use crate::universe::Universe;

/// Nesting of types within types beyond which a size is not computed.
const MAX_DEPTH: u32 = 1000;

impl Checker<'_> {
    /// A function of `unsafe` whose arguments are values.
    pub(super) fn unsafe_of_values(
        &mut self,
        call: Call,
        builtin: Builtin,
        args: &mut [Operand],
    ) -> Option<Operand> {
        let byte_pointer = self.store.pointer(Universe::BYTE);
        match (builtin, args) {
            (Builtin::UnsafeAlignof, [x]) => {
                let ty = self.assigned(x, None)?;
                self.measured(call, ty, ty, |check| check.config.sizes.align_of(check.store, ty))
            }
            (Builtin::UnsafeSizeof, [x]) => {
                let ty = self.assigned(x, None)?;
                self.measured(call, ty, ty, |check| {
                    let sizes = check.config.sizes;
                    // go/types takes what is not known, as a type of C's, for a word.
                    if check.is_known(ty) {
                        sizes.size_of(check.store, ty)
                    } else {
                        Some(sizes.word)
                    }
                })
            }
            (Builtin::UnsafeAdd, [x, y]) => {
                let pointer = Basic::UnsafePointer.id();
                self.assigned(x, Some(pointer))?;
                self.valid_index(y, true).then_some(())?;
                Some(self.with_result(call, pointer, &[pointer, y.ty]))
            }
            (Builtin::UnsafeSlice, [x, y]) => {
                let pointer = self.store.core_type(x.ty)?;
                let Type::Pointer(base) = *self.store.ty(pointer) else { return None };
                self.valid_index(y, false).then_some(())?;
                Some(self.with_result(call, self.store.slice(base), &[pointer, y.ty]))
            }
            (Builtin::UnsafeSliceData, [x]) => {
                let slice = self.store.core_type(x.ty)?;
                let Type::Slice(elem) = *self.store.ty(slice) else { return None };
                Some(self.with_result(call, self.store.pointer(elem), &[slice]))
            }
            (Builtin::UnsafeString, [x, y]) => {
                self.assigned(x, Some(byte_pointer))?;
                self.valid_index(y, false).then_some(())?;
                Some(self.with_result(call, Basic::String.id(), &[byte_pointer, y.ty]))
            }
            (Builtin::UnsafeStringData, [x]) => {
                let string = Basic::String.id();
                self.assigned(x, Some(string))?;
                Some(self.with_result(call, byte_pointer, &[string]))
            }
            _ => None,
        }
    }

    /// A size, alignment or offset: a constant, unless `whole` depends on type parameters.
    fn measured(
        &mut self,
        call: Call,
        whole: TypeId,
        param: TypeId,
        measure: impl FnOnce(&Self) -> Option<i64>,
    ) -> Option<Operand> {
        let ty = Basic::Uintptr.id();
        if self.has_variable_size(whole, 0, &mut FxHashMap::default()) {
            return Some(self.with_result(call, ty, &[param]));
        }
        let value = Some(Value::from(measure(self)?));
        Some(Operand { mode: Mode::Constant, value, ..Operand::value(None, ty) })
    }

    /// Whether the size of a type depends on type parameters.
    fn has_variable_size(
        &self,
        ty: TypeId,
        depth: u32,
        seen: &mut FxHashMap<TypeId, bool>,
    ) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        let depth = depth + 1;
        let ty = self.store.unalias(ty);
        match self.store.ty(ty) {
            Type::Named(named) => {
                if let Some(&known) = seen.get(&ty) {
                    return known;
                }
                // Met again within itself, it has no size at all.
                seen.insert(ty, true);
                let variable = self.is_portable_vector(named.obj)
                    || self.has_variable_size(self.store.under(ty), depth, seen);
                seen.insert(ty, variable);
                variable
            }
            &Type::Array { elem, .. } => self.has_variable_size(elem, depth, seen),
            Type::Struct(fields) => {
                let mut types = fields.fields.iter().map(|&f| self.store.obj_type(f));
                types.any(|ty| self.has_variable_size(ty, depth, seen))
            }
            Type::TypeParam(_) => true,
            _ => false,
        }
    }

    /// Whether it is the mark of the vectors of package `simd`, which have the size of the machine's.
    fn is_portable_vector(&self, obj: crate::ObjId) -> bool {
        let obj = self.store.obj(obj);
        let path = obj.pkg.map(|pkg| self.store.pkg(pkg).path);
        obj.name.as_str() == "_simd" && path.is_some_and(|path| path.as_str() == "simd")
    }

    /// `unsafe.Offsetof(x.f)`
    pub(super) fn unsafe_offsetof(&mut self, call: Call, args: &[ExprId]) -> Option<Operand> {
        let &[arg] = args else { return None };
        let e = self.tree().unparen(arg);
        let Expr::Selector { x, sel } = self.tree().expr(e) else {
            self.use_exprs(&[arg]);
            return None;
        };
        let x = self.expr(None, x);
        if x.is_invalid() {
            return None;
        }
        let base = self.struct_behind(x.ty);
        let name = self.tree().ident(sel).name;
        let found = match self.store.lookup(base, false, self.config.pkg, name) {
            Lookup::Found(found) if !found.indirect => found,
            _ => return None,
        };
        if !self.store.obj(found.obj).is_var() {
            return None;
        }
        let ty = self.store.obj_type(found.obj);
        let path = found.path.clone();
        let selection = Selection {
            kind: SelectionKind::Field,
            recv: base,
            obj: found.obj,
            path: found.path,
            indirect: false,
            ty,
        };
        self.record_selection(e, sel, selection);
        let mode = if x.mode == Mode::Variable { Mode::Variable } else { Mode::Value };
        self.record_type(e, mode, ty, None);
        self.measured(call, base, ty, |check| check.offset(base, &path))
    }

    /// The struct type that a pointer to a struct points to; other types as they are.
    fn struct_behind(&self, ty: TypeId) -> TypeId {
        if let Type::Pointer(base) = *self.store.ty(self.store.under(ty))
            && matches!(self.store.ty(self.store.under(base)), Type::Struct(_))
        {
            return base;
        }
        ty
    }

    /// The offset of the field at the end of a path through embedded structs.
    fn offset(&self, mut ty: TypeId, path: &[u32]) -> Option<i64> {
        let mut sum = 0i64;
        for &index in path {
            let offsets = self.config.sizes.offsets(self.store, ty)?;
            sum = sum.checked_add(*offsets.get(index as usize)?)?;
            let Type::Struct(fields) = self.store.ty(self.store.under(ty)) else { return None };
            ty = self.store.obj_type(*fields.fields.get(index as usize)?);
        }
        Some(sum)
    }
}
