//! Functions bottom up: those that a function calls before it, and those that call one another together.
//!
//! Components and their order are those of `ir.VisitFuncsBottomUp`. A function literal is never the root of a component, so
//! that it is in that of the function that it is written in. Functions are listed in the order in which they were met.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// Functions and what they refer to, asked for when first needed.
pub(crate) trait Graph {
    /// Names a function.
    type Func: Copy + Eq + Hash;

    /// Whether it is a function literal.
    fn is_closure(&self, func: Self::Func) -> bool;
    /// The functions that it refers to, literals in it included, in the order of its nodes. Those that are not compiled
    /// together with it are left out.
    fn references(&mut self, func: Self::Func) -> Vec<Self::Func>;
    /// Called with each component. `recursive` says whether its functions call one another, or the only one itself.
    fn component(&mut self, funcs: &[Self::Func], recursive: bool);
}

/// Visits the functions that `roots` lead to, bottom up.
pub(crate) fn visit_bottom_up<G: Graph>(graph: &mut G, roots: impl IntoIterator<Item = G::Func>) {
    let mut visit = Visit { generation: 0, ids: FxHashMap::default(), stack: Vec::new() };
    for root in roots {
        if !graph.is_closure(root) && !visit.ids.contains_key(&root) {
            visit.from(graph, root);
        }
    }
}

/// Visits `roots` and all that they lead to, bottom up, where none is a function literal. `callees` says what a function refers
/// to, and `component` is given each component and whether it is recursive.
pub(crate) fn bottom_up<K: Copy + Eq + Hash>(
    roots: impl IntoIterator<Item = K>,
    callees: &mut dyn FnMut(K) -> Vec<K>,
    component: &mut dyn FnMut(&[K], bool),
) {
    visit_bottom_up(&mut Declared { callees, component }, roots);
}

/// What is called by what.
struct Declared<'a, K> {
    callees: &'a mut dyn FnMut(K) -> Vec<K>,
    component: &'a mut dyn FnMut(&[K], bool),
}

impl<K: Copy + Eq + Hash> Graph for Declared<'_, K> {
    type Func = K;

    fn is_closure(&self, _: K) -> bool {
        false
    }

    fn references(&mut self, func: K) -> Vec<K> {
        (self.callees)(func)
    }

    fn component(&mut self, funcs: &[K], recursive: bool) {
        (self.component)(funcs, recursive);
    }
}

/// What stands for a function whose component is complete: it is no longer on the way to anything.
const DONE: u32 = u32::MAX;

struct Visit<F> {
    generation: u32,
    ids: FxHashMap<F, u32>,
    stack: Vec<F>,
}

/// A function that is being visited.
struct Frame<F> {
    func: F,
    id: u32,
    /// The least id that was reached from it. Starts above its own, so that it tells whether it was reached itself.
    least: u32,
    references: std::vec::IntoIter<F>,
}

impl<F: Copy + Eq + Hash> Visit<F> {
    fn enter<G: Graph<Func = F>>(&mut self, graph: &mut G, func: F) -> Frame<F> {
        let id = self.generation + 1;
        self.generation += 2;
        self.ids.insert(func, id);
        self.stack.push(func);
        Frame { func, id, least: id + 1, references: graph.references(func).into_iter() }
    }

    fn from<G: Graph<Func = F>>(&mut self, graph: &mut G, root: F) {
        let mut frames = vec![self.enter(graph, root)];
        while let Some(frame) = frames.last_mut() {
            if let Some(next) = frame.references.next() {
                match self.ids.get(&next) {
                    Some(&id) => frame.least = frame.least.min(id),
                    None => {
                        let entered = self.enter(graph, next);
                        frames.push(entered);
                    }
                }
                continue;
            }
            let Some(frame) = frames.pop() else { return };
            self.leave(graph, &frame);
            if let Some(around) = frames.last_mut() {
                around.least = around.least.min(frame.least);
            }
        }
    }

    fn leave<G: Graph<Func = F>>(&mut self, graph: &mut G, frame: &Frame<F>) {
        let is_root = frame.least == frame.id || frame.least == frame.id + 1;
        if !is_root || graph.is_closure(frame.func) {
            return;
        }
        let Some(from) = self.stack.iter().rposition(|&func| func == frame.func) else { return };
        let component = self.stack.split_off(from);
        for &func in &component {
            self.ids.insert(func, DONE);
        }
        graph.component(&component, frame.least == frame.id);
    }
}

#[cfg(test)]
mod tests {
    use super::{Graph, bottom_up, visit_bottom_up};

    /// Functions by number; those above 9 are function literals.
    struct Calls {
        of: Vec<(u32, Vec<u32>)>,
        seen: Vec<(Vec<u32>, bool)>,
    }

    impl Graph for Calls {
        type Func = u32;

        fn is_closure(&self, func: u32) -> bool {
            func > 9
        }

        fn references(&mut self, func: u32) -> Vec<u32> {
            let calls = self.of.iter().find(|(caller, _)| *caller == func);
            calls.map_or_else(Vec::new, |(_, callees)| callees.clone())
        }

        fn component(&mut self, funcs: &[u32], recursive: bool) {
            self.seen.push((funcs.to_vec(), recursive));
        }
    }

    fn components(of: &[(u32, &[u32])], roots: &[u32]) -> Vec<(Vec<u32>, bool)> {
        let of = of.iter().map(|&(caller, callees)| (caller, callees.to_vec())).collect();
        let mut calls = Calls { of, seen: Vec::new() };
        visit_bottom_up(&mut calls, roots.iter().copied());
        calls.seen
    }

    #[test]
    fn callees_come_before_callers() {
        let seen = components(&[(0, &[1, 2]), (1, &[2])], &[0, 1, 2]);
        assert_eq!(seen, [(vec![2], false), (vec![1], false), (vec![0], false)]);
    }

    #[test]
    fn functions_that_call_one_another_are_listed_as_they_are_met() {
        let seen = components(&[(0, &[1]), (1, &[2, 3]), (2, &[0]), (4, &[4])], &[4, 0]);
        assert_eq!(seen, [(vec![4], true), (vec![3], false), (vec![0, 1, 2], true)]);
    }

    #[test]
    fn literals_are_with_the_function_around() {
        let seen = components(&[(0, &[10, 1]), (10, &[11]), (11, &[1])], &[10, 0]);
        assert_eq!(seen, [(vec![1], false), (vec![0, 10, 11], false)]);
        let seen = components(&[(0, &[10]), (10, &[0])], &[0]);
        assert_eq!(seen, [(vec![0, 10], true)]);
    }

    #[test]
    fn callees_come_first_and_cycles_together() {
        // 0 → 1 → 2 → 1, 0 → 3, 3 → 3
        let calls = |k: u32| match k {
            0 => vec![1, 3],
            1 => vec![2],
            2 => vec![1],
            3 => vec![3],
            _ => vec![],
        };
        let mut seen = Vec::new();
        bottom_up([0, 1], &mut |k| calls(k), &mut |block, recursive| {
            seen.push((block.to_vec(), recursive));
        });
        assert_eq!(seen, [(vec![1, 2], true), (vec![3], true), (vec![0], false)]);
    }
}
