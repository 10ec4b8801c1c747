//! What a rule can ask about the file it looks at.
//!
//! The questions are grouped by what they are about: `objects` (who uses a variable, and how), `loops`, `functions`,
//! `names`, `purity`. This file has what they share.

use std::cell::OnceCell;

use escape::Allocations;
pub use flow::Callee;
use flow::Flow;
use memory::Target;
use rustc_hash::FxHashMap;
use source::{Id, Name, Span};
use syntax::File;
use syntax::tree::{Expr, ExprId, IdentId, SpecId, StmtId};
use types::constant::Value;
use types::layout::Sizes;
use types::program::{CheckedFile, CheckedPackage};
use types::{Basic, FileFacts, ObjId, Store, Type, TypeId, Universe};

use crate::Settings;
use crate::field_order::FieldOrder;
use crate::finding::Tier;
use crate::names::Minted;
use crate::parents::{Parent, Parents};
use crate::pools::Pools;
use crate::unseen::Unseen;

/// A package under the rules, and what has been worked out about it so far.
pub(crate) struct Package<'a> {
    pub(crate) checked: &'a CheckedPackage<'a>,
    /// What is allocated, where that is known.
    pub(crate) allocations: Option<&'a Allocations<'a, 'a>>,
    pub(crate) settings: &'a Settings,
    /// What else belongs to it.
    pub(crate) unseen: &'a Unseen,
    files: Vec<Index>,
    pub(crate) minted: Minted,
    pub(crate) function_uses: OnceCell<FxHashMap<ObjId, Vec<(usize, IdentId)>>>,
    field_order: OnceCell<FieldOrder>,
    pub(crate) pools: Pools,
    pub(crate) flow: Flow<'a>,
}

/// What has been worked out about a file, each when first asked for.
#[derive(Default)]
struct Index {
    uses: OnceCell<FxHashMap<ObjId, Vec<IdentId>>>,
    declaring: OnceCell<FxHashMap<Name, Vec<IdentId>>>,
}

impl<'a> Package<'a> {
    pub(crate) fn new(
        checked: &'a CheckedPackage<'a>,
        settings: &'a Settings,
        unseen: &'a Unseen,
        allocations: Option<&'a Allocations<'a, 'a>>,
    ) -> Self {
        let files = checked.files.iter().map(|_| Index::default()).collect();
        Self {
            checked,
            allocations,
            settings,
            unseen,
            files,
            minted: Minted::default(),
            function_uses: OnceCell::new(),
            field_order: OnceCell::new(),
            pools: Pools::default(),
            flow: Flow::new(checked, allocations),
        }
    }

    /// The view of one of its files.
    pub(crate) fn context(&'a self, file: usize) -> Context<'a> {
        Context {
            package: self,
            number: file,
            file: &self.checked.files[file],
            store: self.checked.store,
            index: &self.files[file],
        }
    }
}

/// What a rule can ask about the file it looks at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub(crate) package: &'a Package<'a>,
    /// Which file of the package.
    pub(crate) number: usize,
    /// The file.
    pub file: &'a CheckedFile,
    /// Types and objects.
    pub store: &'a Store,
    index: &'a Index,
}

