//! What a function writes to a buffer of its own.

use source::Span;
use syntax::tree::{AssignOp, BinaryOp, Expr, ExprId, Stmt, StmtId, UnaryOp};
use types::{Builtin, ObjId, Type, TypeId};

use super::fixed;
use crate::objects::Declaration;
use crate::{Access, Callee, Context, Parent};

/// What a function does with a buffer: all of it is known.
pub(super) struct Writes {
    pub(super) buffer: ObjId,
    pub(super) declaration: Declaration,
    /// In the order of the text.
    pub(super) writes: Vec<Write>,
    /// `buf.Bytes()` as a result.
    pub(super) returned: Vec<ExprId>,
    /// `buf.Len()`
    pub(super) lengths: Vec<ExprId>,
    /// `buf.Grow(n)`
    pub(super) grows: Vec<StmtId>,
}

/// Something that is written.
pub(super) struct Write {
    pub(super) call: ExprId,
    pub(super) what: What,
    /// The statement that does nothing else, its error passed over or handled; `None` where there is more to it.
    pub(super) stmt: Option<StmtId>,
    /// The most bytes that it writes, where they are known.
    pub(super) bound: Option<u64>,
    /// Whether it writes at least a byte.
    pub(super) never_empty: bool,
    /// Whether each call of the function that returns writes it, once.
    pub(super) always: bool,
}

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A string or bytes.
    Text(ExprId),
    Byte(ExprId),
    Rune(ExprId),
    /// By `fmt.Fprint`, `Fprintf` or `Fprintln`.
    Formatted,
    /// By `binary.Write`: a number, or what is made of them.
    Fixed(ExprId),
}

impl Writes {
    pub(super) fn of(cx: &Context<'_>, receiver: ExprId) -> Option<Self> {
        let buffer = cx.object(receiver)?;
        if !cx.is_local(buffer) || cx.is_captured(buffer) {
            return None;
        }
        let declaration = cx.declaration(buffer)?;
        begins_empty(cx, &declaration).then_some(())?;
        let mut all = Self {
            buffer,
            declaration,
            writes: Vec::new(),
            returned: Vec::new(),
            lengths: Vec::new(),
            grows: Vec::new(),
        };
        for &ident in cx.uses(buffer) {
            let expr = match cx.access(ident) {
                Access::Declare => continue,
                Access::Read(expr) => expr,
                Access::Address => cx.parents().ident(ident)?,
                Access::Write(_) | Access::Update(_) => return None,
            };
            all.add(cx, expr)?;
        }
        Some(all)
    }

    /// Adds a use of the buffer; `None` where it is not one of those that are known.
    fn add(&mut self, cx: &Context<'_>, expr: ExprId) -> Option<()> {
        let (outer, Parent::Expr(around)) = cx.around(expr) else { return None };
        let call = match cx.tree().expr(around) {
            Expr::Selector { .. } => {
                let (fun, Parent::Expr(call)) = cx.around(around) else { return None };
                matches!(cx.tree().expr(call), Expr::Call { fun: called, .. } if called == fun)
                    .then_some(call)?
            }
            Expr::Unary { op: UnaryOp::Addr, .. } => {
                let (argument, Parent::Expr(call)) = cx.around(around) else { return None };
                return self.add_writer(cx, argument, call);
            }
            Expr::Call { .. } => return self.add_writer(cx, outer, around),
            _ => return None,
        };
        let (_, name) = cx.calls_method(call, "bytes", "Buffer")?;
        let argument = cx.arguments(call).first().copied();
        let what = match name {
            "WriteString" | "Write" => What::Text(argument?),
            "WriteByte" => What::Byte(argument?),
            "WriteRune" => What::Rune(argument?),
            "Bytes" => {
                let (_, Parent::Stmt(stmt)) = cx.around(call) else { return None };
                self.returned.push(call);
                return cx.is_return(stmt).then_some(());
            }
            "Len" => {
                self.lengths.push(call);
                return Some(());
            }
            "Grow" => {
                let (_, Parent::Stmt(stmt)) = cx.around(call) else { return None };
                self.grows.push(stmt);
                return Some(());
            }
            _ => return None,
        };
        self.push(cx, call, what);
        Some(())
    }

    /// Adds a call that gets the buffer as an `io.Writer`.
    fn add_writer(&mut self, cx: &Context<'_>, argument: ExprId, call: ExprId) -> Option<()> {
        let arguments = cx.arguments(call);
        if arguments.first() != Some(&argument) {
            return None;
        }
        let what = if cx.calls(call, "encoding/binary", &["Write"]) {
            What::Fixed(*arguments.get(2)?)
        } else if cx.calls(call, "fmt", &["Fprint", "Fprintf", "Fprintln"]) {
            What::Formatted
        } else if cx.calls(call, "io", &["WriteString"]) {
            What::Text(*arguments.get(1)?)
        } else {
            return None;
        };
        self.push(cx, call, what);
        Some(())
    }

    fn push(&mut self, cx: &Context<'_>, call: ExprId, what: What) {
        let (bound, never_empty) = match what {
            What::Text(text) => match text_length(cx, text) {
                Some(bytes) => (Some(bytes), bytes > 0),
                None => (None, false),
            },
            What::Byte(_) => (Some(1), true),
            What::Rune(_) => (Some(4), true),
            What::Formatted => (None, formats_something(cx, call)),
            What::Fixed(value) => match fixed::size(cx, value) {
                Some(bytes) => (Some(bytes), bytes > 0),
                None => (None, false),
            },
        };
        let stmt = alone(cx, call);
        let always = self.is_always_run(cx, call);
        self.writes.push(Write { call, what, stmt, bound, never_empty, always });
    }

