//! The checker of one package.
//!
//! [`Checker::declare`] resolves what the package declares, which is all that packages that import it need;
//! [`Checker::bodies`] then looks into its functions. What is found out is recorded
//! in [`FileFacts`], one per file. The files of this module are the rooms of the checker:
//!
//! - `collect`, `decl`: package-level objects, resolved in any order, each when first asked for
//! - `type_expr`, `signature`, `struct_type`: types as written
//! - `expr`, `operator`, `untyped`, `literal`, `index`, `selector`, `call`, `builtin`, `conversion`: expressions
//! - `stmt`, `assign`, `range`: statements
//! - `operand`, `scope`, `record`: what they share
//! - `part`: a body or an initialiser alone, once its package is declared

use std::sync::Arc;

use rustc_hash::FxHashMap;
use source::{Name, Text};
use syntax::File;
use syntax::tree::{ExprId, IdentId};

use crate::constant::Value;
use crate::facts::FileFacts;
use crate::layout::Sizes;
use crate::object::{FileId, ObjId, ObjectKind, PkgId, Place};
use crate::store::Store;
use crate::types::TypeId;

mod arguments;
mod assign;
mod builtin;
mod call;
mod collect;
mod conversion;
mod decl;
mod expr;
mod function_instance;
mod index;
mod labels;
mod literal;
mod made;
mod operand;
mod operator;
mod part;
mod range;
mod record;
mod scope;
mod selector;
mod signature;
mod stmt;
mod struct_type;
mod switch;
mod type_expr;
mod untyped;

use collect::Collected;
pub(crate) use collect::VarDecl;
use made::Made;
pub use operand::Operand;
pub(crate) use part::FileScope;
use scope::Locals;

/// A file of the package.
pub struct Input {
    /// The file as the store knows it.
    pub id: FileId,
    /// Its tree.
    pub tree: Arc<File>,
    /// Its text, which literals are read from.
    pub text: Text,
    /// Language version: `(1, 21)`.
    pub go_version: (u32, u32),
}

/// What a package is checked with.
pub struct Config {
    /// The package.
    pub pkg: PkgId,
    /// Packages by the import path as written in the files. A path that is not here is a missing package.
    pub imports: FxHashMap<Name, PkgId>,
    /// Sizes of the target.
    pub sizes: Sizes,
    /// Whether bodies are looked into, those of function literals in initialisers included.
    pub bodies: bool,
}

/// A function whose body waits to be looked into.
struct Body {
    env: Env,
    signature: TypeId,
    block: syntax::tree::StmtId,
}

/// What surrounds the expression at hand.
#[derive(Clone, Default)]
struct Env {
    /// Index of the file that its ids belong to.
    file: usize,
    /// Value of `iota`, in a constant declaration.
    iota: Option<Value>,
    /// Signature of the function around it.
    signature: Option<TypeId>,
    /// Whether a call or receive was seen: then `len(x)` is no constant.
    has_call_or_recv: bool,
    /// Whether the function at hand has labels or jumps to some.
    has_label: bool,
}

/// The checker of one package.
pub struct Checker<'a> {
    /// Types and objects of the run.
    pub(crate) store: &'a Store,
    config: &'a Config,
    files: &'a [Input],
    facts: Vec<FileFacts>,
    env: Env,
    locals: Locals,
    /// Package scope while it grows.
    scope: FxHashMap<Name, ObjId>,
    /// Names that imports declare, per file.
    file_scopes: Vec<FileScope>,
    /// What is declared at package level, and how.
    collected: Collected,
    /// Packages that are imported and that nothing is known of.
    missing: FxHashMap<Name, PkgId>,
    /// Objects whose declaration is being resolved, outermost first.
    resolving: Vec<ObjId>,
    /// The function whose signature is about to be read.
    signing: Option<ObjId>,
    /// Functions whose signatures are being read, and their type parameters.
    begun: Vec<(ObjId, Vec<TypeId>)>,
    /// The right-hand side of the type declaration at hand, until it is looked at, and the type.
    defining: Option<(ExprId, TypeId)>,
    /// Defined types that wait for the underlying type of their right-hand side.
    unfinished: Vec<(TypeId, TypeId)>,
    bodies: Vec<Body>,
    /// Instances by identity of their arguments.
    context: crate::generic::Context,
    /// Types that the checker itself made up, to be used again.
    made: Made,
}

