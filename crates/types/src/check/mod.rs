//! The checker of one package.
//!
//! [`Checker::declare`] resolves what the package declares, which is all that packages that import it need;
//! [`Checker::bodies`] then looks into its functions. What is found out is recorded
//! in [`FileFacts`], one per file. The files of this module are the rooms of the checker:
//!
//! - `collect`, `decl`: package-level objects, resolved in any order, each when first asked for
//! - `type_expr`, `signature`, `struct_type`, `interface_type`: types as written
//! - `expr`, `operator`, `untyped`, `literal`, `index`, `selector`, `call`, `builtin`, `conversion`: expressions
//! - `stmt`, `assign`, `range`: statements
//! - `operand`, `scope`, `record`: what they share

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use source::Name;
use syntax::File;
use syntax::tree::{ExprId, IdentId};

use crate::constant::Value;
use crate::facts::FileFacts;
use crate::layout::Sizes;
use crate::object::{FileId, ObjId, ObjectKind, PkgId, Place};
use crate::store::Store;
use crate::types::TypeId;

mod assign;
mod builtin;
mod call;
mod conversion;
mod decl;
mod expr;
mod index;
mod literal;
mod operand;
mod operator;
mod range;
mod record;
mod scope;
mod selector;
mod signature;
mod stmt;
mod type_expr;
mod untyped;

pub use operand::Operand;
use scope::Locals;

/// A file of the package.
pub struct Input {
    /// The file as the store knows it.
    pub id: FileId,
    /// Its tree.
    pub tree: Arc<File>,
    /// Its text, which literals are read from.
    pub text: Arc<[u8]>,
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

/// Something to do once the declaration at hand is resolved.
type Action<'a> = Box<dyn FnOnce(&mut Checker<'a>) + 'a>;

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
    /// Whether the names of type parameters may be used though their list is not complete.
    in_type_params: bool,
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
    file_scopes: Vec<FxHashMap<Name, ObjId>>,
    delayed: VecDeque<Action<'a>>,
    bodies: Vec<Body>,
    /// Instances by identity of their arguments.
    context: crate::generic::Context,
}

impl<'a> Checker<'a> {
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

    /// Does `action` once the package-level declaration at hand is resolved; now, inside of a function body, would be
    /// too early for types that are still being put together.
    fn later(&mut self, action: impl FnOnce(&mut Self) + 'a) {
        self.delayed.push_back(Box::new(action));
    }

    /// A new object declared by an identifier of the file at hand.
    fn declared(&mut self, ident: IdentId, ty: Option<TypeId>, kind: ObjectKind) -> ObjId {
        let node = self.tree().ident(ident);
        let place = self.place(node.pos);
        self.store.new_object(node.name, Some(self.config.pkg), Some(place), ty, kind)
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
