//! Whether code runs often enough for an allocation to count.

use crate::context::Context;
use crate::parents::Parent;

impl Context<'_> {
    /// Whether what stands at a node may run often: it is no test's, not what runs once, and not only on the way to the end of
    /// the process.
    pub(crate) fn may_run_often(&self, at: impl Into<Parent>) -> bool {
        let at = at.into();
        !self.is_test()
            && !self.runs_once(at)
            && !self.flow_around(at).is_some_and(|function| function.only_ends(at))
    }

    /// Whether what is offered since a version of Go can be used: in the language of the file, and by the Go that builds it.
    pub(crate) fn has_since(&self, version: (u32, u32)) -> bool {
        self.language() >= version && self.go() >= version
    }
}
