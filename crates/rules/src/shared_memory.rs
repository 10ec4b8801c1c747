//! Which expressions of a function lead to the memory of one of them. Only what is seen counts.

use std::cell::Cell;

use flow::{Callee, Definition, Function, Point, Reaching};
use syntax::tree::{AssignOp, Expr, ExprId, IdentId, List, Stmt, StmtId, UnaryOp};
use types::{Builtin, ObjId, Type, TypeId};

use crate::Context;
use crate::pools::{base_variable, field, is_method_of, is_result, is_same_memory};
use crate::unsafe_conversions::unsafe_conversion;

/// Through how many functions of the package memory is followed.
const DEEPEST: u32 = 3;

/// The memory that a variable or an expression leads to, followed through a function.
pub(crate) struct Memory<'m> {
    cx: &'m Context<'m>,
    function: &'m Function<'m>,
    /// Where variables get it.
    definitions: Vec<Definition>,
    /// Expressions that lead to it.
    values: Vec<ExprId>,
    /// Variables that have it at the beginning of the function.
    at_entry: Vec<ObjId>,
    /// Variables that have it at all times.
    always: Vec<ObjId>,
    /// Whether there is room behind it, so that what is appended may be written there.
    has_room: bool,
    depth: u32,
    /// Whether it is only asked who shares it, not whether it was given up since.
    given_up_asked: Cell<bool>,
}

impl<'m> Memory<'m> {
    fn new(cx: &'m Context<'m>, function: &'m Function<'m>, depth: u32) -> Self {
        Self {
            cx,
            function,
            definitions: Vec::new(),
            values: Vec::new(),
            at_entry: Vec::new(),
            always: Vec::new(),
            has_room: true,
            depth,
            given_up_asked: Cell::new(false),
        }
    }

    /// What a variable leads to at a point.
    pub(crate) fn at(
        cx: &'m Context<'m>,
        function: &'m Function<'m>,
        variable: ObjId,
        at: Point,
    ) -> Self {
        let mut memory = Self::new(cx, function, DEEPEST);
        memory.trace(variable, at);
        memory
    }

    /// What the value of an expression leads to that is as long as its memory.
    pub(crate) fn without_room(
        cx: &'m Context<'m>,
        function: &'m Function<'m>,
        value: ExprId,
    ) -> Self {
        Self { has_room: false, ..Self::of_value(cx, function, value) }
    }

    /// What a variable leads to that has it at the beginning of the function.
    pub(crate) fn of_parameter(
        cx: &'m Context<'m>,
        function: &'m Function<'m>,
        parameter: ObjId,
    ) -> Self {
        let mut memory = Self::new(cx, function, DEEPEST);
        memory.at_entry.push(parameter);
        memory
    }

    /// What the value of an expression leads to.
    pub(crate) fn of_value(cx: &'m Context<'m>, function: &'m Function<'m>, value: ExprId) -> Self {
        let mut memory = Self::new(cx, function, DEEPEST);
        memory.values.push(value);
        memory
    }

    /// What a variable leads to when the function ends; `None` where that is not one and the same.
    pub(crate) fn at_end(
        cx: &'m Context<'m>,
        function: &'m Function<'m>,
        variable: ObjId,
    ) -> Option<Self> {
        let mut memory = Self::new(cx, function, DEEPEST);
        let definitions = function.definitions(variable);
        let is_own = |d: &&Definition| {
            d.value.is_some_and(|value| base_variable(function.view(), value) == Some(variable))
        };
        let mut others = definitions.iter().filter(|d| !is_own(d));
        let first = others.next();
        if others.next().is_some() {
            return None;
        }
        match first {
            Some(first) => memory.trace_back(first),
            None => memory.at_entry.push(variable),
        }
        memory.definitions.extend(definitions);
        Some(memory)
    }

    /// Whether a variable that it is traced back to gets it at a point.
    pub(crate) fn is_got_at(&self, point: Point) -> bool {
        self.definitions
            .iter()
            .any(|d| d.occurrence.point == Some(point) && d.occurrence.access.replaces())
    }

