//! The start of a Go file: build constraints, package clause and imports.
//!
//! Nothing after the imports is looked at, so that whole module graphs can be
//! discovered at the speed of reading them.

use crate::constraint::Constraint;
use crate::quote::unquote;

/// The conditions under which a file is built.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Leading {
    /// The `//go:build` line.
    pub build: Option<Constraint>,
    /// The `// +build` lines, which count where there is no `//go:build` line.
    pub plus_build: Vec<Constraint>,
}

/// An import declaration of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportSpec {
    /// The path between the quotes.
    pub path: String,
    /// Offset of the declaration's first byte: its name, or else its path.
    pub offset: u32,
}

/// A fault in the header and the offset where it was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeaderError {
    /// Offset in bytes.
    pub offset: u32,
    /// What is wrong.
    pub message: String,
}

/// Package clause and imports.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Header {
    /// Name of the package; empty where the clause is broken.
    pub package: String,
    /// Offset of the package's name.
    pub package_offset: u32,
    /// The imports in order; none where one of them is broken, as Go has it.
    pub imports: Vec<ImportSpec>,
    /// The first fault.
    pub error: Option<HeaderError>,
    /// Whether a NUL byte stands in the header: Go does not list such a file.
    pub has_nul: bool,
}

/// Length of the byte order mark at the start of a file.
fn mark_len(text: &[u8]) -> usize {
    if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 }
}

impl Leading {
    /// Reads the comments before the package clause.
    ///
    /// # Errors
    /// The words of what is wrong with a `//go:build` line, and its offset.
    pub fn parse(text: &[u8]) -> Result<Self, HeaderError> {
        let comments = leading_comments(text)?;
        let Some((offset, line)) = comments.build else {
            return Ok(Self { build: None, plus_build: plus_lines(&text[..comments.end]) });
        };
        let expression = String::from_utf8_lossy(&line[b"//go:build".len()..]);
        match Constraint::parse(expression.trim()) {
            Ok(constraint) => Ok(Self { build: Some(constraint), plus_build: Vec::new() }),
            Err(fault) => Err(HeaderError {
                offset: offset as u32,
                message: format!("parsing //go:build line: {fault}"),
            }),
        }
    }

    /// The language version that the constraint implies: `N` of `go1.N`.
    #[must_use]
    pub fn minimum_go(&self) -> Option<u32> {
        self.build.as_ref()?.minimum_go()
    }
}

/// What the comments before the package clause hold for constraints.
struct LeadingComments<'a> {
    /// Up to here `// +build` lines count: the last blank line among the first
    /// `//` comments.
    end: usize,
    /// The `//go:build` line and its offset.
    build: Option<(usize, &'a [u8])>,
}

