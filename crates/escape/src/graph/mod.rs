//! The location graph: what stores a value, and what flows into it.
//!
//! Every variable and every expression that allocates is a location. An assignment is an edge from the location that is
//! read to the one that is written, with the number of dereferences on the way: `p = &q` has -1, `p = q` 0, `p = *q` 1.
//! Fields and elements are not told apart from what contains them.

mod assign;
mod build;
mod call;
mod expr;
mod known;
mod stmt;

use lower::ir::{NodeId, VarId};
use source::define_id;

use crate::leaks::Leaks;

pub(crate) use build::{Built, KeepAlive, Shared, build};
pub(crate) use known::Known;

define_id!(
    /// A location of a [`Graph`].
    pub(crate) struct LocId
);
define_id!(
    /// A function of the batch that is analysed, function literals included.
    pub(crate) struct BatchFuncId
);

/// The heap.
pub(crate) const HEAP: LocId = LocId::at(0);
/// Pointers that are written through.
pub(crate) const MUTATOR: LocId = LocId::at(1);
/// Functions that are called and whose results get lost.
pub(crate) const CALLEE: LocId = LocId::at(2);
/// What is thrown away. It has no edges.
pub(crate) const BLANK: LocId = LocId::at(3);
/// Number of the locations above.
pub(crate) const PSEUDO: usize = 4;

/// What a location stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Thing {
    /// Nothing in the source: a step between others.
    Temporary,
    /// A variable.
    Var(VarId),
    /// An expression that allocates.
    Node(NodeId),
}

/// What is true of a location besides [`Attrs`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Traits(u8);

impl Traits {
    /// A parameter.
    pub(crate) const PARAM: Self = Self(1);
    /// A result.
    pub(crate) const RESULT: Self = Self(1 << 1);
    /// A function literal captures it.
    pub(crate) const CAPTURED: Self = Self(1 << 2);
    /// Set again after its declaration.
    pub(crate) const REASSIGNED: Self = Self(1 << 3);
    /// Its address is taken.
    pub(crate) const ADDRTAKEN: Self = Self(1 << 4);

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn set(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(crate) const fn clear(&mut self, other: Self) {
        self.0 &= !other.0;
    }
}

/// What the walk over the graph finds out about a location; only ever added to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Attrs(u8);

impl Attrs {
    /// It must be on the heap.
    pub(crate) const ESCAPES: Self = Self(1);
    /// It outlives the statement: its storage cannot be used again at once.
    pub(crate) const PERSISTS: Self = Self(1 << 1);
    /// What it points to may be written to.
    pub(crate) const MUTATES: Self = Self(1 << 2);
    /// Functions that it leads to may be called without a look at what becomes of their results.
    pub(crate) const CALLS: Self = Self(1 << 3);
    /// All of them.
    pub(crate) const ALL: Self = Self(0xf);

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether `other` has nothing that this lacks.
    pub(crate) const fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }
}

/// A location.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    /// What it stands for.
    pub(crate) thing: Thing,
    /// The function that it belongs to.
    pub(crate) func: BatchFuncId,
    /// Loops around its declaration, starting at 1.
    pub(crate) loop_depth: u32,
    /// Of a result, its position.
    pub(crate) result: u32,
    /// Of a function literal's record, the function.
    pub(crate) literal: Option<BatchFuncId>,
    /// What is true of it.
    pub(crate) traits: Traits,
    /// Of a parameter, where its value flows.
    pub(crate) leaks: Leaks,
}

/// An edge into a location.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Edge {
    /// Where the value comes from.
    pub(crate) src: LocId,
    /// Dereferences on the way; -1 if the address is taken.
    pub(crate) derefs: i32,
    /// What the value goes through.
    pub(crate) notes: Notes,
}

/// A function of the batch.
#[derive(Clone, Debug)]
pub(crate) struct BatchFunc {
    /// Position in the batch of the declared function that it is or is in.
    pub(crate) entry: u32,
    /// Which function there.
    pub(crate) func: lower::ir::FuncId,
    /// The function around a literal.
    pub(crate) parent: Option<BatchFuncId>,
    /// Its results.
    pub(crate) results: Box<[LocId]>,
    /// Of a function literal, whether it may be called where nothing is known of it.
    pub(crate) results_lost: bool,
}

