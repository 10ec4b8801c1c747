//! # Text formatted by reflection
//!
//! ## What it does
//!
//! Finds `fmt.Sprintf`, `fmt.Sprint` and `fmt.Sprintln` whose text could be put together with fewer objects, `fmt.Fprintf` and its like
//! to a `bytes.Buffer`, `strings.Builder` or `bufio.Writer`, and `fmt.Errorf` of a text without verbs (before Go 1.26).
//!
//! ## Why it costs
//!
//! Each argument is put into an interface, which is an object for all but constants, pointers and small numbers. Then the format
//! is read, character by character, and the text is made, which is one more.
//!
//! Measured with a string of 49 bytes and an `int` (`go test -benchmem`, two cores, amd64):
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `fmt.Sprintf("[%s] %d ", s, n)` | 88 B, 3 allocs | 88 B, 3 allocs |
//! | `"[" + s + "] " + strconv.Itoa(n) + " "` | 72 B, 2 allocs | 72 B, 2 allocs |
//! | `fmt.Sprintf("%d", n)` | 16 B, 2 allocs | 16 B, 2 allocs |
//! | `strconv.Itoa(n)` | 8 B, 1 alloc | 8 B, 1 alloc |
//! | `fmt.Sprintf("%.2f", f)` | 24 B, 2 allocs | 24 B, 2 allocs |
//! | `strconv.FormatFloat(f, 'f', 2, 64)` | 40 B, 2 allocs | 16 B, 1 alloc |
//! | `fmt.Sprintf("%x", sum)`, a `[32]byte` | 128 B, 3 allocs | 128 B, 3 allocs |
//! | `hex.EncodeToString(sum[:])` | 128 B, 2 allocs | 128 B, 2 allocs |
//! | `fmt.Sprintf("took %s", d)`, a `time.Duration` | 32 B, 3 allocs | 32 B, 3 allocs |
//! | `"took " + d.String()` | 16 B, 1 alloc | 16 B, 1 alloc |
//! | `buf.WriteString(fmt.Sprintf("[%s] %d ", s, n))` | 80 B, 2 allocs | 80 B, 2 allocs |
//! | writes of the parts, numbers into `buf.AvailableBuffer()` | 0 B, 0 allocs | 0 B, 0 allocs |
//!
//! Each took a half to a third of the time, the writes a fifth to a seventh.
//!
//! ## Example
//!
//! ```go
//! func prefix(level string, line int) string {
//! 	return fmt.Sprintf("[%s] %d ", level, line)
//! }
//! ```
//!
//! ## Use instead
//!
//! ```go
//! func prefix(level string, line int) string {
//! 	return "[" + level + "] " + strconv.Itoa(line) + " "
//! }
//! ```
//!
//! Where the text goes to a buffer, even that is too much:
//!
//! ```go
//! buf.WriteString("[")
//! buf.WriteString(level)
//! buf.WriteString("] ")
//! buf.Write(strconv.AppendInt(buf.AvailableBuffer(), int64(line), 10))
//! buf.WriteString(" ")
//! ```
//!
//! ## When not to
//!
//! `fmt` is easier to read, and where a line is written a few times it is the better one. Reported is only what would have fewer
//! objects: a format of numbers alone between texts is no gain in a sum of strings, nor is `%x` of bytes, `%q`, or, before
//! Go 1.25, a floating-point number. Numbers of one byte lie ready and cost nothing as arguments, and so does a parameter that is a
//! constant in all calls, where these are inlined.
//!
//! Never reported are interfaces (an `error` may be nil, and may have a `Format` that says something else), structs, lists,
//! code that runs once or on the way to the end of the process, and tests; values whose type has methods that `fmt` calls
//! (`String`, `Error`, `Format`, `GoString`), since a panic in these becomes text: only `time.Duration` and `time.Time` are
//! known to have none. Nor are verbs whose text depends on the value in a way that takes more than a call to say:
//!
//! | verb | why |
//! |---|---|
//! | `%5d`, `%-10s`, `%8.2f`, `%02x`: a width | how much is filled up depends on the length; a constant's text is known |
//! | `%+d`, `% d`, `%#x`, `%#b`, `%O` of signed numbers, `%+f` | the sign comes first, and only some have one |
//! | `%#o`, `%#x` of text, `%#q`, `%#g` | some values have no prefix, another quote, or other digits |
//! | `%U`, `%.3d` | digits are filled up |
//! | `%.5s`, `%.5q`, `% x` | the text is cut off or set apart |
//! | `%c` and `%q` of 64 bits | what is too large is no character, and a conversion would make it one |
//!
//! ## The fix
//!
//! Is *safe*: the text is the same, byte by byte, for `%s`, `%d`, `%v`, `%+v`, `%#v`, `%q`, `%x`, `%X`, `%t`, `%c`, `%e`, `%f`, `%g`,
//! `%b`, `%o`, `%O` of strings, bytes, numbers and truth values, of types made of them, and of constants with whatever width and flags;
//! with a precision where `strconv` knows it, `%+q`, and sign and prefix (`%#x`, `%+d`) of unsigned numbers. Flags and widths that change
//! nothing are left out. Writes are split only
//! where nothing in the arguments can fail or change what is written to, and the result of the call is not asked for;
//! text longer than the room in a `bufio.Writer` then reaches what is behind it in other portions. Arguments that depend
//! on one another's side effects are refused, and so are formats that are laid out in lines. A format that is a constant with a name goes
//! with its last use; one that others use, or may, is a *suggestion*. It is
//! *unsafe* where `io.WriteString` to an interface becomes `fmt.Fprintf`, which calls `Write`.
//!
//! ## Go versions
//!
//! All. Writes into a `bytes.Buffer` need Go 1.21. From Go 1.25 on, `strconv.FormatFloat` has one object less; from Go 1.26
//! on, `fmt.Errorf` without verbs costs what `errors.New` does.
//!
//! ## References
//!
//! - [`strconv`](https://pkg.go.dev/strconv), [`bufio.Writer.AvailableBuffer`](https://pkg.go.dev/bufio#Writer.AvailableBuffer)
//! - `runtime.convT64`, `runtime.convTstring` and `fmt.(*pp).doPrintf`, which are what a profile shows

