//! A way to the heap in plain words: where it starts, what it goes through, where it ends, and what to change.

use lower::ir::{Aux, Body, InstId, NodeFlags, NodeId, Op, Pos, VarFlags, VarId, Wording};
use lower::names::Naming;

use types::Type;

use crate::graph::{Limit, Reason, Thing};
use crate::why::{End, Path, Spot, Step, Target, Through};

const RETURNED: &str = "returned";

/// One thing that happens to a value on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// The position in the batch of the function that it happens in.
    pub entry: usize,
    /// The expression, statement or variable.
    pub thing: Thing,
    /// Where: in the function's own text, also where that was inlined.
    pub pos: Pos,
    /// What: `returned`.
    pub text: String,
}

/// A way to the heap.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Explained {
    /// What happens, in order. The last one is where the value leaves its function's stack.
    pub steps: Vec<Told>,
    /// The position in `steps` of that without which the value would stay.
    pub decisive: Option<usize>,
    /// What would keep the value on the stack: `if it were not returned`.
    pub keep: Option<String>,
    /// Where the way goes on: in a function that it is passed to, with the position of the parameter.
    pub onward: Option<(InstId, usize)>,
}

/// Puts ways into words.
pub struct Explainer<'a> {
    /// How names are written.
    pub naming: &'a Naming<'a>,
    /// How expressions are written.
    pub wording: &'a Wording<'a>,
    /// The functions of the batch, as far as they are at hand.
    pub bodies: &'a [Option<(InstId, &'a Body)>],
}

