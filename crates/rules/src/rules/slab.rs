//! # Many objects that live and die together, each allocated alone
//!
//! ## What it does
//!
//! Finds `&T{…}` and `new(T)` in a loop whose pointers all go to one local slice and nowhere else: one slice holds them all, and when
//! it is gone they are.
//!
//! ## Why it costs
//!
//! Each of them is an object that the allocator finds a place for and the garbage collector marks and sweeps. Made in arrays of 64,
//! they are one object in 64.
//!
//! Measured with a parser's 100,000 nodes of 40 bytes, which point to each other (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | each alone | 33 ms, 9.3 MB, 100028 allocs | 15.9 ms, 9.3 MB, 100025 allocs |
//! | in arrays of 64 | 28 ms, 8.7 MB, 1591 allocs | 15.3 ms, 8.7 MB, 1588 allocs |
//!
//! So it is the number of objects that falls, not much else: the time is within what two runs differ by. It pays for millions of
//! objects that stay, where a collection of a million of them took a third to a half less on Go 1.23 and nothing certain on Go 1.27.
//!
//! ## Example
//!
//! ```go
//! func parse(sc *bufio.Scanner) []*node {
//! 	var nodes []*node
//! 	for sc.Scan() {
//! 		nodes = append(nodes, &node{text: sc.Text()})
//! 	}
//! 	return nodes
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! type slab[T any] struct{ free []T }
//!
//! func (s *slab[T]) put(value T) *T {
//! 	if len(s.free) == 0 {
//! 		s.free = make([]T, 64)
//! 	}
//! 	p := &s.free[0]
//! 	s.free = s.free[1:]
//! 	*p = value
//! 	return p
//! }
//!
//! func parse(sc *bufio.Scanner) []*node {
//! 	var arena slab[node]
//! 	var nodes []*node
//! 	for sc.Scan() {
//! 		nodes = append(nodes, arena.put(node{text: sc.Text()}))
//! 	}
//! 	return nodes
//! }
//! ```
//!
//! or, simpler and better where nobody needs pointers, `[]node`.
//!
//! ## When not to
//!
//! One pointer keeps all 64 alive: where callers pick out single objects and keep them, memory grows. That is why nothing is reported
//! where the function itself takes elements out of the slice, hands one to somebody else, or keeps one, and where an exported function
//! returns them: its callers may. Nor are values that must not be copied, as those with a mutex. A slice of a few dozen is
//! not worth a type.
//!
//! ## The fix
//!
//! A suggestion: the type `slab`, a variable of it before the loop, and its `put` in place of the allocation. None before Go 1.18,
//! and where the loop does not begin a line.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [What it saves by size, and from what rate it is worth it](../evidence.md#specialties-and-premature-optimisations)
//! - [A guide to the Go garbage collector](https://go.dev/doc/gc-guide#Eliminating_heap_allocations)

use escape::allocation::Operation;
use fix::{Applicability, Plan};
use flow::{Access, Function, Way};
use source::Span;
use syntax::tree::{AssignOp, BranchKind, Expr, ExprId, Stmt, StmtId, UnaryOp};
use types::{Builtin, ObjId, ObjectKind, Type, TypeId, VarKind};

use crate::shared_memory::own_returns;
use crate::struct_layout::value_layout;
use crate::{
    Allocates, Callee, Context, Cost, Diagnosis, FixSafety, FunctionNode, Kind, Meta, Node, Parent,
    Rule, Tier,
};

pub(crate) struct Slab;

pub(crate) static RULE: Slab = Slab;

/// Bytes of the largest objects that are worth being put together.
const LARGEST: u64 = 512;

/// How deep structs and arrays within each other are looked into.
const DEEPEST: u32 = 8;

/// What a slab is, behind its name.
const METHODS: &str = "[T any] struct{ free []T }\n\n\
    // put gives a value a place of its own.\n\
    func (s *NAME[T]) put(value T) *T {\n\
    \tif len(s.free) == 0 {\n\
    \t\ts.free = make([]T, 64)\n\
    \t}\n\
    \tp := &s.free[0]\n\
    \ts.free = s.free[1:]\n\
    \t*p = value\n\
    \treturn p\n\
    }\n\n";

impl Rule for Slab {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH202",
            name: "slab",
            tier: Tier::Specialty,
            since: "0.2.0",
            fix: FixSafety::Suggestion,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Composite, Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(expr) = node else { return };
        if !cx.is_test() && cx.asks_for(Tier::Specialty) {
            found.extend(Object::of(cx, expr).and_then(|object| object.diagnose(cx)));
        }
    }
}

