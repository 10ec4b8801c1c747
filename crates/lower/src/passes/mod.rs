//! What the compiler does to a function's tree between lowering and escape analysis, inlining aside.
//!
//! | When | Pass | Since |
//! |---|---|---|
//! | before inlining | [`bloop::keep_alive`] | Go 1.26 |
//! | while inlining | [`bloop::stops_inlining`] | Go 1.24, up to 1.25 |
//! | after inlining | [`loopvar::per_iteration`] | Go 1.22 |
//! | after it | [`deadlocals::remove`] | Go 1.24 |
//!
//! Calls wrapped in closures by a pass do not arise: each only moves, adds or blanks statements.

pub mod bloop;
pub mod deadlocals;
pub mod loopvar;
mod make;
#[cfg(test)]
mod testing;

use types::Store;

use crate::Compiler;
use crate::ir::Body;

/// All passes between inlining and escape analysis.
pub fn after_inlining(body: &mut Body, store: &Store, compiler: &Compiler) {
    loopvar::per_iteration(body, store, compiler);
    deadlocals::remove(body, compiler);
}
