//! The tree: columns of nodes, named by ids.
//!
//! Its shape is that of `go/ast`, so that it can be held against it node by node.
//! Nodes of a kind live in one vector of the [`File`]; a node names others by id, and
//! lists of nodes are ranges ([`List`]) of a vector that all lists of the file share.
//! Children are made before their parents, so an expression's id is larger than
//! those of its operands: facts computed in the order of ids find their inputs ready.
//!
//! Places are byte offsets. A node's [`Span`] is what `go/ast` gives as `Pos` and `End`;
//! the other places that the compiler reports at (the `(` of a call, an operator)
//! stand in the node.

mod file;

use std::marker::PhantomData;

use source::{Name, Span, define_id};

pub use file::{File, ListItem};

define_id!(
    /// An identifier, wherever it occurs.
    pub struct IdentId
);
define_id!(
    /// An expression or a type.
    pub struct ExprId
);
define_id!(
    /// A statement, a clause of a `switch` or `select` included.
    pub struct StmtId
);
define_id!(
    /// A declaration.
    pub struct DeclId
);
define_id!(
    /// One import, constant, variable or type specification.
    pub struct SpecId
);
define_id!(
    /// One group of names with one type: parameters, results, struct fields,
    /// methods or embedded elements of an interface, type parameters.
    pub struct FieldId
);
define_id!(
    /// A list of fields with its brackets.
    pub struct FieldListId
);
define_id!(
    /// A function type or the signature of a function.
    pub struct FuncTypeId
);
define_id!(
    /// A group of comments with no blank line between them.
    pub struct CommentGroupId
);

/// A range of [`File`]'s shared vector of lists.
pub struct List<I> {
    start: u32,
    len: u32,
    _id: PhantomData<fn() -> I>,
}

impl<I> Clone for List<I> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<I> Copy for List<I> {}
impl<I> PartialEq for List<I> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.len) == (other.start, other.len)
    }
}
impl<I> Eq for List<I> {}
impl<I> Default for List<I> {
    fn default() -> Self {
        Self::EMPTY
    }
}
impl<I> std::fmt::Debug for List<I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "List({}..+{})", self.start, self.len)
    }
}

impl<I> List<I> {
    /// The empty list.
    pub const EMPTY: Self = Self { start: 0, len: 0, _id: PhantomData };

    /// The list at `start` with `len` elements.
    pub(crate) const fn new(start: u32, len: u32) -> Self {
        Self { start, len, _id: PhantomData }
    }

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

/// An identifier at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ident {
    /// Its name. `_` where the parser had to make one up after an error.
    pub name: Name,
    /// Offset of its first byte.
    pub pos: u32,
}

impl Ident {
    /// The bytes that it covers.
    #[must_use]
    pub fn span(self) -> Span {
        Span::new(self.pos, self.pos + self.name.as_str().len() as u32)
    }
}

/// Kinds of basic literals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LitKind {
    /// `42`, `0x2a`, `0b1010`, `0o52`, `1_000`
    Int,
    /// `4.2`, `1e3`, `0x1p-2`
    Float,
    /// `4i`
    Imag,
    /// `'x'`
    Char,
    /// `"text"`, `` `text` ``
    String,
}

/// Prefix operators, but for `*` ([`Expr::Star`]).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnaryOp {
    /// `+`
    Plus,
    /// `-`
    Neg,
    /// `!`
    Not,
    /// `^`
    BitNot,
    /// `&`
    Addr,
    /// `<-`
    Recv,
    /// `~`, in constraints only
    Tilde,
}

/// Operators between two operands, also as the `op` of an assignment `x op= y`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `&^`
    AndNot,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `&&`
    LogAnd,
    /// `||`
    LogOr,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl BinaryOp {
    /// Whether the operator compares.
    #[must_use]
    pub const fn is_comparison(self) -> bool {
        matches!(self, Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }

    /// Whether the operator shifts.
    #[must_use]
    pub const fn is_shift(self) -> bool {
        matches!(self, Self::Shl | Self::Shr)
    }

    /// Its spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
            Self::And => "&",
            Self::Or => "|",
            Self::Xor => "^",
            Self::AndNot => "&^",
            Self::Shl => "<<",
            Self::Shr => ">>",
            Self::LogAnd => "&&",
            Self::LogOr => "||",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }
}

