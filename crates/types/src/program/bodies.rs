//! Bodies on demand: one function or one initialiser, of any package, at any time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

use source::{NameCache, Span};
use syntax::File;
use syntax::directives::Directive;
use syntax::tree::{Decl, DeclId, ExprId, StmtId};

use super::kept::{DeclaredFile, Function, Kept, State, Variable};
use super::schedule::STACK;
use super::{CheckedFile, Program, UnitId, fault_text};
use crate::check::{Checker, Input};
use crate::facts::FileFacts;
use crate::object::{FileId, ObjId, ObjectKind, PkgId};

/// Where less stack than this is left, a body gets a stack of its own. Workers have more, threads of others maybe not.
const RED_ZONE: usize = 4 << 20;

/// A function about whose body all is known.
#[derive(Clone)]
pub struct Body {
    /// The function as it is declared.
    pub function: Function,
    /// What it is read from: the whole file where all bodies of the package are looked into, else a tree that has this
    /// function alone. Places are those of the whole file in both.
    ///
    /// Facts are known of all nodes in the body, and of the names of receiver, type parameters, parameters and results. The types
    /// in the signature have facts in whole files only; the objects have these types.
    pub file: CheckedFile,
    /// The declaration, a [`Decl::Func`] of the tree.
    pub decl: DeclId,
    /// The body, a [`Stmt::Block`](syntax::tree::Stmt::Block) of the tree.
    pub block: StmtId,
}

/// The value of variables of a package, about which all is known.
#[derive(Clone)]
pub struct Initializer {
    /// The variables as they are declared.
    pub variable: Variable,
    /// What it is read from: the whole file where all bodies of the package are looked into, else a tree that has this
    /// expression alone. Bodies of function literals in it are looked into as well.
    pub file: CheckedFile,
    /// The value.
    pub value: ExprId,
}

/// A file of which bodies are asked for.
enum Whole {
    Known(CheckedFile),
    /// We broke on it.
    Unknown,
    /// Bodies are read one by one.
    NotKept,
}

