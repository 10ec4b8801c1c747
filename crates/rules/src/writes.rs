//! Where the elements of slices are written.

use flow::{Callee, Function, Node, Point};
use source::Span;
use syntax::tree::{AssignOp, Expr, ExprId, Stmt};
use syntax::walk;
use types::{Basic, Builtin, ObjId, ObjectKind, Type, VarKind};

use crate::context::Context;
use crate::shared_memory::Memory;
use crate::unsafe_conversions::is_bytes;

/// A place that writes to the elements of a slice, and is known to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Written {
    /// The slice.
    pub(crate) slice: ExprId,
    /// What writes: the place that is assigned to, or the call.
    pub(crate) by: ExprId,
    /// Where it runs.
    pub(crate) at: Point,
}

impl Written {
    /// Where it stands.
    pub(crate) fn span(&self, cx: &Context<'_>) -> Span {
        cx.span(self.by)
    }
}

/// Through how many functions of the package a slice is followed.
const DEEPEST: u32 = 3;

/// Functions and methods of the standard library that write to a parameter by contract, with which.
const WRITE: &[(&str, &str, usize)] = &[
    ("io", "ReadFull", 1),
    ("io", "ReadAtLeast", 1),
    ("crypto/rand", "Read", 0),
    ("crypto/subtle", "XORBytes", 0),
    ("encoding/binary", "PutUint16", 0),
    ("encoding/binary", "PutUint32", 0),
    ("encoding/binary", "PutUint64", 0),
    ("encoding/binary", "PutUvarint", 0),
    ("encoding/binary", "PutVarint", 0),
    ("encoding/hex", "Encode", 0),
    ("encoding/hex", "Decode", 0),
    ("encoding/base64", "Encode", 0),
    ("encoding/base64", "Decode", 0),
    ("slices", "Reverse", 0),
    ("slices", "Sort", 0),
    ("unicode/utf8", "EncodeRune", 0),
];