/// Direction of a channel type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChanDir {
    /// `chan T`
    Both,
    /// `chan<- T`
    Send,
    /// `<-chan T`
    Recv,
}

/// An expression or a type, as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expr {
    /// Something that could not be read.
    Bad,
    /// `x`
    Ident(IdentId),
    /// A literal; its text is the span's.
    Lit(LitKind),
    /// `T{…}`; no type inside of another literal.
    Composite {
        /// The type before the brace.
        ty: Option<ExprId>,
        /// Offset of `{`.
        lbrace: u32,
        /// Elements; [`Expr::KeyValue`] where keyed.
        elems: List<ExprId>,
    },
    /// `func(…) … {…}`
    Func {
        /// Its signature.
        ty: FuncTypeId,
        /// Its body, a [`Stmt::Block`].
        body: StmtId,
    },
    /// `(x)`
    Paren(ExprId),
    /// `x.sel`
    Selector {
        /// Before the dot.
        x: ExprId,
        /// After the dot.
        sel: IdentId,
    },
    /// `x[i]`, `x[T1, T2]`
    Index {
        /// Before the bracket.
        x: ExprId,
        /// Offset of `[`.
        lbrack: u32,
        /// One index, or several type arguments.
        indices: List<ExprId>,
    },
    /// `x[lo:hi:max]`
    Slice {
        /// Before the bracket.
        x: ExprId,
        /// Lower bound, upper bound, capacity; never empty but where left out.
        bounds: [Option<ExprId>; 3],
        /// Whether there are two colons.
        three: bool,
    },
    /// `x.(T)`, or `x.(type)` where there is no type.
    TypeAssert {
        /// Before the dot.
        x: ExprId,
        /// Offset of `(`.
        lparen: u32,
        /// The type; `None` for `type`.
        ty: Option<ExprId>,
    },
    /// `f(args…)`, a conversion included.
    Call {
        /// What is called.
        fun: ExprId,
        /// Offset of `(`.
        lparen: u32,
        /// Arguments.
        args: List<ExprId>,
        /// Whether `...` follows the last argument.
        spread: bool,
    },
    /// `*x`
    Star(ExprId),
    /// `op x`
    Unary {
        /// The operator; it stands at the span's start.
        op: UnaryOp,
        /// Its operand.
        x: ExprId,
    },
    /// `x op y`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Offset of the operator.
        op_pos: u32,
        /// Left operand.
        x: ExprId,
        /// Right operand.
        y: ExprId,
    },
    /// `key: value` in a composite literal.
    KeyValue {
        /// Before the colon.
        key: ExprId,
        /// Offset of the colon.
        colon: u32,
        /// After the colon.
        value: ExprId,
    },
    /// `[len]T`, `[...]T` (the length is an [`Expr::Ellipsis`]), `[]T` (no length).
    Array {
        /// The length.
        len: Option<ExprId>,
        /// The element type.
        elem: ExprId,
    },
    /// `...T` of a parameter, `...` of an array.
    Ellipsis(Option<ExprId>),
    /// `struct{…}`
    Struct(FieldListId),
    /// `func(…) …`
    FuncType(FuncTypeId),
    /// `interface{…}`
    Interface(FieldListId),
    /// `map[K]V`
    Map {
        /// Key type.
        key: ExprId,
        /// Value type.
        value: ExprId,
    },
    /// `chan T`
    Chan {
        /// Direction.
        dir: ChanDir,
        /// Element type.
        value: ExprId,
    },
}

/// A signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FuncType {
    /// Offset of `func`; `None` for a method of an interface.
    pub func: Option<u32>,
    /// Type parameters; `None` where there are no brackets.
    pub type_params: Option<FieldListId>,
    /// Parameters.
    pub params: FieldListId,
    /// Results; `None` where there are none. A single type without parentheses is a
    /// list without brackets.
    pub results: Option<FieldListId>,
    /// As `go/ast`: from `func` (or the parameters) to the end of the results.
    pub span: Span,
}

