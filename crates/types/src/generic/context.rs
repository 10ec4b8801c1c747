//! Instances that one package has seen, and instances that the run has seen.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{PoisonError, RwLock};

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};
use source::Id;

use crate::object::ObjId;
use crate::store::Store;
use crate::types::{ChanDir, Instance, Type, TypeId};

const SHARDS: usize = 16;

/// Nesting beyond which the form of a type is not looked at any more.
const MAX_DEPTH: usize = 100;

/// All instances of generic types of a run, by origin and arguments as written.
pub(crate) struct Instances([RwLock<HashTable<TypeId>>; SHARDS]);

impl Default for Instances {
    fn default() -> Self {
        Self(std::array::from_fn(|_| RwLock::new(HashTable::new())))
    }
}

impl Instances {
    /// The instance of `origin` with exactly these arguments; `make` adds it where there is none yet.
    pub(crate) fn find_or_make(
        &self,
        store: &Store,
        origin: TypeId,
        args: &[TypeId],
        make: impl FnOnce() -> TypeId,
    ) -> TypeId {
        let hash = hash_of(origin, args);
        let shard = &self.0[(hash >> 40) as usize % SHARDS];
        let same = |&id: &TypeId| {
            store.instance(id).is_some_and(|i| i.origin == origin && *i.args == *args)
        };
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
        let id = make();
        let rehash = |&id: &TypeId| store.instance(id).map_or(0, |i| hash_of(i.origin, &i.args));
        table.insert_unique(hash, id, rehash);
        id
    }
}

fn hash_of(origin: TypeId, args: &[TypeId]) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    origin.hash(&mut hasher);
    args.hash(&mut hasher);
    hasher.finish()
}

/// The instances that one package has asked for so far.
///
/// `List[func(a int)]` and `List[func(b int)]` are the same type, and the second prints as the first:
/// `go/types` keeps, per package, the instance that it met first. It tells instances apart by a text in
/// which names of parameters are left out and aliases are not, so `List[any]` and
/// `List[interface{}]` stay two.
#[derive(Default)]
pub struct Context {
    /// By origin and form; several where forms are alike and the types are not identical.
    seen: FxHashMap<Box<[u32]>, Vec<Seen>>,
}

struct Seen {
    args: Box<[TypeId]>,
    instance: TypeId,
}

impl Context {
    /// No instances yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The first instance whose arguments have the same form and are identical, or the form
    /// under which the first one is to be remembered.
    pub(super) fn first(
        &self,
        store: &Store,
        origin: TypeId,
        args: &[TypeId],
    ) -> Result<TypeId, Box<[u32]>> {
        let mut form = Form { store, key: vec![origin.index() as u32], depth: 0 };
        args.iter().for_each(|&arg| form.ty(arg));
        let form = form.key.into_boxed_slice();
        let alike = self.seen.get(&form).map_or(&[][..], |seen| seen);
        let identical = |s: &&Seen| {
            s.args.len() == args.len()
                && s.args.iter().zip(args).all(|(&a, &b)| store.identical(a, b))
        };
        alike.iter().find(identical).map(|s| s.instance).ok_or(form)
    }

    /// Remembers an instance under the form that [`first`](Self::first) gave.
    pub(super) fn remember(&mut self, form: Box<[u32]>, args: &[TypeId], instance: TypeId) {
        self.seen.entry(form).or_default().push(Seen { args: args.into(), instance });
    }
}

impl Store {
    /// Origin and arguments of a type that is an instance; aliases are not looked through.
    #[must_use]
    pub fn instance(&self, ty: TypeId) -> Option<&Instance> {
        match self.ty(ty) {
            Type::Named(named) => named.instance.as_ref(),
            Type::Alias(alias) => alias.instance.as_ref(),
            _ => None,
        }
    }

    /// Whether types with another id can have the same form as this one: it has a function, struct or
    /// interface literal in it.
    pub(super) fn has_literal(&self, mut ty: TypeId) -> bool {
        loop {
            ty = match *self.ty(ty) {
                Type::Pointer(t) | Type::Slice(t) => t,
                Type::Array { elem, .. } | Type::Chan { elem, .. } => elem,
                Type::Map { key, value } => {
                    if self.has_literal(key) {
                        return true;
                    }
                    value
                }
                Type::Basic(..) | Type::Named(_) | Type::TypeParam(_) => return false,
                Type::Alias(ref alias) => return alias.instance.is_some(),
                Type::Tuple(_)
                | Type::Struct(_)
                | Type::Signature(_)
                | Type::Interface(_)
                | Type::Union(_) => return true,
            };
        }
    }
}

/// Writes the form of a type as numbers, no two forms alike.
struct Form<'a> {
    store: &'a Store,
    key: Vec<u32>,
    depth: usize,
}

impl Form<'_> {
    fn id(&mut self, ty: TypeId) {
        self.key.extend([1, ty.index() as u32]);
    }

    fn ty(&mut self, ty: TypeId) {
        if self.depth > MAX_DEPTH {
            return self.id(ty);
        }
        self.depth += 1;
        match self.store.ty(ty) {
            Type::Pointer(elem) => self.composite(2, 0, *elem),
            Type::Slice(elem) => self.composite(3, 0, *elem),
            Type::Array { elem, len } => {
                self.composite(4, (*len >> 32) as u32, *elem);
                self.key.push(*len as u32);
            }
            Type::Chan { dir, elem } => {
                let dir = match dir {
                    ChanDir::Both => 0,
                    ChanDir::Send => 1,
                    ChanDir::Recv => 2,
                };
                self.composite(5, dir, *elem);
            }
            Type::Map { key, value } => {
                self.composite(6, 0, *key);
                self.ty(*value);
            }
            Type::Struct(literal) => {
                self.key.extend([7, literal.fields.len() as u32]);
                for (i, &field) in literal.fields.iter().enumerate() {
                    let field = self.store.obj(field);
                    let tag = literal.tags.get(i).map_or(0, |t| t.as_u32());
                    self.key.extend([field.name.as_u32(), u32::from(field.is_embedded()), tag]);
                    self.ty(field.ty.get().unwrap_or(crate::Universe::INVALID));
                }
            }
            Type::Signature(signature) if signature.type_params.is_empty() => {
                self.key.extend([8, u32::from(signature.variadic)]);
                self.vars(&signature.params);
                self.vars(&signature.results);
            }
            Type::Interface(literal) if literal.embeddeds.is_empty() => {
                self.key.extend([9, literal.methods.len() as u32]);
                for &method in &literal.methods {
                    self.key.push(self.store.obj(method).name.as_u32());
                    self.ty(self.store.obj_type(method));
                }
            }
            Type::Tuple(vars) => {
                self.key.push(10);
                self.vars(vars);
            }
            Type::Alias(alias) => match &alias.instance {
                Some(instance) => {
                    self.key.extend([11, instance.origin.index() as u32]);
                    instance.args.iter().for_each(|&arg| self.ty(arg));
                }
                None => self.id(ty),
            },
            _ => self.id(ty),
        }
        self.depth -= 1;
    }

    fn composite(&mut self, kind: u32, detail: u32, elem: TypeId) {
        self.key.extend([kind, detail]);
        self.ty(elem);
    }

    fn vars(&mut self, vars: &[ObjId]) {
        self.key.push(vars.len() as u32);
        for &var in vars {
            self.ty(self.store.obj_type(var));
        }
    }
}
