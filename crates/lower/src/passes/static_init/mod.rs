//! Package variables whose values are laid out in the data section (`staticinit` of the compiler).
//!
//! What is known when compiling is no statement of the package's initialisation any more, and escape analysis does not
//! see it: it is on no heap. Of a literal that is known in part, the rest is assigned to places in the data. A value that
//! has no place of its own (what a `&T{…}` points to, the array of a slice, a value in an interface) gets one there.
//!
//! | File | About |
//! |---|---|
//! | here | which values are laid out, and what remains to be assigned |
//! | [`copies`] | copies of other variables, and addresses of variables |
//! | [`effects`] | what evaluating an expression may change |
//! | [`inlined`] | inlined calls that only return a value made of their arguments |
//!
//! The compiler also moves large literals of maps into functions of their own (`map.init.0`), for the linker to leave
//! out. Nothing that it says depends on it, nor does what is allocated, so that they stay where they are here.

mod copies;
mod effects;
mod inlined;

use rustc_hash::FxHashMap;
use types::layout::Sizes;
use types::{ObjId, PkgId, Store, TypeId};

use crate::Compiler;
use crate::ir::{Aux, Body, FuncFlags, Node, NodeFlags, NodeId, Op, deeper};
use crate::shapes::has_shape;

/// Removes what is laid out in the data section from the function that sets a package's variables; other functions stay as
/// they are.
///
/// Runs after [`super::loopvar::per_iteration`] and before [`super::deadlocals::remove`].
pub fn lay_out(body: &mut Body, store: &Store, sizes: Sizes, compiler: &Compiler) {
    if body.funcs.is_empty() || !body.funcs[Body::ROOT].flags.has(FuncFlags::PACKAGE_INIT) {
        return;
    }
    let statements = body.items(body.funcs[Body::ROOT].body).to_vec();
    let definitions = definitions(body, &statements);
    let package = definitions.keys().find_map(|&var| store.obj(var).pkg);
    let mut schedule = Schedule {
        no_addresses: compiler.since(24)
            && package.is_some_and(|package| is_in_fips_module(store.pkg(package).path.as_str())),
        body,
        store,
        sizes,
        package,
        definitions,
        mutated: false,
        dynamic: Vec::new(),
    };
    for statement in statements {
        if !schedule.statement(statement) {
            schedule.dynamic.push(statement);
        }
    }
    let Schedule { body, dynamic, .. } = schedule;
    body.funcs[Body::ROOT].body = body.list(&dynamic);
}

/// What the package's variables are set to, each by an assignment of its own. `None` where several are set at once.
fn definitions(body: &Body, statements: &[NodeId]) -> FxHashMap<ObjId, Option<NodeId>> {
    let mut definitions = FxHashMap::default();
    for &statement in statements {
        let node = &body.nodes[statement];
        let lefts = node.x.as_slice().iter().chain(body.items(node.list));
        for &left in lefts {
            if let Aux::Global(var) = body.nodes[left].aux {
                definitions.insert(var, node.y.filter(|_| node.op == Op::As));
            }
        }
    }
    definitions
}

/// Whether a package is of the cryptographic module whose code and data are hashed (`Link.IsFIPS`, since Go 1.24): its data
/// must be the same wherever the program is loaded, so that there are no addresses in it.
fn is_in_fips_module(path: &str) -> bool {
    let rest = path.strip_prefix("crypto/internal/fips140");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) && !path.ends_with("_test")
}

/// Where a value is to be laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `_`, or a part of it.
    Blank,
    /// A variable of the package, a value of the compiler's own in the data section, or a part of either.
    Data,
}

struct Schedule<'a> {
    body: &'a mut Body,
    store: &'a Store,
    sizes: Sizes,
    /// The package at hand; `None` where only blank variables are set.
    package: Option<PkgId>,
    /// The variables of the package and what they are set to.
    definitions: FxHashMap<ObjId, Option<NodeId>>,
    /// Whether what was looked at so far may have set variables of the package in other ways than their initialisation.
    mutated: bool,
    /// Whether the data may hold no addresses.
    no_addresses: bool,
    /// The statements that remain, in order.
    dynamic: Vec<NodeId>,
}

