//! What functions know of one another, shared by all engines of a program.

use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lower::ir::{Body, InstId};
use rustc_hash::FxHashMap;
use source::Id;
use types::PkgId;

use super::Analyzed;
use super::handed::Handed;
use super::inlining::Decision;
use super::reach::Dictionary;
use crate::allocation::AllocationFacts;
use crate::analysis::Ask;
use crate::leaks::Leaks;
use crate::world::Declared;

/// The summaries of functions: what one function knows of another's code. Engines on several threads add to them and read
/// them; whichever is first, the same is found out.
#[derive(Default)]
pub struct Summaries {
    /// What is to be found out besides.
    pub(super) ask: Ask,
    /// Directives, and whether there is a body.
    pub(super) declared: Table<Declared>,
    /// Whether it can be inlined, at what cost, and the body before that.
    pub(super) decided: Table<Decision>,
    /// Where its parameters flow.
    pub(super) leaks: Table<Flows>,
    /// What a call of it allocates.
    pub(super) facts: Table<AllocationFacts>,
    /// Of a generic function with type arguments, what its dictionary is made from.
    pub(super) dictionaries: Table<Arc<Dictionary>>,
    /// Bodies of instances of generic functions before inlining, which are compiled with many packages.
    pub(super) generic: Table<Option<Arc<Body>>>,
    /// What was found out about them.
    pub(super) instances: Table<Arc<Analyzed>>,
    /// Functions that an engine came by which is asked about another package.
    pub(super) handed: Handed,
}

impl Summaries {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(ask: Ask) -> Self {
        Self { ask, ..Self::default() }
    }

    /// Lets engines hand one another the functions of packages that each will [begin](super::Engine::begin) with once.
    #[must_use]
    pub fn expecting(self, packages: impl IntoIterator<Item = PkgId>) -> Self {
        packages.into_iter().for_each(|package| self.handed.expect(package));
        self
    }
}

/// Where the parameters of a function flow.
#[derive(Clone)]
pub(super) struct Flows {
    pub(super) leaks: Arc<[Leaks]>,
    /// The functions that it was analysed with, itself among them, in their order; `None` where it was alone.
    pub(super) together: Option<Arc<[InstId]>>,
}

/// Facts by function, in parts that are locked one by one.
pub(super) struct Table<V> {
    parts: Box<[Mutex<FxHashMap<InstId, V>>]>,
}

/// Parts of a table: many more than there are threads, so that two of them seldom want the same.
const PARTS: usize = 64;

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self { parts: (0..PARTS).map(|_| Mutex::default()).collect() }
    }
}

impl<V: Clone> Table<V> {
    fn part(&self, at: usize) -> MutexGuard<'_, FxHashMap<InstId, V>> {
        self.parts[at].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of a function.
    pub(super) fn get(&self, inst: InstId) -> Option<V> {
        self.read(inst, V::clone)
    }

    /// A part of what is known of a function.
    pub(super) fn read<R>(&self, inst: InstId, read: impl FnOnce(&V) -> R) -> Option<R> {
        self.part(part_of(inst)).get(&inst).map(read)
    }

    /// Whether a function is known.
    pub(super) fn has(&self, inst: InstId) -> bool {
        self.part(part_of(inst)).contains_key(&inst)
    }

    /// Adds what was found out about a function. Returns whether this was the first; if not, what is known stays.
    pub(super) fn add(&self, inst: InstId, fact: V) -> bool {
        match self.part(part_of(inst)).entry(inst) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(fact);
                true
            }
        }
    }

    /// As [`Self::add`] for functions that were looked at together. Others see either all of it or nothing: who saw a part
    /// would take the functions for ones that do not call one another.
    pub(super) fn add_all(&self, found: Vec<(InstId, V)>) -> bool {
        let mut needed: Vec<usize> = found.iter().map(|&(inst, _)| part_of(inst)).collect();
        // In one order, so that nobody waits in a circle.
        needed.sort_unstable();
        needed.dedup();
        let mut parts: Vec<_> = needed.iter().map(|&at| self.part(at)).collect();
        let mut first = true;
        for (inst, fact) in found {
            if let Ok(at) = needed.binary_search(&part_of(inst)) {
                match parts[at].entry(inst) {
                    Entry::Occupied(_) => first = false,
                    Entry::Vacant(place) => {
                        place.insert(fact);
                    }
                }
            }
        }
        first
    }
}

fn part_of(inst: InstId) -> usize {
    inst.index() % PARTS
}
