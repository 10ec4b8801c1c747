//! Expressions.

use lower::ir::{Aux, List, Node, NodeFlags, NodeId, Op};
use memory::{Capture, Shape};
use types::constant::Value;
use types::{Type, TypeId};

use super::{Machine, Mode, deeper};
use crate::allocation::statics;
use crate::allocation::value::{Abstract, MapValue, SliceValue};
use crate::allocation::verdict::{self, Verdict};
use crate::allocation::{Because, Operation, When};
use crate::graph::Thing;
use crate::layouts::Layouts;

/// Bytes of the buffer for a text on the stack: the capacity of a slice that is in it.
const TEXT_BUFFER: u64 = 32;

impl Machine<'_> {
    pub(super) fn opt_expr(&mut self, id: Option<NodeId>) -> Abstract {
        id.map_or(Abstract::Unknown, |id| self.expr(id))
    }

    pub(super) fn exprs(&mut self, list: List) -> Vec<Abstract> {
        let body = self.body;
        body.items(list).iter().map(|&id| self.expr(id)).collect()
    }

    /// Evaluates an expression.
    pub(super) fn expr(&mut self, id: NodeId) -> Abstract {
        if !self.burn() {
            return Abstract::Unknown;
        }
        let node = self.node(id);
        deeper(|| {
            self.stmts(node.init);
            self.expr_of(id, &node)
        })
    }

    fn expr_of(&mut self, id: NodeId, node: &Node) -> Abstract {
        match node.op {
            Op::Literal => self.constant(id).cloned().map_or(Abstract::Unknown, Abstract::Constant),
            Op::Nil => node.ty.map_or(Abstract::Nil, |ty| Abstract::zero(self.types.store, ty)),
            Op::Name => match node.aux {
                Aux::Var(var) => self.get_var(var),
                Aux::Closure(func) => Abstract::Function(func),
                _ => Abstract::Unknown,
            },
            Op::Closure => self.closure(id, node, Operation::Closure),
            Op::MethValue => self.method_value(id, node),
            Op::New => self.new_object(id, node),
            Op::PtrLit => self.pointer_literal(id, node),
            Op::SliceLit => self.slice_literal(id, node),
            Op::StructLit | Op::ArrayLit => {
                self.elements(node.list);
                Abstract::Unknown
            }
            Op::MapLit => self.map_literal(id, node),
            Op::MakeSlice => self.make_slice(id, node),
            Op::MakeMap => self.make_map(id, node),
            Op::MakeChan => self.make_chan(id, node),
            Op::Append => self.append(id, node),
            Op::AddStr => self.concat(id, node),
            Op::Str2Bytes | Op::Str2Runes | Op::Bytes2Str | Op::Runes2Str | Op::RuneStr => {
                self.text_conversion(id, node)
            }
            Op::ConvIface => self.boxing(id, node),
            Op::Conv => {
                let value = self.opt_expr(node.x);
                self.converted(node.ty, value)
            }
            Op::ConvNop | Op::Paren => self.opt_expr(node.x),
            Op::CallFunc | Op::CallInter => self.call_expr(id, node),
            Op::InlCall => {
                self.stmts(node.body);
                let mut values = self.exprs(node.list);
                if values.len() == 1 { values.remove(0) } else { Abstract::Several(values) }
            }
            Op::Len | Op::Cap => self.length(node),
            Op::Min | Op::Max => {
                let values = self.exprs(node.list);
                self.extremum(node.op, node.ty, &values)
            }
            Op::AndAnd | Op::OrOr => self.logical(node),
            Op::IndexMap => {
                self.opt_expr(node.x);
                if let Some(key) = node.y {
                    self.looked_up_key(key);
                }
                Abstract::Unknown
            }
            Op::Index => {
                self.opt_expr(node.x);
                self.opt_expr(node.y);
                let of_array = node.x.and_then(|x| self.ty(x)).is_some_and(|ty| {
                    matches!(self.types.under(ty), Type::Array { .. })
                });
                if !of_array || node.y.is_none_or(|y| self.constant(y).is_none()) {
                    self.end_block();
                }
                Abstract::Unknown
            }
            op if op.is_slice() => self.slicing(node),
            op if op.is_comparison() => self.comparison(node),
            Op::Not | Op::Neg | Op::Plus | Op::BitNot => {
                let x = self.opt_expr(node.x);
                self.unary(node.op, node.ty, &x)
            }
            _ => self.other(node),
        }
    }

    fn other(&mut self, node: &Node) -> Abstract {
        let x = self.opt_expr(node.x);
        let y = self.opt_expr(node.y);
        self.opt_expr(node.z);
        self.exprs(node.list);
        match node.op {
            Op::DotType
            | Op::DotType2
            | Op::DynamicDotType
            | Op::DynamicDotType2
            | Op::Slice2Arr
            | Op::Slice2ArrPtr
            | Op::Recv
            | Op::Send
            | Op::Copy
            | Op::UnsafeSlice
            | Op::UnsafeString => self.end_block(),
            Op::Delete | Op::Clear => self.env.forget_maps(),
            op => {
                self.ends_with_check(op, node.y);
                return self.compute(op, node.ty, &x, &y);
            }
        }
        Abstract::Unknown
    }

    fn logical(&mut self, node: &Node) -> Abstract {
        let x = self.opt_expr(node.x);
        self.end_block();
        let decisive = node.op == Op::OrOr;
        if self.mode == Mode::Run {
            match x.as_bool() {
                Some(value) if value == decisive => return x,
                Some(_) => {
                    let y = self.opt_expr(node.y);
                    self.end_block();
                    return y;
                }
                None => {}
            }
        }
        let before = self.out.taken.len();
        self.conditional += 1;
        self.opt_expr(node.y);
        self.end_block();
        self.conditional -= 1;
        if self.mode == Mode::Run && self.out.taken.len() > before {
            self.doubt("a condition");
        }
        Abstract::Unknown
    }

    fn comparison(&mut self, node: &Node) -> Abstract {
        let (Some(x), Some(y)) = (node.x, node.y) else { return Abstract::Unknown };
        // Strings that are only compared are not made.
        let (a, b) = (self.glance(x), self.glance(y));
        if self.ty(x).is_some_and(|ty| !matches!(self.types.under(ty), Type::Basic(..))) {
            self.end_block();
        }
        self.compute(node.op, None, &a, &b)
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
    fn looked_up_key(&mut self, id: NodeId) {
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
                // Since Go 1.25 also where it was made before, and for this alone.
                let value = self.static_value(id);
                let _ = value;
                self.expr(id);
            }
        }
    }

    /// The tag of a switch; strings that are made of bytes are only compared where the cases are constants.
    pub(super) fn switch_tag(&mut self, node: &Node, tag: NodeId) -> Abstract {
        let body = self.body;
        if body.nodes[tag].op == Op::TypeSw {
            return self.opt_expr(body.nodes[tag].x);
        }
        let constants = body.items(node.list).iter().all(|&case| {
            body.items(body.nodes[case].list).iter().all(|&value| self.constant(value).is_some())
        });
        if constants { self.glance(tag) } else { self.expr(tag) }
    }

    /// What is ranged over. `[]byte(s)` is not made for it.
    pub(super) fn range_operand(&mut self, id: NodeId) -> Abstract {
        let node = self.node(id);
        if node.op != Op::Str2Bytes {
            return self.expr(id);
        }
        self.stmts(node.init);
        let len = self.opt_expr(node.x).text_len();
        let verdict = Verdict::never(Because::Temporary);
        self.report(Thing::Node(id), Operation::StringToBytes, verdict, None);
        Abstract::Slice(SliceValue::plain(len, len))
    }

    fn length(&mut self, node: &Node) -> Abstract {
        let Some(x) = node.x else { return Abstract::Unknown };
        let inner = self.node(x);
        // `len([]rune(s))` counts, `len(string(b))` is that of the bytes.
        if node.op == Op::Len && inner.op == Op::Str2Runes {
            self.stmts(inner.init);
            self.opt_expr(inner.x);
            let verdict = Verdict::never(Because::Temporary);
            self.report(Thing::Node(x), Operation::StringToRunes, verdict, None);
            return Abstract::Unknown;
        }
        let value = if node.op == Op::Len { self.glance(x) } else { self.expr(x) };
        let array = self.ty(x).and_then(|ty| match *self.types.under(ty) {
            Type::Array { len, .. } => Some(len),
            Type::Pointer(elem) => match *self.types.under(elem) {
                Type::Array { len, .. } => Some(len),
                _ => None,
            },
            _ => None,
        });
        let found = array.or_else(|| {
            let len = if node.op == Op::Len { value.len() } else { value.slice().cap };
            let len = match &value {
                Abstract::Map(map) => self.env.maps[map.0].keys.as_ref().map(|k| k.len() as u64),
                _ => len,
            };
            i64::try_from(len?).ok()
        });
        found.map_or(Abstract::Unknown, Abstract::int)
    }

    fn slicing(&mut self, node: &Node) -> Abstract {
        let value = self.opt_expr(node.x);
        let bound = |value: Abstract| value.as_i64().and_then(|n| u64::try_from(n).ok());
        let low = node.y.map_or(Some(0), |y| bound(self.expr(y)));
        let high = node.z.map(|z| bound(self.expr(z)));
        let limits = self.exprs(node.list);
        self.end_block();
        if node.op == Op::SliceStr {
            let len = value.text_len();
            let high = high.unwrap_or(len);
            return match (low, high) {
                (Some(low), Some(high)) if high >= low => Abstract::Text(high - low),
                _ => Abstract::Unknown,
            };
        }
        let (len, cap) = if matches!(node.op, Op::SliceArr | Op::Slice3Arr) {
            let array = node.x.and_then(|x| self.ty(x)).and_then(|ty| self.types.elem(ty));
            let len = array.and_then(|ty| match *self.types.under(ty) {
                Type::Array { len, .. } => u64::try_from(len).ok(),
                _ => None,
            });
            (len, len)
        } else {
            (value.slice().len, value.slice().cap)
        };
        let high = high.unwrap_or(len);
        let end = match limits.into_iter().next() {
            Some(limit) => bound(limit),
            None => cap,
        };
        let less = |a: Option<u64>| Some(a?.saturating_sub(low?));
        let on_stack = if matches!(node.op, Op::SliceArr | Op::Slice3Arr) {
            Some(false)
        } else {
            value.slice().on_stack
        };
        Abstract::Slice(SliceValue { len: less(high), cap: less(end), on_stack })
    }

    pub(super) fn elements(&mut self, list: List) {
        let body = self.body;
        for &item in body.items(list) {
            self.expr(statics::value_of(body, item));
        }
    }

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
            None => Verdict::unsized_(0),
        };
        self.report(Thing::Node(id), operation, verdict, None);
        Abstract::Function(func)
    }

    fn capture(&self, var: lower::ir::VarId) -> Option<Capture> {
        let outer = &self.body.vars[self.body.canonical(var)];
        if outer.flags.has(lower::ir::VarFlags::BYVAL) {
            Some(Capture::Value(self.types.layout(outer.ty)?))
        } else {
            Some(Capture::Reference)
        }
    }

    fn method_value(&mut self, id: NodeId, node: &Node) -> Abstract {
        self.opt_expr(node.x);
        let receiver = node.x.and_then(|x| self.ty(x)).and_then(|ty| self.types.layout(ty));
        let verdict = match receiver {
            _ if !self.is_on_heap(id) => Verdict::never(Because::OnStack),
            Some(receiver) => {
                let captures = [Capture::Value(receiver)];
                let layout = self.target.closure_layout(&captures);
                Verdict::always(self.target.closure(&captures), layout.pointer_bytes)
            }
            None => Verdict::unsized_(0),
        };
        self.report(Thing::Node(id), Operation::MethodValue, verdict, None);
        Abstract::Unknown
    }

    fn new_object(&mut self, id: NodeId, node: &Node) -> Abstract {
        let layout = node.ty.and_then(|ty| self.types.elem_layout(ty));
        let verdict = verdict::object(self.target, layout, self.is_on_heap(id));
        self.report(Thing::Node(id), Operation::New, verdict, None);
        Abstract::Unknown
    }

    fn pointer_literal(&mut self, id: NodeId, node: &Node) -> Abstract {
        let layout = node.ty.and_then(|ty| self.types.elem_layout(ty));
        let verdict = verdict::object(self.target, layout, self.is_on_heap(id));
        // The object is there before its fields are evaluated.
        self.report(Thing::Node(id), Operation::CompositeLiteral, verdict, None);
        if let Some(x) = node.x {
            self.expr(x);
        }
        Abstract::Unknown
    }

    fn slice_literal(&mut self, id: NodeId, node: &Node) -> Abstract {
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

    fn map_literal(&mut self, id: NodeId, node: &Node) -> Abstract {
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
                    Verdict::unsized_(0)
                }
            }
            None => Verdict::unsized_(0),
        };
        self.report(Thing::Node(id), Operation::MapLiteral, verdict, None);
        let map = MapValue { ty, hint: count, on_stack: !on_heap, keys };
        Abstract::Map(self.env.map(map))
    }

    fn make_slice(&mut self, id: NodeId, node: &Node) -> Abstract {
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
        self.report(Thing::Node(id), Operation::MakeSlice, verdict, sizes);
        Abstract::Slice(SliceValue::plain(len, cap))
    }

    fn make_map(&mut self, id: NodeId, node: &Node) -> Abstract {
        let hint = node.x.map_or(Some(0), |x| {
            self.expr(x).as_i64().map(|hint| u64::try_from(hint).unwrap_or(0))
        });
        let on_heap = self.is_on_heap(id);
        let parts = node.ty.and_then(|ty| self.types.map(ty));
        let verdict = verdict::make_map(self.target, parts, hint, on_heap);
        self.report(Thing::Node(id), Operation::MakeMap, verdict, node.x);
        let (Some(ty), Some(hint)) = (node.ty, hint) else { return Abstract::Unknown };
        let map = MapValue { ty, hint, on_stack: !on_heap, keys: Some(Default::default()) };
        Abstract::Map(self.env.map(map))
    }

    fn make_chan(&mut self, id: NodeId, node: &Node) -> Abstract {
        let len = node.x.map_or(Some(0), |x| {
            self.expr(x).as_i64().and_then(|len| u64::try_from(len).ok())
        });
        let elem = node.ty.and_then(|ty| self.types.elem_layout(ty));
        let verdict = verdict::make_chan(self.target, elem, len);
        self.report(Thing::Node(id), Operation::MakeChan, verdict, node.x);
        Abstract::Unknown
    }

    fn concat(&mut self, id: NodeId, node: &Node) -> Abstract {
        let values = self.concat_operands(node);
        let literals = self.literal_bytes(node);
        let on_heap = self.is_on_heap(id);
        let verdict = verdict::concat(self.target, &values, literals, on_heap);
        self.report(Thing::Node(id), Operation::Concatenation, verdict, Some(id));
        concatenated(&values)
    }

    fn literal_bytes(&self, node: &Node) -> u64 {
        let items = self.body.items(node.list).iter();
        let lens = items.filter_map(|&item| self.constant(item)?.as_text().map(|text| text.len()));
        lens.fold(0, u64::saturating_add)
    }

    fn concat_operands(&mut self, node: &Node) -> Vec<Abstract> {
        let body = self.body;
        // With a constant that is not empty, the result is never one of the operands: those made of bytes need not be made.
        let glance = self.literal_bytes(node) > 0;
        body.items(node.list)
            .iter()
            .map(|&item| if glance { self.glance(item) } else { self.expr(item) })
            .collect()
    }

    /// `s += t`: the sum is made after escape analysis, so that it is always on the heap.
    pub(super) fn concat_assign(
        &mut self,
        stmt: NodeId,
        old: &Abstract,
        added: &Abstract,
    ) -> Abstract {
        let values = [old.clone(), added.clone()];
        let verdict = verdict::concat(self.target, &values, 0, true);
        self.report(Thing::Node(stmt), Operation::Concatenation, verdict, None);
        concatenated(&values)
    }

    fn text_conversion(&mut self, id: NodeId, node: &Node) -> Abstract {
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
                (Operation::RuneToString, verdict, Abstract::Unknown)
            }
        };
        self.report(Thing::Node(id), operation, verdict, Some(x));
        result
    }

    /// The capacity of what a string of so many bytes is copied to.
    fn bytes_cap(&self, len: Option<u64>, on_heap: bool) -> Option<u64> {
        let len = len?;
        if !on_heap && len <= TEXT_BUFFER {
            return Some(TEXT_BUFFER);
        }
        Some(self.target.rounded(len, false))
    }

    /// `[]byte(s + t)`, in one step.
    fn concat_bytes(&mut self, id: NodeId, sum: NodeId, on_heap: bool) -> Abstract {
        let node = self.node(sum);
        self.stmts(node.init);
        let values = self.concat_operands(&node);
        let len = concatenated(&values).text_len();
        self.report(Thing::Node(sum), Operation::Concatenation, Verdict::never(Because::Merged), None);
        let verdict = verdict::string_to_bytes(self.target, len, false, on_heap);
        self.report(Thing::Node(id), Operation::StringToBytes, verdict, Some(sum));
        Abstract::Slice(SliceValue::plain(len, self.bytes_cap(len, on_heap)))
    }

    fn boxing(&mut self, id: NodeId, node: &Node) -> Abstract {
        let Some(x) = node.x else { return Abstract::Unknown };
        let value = self.expr(x);
        let Some(ty) = self.ty(x) else { return Abstract::Unknown };
        if self.types.store.is_interface(ty) {
            self.end_block();
            return Abstract::Unknown;
        }
        let layout = self.types.layout(ty);
        let shape = self.shape(x, ty, layout);
        let verdict = match shape {
            Some(shape) => {
                verdict::boxing(self.target, layout, shape, &value, self.is_on_heap(id))
            }
            None => Verdict::never(Because::Static),
        };
        self.report(Thing::Node(id), Operation::Box, verdict, None);
        Abstract::Unknown
    }

    /// What a value is made of; `None` where it is a literal that lies in the program.
    fn shape(&self, x: NodeId, ty: TypeId, layout: Option<memory::Layout>) -> Option<Shape> {
        let (store, sizes) = (self.types.store, self.types.sizes);
        let compiler = self.world.compiler();
        if Layouts::new(store, sizes).is_direct(ty, compiler.since(26)) {
            return Some(Shape::Pointer);
        }
        let sole = self.types.sole_component(ty);
        let basic = store.basic(sole);
        let shape = match basic {
            Some(basic) if basic.is_string() => Shape::String,
            Some(basic) if basic.is_integer() || basic.is_boolean() => Shape::Integer,
            _ if self.types.is_slice(sole) => Shape::Slice,
            _ => Shape::Other,
        };
        let plain = layout.is_none_or(|layout| !layout.has_pointers());
        let by_value = match layout.map(|layout| (layout.size, layout.align)) {
            Some((2, 2)) => true,
            Some((4, 4)) | Some((8, 8)) => plain,
            _ => false,
        };
        let by_address = !by_value && !matches!(shape, Shape::String | Shape::Slice);
        let value = self.static_value(x);
        let body = self.body;
        if statics::is_boxed_statically(body, self.types, compiler, x, value, by_address) {
            let literal = matches!(body.nodes[x].op, Op::Literal | Op::Nil);
            return literal.then_some(Shape::ReadOnly);
        }
        Some(shape)
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
        let verdict = verdict.unwrap_or_else(|| Verdict::unsized_(0).at_times(When::MapGrows));
        self.report(Thing::Node(x), Operation::MapInsert, verdict, None);
    }

    fn grown(&mut self, map: usize, key: &Abstract) -> Option<Verdict> {
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
