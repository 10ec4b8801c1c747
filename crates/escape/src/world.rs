//! What is asked about functions other than those at hand.

use std::sync::Arc;

use lower::ir::{Body, FuncId, InstId, Pos};
use lower::{Compiler, Instances, Pragmas, Shapes};
use types::Store;
use types::layout::Sizes;

use crate::layouts::KnownLayouts;
use crate::leaks::Leaks;

/// A function that may be inlined.
#[derive(Clone, Debug)]
pub struct Inlinable {
    /// What it costs, in nodes.
    pub cost: i32,
    /// Whether its results can be declared where it returns: one `return`, with values, and no named result.
    pub can_delay_results: bool,
    /// Its body before anything was inlined into it.
    pub body: Arc<Body>,
    /// The function in it.
    pub func: FuncId,
}

/// What is known of a declared function without its body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Declared {
    /// Its directives.
    pub pragmas: Pragmas,
    /// Whether it has a body in Go.
    pub has_body: bool,
    /// Whether calls of it are replaced by instructions.
    pub is_intrinsic: bool,
}

impl Declared {
    /// Of a function that nothing is known of.
    pub const UNKNOWN: Self = Self { pragmas: Pragmas::NONE, has_body: false, is_intrinsic: false };
}

/// The program around the functions at hand.
pub trait World {
    /// Types and objects.
    fn store(&self) -> &Store;
    /// Sizes of the target.
    fn sizes(&self) -> Sizes;
    /// What is known of the layout of types.
    fn layouts(&self) -> &KnownLayouts;
    /// The compiler that decides.
    fn compiler(&self) -> &Compiler;
    /// Functions by id.
    fn instances(&self) -> &Instances;
    /// Shapes of type arguments.
    fn shapes(&self) -> &Shapes;
    /// What is known of a function without its body.
    fn declared(&self, inst: InstId) -> Declared;
    /// The function as it can be inlined; `None` where it cannot be, or where it is not decided yet.
    fn inlinable(&self, inst: InstId) -> Option<Arc<Inlinable>>;
    /// Whether the package of `within` has the body of a function at hand, so that it can be inlined there.
    fn can_read_body(&self, callee: InstId, within: InstId) -> bool {
        let _ = (callee, within);
        true
    }
    /// Where the parameters of a function flow (receiver first; a dictionary counts as a parameter). `None` for a
    /// function that is analysed together with the one at hand.
    fn leaks(&self, inst: InstId) -> Option<Arc<[Leaks]>>;
    /// Whether a profile has a function of a body among the callees of the calls that make up most of the time: it may cost
    /// more.
    fn is_hot_callee(&self, inst: InstId, body: &Body, func: FuncId) -> bool {
        let _ = (inst, body, func);
        false
    }
    /// Whether a profile has the call at this place of a function among those that make up most of the time.
    fn is_hot_call(&self, caller: InstId, body: &Body, func: FuncId, pos: Pos) -> bool {
        let _ = (caller, body, func, pos);
        false
    }
}
