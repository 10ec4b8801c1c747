//! Go source text in, a tree and a list of errors out.
//!
//! No I/O, no failure, no panic: whatever the bytes, there is a [`File`].

mod build_line;
pub mod directives;
pub mod dump;
mod lexer;
mod parser;
pub mod positions;
pub mod token;
pub mod tree;
mod unicode;
pub mod walk;

pub use lexer::lex;
pub use parser::{
    MAX_CHAIN, MAX_LEN, MAX_NESTING, Options, parse, parse_expression, parse_function,
};
pub use tree::File;

/// Whether a line before the package clause says that a program wrote the file, in the words that the go command
/// asks for. `text` is what the file was read from.
#[must_use]
pub fn is_generated(file: &File, text: &[u8]) -> bool {
    let comments = file.comments().iter().take_while(|c| c.start < file.package);
    comments.filter_map(|c| text.get(c.range())).any(|text| {
        let text = text.trim_ascii_end();
        text.starts_with(b"// Code generated ") && text.ends_with(b" DO NOT EDIT.")
    })
}

/// The error of a file that offsets of 32 bits cannot name all of.
fn too_large() -> tree::SyntaxError {
    tree::SyntaxError {
        span: source::Span::new(0, 0),
        message: "file of 4 GiB or more is not read".to_owned(),
    }
}
