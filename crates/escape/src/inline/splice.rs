//! Putting a callee's body in the place of a call.
//!
//! What is put there, in the order in which the compiler's front end (`noder.unifiedInlineCall`) does: what evaluating the
//! callee does; the parameters, declared and set to the arguments; the results, declared and zero, unless that can wait
//! until the function returns; the body, with a jump to its end for each `return`.

use std::sync::Arc;

use lower::ir::{
    Aux, Body, FuncFlags, FuncId, Function, InlineCall, List, Node, NodeFlags, NodeId, Op, Pos,
    Var, VarClass, VarFlags, VarId, deeper,
};
use rustc_hash::FxHashMap;
use source::{Id, Name};

use super::callee::Callee;

/// The label at the end of an inlined call, to which its `return`s jump.
pub(crate) const END_OF_INLINED: &str = ".i";

/// A body as it was before anything was inlined into it.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) body: Arc<Body>,
    pub(super) func: FuncId,
}

/// What was put in the place of a call.
pub(super) struct Spliced {
    /// The assignment that sets the parameters.
    pub(super) params: NodeId,
    /// The statements of the callee.
    pub(super) body: List,
    /// Function literals that came with it, in the order of their ids, and where their text is.
    pub(super) closures: Vec<(FuncId, FuncId)>,
}

/// Replaces a call in `caller` by the body of what it calls.
pub(super) fn splice(
    target: &mut Body,
    caller: FuncId,
    call: NodeId,
    callee: Callee,
    text: &Text,
    can_delay_results: bool,
) -> Spliced {
    let node = target.nodes[call];
    let closure = match callee {
        Callee::Declared(_) => None,
        Callee::Closure(func) => Some(func),
    };
    target.inlined.push(InlineCall {
        pos: node.pos,
        callee: match callee {
            Callee::Declared(inst) => Some(inst),
            Callee::Closure(_) => None,
        },
        closure: closure.and_then(|func| place_of(target, func)),
    });
    target.next_label += 1;
    let inlined = target.inlined.len() as u32;
    let mut splicer = Splicer {
        copy: Copier {
            source: &text.body,
            at: Level { func: caller, inlined, label: target.next_label },
            target,
            vars: vec![None; text.body.vars.len()],
            definers: FxHashMap::default(),
            scratch: Vec::new(),
            closures: Vec::new(),
            returns: None,
        },
        call: node,
        delay: can_delay_results,
    };
    splicer.declare(text.func, closure);
    splicer.replace(call, text.func)
}

/// What tells a function literal from all others: the place of its node, with the inlined call that it came with.
pub(super) fn place_of(body: &Body, func: FuncId) -> Option<Pos> {
    body.funcs[func].closure.map(|node| body.nodes[node].pos)
}

/// One call that is replaced.
struct Splicer<'a> {
    copy: Copier<'a>,
    /// The call as it was.
    call: Node,
    delay: bool,
}

