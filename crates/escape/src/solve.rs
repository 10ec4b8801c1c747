//! The walk over the graph: which locations must be on the heap, and where parameters flow.
//!
//! From every location (the heap among them) the least number of dereferences to every location that flows into it is found
//! (Bellman and Ford's algorithm; a count never falls below 0 on the way, so that there are no negative circles). A location
//! whose address arrives where it outlives the location escapes. What is found about a location can change what is found
//! about those that flow into it, so it is walked from again until nothing changes.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;
use source::Id;

use crate::graph::{Attrs, BatchFuncId, CALLEE, Edge, Graph, HEAP, LocId, MUTATOR, PSEUDO, Traits};
use crate::leaks::{Sink, TRACKED_RESULTS};

/// A way on which something escaped, recorded when it did.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// What escaped, or the parameter that leaks.
    pub(crate) from: LocId,
    /// Where it arrived, which outlives it.
    pub(crate) root: LocId,
    /// The edges from `from` to `root`, each with the location that it leads to.
    pub(crate) steps: Vec<(LocId, Edge)>,
}

/// The ways on which things escaped, where they were asked for.
#[derive(Clone, Default, Debug)]
pub(crate) struct Ways {
    /// Of what escaped.
    pub(crate) escapes: Vec<Way>,
    /// Of parameters whose values flow to the heap.
    pub(crate) leaks: Vec<Way>,
}

/// Walks until nothing changes. `first_in_first_out` is the order since Go 1.25.
pub(crate) fn solve(graph: &mut Graph, first_in_first_out: bool, explain: bool) -> Ways {
    let mut solver = Solver {
        states: vec![State::default(); graph.locs.len()],
        waiting: vec![true; graph.locs.len()],
        todo: VecDeque::with_capacity(graph.locs.len()),
        queue: VecDeque::new(),
        walk: 0,
        first_in_first_out,
        explain,
        ways: Ways::default(),
        graph,
    };
    solver.run();
    solver.ways
}

/// What a walk knows of a location.
#[derive(Clone, Copy)]
struct State {
    /// The walk that came here last.
    walk: u32,
    /// The walk that has it in its queue; 0 for none.
    queued: u32,
    /// Dereferences from here to where the walk began.
    derefs: i32,
    /// The next location on the way there.
    next: LocId,
    /// The edge that leads there.
    edge: u32,
}

impl Default for State {
    fn default() -> Self {
        Self { walk: 0, queued: 0, derefs: 0, next: HEAP, edge: 0 }
    }
}

struct Solver<'g> {
    graph: &'g mut Graph,
    states: Vec<State>,
    /// Locations to walk from.
    todo: VecDeque<LocId>,
    /// Whether a location is in `todo`.
    waiting: Vec<bool>,
    /// Locations that the walk at hand has to look at.
    queue: VecDeque<LocId>,
    walk: u32,
    first_in_first_out: bool,
    explain: bool,
    ways: Ways,
}

