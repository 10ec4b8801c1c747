//! # Strings copied into bytes
//!
//! ## What it does
//!
//! Finds `[]byte(s)` where the copy is made, and need not be:
//!
//! - the bytes are written, by `Write`, to something that also takes strings;
//! - they are given to a function or method that has a twin for strings: `bytes.Contains`, `(*regexp.Regexp).Match`;
//! - they are given to a function that a variable holds, so that the compiler cannot see that it only reads them.
//!
//! ## Why it costs
//!
//! The bytes could be written to, and the string must not change, so they are copied. Up to 32 bytes that do not leave the function
//! are copied to the stack, more to the heap. Only where the compiler sees that nothing is written to them (since Go 1.22,
//! also through calls) is nothing copied.
//!
//! Measured with 49 bytes (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `w.Write([]byte(s))`, an `io.Writer` | 64 B, 1 alloc | 64 B, 1 alloc |
//! | `io.WriteString(w, s)`, and it takes strings | 0 B, 0 allocs | 0 B, 0 allocs |
//! | `re.Match([]byte(s))` | 64 B, 1 alloc | 64 B, 1 alloc |
//! | `re.MatchString(s)` | 0 B, 0 allocs | 0 B, 0 allocs |
//! | `f([]byte(s))`, a variable | 64 B, 1 alloc | 64 B, 1 alloc |
//! | `f([]byte(s))`, a declared function that reads | 0 B, 0 allocs | 0 B, 0 allocs |
//!
//! ## Example
//!
//! ```go
//! func hello(w http.ResponseWriter, name string) {
//! 	w.Write([]byte(name))
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func hello(w http.ResponseWriter, name string) {
//! 	io.WriteString(w, name)
//! }
//! ```
//!
//! ## When not to
//!
//! What is not copied is not reported, nor is a copy that is needed: where the function that gets the bytes writes to them or keeps
//! them. Writing a function for bytes anew as a loop over a string is no gain, it loses what `bytes` and `crypto/subtle` do
//! faster. Neither are hashes and connections reported, which take no strings; code that runs once, and tests.
//!
//! ## The fix
//!
//! Is *safe* where the type is one of the standard library and known. It is *unsafe* for an `io.Writer` or another interface,
//! and for types of others: what is behind it may have a `WriteString` that does something else than its `Write`, as a type has that
//! embeds a writer and only counts what is given to `Write`. It has nothing to gain if it has no `WriteString`. For functions
//! in variables there is no fix: let them take a string, or call the function itself.
//!
//! ## Go versions
//!
//! All. Before Go 1.22, what is only read is copied as well.
//!
//! ## References
//!
//! - [`io.WriteString`](https://pkg.go.dev/io#WriteString)
//! - `runtime.stringtoslicebyte`, which is what a profile shows

use escape::allocation::Operation;
use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::ExprId;
use types::Type;

use crate::copies::Copy;
use crate::cost::is_free;
use crate::twins::{self, Takes};
use crate::{Callee, Context, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct StringToBytes;

pub(crate) static RULE: StringToBytes = StringToBytes;

impl Rule for StringToBytes {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH002",
            name: "string-to-bytes",
            tier: Tier::Profile,
            since: "0.2.0",
            fix: FixSafety::Depends,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Call]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Expr(conversion) = node else { return };
        if !cx.asks_for(Tier::Profile) {
            return;
        }
        let Some(text) = cx.string_as_bytes(conversion) else { return };
        let Some((call, at)) = cx.argument_of(conversion) else { return };
        let Some(copy) = copy_of(cx, call, conversion, text, at) else { return };
        if !cx.may_run_often(conversion) {
            return;
        }
        let allocated = cx.allocated_by_conversion(text, Operation::StringToBytes);
        if is_free(allocated.as_ref()) {
            return;
        }
        found.push(copy.report(cx, conversion, allocated));
    }
}

/// The copy that a conversion makes, if it need not be made.
fn copy_of(
    cx: &Context<'_>,
    call: ExprId,
    conversion: ExprId,
    text: ExprId,
    at: usize,
) -> Option<Copy> {
    let edit = Edit { cx, call, conversion, text };
    if let Some(found) = cx.method_call(call)
        && cx.store.obj(found.method).name.as_str() == "Write"
        && cx.arguments(call).len() == 1
    {
        return edit.written(found.receiver);
    }
    match cx.callee(call)? {
        Callee::Function(_) => {
            let called = cx.known(call)?;
            if let Some(twin) = twins::for_strings(called) {
                return Some(Copy {
                    message: "the string is copied to be read as bytes",
                    help: format!("give it to {twin}"),
                    plan: edit.renamed(twin),
                });
            }
            let ("bytes", name) = called.function()? else { return None };
            edit.answered(name, at)
        }
        Callee::Dynamic if cx.method_call(call).is_none() => Some(Copy {
            message: "the string is copied, since it is not known which function gets the bytes",
            help: "let the function take a string, or call a declared function, of which the compiler \
                   sees that it only reads"
                .to_owned(),
            plan: None,
        }),
        _ => None,
    }
}

