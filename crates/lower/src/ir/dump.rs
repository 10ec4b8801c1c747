//! A function's tree, line by line as the compiler prints it under `-gcflags=-W=2`.
//!
//! ```text
//! 1 AS-init
//! 2 DCL
//! 3 NAME p.x
//! 1 AS Def
//! 2 NAME p.x
//! 2 LITERAL 3
//! ```
//!
//! Lines such as `AS-init` are no nodes: they name the part of a node that follows. `init` stands before its node, other
//! parts behind it. Parts that are empty are left out, and the plain operands of an expression have no such line.
//!
//! Not in the tree here, but in the compiler's, are operands that only describe types: the parts `RType`, `RTypes`,
//! `TypeWord`, `SrcRType`, `ElemRType`, `ITab`, and those of range statements that are called so behind `Key` or `Value`.
//! Of operations on types from dictionaries they are operands in both.

use std::fmt;

use source::Name;
use types::constant::Value;
use types::{ObjId, Store};

use super::body::{Body, FuncId, NodeId, Var, VarClass, VarId};
use super::node::{Aux, Node, NodeFlags};
use super::op::Op;
use super::visit::deeper;
use crate::Instances;
use crate::build::{is_empty_interface, is_interface};

/// A line of a tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// How deep it stands, from 1.
    pub depth: u32,
    /// The operation; `IF-Cond` for what names a part.
    pub op: String,
    /// The symbol with its package's name, the value of a constant, the operator of an `ASOP`, and the flags `Def`,
    /// `DistinctVars`, `Implicit`, `IncDec` and `IsDDD`. Empty for most.
    pub detail: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { depth, op, detail } = self;
        let space = if detail.is_empty() { "" } else { " " };
        write!(f, "{depth} {op}{space}{detail}")
    }
}

/// What is needed to name what a body refers to.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Objects.
    pub store: &'a Store,
    /// Functions.
    pub instances: &'a Instances,
    /// The name of the package of the body: local variables and labels have it too.
    pub package: &'a str,
}

impl Body {
    /// The statements of a function, as printed before devirtualising and inlining.
    #[must_use]
    pub fn dump_stmts(&self, func: FuncId, names: Names<'_>) -> Vec<Line> {
        let mut dump = Dump { body: self, names, lines: Vec::new(), switched: None };
        dump.nodes(self.items(self.funcs[func].body), 1);
        dump.lines
    }

    /// A function with its variables, as printed before escape analysis.
    #[must_use]
    pub fn dump_func(&self, func: FuncId, names: Names<'_>) -> Vec<Line> {
        let mut dump = Dump { body: self, names, lines: Vec::new(), switched: None };
        dump.func(func, 1);
        dump.lines
    }
}

struct Dump<'a> {
    body: &'a Body,
    names: Names<'a>,
    lines: Vec<Line>,
    /// The value whose type the type switch at hand asks for.
    switched: Option<NodeId>,
}

