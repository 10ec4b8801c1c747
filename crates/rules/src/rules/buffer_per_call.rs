//! # A `bytes.Buffer` made in each call for the bytes that it returns
//!
//! ## What it does
//!
//! Finds a local `bytes.Buffer` that a function only writes to, by its own methods, `binary.Write` and `fmt.Fprint…`, and
//! whose `Bytes` it returns.
//!
//! ## Why it costs
//!
//! The buffer begins with 64 bytes and is copied each time that it is full. Handed to `binary.Write` or `fmt.Fprintf` as an
//! `io.Writer` it escapes, which is another object; `binary.Write` makes one more for the bytes of each number, and goes by
//! reflection for what is not a plain number. A slice made with the size that is needed takes one object.
//!
//! Measured with a number and some strings (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `bytes.Buffer` | 175 ns, 120 B, 3 allocs | 129 ns, 120 B, 3 allocs |
//! | `sync.Pool` of buffers, result cloned | 107 ns, 48 B, 1 alloc | 86 ns, 48 B, 1 alloc |
//! | `make` with the size, and `append` | 77 ns, 48 B, 1 alloc | 59 ns, 48 B, 1 alloc |
//! | appended to a buffer of the caller | 20 ns, 0 B, 0 allocs | 17 ns, 0 B, 0 allocs |
//! | a struct of 40 bytes by `binary.Write` | 1056 ns, 208 B, 9 allocs | 639 ns, 160 B, 3 allocs |
//! | its fields by `AppendUint…` | 63 ns, 48 B, 1 alloc | 59 ns, 48 B, 1 alloc |
//!
//! ## Example
//!
//! ```go
//! func (e *event) MarshalBinary() ([]byte, error) {
//! 	var buf bytes.Buffer
//! 	binary.Write(&buf, binary.LittleEndian, e.id)
//! 	buf.WriteString(e.name)
//! 	return buf.Bytes(), nil
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func (e *event) MarshalBinary() ([]byte, error) {
//! 	return e.AppendBinary(make([]byte, 0, 8+len(e.name)))
//! }
//!
//! func (e *event) AppendBinary(buf []byte) ([]byte, error) {
//! 	buf = binary.LittleEndian.AppendUint64(buf, uint64(e.id))
//! 	buf = append(buf, e.name...)
//! 	return buf, nil
//! }
//! ```
//!
//! ## When not to
//!
//! Where the buffer is handed to an encoder or a template, that is where the time goes, and it is not reported. Neither is one
//! that stays on the stack, where no numbers are written and the size cannot be told before, or is no more than the 64 bytes
//! that a buffer begins with; nor code that runs once, nor tests. A
//! `sync.Pool` is worth it for buffers of some hundred bytes and more that live long enough to be worth keeping.
//!
//! ## The fix
//!
//! A slice made with the size of what is always written, or written in each turn of a loop whose turns are known before, and
//! `append`: for strings, bytes, runes, `fmt.Append…`, and `AppendUint16` to `AppendUint64` for integers and floating-point
//! numbers of a fixed size; field by field for structs of them, element by element for arrays and slices. Where the function is the method
//! `MarshalBinary` or `MarshalText`, it becomes `AppendBinary` or `AppendText`, which the old one calls (Go 1.24).
//!
//! It is *safe*, but *unsafe* where nothing may be written, since the result is then empty instead of nil, where a method
//! is added to a type that others can embed, and where a pointer to a struct is written: if it is nil, that is an error of
//! `binary.Write`, and a panic of what is there instead. None where an error of a write goes anywhere but into an `if err := …` of its
//! own, and where `binary.Write` gets anything else: truth values, what a call gives, fields that are another package's.
//!
//! ## Go versions
//!
//! All; the fix needs Go 1.19, for `fmt.Appendf` and `AppendUint16`.
//!
//! ## References
//!
//! - [`encoding/binary`](https://pkg.go.dev/encoding/binary#AppendByteOrder), [`encoding.BinaryAppender`](https://pkg.go.dev/encoding#BinaryAppender)
//! - `bytes.growSlice` and `encoding/binary.Write`, which are what a profile shows

mod append;
mod fixed;
mod writes;

use escape::allocation::{Allocates as Verdict, Operation};
use syntax::tree::{Expr, ExprId};

use self::writes::{What, Writes};
use crate::{Allocates, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct BufferPerCall;

pub(crate) static RULE: BufferPerCall = BufferPerCall;

/// The bytes that a buffer begins with.
const FIRST: u64 = 64;

impl Rule for BufferPerCall {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH006",
            name: "buffer-per-call",
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
        let Some(receiver) = returned_bytes(cx, call) else { return };
        if cx.is_test() || cx.runs_once(Parent::Expr(call)) || !cx.asks_for(Tier::Profile) {
            return;
        }
        let Some(writes) = Writes::of(cx, receiver) else { return };
        // Several results are those of one buffer.
        if writes.returned.first() == Some(&call) {
            found.extend(diagnose(cx, &writes));
        }
    }
}

/// The buffer whose bytes a call takes for a result.
fn returned_bytes(cx: &Context<'_>, call: ExprId) -> Option<ExprId> {
    let (receiver, "Bytes") = cx.calls_method(call, "bytes", "Buffer")? else { return None };
    let (_, Parent::Stmt(stmt)) = cx.around(call) else { return None };
    cx.is_return(stmt).then_some(receiver)
}

fn diagnose(cx: &Context<'_>, writes: &Writes) -> Option<Diagnosis> {
    let escapes = escapes(cx, writes);
    let numbers = writes.writes.iter().filter(|write| matches!(write.what, What::Fixed(_))).count();
    let bound = writes.bound();
    // A slice that grows as the buffer did saves nothing, nor one of no more than what the buffer begins with.
    let exact = append::is_exact(cx, writes) && bound.is_none_or(|bytes| bytes > FIRST);
    if escapes == Allocates::Never && numbers == 0 && !exact {
        return None;
    }
    let name = cx.store.obj(writes.buffer).name;
    let mut diagnosis = Diagnosis::new(
        cx.tree().ident(writes.declaration.ident).span(),
        format!("a bytes.Buffer is made for each call to return the bytes of `{name}`"),
        append::help(cx, writes),
    );
    let mut objects = 1 + u32::try_from(numbers).unwrap_or(0);
    let mut bytes = bound.filter(|&bytes| bytes <= FIRST).map(|_| FIRST);
    if escapes != Allocates::Never {
        objects += 1;
        let layout = cx.store.unalias(cx.store.obj_type(writes.buffer));
        let own = writes.buffer_type(cx, layout);
        let own = crate::struct_layout::value_layout(cx.store, cx.sizes(), own);
        bytes = bytes.zip(own).map(|(bytes, own)| bytes + cx.target().object(own).bytes());
        diagnosis.cost.scan_bytes = own.map_or(0, |own| own.pointer_bytes);
    }
    let scan = diagnosis.cost.scan_bytes;
    diagnosis.cost = Cost { scan_bytes: scan, ..Cost::per_call(objects) };
    // Numbers take as many bytes once more, each rounded up to a size class.
    let each = writes.writes.iter().filter_map(|write| match write.what {
        What::Fixed(_) => write.bound.map(|bytes| bytes.next_power_of_two()),
        _ => None,
    });
    diagnosis.cost.bytes = bytes.map(|bytes| bytes + each.sum::<u64>());
    diagnosis.allocates =
        if writes.is_never_empty() { Allocates::Always } else { Allocates::Sometimes };
    diagnosis.fix = append::fix(cx, writes);
    Some(diagnosis)
}

/// Whether the buffer itself is on the heap.
fn escapes(cx: &Context<'_>, writes: &Writes) -> Allocates {
    let value = writes.declaration.value.map(|value| cx.tree().unparen(value));
    let allocated = match value.map(|value| (value, cx.tree().expr(value))) {
        Some((value, Expr::Unary { .. })) => {
            cx.allocated(cx.span(value).start, Operation::CompositeLiteral)
        }
        Some((value, Expr::Call { .. })) if cx.calls(value, "bytes", &["NewBuffer"]) => {
            cx.allocated_by_call(value)
        }
        Some((value, Expr::Call { .. })) => {
            cx.allocated(cx.tree().report_pos(value), Operation::New)
        }
        _ => cx.allocated(cx.tree().ident(writes.declaration.ident).pos, Operation::Variable),
    };
    match allocated.map(|allocated| allocated.allocates) {
        None => Allocates::Sometimes,
        Some(Verdict::Never(_)) => Allocates::Never,
        Some(verdict) => verdict.into(),
    }
}
