//! Code under analysis: a tree with its facts, and the questions that need no more than these.

use std::cell::OnceCell;
use std::sync::Arc;

use source::Span;
use syntax::File;
use syntax::tree::{Decl, DeclId, Expr, ExprId, Stmt, StmtId};
use types::program::CheckedFile;
use types::{
    Builtin, FileFacts, FileId, Mode, ObjId, ObjectKind, SelectionKind, Store, Type, TypeId,
    Universe, VarKind,
};

use crate::parents::{Parent, Parents};

/// A tree and what is known of its nodes: a file, or one function of it.
pub struct Code {
    /// The file as places name it.
    pub file: FileId,
    /// Its tree.
    pub tree: Arc<File>,
    /// What is known of the nodes.
    pub facts: Arc<FileFacts>,
    parents: OnceCell<Parents>,
}

impl Code {
    /// The code of a file.
    #[must_use]
    pub fn new(file: &CheckedFile) -> Self {
        Self {
            file: file.id,
            tree: Arc::clone(&file.tree),
            facts: Arc::clone(&file.facts),
            parents: OnceCell::new(),
        }
    }

    /// What each node stands in.
    #[must_use]
    pub fn parents(&self) -> &Parents {
        self.parents.get_or_init(|| Parents::new(&self.tree))
    }
}

/// What a call calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Callee {
    /// A function, or a method that is known when compiling; of an instance the generic one.
    Function(ObjId),
    /// A predeclared function.
    Builtin(Builtin),
    /// Nothing: it converts to this type.
    Conversion(TypeId),
    /// What a variable holds or an interface leads to.
    Dynamic,
}

/// Whose body it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Owner {
    /// A declared function's.
    Declared(DeclId),
    /// A function literal's.
    Literal(ExprId),
}

/// Code with the store that its facts refer to.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Types and objects.
    pub store: &'a Store,
    /// Tree and facts.
    pub code: &'a Code,
}

