//! Which function a call calls.

use lower::Compiler;
use lower::ir::{Aux, Body, FuncFlags, FuncId, InstId, Node, NodeId, Op, Reassignments, Runtime};
use rustc_hash::FxHashMap;
use types::constant::Value;

use crate::batch::BatchEntry;
use crate::inline::END_OF_INLINED;

/// A function that is called for certain, or may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Callee {
    /// A declared function.
    Declared(InstId),
    /// A function literal of the body at hand.
    Literal(FuncId),
    /// A function of the runtime.
    Runtime(Runtime),
}

/// The functions that a call may call; none where they are not known.
#[derive(Clone, Default, Debug)]
pub(crate) struct Callees {
    /// The only one.
    one: Option<Callee>,
    /// Several.
    several: Vec<Callee>,
}

impl Callees {
    pub(crate) fn as_slice(&self) -> &[Callee] {
        self.one.as_ref().map_or(&self.several, std::slice::from_ref)
    }
}

/// What a batch knows of its functions and variables.
pub(crate) struct Known<'b> {
    batch: &'b [BatchEntry],
    entries: FxHashMap<InstId, u32>,
    /// Assignments to variables by entry and function around, made when first asked for.
    assignments: FxHashMap<(u32, FuncId), Reassignments>,
    has_goto: Vec<bool>,
}

impl<'b> Known<'b> {
    pub(crate) fn new(batch: &'b [BatchEntry]) -> Self {
        let entries = batch.iter().enumerate().map(|(i, entry)| (entry.inst, i as u32)).collect();
        let has_goto = |entry: &BatchEntry| entry.body.nodes.iter().any(is_written_goto);
        Self {
            batch,
            entries,
            assignments: FxHashMap::default(),
            has_goto: batch.iter().map(has_goto).collect(),
        }
    }

    /// The entry of a function that is analysed in this batch.
    pub(crate) fn entry(&self, inst: InstId) -> Option<u32> {
        self.entries.get(&inst).copied()
    }

    /// Whether there is a `goto` in the body that somebody wrote.
    pub(crate) fn has_goto(&self, entry: u32) -> bool {
        self.has_goto[entry as usize]
    }

    /// The expression whose value `node` always has; see [`Reassignments::static_value`].
    pub(crate) fn static_value(&mut self, entry: u32, func: FuncId, node: NodeId) -> NodeId {
        let body = &self.batch[entry as usize].body;
        match body.nodes[node].op {
            Op::Name if !matches!(body.nodes[node].aux, Aux::Var(_)) => node,
            Op::Name | Op::ConvNop | Op::InlCall | Op::Paren => {
                self.assignments(entry, func).static_value(body, node)
            }
            _ => node,
        }
    }

    /// What is known of the assignments to the variables that a function sees.
    fn assignments(&mut self, entry: u32, func: FuncId) -> &Reassignments {
        let body = &self.batch[entry as usize].body;
        let mut top = func;
        // The function that sets the package's variables is looked at in parts.
        while let Some(parent) = body.funcs[top].parent
            && !body.funcs[parent].flags.has(FuncFlags::PACKAGE_INIT)
        {
            top = parent;
        }
        self.assignments.entry((entry, top)).or_insert_with(|| Reassignments::of(body, top))
    }

    /// The functions that a call calls.
    pub(crate) fn callees(
        &mut self,
        compiler: &Compiler,
        entry: u32,
        func: FuncId,
        called: NodeId,
        pragma_free: &dyn Fn(InstId) -> bool,
    ) -> Callees {
        let body = &self.batch[entry as usize].body;
        let value = self.static_value(entry, func, called);
        let node = &body.nodes[value];
        if let Some(callee) = static_callee(node) {
            return Callees { one: Some(callee), several: Vec::new() };
        }
        // Since Go 1.27, a variable may have several functions as values.
        match node.aux {
            Aux::Var(var) if node.op == Op::Name && compiler.since(27) => {
                let known = self.assignments(entry, func);
                let assigned = known.function_assignments(body.canonical(var));
                let several = assigned.and_then(|all| assigned_callees(body, all, pragma_free));
                Callees { one: None, several: several.unwrap_or_default() }
            }
            _ => Callees::default(),
        }
    }
}

fn static_callee(node: &Node) -> Option<Callee> {
    match (node.op, node.aux) {
        (Op::MethExpr | Op::Name, Aux::Inst(inst)) => Some(Callee::Declared(inst)),
        (Op::Name, Aux::Runtime(function)) => Some(Callee::Runtime(function)),
        (Op::Closure, Aux::Closure(func)) => Some(Callee::Literal(func)),
        _ => None,
    }
}

/// The functions that are assigned. Nothing if one is not known, or asks for care with `uintptr` arguments.
fn assigned_callees(
    body: &Body,
    assignments: &[NodeId],
    pragma_free: &dyn Fn(InstId) -> bool,
) -> Option<Vec<Callee>> {
    let mut callees = Vec::with_capacity(assignments.len());
    for &assignment in assignments {
        let node = &body.nodes[body.nodes[assignment].y?];
        if is_zero(body, node) {
            continue;
        }
        let callee = static_callee(node)?;
        if let Callee::Declared(inst) = callee
            && !pragma_free(inst)
        {
            return None;
        }
        callees.push(callee);
    }
    Some(callees)
}

/// Whether an expression is the zero value of its type as it is written.
fn is_zero(body: &Body, node: &Node) -> bool {
    match (node.op, node.aux) {
        (Op::Nil, _) => true,
        (Op::Literal, Aux::Const(id)) => match body.consts.get(id) {
            Some(Value::String(text)) => text.is_empty(),
            Some(Value::Bool(value)) => !value,
            Some(value) => value.sign() == 0,
            None => false,
        },
        _ => false,
    }
}

/// A `goto` that is no jump to the end of an inlined call, which never leads back.
fn is_written_goto(node: &Node) -> bool {
    node.op == Op::Goto
        && !matches!(node.aux, Aux::Label(name, _) if name.as_str() == END_OF_INLINED)
}
