//! Loop variables made per iteration, where that can be noticed (`loopvar.ForCapture` of the compiler).
//!
//! Since language version 1.22 each turn of a loop has variables of its own. Most loops cannot tell, and keep one. A loop
//! is rewritten if the address of one of its variables is taken or a function literal captures it, in the loop and
//! not only within a `return` (after which there is no other turn). Then
//!
//! - `for k, v := range x {…}` ranges over temporaries, and its body begins with `v := tmp2; k := tmp1`;
//! - `for z := 0; z < n; z++ {…}` counts a temporary, and the variable lives in the body:
//!
//! ```go
//! for z', first := 0, true; ; {
//!     z := z'
//!     if first { first = false } else { z++ }
//!     if !(z < n) { break }
//!     …                                        // continue becomes goto next
//! next:
//!     z' = z
//! }
//! ```
//!
//! So the variable is declared one loop deeper than it was written, which is what lets it be `moved to heap` per turn.
//!
//! Runs after inlining, on each function and function literal by itself. The same in Go 1.24 to 1.27 but for the defining
//! statement, see [`per_iteration`].

use rustc_hash::FxHashMap;
use source::Name;
use types::constant::Value;
use types::{Basic, Store, Type};

use crate::Compiler;
use crate::ir::{Aux, Body, FuncId, List, Node, NodeFlags, NodeId, Op, Pos, VarId, deeper};

/// Rewrites the loops whose turns must have variables of their own, in a declared function and its function literals.
///
/// Of a three-part loop, the new assignment in the body becomes the variable's defining statement since Go 1.25. Before,
/// and for range loops always, it stays what it was.
pub fn per_iteration(body: &mut Body, store: &Store, compiler: &Compiler) {
    if !body.nodes.iter().any(|node| node.is(NodeFlags::DISTINCT_VARS)) {
        return;
    }
    for func in body.func_ids() {
        let mut scan = Scan::new(body, store);
        for &stmt in body.items(body.funcs[func].body) {
            scan.node(stmt);
        }
        let (loops, seen) = (scan.shared, scan.seen);
        for id in seen {
            let flags = &mut body.nodes[id].flags;
            *flags = flags.without(NodeFlags::DISTINCT_VARS);
        }
        if loops.is_empty() {
            continue;
        }
        let mut rewrite = Rewrite {
            body,
            compiler,
            func,
            pos: Pos::GENERATED,
            declared_by: FxHashMap::default(),
            labels: 0,
        };
        rewrite.pos = rewrite.body.funcs[func].pos;
        for (id, vars) in loops {
            rewrite.unshare(id, &vars);
        }
        rewrite.move_declarations();
    }
}

/// Looks for loops whose variables are seen from outside a turn.
struct Scan<'a> {
    body: &'a Body,
    store: &'a Store,
    /// Variables of loops met so far, and whether an address or a capture was seen.
    candidates: FxHashMap<VarId, bool>,
    /// Loops around the node at hand that make variables per iteration.
    depth: u32,
    /// Loops around the innermost `return` around the node at hand.
    return_depth: u32,
    /// Loops to rewrite, inner ones first, with the variables to unshare in order.
    shared: Vec<(NodeId, Vec<VarId>)>,
    /// All loops that are flagged: each is looked at once.
    seen: Vec<NodeId>,
}

impl<'a> Scan<'a> {
    fn new(body: &'a Body, store: &'a Store) -> Self {
        let (candidates, shared, seen) = (FxHashMap::default(), Vec::new(), Vec::new());
        Self { body, store, candidates, depth: 0, return_depth: 0, shared, seen }
    }

    fn node(&mut self, id: NodeId) {
        let node = &self.body.nodes[id];
        if node.is(NodeFlags::DISTINCT_VARS) {
            self.seen.push(id);
        }
        match node.op {
            // A literal within `return` outlives the loops around the statement, not those between.
            Op::Closure if self.depth > self.return_depth => {
                if let Aux::Closure(func) = node.aux {
                    for &capture in &self.body.funcs[func].captures {
                        self.leaks(self.body.canonical(capture));
                    }
                }
                self.below(id);
            }
            Op::Addr if self.depth > self.return_depth => {
                if let Some(var) = node.x.and_then(|x| self.outer_var(x)) {
                    self.leaks(var);
                }
                self.below(id);
            }
            Op::Return => {
                let saved = std::mem::replace(&mut self.return_depth, self.depth);
                self.below(id);
                self.return_depth = saved;
            }
            Op::Range if node.is(NodeFlags::DISTINCT_VARS) && node.is(NodeFlags::DEF) => {
                self.one_loop(id);
            }
            Op::For if node.is(NodeFlags::DISTINCT_VARS) => self.one_loop(id),
            _ => self.below(id),
        }
    }

