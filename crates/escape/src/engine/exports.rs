//! Which bodies a package has at hand.
//!
//! The compiler reads what the packages that are imported wrote of themselves, and no other. A package writes the bodies of
//! its own functions and of those that it inlined itself; so a method of a package that is not imported is only inlined
//! where one of the imports did so too (`noder.linker.exportBody`).

use std::cell::RefCell;

use lower::ir::{Aux, InstId};
use rustc_hash::FxHashMap;
use types::program::UnitId;

use super::Engine;

/// What is known so far of who has what.
#[derive(Default)]
pub(super) struct Exports {
    /// Whether a package inlines a function itself.
    inlines: RefCell<FxHashMap<(UnitId, InstId), bool>>,
}

impl Engine<'_> {
    /// Whether the body of a function can be read where another one is compiled.
    pub(super) fn can_read(&self, callee: InstId, within: InstId) -> bool {
        let function = self.functions.instances.get(callee);
        // The bodies of generic functions come with whatever mentions them.
        if !function.shapes.is_empty() {
            return true;
        }
        match (self.unit_of(within), self.unit_of(callee)) {
            (Some(unit), Some(home)) => self.has_body(unit, callee, home),
            // Nothing is known of them anyway.
            _ => true,
        }
    }

    fn unit_of(&self, inst: InstId) -> Option<UnitId> {
        let obj = self.functions.instances.get(inst).obj;
        match self.functions.program.function(obj) {
            Some(function) => Some(function.unit),
            None => self.functions.made_for(obj),
        }
    }

    /// Whether a package can read the body of a function of `home`.
    fn has_body(&self, unit: UnitId, callee: InstId, home: UnitId) -> bool {
        let program = self.functions.program;
        let imported = |unit: UnitId| program.imported(unit).any(|import| import == home);
        if unit == home || imported(unit) {
            return true;
        }
        program.imported(unit).any(|import| self.inlines(import, callee, home))
    }

    /// Whether a package inlines a function of `home` where it calls it.
    fn inlines(&self, unit: UnitId, callee: InstId, home: UnitId) -> bool {
        if let Some(&known) = self.exports.inlines.borrow().get(&(unit, callee)) {
            return known;
        }
        // Imports have no cycles, but code that does not compile may.
        self.exports.inlines.borrow_mut().insert((unit, callee), false);
        let found = self.calls(unit, callee) && self.has_body(unit, callee, home);
        self.exports.inlines.borrow_mut().insert((unit, callee), found);
        found
    }

    /// Whether a function of a package calls another by its name.
    fn calls(&self, unit: UnitId, callee: InstId) -> bool {
        let functions = self.functions;
        let (program, store) = (functions.program, functions.program.store());
        let name = store.obj(functions.instances.get(callee).obj).name;
        let finder = memchr::memmem::Finder::new(name.as_str());
        let mentions = program.functions(unit).iter().filter(|function| {
            let file = program.files(unit).get(function.file);
            let text = file.and_then(|file| file.text.get(function.span.range()));
            text.is_some_and(|text| finder.find(text).is_some())
        });
        let mut plain = mentions.filter(|f| lower::type_params_of(store, f.obj).is_empty());
        plain.any(|function| {
            let body = self.pristine(functions.instances.id(function.obj, &[]));
            body.is_some_and(|body| {
                body.nodes.iter().any(|node| matches!(node.aux, Aux::Inst(inst) if inst == callee))
            })
        })
    }
}