impl Program<'_> {
    /// All units.
    pub fn units(&self) -> impl Iterator<Item = UnitId> + use<> {
        self.units.ids()
    }

    /// The package that a unit became.
    #[must_use]
    pub fn package(&self, unit: UnitId) -> PkgId {
        self.packages[unit]
    }

    /// The unit that a package was made from; `None` for `unsafe` and for missing packages.
    #[must_use]
    pub fn unit(&self, pkg: PkgId) -> Option<UnitId> {
        self.by_package.get(&pkg).copied()
    }

    /// Whether a file of a package imports another one, by the path written.
    #[must_use]
    pub fn imports(&self, unit: UnitId, path: &str) -> bool {
        self.units[unit].imports.iter().any(|(written, _)| written == path)
    }

    /// The packages that a package imports, each once for each path written.
    pub fn imported(&self, unit: UnitId) -> impl Iterator<Item = UnitId> + '_ {
        self.units[unit].imports.iter().map(|&(_, import)| import)
    }

    /// The files of a package, in the order of the unit; none before it is declared.
    #[must_use]
    pub fn files(&self, unit: UnitId) -> &[DeclaredFile] {
        self.kept[unit].get().map_or(&[], |kept| &kept.files)
    }

    /// The file that an object's place names; `None` before its package is declared.
    #[must_use]
    pub fn file(&self, file: FileId) -> Option<&DeclaredFile> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let &(unit, at) = files.get(&file)?;
        self.files(unit).get(at)
    }

    /// The functions and methods that a package declares, `init` and those called `_` among them, in the order of the source.
    #[must_use]
    pub fn functions(&self, unit: UnitId) -> &[Function] {
        self.kept[unit].get().map_or(&[], |kept| &kept.functions)
    }

    /// The variables that a package declares, in the order of the source.
    #[must_use]
    pub fn variables(&self, unit: UnitId) -> &[Variable] {
        self.kept[unit].get().map_or(&[], |kept| &kept.variables)
    }

    /// The declared function that an object is; that of the generic type for a method of an instance. `None` for methods of
    /// interfaces, and for what is in no package of the program, or in one that is not declared yet.
    #[must_use]
    pub fn function(&self, obj: ObjId) -> Option<&Function> {
        self.home(obj).and_then(|(kept, obj)| kept.function(obj))
    }

    /// How a variable of a package is declared.
    #[must_use]
    pub fn variable(&self, obj: ObjId) -> Option<&Variable> {
        self.home(obj).and_then(|(kept, obj)| kept.variable(obj))
    }

    /// What a function's comments say to the compiler: `//go:noinline` and the like. They stand between the declaration
    /// before and `func`; a blank line behind them changes nothing.
    pub fn directives(&self, function: &Function) -> impl Iterator<Item = Directive<'_>> {
        let file = self.files(function.unit).get(function.file);
        let span = Span::new(function.before, function.span.start);
        file.into_iter().flat_map(move |file| file.directives_within(span))
    }

    /// The body of a function, read and looked into now unless all bodies of its package are. `None` where [`Self::function`] is,
    /// where there is no body, and where we break on it, which [`Self::broken`] tells then.
    ///
    /// Can be called from any thread and at any time after the package is declared: from `done`, for the package at hand and
    /// all that it imports. In a package whose bodies are all looked into it waits for that.
    ///
    /// Takes time for this body only. It is not remembered: asking again reads it again, with new objects for what it declares. Those
    /// of the signature are the same always.
    #[must_use]
    pub fn body(&self, obj: ObjId) -> Option<Body> {
        let (kept, obj) = self.home(obj)?;
        let function = kept.function(obj).filter(|function| function.has_body)?;
        let file = match self.whole_file(kept, function.unit, function.file) {
            Whole::Known(file) => file,
            Whole::Unknown => return None,
            Whole::NotKept => {
                return self.guarded(function.unit, || self.read_body(kept, function));
            }
        };
        let Decl::Func { body: Some(block), .. } = file.tree.decl(function.decl) else {
            return None;
        };
        let function = function.clone();
        Some(Body { decl: function.decl, function, file, block })
    }

    /// The value of variables, as [`Self::body`] for functions. `None` where there is no value.
    #[must_use]
    pub fn initializer(&self, variable: &Variable) -> Option<Initializer> {
        let kept = self.kept[variable.unit].get()?;
        let value = variable.expr?;
        match self.whole_file(kept, variable.unit, variable.file) {
            Whole::Known(file) => Some(Initializer { variable: variable.clone(), file, value }),
            Whole::Unknown => None,
            Whole::NotKept => self.guarded(variable.unit, || self.read_initializer(kept, variable)),
        }
    }

    /// A file of a package, if all its bodies are looked into and it is kept.
    fn whole_file(&self, kept: &Kept, unit: UnitId, file: usize) -> Whole {
        if !self.units[unit].root {
            return Whole::NotKept;
        }
        match kept.checked.wait() {
            State::Known(files) => files.get(file).cloned().map_or(Whole::Unknown, Whole::Known),
            State::Dropped => Whole::NotKept,
            State::Broken | State::Pending => Whole::Unknown,
        }
    }

    /// What is kept of the package that declares `obj`, and the object that is declared there.
    fn home(&self, mut obj: ObjId) -> Option<(&Kept, ObjId)> {
        while let ObjectKind::Func { origin: Some(declared) } = self.store.obj(obj).kind {
            obj = declared;
        }
        let unit = self.unit(self.store.obj(obj).pkg?)?;
        Some((self.kept[unit].get()?, obj))
    }

    fn read_body(&self, kept: &Kept, function: &Function) -> Option<Body> {
        let file = kept.files.get(function.file)?;
        let span = Span::new(function.start, function.span.end);
        let (tree, decl) = self
            .with_names(|names| syntax::parse_function(&file.text, span, &file.positions, names));
        let Decl::Func { body: Some(block), .. } = tree.decl(decl) else { return None };
        let file = self.check_part(kept, file, tree, |checker| {
            checker.function(function.obj, decl, block);
        })?;
        Some(Body { function: function.clone(), file, decl, block })
    }

    fn read_initializer(&self, kept: &Kept, variable: &Variable) -> Option<Initializer> {
        let file = kept.files.get(variable.file)?;
        let span = variable.value?;
        let (tree, value) = self
            .with_names(|names| syntax::parse_expression(&file.text, span, &file.positions, names));
        let file = self.check_part(kept, file, tree, |checker| {
            checker.initializer(&variable.vars, variable.typed, value);
        })?;
        Some(Initializer { variable: variable.clone(), file, value })
    }

    fn check_part(
        &self,
        kept: &Kept,
        file: &DeclaredFile,
        tree: File,
        look: impl FnOnce(&mut Checker<'_>),
    ) -> Option<CheckedFile> {
        let (tree, text, go_version) = (Arc::new(tree), file.text.clone(), file.go_version);
        let part = Input { id: file.id, tree, text, go_version };
        let mut checker = Checker::of_part(self.store, &kept.config, &part, file.scope.clone());
        look(&mut checker);
        let facts = checker.finish().pop()?;
        Some(CheckedFile::new(file.path.clone(), part, facts))
    }

    /// Reads with names that were met before, if nobody else does just now.
    fn with_names<R>(&self, read: impl FnOnce(&mut NameCache) -> R) -> R {
        let pool = || self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names = pool().pop().unwrap_or_default();
        let result = read(&mut names);
        pool().push(names);
        result
    }

    /// What `look` says, on a stack that is large enough. Where it breaks, that is remembered.
    fn guarded<R>(&self, unit: UnitId, look: impl FnOnce() -> Option<R>) -> Option<R> {
        let look = AssertUnwindSafe(|| stacker::maybe_grow(RED_ZONE, STACK, look));
        match catch_unwind(look) {
            Ok(result) => result,
            Err(panic) => {
                self.add_broken(unit, fault_text(&*panic));
                None
            }
        }
    }
}

