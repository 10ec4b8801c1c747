//! Inlining and escape analysis: where every value lives, and why.

pub mod inline;
mod leaks;
mod world;

pub use leaks::{Leaks, Sink, TRACKED_RESULTS};
pub use world::{Declared, Inlinable, World};
