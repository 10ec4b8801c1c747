//! `for … range`.

use syntax::tree::StmtId;

use super::Checker;

impl Checker<'_> {
    /// A range statement, body included.
    pub(super) fn range_stmt(&mut self, _stmt: StmtId) {
        todo!()
    }
}
