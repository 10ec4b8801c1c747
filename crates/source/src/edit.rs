//! Replacements of bytes.

use crate::Span;

/// A replacement of the bytes of `span` by `text`; an empty span inserts.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// Why edits could not be applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EditError {
    /// Two edits touch the same bytes; the offset is where the second begins.
    Overlap(u32),
    /// An edit reaches past the end of the text.
    OutOfRange(u32),
}

impl std::fmt::Display for EditError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Overlap(at) => write!(f, "edits overlap at offset {at}"),
            Self::OutOfRange(at) => {
                write!(f, "edit at offset {at} reaches past the end of the file")
            }
        }
    }
}

impl std::error::Error for EditError {}

/// The text after `edits`, which may come in any order. Insertions at one offset
/// keep their order.
///
/// # Errors
/// When two edits overlap, or one leaves the text.
pub fn apply(text: &[u8], edits: &[Edit]) -> Result<Vec<u8>, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|e| (e.span.start, e.span.end));
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in sorted {
        if (edit.span.start as usize) < done {
            return Err(EditError::Overlap(edit.span.start));
        }
        let kept = text.get(done..edit.span.start as usize);
        let kept = kept.ok_or(EditError::OutOfRange(edit.span.start))?;
        if edit.span.end as usize > text.len() || edit.span.end < edit.span.start {
            return Err(EditError::OutOfRange(edit.span.start));
        }
        out.extend_from_slice(kept);
        out.extend_from_slice(edit.text.as_bytes());
        done = edit.span.end as usize;
    }
    out.extend_from_slice(&text[done..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span::new(start, end), text: text.into() }
    }

    #[test]
    fn in_any_order() {
        let edits = [edit(4, 5, "E"), edit(0, 1, "A"), edit(2, 2, "+"), edit(2, 2, "-")];
        assert_eq!(apply(b"abcde", &edits).unwrap(), b"Ab+-cdE");
    }

    #[test]
    fn faults() {
        assert_eq!(apply(b"abc", &[edit(0, 2, ""), edit(1, 3, "")]), Err(EditError::Overlap(1)));
        assert_eq!(apply(b"abc", &[edit(2, 9, "")]), Err(EditError::OutOfRange(2)));
        assert_eq!(apply(b"abc", &[edit(7, 9, "")]), Err(EditError::OutOfRange(7)));
    }
}