mod concat;
mod constant;
mod named;
mod number;
mod part;
mod writes;

use escape::Allocated;
use fix::{Applicability, Plan};
use syntax::tree::{Expr, ExprId, Stmt, StmtId};

use self::part::Part;
use self::writes::Writes;
use crate::cost::is_free;
use crate::format_verbs::{self, Piece, Verb};
use crate::{Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Per, Rule, Tier};

pub(crate) struct Sprintf;

pub(crate) static RULE: Sprintf = Sprintf;

/// The version from which on `fmt.Errorf` without verbs costs what `errors.New` does.
const CHEAP_ERRORF: (u32, u32) = (1, 26);

impl Rule for Sprintf {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH001",
            name: "sprintf",
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
        if !cx.asks_for(Tier::Profile) {
            return;
        }
        let Some(print) = Print::of(cx, call) else { return };
        if !cx.may_run_often(call) {
            return;
        }
        let allocated = cx.allocated_by_call(call);
        if is_free(allocated.as_ref()) {
            return;
        }
        found.extend(print.diagnose(cx, allocated));
    }
}

/// A call of a function of `fmt`.
struct Print {
    call: ExprId,
    to: To,
    /// What is formatted, without the writer.
    arguments: Vec<ExprId>,
    /// The letter that its name ends with: `f`, `n` for a line, or neither.
    kind: Form,
}

/// Where the text goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum To {
    String,
    Writer(ExprId),
    Error,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Plain,
    Format,
    Line,
}

