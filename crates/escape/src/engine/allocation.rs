//! What functions allocate, found out when it is asked for.

use std::sync::Arc;

use lower::ir::{Body, InstId};

use super::{Analyzed, Engine};
use crate::allocation::{self, Abstract, AllocationFacts, Sites, Taken};
use crate::scc;

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

    /// What a call of a function allocates, what it calls included.
    #[must_use]
    pub fn allocates(&self, inst: InstId) -> AllocationFacts {
        let known = |inst: InstId| self.facts.borrow().get(&inst).copied();
        if let Some(known) = known(inst) {
            return known;
        }
        let mut callees = |inst: InstId| {
            if known(inst).is_some() {
                return Vec::new();
            }
            let found = self.sites(inst);
            let calls = found.calls.iter().filter(|call| call.func == Body::ROOT);
            calls.filter_map(|call| call.callee).collect()
        };
        let mut component = |insts: &[InstId], recursive: bool| {
            if recursive {
                // What one of them takes beyond its first turn, another may be asked for.
                let allocates = |&inst: &InstId| self.own_facts(inst) != AllocationFacts::NONE;
                let sometimes = insts.iter().any(allocates);
                let again = AllocationFacts { sometimes, ..AllocationFacts::NONE };
                self.facts.borrow_mut().extend(insts.iter().map(|&inst| (inst, again)));
            }
            let facts: Vec<_> = insts.iter().map(|&inst| (inst, self.facts_of(inst))).collect();
            self.facts.borrow_mut().extend(facts);
        };
        scc::bottom_up([inst], &mut callees, &mut component);
        known(inst).unwrap_or(AllocationFacts::UNKNOWN)
    }

    /// What a function allocates itself.
    fn own_facts(&self, inst: InstId) -> AllocationFacts {
        let has_body = self.function(inst).is_some_and(|found| found.entry.body.has_body);
        if !has_body {
            return AllocationFacts::UNKNOWN;
        }
        let mut facts = AllocationFacts::NONE;
        for site in self.sites(inst).sites.iter().filter(|site| site.func == Body::ROOT) {
            facts.site(site);
        }
        facts
    }

    /// What a function allocates, with what is known of those that it calls.
    fn facts_of(&self, inst: InstId) -> AllocationFacts {
        let mut facts = self.own_facts(inst);
        let found = self.sites(inst);
        for call in found.calls.iter().filter(|call| call.func == Body::ROOT) {
            let known = call.callee.and_then(|inst| self.facts.borrow().get(&inst).copied());
            facts.call(call, known.unwrap_or(AllocationFacts::UNKNOWN));
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