impl<'a> Context<'a> {
    /// The file's tree.
    #[must_use]
    pub fn tree(&self) -> &'a File {
        &self.file.tree
    }

    /// What is known of its nodes.
    #[must_use]
    pub fn facts(&self) -> &'a FileFacts {
        &self.file.facts
    }

    /// What each node stands in.
    #[must_use]
    pub fn parents(&self) -> &'a Parents {
        self.view().code.parents()
    }

    /// How control and data move in the package.
    #[must_use]
    pub fn flow(&self) -> &'a Flow<'a> {
        &self.package.flow
    }

    /// The function around a node, with how control and data move in it; a function literal is not around itself. `None` for
    /// what stands in no function.
    #[must_use]
    pub fn flow_around(&self, node: impl Into<Parent>) -> Option<flow::Function<'a>> {
        self.flow().function_around(self.number, node)
    }

    /// Tree and facts, as `flow` looks at them.
    #[must_use]
    pub fn view(&self) -> flow::View<'a> {
        self.flow().view(self.number)
    }

    /// The Go version that the code will be built with.
    #[must_use]
    pub fn go(&self) -> (u32, u32) {
        self.package.settings.go
    }

    /// Whether findings of a tier are asked for. What takes long is not to be found out for others.
    #[must_use]
    pub fn asks_for(&self, tier: Tier) -> bool {
        self.package.settings.tiers.contains(&tier)
    }

    /// The version of the language that the file is written in.
    #[must_use]
    pub fn language(&self) -> (u32, u32) {
        self.file.go_version
    }

    /// The text of a range; empty where it is not UTF-8.
    #[must_use]
    pub fn text(&self, span: Span) -> &'a str {
        let file: &'a CheckedFile = self.file;
        file.text.get(span.range()).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("")
    }

    /// The text of an expression.
    #[must_use]
    pub fn source(&self, expr: ExprId) -> &'a str {
        self.text(self.span(expr))
    }

    /// The bytes of an expression.
    #[must_use]
    pub fn span(&self, expr: ExprId) -> Span {
        self.tree().expr_span(expr)
    }

    /// The bytes of a statement.
    #[must_use]
    pub fn stmt_span(&self, stmt: StmtId) -> Span {
        self.tree().stmt_span(stmt)
    }

    /// The type of an expression, aliases looked through; `Invalid` where it is not known.
    #[must_use]
    pub fn type_of(&self, expr: ExprId) -> TypeId {
        let ty = self.facts().type_of(expr).unwrap_or(Universe::INVALID);
        self.store.unalias(ty)
    }

    /// The type under the type of an expression.
    #[must_use]
    pub fn under(&self, expr: ExprId) -> &'a Type {
        self.store.ty(self.store.under(self.type_of(expr)))
    }

    /// Whether the type of an expression is one of strings.
    #[must_use]
    pub fn is_string(&self, expr: ExprId) -> bool {
        matches!(self.under(expr), Type::Basic(basic, _) if basic.is_string())
    }

    /// Whether an expression is of a predeclared type itself.
    #[must_use]
    pub fn is_basic(&self, expr: ExprId, basic: Basic) -> bool {
        matches!(self.store.ty(self.type_of(expr)), Type::Basic(b, _) if *b == basic)
    }

    /// Sizes of the architecture that is built for.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        self.package.checked.sizes
    }

    /// The allocator that the code will run with.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::new(self.go().1, self.sizes().word.unsigned_abs())
    }

    /// What in the package would notice another order of fields.
    pub(crate) fn field_order(&self) -> &'a FieldOrder {
        let files = 0..self.package.files.len();
        let observe = || FieldOrder::new(files.map(|number| self.package.context(number)));
        self.package.field_order.get_or_init(observe)
    }

    /// The specifications of the file.
    pub(crate) fn specs(&self) -> impl Iterator<Item = SpecId> + use<> {
        (0..self.tree().spec_count()).map(SpecId::from_index)
    }

    /// Bytes of a value of a type, where they are known.
    #[must_use]
    pub fn size_of(&self, ty: TypeId) -> Option<u64> {
        let size = self.package.checked.sizes.size_of(self.store, ty)?;
        u64::try_from(size).ok()
    }

    /// The value of a constant expression.
    #[must_use]
    pub fn constant(&self, expr: ExprId) -> Option<&'a Value> {
        self.facts().value(expr)
    }

    /// The value of a constant of integers.
    #[must_use]
    pub fn constant_int(&self, expr: ExprId) -> Option<i64> {
        match self.constant(expr)? {
            Value::Int(int) => int.as_i64(),
            _ => None,
        }
    }

    /// The value of a constant of strings, where it is UTF-8.
    #[must_use]
    pub fn constant_string(&self, expr: ExprId) -> Option<String> {
        let text = self.constant(expr)?.as_text()?;
        String::from_utf8(text.bytes().to_vec()).ok()
    }

    /// The variable, constant or function that an identifier, maybe in parentheses, denotes.
    #[must_use]
    pub fn object(&self, expr: ExprId) -> Option<ObjId> {
        match self.tree().expr(self.tree().unparen(expr)) {
            Expr::Ident(ident) => self.facts().object(ident),
            _ => None,
        }
    }

    /// What a call calls; `None` where the expression is no call.
    #[must_use]
    pub fn callee(&self, call: ExprId) -> Option<Callee> {
        self.view().callee(call)
    }

    /// Whether a call is of one of the functions (no methods) of a package.
    #[must_use]
    pub fn calls(&self, call: ExprId, package: &str, functions: &[&str]) -> bool {
        let Some(Callee::Function(function)) = self.callee(call) else { return false };
        let object = self.store.obj(function);
        object.pkg.is_some_and(|pkg| self.store.pkg(pkg).path.as_str() == package)
            && functions.contains(&object.name.as_str())
            && self.receiver(function).is_none()
    }

    /// The receiver of a method.
    #[must_use]
    pub fn receiver(&self, function: ObjId) -> Option<ObjId> {
        match self.store.ty(self.store.obj_type(function)) {
            Type::Signature(signature) => signature.recv,
            _ => None,
        }
    }

    /// The arguments of a call.
    #[must_use]
    pub fn arguments(&self, call: ExprId) -> Vec<ExprId> {
        match self.tree().expr(call) {
            Expr::Call { args, .. } => self.tree().list(args).collect(),
            _ => Vec::new(),
        }
    }

    /// The expression around one, parentheses passed over, with the outermost of these.
    #[must_use]
    pub fn around(&self, mut expr: ExprId) -> (ExprId, Parent) {
        loop {
            match self.parents().expr(expr) {
                Parent::Expr(outer) if matches!(self.tree().expr(outer), Expr::Paren(_)) => {
                    expr = outer;
                }
                parent => return (expr, parent),
            }
        }
    }

    /// Whether a comment stands within a range, so that replacing it would lose the comment.
    #[must_use]
    pub fn has_comment(&self, span: Span) -> bool {
        let comments = self.tree().comments();
        let next = comments.partition_point(|c| c.end <= span.start);
        comments.get(next).is_some_and(|c| c.start < span.end)
    }

    /// The name in the package clause.
    #[must_use]
    pub fn package_own_name(&self) -> &'static str {
        self.tree().name.map_or("", |ident| self.tree().ident(ident).name.as_str())
    }

    /// Offset behind what stands on the line of an offset, before its end.
    #[must_use]
    pub fn content_end(&self, offset: u32) -> u32 {
        let start = self.line_start(offset);
        let line = self.text(Span::new(start, self.line_end(offset)));
        start + line.trim_end().len() as u32
    }

    /// Whether the file is one of tests.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.file.path.as_os_str().to_string_lossy().ends_with("_test.go")
    }

    /// Whether nothing else, not even a comment, stands on the lines of a range.
    #[must_use]
    pub fn stands_alone_on_lines(&self, span: Span) -> bool {
        let before = self.text(Span::new(self.line_start(span.start), span.start));
        let behind = self.text(Span::new(span.end, self.line_end(span.end)));
        before.trim().is_empty() && behind.trim().is_empty() && !self.has_comment(span)
    }

    /// The lines of a range, so that nothing is left where they are removed: with an empty line behind them where one
    /// would begin a block or follow another.
    #[must_use]
    pub fn whole_lines(&self, span: Span) -> Span {
        let start = self.line_start(span.start);
        let mut end = self.line_end(span.end.saturating_sub(1));
        let line = |at: u32| self.text(Span::new(self.line_start(at), self.line_end(at))).trim();
        let above = if start == 0 { "" } else { line(start - 1) };
        let opens = above.is_empty() || above.ends_with(['{', ':', '(']);
        if opens && end < self.tree().len && line(end).is_empty() {
            end = self.line_end(end);
        }
        Span::new(start, end)
    }

    /// Offset of the first byte of the line that an offset is in.
    #[must_use]
    pub fn line_start(&self, offset: u32) -> u32 {
        let line = self.tree().lines.locate(offset).line;
        self.tree().lines.start(line).unwrap_or(0)
    }

    /// Offset behind the line that an offset is in, its end included.
    #[must_use]
    pub fn line_end(&self, offset: u32) -> u32 {
        let line = self.tree().lines.locate(offset).line;
        self.tree().lines.start(line + 1).unwrap_or(self.tree().len)
    }

    /// The white space that the line of an offset begins with.
    #[must_use]
    pub fn indent(&self, offset: u32) -> &'a str {
        let line = self.text(Span::new(self.line_start(offset), offset));
        &line[..line.len() - line.trim_start_matches(['\t', ' ']).len()]
    }

    /// The identifiers of the file that declare or denote each object, in the order of the text.
    pub(crate) fn use_index(&self) -> &'a FxHashMap<ObjId, Vec<IdentId>> {
        self.index.uses.get_or_init(|| {
            let mut uses: FxHashMap<ObjId, Vec<IdentId>> = FxHashMap::default();
            for (id, _) in self.tree().idents() {
                if let Some(object) = self.facts().object(id) {
                    uses.entry(object).or_default().push(id);
                }
            }
            for idents in uses.values_mut() {
                idents.sort_by_key(|&id| self.tree().ident(id).pos);
            }
            uses
        })
    }

    /// The identifiers of the file that declare something, by name.
    pub(crate) fn declaring(&self, name: Name) -> &'a [IdentId] {
        let all = self.index.declaring.get_or_init(|| {
            let mut all: FxHashMap<Name, Vec<IdentId>> = FxHashMap::default();
            for (id, ident) in self.tree().idents() {
                if self.facts().defs[id].is_some() {
                    all.entry(ident.name).or_default().push(id);
                }
            }
            all
        });
        all.get(&name).map_or(&[], Vec::as_slice)
    }
}
