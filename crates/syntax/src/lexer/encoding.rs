//! What a file's bytes must be: UTF-8 without NUL, a byte order mark only in front.

use super::{BOM, Lexer};

/// The character at the start of `bytes` and its length, or `None` at their end and
/// where they are no UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    let len = match *bytes.first()? {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    };
    let c = std::str::from_utf8(bytes.get(..len)?).ok()?.chars().next()?;
    Some((c, len))
}

impl Lexer<'_> {
    /// Reports every byte that no Go file may have, wherever it stands.
    pub(super) fn check_encoding(&mut self) {
        let text = self.text;
        if memchr::memchr(0, text).is_none() {
            if text.is_ascii() {
                return;
            }
            let after_mark = text.strip_prefix(BOM).unwrap_or(text);
            if std::str::from_utf8(text).is_ok() && memchr::memmem::find(after_mark, BOM).is_none()
            {
                return;
            }
        }
        self.report_encoding();
    }

    #[cold]
    fn report_encoding(&mut self) {
        let text = self.text;
        if matches!(text, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            self.error(0, 2, "illegal UTF-8 encoding (got UTF-16)");
            self.skip_to_end();
            return;
        }
        let mut offset = 0;
        while let Some(&byte) = text.get(offset) {
            let len = if byte.is_ascii() {
                if byte == 0 {
                    self.error(offset, offset + 1, "illegal character NUL");
                }
                1
            } else {
                match decode(&text[offset..]) {
                    None => {
                        self.error(offset, offset + 1, "illegal UTF-8 encoding");
                        1
                    }
                    Some(('\u{feff}', len)) => {
                        if offset > 0 {
                            self.error(offset, offset + len, "illegal byte order mark");
                        }
                        len
                    }
                    Some((_, len)) => len,
                }
            };
            offset += len;
        }
    }
}
