//! Inlines the calls in the functions of a component until nothing changes.
//!
//! Call sites are listed once per function, innermost first, and those that come with an inlined body behind them. New ones
//! are looked at together before any of them is inlined, so that a function literal that is called twice is not taken for
//! one that is called once (`cmd/compile/internal/inline/interleaved`, the same in this from Go 1.24 to 1.27).

use std::sync::Arc;

use lower::ir::{Body, FuncId, InstId, NodeId, Op, Pos, Reassignments};
use rustc_hash::{FxHashMap, FxHashSet};

use super::assignments::Assignments;
use super::budget;
use super::callee::{Callee, callee_of, may_inline};
use super::cost::decide;
use super::devirtualize::static_call;
use super::remark::{Remark, RemarkKind};
use super::special::is_benchmark_loop;
use super::splice::{Text, place_of, splice};
use super::verdict::{Verdict, Verdicts};
use crate::world::World;

/// A declared function of a component, with its function literals.
pub struct Member {
    /// The function.
    pub inst: InstId,
    /// Its body, which changes.
    pub body: Body,
    /// What is decided about its functions.
    pub verdicts: Verdicts,
    /// What was done, in order.
    pub remarks: Vec<Remark>,
    /// The text of each of its functions before anything was inlined into it.
    texts: Vec<Text>,
    definitions: Reassignments,
}

impl Member {
    /// A function whose body nothing was inlined into yet. `definitions` are those of the body, where they are known.
    #[must_use]
    pub fn new(
        inst: InstId,
        body: &Arc<Body>,
        verdicts: Verdicts,
        definitions: Option<Reassignments>,
    ) -> Self {
        let texts = body.func_ids().map(|func| Text { body: Arc::clone(body), func }).collect();
        let definitions = definitions.unwrap_or_else(|| Reassignments::definitions(body));
        let (body, remarks) = (body.clone_to_grow(), Vec::new());
        Self { inst, body, verdicts, remarks, texts, definitions }
    }
}

/// Inlines calls in the functions of a component. `order` names them, by the position of the member, in the order in which
/// the compiler visits them.
pub fn run(world: &dyn World, members: &mut [Member], order: &[(usize, FuncId)]) {
    let mut works: Vec<Work<'_>> =
        members.iter_mut().map(|member| Work::new(world, member)).collect();
    let mut functions: Vec<(usize, Sites)> = Vec::with_capacity(order.len());
    for &(at, func) in order {
        if let Some(work) = works.get_mut(at) {
            functions.push((at, work.start(func)));
        }
    }
    let mut done = false;
    while !done {
        done = true;
        for (at, sites) in &mut functions {
            done &= !works[*at].pass(sites);
        }
    }
}

/// The call sites of a function.
struct Sites {
    func: FuncId,
    in_big: bool,
    calls: Vec<NodeId>,
    /// What each calls, once that is known.
    resolved: Vec<Option<Callee>>,
}

/// What is kept of a member while its calls are inlined.
struct Work<'a> {
    world: &'a dyn World,
    member: &'a mut Member,
    definitions: Reassignments,
    assignments: Assignments,
    /// Calls that are listed.
    listed: FxHashSet<NodeId>,
    /// Number of call sites of function literals.
    uses: FxHashMap<FuncId, u32>,
}

impl<'a> Work<'a> {
    fn new(world: &'a dyn World, member: &'a mut Member) -> Self {
        let definitions = std::mem::take(&mut member.definitions);
        Self {
            world,
            member,
            definitions,
            assignments: Assignments::default(),
            listed: FxHashSet::default(),
            uses: FxHashMap::default(),
        }
    }

    /// Lists the calls of a function, and counts what they call.
    fn start(&mut self, func: FuncId) -> Sites {
        let in_big = self.world.compiler().inline && budget::is_big(&self.member.body, func);
        if in_big {
            let pos = self.member.body.funcs[func].pos;
            let kind = RemarkKind::Big(self.named(func));
            self.member.remarks.push(Remark { pos, kind });
        }
        let mut sites = Sites { func, in_big, calls: Vec::new(), resolved: Vec::new() };
        let body = self.member.body.funcs[func].body;
        let statements = self.member.body.items(body).to_vec();
        self.mark(&statements, &mut sites.calls);
        for at in 0..sites.calls.len() {
            self.resolve(&mut sites, at);
        }
        sites
    }

    /// How a function of the member is named to others.
    fn named(&self, func: FuncId) -> Callee {
        if func == Body::ROOT { Callee::Declared(self.member.inst) } else { Callee::Closure(func) }
    }

