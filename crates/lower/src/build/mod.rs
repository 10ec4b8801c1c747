//! Building the intermediate representation of a function from its typed tree.
//!
//! What is built has the nodes that the compiler's own front end ("unified IR") makes, in the same order, since the
//! inliner counts them. The rooms:
//!
//! - `names`: variables, captures, and the stack of functions at hand
//! - `types`: types as the body at hand sees them, which for generic code are shapes
//! - `place`: where the compiler reports each kind of node
//! - `expr`, `operator`, `literal`, `selector`, `convert`: expressions
//! - `call`, `builtin`, `method`, `dictionary`: calls, and how generic code gets at what it was instantiated with
//! - `stmt`, `assign`, `flow`, `switch`, `go_defer`, `range_func`: statements

mod assign;
mod builtin;
mod call;
mod convert;
mod dictionary;
mod expr;
mod flow;
mod go_defer;
mod init;
mod literal;
mod method;
mod names;
mod operator;
mod place;
mod range_func;
mod selector;
mod static_bool;
mod stmt;
mod switch;
mod types;
mod wrapper;

use ::types::layout::Sizes;
use ::types::{FileFacts, FileId, ObjId, Store, TypeId};
use rustc_hash::FxHashMap;
use syntax::File;
use syntax::tree::{Decl, DeclId};

use crate::instances::{Instance, Instances};
use crate::ir::{Body, List, Node, NodeId, Op, Pos};
use crate::shapes::Shapes;
use crate::{Compiler, ir};
use names::Frame;

pub use init::Initializer;
pub(crate) use types::{is_empty_interface, is_interface};
pub use wrapper::MethodWrapper;

/// What all functions of a run share.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Types and objects.
    pub store: &'a Store,
    /// Sizes of the target.
    pub sizes: Sizes,
    /// The compiler that decides.
    pub compiler: &'a Compiler,
    /// Functions.
    pub instances: &'a Instances,
    /// Shapes of type arguments.
    pub shapes: &'a Shapes,
}

/// A file that a function stands in, with what is known of its nodes.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The file as places refer to it.
    pub id: FileId,
    /// Its tree.
    pub tree: &'a File,
    /// Its text.
    pub text: &'a [u8],
    /// What is known of its nodes.
    pub facts: &'a FileFacts,
    /// Language version: `(1, 22)`.
    pub go_version: (u32, u32),
}

/// The body of a declared function or method, of the shapes that `instance` names.
#[must_use]
pub fn function(cx: Context<'_>, source: Source<'_>, decl: DeclId, instance: &Instance) -> Body {
    if instance.concrete {
        return wrapper::build(cx, source, decl, instance);
    }
    let mut builder = Builder::new(cx, source, instance);
    builder.declared(decl, instance);
    builder.body
}

/// A function of which only the signature is known: written in another language, or not to be read.
#[must_use]
pub fn signature(cx: Context<'_>, instance: &Instance) -> Body {
    let source = nowhere(cx.store, instance.obj);
    let mut builder = Builder::new(cx, source, instance);
    let ty = builder.ty(cx.store.obj_type(instance.obj));
    let place = cx.store.obj(instance.obj).place;
    let pos = place.map_or(Pos::GENERATED, |place| builder.pos(place.offset));
    builder.open(None, ty, pos);
    builder.declare_params(instance.obj);
    builder.close();
    builder.body
}

/// What the compiler makes of a method for the method table of a type that it is not declared for.
#[must_use]
pub fn method_wrapper(cx: Context<'_>, wrapper: &MethodWrapper) -> Body {
    wrapper::around_method(cx, nowhere(cx.store, wrapper.method), wrapper)
}

/// The file of an object, of which nothing is read.
fn nowhere(store: &Store, obj: ObjId) -> Source<'static> {
    static NOTHING: std::sync::LazyLock<(File, FileFacts)> =
        std::sync::LazyLock::new(Default::default);
    let file = store.obj(obj).place.map(|place| place.file);
    Source {
        id: file.unwrap_or(FileId::at(0)),
        tree: &NOTHING.0,
        text: &[],
        facts: &NOTHING.1,
        go_version: (1, 0),
    }
}

