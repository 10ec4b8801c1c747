//! Characters and strings as Go source.

use std::fmt::Write;

/// Appends a string as `strconv.Quote` writes it.
pub fn quote(text: &mut String, value: &str) {
    text.push('"');
    value.chars().for_each(|c| escaped(text, c, '"'));
    text.push('"');
}

/// Appends a character as `%q` writes it.
pub fn quote_char(text: &mut String, c: char) {
    text.push('\'');
    escaped(text, c, '\'');
    text.push('\'');
}

fn escaped(text: &mut String, c: char, quote: char) {
    // Writing to a string cannot fail.
    let _ = match c {
        '\\' => text.write_str("\\\\"),
        _ if c == quote => write!(text, "\\{c}"),
        ' '..='~' => text.write_char(c),
        '\x07' => text.write_str("\\a"),
        '\x08' => text.write_str("\\b"),
        '\x0c' => text.write_str("\\f"),
        '\n' => text.write_str("\\n"),
        '\r' => text.write_str("\\r"),
        '\t' => text.write_str("\\t"),
        '\x0b' => text.write_str("\\v"),
        '\0'..='\x7f' => write!(text, "\\x{:02x}", u32::from(c)),
        _ if prints(c) => text.write_char(c),
        '\u{80}'..='\u{ffff}' => write!(text, "\\u{:04x}", u32::from(c)),
        _ => write!(text, "\\U{:08x}", u32::from(c)),
    };
}

/// Whether a character is a letter, mark, number, punctuation or symbol.
fn prints(c: char) -> bool {
    // Debug output escapes just the others, and, unless a character precedes them, marks.
    let after = ['x', c].iter().collect::<String>();
    !after.escape_debug().skip(1).eq(c.escape_unicode())
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_as_go_does() {
        let check = |value: &str, expected: &str| {
            let mut text = String::new();
            super::quote(&mut text, value);
            assert_eq!(text, expected);
        };
        check("json:\"a,omitempty\"", r#""json:\"a,omitempty\"""#);
        check("\\\u{7}\u{8}\u{c}\n\r\t\u{b}\0\u{7f}", r#""\\\a\b\f\n\r\t\v\x00\x7f""#);
        check(
            "日本 é e\u{301} \u{a0}\u{ad}\u{feff}\u{2028}\u{e0001}😀",
            "\"日本 é e\u{301} \\u00a0\\u00ad\\ufeff\\u2028\\U000e0001😀\"",
        );
    }

    #[test]
    fn characters_as_go_has_them() {
        let of = |c| {
            let mut text = String::new();
            super::quote_char(&mut text, c);
            text
        };
        assert_eq!(of('\''), r"'\''");
        assert_eq!(of('"'), r#"'"'"#);
        assert_eq!(of('\n'), r"'\n'");
        assert_eq!(of('é'), "'é'");
        assert_eq!(of('\u{feff}'), r"'\ufeff'");
    }
}
