//! Bodies of functions that nobody will read.

use super::Parser;
use crate::tree::{Stmt, StmtId};

impl Parser<'_> {
    /// Passes over the block that starts at the current `{`.
    pub(super) fn skip_body(&mut self) -> StmtId {
        let start = self.start;
        if self.lexer.skip_block() {
            let end = self.end();
            self.next();
            return self.new_stmt(Stmt::SkippedBody, start, end);
        }
        self.next();
        self.error_expected("'}'");
        self.new_stmt(Stmt::SkippedBody, start, self.start)
    }
}
