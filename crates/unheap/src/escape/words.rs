//! Verdicts in words.

use escape::allocation::{Because, When};

/// When an operation allocates that does not always.
pub(super) fn when(when: When) -> String {
    match when {
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