    /// The variables that may lead to it.
    pub(crate) fn holders(&self) -> Vec<ObjId> {
        let view = self.function.view();
        let defined =
            self.definitions.iter().filter_map(|d| view.facts().object(d.occurrence.ident));
        let mut all: Vec<ObjId> = defined
            .chain(self.at_entry.iter().copied())
            .chain(self.always.iter().copied())
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn trace(&mut self, variable: ObjId, at: Point) {
        match self.function.reaching(variable, at) {
            Reaching::Known { definitions, entry } => {
                if entry && !self.at_entry.contains(&variable) {
                    self.at_entry.push(variable);
                }
                for definition in definitions {
                    if !self.definitions.contains(&definition) {
                        self.definitions.push(definition);
                        self.trace_back(&definition);
                    }
                }
            }
            Reaching::Unknown => {
                let others = self.function.definitions(variable).into_iter().filter(|d| {
                    d.value.is_none_or(|value| {
                        base_variable(self.function.view(), value) != Some(variable)
                    })
                });
                if others.count() <= 1 {
                    self.always.push(variable);
                    self.definitions.extend(self.function.definitions(variable));
                }
            }
        }
    }

    fn trace_back(&mut self, definition: &Definition) {
        let from = definition.value.and_then(|value| base_variable(self.function.view(), value));
        if let (Some(from), Some(point)) = (from, definition.occurrence.point) {
            self.trace(from, point);
        }
    }

    /// Whether a variable leads to it at a point.
    pub(crate) fn is_held_by(&self, variable: ObjId, at: Point) -> bool {
        self.held(variable, at, &mut Vec::new())
    }

    /// Whether the value of an expression that runs at a point leads to it.
    pub(crate) fn is_shared_by(&self, value: ExprId, at: Point) -> bool {
        self.shares(value, at, &mut Vec::new())
    }

    fn held(&self, variable: ObjId, at: Point, seen: &mut Vec<IdentId>) -> bool {
        if self.always.contains(&variable) {
            return true;
        }
        let Reaching::Known { definitions, entry } = self.function.reaching(variable, at) else {
            return false;
        };
        entry && self.at_entry.contains(&variable)
            || definitions.iter().any(|d| self.definitions.contains(d) || self.is_given(d, seen))
    }

    /// Whether a definition gives it to its variable.
    fn is_given(&self, definition: &Definition, seen: &mut Vec<IdentId>) -> bool {
        let ident = definition.occurrence.ident;
        let Some(point) = definition.occurrence.point else { return false };
        if seen.contains(&ident) || definition.occurrence.literal.is_some() {
            return false;
        }
        seen.push(ident);
        match definition.value {
            Some(value) => self.shares(value, point, seen),
            None => self
                .tuple_of(ident)
                .is_some_and(|(call, at)| self.result_shares(call, at, point, seen)),
        }
    }

    /// The call whose results several variables take, and which of them one takes.
    fn tuple_of(&self, ident: IdentId) -> Option<(ExprId, usize)> {
        let view = self.function.view();
        let (outer, flow::Parent::Stmt(stmt)) = view.around(view.code.parents().ident(ident)?)
        else {
            return None;
        };
        let Stmt::Assign { lhs, rhs, .. } = view.tree().stmt(stmt) else { return None };
        let call = view.tree().list_get(rhs, 0).filter(|_| rhs.len() == 1 && lhs.len() > 1)?;
        let call = view.tree().unparen(call);
        let at = view.tree().list(lhs).position(|x| x == outer)?;
        match view.tree().expr(call) {
            Expr::Call { .. } => Some((call, at)),
            // `b, ok := x.(T)`
            Expr::TypeAssert { .. } if at == 0 => Some((call, 0)),
            _ => None,
        }
    }

    fn shares(&self, value: ExprId, at: Point, seen: &mut Vec<IdentId>) -> bool {
        let view = self.function.view();
        let tree = view.tree();
        let value = tree.unparen(value);
        if self.values.contains(&value) {
            return true;
        }
        if !view.carries_references(view.type_of(value)) {
            return false;
        }
        match tree.expr(value) {
            Expr::Ident(_) => {
                view.local(value).is_some_and(|variable| self.held(variable, at, seen))
            }
            Expr::Star(x) => {
                if let Some(conversion) =
                    unsafe_conversion(self.cx.flow(), view, view.tree().unparen(x))
                {
                    return self.shares(conversion.of, at, seen);
                }
                matches!(view.under(value), Type::Slice(_))
                    && self.shares(x, at, seen)
                    && !self.is_given_up(value)
            }
            Expr::Selector { x, .. } => {
                let Some(field) = field(view, value) else { return false };
                matches!(view.under(value), Type::Slice(_) | Type::Pointer(_))
                    && self.cx.is_emptied_in_place(field)
                    && self.leads_to_parts(x, at, seen)
                    && !self.is_given_up(value)
            }
            Expr::Slice { x, .. } => match view.under(x) {
                Type::Slice(_) | Type::Basic(..) => self.shares(x, at, seen),
                _ => self.leads_to_parts(x, at, seen),
            },
            Expr::TypeAssert { x, .. } => self.shares(x, at, seen),
            Expr::Unary { op: UnaryOp::Addr, x } => match tree.expr(tree.unparen(x)) {
                Expr::Composite { elems, .. } => self.any_shares(elems, at, seen),
                Expr::Ident(_) => false,
                _ => self.leads_to_parts(x, at, seen),
            },
            Expr::Composite { elems, .. } => self.any_shares(elems, at, seen),
            Expr::Call { .. } => self.result_shares(value, 0, at, seen),
            _ => false,
        }
    }

    fn any_shares(&self, elements: List<ExprId>, at: Point, seen: &[IdentId]) -> bool {
        let tree = self.function.view().tree();
        tree.list(elements).any(|element| {
            let value = match tree.expr(element) {
                Expr::KeyValue { value, .. } => value,
                _ => element,
            };
            self.shares(value, at, &mut seen.to_vec())
        })
    }

    /// Whether an expression denotes a part of the memory itself, or what is pointed to.
    fn leads_to_parts(&self, x: ExprId, at: Point, seen: &mut Vec<IdentId>) -> bool {
        let view = self.function.view();
        let x = view.tree().unparen(x);
        if matches!(view.under(x), Type::Pointer(_)) {
            // A pointer in the memory leads out of it.
            return !matches!(view.tree().expr(x), Expr::Selector { .. })
                && self.shares(x, at, seen);
        }
        match view.tree().expr(x) {
            Expr::Selector { x, .. } => self.leads_to_parts(x, at, seen),
            Expr::Star(x) => self.shares(x, at, seen),
            Expr::Index { x, .. } => match view.under(x) {
                Type::Slice(_) => self.shares(x, at, seen),
                Type::Array { .. } => self.leads_to_parts(x, at, seen),
                _ => false,
            },
            Expr::Ident(_) => view.local(x).is_some_and(|variable| self.always.contains(&variable)),
            _ => false,
        }
    }

    fn result_shares(
        &self,
        call: ExprId,
        result: usize,
        at: Point,
        seen: &mut Vec<IdentId>,
    ) -> bool {
        let view = self.function.view();
        if let Expr::TypeAssert { x, .. } = view.tree().expr(call) {
            return self.shares(x, at, seen);
        }
        let arguments = view.arguments(call);
        let Some(&first) = arguments.first() else {
            return matches!(view.callee(call), Some(Callee::Function(f)) if self.callee_shares(call, f, result, at, seen));
        };
        match view.callee(call) {
            Some(Callee::Conversion(to)) => {
                is_same_memory(view, first, to) && self.shares(first, at, seen)
            }
            Some(Callee::Builtin(Builtin::Append)) => {
                let spread = matches!(view.tree().expr(call), Expr::Call { spread: true, .. });
                let cut = matches!(
                    view.tree().expr(view.tree().unparen(first)),
                    Expr::Slice { bounds: [_, Some(_), None], .. }
                );
                (self.has_room || cut) && self.shares(first, at, &mut seen.clone())
                    || !spread
                        && arguments[1..].iter().any(|&x| self.shares(x, at, &mut seen.clone()))
            }
            Some(Callee::Builtin(
                Builtin::UnsafeString
                | Builtin::UnsafeStringData
                | Builtin::UnsafeSlice
                | Builtin::UnsafeSliceData,
            )) => self.shares(first, at, seen),
            Some(Callee::Function(function)) => {
                self.callee_shares(call, function, result, at, seen)
            }
            _ => false,
        }
    }

    fn callee_shares(
        &self,
        call: ExprId,
        function: ObjId,
        result: usize,
        at: Point,
        seen: &mut Vec<IdentId>,
    ) -> bool {
        let view = self.function.view();
        let arguments = view.arguments(call);
        let receiver = view.receiver_argument(call);
        if let Some(buffer) = receiver
            && ["Bytes", "Next", "AvailableBuffer"]
                .iter()
                .any(|name| is_method_of(view, function, "bytes", "Buffer", name))
        {
            return self.is_buffer(buffer, at, seen);
        }
        if view.is_function_of(function, "bytes", &["NewBuffer"]) {
            return arguments.first().is_some_and(|&bytes| self.shares(bytes, at, seen));
        }
        if let Some(conversion) = unsafe_conversion(self.cx.flow(), view, call) {
            return self.shares(conversion.of, at, seen);
        }
        let Some(of_result) = self.type_of_result(function, result) else { return false };
        // A slice that comes out of a slice: `bytes.TrimSpace(b)`, `strconv.AppendInt(b, …)`.
        let same_slice = arguments.iter().enumerate().any(|(number, &x)| {
            self.has_room
                && self.is_slice_of_same(of_result, view.type_of(x))
                && self
                    .function
                    .argument_fate(call, number)
                    .returned
                    .is_some_and(|results| results.contains(&result))
                && self.shares(x, at, &mut seen.clone())
        });
        if same_slice {
            return true;
        }
        let operands = receiver.into_iter().chain(arguments);
        operands.enumerate().any(|(operand, x)| {
            matches!(view.under(x), Type::Pointer(_))
                && self.shares(x, at, &mut seen.clone())
                && self.returns_part_of(function, operand, result)
        })
    }

    /// Whether a buffer's bytes are part of the memory.
    fn is_buffer(&self, buffer: ExprId, at: Point, seen: &mut Vec<IdentId>) -> bool {
        let view = self.function.view();
        match field(view, buffer) {
            Some(field) if matches!(view.under(buffer), Type::Struct(_)) => {
                self.cx.is_emptied_in_place(field) && self.leads_to_parts(buffer, at, seen)
            }
            _ => self.shares(buffer, at, seen),
        }
    }

    fn type_of_result(&self, function: ObjId, result: usize) -> Option<TypeId> {
        let store = self.cx.store;
        let Type::Signature(signature) = store.ty(store.obj_type(function)) else { return None };
        signature.results.get(result).map(|&var| store.obj_type(var))
    }

    /// Whether both are slices of the same, or both are strings.
    fn is_slice_of_same(&self, a: TypeId, b: TypeId) -> bool {
        let store = self.cx.store;
        let elem = |ty: TypeId| match store.ty(store.under(store.unalias(ty))) {
            Type::Slice(elem) => Some(store.unalias(*elem)),
            Type::Basic(basic, _) if basic.is_string() => Some(types::Universe::INVALID),
            _ => None,
        };
        elem(a).is_some() && elem(a) == elem(b)
    }

    /// Whether a function of the package returns memory that one of its operands, the receiver first, leads to.
    fn returns_part_of(&self, function: ObjId, operand: usize, result: usize) -> bool {
        let Some(depth) = self.depth.checked_sub(1) else { return false };
        let store = self.cx.store;
        let Type::Signature(signature) = store.ty(store.obj_type(function)) else { return false };
        let own = store.obj(function).pkg == Some(self.cx.package.checked.pkg);
        let parameter = signature.recv.iter().chain(&signature.params).nth(operand).copied();
        let (Some(parameter), Some(body), true) =
            (parameter, self.cx.flow().declared(function), own)
        else {
            return false;
        };
        let mut within = Memory::new(self.cx, &body, depth);
        within.at_entry.push(parameter);
        own_returns(&body).into_iter().any(|stmt| {
            let Stmt::Return(results) = body.view().tree().stmt(stmt) else { return false };
            let value =
                body.view().tree().list_get(results, result).filter(|_| results.len() > result);
            value.zip(body.point(stmt)).is_some_and(|(value, at)| within.is_shared_by(value, at))
        })
    }

    /// Whether a place that leads to the memory gets other memory after it was read: `b := *p; *p = nil`.
    fn is_given_up(&self, place: ExprId) -> bool {
        if self.given_up_asked.replace(true) {
            return false;
        }
        let given_up = self.gets_other_memory(place);
        self.given_up_asked.set(false);
        given_up
    }

    fn gets_other_memory(&self, place: ExprId) -> bool {
        let view = self.function.view();
        let tree = view.tree();
        let (Some(read), what) = (self.function.point(place), field(view, place)) else {
            return true;
        };
        statements_of(self.function).into_iter().any(|stmt| {
            let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = tree.stmt(stmt) else {
                return false;
            };
            let Some(point) = self.function.point(stmt) else { return false };
            let in_literal = self.is_in_literal(stmt);
            if !in_literal && !self.function.cfg().can_follow(read, point) {
                return false;
            }
            tree.list(lhs).enumerate().any(|(number, to)| {
                let to = tree.unparen(to);
                let same = match tree.expr(to) {
                    Expr::Star(_) => what.is_none() && view.type_of(to) == view.type_of(place),
                    Expr::Selector { .. } => what.is_some() && field(view, to) == what,
                    _ => false,
                };
                let value = if lhs.len() == rhs.len() { tree.list_get(rhs, number) } else { None };
                same && (in_literal || !value.is_some_and(|value| self.is_shared_by(value, point)))
            })
        })
    }

    fn is_in_literal(&self, stmt: StmtId) -> bool {
        let around = self.function.view().body_around(flow::Parent::Stmt(stmt));
        around.is_none_or(|(_, body)| body != self.function.body())
    }

    /// The results that a bare `return` returns and that lead to the memory.
    pub(crate) fn named_result(&self, at: Point) -> Option<ObjId> {
        let view = self.function.view();
        self.function
            .variables()
            .all()
            .into_iter()
            .find(|&v| is_result(view, v) && self.is_held_by(v, at))
    }
}

/// The statements of a function's body, in no order, those of literals included.
pub(crate) fn statements_of(function: &Function<'_>) -> Vec<StmtId> {
    let tree = function.view().tree();
    let mut found = Vec::new();
    syntax::walk::walk(tree, syntax::walk::Node::Stmt(function.body()), |event| {
        if let syntax::walk::Event::Enter(syntax::walk::Node::Stmt(stmt)) = event {
            found.push(stmt);
        }
        true
    });
    found
}

/// The `return`s of a function itself.
pub(crate) fn own_returns(function: &Function<'_>) -> Vec<StmtId> {
    let view = function.view();
    let mut all = statements_of(function);
    all.retain(|&stmt| {
        matches!(view.tree().stmt(stmt), Stmt::Return(_))
            && view
                .body_around(flow::Parent::Stmt(stmt))
                .is_some_and(|(_, body)| body == function.body())
    });
    all
}