/// An object that is allocated alone.
struct Object {
    /// The pointer to it.
    pointer: ExprId,
    /// `T{…}` or `new(T)`.
    made: ExprId,
    /// The type, as it is written.
    ty: ExprId,
    of: TypeId,
    operation: Operation,
}

impl Object {
    fn of(cx: &Context<'_>, made: ExprId) -> Option<Self> {
        let (pointer, ty, operation) = match cx.tree().expr(made) {
            Expr::Composite { ty: Some(ty), .. } => {
                let (_, Parent::Expr(pointer)) = cx.around(made) else { return None };
                let Expr::Unary { op: UnaryOp::Addr, .. } = cx.tree().expr(pointer) else {
                    return None;
                };
                (pointer, ty, Operation::CompositeLiteral)
            }
            Expr::Call { .. } if cx.callee(made) == Some(Callee::Builtin(Builtin::New)) => {
                (made, *cx.arguments(made).first()?, Operation::New)
            }
            _ => return None,
        };
        let of = cx.facts().type_of(ty)?;
        let is_struct = matches!(cx.store.ty(cx.store.under(of)), Type::Struct(_));
        (is_struct && !is_locked(cx, of, DEEPEST)).then_some(Self {
            pointer,
            made,
            ty,
            of,
            operation,
        })
    }

    fn diagnose(&self, cx: &Context<'_>) -> Option<Diagnosis> {
        let around = cx.innermost_loop(Parent::Expr(self.pointer))?;
        let layout =
            value_layout(cx.store, cx.sizes(), self.of).filter(|layout| layout.size > 0)?;
        if layout.size > LARGEST || cx.at_most_one_turn(around) {
            return None;
        }
        let function = cx.flow_around(self.pointer)?;
        if function.loop_depth(self.pointer) == 0 || cx.runs_once(Parent::Stmt(around)) {
            return None;
        }
        let slice = self.slice(cx, &function)?;
        let outermost = outermost_without(cx, around, slice)?;
        if !holds_pointers_to(cx, slice, self.of) || !holds_all(cx, &function, slice) {
            return None;
        }
        let reported = match self.operation {
            Operation::New => cx.tree().report_pos(self.made),
            _ => cx.tree().report_pos(self.pointer),
        };
        let allocated = cx.allocated(reported, self.operation);
        if allocated
            .as_ref()
            .is_some_and(|allocated| Allocates::from(allocated.allocates) == Allocates::Never)
        {
            return None;
        }
        let name = cx.store.obj(slice).name;
        let ty = cx.source(self.ty);
        let message = format!("each {ty} is allocated alone, and all of them are held by `{name}`");
        let help = format!(
            "make them in arrays of many, or have `{name}` hold values where nobody needs pointers"
        );
        let mut diagnosis =
            Diagnosis::new(cx.span(self.pointer), message, help).allocating(allocated);
        diagnosis.cost = Cost::per_turn(1).of_bytes(cx.target().object(layout).bytes());
        diagnosis.cost.scan_bytes = layout.pointer_bytes;
        diagnosis.fix = self.fix(cx, outermost);
        Some(diagnosis)
    }

    /// The slice that the pointer is appended to, at once or by way of a variable that goes nowhere else.
    fn slice(&self, cx: &Context<'_>, function: &Function<'_>) -> Option<ObjId> {
        if let Some(slice) = appended_to(cx, self.pointer) {
            return Some(slice);
        }
        let (outer, Parent::Stmt(stmt)) = cx.around(self.pointer) else { return None };
        let Stmt::Assign { lhs, op: AssignOp::Define, rhs, .. } = cx.tree().stmt(stmt) else {
            return None;
        };
        let at = cx.tree().list(rhs).position(|x| x == outer)?;
        let variable = cx.object(cx.tree().list_get(lhs, at)?)?;
        let mut found = None;
        for occurrence in function.variables().of(variable) {
            if occurrence.access == Access::Declare {
                continue;
            }
            let expr = cx.parents().ident(occurrence.ident)?;
            match appended_to(cx, expr) {
                Some(slice) if found.is_none() && occurrence.literal.is_none() => {
                    found = Some(slice)
                }
                None if occurrence.literal.is_none() && is_field_of(cx, expr) => {}
                _ => return None,
            }
        }
        found
    }