impl Print {
    fn of(cx: &Context<'_>, call: ExprId) -> Option<Self> {
        let ("fmt", name) = cx.known(call)?.function()? else { return None };
        let Expr::Call { spread: false, .. } = cx.tree().expr(call) else { return None };
        let mut arguments = cx.arguments(call);
        let kind = match name {
            "Sprint" | "Fprint" => Form::Plain,
            "Sprintf" | "Fprintf" | "Errorf" => Form::Format,
            "Sprintln" | "Fprintln" => Form::Line,
            _ => return None,
        };
        // The bytes of a text that is made for them are another matter.
        let converted = || {
            let around = cx.argument_of(call);
            around.is_some_and(|(conversion, _)| cx.string_as_bytes(conversion).is_some())
        };
        let to = match name.as_bytes()[0] {
            b'S' if converted() => return None,
            b'S' => To::String,
            b'F' if arguments.is_empty() => return None,
            b'F' => To::Writer(arguments.remove(0)),
            _ => To::Error,
        };
        Some(Self { call, to, arguments, kind })
    }

    fn diagnose(&self, cx: &Context<'_>, allocated: Option<Allocated>) -> Option<Diagnosis> {
        if self.to == To::Error {
            return self.fixed_error(cx, allocated);
        }
        let boxes = self.boxes(cx);
        // Written without a string in between.
        if let Some(writes) = Writes::of(cx, self) {
            let parts = self.parts(cx)?;
            let before = boxes + writes.strings + inside(&parts);
            if before <= Writes::objects(&parts) {
                return None;
            }
            let mut diagnosis = self.report(cx, before, allocated);
            diagnosis.message =
                "text is formatted by reflection to be written to a buffer".to_owned();
            diagnosis.help = "write strings with WriteString, and append numbers".to_owned();
            let plan = writes.plan(cx, &parts).or_else(|| {
                (self.to == To::String).then(|| concat::plan(cx, self, &parts)).flatten()
            });
            diagnosis.fix = plan.and_then(|plan| self.with_format(cx, plan));
            return Some(diagnosis);
        }
        if self.to != To::String {
            return None;
        }
        if let Some(plan) = writes::fprint(cx, self) {
            let mut diagnosis = self.report(cx, boxes + 1, allocated);
            diagnosis.message = "text is made to be written".to_owned();
            diagnosis.help = "write it with fmt.Fprintf".to_owned();
            diagnosis.fix = Some(plan).filter(|_| !cx.has_comment(cx.span(self.call)));
            return Some(diagnosis);
        }
        let parts = self.parts(cx)?;
        let before = boxes + inside(&parts) + 1;
        if before <= concat::objects(&parts) {
            return None;
        }
        let mut diagnosis = self.report(cx, before, allocated);
        let plan = concat::plan(cx, self, &parts);
        diagnosis.fix = plan.and_then(|plan| self.with_format(cx, plan));
        Some(diagnosis)
    }

    fn report(&self, cx: &Context<'_>, objects: u32, allocated: Option<Allocated>) -> Diagnosis {
        let mut diagnosis = Diagnosis::new(
            cx.span(self.call),
            "text is formatted by reflection",
            "put it together with strconv and +",
        )
        .allocating(allocated);
        diagnosis.cost = Cost::per_call(objects);
        if cx.innermost_loop(Parent::Expr(self.call)).is_some() {
            diagnosis.cost.per = Per::Iteration;
        }
        diagnosis
    }

    /// Arguments that become objects in interfaces.
    fn boxes(&self, cx: &Context<'_>) -> u32 {
        let boxed = self.arguments.iter().filter(|&&argument| is_boxed(cx, argument));
        u32::try_from(boxed.count()).unwrap_or(u32::MAX)
    }

    /// A plan in which the format is put apart. `None` where it is laid out in lines, which is to be seen so.
    fn with_format(&self, cx: &Context<'_>, plan: Plan) -> Option<Plan> {
        let Some(&format) = self.arguments.first().filter(|_| self.kind == Form::Format) else {
            return Some(plan);
        };
        if cx.source(format).contains('\n') {
            return None;
        }
        named::without(cx, format, plan)
    }

