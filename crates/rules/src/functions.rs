//! Which function a place is in, and whether that runs more than once.

use rustc_hash::FxHashMap;
use syntax::tree::{BinaryOp, Decl, DeclId, Expr, ExprId, FuncTypeId, Stmt, StmtId};
use types::{ObjId, Universe};

use crate::context::{Callee, Context, Package};
use crate::parents::Parent;

/// A function of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Function {
    /// Which.
    pub node: FunctionNode,
    /// Its signature.
    pub ty: FuncTypeId,
    /// Its body.
    pub body: StmtId,
}

/// A function of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FunctionNode {
    /// A declared one.
    Declared(DeclId),
    /// A function literal.
    Literal(ExprId),
}

/// How far calls are followed back to `init` and `main`.
const MOST_CALLERS: u32 = 8;

impl Context<'_> {
    /// One step up the tree; `None` at a declaration of the file.
    #[must_use]
    pub fn up(&self, node: Parent) -> Option<Parent> {
        self.parents().up(node)
    }

    /// The innermost function that a node is in; a function literal is not in itself but its body is.
    #[must_use]
    pub fn function_of(&self, node: Parent) -> Option<Function> {
        self.function_around(self.up(node)?)
    }

    /// As [`Self::function_of`], but a function literal counts as in itself.
    pub(crate) fn function_around(&self, mut node: Parent) -> Option<Function> {
        loop {
            match node {
                Parent::Expr(id) => {
                    if let Expr::Func { ty, body } = self.tree().expr(id) {
                        return Some(Function { node: FunctionNode::Literal(id), ty, body });
                    }
                }
                Parent::Decl(id) => {
                    if let Decl::Func { ty, body: Some(body), .. } = self.tree().decl(id) {
                        return Some(Function { node: FunctionNode::Declared(id), ty, body });
                    }
                }
                _ => {}
            }
            node = self.up(node)?;
        }
    }

    /// The declaration of the file that a node is in.
    #[must_use]
    pub fn declaration_of(&self, mut node: Parent) -> Option<DeclId> {
        loop {
            match node {
                Parent::Decl(id) => return Some(id),
                node_up => node = self.up(node_up)?,
            }
        }
    }

    /// The function that a declaration declares.
    #[must_use]
    pub fn declared_function(&self, decl: DeclId) -> Option<ObjId> {
        match self.tree().decl(decl) {
            Decl::Func { name, .. } => self.facts().defs[name],
            _ => None,
        }
    }

    /// The function that a place is in as profiles name it: `example.com/m/pkg.(*T).Method`. Code of a literal counts
    /// for the function that it is written in.
    #[must_use]
    pub fn function_name(&self, node: Parent) -> String {
        let package = self.store.pkg(self.package.checked.pkg).path.as_str();
        let decl = self.declaration_of(node);
        let Some(Decl::Func { name, .. }) = decl.map(|decl| self.tree().decl(decl)) else {
            return format!("{package}.init");
        };
        match self.facts().defs[name] {
            Some(function) => flow::symbol(self.store, function),
            None => format!("{package}.{}", self.tree().ident(name).name),
        }
    }

    /// Whether a place runs at most once in the life of the program: it stands in the initialiser of a package
    /// variable, in `init`, in `main`, in a function that only these call, or in the function of a `sync.Once`; and
    /// not in a loop there.
    #[must_use]
    pub fn runs_once(&self, node: Parent) -> bool {
        self.runs_once_within(node, MOST_CALLERS)
    }

    fn runs_once_within(&self, node: Parent, callers: u32) -> bool {
        let mut node = node;
        loop {
            if self.innermost_loop(node).is_some() {
                return false;
            }
            let Some(function) = self.function_of(node) else {
                // The initialiser of a package variable.
                return true;
            };
            match function.node {
                FunctionNode::Literal(literal) => match self.called_once_by(literal) {
                    CalledBy::Once => return true,
                    CalledBy::Here => node = Parent::Expr(literal),
                    CalledBy::Anyone => return false,
                },
                FunctionNode::Declared(decl) => return self.declared_runs_once(decl, callers),
            }
        }
    }

    /// Who runs a function that is mentioned here: a literal, or a declared one by name.
    fn called_once_by(&self, function: ExprId) -> CalledBy {
        let (outer, parent) = self.around(function);
        let Parent::Expr(call) = parent else { return CalledBy::Anyone };
        let Expr::Call { fun, .. } = self.tree().expr(call) else { return CalledBy::Anyone };
        if fun == outer {
            // Called on the spot, unless by `go`, which changes nothing either.
            return CalledBy::Here;
        }
        if self.calls(call, "sync", &["OnceFunc", "OnceValue", "OnceValues"]) {
            // What these return runs it once, if they are not called again and again themselves.
            return CalledBy::Here;
        }
        if let Some(Callee::Function(function)) = self.callee(call) {
            let object = self.store.obj(function);
            let in_sync = object.pkg.is_some_and(|pkg| self.store.pkg(pkg).path.as_str() == "sync");
            if in_sync && object.name.as_str() == "Do" {
                return CalledBy::Once;
            }
        }
        CalledBy::Anyone
    }

    fn declared_runs_once(&self, decl: DeclId, callers: u32) -> bool {
        let Decl::Func { recv, name, .. } = self.tree().decl(decl) else { return false };
        let plain = self.tree().ident(name).name;
        let package = self.store.pkg(self.package.checked.pkg);
        if recv.is_none()
            && (plain.as_str() == "init"
                || plain.as_str() == "main" && package.name().as_str() == "main")
        {
            return true;
        }
        if callers == 0 || plain.is_exported() || recv.is_some() {
            return false;
        }
        let Some(function) = self.facts().defs[name] else { return false };
        // More than one caller means more than one run.
        let [(file, ident)] = self.package.function_uses(function) else { return false };
        let there = self.package.context(*file);
        let Some(expr) = there.parents().ident(*ident) else { return false };
        match there.called_once_by(expr) {
            CalledBy::Once => true,
            CalledBy::Here => there.runs_once_within(Parent::Expr(expr), callers - 1),
            CalledBy::Anyone => false,
        }
    }
}

