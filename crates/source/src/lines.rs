//! From offsets to lines and columns.

use std::sync::Arc;

/// A place as people read it. Both count from 1; columns are bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
}

/// Where the lines of a file begin. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    starts: Arc<[u32]>,
}

impl Lines {
    /// Reads the line starts off a file's bytes. A line ends with `\n`; a `\r`
    /// before it is part of the line, as in Go's position information.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 24 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text).map(|i| i as u32 + 1));
        Self { starts: starts.into() }
    }

    /// Line and column of an offset; past the end it is a place on the last line.
    #[must_use]
    pub fn locate(&self, offset: u32) -> LineColumn {
        let line = self.starts.partition_point(|&s| s <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        LineColumn { line: line as u32, column: offset - start + 1 }
    }

    /// Offset of the first byte of `line` (from 1), or `None` past the last line.
    #[must_use]
    pub fn start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// Number of lines; a file that ends in `\n` has an empty last one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never so: even an empty file has one line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let lines = Lines::new(b"ab\r\nc\n\nd");
        for (offset, line, column) in
            [(0, 1, 1), (3, 1, 4), (4, 2, 1), (6, 3, 1), (7, 4, 1), (8, 4, 2)]
        {
            assert_eq!(lines.locate(offset), LineColumn { line, column }, "{offset}");
        }
        assert_eq!(lines.start(4), Some(7));
        assert_eq!(lines.start(5), None);
        assert_eq!(lines.start(0), None);
    }
}