impl Explainer<'_> {
    /// A way in words.
    #[must_use]
    pub fn explain(&self, path: &Path) -> Explained {
        let mut explained = Explained::default();
        let cause = path.cause();
        let mut from = path.from;
        for (number, step) in path.steps.iter().enumerate() {
            let to = arrival(&path.steps[number..]);
            let last = step.through.iter().rposition(|through| through.reason.moves());
            for (at, through) in step.through.iter().enumerate() {
                let arrives = Some(at) == last;
                let Some(text) = self.text(to, through, arrives) else { continue };
                // A capture happens where the literal stands, not where the variable does.
                let (entry, thing) = match (through.reason, to) {
                    (
                        Reason::Captured | Reason::CapturedByReference,
                        Target::Spot(Spot { entry, thing: thing @ Thing::Node(_), .. }),
                    ) => (entry, thing),
                    _ => (through.entry, through.thing),
                };
                let Some(pos) = self.pos(entry, thing) else { continue };
                if Some(*through) == cause {
                    explained.decisive = Some(explained.steps.len());
                }
                explained.steps.push(Told { entry, thing, pos, text });
            }
            if to == Target::Heap && explained.onward.is_none() {
                explained.onward = last.and_then(|at| self.onward(from, &step.through[at]));
            }
            if let Target::Spot(spot) = step.to
                && spot.thing != Thing::Temporary
            {
                from = spot;
            }
        }
        if let (End::Result(_), Some(last)) = (path.end, explained.steps.last_mut())
            && last.text == RETURNED
        {
            last.text = format!("{RETURNED}, and callers may keep it");
        }
        self.end(path, &mut explained.steps);
        explained.keep =
            path.decisive().zip(cause).and_then(|(step, cause)| self.keep(step, &cause, path.end));
        explained
    }

    /// The function that an entry of the batch is.
    fn body(&self, entry: usize) -> Option<(InstId, &Body)> {
        self.bodies.get(entry).copied().flatten()
    }

    fn pos(&self, entry: usize, thing: Thing) -> Option<Pos> {
        let (_, body) = self.body(entry)?;
        match thing {
            Thing::Temporary => None,
            Thing::Var(var) => Some(body.vars[body.canonical(var)].pos),
            Thing::Node(node) => Some(body.nodes[node].pos),
        }
    }

    /// What happens; `arrives` where it is what brings the value to the end of the step. `None` where it is not worth a word.
    fn text(&self, to: Target, through: &Through, arrives: bool) -> Option<String> {
        let (_, body) = self.body(through.entry)?;
        let node = match through.thing {
            Thing::Node(node) => Some(node),
            Thing::Var(_) | Thing::Temporary => None,
        };
        let is_implicit = node.is_some_and(|id| body.nodes[id].is(NodeFlags::IMPLICIT));
        let target = arrives.then_some(to);
        Some(match through.reason {
            Reason::AddressOf if is_implicit => return None,
            Reason::AddressOf => "its address is taken".into(),
            Reason::Indirection
            | Reason::Dot
            | Reason::DotOfPointer
            | Reason::ArrayElement
            | Reason::SliceToArray
            | Reason::Storage
            | Reason::TypeSwitch => return None,
            Reason::Slice => "sliced".into(),
            Reason::Interface => self.boxed(body, node),
            Reason::SliceLiteral if is_implicit => "gathered with the other arguments".into(),
            Reason::ArrayLiteral => "becomes an element of this array".into(),
            Reason::SliceLiteral => "becomes an element of this slice".into(),
            Reason::StructLiteral => "becomes a field of this struct".into(),
            Reason::MapLiteralKey => "becomes a key of this map, which keeps it".into(),
            Reason::MapLiteralValue => "becomes a value of this map, which keeps it".into(),
            Reason::Assign => self.assigned(through.entry, body, node?, target)?,
            Reason::Return => RETURNED.into(),
            Reason::Send => "sent on a channel, to a receiver that is not known".into(),
            Reason::MapKey => "stored as a key of a map, which keeps it".into(),
            Reason::Argument => self.passed(through.entry, body, node?, target),
            Reason::Called => "called, and what becomes of its results is not known".into(),
            Reason::AppendedTo => "its elements may move to another array".into(),
            Reason::Appended => "its elements are appended to a slice".into(),
            Reason::Copied => "its elements are copied".into(),
            Reason::Range => "gone over by `range`".into(),
            Reason::CapturedByReference => "shared with this function literal".into(),
            Reason::Captured if !arrives => return None,
            Reason::Captured => "captured by this function literal".into(),
            Reason::UintptrEscapes => "passed as an address, which the callee keeps".into(),
            Reason::ReflectHeader => "the data of a slice or string header".into(),
            Reason::Limit(limit) => limit_text(limit).into(),
        })
    }

    /// The function that a value is passed to, and the position of its parameter. `None` where that is not one alone.
    fn onward(&self, from: Spot, through: &Through) -> Option<(InstId, usize)> {
        let (Reason::Argument, Thing::Node(call)) = (through.reason, through.thing) else {
            return None;
        };
        let (_, body) = self.body(through.entry)?;
        let node = &body.nodes[call];
        let (Op::CallFunc, Aux::Inst(callee)) = (node.op, body.nodes[node.x?].aux) else {
            return None;
        };
        let is_from = |id: NodeId| match from.thing {
            Thing::Node(node) => id == node,
            Thing::Var(var) => match body.nodes[id].aux {
                Aux::Var(other) => body.canonical(other) == body.canonical(var),
                _ => false,
            },
            Thing::Temporary => false,
        };
        let arguments = body.items(node.list).iter().enumerate();
        let mut passed =
            arguments.filter(|(_, argument)| body.any(**argument, &mut |id| is_from(id)));
        match (passed.next(), passed.next()) {
            (Some((at, _)), None) if from.entry == through.entry => Some((callee, at)),
            _ => None,
        }
    }

    fn boxed(&self, body: &Body, node: Option<NodeId>) -> String {
        match node.and_then(|id| body.nodes[id].ty) {
            Some(ty) => format!("put into an interface, `{}`", self.wording.type_text(ty)),
            None => "put into an interface".into(),
        }
    }

    /// `x = it`
    fn assigned(
        &self,
        entry: usize,
        body: &Body,
        node: NodeId,
        target: Option<Target>,
    ) -> Option<String> {
        if let Some(Target::Spot(Spot { entry, thing: Thing::Var(var), .. })) = target {
            let (_, body) = self.body(entry)?;
            let var = body.canonical(var);
            return self.set(body, var);
        }
        let statement = &body.nodes[node];
        let left = statement.x.filter(|_| statement.op == Op::As);
        let left = left.or_else(|| body.items(statement.list).first().copied());
        let Some(left) = left.filter(|_| target == Some(Target::Heap)) else {
            return self.body(entry).map(|_| "assigned".to_owned());
        };
        let text = body.text(self.wording, left);
        Some(match body.nodes[left].op {
            Op::Name => format!("stored in the package variable `{text}`"),
            Op::IndexMap => format!("stored in the map `{}`", self.operand(body, left)),
            Op::DotPtr | Op::Deref | Op::Index => {
                let pointer = self.operand(body, left);
                format!("stored in `{text}`, in memory that `{pointer}` points to")
            }
            _ => format!("stored in `{text}`"),
        })
    }

    /// The first operand of an expression.
    fn operand(&self, body: &Body, node: NodeId) -> String {
        body.nodes[node].x.map_or_else(String::new, |x| body.text(self.wording, x))
    }

    /// Whether a variable was a result of a function that is inlined. It is a plain variable by then.
    fn is_result(&self, body: &Body, var: VarId) -> bool {
        let info = &body.vars[var];
        let call = (info.pos.inlined as usize).checked_sub(1).and_then(|at| body.inlined.get(at));
        let declared = call.and_then(|call| call.callee).is_some_and(|callee| {
            let store = self.naming.store;
            let obj = self.naming.instances.get(callee).obj;
            matches!(store.ty(store.obj_type(obj)), Type::Signature(signature)
                if signature.results.iter().any(|&result| store.obj(result).name == info.name))
        });
        declared || info.name.as_str().starts_with('~')
    }

    /// What it means that a variable is set. Nothing where nobody wrote the variable.
    fn set(&self, body: &Body, var: VarId) -> Option<String> {
        let info = &body.vars[var];
        let name = info.name.as_str();
        let callee = || {
            let call = body.inlined.get((info.pos.inlined as usize).checked_sub(1)?)?;
            Some(call.callee.map_or("the function literal".to_owned(), |callee| {
                format!("`{}`", self.naming.function(callee))
            }))
        };
        if info.flags.has(VarFlags::INL_FORMAL) {
            let callee = callee()?;
            return Some(if self.is_result(body, var) {
                format!("returned by {callee}")
            } else {
                format!("passed to {callee} as `{name}`")
            });
        }
        (!name.is_empty() && !name.starts_with(['.', '~', '#']))
            .then(|| format!("assigned to `{name}`"))
    }

    /// `f(it)`
    fn passed(&self, entry: usize, body: &Body, call: NodeId, target: Option<Target>) -> String {
        let node = &body.nodes[call];
        let to_heap = target == Some(Target::Heap);
        match node.op {
            Op::Panic => "passed to `panic`, which hands it up the stack".into(),
            Op::Append if to_heap => "appended to a slice, whose array may be on the heap".into(),
            Op::Append => "appended to, and may be the result".into(),
            Op::Copy => "copied".into(),
            Op::CallInter => {
                let method = node.x.map_or_else(String::new, |x| body.text(self.wording, x));
                format!(
                    "passed to `{method}`: which method that is, only the running program knows"
                )
            }
            _ => {
                let callee = self.callee(entry, body, call);
                match (callee, to_heap) {
                    (Some(name), true) => format!("passed to `{name}`, which may keep it"),
                    (Some(name), false) => format!("passed to `{name}`"),
                    (None, _) => {
                        let function = self.operand(body, call);
                        format!("passed to `{function}`, a function that is not known here")
                    }
                }
            }
        }
    }

    /// The name of the function that a call calls, if it is known.
    fn callee(&self, entry: usize, body: &Body, call: NodeId) -> Option<String> {
        let called = body.nodes[call].x?;
        match body.nodes[called].aux {
            Aux::Inst(inst) => Some(self.naming.function(inst)),
            Aux::Closure(func) => {
                let (inst, body) = self.body(entry)?;
                Some(self.naming.qualified(body, inst, func))
            }
            _ => None,
        }
    }

    /// Why the end outlives the beginning.
    fn end(&self, path: &Path, steps: &mut Vec<Told>) {
        let mut tell = |spot: Spot, text: &dyn Fn(&str) -> String| {
            let Some((_, body)) = self.body(spot.entry) else { return };
            let name = match spot.thing {
                Thing::Var(var) if body.vars[body.canonical(var)].name.as_str().is_empty() => {
                    return;
                }
                Thing::Var(var) => format!("`{}`", body.vars[body.canonical(var)].name),
                Thing::Node(node) if body.nodes[node].op == Op::Closure => "it".into(),
                Thing::Node(node) => format!("`{}`", body.text(self.wording, node)),
                Thing::Temporary => return,
            };
            if let Some(pos) = self.pos(spot.entry, spot.thing) {
                let (entry, thing) = (spot.entry, spot.thing);
                steps.push(Told { entry, thing, pos, text: text(&name) });
            }
        };
        match path.end {
            End::Heap => {}
            End::Result(_) => {}
            End::OnHeap(spot) => tell(spot, &|name| format!("{name} is on the heap itself")),
            End::OutsideLoop(spot) => {
                tell(spot, &|name| {
                    format!("{name} is declared before the loop and outlives its turns")
                });
            }
            End::OutsideLiteral(spot) => tell(spot, &|name| {
                format!("{name} belongs to the function around and outlives the literal's call")
            }),
        }
    }

    /// What would keep the value on the stack.
    fn keep(&self, step: &Step, cause: &Through, end: End) -> Option<String> {
        let (_, body) = self.body(cause.entry)?;
        let node = match cause.thing {
            Thing::Node(node) => Some(node),
            Thing::Var(_) | Thing::Temporary => None,
        };
        if let (End::OutsideLoop(Spot { entry, thing: Thing::Var(var), .. }), Reason::Assign) =
            (end, cause.reason)
            && let Some((_, body)) = self.body(entry)
        {
            let name = body.vars[body.canonical(var)].name;
            return Some(format!("if `{name}` were declared within the loop"));
        }
        Some(match cause.reason {
            Reason::Return => "if it were not returned".into(),
            Reason::Send => "if it were not sent".into(),
            Reason::MapKey | Reason::MapLiteralKey | Reason::MapLiteralValue => {
                "if the map did not keep it".into()
            }
            Reason::Interface => "if it were not put into an interface".into(),
            Reason::CapturedByReference | Reason::Captured => {
                "if the function literal did not use it, or did not outlive it".into()
            }
            Reason::Assign => {
                match node.and_then(|node| self.assigned(cause.entry, body, node, Some(step.to))) {
                    Some(text) => format!("if it were not {text}")
                        .split(", in memory")
                        .next()
                        .map(str::to_owned)?,
                    None => return None,
                }
            }
            Reason::Argument => {
                let call = node?;
                match body.nodes[call].op {
                    Op::Panic => "if it were not passed to `panic`".into(),
                    Op::Append => "if it were not appended".into(),
                    Op::CallInter => "if the call were not through an interface".into(),
                    _ => match self.callee(cause.entry, body, call) {
                        Some(name) => format!("if it were not passed to `{name}`"),
                        None => "if the function that is called were known".into(),
                    },
                }
            }
            Reason::Called => "if the function were called where it is known".into(),
            Reason::Limit(Limit::Size) => "if it were smaller".into(),
            Reason::Limit(Limit::NonConstantSize) => "if its size were a constant".into(),
            _ => return None,
        })
    }
}

