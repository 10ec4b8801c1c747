//! # Slices filled by `append` without a capacity
//!
//! ## What it does
//!
//! Finds a slice that starts empty and is filled by `append` in a loop whose number of turns is known before it starts:
//! over a slice, an array, a map, a string, an integer, or `for i := 0; i < n; i++`.
//!
//! ## Why it costs
//!
//! `append` to a full slice asks for a larger array and copies the elements over: twice as large up to 256 elements, then
//! by a quarter and more. Each array but the last is garbage.
//!
//! Measured with 1024 values of type `int` (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `var out []int` | 10130 ns, 25208 B, 12 allocs | 11870 ns, 25152 B, 9 allocs |
//! | `make([]int, 0, len(in))` | 6165 ns, 8192 B, 1 alloc | 6120 ns, 8192 B, 1 alloc |
//!
//! Where the number of elements is not known when compiling, the cost of a finding is that of 64.
//!
//! ## Example
//!
//! ```go
//! func double(in []int) []int {
//! 	out := []int{}
//! 	for _, v := range in {
//! 		out = append(out, 2*v)
//! 	}
//! 	return out
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func double(in []int) []int {
//! 	out := make([]int, 0, len(in))
//! 	for _, v := range in {
//! 		out = append(out, 2*v)
//! 	}
//! 	return out
//! }
//! ```
//!
//! ## When not to
//!
//! When most turns do not append, or the loop usually ends early, the reserved memory is wasted: such loops are reported
//! only where they are hot, and their fix is a suggestion. Not reported at all: loops over channels and iterators and
//! `for` loops without a count (the number of turns is not known), `append(out, other...)` and appends in a further loop
//! within the loop (nor is the number of elements), slices that already hold something, slices of elements without
//! size, code that only runs at start-up or is left out by the compiler, and slices that are known to stay within what
//! there is room for on the stack (see Go versions). Where the length is not known and there is such room, the cost is
//! only sometimes paid, and the finding says so.
//!
//! ## The fix
//!
//! A slice that is empty but not nil (`[]T{}`, `make([]T, 0)`) gets its capacity where it is declared; that is safe.
//! `var out []T` is nil until something is appended, and a caller may see that: JSON has `null` for it and `[]` for an
//! empty slice, and `out == nil` tells the two apart. So where nothing but `len`, `range`, indexing and the like
//! uses the slice it becomes `make` too, and otherwise the fix reserves with `out = slices.Grow(out, n)`, which
//! leaves a nil slice nil when `n` is 0: both are safe. Before Go 1.21 there is no `slices.Grow`; there the fix uses
//! `make` and is marked unsafe. A count that may be negative is written `max(n, 0)`, since a negative capacity
//! panics where the loop would just not run. Appends under a condition, loops that may end early and strings (whose
//! length is in bytes) make it a suggestion. Where the loop ranges over the result of a call there is no fix: put the
//! result in a variable first.
//!
//! ## Go versions
//!
//! All. Escape analysis tells, for the Go version at hand, whether the first 32 bytes are on the stack: since Go 1.25 where
//! the slice does not leave the function, since Go 1.26 also where it leaves it once it is filled, when it is moved to the
//! heap as a whole (4 ints: 43 ns, 32 B, 1 alloc against 41 ns, 32 B, 1 alloc with a capacity). A slice that is stored or
//! passed on before it is complete is on the heap from the start.
//!
//! ## References
//!
//! - [Appending to and copying slices](https://go.dev/ref/spec#Appending_and_copying_slices) in the language specification
//! - [`slices.Grow`](https://pkg.go.dev/slices#Grow)
//! - `runtime.growslice` in the source of the Go runtime, which is what a profile shows

use escape::allocation::{Allocates, Operation, When};
use fix::{Applicability, Plan};
use memory::Layout;
use syntax::tree::{Expr, ExprId, StmtId};
use types::{Basic, Builtin, ObjId, ObjectKind, Type, VarKind};

use crate::appends::{Append, nil_shows};
use crate::turns::Turns;
use crate::{
    Access, Callee, Context, Cost, Declaration, Diagnosis, FixSafety, Kind, Meta, Node, Parent,
    Rule, Tier, value_layout,
};

pub(crate) struct AppendWithoutCapacity;

pub(crate) static RULE: AppendWithoutCapacity = AppendWithoutCapacity;

/// The number of elements that a cost is given for where it is not known.
const TYPICAL_COUNT: u64 = 64;

impl Rule for AppendWithoutCapacity {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH005",
            name: "append-without-capacity",
            tier: Tier::Always,
            since: "0.1.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Range, Kind::For]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(around) = node else { return };
        let slices = appended_in(cx, around);
        if slices.is_empty() || cx.at_most_one_turn(around) || cx.runs_once(Parent::Stmt(around)) {
            return;
        }
        let Some(turns) = Turns::of(cx, around) else { return };
        for slice in slices {
            if let Some(filling) = Filling::of(cx, around, slice)
                && let Some(diagnosis) = filling.diagnose(cx, &turns)
            {
                found.push(diagnosis);
            }
        }
    }
}

