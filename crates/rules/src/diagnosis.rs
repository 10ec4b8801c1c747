//! What a rule says of a place. What every finding needs besides (path, function, imports of the fix) is added when
//! it becomes a [`Finding`](crate::Finding).

use escape::{Allocated, Happening};
use fix::Plan;
use source::Span;
use types::ObjId;

use crate::finding::{Allocates, Basis, Cost, Per, Tier};
use crate::parents::Parent;

/// What a rule says of a place.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// What is meant.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// When it is shown, if not as the rule says.
    pub tier: Option<Tier>,
    /// Whether it allocates each time.
    pub allocates: Allocates,
    /// Places in the same file that explain it.
    pub why: Vec<(Span, String)>,
    /// The way of the value to the heap, within the package.
    pub way: Vec<Happening>,
    /// What it costs.
    pub cost: Cost,
    /// The type that it is about, where it is about how many there are of that: it is as hot as the places that make it.
    pub made: Option<ObjId>,
    /// Where it runs, if that is not at the node that the rule looks at, such as the declaration of a type: a file of the
    /// package by its number, and a node of it.
    pub runs: Option<(usize, Parent)>,
    /// How to repair it.
    pub fix: Option<Plan>,
}

impl Diagnosis {
    /// A diagnosis without notes and without a fix, whose cost is one object. As long as nobody says more, it is not known
    /// whether it is allocated each time.
    #[must_use]
    pub fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: help.into(),
            tier: None,
            allocates: Allocates::Sometimes,
            why: Vec::new(),
            way: Vec::new(),
            cost: Cost::per_call(1),
            made: None,
            runs: None,
            fix: None,
        }
    }

    /// Adds what is known of the allocation: whether there is one each time, and why it is on the heap.
    #[must_use]
    pub fn allocating(mut self, allocated: Option<Allocated>) -> Self {
        if let Some(allocated) = allocated {
            self.allocates = allocated.allocates.into();
            self.way = allocated.why;
        }
        self
    }

    /// Adds a place that explains it.
    #[must_use]
    pub fn because(mut self, span: Span, note: impl Into<String>) -> Self {
        self.why.push((span, note.into()));
        self
    }
}

impl Cost {
    /// Objects for each call, their bytes not known.
    #[must_use]
    pub const fn per_call(objects: u32) -> Self {
        Self {
            objects,
            bytes: None,
            bytes_formula: None,
            scan_bytes: 0,
            per: Per::Call,
            basis: Basis::Model,
        }
    }

    /// Objects for each turn of a loop, their bytes not known.
    #[must_use]
    pub const fn per_turn(objects: u32) -> Self {
        let mut cost = Self::per_call(objects);
        cost.per = Per::Iteration;
        cost
    }

    /// The same with bytes.
    #[must_use]
    pub const fn of_bytes(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// The same with bytes as a Go expression.
    #[must_use]
    pub fn of_formula(mut self, formula: impl Into<String>) -> Self {
        self.bytes_formula = Some(formula.into());
        self
    }
}