/// A list of fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldList {
    /// Offset of the opening bracket, if any.
    pub open: Option<u32>,
    /// Offset of the closing bracket, if any.
    pub close: Option<u32>,
    /// The fields.
    pub fields: List<FieldId>,
    /// As `go/ast`: brackets included.
    pub span: Span,
}

/// Names with one type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// Comment before it.
    pub doc: Option<CommentGroupId>,
    /// Names; none for an unnamed parameter or an embedded element.
    pub names: List<IdentId>,
    /// The type. A method of an interface has an [`Expr::FuncType`]; an element of a
    /// constraint may be a union of [`BinaryOp::Or`] and [`UnaryOp::Tilde`].
    pub ty: ExprId,
    /// Tag of a struct field.
    pub tag: Option<ExprId>,
    /// Comment behind it on its line.
    pub comment: Option<CommentGroupId>,
    /// As `go/ast`: from the first name, or the type, to the tag, or the type.
    pub span: Span,
}

/// How a [`Stmt::Assign`] assigns.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AssignOp {
    /// `=`
    Assign,
    /// `:=`
    Define,
    /// `op=`
    Op(BinaryOp),
}

/// Keyword of a [`Stmt::Branch`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BranchKind {
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `goto`
    Goto,
    /// `fallthrough`
    Fallthrough,
}

/// A statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stmt {
    /// Something that could not be read.
    Bad,
    /// A declaration within a function.
    Decl(DeclId),
    /// Nothing: a lone `;`, or none at all before `}` after a label.
    Empty {
        /// Whether the `;` was not written.
        implicit: bool,
    },
    /// `label: stmt`
    Labeled {
        /// The label.
        label: IdentId,
        /// Offset of the colon.
        colon: u32,
        /// What it labels.
        stmt: StmtId,
    },
    /// An expression for its effect.
    Expr(ExprId),
    /// `ch <- value`
    Send {
        /// The channel.
        chan: ExprId,
        /// Offset of `<-`.
        arrow: u32,
        /// What is sent.
        value: ExprId,
    },
    /// `x++`, `x--`
    IncDec {
        /// The operand.
        x: ExprId,
        /// Offset of the operator.
        op_pos: u32,
        /// `++` rather than `--`.
        inc: bool,
    },
    /// `lhs op rhs`
    Assign {
        /// Left of the operator.
        lhs: List<ExprId>,
        /// The operator.
        op: AssignOp,
        /// Its offset.
        op_pos: u32,
        /// Right of the operator.
        rhs: List<ExprId>,
    },
    /// `go f()`
    Go(ExprId),
    /// `defer f()`
    Defer(ExprId),
    /// `return x, y`
    Return(List<ExprId>),
    /// `break`, `continue`, `goto`, `fallthrough`
    Branch {
        /// Which.
        kind: BranchKind,
        /// Its label.
        label: Option<IdentId>,
    },
    /// `{…}`
    Block(List<StmtId>),
    /// The body of a function that was passed over (see [`Bodies::Skip`]).
    SkippedBody,
    /// `if init; cond {…} else …`
    If {
        /// Before the semicolon.
        init: Option<StmtId>,
        /// The condition.
        cond: ExprId,
        /// The block.
        body: StmtId,
        /// Another `if` or a block.
        els: Option<StmtId>,
    },
    /// `case a, b:` or `default:` of an expression or type switch.
    Case {
        /// `None` for `default`.
        exprs: Option<List<ExprId>>,
        /// Offset of the colon.
        colon: u32,
        /// Statements.
        body: List<StmtId>,
    },
    /// `switch init; tag {…}`
    Switch {
        /// Before the semicolon.
        init: Option<StmtId>,
        /// What is compared.
        tag: Option<ExprId>,
        /// A block of [`Stmt::Case`].
        body: StmtId,
    },
    /// `switch init; x := y.(type) {…}`
    TypeSwitch {
        /// Before the semicolon.
        init: Option<StmtId>,
        /// `y.(type)` or `x := y.(type)`.
        assign: StmtId,
        /// A block of [`Stmt::Case`].
        body: StmtId,
    },
    /// `case ch <- v:`, `case x := <-ch:`, `default:` of a select.
    Comm {
        /// `None` for `default`.
        comm: Option<StmtId>,
        /// Offset of the colon.
        colon: u32,
        /// Statements.
        body: List<StmtId>,
    },
    /// `select {…}`
    Select {
        /// A block of [`Stmt::Comm`].
        body: StmtId,
    },
    /// `for init; cond; post {…}`
    For {
        /// Before the first semicolon.
        init: Option<StmtId>,
        /// The condition.
        cond: Option<ExprId>,
        /// Behind the second semicolon.
        post: Option<StmtId>,
        /// The block.
        body: StmtId,
    },
    /// `for key, value := range x {…}`
    Range {
        /// First variable.
        key: Option<ExprId>,
        /// Second variable.
        value: Option<ExprId>,
        /// `None` without variables; never [`AssignOp::Op`].
        op: Option<AssignOp>,
        /// Offset of `range`.
        range: u32,
        /// What is ranged over.
        x: ExprId,
        /// The block.
        body: StmtId,
    },
}