impl Solver<'_> {
    fn run(&mut self) {
        let all = self.graph.locs.len();
        self.todo.extend([HEAP, CALLEE, MUTATOR]);
        self.todo.extend((PSEUDO..all).rev().map(|at| LocId::at(at as u32)));
        while let Some(root) = self.todo.pop_front() {
            self.waiting[root.index()] = false;
            if !self.is_quiet(root) {
                self.walk += 1;
                self.walk_from(root);
            }
        }
    }

    /// Whether nothing flows into a location and nothing is to be said of it: half of all are such.
    fn is_quiet(&self, root: LocId) -> bool {
        self.graph.edges_into(root).is_empty()
            && !self.graph.attrs(root).has(Attrs::CALLS)
            && !self.graph.loc(root).traits.has(Traits::PARAM)
    }

    fn enqueue(&mut self, loc: LocId) {
        if std::mem::replace(&mut self.waiting[loc.index()], true) {
            return;
        }
        if !self.first_in_first_out || self.graph.attrs(loc).has(Attrs::ESCAPES) {
            self.todo.push_front(loc);
        } else {
            self.todo.push_back(loc);
        }
    }

    fn walk_from(&mut self, root: LocId) {
        let walk = self.walk;
        self.states[root.index()] = State { walk, queued: 0, derefs: 0, next: root, edge: 0 };
        if self.graph.attrs(root).has(Attrs::CALLS) {
            self.lose_results(root);
        }
        self.queue.push_back(root);
        while let Some(loc) = self.queue.pop_front() {
            self.states[loc.index()].queued = 0;
            self.visit(root, loc);
        }
    }

    /// A function literal that may be called anywhere: its results go to the heap.
    fn lose_results(&mut self, root: LocId) {
        let Some(func) = self.graph.loc(root).literal else { return };
        if !std::mem::replace(&mut self.graph.funcs[func.index()].results_lost, true) {
            for i in 0..self.graph.func(func).results.len() {
                let result = self.graph.func(func).results[i];
                self.enqueue(result);
            }
        }
    }

    fn visit(&mut self, root: LocId, loc: LocId) {
        let mut derefs = self.states[loc.index()].derefs;
        let root_attrs = self.graph.attrs(root);
        let mut found = Attrs::default();
        if derefs < 0 {
            // The address of the location arrives at the root; not so that of what is stored in it.
            derefs = 0;
            if self.outlives(root, loc) {
                found = Attrs::ALL;
                if self.explain && !self.graph.attrs(loc).has(Attrs::ESCAPES) {
                    let way = self.way(loc, root);
                    self.ways.escapes.push(way);
                }
            } else {
                found = root_attrs.and(Attrs::PERSISTS);
            }
        }
        if derefs == 0 {
            found = found.with(root_attrs.and(Attrs::MUTATES.with(Attrs::CALLS)));
        }
        if self.graph.loc(loc).traits.has(Traits::PARAM) {
            self.leak(root, loc, derefs);
        }
        let known = self.graph.attrs(loc);
        if !known.covers(found) {
            self.graph.give(loc, found);
            self.enqueue(loc);
            if known.with(found).has(Attrs::ESCAPES) {
                return;
            }
        }
        self.follow(loc, derefs);
    }

    /// Goes on to what flows into a location.
    fn follow(&mut self, loc: LocId, derefs: i32) {
        for at in self.graph.edges_into(loc) {
            let edge = self.graph.edge(at);
            if self.graph.attrs(edge.src).has(Attrs::ESCAPES) {
                continue;
            }
            let derefs = derefs + edge.derefs;
            let state = &mut self.states[edge.src.index()];
            if state.walk == self.walk && state.derefs <= derefs {
                continue;
            }
            state.walk = self.walk;
            state.derefs = derefs;
            state.next = loc;
            state.edge = at;
            if !self.first_in_first_out {
                // As often as it is found, last first, before Go 1.25.
                self.queue.push_front(edge.src);
            } else if state.queued != self.walk {
                state.queued = self.walk;
                self.queue.push_back(edge.src);
            }
        }
    }

    /// The value of a parameter arrives at the root.
    fn leak(&mut self, root: LocId, param: LocId, derefs: i32) {
        let attrs = self.graph.attrs(root);
        if self.outlives(root, param) {
            let sink = self.sink(root, param);
            let known = self.graph.loc(param).leaks.derefs(sink);
            if self.explain && sink == Sink::Heap && known.is_none_or(|known| derefs < known) {
                let way = self.way(param, root);
                self.ways.leaks.push(way);
            }
            self.graph.loc_mut(param).leaks.add(sink, derefs);
        }
        if attrs.has(Attrs::MUTATES) {
            self.graph.loc_mut(param).leaks.add(Sink::Mutator, derefs);
        }
        if attrs.has(Attrs::CALLS) {
            self.graph.loc_mut(param).leaks.add(Sink::Callee, derefs);
        }
    }

    /// What a root that outlives a parameter is to its callers: one of the first results, or the heap.
    fn sink(&self, root: LocId, param: LocId) -> Sink {
        let loc = self.graph.loc(root);
        let result = loc.result as usize;
        if !self.graph.attrs(root).has(Attrs::ESCAPES)
            && loc.traits.has(Traits::RESULT)
            && loc.func == self.graph.loc(param).func
            && result < TRACKED_RESULTS
        {
            Sink::Result(result)
        } else {
            Sink::Heap
        }
    }

    /// Whether what is stored in `root` may be there when `other` is not any more.
    fn outlives(&self, root: LocId, other: LocId) -> bool {
        if self.graph.attrs(root).has(Attrs::ESCAPES) {
            return true;
        }
        if root == MUTATOR || root == CALLEE {
            return false;
        }
        let (a, b) = (self.graph.loc(root), self.graph.loc(other));
        if a.traits.has(Traits::RESULT) {
            return !self.stays(a.func, b.func);
        }
        (a.func == b.func && a.loop_depth < b.loop_depth) || self.graph.contains(a.func, b.func)
    }

    /// Whether a function literal that is only called where it is known returns what is declared around it.
    fn stays(&self, literal: BatchFuncId, around: BatchFuncId) -> bool {
        self.graph.contains(around, literal) && !self.graph.func(literal).results_lost
    }

    /// The way from a location to the root of the walk at hand.
    fn way(&self, from: LocId, root: LocId) -> Way {
        let mut steps = Vec::new();
        let mut at = from;
        let mut met = FxHashSet::default();
        // A way has no location twice, but for circles that the walk made shorter on its way.
        while at != root && steps.len() < self.graph.locs.len() {
            let state = self.states[at.index()];
            steps.push((state.next, self.graph.edge(state.edge)));
            at = state.next;
            if !met.insert(at) {
                break;
            }
        }
        Way { from, root, steps }
    }
}
