//! Inlining: which functions can be, at what cost, and what becomes of the functions that call them.
//!
//! - [`decide`] (`cost`, `budget`, `intrinsics`, `special`, `race`): whether a function can be inlined, from its body as it is
//!   written. Functions are decided bottom up (`crate::scc`), those of a component in the order of the visit.
//! - [`run`] (`interleave`): inlines the calls in a component's functions until nothing changes, and turns calls through
//!   interfaces into direct ones as far as the types are known by then (`devirtualize`, `concrete`).
//! - `splice`: puts a callee's body in the place of a call.

mod assignments;
mod budget;
mod callee;
mod concrete;
mod cost;
mod devirtualize;
mod interleave;
mod intrinsics;
mod race;
pub(crate) mod references;
mod remark;
mod special;
mod splice;
mod verdict;

pub use callee::Callee;
pub use cost::decide;
pub use interleave::{Member, run};
pub use intrinsics::is_intrinsic;
pub use remark::{Remark, RemarkKind};
pub(crate) use special::is_intrinsic_function;
pub(crate) use splice::END_OF_INLINED;
pub use verdict::{Reason, Verdict, Verdicts};
