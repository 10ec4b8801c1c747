//! From each node to the one that it stands in.
//!
//! The tree only leads downwards. One pass over its columns, without recursion, turns it round; every
//! question about surroundings (which loop, which function, what becomes of this value) climbs.

use source::{Id, IndexVec};
use syntax::File;
use syntax::tree::{
    Decl, DeclId, Expr, ExprId, FieldListId, FuncTypeId, IdentId, Spec, SpecId, Stmt, StmtId,
};

/// What a node stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parent {
    /// Nothing: left over from code that could not be read.
    None,
    /// An expression. A body stands in its function literal.
    Expr(ExprId),
    /// A statement.
    Stmt(StmtId),
    /// A specification of a declaration.
    Spec(SpecId),
    /// A declared function.
    Decl(DeclId),
}

impl From<ExprId> for Parent {
    fn from(id: ExprId) -> Self {
        Self::Expr(id)
    }
}

impl From<StmtId> for Parent {
    fn from(id: StmtId) -> Self {
        Self::Stmt(id)
    }
}

/// What each node of a file stands in.
pub struct Parents {
    exprs: IndexVec<ExprId, Parent>,
    stmts: IndexVec<StmtId, Parent>,
    specs: IndexVec<SpecId, Option<DeclId>>,
    decls: IndexVec<DeclId, Option<StmtId>>,
    idents: IndexVec<IdentId, Option<ExprId>>,
}

impl Parents {
    /// Turns a tree round.
    #[must_use]
    pub fn new(tree: &File) -> Self {
        let mut parents = Self {
            exprs: IndexVec::filled(Parent::None, tree.expr_count()),
            stmts: IndexVec::filled(Parent::None, tree.stmt_count()),
            specs: IndexVec::filled(None, tree.spec_count()),
            decls: IndexVec::filled(None, tree.decl_count()),
            idents: IndexVec::filled(None, tree.ident_count()),
        };
        for (id, expr) in tree.exprs() {
            parents.expr_children(tree, id, expr);
        }
        for id in (0..tree.stmt_count()).map(StmtId::from_index) {
            parents.stmt_children(tree, id);
        }
        for id in (0..tree.decl_count()).map(DeclId::from_index) {
            parents.decl_children(tree, id);
        }
        for id in (0..tree.spec_count()).map(SpecId::from_index) {
            parents.spec_children(tree, id);
        }
        parents
    }

    /// One step up the tree; `None` at a declaration of the file.
    #[must_use]
    pub fn up(&self, node: Parent) -> Option<Parent> {
        match node {
            Parent::Expr(id) => Some(self.expr(id)),
            Parent::Stmt(id) => Some(self.stmt(id)),
            Parent::Spec(id) => {
                let decl = self.spec(id)?;
                Some(self.decl(decl).map_or(Parent::Decl(decl), Parent::Stmt))
            }
            Parent::Decl(_) | Parent::None => None,
        }
    }

