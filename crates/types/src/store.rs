//! All types, objects and packages of a run, shared by every thread.
//!
//! Elements are only ever added, and what is filled in later ([`Late`], `OnceLock`) is filled in by
//! the one thread that resolves its package, before packages that import it are looked at.

use std::path::PathBuf;
use std::sync::{OnceLock, PoisonError, RwLock};

use hashbrown::HashTable;
use rustc_hash::FxHashMap;
use source::{Id, Name};

use crate::generic::Instances;
use crate::object::{FileId, ObjId, Object, ObjectKind, PkgId, Place};
use crate::types::{ChanDir, Late, Type, TypeId};
use crate::universe::Universe;

/// A package as others see it.
pub struct PackageScope {
    /// Import path as the type checker knows it: `net/http`, `example.com/m`.
    pub path: Name,
    /// Its name, once a file of it has been read; [`Self::name`] gives it.
    pub(crate) declared_name: OnceLock<Name>,
    /// What it declares at package level; set when its declarations are resolved. Missing
    /// packages have an empty one.
    pub scope: OnceLock<FxHashMap<Name, ObjId>>,
    /// Whether it could not be found: all that is selected from it is unknown.
    pub missing: bool,
}

impl PackageScope {
    /// Its name. Of a package that nothing is known of, the last element of its path.
    #[must_use]
    pub fn name(&self) -> Name {
        *self.declared_name.get_or_init(|| {
            let path = self.path.as_str();
            Name::new(path.rsplit('/').next().unwrap_or(path))
        })
    }
}

/// A file as places refer to it.
pub struct FileInfo {
    /// Its path.
    pub path: PathBuf,
}

const SHARDS: usize = 16;

/// All types, objects and packages of a run.
pub struct Store {
    types: boxcar::Vec<Type>,
    objects: boxcar::Vec<Object>,
    packages: boxcar::Vec<PackageScope>,
    files: boxcar::Vec<FileInfo>,
    interned: [RwLock<HashTable<TypeId>>; SHARDS],
    /// Instances of generic types by origin and arguments.
    pub(crate) instances: Instances,
    /// The instance that a method belongs to which was asked for before the declared method had
    /// a type.
    pub(crate) late_methods: RwLock<FxHashMap<ObjId, TypeId>>,
    /// The predeclared objects.
    pub universe: Universe,
}

/// A type that is the same whenever its parts are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Pointer(TypeId),
    Slice(TypeId),
    Array(TypeId, i64),
    Map(TypeId, TypeId),
    Chan(ChanDir, TypeId),
}

impl Key {
    fn of(ty: &Type) -> Option<Self> {
        Some(match *ty {
            Type::Pointer(t) => Self::Pointer(t),
            Type::Slice(t) => Self::Slice(t),
            Type::Array { elem, len } => Self::Array(elem, len),
            Type::Map { key, value } => Self::Map(key, value),
            Type::Chan { dir, elem } => Self::Chan(dir, elem),
            _ => return None,
        })
    }

    fn hash(self) -> u64 {
        use std::hash::BuildHasher;
        rustc_hash::FxBuildHasher.hash_one(self)
    }

