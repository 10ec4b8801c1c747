//! Functions that an engine came by while it looked at another package than theirs.
//!
//! A package is looked at as soon as its imports are, and those of two threads call one another's functions. Who comes first
//! analyses them; who is to tell of them takes what the other found and need not do it again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lower::ir::InstId;
use rustc_hash::FxHashMap;
use types::PkgId;

use super::Analyzed;

/// Functions by package, of packages that will be told of.
#[derive(Default)]
pub(super) struct Handed(Mutex<Packages>);

type Packages = FxHashMap<PkgId, FxHashMap<InstId, Arc<Analyzed>>>;

impl Handed {
    fn packages(&self) -> MutexGuard<'_, Packages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps functions of a package from now on.
    pub(super) fn expect(&self, package: PkgId) {
        self.packages().entry(package).or_default();
    }

    /// Adds a function, if its package is yet to be told of.
    pub(super) fn give(&self, package: PkgId, function: &Arc<Analyzed>) {
        if let Some(functions) = self.packages().get_mut(&package) {
            functions.insert(function.entry.inst, Arc::clone(function));
        }
    }

    /// What another engine found out about a function.
    pub(super) fn take(&self, package: PkgId, function: InstId) -> Option<Arc<Analyzed>> {
        self.packages().get_mut(&package)?.remove(&function)
    }

    /// Forgets the functions of a package, which was told of.
    pub(super) fn close(&self, package: PkgId) {
        let functions = self.packages().remove(&package);
        // They are dropped where nobody waits for it.
        drop(functions);
    }
}
