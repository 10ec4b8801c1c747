//! A node.

use source::{Name, define_id};
use types::{ObjId, TypeId};

use super::body::{FuncId, List, NodeId, Pos, VarId};
use super::op::Op;

define_id!(
    /// A function at hand: a declared function or method, with the shapes of its type arguments; see
    /// [`Instances`](crate::Instances).
    pub struct InstId
);
define_id!(
    /// A constant of a [`Body`](super::Body).
    pub struct ConstId
);

/// A node. Which fields it uses is said at each [`Op`]. Children are visited in the order `init`, then what the operation
/// has; see [`Body::children`](super::Body::children).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// What is particular about it.
    pub flags: NodeFlags,
    /// Where the compiler reports it.
    pub pos: Pos,
    /// Its type; `None` for statements.
    pub ty: Option<TypeId>,
    /// Statements that run before it.
    pub init: List,
    /// First operand.
    pub x: Option<NodeId>,
    /// Second operand.
    pub y: Option<NodeId>,
    /// Third operand.
    pub z: Option<NodeId>,
    /// Arguments, elements, left-hand sides, cases.
    pub list: List,
    /// Statements within it; right-hand sides.
    pub body: List,
    /// The other statements of an `if`.
    pub els: List,
    /// What else it refers to.
    pub aux: Aux,
}

impl Node {
    /// A node without operands.
    #[must_use]
    pub const fn new(op: Op, pos: Pos, ty: Option<TypeId>) -> Self {
        Self {
            op,
            flags: NodeFlags::NONE,
            pos,
            ty,
            init: List::EMPTY,
            x: None,
            y: None,
            z: None,
            list: List::EMPTY,
            body: List::EMPTY,
            els: List::EMPTY,
            aux: Aux::None,
        }
    }

    /// Whether it has no children: half of all nodes are names and constants.
    #[inline]
    #[must_use]
    pub const fn is_leaf(&self) -> bool {
        let lists = self.init.len | self.list.len | self.body.len | self.els.len;
        lists == 0 && self.x.is_none() && self.y.is_none() && self.z.is_none()
    }

    /// Whether a flag is set.
    #[must_use]
    pub const fn is(&self, flag: NodeFlags) -> bool {
        self.flags.has(flag)
    }
}

/// What a node refers to besides its operands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Aux {
    /// Nothing.
    None,
    /// A variable of the body.
    Var(VarId),
    /// A variable of a package.
    Global(ObjId),
    /// A function or method that is known.
    Inst(InstId),
    /// The dictionary of a function's type arguments, which the instance names.
    Dict(InstId),
    /// A method of an interface.
    Method(ObjId),
    /// A function of the runtime that the compiler calls.
    Runtime(Runtime),
    /// A constant.
    Const(ConstId),
    /// A field.
    Field(FieldRef),
    /// A function literal.
    Closure(FuncId),
    /// A label. Those that inlining makes are told apart by the number.
    Label(Name, u32),
    /// The operator of `x op= y`.
    Sub(Op),
    /// A name.
    Str(Name),
    /// Number of elements of a slice literal.
    Len(i64),
}

/// A field of a struct.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FieldRef {
    /// The field.
    pub obj: ObjId,
    /// Its position in the struct.
    pub index: u32,
}

/// Functions of the runtime that lowering calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Runtime {
    /// `runtime.panicrangestate`: the loop body was called when it must not be.
    PanicRangeState,
    /// `runtime.deferrangefunc`: the token that defers in a loop body attach to.
    DeferRangeFunc,
    /// `runtime.KeepAlive` as `b.Loop` uses it.
    KeepAlive,
}

impl Runtime {
    /// Its name in package runtime.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PanicRangeState => "panicrangestate",
            Self::DeferRangeFunc => "deferrangefunc",
            Self::KeepAlive => "KeepAlive",
        }
    }
}

/// What is particular about a node.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct NodeFlags(u16);

impl NodeFlags {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// The compiler put it in.
    pub const IMPLICIT: Self = Self(1);
    /// The last argument is passed as it is: `f(xs...)`.
    pub const DDD: Self = Self(1 << 1);
    /// The assignment declares its left-hand sides.
    pub const DEF: Self = Self(1 << 2);
    /// The call of a `go` or `defer` statement.
    pub const GO_DEFER: Self = Self(1 << 3);
    /// The call must not be inlined.
    pub const NO_INLINE: Self = Self(1 << 4);
    /// The loop's variables are new in each turn (by the file's language version).
    pub const DISTINCT_VARS: Self = Self(1 << 5);
    /// The operand was `x++` or `x--`.
    pub const INC_DEC: Self = Self(1 << 6);
    /// A function literal that wraps the call of a `go` statement.
    pub const GO_WRAP: Self = Self(1 << 7);
    /// The result is of a shape type that differs from the callee's.
    pub const RESHAPE: Self = Self(1 << 8);
    /// A call that only keeps its arguments alive.
    pub const VAR_LIVE: Self = Self(1 << 9);
    /// The panic on nil of a devirtualised call.
    pub const NIL_PANIC: Self = Self(1 << 10);

    /// Whether it has all of `flag`.
    #[must_use]
    pub const fn has(self, flag: Self) -> bool {
        self.0 & flag.0 == flag.0
    }

    /// With another one.
    #[must_use]
    pub const fn with(self, flag: Self) -> Self {
        Self(self.0 | flag.0)
    }

    /// Without one.
    #[must_use]
    pub const fn without(self, flag: Self) -> Self {
        Self(self.0 & !flag.0)
    }
}