    /// The parts of the text; `None` where one is not known.
    fn parts(&self, cx: &Context<'_>) -> Option<Vec<Part>> {
        let at = Parent::Expr(self.call);
        if self.kind == Form::Format {
            let (&format, arguments) = self.arguments.split_first()?;
            let pieces = format_verbs::parse(&cx.constant_string(format)?)?;
            let verbs = pieces.iter().filter(|piece| matches!(piece, Piece::Verb(_))).count();
            if verbs != arguments.len() {
                return None;
            }
            return self.parts_of_format(cx, pieces, arguments);
        }
        let mut text = Text::default();
        let mut last_is_string = false;
        for (number, &argument) in self.arguments.iter().enumerate() {
            let is_string = cx.is_string(argument);
            let apart = self.kind == Form::Line || !is_string && !last_is_string;
            if number > 0 && apart {
                text.pending.push(' ');
            }
            text.add(cx, at, Verb::plain('v'), argument)?;
            last_is_string = is_string;
        }
        if self.kind == Form::Line {
            text.pending.push('\n');
        }
        Some(text.parts())
    }

    /// The parts of the text by its format, which has a verb for each argument.
    fn parts_of_format(
        &self,
        cx: &Context<'_>,
        pieces: Vec<Piece>,
        arguments: &[ExprId],
    ) -> Option<Vec<Part>> {
        let mut arguments = arguments.iter();
        let mut text = Text::default();
        for piece in pieces {
            match piece {
                Piece::Text(more) => text.pending += &more,
                Piece::Verb(verb) => {
                    text.add(cx, Parent::Expr(self.call), verb, *arguments.next()?)?;
                }
            }
        }
        Some(text.parts())
    }

    /// `fmt.Errorf("text")`.
    fn fixed_error(&self, cx: &Context<'_>, allocated: Option<Allocated>) -> Option<Diagnosis> {
        let [text] = self.arguments[..] else { return None };
        if cx.go() >= CHEAP_ERRORF || cx.constant_string(text)?.contains('%') {
            return None;
        }
        let mut diagnosis = self.report(cx, 2, allocated);
        diagnosis.message = "a fixed text is formatted for an error".to_owned();
        diagnosis.help = "make the error with errors.New".to_owned();
        let Expr::Call { fun, .. } = cx.tree().expr(self.call) else { return None };
        diagnosis.fix = cx.package_name("errors", Parent::Expr(self.call)).map(|errors| {
            let mut plan = Plan::new(Applicability::Safe, "Make the error with errors.New");
            plan.needs("errors");
            plan.replace(cx.span(fun), format!("{errors}.New"));
            plan
        });
        Some(diagnosis)
    }
}

/// A text that is put together.
#[derive(Default)]
struct Text {
    parts: Vec<Part>,
    /// Text of the format that follows.
    pending: String,
}

impl Text {
    /// Adds what a verb makes of an argument; `None` where that is not known.
    fn add(&mut self, cx: &Context<'_>, at: Parent, verb: Verb, argument: ExprId) -> Option<()> {
        if let Some(more) = Part::known(cx, verb, argument) {
            self.pending += &more;
            return Some(());
        }
        let (before, part) = Part::of(cx, at, verb, argument)?;
        self.pending += &before;
        self.flush();
        self.parts.push(part);
        Some(())
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            self.parts.push(Part::text(&std::mem::take(&mut self.pending)));
        }
    }

    fn parts(mut self) -> Vec<Part> {
        self.flush();
        self.parts
    }
}

/// Objects that `fmt` makes on the way to the text, beside those in interfaces.
fn inside(parts: &[Part]) -> u32 {
    parts.iter().map(|part| part.inside).sum()
}

/// Whether an argument becomes an object in an interface.
fn is_boxed(cx: &Context<'_>, argument: ExprId) -> bool {
    if cx.constant(argument).is_some() || is_free(cx.allocated_by_box(argument).as_ref()) {
        return false;
    }
    // Bytes and what has no size lie ready; of a function that is not compiled, this is all there is to say.
    if cx.size_of(cx.type_of(argument)).is_some_and(|size| size <= 1) {
        return false;
    }
    !cx.is_free_where_inlined(argument)
}

/// The statement that an expression is, in a list of statements.
fn statement(cx: &Context<'_>, expr: ExprId) -> Option<StmtId> {
    let (_, Parent::Stmt(stmt)) = cx.around(expr) else { return None };
    (matches!(cx.tree().stmt(stmt), Stmt::Expr(_)) && cx.is_in_list(stmt)).then_some(stmt)
}
