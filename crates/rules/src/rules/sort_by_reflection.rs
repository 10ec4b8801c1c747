//! # Slices sorted through an interface
//!
//! ## What it does
//!
//! Finds `sort.Slice`, `sort.SliceStable`, `sort.Sort` and `sort.Stable` of slices, `sort.IntSlice` and its like and
//! `sort.Reverse` included.
//!
//! ## Why it costs
//!
//! The slice is put into an interface, which is an object. `sort.Slice` also makes a function that swaps elements whose size it
//! only knows by reflection, and `sort.Sort` calls three methods through the interface for what `slices.SortFunc` does itself.
//!
//! Measured with 50 elements of 24 bytes and a key of type `int` (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `sort.Slice` | 96 B, 3 allocs | 96 B, 3 allocs |
//! | `sort.SliceStable` | 96 B, 3 allocs | 96 B, 3 allocs |
//! | `sort.Sort` | 24 B, 1 alloc | 24 B, 1 alloc |
//! | `slices.SortFunc`, `slices.SortStableFunc` | 0 B, 0 allocs | 0 B, 0 allocs |
//!
//! `slices.SortFunc` took a half to a third of the time of `sort.Slice`.
//!
//! ## Example
//!
//! ```go
//! func byAge(people []Person) {
//! 	sort.Slice(people, func(i, j int) bool {
//! 		return people[i].Age < people[j].Age
//! 	})
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func byAge(people []Person) {
//! 	slices.SortFunc(people, func(a, b Person) int {
//! 		return cmp.Compare(a.Age, b.Age)
//! 	})
//! }
//! ```
//!
//! ## When not to
//!
//! `sort.Ints`, `sort.Strings` and `sort.Float64s` call `slices.Sort` themselves since Go 1.22 and are not reported. Neither are
//! slices of elements of more than 128 bytes, which `slices.SortFunc` would copy for each comparison; a pointer that is sorted
//! through its methods; code that runs once, and tests.
//!
//! ## The fix
//!
//! Is *safe*: both packages sort by the same algorithm, generated from the same source, so that even equal elements end up
//! in the same order, and those that are stable stay so. The function that compares is rewritten where it returns `x < y`, `x > y`,
//! `t.Before(u)` or `compare(x, y) < 0` of expressions of the two elements, or several of these one after the other, as long as
//! they differ. It is *unsafe* where floating-point numbers are compared, since a NaN is then less than all others. Other functions,
//! and types whose `Len` or `Swap` do anything else, come without a fix.
//!
//! ## Go versions
//!
//! From Go 1.21 on, which has `slices` and `cmp`.
//!
//! ## References
//!
//! - [`slices.SortFunc`](https://pkg.go.dev/slices#SortFunc), [`cmp.Compare`](https://pkg.go.dev/cmp#Compare)
//! - `internal/reflectlite.Swapper` and `sort.pdqsort_func`, which are what a profile shows

mod interface;
mod less;

use escape::allocation::Operation;
use fix::{Applicability, Plan};
use syntax::tree::{Expr, ExprId};
use types::{Basic, Type, TypeId};

use self::less::{Comparison, Names};
use crate::cost::is_free;
use crate::{Context, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct SortByReflection;

pub(crate) static RULE: SortByReflection = SortByReflection;

/// The version that has the packages `slices` and `cmp`.
const SLICES: (u32, u32) = (1, 21);

/// Bytes of an element up to which it is copied for each comparison.
const LARGEST: u64 = 128;

impl Rule for SortByReflection {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH024",
            name: "sort-by-reflection",
            tier: Tier::Profile,
            since: "0.2.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(call) = node else { return };
        if !cx.asks_for(Tier::Profile) || !cx.has_since(SLICES) {
            return;
        }
        let Some(sort) = Sort::of(cx, call) else { return };
        if cx.size_of(sort.element).is_none_or(|size| size > LARGEST) || !cx.may_run_often(call) {
            return;
        }
        let boxed = cx.allocated_by_conversion(sort.boxed, Operation::Box);
        if is_free(boxed.as_ref()) {
            return;
        }
        let function = if sort.stable { "slices.SortStableFunc" } else { "slices.SortFunc" };
        let (message, help) = if sort.by_function {
            (
                "the slice is put into an interface, and its elements are swapped by reflection",
                function,
            )
        } else {
            ("the slice is put into an interface to be sorted through its methods", function)
        };
        let mut diagnosis = Diagnosis::new(cx.span(call), message, format!("sort it with {help}"));
        diagnosis.cost = cx.cost_at(call, boxed.as_ref());
        if sort.by_function {
            // The function that swaps.
            diagnosis.cost.objects += 1;
            diagnosis.cost.bytes = None;
        }
        diagnosis = diagnosis.allocating(boxed);
        diagnosis.fix = sort.plan(cx, call);
        found.push(diagnosis);
    }
}

/// A slice that is sorted through an interface.
struct Sort {
    /// What is put into the interface.
    boxed: ExprId,
    /// The slice.
    slice: ExprId,
    element: TypeId,
    stable: bool,
    /// Whether a function compares elements, not a method.
    by_function: bool,
    /// How elements are compared; `None` where that cannot be rewritten.
    comparison: Option<Comparison>,
}

impl Sort {
    fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let ("sort", name) = cx.known(call)?.function()? else { return None };
        let arguments = cx.arguments(call);
        match (name, &arguments[..]) {
            ("Slice" | "SliceStable", &[slice, less]) => {
                let element = element(cx, slice)?;
                let stable = name == "SliceStable";
                let comparison = less::of_literal(cx, slice, less);
                Some(Self { boxed: slice, slice, element, stable, by_function: true, comparison })
            }
            ("Sort" | "Stable", &[data]) => {
                let sorted = interface::Sorted::of(cx, data)?;
                Some(Self {
                    boxed: sorted.boxed,
                    slice: sorted.slice,
                    element: sorted.element,
                    stable: name == "Stable",
                    by_function: false,
                    comparison: sorted.comparison,
                })
            }
            _ => None,
        }
    }

    fn plan(&self, cx: &Context<'_>, call: ExprId) -> Option<Plan> {
        let at = Parent::Expr(call);
        let span = cx.span(call);
        if cx.has_comment(span) {
            return None;
        }
        let comparison = self.comparison.as_ref()?;
        let slices = cx.package_name("slices", at)?;
        let slice = cx.source(self.slice);
        let applicability =
            if comparison.of_floats { Applicability::Unsafe } else { Applicability::Safe };
        let because = if comparison.of_floats { "; NaN is then less than all others" } else { "" };
        if comparison.natural {
            let mut plan =
                Plan::new(applicability, format!("Sort the slice with slices.Sort{because}"));
            plan.needs("slices");
            plan.replace(span, format!("{slices}.Sort({slice})"));
            return Some(plan);
        }
        let function = if self.stable { "SortStableFunc" } else { "SortFunc" };
        let ty = cx.type_text(self.element, at)?;
        let Names { first, second } = comparison.names;
        let mut plan =
            Plan::new(applicability, format!("Sort the slice with slices.{function}{because}"));
        plan.needs("slices");
        if comparison.uses_cmp {
            plan.needs("cmp");
        }
        let indent = cx.indent(span.start);
        let body = comparison.body(indent);
        plan.replace(
            span,
            format!("{slices}.{function}({slice}, func({first}, {second} {ty}) int {body})"),
        );
        Some(plan)
    }
}

/// The type of the elements of a slice.
fn element(cx: &Context<'_>, slice: ExprId) -> Option<TypeId> {
    match cx.under(slice) {
        Type::Slice(elem) => Some(*elem),
        _ => None,
    }
}

/// Whether values of a type are put in order by `<`, and equal ones cannot be told apart: `Some(false)` for floating-point numbers,
/// of which they can.
fn is_ordered(cx: &Context<'_>, ty: TypeId) -> Option<bool> {
    let Type::Basic(basic, _) = cx.store.under_ty(ty) else { return None };
    let basic: Basic = *basic;
    basic.is_ordered().then(|| !basic.is_float())
}

/// Whether an expression is of a call, not of a conversion or of something predeclared.
fn is_call(cx: &Context<'_>, expr: ExprId) -> bool {
    matches!(cx.tree().expr(cx.tree().unparen(expr)), Expr::Call { .. })
}
