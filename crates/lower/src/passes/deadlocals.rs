//! Assignments to local variables that nothing reads are removed (`deadlocals` of the compiler, since Go 1.24).
//!
//! After inlining, many parameters of inlined functions are set and not used: a function literal that was inlined where it
//! was called, say. Blanking them keeps escape analysis from following, and reporting on, what they were set to.
//!
//! Only assignments whose right-hand side has no effect are removed: variables, constants, `nil`, function literals. What
//! such a right-hand side refers to counts as used only if the assignment stays.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use types::Basic;
use types::constant::Value;

use crate::Compiler;
use crate::ir::{Aux, Body, List, Node, NodeId, Op, Pos, VarClass, VarId, deeper};

/// Turns assignments to variables that nothing reads into `_ = 0`, in a declared function and its function literals.
///
/// Runs after [`super::loopvar::per_iteration`]. Since Go 1.26 such a variable loses its defining statement too.
///
/// What only the descriptors of types read (a dictionary passed to an inlined function whose conversions need it) is not
/// seen here: they are no nodes. The compiler keeps such an assignment; nothing that it says depends on it.
pub fn remove(body: &mut Body, compiler: &Compiler) {
    if !compiler.since(24) {
        return;
    }
    let mut scan = Scan { body, assigned: FxHashMap::default() };
    for func in body.independent() {
        scan.list(body.funcs[func].body);
    }
    let assigned = scan.assigned;
    for (target, state) in assigned {
        let State::Unused(assignments) = state else {
            continue;
        };
        for assignment in &assignments {
            assignment.discard(body);
        }
        if let Target::Var(var) = target
            && compiler.since(26)
        {
            body.vars[var].defn = None;
        }
    }
}

/// What is assigned to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Target {
    Var(VarId),
    /// `_` beside variables: a value that is not wanted.
    Blank,
}

enum State {
    Used,
    /// Not so far: assignments whose right-hand sides have not been looked at.
    Unused(Vec<Assignment>),
}

/// One side by side pair of an assignment.
#[derive(Clone, Copy)]
struct Assignment {
    stmt: NodeId,
    /// Position in the lists of an [`Op::As2`]; `None` for an [`Op::As`].
    at: Option<usize>,
    value: Option<NodeId>,
}

impl Assignment {
    fn discard(self, body: &mut Body) {
        let blank = body.blank();
        let zero = body.constant(Pos::GENERATED, Basic::Int, Value::from(0_i64));
        let Node { list, body: values, .. } = body.nodes[self.stmt];
        match self.at {
            None => {
                let stmt = &mut body.nodes[self.stmt];
                (stmt.x, stmt.y) = (Some(blank), Some(zero));
            }
            Some(at) => {
                body.items_mut(list)[at] = blank;
                body.items_mut(values)[at] = zero;
            }
        }
    }
}

struct Scan<'a> {
    body: &'a Body,
    assigned: FxHashMap<Target, State>,
}

