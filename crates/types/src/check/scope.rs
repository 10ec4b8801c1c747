//! Names in scope.

use rustc_hash::FxHashMap;
use source::Name;

use super::Checker;
use crate::object::ObjId;

/// Names declared inside of functions and by type parameters: what each denotes here, and how to undo it.
#[derive(Default)]
pub(super) struct Locals {
    /// What a name denotes, and the position in `undo` of its declaration.
    visible: FxHashMap<Name, (ObjId, usize)>,
    undo: Vec<(Name, Option<(ObjId, usize)>)>,
    /// Length of `undo` when the block at hand was entered.
    block: usize,
}

/// The state of the local names when a block was entered.
#[derive(Clone, Copy)]
#[must_use = "a scope that is entered must be left"]
pub(super) struct Mark {
    /// Length of `undo` at that time.
    undo: usize,
    /// The same of the block around it.
    outer: usize,
}

impl Checker<'_> {
    /// Enters a block.
    pub(super) fn open_scope(&mut self) -> Mark {
        let undo = self.locals.undo.len();
        let outer = std::mem::replace(&mut self.locals.block, undo);
        Mark { undo, outer }
    }

    /// Leaves the block: what was declared since is no longer visible.
    pub(super) fn close_scope(&mut self, mark: Mark) {
        while self.locals.undo.len() > mark.undo {
            let Some((name, before)) = self.locals.undo.pop() else { break };
            match before {
                Some(outer) => self.locals.visible.insert(name, outer),
                None => self.locals.visible.remove(&name),
            };
        }
        self.locals.block = mark.outer;
    }

    /// Declares a local object from here to the end of the block. The blank identifier declares nothing.
    pub(super) fn declare_local(&mut self, obj: ObjId) {
        let name = self.store.obj(obj).name;
        if name.is_blank() || name.as_str().is_empty() {
            return;
        }
        let before = self.locals.visible.insert(name, (obj, self.locals.undo.len()));
        self.locals.undo.push((name, before));
    }

    /// The local object that the block at hand, and none around it, declares by this name.
    pub(super) fn declared_in_block(&self, name: Name) -> Option<ObjId> {
        let &(obj, at) = self.locals.visible.get(&name)?;
        (at >= self.locals.block).then_some(obj)
    }

    /// Hides all local names while `f` resolves a package-level object.
    pub(super) fn without_locals<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        let locals = std::mem::take(&mut self.locals);
        let result = f(self);
        self.locals = locals;
        result
    }

    /// What the package declares: its own map while that grows, the published one afterwards.
    fn package_scope(&self) -> &FxHashMap<Name, ObjId> {
        self.store.pkg(self.config.pkg).scope.get().unwrap_or(&self.scope)
    }

    /// What a name denotes here: a local object, an import of the file, an object of the package, a predeclared one.
    pub(super) fn find(&self, name: Name) -> Option<ObjId> {
        let local = self.locals.visible.get(&name).map(|(obj, _)| obj);
        local
            .or_else(|| self.package_scope().get(&name))
            .or_else(|| self.file_scopes[self.env.file].get(&name))
            .or_else(|| self.store.universe.scope.get(&name))
            .copied()
    }
}
