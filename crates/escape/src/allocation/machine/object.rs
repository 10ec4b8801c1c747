//! Objects, slices, maps, channels and function literals that are made.

use lower::ir::{Aux, Node, NodeFlags, NodeId};
use memory::Capture;

use super::Machine;
use crate::allocation::value::{Abstract, MapValue, SliceValue};
use crate::allocation::verdict::{self, Verdict};
use crate::allocation::{Because, Operation, When};
use crate::graph::Thing;

impl Machine<'_> {
    /// A function literal. `operation` says what it is made for.
    pub(super) fn closure(&mut self, id: NodeId, node: &Node, operation: Operation) -> Abstract {
        let Aux::Closure(func) = node.aux else { return Abstract::Unknown };
        let captures: Option<Vec<Capture>> =
            self.body.funcs[func].captures.iter().map(|&var| self.capture(var)).collect();
        let verdict = match captures {
            Some(captures) if captures.is_empty() => Verdict::never(Because::CapturesNothing),
            _ if !self.is_on_heap(id) => Verdict::never(Because::OnStack),
            Some(captures) => {
                let layout = self.target.closure_layout(&captures);
                Verdict::always(self.target.closure(&captures), layout.pointer_bytes)
            }
            None => Verdict::of_unknown_size(),
        };
        self.report(Thing::Node(id), operation, verdict, None);
        Abstract::Literal { func, frame: self.frame }
    }

    pub(super) fn capture(&self, var: lower::ir::VarId) -> Option<Capture> {
        let outer = &self.body.vars[self.body.canonical(var)];
        if outer.flags.has(lower::ir::VarFlags::BYVAL) {
            Some(Capture::Value(self.types.layout(outer.ty)?))
        } else {
            Some(Capture::Reference)
        }
    }

    pub(super) fn method_value(&mut self, id: NodeId, node: &Node) -> Abstract {
        let value = self.opt_expr(node.x);
        let receiver = node.x.and_then(|x| self.ty(x)).and_then(|ty| self.types.layout(ty));
        let verdict = match receiver {
            _ if !self.is_on_heap(id) => Verdict::never(Because::OnStack),
            Some(receiver) => {
                let captures = [Capture::Value(receiver)];
                let layout = self.target.closure_layout(&captures);
                Verdict::always(self.target.closure(&captures), layout.pointer_bytes)
            }
            None => Verdict::of_unknown_size(),
        };
        self.report(Thing::Node(id), Operation::MethodValue, verdict, None);
        match node.aux {
            Aux::Inst(inst) => Abstract::Declared(inst, vec![value]),
            _ => Abstract::Unknown,
        }
    }

    pub(super) fn new_object(&mut self, id: NodeId, node: &Node) -> Abstract {
        let layout = node.ty.and_then(|ty| self.types.elem_layout(ty));
        let verdict = verdict::object(self.target, layout, self.is_on_heap(id));
        self.report(Thing::Node(id), Operation::New, verdict, None);
        Abstract::Something
    }

    pub(super) fn pointer_literal(&mut self, id: NodeId, node: &Node) -> Abstract {
        let layout = node.ty.and_then(|ty| self.types.elem_layout(ty));
        let verdict = verdict::object(self.target, layout, self.is_on_heap(id));
        // The object is there before its fields are evaluated.
        self.report(Thing::Node(id), Operation::CompositeLiteral, verdict, None);
        if let Some(x) = node.x {
            self.expr(x);
        }
        Abstract::Something
    }

    pub(super) fn slice_literal(&mut self, id: NodeId, node: &Node) -> Abstract {
        let len = match node.aux {
            Aux::Len(len) => u64::try_from(len).unwrap_or(0),
            _ => node.list.len() as u64,
        };
        let elem = node.ty.and_then(|ty| self.types.elem_layout(ty));
        let array = elem.map(|elem| elem.array(len));
        let verdict = match array {
            Some(array) if array.size == 0 && len == 0 => Verdict::never(Because::Empty),
            _ => verdict::object(self.target, array, self.is_on_heap(id)),
        };
        let operation = if node.is(NodeFlags::IMPLICIT) {
            Operation::VariadicSlice
        } else {
            Operation::SliceLiteral
        };
        // What is in it was evaluated before, but for what is written to it in place.
        self.report(Thing::Node(id), operation, verdict, None);
        self.elements(node.list);
        Abstract::Slice(SliceValue::plain(Some(len), Some(len)))
    }

    pub(super) fn map_literal(&mut self, id: NodeId, node: &Node) -> Abstract {
        let count = node.list.len() as u64;
        let on_heap = self.is_on_heap(id);
        let body = self.body;
        let mut keys = Some(rustc_hash::FxHashSet::default());
        for &item in body.items(node.list) {
            let (key, value) = (body.nodes[item].x, body.nodes[item].y);
            let key = self.opt_expr(key);
            self.opt_expr(value);
            match (&mut keys, key_text(&key)) {
                (Some(keys), Some(text)) => drop(keys.insert(text)),
                _ => keys = None,
            }
        }
        let Some(ty) = node.ty else { return Abstract::Unknown };
        let entries = keys.as_ref().map_or(count, |keys| keys.len() as u64);
        let verdict = match self.types.map(ty) {
            Some((key, value)) => {
                let cost = self.target.map(key, value, count, entries, !on_heap);
                if cost.allocation.is_none() {
                    Verdict::never(Because::OnStack)
                } else if cost.exact {
                    let scan = cost.allocation.bytes();
                    Verdict::always(cost.allocation, scan)
                } else {
                    Verdict::of_unknown_size()
                }
            }
            None => Verdict::of_unknown_size(),
        };
        self.report(Thing::Node(id), Operation::MapLiteral, verdict, None);
        let map = MapValue { ty, hint: count, on_stack: !on_heap, keys };
        Abstract::Map(self.env.map(map))
    }

    pub(super) fn make_slice(&mut self, id: NodeId, node: &Node) -> Abstract {
        let len = self.opt_expr(node.x);
        let cap = node.y.map(|y| self.expr(y));
        let sizes = node.y.or(node.x);
        let constant = sizes.is_some_and(|size| self.constant(size).is_some());
        let number = |value: &Abstract| value.as_i64().and_then(|n| u64::try_from(n).ok());
        let (len, cap) = (number(&len), number(cap.as_ref().unwrap_or(&len)));
        if !constant {
            self.end_block();
        }
        let elem = node.ty.and_then(|ty| self.types.elem_layout(ty));
        let on_heap = self.is_on_heap(id);
        let verdict = verdict::make_slice(self.target, elem, cap, constant, on_heap);
        let unit = elem.map(|elem| elem.size);
        let formula = sizes.and_then(|sizes| self.bytes_each(unit, sizes));
        self.report(Thing::Node(id), Operation::MakeSlice, verdict, formula);
        Abstract::Slice(SliceValue::plain(len, cap))
    }

    pub(super) fn make_map(&mut self, id: NodeId, node: &Node) -> Abstract {
        let hint = node.x.map_or(Some(0), |x| {
            self.expr(x).as_i64().map(|hint| u64::try_from(hint).unwrap_or(0))
        });
        let on_heap = self.is_on_heap(id);
        let parts = node.ty.and_then(|ty| self.types.map(ty));
        let verdict = verdict::make_map(self.target, parts, hint, on_heap);
        self.report(Thing::Node(id), Operation::MakeMap, verdict, None);
        let (Some(ty), Some(hint)) = (node.ty, hint) else { return Abstract::Unknown };
        let map = MapValue { ty, hint, on_stack: !on_heap, keys: Some(Default::default()) };
        Abstract::Map(self.env.map(map))
    }

    pub(super) fn make_chan(&mut self, id: NodeId, node: &Node) -> Abstract {
        let len = node
            .x
            .map_or(Some(0), |x| self.expr(x).as_i64().and_then(|len| u64::try_from(len).ok()));
        let elem = node.ty.and_then(|ty| self.types.elem_layout(ty));
        let verdict = verdict::make_chan(self.target, elem, len);
        let formula = node.x.zip(elem).and_then(|(x, elem)| {
            let elements = self.bytes_each(Some(elem.size), x)?;
            Some(format!("{}+{elements}", self.target.channel(elem, 0).bytes()))
        });
        self.report(Thing::Node(id), Operation::MakeChan, verdict, formula);
        Abstract::Something
    }

    /// The entry of a map is set.
    pub(super) fn insert(&mut self, _stmt: NodeId, x: NodeId, node: &Node) {
        let map = match node.x.map(|map| self.body.nodes[map].aux) {
            Some(Aux::Var(var)) => self.get_var(var),
            _ => Abstract::Unknown,
        };
        let key = self.keys.remove(&x).unwrap_or_default();
        let verdict = match map {
            Abstract::Map(id) => self.grown(id.0, &key),
            _ => None,
        };
        let verdict =
            verdict.unwrap_or_else(|| Verdict::of_unknown_size().at_times(When::MapGrows));
        self.report(Thing::Node(x), Operation::MapInsert, verdict, None);
    }

    pub(super) fn grown(&mut self, map: usize, key: &Abstract) -> Option<Verdict> {
        let target = self.target;
        let known = self.env.maps.get_mut(map)?;
        let (ty, hint, on_stack) = (known.ty, known.hint, known.on_stack);
        let Some(text) = key_text(key) else {
            known.keys = None;
            return None;
        };
        let keys = known.keys.as_mut()?;
        let before = keys.len() as u64;
        if !keys.insert(text) {
            return Some(Verdict::never(Because::HasRoom));
        }
        let (key, value) = self.types.map(ty)?;
        let old = target.map(key, value, hint, before, on_stack);
        let new = target.map(key, value, hint, before + 1, on_stack);
        if !new.exact {
            return None;
        }
        let more = new.allocation.beyond(&old.allocation);
        if more.is_none() {
            return Some(Verdict::never(Because::HasRoom));
        }
        let scan = more.bytes();
        Some(Verdict::always(more, scan))
    }
}

fn key_text(key: &Abstract) -> Option<String> {
    match key {
        Abstract::Constant(value) => Some(value.exact_string()),
        _ => None,
    }
}
