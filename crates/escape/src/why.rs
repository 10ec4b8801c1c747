//! Why a value is on the heap: the way that it takes there.

use lower::ir::{FuncId, VarId};

use crate::batch::BatchEntry;
use crate::graph::{Built, Edge, HEAP, LocId, Reason, Thing, Traits};
use crate::solve::{Way, Ways};

/// Something in a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spot {
    /// The position in the batch of the declared function that it is in.
    pub entry: usize,
    /// The function there.
    pub func: FuncId,
    /// What it is.
    pub thing: Thing,
}

/// Something that a value goes through on a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Through {
    /// The position in the batch of the declared function that it is in.
    pub entry: usize,
    /// The expression, statement or captured variable.
    pub thing: Thing,
    /// What it does.
    pub reason: Reason,
}

/// Where a step leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// The heap.
    Heap,
    /// A variable or an expression that allocates; [`Thing::Temporary`] is something in between.
    Spot(Spot),
}

/// One assignment on a way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What the value flows into.
    pub to: Target,
    /// Dereferences; -1 if it is the address that flows.
    pub derefs: i32,
    /// What it goes through, in this order.
    pub through: Vec<Through>,
}

/// Why the end of a way outlives what is at its beginning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// It is the heap.
    Heap,
    /// It is on the heap itself: there is a path from it too.
    OnHeap(Spot),
    /// It is a result, and what callers do with it is not known.
    Result(VarId),
    /// It is declared outside of the loop.
    OutsideLoop(Spot),
    /// It is declared outside of the function literal.
    OutsideLiteral(Spot),
}

/// A way on which a value gets to where it outlives its place on the stack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// The value: a variable or an expression that allocates; of a leak, the parameter.
    pub from: Spot,
    /// The way, in the order in which the value takes it. Never empty.
    pub steps: Vec<Step>,
    /// Why it escapes there.
    pub end: End,
}

impl Path {
    /// The step without which the value would stay: the last one that is in the source.
    #[must_use]
    pub fn decisive(&self) -> Option<&Step> {
        self.steps.iter().rev().find(|step| !step.through.is_empty()).or(self.steps.last())
    }

    /// What happens last on the way: a return, a call, an assignment. Selections and the like, which only lead there, do not
    /// count where there is anything else.
    #[must_use]
    pub fn cause(&self) -> Option<Through> {
        let step = self.decisive()?;
        let moves = step.through.iter().rev().find(|through| through.reason.moves());
        moves.or(step.through.last()).copied()
    }
}

impl Reason {
    /// Whether it brings a value somewhere, and does not only select, convert or wrap it.
    #[must_use]
    pub const fn moves(self) -> bool {
        !matches!(
            self,
            Self::AddressOf
                | Self::Indirection
                | Self::Dot
                | Self::DotOfPointer
                | Self::ArrayElement
                | Self::Slice
                | Self::SliceToArray
                | Self::Storage
        )
    }
}

/// The paths of a batch.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Paths {
    /// Of each value on the heap, in the order in which they were found to be.
    pub escapes: Vec<Path>,
    /// Of parameters whose values flow to the heap; the last one of a parameter is that with the fewest dereferences.
    pub leaks: Vec<Path>,
}

impl Paths {
    /// Adds the paths of a component.
    pub(crate) fn add(&mut self, built: &Built, batch: &[BatchEntry], ways: &Ways) {
        let teller = Teller { built, batch };
        let at_once = built.graph.at_once.iter().map(|&(from, to, edge)| Way {
            from,
            root: to,
            steps: vec![(to, edge)],
        });
        self.escapes.extend(at_once.filter_map(|way| teller.path(&way)));
        self.escapes.extend(ways.escapes.iter().filter_map(|way| teller.path(way)));
        self.leaks.extend(ways.leaks.iter().filter_map(|way| teller.path(way)));
    }

    /// Why a value is on the heap.
    #[must_use]
    pub fn of(&self, entry: usize, thing: Thing) -> Option<&Path> {
        self.escapes.iter().find(|path| path.from.entry == entry && path.from.thing == thing)
    }

    /// Why a parameter's value flows to the heap.
    #[must_use]
    pub fn of_leak(&self, entry: usize, param: VarId) -> Option<&Path> {
        let from = |path: &&Path| path.from.entry == entry && path.from.thing == Thing::Var(param);
        self.leaks.iter().rfind(from)
    }
}

/// Turns locations into what they stand for.
struct Teller<'a> {
    built: &'a Built,
    batch: &'a [BatchEntry],
}

impl Teller<'_> {
    fn path(&self, way: &Way) -> Option<Path> {
        let steps: Vec<Step> = way.steps.iter().map(|(to, edge)| self.step(*to, edge)).collect();
        if steps.is_empty() || self.batch.is_empty() {
            return None;
        }
        Some(Path { from: self.spot(way.from), steps, end: self.end(way) })
    }

    fn spot(&self, loc: LocId) -> Spot {
        let location = self.built.graph.loc(loc);
        let func = self.built.graph.func(location.func);
        Spot { entry: func.entry as usize, func: func.func, thing: location.thing }
    }

    fn target(&self, loc: LocId) -> Target {
        if loc == HEAP { Target::Heap } else { Target::Spot(self.spot(loc)) }
    }

    fn step(&self, to: LocId, edge: &Edge) -> Step {
        let through = self.built.graph.notes(edge.notes).map(|(entry, thing, reason)| Through {
            entry: entry as usize,
            thing,
            reason,
        });
        Step { to: self.target(to), derefs: edge.derefs, through: through.collect() }
    }

    fn end(&self, way: &Way) -> End {
        let root = self.built.graph.loc(way.root);
        let from = self.built.graph.loc(way.from);
        let spot = self.spot(way.root);
        match root.thing {
            _ if way.root == HEAP => End::Heap,
            Thing::Var(var) if root.traits.has(Traits::RESULT) => End::Result(var),
            _ if root.func != from.func && self.built.graph.contains(root.func, from.func) => {
                End::OutsideLiteral(spot)
            }
            _ if root.func == from.func && root.loop_depth < from.loop_depth => {
                End::OutsideLoop(spot)
            }
            _ => End::OnHeap(spot),
        }
    }
}
