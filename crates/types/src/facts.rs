//! What is known of each node of a file: columns beside the tree's.

use rustc_hash::FxHashMap;
use source::IndexVec;
use syntax::File;
use syntax::tree::{ExprId, FieldId, IdentId, SpecId, StmtId};

use crate::constant::Value;
use crate::lookup::Path;
use crate::object::ObjId;
use crate::types::TypeId;

/// What an expression is, apart from its type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Mode {
    /// Not an expression, or one that is not known.
    #[default]
    Invalid,
    /// A call without result.
    NoValue,
    /// A predeclared function.
    Builtin,
    /// A type.
    Type,
    /// A constant; its value is in [`FileFacts::value`].
    Constant,
    /// An addressable variable.
    Variable,
    /// An element of a map: can be assigned to and has a comma-ok form.
    MapIndex,
    /// A computed value.
    Value,
    /// A value with a comma-ok form: receive, type assertion.
    CommaOk,
    /// A call of a C function, with its `errno` form.
    CommaErr,
    /// A C function.
    CgoFunc,
}

/// What a selector selects.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SelectionKind {
    /// `x.f`, a field
    Field,
    /// `x.m`, a method bound to `x`
    Method,
    /// `T.m`, a function whose first parameter is the receiver
    MethodExpr,
}

/// What a selector `x.f` that is not a qualified identifier means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selection {
    /// Field, method, method expression.
    pub kind: SelectionKind,
    /// Type of `x`.
    pub recv: TypeId,
    /// The field or method.
    pub obj: ObjId,
    /// Fields passed through, by position, and last the field's or method's own.
    pub path: Path,
    /// Whether a pointer was followed on the way.
    pub indirect: bool,
    /// Type of the selector.
    pub ty: TypeId,
}

/// Type arguments of a generic function or type, given or inferred.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstanceFact {
    /// Type arguments.
    pub args: Box<[TypeId]>,
    /// The instantiated type.
    pub ty: TypeId,
}

/// What is known of the nodes of one file.
#[derive(Default, Debug)]
pub struct FileFacts {
    /// Type of each expression that has one; of a type, the type itself.
    pub types: IndexVec<ExprId, Option<TypeId>>,
    /// What each expression is.
    pub modes: IndexVec<ExprId, Mode>,
    /// Values of constant expressions.
    pub values: FxHashMap<ExprId, Value>,
    /// The object that each identifier declares.
    pub defs: IndexVec<IdentId, Option<ObjId>>,
    /// The object that each identifier refers to.
    pub uses: IndexVec<IdentId, Option<ObjId>>,
    /// Selectors, but for qualified identifiers.
    pub selections: FxHashMap<ExprId, Selection>,
    /// Instances, by the identifier of the generic function or type.
    pub instances: FxHashMap<IdentId, InstanceFact>,
    /// The variable that each clause of a type switch declares.
    pub clause_vars: FxHashMap<StmtId, ObjId>,
    /// The package of an import without a name of its own.
    pub implicit_imports: FxHashMap<SpecId, ObjId>,
    /// The variable of a parameter or result without a name.
    pub unnamed_params: FxHashMap<FieldId, ObjId>,
}

impl FileFacts {
    /// Empty columns for a file.
    #[must_use]
    pub fn new(file: &File) -> Self {
        Self {
            types: IndexVec::filled(None, file.expr_count()),
            modes: IndexVec::filled(Mode::Invalid, file.expr_count()),
            defs: IndexVec::filled(None, file.ident_count()),
            uses: IndexVec::filled(None, file.ident_count()),
            ..Self::default()
        }
    }

    /// Type of an expression, if it has one.
    #[must_use]
    pub fn type_of(&self, expr: ExprId) -> Option<TypeId> {
        self.types[expr]
    }

    /// Value of a constant expression.
    #[must_use]
    pub fn value(&self, expr: ExprId) -> Option<&Value> {
        self.values.get(&expr)
    }

    /// The object that an identifier declares or refers to.
    #[must_use]
    pub fn object(&self, ident: IdentId) -> Option<ObjId> {
        self.defs[ident].or(self.uses[ident])
    }
}