    /// What an expression stands in.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> Parent {
        self.exprs[id]
    }

    /// What a statement stands in.
    #[must_use]
    pub fn stmt(&self, id: StmtId) -> Parent {
        self.stmts[id]
    }

    /// The declaration that a specification belongs to.
    #[must_use]
    pub fn spec(&self, id: SpecId) -> Option<DeclId> {
        self.specs[id]
    }

    /// The statement that a declaration within a function is.
    #[must_use]
    pub fn decl(&self, id: DeclId) -> Option<StmtId> {
        self.decls[id]
    }

    /// The expression that an identifier is; `None` where it is a part of another node, such as
    /// the name behind a dot.
    #[must_use]
    pub fn ident(&self, id: IdentId) -> Option<ExprId> {
        self.idents[id]
    }

    fn expr_children(&mut self, tree: &File, id: ExprId, expr: Expr) {
        let this = Parent::Expr(id);
        let mut own = |child: ExprId| self.exprs[child] = this;
        match expr {
            Expr::Bad | Expr::Lit(_) | Expr::Ellipsis(None) => {}
            Expr::Ident(ident) => self.idents[ident] = Some(id),
            Expr::Paren(x)
            | Expr::Selector { x, .. }
            | Expr::Star(x)
            | Expr::Unary { x, .. }
            | Expr::Ellipsis(Some(x))
            | Expr::Chan { value: x, .. } => own(x),
            Expr::Composite { ty, elems, .. } => {
                ty.into_iter().chain(tree.list(elems)).for_each(own);
            }
            Expr::Func { ty, body } => {
                self.stmts[body] = this;
                self.signature(tree, ty, this);
            }
            Expr::Index { x, indices, .. } => {
                own(x);
                tree.list(indices).for_each(own);
            }
            Expr::Slice { x, bounds, .. } => {
                own(x);
                bounds.into_iter().flatten().for_each(own);
            }
            Expr::TypeAssert { x, ty, .. } => {
                own(x);
                ty.into_iter().for_each(own);
            }
            Expr::Call { fun, args, .. } => {
                own(fun);
                tree.list(args).for_each(own);
            }
            Expr::Binary { x, y, .. }
            | Expr::KeyValue { key: x, value: y, .. }
            | Expr::Map { key: x, value: y } => {
                own(x);
                own(y);
            }
            Expr::Array { len, elem } => {
                len.into_iter().for_each(&mut own);
                own(elem);
            }
            Expr::Struct(fields) | Expr::Interface(fields) => self.fields(tree, fields, this),
            Expr::FuncType(ty) => self.signature(tree, ty, this),
        }
    }

    fn stmt_children(&mut self, tree: &File, id: StmtId) {
        let this = Parent::Stmt(id);
        match tree.stmt(id) {
            Stmt::Bad | Stmt::Empty { .. } | Stmt::Branch { .. } | Stmt::SkippedBody => {}
            Stmt::Decl(decl) => self.decls[decl] = Some(id),
            Stmt::Labeled { stmt, .. } => self.stmts[stmt] = this,
            Stmt::Expr(x) | Stmt::IncDec { x, .. } | Stmt::Go(x) | Stmt::Defer(x) => {
                self.exprs[x] = this;
            }
            Stmt::Send { chan, value, .. } => {
                self.exprs[chan] = this;
                self.exprs[value] = this;
            }
            Stmt::Assign { lhs, rhs, .. } => {
                tree.list(lhs).chain(tree.list(rhs)).for_each(|x| self.exprs[x] = this);
            }
            Stmt::Return(results) => tree.list(results).for_each(|x| self.exprs[x] = this),
            Stmt::Block(list) => tree.list(list).for_each(|s| self.stmts[s] = this),
            Stmt::If { init, cond, body, els } => {
                self.exprs[cond] = this;
                init.into_iter().chain([body]).chain(els).for_each(|s| self.stmts[s] = this);
            }
            Stmt::Case { exprs, body, .. } => {
                exprs.into_iter().flat_map(|l| tree.list(l)).for_each(|x| self.exprs[x] = this);
                tree.list(body).for_each(|s| self.stmts[s] = this);
            }
            Stmt::Switch { init, tag, body } => {
                tag.into_iter().for_each(|x| self.exprs[x] = this);
                init.into_iter().chain([body]).for_each(|s| self.stmts[s] = this);
            }
            Stmt::TypeSwitch { init, assign, body } => {
                init.into_iter().chain([assign, body]).for_each(|s| self.stmts[s] = this);
            }
            Stmt::Comm { comm, body, .. } => {
                comm.into_iter().chain(tree.list(body)).for_each(|s| self.stmts[s] = this);
            }
            Stmt::Select { body } => self.stmts[body] = this,
            Stmt::For { init, cond, post, body } => {
                cond.into_iter().for_each(|x| self.exprs[x] = this);
                init.into_iter().chain(post).chain([body]).for_each(|s| self.stmts[s] = this);
            }
            Stmt::Range { key, value, x, body, .. } => {
                key.into_iter().chain(value).chain([x]).for_each(|x| self.exprs[x] = this);
                self.stmts[body] = this;
            }
        }
    }

    fn decl_children(&mut self, tree: &File, id: DeclId) {
        match tree.decl(id) {
            Decl::Bad => {}
            Decl::Gen { specs, .. } => {
                tree.list(specs).for_each(|spec| self.specs[spec] = Some(id));
            }
            Decl::Func { recv, ty, body, .. } => {
                let this = Parent::Decl(id);
                body.into_iter().for_each(|s| self.stmts[s] = this);
                recv.into_iter().for_each(|list| self.fields(tree, list, this));
                self.signature(tree, ty, this);
            }
        }
    }

    fn spec_children(&mut self, tree: &File, id: SpecId) {
        let this = Parent::Spec(id);
        match tree.spec(id) {
            Spec::Import { path, .. } => self.exprs[path] = this,
            Spec::Value { ty, values, .. } => {
                ty.into_iter().chain(tree.list(values)).for_each(|x| self.exprs[x] = this);
            }
            Spec::Type { type_params, ty, .. } => {
                self.exprs[ty] = this;
                type_params.into_iter().for_each(|list| self.fields(tree, list, this));
            }
        }
    }

    fn signature(&mut self, tree: &File, id: FuncTypeId, this: Parent) {
        let ty = tree.func_type(id);
        let lists = ty.type_params.into_iter().chain([ty.params]).chain(ty.results);
        lists.for_each(|list| self.fields(tree, list, this));
    }

    fn fields(&mut self, tree: &File, id: FieldListId, this: Parent) {
        for field in tree.list(tree.field_list(id).fields).map(|f| tree.field(f)) {
            self.exprs[field.ty] = this;
            field.tag.into_iter().for_each(|tag| self.exprs[tag] = this);
        }
    }
}