impl Dump<'_> {
    fn line(&mut self, depth: u32, op: String, detail: String) {
        self.lines.push(Line { depth, op, detail });
    }

    fn part(&mut self, op: Op, name: &str, nodes: &[NodeId], depth: u32) {
        if nodes.is_empty() {
            return;
        }
        if !name.is_empty() {
            self.line(depth, format!("{}-{name}", op.name()), String::new());
        }
        self.nodes(nodes, depth + 1);
    }

    fn nodes(&mut self, nodes: &[NodeId], depth: u32) {
        for &id in nodes {
            deeper(|| self.node(id, depth));
        }
    }

    fn node(&mut self, id: NodeId, depth: u32) {
        let body = self.body;
        let node = &body.nodes[id];
        let op = node.op;
        self.part(op, "init", body.items(node.init), depth);
        let detail = self.detail(node);
        self.line(depth, op.name().to_owned(), detail);
        if let (Op::Closure, Aux::Closure(func)) = (op, node.aux) {
            self.line(depth, "CLOSURE-Func".to_owned(), String::new());
            self.func(func, depth + 1);
            return;
        }
        // The method's receiver type, which is no node here.
        if op == Op::MethExpr && node.x.is_none() {
            self.line(depth + 1, Op::Type.name().to_owned(), String::new());
        }
        // The compiler's own node is a call of a function.
        if op == Op::Getg {
            self.line(depth, "GETG-Fun".to_owned(), String::new());
            self.line(depth + 1, Op::Name.name().to_owned(), "runtime.getg".to_owned());
        }
        let switched = self.switched;
        if op == Op::Switch {
            let head = node.x.map(|head| &body.nodes[head]).filter(|head| head.op == Op::TypeSw);
            self.switched = head.and_then(|head| head.x);
        }
        match op {
            Op::DynamicDotType | Op::DynamicDotType2 => self.dynamic(node, node.x, depth),
            Op::DynamicType => self.dynamic(node, switched, depth),
            _ => self.parts(node, depth),
        }
        self.switched = switched;
    }

    fn parts(&mut self, node: &Node, depth: u32) {
        let (op, body) = (node.op, self.body);
        for (name, part) in parts(node) {
            match part {
                Part::One(child) => self.part(op, name, child.as_slice(), depth),
                Part::All(list) => self.part(op, name, body.items(list), depth),
            }
        }
    }

    /// A type from a dictionary that the value `x` of an interface type is asked for: its last word is that of a method
    /// table where the interface has methods and the type is none.
    fn dynamic(&mut self, node: &Node, x: Option<NodeId>, depth: u32) {
        let (op, words) = (node.op, self.body.items(node.list));
        if op != Op::DynamicType {
            self.part(op, "", node.x.as_slice(), depth);
        }
        let has_methods = x.and_then(|x| self.body.nodes[x].ty).is_some_and(|from| {
            is_interface(self.names.store, from) && !is_empty_interface(self.names.store, from)
        });
        let to_interface = node.ty.is_some_and(|to| is_interface(self.names.store, to));
        let last = if has_methods && !to_interface { "ITab" } else { "RType" };
        if let Some((word, source)) = words.split_last() {
            self.part(op, "SrcRType", source, depth);
            self.part(op, last, &[*word], depth);
        }
    }

    fn func(&mut self, func: FuncId, depth: u32) {
        let body = self.body;
        let function = &body.funcs[func];
        self.line(depth, "DCLFUNC".to_owned(), String::new());
        self.vars("DCLFUNC-Dcl", &function.vars, depth);
        self.vars("DCLFUNC-ClosureVars", &function.captures, depth);
        let stmts = body.items(function.body);
        if !stmts.is_empty() {
            self.line(depth, "DCLFUNC-body".to_owned(), String::new());
            self.nodes(stmts, depth + 1);
        }
    }

    fn vars(&mut self, part: &str, vars: &[VarId], depth: u32) {
        if vars.is_empty() {
            return;
        }
        self.line(depth, part.to_owned(), String::new());
        for &var in vars {
            let detail = self.var(var);
            self.line(depth + 1, Op::Name.name().to_owned(), detail);
        }
    }

    fn detail(&self, node: &Node) -> String {
        let mut words = Vec::new();
        let name = self.name(node);
        if !name.is_empty() {
            words.push(name);
        }
        for (flag, word) in FLAGS {
            if node.is(flag) {
                words.push(word.to_owned());
            }
        }
        words.join(" ")
    }

    fn name(&self, node: &Node) -> String {
        // Labelled statements know their labels, but do not show them.
        if matches!(node.op, Op::For | Op::Range | Op::Switch | Op::Select) {
            return String::new();
        }
        match node.aux {
            Aux::Var(var) => self.var(var),
            Aux::Global(obj) | Aux::Method(obj) => self.obj(obj),
            Aux::Inst(inst) => self.obj(self.names.instances.get(inst).obj),
            Aux::Dict(_) => self.local(".dict"),
            Aux::Runtime(function) => format!("runtime.{}", function.name()),
            Aux::Field(field) => self.obj(field.obj),
            Aux::Label(name, 0) | Aux::Str(name) => self.local(name.as_str()),
            Aux::Label(name, number) => self.local(&format!("{}{number}", name.as_str())),
            Aux::Sub(op) => op.name().to_owned(),
            Aux::Const(id) => match &self.body.consts[id] {
                Value::Bool(value) => value.to_string(),
                value => value.as_i64().map_or_else(String::new, |value| value.to_string()),
            },
            Aux::None | Aux::Closure(_) | Aux::Len(_) => String::new(),
        }
    }

    fn var(&self, var: VarId) -> String {
        let Var { name, class, func, .. } = self.body.vars[var];
        // Parameters without a name are called by their place among all parameters.
        if class == VarClass::Param && matches!(name.as_str(), "" | "_") {
            let place = self.body.funcs[func].params.iter().position(|&param| param == var);
            return self.local(&format!("~p{}", place.unwrap_or_default()));
        }
        match name.as_str() {
            "" => self.local(".autotmp"),
            name => self.local(name),
        }
    }

    fn local(&self, name: &str) -> String {
        format!("{}.{name}", self.names.package)
    }

    fn obj(&self, obj: ObjId) -> String {
        let obj = self.names.store.obj(obj);
        let package = obj.pkg.map(|pkg| self.names.store.pkg(pkg).name());
        let package = package.map_or("go", Name::as_str);
        format!("{package}.{}", obj.name.as_str())
    }
}

