//! The tree as `go/ast` has it: to hold the one against the other, and to look at.

use crate::tree::{Decl, DeclId, Expr, ExprId, File, Spec, SpecId, Stmt, StmtId};
use crate::walk::{Event, Node, walk};

/// Every node in the order of `ast.Inspect`: the name of its type in `go/ast`, and
/// the offsets that its `Pos` and `End` give.
#[must_use]
pub fn nodes(file: &File) -> Vec<(&'static str, u32, u32)> {
    let mut nodes = Vec::with_capacity(file.ident_count() + file.expr_count());
    inspect(file, Node::File, &mut nodes);
    nodes
}

/// Every group of comments with its comments, in order, whatever they belong to.
#[must_use]
pub fn comments(file: &File) -> Vec<(&'static str, u32, u32)> {
    let mut nodes = Vec::with_capacity(2 * file.comments().len());
    for group in file.comment_groups.ids() {
        inspect(file, Node::CommentGroup(group), &mut nodes);
    }
    nodes
}

fn inspect(file: &File, root: Node, nodes: &mut Vec<(&'static str, u32, u32)>) {
    walk(file, root, |event| {
        if let Event::Enter(node) = event {
            let span = node.span(file);
            nodes.push((kind(file, node), span.start, span.end - stripped(file, node)));
        }
        true
    });
}

/// The name that `go/ast` has for the type of a node.
#[must_use]
pub fn kind(file: &File, node: Node) -> &'static str {
    match node {
        Node::File => "File",
        Node::Decl(id) => decl_kind(file, id),
        Node::Spec(id) => spec_kind(file, id),
        Node::Stmt(id) => stmt_kind(file, id),
        Node::Expr(id) => expr_kind(file, id),
        Node::Ident(_) => "Ident",
        Node::Field(_) => "Field",
        Node::FieldList(_) => "FieldList",
        Node::FuncType(_) => "FuncType",
        Node::CommentGroup(_) => "CommentGroup",
        Node::Comment(_) => "Comment",
    }
}

/// By how much the end of a comment falls short in `go/ast`, which computes it from
/// the text without its carriage returns.
fn stripped(file: &File, node: Node) -> u32 {
    let comment = match node {
        Node::Comment(i) => i,
        Node::CommentGroup(id) => {
            let (start, len) = file.comment_groups[id];
            (start + len).saturating_sub(1)
        }
        _ => return 0,
    };
    let found = file.stripped_returns.binary_search_by_key(&comment, |&(i, _)| i);
    found.map_or(0, |i| file.stripped_returns[i].1)
}

fn decl_kind(file: &File, id: DeclId) -> &'static str {
    match file.decl(id) {
        Decl::Bad => "BadDecl",
        Decl::Gen { .. } => "GenDecl",
        Decl::Func { .. } => "FuncDecl",
    }
}

fn spec_kind(file: &File, id: SpecId) -> &'static str {
    match file.spec(id) {
        Spec::Import { .. } => "ImportSpec",
        Spec::Value { .. } => "ValueSpec",
        Spec::Type { .. } => "TypeSpec",
    }
}

fn stmt_kind(file: &File, id: StmtId) -> &'static str {
    match file.stmt(id) {
        Stmt::Bad => "BadStmt",
        Stmt::Decl(_) => "DeclStmt",
        Stmt::Empty { .. } => "EmptyStmt",
        Stmt::Labeled { .. } => "LabeledStmt",
        Stmt::Expr(_) => "ExprStmt",
        Stmt::Send { .. } => "SendStmt",
        Stmt::IncDec { .. } => "IncDecStmt",
        Stmt::Assign { .. } => "AssignStmt",
        Stmt::Go(_) => "GoStmt",
        Stmt::Defer(_) => "DeferStmt",
        Stmt::Return(_) => "ReturnStmt",
        Stmt::Branch { .. } => "BranchStmt",
        Stmt::Block(_) | Stmt::SkippedBody => "BlockStmt",
        Stmt::If { .. } => "IfStmt",
        Stmt::Case { .. } => "CaseClause",
        Stmt::Switch { .. } => "SwitchStmt",
        Stmt::TypeSwitch { .. } => "TypeSwitchStmt",
        Stmt::Comm { .. } => "CommClause",
        Stmt::Select { .. } => "SelectStmt",
        Stmt::For { .. } => "ForStmt",
        Stmt::Range { .. } => "RangeStmt",
    }
}

fn expr_kind(file: &File, id: ExprId) -> &'static str {
    match file.expr(id) {
        Expr::Bad => "BadExpr",
        Expr::Ident(_) => "Ident",
        Expr::Lit(_) => "BasicLit",
        Expr::Composite { .. } => "CompositeLit",
        Expr::Func { .. } => "FuncLit",
        Expr::Paren(_) => "ParenExpr",
        Expr::Selector { .. } => "SelectorExpr",
        Expr::Index { indices, .. } if indices.len() > 1 => "IndexListExpr",
        Expr::Index { .. } => "IndexExpr",
        Expr::Slice { .. } => "SliceExpr",
        Expr::TypeAssert { .. } => "TypeAssertExpr",
        Expr::Call { .. } => "CallExpr",
        Expr::Star(_) => "StarExpr",
        Expr::Unary { .. } => "UnaryExpr",
        Expr::Binary { .. } => "BinaryExpr",
        Expr::KeyValue { .. } => "KeyValueExpr",
        Expr::Array { .. } => "ArrayType",
        Expr::Ellipsis(_) => "Ellipsis",
        Expr::Struct(_) => "StructType",
        Expr::FuncType(_) => "FuncType",
        Expr::Interface(_) => "InterfaceType",
        Expr::Map { .. } => "MapType",
        Expr::Chan { .. } => "ChanType",
    }
}
