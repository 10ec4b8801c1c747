//! What inlining a function costs, in nodes, and whether it may be inlined at all.
//!
//! Every node costs 1, with exceptions that make up for how the compiler writes things, and for what makes no code.
//! The whole cost is computed even where it is too high, since it is reported.

use lower::Pragmas;
use lower::ir::{
    Aux, Body, FuncFlags, FuncId, Node, NodeFlags, NodeId, Op, Reassignments, VarClass,
};
use types::{Type, Universe};

use super::budget;
use super::callee::{Callee, callee_of};
use super::special::{Special, is_intrinsic_call, special};
use super::verdict::{Reason, Verdict, Verdicts};
use crate::world::World;

/// Decides whether a function of a body can be inlined. Function literals that it calls are decided with it. `world` has
/// to know what was decided about declared functions before.
pub fn decide(
    world: &dyn World,
    body: &Body,
    definitions: &Reassignments,
    verdicts: &mut Verdicts,
    function: lower::ir::InstId,
    func: FuncId,
) -> Option<Verdict> {
    if let Some(known) = verdicts.get(func) {
        return Some(known);
    }
    if !verdicts.start(func) {
        return None;
    }
    let declared = (func == Body::ROOT).then(|| world.declared(function).pragmas);
    let impossible = impossible(world, body, declared.unwrap_or_default(), func);
    let verdict = match impossible {
        Some(reason) => Verdict::Refused(reason),
        None => {
            let budget = match func {
                _ if world.is_hot_callee(function, body, func) => budget::MAX_HOT,
                Body::ROOT => budget::MAX,
                _ => budget::MAX_CALLED_ONCE,
            };
            let in_big = budget::is_big(body, func);
            let at = At { world, body, definitions, function, func, in_big };
            let mut counting = Counting { at, verdicts, cost: 0, refused: None };
            counting.statements();
            match (counting.refused, counting.cost) {
                (Some(reason), _) => Verdict::Refused(reason),
                (None, cost) if cost > budget => {
                    Verdict::Refused(Reason::TooComplex { cost, budget })
                }
                (None, cost) => {
                    Verdict::Inlinable { cost, can_delay_results: can_delay_results(body, func) }
                }
            }
        }
    };
    verdicts.finish(func, verdict);
    Some(verdict)
}

/// Why a function is never inlined, whatever is in it.
fn impossible(world: &dyn World, body: &Body, pragmas: Pragmas, func: FuncId) -> Option<Reason> {
    let marked = |pragma| pragmas.has(pragma);
    Some(match () {
        () if body.funcs[func].flags.has(FuncFlags::PACKAGE_INIT) => Reason::PackageInit,
        () if marked(Pragmas::NOINLINE) => Reason::Noinline,
        () if world.compiler().race && marked(Pragmas::NORACE) => Reason::Norace,
        () if marked(Pragmas::CGO_UNSAFE_ARGS) => Reason::CgoUnsafeArgs,
        // What escapes is kept alive, too.
        () if pragmas.any(Pragmas::UINTPTRKEEPALIVE.with(Pragmas::UINTPTRESCAPES)) => {
            Reason::UintptrKeepAlive
        }
        () if marked(Pragmas::YESWRITEBARRIERREC) => Reason::Yeswritebarrierrec,
        () if func == Body::ROOT && !body.has_body => Reason::NoBody,
        () => return None,
    })
}

/// Whether results can be declared where the function returns: in one place, with values, and none has a name.
fn can_delay_results(body: &Body, func: FuncId) -> bool {
    let mut returns = 0;
    body.any_in(func, &mut |id| {
        let node = &body.nodes[id];
        if node.op == Op::Return {
            returns += if node.list.is_empty() { 2 } else { 1 };
        }
        returns > 1
    });
    returns == 1
        && body.funcs[func].results.iter().all(|&result| {
            // Those without a name of their own have one with a tilde.
            let name = body.vars[result].name.as_str();
            name.is_empty() || name == "_" || name.starts_with('~')
        })
}

