//! The calls beneath a function.

use escape::Engine;
use escape::allocation::{self, AllocationFacts};
use lower::ir::InstId;
use report::escape::{Allocates, Callee, Seen};
use rustc_hash::FxHashSet;

/// Calls that are followed.
const DEEPEST: usize = 5;

/// Whether a function allocates, by itself or by what it calls.
pub(super) fn allocates(facts: &AllocationFacts) -> Allocates {
    match facts {
        _ if *facts == AllocationFacts::UNKNOWN => Allocates::Unknown,
        AllocationFacts { always_objects: 1.., .. } => Allocates::Always,
        AllocationFacts { sometimes: true, .. } => Allocates::Sometimes,
        _ => Allocates::Never,
    }
}

/// What is beneath a function, as far as it allocates.
pub(super) fn beneath(
    engine: &Engine<'_>,
    inst: InstId,
    name: &dyn Fn(InstId) -> String,
) -> Vec<Callee> {
    let mut walk = Walk { engine, name, way: vec![inst], shown: FxHashSet::default() };
    walk.calls(inst)
}

struct Walk<'a, 'p> {
    engine: &'a Engine<'p>,
    name: &'a dyn Fn(InstId) -> String,
    /// The functions above.
    way: Vec<InstId>,
    shown: FxHashSet<InstId>,
}

impl Walk<'_, '_> {
    /// What a function calls that allocates, in its order.
    fn calls(&mut self, inst: InstId) -> Vec<Callee> {
        let sites = self.engine.sites(inst);
        let mut met = FxHashSet::default();
        let callees = sites.calls.iter().filter_map(|call| call.callee);
        let callees: Vec<InstId> = callees.filter(|&callee| met.insert(callee)).collect();
        callees.into_iter().filter_map(|callee| self.callee(callee)).collect()
    }

    fn callee(&mut self, inst: InstId) -> Option<Callee> {
        let allocates = allocates(&self.engine.allocates(inst));
        if allocates == Allocates::Never {
            return None;
        }
        let sites = self.engine.sites(inst);
        let of = |wanted: &'static str| {
            sites.sites.iter().filter(move |site| site.allocates.word() == wanted)
        };
        let always = || of(allocation::Allocates::Always.word());
        let beneath = if self.way.contains(&inst) {
            Seen::Recursive
        } else if allocates == Allocates::Unknown {
            Seen::Unknown
        } else if !self.shown.insert(inst) {
            Seen::Before
        } else if self.way.len() > DEEPEST {
            Seen::Cut
        } else {
            self.way.push(inst);
            let calls = self.calls(inst);
            self.way.pop();
            Seen::Calls(calls)
        };
        Some(Callee {
            name: (self.name)(inst),
            allocates,
            always: always().count(),
            sometimes: of("sometimes").count(),
            objects: always().map(|site| site.objects).sum(),
            bytes: always().map(|site| site.bytes).sum(),
            beneath,
        })
    }
}
