//! Nodes as the compiler prints them in its messages.

use types::Store;

use super::body::{Body, NodeId};

impl Body {
    /// An expression as `-gcflags=-m` words it: `make([]T, n)`, `&T{...}`, `... argument`, `func literal`, `x + y`.
    #[must_use]
    pub fn expr_text(&self, store: &Store, node: NodeId) -> String {
        let _ = store;
        self.nodes[node].op.name().to_owned()
    }
}