impl Context<'_> {
    /// Whether a place runs only where an error was found: it stands below `if err != nil`, or in the `else` of
    /// `err == nil`, for an expression of type `error`.
    #[must_use]
    pub fn is_on_error_path(&self, node: impl Into<Parent>) -> bool {
        let mut at = node.into();
        while let Some(up) = self.up(at) {
            if let (Parent::Stmt(part), Parent::Stmt(outer)) = (at, up)
                && let Stmt::If { cond, body, els, .. } = self.tree().stmt(outer)
                && (part == body && self.tells_error(cond, BinaryOp::Ne)
                    || els == Some(part) && self.tells_error(cond, BinaryOp::Eq))
            {
                return true;
            }
            at = up;
        }
        false
    }

    /// Whether a condition compares an error with nil, alone or as a part.
    fn tells_error(&self, cond: ExprId, by: BinaryOp) -> bool {
        let is_error = |x| self.store.identical(self.type_of(x), Universe::ERROR);
        self.any_within(cond, |inner| match self.tree().expr(inner) {
            Expr::Binary { op, x, y, .. } if op == by => is_error(x) && self.is_nil(y),
            _ => false,
        })
    }

    /// Whether a statement is a `return`.
    #[must_use]
    pub fn is_return(&self, stmt: StmtId) -> bool {
        matches!(self.tree().stmt(stmt), Stmt::Return(_))
    }
}

enum CalledBy {
    Here,
    Once,
    Anyone,
}

impl Package<'_> {
    /// Where functions of the package are used, by file and identifier.
    pub(crate) fn function_uses(&self, function: ObjId) -> &[(usize, syntax::tree::IdentId)] {
        let all = self.function_uses.get_or_init(|| {
            let mut uses: FxHashMap<ObjId, Vec<_>> = FxHashMap::default();
            for (number, file) in self.checked.files.iter().enumerate() {
                for (id, _) in file.tree.idents() {
                    let Some(object) = file.facts.uses[id] else { continue };
                    let object_data = self.checked.store.obj(object);
                    if object_data.is_func() && object_data.pkg == Some(self.checked.pkg) {
                        uses.entry(object).or_default().push((number, id));
                    }
                }
            }
            uses
        });
        all.get(&function).map_or(&[], Vec::as_slice)
    }
}
