//! Inlining and escape analysis: where every value lives, and why.

pub mod allocation;
mod allocations;
mod analysis;
mod batch;
mod components;
mod edit;
mod engine;
mod explain;
mod functions;
mod graph;
pub mod inline;
mod layouts;
mod leaks;
mod limits;
mod lines;
mod placement;
mod remarks;
mod scc;
mod solve;
mod tags;
mod why;
mod world;

pub use allocations::{Allocated, Allocations, Happening, Place, There};
pub use analysis::{Analysis, Ask, analyze};
pub use batch::BatchEntry;
pub use engine::{Analyzed, Engine, Inlined, Summaries, Together};
pub use explain::{Explained, Explainer, Told, without_shapes};
pub use functions::Functions;
pub use graph::{Limit, Reason, Thing};
pub use leaks::{Leaks, Sink, TRACKED_RESULTS};
pub use lines::{Detail, Line, Places, lines};
pub use placement::{FunctionResult, Placement, Value};
pub use remarks::{Remark, RemarkKind};
pub use why::{End, Path, Paths, Spot, Step, Target, Through};
pub use world::{Declared, Inlinable, World};
