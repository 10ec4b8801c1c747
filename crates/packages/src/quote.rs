//! Quoted strings, as Go source and go.mod files write them.

use std::borrow::Cow;

/// The value of a string literal with its quotes, or `None` if it is not one.
/// Bytes that are not UTF-8 are replaced.
pub(crate) fn unquote(literal: &[u8]) -> Option<Cow<'_, str>> {
    let (&quote, rest) = literal.split_first()?;
    let (&end, body) = rest.split_last()?;
    if quote != end {
        return None;
    }
    match quote {
        b'`' if !body.contains(&b'`') => {
            if body.contains(&b'\r') {
                let kept: Vec<u8> = body.iter().copied().filter(|&b| b != b'\r').collect();
                return Some(Cow::Owned(String::from_utf8_lossy(&kept).into_owned()));
            }
            Some(String::from_utf8_lossy(body))
        }
        b'"' if !body.contains(&b'\\') => {
            let plain = !body.contains(&b'"') && !body.contains(&b'\n');
            plain.then(|| String::from_utf8_lossy(body))
        }
        b'"' => unescape(body).map(Cow::Owned),
        _ => None,
    }
}

fn unescape(body: &[u8]) -> Option<String> {
    let mut value = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'"' || byte == b'\n' {
            return None;
        }
        if byte != b'\\' {
            value.push(byte);
            continue;
        }
        let (&kind, after) = rest.split_first()?;
        rest = after;
        match kind {
            b'a' => value.push(7),
            b'b' => value.push(8),
            b'f' => value.push(12),
            b'n' => value.push(b'\n'),
            b'r' => value.push(b'\r'),
            b't' => value.push(b'\t'),
            b'v' => value.push(11),
            b'\\' | b'"' => value.push(kind),
            b'x' => value.push(digits(&mut rest, 2, 16)? as u8),
            b'0'..=b'7' => {
                rest = body.get(body.len() - rest.len() - 1..)?;
                value.push(u8::try_from(digits(&mut rest, 3, 8)?).ok()?);
            }
            b'u' | b'U' => {
                let count = if kind == b'u' { 4 } else { 8 };
                let c = char::from_u32(digits(&mut rest, count, 16)?)?;
                value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&value).into_owned())
}

/// Takes exactly `count` digits of `base` off the front.
fn digits(rest: &mut &[u8], count: usize, base: u32) -> Option<u32> {
    let (taken, after) = rest.split_at_checked(count)?;
    *rest = after;
    taken.iter().try_fold(0u32, |value, &b| {
        value.checked_mul(base)?.checked_add(char::from(b).to_digit(base)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        for (literal, value) in [
            (r#""a/b""#, Some("a/b")),
            ("`a/b`", Some("a/b")),
            (r#""\x61\142\u0063\"""#, Some("abc\"")),
            (r#""\400""#, None),
            (r#""\x6""#, None),
            (r#""\q""#, None),
            (r#"""#, None),
            (r#""a"#, None),
            (r#""a"b""#, None),
            ("", None),
        ] {
            assert_eq!(unquote(literal.as_bytes()).as_deref(), value, "{literal}");
        }
    }
}