impl<'a> Checker<'a> {
    /// A checker of the files of one package; nothing is looked at yet.
    #[must_use]
    pub fn new(store: &'a Store, config: &'a Config, files: &'a [Input]) -> Self {
        Self {
            store,
            config,
            files,
            facts: files.iter().map(|f| FileFacts::new(&f.tree)).collect(),
            env: Env::default(),
            locals: Locals::default(),
            scope: FxHashMap::default(),
            file_scopes: files.iter().map(|_| FileScope::default()).collect(),
            collected: Collected::default(),
            missing: FxHashMap::default(),
            resolving: Vec::new(),
            signing: None,
            begun: Vec::new(),
            defining: None,
            unfinished: Vec::new(),
            bodies: Vec::new(),
            context: crate::generic::Context::default(),
            made: Made::default(),
        }
    }

    /// Resolves what the package declares. Packages that import it can be looked at afterwards.
    pub fn declare(&mut self) {
        let clause = self.files.iter().find_map(|f| f.tree.name.map(|n| f.tree.ident(n).name));
        if let Some(name) = clause {
            let _ = self.store.pkg(self.config.pkg).declared_name.set(name);
        }
        self.collect();
        self.resolve_all();
        self.abandon_unfinished();
        // Nobody else sets it: a package is checked once under its id.
        let _ = self.store.pkg(self.config.pkg).scope.set(std::mem::take(&mut self.scope));
    }

    /// Looks into the functions. To be called after [`Self::declare`].
    pub fn bodies(&mut self) {
        // Bodies of function literals at package level wait here too; looking into a body adds none.
        for body in std::mem::take(&mut self.bodies) {
            self.func_body(body.env, body.signature, body.block);
        }
    }

    /// What was found out so far, file by file.
    pub(crate) fn facts_so_far(&self) -> &[FileFacts] {
        &self.facts
    }

    /// What was found out, file by file.
    #[must_use]
    pub fn finish(self) -> Vec<FileFacts> {
        self.facts
    }

    /// The file at hand.
    #[inline]
    fn tree(&self) -> &'a File {
        &self.files[self.env.file].tree
    }

    /// The text of the file at hand.
    #[inline]
    fn text(&self) -> &'a [u8] {
        &self.files[self.env.file].text
    }

    /// Facts of the file at hand.
    #[inline]
    fn facts(&mut self) -> &mut FileFacts {
        &mut self.facts[self.env.file]
    }

    /// A place in the file at hand.
    fn place(&self, offset: u32) -> Place {
        Place { file: self.files[self.env.file].id, offset }
    }

    /// A new object declared by an identifier of the file at hand.
    fn declared(&mut self, ident: IdentId, ty: Option<TypeId>, kind: ObjectKind) -> ObjId {
        let node = self.tree().ident(ident);
        let place = self.place(node.pos);
        self.store.new_object(node.name, Some(self.config.pkg), Some(place), ty, kind)
    }

    /// Whether a type is known. An alias that is still being resolved counts as known.
    fn is_known(&self, ty: TypeId) -> bool {
        self.store.resolved_unalias(ty) != Some(crate::Universe::INVALID)
    }

    /// The type of an object; resolves its declaration if need be.
    fn type_of_object(&mut self, obj: ObjId) -> TypeId {
        if let Some(ty) = self.store.obj(obj).ty.get() {
            return ty;
        }
        self.resolve(obj);
        self.store.obj_type(obj)
    }
}

/// Runs what calls itself for a node's parts. The parser bounds nesting, but a chain such as `a.b().c()…`
/// is as deep as it is long: the stack grows with it.
#[inline]
fn deeper<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(256 << 10, 2 << 20, f)
}