    fn below(&mut self, id: NodeId) {
        let body = self.body;
        body.children_deep(id, &mut |child| {
            self.node(child);
            false
        });
    }

    fn one_loop(&mut self, id: NodeId) {
        let mut vars = loop_vars(self.body, id);
        for &var in &vars {
            self.candidates.insert(var, false);
        }
        self.depth += 1;
        self.below(id);
        self.depth -= 1;
        vars.retain(|var| self.candidates.get(var) == Some(&true));
        if !vars.is_empty() {
            self.shared.push((id, vars));
        }
    }

    fn leaks(&mut self, var: VarId) {
        if let Some(leaks) = self.candidates.get_mut(&var) {
            *leaks = true;
        }
    }

    /// The variable that holds what an operand of `&` names, if a variable does.
    fn outer_var(&self, mut id: NodeId) -> Option<VarId> {
        loop {
            let node = &self.body.nodes[id];
            match node.op {
                Op::Dot | Op::Paren | Op::ConvNop => id = node.x?,
                Op::Index if self.is_array(node.x?) => id = node.x?,
                _ => return self.body.named_var(id),
            }
        }
    }

    fn is_array(&self, id: NodeId) -> bool {
        let ty = self.body.nodes[id].ty;
        ty.is_some_and(|ty| matches!(self.store.ty(self.store.under(ty)), Type::Array { .. }))
    }
}

/// The variables that a loop declares, in order.
fn loop_vars(body: &Body, id: NodeId) -> Vec<VarId> {
    let node = &body.nodes[id];
    if node.op == Op::Range {
        let names = [node.y, node.z].into_iter().flatten();
        return names.filter_map(|name| body.named_var(name)).collect();
    }
    let mut vars = Vec::new();
    for &stmt in body.items(node.init) {
        let stmt = &body.nodes[stmt];
        if !stmt.is(NodeFlags::DEF) {
            continue;
        }
        match stmt.op {
            Op::As => vars.extend(stmt.x.and_then(|x| body.named_var(x))),
            op if op.is_assign_list() => {
                vars.extend(body.items(stmt.list).iter().filter_map(|&x| body.named_var(x)));
            }
            _ => {}
        }
    }
    vars
}

/// Rewrites loops of one function.
struct Rewrite<'a> {
    body: &'a mut Body,
    compiler: &'a Compiler,
    func: FuncId,
    /// Of the function, and so of what is made.
    pos: Pos,
    /// The assignments within the bodies that declare the variables from now on.
    declared_by: FxHashMap<VarId, NodeId>,
    /// Labels made so far.
    labels: u32,
}

