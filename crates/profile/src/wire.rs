//! The wire format of protocol buffers, as far as pprof uses it.

use crate::read::Error;

/// Fields of a message, one after the other.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
    /// Offset of `rest` in the file.
    at: usize,
}

/// The value of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// A number; those of a fixed width, too.
    Number(u64),
    /// A text, a message, or numbers one after the other; with the offset where it begins.
    Bytes(&'a [u8], usize),
}

impl<'a> Fields<'a> {
    /// The fields of a message that begins at an offset of the file.
    pub(crate) fn new(message: &'a [u8], at: usize) -> Self {
        Self { rest: message, at }
    }

    /// The next field and its number; `None` at the end of the message.
    pub(crate) fn next(&mut self) -> Result<Option<(u32, Value<'a>)>, Error> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let begin = self.at;
        let key = self.number()?;
        let field = u32::try_from(key >> 3).map_err(|_| Error::malformed(begin))?;
        let value = match key & 7 {
            0 => Value::Number(self.number()?),
            1 => Value::Number(u64::from_le_bytes(self.fixed()?)),
            5 => Value::Number(u64::from(u32::from_le_bytes(self.fixed()?))),
            2 => {
                let length = self.number()?;
                let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX))?;
                Value::Bytes(bytes, self.at - bytes.len())
            }
            // Groups are in no profile.
            _ => return Err(Error::malformed(begin)),
        };
        Ok(Some((field, value)))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return Err(Error::truncated(self.at));
        };
        self.rest = rest;
        self.at += length;
        Ok(taken)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let at = self.at;
        self.take(N)?.try_into().map_err(|_| Error::truncated(at))
    }

    fn number(&mut self) -> Result<u64, Error> {
        let (number, length) = varint(self.rest).ok_or_else(|| match self.rest.len() {
            ..10 => Error::truncated(self.at),
            _ => Error::malformed(self.at),
        })?;
        self.rest = &self.rest[length..];
        self.at += length;
        Ok(number)
    }
}

/// A number of seven bits to the byte, and its length; `None` where it does not end.
#[inline]
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut number = 0_u64;
    for (at, &byte) in bytes.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte < 0x80 {
            return Some((number, at + 1));
        }
    }
    None
}

/// Numbers of a repeated field: one, or several that are packed.
pub(crate) fn numbers(value: Value<'_>, mut each: impl FnMut(u64)) -> Result<(), Error> {
    match value {
        Value::Number(number) => each(number),
        Value::Bytes(mut packed, mut at) => {
            while !packed.is_empty() {
                let (number, length) = varint(packed).ok_or_else(|| Error::truncated(at))?;
                each(number);
                packed = &packed[length..];
                at += length;
            }
        }
    }
    Ok(())
}

impl<'a> Value<'a> {
    /// The number; 0 of what is none.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Number(number) => number,
            Self::Bytes(..) => 0,
        }
    }

    /// The number with its sign.
    pub(crate) fn signed(self) -> i64 {
        self.number().cast_signed()
    }

    /// The fields of a message; none of what is none.
    pub(crate) fn message(self) -> Fields<'a> {
        match self {
            Self::Bytes(bytes, at) => Fields::new(bytes, at),
            Self::Number(_) => Fields::new(&[], 0),
        }
    }
}