impl Splicer<'_> {
    /// Makes the callee's variables variables of the caller.
    fn declare(&mut self, func: FuncId, closure: Option<FuncId>) {
        let copy = &mut self.copy;
        let source = copy.source;
        let caller = copy.at.func;
        for &var in &source.funcs[func].vars {
            copy.declare(var, |new| {
                new.flags.set(match new.class {
                    VarClass::Auto => VarFlags::INL_LOCAL,
                    _ => VarFlags::INL_FORMAL,
                });
                new.class = VarClass::Auto;
            });
        }
        let vars: Vec<VarId> =
            source.funcs[func].vars.iter().filter_map(|var| copy.vars[var.index()]).collect();
        copy.target.funcs[caller].vars.extend(vars);
        // What a literal captures is at hand itself.
        let Some(closure) = closure else { return };
        let here = copy.target.funcs[closure].captures.clone();
        for (&inside, captured) in source.funcs[func].captures.iter().zip(here) {
            if let Some(outer) = copy.target.vars[captured].outer {
                copy.vars[inside.index()] = Some(outer);
            }
        }
    }

    fn replace(mut self, call: NodeId, func: FuncId) -> Spliced {
        let Node { pos, ty, flags, .. } = self.call;
        let source = self.copy.source;
        let new = |copy: &Copier<'_>, vars: &[VarId]| -> Vec<VarId> {
            vars.iter().filter_map(|var| copy.vars[var.index()]).collect()
        };
        let params = new(&self.copy, &source.funcs[func].params);
        let results = new(&self.copy, &source.funcs[func].results);

        let mut init = self.copy.target.items(self.call.init).to_vec();
        if let Some(fun) = self.call.x {
            effects(self.copy.target, fun, &mut init);
        }
        let assign = self.set_params(&params);
        init.push(assign);
        if !self.delay {
            for &result in &results {
                init.push(self.copy.dcl(pos, result));
                let x = Some(self.copy.name(result));
                init.push(self.copy.target.add(Node { x, ..Node::new(Op::As, pos, None) }));
            }
        }
        init.push(self.copy.target.add(Node::new(Op::InlMark, pos, None)));

        let label = Aux::Label(Name::new(END_OF_INLINED), self.copy.at.label);
        let (delay, names) = (self.delay, results.clone());
        self.copy.returns = Some(Returns { pos, label, results: names, delay });
        let mut body = self.copy.statements(source.funcs[func].body);
        body.push(self.copy.target.add(Node { aux: label, ..Node::new(Op::Label, pos, None) }));
        self.copy.define();

        let list: Vec<NodeId> = results.iter().map(|&result| self.copy.name(result)).collect();
        let Copier { target, closures, .. } = self.copy;
        let reshape =
            if flags.has(NodeFlags::RESHAPE) { NodeFlags::RESHAPE } else { NodeFlags::NONE };
        let (init, body, list) = (target.list(&init), target.list(&body), target.list(&list));
        target.nodes[call] =
            Node { init, body, list, flags: reshape, ..Node::new(Op::InlCall, pos, ty) };
        Spliced { params: assign, body, closures }
    }

    /// `params = arguments`, declaring them.
    fn set_params(&mut self, params: &[VarId]) -> NodeId {
        let pos = self.call.pos;
        let copy = &mut self.copy;
        let dcls: Vec<NodeId> = params.iter().map(|&param| copy.dcl(pos, param)).collect();
        let names: Vec<NodeId> = params.iter().map(|&param| copy.name(param)).collect();
        let (init, list) = (copy.target.list(&dcls), copy.target.list(&names));
        let assign = Node {
            init,
            list,
            body: self.call.list,
            flags: NodeFlags::DEF,
            ..Node::new(Op::As2, pos, None)
        };
        let assign = copy.target.add(assign);
        for &param in params {
            copy.target.vars[param].defn = Some(assign);
        }
        assign
    }
}

/// Adds what evaluating a callee does besides giving the function.
fn effects(body: &Body, mut callee: NodeId, init: &mut Vec<NodeId>) {
    loop {
        let node = &body.nodes[callee];
        init.extend_from_slice(body.items(node.init));
        let next = match node.op {
            Op::ConvNop | Op::Paren => node.x,
            Op::InlCall => {
                init.extend_from_slice(body.items(node.body));
                body.items(node.list).first().copied()
            }
            _ => None,
        };
        match next {
            Some(next) => callee = next,
            None => return,
        }
    }
}

/// What becomes of `return`.
struct Returns {
    pos: Pos,
    label: Aux,
    results: Vec<VarId>,
    delay: bool,
}

/// Where a copy goes.
#[derive(Clone, Copy)]
struct Level {
    /// The function.
    func: FuncId,
    /// The inlined call that places get; 0 within function literals, which keep theirs.
    inlined: u32,
    /// The number that labels get; 0 within function literals.
    label: u32,
}