/// Variables that `x = append(x, …)` directly in this loop (not in one within it) adds to, in the order of the text.
fn appended_in(cx: &Context<'_>, around: StmtId) -> Vec<ObjId> {
    let Some(body) = cx.loop_body(around) else { return Vec::new() };
    let mut slices: Vec<(u32, ObjId)> = Vec::new();
    for stmt in cx.descendants(body) {
        let Some(append) = Append::of(cx, stmt) else { continue };
        if cx.innermost_loop(Parent::Stmt(stmt)) != Some(around) {
            continue;
        }
        if let Some(first) = slices.iter_mut().find(|(_, slice)| *slice == append.slice) {
            first.0 = first.0.min(cx.stmt_span(stmt).start);
        } else {
            slices.push((cx.stmt_span(stmt).start, append.slice));
        }
    }
    slices.sort_unstable_by_key(|&(at, _)| at);
    slices.into_iter().map(|(_, slice)| slice).collect()
}

/// A slice that a loop fills.
struct Filling {
    around: StmtId,
    slice: ObjId,
    start: Start,
    /// The first append.
    append: ExprId,
    /// Elements in each turn, at most.
    per_turn: u64,
    /// Whether each turn appends that many and all turns run.
    certain: bool,
    /// Whether code after the loop can tell a nil slice from an empty one.
    nil_shows: bool,
}

/// How the slice comes to be.
#[derive(Clone, Copy)]
enum Start {
    /// `var x []T`
    Nil(Declaration),
    /// `x := []T{}`, with the place of the type.
    Literal(Declaration, ExprId),
    /// `x := make([]T, 0)`, with the place of the 0.
    Made(Declaration, ExprId),
    /// A nil slice of any other form.
    OtherNil(Declaration),
    /// A result with a name.
    Result,
}

impl Start {
    fn declaration(self) -> Option<Declaration> {
        match self {
            Self::Nil(d) | Self::Literal(d, _) | Self::Made(d, _) | Self::OtherNil(d) => Some(d),
            Self::Result => None,
        }
    }

