//! What is allocated: a verdict for every operation, beside where its value lives.
//!
//! Where a value lives (`-gcflags=-m`) and what is allocated (`-benchmem`) are two questions. A constant in an interface is
//! on the heap by the first and no object by the second; `make([]byte, n)` that does not escape is an object where `n` is
//! more than 32. This module answers the second one, from the first and from what the compiler does after escape analysis.

mod site;

pub use site::{Allocates, Because, Operation, Site, When};
