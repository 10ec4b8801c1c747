//! Who uses a variable, and how.

use source::{Id, Span};
use syntax::tree::{AssignOp, Decl, Expr, ExprId, IdentId, Spec, SpecId, Stmt, StmtId, UnaryOp};
use types::{ObjId, ObjectKind, VarKind};

use crate::context::Context;
use crate::functions::FunctionNode;
use crate::parents::Parent;

/// What an identifier does with the variable that it denotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Declares it.
    Declare,
    /// Gives it a value, whatever it had.
    Write(StmtId),
    /// Changes the value that it has: `x += y`, `x++`.
    Update(StmtId),
    /// Takes its address.
    Address,
    /// Reads it, or a part of it.
    Read(ExprId),
}

impl Context<'_> {
    /// The identifiers of this file that declare or denote an object, in the order of the text.
    #[must_use]
    pub fn uses(&self, object: ObjId) -> &[IdentId] {
        self.use_index().get(&object).map_or(&[], Vec::as_slice)
    }

    /// Whether an object is a variable that a function declares in its body, not a parameter or result.
    #[must_use]
    pub fn is_local(&self, object: ObjId) -> bool {
        matches!(self.store.obj(object).kind, ObjectKind::Var(VarKind::Local))
    }

    /// Whether an object is a variable that a function declares, parameters and results included.
    pub(crate) fn is_local_or_parameter(&self, object: ObjId) -> bool {
        match self.store.obj(object).kind {
            ObjectKind::Var(kind) => !matches!(kind, VarKind::Package | VarKind::Field { .. }),
            _ => false,
        }
    }

    /// Where an object is declared in this file.
    #[must_use]
    pub fn declared_at(&self, object: ObjId) -> Option<u32> {
        let place = self.store.obj(object).place?;
        (place.file == self.file.id).then_some(place.offset)
    }

    /// What an identifier does with the variable that it denotes.
    #[must_use]
    pub fn access(&self, ident: IdentId) -> Access {
        let Some(expr) = self.parents().ident(ident) else { return Access::Declare };
        let (outer, parent) = self.around(expr);
        match parent {
            Parent::Stmt(stmt) => self.access_by_stmt(ident, expr, outer, stmt),
            Parent::Expr(around) => match self.tree().expr(around) {
                Expr::Unary { op: UnaryOp::Addr, .. } => Access::Address,
                _ => Access::Read(expr),
            },
            _ => Access::Read(expr),
        }
    }

    fn access_by_stmt(&self, ident: IdentId, expr: ExprId, outer: ExprId, stmt: StmtId) -> Access {
        let declares = self.facts().defs[ident].is_some();
        match self.tree().stmt(stmt) {
            Stmt::Assign { lhs, op, .. } if self.tree().list(lhs).any(|x| x == outer) => match op {
                AssignOp::Define if declares => Access::Declare,
                AssignOp::Define | AssignOp::Assign => Access::Write(stmt),
                AssignOp::Op(_) => Access::Update(stmt),
            },
            Stmt::IncDec { .. } => Access::Update(stmt),
            Stmt::Range { key, value, .. } if key == Some(outer) || value == Some(outer) => {
                if declares {
                    Access::Declare
                } else {
                    Access::Write(stmt)
                }
            }
            _ => Access::Read(expr),
        }
    }

    /// Whether a variable is given a value, or may be through a pointer or a closure, anywhere but where it is declared.
    #[must_use]
    pub fn is_reassigned(&self, object: ObjId) -> bool {
        self.uses(object).iter().any(|&ident| {
            matches!(self.access(ident), Access::Write(_) | Access::Update(_) | Access::Address)
        })
    }

    /// Whether a variable of this package is given its value where it is declared, and nothing in the package (nor, as
    /// it is not exported, outside of it) gives it another.
    #[must_use]
    pub fn is_never_set(&self, object: ObjId) -> bool {
        let data = self.store.obj(object);
        let own = data.pkg == Some(self.package.checked.pkg) && !data.is_exported();
        let of_package = matches!(data.kind, ObjectKind::Var(VarKind::Package));
        own && of_package
            && (0..self.package.checked.files.len())
                .all(|number| !self.package.context(number).is_reassigned(object))
    }

    /// Whether a variable may get another value between two offsets.
    #[must_use]
    pub fn changes_within(&self, object: ObjId, span: Span) -> bool {
        self.uses(object).iter().any(|&ident| match self.access(ident) {
            Access::Address => true,
            Access::Write(_) | Access::Update(_) => {
                span.contains(self.tree().ident(ident).pos) || self.is_captured_use(object, ident)
            }
            Access::Declare | Access::Read(_) => false,
        })
    }

    /// Whether a function literal within the function that declares a variable uses it.
    #[must_use]
    pub fn is_captured(&self, object: ObjId) -> bool {
        self.uses(object).iter().any(|&ident| self.is_captured_use(object, ident))
    }

    fn is_captured_use(&self, object: ObjId, ident: IdentId) -> bool {
        let Some(expr) = self.parents().ident(ident) else { return false };
        let Some(declared) = self.declared_at(object) else { return false };
        let mut at = Parent::Expr(expr);
        while let Some(function) = self.function_around(at) {
            let FunctionNode::Literal(literal) = function.node else {
                return false;
            };
            if !self.span(literal).contains(declared) {
                return true;
            }
            at = self.parents().expr(literal);
        }
        false
    }

    /// The statement that declares a variable, and the value that it begins with; `None` for more than one variable
    /// in a declaration, and for those of `if`, `for` and `switch`.
    #[must_use]
    pub fn declaration(&self, object: ObjId) -> Option<Declaration> {
        let ident = *self.uses(object).first()?;
        let stmt = match self.parents().ident(ident) {
            Some(expr) => match self.parents().expr(expr) {
                Parent::Stmt(stmt) => stmt,
                _ => return None,
            },
            None => self.declaring_stmt(object)?,
        };
        let tree = self.tree();
        let (ty, value) = match tree.stmt(stmt) {
            Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } if lhs.len() == 1 => {
                (None, Some(tree.list_get(rhs, 0)?))
            }
            Stmt::Decl(decl) => match tree.decl(decl) {
                Decl::Gen { lparen: None, specs, .. } => {
                    match tree.spec(tree.list_get(specs, 0)?) {
                        Spec::Value { names, ty, values, .. } if names.len() == 1 => {
                            (ty, tree.list_get(values, 0))
                        }
                        _ => return None,
                    }
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(Declaration { stmt, ident, ty, value })
    }

    /// The statement `var …` around the place where an object is declared.
    fn declaring_stmt(&self, object: ObjId) -> Option<StmtId> {
        let at = self.declared_at(object)?;
        let tree = self.tree();
        // Specifications come in the order of the text, but for those in function literals.
        let spec = (0..tree.spec_count())
            .map(SpecId::from_index)
            .filter(|&spec| tree.spec_span(spec).contains(at))
            .min_by_key(|&spec| tree.spec_span(spec).len())?;
        self.parents().decl(self.parents().spec(spec)?)
    }
}

/// How a local variable is declared, alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Declaration {
    /// The statement.
    pub stmt: StmtId,
    /// Its name there.
    pub ident: IdentId,
    /// Its type, if it is written.
    pub ty: Option<ExprId>,
    /// The value that it begins with, if one is written.
    pub value: Option<ExprId>,
}