    /// Whether nothing can return between the declaration and a call, nor pass it over, nor repeat it.
    fn is_always_run(&self, cx: &Context<'_>, call: ExprId) -> bool {
        let block = cx.parents().stmt(self.declaration.stmt);
        let mut node = Parent::Expr(call);
        let stmt = loop {
            let Some(above) = cx.up(node) else { return false };
            if above == block
                && let Parent::Stmt(stmt) = node
            {
                break stmt;
            }
            // What is written in the head of an `if` is written.
            let in_head = match (above, node) {
                (Parent::Stmt(outer), Parent::Stmt(inner)) => {
                    matches!(cx.tree().stmt(outer), Stmt::If { init, .. } if init == Some(inner))
                }
                (Parent::Expr(_), _) | (Parent::Stmt(_), Parent::Expr(_)) => true,
                _ => false,
            };
            if !in_head {
                return false;
            }
            node = above;
        };
        let between = Span::new(cx.stmt_span(self.declaration.stmt).end, cx.stmt_span(stmt).start);
        let handlers: Vec<Span> =
            self.writes.iter().filter_map(|write| Some(cx.stmt_span(write.stmt?))).collect();
        let Some(function) = cx.function_of(Parent::Expr(call)) else { return false };
        !cx.own_descendants(function.body).any(|other| {
            let span = cx.stmt_span(other);
            let leaves = matches!(cx.tree().stmt(other), Stmt::Return(_) | Stmt::Branch { .. });
            leaves
                && between.contains(span.start)
                && !handlers.iter().any(|handler| handler.contains(span.start))
        })
    }

    /// The most bytes that are written, where they are known.
    pub(super) fn bound(&self) -> Option<u64> {
        self.writes.iter().map(|write| write.bound.filter(|_| write.always)).sum()
    }

    /// Whether each call writes something.
    pub(super) fn is_never_empty(&self) -> bool {
        self.writes.iter().any(|write| write.always && write.never_empty)
    }

    /// The buffer's type, a pointer looked through.
    pub(super) fn buffer_type(&self, cx: &Context<'_>, ty: TypeId) -> TypeId {
        match cx.store.ty(ty) {
            Type::Pointer(elem) => cx.store.unalias(*elem),
            _ => ty,
        }
    }
}

/// Whether a buffer has nothing in it where it is declared.
fn begins_empty(cx: &Context<'_>, declaration: &Declaration) -> bool {
    let Some(value) = declaration.value else {
        // A pointer would be nil.
        return declaration.ty.is_some_and(|ty| !matches!(cx.under(ty), Type::Pointer(_)));
    };
    let value = cx.tree().unparen(value);
    let is_empty = |literal| matches!(cx.tree().expr(literal), Expr::Composite { elems, .. } if elems.is_empty());
    match cx.tree().expr(value) {
        Expr::Composite { .. } => is_empty(value),
        Expr::Unary { op: UnaryOp::Addr, x } => is_empty(cx.tree().unparen(x)),
        Expr::Call { .. } if cx.calls(value, "bytes", &["NewBuffer"]) => {
            matches!(cx.arguments(value)[..], [argument] if cx.is_nil(argument))
        }
        Expr::Call { .. } => cx.callee(value) == Some(Callee::Builtin(Builtin::New)),
        _ => false,
    }
}

/// The bytes of a text whose length is known.
fn text_length(cx: &Context<'_>, text: ExprId) -> Option<u64> {
    if let Some(constant) = cx.constant(text).and_then(|value| value.as_text()) {
        return u64::try_from(constant.bytes().len()).ok();
    }
    match cx.tree().expr(cx.tree().unparen(text)) {
        Expr::Slice { x, bounds: [None, None, None], .. } => match cx.under(x) {
            Type::Array { len, .. } => u64::try_from(*len).ok(),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a call of `fmt` writes something whatever its operands are: its format begins or ends with plain text.
fn formats_something(cx: &Context<'_>, call: ExprId) -> bool {
    if cx.calls(call, "fmt", &["Fprintln"]) {
        return true;
    }
    let Some(&format) = cx.arguments(call).get(1) else { return false };
    let starts_plain = |text: String| text.chars().next().is_some_and(|c| c != '%');
    cx.calls(call, "fmt", &["Fprintf"]) && cx.constant_string(format).is_some_and(starts_plain)
}

/// The statement that only makes a call, passes its results over, or handles an error that there is none of.
fn alone(cx: &Context<'_>, call: ExprId) -> Option<StmtId> {
    let (outer, Parent::Stmt(stmt)) = cx.around(call) else { return None };
    match cx.tree().stmt(stmt) {
        Stmt::Expr(_) => Some(stmt),
        Stmt::Assign { lhs, op: AssignOp::Assign, .. } => {
            let blank = |target| matches!(cx.tree().expr(target), Expr::Ident(id) if cx.tree().ident(id).name.is_blank());
            cx.tree().list(lhs).all(blank).then_some(stmt)
        }
        Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } => {
            let Parent::Stmt(around) = cx.parents().stmt(stmt) else { return None };
            let Stmt::If { init: Some(init), cond, els: None, .. } = cx.tree().stmt(around) else {
                return None;
            };
            let err = cx.object(cx.tree().list(lhs).next_back()?)?;
            let Expr::Binary { op: BinaryOp::Ne, x, y, .. } =
                cx.tree().expr(cx.tree().unparen(cond))
            else {
                return None;
            };
            let is_checked = cx.object(x) == Some(err) && cx.is_nil(y);
            (init == stmt && cx.tree().list_get(rhs, 0) == Some(outer) && is_checked)
                .then_some(around)
        }
        _ => None,
    }
}
