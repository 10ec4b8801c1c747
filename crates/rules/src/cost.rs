//! What is said of the cost, from what escape analysis says.

use escape::Allocated;

use crate::context::Context;
use crate::finding::{Cost, Per};
use crate::parents::Parent;

impl Context<'_> {
    /// What something costs that allocates at a node: its objects and bytes, for a call of the function or a turn of the loop
    /// around it. One object where that is not known.
    pub(crate) fn cost_at(&self, at: impl Into<Parent>, allocated: Option<&Allocated>) -> Cost {
        let objects = allocated.map_or(1, |allocated| allocated.objects.max(1));
        let mut cost = Cost::per_call(u32::try_from(objects).unwrap_or(u32::MAX));
        if let Some(allocated) = allocated {
            cost.bytes = allocated.bytes;
            cost.bytes_formula.clone_from(&allocated.bytes_formula);
            cost.scan_bytes = allocated.scan_bytes.unwrap_or(0);
        }
        if self.innermost_loop(at.into()).is_some() {
            cost.per = Per::Iteration;
        }
        cost
    }
}

/// Whether something is known not to be allocated.
pub(crate) fn is_free(allocated: Option<&Allocated>) -> bool {
    allocated.is_some_and(|allocated| allocated.allocates.is_never())
}
