//! Expressions.

use std::fmt::Write;

use source::Id;
use types::constant::Value;
use types::type_string::quote;
use types::{Basic, Type, TypeId, Universe};

use super::super::body::{Body, List, NodeId, VarId};
use super::super::node::{Aux, InstId, Node, NodeFlags};
use super::super::op::Op;
use super::super::visit::deeper;
use super::Wording;

pub(super) struct Printer<'a> {
    pub(super) body: &'a Body,
    pub(super) wording: &'a Wording<'a>,
    pub(super) text: &'a mut String,
}

impl Printer<'_> {
    /// A node of any kind.
    pub(super) fn node(&mut self, id: NodeId) {
        if !self.stmt(id) {
            self.expr(id, 0);
        }
    }

    /// An optional operand.
    pub(super) fn opt(&mut self, id: Option<NodeId>) {
        match id {
            Some(id) => self.node(id),
            None => self.text.push_str("<nil>"),
        }
    }

    /// Nodes with something between them.
    pub(super) fn list(&mut self, list: List, separator: &str) {
        for (i, &item) in self.body.items(list).iter().enumerate() {
            self.text.push_str(if i > 0 { separator } else { "" });
            self.node(item);
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn at(&mut self, id: Option<NodeId>, precedence: u8) {
        match id {
            Some(id) => self.expr(id, precedence),
            None => self.text.push_str("<nil>"),
        }
    }

    /// An expression where operators that bind more weakly than `precedence` need parentheses.
    fn expr(&mut self, id: NodeId, precedence: u8) {
        deeper(|| self.expr_here(id, precedence));
    }

    fn expr_here(&mut self, id: NodeId, precedence: u8) {
        let body = self.body;
        let mut node = &body.nodes[id];
        while let (Op::Addr | Op::Deref | Op::Conv | Op::ConvNop | Op::ConvIface, Some(x)) =
            (node.op, node.x)
            && node.is(NodeFlags::IMPLICIT)
        {
            node = &body.nodes[x];
        }
        let own = match node.op {
            Op::Type if self.is_pointer(node.ty) => Op::Deref.precedence(),
            op => op.precedence(),
        };
        if precedence > own {
            self.push("(");
            self.operation(node, own);
            self.push(")");
        } else {
            self.operation(node, own);
        }
    }

    fn is_pointer(&self, ty: Option<TypeId>) -> bool {
        let store = self.wording.store;
        ty.is_some_and(|ty| matches!(store.ty(store.under(ty)), Type::Pointer(_)))
    }

    fn operation(&mut self, node: &Node, own: u8) {
        match node.op {
            Op::Name
            | Op::Nonname
            | Op::Type
            | Op::Literal
            | Op::Nil
            | Op::LinksymOffset
            | Op::Closure => self.leaf(node),
            Op::Paren => {
                self.push("(");
                self.opt(node.x);
                self.push(")");
            }
            Op::PtrLit => {
                self.push("&");
                self.opt(node.x);
            }
            Op::StructLit | Op::ArrayLit | Op::SliceLit | Op::MapLit => self.composite(node),
            Op::Key => {
                self.opt(node.x);
                self.push(":");
                self.opt(node.y);
            }
            Op::StructKey => {
                self.selected(node);
                self.push(":");
                self.opt(node.x);
            }
            Op::Dot | Op::DotPtr | Op::DotInter | Op::MethValue => {
                self.at(node.x, own);
                self.push(".");
                self.selected(node);
            }
            Op::MethExpr => self.method_expr(node),
            Op::DotType | Op::DotType2 => {
                self.at(node.x, own);
                self.push(".(");
                self.ty(node.ty);
                self.push(")");
            }
            Op::Index | Op::IndexMap => {
                self.at(node.x, own);
                self.push("[");
                self.opt(node.y);
                self.push("]");
            }
            op if op.is_slice() => self.slice(node, own),
            Op::Complex | Op::Copy | Op::UnsafeAdd | Op::UnsafeSlice => {
                self.push(node.op.symbol());
                self.push("(");
                self.opt(node.x);
                self.push(", ");
                self.opt(node.y);
                self.push(")");
            }
            Op::Real
            | Op::Imag
            | Op::Cap
            | Op::Clear
            | Op::Close
            | Op::Len
            | Op::New
            | Op::Panic => {
                self.push(node.op.symbol());
                self.push("(");
                self.opt(node.x);
                self.push(")");
            }
            Op::Append | Op::Delete | Op::Max | Op::Min | Op::Recover | Op::Print | Op::Println => {
                self.push(node.op.symbol());
                self.arguments(node);
            }
            Op::CallFunc | Op::CallInter => {
                self.at(node.x, own);
                self.arguments(node);
            }
            Op::InlCall => self.inlined_call(node),
            Op::MakeMap | Op::MakeChan | Op::MakeSlice => self.make(node),
            Op::Plus | Op::Neg | Op::BitNot | Op::Not | Op::Recv | Op::Addr | Op::Deref => {
                self.unary(node, own);
            }
            Op::AddStr => {
                for (i, &item) in self.body.items(node.list).iter().enumerate() {
                    self.push(if i > 0 { " + " } else { "" });
                    self.expr(item, own);
                }
            }
            op if is_conversion(op) => self.conversion(node),
            op if op.precedence() > 0 && node.y.is_some() => {
                self.at(node.x, own);
                // Writing to a string cannot fail.
                let _ = write!(self.text, " {} ", op.symbol());
                self.at(node.y, own + 1);
            }
            op => {
                let _ = write!(self.text, "<node {}>", op.symbol());
            }
        }
    }

    fn leaf(&mut self, node: &Node) {
        match (node.op, node.aux) {
            (Op::Nil, _) => self.push("nil"),
            (Op::Closure, _) => self.push("func literal"),
            (Op::Type, _) => self.ty(node.ty),
            (_, Aux::Var(var)) => self.var(var),
            (_, Aux::Global(obj)) => {
                let object = self.wording.store.obj(obj);
                self.wording.qualify(self.text, object.pkg);
                self.push(object.name.as_str());
            }
            (_, Aux::Inst(inst)) => self.function(inst),
            (_, Aux::Dict(inst)) => self.dictionary(inst),
            (_, Aux::Runtime(function)) => {
                self.push("runtime.");
                self.push(function.name());
            }
            (_, Aux::Str(name)) => self.push(name.as_str()),
            (_, Aux::Const(id)) => {
                if let Some(value) = self.body.consts.get(id) {
                    self.constant(value, node.ty.unwrap_or(Universe::INVALID));
                }
            }
            (op, _) => {
                let _ = write!(self.text, "<node {}>", op.symbol());
            }
        }
    }

    /// A variable.
    pub(super) fn var(&mut self, var: VarId) {
        let name = self.body.vars[var].name.as_str();
        match name {
            "_" => self.push("_"),
            // Results without a name get one of the function that the call was inlined into.
            _ if name.starts_with("~r") => {
                self.wording.qualify(self.text, Some(self.wording.home));
                self.push(name);
            }
            // Temporaries are counted.
            "" => {
                let _ = write!(self.text, ".autotmp_{}", var.index());
            }
            // Results without a name are no package's.
            _ if name.starts_with("~r") => self.push(name),
            _ => {
                let pkg = self.body.package_of(self.wording, var);
                self.wording.qualify(self.text, pkg);
                self.push(name);
            }
        }
    }

    /// A constant; its type stands before it unless it is the one that such constants have by themselves.
    fn constant(&mut self, value: &Value, ty: TypeId) {
        let store = self.wording.store;
        let basic = store.basic(ty);
        if (ty == Universe::RUNE || ty == Basic::UntypedRune.id())
            && let Some(c) = value.to_int().as_u64().and_then(|x| u32::try_from(x).ok())
            && c <= u32::from(char::MAX)
        {
            return quote::quote_char(self.text, char::from_u32(c).unwrap_or('\u{fffd}'));
        }
        let (value, default) = match basic {
            Some(basic) if basic.is_float() => (value.to_float(), Basic::Float64),
            Some(basic) if basic.is_complex() => (value.to_complex(), Basic::Complex128),
            Some(basic) if basic.is_integer() => (value.to_int(), Basic::Int),
            Some(basic) if basic.is_string() => (value.clone(), Basic::String),
            _ => (value.clone(), Basic::Bool),
        };
        if ty == default.id() || store.is_untyped(ty) || ty == Universe::INVALID {
            let _ = write!(self.text, "{value}");
        } else {
            self.ty(Some(ty));
            let _ = write!(self.text, "({value})");
        }
    }

    fn ty(&mut self, ty: Option<TypeId>) {
        match ty {
            Some(ty) => self.wording.write_type(self.text, ty),
            None => self.push("<T>"),
        }
    }

    /// A declared function by its symbol: `p.F`, with the shapes of its type arguments.
    pub(super) fn function(&mut self, inst: InstId) {
        let store = self.wording.store;
        let instance = self.wording.instances.get(inst);
        let object = store.obj(instance.obj);
        self.wording.qualify(self.text, object.pkg);
        if let Type::Signature(signature) = store.ty(store.obj_type(instance.obj))
            && let Some(recv) = signature.recv
        {
            self.receiver(store.obj_type(recv), &instance.shapes, false);
            self.push(".");
            return self.push(object.name.as_str());
        }
        self.push(object.name.as_str());
        self.shapes(&instance.shapes);
    }

    /// The symbol of a dictionary: `cmp..dict.Or[string]`. Methods have that of their type.
    fn dictionary(&mut self, inst: InstId) {
        let store = self.wording.store;
        let instance = self.wording.instances.get(inst);
        let object = store.obj(instance.obj);
        self.wording.qualify(self.text, object.pkg);
        self.push(".dict.");
        let receiver = match store.ty(store.obj_type(instance.obj)) {
            Type::Signature(signature) => signature.recv.map(|recv| store.obj_type(recv)),
            _ => None,
        };
        let named = receiver.map(|ty| match store.ty(store.unalias(ty)) {
            Type::Pointer(elem) => store.unalias(*elem),
            _ => store.unalias(ty),
        });
        match named.map(|ty| store.ty(ty)) {
            Some(Type::Named(named)) => self.push(store.obj(named.obj).name.as_str()),
            _ => self.push(object.name.as_str()),
        }
        self.shapes(&instance.shapes);
    }

    fn shapes(&mut self, shapes: &[TypeId]) {
        for (i, &shape) in shapes.iter().enumerate() {
            self.push(if i > 0 { "," } else { "[" });
            self.wording.write_link_type(self.text, shape);
        }
        self.push(if shapes.is_empty() { "" } else { "]" });
    }

    /// The receiver's type in the symbol of a method: `T`, `(*T)`, `(*T[go.shape.int])`.
    fn receiver(&mut self, ty: TypeId, shapes: &[TypeId], qualified: bool) {
        let store = self.wording.store;
        let ty = store.unalias(ty);
        let (base, pointer) = match store.ty(ty) {
            Type::Pointer(elem) => (store.unalias(*elem), true),
            _ => (ty, false),
        };
        self.push(if pointer { "(*" } else { "" });
        match store.ty(base) {
            Type::Named(named) => {
                let object = store.obj(named.obj);
                if qualified {
                    self.wording.qualify(self.text, object.pkg);
                }
                self.push(object.name.as_str());
                // A method's own type arguments come behind its name.
                let own = named.type_params.get().map_or(0, |params| params.len());
                let own = named.instance.as_ref().map_or(own, |instance| instance.args.len());
                self.shapes(&shapes[..own.min(shapes.len())]);
            }
            _ => self.ty(Some(base)),
        }
        self.push(if pointer { ")" } else { "" });
    }

    /// `T.m`: the type is that of the receiver.
    fn method_expr(&mut self, node: &Node) {
        let store = self.wording.store;
        let own = Op::MethExpr.precedence();
        let first_param = |ty| match store.ty(store.under(ty)) {
            Type::Signature(signature) => signature.params.first().map(|&p| store.obj_type(p)),
            _ => None,
        };
        match (node.x, node.aux) {
            (Some(x), _) => self.expr(x, own),
            (None, Aux::Inst(inst)) => {
                let instance = self.wording.instances.get(inst);
                if let Type::Signature(signature) = store.ty(store.obj_type(instance.obj))
                    && let Some(recv) = signature.recv
                {
                    self.receiver(store.obj_type(recv), &instance.shapes, true);
                }
            }
            _ => self.ty(node.ty.and_then(first_param)),
        }
        self.push(".");
        self.selected(node);
    }

    /// The name behind the dot.
    fn selected(&mut self, node: &Node) {
        let store = self.wording.store;
        let name = match node.aux {
            Aux::Field(field) => store.obj(field.obj).name,
            Aux::Method(obj) => store.obj(obj).name,
            Aux::Inst(inst) => store.obj(self.wording.instances.get(inst).obj).name,
            Aux::Str(name) => name,
            _ => return self.push("<nil>"),
        };
        self.push(name.as_str());
    }

    fn composite(&mut self, node: &Node) {
        if node.is(NodeFlags::IMPLICIT) {
            return self.push("... argument");
        }
        self.ty(node.ty);
        self.push(if node.list.is_empty() { "{}" } else { "{...}" });
    }

    fn slice(&mut self, node: &Node, own: u8) {
        self.at(node.x, own);
        self.push("[");
        if let Some(low) = node.y {
            self.node(low);
        }
        self.push(":");
        if let Some(high) = node.z {
            self.node(high);
        }
        if matches!(node.op, Op::Slice3 | Op::Slice3Arr) {
            self.push(":");
            self.list(node.list, "");
        }
        self.push("]");
    }

    /// A conversion. Types that have no name stand in parentheses.
    fn conversion(&mut self, node: &Node) {
        let named =
            node.ty.is_some_and(|ty| ty == Universe::ANY || self.wording.store.has_name(ty));
        self.push(if named { "" } else { "(" });
        self.ty(node.ty);
        self.push(if named { "(" } else { ")(" });
        self.opt(node.x);
        self.push(")");
    }

    fn arguments(&mut self, node: &Node) {
        self.push("(");
        self.list(node.list, ", ");
        self.push(if node.is(NodeFlags::DDD) { "...)" } else { ")" });
    }

    fn inlined_call(&mut self, node: &Node) {
        if let &[result] = self.body.items(node.list) {
            return self.node(result);
        }
        self.push("(.");
        self.list(node.list, "; ");
        self.push(")");
    }

    fn make(&mut self, node: &Node) {
        self.push("make(");
        self.ty(node.ty);
        let untyped =
            |id: NodeId| self.body.nodes[id].ty.is_some_and(|ty| self.wording.store.is_untyped(ty));
        let len = node.x.filter(|&x| node.y.is_some() || node.op == Op::MakeSlice || !untyped(x));
        for size in [len, node.y].into_iter().flatten() {
            self.push(", ");
            self.node(size);
        }
        self.push(")");
    }

    fn unary(&mut self, node: &Node, own: u8) {
        self.push(node.op.symbol());
        let same = node.x.is_some_and(|x| self.body.nodes[x].op == node.op);
        self.push(if same && node.op != Op::Deref { " " } else { "" });
        self.at(node.x, own + 1);
    }
}

const fn is_conversion(op: Op) -> bool {
    matches!(
        op,
        Op::Conv
            | Op::ConvIface
            | Op::ConvNop
            | Op::Bytes2Str
            | Op::Runes2Str
            | Op::Str2Bytes
            | Op::Str2Runes
            | Op::RuneStr
            | Op::Slice2Arr
            | Op::Slice2ArrPtr
    )
}
