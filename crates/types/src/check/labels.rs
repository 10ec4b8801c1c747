//! Labels: known in the whole function, wherever they stand.

use rustc_hash::FxHashMap;
use syntax::tree::{Stmt, StmtId};

use super::Checker;
use crate::object::ObjectKind;
use crate::universe::Universe;

impl Checker<'_> {
    /// Declares the labels of a function and finds those that its statements name. Function literals in it have
    /// labels of their own.
    pub(super) fn labels(&mut self, body: StmtId) {
        let tree = self.tree();
        let mut labels = FxHashMap::default();
        let mut jumps = Vec::new();
        let mut todo = vec![body];
        while let Some(stmt) = todo.pop() {
            match tree.stmt(stmt) {
                Stmt::Labeled { label, stmt, .. } => {
                    let name = tree.ident(label).name;
                    if !name.is_blank() && !labels.contains_key(&name) {
                        let obj = self.declared(label, Some(Universe::INVALID), ObjectKind::Label);
                        self.record_def(label, obj);
                        labels.insert(name, obj);
                    }
                    todo.push(stmt);
                }
                Stmt::Branch { label: Some(label), .. } => jumps.push(label),
                Stmt::Block(list)
                | Stmt::Case { body: list, .. }
                | Stmt::Comm { body: list, .. } => todo.extend(tree.list(list).rev()),
                Stmt::If { body, els, .. } => {
                    todo.extend(els);
                    todo.push(body);
                }
                Stmt::Switch { body, .. }
                | Stmt::TypeSwitch { body, .. }
                | Stmt::Select { body }
                | Stmt::For { body, .. }
                | Stmt::Range { body, .. } => todo.push(body),
                _ => {}
            }
        }
        for label in jumps {
            if let Some(&obj) = labels.get(&tree.ident(label).name) {
                self.record_use(label, obj);
            }
        }
    }
}