impl<'a> View<'a> {
    /// The tree.
    #[must_use]
    pub fn tree(self) -> &'a File {
        &self.code.tree
    }

    /// What is known of its nodes.
    #[must_use]
    pub fn facts(self) -> &'a FileFacts {
        &self.code.facts
    }

    /// The bytes of an expression.
    #[must_use]
    pub fn span(self, expr: ExprId) -> Span {
        self.tree().expr_span(expr)
    }

    /// The type of an expression, aliases looked through; `Invalid` where it is not known.
    #[must_use]
    pub fn type_of(self, expr: ExprId) -> TypeId {
        self.store.unalias(self.facts().type_of(expr).unwrap_or(Universe::INVALID))
    }

    /// The type under the type of an expression.
    #[must_use]
    pub fn under(self, expr: ExprId) -> &'a Type {
        self.store.ty(self.store.under(self.type_of(expr)))
    }

    /// What an identifier, maybe in parentheses, denotes.
    #[must_use]
    pub fn object(self, expr: ExprId) -> Option<ObjId> {
        match self.tree().expr(self.tree().unparen(expr)) {
            Expr::Ident(ident) => self.facts().object(ident),
            _ => None,
        }
    }

    /// The variable of a package that `x` or `pkg.x` denotes.
    #[must_use]
    pub fn package_variable(self, expr: ExprId) -> Option<ObjId> {
        let ident = match self.tree().expr(self.tree().unparen(expr)) {
            Expr::Ident(ident) => ident,
            Expr::Selector { x, sel } if self.is_package_name(x) => sel,
            _ => return None,
        };
        let object = self.facts().uses[ident]?;
        let is_one = matches!(self.store.obj(object).kind, ObjectKind::Var(VarKind::Package));
        is_one.then_some(object)
    }

    /// Whether an expression names an imported package.
    #[must_use]
    pub fn is_package_name(self, expr: ExprId) -> bool {
        let object = self.object(expr);
        object.is_some_and(|id| matches!(self.store.obj(id).kind, ObjectKind::PkgName(_)))
    }

    /// The variable of a function that an expression names.
    #[must_use]
    pub fn local(self, expr: ExprId) -> Option<ObjId> {
        self.object(expr).filter(|&object| self.is_local(object))
    }

    /// Whether an object is a variable of a function: receiver, parameter, result or local.
    #[must_use]
    pub fn is_local(self, object: ObjId) -> bool {
        matches!(
            self.store.obj(object).kind,
            ObjectKind::Var(VarKind::Local | VarKind::Recv | VarKind::Param | VarKind::Result)
        )
    }

    /// What a call calls; `None` where the expression is no call, or one of what is not known.
    #[must_use]
    pub fn callee(self, call: ExprId) -> Option<Callee> {
        let Expr::Call { fun, .. } = self.tree().expr(self.tree().unparen(call)) else {
            return None;
        };
        let fun = self.tree().unparen(fun);
        match self.facts().modes[fun] {
            Mode::Type => return Some(Callee::Conversion(self.type_of(fun))),
            Mode::Invalid => return None,
            _ => {}
        }
        Some(match self.named_function(fun) {
            Some(Named::Builtin(builtin)) => Callee::Builtin(builtin),
            Some(Named::Function(function)) => Callee::Function(function),
            None => Callee::Dynamic,
        })
    }

    /// The function that an expression names: `f`, `f[T]`, `pkg.F`, `x.Method`, `T.Method`; of an interface's method nothing.
    #[must_use]
    pub fn function(self, expr: ExprId) -> Option<ObjId> {
        match self.named_function(self.tree().unparen(expr))? {
            Named::Function(function) => Some(function),
            Named::Builtin(_) => None,
        }
    }

    fn named_function(self, mut fun: ExprId) -> Option<Named> {
        // The type arguments of a generic function do not change which it is.
        if let Expr::Index { x, .. } = self.tree().expr(fun) {
            fun = self.tree().unparen(x);
        }
        let (Expr::Ident(ident) | Expr::Selector { sel: ident, .. }) = self.tree().expr(fun) else {
            return None;
        };
        let object = self.facts().uses[ident]?;
        match &self.store.obj(object).kind {
            ObjectKind::Builtin(builtin) => Some(Named::Builtin(*builtin)),
            ObjectKind::Func { origin } if self.interface_method(fun).is_none() => {
                Some(Named::Function(origin.unwrap_or(object)))
            }
            _ => None,
        }
    }

    /// The method of an interface that a selector selects.
    #[must_use]
    pub fn interface_method(self, fun: ExprId) -> Option<ObjId> {
        let selection = self.facts().selections.get(&fun)?;
        let of_interface = selection.kind != SelectionKind::Field
            && matches!(
                self.store.ty(self.store.under(self.receiver_type(selection.obj)?)),
                Type::Interface(_)
            );
        of_interface.then_some(selection.obj)
    }

    fn receiver_type(self, function: ObjId) -> Option<TypeId> {
        Some(self.store.obj_type(self.receiver(function)?))
    }

    /// The receiver of a method.
    #[must_use]
    pub fn receiver(self, function: ObjId) -> Option<ObjId> {
        match self.store.ty(self.store.obj_type(function)) {
            Type::Signature(signature) => signature.recv,
            _ => None,
        }
    }

    /// The arguments of a call, as written: without the receiver.
    #[must_use]
    pub fn arguments(self, call: ExprId) -> Vec<ExprId> {
        match self.tree().expr(self.tree().unparen(call)) {
            Expr::Call { args, .. } => self.tree().list(args).collect(),
            _ => Vec::new(),
        }
    }

    /// What stands before the dot of a call of a method.
    #[must_use]
    pub fn receiver_argument(self, call: ExprId) -> Option<ExprId> {
        let Expr::Call { fun, .. } = self.tree().expr(self.tree().unparen(call)) else {
            return None;
        };
        let fun = self.tree().unparen(fun);
        let selection = self.facts().selections.get(&fun)?;
        match (selection.kind, self.tree().expr(fun)) {
            (SelectionKind::Method, Expr::Selector { x, .. }) => Some(x),
            _ => None,
        }
    }

    /// Whether a function is one of those (no methods) of a package.
    #[must_use]
    pub fn is_function_of(self, function: ObjId, package: &str, names: &[&str]) -> bool {
        let object = self.store.obj(function);
        object.pkg.is_some_and(|pkg| self.store.pkg(pkg).path.as_str() == package)
            && names.contains(&object.name.as_str())
            && self.receiver(function).is_none()
    }

    /// Whether a call is of one of the functions (no methods) of a package.
    #[must_use]
    pub fn calls(self, call: ExprId, package: &str, names: &[&str]) -> bool {
        matches!(self.callee(call), Some(Callee::Function(f)) if self.is_function_of(f, package, names))
    }

    /// One step up the tree; `None` at a declaration of the file.
    #[must_use]
    pub fn up(self, node: Parent) -> Option<Parent> {
        self.code.parents().up(node)
    }

    /// The expression around one, parentheses passed over, with the outermost of these.
    #[must_use]
    pub fn around(self, mut expr: ExprId) -> (ExprId, Parent) {
        loop {
            match self.code.parents().expr(expr) {
                Parent::Expr(outer) if matches!(self.tree().expr(outer), Expr::Paren(_)) => {
                    expr = outer
                }
                parent => return (expr, parent),
            }
        }
    }

    /// The innermost function that a node is in, and its body; a function literal is not in itself.
    #[must_use]
    pub fn body_around(self, node: Parent) -> Option<(Owner, StmtId)> {
        let mut node = self.up(node)?;
        loop {
            match node {
                Parent::Expr(id) => {
                    if let Expr::Func { body, .. } = self.tree().expr(id) {
                        return Some((Owner::Literal(id), body));
                    }
                }
                Parent::Decl(id) => {
                    if let Decl::Func { body: Some(body), .. } = self.tree().decl(id) {
                        return Some((Owner::Declared(id), body));
                    }
                }
                _ => {}
            }
            node = self.up(node)?;
        }
    }

    /// Whether values of a type lead to memory that others may see: pointers, slices, strings, maps, channels, functions,
    /// interfaces, and what holds one of these. What is not known does.
    #[must_use]
    pub fn carries_references(self, ty: TypeId) -> bool {
        carries_references(self.store, ty)
    }

    /// The expressions and statements below a node, function literals included, in the order of the text.
    pub(crate) fn each(self, root: syntax::walk::Node, mut see: impl FnMut(syntax::walk::Node)) {
        syntax::walk::walk(self.tree(), root, |event| {
            if let syntax::walk::Event::Enter(node) = event {
                see(node);
            }
            true
        });
    }

    /// Whether a statement is a loop.
    #[must_use]
    pub fn is_loop(self, stmt: StmtId) -> bool {
        matches!(self.tree().stmt(stmt), Stmt::For { .. } | Stmt::Range { .. })
    }
}

enum Named {
    Function(ObjId),
    Builtin(Builtin),
}

/// See [`View::carries_references`].
pub(crate) fn carries_references(store: &Store, ty: TypeId) -> bool {
    carries(store, ty, DEEPEST_TYPE)
}

/// How deep structs and arrays within each other are looked into.
const DEEPEST_TYPE: u32 = 8;

fn carries(store: &Store, ty: TypeId, depth: u32) -> bool {
    use types::Basic;
    let Some(deeper) = depth.checked_sub(1) else { return true };
    let any = |vars: &[ObjId]| vars.iter().any(|&var| carries(store, store.obj_type(var), deeper));
    match store.ty(store.under(store.unalias(ty))) {
        // A number that was made from a pointer may become one again.
        Type::Basic(basic, _) => matches!(
            basic,
            Basic::Invalid
                | Basic::String
                | Basic::UntypedString
                | Basic::UnsafePointer
                | Basic::Uintptr
        ),
        Type::Array { elem, .. } => carries(store, *elem, deeper),
        Type::Struct(parts) => any(&parts.fields),
        Type::Tuple(vars) => any(vars),
        _ => true,
    }
}