    fn fix(&self, cx: &Context<'_>, outermost: StmtId) -> Option<Plan> {
        let at = Parent::Expr(self.pointer);
        let start = cx.stmt_span(cx.labeled(outermost)).start;
        let indent = cx.indent(cx.stmt_span(outermost).start);
        let line = cx.line_start(start);
        let begins_line = cx.text(Span::new(line, start)).trim().is_empty();
        // A `goto` may not jump over a declaration.
        let body = cx.function_of(at)?.body;
        let jumps = cx.descendants(body).any(|stmt| {
            matches!(cx.tree().stmt(stmt), Stmt::Branch { kind: BranchKind::Goto, .. })
        });
        if jumps || cx.language() < (1, 18) || !begins_line || cx.has_comment(cx.span(self.pointer))
        {
            return None;
        }
        let place = cx.paragraph_before(at)?;
        let variable = cx.local_name(&["arena", "slots", "places"], at)?;
        let ty = cx.source(self.ty);
        let value = match self.operation {
            Operation::New => format!("{ty}{{}}"),
            _ => cx.source(self.made).to_owned(),
        };
        let slab = cx.package_variable("slab[T any]", "slab", None, |name| {
            let methods = METHODS.replace("NAME", name);
            (place, format!("// {name} makes values in arrays of many, which are freed together.\ntype {name}{methods}"))
        });
        let mut plan = Plan::new(
            Applicability::Suggestion,
            format!("Make each {ty} in an array of 64; one that is kept keeps all"),
        );
        plan.replace(cx.span(self.pointer), format!("{variable}.put({value})"));
        plan.insert(line, format!("{indent}var {variable} {}[{ty}]\n", slab.name));
        plan.insert(slab.at, slab.declaration);
        Some(plan)
    }
}

/// Whether values of a type must not be copied: something in them can be locked.
fn is_locked(cx: &Context<'_>, ty: TypeId, depth: u32) -> bool {
    let Some(deeper) = depth.checked_sub(1) else { return true };
    let ty = cx.store.unalias(ty);
    match cx.store.ty(cx.store.under(ty)) {
        _ if matches!(cx.store.ty(ty), Type::Named(_)) && cx.method_of(ty, "Lock").is_some() => {
            true
        }
        Type::Struct(parts) => {
            parts.fields.iter().any(|&field| is_locked(cx, cx.store.obj_type(field), deeper))
        }
        Type::Array { elem, .. } => is_locked(cx, *elem, deeper),
        _ => false,
    }
}

/// Whether a slice holds pointers to a type, and no other values.
fn holds_pointers_to(cx: &Context<'_>, slice: ObjId, of: TypeId) -> bool {
    let Type::Slice(elem) = cx.store.ty(cx.store.under(cx.store.obj_type(slice))) else {
        return false;
    };
    match cx.store.ty(cx.store.unalias(*elem)) {
        Type::Pointer(to) => cx.store.unalias(*to) == cx.store.unalias(of),
        _ => false,
    }
}

/// The local slice that `x = append(x, value)` appends an expression to.
fn appended_to(cx: &Context<'_>, value: ExprId) -> Option<ObjId> {
    let (value, Parent::Expr(call)) = cx.around(value) else { return None };
    let arguments = cx.arguments(call);
    let Some(Callee::Builtin(Builtin::Append)) = cx.callee(call) else { return None };
    let (whole, Parent::Stmt(stmt)) = cx.around(call) else { return None };
    let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = cx.tree().stmt(stmt) else {
        return None;
    };
    let (to, from) = (cx.tree().list_get(lhs, 0)?, cx.tree().list_get(rhs, 0)?);
    let slice = cx.view().local(to)?;
    let grows = arguments.first().is_some_and(|&list| cx.view().local(list) == Some(slice));
    let is_local =
        matches!(cx.store.obj(slice).kind, ObjectKind::Var(VarKind::Local | VarKind::Result));
    let alone = lhs.len() == 1 && from == whole && arguments.get(1..) == Some(&[value]);
    (grows && is_local && alone).then_some(slice)
}

/// Whether an expression is what a field is selected of.
fn is_field_of(cx: &Context<'_>, expr: ExprId) -> bool {
    match cx.around(expr) {
        (_, Parent::Expr(around)) => cx.field(around).is_some(),
        _ => false,
    }
}

