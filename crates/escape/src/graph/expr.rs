//! Expressions.

use lower::ir::{Aux, FuncId, List, Node, NodeId, Op, deeper};
use types::{Basic, Type};

use super::assign::is_uintptr;
use super::build::{Builder, Literal};
use super::known::Callee;
use super::{BLANK, HEAP, Hole, Reason, Traits};

impl Builder<'_, '_> {
    /// Evaluates an optional expression.
    pub(super) fn opt_expr(&mut self, hole: Hole, expr: Option<NodeId>) {
        if let Some(expr) = expr {
            self.expr(hole, expr);
        }
    }

    /// Evaluates an expression, whose value goes into `hole`.
    pub(super) fn expr(&mut self, hole: Hole, expr: NodeId) {
        let node = &self.body.nodes[expr];
        if node.is_leaf() {
            return self.expr_without_init(hole, expr);
        }
        self.stmts(node.init);
        // Bodies can be deep, and the stack grows with them.
        deeper(|| self.expr_without_init(hole, expr));
    }

    /// Evaluates an expression for its effects.
    pub(super) fn discard(&mut self, expr: Option<NodeId>) {
        self.opt_expr(Hole::of(BLANK), expr);
    }

    pub(super) fn discard_all(&mut self, list: List) {
        for &expr in self.body.items(list) {
            self.discard(Some(expr));
        }
    }

    pub(super) fn expr_without_init(&mut self, hole: Hole, id: NodeId) {
        let body = self.body;
        let node = &body.nodes[id];
        let mut hole = hole;
        // A value without pointers leads nowhere.
        if hole.derefs >= 0
            && hole.dst != BLANK
            && let Some(ty) = node.ty
            && !self.store.is_untyped(ty)
            && !self.shared.layouts.has_pointers(ty)
        {
            hole.dst = BLANK;
        }
        match node.op {
            Op::Name => {
                if let Aux::Var(var) = node.aux {
                    let loc = self.var(var);
                    self.graph.flow(hole, loc);
                }
            }
            Op::Literal
            | Op::Nil
            | Op::Getg
            | Op::Type
            | Op::MethExpr
            | Op::LinksymOffset
            | Op::DynamicType
            | Op::Nonname => {}
            Op::Plus | Op::Neg | Op::BitNot | Op::Not | Op::Recv => self.discard(node.x),
            Op::Add
            | Op::Sub
            | Op::Or
            | Op::Xor
            | Op::Mul
            | Op::Div
            | Op::Mod
            | Op::Lsh
            | Op::Rsh
            | Op::And
            | Op::AndNot
            | Op::Eq
            | Op::Ne
            | Op::Lt
            | Op::Le
            | Op::Gt
            | Op::Ge
            | Op::AndAnd
            | Op::OrOr
            | Op::IndexMap => {
                self.discard(node.x);
                self.discard(node.y);
            }
            Op::Conv | Op::ConvNop => self.conversion(hole, id, node),
            Op::ConvIface => self.boxed(hole, id, node),
            Op::Paren | Op::Itab | Op::Idata | Op::Slice2ArrPtr => self.opt_expr(hole, node.x),
            Op::ArrayLit | Op::SliceLit | Op::StructLit | Op::MapLit | Op::PtrLit => {
                self.composite(hole, id, node);
            }
            Op::New => {
                self.spill(hole, id);
            }
            Op::MakeSlice | Op::MakeMap => {
                self.spill(hole, id);
                self.discard(node.x);
                self.discard(node.y);
            }
            Op::MakeChan => self.discard(node.x),
            Op::MethValue => self.method_value(hole, id, node),
            Op::Closure => self.closure(hole, id, node),
            Op::Runes2Str | Op::Bytes2Str | Op::Str2Runes | Op::Str2Bytes | Op::RuneStr => {
                self.spill(hole, id);
                self.discard(node.x);
            }
            Op::AddStr => {
                // What is added never escapes: the runtime sees to that.
                self.spill(hole, id);
                self.discard_all(node.list);
            }
            op if is_access(op) => self.access(hole, id, node),
            _ => self.call(Some(&[hole]), id),
        }
    }