/// Something that a value goes through from one location to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Its address is taken.
    AddressOf,
    /// A pointer to it is followed.
    Indirection,
    /// A field is selected.
    Dot,
    /// A field is selected through a pointer, or an element of a slice.
    DotOfPointer,
    /// An element of an array is selected.
    ArrayElement,
    /// It is sliced.
    Slice,
    /// A slice is converted to an array.
    SliceToArray,
    /// It is put into an interface value.
    Interface,
    /// The storage of the expression itself.
    Storage,
    /// It is an element of an array literal.
    ArrayLiteral,
    /// It is an element of a slice literal.
    SliceLiteral,
    /// It is a field of a struct literal.
    StructLiteral,
    /// It is a key of a map literal.
    MapLiteralKey,
    /// It is a value of a map literal.
    MapLiteralValue,
    /// It is assigned; with `DEF`, as the variable's first value.
    Assign,
    /// It is returned.
    Return,
    /// It is sent on a channel.
    Send,
    /// It is stored as key of a map.
    MapKey,
    /// It is an argument of a call.
    Argument,
    /// It is called, and nothing is known of what it does.
    Called,
    /// It may be moved by `append`.
    AppendedTo,
    /// Its elements are appended.
    Appended,
    /// Its elements are copied.
    Copied,
    /// It is gone over by `range`.
    Range,
    /// It is an operand of a type switch.
    TypeSwitch,
    /// A function literal captures the variable's address.
    CapturedByReference,
    /// A function literal captures it.
    Captured,
    /// It is an argument of a function with `//go:uintptrescapes`.
    UintptrEscapes,
    /// It is the `Data` field of a `reflect.SliceHeader` or `StringHeader`.
    ReflectHeader,
    /// It cannot live on the stack.
    Limit(Limit),
}

/// Why a value cannot live on the stack whatever becomes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// Too many bytes.
    Size,
    /// It asks for a greater alignment than a pointer.
    Alignment,
    /// `make` of a slice whose elements have no size (since Go 1.25).
    ZeroSizedElement,
    /// `make` of a slice whose size is not constant (before Go 1.25).
    NonConstantSize,
}

/// A chain of notes: index into [`Graph::notes`] plus one of the first, which is the last thing that the value goes
/// through; 0 for none.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Notes(u32);

#[derive(Clone, Copy, Debug)]
struct Note {
    at: Thing,
    entry: u32,
    reason: Reason,
    next: Notes,
}

/// Where a value that is evaluated goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hole {
    /// The location.
    pub(crate) dst: LocId,
    /// Dereferences before it arrives there.
    pub(crate) derefs: i32,
    /// What it goes through.
    pub(crate) notes: Notes,
    /// Whether the address of what is evaluated is taken, wherever that goes.
    pub(crate) addrtaken: bool,
}

impl Hole {
    pub(crate) const fn of(dst: LocId) -> Self {
        Self { dst, derefs: 0, notes: Notes(0), addrtaken: false }
    }

    /// With more dereferences. Addresses are only taken of what is addressable: there is never more than one.
    pub(crate) fn shift(self, delta: i32) -> Self {
        Self { derefs: (self.derefs + delta).max(-1), addrtaken: delta < 0, ..self }
    }
}

/// The graph of a batch.
pub(crate) struct Graph {
    pub(crate) locs: Vec<Location>,
    /// Beside `locs`.
    pub(crate) attrs: Vec<Attrs>,
    pub(crate) funcs: Vec<BatchFunc>,
    /// Edges with where they lead, until all are known.
    loose: Vec<(LocId, Edge)>,
    /// Edges by where they lead.
    edges: Vec<Edge>,
    /// Where the edges of each location begin, and behind them their end.
    starts: Vec<u32>,
    /// Whether notes are taken.
    explain: bool,
    notes: Vec<Note>,
    /// Locations that are on the heap by the edge they were given to begin with: with that edge.
    pub(crate) at_once: Vec<(LocId, LocId, Edge)>,
}

impl Graph {
    pub(crate) fn new(explain: bool) -> Self {
        let mut graph = Self {
            locs: Vec::new(),
            attrs: Vec::new(),
            funcs: Vec::new(),
            loose: Vec::new(),
            edges: Vec::new(),
            starts: Vec::new(),
            explain,
            notes: Vec::new(),
            at_once: Vec::new(),
        };
        for attrs in [Attrs::ALL, Attrs::MUTATES, Attrs::CALLS, Attrs::default()] {
            graph.add(Thing::Temporary, BatchFuncId::at(0), 0, attrs);
        }
        graph
    }

