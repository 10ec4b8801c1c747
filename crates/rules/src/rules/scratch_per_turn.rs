//! # Scratch values made anew in each turn of a loop
//!
//! ## What it does
//!
//! Finds a `bytes.Buffer`, a map, a slice or a hash that the body of a loop makes for itself, fills, and does not need
//! any more when the turn ends.
//!
//! ## Why it costs
//!
//! Its memory grows from nothing in each turn, and is garbage at the end of it. Made once before the loop and emptied in each
//! turn, it grows to the size of the largest turn and stays.
//!
//! Measured for 100 turns with 40 to 139 elements each (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `var buf bytes.Buffer` in the loop | 13.8 µs, 16464 B, 177 allocs | 21.1 µs, 16464 B, 177 allocs |
//! | before it, `buf.Reset()` in it | 1.5 µs, 448 B, 3 allocs | 2.3 µs, 448 B, 3 allocs |
//! | `m := make(map[int]bool)` in the loop | 858 µs, 412935 B, 1563 allocs | 1027 µs, 538080 B, 920 allocs |
//! | before it, `clear(m)` in it | 293 µs, 12942 B, 203 allocs | 231 µs, 9352 B, 11 allocs |
//! | `var s []int` in the loop | 71 µs, 200928 B, 786 allocs | 154 µs, 200929 B, 786 allocs |
//! | before it, `s = s[:0]` in it | 6.6 µs, 4088 B, 9 allocs | 9.1 µs, 4088 B, 8 allocs |
//!
//! ## Example
//!
//! ```go
//! for _, r := range records {
//! 	var buf bytes.Buffer
//! 	r.encode(&buf)
//! 	sum += crc32.ChecksumIEEE(buf.Bytes())
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! var buf bytes.Buffer
//! for _, r := range records {
//! 	buf.Reset()
//! 	r.encode(&buf)
//! 	sum += crc32.ChecksumIEEE(buf.Bytes())
//! }
//! ```
//!
//! ## When not to
//!
//! Where one turn needs far more than the others: its memory stays until the loop ends, and `clear` goes over all of a map
//! that was large once. Not reported: what the turn hands to anybody who may keep it (a slice or map around the loop, a
//! channel, a goroutine, a closure, a `defer`, a function that is not seen to let go of it), what the compiler has on the
//! stack, loops with one turn, and code that runs once. `strings.Builder` is another matter: its memory is the string that
//! it makes, and `Reset` gives it up.
//!
//! ## The fix
//!
//! The declaration moves before the loop, and `Reset`, `clear` or `[:0]` comes in its place. It is safe: each turn begins
//! with an empty one, as before. A slice of elements that lead to others keeps them alive until they are overwritten. There is no fix where the name means
//! something else in the function too, where the size depends on the turn or could panic, where the turn can tell a
//! nil slice from an empty one or asks for its capacity, in functions with `goto`, and before Go 1.21, which has no
//! `clear`, for maps.
//!
//! ## Go versions
//!
//! All. Since Go 1.25 the first 32 bytes of a slice that stays in the function are on the stack.
//!
//! ## References
//!
//! - [`bytes.Buffer.Reset`](https://pkg.go.dev/bytes#Buffer.Reset)
//! - [`clear`](https://go.dev/ref/spec#Clear) in the language specification
//! - `runtime.growslice`, `internal/runtime/maps.(*table).grow` and `bytes.(*Buffer).grow`, which are what a profile shows

use escape::Allocated;
use escape::allocation::{Allocates, Operation, When};
use fix::{Applicability, Plan};
use syntax::tree::{Expr, ExprId, Stmt, StmtId};
use types::{Builtin, ObjId, Type};

use crate::appends::{Append, nil_shows};
use crate::turn_scope::is_free_before;
use crate::{
    Access, Callee, Context, Cost, Declaration, Diagnosis, FixSafety, Kind, Meta, Node, Parent,
    Rule, Tier,
};

mod turn;

use turn::Use;

pub(crate) struct ScratchPerTurn;

pub(crate) static RULE: ScratchPerTurn = ScratchPerTurn;

impl Rule for ScratchPerTurn {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH020",
            name: "scratch-per-turn",
            tier: Tier::Profile,
            since: "0.1.0",
            fix: FixSafety::Safe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Range, Kind::For]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(around) = node else { return };
        if !cx.asks_for(Tier::Profile) {
            return;
        }
        let Some(body) = cx.loop_body(around) else { return };
        let scratch: Vec<Scratch> = cx
            .statements(body)
            .into_iter()
            .filter_map(|stmt| Scratch::of(cx, stmt, around))
            .collect();
        if scratch.is_empty() || cx.at_most_one_turn(around) || cx.runs_once(Parent::Stmt(around)) {
            return;
        }
        for scratch in scratch {
            found.extend(scratch.diagnose(cx));
        }
    }
}

