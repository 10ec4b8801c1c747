//! Comments that speak to tools: `//go:noinline`, `//unheap:ignore …`.

use source::Span;

use crate::tree::File;

/// A comment of the form `//tool:name arguments`, with nothing before the tool.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Directive<'a> {
    /// Before the colon: `go`.
    pub tool: &'a str,
    /// From the colon to the first blank: `noinline`.
    pub name: &'a str,
    /// The rest, without blanks around it.
    pub arguments: &'a str,
    /// The comment.
    pub span: Span,
}

impl<'a> Directive<'a> {
    /// Reads a comment; `None` if it is not of the form.
    #[must_use]
    pub fn parse(comment: &'a [u8], span: Span) -> Option<Self> {
        let text = std::str::from_utf8(comment.strip_prefix(b"//")?).ok()?;
        let (head, arguments) = text.split_once([' ', '\t']).unwrap_or((text, ""));
        let (tool, name) = head.split_once(':')?;
        let is_word = |word: &str| {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
            word.bytes().next().is_some_and(plain) && word.bytes().all(|b| plain(b) || b == b'-')
        };
        let valid = is_word(tool) && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        valid.then(|| Self { tool, name, arguments: arguments.trim(), span })
    }
}

impl File {
    /// All directives to tools among the comments of the file whose text is `text`,
    /// in order.
    pub fn directives<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Directive<'a>> {
        self.comments().iter().filter_map(|&span| Directive::parse(text.get(span.range())?, span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives() {
        for (comment, expected) in [
            ("//go:noinline", Some(("go", "noinline", ""))),
            ("//go:linkname a b.c ", Some(("go", "linkname", "a b.c"))),
            ("//unheap:ignore UH004 it is small", Some(("unheap", "ignore", "UH004 it is small"))),
            ("//unheap:ignore-file\tall", Some(("unheap", "ignore-file", "all"))),
            ("//nolint:unheap // why", Some(("nolint", "unheap", "// why"))),
            ("// go:noinline", None),
            ("//line a.go:1", None),
            ("/*go:noinline*/", None),
            ("//http://example.com", None),
        ] {
            let found = Directive::parse(comment.as_bytes(), Span::default());
            assert_eq!(found.map(|d| (d.tool, d.name, d.arguments)), expected, "{comment}");
        }
    }
}