    /// What leads from one value to another that is in it or that it points to.
    fn access(&mut self, hole: Hole, id: NodeId, node: &Node) {
        match node.op {
            Op::Addr => {
                let hole = self.noted(hole.shift(-1), id, Reason::AddressOf);
                self.opt_expr(hole, node.x);
            }
            Op::Deref => {
                let hole = self.deref(hole, id, Reason::Indirection);
                self.opt_expr(hole, node.x);
            }
            Op::DotPtr => {
                let hole = self.deref(hole, id, Reason::DotOfPointer);
                self.opt_expr(hole, node.x);
            }
            Op::Slice2Arr => {
                let hole = self.deref(hole, id, Reason::SliceToArray);
                self.opt_expr(hole, node.x);
            }
            Op::DotType | Op::DotType2 | Op::DynamicDotType | Op::DynamicDotType2 => {
                let hole = self.unboxed(hole, node.ty, id, Reason::Dot);
                self.opt_expr(hole, node.x);
            }
            Op::Index => {
                let hole = match node.x {
                    Some(x) if self.is_array(x) => self.noted(hole, id, Reason::ArrayElement),
                    _ => self.deref(hole, id, Reason::DotOfPointer),
                };
                self.opt_expr(hole, node.x);
                self.discard(node.y);
            }
            op if op.is_slice() => {
                let hole = self.noted(hole, id, Reason::Slice);
                self.opt_expr(hole, node.x);
                self.discard(node.y);
                self.discard(node.z);
                self.discard_all(node.list);
            }
            _ => {
                let hole = self.noted(hole, id, Reason::Dot);
                self.opt_expr(hole, node.x);
            }
        }
    }

    /// A hole for what an interface value holds: as the value itself, or behind a pointer.
    pub(super) fn unboxed(
        &mut self,
        hole: Hole,
        ty: Option<types::TypeId>,
        at: NodeId,
        reason: Reason,
    ) -> Hole {
        let since_26 = self.compiler.since(26);
        let behind_pointer = ty.is_some_and(|ty| {
            !self.store.is_interface(ty) && !self.shared.layouts.is_direct(ty, since_26)
        });
        self.noted(if behind_pointer { hole.shift(1) } else { hole }, at, reason)
    }

    fn conversion(&mut self, hole: Hole, id: NodeId, node: &Node) {
        let Some(x) = node.x else { return };
        // Its operand was evaluated already.
        if !self.kept.is_empty() && self.kept.contains(&(self.entry, id)) {
            return;
        }
        if self.is_unsafe_pointer(id) && is_uintptr(self.store, self.ty(x)) {
            self.unsafe_value(hole, x);
        } else {
            self.expr(hole, x);
        }
    }

    pub(super) fn is_unsafe_pointer(&self, id: NodeId) -> bool {
        self.ty(id).and_then(|ty| self.store.basic(ty)) == Some(Basic::UnsafePointer)
    }

    fn boxed(&mut self, hole: Hole, id: NodeId, node: &Node) {
        let Some(x) = node.x else { return };
        let since_26 = self.compiler.since(26);
        let allocates = self.ty(x).is_none_or(|ty| {
            !self.store.is_interface(ty) && !self.shared.layouts.is_direct(ty, since_26)
        });
        let hole = if allocates { Hole::of(self.spill(hole, id)) } else { hole };
        let hole = self.noted(hole, id, Reason::Interface);
        self.expr(hole, x);
    }

    fn composite(&mut self, hole: Hole, id: NodeId, node: &Node) {
        match node.op {
            Op::PtrLit => {
                let hole = Hole::of(self.spill(hole, id));
                self.opt_expr(hole, node.x);
            }
            Op::MapLit => {
                self.spill(hole, id);
                // Keys and values of a map are always in the heap.
                for &element in self.body.items(node.list) {
                    let element = &self.body.nodes[element];
                    let hole = self.heap_for(id, Reason::MapLiteralKey);
                    self.opt_expr(hole, element.x);
                    let hole = self.heap_for(id, Reason::MapLiteralValue);
                    self.opt_expr(hole, element.y);
                }
            }
            _ => self.elements(hole, id, node),
        }
    }

