//! What functions allocate, found out when it is asked for.

use std::sync::Arc;

use lower::ir::{Body, InstId};
use rustc_hash::FxHashMap;

use super::{Analyzed, Engine};
use crate::allocation::{self, Abstract, AllocationFacts, Sites, Taken};
use crate::scc;
use crate::world::World;

impl Engine<'_> {
    /// A function with what is found out about it. `None` where it is neither declared nor known.
    #[must_use]
    pub fn function(&self, inst: InstId) -> Option<Arc<Analyzed>> {
        if let Some(known) = self.kept(inst) {
            return Some(known);
        }
        self.decide(&[inst]);
        self.analyze(&[inst]);
        self.kept(inst).or_else(|| {
            self.again(inst);
            self.kept(inst)
        })
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
        let known = |inst: InstId| self.summaries.facts.get(inst);
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
            // What one of them takes beyond its first turn, another may be asked for.
            let again = recursive.then(|| {
                let allocates = |&inst: &InstId| self.own_facts(inst) != AllocationFacts::NONE;
                let sometimes = insts.iter().any(allocates);
                AllocationFacts { sometimes, ..AllocationFacts::NONE }
            });
            let again =
                again.iter().flat_map(|&again| insts.iter().map(move |&inst| (inst, again)));
            let again: FxHashMap<InstId, AllocationFacts> = again.collect();
            let facts = insts.iter().map(|&inst| (inst, self.facts_of(inst, &again)));
            self.summaries.facts.add_all(facts.collect());
        };
        scc::bottom_up([inst], &mut callees, &mut component);
        known(inst).unwrap_or(AllocationFacts::UNKNOWN)
    }

    /// What a function allocates itself.
    fn own_facts(&self, inst: InstId) -> AllocationFacts {
        let has_body = self.function(inst).is_some_and(|found| found.entry.body.has_body);
        if !has_body {
            // Instructions in place of a call allocate nothing.
            let is_intrinsic = self.declared(inst).is_intrinsic;
            return if is_intrinsic { AllocationFacts::NONE } else { AllocationFacts::UNKNOWN };
        }
        let mut facts = AllocationFacts::NONE;
        for site in self.sites(inst).sites.iter().filter(|site| site.func == Body::ROOT) {
            facts.site(site);
        }
        facts
    }

    /// What a function allocates, with what is known of those that it calls: `together` of those that call one another.
    fn facts_of(
        &self,
        inst: InstId,
        together: &FxHashMap<InstId, AllocationFacts>,
    ) -> AllocationFacts {
        let mut facts = self.own_facts(inst);
        let found = self.sites(inst);
        let known =
            |callee| together.get(&callee).copied().or_else(|| self.summaries.facts.get(callee));
        for call in found.calls.iter().filter(|call| call.func == Body::ROOT) {
            facts.call(call, call.callee.and_then(known).unwrap_or(AllocationFacts::UNKNOWN));
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