/// A value that a turn makes for itself.
pub(super) struct Scratch {
    around: StmtId,
    variable: ObjId,
    declaration: Declaration,
    form: Form,
}

/// What it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A `bytes.Buffer`, or a pointer to one.
    Buffer,
    /// An empty map.
    Map,
    /// An empty slice; whether it is nil.
    Empty { nil: bool },
    /// A slice of zeros.
    Zeros,
    /// A hash of the standard library.
    Hash,
}

impl Scratch {
    fn of(cx: &Context<'_>, stmt: StmtId, around: StmtId) -> Option<Self> {
        let tree = cx.tree();
        let ident = match tree.stmt(stmt) {
            Stmt::Assign { lhs, .. } if lhs.len() == 1 => match tree.expr(tree.list_get(lhs, 0)?) {
                Expr::Ident(ident) => ident,
                _ => return None,
            },
            Stmt::Decl(_) => turn::declared_alone(cx, stmt)?,
            _ => return None,
        };
        let variable = cx.facts().defs[ident]?;
        let declaration = cx.declaration(variable)?;
        let form = Form::of(cx, variable, &declaration)?;
        let scratch = Self { around, variable, declaration, form };
        (declaration.stmt == stmt).then_some(scratch)
    }

    fn diagnose(&self, cx: &Context<'_>) -> Option<Diagnosis> {
        if cx.leaves_after(self.declaration.stmt, self.around) {
            return None;
        }
        let uses = turn::uses_of(cx, self.variable, self.form)?;
        let allocated = self.allocated(cx, &uses)?;
        if turn::outlives(cx, self.variable, self.around, self.form) {
            return None;
        }
        let name = cx.store.obj(self.variable).name;
        let (kind, how) = match self.form {
            Form::Buffer => ("buffer", format!("call {name}.Reset()")),
            Form::Map => ("map", format!("call clear({name})")),
            Form::Empty { .. } => ("slice", format!("empty it with {name} = {name}[:0]")),
            Form::Zeros => ("slice", format!("call clear({name})")),
            Form::Hash => ("hash", format!("call {name}.Reset()")),
        };
        let span = match self.declaration.value {
            Some(value) => cx.span(value),
            None => cx.stmt_span(self.declaration.stmt),
        };
        let mut diagnosis = Diagnosis::new(
            span,
            format!("the {kind} `{name}` is made anew in each turn of this loop, and not needed after it"),
            format!("make it once before the loop, and {how} in each turn"),
        )
        .because(cx.loop_head(self.around), "each turn of this loop makes it")
        .allocating(Some(allocated.clone()));
        let objects = u32::try_from(allocated.objects.max(1)).unwrap_or(u32::MAX);
        diagnosis.cost = Cost::per_turn(objects);
        diagnosis.cost.bytes = allocated.bytes;
        diagnosis.cost.bytes_formula = allocated.bytes_formula;
        diagnosis.cost.scan_bytes = allocated.scan_bytes.unwrap_or(0);
        diagnosis.fix = self.fix(cx, &uses);
        Some(diagnosis)
    }

    /// What a turn takes for it, as far as that is known; `None` where it takes nothing.
    fn allocated(&self, cx: &Context<'_>, uses: &[Use]) -> Option<Allocated> {
        let mut found: Vec<Allocated> = Vec::new();
        if let Some(value) = self.declaration.value {
            let at = cx.tree().report_pos(cx.tree().unparen(value));
            let operations = [
                Operation::MakeMap,
                Operation::MapLiteral,
                Operation::MakeSlice,
                Operation::SliceLiteral,
                Operation::New,
                Operation::CompositeLiteral,
            ];
            found
                .extend(operations.into_iter().filter_map(|operation| cx.allocated(at, operation)));
            if self.form == Form::Hash {
                found.extend(cx.allocated_by_call(cx.tree().unparen(value)));
            }
        }
        let declared = cx.tree().ident(self.declaration.ident).pos;
        found.extend(cx.allocated(declared, Operation::Variable));
        for used in uses {
            match *used {
                Use::Append(call) => {
                    let appended = cx.allocated(cx.tree().report_pos(call), Operation::Append);
                    found.extend(appended.filter(|appended| !self.has_room(cx, appended, uses)));
                }
                Use::Insert(stmt) => {
                    let within = cx.allocated_within(stmt).into_iter().flatten();
                    let inserts = within.filter(|(_, o, _)| *o == Operation::MapInsert);
                    found.extend(inserts.map(|(_, _, allocated)| allocated));
                }
                Use::Grows(call) if self.form == Form::Buffer => {
                    found.extend(cx.allocated_by_call(call));
                }
                _ => {}
            }
        }
        // What is known to happen says most.
        let rank = |a: &Allocated| match crate::Allocates::from(a.allocates) {
            crate::Allocates::Always => 2,
            crate::Allocates::Sometimes => 1,
            crate::Allocates::Never => 0,
        };
        let best = found.into_iter().reduce(|a, b| if rank(&b) > rank(&a) { b } else { a })?;
        (rank(&best) > 0).then_some(best)
    }

