//! The calls beneath a function, as a tree.

use std::fmt::Write;

use super::Allocates;
use super::text::short;
use crate::text::count;

/// A function in the tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Callee {
    /// Its name.
    pub name: String,
    /// Whether it allocates, by itself or by what it calls.
    pub allocates: Allocates,
    /// Places in it that always allocate, outside of what it calls.
    pub always: usize,
    /// Places in it that allocate at times.
    pub sometimes: usize,
    /// Objects of those that always do.
    pub objects: u64,
    /// Their bytes, where all are known.
    pub bytes: Option<u64>,
    /// What is beneath it.
    pub beneath: Seen,
}

/// What is shown beneath a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen {
    /// What it calls that allocates.
    Calls(Vec<Callee>),
    /// It is above already: it calls itself, by and by.
    Recursive,
    /// It was shown before.
    Before,
    /// Nothing is known of what it does.
    Unknown,
    /// The tree is deep enough.
    Cut,
}

/// A line for each function beneath one.
#[must_use]
pub fn tree(callees: &[Callee]) -> String {
    if callees.is_empty() {
        return "It calls nothing that allocates.\n".to_owned();
    }
    let mut out = "Calls beneath it that may allocate:\n".to_owned();
    branch(callees, "", &mut out);
    out
}

fn branch(callees: &[Callee], before: &str, out: &mut String) {
    for (at, callee) in callees.iter().enumerate() {
        let is_last = at + 1 == callees.len();
        let (corner, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let _ = writeln!(out, "{before}{corner}{}  {}", short(&callee.name), words(callee));
        if let Seen::Calls(calls) = &callee.beneath {
            branch(calls, &format!("{before}{below}"), out);
        }
    }
}

fn words(callee: &Callee) -> String {
    let mut parts = Vec::new();
    if callee.always > 0 {
        let objects = count(usize::try_from(callee.objects).unwrap_or(usize::MAX), "object");
        parts.push(match callee.bytes.filter(|&bytes| bytes > 0) {
            Some(bytes) => format!("{objects}, {}", count(usize::try_from(bytes).unwrap_or(usize::MAX), "byte")),
            None => objects,
        });
    }
    if callee.sometimes > 0 {
        parts.push(format!("{} at times", count(callee.sometimes, "place")));
    }
    if parts.is_empty() {
        parts.push(match callee.allocates {
            Allocates::Unknown => "not known".to_owned(),
            _ => "by what it calls".to_owned(),
        });
    }
    match callee.beneath {
        Seen::Recursive => parts.push("recursive".to_owned()),
        Seen::Before => parts.push("shown above".to_owned()),
        Seen::Cut => parts.push("…".to_owned()),
        Seen::Calls(_) | Seen::Unknown => {}
    }
    parts.join("; ")
}
