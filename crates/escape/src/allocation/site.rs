//! Operations that may allocate, and what is said of each.

use lower::ir::{FuncId, InstId, Pos};
use memory::Allocation;

use crate::graph::{Limit, Thing};
use crate::placement::Placement;

/// An operation that allocates, or that one might think allocates.
#[derive(Clone, PartialEq, Debug)]
pub struct Site {
    /// The function that it is in: the declared one or a function literal.
    pub func: FuncId,
    /// The variable or the expression.
    pub thing: Thing,
    /// Where it stands itself. Of what was inlined, [`Body::outermost`](lower::ir::Body::outermost) is the place of the call.
    pub pos: Pos,
    /// What it does.
    pub operation: Operation,
    /// Where the value lives, as `-gcflags=-m` says it.
    pub placement: Placement,
    /// Whether it allocates.
    pub allocates: Allocates,
    /// What it takes each time that it allocates; `None` where that depends on sizes that are not known.
    pub allocation: Option<Allocation>,
    /// Objects each time that it allocates; 0 where it never does. At least so many where that is not known exactly.
    pub objects: u64,
    /// Bytes each time that it allocates, size classes included.
    pub bytes: Option<u64>,
    /// Where `bytes` is not known, what is asked for: `8*n`.
    pub bytes_formula: Option<String>,
    /// Bytes that the garbage collector has to look into; `None` where that is not known.
    pub scan_bytes: Option<u64>,
    /// Loops of its function around it; those of functions that were inlined count.
    pub loop_depth: u32,
    /// Whether it is on every way through its function that does not panic; loops count as if they ran once.
    pub unconditional: bool,
    /// The function that it was inlined from; `None` where it stands in its own function or in a literal that was inlined.
    pub inlined_from: Option<InstId>,
    /// What keeps its value from the stack whatever becomes of it.
    pub limit: Option<Limit>,
}

/// Whether an operation allocates.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Allocates {
    /// Each time.
    Always,
    /// At times.
    Sometimes(When),
    /// Never.
    Never(Because),
}

impl Allocates {
    /// `always`, `sometimes`, `never`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Sometimes(_) => "sometimes",
            Self::Never(_) => "never",
        }
    }

    /// Whether it is [`Self::Never`].
    #[must_use]
    pub const fn is_never(self) -> bool {
        matches!(self, Self::Never(_))
    }
}

/// When an operation allocates that does not always.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum When {
    /// The slice is longer than what there is room for on the stack: so many elements.
    LongerThan(u64),
    /// The text has more bytes (or runes) than what there is room for on the stack.
    TextLongerThan(u64),
    /// The slice is not empty.
    NotEmpty,
    /// The text has more than one byte: strings of one byte are ready.
    NotOneByte,
    /// At least two operands are not empty.
    TwoNotEmpty,
    /// The value, read as an unsigned integer, is above so much: smaller ones are ready in interfaces.
    ValueAbove(u64),
    /// The capacity of the slice is exceeded.
    CapacityExceeded,
    /// The slice is on the stack up to there.
    OnStack,
    /// The map has to grow for an entry.
    MapGrows,
    /// The map is made for more than so many entries.
    HintAbove(u64),
    /// It is the first time, or none that has run is ready to be used again.
    NoneReady,
    /// Dynamic type or value are not known.
    Unknown,
}

/// Why an operation never allocates.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Because {
    /// Its value is on the stack.
    OnStack,
    /// It is a constant, which lies in the program.
    Constant,
    /// It is never written to, and lies in the program.
    Static,
    /// It has no size.
    ZeroSize,
    /// It is one pointer, which an interface holds itself.
    PointerShaped,
    /// It is an integer of one byte or a truth value: all of them are ready.
    SingleByte,
    /// Its value is one that is ready.
    Ready,
    /// The function literal captures nothing.
    CapturesNothing,
    /// Nothing is written to the copy, which is therefore none.
    ZeroCopy,
    /// The text is only looked at and not kept.
    Temporary,
    /// There is room.
    HasRoom,
    /// It is part of another object.
    Merged,
    /// It is empty.
    Empty,
    /// The call is made where the function returns, without a record.
    OpenCoded,
    /// It converts an interface value, which is copied.
    Interface,
    /// It is not executed.
    NotReached,
}

macro_rules! operations {
    ($($(#[$meta:meta])* $name:ident = $text:literal,)*) => {
        /// What allocates, by the words that users know it by.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum Operation { $($(#[$meta])* $name,)* }

        impl Operation {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As reports name it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

operations! {
    /// A variable that is moved to the heap.
    Variable = "variable",
    /// `new(T)`
    New = "new",
    /// `&T{…}`
    CompositeLiteral = "composite literal",
    /// `[]T{…}`
    SliceLiteral = "slice literal",
    /// The arguments of a variadic call.
    VariadicSlice = "variadic slice",
    /// `map[K]V{…}`
    MapLiteral = "map literal",
    /// `make([]T, n)`
    MakeSlice = "make slice",
    /// `make(map[K]V)`
    MakeMap = "make map",
    /// `make(chan T)`
    MakeChan = "make chan",
    /// `append(s, x)`
    Append = "append",
    /// A slice that was built on the stack leaves the function (since Go 1.26).
    MoveToHeap = "move to heap",
    /// `s + t`
    Concatenation = "concatenation",
    /// `[]byte(s)`
    StringToBytes = "string to bytes",
    /// `[]rune(s)`
    StringToRunes = "string to runes",
    /// `string(b)`
    BytesToString = "bytes to string",
    /// `string(runes)`
    RunesToString = "runes to string",
    /// `string(r)`
    RuneToString = "rune to string",
    /// A value in an interface.
    Box = "box",
    /// A function literal.
    Closure = "closure",
    /// `x.m` as a value.
    MethodValue = "method value",
    /// What `go` makes of its call.
    Go = "go",
    /// What `defer` makes of its call.
    Defer = "defer",
    /// `m[k] = v`
    MapInsert = "map insert",
}

impl Operation {
    /// Whether it is a conversion between strings and slices.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(
            self,
            Self::Concatenation
                | Self::StringToBytes
                | Self::StringToRunes
                | Self::BytesToString
                | Self::RunesToString
                | Self::RuneToString
        )
    }
}
