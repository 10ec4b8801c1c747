//! Comments and the `//line` directives in them.

use source::{Name, Span};

use super::Lexer;
use crate::token::Token;
use crate::tree::LineDirective;

/// Lines and columns beyond this are refused, as the compiler does.
const MAX_LINE_OR_COLUMN: u64 = 1 << 30;

impl Lexer<'_> {
    /// `//` up to the end of the line; the first `/` is passed.
    pub(super) fn line_comment(&mut self, insert_semi: bool) -> Token {
        self.insert_semi = insert_semi;
        let start = self.start as usize;
        let rest = &self.text[start..];
        let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.offset = start + len;
        let has_return = rest[..len].last() == Some(&b'\r');
        self.comment_end = (self.offset - usize::from(has_return)) as u32;
        if rest[2..].starts_with(b"line ") && (start == 0 || self.text[start - 1] == b'\n') {
            let next = (self.offset + 1).min(self.text.len());
            self.line_directive(next, start + 7, self.comment_end as usize);
        }
        Token::Comment
    }

    /// `/*` up to `*/`; the first `/` is passed.
    pub(super) fn block_comment(&mut self, insert_semi: bool) -> Token {
        let start = self.start as usize;
        let body = start + 2;
        let terminated = memchr::memmem::find(&self.text[body..], b"*/");
        self.offset = terminated.map_or(self.text.len(), |len| body + len + 2);
        self.comment_end = self.offset as u32;
        if terminated.is_none() {
            self.error(start, body, "comment not terminated");
        } else if self.text[body..].starts_with(b"line ") {
            self.line_directive(self.offset, start + 7, self.offset - 2);
        }
        self.insert_semi = insert_semi;
        let mut newlines = memchr::memchr_iter(b'\n', &self.text[body..self.offset]);
        if let Some(first) = newlines.next() {
            if insert_semi {
                self.newline_in_comment = Some(((body + first) as u32, self.line));
                self.insert_semi = false;
            }
            self.line += 1 + newlines.count() as u32;
        }
        Token::Comment
    }

    /// Reads `file:line` or `file:line:column` between two offsets; it holds from
    /// `next` on.
    fn line_directive(&mut self, next: usize, start: usize, end: usize) {
        let text = &self.text[start.min(end)..end];
        let Some((before, last)) = split_number(text) else { return };
        let last_start = end - (text.len() - before.len() - 1);
        let Some(last) = last else {
            return self.bad_directive("line", last_start, end);
        };
        let (file, line, line_start, column) = match split_number(before) {
            Some((file, Some(line))) => {
                if last == 0 || last > MAX_LINE_OR_COLUMN {
                    return self.bad_directive("column", last_start, end);
                }
                (file, line, start + file.len() + 1, last)
            }
            _ => (before, last, last_start, 0),
        };
        if line == 0 || line > MAX_LINE_OR_COLUMN {
            return self.bad_directive("line", line_start, end);
        }
        if next >= self.text.len() {
            return;
        }
        let keeps_file = file.is_empty() && column != 0;
        let file = (!keeps_file).then(|| Name::new(&String::from_utf8_lossy(file)));
        self.line_directives.push(LineDirective {
            offset: next as u32,
            file,
            line: line as u32,
            column: column as u32,
        });
    }

    fn bad_directive(&mut self, what: &str, start: usize, end: usize) {
        let text = String::from_utf8_lossy(&self.text[start..end]).into_owned();
        self.error(start, end, format!("invalid {what} number: {text}"));
    }
}

/// Splits at the last colon; the number is `None` where what follows is none.
fn split_number(text: &[u8]) -> Option<(&[u8], Option<u64>)> {
    let colon = memchr::memrchr(b':', text)?;
    let digits = &text[colon + 1..];
    let number = match digits.iter().all(u8::is_ascii_digit) {
        true => std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()),
        false => None,
    };
    Some((&text[..colon], number))
}

/// How many carriage returns `go/scanner` takes out of the comment `span`: by so
/// much the end that `go/ast` computes from the comment's text falls short.
pub(crate) fn stripped_returns(text: &[u8], span: Span) -> u32 {
    let comment = &text[span.range()];
    let mut stripped = 0;
    let mut kept: usize = 0;
    let mut last_kept = 0;
    for (i, &byte) in comment.iter().enumerate() {
        // In `*\r/` it stays, as the comment would end early without it.
        let guards = comment[1] == b'*'
            && kept > 2
            && last_kept == b'*'
            && comment.get(i + 1) == Some(&b'/');
        if byte == b'\r' && !guards {
            stripped += 1;
        } else {
            kept += 1;
            last_kept = byte;
        }
    }
    stripped
}