/// The outermost loop around a loop, and up to it, that a variable is declared outside of.
fn outermost_without(cx: &Context<'_>, innermost: StmtId, slice: ObjId) -> Option<StmtId> {
    let all = std::iter::once(innermost).chain(cx.loops(Parent::Stmt(innermost)));
    all.take_while(|&around| cx.is_declared_outside(slice, around)).last()
}

/// Whether a slice keeps what is appended to it, and nobody takes elements out of it.
fn holds_all(cx: &Context<'_>, function: &Function<'_>, slice: ObjId) -> bool {
    if crate::pools::is_result(cx.view(), slice)
        && own_returns(function).into_iter().any(|stmt| is_exported(cx, stmt))
    {
        return false;
    }
    function.variables().of(slice).iter().all(|occurrence| {
        if occurrence.literal.is_some() {
            return false;
        }
        let Some(expr) = cx.parents().ident(occurrence.ident) else { return true };
        match occurrence.access {
            Access::Declare => true,
            Access::Write | Access::Update => is_grown(cx, expr),
            Access::Read => is_whole(cx, function, expr),
            // `nodes[i].field = x`
            Access::WriteThrough => {
                matches!(cx.around(expr).1, Parent::Expr(element) if is_field_of(cx, element))
            }
            Access::WritePart | Access::Address => false,
        }
    })
}

/// Whether a variable gets itself with more appended.
fn is_grown(cx: &Context<'_>, to: ExprId) -> bool {
    let (_, Parent::Stmt(stmt)) = cx.around(to) else { return false };
    let Stmt::Assign { lhs, rhs, .. } = cx.tree().stmt(stmt) else { return false };
    let value = cx.tree().list_get(rhs, 0).filter(|_| lhs.len() == 1 && rhs.len() == 1);
    value.is_some_and(|value| {
        cx.callee(value) == Some(Callee::Builtin(Builtin::Append))
            && cx
                .arguments(value)
                .first()
                .is_some_and(|&list| cx.view().local(list) == cx.view().local(to))
    })
}

/// Whether a statement stands in an exported function, or in a literal.
fn is_exported(cx: &Context<'_>, stmt: StmtId) -> bool {
    match cx.function_of(Parent::Stmt(stmt)).map(|function| function.node) {
        Some(FunctionNode::Declared(decl)) => {
            cx.declared_function(decl).is_none_or(|function| cx.store.obj(function).is_exported())
        }
        _ => true,
    }
}

/// Whether a slice is taken as a whole, or only looked at.
fn is_whole(cx: &Context<'_>, function: &Function<'_>, slice: ExprId) -> bool {
    let (outer, parent) = cx.around(slice);
    match parent {
        Parent::Stmt(stmt) => match cx.tree().stmt(stmt) {
            // Who calls an exported function may keep one of many.
            Stmt::Return(_) => !is_exported(cx, stmt),
            Stmt::Range { value, .. } => value.is_none_or(|value| {
                cx.view().local(value).is_some_and(|element| stays(cx, function, element))
            }),
            _ => false,
        },
        Parent::Expr(around) => match cx.tree().expr(around) {
            // `nodes[i].field`
            Expr::Index { x, .. } => x == outer && is_field_of(cx, around),
            Expr::Call { .. } => match cx.callee(around) {
                Some(Callee::Builtin(Builtin::Len | Builtin::Cap)) => true,
                Some(Callee::Builtin(Builtin::Append)) => {
                    cx.arguments(around).first() == Some(&outer)
                }
                Some(Callee::Function(_)) => {
                    let at = cx.arguments(around).iter().position(|&x| x == outer);
                    let fate = at.map(|at| function.argument_fate(around, at));
                    fate.is_some_and(|fate| !fate.kept && !fate.is_returned())
                }
                _ => false,
            },
            // `result{nodes: nodes}`
            Expr::KeyValue { value, .. } => value == outer,
            Expr::Composite { .. } => true,
            _ => false,
        },
        _ => false,
    }
}

/// Whether an element that a loop looks at goes nowhere.
fn stays(cx: &Context<'_>, function: &Function<'_>, element: ObjId) -> bool {
    let leaves = function.aliases().ways(element);
    let goes = leaves.iter().any(|leave| !matches!(leave.way, Way::Stored(_)) || leave.known);
    !goes
        && function.variables().of(element).iter().all(|occurrence| {
            let expr = cx.parents().ident(occurrence.ident);
            occurrence.access == Access::Declare || expr.is_some_and(|expr| is_field_of(cx, expr))
        })
}
