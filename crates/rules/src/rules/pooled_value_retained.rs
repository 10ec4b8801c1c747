//! # Memory that is used after it was put back into a pool
//!
//! ## What it does
//!
//! Finds values that are put into a `sync.Pool` and that the function, or who gets them from it, goes on using: what shares their
//! memory is returned, stored in what lives on, sent or handed to a goroutine, or is used behind the `Put`. Also what is put back twice.
//!
//! The memory is followed through slices of slices, fields, `bytes.Buffer.Bytes`, helpers that put values back for others, and
//! methods of the package that return a part of their receiver.
//!
//! ## Why it costs
//!
//! A pool hands what was put into it to the next who asks, at once. That one overwrites what the first still reads: answers of one
//! request show up in another, and only under load. The race detector sees it only if both are at it in the same run.
//!
//! Measured with two goroutines that encode 100,000 messages of 64 bytes, and look at each when the next has been encoded (time and
//! allocations of one call by `go test -benchmem`, two cores, amd64):
//!
//! | | wrong messages | Go 1.23 | Go 1.27 |
//! |---|---|---|---|
//! | `buf.Bytes()` | 99,900 | 189 ns, 0 B, 0 allocs | 288 ns, 0 B, 0 allocs |
//! | a copy of it | 0 | 260 ns, 64 B, 1 alloc | 323 ns, 64 B, 1 alloc |
//!
//! ## Example
//!
//! ```go
//! func encode(v message) []byte {
//! 	buf := buffers.Get().(*bytes.Buffer)
//! 	defer buffers.Put(buf)
//! 	buf.Reset()
//! 	v.writeTo(buf)
//! 	return buf.Bytes()
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func encode(v message) []byte {
//! 	buf := buffers.Get().(*bytes.Buffer)
//! 	defer buffers.Put(buf)
//! 	buf.Reset()
//! 	v.writeTo(buf)
//! 	return bytes.Clone(buf.Bytes())
//! }
//! ```
//!
//! or have the caller hand in what is written to: `func appendTo(dst []byte, v message) []byte`.
//!
//! ## When not to
//!
//! Only what is seen to happen is reported. Not what a `Put` under a condition of its own decides, nor memory that is given up before
//! (`out := s.buf; s.buf = nil`), nor fields that nobody empties in place to use them again.
//!
//! ## The fix
//!
//! None: a copy, or another owner, is for you to choose.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [`sync.Pool`](https://pkg.go.dev/sync#Pool)
//! - [`(*bytes.Buffer).Bytes`](https://pkg.go.dev/bytes#Buffer.Bytes), which is valid until the buffer changes

mod leaves;
mod uses;

use flow::{Function, Point};
use source::Span;
use syntax::tree::{Expr, ExprId, Stmt, StmtId};

use crate::pools::{base_variable, depends_on};
use crate::shared_memory::Memory;
use crate::{Allocates, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct PooledValueRetained;

pub(crate) static RULE: PooledValueRetained = PooledValueRetained;

/// Longest expression that a message repeats.
const LONGEST: usize = 40;

impl Rule for PooledValueRetained {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH102",
            name: "pooled-value-retained",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::None,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        if cx.is_test() {
            return;
        }
        for operand in cx.put_into_pool(call) {
            check_put(cx, call, operand, found);
        }
    }
}

/// A value that is put into a pool.
struct Put<'p> {
    call: ExprId,
    operand: ExprId,
    when: When,
    function: &'p Function<'p>,
    memory: Memory<'p>,
}

/// When a value is put into a pool.
#[derive(Clone, Copy)]
enum When {
    /// At a point.
    At(Point),
    /// When the function ends, from a point on.
    Deferred(Point),
}

fn check_put(cx: &Context<'_>, call: ExprId, operand: ExprId, found: &mut Vec<Diagnosis>) {
    let Some(function) = cx.flow_around(call) else { return };
    let (_, Parent::Stmt(stmt)) = cx.around(call) else { return };
    let Some(variable) = base_variable(cx.view(), operand) else { return };
    let Some(point) = function.point(stmt) else { return };
    match cx.tree().stmt(stmt) {
        Stmt::Defer(_) => {
            let memory = Memory::at(cx, &function, variable, point);
            let put =
                Put { call, operand, when: When::Deferred(point), function: &function, memory };
            put.check(cx, found);
        }
        Stmt::Expr(_) => {
            if let Some((outer, defer)) = deferred_literal(cx, call) {
                let Some(point) = outer.point(defer) else { return };
                if !depends_on(&function, call, &[variable])
                    || outer.variables().of(variable).is_empty()
                {
                    return;
                }
                let Some(memory) = Memory::at_end(cx, &outer, variable) else { return };
                let put =
                    Put { call, operand, when: When::Deferred(point), function: &outer, memory };
                put.check(cx, found);
                return;
            }
            let memory = Memory::at(cx, &function, variable, point);
            let put = Put { call, operand, when: When::At(point), function: &function, memory };
            put.check(cx, found);
        }
        _ => {}
    }
}

/// The function around a literal that is deferred on the spot and that a call stands in, with the `defer`.
fn deferred_literal<'a>(cx: &Context<'a>, call: ExprId) -> Option<(Function<'a>, StmtId)> {
    let function = cx.function_of(Parent::Expr(call))?;
    let crate::FunctionNode::Literal(literal) = function.node else { return None };
    let (outer, Parent::Expr(deferred)) = cx.around(literal) else { return None };
    let Expr::Call { fun, .. } = cx.tree().expr(deferred) else { return None };
    let (_, Parent::Stmt(stmt)) = cx.around(deferred) else { return None };
    let is_deferred = fun == outer && matches!(cx.tree().stmt(stmt), Stmt::Defer(_));
    is_deferred.then(|| Some((cx.flow_around(literal)?, stmt)))?
}

impl Put<'_> {
    fn check(&self, cx: &Context<'_>, found: &mut Vec<Diagnosis>) {
        self.find_left(cx, found);
        match self.when {
            When::At(point) => self.find_used(cx, point, found),
            When::Deferred(point) => self.find_returned(cx, point, found),
        }
    }

    /// What was put, as it is written.
    fn text<'a>(&self, cx: &Context<'a>) -> &'a str {
        base_text(cx, self.operand)
    }

    fn diagnosis(&self, cx: &Context<'_>, span: Span, message: String, help: &str) -> Diagnosis {
        let mut diagnosis = Diagnosis::new(span, message, help);
        diagnosis.allocates = Allocates::Never;
        diagnosis.cost = Cost::per_call(0).of_bytes(0);
        let note = match self.when {
            When::At(_) => "put back here",
            When::Deferred(_) => "put back here, when the function ends",
        };
        diagnosis.because(cx.span(self.call), note)
    }
}

/// The name of the variable that an operand leads to.
fn base_text<'a>(cx: &Context<'a>, operand: ExprId) -> &'a str {
    let variable = base_variable(cx.view(), operand);
    variable.map_or("it", |variable| cx.store.obj(variable).name.as_str())
}

/// An expression in a message.
fn in_words(cx: &Context<'_>, expr: ExprId) -> String {
    let text = cx.source(expr);
    if text.len() <= LONGEST && !text.contains('\n') {
        format!("`{text}`")
    } else {
        "what shares its memory".to_owned()
    }
}
