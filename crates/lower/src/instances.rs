//! Functions as they are compiled: a declared function, with the shapes of its type arguments where it is generic.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{PoisonError, RwLock};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use source::Id;
use types::{ObjId, TypeId};

use crate::ir::InstId;

/// A function as it is compiled.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Instance {
    /// The declared function or method; of a method of an instantiated type, the declared one.
    pub obj: ObjId,
    /// Shapes of the type arguments: those of the receiver's type, then the function's own. Empty where the function is not
    /// generic.
    pub shapes: Box<[TypeId]>,
    /// Whether `shapes` are the type arguments themselves: the function is then what the compiler makes around that of
    /// their shapes, which passes the dictionary.
    pub concrete: bool,
}

/// All functions of a run that were called or looked at, shared by every thread. Shapes are canonical (see
/// [`Shapes`](crate::Shapes)), so that equal instances have equal ids.
#[derive(Default)]
pub struct Instances {
    all: boxcar::Vec<Instance>,
    ids: RwLock<HashTable<InstId>>,
}

impl Instances {
    /// The id of a function.
    pub fn id(&self, obj: ObjId, shapes: &[TypeId]) -> InstId {
        self.find_or_add(obj, shapes, false)
    }

    /// The id of what is around the function of the shapes of these type arguments.
    pub fn concrete(&self, obj: ObjId, args: &[TypeId]) -> InstId {
        self.find_or_add(obj, args, true)
    }

    fn find_or_add(&self, obj: ObjId, shapes: &[TypeId], concrete: bool) -> InstId {
        let hash = hash_of(obj, shapes);
        let same = |&id: &InstId| {
            let known = self.get(id);
            known.obj == obj && *known.shapes == *shapes && known.concrete == concrete
        };
        {
            let ids = self.ids.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(&id) = ids.find(hash, same) {
                return id;
            }
        }
        let mut ids = self.ids.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&id) = ids.find(hash, same) {
            return id;
        }
        let id =
            InstId::from_index(self.all.push(Instance { obj, shapes: shapes.into(), concrete }));
        ids.insert_unique(hash, id, |&id| {
            let known = self.get(id);
            hash_of(known.obj, &known.shapes)
        });
        id
    }

    /// The function that an id names.
    #[must_use]
    pub fn get(&self, id: InstId) -> &Instance {
        &self.all[id.index()]
    }
}

fn hash_of(obj: ObjId, shapes: &[TypeId]) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    obj.hash(&mut hasher);
    shapes.hash(&mut hasher);
    hasher.finish()
}