/// Keyword of a [`Decl::Gen`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum GenKind {
    /// `import`
    Import,
    /// `const`
    Const,
    /// `var`
    Var,
    /// `type`
    Type,
}

/// A declaration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decl {
    /// Something that could not be read.
    Bad,
    /// `import`, `const`, `var` or `type`.
    Gen {
        /// Which.
        kind: GenKind,
        /// Comment before it.
        doc: Option<CommentGroupId>,
        /// Offset of `(`, if any.
        lparen: Option<u32>,
        /// What it declares.
        specs: List<SpecId>,
    },
    /// A function or method.
    Func {
        /// Comment before it.
        doc: Option<CommentGroupId>,
        /// Receiver.
        recv: Option<FieldListId>,
        /// Its name.
        name: IdentId,
        /// Its signature.
        ty: FuncTypeId,
        /// Its body; `None` where it is written in another language.
        body: Option<StmtId>,
    },
}

/// What a line of a [`Decl::Gen`] declares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spec {
    /// `name "path"`
    Import {
        /// Comment before it.
        doc: Option<CommentGroupId>,
        /// Local name, `.` or `_`.
        name: Option<IdentId>,
        /// The path, a string literal.
        path: ExprId,
        /// Comment behind it.
        comment: Option<CommentGroupId>,
    },
    /// Constants or variables.
    Value {
        /// Comment before it.
        doc: Option<CommentGroupId>,
        /// Names.
        names: List<IdentId>,
        /// Type.
        ty: Option<ExprId>,
        /// Values.
        values: List<ExprId>,
        /// Value of `iota` here: the position in its group.
        iota: u32,
        /// Comment behind it.
        comment: Option<CommentGroupId>,
    },
    /// A type or an alias.
    Type {
        /// Comment before it.
        doc: Option<CommentGroupId>,
        /// Its name.
        name: IdentId,
        /// Type parameters.
        type_params: Option<FieldListId>,
        /// Offset of the `=` of an alias.
        assign: Option<u32>,
        /// The type.
        ty: ExprId,
        /// Comment behind it.
        comment: Option<CommentGroupId>,
    },
}

/// Something that the grammar does not allow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What, in the words that Go users know: `expected ';', found x`.
    pub message: String,
}

/// A `//line` or `/*line*/` directive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineDirective {
    /// From which offset on it holds.
    pub offset: u32,
    /// File name as written; `None` keeps the one before.
    pub file: Option<Name>,
    /// Line there.
    pub line: u32,
    /// Column there; 0 where none is given, and then columns are not known.
    pub column: u32,
}

/// What the parser does with the bodies of declared functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Bodies {
    /// Reads them.
    #[default]
    Parse,
    /// Passes over them: a dependency is read for its declarations.
    Skip,
}

// A file has a node for every few bytes of text, so their size is the parser's speed.
const _: () = assert!(size_of::<Expr>() <= 20);
const _: () = assert!(size_of::<Stmt>() <= 28);
const _: () = assert!(size_of::<Ident>() == 8);
