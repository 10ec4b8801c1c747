//! Strings: sums, conversions, and those that need not be made.

use lower::ir::{Aux, List, Node, NodeId, Op};
use types::constant::Value;

use super::{LastText, Machine, Mode};
use crate::allocation::statics;
use crate::allocation::value::{Abstract, SliceValue};
use crate::allocation::verdict::{self, Verdict};
use crate::allocation::{Because, Operation};
use crate::graph::Thing;

/// Bytes of the buffer for a text on the stack: the capacity of a slice that is in it.
const TEXT_BUFFER: u64 = 32;

impl Machine<'_> {
    pub(super) fn concat(&mut self, id: NodeId, node: &Node) -> Abstract {
        let values = self.concat_operands(node);
        let literals = self.literal_bytes(node);
        let on_heap = self.is_on_heap(id);
        let verdict = verdict::concat(self.target, &values, literals, on_heap);
        self.report(Thing::Node(id), Operation::Concatenation, verdict, self.sum_of(node.list));
        concatenated(&values)
    }

    pub(super) fn sum_of(&self, list: List) -> Option<String> {
        self.sum(self.body.items(list).iter().copied())
    }

    /// Bytes of a sum of strings; for reports only.
    pub(super) fn sum(&self, operands: impl Iterator<Item = NodeId>) -> Option<String> {
        if self.mode == Mode::Run {
            return None;
        }
        let mut literals = 0;
        let mut parts = Vec::new();
        for item in operands {
            match self.constant(item).and_then(|value| value.as_text()) {
                Some(text) => literals += text.len(),
                None => parts.push(format!("len({})", self.text(item))),
            }
        }
        if literals > 0 {
            parts.push(literals.to_string());
        }
        Some(parts.join("+"))
    }

    pub(super) fn literal_bytes(&self, node: &Node) -> u64 {
        let items = self.body.items(node.list).iter();
        let lens = items.filter_map(|&item| self.constant(item)?.as_text().map(|text| text.len()));
        lens.fold(0, u64::saturating_add)
    }

    pub(super) fn concat_operands(&mut self, node: &Node) -> Vec<Abstract> {
        let body = self.body;
        // With a constant that is not empty, the result is never one of the operands: those made of bytes need not be made.
        let glance = self.literal_bytes(node) > 0;
        body.items(node.list)
            .iter()
            .map(|&item| if glance { self.glance(item) } else { self.expr(item) })
            .collect()
    }

    /// `s += t`: the sum is made after escape analysis, so that it is always on the heap. If `t` is a sum itself, all of it is
    /// one, but for entries of maps.
    pub(super) fn concat_assign(
        &mut self,
        stmt: NodeId,
        (x, y): (NodeId, NodeId),
        old: Abstract,
    ) -> Abstract {
        let sum = self.node(y);
        let mut values = vec![old];
        if sum.op == Op::AddStr && self.body.nodes[x].op != Op::IndexMap {
            self.stmts(sum.init);
            values.extend(self.concat_operands(&sum));
            let merged = Verdict::never(Because::Merged);
            self.report(Thing::Node(y), Operation::Concatenation, merged, None);
        } else {
            values.push(self.expr(y));
        }
        let verdict = verdict::concat(self.target, &values, 0, true);
        let operands: &[NodeId] =
            if values.len() > 2 { self.body.items(sum.list) } else { std::slice::from_ref(&y) };
        let formula = self.sum(std::iter::once(x).chain(operands.iter().copied()));
        self.report(Thing::Node(stmt), Operation::Concatenation, verdict, formula);
        concatenated(&values)
    }

    pub(super) fn text_conversion(&mut self, id: NodeId, node: &Node) -> Abstract {
        let Some(x) = node.x else { return Abstract::Unknown };
        let on_heap = self.is_on_heap(id);
        let target = self.target;
        if node.op == Op::Str2Bytes
            && self.body.nodes[x].op == Op::AddStr
            && target.concatenates_bytes()
        {
            return self.concat_bytes(id, x, on_heap);
        }
        let value = self.expr(x);
        let constant = self.constant(x).is_some();
        let (operation, verdict, result) = match node.op {
            Op::Str2Bytes => {
                let len = value.text_len();
                let zero_copy = self.nodes.get(&id).is_some_and(|value| value.zero_copy);
                let verdict = if zero_copy {
                    Verdict::never(Because::ZeroCopy)
                } else {
                    verdict::string_to_bytes(target, len, constant, on_heap)
                };
                let cap = if constant || zero_copy { len } else { self.bytes_cap(len, on_heap) };
                let slice = SliceValue::plain(len, cap);
                (Operation::StringToBytes, verdict, Abstract::Slice(slice))
            }
            Op::Str2Runes => {
                let runes = match &value {
                    Abstract::Constant(text) => text.as_text().map(rune_count),
                    _ => None,
                };
                let verdict = verdict::string_to_runes(target, runes, on_heap);
                (Operation::StringToRunes, verdict, Abstract::Slice(SliceValue::plain(runes, None)))
            }
            Op::Bytes2Str => {
                let len = value.slice().len;
                let verdict = verdict::bytes_to_string(target, len, on_heap);
                let text = len.map_or(Abstract::Unknown, Abstract::Text);
                (Operation::BytesToString, verdict, text)
            }
            Op::Runes2Str => {
                let empty = value.slice().len.filter(|&len| len == 0);
                let verdict = verdict::runes_to_string(target, empty, on_heap);
                (Operation::RunesToString, verdict, Abstract::Unknown)
            }
            _ => {
                let verdict = verdict::rune_to_string(target, on_heap);
                let rune = value.as_i64().and_then(|rune| u32::try_from(rune).ok());
                let rune = rune.and_then(char::from_u32).map(|rune| rune.len_utf8() as u64);
                let text = rune.map_or(Abstract::Unknown, Abstract::Text);
                (Operation::RuneToString, verdict, text)
            }
        };
        let (site, taken) = (self.out.sites.len(), self.out.taken.len());
        let sure = self.out.doubt.is_none();
        let formula = match node.op {
            Op::Str2Bytes | Op::Bytes2Str => self.bytes_of(x),
            Op::Str2Runes if self.mode == Mode::Judge => {
                Some(format!("4*len([]rune({}))", self.text(x)))
            }
            _ => None,
        };
        self.report(Thing::Node(id), operation, verdict, formula);
        if node.op == Op::Bytes2Str {
            let doubted = sure && self.out.doubt.is_some();
            self.last_text = Some(LastText { node: id, memory: self.memory, site, taken, doubted });
        }
        result
    }

    /// The capacity of what a string of so many bytes is copied to.
    pub(super) fn bytes_cap(&self, len: Option<u64>, on_heap: bool) -> Option<u64> {
        let len = len?;
        if !on_heap && len <= TEXT_BUFFER {
            return Some(TEXT_BUFFER);
        }
        Some(self.target.rounded(len, false))
    }

    /// `[]byte(s + t)`, in one step.
    pub(super) fn concat_bytes(&mut self, id: NodeId, sum: NodeId, on_heap: bool) -> Abstract {
        let node = self.node(sum);
        self.stmts(node.init);
        let values = self.concat_operands(&node);
        let len = concatenated(&values).text_len();
        self.report(
            Thing::Node(sum),
            Operation::Concatenation,
            Verdict::never(Because::Merged),
            None,
        );
        let verdict = verdict::string_to_bytes(self.target, len, false, on_heap);
        self.report(Thing::Node(id), Operation::StringToBytes, verdict, self.sum_of(node.list));
        Abstract::Slice(SliceValue::plain(len, self.bytes_cap(len, on_heap)))
    }

    /// A string that is not kept: made of bytes, it uses their memory.
    pub(super) fn glance(&mut self, id: NodeId) -> Abstract {
        let node = self.node(id);
        if node.op != Op::Bytes2Str {
            return self.expr(id);
        }
        self.stmts(node.init);
        let len = self.opt_expr(node.x).len();
        let verdict = Verdict::never(Because::Temporary);
        self.report(Thing::Node(id), Operation::BytesToString, verdict, None);
        len.map_or(Abstract::Unknown, Abstract::Text)
    }

    /// A key that a map is only read with; strings in structs and arrays as well.
    pub(super) fn looked_up_key(&mut self, id: NodeId) {
        let node = self.node(id);
        match node.op {
            Op::Bytes2Str => drop(self.glance(id)),
            Op::StructLit | Op::ArrayLit => {
                self.stmts(node.init);
                let body = self.body;
                for &item in body.items(node.list) {
                    self.looked_up_key(statics::value_of(body, item));
                }
            }
            _ => {
                self.withdraw_text(id);
                self.expr(id);
            }
        }
    }

    /// Since Go 1.25 the string need not stand in the lookup itself: it is not made either if it is a variable that is used
    /// for nothing else, and memory was not changed since.
    pub(super) fn withdraw_text(&mut self, key: NodeId) {
        let Aux::Var(var) = self.body.nodes[key].aux else { return };
        let value = self.static_value(key);
        let Some(last) = self.last_text.filter(|last| last.node == value) else { return };
        if !self.world.compiler().since(25) || last.memory != self.memory || !self.is_used_once(var)
        {
            return;
        }
        self.out.taken.truncate(last.taken);
        if let Some(site) = self.out.sites.get_mut(last.site) {
            site.allocates = crate::allocation::Allocates::Never(Because::Temporary);
            site.allocation = Some(memory::Allocation::NONE);
            (site.objects, site.bytes) = (0, Some(0));
            (site.bytes_formula, site.scan_bytes) = (None, Some(0));
        }
        if self.mode == Mode::Run && last.doubted {
            self.out.doubt = None;
        }
    }

    pub(super) fn is_used_once(&self, var: lower::ir::VarId) -> bool {
        let body = self.body;
        let mut uses = 0;
        body.any_in(self.func, &mut |id| {
            let node = &body.nodes[id];
            uses += i32::from(node.op == Op::Name && node.aux == Aux::Var(var));
            let declares = |x: Option<NodeId>| {
                x.is_some_and(|x| {
                    body.nodes[x].op == Op::Name && body.nodes[x].aux == Aux::Var(var)
                })
            };
            uses -= i32::from(matches!(node.op, Op::Dcl | Op::As) && declares(node.x));
            false
        });
        let captured = body.vars.iter().any(|other| other.outer == Some(var));
        uses == 1 && !captured
    }
}

fn rune_count(text: &types::constant::Text) -> u64 {
    String::from_utf8_lossy(text.bytes()).chars().count() as u64
}

/// The sum of strings; only its length where it is long.
fn concatenated(values: &[Abstract]) -> Abstract {
    const KEPT: u64 = 256;
    let lens: Option<Vec<u64>> = values.iter().map(Abstract::text_len).collect();
    let Some(len) = lens.map(|lens| lens.into_iter().fold(0, u64::saturating_add)) else {
        return Abstract::Unknown;
    };
    let texts: Option<Vec<&types::constant::Text>> = values
        .iter()
        .map(|value| match value {
            Abstract::Constant(value) => value.as_text(),
            _ => None,
        })
        .collect();
    match texts {
        Some(texts) if len <= KEPT => {
            let bytes: Vec<u8> = texts.iter().flat_map(|text| text.bytes().to_vec()).collect();
            Abstract::Constant(Value::string(bytes))
        }
        _ => Abstract::Text(len),
    }
}
