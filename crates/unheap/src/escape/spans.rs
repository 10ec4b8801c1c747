//! From the places that the compiler reports to what stands there in the source.

use std::rc::Rc;

use escape::{Places, Thing};
use lower::ir::{Body, NodeFlags, NodeId, Op, Pos};
use rustc_hash::FxHashMap;
use source::{NameCache, Span};
use syntax::File;
use syntax::tree::{Expr, ExprId, Stmt};
use types::FileId;
use types::program::DeclaredFile;

/// Files by their places, read when they are asked for.
pub(super) struct Spans<'p> {
    places: Places<'p>,
    files: FxHashMap<FileId, Rc<Index>>,
}

/// What is reported at each offset of a file.
struct Index {
    tree: File,
    exprs: FxHashMap<u32, ExprId>,
    statements: FxHashMap<u32, Span>,
    /// The calls with one argument, by that: conversions are reported at their operand.
    conversions: FxHashMap<ExprId, ExprId>,
}

/// Something in the source.
pub(super) struct Found<'p> {
    pub(super) file: &'p DeclaredFile,
    pub(super) span: Span,
}

impl<'p> Spans<'p> {
    pub(super) fn new(places: Places<'p>) -> Self {
        Self { places, files: FxHashMap::default() }
    }

    /// What stands at a place; `None` of what is generated.
    pub(super) fn of(&mut self, body: &Body, thing: Thing, pos: Pos) -> Option<Found<'p>> {
        let file = self.places.file(pos)?;
        let index = self.index(file);
        let span = match thing {
            Thing::Var(var) => {
                let name = body.vars[body.canonical(var)].name.as_str();
                Span::new(pos.offset, pos.offset + u32::try_from(name.len()).unwrap_or(0))
            }
            Thing::Node(node) => index.node(body, node, pos.offset),
            Thing::Temporary => index.expr(pos.offset),
        };
        Some(Found { file, span })
    }

    /// The call at a place.
    pub(super) fn call(&mut self, pos: Pos) -> Option<Found<'p>> {
        let file = self.places.file(pos)?;
        let span = self.index(file).expr(pos.offset);
        Some(Found { file, span })
    }

    /// Whether a program wrote the file.
    pub(super) fn is_generated(&mut self, file: &DeclaredFile) -> bool {
        syntax::is_generated(&self.index(file).tree, &file.text)
    }

    fn index(&mut self, file: &DeclaredFile) -> Rc<Index> {
        Rc::clone(self.files.entry(file.id).or_insert_with(|| Rc::new(Index::new(&file.text))))
    }
}

impl Index {
    fn new(text: &[u8]) -> Self {
        let tree = syntax::parse(text, &syntax::Options::default(), &mut NameCache::new());
        let mut exprs = FxHashMap::default();
        let mut conversions = FxHashMap::default();
        for (id, expr) in tree.exprs() {
            let at = match expr {
                // Reported as what they are around.
                Expr::Paren(_) => continue,
                Expr::Selector { x, .. } => next_after(text, tree.expr_span(x).end, b'.'),
                Expr::TypeAssert { x, .. } => next_after(text, tree.expr_span(x).end, b'.'),
                Expr::Slice { x, .. } => next_after(text, tree.expr_span(x).end, b'['),
                _ => tree.report_pos(id),
            };
            // What is larger comes later, and begins with what is smaller only where that is a type.
            exprs.insert(at, id);
            if let Expr::Call { args, .. } = expr
                && let (Some(only), None) = (tree.list_get(args, 0), tree.list_get(args, 1))
            {
                conversions.insert(tree.unparen(only), id);
            }
        }
        let statements = statements(&tree);
        Self { tree, exprs, statements, conversions }
    }

    fn expr(&self, offset: u32) -> Span {
        let expr = self.exprs.get(&offset);
        expr.map_or(Span::new(offset, offset + 1), |&id| self.tree.expr_span(id))
    }

    fn node(&self, body: &Body, node: NodeId, offset: u32) -> Span {
        let node = &body.nodes[node];
        if let Some(&span) = self.statements.get(&offset)
            && is_statement(node.op)
        {
            return span;
        }
        let is_conversion = matches!(
            node.op,
            Op::Bytes2Str | Op::Str2Bytes | Op::Runes2Str | Op::Str2Runes | Op::RuneStr
        ) || node.op == Op::ConvIface && !node.is(NodeFlags::IMPLICIT);
        let operand = self.exprs.get(&offset);
        match operand.and_then(|operand| self.conversions.get(operand)) {
            Some(&call) if is_conversion => self.tree.expr_span(call),
            _ => self.expr(offset),
        }
    }
}

/// Statements by where they are reported: of those with a body, their first word.
fn statements(tree: &File) -> FxHashMap<u32, Span> {
    use syntax::walk::{Event, Node, walk};
    let mut found = FxHashMap::default();
    walk(tree, Node::File, |event| {
        if let Event::Enter(Node::Stmt(id)) = event {
            let span = tree.stmt_span(id);
            match tree.stmt(id) {
                Stmt::Assign { op_pos, .. } | Stmt::IncDec { op_pos, .. } => {
                    found.insert(op_pos, span);
                }
                Stmt::Send { arrow, .. } => {
                    found.insert(arrow, span);
                }
                Stmt::Range { range, .. } => {
                    found.insert(range, Span::new(range, range + 5));
                }
                Stmt::Return(_) | Stmt::Go(_) | Stmt::Defer(_) => {
                    found.insert(span.start, span);
                }
                _ => {}
            }
        }
        true
    });
    found
}

fn is_statement(op: Op) -> bool {
    op.is_assign_list()
        || matches!(op, Op::As | Op::AsOp | Op::Return | Op::Send | Op::Go | Op::Defer | Op::Range)
}

/// The first `byte` from an offset on.
fn next_after(text: &[u8], from: u32, byte: u8) -> u32 {
    let rest = text.get(from as usize..).unwrap_or_default();
    let at = rest.iter().position(|&b| b == byte).unwrap_or(0);
    from + u32::try_from(at).unwrap_or(0)
}