struct Edit<'e, 'a> {
    cx: &'e Context<'a>,
    call: ExprId,
    conversion: ExprId,
    text: ExprId,
}

impl Edit<'_, '_> {
    /// `w.Write([]byte(s))`.
    fn written(&self, receiver: ExprId) -> Option<Copy> {
        let cx = self.cx;
        let ty = cx.type_of(receiver);
        let message = "the string is copied to be written";
        let foreign = "; it may do something else than Write";
        // A `WriteString` that calls `Write` would call itself.
        let is_own = cx.function_word(Parent::Expr(self.call)) == Some("WriteString");
        if cx.writes_both(ty) || cx.has_write_string(ty) && !is_own {
            let (applicability, because) = if cx.writes_both(ty) {
                (Applicability::Safe, "")
            } else {
                (Applicability::Unsafe, foreign)
            };
            let mut plan =
                Plan::new(applicability, format!("Write the string with WriteString{because}"));
            plan.replace(cx.selected_name(self.call)?, "WriteString");
            self.unconverted(&mut plan);
            return Some(Copy {
                message,
                help: "write it with WriteString".to_owned(),
                plan: Some(plan),
            });
        }
        if !cx.may_write_strings(ty) {
            return None;
        }
        let mut copy =
            Copy { message, help: "write it with io.WriteString".to_owned(), plan: None };
        if let Some(io) = cx.package_name("io", Parent::Expr(self.call)) {
            let title = format!("Write the string with io.WriteString{foreign}");
            let mut plan = Plan::new(Applicability::Unsafe, title);
            plan.needs("io");
            let start = cx.span(self.call).start;
            let writer = cx.span(receiver);
            plan.replace(Span::new(start, writer.start), format!("{io}.WriteString("));
            plan.replace(Span::new(writer.end, cx.arguments_start(self.call)), ", ");
            self.unconverted(&mut plan);
            copy.plan = Some(plan);
        }
        Some(copy)
    }

    /// A method or function whose twin only has another name.
    fn renamed(&self, twin: &str) -> Option<Plan> {
        let mut plan = Plan::new(Applicability::Safe, format!("Give the string to {twin}"));
        plan.replace(self.cx.selected_name(self.call)?, twin);
        self.unconverted(&mut plan);
        Some(plan)
    }

    /// A function of `bytes` whose arguments are all strings that are converted.
    fn answered(&self, name: &str, at: usize) -> Option<Copy> {
        let cx = self.cx;
        let takes = twins::answer(name)?;
        let strings = cx.package_name("strings", Parent::Expr(self.call))?;
        let mut plan =
            Plan::new(Applicability::Safe, format!("Give the strings to strings.{name}"));
        plan.needs("strings");
        let start = cx.span(self.call).start;
        plan.replace(Span::new(start, cx.arguments_start(self.call)), format!("{strings}.{name}("));
        for (number, (&argument, takes)) in cx.arguments(self.call).iter().zip(takes).enumerate() {
            if *takes == Takes::Same {
                continue;
            }
            let conversion = cx.tree().unparen(argument);
            let text = cx.string_as_bytes(conversion)?;
            // One finding for each call.
            let copied =
                !is_free(cx.allocated_by_conversion(text, Operation::StringToBytes).as_ref());
            if number < at && copied {
                return None;
            }
            Edit { conversion, text, ..*self }.unconverted(&mut plan);
        }
        Some(Copy {
            message: "the string is copied to be read as bytes",
            help: format!("give it to strings.{name}"),
            plan: Some(plan),
        })
    }

    /// The string in place of the conversion.
    fn unconverted(&self, plan: &mut Plan) {
        let cx = self.cx;
        let plain = matches!(cx.store.ty(cx.type_of(self.text)), Type::Basic(..));
        let (outer, inner) = (cx.span(self.conversion), cx.span(self.text));
        plan.replace(Span::new(outer.start, inner.start), if plain { "" } else { "string(" });
        plan.replace(Span::new(inner.end, outer.end), if plain { "" } else { ")" });
    }
}
