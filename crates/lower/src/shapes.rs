//! Shapes of type arguments.
//!
//! Generic code is compiled once per shape and not once per type: types with the same underlying type share one, and, where
//! a constraint only asks for methods, so do all pointers (Go's "GC shape stenciling"; `noder.Shapify`).

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{PoisonError, RwLock};

use rustc_hash::{FxBuildHasher, FxHashMap};
use source::Name;
use types::types::{Late, Named};
use types::{Basic, ObjId, ObjectKind, PkgId, Store, Type, TypeId, Universe};

/// Path of the package that shapes are declared in.
pub const SHAPE_PACKAGE: &str = "go.shape";

/// The shape types of a run, shared by every thread.
pub struct Shapes {
    pkg: PkgId,
    /// By what identical underlying types have in common; see [`form`].
    known: RwLock<FxHashMap<u64, Vec<TypeId>>>,
    /// The first of identical types, in the same way.
    types: RwLock<FxHashMap<u64, Vec<TypeId>>>,
}

impl Shapes {
    /// No shapes yet.
    #[must_use]
    pub fn new(store: &Store) -> Self {
        let pkg = store.add_package(Name::new(SHAPE_PACKAGE), false);
        Self { pkg, known: RwLock::default(), types: RwLock::default() }
    }

    /// The shape of a type argument. `methods_only` says that its type parameter's constraint only asks for methods.
    #[must_use]
    pub fn of(&self, store: &Store, arg: TypeId, methods_only: bool) -> TypeId {
        let mut under = store.under(arg);
        if is_own_shape(store, arg) {
            return store.unalias(arg);
        }
        if methods_only && matches!(store.ty(under), Type::Pointer(_)) {
            under = store.pointer(Basic::Uint8.id());
        }
        let form = form(store, under);
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(shape) = find(store, &known, form, under) {
                return shape;
            }
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = find(store, &known, form, under) {
            return shape;
        }
        let name = Name::new(&store.type_string(under));
        let obj = store.new_object(name, Some(self.pkg), None, None, ObjectKind::TypeName);
        let shape = store.add_type(Type::Named(Box::new(Named {
            obj,
            underlying: Late::new(under),
            type_params: Box::<[TypeId]>::default().into(),
            methods: Box::<[Late<ObjId>]>::default().into(),
            instance: None,
        })));
        store.obj(obj).ty.set(shape);
        known.entry(form).or_default().push(shape);
        shape
    }

    /// The first type that was met of those that are identical to a type.
    #[must_use]
    pub fn first_met(&self, store: &Store, ty: TypeId) -> TypeId {
        let ty = store.unalias(ty);
        let form = form(store, ty);
        let find = |known: &FxHashMap<u64, Vec<TypeId>>| {
            let alike = known.get(&form)?;
            alike.iter().copied().find(|&known| store.identical(known, ty))
        };
        if let Some(first) = find(&self.types.read().unwrap_or_else(PoisonError::into_inner)) {
            return first;
        }
        let mut types = self.types.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = find(&types) {
            return first;
        }
        types.entry(form).or_default().push(ty);
        ty
    }

    /// Whether a type is a shape.
    #[must_use]
    pub fn is_shape(&self, store: &Store, ty: TypeId) -> bool {
        match store.ty(store.unalias(ty)) {
            Type::Named(named) => store.obj(named.obj).pkg == Some(self.pkg),
            _ => false,
        }
    }
}

fn find(
    store: &Store,
    known: &FxHashMap<u64, Vec<TypeId>>,
    form: u64,
    under: TypeId,
) -> Option<TypeId> {
    let alike = known.get(&form)?;
    alike.iter().copied().find(|&shape| store.identical(store.under(shape), under))
}

/// A number that is the same for identical types, and as a rule for no others.
fn form(store: &Store, ty: TypeId) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    hash_form(store, ty, 0, &mut hasher);
    hasher.finish()
}