/// In the order in which the compiler prints them.
const FLAGS: [(NodeFlags, &str); 5] = [
    (NodeFlags::DEF, "Def"),
    (NodeFlags::INC_DEC, "IncDec"),
    (NodeFlags::DDD, "IsDDD"),
    (NodeFlags::DISTINCT_VARS, "DistinctVars"),
    (NodeFlags::IMPLICIT, "Implicit"),
];

/// What follows a node.
#[derive(Clone, Copy)]
enum Part {
    One(Option<NodeId>),
    All(super::List),
}

/// The parts of a node, `init` left out, with their names; the empty name for those that are printed without.
fn parts(node: &Node) -> [(&'static str, Part); 4] {
    let Node { x, y, z, list, body, els, .. } = *node;
    let (x, y, z) = (Part::One(x), Part::One(y), Part::One(z));
    let (list, body, els) = (Part::All(list), Part::All(body), Part::All(els));
    let none = ("", Part::One(None));
    match node.op {
        Op::CallFunc | Op::CallInter => [("Fun", x), ("Args", list), ("DeferAt", y), none],
        Op::Defer | Op::Go => [("", x), ("DeferAt", y), none, none],
        Op::Append | Op::Delete | Op::Print | Op::Println | Op::Min | Op::Max => {
            [("Args", list), none, none, none]
        }
        Op::Slice | Op::SliceArr | Op::SliceStr | Op::Slice3 | Op::Slice3Arr => {
            [("", x), ("Low", y), ("High", z), ("Max", list)]
        }
        Op::MakeChan | Op::MakeMap => [("Len", x), none, none, none],
        Op::MakeSlice => [("Len", x), ("Cap", y), none, none],
        Op::Key => [("Key", x), ("", y), none, none],
        Op::AddStr | Op::ArrayLit | Op::MapLit | Op::SliceLit | Op::StructLit | Op::Block => {
            [("List", list), none, none, none]
        }
        Op::InlCall => [("Body", body), ("ReturnVars", list), none, none],
        Op::Case => [("Var", x), ("List", list), ("Body", body), none],
        Op::CommCase => [("Comm", x), ("Body", body), none, none],
        Op::If => [("Cond", x), ("Body", body), ("Else", els), none],
        Op::For => [("Cond", x), ("Post", y), ("Body", body), none],
        Op::Range => [("", x), ("Key", y), ("", z), ("Body", body)],
        Op::Return => [("Results", list), none, none, none],
        Op::Select => [("Cases", list), none, none, none],
        Op::Switch => [("Tag", x), ("Cases", list), none, none],
        Op::TypeSw => [("Tag", y), ("", x), none, none],
        op if op.is_assign_list() => [("Lhs", list), ("Rhs", body), none, none],
        _ => [("", x), ("", y), ("", z), ("", list)],
    }
}
