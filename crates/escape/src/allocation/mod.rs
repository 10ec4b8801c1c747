//! What is allocated: a verdict for every operation, beside where its value lives.
//!
//! Where a value lives (`-gcflags=-m`) and what is allocated (`-benchmem`) are two questions. A constant in an interface is
//! on the heap by the first and no object by the second; `make([]byte, n)` that does not escape is an object where `n` is
//! more than 32. This module answers the second one, from the first and from what the compiler does after escape analysis:
//! `cmd/compile/internal/walk`, `slice` and `ssagen`, Go 1.24 to 1.27.
//!
//! | File | About |
//! |---|---|
//! | [`site`] | what is told of an operation |
//! | [`facts`] | what is told of a function |
//! | [`verdict`] | one operation, from what is known of its operands |
//! | [`machine`] | all operations of a function, in the order in which they run |
//! | [`value`] | what is known of values on the way |
//! | [`statics`] | literals that lie in the program |
//! | [`move_to_heap`] | slices that are built on the stack and move to the heap |

mod facts;
mod machine;
mod move_to_heap;
mod site;
mod statics;
mod types;
mod value;
mod verdict;

use lower::ir::{Body, Reassignments};
use memory::Allocation;

use crate::engine::Analyzed;
use crate::world::World;
use machine::{Machine, Mode, Subject};

pub use facts::{AllocationFacts, Call};
pub use site::{Allocates, Because, Operation, Site, When};
pub use value::{Abstract, MapId, SliceValue};

/// What is said of the operations of a function and of the function literals in it, and what it calls.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Sites {
    /// The operations, in the order in which they run; those of function literals behind.
    pub sites: Vec<Site>,
    /// Calls that were not inlined.
    pub calls: Vec<Call>,
}

/// Looks at every operation of a function that may allocate.
#[must_use]
pub fn sites(world: &dyn World, analyzed: &Analyzed) -> Sites {
    let assignments = Reassignments::of(&analyzed.entry.body, Body::ROOT);
    let lookup = |_| None;
    let subject = Subject { world, lookup: &lookup, analyzed, assignments: &assignments };
    let outcome = Machine::new(&subject, Mode::Judge, Body::ROOT).judge();
    Sites { sites: outcome.sites, calls: outcome.calls }
}

/// What one call takes.
#[derive(Clone, PartialEq, Debug)]
pub struct Taken {
    /// What is taken from the heap.
    pub allocation: Allocation,
    /// What is not known, so that more or less may be taken; `None` where all is known.
    pub doubt: Option<&'static str>,
}

/// Goes through one call of a function, with its arguments (receiver first), as far as they are known. `lookup` finds the
/// functions that it calls.
pub fn run(
    world: &dyn World,
    lookup: &dyn Fn(lower::ir::InstId) -> Option<std::sync::Arc<Analyzed>>,
    analyzed: &Analyzed,
    arguments: &[Abstract],
) -> Taken {
    let assignments = Reassignments::of(&analyzed.entry.body, Body::ROOT);
    let subject = Subject { world, lookup, analyzed, assignments: &assignments };
    let outcome = Machine::new(&subject, Mode::Run, Body::ROOT).call(arguments);
    Taken { allocation: outcome.taken.into_iter().sum(), doubt: outcome.doubt }
}