impl Schedule<'_> {
    fn node(&self, id: NodeId) -> Node {
        self.body.nodes[id]
    }

    fn ty(&self, id: NodeId) -> Option<TypeId> {
        self.body.nodes[id].ty
    }

    /// Lays out what a statement sets. Returns whether it has nothing left to do.
    fn statement(&mut self, id: NodeId) -> bool {
        let node = self.node(id);
        let (lefts, value) = match node.op {
            Op::As => (node.x.into_iter().collect(), node.y),
            op if op.is_assign_list() && op != Op::As2 => {
                (self.body.items(node.list).to_vec(), self.body.items(node.body).first().copied())
            }
            _ => return false,
        };
        let Some(value) = value else { return true };
        self.mutated = self.mutated || self.may_set_package_variable(value);
        let blank = lefts.iter().all(|&left| self.body.is_blank(left));
        if blank && !effects::has_effects(self.body, value) {
            return true;
        }
        if node.op != Op::As {
            return false;
        }
        let place = if blank { Place::Blank } else { Place::Data };
        let ty = lefts.first().and_then(|&left| self.ty(left));
        self.value(place, value, ty)
    }

    /// Lays out a value of the type `ty`. Returns false, with nothing done, where it cannot be.
    fn value(&mut self, place: Place, id: NodeId, ty: Option<TypeId>) -> bool {
        let id = self.unconverted(id);
        let node = self.node(id);
        match node.op {
            Op::Nil => true,
            Op::Literal => !self.no_addresses || !self.is_string(node.ty),
            // In the rest of the cases the data holds an address, or may.
            Op::ArrayLit | Op::StructLit => {
                self.elements(place, &node);
                true
            }
            _ if self.no_addresses => false,
            Op::Name | Op::MethExpr => self.is_static_copy(&node, ty),
            Op::Addr if node.x.is_some_and(|x| self.is_package_variable(x)) => true,
            Op::Addr | Op::PtrLit => {
                let Some(literal) = node.x.filter(|&x| self.is_literal(x)) else { return false };
                self.assign(Place::Data, literal);
                true
            }
            Op::Str2Bytes => {
                let constant = node.x.is_some_and(|x| self.node(x).op == Op::Literal);
                constant && place == Place::Data
            }
            Op::SliceLit => {
                self.elements(Place::Data, &node);
                true
            }
            // A function literal that captures nothing is a function like any other, whose address is known.
            Op::Closure => match node.aux {
                Aux::Closure(func) => self.body.funcs[func].captures.is_empty(),
                _ => false,
            },
            Op::ConvIface => self.interface(place, id),
            Op::InlCall => deeper(|| self.inlined_call(place, &node, ty)),
            _ => false,
        }
    }

    /// Lays out a value in a place of its own or in a part of one, or has it assigned there.
    fn assign(&mut self, place: Place, value: NodeId) {
        let ty = self.ty(value);
        if deeper(|| self.value(place, value, ty)) {
            return;
        }
        let pos = self.node(value).pos;
        let x = match place {
            Place::Blank => self.body.blank(),
            Place::Data => self.body.add(Node::new(Op::LinksymOffset, pos, ty)),
        };
        let statement = self.body.assign(pos, x, value, NodeFlags::NONE);
        self.dynamic.push(statement);
    }

    fn elements(&mut self, place: Place, literal: &Node) {
        for id in self.body.items(literal.list).to_vec() {
            let element = self.node(id);
            let value = match (element.op, element.aux) {
                // Nothing can be read from a blank field: its value is not even evaluated.
                (Op::StructKey, Aux::Field(field)) if self.store.obj(field.obj).name.is_blank() => {
                    None
                }
                (Op::StructKey, _) => element.x,
                (Op::Key, _) => element.y,
                _ => Some(id),
            };
            if let Some(value) = value {
                self.assign(place, value);
            }
        }
    }

    /// A conversion to an interface: its value is laid out beside it, or in it where it is a pointer.
    fn interface(&mut self, place: Place, id: NodeId) -> bool {
        let mut value = id;
        while let Node { op: Op::ConvIface, x: Some(x), .. } = self.node(value) {
            value = x;
        }
        let node = self.node(value);
        let Some(ty) = node.ty else { return false };
        if self.store.is_non_type_param_interface(ty) {
            // Which type it has is not known, unless it has none.
            return node.op == Op::Nil;
        }
        if has_shape(self.store, ty) {
            return false;
        }
        let place = if self.is_pointer(ty) { place } else { Place::Data };
        self.assign(place, value);
        true
    }

    /// Whether an interface holds a value of the type itself. (Go 1.26's rule for all versions: the place matters for what
    /// is converted for a blank variable only.)
    fn is_pointer(&self, ty: TypeId) -> bool {
        let word = self.sizes.word;
        let layout = self.sizes.layout(self.store, ty);
        layout.is_some_and(|layout| layout.size == Some(word) && layout.pointer_bytes == word)
    }

    /// What is converted without effect.
    fn unconverted(&self, mut id: NodeId) -> NodeId {
        while let Node { op: Op::ConvNop, x: Some(x), .. } = self.node(id) {
            id = x;
        }
        id
    }

    fn is_literal(&self, id: NodeId) -> bool {
        let op = self.node(id).op;
        matches!(op, Op::ArrayLit | Op::SliceLit | Op::MapLit | Op::StructLit)
    }

    fn is_string(&self, ty: Option<TypeId>) -> bool {
        ty.and_then(|ty| self.store.basic(ty)).is_some_and(types::Basic::is_string)
    }
}
