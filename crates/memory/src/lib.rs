//! Go's allocator on paper: from sizes and pointer bytes to bytes and objects, per Go version and architecture.
//!
//! [`Target`] names the version and the word size; its methods say what an operation takes from the heap, as an
//! [`Allocation`]. Whether a value is on the heap at all is not decided here.
//!
//! Each figure is the runtime's own, of the versions named beside it. `cargo xtask conform sizes` asks the runtimes
//! themselves, and holds all of it against their answers.

mod allocation;
mod append;
mod boxing;
mod buckets;
mod chan;
mod class;
mod closure;
mod layout;
mod map;
mod order;
mod string;
mod target;
mod tiny;

pub use allocation::Allocation;
pub use append::Grown;
pub use boxing::{Boxing, Exception, Shape};
pub use class::{CLASSES, Class, PAGE, Slot};
pub use closure::{Capture, by_value};
pub use layout::Layout;
pub use map::MapCost;
pub use order::best_order;
pub use target::Target;
pub use tiny::{TINY_BLOCK, TINY_LIMIT};