    /// Whether all that a turn appends has room on the stack: so many elements, none of them in a further loop.
    fn has_room(&self, cx: &Context<'_>, appended: &Allocated, uses: &[Use]) -> bool {
        let Allocates::Sometimes(When::LongerThan(room)) = appended.allocates else { return false };
        let added = uses.iter().map(|used| match *used {
            Use::Append(call) => {
                let Parent::Stmt(stmt) = cx.around(call).1 else { return None };
                let direct = cx.innermost_loop(Parent::Stmt(stmt)) == Some(self.around);
                Append::of(cx, stmt).filter(|_| direct)?.elements
            }
            _ => Some(0),
        });
        added.sum::<Option<u64>>().is_some_and(|added| added <= room)
    }

    fn fix(&self, cx: &Context<'_>, uses: &[Use]) -> Option<Plan> {
        let stmt = self.declaration.stmt;
        let span = cx.stmt_span(stmt);
        let clears = matches!(self.form, Form::Map | Form::Zeros);
        let one_line = !cx.text(span).contains('\n');
        if !one_line
            || cx.has_comment(span)
            || clears && (cx.language() < (1, 21) || !cx.is_predeclared("clear"))
            || cx.has_goto(Parent::Stmt(stmt))
            || uses.contains(&Use::Other)
            || !is_free_before(cx, self.variable, self.around)
            || !turn::means_the_same_before(cx, &self.declaration, self.around)
            || self.form == (Form::Empty { nil: true }) && self.shows_nil(cx)
        {
            return None;
        }
        let before = cx.before_statement(self.around)?;
        let indent = cx.indent(cx.stmt_span(self.around).start);
        let name = cx.store.obj(self.variable).name;
        let again = match self.form {
            Form::Buffer | Form::Hash => format!("{name}.Reset()"),
            Form::Map | Form::Zeros => format!("clear({name})"),
            Form::Empty { .. } => format!("{name} = {name}[:0]"),
        };
        let mut plan = Plan::new(Applicability::Safe, format!("Make {name} once, before the loop"));
        plan.insert(before, format!("{indent}{}\n", cx.text(span)));
        plan.replace(span, again);
        Some(plan)
    }

    fn shows_nil(&self, cx: &Context<'_>) -> bool {
        cx.uses(self.variable).iter().any(|&ident| match cx.access(ident) {
            Access::Read(expr) => nil_shows(cx, expr, self.variable),
            _ => false,
        })
    }
}

impl Form {
    fn of(cx: &Context<'_>, variable: ObjId, declaration: &Declaration) -> Option<Self> {
        let ty = cx.store.obj_type(variable);
        let value = declaration.value.map(|value| cx.tree().unparen(value));
        if cx.is_type(ty, "bytes", "Buffer") {
            return turn::is_empty_buffer(cx, ty, value).then_some(Self::Buffer);
        }
        let Some(value) = value else {
            let slice = matches!(cx.store.ty(cx.store.under(ty)), Type::Slice(_));
            return slice.then_some(Self::Empty { nil: true });
        };
        let map = match cx.store.ty(cx.store.under(ty)) {
            Type::Map { .. } => true,
            Type::Slice(_) => false,
            _ => return turn::is_new_hash(cx, value).then_some(Self::Hash),
        };
        match cx.tree().expr(value) {
            Expr::Composite { elems, .. } if elems.is_empty() => {
                Some(if map { Self::Map } else { Self::Empty { nil: false } })
            }
            Expr::Call { .. } if cx.callee(value) == Some(Callee::Builtin(Builtin::Make)) => {
                let arguments = cx.arguments(value);
                match arguments[..] {
                    _ if map => Some(Self::Map),
                    [_, len, ..] if cx.constant_int(len) == Some(0) => {
                        Some(Self::Empty { nil: false })
                    }
                    [_, _] => Some(Self::Zeros),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// `x = append(x, …)`, and `x = strconv.AppendInt(x, …)` and the like of the standard library.
fn grows(cx: &Context<'_>, stmt: StmtId, variable: ObjId) -> Option<ExprId> {
    if let Some(append) = Append::of(cx, stmt) {
        return (append.slice == variable).then_some(append.call);
    }
    let tree = cx.tree();
    let Stmt::Assign { lhs, rhs, .. } = tree.stmt(stmt) else { return None };
    if lhs.len() != 1 || rhs.len() != 1 || cx.object(tree.list_get(lhs, 0)?) != Some(variable) {
        return None;
    }
    let call = tree.unparen(tree.list_get(rhs, 0)?);
    let (_, function) = cx.standard_callee(call)?;
    let appends = cx.store.obj(function).name.as_str().starts_with("Append");
    let first = *cx.arguments(call).first()?;
    (appends && cx.object(first) == Some(variable)).then_some(call)
}