impl Rewrite<'_> {
    fn unshare(&mut self, id: NodeId, vars: &[VarId]) {
        let carriers: Vec<(VarId, VarId)> = vars
            .iter()
            .map(|&var| (var, self.body.temp(self.func, self.pos, self.body.vars[var].ty)))
            .collect();
        match self.body.nodes[id].op {
            Op::Range => self.range(id, &carriers),
            _ => self.three_part(id, &carriers),
        }
    }

    /// `var := carrier`
    fn begin_turn(&mut self, pos: Pos, var: VarId, carrier: VarId) -> NodeId {
        let (x, y) = (self.body.var_use(var), self.body.var_use(carrier));
        let set = self.body.assign(pos, x, y, NodeFlags::DEF);
        self.declared_by.insert(var, set);
        set
    }

    fn range(&mut self, id: NodeId, carriers: &[(VarId, VarId)]) {
        let Node { pos, y, z, body: old, .. } = self.body.nodes[id];
        let mut stmts = Vec::new();
        for &(var, carrier) in carriers {
            let own = self.begin_turn(pos, var, carrier);
            stmts.insert(0, own);
        }
        stmts.extend_from_slice(self.body.items(old));
        let y = y.map(|name| self.carrier_for(name, carriers));
        let z = z.map(|name| self.carrier_for(name, carriers));
        let list = self.body.list(&stmts);
        let node = &mut self.body.nodes[id];
        (node.y, node.z, node.body) = (y, z, list);
    }

    fn carrier_for(&mut self, name: NodeId, carriers: &[(VarId, VarId)]) -> NodeId {
        let var = self.body.named_var(name);
        match carriers.iter().find(|&&(own, _)| Some(own) == var) {
            Some(&(_, carrier)) => self.body.var_use(carrier),
            None => name,
        }
    }

    fn three_part(&mut self, id: NodeId, carriers: &[(VarId, VarId)]) {
        let Node { pos, x: cond, y: post, body: old, .. } = self.body.nodes[id];
        let (mut begin, mut end) = (Vec::new(), Vec::new());
        for &(var, carrier) in carriers {
            let own = self.begin_turn(pos, var, carrier);
            if self.compiler.since(25) {
                self.body.vars[var].defn = Some(own);
            }
            begin.push(own);
            let (x, y) = (self.body.var_use(carrier), self.body.var_use(var));
            end.push(self.body.assign(pos, x, y, NodeFlags::NONE));
        }
        let next = self.next_label(id, old);
        self.carry_in_init(id, carriers);
        if let Some(post) = post {
            begin.push(self.unless_first(id, post));
        }
        if let Some(cond) = cond {
            begin.push(self.leave_unless(pos, cond));
        }
        begin.extend_from_slice(self.body.items(old));
        begin.push(self.body.add(Node { aux: next, ..Node::new(Op::Label, pos, None) }));
        begin.extend(end);
        let list = self.body.list(&begin);
        let node = &mut self.body.nodes[id];
        (node.x, node.y, node.body) = (None, None, list);
    }

    /// The label at the end of a turn; every `continue` of the loop goes there from now on.
    fn next_label(&mut self, id: NodeId, stmts: List) -> Aux {
        self.labels += 1;
        let next = Aux::Label(Name::new(".3clNext_"), self.labels);
        let mut found = Vec::new();
        for &stmt in self.body.items(stmts) {
            continues(self.body, stmt, self.body.nodes[id].aux, false, &mut found);
        }
        for branch in found {
            let node = &mut self.body.nodes[branch];
            (node.op, node.aux) = (Op::Goto, next);
        }
        next
    }

    /// Sets the carriers, not the variables, where the loop begins.
    fn carry_in_init(&mut self, id: NodeId, carriers: &[(VarId, VarId)]) {
        for at in 0..self.body.nodes[id].init.len() {
            let stmt = self.body.items(self.body.nodes[id].init)[at];
            let Node { op, x, list, flags, .. } = self.body.nodes[stmt];
            if !flags.has(NodeFlags::DEF) {
                continue;
            }
            if op == Op::As {
                self.body.nodes[stmt].x = x.map(|name| self.carrier_for(name, carriers));
            } else if op.is_assign_list() {
                for at in 0..list.len() {
                    let name = self.carrier_for(self.body.items(list)[at], carriers);
                    self.body.items_mut(list)[at] = name;
                }
            }
        }
    }

    /// `if first { first = false } else { post }`; `first = true` goes to the loop's beginning, the declaration stands here.
    fn unless_first(&mut self, id: NodeId, post: NodeId) -> NodeId {
        let pos = self.body.nodes[id].pos;
        let first = self.body.temp(self.func, self.pos, Basic::Bool.id());
        let set = |this: &mut Self, to: bool| {
            let x = this.body.var_use(first);
            let y = this.body.constant(this.pos, Basic::Bool, Value::from(to));
            this.body.assign(pos, x, y, NodeFlags::NONE)
        };
        let set_true = set(self, true);
        let set_false = set(self, false);
        let init = self.body.nodes[id].init;
        self.body.nodes[id].init = self.body.extended(init, &[set_true]);
        let declaration = self.body.declare(self.pos, first);
        let node = Node {
            init: self.body.list(&[declaration]),
            x: Some(self.body.var_use(first)),
            body: self.body.list(&[set_false]),
            els: self.body.list(&[post]),
            ..Node::new(Op::If, pos, None)
        };
        self.body.add(node)
    }

    /// `if !cond { break }`
    fn leave_unless(&mut self, pos: Pos, cond: NodeId) -> NodeId {
        let Node { pos: at, ty, .. } = self.body.nodes[cond];
        let not = self.body.add(Node { x: Some(cond), ..Node::new(Op::Not, at, ty) });
        let leave = self.body.add(Node::new(Op::Break, pos, None));
        let node =
            Node { x: Some(not), body: self.body.list(&[leave]), ..Node::new(Op::If, pos, None) };
        self.body.add(node)
    }

    /// Moves declarations of the variables from where they stood to the assignments in the bodies.
    fn move_declarations(&mut self) {
        let list = self.body.funcs[self.func].body;
        let list = self.without_moved(list);
        self.body.funcs[self.func].body = list;
        for stmt in self.body.items(list).to_vec() {
            self.move_below(stmt);
        }
    }

    fn move_below(&mut self, id: NodeId) {
        if self.declared_by.is_empty() {
            return;
        }
        let Node { init, list, body, els, .. } = self.body.nodes[id];
        self.body.nodes[id].init = self.without_moved(init);
        self.body.nodes[id].list = self.without_moved(list);
        self.body.nodes[id].body = self.without_moved(body);
        self.body.nodes[id].els = self.without_moved(els);
        for child in self.body.child_ids(id) {
            deeper(|| self.move_below(child));
        }
    }

    fn without_moved(&mut self, list: List) -> List {
        let mut kept = Vec::with_capacity(list.len());
        for at in 0..list.len() {
            let id = self.body.items(list)[at];
            let node = &self.body.nodes[id];
            let declared = node.x.filter(|_| node.op == Op::Dcl);
            let var = declared.and_then(|name| self.body.named_var(name));
            match var.and_then(|var| self.declared_by.remove(&var)) {
                Some(set) => {
                    let mut init = vec![id];
                    init.extend_from_slice(self.body.items(self.body.nodes[set].init));
                    self.body.nodes[set].init = self.body.list(&init);
                }
                None => kept.push(id),
            }
        }
        if kept.len() == list.len() { list } else { self.body.list(&kept) }
    }
}

