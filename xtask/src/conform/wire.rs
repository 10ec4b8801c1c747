//! What the oracles write: see `oracles/wire.go`.

use std::io::{self, BufRead, BufReader, Read};

/// An oracle's output.
pub(super) struct Reader<R> {
    input: BufReader<R>,
    /// The offset read last, which the next one is told against.
    last: i64,
    kinds: Vec<&'static str>,
}

/// A node of a tree, as both sides tell it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Node {
    /// The name of its type in go/ast.
    pub(super) kind: &'static str,
    /// Offset of its first byte.
    pub(super) start: i64,
    /// Offset behind its last byte.
    pub(super) end: i64,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    pub(super) fn new(input: R) -> io::Result<Self> {
        let input = BufReader::with_capacity(1 << 18, input);
        let mut reader = Self { input, last: 0, kinds: vec![""] };
        for _ in 0..reader.uint()? {
            // A handful of names for the life of a run.
            let name = reader.text()?.leak();
            reader.kinds.push(name);
        }
        Ok(reader)
    }

    /// Whether there is nothing more.
    pub(super) fn at_end(&mut self) -> io::Result<bool> {
        Ok(self.input.fill_buf()?.is_empty())
    }

    /// Offsets begin anew: at the start of each file.
    pub(super) fn restart_offsets(&mut self) {
        self.last = 0;
    }

    pub(super) fn byte(&mut self) -> io::Result<u8> {
        let buffer = self.input.fill_buf()?;
        let &byte = buffer.first().ok_or(io::ErrorKind::UnexpectedEof)?;
        self.input.consume(1);
        Ok(byte)
    }

    pub(super) fn uint(&mut self) -> io::Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "a number that does not end"))
    }

    pub(super) fn int(&mut self) -> io::Result<i64> {
        let value = self.uint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(super) fn offset(&mut self) -> io::Result<i64> {
        self.last += self.int()?;
        Ok(self.last)
    }

    pub(super) fn text(&mut self) -> io::Result<String> {
        let mut bytes = vec![0; self.uint()? as usize];
        self.input.read_exact(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A kind of node; `None` ends a list of them.
    pub(super) fn kind(&mut self) -> io::Result<Option<&'static str>> {
        let number = self.byte()?;
        if number == 0 {
            return Ok(None);
        }
        match self.kinds.get(usize::from(number)) {
            Some(&kind) => Ok(Some(kind)),
            None => Err(io::Error::new(io::ErrorKind::InvalidData, "no such kind of node")),
        }
    }

    /// A node; `None` ends a list of them.
    pub(super) fn node(&mut self) -> io::Result<Option<Node>> {
        let Some(kind) = self.kind()? else { return Ok(None) };
        let start = self.offset()?;
        let end = start + self.int()?;
        Ok(Some(Node { kind, start, end }))
    }
}