/// Copies parts of a body into another.
struct Copier<'a> {
    source: &'a Body,
    target: &'a mut Body,
    at: Level,
    /// The copy of each variable of the source that has one.
    vars: Vec<Option<VarId>>,
    /// Statements that declare variables, and their copies.
    definers: FxHashMap<NodeId, NodeId>,
    /// Copies of function literals.
    closures: Vec<(FuncId, FuncId)>,
    /// Nodes of lists that are not complete.
    scratch: Vec<NodeId>,
    /// What becomes of `return`; within function literals it stays.
    returns: Option<Returns>,
}

impl Copier<'_> {
    fn pos(&self, mut pos: Pos) -> Pos {
        if pos.file.is_some() {
            pos.inlined = self.at.inlined;
        }
        pos
    }

    /// Makes the copy of a variable in the function at hand.
    fn declare(&mut self, var: VarId, change: impl FnOnce(&mut Var)) -> VarId {
        let mut new = self.source.vars[var];
        new.func = self.at.func;
        new.pos = self.pos(new.pos);
        change(&mut new);
        let new = self.target.vars.push(new);
        self.vars[var.index()] = Some(new);
        new
    }

    fn var(&mut self, var: VarId) -> VarId {
        match self.vars[var.index()] {
            Some(known) => known,
            // Not declared by its function, which only broken code has.
            None => self.declare(var, |new| new.class = VarClass::Auto),
        }
    }

    /// Sets which statements declare the new variables.
    fn define(&mut self) {
        for (old, new) in self.vars.iter().enumerate() {
            let (old, Some(new)) = (VarId::from_index(old), *new) else { continue };
            let Some(defn) = self.source.vars[old].defn else { continue };
            // Variables that were captured are those of the caller; parameters and results have theirs.
            let declared = self.source.vars[old].class == VarClass::Auto;
            if declared {
                self.target.vars[new].defn = self.definers.get(&defn).copied();
            }
        }
    }

    fn name(&mut self, var: VarId) -> NodeId {
        let Var { pos, ty, .. } = self.target.vars[var];
        self.target.add(Node { aux: Aux::Var(var), ..Node::new(Op::Name, pos, Some(ty)) })
    }

    fn dcl(&mut self, pos: Pos, var: VarId) -> NodeId {
        let x = Some(self.name(var));
        self.target.add(Node { x, ..Node::new(Op::Dcl, pos, None) })
    }

    fn statements(&mut self, list: List) -> Vec<NodeId> {
        let source = self.source;
        source.items(list).iter().map(|&id| self.node(id)).collect()
    }

    fn list(&mut self, list: List) -> List {
        if list.is_empty() {
            return list;
        }
        let (source, from) = (self.source, self.scratch.len());
        for &id in source.items(list) {
            let copy = self.node(id);
            self.scratch.push(copy);
        }
        let copies = self.target.list(&self.scratch[from..]);
        self.scratch.truncate(from);
        copies
    }

    fn node(&mut self, id: NodeId) -> NodeId {
        let node = &self.source.nodes[id];
        if node.is_leaf() && !matches!(node.op, Op::Return | Op::Closure) && !is_definer(node.op) {
            return self.leaf(node);
        }
        deeper(|| {
            let node = self.source.nodes[id];
            let new = match node.op {
                Op::Return if self.returns.is_some() => self.jump(&node),
                _ => self.same(&node),
            };
            if is_definer(node.op) {
                self.definers.insert(id, new);
            }
            new
        })
    }

    /// A copy of a node and those below it.
    fn same(&mut self, node: &Node) -> NodeId {
        let mut new = *node;
        new.init = self.list(node.init);
        new.x = node.x.map(|x| self.node(x));
        new.y = node.y.map(|y| self.node(y));
        new.z = node.z.map(|z| self.node(z));
        new.list = self.list(node.list);
        new.body = self.list(node.body);
        new.els = self.list(node.els);
        match node.aux {
            Aux::Closure(func) => {
                new.pos = self.pos(node.pos);
                self.literal(func, new)
            }
            _ => self.leaf(&new),
        }
    }

    /// A copy of a node that has no children, or whose children are copied.
    fn leaf(&mut self, node: &Node) -> NodeId {
        let mut new = *node;
        new.pos = self.pos(node.pos);
        match node.aux {
            Aux::Var(var) => {
                let var = self.var(var);
                new.aux = Aux::Var(var);
                new.pos = self.target.vars[var].pos;
            }
            // Where it is declared.
            Aux::Global(_) => new.pos = node.pos,
            Aux::Const(value) => {
                let value = self.source.consts[value].clone();
                new.aux = Aux::Const(self.target.consts.push(value));
            }
            Aux::Label(name, _) if self.at.label != 0 => {
                new.aux = Aux::Label(name, self.at.label);
            }
            _ => {}
        }
        self.target.add(new)
    }

    /// `return` as an assignment to the results and a jump to the end.
    fn jump(&mut self, node: &Node) -> NodeId {
        let mut block = self.statements(node.init);
        let values = self.list(node.list);
        let Some(Returns { pos, label, results, delay }) = self.returns.take() else {
            return self.same(node);
        };
        if !values.is_empty() {
            let mut dcls = Vec::new();
            if delay {
                dcls.extend(results.iter().map(|&result| self.dcl(pos, result)));
            }
            let names: Vec<NodeId> = results.iter().map(|&result| self.name(result)).collect();
            let list = self.target.list(&names);
            let assign = Node { list, body: values, ..Node::new(Op::As2, pos, None) };
            let assign = self.target.add(assign);
            if delay {
                for &result in &results {
                    self.target.vars[result].defn = Some(assign);
                }
            }
            block.extend(dcls);
            block.push(assign);
        }
        block.push(self.target.add(Node { aux: label, ..Node::new(Op::Goto, pos, None) }));
        self.returns = Some(Returns { pos, label, results, delay });
        let list = self.target.list(&block);
        self.target.add(Node { list, ..Node::new(Op::Block, pos, None) })
    }

    /// A copy of a function literal. Nodes in it keep their places: calls that it came through are not around them when
    /// it runs.
    fn literal(&mut self, func: FuncId, mut node: Node) -> NodeId {
        let source = self.source;
        let original = &source.funcs[func];
        let parent = self.at.func;
        let mut flags = original.flags;
        flags.set(FuncFlags::INLINED);
        flags.clear(FuncFlags::DUPOK);
        if self.target.funcs[parent].flags.has(FuncFlags::DUPOK) {
            flags.set(FuncFlags::DUPOK);
        }
        let new = self.target.funcs.push(Function {
            parent: Some(parent),
            ty: original.ty,
            pos: original.pos,
            params: Vec::new(),
            results: Vec::new(),
            vars: Vec::new(),
            captures: Vec::new(),
            body: List::EMPTY,
            closure: None,
            flags,
        });
        self.closures.push((new, func));

        // What it captures stands at the places of the call, unlike all else in it.
        let around = self.at;
        self.at.func = new;
        let captures: Vec<VarId> = original
            .captures
            .iter()
            .map(|&var| {
                let outer = source.vars[var].outer.map(|outer| self.var(outer));
                self.declare(var, |new| new.outer = outer)
            })
            .collect();
        self.at = Level { func: new, inlined: 0, label: 0 };
        let vars: Vec<VarId> = original.vars.iter().map(|&var| self.declare(var, |_| {})).collect();
        let params = original.params.iter().map(|&var| self.var(var)).collect();
        let results = original.results.iter().map(|&var| self.var(var)).collect();
        let returns = self.returns.take();
        let body = self.list(original.body);
        self.returns = returns;
        self.at = around;

        node.aux = Aux::Closure(new);
        let node = self.target.add(node);
        let function = &mut self.target.funcs[new];
        function.captures = captures;
        function.vars = vars;
        function.params = params;
        function.results = results;
        function.body = body;
        function.closure = Some(node);
        node
    }
}

/// Whether a statement can declare variables.
const fn is_definer(op: Op) -> bool {
    op.is_assign_list() || matches!(op, Op::As | Op::Range | Op::TypeSw | Op::Switch | Op::Case)
}
