//! Bodies put together by hand.

use std::sync::Arc;

use escape::{Analysis, Ask, BatchEntry, Declared, Inlinable, KnownLayouts, Leaks, World, analyze};
use lower::ir::{
    Aux, Body, FuncFlags, FuncId, Function, InstId, List, Node, NodeFlags, NodeId, Op, Pos, Var,
    VarClass, VarFlags, VarId, Wording,
};
use lower::{Arch, Compiler, Instances, Pragmas, Shapes};
use rustc_hash::FxHashMap;
use source::Name;
use types::constant::Value;
use types::layout::Sizes;
use types::{Basic, ObjId, ObjectKind, PkgId, Store, TypeId, VarKind};

pub(crate) const INT: TypeId = Basic::Int.id();

/// A program of one package.
pub(crate) struct Program {
    pub(crate) store: Store,
    pub(crate) pkg: PkgId,
    layouts: KnownLayouts,
    compiler: Compiler,
    instances: Instances,
    shapes: Shapes,
    declared: FxHashMap<InstId, Declared>,
    pub(crate) leaks: FxHashMap<InstId, Arc<[Leaks]>>,
}

impl World for Program {
    fn store(&self) -> &Store {
        &self.store
    }
    fn sizes(&self) -> Sizes {
        Sizes { word: 8, max_align: 8 }
    }
    fn layouts(&self) -> &KnownLayouts {
        &self.layouts
    }
    fn compiler(&self) -> &Compiler {
        &self.compiler
    }
    fn instances(&self) -> &Instances {
        &self.instances
    }
    fn shapes(&self) -> &Shapes {
        &self.shapes
    }
    fn declared(&self, inst: InstId) -> Declared {
        self.declared[&inst]
    }
    fn inlinable(&self, _: InstId) -> Option<Arc<Inlinable>> {
        None
    }
    fn leaks(&self, inst: InstId) -> Option<Arc<[Leaks]>> {
        self.leaks.get(&inst).cloned()
    }
}

impl Program {
    pub(crate) fn new(minor: u32) -> Self {
        let store = Store::new();
        let pkg = store.add_package(Name::new("example.com/p"), false);
        let shapes = Shapes::new(&store);
        let compiler =
            Compiler { minor, inline: false, race: false, arch: Arch::Amd64, merges_loads: true };
        Self {
            store,
            pkg,
            layouts: KnownLayouts::default(),
            compiler,
            instances: Instances::default(),
            shapes,
            declared: FxHashMap::default(),
            leaks: FxHashMap::default(),
        }
    }

    pub(crate) fn pointer(&self) -> TypeId {
        self.store.pointer(INT)
    }

    pub(crate) fn global(&self, name: &str, ty: TypeId) -> ObjId {
        let kind = ObjectKind::Var(VarKind::Package);
        self.store.new_object(Name::new(name), Some(self.pkg), None, Some(ty), kind)
    }

    /// The id of a function; its body is made by a [`Maker`].
    pub(crate) fn function(&mut self, name: &str, pragmas: Pragmas, has_body: bool) -> InstId {
        let kind = ObjectKind::Func { origin: None };
        let obj = self.store.new_object(Name::new(name), Some(self.pkg), None, Some(INT), kind);
        let inst = self.instances.id(obj, &[]);
        self.declared.insert(inst, Declared { pragmas, has_body, is_intrinsic: false });
        inst
    }

    /// Analyses functions together and gives the lines of `-m`, sorted, and the rest.
    pub(crate) fn run(
        &self,
        entries: Vec<BatchEntry>,
        ask: Ask,
    ) -> (Vec<String>, Analysis, Vec<BatchEntry>) {
        let mut entries = entries;
        let analysis = analyze(self, &mut entries, ask);
        let wording = Wording {
            store: &self.store,
            instances: &self.instances,
            compiler: &self.compiler,
            package: self.pkg,
            home: self.pkg,
        };
        let mut lines = Vec::new();
        for (entry, result) in entries.iter().zip(&analysis.functions) {
            lines.extend(result.remarks.iter().map(|remark| remark.text(entry, &wording)));
        }
        lines.sort();
        (lines, analysis, entries)
    }

    /// As [`Self::run`] of one function: the lines of `-m`.
    pub(crate) fn lines(&self, entry: BatchEntry) -> Vec<String> {
        self.run(vec![entry], Ask::default()).0
    }
}

/// Makes the body of a function.
pub(crate) struct Maker {
    inst: InstId,
    pub(crate) body: Body,
    func: FuncId,
    stmts: Vec<NodeId>,
    outer: Vec<(FuncId, Vec<NodeId>)>,
}

impl Maker {
    pub(crate) fn new(inst: InstId) -> Self {
        let mut body = Body::default();
        body.has_body = true;
        let func = body.funcs.push(function(None));
        Self { inst, body, func, stmts: Vec::new(), outer: Vec::new() }
    }

    pub(crate) fn bodiless(mut self) -> BatchEntry {
        self.body.has_body = false;
        BatchEntry { inst: self.inst, body: self.body }
    }

    pub(crate) fn done(mut self) -> BatchEntry {
        self.body.funcs[self.func].body = self.body.list(&self.stmts);
        BatchEntry { inst: self.inst, body: self.body }
    }

    pub(crate) fn var(&mut self, name: &str, ty: TypeId, class: VarClass) -> VarId {
        let var = self.body.vars.push(Var {
            name: Name::new(name),
            ty,
            class,
            func: self.func,
            pos: Pos::GENERATED,
            defn: None,
            outer: None,
            flags: VarFlags::default(),
        });
        let function = &mut self.body.funcs[self.func];
        match class {
            VarClass::Param => function.params.push(var),
            VarClass::Result => function.results.push(var),
            _ => {}
        }
        function.vars.push(var);
        var
    }

