//! What is kept of a package once it is declared: enough to come back to any of its bodies.
//!
//! Of a dependency neither tree nor facts are among it. Its declarations are objects and types of the store by now; all that
//! a body needs besides is the text, where in it each function stands, and the names that the file's imports declare.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use source::{Span, Text};
use syntax::directives::Directive;
use syntax::positions::Positions;
use syntax::tree::{Decl, DeclId, Expr, ExprId, File};

use super::{CheckedFile, UnitId};
use crate::check::{Checker, Config, FileScope, Input, VarDecl};
use crate::facts::FileFacts;
use crate::object::{FileId, ObjId};

/// A function or method that a package declares.
#[derive(Clone, Debug)]
pub struct Function {
    /// What it is called in types and facts. Its type is the signature, with the objects of receiver, parameters and
    /// results that its body uses.
    pub obj: ObjId,
    /// The package that declares it.
    pub unit: UnitId,
    /// Index of its file in [`Unit::files`](super::Unit::files).
    pub file: usize,
    /// From `func` to the end of the body, or of the signature.
    pub span: Span,
    /// Whether it has a body. What has none is written in another language, or linked to a function of another package.
    pub has_body: bool,
    /// End of the declaration before it: behind it, what is said to the compiler is said of this function.
    pub(super) before: u32,
    /// Where the comment that documents it begins, or it itself.
    pub(super) start: u32,
    /// What declares it, in the tree that its package was declared from.
    pub(super) decl: DeclId,
}

/// Variables that a package declares and that one value initialises, or one variable without a value.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The variables, in order: several where a call gives several results. Those called `_` are among them.
    pub vars: Arc<[ObjId]>,
    /// The package that declares them.
    pub unit: UnitId,
    /// Index of their file in [`Unit::files`](super::Unit::files).
    pub file: usize,
    /// Where their value stands.
    pub value: Option<Span>,
    /// Whether the declaration names their type.
    pub typed: bool,
    /// The value, in the tree that the package was declared from.
    pub(super) expr: Option<ExprId>,
    /// Variables and functions of the package that stand in the type: in the length of an array.
    pub(super) in_type: Box<[ObjId]>,
}

/// A file of a package that is declared.
pub struct DeclaredFile {
    /// The file as objects' places refer to it.
    pub id: FileId,
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: Text,
    /// Language version: `(1, 21)`.
    pub go_version: (u32, u32),
    /// What tells places in it.
    pub positions: Positions,
    /// Comments outside of bodies that speak to the go command or the compiler, in order.
    directives: Box<[Span]>,
    /// Names that its imports declare.
    pub(super) scope: FileScope,
}

/// What is kept of a package.
pub(super) struct Kept {
    /// What its bodies are checked with.
    pub(super) config: Config,
    pub(super) files: Vec<DeclaredFile>,
    /// Sorted by object.
    pub(super) functions: Vec<Function>,
    /// In the order of the source.
    pub(super) variables: Vec<Variable>,
    /// Index in `variables` of each.
    pub(super) by_object: FxHashMap<ObjId, usize>,
    /// The files of a package whose bodies are all looked into.
    pub(super) checked: Checked,
}

/// Files that are looked into, which others may wait for.
#[derive(Default)]
pub(super) struct Checked {
    state: Mutex<State>,
    known: Condvar,
}

/// How far that is.
#[derive(Clone, Default)]
pub(super) enum State {
    /// They are being looked into.
    #[default]
    Pending,
    /// They broke us.
    Broken,
    /// All is known of them.
    Known(Arc<[CheckedFile]>),
    /// All was known, and is not kept any more.
    Dropped,
}