    /// Lists the calls within nodes that are not listed yet.
    fn mark(&mut self, nodes: &[NodeId], calls: &mut Vec<NodeId>) {
        let Member { body, remarks, .. } = &mut *self.member;
        let (world, listed) = (self.world, &mut self.listed);
        let mut marking = Marking { world, body, remarks, listed, calls };
        for &node in nodes {
            marking.node(node);
        }
    }

    /// What a call calls, and from how many places that is called.
    fn resolve(&mut self, sites: &mut Sites, at: usize) -> Option<(Callee, u32)> {
        if sites.resolved.len() <= at {
            sites.resolved.resize(at + 1, None);
        }
        if let Some(callee) = sites.resolved[at] {
            return Some((callee, self.uses_of(callee)));
        }
        let call = sites.calls[at];
        let Member { body, remarks, .. } = &mut *self.member;
        if !body.nodes[call].op.is_call() {
            return None;
        }
        let assignments = &mut self.assignments;
        static_call(self.world, body, &self.definitions, assignments, call, remarks);
        let callee = self.callee(sites.func, call)?;
        sites.resolved[at] = Some(callee);
        if let Callee::Closure(func) = callee {
            *self.uses.entry(func).or_default() += 1;
        }
        Some((callee, self.uses_of(callee)))
    }

    fn uses_of(&self, callee: Callee) -> u32 {
        match callee {
            Callee::Declared(_) => 0,
            Callee::Closure(func) => self.uses.get(&func).copied().unwrap_or(0),
        }
    }

    fn callee(&self, caller: FuncId, call: NodeId) -> Option<Callee> {
        let body = &self.member.body;
        if !may_inline(self.world, body, call) {
            return None;
        }
        callee_of(self.world, body, &self.definitions, caller, body.nodes[call].x?)
    }

    /// Tries each call once, those that come with inlined bodies too. Returns whether something was inlined.
    fn pass(&mut self, sites: &mut Sites) -> bool {
        let mut changed = false;
        let mut batch = 0..sites.calls.len();
        while !batch.is_empty() {
            for at in batch.clone() {
                changed |= self.edit(sites, at);
            }
            batch = batch.end..sites.calls.len();
            for at in batch.clone() {
                self.resolve(sites, at);
            }
        }
        changed
    }

    /// Inlines a call, if it can be.
    fn edit(&mut self, sites: &mut Sites, at: usize) -> bool {
        let Some((_, uses)) = self.resolve(sites, at) else { return false };
        let call = sites.calls[at];
        // Inlined before.
        if !self.member.body.nodes[call].op.is_call() {
            return false;
        }
        let Some(callee) = self.callee(sites.func, call) else { return false };
        let Some((text, cost, can_delay_results)) = self.text(callee) else { return false };
        if !self.can_read(callee, call) {
            return false;
        }
        let is_closure = matches!(callee, Callee::Closure(_));
        let max = budget::max_cost(sites.in_big, is_closure, uses == 1);
        let pos = self.member.body.nodes[call].pos;
        let cheap = cost <= max || self.is_hot(sites, pos, cost);
        if !cheap || self.is_recursive(sites.func, callee, pos) {
            return false;
        }
        let kind = RemarkKind::InliningCall(callee);
        self.member.remarks.push(Remark { pos, kind });
        self.inline(sites, call, callee, &text, can_delay_results);
        true
    }

    /// Whether a profile makes up for what a callee costs.
    fn is_hot(&self, sites: &Sites, pos: Pos, cost: i32) -> bool {
        let Member { body, inst, .. } = &*self.member;
        let is_hot = || self.world.is_hot_call(*inst, body, sites.func, pos);
        budget::is_made_up_for(sites.in_big, cost, is_hot)
    }

    /// Whether the body of a function is at hand: in the package that is compiled, or in that from which the call came with
    /// an inlined body, which then wrote both.
    fn can_read(&self, callee: Callee, call: NodeId) -> bool {
        let Callee::Declared(inst) = callee else { return true };
        let Member { body, inst: own, .. } = &*self.member;
        let around = (body.nodes[call].pos.inlined as usize).checked_sub(1);
        let origin = around.and_then(|at| body.inlined.get(at)?.callee);
        origin.is_some_and(|origin| self.world.can_read_body(inst, origin))
            || self.world.can_read_body(inst, *own)
    }

