//! Passing over a block.

use super::Lexer;

/// Bytes at which something begins that may hold braces, and braces.
const STOP: [bool; 256] = {
    let mut table = [false; 256];
    let stops = b"{}\"'`/";
    let mut i = 0;
    while i < stops.len() {
        table[stops[i] as usize] = true;
        i += 1;
    }
    table
};

impl Lexer<'_> {
    /// From the `{` just read to behind its `}`, whatever stands between; `//line`
    /// directives are kept. False if the text ends first.
    pub(crate) fn skip_block(&mut self) -> bool {
        let (begin, first_line) = (self.offset, self.line);
        let mut depth: u32 = 1;
        while depth > 0 {
            let rest = &self.text[self.offset..];
            let Some(len) = rest.iter().position(|&b| STOP[b as usize]) else { break };
            self.start = (self.offset + len) as u32;
            self.offset += len + 1;
            match rest[len] {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                b'"' => _ = self.string(),
                b'\'' => _ = self.rune(),
                b'`' => _ = self.raw_string(),
                _ => match self.peek() {
                    b'/' => _ = self.line_comment(false),
                    b'*' => _ = self.block_comment(false),
                    _ => {}
                },
            }
        }
        if depth > 0 {
            self.skip_to_end();
        }
        let newlines = memchr::memchr_iter(b'\n', &self.text[begin..self.offset]).count();
        self.line = first_line + newlines as u32;
        self.token_line = self.line;
        self.insert_semi = depth == 0;
        depth == 0
    }
}
