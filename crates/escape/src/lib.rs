//! Inlining and escape analysis: where every value lives, and why.

mod functions;
mod leaks;
mod world;

pub use functions::Functions;
pub use leaks::{Leaks, Sink, TRACKED_RESULTS};
pub use world::{Declared, Inlinable, World};
