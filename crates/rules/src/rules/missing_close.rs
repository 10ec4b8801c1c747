//! # Files and connections that some return leaves open
//!
//! ## What it does
//!
//! Finds what a function opens and then neither closes nor hands on before one of its returns: files, connections, listeners,
//! rows and statements of the standard library, bodies of HTTP responses; and types of the package with a `Close` that the function
//! itself calls on another path, and those of other packages that a function `Open…`, `New…` or `Dial…` gives.
//!
//! ## Why it costs
//!
//! With a finalizer, or for the short runs of a test, nobody notices. Where each failed request leaves a descriptor open, the
//! process runs out of them; for files and sockets only until the next collection closes them, for connections of a pool
//! and for what C holds for good.
//!
//! Measured: opening a file, with and without `Close` (`go test -benchmem`, two cores, amd64). The figures are the same,
//! which is why it stays unseen; a benchmark of 3000 turns held up to some thousand descriptors:
//!
//! | | Go 1.23 | Go 1.27 |
//! |---|---|---|
//! | `Open`, `Close` | 112 B, 3 allocs | 112 B, 3 allocs |
//! | `Open` alone | 112 B, 3 allocs, and a descriptor | 112 B, 3 allocs, and a descriptor |
//!
//! ## Example
//!
//! ```go
//! f, err := os.Open(path)
//! if err != nil {
//! 	return err
//! }
//! if err := check(path); err != nil {
//! 	return err
//! }
//! parse(f)
//! return f.Close()
//! ```
//!
//! ## Use instead
//!
//! ```go
//! f, err := os.Open(path)
//! if err != nil {
//! 	return err
//! }
//! defer f.Close()
//! if err := check(path); err != nil {
//! 	return err
//! }
//! parse(f)
//! ```
//!
//! ## When not to
//!
//! Whoever gets a file may close it: where it is returned, stored, sent, given to a goroutine or to a function that may keep
//! or close it, that counts as handed on from there. So does a call of a method of another package's type that may keep it. Not
//! reported either: returns where opening failed or where the variable is known to be nil, paths that end the process, types that
//! are written to and whose `Close` ends the text, tests, and standard input and output. Rows that are read until there are no more
//! are closed by that, and what a transaction reads or prepares by its end. Responses to `HEAD` have no body; nothing is said of
//! responses and rows where the function makes a context, whose end closes them.
//!
//! ## The fix
//!
//! Closes it before the return, or, where the function never closes it, defers that where it was opened. It is unsafe: an
//! error of `Close` is passed over, as it was before, and where something else closes it in a way that is not seen, it would
//! be closed twice. None where a return is also reached with nothing open, and no deferred call in loops, where it would wait
//! for the function to return.
//!
//! ## Go versions
//!
//! All.
//!
//! ## References
//!
//! - [`io.Closer`](https://pkg.go.dev/io#Closer)
//! - [`(*os.File).Close`](https://pkg.go.dev/os#File.Close), [`http.Response`](https://pkg.go.dev/net/http#Response),
//!   [`sql.Rows`](https://pkg.go.dev/database/sql#Rows)

mod opened;
mod paths;

use fix::{Applicability, Plan};
use source::Span;
use syntax::tree::{Stmt, StmtId};

use self::opened::Opened;
use self::paths::{Left, Open};
use crate::{Allocates, Context, Cost, Diagnosis, FixSafety, Kind, Meta, Node, Parent, Rule, Tier};

pub(crate) struct MissingClose;

pub(crate) static RULE: MissingClose = MissingClose;

impl Rule for MissingClose {
    fn meta(&self) -> &'static Meta {
        &Meta {
            code: "UH107",
            name: "missing-close",
            tier: Tier::Always,
            since: "0.2.0",
            fix: FixSafety::Unsafe,
        }
    }

    fn looks_at(&self) -> &'static [Kind] {
        &[Kind::Assign]
    }

    fn check(&self, cx: &Context<'_>, node: Node, found: &mut Vec<Diagnosis>) {
        let Node::Stmt(stmt) = node else { return };
        if cx.is_test() {
            return;
        }
        let Some(opened) = Opened::of(cx, stmt) else { return };
        match paths::left_open(cx, &opened) {
            Left::Nowhere => {}
            Left::At(returns) => {
                found.extend(returns.iter().map(|left| at_return(cx, &opened, left)));
            }
            Left::Everywhere => found.push(never(cx, &opened)),
        }
    }
}

