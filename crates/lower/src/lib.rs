//! The typed tree brought into the shape that the Go compiler decides on.
//!
//! `types` gives a tree shaped as `go/ast`. The compiler decides what to inline and what escapes on another one, in which
//! implicit conversions, temporaries, wrappers of `go` and `defer`, loops over functions and dictionaries of generic code
//! are written out. [`ir`] is that shape. It is built once per function; inlining, escape analysis and the allocation
//! model all read it.

mod build;
mod compiler;
mod generic;
mod instances;
pub mod ir;
pub mod names;
pub mod passes;
mod pragma;
mod shapes;

pub use build::{
    Context, Initializer, MethodWrapper, Source, function, method_wrapper, package_init, signature,
};
pub use compiler::{Arch, Compiler};
pub use generic::{asks_for_methods_only, type_params_of};
pub use instances::{Instance, Instances};
pub use pragma::Pragmas;
pub use shapes::{SHAPE_PACKAGE, Shapes, has_shape};
