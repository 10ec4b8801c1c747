//! The operations.

macro_rules! ops {
    ($($(#[$meta:meta])* $name:ident = $text:literal,)*) => {
        /// What a node does. Each is named as the compiler names it, without the leading `O`.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Op { $($(#[$meta])* $name,)* }

        impl Op {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As `-gcflags=-W=2` prints it: `CALLFUNC`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

// In each line: which fields of a `Node` it uses; see `Node` for their order.
ops! {
    // Names and constants.
    /// A variable (`aux` Var or Global), a function (`aux` Inst), or a function of the runtime (`aux` Runtime).
    Name = "NAME",
    /// The name `x` in `switch x := y.(type)`; `aux` Str.
    Nonname = "NONAME",
    /// A type as operand; `ty` is the type.
    Type = "TYPE",
    /// A constant; `aux` Const.
    Literal = "LITERAL",
    /// `nil`, or the zero value of a pointer-like type.
    Nil = "NIL",
    /// The address of a symbol that the compiler makes: a dictionary, a type descriptor. Assigned to: a place in the data
    /// section.
    LinksymOffset = "LINKSYMOFFSET",

    // Expressions.
    /// `x + y` on numbers: `x`, `y`; the same for the operators below.
    Add = "ADD",
    /// `x - y`
    Sub = "SUB",
    /// `x | y`
    Or = "OR",
    /// `x ^ y`
    Xor = "XOR",
    /// A sum of strings: `list`.
    AddStr = "ADDSTR",
    /// `&x`: `x`; implicit ones are flagged.
    Addr = "ADDR",
    /// `x && y`
    AndAnd = "ANDAND",
    /// `append(list…)`; flag Ddd for `append(x, y...)`.
    Append = "APPEND",
    /// `string(bytes)`: `x`.
    Bytes2Str = "BYTES2STR",
    /// `string(runes)`: `x`.
    Runes2Str = "RUNES2STR",
    /// `[]byte(string)`: `x`.
    Str2Bytes = "STR2BYTES",
    /// `[]rune(string)`: `x`.
    Str2Runes = "STR2RUNES",
    /// `string(rune)`: `x`.
    RuneStr = "RUNESTR",
    /// A slice converted to an array: `x`.
    Slice2Arr = "SLICE2ARR",
    /// A slice converted to a pointer to an array: `x`.
    Slice2ArrPtr = "SLICE2ARRPTR",
    /// `x(list…)`; `y` is where a `defer` in a range-over-func body is attached.
    CallFunc = "CALLFUNC",
    /// As [`Self::CallFunc`] through an interface; `x` is a [`Self::DotInter`].
    CallInter = "CALLINTER",
    /// `cap(x)`
    Cap = "CAP",
    /// `clear(x)`
    Clear = "CLEAR",
    /// `close(x)`
    Close = "CLOSE",
    /// A function literal; `aux` Closure.
    Closure = "CLOSURE",
    /// `[…]T{list…}`; elements may be [`Self::Key`].
    ArrayLit = "ARRAYLIT",
    /// `map[K]V{list…}`; elements are [`Self::Key`].
    MapLit = "MAPLIT",
    /// `[]T{list…}`; elements may be [`Self::Key`]. Flag Implicit for the arguments of a variadic call. `aux` Len.
    SliceLit = "SLICELIT",
    /// `T{list…}`; elements are [`Self::StructKey`].
    StructLit = "STRUCTLIT",
    /// `&T{…}`: `x` is the literal.
    PtrLit = "PTRLIT",
    /// A conversion that computes: `x`.
    Conv = "CONV",
    /// A conversion to an interface type: `x`.
    ConvIface = "CONVIFACE",
    /// A conversion that changes the type only: `x`.
    ConvNop = "CONVNOP",
    /// `copy(x, y)`
    Copy = "COPY",
    /// `delete(list…)`
    Delete = "DELETE",
    /// `x.f`: `x`, `aux` Field.
    Dot = "DOT",
    /// `x.f` through a pointer: `x`, `aux` Field.
    DotPtr = "DOTPTR",
    /// `x.m` of an interface, called: `x`, `aux` Method.
    DotInter = "DOTINTER",
    /// `x.(T)`: `x`.
    DotType = "DOTTYPE",
    /// `v, ok = x.(T)`: `x`.
    DotType2 = "DOTTYPE2",
    /// `x.(T)` where T comes from a dictionary: `x`, `list` (source type if any, type or itab).
    DynamicDotType = "DYNAMICDOTTYPE",
    /// As [`Self::DynamicDotType`], with `ok`.
    DynamicDotType2 = "DYNAMICDOTTYPE2",
    /// A type from a dictionary, as a case of a type switch: `list`.
    DynamicType = "DYNAMICTYPE",
    /// `x == y`
    Eq = "EQ",
    /// `x != y`
    Ne = "NE",
    /// `x < y`
    Lt = "LT",
    /// `x <= y`
    Le = "LE",
    /// `x >= y`
    Ge = "GE",
    /// `x > y`
    Gt = "GT",
    /// `*x`
    Deref = "DEREF",
    /// `x[y]` of an array, slice or string.
    Index = "INDEX",
    /// `x[y]` of a map.
    IndexMap = "INDEXMAP",
    /// `x: y` in a literal.
    Key = "KEY",
    /// `f: x` in a struct literal; `aux` Field.
    StructKey = "STRUCTKEY",
    /// `len(x)`
    Len = "LEN",
    /// `make(chan T, x)`
    MakeChan = "MAKECHAN",
    /// `make(map[K]V, x)`
    MakeMap = "MAKEMAP",
    /// `make([]T, x, y)`
    MakeSlice = "MAKESLICE",
    /// `x * y`
    Mul = "MUL",
    /// `x / y`
    Div = "DIV",
    /// `x % y`
    Mod = "MOD",
    /// `x << y`
    Lsh = "LSH",
    /// `x >> y`
    Rsh = "RSH",
    /// `x & y`
    And = "AND",
    /// `x &^ y`
    AndNot = "ANDNOT",
    /// `new(T)`: `x` is a [`Self::Type`].
    New = "NEW",
    /// `!x`
    Not = "NOT",
    /// `^x`
    BitNot = "BITNOT",
    /// `+x`
    Plus = "PLUS",
    /// `-x`
    Neg = "NEG",
    /// `x || y`
    OrOr = "OROR",
    /// `panic(x)`
    Panic = "PANIC",
    /// `print(list…)`
    Print = "PRINT",
    /// `println(list…)`
    Println = "PRINTLN",
    /// Keeps a call in its place while calls are inlined: `x`. Not in a finished body.
    Paren = "PAREN",
    /// `ch <- v`: `x`, `y`.
    Send = "SEND",
    /// `x[lo:hi]` of a slice: `x`, `y` low, `z` high, `list` max; the same for those below.
    Slice = "SLICE",
    /// Of an array, through a pointer.
    SliceArr = "SLICEARR",
    /// Of a string.
    SliceStr = "SLICESTR",
    /// With three indices, of a slice.
    Slice3 = "SLICE3",
    /// With three indices, of an array, through a pointer.
    Slice3Arr = "SLICE3ARR",
    /// `recover()`
    Recover = "RECOVER",
    /// `<-x`
    Recv = "RECV",
    /// `min(list…)`
    Min = "MIN",
    /// `max(list…)`
    Max = "MAX",
    /// `real(x)`
    Real = "REAL",
    /// `imag(x)`
    Imag = "IMAG",
    /// `complex(x, y)`
    Complex = "COMPLEX",
    /// `unsafe.Add(x, y)`
    UnsafeAdd = "UNSAFEADD",
    /// `unsafe.Slice(x, y)`
    UnsafeSlice = "UNSAFESLICE",
    /// `unsafe.SliceData(x)`
    UnsafeSliceData = "UNSAFESLICEDATA",
    /// `unsafe.String(x, y)`
    UnsafeString = "UNSAFESTRING",
    /// `unsafe.StringData(x)`
    UnsafeStringData = "UNSAFESTRINGDATA",
    /// `T.m`: the method as a function, `aux` Inst, or `aux` Method for one of an interface.
    MethExpr = "METHEXPR",
    /// `x.m` as a value: `x`; `aux` Inst or Method.
    MethValue = "METHVALUE",
    /// The itab of an interface: `x`.
    Itab = "ITAB",
    /// The data word of an interface: `x`.
    Idata = "IDATA",
    /// The g of the goroutine at hand; `x` is the function that the source calls for it.
    Getg = "GETG",

    // Statements.
    /// `{list…}`, empty as a rule.
    Block = "BLOCK",
    /// `break`; `aux` Label if it has one.
    Break = "BREAK",
    /// `continue`; `aux` Label if it has one.
    Continue = "CONTINUE",
    /// `goto`; `aux` Label.
    Goto = "GOTO",
    /// `fallthrough`
    Fall = "FALL",
    /// A label; `aux` Label.
    Label = "LABEL",
    /// `case list…: body` of a switch; `x` is the variable of a type switch.
    Case = "CASE",
    /// `case x: body` of a select.
    CommCase = "CASE",
    /// `x = y`; without `y`, `x` gets its zero value.
    As = "AS",
    /// `list = body`, as many left as right.
    As2 = "AS2",
    /// `v, ok = x.(T)`: `list`, `body` (one).
    As2DotType = "AS2DOTTYPE",
    /// `a, b = f()`: `list`, `body` (one).
    As2Func = "AS2FUNC",
    /// `v, ok = m[k]`: `list`, `body` (one).
    As2MapR = "AS2MAPR",
    /// `v, ok = <-c`: `list`, `body` (one).
    As2Recv = "AS2RECV",
    /// As [`Self::As2Recv`], in a select.
    SelRecv2 = "SELRECV2",
    /// `x op= y`; `aux` Sub.
    AsOp = "ASOP",
    /// Declaration of the variable `x`.
    Dcl = "DCL",
    /// `defer x`; `y` as for a call.
    Defer = "DEFER",
    /// `go x`
    Go = "GO",
    /// `for ; x; y {body}`, the initial statement in `init`; `aux` Label if it has one.
    For = "FOR",
    /// `for y, z = range x {body}`; flag Def if it declares `y` and `z`; `aux` Label if it has one.
    Range = "RANGE",
    /// `if x {body} else {els}`
    If = "IF",
    /// `return list…`
    Return = "RETURN",
    /// `select {list…}`
    Select = "SELECT",
    /// `switch x {list…}`
    Switch = "SWITCH",
    /// The head of a type switch: `y` a [`Self::Nonname`] if it declares one, `x` the value.
    TypeSw = "TYPESW",
    /// Panics if `x` is nil.
    CheckNil = "CHECKNIL",
    /// Where an inlined body begins.
    InlMark = "INLMARK",
    /// An inlined call: `body`, then its results `list`.
    InlCall = "INLCALL",
    /// A call that takes the place of the function's frame: `x`.
    TailCall = "TAILCALL",
}

impl Op {
    /// Whether it is one of the assignments with several left-hand sides.
    #[must_use]
    pub const fn is_assign_list(self) -> bool {
        matches!(
            self,
            Self::As2
                | Self::As2DotType
                | Self::As2Func
                | Self::As2MapR
                | Self::As2Recv
                | Self::SelRecv2
        )
    }

    /// Whether it compares.
    #[must_use]
    pub const fn is_comparison(self) -> bool {
        matches!(self, Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }

    /// Whether it slices.
    #[must_use]
    pub const fn is_slice(self) -> bool {
        matches!(
            self,
            Self::Slice | Self::SliceArr | Self::SliceStr | Self::Slice3 | Self::Slice3Arr
        )
    }

    /// Whether it is a call through a function or interface value.
    #[must_use]
    pub const fn is_call(self) -> bool {
        matches!(self, Self::CallFunc | Self::CallInter)
    }
}
