//! What the compiler does to a function's tree between lowering and escape analysis, inlining aside.
//!
//! | When | Pass | Since |
//! |---|---|---|
//! | before inlining | [`bloop::keep_alive`] | Go 1.26 |
//! | while inlining | [`bloop::stops_inlining`] | Go 1.24, up to 1.25 |
//! | after inlining | [`loopvar::per_iteration`] | Go 1.22 |
//! | after it, of a package's variables | [`static_init::lay_out`] | always |
//! | after it | [`deadlocals::remove`] | Go 1.24 |

pub mod bloop;
pub mod deadlocals;
pub mod loopvar;
mod make;
pub mod static_init;
#[cfg(test)]
mod testing;

use types::Store;
use types::layout::Sizes;

use crate::Compiler;
use crate::ir::Body;

/// All passes between inlining and escape analysis.
pub fn after_inlining(body: &mut Body, store: &Store, sizes: Sizes, compiler: &Compiler) {
    loopvar::per_iteration(body, store, compiler);
    static_init::lay_out(body, store, sizes, compiler);
    deadlocals::remove(body, compiler);
}
