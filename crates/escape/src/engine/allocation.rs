//! What functions allocate, found out when it is asked for.

use std::sync::Arc;

use lower::ir::{Body, InstId};

use super::{Analyzed, Engine};
use crate::allocation::{self, Abstract, AllocationFacts, Sites, Taken};

impl Engine<'_> {
    /// A function with what is found out about it. `None` where it is neither declared nor known.
    #[must_use]
    pub fn function(&self, inst: InstId) -> Option<Arc<Analyzed>> {
        if let Some(known) = self.analyzed.borrow().get(&inst) {
            return Some(Arc::clone(known));
        }
        self.decide(&[inst]);
        self.analyze(&[inst]);
        self.analyzed.borrow().get(&inst).cloned()
    }

    /// What is said of each operation of a function, the function literals in it included.
    #[must_use]
    pub fn sites(&self, inst: InstId) -> Arc<Sites> {
        if let Some(known) = self.sites.borrow().get(&inst) {
            return Arc::clone(known);
        }
        let found = self.function(inst).map(|analyzed| allocation::sites(self, &analyzed));
        let found = Arc::new(found.unwrap_or_default());
        self.sites.borrow_mut().insert(inst, Arc::clone(&found));
        found
    }

    /// What a call of a function allocates, what it calls included. A function that calls itself counts once.
    #[must_use]
    pub fn allocates(&self, inst: InstId) -> AllocationFacts {
        if let Some(&known) = self.facts.borrow().get(&inst) {
            return known;
        }
        // Met again on the way, it adds nothing.
        self.facts.borrow_mut().insert(inst, AllocationFacts::NONE);
        let facts = stacker::maybe_grow(128 << 10, 2 << 20, || self.facts_of(inst));
        self.facts.borrow_mut().insert(inst, facts);
        facts
    }

    fn facts_of(&self, inst: InstId) -> AllocationFacts {
        let has_body = self.function(inst).is_some_and(|found| found.entry.body.has_body);
        if !has_body {
            return AllocationFacts::UNKNOWN;
        }
        let found = self.sites(inst);
        let mut facts = AllocationFacts::NONE;
        for site in found.sites.iter().filter(|site| site.func == Body::ROOT) {
            facts.site(site);
        }
        for call in found.calls.iter().filter(|call| call.func == Body::ROOT) {
            let callee = call.callee.map_or(AllocationFacts::UNKNOWN, |inst| self.allocates(inst));
            facts.call(call, callee);
        }
        facts
    }

    /// What one call of a function takes, with what is known of its arguments (receiver first).
    #[must_use]
    pub fn run(&self, inst: InstId, arguments: &[Abstract]) -> Option<Taken> {
        let analyzed = self.function(inst)?;
        Some(allocation::run(self, &|inst| self.function(inst), &analyzed, arguments))
    }
}
