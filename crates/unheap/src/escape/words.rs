//! Verdicts in words.

use escape::allocation::{Because, Operation, Site, When};

/// When an operation allocates that does not always.
pub(super) fn when(operation: Operation, when: When) -> String {
    match when {
        When::LongerThan(n) if operation == Operation::Append => {
            format!("each time that the slice is full, past {n} elements")
        }
        When::LongerThan(n) => format!("if it has more than {n} elements"),
        When::TextLongerThan(n) => format!("if it is longer than {n} bytes"),
        When::NotEmpty => "unless it is empty".into(),
        When::NotOneByte => "unless it is a single byte".into(),
        When::TwoNotEmpty => "unless all parts but one are empty".into(),
        When::ValueAbove(n) => format!("unless its value is from 0 to {n}"),
        When::CapacityExceeded => "each time that the slice is full".into(),
        When::OnStack => "once it is too long for the stack".into(),
        When::MapGrows => "each time that the map has to grow".into(),
        When::HintAbove(n) => format!("if it is made for more than {n} entries"),
        When::NoneReady => "unless one that has been used is ready".into(),
        When::Unknown => "depending on its type or value".into(),
    }
}

/// Why an operation never allocates.
pub(super) fn because(because: Because) -> &'static str {
    match because {
        Because::OnStack => "it does not leave the function",
        Because::Constant => "it is a constant, which lies in the program",
        Because::Static => "it is never written to, and lies in the program",
        Because::ZeroSize => "it has no size",
        Because::PointerShaped => "it is a pointer, which an interface holds itself",
        Because::SingleByte => "Go has a copy of each value of one byte ready",
        Because::Ready => "Go has a copy of this value ready",
        Because::CapturesNothing => "it captures nothing",
        Because::ZeroCopy => "nothing is written to it, so it shares the memory of the original",
        Because::Temporary => "it is only looked at and not kept",
        Because::HasRoom => "there is room",
        Because::Merged => "it is part of another object",
        Because::Empty => "it is empty",
        Because::OpenCoded => "the call is made where the function returns",
        Because::Interface => "it is an interface value already",
        Because::NotReached => "it is never executed",
    }
}

/// Why an operation allocates wherever its value goes. Nothing where that is not so.
pub(super) fn regardless(site: &Site) -> Option<&'static str> {
    if site.allocates.is_never() {
        return None;
    }
    Some(match site.operation {
        Operation::Concatenation => "the text is made anew on the heap, whatever becomes of it",
        Operation::MakeChan => "channels are always on the heap",
        Operation::MapInsert => "the entries of a map that grows are on the heap",
        Operation::Go => "a goroutine outlives the statement, so what it needs is on the heap",
        Operation::Defer => "a loop may defer any number of calls, so each is recorded on the heap",
        _ => return None,
    })
}

/// What would keep a value on the stack.
pub(super) fn help(site: &Site, keep: &str) -> String {
    if site.operation.is_text() {
        // Longer texts do not fit into the room that the compiler sets aside.
        format!("it could stay on the stack, up to 32 bytes, {keep}")
    } else {
        format!("it would stay on the stack {keep}")
    }
}

/// The bytes of what is made, as a Go expression.
pub(super) fn formula(site: &Site) -> Option<&str> {
    // Results without a name are no Go, nor is what the compiler made itself.
    site.bytes_formula.as_deref().filter(|formula| !formula.contains(['~', '…']))
}
