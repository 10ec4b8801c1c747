//! Types as `go/types` prints them.

use crate::store::Store;
use crate::types::TypeId;

impl Store {
    /// The type as `types.TypeString(t, nil)` of `go/types` prints it: packages by their full path.
    #[must_use]
    pub fn type_string(&self, _ty: TypeId) -> String {
        todo!()
    }
}