fn hash_form(store: &Store, ty: TypeId, depth: u32, hasher: &mut impl Hasher) {
    // Deeper parts are left to the comparison of candidates.
    if depth > 4 {
        return;
    }
    let ty = store.unalias(ty);
    let kind = store.ty(ty);
    std::mem::discriminant(kind).hash(hasher);
    match kind {
        Type::Basic(basic, _) => basic.hash(hasher),
        Type::Pointer(t) | Type::Slice(t) => hash_form(store, *t, depth + 1, hasher),
        Type::Array { elem, len } => {
            len.hash(hasher);
            hash_form(store, *elem, depth + 1, hasher);
        }
        Type::Chan { dir, elem } => {
            dir.hash(hasher);
            hash_form(store, *elem, depth + 1, hasher);
        }
        Type::Map { key, value } => {
            hash_form(store, *key, depth + 1, hasher);
            hash_form(store, *value, depth + 1, hasher);
        }
        Type::Struct(parts) => {
            for &field in &parts.fields {
                store.obj(field).name.hash(hasher);
                hash_form(store, store.obj_type(field), depth + 1, hasher);
            }
        }
        Type::Signature(signature) => {
            (signature.params.len(), signature.results.len()).hash(hasher);
        }
        Type::Named(named) => named.obj.hash(hasher),
        // Methods and elements can be written in several ways.
        _ => {}
    }
}

/// Whether a type argument is its own shape: an instance of a generic interface that has a shape in it. By the signatures of
/// its methods alone, recursive ones would not match.
pub(crate) fn is_own_shape(store: &Store, arg: TypeId) -> bool {
    let arg = store.unalias(arg);
    let is_instance = matches!(store.ty(arg), Type::Named(named) if named.instance.is_some());
    is_instance && store.is_interface(arg) && has_shape(store, arg)
}

/// Whether a type is a shape or made of one: such a type has no type descriptor or method of its own.
#[must_use]
pub fn has_shape(store: &Store, ty: TypeId) -> bool {
    Mention { store, depth: 0 }.ty(ty)
}

struct Mention<'a> {
    store: &'a Store,
    depth: u32,
}

impl Mention<'_> {
    fn ty(&mut self, ty: TypeId) -> bool {
        // Types that do not come to an end do not occur in code that compiles.
        if self.depth > 50 {
            return false;
        }
        self.depth += 1;
        let found = self.inside(ty);
        self.depth -= 1;
        found
    }

    fn inside(&mut self, ty: TypeId) -> bool {
        let store = self.store;
        match store.ty(ty) {
            Type::Basic(..) | Type::TypeParam(_) => false,
            Type::Pointer(t) | Type::Slice(t) => self.ty(*t),
            Type::Array { elem, .. } | Type::Chan { elem, .. } => self.ty(*elem),
            Type::Map { key, value } => self.ty(*key) || self.ty(*value),
            Type::Tuple(vars) => vars.iter().any(|&v| self.ty(store.obj_type(v))),
            Type::Struct(s) => s.fields.iter().any(|&f| self.ty(store.obj_type(f))),
            Type::Signature(s) => {
                s.params.iter().chain(&s.results).any(|&v| self.ty(store.obj_type(v)))
            }
            Type::Interface(i) => {
                i.methods.iter().any(|&m| self.ty(store.obj_type(m)))
                    || i.embeddeds.iter().any(|&e| self.ty(e))
            }
            Type::Union(terms) => terms.iter().any(|t| self.ty(t.ty)),
            Type::Named(named) => match &named.instance {
                Some(instance) => instance.args.iter().any(|&a| self.ty(a)),
                None => {
                    let pkg = store.obj(named.obj).pkg;
                    pkg.is_some_and(|p| store.pkg(p).path.as_str() == SHAPE_PACKAGE)
                }
            },
            Type::Alias(_) => {
                let actual = store.unalias(ty);
                actual != ty && actual != Universe::INVALID && self.ty(actual)
            }
        }
    }
}
