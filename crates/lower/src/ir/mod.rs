//! The intermediate representation: a declared function with its closures, as columns of nodes.
//!
//! Names of operations and the order of children are those that the gc compiler shows under `-gcflags=-W=2`, since
//! both decide: the inliner counts nodes, and the order in which places are visited is the order of its answers.
//!
//! A [`Body`] holds one declared function ([`FuncId`] 0) and every function literal in it. They share the columns, since
//! closures refer to variables of the functions around them and are spliced into them when inlined.

mod body;
mod dump;
mod node;
mod op;
mod print;
mod reassign;
mod visit;

pub use body::{
    Body, Capture, FuncFlags, FuncId, Function, GenericRef, InlineCall, List, NodeId, Pos, Var,
    VarClass, VarFlags, VarId,
};
pub use dump::{Line, Names};
pub use node::{Aux, ConstId, FieldRef, InstId, Node, NodeFlags, Runtime};
pub use op::Op;
pub use print::Wording;
pub(crate) use print::{link_type, prefix};
pub use reassign::Reassignments;
pub use visit::deeper;