impl CheckedFile {
    pub(super) fn new(path: std::path::PathBuf, input: Input, facts: FileFacts) -> Self {
        Self {
            id: input.id,
            path,
            text: input.text,
            tree: input.tree,
            facts: Arc::new(facts),
            go_version: input.go_version,
        }
    }
}

#[cfg(test)]
mod tests {
    use source::{Id, IndexVec};

    use super::*;
    use crate::Store;
    use crate::layout::Sizes;
    use crate::program::Unit;

    /// One body that breaks us is named, and others are looked into all the same.
    #[test]
    fn what_breaks_is_remembered() {
        let file = super::super::UnitFile {
            path: "p.go".into(),
            text: "package p\nfunc f() {}\n".into(),
            go_version: (1, 27),
        };
        let mut units: IndexVec<UnitId, Unit> = IndexVec::new();
        let files = vec![file];
        let unit = units.push(Unit { path: "p".into(), files, imports: Vec::new(), root: false });
        let store = Store::new();
        let sizes = Sizes::for_arch("amd64").expect("amd64 is known");
        let program = Program::new(&store, &units, sizes);
        program.check(std::num::NonZeroUsize::MIN, &|_| {});
        let names = Vec::<u32>::new();
        let result = program.guarded(unit, || Some(names[unit.index()]));
        assert_eq!(result, None);
        let broken = program.broken();
        assert_eq!(broken.len(), 1);
        assert_eq!(broken[0].0, unit);
        assert!(broken[0].1.contains("out of bounds"), "{}", broken[0].1);
        assert!(program.body(program.functions(unit)[0].obj).is_some());
    }
}