    fn of(cx: &Context<'_>, slice: ObjId) -> Option<Self> {
        if matches!(cx.store.obj(slice).kind, ObjectKind::Var(VarKind::Result)) {
            return Some(Self::Result);
        }
        if !cx.is_local(slice) {
            return None;
        }
        let declaration = cx.declaration(slice)?;
        let Some(value) = declaration.value else { return Some(Self::Nil(declaration)) };
        let value = cx.tree().unparen(value);
        match cx.tree().expr(value) {
            Expr::Composite { ty: Some(ty), elems, .. } if elems.is_empty() => {
                Some(Self::Literal(declaration, ty))
            }
            Expr::Ident(_) if cx.is_basic(value, Basic::UntypedNil) || cx.is_nil(value) => {
                Some(Self::OtherNil(declaration))
            }
            Expr::Call { .. } => {
                let arguments = cx.arguments(value);
                match (cx.callee(value)?, &arguments[..]) {
                    (Callee::Builtin(Builtin::Make), [_, len])
                        if cx.constant_int(*len) == Some(0) =>
                    {
                        Some(Self::Made(declaration, *len))
                    }
                    (Callee::Conversion(_), [x]) if cx.is_nil(*x) => {
                        Some(Self::OtherNil(declaration))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl Filling {
    fn of(cx: &Context<'_>, around: StmtId, slice: ObjId) -> Option<Self> {
        let start = Start::of(cx, slice)?;
        let list = match start.declaration() {
            Some(declaration) => cx.parents().stmt(declaration.stmt),
            None => Parent::Stmt(cx.function_of(Parent::Stmt(around))?.body),
        };
        // The loop itself may have a label.
        let outer = cx.labeled(around);
        if cx.parents().stmt(outer) != list {
            return None;
        }
        let span = cx.stmt_span(around);
        let mut filling = Self {
            around,
            slice,
            start,
            append: ExprId::at(0),
            per_turn: 0,
            certain: !cx.may_end_early(around),
            nil_shows: matches!(start, Start::Result),
        };
        let mut first = None;
        for &ident in cx.uses(slice) {
            let at = cx.tree().ident(ident).pos;
            match cx.access(ident) {
                Access::Declare => {}
                _ if at < span.start => return None,
                Access::Address if at < span.end => return None,
                Access::Write(stmt) if at < span.end => {
                    let append = Append::of(cx, stmt)?;
                    if cx.innermost_loop(Parent::Stmt(stmt)) != Some(around) {
                        return None;
                    }
                    filling.per_turn += append.elements?;
                    filling.certain &= cx.runs_in_each_turn(stmt, around);
                    first.get_or_insert(append.call);
                }
                Access::Update(_) => return None,
                Access::Read(expr) => {
                    filling.nil_shows |= nil_shows(cx, expr, slice);
                }
                Access::Write(_) | Access::Address => filling.nil_shows = true,
            }
        }
        if cx.is_captured(slice) {
            return None;
        }
        filling.append = first?;
        Some(filling)
    }

    fn diagnose(&self, cx: &Context<'_>, turns: &Turns) -> Option<Diagnosis> {
        let Type::Slice(elem) = cx.store.ty(cx.store.under(cx.store.obj_type(self.slice))) else {
            return None;
        };
        let elem = value_layout(cx.store, cx.sizes(), *elem);
        let known = turns.constant.map(|count| count.saturating_mul(self.per_turn));
        if elem.is_some_and(|elem| elem.size == 0) || known.is_some_and(|count| count <= 1) {
            return None;
        }
        let sure = self.certain && turns.exact && turns.text.is_some();
        let tier = if sure { Tier::Always } else { Tier::Profile };
        if !cx.asks_for(tier) {
            return None;
        }
        let append = cx.tree().report_pos(self.append);
        let allocated = cx.allocated(append, Operation::Append);
        let allocates = allocated.as_ref().map(|allocated| allocated.allocates);
        // Elements that there is room for on the stack.
        let room = match allocates {
            Some(Allocates::Never(_)) => return None,
            Some(Allocates::Sometimes(When::LongerThan(room))) => room,
            Some(_) => 0,
            None => elem.map_or(0, |elem| cx.target().append_on_stack(elem.size, true)),
        };
        if known.is_some_and(|count| count <= room) {
            return None;
        }
        let name = cx.store.obj(self.slice).name;
        let capacity = turns.capacity(cx, self.per_turn);
        let (length, help) = match &capacity {
            Some(capacity) => (
                format!("{}: {capacity}", if self.certain { "known" } else { "bounded" }),
                format!("give `{name}` a capacity of {capacity} before the loop"),
            ),
            None => (
                "that of what the loop ranges over".to_owned(),
                format!(
                    "keep what the loop ranges over in a variable, and give `{name}` its length as capacity"
                ),
            ),
        };
        let mut diagnosis = Diagnosis::new(
            cx.span(self.append),
            format!(
                "`{name}` is moved each time that it outgrows its array, though its length is {length}"
            ),
            help,
        );
        if let Some(declaration) = self.start.declaration() {
            let ident = cx.tree().ident(declaration.ident).span();
            diagnosis = diagnosis.because(ident, "starts without room");
        }
        diagnosis = diagnosis.allocating(allocated);
        // It is the first append that decides, and whether there is one.
        if allocates.is_some() && self.certain && (known.is_some() || room == 0) {
            diagnosis.allocates = crate::Allocates::Always;
        }
        if let Some(elem) = elem {
            diagnosis.cost = cost(cx, elem, room, known, capacity.as_deref());
        }
        diagnosis.tier = Some(tier);
        diagnosis.fix = capacity.and_then(|capacity| self.fix(cx, turns, &capacity));
        Some(diagnosis)
    }

    fn fix(&self, cx: &Context<'_>, turns: &Turns, capacity: &str) -> Option<Plan> {
        let name = cx.store.obj(self.slice).name.as_str();
        let sure = self.certain && turns.exact;
        let applicability = if sure { Applicability::Safe } else { Applicability::Suggestion };
        let title = format!("Make room for {capacity} elements before the loop");
        let mut plan = Plan::new(applicability, title);
        let early = self.can_be_computed_at_declaration(cx, turns);
        match self.start {
            Start::Literal(declaration, ty) if early => {
                let value = declaration.value?;
                let span = cx.span(value);
                if cx.has_comment(span) || !cx.is_predeclared("make") {
                    return None;
                }
                plan.replace(span, format!("make({}, 0, {capacity})", cx.source(ty)));
            }
            Start::Made(_, len) if early => {
                plan.insert(cx.span(len).end, format!(", {capacity}"));
            }
            // With a turn at least it does not stay nil.
            Start::Nil(declaration)
                if early && (!self.nil_shows || sure && turns.constant.is_some()) =>
            {
                let span = cx.stmt_span(declaration.stmt);
                if cx.has_comment(span) || !cx.is_predeclared("make") {
                    return None;
                }
                let ty = cx.source(declaration.ty?);
                plan.replace(span, format!("{name} := make({ty}, 0, {capacity})"));
            }
            Start::Nil(_) | Start::Result | Start::OtherNil(_) => {
                self.reserve(cx, name, turns, capacity, &mut plan)?;
            }
            Start::Literal(..) | Start::Made(..) => return None,
        }
        Some(plan)
    }

    /// Makes room in a slice that stays nil where nothing is appended.
    fn reserve(
        &self,
        cx: &Context<'_>,
        name: &str,
        turns: &Turns,
        capacity: &str,
        plan: &mut Plan,
    ) -> Option<()> {
        let at = Parent::Stmt(self.around);
        let text = if cx.language() >= (1, 21) {
            let slices = cx.package_name("slices", at)?;
            plan.needs("slices");
            match turns.int {
                true => format!("{name} = {slices}.Grow({name}, {capacity})"),
                false if cx.is_predeclared("int") => {
                    format!("{name} = {slices}.Grow({name}, int({capacity}))")
                }
                false => return None,
            }
        } else {
            let ty = self.start.declaration()?.ty?;
            plan.applicability = plan.applicability.max(Applicability::Unsafe);
            plan.title.push_str("; where there are none it is empty then, not nil");
            format!("{name} = make({}, 0, {capacity})", cx.source(ty))
        };
        let before = cx.before_statement(self.around)?;
        let indent = cx.indent(cx.stmt_span(self.around).start);
        plan.insert(before, format!("{indent}{text}\n"));
        Some(())
    }

    /// Whether the number of turns is the same, and can be computed, where the slice is declared.
    fn can_be_computed_at_declaration(&self, cx: &Context<'_>, turns: &Turns) -> bool {
        let declaration = self.start.declaration();
        declaration.is_some_and(|declaration| turns.hold_at(cx, declaration.stmt, self.around))
    }
}

/// What growing costs, up to the length that the slice has at last. The first elements have `room` on the stack.
fn cost(
    cx: &Context<'_>,
    elem: Layout,
    room: u64,
    known: Option<u64>,
    capacity: Option<&str>,
) -> Cost {
    let count = known.unwrap_or(TYPICAL_COUNT);
    let grown = cx.target().append_each(elem, 0, room, count);
    let objects = u32::try_from(grown.allocation.objects()).unwrap_or(u32::MAX);
    let mut cost = Cost::per_call(objects);
    match (known, capacity) {
        (Some(_), _) => {
            cost = cost.of_bytes(grown.allocation.bytes());
            cost.scan_bytes = elem.array(grown.capacity).pointer_bytes;
        }
        (None, Some(capacity)) => cost = cost.of_formula(format!("{}*{capacity}", elem.size)),
        (None, None) => {}
    }
    cost
}
