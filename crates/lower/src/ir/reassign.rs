//! Which variables are set once, and to what.

use rustc_hash::FxHashMap;
use source::Id;

use super::body::{Body, FuncId, NodeId, VarClass, VarFlags, VarId};
use super::node::Aux;
use super::op::Op;

/// What is known of assignments to the local variables of a declared function and its function literals.
///
/// Answers as the compiler's `ir.ReassignOracle` does, and, asked of a declared function, as `ir.StaticValue`.
#[derive(Default, Debug)]
pub struct Reassignments {
    /// The defining statement of variables that are set nowhere else and whose address is not taken; of parameters,
    /// `None`.
    single: FxHashMap<VarId, Option<NodeId>>,
    /// The simple assignments to variables, nil left out; a variable that is set in another way is not here. Asked for
    /// variables of function type only, by the escape analysis since Go 1.27.
    functions: FxHashMap<VarId, Vec<NodeId>>,
    /// Variables of the body that were looked at.
    seen: usize,
    /// Whether `functions` is kept.
    keeps_functions: bool,
}

impl Reassignments {
    /// Looks at all assignments of a function and the function literals in it.
    #[must_use]
    pub fn of(body: &Body, func: FuncId) -> Self {
        let mut this = Self { keeps_functions: true, ..Self::default() };
        this.look(body, func);
        this
    }

    /// As [`Self::of`] for the whole body, without what [`Self::function_assignments`] asks for.
    #[must_use]
    pub fn definitions(body: &Body) -> Self {
        let mut this = Self::default();
        this.look(body, Body::ROOT);
        this
    }

    fn look(&mut self, body: &Body, func: FuncId) {
        for &param in &body.funcs[func].params {
            if !body.vars[param].name.is_blank() {
                self.single.insert(param, None);
            }
        }
        self.add_variables(body, |owner| owner == func || body.contains(func, owner));
        body.each_with_closures(func, &mut |node| self.assigned_by(body, node));
    }

    /// Takes in statements that were spliced into the body together with their variables.
    pub fn extend(&mut self, body: &Body, statements: &[NodeId]) {
        self.add_variables(body, |_| true);
        for &statement in statements {
            body.each_below(statement, &mut |node| self.assigned_by(body, node));
        }
    }

    /// Takes in variables that are new in the body.
    fn add_variables(&mut self, body: &Body, within: impl Fn(FuncId) -> bool) {
        let from = std::mem::replace(&mut self.seen, body.vars.len());
        for (at, var) in body.vars.as_slice().iter().enumerate().skip(from) {
            let id = VarId::from_index(at);
            let local = var.class == VarClass::Auto && !var.flags.has(VarFlags::ADDRTAKEN);
            if !local || !within(var.func) {
                continue;
            }
            if let Some(defn) = var.defn {
                self.single.insert(id, Some(defn));
            }
            let simple = var.defn.is_none_or(|defn| body.nodes[defn].op == Op::As);
            if self.keeps_functions && simple {
                self.functions.insert(id, Vec::new());
            }
        }
    }

    fn assigned_by(&mut self, body: &Body, id: NodeId) {
        let node = &body.nodes[id];
        match node.op {
            Op::As | Op::AsOp => self.assign(body, node.x, id),
            Op::Range => {
                self.assign(body, node.y, id);
                self.assign(body, node.z, id);
            }
            op if op.is_assign_list() => {
                for &left in body.items(node.list) {
                    self.assign(body, Some(left), id);
                }
            }
            _ => {}
        }
    }

    fn assign(&mut self, body: &Body, left: Option<NodeId>, statement: NodeId) {
        let Some(var) = left.and_then(|left| body.outer_variable(left)) else { return };
        let var = body.canonical(var);
        if let Some(&defn) = self.single.get(&var) {
            let by_definition = defn == Some(statement) && body.vars[var].class == VarClass::Auto;
            if !by_definition {
                self.single.remove(&var);
            }
        }
        if self.keeps_functions && self.functions.contains_key(&var) {
            let node = &body.nodes[statement];
            if node.op != Op::As {
                self.functions.remove(&var);
            } else if node.y.is_some_and(|y| !body.is_nil(y))
                && let Some(all) = self.functions.get_mut(&var)
            {
                all.push(statement);
            }
        }
    }

    /// The expression whose value `node` always has: looks through conversions without effect, inlined calls and variables
    /// that are set once. The node itself where that is not known.
    #[must_use]
    pub fn static_value(&self, body: &Body, mut id: NodeId) -> NodeId {
        // Definitions cannot lead back to themselves in code that compiles.
        for _ in 0..body.nodes.len() {
            let node = &body.nodes[id];
            let next = match node.op {
                Op::ConvNop | Op::Paren => node.x,
                Op::InlCall => match body.items(node.list) {
                    [result] => Some(*result),
                    _ => None,
                },
                Op::Name => self.definition(body, id),
                _ => None,
            };
            match next {
                Some(next) => id = next,
                None => break,
            }
        }
        id
    }

    /// What the variable that a name stands for is set to, once.
    fn definition(&self, body: &Body, name: NodeId) -> Option<NodeId> {
        let Aux::Var(var) = body.nodes[name].aux else { return None };
        let var = body.canonical(var);
        if body.vars[var].class != VarClass::Auto {
            return None;
        }
        let statement = (*self.single.get(&var)?)?;
        let node = &body.nodes[statement];
        match node.op {
            Op::As => node.y,
            Op::As2 => {
                let mut lefts = body.items(node.list).iter();
                let at = lefts.position(|&left| body.nodes[left].aux == Aux::Var(var))?;
                body.items(node.body).get(at).copied()
            }
            _ => None,
        }
    }

    /// Whether a variable may be set other than where it is declared.
    #[must_use]
    pub fn is_reassigned(&self, var: VarId) -> bool {
        !self.single.contains_key(&var)
    }

    /// The simple assignments to a variable of function type, or `None` where it may be set otherwise.
    #[must_use]
    pub fn function_assignments(&self, var: VarId) -> Option<&[NodeId]> {
        self.functions.get(&var).map(|nodes| &**nodes)
    }
}
