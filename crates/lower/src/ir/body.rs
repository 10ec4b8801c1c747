//! A declared function with its closures.

use source::{Id, IndexVec, Name, define_id};
use types::constant::Value;
use types::{FileId, ObjId, TypeId};

use super::node::{ConstId, InstId, Node};

define_id!(
    /// A node of a [`Body`].
    pub struct NodeId
);
define_id!(
    /// A variable of a [`Body`].
    pub struct VarId
);
define_id!(
    /// A function of a [`Body`]: the declared one or a function literal.
    pub struct FuncId
);

/// A place: where something stands in the source, and through which inlined calls it came there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Pos {
    /// The file; `None` for what the compiler generates.
    pub file: Option<FileId>,
    /// Byte offset.
    pub offset: u32,
    /// Index into [`Body::inlined`] plus one of the call that it was inlined for; 0 where it stands in its own function.
    pub inlined: u32,
}

impl Pos {
    /// Of what has no place in the source.
    pub const GENERATED: Self = Self { file: None, offset: 0, inlined: 0 };
}

/// A call that was inlined.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct InlineCall {
    /// Where the call stood; its own `inlined` is the call around it.
    pub pos: Pos,
    /// What was called; `None` for a function literal.
    pub callee: Option<InstId>,
    /// The function literal that was called, as a node of the body it was written in: tells recursion.
    pub closure: Option<Pos>,
}

/// A range of [`Body`]'s shared vector of lists.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct List {
    pub(super) start: u32,
    pub(super) len: u32,
}

impl List {
    /// The empty list.
    pub const EMPTY: Self = Self { start: 0, len: 0 };

    /// Number of elements.
    #[must_use]
    pub const fn len(self) -> usize {
        self.len as usize
    }

    /// Whether there is no element.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// What kind of variable it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VarClass {
    /// Declared in the function, or made by the compiler.
    Auto,
    /// Parameter or receiver.
    Param,
    /// Result.
    Result,
    /// A variable of a function around, as a closure knows it; [`Var::outer`] is the one that it stands for.
    Captured,
}

/// A variable.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Var {
    /// Its name. Empty for temporaries; results without a name, and blank ones, are `~r0`, `~r1`, …
    pub name: Name,
    /// Its type.
    pub ty: TypeId,
    /// What kind of variable.
    pub class: VarClass,
    /// The function that it belongs to.
    pub func: FuncId,
    /// Where its identifier stands.
    pub pos: Pos,
    /// The statement that declares and sets it (an assignment with the flag `DEF`, a range statement, a type switch's head).
    pub defn: Option<NodeId>,
    /// Of a captured variable, the variable of the function directly around.
    pub outer: Option<VarId>,
    /// What is particular about it.
    pub flags: VarFlags,
}

/// What sets of flags can do.
macro_rules! flags {
    ($name:ident) => {
        impl $name {
            /// Whether it has all of `flag`.
            #[must_use]
            pub const fn has(self, flag: Self) -> bool {
                self.0 & flag.0 == flag.0
            }

            /// Sets a flag.
            pub const fn set(&mut self, flag: Self) {
                self.0 |= flag.0;
            }

            /// Clears a flag.
            pub const fn clear(&mut self, flag: Self) {
                self.0 &= !flag.0;
            }
        }
    };
}

/// What is particular about a variable.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct VarFlags(u8);

impl VarFlags {
    /// Its address is taken.
    pub const ADDRTAKEN: Self = Self(1);
    /// Made by the compiler.
    pub const AUTOTEMP: Self = Self(1 << 1);
    /// Captured by value.
    pub const BYVAL: Self = Self(1 << 2);
    /// A dictionary.
    pub const DICT: Self = Self(1 << 3);
    /// Parameter or result of an inlined function.
    pub const INL_FORMAL: Self = Self(1 << 4);
    /// Other variable of an inlined function.
    pub const INL_LOCAL: Self = Self(1 << 5);
}

flags!(VarFlags);

/// A variable that a function literal captures.
pub type Capture = VarId;

/// What is particular about a function.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct FuncFlags(u8);

impl FuncFlags {
    /// Made around a call: of `go` and `defer`, of a method value. Not reported on.
    pub const WRAPPER: Self = Self(1);
    /// The body of a loop over a function.
    pub const RANGE_BODY: Self = Self(1 << 1);
    /// The function that initialises the package's variables.
    pub const PACKAGE_INIT: Self = Self(1 << 2);
    /// May be compiled in several packages (generic code): its parameters are not reported on.
    pub const DUPOK: Self = Self(1 << 3);
    /// It was not there before inlining: spliced in with the body of another function.
    pub const INLINED: Self = Self(1 << 4);
}

flags!(FuncFlags);

/// A declared function or a function literal.
#[derive(Clone, PartialEq, Debug)]
pub struct Function {
    /// The function around a literal.
    pub parent: Option<FuncId>,
    /// Its type. Of a shaped function, without the dictionary.
    pub ty: TypeId,
    /// Where it is declared: its name, or `func` of a literal.
    pub pos: Pos,
    /// Receiver and parameters in order; a shaped function's dictionary stands after the receiver.
    pub params: Vec<VarId>,
    /// Results in order.
    pub results: Vec<VarId>,
    /// All its variables in the order of declaration, parameters and results first, captured ones left out.
    pub vars: Vec<VarId>,
    /// What it captures.
    pub captures: Vec<Capture>,
    /// Its statements. A declared function without a body has none; see [`Body::has_body`].
    pub body: List,
    /// The node of a function literal.
    pub closure: Option<NodeId>,
    /// What is particular about it.
    pub flags: FuncFlags,
}

