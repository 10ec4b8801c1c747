//! Functions that are analysed together.

use lower::ir::{Body, InstId};

/// A declared function of a batch. Functions that call one another are analysed together.
#[derive(Debug)]
pub struct BatchEntry {
    /// Which function.
    pub inst: InstId,
    /// Its body, after inlining and the passes behind it.
    pub body: Body,
}
