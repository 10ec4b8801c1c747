//! Edits with the imports that they need and drop.

mod plan;

pub use plan::{Applicability, Plan};