    fn build(self) -> Type {
        match self {
            Self::Pointer(t) => Type::Pointer(t),
            Self::Slice(t) => Type::Slice(t),
            Self::Array(elem, len) => Type::Array { elem, len },
            Self::Map(key, value) => Type::Map { key, value },
            Self::Chan(dir, elem) => Type::Chan { dir, elem },
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

impl Store {
    /// A store that knows the universe and `unsafe`.
    #[must_use]
    pub fn new() -> Self {
        let mut store = Self {
            types: boxcar::Vec::new(),
            objects: boxcar::Vec::new(),
            packages: boxcar::Vec::new(),
            files: boxcar::Vec::new(),
            interned: std::array::from_fn(|_| RwLock::new(HashTable::new())),
            instances: Instances::default(),
            late_methods: RwLock::default(),
            universe: Universe::default(),
        };
        store.universe = Universe::declare(&store);
        store
    }

    /// A store whose universe also has `assert` and `trace`: go/types declares them for the
    /// files that it is tested with.
    #[must_use]
    pub fn for_type_checker_tests() -> Self {
        let mut store = Self::new();
        let mut universe = std::mem::take(&mut store.universe);
        universe.declare_test_functions(&store);
        store.universe = universe;
        store
    }

    /// The type that an id names.
    #[inline]
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &Type {
        &self.types[id.index()]
    }

    /// The object that an id names.
    #[inline]
    #[must_use]
    pub fn obj(&self, id: ObjId) -> &Object {
        &self.objects[id.index()]
    }

    /// The package that an id names.
    #[must_use]
    pub fn pkg(&self, id: PkgId) -> &PackageScope {
        &self.packages[id.index()]
    }

    /// The file that an id names.
    #[must_use]
    pub fn file(&self, id: FileId) -> &FileInfo {
        &self.files[id.index()]
    }

    /// Type of an object; `Invalid` where it is not resolved.
    #[must_use]
    pub fn obj_type(&self, id: ObjId) -> TypeId {
        let ty = self.obj(id).ty.get().or_else(|| self.late_method_type(id));
        ty.unwrap_or(Universe::INVALID)
    }

    /// Adds a type that is not interned.
    pub fn add_type(&self, ty: Type) -> TypeId {
        TypeId::from_index(self.types.push(ty))
    }

    /// Adds an object.
    pub fn add_object(&self, object: Object) -> ObjId {
        ObjId::from_index(self.objects.push(object))
    }

    /// Adds an object made of these parts.
    pub fn new_object(
        &self,
        name: Name,
        pkg: Option<PkgId>,
        place: Option<Place>,
        ty: Option<TypeId>,
        kind: ObjectKind,
    ) -> ObjId {
        let ty = ty.map_or_else(Late::empty, Late::new);
        self.add_object(Object { name, pkg, place, ty, kind })
    }

    /// Adds a package; its name is told when its files have been read.
    pub fn add_package(&self, path: Name, missing: bool) -> PkgId {
        let (declared_name, scope) = (OnceLock::new(), OnceLock::new());
        let package = PackageScope { path, declared_name, scope, missing };
        PkgId::from_index(self.packages.push(package))
    }

    /// Adds a file.
    pub fn add_file(&self, path: PathBuf) -> FileId {
        FileId::from_index(self.files.push(FileInfo { path }))
    }

    fn intern(&self, key: Key) -> TypeId {
        let hash = key.hash();
        let shard = &self.interned[(hash >> 40) as usize % SHARDS];
        let same = |&id: &TypeId| Key::of(self.ty(id)) == Some(key);
        {
            let table = shard.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(&id) = table.find(hash, same) {
                return id;
            }
        }
        let mut table = shard.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&id) = table.find(hash, same) {
            return id;
        }
        let id = self.add_type(key.build());
        table.insert_unique(hash, id, |&id| Key::of(self.ty(id)).map_or(0, Key::hash));
        id
    }

    /// `*elem`
    pub fn pointer(&self, elem: TypeId) -> TypeId {
        self.intern(Key::Pointer(elem))
    }

    /// `[]elem`
    pub fn slice(&self, elem: TypeId) -> TypeId {
        self.intern(Key::Slice(elem))
    }

    /// `[len]elem`; all unknown lengths are -1.
    pub fn array(&self, elem: TypeId, len: i64) -> TypeId {
        self.intern(Key::Array(elem, len.max(-1)))
    }

    /// `map[key]value`
    pub fn map(&self, key: TypeId, value: TypeId) -> TypeId {
        self.intern(Key::Map(key, value))
    }

    /// `chan elem`
    pub fn chan(&self, dir: ChanDir, elem: TypeId) -> TypeId {
        self.intern(Key::Chan(dir, elem))
    }

    /// A tuple of variables.
    pub fn tuple(&self, vars: &[ObjId]) -> TypeId {
        if vars.is_empty() {
            return Universe::EMPTY_TUPLE;
        }
        self.add_type(Type::Tuple(vars.into()))
    }

    /// Type parameters of a generic type, alias or signature; empty for all others, instances included.
    #[must_use]
    pub fn type_params(&self, ty: TypeId) -> &[TypeId] {
        let declared = match self.ty(ty) {
            Type::Named(named) => named.type_params.get(),
            Type::Alias(alias) => alias.type_params.get(),
            Type::Signature(signature) => Some(&signature.type_params),
            _ => None,
        };
        declared.map_or(&[], |params| params)
    }

    /// Whether the underlying type cannot be told yet: the type, or what it is defined as, is still being
    /// resolved.
    #[must_use]
    pub fn is_unresolved(&self, mut ty: TypeId) -> bool {
        loop {
            match self.ty(ty) {
                Type::Named(named) if named.underlying.get().is_none() => match &named.instance {
                    Some(instance) => ty = instance.origin,
                    None => return true,
                },
                Type::Alias(alias) => match alias.rhs.get().or_else(|| self.expand(ty)) {
                    Some(rhs) => ty = rhs,
                    None => return true,
                },
                _ => return false,
            }
        }
    }
}