/// What is said of a return that leaves something open.
fn at_return(cx: &Context<'_>, opened: &Opened, left: &Open) -> Diagnosis {
    let at = left.at;
    let name = opened.closed(cx);
    let span = cx.stmt_span(at);
    let end = span.end.min(cx.content_end(span.start));
    let mut diagnosis = Diagnosis::new(
        Span::new(span.start, end),
        format!("`{name}` is still open when this returns"),
        format!("close it here, or defer {name}.Close() where it is opened"),
    )
    .because(cx.tree().ident(opened.ident).span(), "opened here");
    diagnosis.allocates = Allocates::Never;
    diagnosis.cost = Cost::per_call(0).of_bytes(0);
    // What may not be open is nil.
    diagnosis.fix = if left.maybe { None } else { close_before(cx, opened, at) };
    diagnosis
}

/// What is said of something that is not closed at all.
fn never(cx: &Context<'_>, opened: &Opened) -> Diagnosis {
    let name = opened.closed(cx);
    let is_blank = cx.store.obj(opened.variable).name.is_blank();
    let mut diagnosis = Diagnosis::new(
        cx.tree().ident(opened.ident).span(),
        format!("`{name}` is opened here and never closed"),
        if is_blank {
            "give it a name and close it".to_owned()
        } else {
            format!("defer {name}.Close()")
        },
    );
    diagnosis.allocates = Allocates::Never;
    diagnosis.cost = Cost::per_call(0).of_bytes(0);
    diagnosis.fix = if is_blank { None } else { defer_close(cx, opened) };
    diagnosis
}

fn close_before(cx: &Context<'_>, opened: &Opened, at: StmtId) -> Option<Plan> {
    let start = cx.stmt_span(at).start;
    let indent = cx.indent(start);
    let Parent::Stmt(scope) = cx.parents().stmt(opened.stmt) else { return None };
    let in_scope = cx.is_within(Parent::Stmt(at), scope);
    let alone = cx.line_start(start) + indent.len() as u32 == start;
    let name = cx.store.obj(opened.variable).name;
    let hidden = cx.declaring(name).iter().any(|&ident| {
        let pos = cx.tree().ident(ident).pos;
        ident != opened.ident && cx.stmt_span(scope).contains(pos)
    });
    if !in_scope || !alone || hidden {
        return None;
    }
    let closed = opened.closed(cx);
    let mut plan = Plan::new(Applicability::Unsafe, format!("Close {closed} before this returns"));
    plan.insert(start, format!("{closed}.Close()\n{indent}"));
    Some(plan)
}

/// Defers closing behind the statement that opens, or behind the one that looks at its error.
fn defer_close(cx: &Context<'_>, opened: &Opened) -> Option<Plan> {
    if cx.innermost_loop(Parent::Stmt(opened.stmt)).is_some() {
        return None;
    }
    let Parent::Stmt(block) = cx.parents().stmt(opened.stmt) else { return None };
    let list = cx.statements(block);
    let at = list.iter().position(|&stmt| stmt == opened.stmt)?;
    let checked = match (opened.err, list.get(at + 1)) {
        (Some(err), Some(&next)) => match cx.tree().stmt(next) {
            Stmt::If { init: None, cond, els: None, .. } if cx.mentions(cond, err) => next,
            _ => return None,
        },
        (Some(_), None) => return None,
        (None, _) => opened.stmt,
    };
    let end = cx.stmt_span(checked).end;
    let indent = cx.indent(cx.stmt_span(opened.stmt).start);
    if cx.content_end(end) != end {
        return None;
    }
    let name = opened.closed(cx);
    let mut plan =
        Plan::new(Applicability::Unsafe, format!("Close {name} when the function returns"));
    plan.insert(end, format!("\n{indent}defer {name}.Close()"));
    Some(plan)
}
