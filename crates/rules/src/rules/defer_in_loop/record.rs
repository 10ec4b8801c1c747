//! What a deferred call in a loop allocates for each turn.
//!
//! The record of the call comes from a pool. What it calls is a function without arguments, made by the compiler where
//! there are any: a closure over receiver and arguments. That and the variables that a literal captures by
//! reference are the objects.

use syntax::tree::{Expr, ExprId, StmtId};
use types::layout::Layout;
use types::{ObjId, SelectionKind, Type, TypeId};

use crate::{Allocates, Callee, Context, Cost};

/// Largest variable that a function literal captures by value.
const CAPTURED_BY_VALUE: i64 = 128;

/// What a deferred call allocates for each turn of the loop around it.
pub(super) fn cost(cx: &Context<'_>, around: StmtId, call: ExprId) -> (Cost, Allocates) {
    let mut heap = Heap::new(cx, around);
    heap.deferred(call);
    let mut cost = Cost::per_turn(heap.objects);
    cost.bytes = heap.bytes;
    cost.scan_bytes = u64::try_from(heap.scanned).unwrap_or(0);
    // Without a closure there is the record, which is new only while the pool has none.
    let allocates = if heap.objects > 0 { Allocates::Always } else { Allocates::Sometimes };
    (cost, allocates)
}

/// Objects that are being counted.
struct Heap<'c, 'a> {
    cx: &'c Context<'a>,
    around: StmtId,
    word: i64,
    objects: u32,
    /// `None` once something is not known.
    bytes: Option<u64>,
    scanned: i64,
}

/// A closure that is being laid out.
struct Closure {
    /// Bytes; `None` once something is not known.
    size: Option<i64>,
    /// Bytes up to the end of the last pointer.
    pointers: i64,
}

impl Closure {
    fn add(&mut self, part: Option<Layout>) {
        let placed = self.size.zip(part).and_then(|(size, part)| {
            let at = aligned(size, part.align)?;
            Some((at, at.checked_add(part.size?)?, part.pointer_bytes))
        });
        self.size = placed.map(|(at, end, pointer_bytes)| {
            if pointer_bytes > 0 {
                self.pointers = at + pointer_bytes;
            }
            end
        });
    }
}

/// The next offset at which something of an alignment can stand.
fn aligned(offset: i64, align: i64) -> Option<i64> {
    let align = align.max(1);
    Some(offset.checked_add(align - 1)? / align * align)
}

impl<'c, 'a> Heap<'c, 'a> {
    fn new(cx: &'c Context<'a>, around: StmtId) -> Self {
        let word = cx.package.checked.sizes.word;
        Self { cx, around, word, objects: 0, bytes: Some(0), scanned: 0 }
    }

    fn deferred(&mut self, call: ExprId) {
        let cx = self.cx;
        let Expr::Call { fun, .. } = cx.tree().expr(call) else { return };
        let fun = cx.tree().unparen(fun);
        let is_literal = matches!(cx.tree().expr(fun), Expr::Func { .. });
        let captured = if is_literal { self.captured(fun) } else { Vec::new() };
        if !captured.is_empty() {
            self.literal(&captured);
        }
        let mut parts = Vec::new();
        match self.receiver(fun) {
            Some(receiver) => parts.push(receiver),
            None if cx.arguments(call).is_empty() => return,
            None if is_literal || cx.callee(call) == Some(Callee::Dynamic) => {
                parts.push(Some(self.pointer()));
            }
            None => {}
        }
        parts.extend(self.arguments(fun, call));
        self.closure(parts);
    }

    fn layout(&self, ty: TypeId) -> Option<Layout> {
        self.cx.package.checked.sizes.layout(self.cx.store, ty)
    }

    fn pointer(&self) -> Layout {
        Layout { size: Some(self.word), align: self.word, pointer_bytes: self.word }
    }

    /// The receiver of a method that is called, as it is handed over.
    fn receiver(&self, fun: ExprId) -> Option<Option<Layout>> {
        let selection = self.cx.facts().selections.get(&fun)?;
        if selection.kind != SelectionKind::Method {
            return None;
        }
        let receiver = self.cx.receiver(selection.obj)?;
        Some(self.layout(self.cx.store.obj_type(receiver)))
    }

    /// The arguments that are not constants; what an interface has to box is not known.
    fn arguments(&self, fun: ExprId, call: ExprId) -> Vec<Option<Layout>> {
        let cx = self.cx;
        let parameters: Vec<TypeId> = match cx.under(fun) {
            Type::Signature(signature) if !signature.variadic => {
                signature.params.iter().map(|&param| cx.store.obj_type(param)).collect()
            }
            _ => Vec::new(),
        };
        let arguments = cx.arguments(call);
        let fits = arguments.len() == parameters.len();
        let variable = arguments.iter().enumerate().filter(|&(_, &arg)| cx.constant(arg).is_none());
        variable
            .map(|(at, &arg)| {
                let boxes = fits
                    && cx.store.is_interface(parameters[at])
                    && !cx.store.is_interface(cx.type_of(arg));
                if !fits || boxes { None } else { self.layout(parameters[at]) }
            })
            .collect()
    }

    /// The variables of the function around it that a function literal uses.
    fn captured(&self, literal: ExprId) -> Vec<ObjId> {
        let cx = self.cx;
        let Expr::Func { body, .. } = cx.tree().expr(literal) else { return Vec::new() };
        let span = cx.span(literal);
        let mut captured: Vec<ObjId> = cx
            .expressions_in(body)
            .into_iter()
            .filter_map(|expr| cx.object(expr))
            .filter(|&object| cx.store.obj(object).is_var() && !cx.is_package_level(object))
            .filter(|&object| cx.declared_at(object).is_some_and(|at| !span.contains(at)))
            .collect();
        captured.sort_unstable();
        captured.dedup();
        captured
    }

    fn literal(&mut self, captured: &[ObjId]) {
        let mut parts = Vec::new();
        for &object in captured {
            let layout = self.layout(self.cx.store.obj_type(object));
            let size = layout.and_then(|layout| layout.size);
            if !self.cx.is_reassigned(object) && size.is_none_or(|s| s <= CAPTURED_BY_VALUE) {
                parts.push(layout);
                continue;
            }
            parts.push(Some(self.pointer()));
            if self.is_of_turn(object) {
                self.object(size, layout.map_or(0, |layout| layout.pointer_bytes));
            }
        }
        self.closure(parts);
    }

    /// Whether a variable is a new one in each turn.
    fn is_of_turn(&self, object: ObjId) -> bool {
        let cx = self.cx;
        let part = if cx.language() >= (1, 22) { Some(self.around) } else { cx.loop_body(self.around) };
        cx.declared_at(object)
            .zip(part)
            .is_some_and(|(at, part)| cx.stmt_span(part).contains(at))
    }

    /// A function with what belongs to it.
    fn closure(&mut self, parts: Vec<Option<Layout>>) {
        let mut closure = Closure { size: Some(self.word), pointers: 0 };
        parts.into_iter().for_each(|part| closure.add(part));
        let size = closure.size.and_then(|size| aligned(size, self.word));
        self.object(size, closure.pointers);
    }

    fn object(&mut self, size: Option<i64>, pointers: i64) {
        let size = size.and_then(|size| u64::try_from(size).ok());
        self.objects += 1;
        let taken = |size| self.cx.target().slot(size, pointers > 0).bytes();
        self.bytes = self.bytes.zip(size).and_then(|(all, own)| all.checked_add(taken(own)));
        self.scanned += pointers;
    }
}
