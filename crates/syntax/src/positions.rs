//! From offsets to places that people and tools read.

use std::sync::Arc;

use source::{LineColumn, Lines, Name};

use crate::tree::{File, LineDirective};

/// What tells places in a file, without its tree.
#[derive(Clone, Debug, Default)]
pub struct Positions {
    /// Where lines begin.
    pub lines: Lines,
    /// `//line` directives, in order.
    pub line_directives: Arc<[LineDirective]>,
    /// Length of the text in bytes.
    pub len: u32,
}

/// A place by the `//line` directives of its file: what compilers and profiles print.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// File that the directive names, as written there; `None` is the file itself.
    pub file: Option<Name>,
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1; 0 where the directive leaves it open.
    pub column: u32,
}

impl File {
    /// What tells places in the file; it is shared, not copied.
    #[must_use]
    pub fn positions(&self) -> Positions {
        let (lines, line_directives) = (self.lines.clone(), self.line_directives.clone());
        Positions { lines, line_directives, len: self.len }
    }

    /// The physical place of an offset.
    #[must_use]
    pub fn locate(&self, offset: u32) -> LineColumn {
        self.lines.locate(offset)
    }

    /// The place of an offset by the `//line` directive before it.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        position(&self.lines, &self.line_directives, offset)
    }
}

impl Positions {
    /// The place of an offset by the `//line` directive before it.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        position(&self.lines, &self.line_directives, offset)
    }
}

fn position(lines: &Lines, directives: &[LineDirective], offset: u32) -> Position {
    let physical = lines.locate(offset);
    let after = directives.partition_point(|d| d.offset <= offset);
    let Some(last) = after.checked_sub(1) else {
        return Position { file: None, line: physical.line, column: physical.column };
    };
    let directive = &directives[last];
    let base = lines.locate(directive.offset);
    let lines_on = physical.line - base.line;
    let column = match directive.column {
        0 => 0,
        column if lines_on == 0 => column + (offset - directive.offset),
        _ => physical.column,
    };
    let named = directives[..=last].iter().rev().find_map(|d| d.file);
    Position { file: named, line: directive.line + lines_on, column }
}