/// Where the first of some steps leads. What is only on the way to something else does not count.
fn arrival(steps: &[Step]) -> Target {
    let is_temporary =
        |to: &Target| matches!(to, Target::Spot(Spot { thing: Thing::Temporary, .. }));
    let mut at = 0;
    while let Some(next) = steps.get(at + 1)
        && is_temporary(&steps[at].to)
        && next.through.is_empty()
    {
        at += 1;
    }
    steps[at].to
}

fn limit_text(limit: Limit) -> &'static str {
    match limit {
        Limit::Size => "too large for the stack",
        Limit::Alignment => "asks for a greater alignment than the stack has",
        Limit::ZeroSizedElement => {
            "its elements have no size, which the compiler leaves to the heap"
        }
        Limit::NonConstantSize => "its size is known only when it runs",
    }
}

/// A name or text without the shapes of type arguments: `slices.Sort[...]`, as profiles have it.
#[must_use]
pub fn without_shapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("[go.shape.") {
        out.push_str(&rest[..at]);
        let mut depth = 0_u32;
        let end = rest[at..].find(|c| {
            match c {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        out.push_str("[...]");
        rest = end.map_or("", |end| &rest[at + end + 1..]);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::without_shapes;

    #[test]
    fn shapes_are_left_out() {
        for (text, expected) in [
            ("slices.Sort[go.shape.[]int,go.shape.int]", "slices.Sort[...]"),
            ("(*T[go.shape.string]).M", "(*T[...]).M"),
            ("F[go.shape.[4]int].func1", "F[...].func1"),
            ("x[i]", "x[i]"),
        ] {
            assert_eq!(without_shapes(text), expected);
        }
    }
}