impl Context<'_> {
    /// The places of a function, its literals included, that write to elements of slices, in the order of the text.
    pub(crate) fn writes_of(&self, function: &Function<'_>) -> Vec<Written> {
        self.writes_within(function, DEEPEST)
    }

    fn writes_within(&self, function: &Function<'_>, depth: u32) -> Vec<Written> {
        let tree = self.tree();
        let mut found: Vec<(ExprId, ExprId)> = Vec::new();
        walk::walk(tree, walk::Node::Stmt(function.body()), |event| {
            match event {
                walk::Event::Enter(walk::Node::Stmt(stmt)) => match tree.stmt(stmt) {
                    Stmt::Assign { lhs, op: AssignOp::Assign | AssignOp::Op(_), .. } => {
                        found.extend(
                            tree.list(lhs).filter_map(|to| Some((self.slice_of_element(to)?, to))),
                        );
                    }
                    Stmt::IncDec { x, .. } => {
                        found.extend(self.slice_of_element(x).map(|slice| (slice, x)))
                    }
                    _ => {}
                },
                walk::Event::Enter(walk::Node::Expr(call)) => {
                    if let Expr::Call { .. } = tree.expr(call) {
                        found.extend(
                            self.written_by(call, depth).into_iter().map(|slice| (slice, call)),
                        );
                    }
                }
                _ => {}
            }
            true
        });
        found
            .into_iter()
            .filter_map(|(slice, by)| Some(Written { slice, by, at: function.point(by)? }))
            .collect()
    }

    fn slice_of_element(&self, place: ExprId) -> Option<ExprId> {
        match self.tree().expr(self.tree().unparen(place)) {
            Expr::Index { x, .. } if matches!(self.under(x), Type::Slice(_)) => Some(x),
            _ => None,
        }
    }

    /// The arguments of a call whose elements it writes.
    fn written_by(&self, call: ExprId, depth: u32) -> Vec<ExprId> {
        let arguments = self.arguments(call);
        let Some(&first) = arguments.first() else { return Vec::new() };
        let is_slice = |x: ExprId| matches!(self.under(x), Type::Slice(_));
        match self.callee(call) {
            Some(Callee::Builtin(Builtin::Copy)) => vec![first],
            Some(Callee::Builtin(Builtin::Clear)) if is_slice(first) => vec![first],
            // Into the capacity that was cut off.
            Some(Callee::Builtin(Builtin::Append)) if arguments.len() > 1 => {
                match self.tree().expr(self.tree().unparen(first)) {
                    Expr::Slice { bounds: [_, Some(_), None], .. } => vec![first],
                    _ => Vec::new(),
                }
            }
            Some(Callee::Function(callee)) => {
                let by_contract = self.writes_by_contract(callee);
                let mut all = arguments.iter().enumerate();
                let is_written = |&(at, &x): &(usize, &ExprId)| {
                    is_slice(x)
                        && (by_contract == Some(at) || self.writes_parameter(callee, at, depth))
                };
                all.by_ref().filter(is_written).map(|(_, &x)| x).collect()
            }
            Some(Callee::Dynamic) => {
                let Expr::Call { fun, .. } = self.tree().expr(call) else { return Vec::new() };
                let method = self.view().interface_method(self.tree().unparen(fun));
                let reads = method.is_some_and(|method| self.is_read(method));
                if reads { vec![first] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    /// The parameter that a function writes to as its contract says.
    fn writes_by_contract(&self, function: ObjId) -> Option<usize> {
        if self.view().receiver(function).is_some() && self.is_read(function) {
            return Some(0);
        }
        let object = self.store.obj(function);
        let path = self.store.pkg(object.pkg?).path.as_str();
        let known = WRITE
            .iter()
            .find(|(package, name, _)| *package == path && *name == object.name.as_str());
        known.map(|&(.., at)| at)
    }

    /// Whether a function of the package writes to the elements of a parameter.
    fn writes_parameter(&self, function: ObjId, parameter: usize, depth: u32) -> bool {
        let Some(deeper) = depth.checked_sub(1) else { return false };
        let Type::Signature(signature) = self.store.ty(self.store.obj_type(function)) else {
            return false;
        };
        let variadic = signature.variadic && parameter + 1 >= signature.params.len();
        let Some(&parameter) = signature.params.get(parameter).filter(|_| !variadic) else {
            return false;
        };
        let Some((there, _)) = self.declaration_of_function(function) else { return false };
        let Some(body) = self.flow().declared(function) else { return false };
        let memory = Memory::of_parameter(&there, &body, parameter);
        there
            .writes_within(&body, deeper)
            .iter()
            .any(|w| memory.is_shared_by(w.slice, w.at) && !is_asked_for(&body, w.at, parameter))
    }

    /// Whether a method is `Read(p []byte) (n int, err error)`.
    fn is_read(&self, method: ObjId) -> bool {
        let store = self.store;
        let Type::Signature(signature) = store.ty(store.obj_type(method)) else { return false };
        let ([p], [n, _]) = (&signature.params[..], &signature.results[..]) else { return false };
        store.obj(method).name.as_str() == "Read"
            && is_bytes(self.view(), store.obj_type(*p))
            && matches!(store.ty(store.unalias(store.obj_type(*n))), Type::Basic(Basic::Int, _))
    }
}

/// Whether another parameter of the function decides whether a point is come to.
fn is_asked_for(body: &Function<'_>, at: Point, parameter: ObjId) -> bool {
    let view = body.view();
    body.cfg().points().any(|(point, node)| {
        let Node::Expr(condition) = node else { return false };
        let mut idents = view.tree().idents_within(view.span(condition));
        body.cfg().can_follow(point, at)
            && idents.any(|(ident, _)| {
                view.facts().uses[ident].is_some_and(|object| {
                    let kind = &view.store.obj(object).kind;
                    object != parameter && matches!(kind, ObjectKind::Var(VarKind::Param))
                })
            })
    })
}
