//! Places in files: 3.29, 3.30.

use std::fmt::Write;
use std::path::Path;

use rules::Position;
use serde_json::{Value, json};
use source::Lines;

use crate::Sources;
use crate::excerpt::slashes;

/// Tells places by the text of files.
pub(super) struct Places<'a>(pub(super) &'a dyn Sources);

impl Places<'_> {
    /// A place with its file.
    pub(super) fn physical(&self, path: &Path, start: Position, end: Position) -> Value {
        json!({"artifactLocation": artifact(path), "region": self.region(path, start, end)})
    }

    /// The place of a range of bytes in a file. Where the text is not at hand, no more is known than the bytes.
    pub(super) fn region_of_bytes(&self, path: &Path, start: u32, end: u32) -> Value {
        match self.0.source(path) {
            Some(text) => {
                let lines = Lines::new(text);
                let position = |offset| Position::new(&lines, offset);
                self.region(path, position(start), position(end))
            }
            None => json!({"byteOffset": start, "byteLength": end.saturating_sub(start)}),
        }
    }

    fn region(&self, path: &Path, start: Position, end: Position) -> Value {
        let Some(text) = self.0.source(path) else {
            return json!({"startLine": start.line, "endLine": end.line});
        };
        json!({
            "startLine": start.line,
            "startColumn": column(text, start),
            "endLine": end.line,
            "endColumn": column(text, end),
        })
    }
}

/// The column in UTF-16 code units, from 1; bytes that are no UTF-8 count as one each.
fn column(text: &[u8], at: Position) -> usize {
    let end = (at.offset as usize).min(text.len());
    let start = end.saturating_sub(at.column.saturating_sub(1) as usize);
    let chunks = text.get(start..end).unwrap_or_default().utf8_chunks();
    let units = chunks.map(|chunk| chunk.valid().encode_utf16().count() + chunk.invalid().len());
    1 + units.sum::<usize>()
}

/// A file: relative to the folder of the run, or else with its whole path.
pub(super) fn artifact(path: &Path) -> Value {
    let text = slashes(path);
    if path.is_absolute() {
        let slash = if text.starts_with('/') { "" } else { "/" };
        return json!({"uri": format!("file://{slash}{}", encoded(&text))});
    }
    json!({"uri": encoded(&text), "uriBaseId": "%SRCROOT%"})
}

/// A path as part of a URI: RFC 3986, 3.3. A colon, which could be taken for the end of a scheme, is encoded too.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_utf16() {
        let text = "a\né𝄞x\n".as_bytes();
        let lines = Lines::new(text);
        for (offset, expected) in [(2, 1), (4, 2), (8, 4), (9, 5)] {
            assert_eq!(column(text, Position::new(&lines, offset)), expected, "{offset}");
        }
        let broken = b"\xff\xfex";
        assert_eq!(column(broken, Position::new(&Lines::new(broken), 2)), 3);
    }

    #[test]
    fn paths_are_uris() {
        assert_eq!(encoded("a b/c%d/é.go"), "a%20b/c%25d/%C3%A9.go");
        assert_eq!(encoded("C:/x#1?.go"), "C%3A/x%231%3F.go");
    }
}
