//! Trees read from the text in which [`Body::dump_stmts`] writes them, and passes held against the compiler's trees.
//!
//! A case in `testdata` is a Go file, the classes of its parameters and results, and what Go 1.27.3 prints under `-W=2` of
//! its function `f`, without and with the pass (operands that only describe types left out).

use std::collections::HashMap;
use std::sync::OnceLock;

use source::{Id, Name};
use types::constant::Value;
use types::types::{Late, Named, Signature};
use types::{Basic, ObjId, ObjectKind, Store, Type, TypeId, VarKind};

use crate::ir::{
    Aux, Body, FuncFlags, FuncId, Function, Line, List, Names, Node, NodeFlags, NodeId, Op, Pos,
    Var, VarClass, VarFlags, VarId,
};
use crate::{Arch, Compiler, Instances};

/// A case, its `before` read.
pub(super) struct Case {
    pub(super) store: Store,
    pub(super) instances: Instances,
    pub(super) body: Body,
    after: Vec<String>,
}

impl Case {
    /// Reads a case. Functions that are called have as many results as `results` says, else none.
    pub(super) fn read(text: &str, results: &[(&str, usize)]) -> Self {
        let (_, rest) = text.split_once("-- variables --\n").unwrap();
        let (classes, rest) = rest.split_once("-- before --\n").unwrap();
        let (before, after) = rest.split_once("-- after --\n").unwrap();
        let (store, instances) = (Store::new(), Instances::default());
        let mut reader = Reader {
            store: &store,
            instances: &instances,
            results,
            classes: classes.lines().filter_map(|line| line.split_once(' ')).collect(),
            body: Body::default(),
            vars: Vec::new(),
            func: Body::ROOT,
            lines: before.lines().map(line).collect(),
            at: 0,
        };
        reader.root();
        let body = reader.body;
        let after = after.lines().map(|text| comparable(&line(text))).collect();
        Self { store, instances, body, after: numbered(after) }
    }

    /// Asserts that the body is what the compiler makes of it.
    pub(super) fn check(mut self) {
        // Temporaries are told apart.
        for at in 0..self.body.vars.len() {
            let var = &mut self.body.vars[VarId::from_index(at)];
            if var.name.as_str().is_empty() {
                var.name = Name::new(&format!(".autotmp_{at}"));
            }
        }
        let (store, instances) = (&self.store, &self.instances);
        let lines = self.body.dump_stmts(Body::ROOT, Names { store, instances, package: "p" });
        let mut ours: Vec<String> = Vec::new();
        let mut skip = None;
        for line in &lines {
            if skip.is_some_and(|depth| line.depth > depth) {
                continue;
            }
            skip = (line.op == "DCLFUNC-Dcl").then_some(line.depth);
            if skip.is_none() {
                ours.push(comparable(line));
            }
        }
        let ours = numbered(ours);
        if let Some(at) =
            (0..ours.len().max(self.after.len())).find(|&at| ours.get(at) != self.after.get(at))
        {
            let show = |lines: &[String]| {
                lines[at.min(lines.len())..].iter().take(12).cloned().collect::<Vec<_>>().join("\n")
            };
            let before = ours[at.saturating_sub(12)..at].join("\n");
            panic!(
                "line {at}\n{before}\n-- ours --\n{}\n-- Go --\n{}",
                show(&ours),
                show(&self.after)
            );
        }
    }
}

/// Names without their packages.
fn comparable(line: &Line) -> String {
    let detail = line.detail.split_once('.').map_or(&*line.detail, |(_, name)| name);
    let detail = if line.op == "LITERAL" { &line.detail } else { detail };
    format!("{} {} {detail}", line.depth, line.op)
}

/// Temporaries numbered in the order in which they appear.
fn numbered(mut lines: Vec<String>) -> Vec<String> {
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for line in &mut lines {
        if let Some((head, number)) = line.split_once(".autotmp_") {
            let next = numbers.len();
            let number = *numbers.entry(number.to_owned()).or_insert(next);
            *line = format!("{head}.autotmp_{number}");
        }
    }
    lines
}

fn line(text: &str) -> Line {
    let (depth, rest) = text.split_once(' ').unwrap();
    let (op, detail) = rest.split_once(' ').unwrap_or((rest, ""));
    Line { depth: depth.parse().unwrap(), op: op.to_owned(), detail: detail.to_owned() }
}

struct Reader<'a> {
    store: &'a Store,
    instances: &'a Instances,
    results: &'a [(&'a str, usize)],
    /// `param p.x`, the other way around.
    classes: Vec<(&'a str, &'a str)>,
    body: Body,
    /// Variables in scope, the last of a name counts.
    vars: Vec<(String, VarId)>,
    func: FuncId,
    lines: Vec<Line>,
    at: usize,
}