/// What an assignment of the values of a call gives back: the temporaries that the front end puts between are not
/// counted.
pub(super) fn given_back(body: &Body, node: &Node) -> i32 {
    let Some(&first) = body.items(node.body).first().filter(|_| node.op == Op::As2) else {
        return 0;
    };
    match body.items(body.nodes[first].init) {
        [only] if body.nodes[*only].op.is_assign_list() => 4 * node.list.len() as i32 + 1,
        _ => 0,
    }
}

/// The function whose nodes are counted, and what is known around it.
#[derive(Clone, Copy)]
struct At<'a> {
    world: &'a dyn World,
    body: &'a Body,
    definitions: &'a Reassignments,
    /// The declared function that the body is of.
    function: lower::ir::InstId,
    func: FuncId,
    in_big: bool,
}

struct Counting<'a, 'v> {
    at: At<'a>,
    verdicts: &'v mut Verdicts,
    cost: i32,
    refused: Option<Reason>,
}

/// What is left to be done with a node.
enum Then {
    /// It counts 1, and so on with its children.
    Children,
    /// Neither it nor its children count.
    Nothing,
    /// Only some children count.
    Only(lower::ir::List, lower::ir::List),
    /// The function is refused.
    Refuse(Reason),
}

impl<'a> Counting<'a, '_> {
    fn statements(&mut self) {
        let body = self.at.body;
        self.list(body.funcs[self.at.func].body);
    }

    fn list(&mut self, list: lower::ir::List) -> bool {
        let body = self.at.body;
        body.items(list).iter().any(|&id| self.node(id))
    }

    /// Counts a node and those below it. Returns whether to stop.
    fn node(&mut self, id: NodeId) -> bool {
        let body = self.at.body;
        match self.own(id) {
            Then::Nothing => false,
            Then::Refuse(reason) => {
                self.refused = Some(reason);
                true
            }
            Then::Only(first, second) => self.list(first) || self.list(second),
            Then::Children => {
                self.cost = self.cost.saturating_add(1);
                body.children_deep(id, &mut |child| self.node(child))
            }
        }
    }

    /// Adds what a node costs more, or less, than 1.
    fn own(&mut self, id: NodeId) -> Then {
        let body = self.at.body;
        let node = &body.nodes[id];
        match node.op {
            Op::CallFunc => match self.call(node) {
                Ok(extra) => self.cost = self.cost.saturating_add(extra),
                Err(reason) => return Then::Refuse(reason),
            },
            Op::CallInter => self.cost += budget::CALL,
            Op::Panic => {
                self.cost += budget::PANIC;
                let boxed = node.x.is_some_and(|x| {
                    let x = &body.nodes[x];
                    x.op == Op::ConvIface && x.is(NodeFlags::IMPLICIT)
                });
                self.cost -= i32::from(boxed);
            }
            Op::Recover => return Then::Refuse(Reason::Recover),
            Op::Go | Op::Defer | Op::TailCall => return Then::Refuse(Reason::Unhandled(node.op)),
            Op::Closure => self.cost += budget::CLOSURE,
            Op::Addr => self.cost -= 2 * i32::from(self.is_first_field(node)),
            Op::Deref => self.cost -= i32::from(self.is_of_address(node)),
            Op::Fall | Op::Type => return Then::Nothing,
            Op::If => {
                if let Some(taken) = self.constant(node) {
                    return Then::Only(node.init, if taken { node.body } else { node.els });
                }
            }
            Op::Block | Op::ConvNop | Op::MethExpr => self.cost -= 1,
            Op::MethValue | Op::SliceLit => self.cost += 1,
            Op::As2 => self.cost -= given_back(body, node),
            // Slicing that changes nothing is free since Go 1.26.
            op if op.is_slice() && self.at.world.compiler().since(26) => {
                self.cost -= self.superfluous(node);
            }
            _ => {}
        }
        Then::Children
    }

    /// What a call costs more than its node.
    fn call(&mut self, node: &Node) -> Result<i32, Reason> {
        let At { world, body, definitions, func, in_big, function } = self.at;
        let Some(fun) = node.x else { return Ok(budget::CALL) };
        match special(world, body, fun) {
            Some(Special::Cheap) => return Ok(0),
            Some(Special::Refused(reason)) => return Err(reason),
            None if is_intrinsic_call(world, body, fun) => return Ok(0),
            None => {}
        }
        let cost = match callee_of(world, body, definitions, func, fun) {
            Some(Callee::Declared(inst)) if super::race::stays_call(world, inst) => None,
            Some(Callee::Declared(inst)) => {
                let inlinable = world.inlinable(inst);
                let inlinable = inlinable.filter(|_| world.can_read_body(inst, function));
                let cost = inlinable.map(|inlinable| inlinable.cost);
                cost.filter(|&cost| {
                    cost <= budget::max_cost(in_big, false, false)
                        || budget::is_made_up_for(in_big, cost, || {
                            world.is_hot_call(function, body, func, node.pos)
                        })
                })
            }
            Some(Callee::Closure(closure)) => {
                let verdict = decide(world, body, definitions, self.verdicts, function, closure);
                match verdict {
                    Some(Verdict::Inlinable { cost, .. }) => {
                        Some(cost).filter(|&cost| cost <= budget::max_cost(in_big, true, false))
                    }
                    _ => None,
                }
            }
            None => None,
        };
        Ok(cost.unwrap_or_else(|| self.extra(fun)))
    }

    /// What a call adds that is not inlined.
    fn extra(&self, fun: NodeId) -> i32 {
        let body = self.at.body;
        match body.nodes[fun].aux {
            Aux::Var(var)
                if body.nodes[fun].op == Op::Name
                    && matches!(body.vars[var].class, VarClass::Param | VarClass::Captured) =>
            {
                budget::PARAM_CALL
            }
            _ => budget::CALL,
        }
    }

    /// `&x.f` where f is at the start of x.
    fn is_first_field(&self, node: &Node) -> bool {
        let body = self.at.body;
        let Some(dot) = node.x.map(|x| &body.nodes[x]) else { return false };
        let (Op::Dot | Op::DotPtr, Some(x)) = (dot.op, dot.x) else { return false };
        let Aux::Field(field) = dot.aux else { return false };
        if body.nodes[x].op != Op::Name {
            return false;
        }
        if field.index == 0 {
            return true;
        }
        let store = self.at.world.store();
        let ty = body.nodes[x].ty.unwrap_or(Universe::INVALID);
        let ty = match store.under_ty(ty) {
            Type::Pointer(elem) => *elem,
            _ => ty,
        };
        let offsets = self.at.world.sizes().offsets(store, ty);
        offsets.is_some_and(|offsets| offsets.get(field.index as usize) == Some(&0))
    }

    /// `*(*T)(unsafe.Pointer(&x))`
    fn is_of_address(&self, node: &Node) -> bool {
        let body = self.at.body;
        let mut pointer = node.x;
        while let Some(conversion) = pointer.filter(|&p| body.nodes[p].op == Op::ConvNop) {
            pointer = body.nodes[conversion].x;
        }
        pointer.is_some_and(|pointer| body.nodes[pointer].op == Op::Addr)
    }

    /// The value of a condition that is constant.
    fn constant(&self, node: &Node) -> Option<bool> {
        let body = self.at.body;
        let condition = &body.nodes[node.x?];
        match (condition.op, condition.aux) {
            (Op::Literal, Aux::Const(value)) => body.consts[value].as_bool(),
            _ => None,
        }
    }

    /// `x[0:…]` and `x[…:len(x)]`.
    fn superfluous(&self, node: &Node) -> i32 {
        let body = self.at.body;
        let from_zero = node.y.is_some_and(|low| match body.nodes[low].aux {
            Aux::Const(value) if body.nodes[low].op == Op::Literal => {
                body.consts[value].as_i64() == Some(0)
            }
            _ => false,
        });
        // Only names are one node where they are used twice.
        let to_end = node.z.map(|high| &body.nodes[high]).is_some_and(|high| {
            let measured = high.x.filter(|_| high.op == Op::Len).map(|x| &body.nodes[x]);
            let sliced = node.x.map(|x| &body.nodes[x]);
            measured.zip(sliced).is_some_and(|(a, b)| {
                a.op == Op::Name && b.op == Op::Name && a.aux == b.aux && a.aux != Aux::None
            })
        });
        i32::from(from_zero) + 2 * i32::from(to_end)
    }
}