    fn elements(&mut self, hole: Hole, id: NodeId, node: &Node) {
        let (hole, reason) = match node.op {
            Op::SliceLit => (Hole::of(self.spill(hole, id)), Reason::SliceLiteral),
            Op::StructLit => (hole, Reason::StructLiteral),
            _ => (hole, Reason::ArrayLiteral),
        };
        for &element in self.body.items(node.list) {
            let value = match &self.body.nodes[element] {
                Node { op: Op::Key, y, .. } => *y,
                Node { op: Op::StructKey, x, .. } => *x,
                _ => Some(element),
            };
            let hole = self.noted(hole, id, reason);
            self.opt_expr(hole, value);
        }
    }

    /// The receiver of a method value goes both into its closure and to the method.
    fn method_value(&mut self, hole: Hole, id: NodeId, node: &Node) {
        let closure = Hole::of(self.spill(hole, id));
        // When it is called, and what becomes of its results, is not known.
        let results = match node.ty.map(|ty| self.store.ty(self.store.under(ty))) {
            Some(Type::Signature(signature)) => signature.results.len(),
            _ => 0,
        };
        let lost = vec![Hole::of(HEAP); results];
        let receiver = match node.aux {
            Aux::Inst(inst) => self.parameter(Some(&lost), Callee::Declared(inst), 0),
            _ => Hole::of(HEAP),
        };
        let both = self.tee(&[receiver, closure]);
        self.opt_expr(both, node.x);
    }

    fn closure(&mut self, hole: Hole, id: NodeId, node: &Node) {
        let record = self.spill(hole, id);
        let hole = Hole::of(record);
        let Aux::Closure(func) = node.aux else { return };
        self.graph.loc_mut(record).literal = self.func_id(self.entry, func);
        self.literals.push(Literal { hole, outer: self.func, func });
        // One that captures nothing is analysed by itself, before.
        if !self.body.is_independent(func) {
            self.capture(func);
            self.walk_function(func);
        }
    }

    fn capture(&mut self, func: FuncId) {
        let body = self.body;
        for &captured in &body.funcs[func].captures {
            let loc = self.var(captured);
            let depth = self.loop_depth;
            let loc = self.graph.loc_mut(loc);
            if !loc.traits.has(Traits::CAPTURED) {
                loc.traits.set(Traits::CAPTURED);
                // What was set in a straight line before the first capture does not count.
                if loc.loop_depth == depth {
                    loc.traits.clear(Traits::REASSIGNED);
                }
            }
        }
    }

    /// Evaluates arithmetic on `uintptr`, where pointers may hide.
    pub(super) fn unsafe_value(&mut self, hole: Hole, id: NodeId) {
        let body = self.body;
        let node = &body.nodes[id];
        self.stmts(node.init);
        match node.op {
            Op::Conv | Op::ConvNop => match node.x {
                Some(x) if self.is_unsafe_pointer(x) => self.expr(hole, x),
                x => self.discard(x),
            },
            Op::DotPtr if self.is_reflect_data(node) => {
                let hole = self.deref(hole, id, Reason::ReflectHeader);
                self.opt_expr(hole, node.x);
            }
            Op::DotPtr => self.discard(node.x),
            Op::Plus | Op::Neg | Op::BitNot | Op::Paren => self.unsafe_operand(hole, node.x),
            Op::Add
            | Op::Sub
            | Op::Or
            | Op::Xor
            | Op::Mul
            | Op::Div
            | Op::Mod
            | Op::And
            | Op::AndNot => {
                self.unsafe_operand(hole, node.x);
                self.unsafe_operand(hole, node.y);
            }
            Op::Lsh | Op::Rsh => {
                self.unsafe_operand(hole, node.x);
                self.discard(node.y);
            }
            _ => self.expr_without_init(Hole::of(BLANK), id),
        }
    }

    fn unsafe_operand(&mut self, hole: Hole, operand: Option<NodeId>) {
        if let Some(operand) = operand {
            deeper(|| self.unsafe_value(hole, operand));
        }
    }
}

const fn is_access(op: Op) -> bool {
    matches!(
        op,
        Op::Addr
            | Op::Deref
            | Op::Dot
            | Op::DotPtr
            | Op::DotInter
            | Op::DotType
            | Op::DotType2
            | Op::DynamicDotType
            | Op::DynamicDotType2
            | Op::Index
            | Op::Slice2Arr
    ) || op.is_slice()
}