/// A generic function that a body refers to.
#[derive(Clone, PartialEq, Debug)]
pub struct GenericRef {
    /// The function or method.
    pub obj: ObjId,
    /// Its type arguments, those of the receiver first, with the shapes of the body put in.
    pub args: Box<[TypeId]>,
    /// Whether they depend on the body's own type parameters.
    pub derived: bool,
}

/// A declared function and every function literal in it.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Body {
    /// The nodes.
    pub nodes: IndexVec<NodeId, Node>,
    /// The variables.
    pub vars: IndexVec<VarId, Var>,
    /// The functions; the declared one first.
    pub funcs: IndexVec<FuncId, Function>,
    /// The constants.
    pub consts: IndexVec<ConstId, Value>,
    /// Calls that were inlined.
    pub inlined: Vec<InlineCall>,
    /// Whether the declared function has a body in Go.
    pub has_body: bool,
    /// Generic functions that it refers to, with the type arguments as it sees them, in its order.
    pub generic: Vec<GenericRef>,
    pub(super) lists: Vec<NodeId>,
    /// Number of the next label that inlining makes.
    pub next_label: u32,
}

impl Body {
    /// The declared function.
    pub const ROOT: FuncId = FuncId::at(0);

    /// A copy with room for as many nodes again, such as come with inlined calls.
    #[must_use]
    pub fn clone_to_grow(&self) -> Self {
        let mut nodes = IndexVec::with_capacity(2 * self.nodes.len());
        nodes.extend_from_slice(self.nodes.as_slice());
        let Self { vars, funcs, consts, inlined, has_body, generic, lists, next_label, .. } = self;
        Self {
            nodes,
            vars: vars.clone(),
            funcs: funcs.clone(),
            consts: consts.clone(),
            inlined: inlined.clone(),
            has_body: *has_body,
            generic: generic.clone(),
            lists: lists.clone(),
            next_label: *next_label,
        }
    }

    /// Adds a node.
    pub fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node)
    }

    /// Adds a list.
    pub fn list(&mut self, nodes: &[NodeId]) -> List {
        if nodes.is_empty() {
            return List::EMPTY;
        }
        let start = self.lists.len() as u32;
        self.lists.extend_from_slice(nodes);
        List { start, len: nodes.len() as u32 }
    }

    /// The elements of a list.
    #[inline]
    #[must_use]
    pub fn items(&self, list: List) -> &[NodeId] {
        &self.lists[list.start as usize..(list.start + list.len) as usize]
    }

    /// The elements of a list, to be changed in place.
    pub fn items_mut(&mut self, list: List) -> &mut [NodeId] {
        &mut self.lists[list.start as usize..(list.start + list.len) as usize]
    }

    /// A list with more elements behind it.
    #[must_use]
    pub fn extended(&mut self, list: List, more: &[NodeId]) -> List {
        if more.is_empty() {
            return list;
        }
        let start = self.lists.len() as u32;
        self.lists.extend_from_within(list.start as usize..(list.start + list.len) as usize);
        self.lists.extend_from_slice(more);
        List { start, len: list.len + more.len() as u32 }
    }

    /// The variable that a chain of captures leads to: where its storage is.
    #[must_use]
    pub fn canonical(&self, mut var: VarId) -> VarId {
        while let Some(outer) = self.vars[var].outer {
            var = outer;
        }
        var
    }

    /// Whether `func` is a function literal.
    #[must_use]
    pub fn is_closure(&self, func: FuncId) -> bool {
        self.funcs[func].parent.is_some()
    }

    /// Whether `inner` is a function literal within `outer`, at any depth; not so of a function and itself.
    #[must_use]
    pub fn contains(&self, outer: FuncId, mut inner: FuncId) -> bool {
        while let Some(parent) = self.funcs[inner].parent {
            if parent == outer {
                return true;
            }
            inner = parent;
        }
        false
    }

    /// The place of a node that is reported: of what was inlined, that of the outermost call.
    #[must_use]
    pub fn outermost(&self, mut pos: Pos) -> Pos {
        while pos.inlined != 0 {
            pos = self.inlined[pos.inlined as usize - 1].pos;
        }
        pos
    }

    /// The functions that are compiled by themselves: the declared one, and the literals that capture nothing, whether or
    /// not anything still refers to them once calls are inlined and values are laid out.
    pub fn independent(&self) -> impl Iterator<Item = FuncId> + '_ {
        self.func_ids().filter(|&func| self.is_independent(func))
    }

    /// Whether a function is one of [`Self::independent`].
    #[must_use]
    pub fn is_independent(&self, func: FuncId) -> bool {
        !self.is_closure(func) || self.funcs[func].captures.is_empty()
    }

    /// The functions in order.
    #[must_use]
    pub fn func_ids(&self) -> impl DoubleEndedIterator<Item = FuncId> + use<> {
        (0..self.funcs.len()).map(FuncId::from_index)
    }
}