/// Collects the `continue` statements of a loop that has this label, if any.
fn continues(body: &Body, id: NodeId, label: Aux, nested: bool, found: &mut Vec<NodeId>) {
    let node = &body.nodes[id];
    if node.op == Op::Continue {
        let of_this = match node.aux {
            Aux::None => !nested,
            aux => aux == label,
        };
        if of_this {
            found.push(id);
        }
    }
    let nested = nested || matches!(node.op, Op::For | Op::Range);
    body.children_deep(id, &mut |child| {
        continues(body, child, label, nested, found);
        false
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{COMPILER, Case};
    use super::per_iteration;
    use crate::Compiler;
    use crate::ir::{Body, Op};

    fn check(text: &str) {
        let mut case = Case::read(text, &[]);
        per_iteration(&mut case.body, &case.store, &COMPILER);
        case.check();
    }

    #[test]
    fn three_part_loop_counts_a_temporary() {
        check(include_str!("testdata/loopvar/three_part.txt"));
    }

    #[test]
    fn range_loop_sets_its_variables_in_the_body() {
        check(include_str!("testdata/loopvar/range.txt"));
    }

    #[test]
    fn continue_goes_to_the_end_of_its_own_loop() {
        check(include_str!("testdata/loopvar/nested.txt"));
    }

    #[test]
    fn return_leaves_the_loops_around_it_shared() {
        check(include_str!("testdata/loopvar/return.txt"));
    }

    /// The assignment in the body became the variable's defining statement with Go 1.25.
    #[test]
    fn defining_statement_is_by_version() {
        for (minor, within) in [(24, false), (25, true), (27, true)] {
            let mut case = Case::read(include_str!("testdata/loopvar/three_part.txt"), &[]);
            let compiler = Compiler { minor, ..COMPILER };
            per_iteration(&mut case.body, &case.store, &compiler);
            let body = case.body;
            let mut first = None;
            body.any_in(Body::ROOT, &mut |id| {
                first = (body.nodes[id].op == Op::For).then_some(id);
                first.is_some()
            });
            let turn = body.items(body.nodes[first.unwrap()].body)[0];
            let name = body.nodes[turn].x.unwrap();
            let defn = body.vars[body.named_var(name).unwrap()].defn;
            assert_eq!(defn == Some(turn), within, "Go 1.{minor}");
        }
    }
}
