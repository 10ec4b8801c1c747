//! # Slices made to be ranged over once
//!
//! ## What it does
//!
//! Finds `strings.Fields`, `strings.Split`, `strings.SplitAfter`, `strings.FieldsFunc` and the same of `bytes` whose result is only
//! ranged over, where there is a function that gives one part after the other; and `len(strings.Split(s, sep))`.
//!
//! Also functions and methods of the package that make a slice, append to it and return it, where a loop calls them and is done
//! with the slice before its next turn.
//!
//! ## Why it costs
//!
//! The slice has 16 bytes for each part (24 of `bytes`), all of which the garbage collector looks into. A loop needs one part
//! at a time. It also makes all parts where the loop ends early.
//!
//! Measured with nine words (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `range strings.Fields(s)` | 403 ns, 128 B, 1 alloc | 429 ns, 128 B, 1 alloc |
//! | `range strings.FieldsSeq(s)` | | 239 ns, 0 B, 0 allocs |
//!
//! and with the digits of eight numbers, by a function that is not inlined:
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `ds := digits(n)` | 2972 ns, 1184 B, 32 allocs | 1126 ns, 808 B, 11 allocs |
//! | `ds = digits(ds[:0], n)` | 1088 ns, 248 B, 5 allocs | 631 ns, 192 B, 2 allocs |
//!
//! ## Example
//!
//! ```go
//! func count(line string) (n int) {
//! 	for _, word := range strings.Fields(line) {
//! 		n += len(word)
//! 	}
//! 	return n
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func count(line string) (n int) {
//! 	for word := range strings.FieldsSeq(line) {
//! 		n += len(word)
//! 	}
//! 	return n
//! }
//! ```
//!
//! A function of your own can append to a slice that its callers give it, and use again:
//!
//! ```go
//! func digits(dst []int, n int) []int {
//! 	for ; n > 0; n /= 10 {
//! 		dst = append(dst, n%10)
//! 	}
//! 	return dst
//! }
//!
//! var ds []int
//! for _, n := range numbers {
//! 	ds = digits(ds[:0], n)
//! 	sum += len(ds)
//! }
//! ```
//!
//! Who has no slice to give gives `nil`.
//!
//! ## When not to
//!
//! A slice that is used in any other way is not reported, nor are loops in code that runs once, and in tests. Slices of functions that
//! are exported, generic, or used as values are not either, nor those of methods that another type or an interface has one of the
//! same name as; nor where the slice, or the address of an element, may be left when the turn has ended, and where the function
//! looks at what it has appended.
//!
//! ## The fix
//!
//! Is *safe* for strings: the parts are the same, in the same order. For bytes it is *unsafe* where the loop writes or calls
//! something, which might change bytes that are still to come. A slice in a variable goes with it where what it is made from stays the
//! same until the loop. Loops that use the index, and those with a `defer`, get none. `strings.Split` in `len` becomes
//! `strings.Count` where the separator is a constant.
//!
//! A function of the package gets a slice as its first parameter, in place of the one that it makes, and all its calls follow. That is
//! safe, but *unsafe* where files of the package that were not looked at (tests, without `--tests`; those for other targets) may call
//! it. There is none where calls stand in other files.
//!
//! ## Go versions
//!
//! From Go 1.24 on, which has these functions; `len` in all.
//!
//! ## References
//!
//! - [`strings.FieldsSeq`](https://pkg.go.dev/strings#FieldsSeq), [`strings.SplitSeq`](https://pkg.go.dev/strings#SplitSeq)
//! - `strings.genSplit` and `strings.Fields`, which are what a profile shows

mod append_form;
mod maker;
mod turn;

use fix::{Applicability, Plan};
use flow::Effect;
use source::Span;
use syntax::tree::{Expr, ExprId, Stmt, StmtId};
use types::{Builtin, ObjectKind};

use crate::cost::is_free;
use crate::{Access, Callee, Context, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct SlicePerCall;

pub(crate) static RULE: SlicePerCall = SlicePerCall;

/// The version that has functions which give one part after the other.
const SEQUENCES: (u32, u32) = (1, 24);

impl Rule for SlicePerCall {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH016",
            name: "slice-per-call",
            tier: Tier::Profile,
            since: "0.2.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Range, Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        if !cx.asks_for(Tier::Profile) {
            return;
        }
        match node {
            Node::Stmt(range) if cx.has_since(SEQUENCES) => {
                let Some(ranged) = Ranged::of(cx, range) else { return };
                let help = format!("range over {}.{}Seq", ranged.split.package, ranged.split.name);
                let message = "a slice is made to be ranged over once";
                report(cx, ranged.split.call, message, help, || ranged.plan(cx), found);
            }
            Node::Expr(call) if cx.callee(call) != Some(Callee::Builtin(Builtin::Len)) => {
                found.extend(append_form::diagnose(cx, call));
            }
            Node::Expr(len) => {
                let Some(split) = counted(cx, len) else { return };
                let help = format!("count the separators with {}.Count", split.package);
                let message = "a slice is made to count its elements";
                report(cx, split.call, message, help, || split.count(cx, len), found);
            }
            Node::Stmt(_) => {}
        }
    }
}

