//! What cannot live on the stack whatever becomes of it, and sizes that turn out to be constant.

use lower::Compiler;
use lower::ir::{Aux, Body, FuncId, Node, NodeId, Op, VarClass, VarId};
use types::constant::{Kind, Value};
use types::{Basic, Store, Type, TypeId};

use crate::graph::{Known, Limit};
use crate::layouts::Layouts;

/// An operand that is replaced by a constant.
#[derive(Clone, Debug)]
pub(crate) struct Replacement {
    /// The position in the batch of the body.
    pub(crate) entry: u32,
    /// The function that it is in.
    pub(crate) func: FuncId,
    /// A `make`, or a conversion to an interface type.
    pub(crate) node: NodeId,
    /// The constant.
    pub(crate) value: Value,
    /// Its type.
    pub(crate) ty: Option<TypeId>,
}

/// What is asked about one body.
pub(crate) struct Limits<'a, 'b> {
    pub(crate) store: &'a Store,
    pub(crate) compiler: &'a Compiler,
    pub(crate) layouts: &'a Layouts<'b>,
    pub(crate) body: &'a Body,
    /// By variable, whether function literals capture it by value.
    pub(crate) by_value: &'a dyn Fn(VarId) -> bool,
}

impl Limits<'_, '_> {
    /// Why a variable must be on the heap.
    pub(crate) fn of_var(&mut self, var: VarId) -> Option<Limit> {
        let var = &self.body.vars[var];
        // Parameters and results are passed on the stack whatever their size.
        if matches!(var.class, VarClass::Param | VarClass::Result) {
            return None;
        }
        self.exceeds(var.ty, self.compiler.max_stack_var())
    }

    /// Why an expression must be on the heap. `constant` is the capacity of a `make`, as far as it is known by now.
    pub(crate) fn of_node(&mut self, id: NodeId, constant: Option<&Value>) -> Option<Limit> {
        let node = &self.body.nodes[id];
        let ty = node.ty?;
        if let Some(limit) = self.exceeds(ty, self.compiler.max_stack_var()) {
            return Some(limit);
        }
        let implicit = self.compiler.max_implicit_stack_var();
        match node.op {
            Op::New | Op::PtrLit => {
                let Type::Pointer(elem) = self.store.ty(self.store.under(ty)) else { return None };
                self.exceeds(*elem, implicit)
            }
            Op::Closure => self.closure(node).filter(|&size| size > implicit).map(|_| Limit::Size),
            Op::MethValue => {
                let receiver = self.layouts.of(self.body.nodes[node.x?].ty?)?;
                let word = self.layouts.word();
                let size = round_up(word, receiver.align)? + receiver.size?;
                (size > implicit).then_some(Limit::Size)
            }
            Op::MakeSlice => self.make_slice(node, ty, constant),
            _ => None,
        }
    }

    fn exceeds(&mut self, ty: TypeId, most: i64) -> Option<Limit> {
        let layout = self.layouts.of(ty)?;
        if layout.size? > most {
            Some(Limit::Size)
        } else if layout.align > self.layouts.word() {
            Some(Limit::Alignment)
        } else {
            None
        }
    }

    /// Bytes of a function literal's record: the code, and what it captures or pointers to it.
    fn closure(&mut self, node: &Node) -> Option<i64> {
        let Aux::Closure(func) = node.aux else { return None };
        let word = self.layouts.word();
        let mut end = word;
        for &captured in &self.body.funcs[func].captures {
            let var = self.body.canonical(captured);
            let (size, align) = if (self.by_value)(var) {
                let layout = self.layouts.of(self.body.vars[var].ty)?;
                (layout.size?, layout.align)
            } else {
                (word, word)
            };
            end = round_up(end, align)?.checked_add(size)?;
        }
        Some(end)
    }

    fn make_slice(&mut self, node: &Node, ty: TypeId, known: Option<&Value>) -> Option<Limit> {
        let Type::Slice(elem) = self.store.ty(self.store.under(ty)) else { return None };
        let elem = self.layouts.size(*elem);
        let since_25 = self.compiler.since(25);
        if since_25 && elem == Some(0) {
            return Some(Limit::ZeroSizedElement);
        }
        let capacity = match known {
            Some(value) => value.to_int().as_i64(),
            None => constant(self.body, node.y.or(node.x)?).and_then(|v| v.to_int().as_i64()),
        };
        // Since Go 1.25, a `make` whose size is not known has some bytes on the stack, for when they are enough.
        match capacity.filter(|&count| i32::try_from(count).is_ok()) {
            None => (!since_25).then_some(Limit::NonConstantSize),
            Some(count) => {
                let elem = elem.filter(|&size| size > 0)?;
                let most = self.compiler.max_implicit_stack_var() / elem;
                (count > most).then_some(Limit::Size)
            }
        }
    }
}

fn round_up(offset: i64, align: i64) -> Option<i64> {
    Some(offset.checked_add(align - 1)? / align * align)
}

fn constant(body: &Body, id: NodeId) -> Option<&Value> {
    match (body.nodes[id].op, body.nodes[id].aux) {
        (Op::Literal, Aux::Const(id)) => body.consts.get(id),
        _ => None,
    }
}

/// The constant that takes the place of the capacity of a `make`, or of what is converted to an interface type: found
/// through variables that are set once (since Go 1.25).
pub(crate) fn replacement(
    store: &Store,
    compiler: &Compiler,
    known: &mut Known<'_>,
    body: &Body,
    (entry, func): (u32, FuncId),
    id: NodeId,
) -> Option<Replacement> {
    if !compiler.since(25) {
        return None;
    }
    let node = &body.nodes[id];
    let replace = |value, ty| Some(Replacement { entry, func, node: id, value, ty });
    match node.op {
        Op::MakeSlice => {
            let capacity = node.y.or(node.x)?;
            if body.nodes[capacity].op == Op::Literal {
                return None;
            }
            let value = known.static_value(entry, func, capacity);
            if let Some(constant) = constant(body, value) {
                let valid = constant.to_int().kind() == Kind::Int && constant.sign() >= 0;
                return if valid {
                    replace(constant.to_int(), body.nodes[capacity].ty)
                } else {
                    None
                };
            }
            // Since Go 1.26, the length of a slice literal too.
            let len = &body.nodes[value];
            if len.op != Op::Len || !compiler.since(26) {
                return None;
            }
            let of = known.static_value(entry, func, len.x?);
            match (body.nodes[of].op, body.nodes[of].aux) {
                (Op::SliceLit, Aux::Len(len)) => replace(len.into(), Some(Basic::Int.id())),
                _ => None,
            }
        }
        Op::ConvIface => {
            let x = node.x?;
            let ty = body.nodes[x].ty?;
            if body.nodes[x].op == Op::Literal || store.is_interface(ty) {
                return None;
            }
            let value = known.static_value(entry, func, x);
            let constant = constant(body, value)?;
            same_kind(store, ty, body.nodes[value].ty?)
                .then(|| replace(constant.clone(), Some(ty)))?
        }
        _ => None,
    }
}

/// Whether constants of one type can be constants of another without a conversion that computes.
fn same_kind(store: &Store, a: TypeId, b: TypeId) -> bool {
    let (Some(a), Some(b)) = (store.basic(a), store.basic(b)) else { return false };
    [Basic::is_boolean, Basic::is_string, Basic::is_integer, Basic::is_float, Basic::is_complex]
        .iter()
        .any(|is| is(a) && is(b))
}
