//! The order in which the variables of a package are initialised.
//!
//! Again and again the earliest variable in the source that is ready comes next; a variable is ready once those are
//! initialised that its value refers to, itself or through functions ("Package initialization" in the language
//! specification). A method counts as referred to where it is selected statically. As in go/types of Go 1.27, methods of
//! instances of generic types are not, and neither is what a constant was computed from.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};
use source::Span;

use super::kept::{Function, Kept, Variable};
use super::{CheckedFile, Program, UnitId};
use crate::object::ObjId;

impl Program<'_> {
    /// The variables of a package that have a value, in the order in which they are initialised when the program starts. `None`
    /// before the package is declared.
    ///
    /// Looks into the bodies of all functions that values refer to.
    #[must_use]
    pub fn init_order(&self, unit: UnitId) -> Option<Vec<&Variable>> {
        let kept = self.kept[unit].get()?;
        let mut references = References { program: self, kept, by_function: FxHashMap::default() };
        let needs: Vec<FxHashSet<usize>> =
            kept.variables.iter().map(|variable| references.variables_of(variable)).collect();
        let order = order(&needs).into_iter().map(|at| &kept.variables[at]);
        Some(order.filter(|variable| variable.value.is_some()).collect())
    }
}

/// What values refer to.
struct References<'a> {
    program: &'a Program<'a>,
    kept: &'a Kept,
    /// What the bodies of functions refer to.
    by_function: FxHashMap<ObjId, Vec<ObjId>>,
}

impl References<'_> {
    /// The variables, by their number, that must be initialised before this one.
    fn variables_of(&mut self, variable: &Variable) -> FxHashSet<usize> {
        let mut found = FxHashSet::default();
        let mut seen = FxHashSet::default();
        let mut todo = self.of_value(variable);
        while let Some(obj) = todo.pop() {
            if !seen.insert(obj) {
                continue;
            }
            if let Some(&number) = self.kept.by_object.get(&obj) {
                found.insert(number);
            } else if let Some(function) = self.kept.function(obj) {
                todo.extend(self.of_function(function));
            }
        }
        // A variable that refers to itself is a fault of the program.
        if let Some(own) = self.kept.by_object.get(&variable.vars[0]) {
            found.remove(own);
        }
        found
    }

    fn of_value(&self, variable: &Variable) -> Vec<ObjId> {
        let mut uses = variable.in_type.to_vec();
        if let (Some(span), Some(value)) = (variable.value, self.program.initializer(variable)) {
            uses.extend(uses_in(&value.file, span));
        }
        uses
    }

    fn of_function(&mut self, function: &Function) -> &[ObjId] {
        let program = self.program;
        self.by_function.entry(function.obj).or_insert_with(|| match program.body(function.obj) {
            Some(body) => uses_in(&body.file, body.file.tree.stmt_span(body.block)).collect(),
            None => Vec::new(),
        })
    }
}

fn uses_in(file: &CheckedFile, span: Span) -> impl Iterator<Item = ObjId> + '_ {
    file.tree.idents_within(span).filter_map(|(ident, _)| file.facts.uses[ident])
}

/// Numbers in an order in which each comes behind those that it needs, and of those that could come the smallest.
fn order(needs: &[FxHashSet<usize>]) -> Vec<usize> {
    let mut waiting: Vec<usize> = needs.iter().map(FxHashSet::len).collect();
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (number, needs) in needs.iter().enumerate() {
        needs.iter().for_each(|&other| users[other].push(number));
    }
    let ready = waiting.iter().enumerate().filter(|&(_, &waiting)| waiting == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = ready.map(|(n, _)| Reverse(n)).collect();
    let mut order = Vec::with_capacity(needs.len());
    while let Some(Reverse(number)) = ready.pop() {
        order.push(number);
        for &user in &users[number] {
            waiting[user] -= 1;
            if waiting[user] == 0 {
                ready.push(Reverse(user));
            }
        }
    }
    // A cycle is a fault of the program; what is in one comes last.
    order.extend((0..needs.len()).filter(|&number| waiting[number] > 0));
    order
}