fn report(
    cx: &Context<'_>,
    call: ExprId,
    message: &str,
    help: String,
    plan: impl FnOnce() -> Option<Plan>,
    found: &mut Vec<Diagnosis>,
) {
    let allocated = cx.allocated_by_call(call);
    if is_free(allocated.as_ref()) || !cx.may_run_often(call) {
        return;
    }
    let mut diagnosis = Diagnosis::new(cx.span(call), message, help);
    diagnosis.cost = cx.cost_at(call, allocated.as_ref());
    diagnosis = diagnosis.allocating(allocated);
    diagnosis.fix = plan().filter(|plan| !plan.edits.iter().any(|edit| cx.has_comment(edit.span)));
    found.push(diagnosis);
}

/// A call that makes a slice of the parts of a text.
struct Split {
    call: ExprId,
    /// `strings` or `bytes`.
    package: &'static str,
    name: &'static str,
}

impl Split {
    fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let call = cx.tree().unparen(call);
        let (package @ ("strings" | "bytes"), name) = cx.known(call)?.function()? else {
            return None;
        };
        let splits = ["Fields", "FieldsFunc", "Split", "SplitAfter"].contains(&name);
        (splits && cx.selected_name(call).is_some()).then_some(Self { call, package, name })
    }

    /// `strings.Count(s, sep) + 1`
    fn count(&self, cx: &Context<'_>, len: ExprId) -> Option<Plan> {
        let name = cx.selected_name(self.call)?;
        if let Parent::Expr(outer) = cx.parents().expr(len)
            && !matches!(
                cx.tree().expr(outer),
                Expr::Call { .. } | Expr::Paren(_) | Expr::KeyValue { .. } | Expr::Composite { .. }
            )
        {
            return None;
        }
        let mut plan = Plan::new(
            Applicability::Safe,
            format!("Count the separators with {}.Count", self.package),
        );
        let (outer, inner) = (cx.span(len), cx.span(self.call));
        let one = if cx.is_tight(len) { "+1" } else { " + 1" };
        plan.remove(Span::new(outer.start, inner.start));
        plan.replace(name, "Count");
        plan.replace(Span::new(inner.end, outer.end), one);
        Some(plan)
    }
}

/// `len(strings.Split(s, ","))` with a separator that is constant and not empty.
fn counted(cx: &Context<'_>, len: ExprId) -> Option<Split> {
    if cx.callee(len) != Some(Callee::Builtin(Builtin::Len)) {
        return None;
    }
    let split = Split::of(cx, *cx.arguments(len).first()?)?;
    let separator = *cx.arguments(split.call).get(1)?;
    let is_fixed = cx.constant_string(separator).is_some_and(|text| !text.is_empty());
    (split.package == "strings" && split.name == "Split" && is_fixed).then_some(split)
}

/// A loop over such a slice.
struct Ranged {
    range: StmtId,
    split: Split,
    /// The statement that declares the variable that holds the slice, if there is one.
    declared: Option<StmtId>,
}