    /// Adds a location.
    pub(crate) fn add(
        &mut self,
        thing: Thing,
        func: BatchFuncId,
        loop_depth: u32,
        attrs: Attrs,
    ) -> LocId {
        let id = LocId::at(self.locs.len() as u32);
        self.locs.push(Location {
            thing,
            func,
            loop_depth,
            result: 0,
            literal: None,
            traits: Traits::default(),
            leaks: Leaks::default(),
        });
        self.attrs.push(attrs);
        id
    }

    #[inline]
    pub(crate) fn loc(&self, id: LocId) -> &Location {
        &self.locs[source::Id::index(id)]
    }

    #[inline]
    pub(crate) fn loc_mut(&mut self, id: LocId) -> &mut Location {
        &mut self.locs[source::Id::index(id)]
    }

    #[inline]
    pub(crate) fn attrs(&self, id: LocId) -> Attrs {
        self.attrs[source::Id::index(id)]
    }

    #[inline]
    pub(crate) fn give(&mut self, id: LocId, attrs: Attrs) {
        let place = &mut self.attrs[source::Id::index(id)];
        *place = place.with(attrs);
    }

    #[inline]
    pub(crate) fn func(&self, id: BatchFuncId) -> &BatchFunc {
        &self.funcs[source::Id::index(id)]
    }

    /// A hole whose values go through one more thing.
    #[inline]
    pub(crate) fn noted(&mut self, hole: Hole, entry: u32, at: Thing, reason: Reason) -> Hole {
        if !self.explain {
            return hole;
        }
        self.notes.push(Note { at, entry, reason, next: hole.notes });
        Hole { notes: Notes(self.notes.len() as u32), ..hole }
    }

    /// What a value goes through, in the order in which it does.
    pub(crate) fn notes(&self, mut notes: Notes) -> impl Iterator<Item = (u32, Thing, Reason)> {
        std::iter::from_fn(move || {
            let note = self.notes.get((notes.0 as usize).checked_sub(1)?)?;
            notes = note.next;
            Some((note.entry, note.at, note.reason))
        })
    }

    /// The value of `src` goes into a hole.
    pub(crate) fn flow(&mut self, hole: Hole, src: LocId) {
        if hole.addrtaken {
            self.loc_mut(src).traits.set(Traits::ADDRTAKEN);
        }
        let dst = hole.dst;
        // A location that is set to itself or to what it points to.
        if dst == BLANK || (dst == src && hole.derefs >= 0) {
            return;
        }
        let edge = Edge { src, derefs: hole.derefs, notes: hole.notes };
        if hole.derefs < 0 && self.attrs(dst).has(Attrs::ESCAPES) {
            if self.explain && !self.attrs(src).has(Attrs::ESCAPES) {
                self.at_once.push((src, dst, edge));
            }
            self.give(src, Attrs::ALL);
            return;
        }
        self.loose.push((dst, edge));
    }

    /// Sorts the edges by where they lead, in the order in which they were added. None is added later.
    pub(crate) fn seal(&mut self) {
        let mut starts = vec![0u32; self.locs.len() + 1];
        for (dst, _) in &self.loose {
            starts[source::Id::index(*dst) + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let none = Edge { src: BLANK, derefs: 0, notes: Notes(0) };
        self.edges = vec![none; self.loose.len()];
        for (dst, edge) in self.loose.drain(..) {
            let at = &mut next[source::Id::index(dst)];
            self.edges[*at as usize] = edge;
            *at += 1;
        }
        self.starts = starts;
    }

    /// The edges into a location, as positions for [`Self::edge`].
    #[inline]
    pub(crate) fn edges_into(&self, dst: LocId) -> std::ops::Range<u32> {
        let at = source::Id::index(dst);
        self.starts[at]..self.starts[at + 1]
    }

    #[inline]
    pub(crate) fn edge(&self, at: u32) -> Edge {
        self.edges[at as usize]
    }

    /// Whether `inner` is a function literal within `outer`, at any depth.
    pub(crate) fn contains(&self, outer: BatchFuncId, inner: BatchFuncId) -> bool {
        let mut at = inner;
        while let Some(parent) = self.func(at).parent {
            if parent == outer {
                return true;
            }
            at = parent;
        }
        false
    }
}