impl Reader<'_> {
    fn root(&mut self) {
        self.func = self.add_func(None);
        for (class, name) in self.classes.clone() {
            let class = if class == "param" { VarClass::Param } else { VarClass::Result };
            self.declare(name, class);
        }
        let stmts = self.nodes(1);
        assert_eq!(self.at, self.lines.len(), "not read: {:?}", self.lines.get(self.at));
        self.body.funcs[Body::ROOT].body = self.body.list(&stmts);
    }

    fn add_func(&mut self, parent: Option<FuncId>) -> FuncId {
        self.body.funcs.push(Function {
            parent,
            ty: Basic::Invalid.id(),
            pos: Pos::GENERATED,
            params: Vec::new(),
            results: Vec::new(),
            vars: Vec::new(),
            captures: Vec::new(),
            body: List::EMPTY,
            closure: None,
            flags: FuncFlags::default(),
        })
    }

    fn declare(&mut self, name: &str, class: VarClass) -> VarId {
        let (outer, own) = (self.find(name), name.split_once('.').unwrap().1);
        let captured = class == VarClass::Captured;
        let is_temp = own.starts_with(".autotmp");
        let var = self.body.vars.push(Var {
            name: Name::new(if is_temp { "" } else { own }),
            // So that parts of variables are parts of their storage.
            ty: self.store.array(Basic::Int.id(), 2),
            class,
            func: self.func,
            pos: Pos::GENERATED,
            defn: None,
            outer: if captured { outer } else { None },
            flags: VarFlags::default(),
        });
        if !captured {
            self.body.funcs[self.func].vars.push(var);
        }
        self.vars.push((name.to_owned(), var));
        var
    }

    fn find(&self, name: &str) -> Option<VarId> {
        self.vars.iter().rev().find(|(known, _)| known == name).map(|&(_, var)| var)
    }

    /// Takes the next line if it stands at this depth and its operation fits.
    fn take(&mut self, depth: u32, fits: impl Fn(&str) -> bool) -> Option<Line> {
        let line = self.lines.get(self.at)?;
        let found = line.depth == depth && fits(&line.op);
        self.at += usize::from(found);
        found.then(|| self.lines[self.at - 1].clone())
    }

    fn nodes(&mut self, depth: u32) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        while self.lines.get(self.at).is_some_and(|line| line.depth == depth) {
            let node = self.node(depth);
            // Statements know their labels, but do not show them.
            if let Some(&before) = nodes.last()
                && self.body.nodes[before].op == Op::Label
            {
                self.body.nodes[node].aux = self.body.nodes[before].aux;
            }
            nodes.push(node);
        }
        nodes
    }

    fn node(&mut self, depth: u32) -> NodeId {
        let mut init = Vec::new();
        if self.take(depth, |op| op.ends_with("-init")).is_some() {
            init = self.nodes(depth + 1);
        }
        let head = self.take(depth, |_| true).unwrap();
        let op =
            *Op::ALL.iter().find(|op| op.name() == head.op).unwrap_or_else(|| panic!("{head}"));
        if op == Op::Dcl {
            let name = self.lines[self.at].detail.clone();
            self.declare(&name, VarClass::Auto);
        }
        let id = self.body.add(Node::new(op, Pos::GENERATED, None));
        self.body.nodes[id].init = self.body.list(&init);
        self.detail(id, &head.detail);
        if op == Op::Closure {
            self.closure(id, depth);
            return id;
        }
        let operands = self.nodes(depth + 1);
        self.place(id, "", &operands);
        let start = format!("{}-", op.name());
        let is_part = |op: &str| op.starts_with(&start) && !op.ends_with("-init");
        while let Some(part) = self.take(depth, is_part) {
            let operands = self.nodes(depth + 1);
            self.place(id, &part.op[start.len()..], &operands);
        }
        self.typed(id);
        id
    }

    fn closure(&mut self, id: NodeId, depth: u32) {
        self.take(depth, |op| op == "CLOSURE-Func").unwrap();
        self.take(depth + 1, |op| op == "DCLFUNC").unwrap();
        let (outside, scope) = (self.func, self.vars.len());
        self.func = self.add_func(Some(outside));
        self.body.nodes[id].aux = Aux::Closure(self.func);
        if self.take(depth + 1, |op| op == "DCLFUNC-ClosureVars").is_some() {
            while let Some(line) = self.take(depth + 2, |_| true) {
                let var = self.declare(&line.detail, VarClass::Captured);
                self.body.funcs[self.func].captures.push(var);
            }
        }
        if self.take(depth + 1, |op| op == "DCLFUNC-body").is_some() {
            let stmts = self.nodes(depth + 2);
            let list = self.body.list(&stmts);
            self.body.funcs[self.func].body = list;
        }
        self.vars.truncate(scope);
        self.func = outside;
    }

    fn detail(&mut self, id: NodeId, detail: &str) {
        let flags = [
            ("Def", NodeFlags::DEF),
            ("IncDec", NodeFlags::INC_DEC),
            ("IsDDD", NodeFlags::DDD),
            ("DistinctVars", NodeFlags::DISTINCT_VARS),
            ("Implicit", NodeFlags::IMPLICIT),
        ];
        for word in detail.split_whitespace() {
            if let Some((_, flag)) = flags.iter().find(|(name, _)| *name == word) {
                let flags = self.body.nodes[id].flags.with(*flag);
                self.body.nodes[id].flags = flags;
            } else {
                let op = self.body.nodes[id].op;
                let own = word.split_once('.').map_or(word, |(_, own)| own);
                let aux = match op {
                    Op::Name if word == "p._" => Aux::Str(Name::new("_")),
                    Op::Name => match self.find(word) {
                        Some(var) => Aux::Var(var),
                        None => self.function(id, own),
                    },
                    Op::MethExpr => self.benchmark_loop(own),
                    Op::Literal => {
                        let value =
                            word.parse::<i64>().map_or(Value::from(word == "true"), Value::from);
                        Aux::Const(self.body.consts.push(value))
                    }
                    Op::AsOp => Aux::Sub(*Op::ALL.iter().find(|op| op.name() == word).unwrap()),
                    Op::Label | Op::Goto | Op::Break | Op::Continue => {
                        Aux::Label(Name::new(own), 0)
                    }
                    _ => Aux::Str(Name::new(own)),
                };
                self.body.nodes[id].aux = aux;
            }
        }
    }

    fn param(&self) -> ObjId {
        let (name, int) = (Name::new(""), Some(Basic::Int.id()));
        self.store.new_object(name, None, None, int, ObjectKind::Var(VarKind::Param))
    }

    fn signature(&self, recv: Option<ObjId>, results: usize) -> TypeId {
        self.store.add_type(Type::Signature(Box::new(Signature {
            recv,
            type_params: [].into(),
            recv_type_params: [].into(),
            params: [].into(),
            results: (0..results).map(|_| self.param()).collect(),
            variadic: false,
        })))
    }

    fn function(&mut self, id: NodeId, name: &str) -> Aux {
        let results = self.results.iter().find(|(known, _)| *known == name);
        let ty = Some(self.signature(None, results.map_or(0, |&(_, count)| count)));
        self.body.nodes[id].ty = ty;
        let kind = ObjectKind::Func { origin: None };
        let obj = self.store.new_object(Name::new(name), None, None, ty, kind);
        Aux::Inst(self.instances.id(obj, &[]))
    }

    /// The method `Loop` of `*testing.B`.
    fn benchmark_loop(&self, name: &str) -> Aux {
        let pkg = Some(self.store.add_package(Name::new("testing"), false));
        let obj = self.store.new_object(Name::new("B"), pkg, None, None, ObjectKind::TypeName);
        let named = self.store.add_type(Type::Named(Box::new(named(obj))));
        let (this, ty) = (Name::new("b"), Some(self.store.pointer(named)));
        let recv = self.store.new_object(this, pkg, None, ty, ObjectKind::Var(VarKind::Recv));
        let ty = Some(self.signature(Some(recv), 1));
        let kind = ObjectKind::Func { origin: None };
        Aux::Inst(
            self.instances.id(self.store.new_object(Name::new(name), pkg, None, ty, kind), &[]),
        )
    }

    fn place(&mut self, id: NodeId, part: &str, operands: &[NodeId]) {
        let list = self.body.list(operands);
        let node = &mut self.body.nodes[id];
        let one = operands.first().copied();
        match (node.op, part) {
            (Op::TypeSw, "") => node.x = one,
            (_, "") => {
                let mut all = operands.iter().copied();
                (node.x, node.y, node.z) = (all.next(), all.next(), all.next());
            }
            (Op::Range, "Key") => (node.y, node.z) = (one, operands.get(1).copied()),
            (Op::Key, "Key") => (node.x, node.y) = (one, operands.get(1).copied()),
            (_, "Fun" | "Cond" | "Tag" | "Var" | "Comm" | "Len") => node.x = one,
            (_, "Post" | "DeferAt" | "Low" | "Cap") => node.y = one,
            (_, "High") => node.z = one,
            (_, "Body" | "Rhs") => node.body = list,
            (_, "Else") => node.els = list,
            (_, "Args" | "Lhs" | "List" | "ReturnVars" | "Results" | "Cases" | "Max") => {
                node.list = list
            }
            other => panic!("{other:?}"),
        }
    }

    /// Calls have the types of their results; of other expressions, that they have one is all that counts.
    fn typed(&mut self, id: NodeId) {
        let node = &self.body.nodes[id];
        if node.ty.is_some() {
            return;
        }
        let callee = node.x.filter(|_| node.op.is_call()).and_then(|x| self.body.nodes[x].ty);
        let ty = match callee.map(|ty| self.store.ty(ty)) {
            Some(Type::Signature(signature)) if signature.results.len() > 1 => {
                self.store.tuple(&signature.results)
            }
            _ if matches!(node.op, Op::Name | Op::Dot | Op::Index) => {
                self.store.array(Basic::Int.id(), 2)
            }
            _ => Basic::Int.id(),
        };
        self.body.nodes[id].ty = Some(ty);
    }
}

fn named(obj: ObjId) -> Named {
    Named {
        obj,
        underlying: Late::new(Basic::Int.id()),
        type_params: OnceLock::default(),
        methods: OnceLock::default(),
        instance: None,
    }
}

/// Go 1.27.
pub(super) const COMPILER: Compiler =
    Compiler { minor: 27, inline: true, race: false, arch: Arch::Amd64, merges_loads: true };