    pub(crate) fn param(&mut self, name: &str, ty: TypeId) -> VarId {
        self.var(name, ty, VarClass::Param)
    }

    pub(crate) fn result(&mut self, name: &str, ty: TypeId) -> VarId {
        self.var(name, ty, VarClass::Result)
    }

    pub(crate) fn node(&mut self, node: Node) -> NodeId {
        self.body.add(node)
    }

    pub(crate) fn op(&mut self, op: Op, ty: TypeId, x: Option<NodeId>) -> NodeId {
        self.node(Node { x, ..Node::new(op, Pos::GENERATED, Some(ty)) })
    }

    pub(crate) fn name(&mut self, var: VarId) -> NodeId {
        let ty = self.body.vars[var].ty;
        self.node(Node { aux: Aux::Var(var), ..Node::new(Op::Name, Pos::GENERATED, Some(ty)) })
    }

    pub(crate) fn global(&mut self, obj: ObjId, ty: TypeId) -> NodeId {
        self.node(Node { aux: Aux::Global(obj), ..Node::new(Op::Name, Pos::GENERATED, Some(ty)) })
    }

    pub(crate) fn int(&mut self, value: i64) -> NodeId {
        let id = self.body.consts.push(Value::from(value));
        self.node(Node { aux: Aux::Const(id), ..Node::new(Op::Literal, Pos::GENERATED, Some(INT)) })
    }

    pub(crate) fn new_int(&mut self, pointer: TypeId) -> NodeId {
        let ty = self.node(Node::new(Op::Type, Pos::GENERATED, Some(INT)));
        self.op(Op::New, pointer, Some(ty))
    }

    pub(crate) fn make_slice(&mut self, slice: TypeId, len: NodeId) -> NodeId {
        self.op(Op::MakeSlice, slice, Some(len))
    }

    fn push(&mut self, node: Node) -> NodeId {
        let id = self.node(node);
        self.stmts.push(id);
        id
    }

    pub(crate) fn assign(&mut self, x: NodeId, y: NodeId) {
        self.push(Node { x: Some(x), y: Some(y), ..Node::new(Op::As, Pos::GENERATED, None) });
    }

    /// `name := value`
    pub(crate) fn define(&mut self, name: &str, ty: TypeId, value: NodeId) -> VarId {
        let var = self.var(name, ty, VarClass::Auto);
        let declared = self.name(var);
        let dcl = Node { x: Some(declared), ..Node::new(Op::Dcl, Pos::GENERATED, None) };
        let dcl = self.node(dcl);
        let init = self.body.list(&[dcl]);
        let x = self.name(var);
        let assign = Node::new(Op::As, Pos::GENERATED, None);
        let flags = NodeFlags::DEF;
        let id = self.push(Node { x: Some(x), y: Some(value), init, flags, ..assign });
        self.body.vars[var].defn = Some(id);
        var
    }

    pub(crate) fn returns(&mut self, values: &[NodeId]) {
        let list = self.body.list(values);
        self.push(Node { list, ..Node::new(Op::Return, Pos::GENERATED, None) });
    }

    pub(crate) fn call(&mut self, callee: NodeId, arguments: &[NodeId], ty: TypeId) -> NodeId {
        let list = self.body.list(arguments);
        let call = Node::new(Op::CallFunc, Pos::GENERATED, Some(ty));
        self.node(Node { x: Some(callee), list, ..call })
    }

    pub(crate) fn callee(&mut self, inst: InstId) -> NodeId {
        self.node(Node { aux: Aux::Inst(inst), ..Node::new(Op::Name, Pos::GENERATED, Some(INT)) })
    }

    pub(crate) fn stmt(&mut self, id: NodeId) {
        self.stmts.push(id);
    }

    pub(crate) fn in_loop(&mut self, make: impl FnOnce(&mut Self)) {
        let outside = std::mem::take(&mut self.stmts);
        make(self);
        let inside = std::mem::replace(&mut self.stmts, outside);
        let body = self.body.list(&inside);
        self.push(Node { body, ..Node::new(Op::For, Pos::GENERATED, None) });
    }

    /// A function literal that captures variables; `make` gets them as it knows them.
    pub(crate) fn literal(
        &mut self,
        captures: &[VarId],
        ty: TypeId,
        make: impl FnOnce(&mut Self, &[VarId]),
    ) -> NodeId {
        let func = self.body.funcs.push(function(Some(self.func)));
        self.outer.push((self.func, std::mem::take(&mut self.stmts)));
        self.func = func;
        let inner: Vec<VarId> = captures
            .iter()
            .map(|&outer| {
                let mut var = self.body.vars[outer];
                (var.class, var.func, var.outer) = (VarClass::Captured, func, Some(outer));
                self.body.vars.push(var)
            })
            .collect();
        self.body.funcs[func].captures = inner.clone();
        make(self, &inner);
        let stmts = std::mem::take(&mut self.stmts);
        self.body.funcs[func].body = self.body.list(&stmts);
        if let Some((outer, stmts)) = self.outer.pop() {
            (self.func, self.stmts) = (outer, stmts);
        }
        let closure = Node::new(Op::Closure, Pos::GENERATED, Some(ty));
        let id = self.node(Node { aux: Aux::Closure(func), ..closure });
        self.body.funcs[func].closure = Some(id);
        id
    }
}

fn function(parent: Option<FuncId>) -> Function {
    Function {
        parent,
        ty: INT,
        pos: Pos::GENERATED,
        params: Vec::new(),
        results: Vec::new(),
        vars: Vec::new(),
        captures: Vec::new(),
        body: List::EMPTY,
        closure: None,
        flags: FuncFlags::default(),
    }
}
