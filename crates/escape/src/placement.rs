//! Where values live: what an analysis tells of each function.

use lower::ir::{Body, FuncFlags, FuncId, Op};
use source::Id;

use crate::analysis::{Ask, is_reached};
use crate::batch::BatchEntry;
use crate::graph::{Attrs, BatchFuncId, Built, Limit, LocId, PSEUDO, Shared, Thing};
use crate::leaks::Leaks;
use crate::remarks::{Remark, RemarkKind};
use crate::tags;
use crate::world::World;

/// Where a value lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placement {
    /// On the heap.
    Heap,
    /// On the stack.
    Stack,
    /// On the stack, and not beyond the statement: its place can be used again at once.
    Transient,
}

/// An expression that allocates, or a variable that is on the heap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Value {
    /// What it is.
    pub thing: Thing,
    /// The function that it belongs to.
    pub func: FuncId,
    /// Where it lives.
    pub placement: Placement,
    /// Whether a conversion of a string to bytes can use the string's memory, since nothing is written to the result.
    pub zero_copy: bool,
    /// What keeps it from the stack whatever becomes of it.
    pub limit: Option<Limit>,
}

/// What an analysis tells of a declared function and the function literals in it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FunctionResult {
    /// Where the declared function's parameters flow, by their position (receiver and dictionary counted).
    pub leaks: Vec<Leaks>,
    /// The functions that are compiled: the declared one, and the literals that were not inlined away.
    pub compiled: Vec<FuncId>,
    /// Variables on the heap and expressions that allocate, variables of a function before its expressions.
    pub values: Vec<Value>,
    /// What the compiler says of it under `-gcflags=-m`.
    pub remarks: Vec<Remark>,
}

/// Results while they are gathered.
pub(crate) struct Found {
    pub(crate) functions: Vec<FunctionResult>,
}

impl Found {
    pub(crate) fn new(batch: &[BatchEntry]) -> Self {
        Self { functions: vec![FunctionResult::default(); batch.len()] }
    }

    /// Adds what was found out about a component, and tells the others where its parameters flow.
    pub(crate) fn add(
        &mut self,
        world: &dyn World,
        built: &Built,
        shared: &mut Shared<'_>,
        batch: &[BatchEntry],
        ask: Ask,
    ) {
        for &(func, node) in &built.self_assignments {
            let pos = batch_pos(built, batch, func, Thing::Node(node));
            self.remark(built, batch, func, pos, RemarkKind::SelfAssignment(node));
        }
        for at in 0..built.graph.funcs.len() {
            let id = BatchFuncId::from_index(at);
            let func = built.graph.func(id);
            if !is_reached(built, id) {
                continue;
            }
            let result = &mut self.functions[func.entry as usize];
            result.compiled.push(func.func);
            let remarks = &mut result.remarks;
            let with = (built, &*shared);
            let leaks = tags::of(world, with, batch, id, ask.mutations, remarks);
            if func.func == Body::ROOT {
                result.leaks.clone_from(&leaks);
            }
            shared.leaks.insert((func.entry, func.func), leaks);
        }
        for at in PSEUDO..built.graph.locs.len() {
            self.place(built, batch, LocId::from_index(at));
        }
    }

    fn remark(
        &mut self,
        built: &Built,
        batch: &[BatchEntry],
        func: BatchFuncId,
        pos: lower::ir::Pos,
        kind: RemarkKind,
    ) {
        let func = built.graph.func(func);
        let pos = batch[func.entry as usize].body.outermost(pos);
        let remarks = &mut self.functions[func.entry as usize].remarks;
        remarks.push(Remark { pos, func: func.func, kind });
    }

    fn place(&mut self, built: &Built, batch: &[BatchEntry], loc: LocId) {
        let location = built.graph.loc(loc);
        let (thing, id) = (location.thing, location.func);
        let func = built.graph.func(id);
        let attrs = built.graph.attrs(loc);
        let escapes = attrs.has(Attrs::ESCAPES);
        let pos = batch_pos(built, batch, id, thing);
        let body = &batch[func.entry as usize].body;
        let mut value = Value {
            thing,
            func: func.func,
            placement: if escapes { Placement::Heap } else { Placement::Stack },
            zero_copy: false,
            limit: None,
        };
        match thing {
            Thing::Temporary => return,
            Thing::Var(_) if !escapes || !is_reached(built, id) => return,
            Thing::Var(var) => self.remark(built, batch, id, pos, RemarkKind::MovedToHeap(var)),
            Thing::Node(node) => {
                let op = body.nodes[node].op;
                let transient = matches!(op, Op::Closure | Op::MethValue | Op::SliceLit);
                if !escapes && transient && !attrs.has(Attrs::PERSISTS) {
                    value.placement = Placement::Transient;
                }
                let wrapper = matches!(body.nodes[node].aux, lower::ir::Aux::Closure(func)
                    if body.funcs[func].flags.has(FuncFlags::WRAPPER));
                if !wrapper {
                    let kind = match (op, escapes) {
                        (Op::Append, true) => RemarkKind::AppendEscapes,
                        (Op::Append, false) => RemarkKind::AppendStays,
                        (_, true) => RemarkKind::Escapes(node),
                        (_, false) => RemarkKind::Stays(node),
                    };
                    self.remark(built, batch, id, pos, kind);
                }
                value.zero_copy = op == Op::Str2Bytes && !attrs.has(Attrs::MUTATES);
                if value.zero_copy {
                    self.remark(built, batch, id, pos, RemarkKind::ZeroCopy);
                }
            }
        }
        value.limit = built.limits.get(&loc).copied();
        self.functions[func.entry as usize].values.push(value);
    }
}

/// The place of a variable or node, not yet that of the call that it was inlined for.
fn batch_pos(
    built: &Built,
    batch: &[BatchEntry],
    func: BatchFuncId,
    thing: Thing,
) -> lower::ir::Pos {
    let body = &batch[built.graph.func(func).entry as usize].body;
    match thing {
        Thing::Temporary => lower::ir::Pos::GENERATED,
        Thing::Var(var) => body.vars[var].pos,
        Thing::Node(node) => body.nodes[node].pos,
    }
}