impl Checked {
    /// The files once they are looked into.
    pub(super) fn wait(&self) -> State {
        let mut state = self.state();
        while matches!(*state, State::Pending) {
            state = self.known.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.clone()
    }

    /// Lets go on who waits; `None` for files that broke us. What is known already stays.
    pub(super) fn set(&self, files: Option<Arc<[CheckedFile]>>) {
        let mut state = self.state();
        if matches!(*state, State::Pending) {
            *state = files.map_or(State::Broken, State::Known);
            self.known.notify_all();
        }
    }

    /// Keeps them no more.
    pub(super) fn drop_trees(&self) {
        *self.state() = State::Dropped;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DeclaredFile {
    /// Directives outside of bodies such as `//go:linkname`, in order; only those for `go`.
    pub fn directives(&self) -> impl Iterator<Item = Directive<'_>> {
        self.directives_within(Span::new(0, self.positions.len))
    }

    pub(super) fn directives_within(&self, span: Span) -> impl Iterator<Item = Directive<'_>> {
        let first = self.directives.partition_point(|d| d.start < span.start);
        let found = self.directives[first..].iter().take_while(move |d| d.end <= span.end);
        found.filter_map(|&span| Directive::parse(self.text.get(span.range())?, span))
    }

    fn new(path: PathBuf, input: &Input, scope: FileScope) -> Self {
        let directives = input.tree.directives(&input.text).filter(|d| d.tool == "go");
        Self {
            id: input.id,
            path,
            text: input.text.clone(),
            go_version: input.go_version,
            positions: input.tree.positions(),
            directives: directives.map(|d| d.span).collect(),
            scope,
        }
    }
}

impl Kept {
    /// What to keep of a package that `checker` has just declared. `paths` and `inputs` are its files.
    pub(super) fn new(
        unit: UnitId,
        config: &Config,
        checker: &Checker<'_>,
        paths: impl Iterator<Item = PathBuf>,
        inputs: &[Input],
    ) -> Self {
        let code = checker.with_code();
        let scopes = checker.file_scopes().iter().cloned();
        let files = paths.zip(inputs).zip(scopes);
        let files = files.map(|((path, input), scope)| DeclaredFile::new(path, input, scope));
        let ends: Vec<FxHashMap<DeclId, u32>> = inputs.iter().map(|i| ends(&i.tree)).collect();
        let functions = code.functions.into_iter().filter_map(|(obj, file, decl)| {
            let tree = &inputs[file].tree;
            let Decl::Func { doc, body, .. } = tree.decl(decl) else { return None };
            let before = ends[file].get(&decl).copied().unwrap_or(0);
            let (span, has_body) = (tree.decl_span(decl), body.is_some());
            let doc = doc.and_then(|doc| tree.comment_group(doc).first());
            let start = doc.map_or(span.start, |comment| comment.start);
            Some(Function { obj, unit, file, span, has_body, before, start, decl })
        });
        let mut functions: Vec<Function> = functions.collect();
        functions.sort_unstable_by_key(|f| f.obj);
        let variables = variables(unit, code.variables, inputs, checker.facts_so_far());
        let by_object = variables.iter().enumerate();
        let by_object = by_object.flat_map(|(i, v)| v.vars.iter().map(move |&var| (var, i)));
        Self {
            // Imports are among the names of the files by now.
            config: Config {
                pkg: config.pkg,
                imports: FxHashMap::default(),
                sizes: config.sizes,
                bodies: true,
            },
            files: files.collect(),
            functions,
            by_object: by_object.collect(),
            variables,
            checked: Checked::default(),
        }
    }

    /// The function that an object of the package is.
    pub(super) fn function(&self, obj: ObjId) -> Option<&Function> {
        let at = self.functions.binary_search_by_key(&obj, |f| f.obj).ok()?;
        self.functions.get(at)
    }

    /// The variable that an object of the package is, with those that are initialised together with it.
    pub(super) fn variable(&self, obj: ObjId) -> Option<&Variable> {
        self.variables.get(*self.by_object.get(&obj)?)
    }
}

/// For each declaration the end of the one before it, or of the package clause: between the two stand its comments.
fn ends(tree: &File) -> FxHashMap<DeclId, u32> {
    let clause = tree.name.map_or(tree.package, |name| tree.ident(name).span().end);
    let mut before = clause;
    let each = tree.decls.iter().map(|&decl| {
        let end = tree.decl_span(decl).end;
        (decl, std::mem::replace(&mut before, end))
    });
    each.collect()
}

/// The variables of a package in the order of the source.
fn variables(
    unit: UnitId,
    mut declared: Vec<(ObjId, VarDecl)>,
    inputs: &[Input],
    facts: &[FileFacts],
) -> Vec<Variable> {
    // One thread has made them, one after the other.
    declared.sort_unstable_by_key(|&(obj, _)| obj);
    let first_of_line = |(obj, var): &(ObjId, VarDecl)| {
        let first = var.lhs.as_ref().and_then(|lhs| lhs.first());
        first.is_none_or(|first| first == obj)
    };
    let lines = declared.into_iter().filter(first_of_line);
    let variable = |(obj, var): (ObjId, VarDecl)| {
        let (tree, facts) = (&inputs[var.file].tree, &facts[var.file]);
        let in_type = var.ty.map_or_else(Box::default, |ty| used_in(tree, facts, ty));
        Variable {
            vars: var.lhs.unwrap_or_else(|| [obj].into()),
            unit,
            file: var.file,
            value: var.init.map(|init| tree.expr_span(init)),
            typed: var.ty.is_some(),
            expr: var.init,
            in_type,
        }
    };
    lines.map(variable).collect()
}

/// What the identifiers in a type that is no plain name refer to.
fn used_in(tree: &File, facts: &FileFacts, ty: ExprId) -> Box<[ObjId]> {
    if matches!(tree.expr(ty), Expr::Ident(_)) {
        return Box::default();
    }
    let idents = tree.idents_within(tree.expr_span(ty));
    idents.filter_map(|(ident, _)| facts.uses[ident]).collect()
}
