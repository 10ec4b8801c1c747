//! Walking over the tree without recursion, however deep it is.

use source::Span;

use crate::tree::{
    CommentGroupId, Decl, DeclId, Expr, ExprId, FieldId, FieldListId, File, FuncTypeId, IdentId,
    List, ListItem, Spec, SpecId, Stmt, StmtId,
};

/// Any node of a file. Those of `go/ast` are exactly these.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// The file itself.
    File,
    /// A declaration.
    Decl(DeclId),
    /// A specification.
    Spec(SpecId),
    /// A statement or clause.
    Stmt(StmtId),
    /// An expression or type. An identifier that is one is this, not [`Node::Ident`].
    Expr(ExprId),
    /// An identifier that is no expression: a name being declared, a selector, a label.
    Ident(IdentId),
    /// A field.
    Field(FieldId),
    /// A list of fields.
    FieldList(FieldListId),
    /// The signature of a declared function or of a function literal.
    FuncType(FuncTypeId),
    /// Comments that document a node.
    CommentGroup(CommentGroupId),
    /// One of them, by its position in [`File::comments`].
    Comment(u32),
}

/// A step of a [`walk`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Before the node's children.
    Enter(Node),
    /// Behind them.
    Leave(Node),
}

/// Visits `root` and everything below it in the order of `go/ast`, children between
/// the two events of their parent. What [`Event::Enter`] answers decides whether the
/// node's children are visited; [`Event::Leave`] comes in either case.
pub fn walk(file: &File, root: Node, mut visit: impl FnMut(Event) -> bool) {
    let mut stack = vec![Event::Enter(root)];
    while let Some(event) = stack.pop() {
        let descend = visit(event);
        if let Event::Enter(node) = event {
            stack.push(Event::Leave(node));
            if descend {
                let first = stack.len();
                file.children(node, |child| stack.push(Event::Enter(child)));
                stack[first..].reverse();
            }
        }
    }
}

impl Node {
    /// The bytes of the node.
    #[must_use]
    pub fn span(self, file: &File) -> Span {
        match self {
            Self::File => file.span(),
            Self::Decl(id) => file.decl_span(id),
            Self::Spec(id) => file.spec_span(id),
            Self::Stmt(id) => file.stmt_span(id),
            Self::Expr(id) => file.expr_span(id),
            Self::Ident(id) => file.ident(id).span(),
            Self::Field(id) => file.field(id).span,
            Self::FieldList(id) => file.field_list(id).span,
            Self::FuncType(id) => file.func_type(id).span,
            Self::CommentGroup(id) => match file.comment_group(id) {
                [first, .., last] => first.cover(*last),
                [only] => *only,
                [] => Span::default(),
            },
            Self::Comment(i) => file.comments()[i as usize],
        }
    }
}

/// Hands the parts of a node on, in order.
struct Children<'a, F> {
    file: &'a File,
    each: F,
}