/// The function that sets the variables of a package, in the order in which Go does.
#[must_use]
pub fn package_init(cx: Context<'_>, order: &[Initializer<'_>]) -> Option<Body> {
    init::build(cx, order)
}

/// The body at hand while it is built.
struct Builder<'a> {
    cx: Context<'a>,
    source: Source<'a>,
    body: Body,
    /// Functions at hand, the declared one first.
    frames: Vec<Frame>,
    /// Type parameters in scope and the shapes that take their places.
    type_params: Vec<TypeId>,
    shapes: Vec<TypeId>,
    /// Types with the shapes put in.
    mapped: FxHashMap<TypeId, TypeId>,
    /// Words of the dictionary that were asked for, each once.
    words: dictionary::Words,
    /// Parts of conditions that are built from another expression, since the rest of them decides nothing.
    simplified: FxHashMap<syntax::tree::ExprId, syntax::tree::ExprId>,
    /// The label before the statement at hand.
    label: Option<(source::Name, u32)>,
}

impl<'a> Builder<'a> {
    fn new(cx: Context<'a>, source: Source<'a>, instance: &Instance) -> Self {
        let mut builder = Self {
            cx,
            source,
            body: Body::default(),
            frames: Vec::new(),
            type_params: Vec::new(),
            shapes: instance.shapes.to_vec(),
            mapped: FxHashMap::default(),
            words: dictionary::Words::default(),
            simplified: FxHashMap::default(),
            label: None,
        };
        builder.type_params = crate::type_params_of(cx.store, instance.obj);
        // A number of arguments that does not fit is broken code.
        if builder.type_params.len() != builder.shapes.len() {
            builder.type_params.clear();
            builder.shapes.clear();
        }
        builder
    }

    fn store(&self) -> &'a Store {
        self.cx.store
    }

    fn tree(&self) -> &'a File {
        self.source.tree
    }

    fn facts(&self) -> &'a FileFacts {
        self.source.facts
    }

    fn declared(&mut self, decl: DeclId, instance: &Instance) {
        let Decl::Func { body, .. } = self.tree().decl(decl) else { return };
        let ty = self.ty(self.store().obj_type(instance.obj));
        let pos = self.pos(place::function(self.tree(), decl));
        self.open(None, ty, pos);
        self.declare_params(instance.obj);
        if let Some(body) = body {
            self.body.has_body = true;
            self.enter(body);
            let stmts = self.block(body);
            self.finish_body(stmts);
        }
        self.close();
    }

    /// Sets the statements of the function at hand. There is always one: a body without any has an empty block.
    fn finish_body(&mut self, mut stmts: Vec<NodeId>) {
        if stmts.is_empty() {
            stmts.push(self.add(Node::new(Op::Block, Pos::GENERATED, None)));
        }
        let list = self.body.list(&stmts);
        let func = self.func();
        self.body.funcs[func].body = list;
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.body.add(node)
    }

    /// A node with one operand.
    fn unary(&mut self, op: Op, pos: Pos, ty: Option<TypeId>, x: NodeId) -> NodeId {
        self.add(Node { x: Some(x), ..Node::new(op, pos, ty) })
    }

    /// A node with two operands.
    fn binary(&mut self, op: Op, pos: Pos, ty: Option<TypeId>, x: NodeId, y: NodeId) -> NodeId {
        self.add(Node { x: Some(x), y: Some(y), ..Node::new(op, pos, ty) })
    }

    /// Statements put before a node's own.
    fn prepend_init(&mut self, node: NodeId, stmts: &[NodeId]) {
        if stmts.is_empty() {
            return;
        }
        let old = self.body.nodes[node].init;
        let mut all = stmts.to_vec();
        all.extend_from_slice(self.body.items(old));
        self.body.nodes[node].init = self.body.list(&all);
    }

    fn node_ty(&self, node: NodeId) -> TypeId {
        self.body.nodes[node].ty.unwrap_or(::types::Universe::INVALID)
    }

    fn list(&mut self, nodes: &[NodeId]) -> List {
        self.body.list(nodes)
    }

    /// The id of a function.
    fn instance(&self, obj: ObjId, shapes: &[TypeId]) -> ir::InstId {
        self.cx.instances.id(obj, shapes)
    }
}
