//! # Struct fields in an order that wastes memory
//!
//! ## What it does
//!
//! Finds a struct whose fields would fit into a smaller size class of Go's allocator in another order.
//!
//! ## Why it costs
//!
//! A field begins at a multiple of its alignment, and what lies between it and the one before is lost: a `bool` in front
//! of an `int64` takes 8 bytes. The allocator then rounds the whole up to the next of its size classes (…, 24, 32, 48,
//! 64, 80, …), so that a few bytes may cost many, in every object.
//!
//! Measured with the struct below (`go test -benchmem`, two cores, amd64; the least of three runs):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | as it was | 68 ns, 48 B, 1 alloc | 74 ns, 48 B, 1 alloc |
//! | as it became | 48 ns, 24 B, 1 alloc | 64 ns, 24 B, 1 alloc |
//!
//! Where pointers come first, the garbage collector also stops sooner: it looks through an object up to its last pointer.
//!
//! ## Example
//!
//! ```go
//! type event struct {
//! 	seen bool
//! 	at   int64
//! 	sent bool
//! 	size int64
//! 	kind uint8
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! type event struct {
//! 	at   int64
//! 	size int64
//! 	seen bool
//! 	sent bool
//! 	kind uint8
//! }
//! ```
//!
//! ## When not to
//!
//! An order that says something to readers is worth more than bytes of a struct that there are few of: findings are shown
//! where hot code of the module makes such a struct on the heap (by `&T{…}` and `new(T)`, or in slices by `make`, `append` and
//! literals), or with `--all`. Orders that save padding but no size class are not reported;
//! `unheap layout` shows them.
//!
//! Not reported either, since there the order is meant: structs with blank fields, which pad on purpose; packages that
//! import `C`; structs that `unsafe` converts, measures or looks into; those that `encoding/binary`, `encoding/asn1` or
//! `golang.org/x/crypto/ssh` write field by field; those of which `sync/atomic` changes a number of 64 bits, which must be
//! in front on 32-bit processors; and generic ones, whose sizes are not known.
//!
//! ## The fix
//!
//! Moves whole fields, with the comments above and behind them, and aligns them as gofmt does. It is unsafe, for the order
//! of fields can be seen: what `encoding/json` and `fmt` write follows it, `==` compares in it, `reflect` counts by it; and
//! code that this package does not hold (its tests, other packages if the type is exported) may have literals without
//! field names, which would then mean other fields or not compile.
//!
//! There is no fix where the package itself has such a literal, converts the struct to or from another of the same
//! fields, writes the same fields down elsewhere, or hands it to `reflect`; nor where a comment stands by itself between
//! the fields, a field takes several lines, or the file is not as gofmt leaves it.
//!
//! ## Go versions
//!
//! All: the size classes have not changed since Go 1.16. Sizes are those of the processor that is built for (`--goarch`).
//!
//! ## References
//!
//! - [Size and alignment guarantees](https://go.dev/ref/spec#Size_and_alignment_guarantees) in the language specification
//! - `internal/runtime/gc/sizeclasses.go` in the source of Go, for the size classes
//! - `unheap layout`, which shows offsets, padding and the best order of any struct

mod reorder;

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Expr, ExprId, FieldListId, IdentId, Spec};
use types::{Type, TypeId};

use crate::struct_layout::StructLayout;
use crate::{Allocates, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct StructPadding;

pub(crate) static RULE: StructPadding = StructPadding;

/// How many gaps are pointed out.
const GAPS: usize = 3;

impl Rule for StructPadding {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH301",
            name: "struct-padding",
            tier: Tier::Profile,
            since: "0.2.0",
            fix: FixSafety::Unsafe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Struct]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(expr) = node else { return };
        if let Some(declared) = Declared::of(cx, expr)
            && let Some(diagnosis) = declared.diagnose(cx)
        {
            found.push(diagnosis);
        }
    }
}

/// `type name struct { fields }`
struct Declared {
    name: IdentId,
    fields: FieldListId,
    ty: TypeId,
}

impl Declared {
    fn of(cx: &Context<'_>, expr: ExprId) -> Option<Self> {
        let Expr::Struct(fields) = cx.tree().expr(expr) else { return None };
        let Parent::Spec(spec) = cx.parents().expr(expr) else { return None };
        let Spec::Type { name, type_params: None, assign: None, .. } = cx.tree().spec(spec) else {
            return None;
        };
        let ty = cx.store.obj_type(cx.facts().defs[name]?);
        matches!(cx.store.ty(ty), Type::Named(_)).then_some(Self { name, fields, ty })
    }

    fn diagnose(&self, cx: &Context<'_>) -> Option<Diagnosis> {
        let layout = StructLayout::of(cx.store, cx.sizes(), self.ty)?;
        if layout.is_best() {
            return None;
        }
        let target = cx.target();
        let (now, then) = (target.object(layout.whole).bytes(), target.object(layout.best).bytes());
        let blank = |object| cx.store.obj(object).name.is_blank();
        if then >= now || layout.fields.iter().any(|field| blank(field.object)) {
            return None;
        }
        if cx.field_order().is_meant(cx.store.under(self.ty)) {
            return None;
        }
        let ident = cx.tree().ident(self.name);
        let name = ident.name.as_str();
        let span = Span::new(ident.pos, ident.pos + name.len() as u32);
        let message = format!(
            "{name} takes {now} bytes of the heap; with its fields in another order, {then}"
        );
        let order =
            layout.order.iter().map(|&at| cx.store.obj(layout.fields[at].object).name.as_str());
        let help = format!("order the fields so: {}", order.collect::<Vec<_>>().join(", "));
        let mut diagnosis = Diagnosis::new(span, message, help);
        diagnosis.allocates = Allocates::Never;
        diagnosis.made = cx.facts().defs[self.name];
        diagnosis.cost = Cost {
            scan_bytes: layout.whole.pointer_bytes.saturating_sub(layout.best.pointer_bytes),
            ..Cost::per_call(0).of_bytes(now - then)
        };
        for (field, at) in layout.fields.iter().filter(|field| field.padding > 0).zip(0..) {
            if at < GAPS
                && let Some(declared) = cx.declared_at(field.object)
            {
                let end = declared + cx.store.obj(field.object).name.as_str().len() as u32;
                let bytes = if field.padding == 1 { "byte" } else { "bytes" };
                let note = format!("{} {bytes} of padding behind it", field.padding);
                diagnosis = diagnosis.because(Span::new(declared, end), note);
            }
        }
        if cx.field_order().allows_reordering(cx, self.ty) {
            diagnosis.fix = self.fix(cx, &layout);
        }
        Some(diagnosis)
    }

    fn fix(&self, cx: &Context<'_>, layout: &StructLayout) -> Option<Plan> {
        let edit = reorder::edit(cx, self.fields, &layout.order)?;
        let name = cx.tree().ident(self.name).name.as_str();
        Some(Plan {
            applicability: Applicability::Unsafe,
            title: format!(
                "Reorder the fields of {name}; encoders and literals may depend on the order"
            ),
            edits: vec![edit],
            imports: Vec::new(),
        })
    }
}