fn leading_comments(text: &[u8]) -> Result<LeadingComments<'_>, HeaderError> {
    let mut found = LeadingComments { end: 0, build: None };
    let mut at = mark_len(text);
    let mut only_line_comments = true;
    let mut in_block = false;
    while at < text.len() {
        let start = at;
        let len = memchr::memchr(b'\n', &text[at..]).map_or(text.len() - at, |i| i + 1);
        at += len;
        let mut line = text[start..at].trim_ascii();
        if line.is_empty() {
            if only_line_comments {
                found.end = at;
            }
            continue;
        }
        if !line.starts_with(b"//") {
            only_line_comments = false;
        }
        if !in_block && is_build_line(line) {
            if found.build.is_some() {
                let message = "multiple //go:build comments".into();
                return Err(HeaderError { offset: start as u32, message });
            }
            found.build = Some((start, line));
        }
        while !line.is_empty() {
            if in_block {
                let Some(end) = memchr::memmem::find(line, b"*/") else { break };
                in_block = false;
                line = line[end + 2..].trim_ascii();
            } else if line.starts_with(b"//") {
                break;
            } else if let Some(rest) = line.strip_prefix(b"/*") {
                in_block = true;
                line = rest.trim_ascii();
            } else {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

fn is_build_line(line: &[u8]) -> bool {
    line.strip_prefix(b"//go:build")
        .is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

fn plus_lines(text: &[u8]) -> Vec<Constraint> {
    let mut constraints = Vec::new();
    if memchr::memmem::find(text, b"+build").is_none() {
        return constraints;
    }
    for line in text.split(|&b| b == b'\n') {
        let Some(comment) = line.trim_ascii().strip_prefix(b"//") else { continue };
        let Some(rest) = comment.trim_ascii().strip_prefix(b"+build") else { continue };
        if rest.first().is_none_or(u8::is_ascii_whitespace) {
            constraints.extend(Constraint::parse_plus(&String::from_utf8_lossy(rest)));
        }
    }
    constraints
}

impl Header {
    /// Reads the package clause and the imports.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        let mut header = Self::default();
        let mut scanner = Scanner { text, at: mark_len(text), new_line: false };
        let fault = scanner.header(&mut header).err();
        if let Some(fault) = fault {
            let end = fault.offset as usize;
            header.has_nul = memchr::memchr(0, &text[..end.min(text.len())]).is_some()
                || text.get(end) == Some(&0);
            header.imports.clear();
            header.error = Some(fault);
        }
        header
    }
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether a line ended in the blanks and comments that were last skipped.
    new_line: bool,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn fault<T>(&self, message: impl Into<String>) -> Result<T, HeaderError> {
        Err(HeaderError { offset: self.at as u32, message: message.into() })
    }

    /// What was read so far must be UTF-8.
    fn check_encoding(&self) -> Result<(), HeaderError> {
        let read = &self.text[..self.at.min(self.text.len())];
        match std::str::from_utf8(read) {
            Ok(_) => Ok(()),
            Err(error) => Err(HeaderError {
                offset: error.valid_up_to() as u32,
                message: "illegal UTF-8 encoding".into(),
            }),
        }
    }

    fn header(&mut self, header: &mut Header) -> Result<(), HeaderError> {
        self.skip()?;
        if self.word() != b"package" {
            return self.fault("expected 'package'");
        }
        self.skip()?;
        let start = self.at;
        let name = self.word();
        if name.is_empty() {
            return self.fault("expected package name");
        }
        self.skip()?;
        self.end_of_statement(false)?;
        self.skip()?;
        // Go knows the package once the next token is read without fault.
        self.check_encoding()?;
        header.package = String::from_utf8_lossy(name).into_owned();
        header.package_offset = start as u32;
        loop {
            self.skip()?;
            let start = self.at;
            if self.word() != b"import" {
                self.at = start;
                return self.check_encoding();
            }
            self.skip()?;
            if self.peek() == Some(b'(') {
                self.at += 1;
                self.group(header)?;
                self.skip()?;
                self.end_of_statement(false)?;
            } else {
                self.spec(header)?;
                self.end_of_statement(false)?;
            }
        }
    }

    fn group(&mut self, header: &mut Header) -> Result<(), HeaderError> {
        loop {
            self.skip()?;
            match self.peek() {
                Some(b')') => {
                    self.at += 1;
                    return Ok(());
                }
                None => return self.fault("expected ')'"),
                _ => {
                    self.spec(header)?;
                    self.end_of_statement(true)?;
                }
            }
        }
    }

    fn spec(&mut self, header: &mut Header) -> Result<(), HeaderError> {
        let start = self.at;
        if self.peek() == Some(b'.') {
            self.at += 1;
        } else {
            self.word();
        }
        self.skip()?;
        let literal = self.string()?;
        let Some(path) = unquote(literal) else {
            return self.fault("invalid quoted string");
        };
        if !is_valid_path(&path) {
            self.at = start;
            return self.fault(format!("invalid import path: {path}"));
        }
        header.imports.push(ImportSpec { path: path.into_owned(), offset: start as u32 });
        self.skip()
    }

    /// After `skip`: a statement ends at a line's end, a `;` or, in a group, a `)`.
    fn end_of_statement(&mut self, in_group: bool) -> Result<(), HeaderError> {
        match self.peek() {
            Some(b';') => {
                self.at += 1;
                Ok(())
            }
            None => Ok(()),
            Some(b')') if in_group => Ok(()),
            _ if self.new_line => Ok(()),
            _ => self.fault("expected ';'"),
        }
    }

    fn word(&mut self) -> &'a [u8] {
        let start = self.at;
        let part = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
        while self.peek().is_some_and(part) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn string(&mut self) -> Result<&'a [u8], HeaderError> {
        let start = self.at;
        match self.peek() {
            Some(b'`') => match memchr::memchr(b'`', &self.text[start + 1..]) {
                Some(len) => self.at = start + 1 + len + 1,
                None => return self.fault("string literal not terminated"),
            },
            Some(b'"') => {
                self.at += 1;
                loop {
                    match self.peek() {
                        Some(b'"') => break self.at += 1,
                        Some(b'\\') => self.at = (self.at + 2).min(self.text.len()),
                        None | Some(b'\n') => return self.fault("string literal not terminated"),
                        Some(_) => self.at += 1,
                    }
                }
            }
            _ => return self.fault("missing import path"),
        }
        Ok(&self.text[start..self.at])
    }

    fn skip(&mut self) -> Result<(), HeaderError> {
        self.new_line = false;
        loop {
            match self.peek() {
                Some(b'\n') => {
                    self.new_line = true;
                    self.at += 1;
                }
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'/') => match self.text.get(self.at + 1) {
                    Some(b'/') => {
                        let rest = &self.text[self.at..];
                        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    }
                    Some(b'*') => {
                        let rest = &self.text[self.at + 2..];
                        let Some(len) = memchr::memmem::find(rest, b"*/") else {
                            return self.fault("comment not terminated");
                        };
                        self.new_line |= memchr::memchr(b'\n', &rest[..len]).is_some();
                        self.at += 2 + len + 2;
                    }
                    _ => return Ok(()),
                },
                Some(0) => return self.fault("illegal character NUL"),
                _ => return Ok(()),
            }
        }
    }
}

/// The characters that Go's spec lets a compiler refuse in an import path.
fn is_valid_path(path: &str) -> bool {
    let illegal = |c: char| {
        c.is_control() || c.is_whitespace() || "!\"#$%&'()*,:;<=>?[\\]^{|}`\u{FFFD}".contains(c)
    };
    !path.is_empty() && !path.contains(illegal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        Header::parse(text.as_bytes()).imports.into_iter().map(|i| i.path).collect()
    }

    #[test]
    fn imports() {
        let text = "\u{feff}// c\n/* d\n*/ package p // e\n\nimport \"a\"; import (\n\tx `b/c`\n\
                    . \"d\"; _ \"e\"\n)\nimport ()\nvar x = 1\nimport \"no\"\n";
        assert_eq!(paths(text), ["a", "b/c", "d", "e"]);
        let header = Header::parse(text.as_bytes());
        assert_eq!((header.package.as_str(), header.error), ("p", None));
        assert_eq!(paths("package p;import\"a\""), ["a"]);
        assert_eq!(paths("package p\nimport (\"a\"; \"b\")\nindex"), ["a", "b"]);
    }

    #[test]
    fn broken_headers() {
        for text in [
            "",
            "package",
            "package p import \"a\"",
            "package p\nimport \"a",
            "package p\nimport (\"a\"",
            "package p\nimport a",
            "package p\nimport \"a\" \"b\"",
            "package p\nimport \"\"",
            "package p\nimport \"a b\"",
            "package p\n/* import \"a\"",
            "pack p",
        ] {
            let header = Header::parse(text.as_bytes());
            assert!(header.error.is_some(), "{text}");
            assert!(header.imports.is_empty(), "{text}");
        }
        assert!(Header::parse(b"package p\n\0").has_nul);
        let header = Header::parse(b"package p\nimport \"a\" // \xff\nvar x");
        assert_eq!((header.package.as_str(), header.imports.len()), ("p", 0));
        let header = Header::parse(b"package p // \xff\nimport \"a\"");
        assert_eq!((header.package.as_str(), header.error.unwrap().offset), ("", 13));
        assert!(Header::parse(b"package p\nimport \"a\"\nvar x // \xff").error.is_none());
    }

    fn leading(text: &str) -> Leading {
        Leading::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn constraints() {
        let tag = |t: &str| Some(Constraint::Tag(t.into()));
        assert_eq!(leading("// c\n//go:build a\n\npackage p").build, tag("a"));
        assert_eq!(leading("//go:build a\npackage p").build, tag("a"));
        assert_eq!(leading("/* x\n*/ //go:build a\npackage p").build, None);
        assert_eq!(leading("/* x\n*/\n  //go:build a\npackage p").build, tag("a"));
        assert_eq!(leading("/*\n//go:build a\n*/\npackage p").build, None);
        assert_eq!(leading("package p\n//go:build a\n").build, None);
        assert_eq!(leading("//go:builda\npackage p").build, None);
        assert!(Leading::parse(b"//go:build a\n//go:build b\npackage p").is_err());
        assert!(Leading::parse(b"//go:build a b\npackage p").is_err());
        assert_eq!(leading("//go:build go1.21 && x\npackage p").minimum_go(), Some(21));
    }

    #[test]
    fn older_constraints_stand_before_a_blank_line() {
        assert_eq!(leading("// +build a\n//+build b\n\npackage p").plus_build.len(), 2);
        assert_eq!(leading("// +build a\npackage p").plus_build.len(), 0);
        assert_eq!(leading("/* x */\n\n// +build a\n\npackage p").plus_build.len(), 0);
        assert_eq!(leading("// +builda\n\npackage p").plus_build.len(), 0);
    }
}
