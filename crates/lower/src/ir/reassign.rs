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
        self.single.reserve(body.vars.len() - from);
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

#[cfg(test)]
mod tests {
    use types::{Basic, TypeId};

    use super::Reassignments;
    use crate::ir::{
        Aux, Body, FuncFlags, FuncId, Function, List, Node, NodeFlags, NodeId, Op, Pos, Var,
        VarClass, VarFlags, VarId,
    };

    const INT: TypeId = Basic::Int.id();

    fn function(body: &mut Body, parent: Option<FuncId>) -> FuncId {
        body.funcs.push(Function {
            parent,
            ty: INT,
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

    fn variable(body: &mut Body, func: FuncId, class: VarClass, outer: Option<VarId>) -> VarId {
        body.vars.push(Var {
            name: source::Name::new("x"),
            ty: INT,
            class,
            func,
            pos: Pos::GENERATED,
            defn: None,
            outer,
            flags: VarFlags::default(),
        })
    }

    fn name(body: &mut Body, var: VarId) -> NodeId {
        body.add(Node { aux: Aux::Var(var), ..Node::new(Op::Name, Pos::GENERATED, Some(INT)) })
    }

    fn value(body: &mut Body) -> NodeId {
        body.add(Node::new(Op::Literal, Pos::GENERATED, Some(INT)))
    }

    fn assign(body: &mut Body, var: VarId, value: NodeId, defines: bool) -> NodeId {
        let x = Some(name(body, var));
        let node = Node { x, y: Some(value), ..Node::new(Op::As, Pos::GENERATED, None) };
        let node = body.add(node);
        if defines {
            body.nodes[node].flags = NodeFlags::DEF;
            body.vars[var].defn = Some(node);
        }
        node
    }

    /// `x := 1; y := x; func() { … }`, with what the literal does.
    fn body(inside: impl FnOnce(&mut Body, VarId) -> Vec<NodeId>) -> (Body, NodeId, NodeId, VarId) {
        let mut body = Body::default();
        let root = function(&mut body, None);
        let x = variable(&mut body, root, VarClass::Auto, None);
        let y = variable(&mut body, root, VarClass::Auto, None);
        let one = value(&mut body);
        let first = assign(&mut body, x, one, true);
        let from = name(&mut body, x);
        let second = assign(&mut body, y, from, true);
        let literal = function(&mut body, Some(root));
        let captured = variable(&mut body, literal, VarClass::Captured, Some(x));
        let statements = inside(&mut body, captured);
        body.funcs[literal].body = body.list(&statements);
        let aux = Aux::Closure(literal);
        let literal = body.add(Node { aux, ..Node::new(Op::Closure, Pos::GENERATED, Some(INT)) });
        body.funcs[root].body = body.list(&[first, second, literal]);
        let read = name(&mut body, y);
        (body, read, one, x)
    }

    #[test]
    fn looks_through_what_is_set_once() {
        let (body, read, one, x) = body(|_, _| Vec::new());
        let known = Reassignments::of(&body, Body::ROOT);
        assert_eq!(known.static_value(&body, read), one);
        assert!(!known.is_reassigned(x));
        assert_eq!(known.function_assignments(x).map(<[_]>::len), Some(1));
    }

    #[test]
    fn function_literals_set_what_they_capture() {
        let (body, read, one, x) = body(|body, captured| {
            let two = value(body);
            vec![assign(body, captured, two, false)]
        });
        let known = Reassignments::of(&body, Body::ROOT);
        assert_ne!(known.static_value(&body, read), one);
        assert!(known.is_reassigned(x));
        assert_eq!(known.function_assignments(x).map(<[_]>::len), Some(2));
    }

    #[test]
    fn variables_whose_address_is_taken_are_not_known() {
        let (mut body, read, one, x) = body(|_, _| Vec::new());
        body.vars[x].flags.set(VarFlags::ADDRTAKEN);
        let known = Reassignments::definitions(&body);
        assert_ne!(known.static_value(&body, read), one);
        assert_eq!(known.function_assignments(x), None);
    }

    #[test]
    fn takes_in_what_is_added() {
        let (mut body, ..) = body(|_, _| Vec::new());
        let mut known = Reassignments::definitions(&body);
        let z = variable(&mut body, Body::ROOT, VarClass::Auto, None);
        let three = value(&mut body);
        let first = assign(&mut body, z, three, true);
        let read = name(&mut body, z);
        known.extend(&body, &[first]);
        assert_eq!(known.static_value(&body, read), three);
        let four = value(&mut body);
        let second = assign(&mut body, z, four, false);
        known.extend(&body, &[second]);
        assert_eq!(known.static_value(&body, read), read);
    }
}