impl<F: FnMut(Node)> Children<'_, F> {
    fn expr(&mut self, id: impl Into<Option<ExprId>>) {
        if let Some(id) = id.into() {
            (self.each)(Node::Expr(id));
        }
    }

    fn stmt(&mut self, id: impl Into<Option<StmtId>>) {
        if let Some(id) = id.into() {
            (self.each)(Node::Stmt(id));
        }
    }

    fn ident(&mut self, id: impl Into<Option<IdentId>>) {
        if let Some(id) = id.into() {
            (self.each)(Node::Ident(id));
        }
    }

    fn fields(&mut self, id: impl Into<Option<FieldListId>>) {
        if let Some(id) = id.into() {
            (self.each)(Node::FieldList(id));
        }
    }

    fn comments(&mut self, id: Option<CommentGroupId>) {
        if let Some(id) = id {
            (self.each)(Node::CommentGroup(id));
        }
    }

    fn list<I: ListItem>(&mut self, list: List<I>, node: impl Fn(I) -> Node) {
        for id in self.file.list(list) {
            (self.each)(node(id));
        }
    }

    fn of_expr(&mut self, id: ExprId) {
        match self.file.expr(id) {
            Expr::Bad | Expr::Ident(_) | Expr::Lit(_) => {}
            Expr::Composite { ty, elems, .. } => {
                self.expr(ty);
                self.list(elems, Node::Expr);
            }
            Expr::Func { ty, body } => {
                (self.each)(Node::FuncType(ty));
                self.stmt(body);
            }
            Expr::Paren(x) | Expr::Star(x) | Expr::Unary { x, .. } => self.expr(x),
            Expr::Selector { x, sel } => {
                self.expr(x);
                self.ident(sel);
            }
            Expr::Index { x, indices, .. } => {
                self.expr(x);
                self.list(indices, Node::Expr);
            }
            Expr::Slice { x, bounds: [low, high, max], .. } => {
                self.expr(x);
                self.expr(low);
                self.expr(high);
                self.expr(max);
            }
            Expr::TypeAssert { x, ty, .. } => {
                self.expr(x);
                self.expr(ty);
            }
            Expr::Call { fun, args, .. } => {
                self.expr(fun);
                self.list(args, Node::Expr);
            }
            Expr::Binary { x, y, .. } => {
                self.expr(x);
                self.expr(y);
            }
            Expr::KeyValue { key, value, .. } | Expr::Map { key, value } => {
                self.expr(key);
                self.expr(value);
            }
            Expr::Array { len, elem } => {
                self.expr(len);
                self.expr(elem);
            }
            Expr::Ellipsis(elem) => self.expr(elem),
            Expr::Struct(fields) | Expr::Interface(fields) => self.fields(fields),
            Expr::FuncType(ty) => self.of_func_type(ty),
            Expr::Chan { value, .. } => self.expr(value),
        }
    }

    fn of_func_type(&mut self, id: FuncTypeId) {
        let ty = self.file.func_type(id);
        self.fields(ty.type_params);
        self.fields(ty.params);
        self.fields(ty.results);
    }

    fn of_stmt(&mut self, id: StmtId) {
        match self.file.stmt(id) {
            Stmt::Bad | Stmt::Empty { .. } | Stmt::SkippedBody => {}
            Stmt::Decl(decl) => (self.each)(Node::Decl(decl)),
            Stmt::Labeled { label, stmt, .. } => {
                self.ident(label);
                self.stmt(stmt);
            }
            Stmt::Expr(x) | Stmt::IncDec { x, .. } | Stmt::Go(x) | Stmt::Defer(x) => self.expr(x),
            Stmt::Send { chan, value, .. } => {
                self.expr(chan);
                self.expr(value);
            }
            Stmt::Assign { lhs, rhs, .. } => {
                self.list(lhs, Node::Expr);
                self.list(rhs, Node::Expr);
            }
            Stmt::Return(results) => self.list(results, Node::Expr),
            Stmt::Branch { label, .. } => self.ident(label),
            Stmt::Block(stmts) => self.list(stmts, Node::Stmt),
            Stmt::If { init, cond, body, els } => {
                self.stmt(init);
                self.expr(cond);
                self.stmt(body);
                self.stmt(els);
            }
            Stmt::Case { exprs, body, .. } => {
                self.list(exprs.unwrap_or_default(), Node::Expr);
                self.list(body, Node::Stmt);
            }
            Stmt::Switch { init, tag, body } => {
                self.stmt(init);
                self.expr(tag);
                self.stmt(body);
            }
            Stmt::TypeSwitch { init, assign, body } => {
                self.stmt(init);
                self.stmt(assign);
                self.stmt(body);
            }
            Stmt::Comm { comm, body, .. } => {
                self.stmt(comm);
                self.list(body, Node::Stmt);
            }
            Stmt::Select { body } => self.stmt(body),
            Stmt::For { init, cond, post, body } => {
                self.stmt(init);
                self.expr(cond);
                self.stmt(post);
                self.stmt(body);
            }
            Stmt::Range { key, value, x, body, .. } => {
                self.expr(key);
                self.expr(value);
                self.expr(x);
                self.stmt(body);
            }
        }
    }

    fn of_spec(&mut self, id: SpecId) {
        match self.file.spec(id) {
            Spec::Import { doc, name, path, comment } => {
                self.comments(doc);
                self.ident(name);
                self.expr(path);
                self.comments(comment);
            }
            Spec::Value { doc, names, ty, values, comment, .. } => {
                self.comments(doc);
                self.list(names, Node::Ident);
                self.expr(ty);
                self.list(values, Node::Expr);
                self.comments(comment);
            }
            Spec::Type { doc, name, type_params, ty, comment, .. } => {
                self.comments(doc);
                self.ident(name);
                self.fields(type_params);
                self.expr(ty);
                self.comments(comment);
            }
        }
    }

    fn of_decl(&mut self, id: DeclId) {
        match self.file.decl(id) {
            Decl::Bad => {}
            Decl::Gen { doc, specs, .. } => {
                self.comments(doc);
                self.list(specs, Node::Spec);
            }
            Decl::Func { doc, recv, name, ty, body } => {
                self.comments(doc);
                self.fields(recv);
                self.ident(name);
                (self.each)(Node::FuncType(ty));
                self.stmt(body);
            }
        }
    }
}

impl File {
    /// As `go/ast`: from the keyword `package` to the end of the last declaration.
    #[must_use]
    pub fn span(&self) -> Span {
        let end = match (self.decls.last(), self.name) {
            (Some(&last), _) => self.decl_span(last).end,
            (None, Some(name)) => self.ident(name).span().end,
            (None, None) => self.package,
        };
        Span::new(self.package, end)
    }

    /// Hands the children of a node to `each`, in the order in which `go/ast` visits
    /// them: comments that document it first, those behind it last.
    pub fn children(&self, node: Node, each: impl FnMut(Node)) {
        let mut children = Children { file: self, each };
        match node {
            Node::File => {
                children.comments(self.doc);
                children.ident(self.name);
                for &decl in &self.decls {
                    (children.each)(Node::Decl(decl));
                }
            }
            Node::Decl(id) => children.of_decl(id),
            Node::Spec(id) => children.of_spec(id),
            Node::Stmt(id) => children.of_stmt(id),
            Node::Expr(id) => children.of_expr(id),
            Node::Field(id) => {
                let field = self.field(id);
                children.comments(field.doc);
                children.list(field.names, Node::Ident);
                children.expr(field.ty);
                children.expr(field.tag);
                children.comments(field.comment);
            }
            Node::FieldList(id) => children.list(self.field_list(id).fields, Node::Field),
            Node::FuncType(id) => children.of_func_type(id),
            Node::CommentGroup(id) => {
                let (start, len) = self.comment_groups[id];
                (start..start + len).for_each(|i| (children.each)(Node::Comment(i)));
            }
            Node::Ident(_) | Node::Comment(_) => {}
        }
    }
}
