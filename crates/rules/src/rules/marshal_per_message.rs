//! # JSON messages that are copied to be marshalled
//!
//! ## What it does
//!
//! Finds values that are handed to `json.Marshal`, `json.MarshalIndent` or `(*json.Encoder).Encode` by value although a
//! pointer to them is at hand, and loops that marshal each message, write the bytes and then a newline, which one
//! `json.Encoder` does without the bytes in between.
//!
//! ## Why it costs
//!
//! The argument is an `any`: a struct in it is copied to the heap, a pointer is not. The result of `Marshal` is a copy of the
//! package's own buffer, made for the caller; an `Encoder` writes that buffer.
//!
//! Measured with 100 messages (`go test -benchmem`, two cores, amd64), allocations:
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `Marshal(m)` | 300 | 400 |
//! | `Encode(m)`, one encoder | 100 | 200 |
//! | `Marshal(&msgs[i])` | 101 | 101 |
//! | `Encode(&msgs[i])`, one encoder | 0 | 0 |
//!
//! A marshaller written out or generated for the type also takes 0, in a fourth of the time.
//!
//! ## Example
//!
//! ```go
//! for _, m := range msgs {
//! 	b, err := json.Marshal(m)
//! 	if err != nil {
//! 		return err
//! 	}
//! 	if _, err := w.Write(append(b, '\n')); err != nil {
//! 		return err
//! 	}
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! enc := json.NewEncoder(w)
//! for i := range msgs {
//! 	if err := enc.Encode(&msgs[i]); err != nil {
//! 		return err
//! 	}
//! }
//! ```
//!
//! ## When not to
//!
//! A pointer to a variable of the function moves that to the heap, which costs what the copy did: such values are not
//! reported, unless the variable is there already. Neither is code that runs once, nor tests. Messages that are not written
//! with a newline each are left to `Marshal`.
//!
//! ## The fix
//!
//! Passes a pointer: to the element that a `range` variable is a copy of, or to the field or element that is passed. The text
//! is the same; it is *safe*, but for `*p`, where a nil `p` is written as `null` instead of a panic: *unsafe*. None where the
//! type, or a field or element of it, has a marshalling method, which may then be called on a pointer where it was not
//! called before, or be named otherwise in an error.
//!
//! Or makes an encoder before the loop. It escapes HTML as `Marshal` does and writes message and newline at once. *Safe* where
//! they were written at once before, or into a `bytes.Buffer` or `strings.Builder`; *unsafe* elsewhere, since the writer then
//! gets one call instead of two. None where the bytes are used for anything else, where a failed write does not leave the
//! loop (an encoder remembers that it failed), or where errors of marshalling and writing are treated differently.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [`json.Encoder`](https://pkg.go.dev/encoding/json#Encoder)
//! - `encoding/json.Marshal` and `runtime.convT`, which are what a profile shows

mod encoder;
mod pointer;

use syntax::tree::ExprId;

use crate::{Context, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct MarshalPerMessage;

pub(crate) static RULE: MarshalPerMessage = MarshalPerMessage;

impl Rule for MarshalPerMessage {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH011",
            name: "marshal-per-message",
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
        let Some(value) = marshalled(cx, call) else { return };
        if cx.is_test() || cx.runs_once(Parent::Expr(call)) {
            return;
        }
        found.extend(encoder::check(cx, call, value));
        found.extend(pointer::check(cx, value));
    }
}

/// The value that a call marshals as JSON.
fn marshalled(cx: &Context<'_>, call: ExprId) -> Option<ExprId> {
    let encodes = || {
        cx.calls_method(call, "encoding/json", "Encoder").is_some_and(|(_, name)| name == "Encode")
    };
    (cx.calls(call, "encoding/json", &["Marshal", "MarshalIndent"]) || encodes())
        .then(|| cx.arguments(call).first().copied())?
}
