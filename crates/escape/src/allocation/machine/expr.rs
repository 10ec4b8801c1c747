//! Expressions.

use lower::ir::{Aux, List, Node, NodeId, Op, deeper};
use types::Type;

use super::{Machine, Mode};
use crate::allocation::value::{Abstract, SliceValue};
use crate::allocation::verdict::Verdict;
use crate::allocation::{Because, Operation, statics};
use crate::graph::Thing;

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
                Aux::Closure(func) => Abstract::Literal { func, frame: self.frame },
                Aux::Inst(inst) => Abstract::Declared(inst, Vec::new()),
                _ => Abstract::Unknown,
            },
            Op::Closure => self.closure(id, node, Operation::Closure),
            Op::MethValue => self.method_value(id, node),
            Op::New => self.new_object(id, node),
            Op::PtrLit => self.pointer_literal(id, node),
            Op::SliceLit => self.slice_literal(id, node),
            Op::StructLit | Op::ArrayLit => {
                let values = self.elements(node.list);
                // A struct of one field is what that is, as far as it is put into interfaces.
                let sole = node.ty.is_some_and(|ty| self.types.sole_component(ty) != ty);
                match <[Abstract; 1]>::try_from(values) {
                    Ok([value]) if sole => value,
                    _ => Abstract::Unknown,
                }
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
            Op::Addr => {
                self.opt_expr(node.x);
                Abstract::Something
            }
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
                let of_array = node
                    .x
                    .and_then(|x| self.ty(x))
                    .is_some_and(|ty| matches!(self.types.under(ty), Type::Array { .. }));
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
            | Op::UnsafeSlice
            | Op::UnsafeString => self.end_block(),
            Op::Copy => {
                self.end_block();
                self.written();
            }
            Op::Delete | Op::Clear => {
                self.env.forget_maps();
                self.written();
            }
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

    pub(super) fn elements(&mut self, list: List) -> Vec<Abstract> {
        let body = self.body;
        body.items(list).iter().map(|&item| self.expr(statics::value_of(body, item))).collect()
    }
}