    /// The body of a function that can be inlined, its cost, and whether its results can wait.
    fn text(&mut self, callee: Callee) -> Option<(Text, i32, bool)> {
        let func = match callee {
            Callee::Declared(inst) if super::race::stays_call(self.world, inst) => return None,
            Callee::Declared(inst) => {
                let inlinable = self.world.inlinable(inst)?;
                let text = Text { body: Arc::clone(&inlinable.body), func: inlinable.func };
                return Some((text, inlinable.cost, inlinable.can_delay_results));
            }
            Callee::Closure(func) => func,
        };
        let Member { body, verdicts, inst, .. } = &mut *self.member;
        let before = verdicts.order().len();
        let verdict = decide(self.world, body, &self.definitions, verdicts, *inst, func);
        self.report(before);
        let Some(Verdict::Inlinable { cost, can_delay_results }) = verdict else { return None };
        Some((self.member.texts.get(func_index(func))?.clone(), cost, can_delay_results))
    }

    /// Says what was decided about function literals since `before`.
    fn report(&mut self, before: usize) {
        let Member { body, verdicts, remarks, .. } = &mut *self.member;
        for &func in &verdicts.order()[before..] {
            let function = Callee::Closure(func);
            let kind = match verdicts.get(func) {
                Some(Verdict::Inlinable { cost, .. }) => RemarkKind::CanInline { function, cost },
                Some(Verdict::Refused(reason)) => RemarkKind::CannotInline { function, reason },
                None => continue,
            };
            remarks.push(Remark { pos: body.funcs[func].pos, kind });
        }
    }

    /// Whether a call was inlined already on the way to where it stands.
    fn is_recursive(&mut self, caller: FuncId, callee: Callee, pos: Pos) -> bool {
        let body = &self.member.body;
        let mut at = pos.inlined;
        let mut repeated = false;
        while let Some(around) = at.checked_sub(1).and_then(|at| body.inlined.get(at as usize)) {
            // The same place in the source.
            if (around.pos.file, around.pos.offset) == (pos.file, pos.offset) {
                return true;
            }
            repeated |= match callee {
                Callee::Declared(inst) => around.callee == Some(inst),
                Callee::Closure(func) => {
                    around.closure.is_some() && around.closure == place_of(body, func)
                }
            };
            at = around.pos.inlined;
        }
        if repeated {
            let kind = RemarkKind::Recursive { callee, caller: self.named(caller) };
            self.member.remarks.push(Remark { pos, kind });
        }
        repeated
    }

    fn inline(
        &mut self,
        sites: &mut Sites,
        call: NodeId,
        callee: Callee,
        text: &Text,
        can_delay_results: bool,
    ) {
        let Member { body, texts, .. } = &mut *self.member;
        let spliced = splice(body, sites.func, call, callee, text, can_delay_results);
        for &(new, original) in &spliced.closures {
            debug_assert_eq!(
                texts.len(),
                func_index(new),
                "literals come in the order of their ids"
            );
            texts.push(Text { body: Arc::clone(&text.body), func: original });
        }
        let statements = body.items(spliced.body).to_vec();
        self.definitions.extend(body, &statements);
        let init = body.items(body.nodes[call].init).to_vec();
        let store = self.world.store();
        self.assignments.inlined(store, body, sites.func, call, spliced.params);
        self.mark(&init, &mut sites.calls);
        self.mark(&statements, &mut sites.calls);
    }
}

fn func_index(func: FuncId) -> usize {
    source::Id::index(func)
}

/// Lists calls.
struct Marking<'a> {
    world: &'a dyn World,
    body: &'a Body,
    remarks: &'a mut Vec<Remark>,
    listed: &'a mut FxHashSet<NodeId>,
    calls: &'a mut Vec<NodeId>,
}

impl Marking<'_> {
    /// Lists the calls in a node and then itself, if it is one.
    fn node(&mut self, id: NodeId) {
        let body = self.body;
        let node = &body.nodes[id];
        if node.is_leaf() || (node.op.is_call() && self.listed.contains(&id)) {
            return;
        }
        // Up to Go 1.25 nothing was inlined in the body of a benchmark's loop; since then its variables are kept alive.
        if node.op == Op::For
            && !self.world.compiler().since(26)
            && is_benchmark_loop(self.world, body, id)
        {
            self.remarks.push(Remark { pos: node.pos, kind: RemarkKind::BenchmarkLoop(id) });
            body.items(node.init).iter().for_each(|&init| self.node(init));
            node.x.into_iter().chain(node.y).for_each(|part| self.node(part));
            return;
        }
        // A call that takes the place of the function's frame stays one.
        let of = match node.x {
            Some(call) if node.op == Op::TailCall => call,
            _ => id,
        };
        body.children_deep(of, &mut |child| {
            self.node(child);
            false
        });
        if node.op.is_call() {
            self.listed.insert(id);
            self.calls.push(id);
        }
    }
}