impl Ranged {
    fn of(cx: &Context<'_>, range: StmtId) -> Option<Self> {
        let Stmt::Range { x, .. } = cx.tree().stmt(range) else { return None };
        if let Some(split) = Split::of(cx, x) {
            return Some(Self { range, split, declared: None });
        }
        let variable = cx.object(x).filter(|&object| cx.is_local(object))?;
        let value = cx.declaration(variable)?.value?;
        let split = Split::of(cx, value)?;
        let local = cx.kept_local(split.call)?;
        let reads = cx.uses(variable).iter().filter(|&&ident| cx.access(ident) != Access::Declare);
        // In an inner loop, it is ranged over more than once.
        let same_turn = cx.innermost_loop(Parent::Stmt(range))
            == cx.innermost_loop(Parent::Stmt(local.stmt))
            && cx.function_of(Parent::Stmt(range)) == cx.function_of(Parent::Stmt(local.stmt));
        (reads.count() == 1 && same_turn).then_some(Self {
            range,
            split,
            declared: Some(local.stmt),
        })
    }

    fn plan(&self, cx: &Context<'_>) -> Option<Plan> {
        let tree = cx.tree();
        let Stmt::Range { key, value, x, body, .. } = tree.stmt(self.range) else { return None };
        let is_blank = |expr: ExprId| matches!(tree.expr(expr), Expr::Ident(ident) if tree.ident(ident).name.is_blank());
        if key.is_some_and(|key| !is_blank(key)) || self.defers(cx, body) {
            return None;
        }
        let applicability = self.applicability(cx, body)?;
        let because = match applicability {
            Applicability::Safe => "",
            _ => ", which sees what the loop changes in the bytes",
        };
        let name = format!("{}Seq", self.split.name);
        let title = format!("Range over {}.{name}{because}", self.split.package);
        let mut plan = Plan::new(applicability, title);
        if let (Some(key), Some(value)) = (key, value) {
            plan.remove(Span::new(cx.span(key).start, cx.span(value).start));
        }
        let function = cx.selected_name(self.split.call)?;
        let Some(declared) = self.declared else {
            plan.replace(function, name);
            return Some(plan);
        };
        let between = Span::new(cx.stmt_span(declared).end, cx.stmt_span(self.range).start);
        let mut variables = Vec::new();
        let arguments = cx.arguments(self.split.call);
        let stay = arguments.iter().all(|&argument| cx.is_pure(argument, &mut variables));
        let change = |&variable: &types::ObjId| {
            !cx.is_local_or_parameter(variable) || cx.changes_within(variable, between)
        };
        if !stay
            || variables.iter().any(change)
            || self.split.package == "bytes" && !cx.text(between).trim().is_empty()
        {
            return None;
        }
        let call = cx.span(self.split.call);
        let before = cx.text(Span::new(call.start, function.start));
        let behind = cx.text(Span::new(function.end, call.end));
        plan.remove(cx.lines_of_statement(declared)?);
        plan.replace(cx.span(x), format!("{before}{name}{behind}"));
        Some(plan)
    }

    /// Whether the loop defers anything, which would be on the heap.
    fn defers(&self, cx: &Context<'_>, body: StmtId) -> bool {
        cx.own_descendants(body).any(|stmt| matches!(cx.tree().stmt(stmt), Stmt::Defer(_)))
    }

    /// How far the parts can be trusted to be the same when they are asked for one after the other.
    fn applicability(&self, cx: &Context<'_>, body: StmtId) -> Option<Applicability> {
        if self.split.name == "FieldsFunc" {
            let predicate = *cx.arguments(self.split.call).get(1)?;
            let function = match cx.tree().expr(cx.tree().unparen(predicate)) {
                Expr::Ident(ident) | Expr::Selector { sel: ident, .. } => cx.facts().uses[ident]?,
                _ => return None,
            };
            let is_function = matches!(cx.store.obj(function).kind, ObjectKind::Func { .. });
            if !is_function
                || cx.receiver(function).is_some()
                || cx.flow().function_effect(function) > Effect::Reads
            {
                return None;
            }
        }
        if self.split.package == "strings" {
            return Some(Applicability::Safe);
        }
        let function = cx.flow_around(self.range)?;
        let reads = function.effect_of_stmt(body) <= Effect::Reads;
        Some(if reads { Applicability::Safe } else { Applicability::Unsafe })
    }
}