impl Scan<'_> {
    fn list(&mut self, list: List) {
        for &id in self.body.items(list) {
            self.node(id);
        }
    }

    fn node(&mut self, id: NodeId) {
        let body = self.body;
        let node = &body.nodes[id];
        match (node.op, node.aux) {
            (Op::Dcl, _) => {}
            (Op::Closure, Aux::Closure(func)) => {
                self.list(node.init);
                for &capture in &body.funcs[func].captures {
                    self.used(capture);
                }
                if !body.is_independent(func) {
                    deeper(|| self.list(body.funcs[func].body));
                }
            }
            (Op::Name, Aux::Var(var)) => self.used(var),
            (Op::As, _) => {
                if let Some(x) = node.x {
                    self.assignment(x, Assignment { stmt: id, at: None, value: node.y }, false);
                }
            }
            (Op::As2, _) => self.pairs(id, node),
            _ => {
                body.children_deep(id, &mut |child| {
                    self.node(child);
                    false
                });
            }
        }
    }

    /// Where all left-hand sides are blank, the right-hand sides are meant to be evaluated: they are used.
    fn pairs(&mut self, id: NodeId, node: &Node) {
        let body = self.body;
        let discards = body.items(node.list).iter().any(|&left| !body.is_blank(left));
        let pairs = body.items(node.list).iter().zip(body.items(node.body));
        for (at, (&left, &value)) in pairs.enumerate() {
            self.assignment(
                left,
                Assignment { stmt: id, at: Some(at), value: Some(value) },
                discards,
            );
        }
    }

    fn used(&mut self, var: VarId) {
        let var = self.body.canonical(var);
        if !is_local(self.body, var) {
            return;
        }
        // What was put off must be looked at now.
        if let Some(State::Unused(put_off)) = self.assigned.insert(Target::Var(var), State::Used) {
            for Assignment { value, .. } in put_off {
                deeper(|| self.value(value));
            }
        }
    }

    fn value(&mut self, value: Option<NodeId>) {
        if let Some(value) = value {
            self.node(value);
        }
    }

    fn assignment(&mut self, left: NodeId, assignment: Assignment, discards: bool) {
        match self.target(left, discards) {
            Some(target) if !has_effect(self.body, assignment.value) => {
                match self.assigned.entry(target) {
                    Entry::Vacant(entry) => {
                        entry.insert(State::Unused(vec![assignment]));
                        return;
                    }
                    Entry::Occupied(mut entry) => {
                        if let State::Unused(put_off) = entry.get_mut() {
                            put_off.push(assignment);
                            return;
                        }
                    }
                }
            }
            Some(_) => {}
            None => {
                if self.body.nodes[left].op != Op::Name {
                    self.node(left);
                }
            }
        }
        self.value(assignment.value);
    }

    fn target(&self, left: NodeId, discards: bool) -> Option<Target> {
        if self.body.is_blank(left) {
            return discards.then_some(Target::Blank);
        }
        let var = self.body.canonical(self.body.named_var(left)?);
        is_local(self.body, var).then_some(Target::Var(var))
    }
}

fn is_local(body: &Body, var: VarId) -> bool {
    matches!(body.vars[var].class, VarClass::Auto | VarClass::Param)
}

fn has_effect(body: &Body, value: Option<NodeId>) -> bool {
    value.is_some_and(|value| {
        let node = &body.nodes[value];
        let is_plain = matches!(node.op, Op::Name | Op::Literal | Op::Nil | Op::Closure);
        !node.init.is_empty() || !is_plain
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{COMPILER, Case};
    use super::remove;
    use crate::Compiler;
    use crate::ir::{Body, NodeId, VarId};
    use source::Id;

    fn check(text: &str) {
        let mut case = Case::read(text, &[]);
        remove(&mut case.body, &COMPILER);
        case.check();
    }

    #[test]
    fn parameters_of_inlined_functions_are_blanked() {
        check(include_str!("testdata/deadlocals/inlined.txt"));
    }

    #[test]
    fn what_literals_set_and_read_counts() {
        check(include_str!("testdata/deadlocals/closures.txt"));
    }

    /// Defining statements are forgotten since Go 1.26, and nothing is removed before Go 1.24.
    #[test]
    fn versions_differ() {
        for (minor, forgotten) in [(23, 0), (25, 0), (26, 3), (27, 3)] {
            let mut case = Case::read(include_str!("testdata/deadlocals/inlined.txt"), &[]);
            let body: &mut Body = &mut case.body;
            for at in 0..body.vars.len() {
                body.vars[VarId::from_index(at)].defn = Some(NodeId::at(0));
            }
            remove(body, &Compiler { minor, ..COMPILER });
            let without = |&at: &usize| body.vars[VarId::from_index(at)].defn.is_none();
            assert_eq!((0..body.vars.len()).filter(without).count(), forgotten, "Go 1.{minor}");
        }
    }
}
