//! Go source text in, a tree and a list of errors out.
//!
//! No I/O, no failure, no panic: whatever the bytes, there is a [`File`].

pub mod tree;

pub use tree::File;
